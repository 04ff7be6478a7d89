/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML or JSON file as a tree, bounded in size, depth and aliases. Read in one of
 * two manners: silent about mistakes, or (our own files) with the place of the first. */
#ifndef DFH_APP_YAML_H
#define DFH_APP_YAML_H

#include "base/arena.h"
#include "base/maybe.h"
#include "base/text.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node;

/* One element of a list (key is NULL) or pair of a map. */
struct yaml_item {
	const struct yaml_node *key, *value;
	const struct yaml_item *next;
};

/* An alias is the node of its anchor, so a node may be reached on several ways. */
struct yaml_node {
	enum yaml_kind kind;
	struct text text;    /* of a scalar */
	bool plain;          /* a scalar without quotes */
	bool null;           /* a plain scalar: nothing, ~ or null */
	size_t line, column; /* 1-based; the column in characters */
	const struct yaml_item *items;
};

/* The first document, in the arena; NULL where it does not read. */
const struct yaml_node *yaml_read(struct arena *a, struct text bytes);

struct yaml_mistake {
	size_t line, column; /* 1-based */
	const char *what;    /* static */
};

/* The only document, *root == NULL where there is nothing in it. Anchors, aliases,
 * tags and a second document are mistakes, too. -1: *m says what is wrong. */
int yaml_read_strict(struct arena *a, struct text bytes, const struct yaml_node **root,
		     struct yaml_mistake *m);

/* The pair with that key (among the first 512), also from what "<<" merges in. NULL: none, not a map. */
const struct yaml_item *yaml_pair(const struct yaml_node *map, const char *key);
/* Its value, or NULL. map may be NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* The value's text: UNSET where there is none or null, UNKNOWN where it is no scalar. */
struct maybe yaml_text(const struct yaml_node *map, const char *key);

#endif
