/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be done so that an image's program runs as an ordinary user: which account, what it must own, what
 * must be opened to it; or why it is left alone. */
#ifndef DFH_FACTS_PLAN_H
#define DFH_FACTS_PLAN_H

#include "facts/accounts.h"
#include "facts/access.h"
#include "facts/runtime.h"
#include "facts/wish.h"

struct user_plan {
	/* Not NULL: it is left alone. A stable code, and what the owner must decide. */
	const char *code;
	struct text decide;
	const struct access_fault *closed; /* of "unreadable": what is closed, and the command that opens it */
	struct text opening;
	struct text place;                 /* of "system-path": where it writes; of "server-account": the account's name */
	/* What is not known for certain; not empty: the owner has to judge. */
	struct text unsure;
	const struct reason *reasons; /* what the plan, or the refusal, rests on */
	size_t nreasons;
	/* What USER is to say; of one that is left alone: what it would say if the owner decides so, and the same with
	 * commands. */
	struct text user;
	const struct account *account; /* that is there already, else NULL: one is made */
	const struct text *commands;  /* to be run as root, joined by &&; maybe none */
	size_t ncommands;
	const struct access_fault *const *opened; /* to be cured beside that */
	size_t nopened;
	bool home_is_tmp;             /* it wants a home folder, and its account has none: HOME is /tmp */
	bool volume;                  /* a VOLUME changes its owner */
	struct text low_port;         /* it listens below 1024; empty: it does not, as far as is known */
};

/* For a stage that ends as root; account: that it ends as, and that is to be completed, else NULL. */
void plan_user(struct facts *f, size_t stage, const struct user_wish *wish, const struct account *account,
	       struct user_plan *out);

/* The account that the stage's USER (or --chown) means; of a number without one, that number, in root's group where
 * none is said. NULL: not known. */
const struct account *plan_account(struct facts *f, size_t stage, struct text user);
/* A RUN behind that instruction gives the path to the account, or opens it to everybody. */
bool plan_gives_later(struct facts *f, size_t stage, size_t item, const struct account *a, struct text path);

/* The command by which a user may read, and reach, what is closed; what looks like a key is given to owner (UID:GID). */
struct text plan_opening(struct arena *a, const struct access_fault *fault, struct text owner);

#endif
