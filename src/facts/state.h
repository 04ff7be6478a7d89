/* SPDX-License-Identifier: Apache-2.0 */
/* What holds before an instruction: user, working directory, shell, variables
 * (dockerfile2llb/convert.go: dispatchEnv, dispatchArg, dispatchWorkdir). */
#ifndef DFH_FACTS_STATE_H
#define DFH_FACTS_STATE_H

#include "base/maybe.h"
#include "facts/catalog.h"
#include "facts/stages.h"

/* The image at the bottom of a stage. */
struct base {
	bool known;   /* a row of the catalog tells its configuration */
	bool scratch;
	bool windows; /* what is meant for Linux must leave it alone */
	/* Of the reference, where it is certain; of the public image that it is like, where the owner says so. */
	struct text name, tag;
	struct catalog_config config; /* all unknown where !known */
	const struct catalog_claim *claim; /* what the owner says of it; NULL: nothing */
};

/* One ENV or ARG; the newest comes first. */
struct binding {
	struct text name;
	struct maybe value; /* UNKNOWN for an ARG, whose value --build-arg decides, unless its default is taken */
	bool arg;
	bool barrier; /* no variable: what is older is not known any more */
	const struct binding *older;
};

struct state {
	struct maybe user;    /* UNSET: nobody set one, so root */
	struct maybe workdir; /* absolute and clean */
	enum maybe_state shell_state; /* UNSET: the default of the platform */
	const struct word *shell;     /* its words, where KNOWN */
	size_t nshell;
	/* What a RUN made /bin/sh a link to; "?" where it changed it otherwise; empty: it is the base's own. */
	struct text bin_sh;
	const struct binding *env;
	const struct base *base;
	const struct stages *defaults; /* of a build without arguments: ARGs have their defaults; else NULL */
	/* Bytes that one reading may still spend on values; shared. Beyond it, and of a
	 * value or path that is over our bounds, nothing is known. */
	size_t *budget;
};

/* The value of a variable there. */
struct maybe state_get(const struct state *s, struct arena *a, struct text name);
/* A word with its variables expanded there. */
struct maybe state_expand(const struct state *s, struct arena *a, const struct doc *d, struct text word);
/* The same, with variables that are not known left in it by their names: to hold
 * two words against each other. */
struct maybe state_expand_symbolic(const struct state *s, struct arena *a, const struct doc *d, struct text word);
/* Why no build takes the word (a quote or a ${ that does not end ...), or NULL. */
const char *state_refuses(const struct state *s, struct arena *a, const struct doc *d, struct text word);
/* Where a path leads from the working directory (path.Join): absolute and clean. */
struct maybe state_path(const struct state *s, struct arena *a, struct text path);

/* The state before a stage's first instruction; parent: the end of the stage that it
 * continues, or NULL. */
struct state state_start(const struct base *b, const struct state *parent, size_t *budget);
/* As a container of the image sees it: an ARG is no variable there. */
struct state state_in_container(const struct state *s, struct arena *a);
/* A FROM that runs triggers (ONBUILD) of its parent: nothing is known after it. */
void state_forget(struct state *s, struct arena *a);
/* Goes over one instruction. */
void state_step(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins);

/* overlay may be NULL. by_default: the default of an ARG in FROM counts. What is new lies in the arena. */
void base_read(struct base *b, const struct doc *d, const struct stage *st, const struct catalog_overlay *overlay,
	       bool by_default, struct arena *a);

#endif
