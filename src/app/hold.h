/* SPDX-License-Identifier: Apache-2.0 */
/* Does a rewritten text hold? Two readings are compared by what a build would give. */
#ifndef DFH_APP_HOLD_H
#define DFH_APP_HOLD_H

#include "pass/outcome.h"
#include "pass/transform.h"

/* Empty where `after` holds: it reads, every directive is as it was, no comment and
 * no here-document was lost or touched, and nothing differs in the image but what
 * `may` declares. Else what is wrong. */
struct text hold_check(struct arena *a, struct facts *before, struct facts *after, const struct transform *t);

/* Every difference in the images of two readings, in order. */
void hold_effects(struct arena *a, struct facts *before, struct facts *after, struct effect **out, size_t *n);

#endif
