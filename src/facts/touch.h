/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of a RUN do to files, as far as their command lines tell: enough to see
 * that a layer takes away, or stores again, what one before it made. */
#ifndef DFH_FACTS_TOUCH_H
#define DFH_FACTS_TOUCH_H

#include "facts/facts.h"

enum touch_kind {
	TOUCH_MADE,      /* a file with something in it */
	TOUCH_EMPTY,     /* a folder, an empty file, a link */
	TOUCH_REWRITTEN, /* its mode, owner or contents are others: the layer holds all of it */
	TOUCH_GONE
};

struct touch {
	enum touch_kind kind;
	/* Absolute and clean; a wildcard may stand in the last component of what is GONE. Variables stand in it as
	 * ${NAME}, a directory in force that is not known as "/?", packages as "//MANAGER/NAME". */
	struct text path;
	bool tree;  /* of what is made: and whatever is below it; else: all below it too */
	const struct command *command;
};

/* In the order of the text; some may be left out. What a script makes and changes or deletes itself is. */
void touches_read(struct facts *f, size_t item, const struct touch **out, size_t *n);

/* The same of any script that starts under a state, commands inside of others included; all are listed. */
void touches_of_script(struct arena *a, const struct state *at, const struct script_facts *s, const struct touch **out,
		       size_t *n);

/* `later` (REWRITTEN or GONE) is about what `made` made. */
bool touch_meets(const struct touch *made, const struct touch *later);
/* And about all of it, not about a part of what an archive brought. */
bool touch_covers(const struct touch *later, const struct touch *made);

#endif
