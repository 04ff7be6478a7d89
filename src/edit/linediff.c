/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/linediff.h"

#include "edit/script.h"

/* WORK steps are a fraction of a second; more lines than MANY that differ are replaced in one. */
enum { WORK = 1 << 26, MANY = 1 << 23 };

static bool same(const struct pieces *a, size_t i, const struct pieces *b, size_t k)
{
	return text_eq(pieces_get(a, i), pieces_get(b, k));
}

static void set(bool *changed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		changed[i] = true;
}

static void compare(struct pieces a, struct pieces b, bool *gone, bool *come)
{
	struct arena m = { 0 };
	uint32_t *na, *nb;
	size_t kinds;

	if (a.n == 0 || b.n == 0 || a.n > MANY || b.n > MANY) {
		set(gone, a.n);
		set(come, b.n);
		return;
	}
	na = ARENA_ARRAY(&m, a.n, uint32_t);
	nb = ARENA_ARRAY(&m, b.n, uint32_t);
	kinds = pieces_number(a, b, na, nb);
	script_mark((struct script_side){ na, a.n, gone }, (struct script_side){ nb, b.n, come }, kinds,
		    WORK);
	arena_release(&m);
}

/* ---- sliding: a block whose first line equals the one after it may move down ---- */

/* A run of changed lines, maybe empty; the k-th groups of both texts face each other. */
struct group {
	const struct pieces *lines;
	bool *changed;
	size_t start, end;
};

struct slide {
	struct group it, other;
	size_t work; /* bytes that may still be compared */
};

static void stretch_down(struct group *g)
{
	while (g->end < g->lines->n && g->changed[g->end])
		g->end++;
}

static void stretch_up(struct group *g)
{
	while (g->start > 0 && g->changed[g->start - 1])
		g->start--;
}

static bool next_group(struct group *g)
{
	if (g->end == g->lines->n)
		return false;
	g->start = ++g->end;
	stretch_down(g);
	return true;
}

static void previous_group(struct group *g)
{
	g->end = --g->start;
	stretch_up(g);
}

static bool may_swap(struct slide *s, size_t i, size_t k)
{
	struct text one = pieces_get(s->it.lines, i), two = pieces_get(s->it.lines, k);

	if (s->work <= one.n || one.n != two.n)
		return false;
	s->work -= one.n;
	return text_eq(one, two);
}

static bool slide_down(struct slide *s)
{
	struct group *g = &s->it;

	if (g->end == g->lines->n || !may_swap(s, g->start, g->end))
		return false;
	g->changed[g->start++] = false;
	g->changed[g->end++] = true;
	stretch_down(g);
	next_group(&s->other);
	return true;
}

static bool slide_up(struct slide *s)
{
	struct group *g = &s->it;

	if (g->start == 0 || !may_swap(s, g->start - 1, g->end - 1))
		return false;
	g->changed[--g->start] = true;
	g->changed[--g->end] = false;
	stretch_up(g);
	previous_group(&s->other);
	return true;
}

static bool faces_change(const struct slide *s)
{
	return s->other.start < s->other.end;
}

/* Up and down, taking in what it touches; then to the lowest place beside a change, if any. */
static void slide_group(struct slide *s)
{
	size_t size;
	bool faced;

	do {
		size = s->it.end - s->it.start;
		while (slide_up(s))
			;
		faced = faces_change(s);
		while (slide_down(s))
			faced = faced || faces_change(s);
	} while (s->it.end - s->it.start != size);
	while (faced && !faces_change(s) && slide_up(s))
		;
}

static void slide_all(const struct pieces *lines, bool *changed, const struct pieces *other,
		      bool *other_changed)
{
	struct slide s = { { lines, changed, 0, 0 }, { other, other_changed, 0, 0 }, 1 << 16 };

	s.work += 8 * lines->text.n;
	stretch_down(&s.it);
	stretch_down(&s.other);
	do {
		if (s.it.start < s.it.end)
			slide_group(&s);
	} while (next_group(&s.it) && next_group(&s.other));
}

void linediff_init(struct linediff *d, struct text a, struct text b)
{
	size_t start = 0, na, nb;

	*d = (struct linediff){ 0 };
	d->a = pieces_lines(&d->arena, a);
	d->b = pieces_lines(&d->arena, b);
	na = d->a.n;
	nb = d->b.n;
	d->gone = ARENA_ARRAY(&d->arena, na, bool);
	d->come = ARENA_ARRAY(&d->arena, nb, bool);
	while (start < na && start < nb && same(&d->a, start, &d->b, start))
		start++;
	while (na > start && nb > start && same(&d->a, na - 1, &d->b, nb - 1))
		na--, nb--;
	compare(pieces_sub(&d->a, start, na), pieces_sub(&d->b, start, nb), d->gone + start, d->come + start);
	slide_all(&d->a, d->gone, &d->b, d->come);
	slide_all(&d->b, d->come, &d->a, d->gone);
}

void linediff_release(struct linediff *d)
{
	arena_release(&d->arena);
}

bool linediff_next(const struct linediff *d, struct linechange *c)
{
	size_t a = c->a + c->na, b = c->b + c->nb;

	while (a < d->a.n && b < d->b.n && !d->gone[a] && !d->come[b])
		a++, b++;
	*c = (struct linechange){ a, 0, b, 0 };
	while (a + c->na < d->a.n && d->gone[a + c->na])
		c->na++;
	while (b + c->nb < d->b.n && d->come[b + c->nb])
		c->nb++;
	return c->na + c->nb > 0;
}
