/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs, for tests that hold us against them. Threads may use it. */
#ifndef DFH_TESTS_SPAWN_H
#define DFH_TESTS_SPAWN_H

#include "base/arena.h"

/* Runs argv[0] (looked up in PATH) with that standard input and waits for it. Its
 * exit status, -1 where it has none; *output (may be NULL) is what it printed. What
 * it says on standard error is dropped. */
int spawn(struct arena *a, const char *const *argv, struct text input, struct text *output);

/* Is there such a program? */
bool spawn_has(const char *program);

#endif
