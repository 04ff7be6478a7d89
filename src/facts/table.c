/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/table.h"

struct text table_cell(const struct table *t, size_t row, size_t column)
{
	return text_of(t->pool + t->cells[row * t->columns + column]);
}

size_t table_lower_bound(const struct table *t, struct text key)
{
	size_t low = 0, high = t->rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (text_cmp(table_cell(t, middle, 0), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t table_find(const struct table *t, struct text key)
{
	size_t row = table_lower_bound(t, key);

	return row < t->rows && text_eq(table_cell(t, row, 0), key) ? row : NO_ROW;
}

/* A star sorts before all that a name can hold. */
size_t table_find_folder(const struct table *t, struct text folder)
{
	size_t row = table_lower_bound(t, folder);
	struct text key = row < t->rows ? table_cell(t, row, 0) : TEXT_NONE;

	return key.n == folder.n + 1 && text_starts(key, folder) && key.p[folder.n] == '*' ? row : NO_ROW;
}

/* A pattern in which only stars are special. On a mismatch the last star takes one
 * byte more; earlier ones need no second try. */
static bool matches(struct text pattern, struct text t)
{
	size_t p = 0, i = 0, star = TEXT_NPOS, resume = 0;

	while (i < t.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			resume = i;
		} else if (p < pattern.n && pattern.p[p] == t.p[i]) {
			p++;
			i++;
		} else if (star != TEXT_NPOS) {
			p = star + 1;
			i = ++resume;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

bool table_matches(struct text patterns, struct text tag)
{
	struct text pattern;
	bool more = true;

	while (text_cut(&patterns, ' ', &pattern, &more))
		if (pattern.n > 0 && matches(pattern, tag))
			return true;
	return false;
}
