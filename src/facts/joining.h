/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of two RUNs that are made one: two shells, each in a container of its own, are
 * then one shell in one container (POSIX XCU 2.12 Shell Execution Environment). */
#ifndef DFH_FACTS_JOINING_H
#define DFH_FACTS_JOINING_H

#include "facts/facts.h"

/* Options that a script sets for all that follows in the same shell. */
enum join_option { JOIN_ERREXIT = 1, JOIN_XTRACE = 2, JOIN_PIPEFAIL = 4 };

struct joining {
	const char *bar;        /* code: nothing can be joined to it; or NULL */
	const char *bar_behind; /* code: nothing may come behind it; or NULL */
	bool idle;    /* it does nothing but set up a shell that then ends: cd, export ... */
	bool chain;   /* its steps are joined by && alone */
	bool flat;    /* and all of them are simple commands, so that -e changes nothing */
	bool errexit; /* -e is in force in it, or may be */
	bool state;   /* it leaves variables of the environment, functions, traps ... or the end of the shell */
	bool cd;      /* it changes the directory */
	bool to_dir;  /* it starts with a change to an absolute directory */
	unsigned options; /* enum join_option */
	bool pipes, expands, sources; /* it has pipelines; expands anything; reads a file of commands */
	const struct text *names;     /* of the shell's own variables that it sets */
	size_t nnames;
	/* Programs that a shell would go on starting from where it found them first: a bit each. */
	unsigned long runs, brings; /* those it starts; those of which it may install another */
	size_t commands;  /* simple ones */
	struct text text; /* of the script */
};

/* Of a RUN. */
void joining_read(struct facts *f, size_t item, struct joining *out);

/* What the first leaves in the shell (its directory aside) may change what the second does. */
bool joining_leaks(const struct joining *first, const struct joining *second);

#endif
