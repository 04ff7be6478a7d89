/* SPDX-License-Identifier: Apache-2.0 */
/* The search behind app/builds.h. */
#ifndef DFH_APP_BUILDS_SCAN_H
#define DFH_APP_BUILDS_SCAN_H

#include "app/builds.h"
#include "facts/context.h"

/* Rows of all files below the root of `all` (deep), or right in it, unsorted, in
 * the arena. Bounded in folders, files and bytes: what is nearer to the root is
 * read first. */
void builds_scan(struct context *all, bool deep, struct arena *a, struct build_row **rows, size_t *n);

#endif
