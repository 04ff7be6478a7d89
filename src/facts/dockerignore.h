/* SPDX-License-Identifier: Apache-2.0 */
/* What a .dockerignore leaves out of a build context. The rules are those of
 * moby/patternmatcher (ignorefile and MatchesUsingParentResults), which docker
 * and BuildKit use: patterns in order, the last that matches decides, "!" takes
 * back in, a pattern that matches a folder holds for all below it. */
#ifndef DFH_FACTS_DOCKERIGNORE_H
#define DFH_FACTS_DOCKERIGNORE_H

#include "base/arena.h"
#include "base/text.h"

struct ignore_pattern;

/* Zeroed: leaves nothing out. Lives in the arena that it was read into. */
struct dockerignore {
	const struct ignore_pattern *patterns;
	size_t n;
	bool exceptions;      /* a pattern starts with "!" */
	bool wild_exceptions; /* and has a wildcard before its last component */
	/* A pattern that docker refuses, or more of them than we read: what is
	 * left out is unknown. The line of the first such pattern. */
	bool bad;
	size_t bad_line;
	size_t work; /* spent on matching; past a limit the answer is unknown */
};

enum ignored { IGNORED_NO, IGNORED_YES, IGNORED_UNKNOWN };

void dockerignore_read(struct arena *a, struct text text, struct dockerignore *out);

/* path is clean (facts/relpath.h). The root itself is never left out. */
enum ignored dockerignore_match(struct dockerignore *ig, struct text path);

/* A folder that is left out is still sent where something below it is not.
 * NO: it is not sent. YES: an exception names it or what is below it.
 * UNKNOWN: only looking at all that is below it can tell. */
enum ignored dockerignore_may_keep(const struct dockerignore *ig, struct text folder);

#endif
