/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of HCL (HashiCorp's configuration language), as far as a bake file
 * needs them: anything that is no plain string is one opaque token after another. */
#ifndef DFH_APP_BUILDS_HCL_H
#define DFH_APP_BUILDS_HCL_H

#include "base/arena.h"
#include "base/text.h"

enum hcl_kind {
	HCL_END,
	HCL_NEWLINE,
	HCL_NAME,
	HCL_STRING, /* text is the value; see template */
	HCL_MARK,   /* one byte of punctuation */
	HCL_OTHER   /* number, here-document */
};

struct hcl_token {
	enum hcl_kind kind;
	struct text text;
	bool template; /* a string with ${ or %{ in it: no plain value */
	size_t line;
};

/* Start with text, at 0 and line 1. */
struct hcl {
	struct arena *a;
	struct text text;
	size_t at, line;
};

struct hcl_token hcl_next(struct hcl *h);
/* The same without taking it. */
struct hcl_token hcl_peek(const struct hcl *h);

static inline bool hcl_is(struct hcl_token t, char mark)
{
	return t.kind == HCL_MARK && t.text.p[0] == mark;
}

/* Goes on behind the bracket that closes the one just taken. */
void hcl_skip_block(struct hcl *h);
/* Goes to the end of an expression: the newline or closing bracket behind it,
 * which is not taken. */
void hcl_skip_expression(struct hcl *h);

#endif
