/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/script.h"

#include "base/arena.h"

#include <assert.h>

/* A search goes that deep even after the work is used up: it bounds what a
 * number of the sequence costs then. */
enum { FLOOR = 64, STACK = 80 };

/* A side without what the other one has not: that is never in common, and without
 * it texts that share nothing cost nothing. */
struct kept {
	uint32_t *numbers;
	int32_t *places; /* in the side */
	int32_t n;
	bool *changed;
};

/* A part of both: x in [a0, a1) with y in [b0, b1). Diagonal d is where x - y = d. */
struct box {
	int32_t a0, a1, b0, b1;
};

struct point {
	int32_t x, y;
};

/* How far paths of one length come: x[d] for each second diagonal of low..high. */
struct front {
	int32_t *x, low, high;
};

struct search {
	const uint32_t *a, *b;
	struct front ahead, back; /* from the start and from the end of a box */
	size_t work;              /* what is left */
};

static struct kept keep(struct arena *m, const struct script_side *s, const bool *other_has)
{
	struct kept k = { ARENA_ARRAY(m, s->n, uint32_t), ARENA_ARRAY(m, s->n, int32_t), 0, s->changed };

	for (size_t i = 0; i < s->n; i++) {
		if (!other_has[s->numbers[i]]) {
			s->changed[i] = true;
			continue;
		}
		k.numbers[k.n] = s->numbers[i];
		k.places[k.n++] = (int32_t)i;
	}
	return k;
}

static void widen(struct front *f, struct box x, int32_t none)
{
	if (f->low > x.a0 - x.b1)
		f->x[--f->low - 1] = none;
	else
		f->low++;
	if (f->high < x.a1 - x.b0)
		f->x[++f->high + 1] = none;
	else
		f->high--;
}

static bool holds(const struct front *f, int32_t d)
{
	return d >= f->low && d <= f->high;
}

static void spend(struct search *s, int32_t steps)
{
	s->work = s->work > (size_t)steps ? s->work - (size_t)steps : 0;
}

/* One edit more from the start; true where the path meets one from the end. */
static bool step_ahead(struct search *s, struct box box, bool may_meet, struct point *at)
{
	struct front *f = &s->ahead;

	widen(f, box, -1);
	for (int32_t d = f->high; d >= f->low; d -= 2) {
		int32_t x = f->x[d - 1] >= f->x[d + 1] ? f->x[d - 1] + 1 : f->x[d + 1], from = x;

		while (x < box.a1 && x - d < box.b1 && s->a[x] == s->b[x - d])
			x++;
		f->x[d] = x;
		spend(s, x - from + 1);
		if (may_meet && holds(&s->back, d) && s->back.x[d] <= x) {
			*at = (struct point){ x, x - d };
			return true;
		}
	}
	return false;
}

static bool step_back(struct search *s, struct box box, bool may_meet, struct point *at)
{
	struct front *f = &s->back;

	widen(f, box, INT32_MAX);
	for (int32_t d = f->high; d >= f->low; d -= 2) {
		int32_t x = f->x[d - 1] < f->x[d + 1] ? f->x[d - 1] : f->x[d + 1] - 1, from = x;

		while (x > box.a0 && x - d > box.b0 && s->a[x - 1] == s->b[x - d - 1])
			x--;
		f->x[d] = x;
		spend(s, from - x + 1);
		if (may_meet && holds(&s->ahead, d) && s->ahead.x[d] >= x) {
			*at = (struct point){ x, x - d };
			return true;
		}
	}
	return false;
}

/* The ends of a front may lie one step outside the box. */
static struct point inside(struct box box, int32_t x, int32_t d)
{
	if (x > box.a1)
		x = box.a1;
	if (x - d > box.b1)
		x = box.b1 + d;
	if (x < box.a0)
		x = box.a0;
	if (x - d < box.b0)
		x = box.b0 + d;
	return (struct point){ x, x - d };
}

/* The point that either side has come to with the most behind it. */
static struct point furthest(const struct search *s, struct box box)
{
	struct point best = { box.a0, box.b0 };
	int32_t start = box.a0 + box.b0, end = box.a1 + box.b1, most = 0;

