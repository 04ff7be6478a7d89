/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the reader of compose files. */
#ifndef DFH_APP_BUILDS_COMPOSE_H
#define DFH_APP_BUILDS_COMPOSE_H

#include "app/builds_claims.h"
#include "app/yaml.h"

/* What compose makes of a value when no variable is set. */
struct maybe compose_value(struct arena *a, struct maybe m);

/* How the service starts its container: rights, mounts, command. */
void compose_read_starts(struct claims *c, struct claim *k, const struct yaml_node *service);

#endif
