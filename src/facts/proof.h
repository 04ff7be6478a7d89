/* SPDX-License-Identifier: Apache-2.0 */
/* What the RUNs of a stage prove of an image that the catalog does not know: a package manager that
 * did its work is there, and it was root who called it. */
#ifndef DFH_FACTS_PROOF_H
#define DFH_FACTS_PROOF_H

#include "facts/distro.h"
#include "facts/facts.h"

/* The distribution below a stage: by the base's name, else by what was installed. *by: the RUN that proves it,
 * TEXT_NPOS where the name tells, or nothing does. */
struct distro facts_distro(struct facts *f, size_t stage, size_t *by);

/* The user in force at an instruction: as the state tells (UNSET: root), else root where a package manager
 * was called without sudo, with success, under the same user. *by as above. */
struct maybe facts_user(struct facts *f, size_t item, size_t *by);

/* The user in force is root for certain. */
bool facts_is_root(struct facts *f, size_t item, size_t *by);

#endif
