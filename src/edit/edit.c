/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/edit.h"

#include "base/buf.h"

#include <assert.h>

/* A merge keeps those at one place in order, and long lists stay cheap. */
static void merge(const struct edit *a, size_t na, const struct edit *b, size_t nb, struct edit *out)
{
	while (na || nb) {
		bool left = na && (!nb || a->at.start <= b->at.start);

		*out++ = left ? *a : *b;
		a += left;
		na -= left;
		b += !left;
		nb -= !left;
	}
}

void edits_sort(struct edit *edits, size_t n)
{
	struct arena scratch = { 0 };
	struct edit *from = edits, *to = ARENA_ARRAY(&scratch, n, struct edit), *swap;

	for (size_t width = 1; width < n; width *= 2) {
		for (size_t i = 0; i < n; i += 2 * width) {
			size_t na = width < n - i ? width : n - i, rest = n - i - na;

			merge(from + i, na, from + i + na, width < rest ? width : rest, to + i);
		}
		swap = from;
		from = to;
		to = swap;
	}
	for (size_t i = 0; from != edits && i < n; i++)
		edits[i] = from[i];
	arena_release(&scratch);
}

bool edits_clash(const struct edit *edits, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++) {
		if (edits[i].at.start > edits[i].at.end || edits[i].at.end > size)
			return true;
		if (i && edits[i].at.start < edits[i - 1].at.end)
			return true;
	}
	return false;
}

struct text edits_splice(struct arena *a, struct text before, const struct edit *edits, size_t n)
{
	struct text *parts = ARENA_ARRAY(a, 2 * n + 1, struct text);
	size_t at = 0;

	assert(!edits_clash(edits, n, before.n));
	for (size_t i = 0; i < n; i++) {
		parts[2 * i] = text_sub(before, at, edits[i].at.start);
		parts[2 * i + 1] = edits[i].with;
		at = edits[i].at.end;
	}
	parts[2 * n] = text_from(before, at);
	return arena_join(a, 2 * n + 1, parts);
}

/* --- origins --------------------------------------------------------------- */

struct origins origins_start(struct arena *a, size_t size)
{
	struct origin *o = ARENA_NEW(a, struct origin);

	o->n = size;
	return (struct origins){ o, 1 };
}

/* The last piece that starts at or before `at`. */
static size_t piece_at(const struct origins *o, size_t at)
{
	size_t low = 0, high = o->n;

	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;

		if (o->list[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

size_t origins_find(const struct origins *o, size_t at)
{
	const struct origin *p;

	if (o->n == 0)
		return 0;
	p = &o->list[piece_at(o, at)];
	if (at < p->at)
		return p->from;
	return p->from + (at - p->at < p->n ? at - p->at : p->n);
}

/* Copies the pieces of [start, end) of the old text to where they are now. */
static size_t keep(const struct origins *o, size_t start, size_t end, size_t now, struct origin *out, size_t n)
{
	for (size_t i = piece_at(o, start); i < o->n && o->list[i].at < end; i++) {
		struct origin p = o->list[i];
		size_t a = p.at > start ? p.at : start, b = p.at + p.n < end ? p.at + p.n : end;

		if (a < b)
			out[n++] = (struct origin){ now + (a - start), p.from + (a - p.at), b - a };
	}
	return n;
}

struct origins origins_splice(struct arena *a, const struct origins *o, const struct edit *edits, size_t n)
{
	struct origin *out = ARENA_ARRAY(a, o->n + 2 * n + 2, struct origin);
	size_t at = 0, now = 0, count = 0, end;

	for (size_t i = 0; i <= n; i++) {
		end = i < n ? edits[i].at.start : SIZE_MAX;
		count = keep(o, at, end, now, out, count);
		if (i == n)
			break;
		now += end - at;
		/* A place in the new text leads to where the edit was. */
		out[count++] = (struct origin){ now, origins_find(o, edits[i].at.start), 0 };
		now += edits[i].with.n;
		at = edits[i].at.end;
	}
	return (struct origins){ out, count };
}
