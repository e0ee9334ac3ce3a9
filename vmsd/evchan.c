/* SPDX-License-Identifier: MIT */
/* Channels on the loop: see evchan.h. */
#include "vmsd/evchan.h"

#include <event2/event.h>
#include <stdlib.h>

/* Messages taken in one go, so that a busy feed does not starve logins. */
#define BURST 256

struct vms_evchan {
	struct vms_chan *chan;
	struct event *rd, *wr;
	vms_evchan_msg_fn *on_msg;
	vms_evchan_lost_fn *on_lost;
	void *arg;
	bool *gone;		/* set when freed inside a callback */
	bool lost;
};

static void
lose(struct vms_evchan *ec, const struct vms_err *err)
{
	if (ec->lost)
		return;
	ec->lost = true;
	event_del(ec->rd);
	event_del(ec->wr);
	ec->on_lost(ec->arg, err);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct vms_evchan *ec = arg;
	struct vms_err err = { 0 };
	struct vms_chan_msg m;
	bool gone = false;
	int r = 1;

	(void)fd;
	(void)what;
	ec->gone = &gone;
	for (int i = 0; i < BURST && !ec->lost; i++) {
		r = vms_chan_recv(ec->chan, &m, &err);
		if (r <= 0)
			break;
		r = ec->on_msg(ec->arg, &m, &err);
		if (gone)
			return;
		if (r == -1)
			break;
		r = 1;
	}
	ec->gone = NULL;
	if (r == -1)
		lose(ec, &err);
	else if (r == 1 && !ec->lost)
		/* More may be in the buffer, where no poll sees it. */
		event_active(ec->rd, EV_READ, 1);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct vms_evchan *ec = arg;
	struct vms_err err = { 0 };
	int r = vms_chan_flush(ec->chan, &err);

	(void)fd;
	(void)what;
	if (r == 0)
		event_del(ec->wr);
	else if (r == -1)
		lose(ec, &err);
}

struct vms_evchan *
vms_evchan_new(struct event_base *base, struct vms_chan *chan,
    vms_evchan_msg_fn *on_msg, vms_evchan_lost_fn *on_lost, void *arg)
{
	struct vms_evchan *ec = calloc(1, sizeof(*ec));

	if (ec == NULL) {
		vms_chan_free(chan);
		return NULL;
	}
	*ec = (struct vms_evchan){ .chan = chan, .on_msg = on_msg,
	    .on_lost = on_lost, .arg = arg };
	ec->rd = event_new(base, vms_chan_fd(chan), EV_READ | EV_PERSIST,
	    on_readable, ec);
	ec->wr = event_new(base, vms_chan_fd(chan), EV_WRITE | EV_PERSIST,
	    on_writable, ec);
	if (ec->rd == NULL || ec->wr == NULL ||
	    event_add(ec->rd, NULL) == -1) {
		vms_evchan_free(ec);
		return NULL;
	}
	/* Something may have been read already. */
	event_active(ec->rd, EV_READ, 1);
	return ec;
}

void
vms_evchan_free(struct vms_evchan *ec)
{
	if (ec == NULL)
		return;
	if (ec->gone != NULL)
		*ec->gone = true;
	if (ec->rd != NULL)
		event_free(ec->rd);
	if (ec->wr != NULL)
		event_free(ec->wr);
	vms_chan_free(ec->chan);
	free(ec);
}

int
vms_evchan_send(struct vms_evchan *ec, enum vms_ipc type,
    const struct vms_wr *body, int fd, struct vms_err *err)
{
	int r = vms_chan_send(ec->chan, type, body, fd, err);

	if (!ec->lost && (r == -1 || vms_chan_queued(ec->chan) > 0))
		event_add(ec->wr, NULL);
	return r;
}
