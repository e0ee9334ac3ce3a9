/* SPDX-License-Identifier: MIT */
/*
 * Dates and times as text: LDAP generalizedTime (RFC 4517 section 3.3.13) and
 * the ISO form of the command line.  Knows no zone but the offset written in
 * the value.  Pure.
 */
#ifndef VMS_GTIME_H
#define VMS_GTIME_H

#include <stdint.h>

#include "libvms/str.h"

/* A date of the proleptic Gregorian calendar. */
struct vms_date {
	int64_t year;
	int month;	/* 1 to 12 */
	int day;	/* 1 to 31 */
};

/* Days since 1970-01-01 and back; no check of the date. */
int64_t vms_days_of(struct vms_date d);
struct vms_date vms_date_of(int64_t days);
/* Days of the month, 28 to 31. */
int vms_days_in_month(int64_t year, int month);
/* 0 is Monday. */
int vms_weekday_of(int64_t days);
/* Division that rounds towards minus infinity; b > 0. */
int64_t vms_floor_div(int64_t a, int64_t b);

/* "2026-12-25", a date that exists, into days since 1970.  0 or -1. */
int vms_date_parse(struct vms_str text, int64_t *days);
/*
 * generalizedTime: YYYYMMDDHH[MM[SS]][(.|,)digits](Z|(+|-)HH[MM]).  A broken
 * second is rounded up: with moments that are whole seconds "from" and
 * "until" then come out exactly.  0, or -1 (then *epoch_s is 0).
 */
int vms_gtime_parse(struct vms_str text, int64_t *epoch_s);
/* "YYYY-MM-DDThh:mm[:ss]Z".  0, or -1 (then *epoch_s is 0). */
int vms_isotime_parse(struct vms_str text, int64_t *epoch_s);

#endif
