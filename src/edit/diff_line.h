/* SPDX-License-Identifier: Apache-2.0 */
/* The lines inside a hunk: bytes, or fit for a terminal. Part of edit/diff.c. */
#ifndef DFH_EDIT_DIFF_LINE_H
#define DFH_EDIT_DIFF_LINE_H

#include "base/buf.h"
#include "edit/pieces.h"

enum diff_color { DIFF_HEAD, DIFF_PLACE, DIFF_GONE, DIFF_COME };

/* Turns the colour on or off (all of them); nothing where color is false. */
void diff_paint(struct buf *out, bool color, enum diff_color which, bool on);

void diff_add_context(struct buf *out, struct pieces lines, bool color);
/* Lines a became lines b; with colour the words that differ are picked out. */
void diff_add_change(struct buf *out, struct pieces a, struct pieces b, bool color);

#endif
