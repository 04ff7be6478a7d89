/* SPDX-License-Identifier: Apache-2.0 */
/* The immutable reading of one Dockerfile. What BuildKit's reader does is the
 * rule (frontend/dockerfile/parser and instructions, Dockerfile syntax 1.26):
 * the same instructions, flags, words, here-documents and line numbers.
 *
 * Offsets named "source" count bytes of doc.text. Each instruction also has a
 * logical text: its lines with continuations and the comments inside them taken
 * out; offsets named "logical" count bytes of that. */
#ifndef DFH_SYNTAX_DOC_H
#define DFH_SYNTAX_DOC_H

#include "base/arena.h"
#include "base/text.h"

enum keyword {
	KW_UNKNOWN, /* no instruction of BuildKit's */
	KW_ADD,
	KW_ARG,
	KW_CMD,
	KW_COPY,
	KW_ENTRYPOINT,
	KW_ENV,
	KW_EXPOSE,
	KW_FROM,
	KW_HEALTHCHECK,
	KW_LABEL,
	KW_MAINTAINER,
	KW_ONBUILD,
	KW_RUN,
	KW_SHELL,
	KW_STOPSIGNAL,
	KW_USER,
	KW_VOLUME,
	KW_WORKDIR,
	KW_COUNT
};

/* logical [at, at + n) stands in the source at [src, src + n) */
struct segment {
	size_t at, src, n;
};

/* One argument. value is BuildKit's (quotes kept but for JSON, invalid UTF-8
 * replaced): to compare, never to write back. at and n: its logical span. */
struct word {
	struct text value;
	size_t at, n;
};

/* --name=value with quotes removed; text is the whole of it. */
struct flag {
	struct text text, name, value;
	bool has_value;
	size_t at, n; /* logical span */
};

/* One here-document of a RUN, COPY or ADD. */
struct heredoc {
	struct text name;
	bool chomp;  /* <<-: leading tabs are cut */
	bool expand; /* no part of the word was quoted */
	uint64_t fd; /* the number before <<, else 0 */
	struct range body;       /* source, without the terminator's line */
	struct range terminator; /* source, that line */
	size_t lines;            /* of the body */
};

struct instruction {
	enum keyword keyword;
	struct text name; /* as written */
	size_t name_at;   /* logical */
	struct text logical;
	const struct segment *segments;
	size_t nsegments;
	const struct flag *flags;
	size_t nflags;
	struct text rest; /* logical text behind keyword and flags, trimmed */
	size_t rest_at;
	/* By keyword: ENV and LABEL: key, value, key, value ...; FROM COPY ADD VOLUME
	 * EXPOSE ARG: the words; HEALTHCHECK: the type, then as CMD; RUN CMD
	 * ENTRYPOINT SHELL: the JSON strings or the one line; others: the one line. */
	const struct word *words;
	size_t nwords;
	const struct heredoc *heredocs;
	size_t nheredocs;
	bool exec;   /* JSON form */
	bool legacy; /* ENV or LABEL without "=" */
	const struct instruction *inner; /* of ONBUILD */
	const char *refusal; /* why BuildKit refuses this instruction alone, or NULL */
	size_t ncomments;    /* comment lines that BuildKit counts to it */
};

enum item_kind {
	ITEM_BOM,
	ITEM_BLANK,
	ITEM_COMMENT,
	ITEM_DIRECTIVE,
	ITEM_INSTRUCTION,
	ITEM_UNREAD /* from the first thing that BuildKit's reader refuses to the end */
};

struct item {
	enum item_kind kind;
	struct range raw;      /* source, with indentation and final newline */
	size_t line, line_end; /* 1-based, both inclusive */
	int stage;             /* 0-based; -1 before the first FROM */
	const struct instruction *ins; /* of ITEM_INSTRUCTION */
};

struct directive {
	struct text name; /* lower case: syntax, escape, check */
	struct text value;
	size_t line;
};

/* Where and why a reading ends. */
struct problem {
	bool bad;
	size_t line, column; /* 1-based, for people; column counts bytes */
	size_t line_reported; /* the line that BuildKit names; 0 where it names none */
	struct text message;
};

struct doc {
	struct text text;
	const struct item *items;
	size_t nitems;
	char escape; /* '\\' or '`' */
	const struct directive *directives;
	size_t ndirectives;
	struct text syntax; /* the front end image that the file asks for, or empty */
	struct problem parse;        /* the line parser's verdict */
	bool line_too_long;          /* that is why parse is bad */
	struct problem instructions; /* the typed instructions' verdict */
	size_t ninstructions, nstages;
	const char *newline; /* "\r\n" where most lines end so, else "\n" */
};

/* Reads text, which must outlive the doc. Never fails: see parse and instructions. */
struct doc *doc_read(struct arena *a, struct text text);

static inline bool doc_ok(const struct doc *d)
{
	return !d->parse.bad && !d->instructions.bad;
}

/* The problem that stops a reading, or NULL. */
const struct problem *doc_problem(const struct doc *d);

/* Line and column (bytes, 1-based) of a source offset. */
void doc_position(const struct doc *d, size_t at, size_t *line, size_t *column);

/* Index of the item that holds a source offset. */
size_t doc_item_at(const struct doc *d, size_t at);

const char *keyword_name(enum keyword kw); /* upper case; "" for KW_UNKNOWN */
enum keyword keyword_of(struct text name); /* as BuildKit folds case */

/* Source offset of a logical one. */
size_t ins_source(const struct instruction *ins, size_t at);
/* Source range of logical [at, at + n). False where a comment that was taken out
 * lies inside: such a range must not be edited. */
bool ins_source_range(const struct doc *d, const struct instruction *ins, size_t at, size_t n, struct range *out);
/* The logical bytes of a word as they are written. */
struct text ins_written(const struct instruction *ins, const struct word *w);
/* Both have the same flags, in the same order. */
bool ins_same_flags(const struct instruction *a, const struct instruction *b);
/* The last flag of that name ("from", "platform"), or NULL. */
const struct flag *ins_flag(const struct instruction *ins, const char *name);

#endif
