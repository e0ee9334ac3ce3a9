/* SPDX-License-Identifier: MIT */
/* The wall clock's trust: see clock.h. */
#include "vmsd/clock.h"

/* No true time is earlier; 0 if nothing is known. */
static int64_t
earliest(const struct vms_clock *c, const struct vms_clock_reading *r)
{
	int64_t least = c->floor_s, ran;

	if (!c->anchored)
		return least;
	/* CLOCK_BOOTTIME does not run backwards within one boot, and we do
	 * not outlive it. */
	ran = r->boot_s > c->anchor_boot_s ? r->boot_s - c->anchor_boot_s : 0;
	return c->anchor_s + ran > least ? c->anchor_s + ran : least;
}

static enum vms_clock_state
judge(const struct vms_clock_reading *r, int64_t least)
{
	if (r->wall_s <= 0 || r->wall_s < least - VMS_CLOCK_SLACK_S)
		return VMS_CLOCK_BACK;
	if (r->connected && r->server_s - VMS_CLOCK_FAR_S > r->wall_s)
		return VMS_CLOCK_SERVER;
	if (!r->connected && least > 0 &&
	    r->wall_s - VMS_CLOCK_AHEAD_S > least)
		return VMS_CLOCK_AHEAD;
	return VMS_CLOCK_TRUSTED;
}

static void
believe(struct vms_clock *c, const struct vms_clock_reading *r)
{
	c->state = VMS_CLOCK_TRUSTED;
	c->anchored = true;
	c->anchor_s = r->wall_s;
	c->anchor_boot_s = r->boot_s;
}

void
vms_clock_read(struct vms_clock *c, const struct vms_clock_reading *r)
{
	int64_t least = earliest(c, r);

	c->state = judge(r, least);
	c->now_s = r->wall_s > least ? r->wall_s : least;
	if (c->state == VMS_CLOCK_AHEAD)
		c->now_s = least;
	if (c->state != VMS_CLOCK_TRUSTED)
		return;
	/* Within the slack the bound stands: small steps back do not add up
	 * to a large one. */
	if (r->wall_s < least)
		return;
	believe(c, r);
	c->floor_s = r->wall_s;
}

void
vms_clock_accept(struct vms_clock *c, const struct vms_clock_reading *r)
{
	believe(c, r);
	c->floor_s = c->now_s = r->wall_s;
}

int64_t
vms_clock_age(const struct vms_clock *c, int64_t since_s)
{
	if (since_s <= 0)
		return -1;
	return c->now_s > since_s ? c->now_s - since_s : 0;
}

const char *
vms_clock_problem(enum vms_clock_state state)
{
	switch (state) {
	case VMS_CLOCK_TRUSTED:
		break;
	case VMS_CLOCK_UNREAD:
		return "not read yet";
	case VMS_CLOCK_BACK:
		return "it is earlier than a time that was seen before; set "
		    "it, or vmsctl sync clock takes it as it is";
	case VMS_CLOCK_AHEAD:
		return "it is far ahead of the last time seen, and no server "
		    "is there to bear it out; vmsctl sync clock takes it";
	case VMS_CLOCK_SERVER:
		return "it is behind the directory's";
	}
	return "";
}
