/* SPDX-License-Identifier: Apache-2.0 */
/* What a build of a stage would give, as far as the Dockerfile tells: one line a
 * fact, so that two predictions can be held against each other. */
#ifndef DFH_FACTS_IMAGE_H
#define DFH_FACTS_IMAGE_H

#include "base/arena.h"
#include "base/maybe.h"

/* The sides of an image. The names (aspect_name) are those of transforms' `may`. */
enum aspect {
	ASPECT_BASE,
	ASPECT_USER,
	ASPECT_WORKDIR,
	ASPECT_ENV,
	ASPECT_ENTRY,    /* ENTRYPOINT, CMD, SHELL */
	ASPECT_PORTS,
	ASPECT_VOLUMES,
	ASPECT_LABELS,   /* and the author of MAINTAINER */
	ASPECT_HEALTH,
	ASPECT_SIGNAL,
	ASPECT_TRIGGERS, /* ONBUILD */
	ASPECT_ARGS,
	ASPECT_COPIES,
	ASPECT_PACKAGES, /* what package managers install and remove, by name */
	ASPECT_RUNS,     /* what RUN does, command by command, as whom and where */
	ASPECT_STAGES,   /* names and inheritance */
	ASPECT_COMMENTS,
	ASPECT_COUNT
};

#define MAY(aspect) (1u << (aspect))

const char *aspect_name(enum aspect a);

/* One fact of an image that a stage itself decides. */
struct trait {
	enum aspect aspect;
	struct text key;   /* variable, label, port ...; a running number for what is done in order */
	struct text value; /* as it would be; as written where it is not known */
	bool known;
	size_t item;       /* the instruction that decides it */
	size_t seq;
};

/* Sorted by aspect and key; one trait a key. */
struct image {
	const struct trait *traits;
	size_t n;
};

struct facts;
void image_read(struct facts *f, size_t stage, struct image *out);

#endif
