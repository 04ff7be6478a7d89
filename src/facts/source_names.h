/* SPDX-License-Identifier: Apache-2.0 */
/* What the names of a source file are given as values, and where. For the room of facts/source.h alone. */
#ifndef DFH_FACTS_SOURCE_NAMES_H
#define DFH_FACTS_SOURCE_NAMES_H

#include "facts/source_lex.h"

/* A name is the last part of what is written; its owner "." where it is a member of the object itself (self.x, this.x,
 * $this->x), the part before it (Config.x), or empty. */
struct owned_name {
	struct text owner, name;
};

struct assigned {
	struct owned_name key;
	uint32_t at;     /* token of the name */
	uint32_t value;  /* token where the expression begins; 0: not one that is followed (a parameter) */
	uint32_t before; /* 1 + index of the binding before it that has the same name; 0: none */
	bool second;     /* of two names that one expression gives values to, the second */
	bool appends;    /* it goes on from what the name held: x .= y */
	bool variable;   /* it is the variable of its own name: const { PORT = 80 } = process.env; value: of the name */
};

struct names {
	const struct tokens *tokens;
	const struct assigned *list; /* in the order of the text */
	size_t n;
	const uint32_t *table; /* hash table of 1 + index of a name's last binding */
	size_t mask;
};

void names_read(struct arena *a, const struct tokens *t, struct names *out);
/* The name that ends with token i. */
struct owned_name name_at(const struct tokens *t, size_t i);
/* The last binding of that very name, or NULL. */
const struct assigned *names_last(const struct names *n, struct owned_name key);
const struct assigned *names_before(const struct names *n, const struct assigned *b);
/* Token `inner` stands in the block of `outer`, or in a block within it. */
bool token_within(const struct tokens *t, size_t outer, size_t inner);

#endif
