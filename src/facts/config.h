/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration that a build of a stage gives its image, as `docker image inspect` shows it: what
 * the base hands down and what the stage's instructions change. */
#ifndef DFH_FACTS_CONFIG_H
#define DFH_FACTS_CONFIG_H

#include "facts/facts.h"

struct config_value {
	struct text key;    /* variable, label, port ("80/tcp"), path of a volume */
	struct maybe value; /* KNOWN or UNKNOWN; of ports and volumes always KNOWN and empty */
};

struct config_list {
	enum maybe_state state; /* UNKNOWN: there may be others than those listed */
	const struct config_value *values; /* sorted by key */
	size_t n;
};

struct config_words {
	enum maybe_state state; /* UNSET: none */
	const struct text *words;
	size_t n;
};

struct image_config {
	struct maybe user, workdir, stopsignal; /* UNSET: as if never set */
	struct config_words entrypoint, cmd, shell, healthcheck; /* healthcheck: "CMD-SHELL", "curl ..." or "NONE" */
	struct config_list env, exposed, volumes, labels;
	/* Of the HEALTHCHECK: "interval", "retries" ...; as written. Those not given have Docker's defaults. */
	struct config_list health_options;
};

/* Rules: dockerfile2llb/convert.go and convert_expose.go, and parseHealthcheck of instructions/parse.go. The
 * author that MAINTAINER names is no part of it. workdir: UNSET may also be "/". Of a base's labels the catalog
 * knows nothing. What an ARG takes part in is UNKNOWN: --build-arg decides. So is everything behind a FROM that
 * runs triggers, until the stage sets it, and all of a stage with thousands of instructions below it. */
void image_config(struct facts *f, size_t stage, struct image_config *out);

#endif
