/* SPDX-License-Identifier: Apache-2.0 */
/* An independent judge of our diffs: applies one file's unified diff with no fuzz,
 * no offset and no mercy. */
#ifndef DFH_TESTS_PATCH_H
#define DFH_TESTS_PATCH_H

#include "base/arena.h"

/* NULL, and the result in the arena; else why the diff is not right. */
const char *patch_apply(struct arena *a, struct text before, struct text diff, struct text *after);

#endif
