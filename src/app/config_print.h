/* SPDX-License-Identifier: Apache-2.0 */
/* How --print-config shows each key; between config.c and config_print.c only. */
#ifndef DFH_APP_CONFIG_PRINT_H
#define DFH_APP_CONFIG_PRINT_H

#include "app/config.h"

struct printing {
	struct buf *out;
	const struct options *options;
	const struct config *file; /* NULL: none */
	const char *key;
};

void print_level(const struct printing *p);
void print_style(const struct printing *p);
void print_only(const struct printing *p);
void print_skip(const struct printing *p);
void print_allow(const struct printing *p);
void print_deny(const struct printing *p);
void print_targets(const struct printing *p);
void print_max_size(const struct printing *p);

#endif