	for (int32_t d = s->ahead.low; d <= s->ahead.high; d += 2) {
		struct point p = inside(box, s->ahead.x[d], d);

		if (p.x + p.y - start > most) {
			most = p.x + p.y - start;
			best = p;
		}
	}
	for (int32_t d = s->back.low; d <= s->back.high; d += 2) {
		struct point p = inside(box, s->back.x[d], d);

		if (end - p.x - p.y > most) {
			most = end - p.x - p.y;
			best = p;
		}
	}
	return best;
}

/* A point of a shortest path through the box, about the middle of its edits. */
static struct point middle(struct search *s, struct box box)
{
	int32_t first = box.a0 - box.b0, last = box.a1 - box.b1;
	bool odd = ((first - last) & 1) != 0;
	struct point at;

	s->ahead.low = s->ahead.high = first;
	s->back.low = s->back.high = last;
	s->ahead.x[first] = box.a0;
	s->back.x[last] = box.a1;
	for (int32_t depth = 1;; depth++) {
		if (step_ahead(s, box, odd, &at) || step_back(s, box, !odd, &at))
			return at;
		if (depth >= FLOOR && s->work == 0)
			return furthest(s, box);
	}
}

static struct box trim(const struct search *s, struct box x)
{
	while (x.a0 < x.a1 && x.b0 < x.b1 && s->a[x.a0] == s->b[x.b0])
		x.a0++, x.b0++;
	while (x.a0 < x.a1 && x.b0 < x.b1 && s->a[x.a1 - 1] == s->b[x.b1 - 1])
		x.a1--, x.b1--;
	return x;
}

static void set(const struct kept *k, int32_t from, int32_t to)
{
	for (int32_t i = from; i < to; i++)
		k->changed[k->places[i]] = true;
}

static int32_t size(struct box x)
{
	return x.a1 - x.a0 + x.b1 - x.b0;
}

static bool divide(struct search *s, struct box x, struct box *larger, struct box *smaller)
{
	struct point p = middle(s, x);
	struct box one = { x.a0, p.x, x.b0, p.y }, two = { p.x, x.a1, p.y, x.b1 };

	*larger = size(one) > size(two) ? one : two;
	*smaller = size(one) > size(two) ? two : one;
	return size(*smaller) > 0;
}

/* The smaller half comes first, so that the stack grows with the logarithm only. */
static void solve(struct search *s, const struct kept *a, const struct kept *b)
{
	struct box stack[STACK] = { { 0, a->n, 0, b->n } };
	size_t n = 1;

	while (n > 0) {
		struct box x = trim(s, stack[--n]);

		assert(n + 2 <= STACK);
		if (x.a0 < x.a1 && x.b0 < x.b1 && divide(s, x, &stack[n], &stack[n + 1])) {
			n += 2;
			continue;
		}
		set(a, x.a0, x.a1);
		set(b, x.b0, x.b1);
	}
}

void script_mark(struct script_side a, struct script_side b, size_t kinds, size_t work)
{
	struct arena m = { 0 };
	bool *in_a = ARENA_ARRAY(&m, kinds, bool), *in_b = ARENA_ARRAY(&m, kinds, bool);
	struct kept ka, kb;
	struct search s = { .work = work };
	size_t diagonals;

	assert(a.n <= SCRIPT_MAX && b.n <= SCRIPT_MAX);
	for (size_t i = 0; i < a.n; i++)
		in_a[a.numbers[i]] = true;
	for (size_t i = 0; i < b.n; i++)
		in_b[b.numbers[i]] = true;
	ka = keep(&m, &a, in_b);
	kb = keep(&m, &b, in_a);
	diagonals = (size_t)ka.n + (size_t)kb.n + 3; /* -b - 1 .. a + 1 */
	s.a = ka.numbers;
	s.b = kb.numbers;
	s.ahead.x = ARENA_ARRAY(&m, diagonals, int32_t) + kb.n + 1;
	s.back.x = ARENA_ARRAY(&m, diagonals, int32_t) + kb.n + 1;
	solve(&s, &ka, &kb);
	arena_release(&m);
}
