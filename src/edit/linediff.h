/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines of two texts differ. */
#ifndef DFH_EDIT_LINEDIFF_H
#define DFH_EDIT_LINEDIFF_H

#include "edit/pieces.h"

struct linediff {
	struct arena arena;
	struct pieces a, b;
	bool *gone, *come; /* of each line of a and b: it is not in common */
};

/* As few lines as possible differ, as long as that takes no longer than about a
 * second; memory is linear. Where a block could stand at several places it stands
 * next to one of the other text, else as low as possible. The texts are borrowed. */
void linediff_init(struct linediff *d, struct text a, struct text b);
void linediff_release(struct linediff *d);

/* Lines [a, a + na) became lines [b, b + nb); not both are empty. */
struct linechange {
	size_t a, na, b, nb;
};

/* The next change after *c, from the start where that is all zero. False at the end. */
bool linediff_next(const struct linediff *d, struct linechange *c);

#endif
