/* SPDX-License-Identifier: Apache-2.0 */
/* Where a file of a stage's image comes from, as far as the Dockerfile and the build
 * context tell. */
#ifndef DFH_FACTS_MADE_H
#define DFH_FACTS_MADE_H

#include "facts/facts.h"

enum made_kind {
	MADE_ELSEWHERE, /* nothing that the file is seen to write: the base image has it, or a package */
	MADE_BYTES,     /* a file of the build context, or a here-document */
	MADE_COMPILED,  /* a compiler wrote it */
	MADE_UNSEEN     /* a step writes it, or may, and what it writes is not seen */
};

struct path_origin {
	enum made_kind kind;
	size_t item;       /* the step; TEXT_NPOS for MADE_ELSEWHERE */
	struct text bytes; /* of MADE_BYTES: its start */
	bool cut;          /* there are more */
	struct text path;  /* of MADE_BYTES: in the context; empty for a here-document */
};

/* path is absolute and clean; the file at the end of the stage. */
struct path_origin made_file(struct facts *f, size_t stage, struct text path);
/* The same before an instruction of a stage. */
struct path_origin made_before(struct facts *f, size_t item, struct text path);
/* A step before it copies a folder there, or something into it, or may do so. */
bool made_folder_before(struct facts *f, size_t item, struct text path);

/* What a container of the stage would start under that name: a path (from the stage's working directory),
 * or a name that is looked up in PATH. Of a name, steps that copy whole folders count only where they
 * are seen to hold it. */
struct path_origin made_program(struct facts *f, size_t stage, struct text program);

#endif
