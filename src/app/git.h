/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the git program about a repository that is not trusted: no hook, no
 * helper, no prompt, no pager, no network, and nothing written. */
#ifndef DFH_APP_GIT_H
#define DFH_APP_GIT_H

#include "base/arena.h"
#include "base/buf.h"

/* Most bytes of an answer, and most seconds that it may take. */
enum { GIT_OUTPUT_MAX = 64 * 1024 * 1024, GIT_SECONDS = 60 };

/* Runs `git -C dir ARGS...` (args end with NULL; dir may not be "") and replaces
 * the content of *out by what it prints. 0; -1 where git is missing, fails, dies,
 * or goes over a limit. There is no message: whoever asks has a way without git.
 * Variables that would point git at another repository are not passed on.
 * Callable from many threads. */
int git_run(const char *dir, const char *const *args, struct buf *out);

/* The real path of the nearest folder from dir upwards that has a `.git` in it, or
 * TEXT_NONE. Asks the file system only. The text ends with a NUL that does not count. */
struct text git_root(const char *dir, struct arena *a);

#endif
