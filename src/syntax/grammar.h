/* SPDX-License-Identifier: Apache-2.0 */
/* What BuildKit asks of each instruction (instructions/parse.go): one row each. */
#ifndef DFH_SYNTAX_GRAMMAR_H
#define DFH_SYNTAX_GRAMMAR_H

#include "syntax/words.h"

enum flag_kind { FLAG_BOOL, FLAG_STRING, FLAG_STRINGS };

struct flag_rule {
	const char *name;
	enum flag_kind kind;
};

struct grammar {
	const char *name; /* upper case */
	enum words_form form;
	bool heredocs;    /* may carry here-documents */
	bool any_flags;   /* flags are never looked at */
	size_t min_words, max_words; /* max 0: no limit; counted as BuildKit counts */
	const char *count_error;
	const struct flag_rule *flags; /* ended by a NULL name */
	/* What else must hold; NULL or a sentence. May be NULL. */
	const char *(*check)(struct arena *a, const struct instruction *ins);
};

const struct grammar *grammar_of(enum keyword kw);

/* Why BuildKit refuses this instruction, read alone; NULL where it takes it. */
const char *grammar_check(struct arena *a, const struct instruction *ins);

#endif
