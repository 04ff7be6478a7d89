/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the configuration file; between config.c and config_images.c only. */
#ifndef DFH_APP_CONFIG_READ_H
#define DFH_APP_CONFIG_READ_H

#include "app/config.h"
#include "app/yaml.h"

struct reading {
	struct config *config;
	struct text yaml;
	struct error *e;
	/* Of the lists that grow; room in the arena. */
	size_t only_cap, skip_cap, targets_cap, mirrors_cap, claims_cap;
};

/* Sets the error to "PATH:LINE:COLUMN: what"; returns -1. */
int config_wrong(struct reading *r, const struct yaml_node *node, const char *what);
/* The same: NAME must be WANTED. */
int config_wrong_kind(struct reading *r, const struct yaml_node *node, const char *name, const char *wanted);

/* NAME:UID:GID, three parts of a text. */
bool config_account(struct text t, struct text *name, struct text *uid, struct text *gid);
/* One entry of `mirrors`. */
int config_set_mirror(struct reading *r, const struct yaml_node *v);
/* The map `images`. */
int config_set_images(struct reading *r, const struct yaml_node *map);

#endif
