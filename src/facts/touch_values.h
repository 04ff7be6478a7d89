/* SPDX-License-Identifier: Apache-2.0 */
/* What the variables of a script hold, as far as its assignments, its loops and ENV tell: a name that is
 * assigned once, or not at all; ${x:-default}; for x in a b c. A container may be started with other variables:
 * then its owner has chosen them. */
#ifndef DFH_FACTS_TOUCH_VALUES_H
#define DFH_FACTS_TOUCH_VALUES_H

#include "facts/state.h"
#include "syntax/shell.h"

struct script_values;

struct script_values *values_of(struct arena *a, const struct sh_script *s);

/* A command is read, for the turn-th time: loops that it stands in hold their turn-th word. */
void values_begin(struct script_values *v, const struct sh_command *c, size_t turn);
/* A word that was asked for since then has a value on that turn, too. */
bool values_more(const struct script_values *v, size_t turn);

/* The word with its quotes taken off and its variables filled in; those that nobody sets stay, as ${NAME}. UNKNOWN:
 * there is more in it. at: the state whose ENV counts. */
struct maybe values_word(struct script_values *v, const struct state *at, struct text whole, const struct sh_word *w);

#endif
