/* SPDX-License-Identifier: MIT */
/*
 * Time zones from TZif bytes: see zone.h.  The layout, RFC 8536 section 3:
 *
 *	header	"TZif", version, 15 unused bytes, six counts
 *	block	transition times, their types, types, names, leap seconds,
 *		two kinds of flags
 *
 * Version 1 has one of each with 32-bit times.  From version 2 on that pair
 * is followed by another with 64-bit times, and by a rule between newlines.
 */
#include "libvms/zone.h"

#include <stdlib.h>

#include "libvms/arena.h"
#include "libvms/buf.h"
#include "libvms/tzrule.h"

/* Listed zones have below 300 transitions; a file of 1901 to 2037 that
 * changes twice a year has 280. */
#define TRANSITIONS_MAX 4096
#define TYPES_MAX 256
#define ZONES_MAX 4096

struct vms_zone {
	struct vms_str name;
	const int64_t *times;		/* ascending */
	const int32_t *offsets;		/* from that time on */
	uint32_t n;
	int32_t first_s;		/* before the first */
	bool has_rule;
	struct vms_tzrule rule;		/* after the last */
};

struct vms_zones {
	struct vms_arena arena;
	struct vms_zone **list;		/* owned, elements in the arena */
	size_t n, cap;
};

static const struct vms_zone utc = { .name = { "UTC", 3 } };

struct header {
	uint8_t version;
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

struct vms_zones *
vms_zones_new(void)
{
	return calloc(1, sizeof(struct vms_zones));
}

void
vms_zones_free(struct vms_zones *z)
{
	if (z == NULL)
		return;
	vms_arena_fini(&z->arena);
	free(z->list);
	free(z);
}

const struct vms_zone *
vms_zones_get(const struct vms_zones *z, struct vms_str name)
{
	for (size_t i = 0; z != NULL && i < z->n; i++)
		if (vms_str_eq(z->list[i]->name, name))
			return z->list[i];
	return vms_str_eq(name, utc.name) ? &utc : NULL;
}

static bool
read_header(struct vms_rd *r, struct header *h)
{
	const uint8_t *magic = vms_rd_bytes(r, 4);

	h->version = vms_rd_u8(r);
	vms_rd_bytes(r, 15);
	h->isutcnt = vms_rd_u32(r);
	h->isstdcnt = vms_rd_u32(r);
	h->leapcnt = vms_rd_u32(r);
	h->timecnt = vms_rd_u32(r);
	h->typecnt = vms_rd_u32(r);
	h->charcnt = vms_rd_u32(r);
	return !r->bad && memcmp(magic, "TZif", 4) == 0 &&
	    h->timecnt <= TRANSITIONS_MAX && h->typecnt <= TYPES_MAX &&
	    h->charcnt <= TRANSITIONS_MAX && h->leapcnt <= TRANSITIONS_MAX &&
	    h->isutcnt <= TYPES_MAX && h->isstdcnt <= TYPES_MAX;
}

/* The block of a header, unread. */
static void
skip_block(struct vms_rd *r, const struct header *h, size_t time_size)
{
	vms_rd_bytes(r, h->timecnt * (time_size + 1) + h->typecnt * 6 +
	    h->charcnt + h->leapcnt * (time_size + 4) + h->isstdcnt +
	    h->isutcnt);
}

static int64_t
read_time(struct vms_rd *r, size_t time_size)
{
	if (time_size == 8)
		return (int64_t)vms_rd_u64(r);
	return (int32_t)vms_rd_u32(r);
}

/* Offsets of the types; false if one is out of reason (a day and more). */
static bool
read_types(struct vms_rd *r, uint32_t n, int32_t *offsets)
{
	bool good = true;

	for (uint32_t i = 0; i < n; i++) {
		offsets[i] = (int32_t)vms_rd_u32(r);
		good = good && offsets[i] > -90000 && offsets[i] < 93600;
		vms_rd_u8(r);
		vms_rd_u8(r);
	}
	return good;
}

/* 0, -1 malformed, -2 no memory. */
static int
read_block(struct vms_rd *r, const struct header *h, size_t time_size,
    struct vms_arena *a, struct vms_zone *z)
{
	int64_t *times = vms_arena_calloc(a, h->timecnt, sizeof(*times));
	int32_t *offsets = vms_arena_calloc(a, h->timecnt, sizeof(*offsets));
	int32_t types[TYPES_MAX] = { 0 };
	const uint8_t *index;

