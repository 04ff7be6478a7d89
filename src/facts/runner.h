/* SPDX-License-Identifier: Apache-2.0 */
/* As whom the images run that hold a stage's files: whether anybody but their owner
 * may need to write to them. */
#ifndef DFH_FACTS_RUNNER_H
#define DFH_FACTS_RUNNER_H

#include "facts/facts.h"

enum runner {
	RUNNER_OWNER,   /* only the owner (root may do all) */
	RUNNER_OTHER,   /* another user is made, named or switched to */
	RUNNER_DAEMON,  /* a server that changes its user, or what may start one */
	RUNNER_ANYBODY, /* it starts nothing of its own: it is made to be built on, or to work in */
	RUNNER_UNKNOWN  /* the base image's user or command is not known */
};

/* From the nth command of an instruction (TEXT_NPOS: from behind it) to the end of all kept images that
 * hold its layer. owner: of the files, as USER names it. *where: what decided, or TEXT_NPOS. */
enum runner runner_after(struct facts *f, size_t item, size_t nth, struct maybe owner, size_t *where);

/* A user as USER and --chown write it: without its group; root for 0 and for none. */
struct maybe runner_user(struct maybe user);

#endif
