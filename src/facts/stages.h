/* SPDX-License-Identifier: Apache-2.0 */
/* The build stages of a Dockerfile: names, what each is built from, which are
 * exported (dockerfile2llb/convert.go: buildDispatchStates, findStateByName). */
#ifndef DFH_FACTS_STAGES_H
#define DFH_FACTS_STAGES_H

#include "base/maybe.h"
#include "syntax/doc.h"

struct stage {
	struct text name; /* lower case; empty where it has none */
	size_t from;      /* index of its FROM in doc.items */
	size_t end;       /* one past its last item */
	const struct instruction *ins;
	struct text base; /* as FROM names it, variables not expanded */
	/* With the defaults of the file's ARGs. UNKNOWN: an ARG without a default or a
	 * value that only the build knows takes part. */
	struct maybe base_default;
	/* --platform in a build for linux/amd64 without arguments; UNSET: not given. */
	struct maybe platform;
	bool base_fixed; /* no variable in it: nothing outside can change it */
	int parent;      /* the stage that it continues, or -1 */
	bool exported;   /* its image leaves the build */
	bool kept;       /* its layers do: it is exported, or a stage that continues it is kept */
};

/* An ARG before the first FROM. */
struct global_arg {
	struct text name;
	struct maybe value; /* default, expanded; UNSET: declared without one */
	struct maybe as_built; /* the same in a build for linux/amd64 without arguments */
	size_t item;        /* index in doc.items */
	const struct word *word;
};

struct stages {
	const struct stage *list;
	size_t n;
	const struct global_arg *args;
	size_t nargs;
};

/* targets: names or numbers of stages that are exported beside the last one. */
void stages_read(struct arena *a, const struct doc *d, const struct text *targets, size_t ntargets,
		 struct stages *out);

/* The stage that a COPY --from= or RUN --mount from= names (a name in any case, or
 * a number); -1 where it is an image or another context. */
int stages_find(const struct stages *s, struct text name);

/* The global ARG of that name that counts for what follows the first n of them (the
 * last of these), or NULL. */
const struct global_arg *stages_arg(const struct stages *s, size_t n, struct text name);

/* What FROM names in a build for linux/amd64 without arguments: a variable without
 * a value is empty. */
struct text stages_base_as_built(struct arena *a, const struct doc *d, const struct stages *s, size_t stage);

#endif
