/* SPDX-License-Identifier: Apache-2.0 */
/* One command that makes, changes or takes away accounts: inside of facts/accounts. */
#ifndef DFH_FACTS_ROSTER_CALL_H
#define DFH_FACTS_ROSTER_CALL_H

#include "facts/roster.h"
#include "facts/roster_words.h"

/* How sure it is that a build which succeeds has run the command, with success. */
enum sure {
	SURE,
	LIKELY,  /* nothing but a failure that nobody looks at would stop it */
	GUARDED, /* of an and-or list with || : run unless the account is there, or allowed to fail */
	MAYBE    /* in an if, a loop, a function */
};

struct call {
	struct roster *r;
	struct words w;
	const struct command *c;
	enum sure sure;
	struct distro distro;
	struct text workdir; /* in force; empty: not known */
};

struct maybe call_operand(struct call *k, size_t n); /* UNSET: there are fewer */
/* The value of the last of these options; UNSET: none is given. */
struct maybe call_option(struct call *k, const char *names);
/* The value as account_number() has it; UNSET stays. */
struct maybe call_number(struct maybe m);
/* What both say, or UNKNOWN. */
struct maybe call_agreed(struct maybe a, struct maybe b);

/* The account or group is made, as sure as the call is. */
void call_add(struct call *k, struct account *a);
void call_add_group(struct call *k, struct text name, struct maybe gid);
/* The account's group, given by name or number. */
void call_set_group(struct call *k, struct account *a, struct maybe group);

void call_useradd(struct call *k);
void call_adduser(struct call *k);
void call_groupadd(struct call *k);
void call_usermod(struct call *k);
void call_groupmod(struct call *k);
void call_userdel(struct call *k);
void call_groupdel(struct call *k);

#endif
