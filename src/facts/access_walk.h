/* SPDX-License-Identifier: Apache-2.0 */
/* For access*.c alone: what is closed to others, as it stands while a stage's instructions are gone over. */
#ifndef DFH_FACTS_ACCESS_WALK_H
#define DFH_FACTS_ACCESS_WALK_H

#include "facts/access.h"
#include "facts/command.h"

enum access_spell {
	SPELL_TREE, /* chmod -R a+rX TOP */
	SPELL_LIST, /* chmod a+rX, and each path */
	SPELL_GIVEN /* `command`, as it stands */
};

/* Closed places that one cure opens. */
struct access_group {
	size_t item;
	enum access_opener opener;
	enum access_spell spell;
	struct text top; /* where they lie together */
	struct text command, mode, why;
	bool certain;
	bool home; /* below root's home: it is the home that is closed */
	bool meant; /* a command of the file closes it: where an account got it too, it is that account's alone */
};

struct access_closed {
	struct text path;
	bool dir;
	bool tree; /* and what lies below it */
	bool seen; /* its mode is */
	unsigned mode;
	unsigned file,
		program; /* where it is not, or below a folder: modes that are to be reckoned with, `mode` for folders */
	struct text owner; /* that it was given to */
	size_t group;
};

/* chown, in the order of the file. */
struct access_given {
	struct text path, owner;
	bool tree;
};

struct access_walk {
	struct facts *f;
	struct arena *a;
	size_t stage; /* the one that is asked for */
	size_t here;  /* it, or the parent of it that is gone over */
	struct access_closed *list;
	size_t n, cap;
	struct access_group *groups;
	size_t ngroups, groups_cap;
	struct access_given given[64];
	size_t ngiven;
	size_t work;              /* looks at entries of the list that are left */
	size_t looks, look_steps; /* into what made a file, that were taken, and the instructions between */
	size_t steps;             /* instructions that may still be gone over, those of other stages too */
	int depth;                /* of stages that copy from stages */
	struct text starts[2];    /* ENTRYPOINT and CMD as they are written, once asked for */
	bool starts_read;
	bool home_open; /* the mode of root's home was changed: others get in */
	bool done;
	struct access result;
};

/* --- access.c: the list --- */

/* The walk over a stage, done; NULL where that is more than we look at. outer: the walk that asks, or NULL. */
const struct access_walk *access_walk_of(struct facts *f, size_t stage, struct access_walk *outer);
/* What made a file before an instruction may be asked once more. */
bool access_may_look(struct access_walk *w, size_t item);
/* The number of a new group; TEXT_NPOS where there are too many. */
size_t access_group_add(struct access_walk *w, struct access_group g);
/* An unseen place whose modes are as bad as they may be. */
struct access_closed access_unseen(struct text path);
/* Notes a place. */
void access_close(struct access_walk *w, struct access_closed c);
/* What is at a path (`tree`: or below it) is gone, or is other now. A wildcard may stand in the last component. */
void access_forget(struct access_walk *w, struct text path, bool tree);
/* That path is meant by one whose last component may be a pattern: itself, or (tree) what lies below. *rest: what
 * stands behind it, with the name that the pattern stood for in front. */
bool access_covers(struct text pattern, bool tree, struct text path, struct text *rest);
bool access_below(struct text dir, struct text path); /* not itself */
struct text access_join(struct arena *a, struct text dir, struct text rest);
/* A folder that every image has, or nearly: what is unpacked there is not alone. */
bool access_is_system_dir(struct text path);
/* The name of what should stay closed: a private key, passwords. */
bool access_is_secret(struct text path);
/* The cure's command as the walk stands; empty where the group has none. */
struct text access_command(const struct access_walk *w, size_t group);

/* --- access_mode.c: modes as chmod takes them (POSIX XCU chmod, EXTENDED DESCRIPTION) --- */

/* False where it is none: a variable, a file of reference. */
bool access_mode(struct text change, unsigned was, bool dir, unsigned *mode);
/* Others can read it, and can execute it where its owner can and it is a program; list and traverse a folder. */
bool access_is_open(unsigned mode, bool dir, bool program);
/* Bytes of a script or an executable; too few of them to tell count as such. */
bool access_is_program(struct text bytes);
/* "0644" */
struct text access_mode_text(struct arena *a, unsigned mode);

/* --- the instructions --- */

void access_copy(struct access_walk *w, size_t item);
void access_run(struct access_walk *w, size_t item);

/* An archive's members below a folder of the image. */
struct access_unpack {
	size_t item;
	struct text archive; /* of the context; empty: it is not seen */
	struct text unseen;  /* why, then */
	struct text dest;
	size_t strip;
	const struct text *only; /* members that are asked for; none: all */
	size_t nonly;
	bool unsure; /* there may be others, or they are called otherwise then */
	bool add;    /* by ADD, which leaves the folder itself as it is */
	bool flat;   /* without the members' folders */
};
void access_unpack(struct access_walk *w, const struct access_unpack *u);

/* --- access_home.c: what lies below root's home --- */

/* Whether the user before an instruction has /root for a home. */
bool access_home_is_root(struct access_walk *w, size_t item);
bool access_in_home(struct text path);
/* Something is there that the image may need; why is filled in. */
void access_home_add(struct access_walk *w, size_t item, struct text path, bool certain);
void access_home_copy(struct access_walk *w, size_t item, struct text dest);
void access_home_command(struct access_walk *w, size_t item, const struct command *c);
void access_home_env(struct access_walk *w, size_t item);
/* What the end of the stage tells: the working directory, what is started. */
void access_home_end(struct access_walk *w);

#endif
