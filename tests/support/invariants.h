/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every Dockerfile, whatever is in it: shared by the fixtures,
 * the corpus runner and the fuzzer. */
#ifndef DFH_TESTS_INVARIANTS_H
#define DFH_TESTS_INVARIANTS_H

#include "app/harden.h"

/* Runs harden(), again on its result, and once with nothing selected. NULL where all
 * holds, else a sentence in the arena. *out is that of the first run; the caller has
 * zero-initialised it and releases it. */
const char *check_invariants(struct arena *a, const struct harden_input *in, const struct harden_options *o,
			     struct outcome *out);

/* The part of it that is about a reading: items that join to the text, lines,
 * segments, words. */
const char *check_reading(struct arena *a, const struct doc *d);

#endif
