/* SPDX-License-Identifier: Apache-2.0 */
/* The difference of two texts as a unified diff. */
#ifndef DFH_EDIT_DIFF_H
#define DFH_EDIT_DIFF_H

#include "base/buf.h"
#include "base/text.h"

struct diff_options {
	size_t context; /* unchanged lines around a change; with 0, `git apply` is not reliable */
	bool color;     /* for a terminal */
};

/* Appends the unified diff of one file to out; nothing where the texts are equal.
 * before == NULL: a new file. path goes behind a/ and b/ without leading "./" or
 * "/", quoted as git does with core.quotePath; it must not be empty. Diffs can be
 * joined; for patch(1) that of an empty new file has to come last.
 *
 * Without colour the lines are the bytes of the texts, so that `git apply` and
 * `patch -p1` give exactly `after`. With colour nothing of the texts but newlines and
 * tabs controls the terminal (base/visible.h); the \r of a CRLF is shown only where
 * a line and the one that it became differ in it. */
void diff_unified(struct buf *out, struct text path, const struct text *before, struct text after,
		  const struct diff_options *o);

/* A path as it stands in a diff's head, quoted where git would quote it. */
void diff_add_path(struct buf *out, struct text path);

/* The lines that such a diff adds and removes. */
void diff_count(struct text before, struct text after, size_t *added, size_t *removed);

#endif
