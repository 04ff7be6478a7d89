/* SPDX-License-Identifier: Apache-2.0 */
/* What a container of a stage's image starts: which ENTRYPOINT is in force, and what
 * happens to a CMD under it (dockerfile2llb/convert.go: dispatchCmd, dispatchEntrypoint). */
#ifndef DFH_FACTS_ENTRY_H
#define DFH_FACTS_ENTRY_H

#include "facts/facts.h"

struct entry {
	enum maybe_state state;   /* UNSET: there is none; UNKNOWN: the base image, or a trigger, may have one */
	size_t item;              /* the instruction, or TEXT_NPOS: the base image's */
	bool shell;               /* in shell form: it ignores what is appended */
	const struct text *words; /* of the exec form */
	size_t n;
};

/* The ENTRYPOINT in force at the end of a stage. */
struct entry entry_of(struct facts *f, size_t stage);

/* The CMD in force there: ENTRYPOINT drops one that comes from below. */
struct entry entry_cmd_of(struct facts *f, size_t stage);

/* It starts what is appended to it as it stands (tini --, docker-php-entrypoint, a script of the build
 * context that ends in exec "$@" and looks at no argument), so that a program and a shell that starts
 * it end up the same. */
bool entry_hands_over(struct facts *f, size_t stage, const struct entry *e);

/* It is nothing but such a program (tini --). */
bool entry_is_wrapper(const struct entry *e);

/* A CMD that would be appended to a stage's own ENTRYPOINT: of the stage, or of one that continues
 * it. Its item, or TEXT_NPOS. */
size_t entry_cmd(struct facts *f, size_t stage);

#endif
