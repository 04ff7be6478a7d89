/* SPDX-License-Identifier: Apache-2.0 */
/* How the text report writes: colours, and the bytes of a user. Only for report/. */
#ifndef DFH_REPORT_SHOW_H
#define DFH_REPORT_SHOW_H

#include "report/report.h"

enum paint { PAINT_BOLD, PAINT_DIM, PAINT_YELLOW, PAINT_RED };

struct show {
	struct buf *out;
	struct arena *a; /* for the time of one report */
	const struct report_style *style;
};

/* The C string, in a colour where colours are asked for. */
void show_painted(struct show *s, enum paint p, const char *cstr);
void show_paint(struct show *s, enum paint p);
void show_plain(struct show *s);

/* On one line, without secrets; about max bytes of it, then "...". */
void show_text(struct show *s, struct text t, size_t max);
/* The same for what holds no secret, or none any more. */
void show_visible(struct show *s, struct text t, size_t max);

/* How many of a list are shown of n. */
size_t show_limit(const struct show *s, size_t n, size_t limit);
/* "and 12 more; -v shows all", on a line with `indent` before it; nothing for 0. */
void show_more(struct show *s, const char *indent, size_t n);

/* "1 change", "2 changes" */
void show_count(struct show *s, size_t n, const char *one, const char *many);

/* What an ordered list of effects comes to in the images that leave the build. */
void show_effects(struct show *s, const struct outcome *o);

#endif
