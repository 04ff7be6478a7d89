/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of source code that say where a file lies, followed as far as one file tells. For the room of
 * facts/source.h alone. */
#ifndef DFH_FACTS_SOURCE_VALUE_H
#define DFH_FACTS_SOURCE_VALUE_H

#include "facts/source_names.h"

enum value_base {
	BASE_UNKNOWN, /* or a variable of the environment without a default, if env is set */
	BASE_TEXT,    /* the string `path` itself, or a number */
	BASE_FILE,    /* `path` from the folder of the source file */
	BASE_HOME,
	BASE_TEMP,
	BASE_CWD,
	BASE_ENVIRONMENT, /* all of the environment: process.env */
	BASE_NONE         /* no file: standard output, null */
};

struct value {
	enum value_base base;
	bool partial;     /* what follows `path` is not known */
	struct text path; /* joined, not cleaned */
	struct text env;  /* a variable that decides instead of what stands before `rest` */
	struct text rest;
};

/* The tables of a language, ready to be asked. */
struct source_rows;

struct evaluation {
	struct arena *a;
	const struct tokens *tokens;
	const struct names *names;
	const struct source_rows *rows;
	size_t spare; /* steps that may yet be made */
};

/* What the expression of tokens [from, to) gives. */
struct value value_of(struct evaluation *e, size_t from, size_t to);
/* The same of one that begins at `from` and ends where it ends. */
struct value value_from(struct evaluation *e, size_t from);
/* The folder of it. */
struct value value_folder(struct evaluation *e, struct value v);
/* Without its first n bytes. */
struct value value_cut(struct value v, size_t n);

/* The nth argument (from 0) in the brackets that open at `open`, or the one that is named `key` (may be NULL), at any
 * place and in an object too; key wins. False: there is none. */
bool argument(const struct tokens *t, size_t open, size_t n, const char *key, size_t *from, size_t *to);
/* The same in tokens [from, to), for languages that do without brackets. */
bool argument_in(const struct tokens *t, size_t from, size_t to, size_t n, const char *key, size_t *afrom,
		 size_t *ato);

/* Nothing of it is known, not even a variable of the environment. */
bool value_nothing(struct value v);

#endif
