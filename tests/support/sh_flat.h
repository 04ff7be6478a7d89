/* SPDX-License-Identifier: Apache-2.0 */
/* A shell script's tree as a sequence of elements in the order of the text, whoever
 * read it: our reader, or shfmt (`shfmt --to-json`). Two readings agree where the
 * sequences are equal.
 *
 * Elements: commands (kind and span), words, assignments, redirections, here-documents
 * (their spans), joins, "!" and "time". What stands in backquotes that hold a
 * backslash is left out: its bytes are not those of the text. */
#ifndef DFH_TESTS_SH_FLAT_H
#define DFH_TESTS_SH_FLAT_H

#include "base/buf.h"
#include "syntax/shell.h"

/* What comes first of several that start at the same byte. */
enum flat_rank { FLAT_JOIN, FLAT_MARK, FLAT_COMMAND, FLAT_WORD };

struct flat_line {
	size_t at;
	enum flat_rank rank;
	const char *what; /* "simple", "word", "&&" ... */
	struct text raw;
	size_t end; /* of a command; else 0 */
};

struct flat {
	struct arena *a;
	struct text text; /* of the script */
	struct flat_line *list;
	size_t n, cap;
};

/* Zero-initialised but for `a`, *out takes what was read. */
void flat_ours(struct flat *out, const struct sh_script *s);
/* json is what shfmt says of text[start, ...). False where it is no such thing. */
bool flat_shfmt(struct flat *out, struct text text, size_t start, struct text json);

/* Appends the first lines that differ; false where none does. */
bool flat_differ(const struct flat *ours, const struct flat *theirs, struct buf *detail);

void flat_add(struct flat *f, size_t at, enum flat_rank rank, const char *what, struct text raw);
void flat_add_command(struct flat *f, struct range at, const char *kind);
void flat_sort(struct flat *f);
/* What is written there is a command substitution that is left out. */
bool flat_skips(struct text raw);

#endif
