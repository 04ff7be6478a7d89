/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a script as texts, where somebody knows what their variables hold. */
#ifndef DFH_FACTS_WORD_FILL_H
#define DFH_FACTS_WORD_FILL_H

#include "base/buf.h"
#include "syntax/shell.h"

struct word_filler {
	/* Appends the value of $name or ${name}; quoted: it stands in double quotes. False: not known. */
	bool (*variable)(void *data, struct buf *out, struct text name, bool quoted);
	void *data;
	size_t max; /* bytes of a word; of a longer one nothing is known */
};

/* The word with its quotes taken off and its plain variables filled in, in the arena. whole: the text that its spans
 * count in. UNKNOWN: there is more in it. */
struct maybe word_fill(struct arena *a, struct text whole, const struct sh_word *w, const struct word_filler *by);

#endif
