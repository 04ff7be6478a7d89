/* SPDX-License-Identifier: Apache-2.0 */
/* `dfharden dump`: the reading of a file, for people and as JSON. */
#ifndef DFH_APP_DUMP_H
#define DFH_APP_DUMP_H

#include "base/buf.h"
#include "syntax/doc.h"

/* One line: the object that docs/dump.md describes. */
void dump_json(struct arena *a, struct buf *out, struct text path, const struct doc *d);
/* A few lines an instruction. Control characters are made visible. */
void dump_text(struct arena *a, struct buf *out, struct text path, const struct doc *d);
/* For a file that could not be read at all. */
void dump_json_error(struct buf *out, struct text path, const char *message);

#endif
