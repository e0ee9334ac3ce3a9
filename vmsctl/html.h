/* SPDX-License-Identifier: MIT */
/* Text for a page of HTML: nothing from the directory is ever markup. */
#ifndef VMSCTL_HTML_H
#define VMSCTL_HTML_H

#include <stdio.h>

#include "libvms/str.h"

/* s as text or attribute value; what is neither printable nor UTF-8 becomes
 * U+FFFD. */
void vms_html_text(FILE *f, struct vms_str s);
/* Items with '\n' between, each in an element: "<span>a</span>, …". */
void vms_html_list(FILE *f, struct vms_str items);
/* The page up to its first heading, and its end. */
void vms_html_begin(FILE *f, const char *title);
void vms_html_end(FILE *f);

#endif
