/* SPDX-License-Identifier: Apache-2.0 */
/* Variable expansion and word splitting as BuildKit's shell.Lex does them. */
#ifndef DFH_SYNTAX_EXPAND_H
#define DFH_SYNTAX_EXPAND_H

#include "base/arena.h"
#include "base/maybe.h"

/* The value of a variable: UNSET, KNOWN, or UNKNOWN where it comes from outside. */
struct expand_env {
	struct maybe (*get)(void *data, struct text name);
	void *data;
};

struct expand_options {
	char escape;       /* the file's escape character */
	bool raw_quotes;   /* quotes stay in the result */
	bool raw_escapes;  /* escape characters stay */
	bool skip_quotes;  /* quotes are ordinary characters */
	bool skip_unset;   /* $x stays as it is where x is unset */
};

enum expand_status {
	EXPAND_OK,
	EXPAND_ERROR,  /* BuildKit refuses it; message says why */
	EXPAND_UNKNOWN /* depends on a value from outside, or is over our bounds */
};

struct expanded {
	enum expand_status status;
	struct text text; /* in the arena; where EXPAND_OK */
	const char *message; /* where EXPAND_ERROR */
};

/* One word (ProcessWord). */
struct expanded expand_word(struct arena *a, struct text t, const struct expand_options *o,
			    const struct expand_env *env);
/* Split at blanks after expansion (ProcessWords). */
enum expand_status expand_words(struct arena *a, struct text t, const struct expand_options *o,
				const struct expand_env *env, struct text **words, size_t *n);

/* An environment in which nothing is set. */
extern const struct expand_env expand_nothing;

#endif
