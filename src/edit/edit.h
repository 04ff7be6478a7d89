/* SPDX-License-Identifier: Apache-2.0 */
/* Edits of a text: byte ranges and what goes there. What no edit names is copied. */
#ifndef DFH_EDIT_EDIT_H
#define DFH_EDIT_EDIT_H

#include "base/arena.h"
#include "base/text.h"

/* Replaces at (empty: inserts) by text. */
struct edit {
	struct range at;
	struct text with;
};

/* Sorts by place; those at one place keep their order. */
void edits_sort(struct edit *edits, size_t n);
/* Of a sorted list: true where two overlap, or one lies outside a text of `size`
 * bytes. Two insertions at one place do not overlap. */
bool edits_clash(const struct edit *edits, size_t n, size_t size);
/* The new text, in the arena. The list is sorted and does not clash. */
struct text edits_splice(struct arena *a, struct text before, const struct edit *edits, size_t n);

/* Where the bytes of the current text came from. */
struct origin {
	size_t at, from, n; /* current [at, at + n) was original [from, from + n) */
};

struct origins {
	const struct origin *list; /* sorted by at */
	size_t n;
};

struct origins origins_start(struct arena *a, size_t size);
/* After one more splice. */
struct origins origins_splice(struct arena *a, const struct origins *o, const struct edit *edits, size_t n);
/* The original offset of a current one; of inserted bytes, the place they went to. */
size_t origins_find(const struct origins *o, size_t at);

#endif
