/* SPDX-License-Identifier: MIT */
/*
 * Whether a text is a search filter (RFC 4515) in form: brackets, operators,
 * an attribute and an assertion in each item.  Whether the attributes exist,
 * the server knows.  Pure.
 */
#include <stddef.h>
#include <string.h>

#include "vmsd/conf_load.h"

#define DEPTH_MAX 16

/* Past the attribute and the operator, or NULL. */
static const char *
skip_type(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && (strchr("-.;:_", *p) != NULL ||
	    (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
	    (*p >= 'A' && *p <= 'Z')))
		p++;
	if (p == start)
		return NULL;
	if (p < end && strchr("~<>", *p) != NULL)
		p++;
	return p < end && *p == '=' ? p + 1 : NULL;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Past the assertion's value, or NULL. */
static const char *
skip_value(const char *p, const char *end)
{
	for (; p < end && *p != ')'; p++) {
		if (*p == '(')
			return NULL;
		if (*p == '\\' && (end - p < 3 || !is_hex(p[1]) ||
		    !is_hex(p[2])))
			return NULL;
	}
	return p;
}

/* Past one bracketed filter, or NULL. */
static const char *
skip_filter(const char *p, const char *end, int depth)
{
	if (depth == DEPTH_MAX || p == end || *p++ != '(' || p == end)
		return NULL;
	if (*p == '&' || *p == '|') {
		p++;
		do
			p = skip_filter(p, end, depth + 1);
		while (p != NULL && p < end && *p == '(');
	} else if (*p == '!') {
		p = skip_filter(p + 1, end, depth + 1);
	} else {
		p = skip_type(p, end);
		if (p != NULL)
			p = skip_value(p, end);
	}
	if (p == NULL || p == end || *p != ')')
		return NULL;
	return p + 1;
}

bool
vms_conf_is_filter(const char *text)
{
	const char *end = text + strlen(text);

	return skip_filter(text, end, 0) == end;
}
