/* SPDX-License-Identifier: Apache-2.0 */
/* Findings put together for the text report. Only for report/. */
#ifndef DFH_REPORT_BATCH_H
#define DFH_REPORT_BATCH_H

#include "pass/outcome.h"

struct entry {
	const struct finding *f;
	size_t rank;  /* of its id (finding_id()): by the first finding that has it */
	size_t order; /* in the outcome */
	struct text key[3]; /* what it says */
};

/* Findings of one id, level and fate that say the same, by place. */
struct batch {
	const struct entry *entries;
	size_t n;
};

/* Those of one id stand together; else by their first finding. */
struct batches {
	struct batch *list;
	size_t n;
};

/* Of the findings of these fates (1u << enum fate). */
struct batches batches_make(struct arena *a, const struct outcome *o, unsigned fates);
/* True where both are of one id, level and fate. */
bool batch_has_head(const struct batch *a, const struct batch *b);
/* The findings of the batches from that index on. */
size_t batches_size(const struct batches *b, size_t from);

#endif
