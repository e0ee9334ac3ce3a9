/* SPDX-License-Identifier: MIT */
/* Text for a page of HTML: see html.h. */
#include "vmsctl/html.h"

#include "vmsctl/out.h"

void
vms_html_text(FILE *f, struct vms_str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n = out_utf8_length(s.p + i, s.len - i);
		unsigned char c = (unsigned char)s.p[i];

		if (n == 0 || c < ' ' || c == 0x7f ||
		    (n == 2 && c == 0xc2 && (unsigned char)s.p[i + 1] < 0xa0))
			fputs("\xef\xbf\xbd", f);
		else if (c == '&')
			fputs("&amp;", f);
		else if (c == '<')
			fputs("&lt;", f);
		else if (c == '>')
			fputs("&gt;", f);
		else if (c == '"')
			fputs("&quot;", f);
		else if (c == '\'')
			fputs("&#39;", f);
		else
			fwrite(s.p + i, 1, n, f);
		i += n == 0 ? 1 : n;
	}
}

void
vms_html_list(FILE *f, struct vms_str items)
{
	struct vms_str one;
	bool more = items.len > 0;

	while (more) {
		more = vms_str_cut(items, '\n', &one, &items);
		fputs("<span>", f);
		vms_html_text(f, one);
		fputs(more ? "</span>, " : "</span>", f);
	}
}

static const char style[] =
"\n:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;"
"\n--page:#fff;--band:#f4f6f8;--mark:#0b62c4;--bad:#b42318}"
"\n@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa4af;"
"\n--line:#39414a;--page:#14171b;--band:#1d2126;--mark:#6cb2ff;"
"\n--bad:#ff8a7a}}"
"\n*{box-sizing:border-box}"
"\nbody{margin:0 auto;max-width:84rem;padding:2.5rem 1.5rem 4rem;"
"\nbackground:var(--page);color:var(--ink);"
"\nfont:15px/1.5 system-ui,'Noto Sans','Liberation Sans',sans-serif;"
"\nfont-variant-numeric:tabular-nums}"
"\nh1{font-size:1.9rem;line-height:1.2;margin:0 0 .3rem}"
"\nh2{font-size:1.3rem;margin:3rem 0 .4rem}"
"\nh3{font-size:1.02rem;margin:2rem 0 .3rem;overflow-wrap:anywhere}"
"\np{max-width:46rem;margin:.3rem 0 .8rem}"
"\n.soft,caption,dt{color:var(--soft)}"
"\n.bad{color:var(--bad);font-weight:600}"
"\na{color:var(--mark);text-decoration:none}a:hover{text-decoration:underline}"
"\nnav a{margin-right:1.2rem}"
"\ndl{display:flex;flex-wrap:wrap;gap:.2rem 2rem;margin:1rem 0}"
"\ndl div{display:flex;gap:.5rem}dt,dd{margin:0}dd{font-weight:600}"
"\n.wide{overflow-x:auto}"
"\ntable{border-collapse:collapse;width:100%;font-size:.88rem}"
"\ncaption{text-align:left;padding:.3rem 0}"
"\nth,td{padding:.28rem .6rem;border-bottom:1px solid var(--line);"
"\ntext-align:left;vertical-align:top}"
"\nthead th{border-bottom:2px solid var(--ink);white-space:nowrap}"
"\ntbody th{font-weight:500}tbody tr:nth-child(even){background:var(--band)}"
"\n.tick{text-align:center;white-space:nowrap}"
"\n.row{min-width:11rem;overflow-wrap:anywhere}"
"\ntd span{overflow-wrap:anywhere}"
"\n.cams{table-layout:fixed}.cams th:nth-child(1){width:26%}"
"\n.cams th:nth-child(2){width:42%}.cams th:nth-child(3){width:20%}"
"\ncode{font:.92em ui-monospace,'Liberation Mono',monospace}"
"\ntr.head th{padding-top:.9rem;background:var(--page);font-weight:700}"
"\n@media print{@page{size:A4 landscape;margin:12mm}"
"\n:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--band:#f3f3f3;"
"\n--mark:#000;--bad:#000}"
"\nbody{max-width:none;padding:0;font-size:9.5pt}nav{display:none}"
"\n.wide{overflow:visible}h2{break-before:page}"
"\nh2:first-of-type{break-before:auto}h2,h3{break-after:avoid}"
"\nthead{display:table-header-group}tr{break-inside:avoid}}\n";

void
vms_html_begin(FILE *f, const char *title)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n<title>", f);
	vms_html_text(f, vms_str_of(title));
	fputs("</title>\n<style>", f);
	fputs(style, f);
	fputs("</style>\n</head>\n<body>\n<h1>", f);
	vms_html_text(f, vms_str_of(title));
	fputs("</h1>\n", f);
}

void
vms_html_end(FILE *f)
{
	fputs("</body>\n</html>\n", f);
}
