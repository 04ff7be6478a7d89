/* SPDX-License-Identifier: Apache-2.0 */
/* How source_value.h is done: the reader of expressions and what it does with values. */
#ifndef DFH_FACTS_SOURCE_PARSE_H
#define DFH_FACTS_SOURCE_PARSE_H

#include "facts/source_value.h"

enum { MAX_DEPTH = 48, MAX_PATH = 512 };

/* Where in an expression the reader stands. */
struct parse {
	struct evaluation *e;
	const struct tokens *t; /* of the file, or of a hole in a string */
	size_t i, to;
	size_t outer; /* token of the file where it stands */
	unsigned depth;
	bool statement; /* it ends by itself, not at `to` */
};

struct value parse_any(struct parse *p);
/* What tokens [from, to) give, which must be used up. */
struct value parse_range(struct parse *p, size_t from, size_t to);
struct value parse_string(struct parse *p);
struct value parse_hole(struct parse *p, struct text code, bool format);
/* Fills the template with the arguments in [from, to). */
struct value parse_template(struct parse *p, struct value template, size_t from, size_t to);

struct path_row;

/* What a row's function gives, called of `receiver`; open: the token of its brackets, or 0. */
struct value value_applied(struct parse *p, const struct path_row *row, struct value receiver, size_t open);
/* A variable, which argument `arg` names, and its default in the argument behind. */
struct value env_value(struct parse *p, size_t open, int arg);
/* The function at token `last` is one of the project's own that reads a variable. */
bool env_helper(struct parse *p, size_t last, size_t open);

struct value value_unknown(void);
struct value value_text(struct text t);
struct value value_based(enum value_base b, struct text path);
/* A variable of the environment, without a default. */
struct value value_variable(struct text name);
struct value value_concat(struct evaluation *e, struct value a, struct value b);
/* anew: an absolute b is the result. */
struct value value_join(struct evaluation *e, struct value a, struct value b, bool anew);
/* a, or b where the variable a is not set. */
struct value value_otherwise(struct value a, struct value b);
/* With ~ as the home folder. */
struct value value_expand(struct value v);
/* The end of the argument that begins at `i`. */
size_t argument_end(const struct tokens *t, size_t i, size_t to);

#endif
