/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the build context that a stage copies, one by one, and where they come to lie: what of the
 * image's own files can be read here. */
#ifndef DFH_FACTS_COPIED_H
#define DFH_FACTS_COPIED_H

#include "facts/facts.h"
#include "facts/source.h"

struct copied_file {
	size_t item;        /* the COPY or ADD */
	struct text path;   /* in the context */
	enum source_language language; /* by its name */
	struct text target; /* in the image of the stage asked for; empty: it is of a stage that is copied from, and lies elsewhere */
};

struct copied {
	const struct copied_file *files;
	size_t n;
	unsigned languages; /* 1u << enum source_language: of all of them */
	bool complete; /* false: a context that is not known, too many files, sources that a variable names */
};

/* The stage's, its parents', and those of stages that it copies from. Cached for the reading. */
const struct copied *copied_files(struct facts *f, size_t stage);

#endif
