/* SPDX-License-Identifier: Apache-2.0 */
/* How --print-config shows each key; between config.c, config_images.c and config_print.c only. */
#ifndef DFH_APP_CONFIG_PRINT_H
#define DFH_APP_CONFIG_PRINT_H

#include "app/config.h"

struct printing {
	struct buf *out;
	const struct options *options;
	const struct config *file; /* NULL: none */
	const char *key;
};

/* In double quotes, as YAML takes it. */
void config_print_quoted(struct buf *out, struct text t);
/* Of an image that is described: the name of the key-th key there is (NULL: there are no more), and its value as YAML;
 * nothing is appended where nothing is said. */
const char *config_image_key(size_t key);
void config_image_value(struct buf *out, const struct catalog_claim *c, size_t key);

void print_level(const struct printing *p);
void print_style(const struct printing *p);
void print_only(const struct printing *p);
void print_skip(const struct printing *p);
void print_allow(const struct printing *p);
void print_deny(const struct printing *p);
void print_targets(const struct printing *p);
void print_max_size(const struct printing *p);
void print_account(const struct printing *p);
void print_user_form(const struct printing *p);
void print_profile(const struct printing *p);
void print_mirrors(const struct printing *p);
void print_images(const struct printing *p);

#endif
