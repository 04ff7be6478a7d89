/* SPDX-License-Identifier: Apache-2.0 */
/* Where packages come from, and what may change that. */
#ifndef DFH_FACTS_PACKAGE_SOURCES_H
#define DFH_FACTS_PACKAGE_SOURCES_H

#include "facts/facts.h"

/* The instruction (of a RUN: its commands [from, to)) may change where packages come from, so that an
 * update behind it fetches other lists than one before it. */
bool sources_may_change(struct facts *f, size_t item, size_t from, size_t to);
/* The command changes where packages come from; op: where it is a package manager's, else NULL. */
bool command_changes_sources(const struct command *c, const struct package_op *op);
/* A path, or a text that names one, of the managers' sources. */
bool is_source_path(struct text path);
/* The call installs what may bring sources of its own (x-release, x-keyring, a file). */
bool op_changes_sources(const struct package_op *op);

#endif
