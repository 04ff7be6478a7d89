/* SPDX-License-Identifier: Apache-2.0 */
/* The shell patterns of ${v#p}, ${v%p} and ${v/p/r}: * and ? and escapes, as
 * BuildKit turns them into regular expressions (no bracket expressions). */
#ifndef DFH_SYNTAX_EXPAND_GLOB_H
#define DFH_SYNTAX_EXPAND_GLOB_H

#include "base/buf.h"
#include "base/text.h"

enum glob_status {
	GLOB_OK,
	GLOB_BAD,      /* an escape that BuildKit refuses */
	GLOB_TOO_LARGE /* pattern times value is over our bound */
};

/* What is left of value when the shortest (or longest) match at its start (or
 * end, suffix) is cut: *keep, offsets in value. */
enum glob_status glob_trim(struct text pattern, struct text value, bool suffix, bool longest, struct range *keep);

/* Appends value with the first (or all) longest matches replaced; GLOB_TOO_LARGE
 * also where out would pass `limit` bytes. */
enum glob_status glob_replace(struct text pattern, struct text with, struct text value, bool all, struct buf *out,
			      size_t limit);

#endif
