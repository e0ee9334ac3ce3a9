/* SPDX-License-Identifier: MIT */
/* Dates and times as text: see gtime.h. */
#include "libvms/gtime.h"

#define DAY_S 86400

int64_t
vms_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years run from March here, so that the leap day is the last one. */
int64_t
vms_days_of(struct vms_date d)
{
	int64_t y = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = vms_floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 +
	    d.day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct vms_date
vms_date_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = vms_floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct vms_date d;

	d.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.year = yoe + era * 400 + (d.month <= 2);
	return d;
}

int
vms_days_in_month(int64_t year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

int
vms_weekday_of(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	return (int)(days + 3 - vms_floor_div(days + 3, 7) * 7);
}

/* Take n digits off the front of *s; -1 if they are not there. */
static int
take_digits(struct vms_str *s, size_t n, int *out)
{
	*out = 0;
	if (s->len < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		*out = *out * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->len -= n;
	return 0;
}

static int
take_char(struct vms_str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return -1;
	s->p++;
	s->len--;
	return 0;
}

static bool
is_digit_next(const struct vms_str *s)
{
	return s->len > 0 && s->p[0] >= '0' && s->p[0] <= '9';
}

static bool
is_date(int year, int month, int day)
{
	return month >= 1 && month <= 12 && day >= 1 &&
	    day <= vms_days_in_month(year, month);
}

/* YYYY sep MM sep DD; sep 0 for none. */
static int
take_date(struct vms_str *s, char sep, int64_t *days)
{
	int year, month, day;

	if (take_digits(s, 4, &year) != 0 ||
	    (sep != 0 && take_char(s, sep) != 0) ||
	    take_digits(s, 2, &month) != 0 ||
	    (sep != 0 && take_char(s, sep) != 0) ||
	    take_digits(s, 2, &day) != 0 || !is_date(year, month, day))
		return -1;
	*days = vms_days_of((struct vms_date){ year, month, day });
	return 0;
}

int
vms_date_parse(struct vms_str text, int64_t *days)
{
	*days = 0;
	if (text.len != 10)
		return -1;
	if (take_date(&text, '-', days) != 0) {
		*days = 0;
		return -1;
	}
	return 0;
}

/*
 * ".25" of a unit of unit_s seconds, rounded up to whole seconds.  Nine
 * digits are looked at; further ones that are not zero only round up.
 */
static int
take_fraction(struct vms_str *s, int unit_s, int64_t *out_s)
{
	int64_t value = 0, scale = 1, product;
	bool more = false;
	size_t n = 0;

	*out_s = 0;
	if (take_char(s, '.') != 0 && take_char(s, ',') != 0)
		return 0;
	for (; is_digit_next(s); n++, s->p++, s->len--) {
		if (n < 9) {
			value = value * 10 + (s->p[0] - '0');
			scale *= 10;
		} else if (s->p[0] != '0') {
			more = true;
		}
	}
	if (n == 0)
		return -1;
	product = value * unit_s;
	*out_s = product / scale + (product % scale != 0 || more);
	return 0;
}

/* "Z" or "+HH[MM]": seconds east of UTC, and then nothing more. */
static int
take_offset(struct vms_str *s, int64_t *out_s)
{
	int sign, hour, minute = 0;

	*out_s = 0;
	if (take_char(s, 'Z') == 0)
		return s->len == 0 ? 0 : -1;
	sign = take_char(s, '+') == 0 ? 1 : -1;
	if (sign < 0 && take_char(s, '-') != 0)
		return -1;
	if (take_digits(s, 2, &hour) != 0 || hour > 23)
		return -1;
	if (s->len > 0 && (take_digits(s, 2, &minute) != 0 || minute > 59))
		return -1;
	*out_s = sign * (hour * 3600 + minute * 60);
	return s->len == 0 ? 0 : -1;
}

int
vms_gtime_parse(struct vms_str text, int64_t *epoch_s)
{
	int64_t days, fraction_s, offset_s;
	int hour, minute = 0, second = 0, unit_s = 3600;

	*epoch_s = 0;
	if (take_date(&text, 0, &days) != 0 ||
	    take_digits(&text, 2, &hour) != 0 || hour > 23)
		return -1;
	if (is_digit_next(&text)) {
		if (take_digits(&text, 2, &minute) != 0 || minute > 59)
			return -1;
		unit_s = 60;
		if (is_digit_next(&text)) {
			/* 60 is a leap second, RFC 4517. */
			if (take_digits(&text, 2, &second) != 0 || second > 60)
				return -1;
			unit_s = 1;
		}
	}
	if (take_fraction(&text, unit_s, &fraction_s) != 0 ||
	    take_offset(&text, &offset_s) != 0)
		return -1;
	*epoch_s = days * DAY_S + hour * 3600 + minute * 60 + second +
	    fraction_s - offset_s;
	return 0;
}

int
vms_isotime_parse(struct vms_str text, int64_t *epoch_s)
{
	int64_t days;
	int hour, minute, second = 0;

	*epoch_s = 0;
	if (take_date(&text, '-', &days) != 0 || take_char(&text, 'T') != 0 ||
	    take_digits(&text, 2, &hour) != 0 || hour > 23 ||
	    take_char(&text, ':') != 0 ||
	    take_digits(&text, 2, &minute) != 0 || minute > 59)
		return -1;
	if (take_char(&text, ':') == 0 &&
	    (take_digits(&text, 2, &second) != 0 || second > 59))
		return -1;
	if (take_char(&text, 'Z') != 0 || text.len != 0)
		return -1;
	*epoch_s = days * DAY_S + hour * 3600 + minute * 60 + second;
	return 0;
}
