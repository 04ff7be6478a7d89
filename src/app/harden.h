/* SPDX-License-Identifier: Apache-2.0 */
/* The pipeline: one Dockerfile and what is around it -> an outcome. A pure function
 * of its arguments; any number of threads may run it, each with its own outcome and
 * context. */
#ifndef DFH_APP_HARDEN_H
#define DFH_APP_HARDEN_H

#include "app/select.h"
#include "facts/wish.h"
#include "facts/catalog.h"
#include "pass/outcome.h"

/* What lies around a Dockerfile. */
struct surroundings {
	struct context *context;    /* NULL: unknown */
	struct text because;        /* why it is that one, or why it is unknown */
	const struct text *targets; /* exported stages beside the last */
	size_t ntargets;
	const struct named_context *named; /* further build contexts */
	size_t nnamed;
	const struct start_note *starts; /* how containers are started */
	size_t nstarts;
};

struct harden_input {
	struct text path; /* as it is to be called in messages */
	struct text text;
	struct surroundings around;
	/* Asked once, and only when something depends on it, in the place of `around`;
	 * may be NULL. Looking must have no effect but its answer. */
	void (*look)(void *data, const struct doc *d, struct surroundings *out);
	void *look_data;
};

struct harden_options {
	struct selection selection;
	const struct catalog_overlay *overlay; /* what the owner says of his images; NULL: nothing */
	const struct user_wish *user; /* NULL: the usual account */
	/* The pipeline; NULL is transforms[]. */
	const struct transform *const *transforms;
	size_t ntransforms;
};

/* out is zero-initialised; the caller releases it. */
void harden(const struct harden_input *in, const struct harden_options *o, struct outcome *out);

#endif
