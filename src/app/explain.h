/* SPDX-License-Identifier: Apache-2.0 */
/* `dfharden list` and `dfharden explain`: what the transforms say of themselves. */
#ifndef DFH_APP_EXPLAIN_H
#define DFH_APP_EXPLAIN_H

#include "base/buf.h"
#include "base/error.h"

/* One line a transform; below it the ids of its parts, if it has any. */
void explain_list(struct buf *out);
/* One JSON array with all that struct transform holds. */
void explain_list_json(struct buf *out);
/* A page of Markdown about the transform that has this id, or a part with it; id `all`:
 * every transform, in run order. -1: no such id. */
int explain(struct buf *out, struct text id, struct error *e);

#endif
