/* SPDX-License-Identifier: Apache-2.0 */
/* Source code as tokens: names, strings, numbers and marks, in each language's own way of quoting. For the room
 * of facts/source.h alone. */
#ifndef DFH_FACTS_SOURCE_LEX_H
#define DFH_FACTS_SOURCE_LEX_H

#include "facts/source.h"

enum { MAX_TOKENS = 1 << 19 }; /* what stands behind is not read */

enum token_kind { TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_MARK };

/* How an expression stands inside a string. */
enum token_holes {
	HOLES_NONE,
	HOLES_BRACE,  /* {x} */
	HOLES_DOLLAR, /* ${x} */
	HOLES_WORD,   /* $x ${x} {$x} */
	HOLES_HASH    /* #{x} */
};

struct token {
	uint32_t at, n;
	uint32_t match; /* index of the bracket that belongs to it; its own: none */
	uint32_t
		block; /* 1 + index of the token that opens the block it stands in: a brace, or the line with less indent */
	uint8_t kind;
	uint8_t open, close; /* bytes of a string's quotes */
	uint8_t holes;
	bool raw;  /* a backslash is a backslash */
	bool line; /* it is the first of its line */
	bool gap;  /* a blank stands before it */
};

struct tokens {
	enum source_language language;
	struct text text;
	struct token *list;
	size_t n;
	bool cut;
};

/* inside: of PHP, that the text is code from its first byte on. */
void tokens_read(struct arena *a, enum source_language l, struct text t, bool inside, struct tokens *out);

struct text token_text(const struct tokens *t, size_t i); /* empty beyond the end */
/* Between the quotes, as written. */
struct text token_inside(const struct tokens *t, size_t i);
bool token_is(const struct tokens *t, size_t i, const char *text); /* a name or mark */
bool token_has_kind(const struct tokens *t, size_t i, enum token_kind k);
/* A dot, an arrow, a double colon: between a name and what belongs to it. */
bool token_joins(const struct tokens *t, size_t i);
/* Index behind the bracket that belongs to the one at i; i + 1 where none does. */
size_t token_over(const struct tokens *t, size_t i);
/* The name is one of blank-separated words. */
bool token_in(const struct tokens *t, size_t i, const char *words);

/* Offset of the first byte of a hole at or behind `at` in a string's inside, or TEXT_NPOS. *code: its expression,
 * *end: the offset behind it. */
size_t hole_find(enum token_holes style, struct text inside, size_t at, struct text *code, size_t *end);

#endif
