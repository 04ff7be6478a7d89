/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, comments and what else is quoted in source code: where it ends. For source_lex.c alone. */
#ifndef DFH_FACTS_SOURCE_QUOTE_H
#define DFH_FACTS_SOURCE_QUOTE_H

#include "facts/source_lex.h"

struct lexis {
	const char *quotes;
	const char *triple;           /* of those, which may stand threefold */
	const char *prefixes;         /* letters before a string */
	const char *heredoc;          /* what opens one */
	bool hash, slashes;           /* comments: # and // with the C kind */
	bool nested;                  /* those of the C kind stand in each other */
	bool lines;                   /* a string may hold line ends */
	bool regex;                   /* a slash may open an expression */
	bool indent;                  /* blocks go by indent (of Ruby: well enough) */
	bool page;                    /* code stands between <? and ?> */
	bool percent;                 /* %w[a b] */
	bool letters;                 /* q(a), m{a}, s/a/b/ */
	bool hashes;                  /* r#"a"#, and 'a without an end */
	bool back_raw;                /* no backslash in `a` */
	enum token_holes twice, back; /* in "a" and `a` */
};

struct quoting {
	enum source_language language;
	const struct lexis *lexis;
	struct text text;
	size_t at;
	size_t spare;     /* bytes that may yet be looked at in vain */
	struct text word; /* of a heredoc whose text begins on the next line */
};

struct quoted {
	size_t at, end;
	uint8_t open, close;
	enum token_holes holes;
	bool raw;
};

/* The offset behind a comment, or an expression that is no string; where it stands, if there is none. */
size_t quote_skip(struct quoting *q, bool first, size_t line_start);
/* A string begins where q stands. value: what stood before was a value. */
bool quote_read(struct quoting *q, bool value, bool gap, struct quoted *out);
/* The offset behind the next <?php at or behind `at`. */
size_t quote_page(struct quoting *q, size_t at);

#endif
