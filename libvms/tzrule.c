/* SPDX-License-Identifier: MIT */
/* POSIX TZ rules: see tzrule.h. */
#include "libvms/tzrule.h"

#include "libvms/gtime.h"

#define DAY_S 86400

static bool
take_char(struct vms_str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

static int
take_num(struct vms_str *s, int min, int max, int *out)
{
	size_t n = 0;

	*out = 0;
	while (n < s->len && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
		*out = *out * 10 + (s->p[n++] - '0');
	if (n == 0 || *out < min || *out > max)
		return -1;
	s->p += n;
	s->len -= n;
	return 0;
}

/* "CET" or "<+03>": three characters at least. */
static int
take_name(struct vms_str *s)
{
	bool quoted = take_char(s, '<');
	size_t n = 0;

	for (; n < s->len; n++) {
		char c = vms_ascii_lower(s->p[n]);

		if (c >= 'a' && c <= 'z')
			continue;
		if (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))
			continue;
		break;
	}
	s->p += n;
	s->len -= n;
	return n < 3 || (quoted && !take_char(s, '>')) ? -1 : 0;
}

/* "[+-]hh[:mm[:ss]]" */
static int
take_time(struct vms_str *s, int max_hours, int32_t *out_s)
{
	int sign = take_char(s, '-') ? -1 : 1, h, m = 0, sec = 0;

	if (sign > 0)
		take_char(s, '+');
	if (take_num(s, 0, max_hours, &h) != 0)
		return -1;
	if (take_char(s, ':')) {
		if (take_num(s, 0, 59, &m) != 0)
			return -1;
		if (take_char(s, ':') && take_num(s, 0, 59, &sec) != 0)
			return -1;
	}
	*out_s = sign * (h * 3600 + m * 60 + sec);
	return 0;
}

/* ",M3.5.0/2", ",J60", ",59/-1" */
static int
take_day(struct vms_str *s, struct vms_tzday *d)
{
	int r;

	*d = (struct vms_tzday){ .time_s = 2 * 3600 };
	if (!take_char(s, ','))
		return -1;
	if (take_char(s, 'M')) {
		d->kind = VMS_TZ_MONTH;
		r = take_num(s, 1, 12, &d->month) != 0 || !take_char(s, '.') ||
		    take_num(s, 1, 5, &d->week) != 0 || !take_char(s, '.') ||
		    take_num(s, 0, 6, &d->day) != 0;
	} else if (take_char(s, 'J')) {
		d->kind = VMS_TZ_JULIAN;
		r = take_num(s, 1, 365, &d->day);
	} else {
		d->kind = VMS_TZ_DAY;
		r = take_num(s, 0, 365, &d->day);
	}
	if (r != 0)
		return -1;
	/* RFC 8536 section 3.3.1 lets it run over a week. */
	return take_char(s, '/') ? take_time(s, 167, &d->time_s) : 0;
}

int
vms_tzrule_parse(struct vms_str text, struct vms_tzrule *out)
{
	struct vms_tzrule r = { 0 };

	*out = r;
	if (take_name(&text) != 0 || take_time(&text, 24, &r.std_s) != 0)
		return -1;
	/* POSIX counts west of Greenwich. */
	r.std_s = -r.std_s;
	if (text.len > 0) {
		r.has_dst = true;
		if (take_name(&text) != 0)
			return -1;
		r.dst_s = r.std_s + 3600;
		if (text.len > 0 && text.p[0] != ',') {
			if (take_time(&text, 24, &r.dst_s) != 0)
				return -1;
			r.dst_s = -r.dst_s;
		}
		if (take_day(&text, &r.start) != 0 ||
		    take_day(&text, &r.end) != 0 || text.len > 0)
			return -1;
	}
	*out = r;
	return 0;
}

/* Seconds since 1970 of the change in a year, by a clock of no zone. */
static int64_t
wall_of(const struct vms_tzday *d, int64_t year)
{
	int64_t jan1 = vms_days_of((struct vms_date){ year, 1, 1 });
	int64_t day = 0, first;
	int weekday, step;

	switch (d->kind) {
	case VMS_TZ_JULIAN:
		/* 29 February is never counted. */
		day = jan1 + d->day - 1 +
		    (d->day >= 60 && vms_days_in_month(year, 2) == 29);
		break;
	case VMS_TZ_DAY:
		day = jan1 + d->day;
		break;
	case VMS_TZ_MONTH:
		first = vms_days_of((struct vms_date){ year, d->month, 1 });
		weekday = (vms_weekday_of(first) + 1) % 7;	/* 0 Sunday */
		step = (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
		if (step >= vms_days_in_month(year, d->month))
			step -= 7;	/* week 5 is the last there is */
		day = first + step;
		break;
	}
	return day * DAY_S + d->time_s;
}

int32_t
vms_tzrule_offset(const struct vms_tzrule *r, int64_t t)
{
	int64_t year, start, end;
	bool dst;

	if (!r->has_dst)
		return r->std_s;
	year = vms_date_of(vms_floor_div(t + r->std_s, DAY_S)).year;
	start = wall_of(&r->start, year) - r->std_s;
	end = wall_of(&r->end, year) - r->dst_s;
	/* South of the equator the year starts and ends in summer time. */
	if (start < end)
		dst = t >= start && t < end;
	else
		dst = t >= start || t < end;
	return dst ? r->dst_s : r->std_s;
}
