/* SPDX-License-Identifier: Apache-2.0 */
/* Wildcards of one path component, as Go's path/filepath.Match reads them (the
 * rule that BuildKit uses for COPY and ADD): * ? [a-z] [^a-z] and \x. */
#ifndef DFH_FACTS_GLOB_H
#define DFH_FACTS_GLOB_H

#include "base/arena.h"
#include "base/text.h"

/* False for a class that is not closed or empty, and for a final backslash. */
bool glob_valid(struct text pattern);
/* True where * ? or [ stands in it without a backslash. */
bool glob_wild(struct text pattern);
/* pattern is valid. Time is at most the product of the two lengths. */
bool glob_match(struct text pattern, struct text name);
/* The name that a pattern without wildcards means: backslashes taken out. */
struct text glob_literal(struct arena *a, struct text pattern);

/* The class that opens at pattern[at] == '[': *hit tells whether it holds the
 * rune. Gives the offset behind its ']', or TEXT_NPOS where it is not valid. */
size_t glob_class(struct text pattern, size_t at, uint32_t rune, bool *hit);

#endif
