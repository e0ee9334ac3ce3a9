/* SPDX-License-Identifier: MIT */
/* Output of vmsctl: see out.h. */
#include "vmsctl/out.h"

#include <inttypes.h>

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

void
out_text(FILE *f, struct vms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		fputc(is_control(s.p[i]) ? '?' : s.p[i], f);
}

size_t
out_utf8_length(const char *p, size_t len)
{
	unsigned char c = (unsigned char)p[0];
	size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 :
	    c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static void
put_quoted(FILE *f, struct vms_str s)
{
	fputc('"', f);
	for (size_t i = 0; i < s.len;) {
		size_t n = out_utf8_length(s.p + i, s.len - i);

		if (n == 0) {
			fputs("\\ufffd", f);
			i++;
			continue;
		}
		if (is_control(s.p[i]))
			fprintf(f, "\\u%04x", (unsigned int)s.p[i]);
		else if (s.p[i] == '"' || s.p[i] == '\\')
			fprintf(f, "\\%c", s.p[i]);
		else
			fwrite(s.p + i, 1, n, f);
		i += n;
	}
	fputc('"', f);
}

static void
put_name(struct out_json *j, const char *name)
{
	if (j->comma)
		fputc(',', j->f);
	j->comma = true;
	if (name != NULL) {
		put_quoted(j->f, vms_str_of(name));
		fputc(':', j->f);
	}
}

void
out_open(struct out_json *j, const char *name, char bracket)
{
	put_name(j, name);
	fputc(bracket, j->f);
	j->comma = false;
}

void
out_close(struct out_json *j, char bracket)
{
	fputc(bracket, j->f);
	j->comma = true;
}

void
out_str(struct out_json *j, const char *name, struct vms_str s)
{
	put_name(j, name);
	put_quoted(j->f, s);
}

void
out_num(struct out_json *j, const char *name, int64_t n)
{
	put_name(j, name);
	fprintf(j->f, "%" PRId64, n);
}

void
out_bool(struct out_json *j, const char *name, bool b)
{
	put_name(j, name);
	fputs(b ? "true" : "false", j->f);
}

void
out_null(struct out_json *j, const char *name)
{
	put_name(j, name);
	fputs("null", j->f);
}
