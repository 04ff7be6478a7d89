/* SPDX-License-Identifier: Apache-2.0 */
/* What the scripts of a Dockerfile do with package managers. */
#ifndef DFH_FACTS_PACKAGES_H
#define DFH_FACTS_PACKAGES_H

#include "facts/command.h"
#include "facts/managers.h"

enum package_kind {
	PACKAGE_NAME,  /* curl, curl=7.88.1-10, lodash@4 */
	PACKAGE_FILE,  /* ./x.deb, /tmp/x.rpm, . */
	PACKAGE_URL,   /* https://..., git+ssh://... */
	PACKAGE_GROUP, /* @development */
	PACKAGE_LIST,  /* -r requirements.txt, --file environment.yml */
	PACKAGE_GLOB,  /* lib* : the manager or the shell expands it */
	PACKAGE_UNKNOWN /* $PKGS, $(cat list) */
};

struct package {
	enum package_kind kind;
	size_t word;         /* in the command's words */
	struct text name;    /* without version, release and architecture; as written where unknown */
	struct text version; /* with its operator: "=1.2*", "==2.0", "@4"; may be empty */
};

/* One call of a package manager. */
struct package_op {
	const struct manager *manager;
	enum package_verb verb;
	const struct command *command;
	size_t nth;         /* of the script's commands */
	size_t verb_word;   /* the last word of the sub-command; the program's own where there is none */
	const struct package *packages; /* of an install or a removal */
	size_t n;
	bool updates;       /* fetches the lists itself first: apk add -U, pacman -Sy */
	bool names_none;    /* an install of what a file of the project lists: npm ci, yarn */
};

/* Everything that an instruction's script does, in the order of the text. */
struct script_facts {
	const struct script *script;   /* NULL: no script */
	const struct command *commands;
	size_t n;
	const struct package_op *ops;
	size_t nops;
	bool read;
};

struct facts;
const struct script_facts *facts_commands(struct facts *f, size_t item);

void packages_read(struct arena *a, struct script_facts *s);

/* The command takes away what stands at `path` ("/var/lib/apt/lists", "~/.npm" for root's home or
 * $HOME): rm of it, of all that is in it, or of a folder above it. */
bool command_removes(const struct command *c, struct text path);

/* It takes away where the manager keeps its lists or its cache, whole. */
bool command_clears(const struct command *c, const struct manager *m);

/* Likewise, and fails where nothing is there: rm without -f. */
bool command_misses(const struct command *c, const struct manager *m);

/* The last call of the manager whose lists or cache the script leaves in the image; NULL: none, or cleared. */
const struct package_op *script_leaves(const struct script_facts *s, const struct manager *m);

/* The call of a package manager that the n-th command is, or NULL. */
const struct package_op *script_op(const struct script_facts *s, size_t nth);

/* An option of the call keeps it from leaving anything. */
bool op_leaves_nothing(const struct package_op *op);

/* "-y" or another of the manager's options that answer every question is given. */
bool op_assumes_yes(const struct package_op *op);

#endif
