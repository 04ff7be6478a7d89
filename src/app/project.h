/* SPDX-License-Identifier: Apache-2.0 */
/* Where a Dockerfile lies: its repository, what that says of its build, and the
 * build context. */
#ifndef DFH_APP_PROJECT_H
#define DFH_APP_PROJECT_H

#include "app/harden.h"

/* The repositories seen so far. May be used by many threads. */
struct projects;

struct projects *projects_open(void);
void projects_close(struct projects *p);

/* A file's place. */
struct place_on_disk {
	struct projects *projects;
	const char *path;    /* of the Dockerfile, as given */
	const char *context; /* --context, or NULL */
	const struct text *targets; /* of the settings */
	size_t ntargets;
	struct trees *trees;
	struct arena *arena; /* for the answer */
	struct text context_folder; /* set by project_look(): a real path, or empty */
};

/* The root of the repository that a path lies in (its folder's real path), or where
 * there is none the folder itself. In the arena, with a NUL that does not count. */
struct text project_root(struct projects *p, const char *path, struct arena *a, bool *repository);

/* Open build contexts of one thread. */
struct trees;
struct trees *trees_open(void);
void trees_close(struct trees *t);

/* For struct harden_input: data is a struct place_on_disk. The context lives until
 * trees_done(). */
void project_look(void *data, const struct doc *d, struct surroundings *out);
/* The file is done with. */
void trees_done(struct trees *t);

#endif
