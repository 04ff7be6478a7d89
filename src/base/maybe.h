/* SPDX-License-Identifier: Apache-2.0 */
/* A value that may be absent or not knowable from here. Unknown is a value: who
 * needs to know, refuses. */
#ifndef DFH_BASE_MAYBE_H
#define DFH_BASE_MAYBE_H

#include "base/text.h"

enum maybe_state { UNSET, KNOWN, UNKNOWN };

/* text holds only where state is KNOWN; it is borrowed. */
struct maybe {
	enum maybe_state state;
	struct text text;
};

static inline struct maybe maybe_known(struct text t)
{
	return (struct maybe){ KNOWN, t };
}

static inline struct maybe maybe_unknown(void)
{
	return (struct maybe){ UNKNOWN, TEXT_NONE };
}

static inline struct maybe maybe_unset(void)
{
	return (struct maybe){ UNSET, TEXT_NONE };
}

/* Two unknown values are equal only by being unknown. */
static inline bool maybe_eq(struct maybe a, struct maybe b)
{
	return a.state == b.state && (a.state != KNOWN || text_eq(a.text, b.text));
}

static inline bool maybe_is(struct maybe m, const char *cstr)
{
	return m.state == KNOWN && text_is(m.text, cstr);
}

#endif
