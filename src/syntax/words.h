/* SPDX-License-Identifier: Apache-2.0 */
/* One logical line -> keyword, flags, words (parser/split_command.go and
 * parser/line_parsers.go). */
#ifndef DFH_SYNTAX_WORDS_H
#define DFH_SYNTAX_WORDS_H

#include "syntax/doc.h"

/* How the arguments of an instruction are read. */
enum words_form {
	WORDS_NONE,         /* unknown instruction: one empty argument */
	WORDS_LINE,         /* one string */
	WORDS_LIST,         /* split at blanks */
	WORDS_QUOTED,       /* split at blanks outside quotes */
	WORDS_PAIRS,        /* key=value ..., or the legacy `key value` */
	WORDS_JSON_OR_LINE,
	WORDS_JSON_OR_LIST,
	WORDS_HEALTH,       /* a type, then WORDS_JSON_OR_LINE */
	WORDS_INSTRUCTION   /* ONBUILD: an instruction of its own */
};

/* Reads ins->logical from logical offset `from`: fills name, keyword, flags, rest,
 * words, exec, legacy and inner. NULL, or why BuildKit's parser refuses the file;
 * *bad_at is then the logical offset of what is wrong. */
const char *words_read(struct arena *a, struct instruction *ins, size_t from, char escape, size_t *bad_at);

/* The here-documents that the line announces (only their words). */
const char *words_heredocs(struct arena *a, struct text logical, struct heredoc **out, size_t *n);
/* One word read as <<NAME; false where it is none. *error is set where BuildKit fails. */
bool words_heredoc(struct arena *a, struct text word, struct heredoc *out, bool *error);

#endif
