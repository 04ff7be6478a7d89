/* SPDX-License-Identifier: Apache-2.0 */
/* The part of `dfharden dump` that is about the configuration of images. */
#ifndef DFH_APP_DUMP_CONFIG_H
#define DFH_APP_DUMP_CONFIG_H

#include "base/js.h"
#include "facts/config.h"

/* A configuration holds what its parents' do: of stages behind this one none is shown, or a chain of
 * stages would not be linear. */
enum { DUMP_CONFIGS = 200 };

/* An entry of "images" in docs/dump.md. */
json_t *dump_config_json(struct facts *f, size_t stage);
/* A line for each thing that is set or not known. */
void dump_config_text(struct buf *out, struct facts *f, size_t stage);

#endif
