/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from one reading of a Dockerfile: built when first asked for, kept
 * for as long as the reading. Unknown is a value. */
#ifndef DFH_FACTS_FACTS_H
#define DFH_FACTS_FACTS_H

#include "facts/catalog.h"
#include "facts/context.h"
#include "facts/image.h"
#include "facts/packages.h"
#include "facts/stages.h"
#include "facts/state.h"

struct facts;

/* A further build context that a build is given by name. BuildKit takes it in the
 * place of the image of that name: https://docs.docker.com/reference/cli/docker/buildx/build/#build-context */
struct named_context {
	struct maybe name;   /* as it is written there; UNKNOWN: it may be any */
	struct text because; /* where it is given: "compose.yaml:7" */
};

enum start_kind {
	START_RIGHTS, /* it gets more than an ordinary container: value says what */
	START_SOCKET, /* Docker's socket is put into it */
	START_BIND,   /* a folder or file of the host lies at the path `value`, and can be written */
	START_VOLUME, /* a volume with a name lies there */
	START_ENTRY,  /* it starts `words` in the place of ENTRYPOINT and CMD */
	START_COMMAND /* or in the place of CMD */
};

/* How the repository's own files start a container of the image (compose-spec, spec.md). */
struct start_note {
	enum start_kind kind;
	struct text value;
	const struct text *words;
	size_t nwords;
	struct maybe target; /* the stage; UNSET: the last one */
	struct text because; /* "compose.yaml:7" */
};

/* What lies around the Dockerfile. */
struct facts_around {
	struct context *context; /* NULL: all of it is unknown */
	struct text because;     /* why it is that one, or why there is none */
	const struct named_context *named;
	size_t nnamed;
	const struct start_note *starts;
	size_t nstarts;
};

struct facts_inputs {
	const struct doc *doc;   /* doc_ok() */
	/* Asked once, when a fact depends on it; *out is all zero. May be NULL. */
	void (*ask_around)(void *data, struct facts_around *out);
	void *ask_data;
	const struct text *targets; /* further exported stages */
	size_t ntargets;
	const struct catalog_overlay *overlay; /* what the owner says of his images; NULL: nothing */
};

struct facts *facts_open(struct arena *a, const struct facts_inputs *in);

struct arena *facts_arena(const struct facts *f);
const struct doc *facts_doc(const struct facts *f);
struct context *facts_context(struct facts *f);
/* The same file as a build without arguments reads it: its ARGs have their defaults, and the base image that one names is
 * known by it. f itself where it has none. */
struct facts *facts_usual(struct facts *f);
/* Why the context is the one that it is, or why it is not known. */
const struct start_note *facts_starts(struct facts *f, size_t *n);
struct text facts_context_because(struct facts *f);
/* The named context that replaces, or (its name being unknown) may replace, an image,
 * however the two are written: alpine is docker.io/library/alpine:latest. Else NULL. */
const struct named_context *facts_named_context(struct facts *f, struct text image);
const struct stages *facts_stages(const struct facts *f);

/* What is below a stage: the image that it or the first of its parents starts from. */
const struct base *facts_base(struct facts *f, size_t stage);
/* The state before an instruction's item of a stage. */
const struct state *facts_before(struct facts *f, size_t item);
/* The state at the end of a stage. */
const struct state *facts_after(struct facts *f, size_t stage);
/* The same as a container sees it: state_in_container(). */
const struct state *facts_running(struct facts *f, size_t stage);
/* What a stage adds to the image it starts from. */
const struct image *facts_image(struct facts *f, size_t stage);

/* Where a room keeps what it has worked out of a stage: NULL until it puts it there. */
enum facts_kept { KEPT_COPIED, KEPT_RUNTIME, KEPT_ACCOUNTS, KEPT_ACCESS, KEPT_COUNT };
void **facts_kept(struct facts *f, enum facts_kept what, size_t stage);

#endif
