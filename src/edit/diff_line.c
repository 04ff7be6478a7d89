/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/diff_line.h"

#include "base/visible.h"
#include "edit/worddiff.h"

/* Select Graphic Rendition, ECMA-48 8.3.117 */
#define SGR(codes) "\x1b[" codes "m"
#define SGR_OFF SGR("")

static const char *const colors[] = {
	[DIFF_HEAD] = SGR("1"), [DIFF_PLACE] = SGR("36"), [DIFF_GONE] = SGR("31"), [DIFF_COME] = SGR("32")
};

void diff_paint(struct buf *out, bool color, enum diff_color which, bool on)
{
	if (color)
		buf_adds(out, on ? colors[which] : SGR_OFF);
}

static void end_line(struct buf *out, struct text line)
{
	buf_adds(out, text_ends(line, TEXT("\n")) ? "" : "\n\\ No newline at end of file");
	buf_addc(out, '\n');
}

static void add_plain(struct buf *out, char sign, struct pieces lines)
{
	for (size_t i = 0; i < lines.n; i++) {
		struct text line = pieces_get(&lines, i);

		buf_addc(out, sign);
		buf_add(out, text_ends(line, TEXT("\n")) ? text_sub(line, 0, line.n - 1) : line);
		end_line(out, line);
	}
}

struct painter {
	struct buf *out;
	bool reverse; /* the terminal shows it so now */
};

static void set_reverse(struct painter *p, bool on)
{
	if (p->reverse != on)
		buf_adds(p->out, on ? SGR("7") : SGR("27"));
	p->reverse = on;
}

static void add_shown(struct painter *p, struct text t, bool reverse)
{
	for (size_t at = 0; at < t.n;) {
		size_t n = visible_run(t, at, VISIBLE_TEXT);

		if (n > 0) {
			set_reverse(p, reverse);
			buf_add(p->out, text_sub(t, at, at + n));
			at += n;
			continue;
		}
		set_reverse(p, true);
		at += visible_escape(p->out, t, at);
	}
}

static void add_body(struct buf *out, struct text body, const struct picks *picks)
{
	struct painter p = { out, false };
	size_t at = 0;

	for (size_t i = 0; i < picks->n; i++) {
		add_shown(&p, text_sub(body, at, picks->list[i].start), false);
		add_shown(&p, text_range(body, picks->list[i]), true);
		at = picks->list[i].end;
	}
	add_shown(&p, text_from(body, at), false);
	set_reverse(&p, false);
}

static bool is_crlf(struct text line)
{
	return text_ends(line, TEXT("\r\n"));
}

static bool is_lf(struct text line)
{
	return text_ends(line, TEXT("\n")) && !is_crlf(line);
}

static void add_painted(struct buf *out, enum diff_color color, struct text line, const struct picks *picks,
			bool show_cr)
{
	diff_paint(out, true, color, true);
	buf_addc(out, color == DIFF_GONE ? '-' : '+');
	add_body(out, worddiff_body(line), picks);
	if (show_cr)
		buf_adds(out, SGR("2") "^M" SGR("22"));
	diff_paint(out, true, color, false);
	end_line(out, line);
}

/* One side of a change; a is always the side that went, so that both pick the same words. */
static void add_side(struct buf *out, enum diff_color color, struct pieces lines, struct pieces others,
		     const size_t *partners)
{
	struct arena m = { 0 };

	for (size_t i = 0; i < lines.n; i++) {
		struct text line = pieces_get(&lines, i), other;
		struct picks mine = { 0 }, theirs;
		bool show_cr = false;

		if (partners[i] != WORDDIFF_ALONE) {
			other = pieces_get(&others, partners[i]);
			show_cr = is_crlf(line) && is_lf(other);
			if (color == DIFF_GONE)
				worddiff_pick(&m, worddiff_body(line), worddiff_body(other), &mine, &theirs);
			else
				worddiff_pick(&m, worddiff_body(other), worddiff_body(line), &theirs, &mine);
		}
		add_painted(out, color, line, &mine, show_cr);
		arena_reset(&m);
	}
	arena_release(&m);
}

void diff_add_context(struct buf *out, struct pieces lines, bool color)
{
	const struct picks none = { 0 };

	if (!color) {
		add_plain(out, ' ', lines);
		return;
	}
	for (size_t i = 0; i < lines.n; i++) {
		struct text line = pieces_get(&lines, i);

		buf_addc(out, ' ');
		add_body(out, worddiff_body(line), &none);
		end_line(out, line);
	}
}

void diff_add_change(struct buf *out, struct pieces a, struct pieces b, bool color)
{
	struct arena m = { 0 };
	size_t *partner_a, *partner_b;

	if (!color) {
		add_plain(out, '-', a);
		add_plain(out, '+', b);
		return;
	}
	partner_a = ARENA_ARRAY(&m, a.n, size_t);
	partner_b = ARENA_ARRAY(&m, b.n, size_t);
	worddiff_pair(&m, a, b, partner_a, partner_b);
	add_side(out, DIFF_GONE, a, b, partner_a);
	add_side(out, DIFF_COME, b, a, partner_b);
	arena_release(&m);
}
