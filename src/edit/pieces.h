/* SPDX-License-Identifier: Apache-2.0 */
/* A text cut into lines or words, numbered so that equal ones are found quickly. */
#ifndef DFH_EDIT_PIECES_H
#define DFH_EDIT_PIECES_H

#include "base/arena.h"
#include "base/text.h"

/* Pieces follow each other without a gap: piece i is [at[i], at[i + 1]) of text. */
struct pieces {
	struct text text;
	const size_t *at; /* n + 1 of them */
	size_t n;
};

/* Lines end with their \n, and nowhere else; the last one may lack it. */
struct pieces pieces_lines(struct arena *a, struct text t);
/* Words (letters, digits, _ and all that is not ASCII), runs of blanks, and every other byte alone. */
struct pieces pieces_words(struct arena *a, struct text t);

static inline struct text pieces_get(const struct pieces *p, size_t i)
{
	return text_sub(p->text, p->at[i], p->at[i + 1]);
}
/* Pieces [from, to). */
static inline struct pieces pieces_sub(const struct pieces *p, size_t from, size_t to)
{
	return (struct pieces){ p->text, p->at + from, to - from };
}

/* Gives the pieces numbers, equal ones the same, counted from 0 without a gap; returns
 * how many there are. Takes n log n time on any input. At most UINT32_MAX pieces together. */
size_t pieces_number(struct pieces a, struct pieces b, uint32_t *numbers_a, uint32_t *numbers_b);

#endif
