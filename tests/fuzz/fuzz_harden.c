/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: any bytes are a Dockerfile; the invariants hold at every level. */
#include "support/invariants.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct harden_input in = { .path = TEXT("Dockerfile"), .text = { (const char *)data, size } };

	for (int level = 0; level < LEVEL_COUNT; level++) {
		struct harden_options o = { .selection = { .level = (enum level)level, .style = true,
							   .deny = SELECTION_DENY_DEFAULT } };
		struct arena a = { 0 };
		struct outcome out = { 0 };
		const char *why = check_invariants(&a, &in, &o, &out);

		if (why) {
			fprintf(stderr, "level %s: %s\n", level_name((enum level)level), why);
			abort();
		}
		outcome_release(&out);
		arena_release(&a);
	}
	return 0;
}
