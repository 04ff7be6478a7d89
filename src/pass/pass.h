/* SPDX-License-Identifier: Apache-2.0 */
/* One run of one transform over one reading: the engine's side of transform.h. */
#ifndef DFH_PASS_PASS_H
#define DFH_PASS_PASS_H

#include "base/lines.h"
#include "pass/transform.h"

struct pass {
	const struct transform *by;
	struct facts *facts;
	const struct user_wish *wish; /* as whom containers are to run */
	struct arena *outcome;        /* for what the user will see */
	const struct lines *original; /* of the text that origins lead to */
	const struct origins *origins;
	struct finding **findings; /* in the order found */
	size_t n, cap;
};

#endif
