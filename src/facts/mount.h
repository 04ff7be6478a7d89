/* SPDX-License-Identifier: Apache-2.0 */
/* RUN --mount=: what is laid over the image's files while it runs
 * (frontend/dockerfile/instructions/commands_runmount.go). */
#ifndef DFH_FACTS_MOUNT_H
#define DFH_FACTS_MOUNT_H

#include "facts/facts.h"

/* A mount of the RUN lies over the path (absolute, or "~/..." for root's home), so that what is written
 * there is not in the image. UNKNOWN: a target that a variable decides. */
enum maybe_state mount_covers(struct facts *f, size_t item, struct text path);

/* A mount of the RUN shows files of that stage. */
bool mount_takes(const struct instruction *ins, const struct stages *s, size_t stage);

/* A mount of type=cache that is not certainly another manager's than m: it may be m's cache, wherever that was
 * configured to be. */
bool mount_of_cache(struct facts *f, size_t item, const struct manager *m);

#endif
