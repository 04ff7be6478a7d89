/* SPDX-License-Identifier: Apache-2.0 */
/* Words of commands with the variables in them that the Dockerfile sets: inside of facts/accounts. */
#ifndef DFH_FACTS_ROSTER_WORDS_H
#define DFH_FACTS_ROSTER_WORDS_H

#include "facts/facts.h"

struct words {
	struct facts *facts;
	size_t item;
	const struct script_facts *script;
	size_t asked; /* variables so far */
};

/* A word, its quotes taken off. UNKNOWN where ENV does not tell what stands in it. */
struct maybe words_text(struct words *w, const struct command *c, size_t word);
/* The value of an option where the shell expands it. */
struct maybe words_value(struct words *w, const struct command *c, const struct arg *a);
/* The target of a redirection. */
struct maybe words_target(struct words *w, const struct command *c, const struct sh_redir *r);
/* What echo, printf or cat with a here-document writes to its output, if that is literal. */
struct maybe words_written(struct words *w, const struct command *c);
/* One of blank-separated patterns, in which only stars are special, matches t. */
bool words_match(const char *patterns, struct text t);

#endif
