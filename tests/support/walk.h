/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders for the runners; all paths and bytes live in the arena. */
#ifndef DFH_TESTS_WALK_H
#define DFH_TESTS_WALK_H

#include "base/arena.h"

struct paths {
	const char **list;
	size_t n, cap;
};

/* Adds the regular files below (or at) a path, sorted; names that start with a dot
 * are left out. False where it cannot be read. */
bool walk_files(struct arena *a, const char *path, struct paths *out);
/* Adds the folders below (or at) a path that hold a file of that name, sorted. Does
 * not look for more below such a folder. */
bool walk_cases(struct arena *a, const char *path, const char *name, struct paths *out);

const char *path_join(struct arena *a, const char *folder, const char *name);
bool path_is_folder(const char *path);
bool path_exists(const char *path);

/* The whole file; false where there is none. Another failure ends the program. */
bool slurp(struct arena *a, const char *path, struct text *out);
void spit(const char *path, struct text bytes);

#endif
