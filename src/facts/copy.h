/* SPDX-License-Identifier: Apache-2.0 */
/* What a COPY or ADD copies, source by source. */
#ifndef DFH_FACTS_COPY_H
#define DFH_FACTS_COPY_H

#include "facts/facts.h"

enum source_kind {
	SOURCE_FILE,    /* a plain file of the context */
	SOURCE_DIR,
	SOURCE_ARCHIVE, /* ADD unpacks it */
	SOURCE_URL,
	SOURCE_GIT,
	SOURCE_WILD,    /* wildcards: whatever matches on the day of the build */
	SOURCE_HEREDOC,
	SOURCE_MISSING, /* the context is known and has no such file */
	SOURCE_ADD_ONLY, /* any, but with a flag that only ADD has */
	SOURCE_UNKNOWN  /* a variable, or a context that is not known */
};

/* The kind of one source word of an ADD. *path: the word expanded, where known. */
enum source_kind copy_source(struct facts *f, size_t item, const struct word *w, struct maybe *path);

/* The number of source words; the destination is the last word, ins->words[n]. */
size_t copy_sources(const struct instruction *ins);

/* An ADD that does just what COPY would do: no flag that only ADD has, and every
 * source proved a plain local file or folder. *why: the kind of the first that is not. */
bool copy_is_plain_add(struct facts *f, size_t item, enum source_kind *why);

/* The sources that the build context must have, as written: those of every COPY and
 * ADD but --from, URLs, here-documents and words with variables. */
void copy_context_sources(struct arena *a, const struct doc *d, const struct text **list, size_t *n);

#endif
