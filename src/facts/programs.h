/* SPDX-License-Identifier: Apache-2.0 */
/* How programs read their command lines: which options take a value. One row a program. */
#ifndef DFH_FACTS_PROGRAMS_H
#define DFH_FACTS_PROGRAMS_H

#include "base/text.h"

/* How a program takes single dashes. */
enum option_style {
	STYLE_GETOPT, /* -abc is -a -b -c */
	STYLE_WORDS   /* -abc is one option (find, java) */
};

struct program {
	const char *names;  /* blank-separated */
	const char *values; /* options that take a value, blank-separated */
	enum option_style style;
	bool stops;         /* the first operand ends the options (env, sudo, xargs) */
};

/* The row, or NULL. */
const struct program *program_find(struct text name);

/* The i-th row of those that are no package manager's, or NULL. */
const struct program *program_at(size_t i);

/* What only stands in front of another program. */
struct prefix_program {
	struct program program;
	unsigned prefix;   /* enum command_prefix */
	const char *user;  /* options that name another user */
	const char *not;   /* with one of these options it runs nothing */
	size_t operands;   /* operands of its own, before the program: timeout 5, gosu app */
	bool assigns;      /* NAME=value words may stand before the program */
};

const struct prefix_program *prefix_find(struct text name);
const struct prefix_program *prefix_at(size_t i); /* likewise */

#endif
