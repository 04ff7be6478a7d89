/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh folder for a test, which is the working directory while the test runs. */
#ifndef DFH_TESTS_SANDBOX_H
#define DFH_TESTS_SANDBOX_H

#include "base/text.h"

enum { SANDBOX_MAX = 4096 };

/* cmocka's setup and teardown. A test that takes over two minutes is killed. */
int sandbox_enter(void **state);
int sandbox_leave(void **state);
#define SANDBOXED(test) cmocka_unit_test_setup_teardown(test, sandbox_enter, sandbox_leave)

/* The folder's absolute path, without symbolic links; under SANDBOX_MAX bytes. */
const char *sandbox_top(void);

/* Writes a file, and makes the folders on the way to it. Ends the program where it cannot. */
void put(const char *path, struct text bytes);
/* Is there a regular file of that content? */
bool holds(const char *path, struct text bytes);

#endif
