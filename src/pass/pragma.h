/* SPDX-License-Identifier: Apache-2.0 */
/* Comments that speak to a tool: ours, hadolint's and BuildKit's opt-outs.
 *
 *   # dfharden ignore=ID[,ID] [reason]      above an instruction
 *   # dfharden global ignore=ID[,ID]        anywhere, for the whole file
 *   # hadolint ignore=DL3006                likewise, and `hadolint global ignore=`
 *   # check=skip=Rule[,Rule|all]            above an instruction, or as a directive */
#ifndef DFH_PASS_PRAGMA_H
#define DFH_PASS_PRAGMA_H

#include "pass/transform.h"

/* The comments of one reading that hold for the whole file. */
struct opt_outs {
	const struct doc *doc;
	const size_t *items; /* indexes of comment items */
	size_t n;
};
struct opt_outs opt_outs_read(struct arena *a, const struct doc *d);

/* True where a comment above the item (or for the whole file) mutes the finding: by its
 * transform's id, its part's, or a rule that it answers; *words: that comment. */
bool opt_outs_mute(const struct opt_outs *o, const struct finding *f, size_t item, struct text *words);

/* Comment lines that are looked at above one instruction. */
enum { MAX_ABOVE = 256 };

/* A comment line (with its #) that speaks to one of the tools, or to another linter. */
bool pragma_is(struct text comment);

#endif
