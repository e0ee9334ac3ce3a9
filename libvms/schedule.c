/* SPDX-License-Identifier: MIT */
/* Weekly windows: see schedule.h. */
#include "libvms/schedule.h"

#include "libvms/gtime.h"

#define DAY_S 86400
#define EVERY_DAY 0x7f

/* "mon", 0 to 6; -1. */
static int
parse_day(struct vms_str s)
{
	static const char days[7][4] = {
		"mon", "tue", "wed", "thu", "fri", "sat", "sun"
	};

	for (int i = 0; i < 7; i++)
		if (vms_str_caseeq(s, (struct vms_str){ days[i], 3 }))
			return i;
	return -1;
}

/* "daily", "mon", "sat-mon" as bits; 0 is an error. */
static uint8_t
parse_days(struct vms_str s)
{
	struct vms_str first, last;
	int from, to;
	unsigned int bits = 0;

	if (vms_str_caseeq(s, VMS_STR("daily")))
		return EVERY_DAY;
	if (!vms_str_cut(s, '-', &first, &last))
		last = first;
	from = parse_day(first);
	to = parse_day(last);
	if (from < 0 || to < 0)
		return 0;
	/* sat-mon wraps over the end of the week. */
	for (int d = from;; d = (d + 1) % 7) {
		bits |= 1U << d;
		if (d == to)
			return (uint8_t)bits;
	}
}

/* "08:00" in minutes, at most max. */
static int
parse_minutes(struct vms_str s, int max, uint16_t *out)
{
	int64_t hour, minute;

	*out = 0;
	if (s.len != 5 || s.p[2] != ':' ||
	    vms_num_parse((struct vms_str){ s.p, 2 }, 0, 24, &hour) != 0 ||
	    vms_num_parse((struct vms_str){ s.p + 3, 2 }, 0, 59,
	    &minute) != 0 || hour * 60 + minute > max)
		return -1;
	*out = (uint16_t)(hour * 60 + minute);
	return 0;
}

int
vms_window_parse(struct vms_str text, struct vms_window *out)
{
	struct vms_str days, hours, start, end;
	struct vms_window w = { 0 };
	size_t n = 0;

	*out = w;
	text = vms_str_trim(text);
	while (n < text.len && text.p[n] != ' ' && text.p[n] != '\t')
		n++;
	days = (struct vms_str){ text.p, n };
	hours = vms_str_trim((struct vms_str){ text.p + n, text.len - n });
	w.days = parse_days(days);
	/* Midnight may be 24:00 where a window ends, and only there. */
	if (w.days == 0 || !vms_str_cut(hours, '-', &start, &end) ||
	    parse_minutes(start, 24 * 60 - 1, &w.start_min) != 0 ||
	    parse_minutes(end, 24 * 60, &w.end_min) != 0)
		return -1;
	*out = w;
	return 0;
}

static bool
is_exception(const struct vms_schedule *s, int64_t day)
{
	uint32_t lo = 0, hi = s->n_except;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->except[mid] == day)
			return true;
		if (s->except[mid] < day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

bool
vms_schedule_is_open(const struct vms_schedule *s,
    const struct vms_zone *zone, int64_t now_s)
{
	int64_t wall_s = now_s + vms_zone_offset(zone, now_s);
	int64_t day = vms_floor_div(wall_s, DAY_S);
	int64_t minute = (wall_s - day * DAY_S) / 60;
	unsigned int today = 1U << vms_weekday_of(day);
	unsigned int yesterday = 1U << vms_weekday_of(day - 1);

	if (is_exception(s, day))
		today = 0;
	if (is_exception(s, day - 1))
		yesterday = 0;
	for (uint32_t i = 0; i < s->n_windows; i++) {
		const struct vms_window *w = &s->windows[i];
		bool overnight = w->end_min <= w->start_min;

		if ((w->days & today) != 0 && minute >= w->start_min &&
		    (overnight || minute < w->end_min))
			return true;
		if (overnight && (w->days & yesterday) != 0 &&
		    minute < w->end_min)
			return true;
	}
	return false;
}
