/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the Dockerfiles below a folder. */
#ifndef DFH_APP_DISCOVER_H
#define DFH_APP_DISCOVER_H

#include "base/arena.h"
#include "base/file.h"

/* Something that was seen and left out, and why, as in "PATH: why". */
struct discover_skip {
	struct text path, why;
};

/* Both lists are sorted bytewise by path. A path begins with the folder as it was
 * given, without `./` at its front (for "." it is relative), and each path is
 * followed by a NUL that does not count. All of it lives in the arena. */
struct discover_result {
	struct arena arena;
	struct text *paths;
	size_t n, cap;
	struct discover_skip *skipped;
	size_t n_skipped, cap_skipped;
};

/* Finds the regular files, and links to such, with a Dockerfile's name: in any
 * letter case `Dockerfile`, `Dockerfile.*`, `*.Dockerfile`, `Containerfile`,
 * `Containerfile.*`; never `*.dockerignore`. The same names with the ending of a
 * template, backup or text (`Dockerfile.j2`, `app.Dockerfile.orig`) are skipped;
 * so are folders that cannot be read. Links to folders are not followed.
 *
 * Left out without a word: `.git`; in a git work tree what git ignores; elsewhere,
 * or where git is missing or fails, `node_modules` and `vendor`. A work tree below
 * the folder goes by its own rules. A folder that git ignores as a whole, but that
 * was asked for, is searched like one outside git.
 *
 * 0, or an enum file_problem where path itself cannot be searched. Release the result in either case. */
int discover(const char *path, struct discover_result *r, struct error *e);
void discover_result_release(struct discover_result *r);

#endif
