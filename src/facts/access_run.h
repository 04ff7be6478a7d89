/* SPDX-License-Identifier: Apache-2.0 */
/* For access*.c alone: one script, as its commands are gone over. */
#ifndef DFH_FACTS_ACCESS_RUN_H
#define DFH_FACTS_ACCESS_RUN_H

#include "facts/access_walk.h"

/* The directory in force in a list of commands; those inside of others begin with theirs. */
struct script_place {
	const struct sh_list *list;
	struct maybe cwd;
};

struct access_script {
	struct access_walk *w;
	size_t item;
	const struct script_facts *s;
	const struct state *state;
	struct maybe cwd;
	struct script_place places[16];
	size_t nplaces;
	struct text made[32]; /* folders */
	size_t nmade;
	size_t umasks;
};

/* A word with its quotes taken off, variables by their values, or as ${NAME}. UNKNOWN: there is more in it. */
struct maybe access_word(struct access_script *r, const struct command *c, size_t word);
/* The value of the last of these options; UNSET: none is there. */
struct maybe access_option(struct access_script *r, const struct command *c, const char *names);
/* Absolute and clean. */
struct maybe access_path(struct access_script *r, struct maybe word);
struct maybe access_operand(struct access_script *r, const struct command *c, size_t n);
/* It is there, and a folder. */
bool access_is_folder(struct access_script *r, struct text path);

/* run.sh, nginx.conf; not conf.d */
bool access_is_called_file(struct text path);

/* The RUN leaves it so. seen: the mode is, else what is there is not. */
void access_close_path(struct access_script *r, struct text path, unsigned mode, bool dir, bool seen,
		       const char *why);

void access_chmod(struct access_script *r, const struct command *c); /* and find -exec chmod */
void access_untar(struct access_script *r, const struct command *c); /* and unzip */

#endif
