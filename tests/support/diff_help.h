/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of diffs share. */
#ifndef DFH_TESTS_DIFF_HELP_H
#define DFH_TESTS_DIFF_HELP_H

#include "base/text.h"

/* TEXT() for a static table */
#define T(lit)                         \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

/* Of the generator below; a test sets it first. */
static uint64_t seed;

static inline size_t below(size_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % n;
}

/* Takes the first line, with its newline, off *rest. */
static inline struct text one_line(struct text *rest)
{
	size_t end = text_chr(*rest, '\n', 0);
	struct text line = text_sub(*rest, 0, end == TEXT_NPOS ? rest->n : end + 1);

	*rest = text_from(*rest, line.n);
	return line;
}

#endif
