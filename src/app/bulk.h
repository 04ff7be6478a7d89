/* SPDX-License-Identifier: Apache-2.0 */
/* Many Dockerfiles, one after the other or several at a time; what is printed comes
 * in the order of the files either way. */
#ifndef DFH_APP_BULK_H
#define DFH_APP_BULK_H

#include "app/options.h"

/* What a run comes to, in the order in which one goes before the other. */
enum {
	EXIT_DONE = 0,
	EXIT_WOULD_CHANGE = 1, /* --check */
	EXIT_TROUBLE = 2,      /* usage or I/O */
	EXIT_NOTHING_FOUND = 3,
	EXIT_NO_DOCKERFILE = 4 /* a file given by name */
};

struct terminal {
	bool out, err; /* what goes to standard output and error is coloured */
	bool out_is_terminal;
	bool progress; /* standard error is a terminal and standard output is none */
};

/* Does what o asks for with the files of o->paths; the exit status. */
int bulk_run(const struct options *o, const struct terminal *t);

#endif
