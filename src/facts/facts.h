/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from one reading of a Dockerfile: built when first asked for, kept
 * for as long as the reading. Unknown is a value. */
#ifndef DFH_FACTS_FACTS_H
#define DFH_FACTS_FACTS_H

#include "facts/catalog.h"
#include "facts/context.h"
#include "facts/image.h"
#include "facts/stages.h"
#include "facts/state.h"

struct facts;

struct facts_inputs {
	const struct doc *doc;   /* doc_ok() */
	/* Asked once, when a fact depends on the context: the context (NULL: all is
	 * unknown) and why it is that one, or why there is none. May be NULL. */
	struct context *(*ask_context)(void *data, struct text *because);
	void *ask_data;
	const struct text *targets; /* further exported stages */
	size_t ntargets;
};

struct facts *facts_open(struct arena *a, const struct facts_inputs *in);

struct arena *facts_arena(const struct facts *f);
const struct doc *facts_doc(const struct facts *f);
struct context *facts_context(struct facts *f);
/* Why the context is the one that it is, or why it is not known. */
struct text facts_context_because(struct facts *f);
const struct stages *facts_stages(const struct facts *f);

/* What is below a stage: the image that it or the first of its parents starts from. */
const struct base *facts_base(struct facts *f, size_t stage);
/* The state before an instruction's item of a stage. */
const struct state *facts_before(struct facts *f, size_t item);
/* The state at the end of a stage. */
const struct state *facts_after(struct facts *f, size_t stage);
/* What a stage adds to the image it starts from. */
const struct image *facts_image(struct facts *f, size_t stage);

#endif