	if (times == NULL || offsets == NULL)
		return -2;
	for (uint32_t i = 0; i < h->timecnt; i++) {
		times[i] = read_time(r, time_size);
		if (i > 0 && times[i] <= times[i - 1])
			return -1;
	}
	index = vms_rd_bytes(r, h->timecnt);
	if (h->typecnt == 0 || !read_types(r, h->typecnt, types))
		return -1;
	vms_rd_bytes(r, h->charcnt + h->leapcnt * (time_size + 4) +
	    h->isstdcnt + h->isutcnt);
	if (r->bad)
		return -1;
	for (uint32_t i = 0; i < h->timecnt; i++) {
		if (index[i] >= h->typecnt)
			return -1;
		offsets[i] = types[index[i]];
	}
	z->times = times;
	z->offsets = offsets;
	z->n = h->timecnt;
	z->first_s = types[0];
	return 0;
}

/* What follows the second block: newline, rule, newline. */
static int
read_footer(struct vms_rd *r, struct vms_zone *z)
{
	struct vms_str text, rule, rest;

	if (vms_rd_u8(r) != '\n' || r->bad)
		return -1;
	text = (struct vms_str){ (const char *)r->p,
	    (size_t)(r->end - r->p) };
	if (!vms_str_cut(text, '\n', &rule, &rest))
		return -1;
	if (rule.len == 0)
		return 0;
	z->has_rule = true;
	return vms_tzrule_parse(rule, &z->rule);
}

static int
parse(const void *bytes, size_t len, struct vms_arena *a, struct vms_zone *z)
{
	struct vms_rd r = vms_rd_init(bytes, len);
	struct header h;
	int result;

	if (!read_header(&r, &h))
		return -1;
	if (h.version < '2') {
		/* A clock that counts leap seconds is not the system's. */
		return h.leapcnt != 0 ? -1 : read_block(&r, &h, 4, a, z);
	}
	skip_block(&r, &h, 4);
	if (!read_header(&r, &h) || h.leapcnt != 0)
		return -1;
	result = read_block(&r, &h, 8, a, z);
	return result != 0 ? result : read_footer(&r, z);
}

static int
keep(struct vms_zones *z, struct vms_zone *zone)
{
	if (z->n == z->cap) {
		size_t cap = z->cap == 0 ? 64 : z->cap * 2;
		struct vms_zone **list = realloc(z->list,
		    cap * sizeof(struct vms_zone *));

		if (list == NULL)
			return -1;
		z->list = list;
		z->cap = cap;
	}
	z->list[z->n++] = zone;
	return 0;
}

int
vms_zones_add(struct vms_zones *z, struct vms_str name,
    const void *bytes, size_t len, struct vms_err *err)
{
	struct vms_zone *zone;
	int result;

	if (z->n >= ZONES_MAX)
		return vms_fail(err, VMS_E_LIMIT, "more than %d time zones",
		    ZONES_MAX);
	zone = vms_arena_alloc(&z->arena, sizeof(*zone));
	if (zone == NULL)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	result = parse(bytes, len, &z->arena, zone);
	if (result == -1)
		return vms_fail(err, VMS_E_MALFORMED,
		    "%.*s: not a time zone file", VMS_STR_ARG(name));
	zone->name = vms_arena_str(&z->arena, name);
	if (result != 0 || zone->name.p == NULL || keep(z, zone) != 0)
		return vms_fail(err, VMS_E_SYSTEM, "out of memory");
	return 0;
}

int32_t
vms_zone_offset(const struct vms_zone *zone, int64_t t)
{
	uint32_t lo = 0, hi = zone->n;

	/* The last transition at or before t. */
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (zone->times[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == zone->n && zone->has_rule)
		return vms_tzrule_offset(&zone->rule, t);
	return lo == 0 ? zone->first_s : zone->offsets[lo - 1];
}
