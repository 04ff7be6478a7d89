/* SPDX-License-Identifier: Apache-2.0 */
/* Who needs the package lists that a RUN leaves in the image. */
#ifndef DFH_FACTS_LISTS_H
#define DFH_FACTS_LISTS_H

#include "facts/facts.h"

struct lists_use {
	size_t item;  /* the first instruction that needs, or may need them; TEXT_NPOS: none does */
	bool certain; /* it is an install; else a script that is not seen through */
	size_t ended_by; /* where none does: the instruction of the same stage that makes them anew, or TEXT_NPOS */
};

/* Looks at what is behind `item`: of its stage, and of those that continue it. An update of the
 * manager ends the need. */
struct lists_use lists_use_after(struct facts *f, size_t item, const struct manager *m);

/* The same within one instruction, from its n-th command on; false where the rest of it needs none.
 * *ends: it makes the lists anew. */
bool lists_use_in(struct facts *f, size_t item, size_t from, const struct manager *m, bool *certain, bool *ends);

/* A command behind the n-th of `item`, of its stage or one that continues it, that fails where the cache of
 * the manager is empty already (rm without -f): its instruction, or TEXT_NPOS. */
size_t cache_missed_after(struct facts *f, size_t item, size_t nth, const struct manager *m);

/* Its script was not read, or in two ways. */
bool script_is_closed(const struct script_facts *s);
/* Of an exec form: a program of the system that is no package manager, nor starts another. */
bool exec_installs_nothing(const struct instruction *ins);

/* A command that runs a script which is not known: ./x.sh, bash x, curl | sh. */
bool command_runs_script(const struct command *c);

#endif
