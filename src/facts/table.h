/* SPDX-License-Identifier: Apache-2.0 */
/* A table of the catalog as tools/catalog.awk makes it: for the catalog's own files alone. */
#ifndef DFH_FACTS_TABLE_H
#define DFH_FACTS_TABLE_H

#include "base/text.h"

/* Filled in at run time, because a constant with pointers in it would have to be
 * relocated at start-up. */
struct table {
	const char *pool;
	const uint32_t *cells;
	size_t rows, columns;
};

#define TABLE(name, NAME) \
	((struct table){ (const char *)&name##_pool, &name##_cells[0][0], NAME##_ROWS, NAME##_COLUMNS })

#define NO_ROW TEXT_NPOS

struct text table_cell(const struct table *t, size_t row, size_t column);
/* The first row whose key is not below `key`; t->rows where all are. */
size_t table_lower_bound(const struct table *t, struct text key);
/* The first row of that key, or NO_ROW. */
size_t table_find(const struct table *t, struct text key);
/* The row named `folder` and a star, or NO_ROW. */
size_t table_find_folder(const struct table *t, struct text folder);
/* One of blank-separated patterns, in which only stars are special, matches t. */
bool table_matches(struct text patterns, struct text t);

#endif
