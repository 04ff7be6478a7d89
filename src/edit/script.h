/* SPDX-License-Identifier: Apache-2.0 */
/* The shortest edit script between two sequences of numbers: E. W. Myers, "An O(ND)
 * Difference Algorithm and Its Variations", Algorithmica 1 (1986), in linear space. */
#ifndef DFH_EDIT_SCRIPT_H
#define DFH_EDIT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_MAX = 1 << 29 };

struct script_side {
	const uint32_t *numbers; /* each less than `kinds` */
	size_t n;                /* at most SCRIPT_MAX */
	bool *changed;           /* n of them, false; set for what is not in common */
};

/* The fewest possible are set as long as the search takes at most about `work`
 * steps; from there on it is cut short: the result is right, but may be longer. */
void script_mark(struct script_side a, struct script_side b, size_t kinds, size_t work);

#endif
