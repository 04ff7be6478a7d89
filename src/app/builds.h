/* SPDX-License-Identifier: Apache-2.0 */
/* What a repository's own files say about how its Dockerfiles are built: compose
 * files, bake files, and docker/build-push-action steps of GitHub workflows. They
 * are looked for once, when first asked; what does not read is passed over. */
#ifndef DFH_APP_BUILDS_H
#define DFH_APP_BUILDS_H

#include "base/arena.h"
#include "base/maybe.h"
#include "base/text.h"
#include "facts/facts.h"

struct builds;

/* root: a repository's root, all of which is searched (bounded), or with
 * `repository` false a plain folder, of which only the files right in it are.
 * Never fails; nothing is opened before the first question. Every question may
 * be asked from any thread; paths in them and in the answers are relative to
 * root (facts/relpath.h), "." being root itself. */
struct builds *builds_open(const char *root, bool repository);
void builds_close(struct builds *b); /* NULL is nothing */

/* A named build context as it is written: additional_contexts, contexts, build-contexts. */
struct build_name {
	struct maybe name;
	struct text file;
	size_t line;
};

/* "file:line builds `dockerfile`, in the folder `context`, up to stage `target`". */
struct build_row {
	struct text file;
	size_t line;
	struct text dockerfile;
	bool default_name; /* "Dockerfile" stands there by default */
	/* UNKNOWN: a URL, a variable, a folder outside of root. */
	struct maybe context;
	struct maybe target; /* UNSET: the last stage */
	const struct build_name *named;
	size_t nnamed;
	const struct start_note *starts; /* compose's; `because` is set */
	size_t nstarts;
};

/* All rows, sorted by Dockerfile, file and line. They live as long as b. */
const struct build_row *builds_rows(struct builds *b, size_t *n);

/* The folder that is the context of a Dockerfile's build. */
struct context_root {
	struct maybe folder;  /* KNOWN or UNKNOWN (refusal code context-unknown) */
	struct text because;  /* the evidence ("compose.yaml:7") or why it is unknown */
	bool given;           /* folder is `given` as it was, not relative to root */
};

/* given: the folder that the user named, or NULL. sources: the COPY and ADD
 * sources that the build context must have: no URL, here-document, --from, or
 * variable. The rule, first that applies:
 * 1. given;
 * 2. what the rows say, if they agree; where they do not, unknown;
 * 3. without sources, the Dockerfile's own folder; else the only folder from there
 *    up to root that has all sources (without a repository: its own or none);
 * 4. unknown.
 * Everything in *out is in the arena. */
void builds_context_root(struct builds *b, struct text dockerfile, const char *given,
			 const struct text *sources, size_t nsources, struct arena *a,
			 struct context_root *out);

/* The stages that compose and bake rows name as target for this Dockerfile, sorted,
 * each once, in the arena. *unknown: there is another whose name is a variable. */
void builds_targets(struct builds *b, struct text dockerfile, struct arena *a, const struct text **names,
		    size_t *n, bool *unknown);

/* The named contexts that any row gives this Dockerfile's build, sorted, each name
 * once, those with an unknown name as one, in front. Everything is in the arena. */
void builds_named_contexts(struct builds *b, struct text dockerfile, struct arena *a,
			   const struct named_context **named, size_t *n);

/* How compose files start containers of what they build from it. Their texts live as long as b. */
void builds_starts(struct builds *b, struct text dockerfile, struct arena *a, const struct start_note **starts,
		   size_t *n);

#endif
