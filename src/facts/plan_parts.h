/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of facts/plan, for its own files alone. */
#ifndef DFH_FACTS_PLAN_PARTS_H
#define DFH_FACTS_PLAN_PARTS_H

#include "base/buf.h"
#include "facts/plan.h"

struct planning {
	struct facts *f;
	struct arena *a;
	size_t stage;
	const struct user_wish *wish;
	const struct runtime *r;
	const struct accounts *accounts;
	struct user_plan *out;
	struct reason *reasons;
	struct text *commands;
	const struct access_fault **opened;
	size_t reasons_cap, commands_cap, opened_cap;
	struct text uid, gid, name, group; /* of the account; numbers where they are known, else names */
	struct text home; /* of an account that is made; empty: none */
	bool completing;  /* the stage has a user of its own */
	struct buf dirs;  /* to be made and given, blank-separated */
	struct buf files; /* likewise */
	struct buf deep;  /* of dirs: with all that is in them */
	struct buf given; /* that are there, and only change their owner */
};

/* --- what is said (plan.c) --- */
void plan_reason(struct planning *p, struct reason r);
/* It is left alone; false. */
bool plan_leave(struct planning *p, const char *code, const char *decide, const struct reason *because);
/* The owner has to judge. */
void plan_judge(struct planning *p, struct text unsure, struct reason because);
bool plan_leave_closed(struct planning *p, const struct access_fault *fault, const char *decide, const struct reason *because);
void plan_command(struct planning *p, struct text command);
/* False: it is left alone. */
bool plan_choose_account(struct planning *p, const struct account *given);
/* Of what was given, the commands. False: it is left alone. */
bool plan_write_commands(struct planning *p);

/* --- keys (plan_keys.c) --- */
/* False: it is left alone. */
bool plan_open_keys(struct planning *p);
/* Keys that openssl makes in a RUN are its owner's alone: they become the account's. */
void plan_give_keys(struct planning *p);

/* --- of what is left alone (plan_draft.c) --- */
void plan_draft(struct planning *p, const struct account *given);

/* --- what the account gets (plan_give.c) --- */
/* The account's name, or its number, is the owner that is meant. */
bool plan_names_account(const struct planning *p, struct text owner);
/* Of a chown: the path is among its operands, or below them with -R. */
bool plan_chowns(struct planning *p, const struct command *c, size_t item, struct text path);
/* A path that is there changes its owner. */
void plan_give_path(struct planning *p, struct text path);
void plan_give_servers(struct planning *p);
/* False: it is left alone. */
bool plan_give_writes(struct planning *p);
void plan_give_workdir(struct planning *p);
void plan_give_home(struct planning *p);

#endif
