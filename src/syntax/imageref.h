/* SPDX-License-Identifier: Apache-2.0 */
/* Image references, read as github.com/distribution/reference reads them
 * (ParseNormalizedNamed): what it refuses is refused here. */
#ifndef DFH_SYNTAX_IMAGEREF_H
#define DFH_SYNTAX_IMAGEREF_H

#include "base/text.h"

/* [registry "/"] path [":" tag] ["@" digest], all slices of source as written. */
struct imageref {
	struct text source;
	struct text registry; /* host with port, no "/"; empty where none is written */
	struct text path;     /* "library/" is kept where it is written */
	struct text tag;      /* no ":" */
	struct text digest;   /* no "@" */
	/* Where ":tag" and "@digest" stand in source, separator included; empty, at
	 * the place where they would go, where there is none. */
	struct range tag_at, digest_at;
};

/* False where t is no reference; *out is then undefined. */
bool imageref_parse(struct text t, struct imageref *out);

/* The short name, without tag and digest, a slice of the source: Docker Hub's own
 * hosts (docker.io, index.docker.io, registry-1.docker.io) are dropped, and
 * "library/" of official images with them; any other registry is kept. */
struct text imageref_name(const struct imageref *ref);

/* A part of a reference in which variables are not expanded yet. */
enum imageref_part { IMAGEREF_ABSENT, IMAGEREF_PRESENT, IMAGEREF_UNSURE };

enum imageref_values {
	IMAGEREF_VALUES_ANY,  /* a variable may hold anything */
	IMAGEREF_VALUES_PLAIN /* the caller knows that no value holds ':', '@' or '/' */
};

struct imageref_split {
	enum imageref_part tag, digest;
	/* As in struct imageref, not validated; each holds where its part is not unsure.
	 * A tag that is present may hold a digest where digest is unsure (":${TAG}").
	 * What stands before tag_at is the name. */
	struct range tag_at, digest_at;
};

/* Finds the parts of t, which may hold variables ($v, ${v...}) but neither quotes
 * nor escapes (those make all unsure). "Sure" means: in every expansion of t that
 * is a reference. True where the tag is sure. */
bool imageref_split_unexpanded(struct text t, enum imageref_values values, struct imageref_split *out);

#endif
