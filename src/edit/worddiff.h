/* SPDX-License-Identifier: Apache-2.0 */
/* Inside a replaced block: which lines belong together, and which of their words differ. */
#ifndef DFH_EDIT_WORDDIFF_H
#define DFH_EDIT_WORDDIFF_H

#include "edit/pieces.h"

#define WORDDIFF_ALONE ((size_t)-1)

/* partner_a[i] becomes the line of b that line i of a went to, partner_b[k] the line
 * of a that line k of b came from, or WORDDIFF_ALONE. Partners keep their order. Of
 * blocks too large to weigh, equally long ones are paired line by line. */
void worddiff_pair(struct arena *m, struct pieces a, struct pieces b, size_t *partner_a, size_t *partner_b);

/* Byte ranges of a line, sorted, apart from each other. */
struct picks {
	struct range *list;
	size_t n;
};

/* What differs in each of two lines (without their line ends); nothing where they
 * share less than a third of their words. */
void worddiff_pick(struct arena *m, struct text a, struct text b, struct picks *pa, struct picks *pb);

/* A line without \n or \r\n. */
struct text worddiff_body(struct text line);

#endif
