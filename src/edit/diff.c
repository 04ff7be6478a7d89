/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/diff.h"

#include "edit/diff_line.h"
#include "edit/linediff.h"

/* What git writes behind a backslash; its other escapes are three octal digits. */
static char letter_of(unsigned char c)
{
	if (c == '"' || c == '\\')
		return (char)c;
	return c >= '\a' && c <= '\r' ? "abtnvfr"[c - '\a'] : '\0';
}

static bool plain(unsigned char c)
{
	return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

static void add_quoted(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];
		char letter = letter_of(c);

		if (plain(c))
			buf_addc(out, (char)c);
		else if (letter)
			buf_add(out, (struct text){ (char[]){ '\\', letter }, 2 });
		else
			buf_addf(out, "\\%03o", c);
	}
}

static bool needs_quotes(struct text path)
{
	for (size_t i = 0; i < path.n; i++)
		if (!plain((unsigned char)path.p[i]))
			return true;
	return false;
}

static void add_name(struct buf *out, const char *side, struct text path, bool quotes)
{
	buf_adds(out, quotes ? "\"" : "");
	buf_adds(out, side);
	add_quoted(out, path);
	buf_adds(out, quotes ? "\"" : "");
}

void diff_add_path(struct buf *out, struct text path)
{
	add_name(out, "", path, needs_quotes(path));
}

static struct text without_dots(struct text path)
{
	for (;;) {
		if (text_starts(path, TEXT("./")))
			path = text_from(path, 2);
		else if (text_starts(path, TEXT("/")))
			path = text_from(path, 1);
		else
			return path;
	}
}

/* A blank in a name would end it, did no tab stand behind. */
static void add_file(struct buf *out, const char *mark, const char *side, struct text path, bool color)
{
	diff_paint(out, color, DIFF_HEAD, true);
	buf_adds(out, mark);
	if (side)
		add_name(out, side, path, needs_quotes(path));
	else
		buf_adds(out, "/dev/null");
	buf_adds(out, side && text_has(path, ' ') ? "\t" : "");
	diff_paint(out, color, DIFF_HEAD, false);
	buf_addc(out, '\n');
}

/* Only git's own header can say that there is an empty file. It may quote any name;
 * patch(1) wants that where there is a blank. The empty line ends the header. */
static void add_empty_file(struct buf *out, struct text path, bool color)
{
	bool quotes = needs_quotes(path) || text_has(path, ' ');

	diff_paint(out, color, DIFF_HEAD, true);
	buf_adds(out, "diff --git ");
	add_name(out, "a/", path, quotes);
	buf_addc(out, ' ');
	add_name(out, "b/", path, quotes);
	buf_adds(out, "\nnew file mode 100644");
	diff_paint(out, color, DIFF_HEAD, false);
	buf_adds(out, "\n\n");
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* From the change on, all that is not further than twice the context from the next. */
static struct linechange hunk_of(const struct linediff *d, const struct linechange *first, size_t context,
				 struct linechange *next, bool *more)
{
	struct linechange last = *first, hunk;
	size_t before = least(context, first->a), after;

	do {
		*next = last;
		*more = linediff_next(d, next);
		after = (*more ? next->a : d->a.n) - last.a - last.na;
		if (!*more || after / 2 + after % 2 > context)
			break;
		last = *next;
	} while (true);
	after = least(context, after);
	hunk = (struct linechange){ first->a - before, 0, first->b - before, 0 };
	hunk.na = last.a + last.na + after - hunk.a;
	hunk.nb = last.b + last.nb + after - hunk.b;
	return hunk;
}

/* A side without lines is numbered by the line before it. */
static void add_range(struct buf *out, char sign, size_t line, size_t n)
{
	buf_addf(out, "%c%zu", sign, n > 0 ? line + 1 : line);
	if (n != 1)
		buf_addf(out, ",%zu", n);
}

static void add_hunk(struct buf *out, const struct linediff *d, const struct linechange *h, bool color)
{
	struct linechange c = { h->a, 0, h->b, 0 };
	size_t end = h->a + h->na, at = h->a;

	diff_paint(out, color, DIFF_PLACE, true);
	buf_adds(out, "@@ ");
	add_range(out, '-', h->a, h->na);
	buf_addc(out, ' ');
	add_range(out, '+', h->b, h->nb);
	buf_adds(out, " @@");
	diff_paint(out, color, DIFF_PLACE, false);
	buf_addc(out, '\n');
	while (linediff_next(d, &c) && c.a <= end) {
		diff_add_context(out, pieces_sub(&d->a, at, c.a), color);
		diff_add_change(out, pieces_sub(&d->a, c.a, c.a + c.na), pieces_sub(&d->b, c.b, c.b + c.nb),
				color);
		at = c.a + c.na;
	}
	diff_add_context(out, pieces_sub(&d->a, at, end), color);
}

void diff_unified(struct buf *out, struct text path, const struct text *before, struct text after,
		  const struct diff_options *o)
{
	struct linediff d;
	struct linechange c = { 0 }, next, hunk;
	bool more;

	path = without_dots(path);
	if (!before && after.n == 0)
		add_empty_file(out, path, o->color);
	linediff_init(&d, before ? *before : TEXT_NONE, after);
	more = linediff_next(&d, &c);
	if (more) {
		add_file(out, "--- ", before ? "a/" : NULL, path, o->color);
		add_file(out, "+++ ", "b/", path, o->color);
	}
	for (; more; c = next) {
		hunk = hunk_of(&d, &c, o->context, &next, &more);
		add_hunk(out, &d, &hunk, o->color);
	}
	linediff_release(&d);
}

void diff_count(struct text before, struct text after, size_t *added, size_t *removed)
{
	struct linediff d;
	struct linechange c = { 0 };

	*added = *removed = 0;
	linediff_init(&d, before, after);
	while (linediff_next(&d, &c)) {
		*removed += c.na;
		*added += c.nb;
	}
	linediff_release(&d);
}
