/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a Dockerfile's RUNs in order, and what those before them have settled. */
#ifndef DFH_FACTS_HISTORY_H
#define DFH_FACTS_HISTORY_H

#include "facts/facts.h"

enum history_mark {
	HISTORY_EXPORTS = 1,        /* the script has exported a variable, or may have */
	HISTORY_APT_YES = 2,        /* apt's configuration was given an APT::Get::Assume-Yes */
	HISTORY_APT_RECOMMENDS = 4, /* likewise an APT::Install-Recommends */
	HISTORY_CONDA_YES = 8,     /* likewise conda's an always_yes */
	HISTORY_DEBCONF = 16,       /* debconf was given answers, or a frontend */
	HISTORY_FRONTEND = 32,      /* the script has exported DEBIAN_FRONTEND */
	HISTORY_LOCALTIME = 64,    /* /etc/localtime was written */
	HISTORY_SOURCES = 128       /* where packages come from was changed, or may have been */
};

struct history_place {
	size_t item; /* a RUN */
	const struct script_facts *script;
	const struct command *command;
	const struct package_op *op; /* where the command is a package manager's, else NULL */
	unsigned marks; /* enum history_mark: of what stands before it, in its stage and in those that it continues */
};

/* Calls each() for every command of every RUN, in the order of the file. */
void history_walk(struct facts *f, void (*each)(void *data, const struct history_place *at), void *data);

#endif
