/* SPDX-License-Identifier: Apache-2.0 */
/* Which findings are applied: levels, --only and --skip, consequences, and the
 * comments by which a file opts out. */
#ifndef DFH_APP_SELECT_H
#define DFH_APP_SELECT_H

#include "pass/pragma.h"

struct selection {
	enum level level;
	bool style;
	const struct text *only; /* ids of transforms and of their parts; none: all */
	size_t nonly;
	const struct text *skip;
	size_t nskip;
	bool skip_all;
	unsigned deny; /* 1u << enum consequence */
};

/* All consequences but `server` are allowed. */
#define SELECTION_DENY_DEFAULT (1u << CHANGES_SERVER)

/* True where t is to run: also where only some of its parts are selected. */
bool select_transform(const struct selection *s, const struct transform *t);

/* False where a finding's part is not selected: it is as if it had not been found. Else
 * sets its fate where level, consequences or a comment of the file keep it from being
 * applied. Refusals stay refusals, unless the file mutes them. */
bool select_finding(const struct selection *s, struct arena *a, const struct opt_outs *o, struct finding *f);

#endif
