/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/visible.h"
#include "report/cut.h"
#include "report/secret.h"

void show_paint(struct show *s, enum paint p)
{
	static const char *const codes[] = { "\033[1m", "\033[2m", "\033[33m", "\033[31m" };

	if (s->style->color)
		buf_adds(s->out, codes[p]);
}

void show_plain(struct show *s)
{
	if (s->style->color)
		buf_adds(s->out, "\033[m");
}

void show_painted(struct show *s, enum paint p, const char *cstr)
{
	show_paint(s, p);
	buf_adds(s->out, cstr);
	show_plain(s);
}

void show_visible(struct show *s, struct text t, size_t max)
{
	if (t.n <= max) {
		visible_add(s->out, t, VISIBLE_LINE);
		return;
	}
	visible_add(s->out, text_sub(t, 0, cut_at(t, max)), VISIBLE_LINE);
	buf_adds(s->out, "...");
}

void show_text(struct show *s, struct text t, size_t max)
{
	show_visible(s, secret_hide(s->a, t), max);
}

size_t show_limit(const struct show *s, size_t n, size_t limit)
{
	/* "and 1 more" would take the line that it saves. */
	return s->style->verbose || n <= limit + 1 ? n : limit;
}

void show_more(struct show *s, const char *indent, size_t n)
{
	if (n == 0)
		return;
	show_paint(s, PAINT_DIM);
	buf_addf(s->out, "%sand %zu more; -v shows all", indent, n);
	show_plain(s);
	buf_addc(s->out, '\n');
}

void show_count(struct show *s, size_t n, const char *one, const char *many)
{
	buf_addf(s->out, "%zu %s", n, n == 1 ? one : many);
}
