/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

struct lines lines_open(struct arena *a, struct text t)
{
	size_t n = 1, *starts;

	for (size_t at = 0; (at = text_chr(t, '\n', at)) != TEXT_NPOS; at++)
		n++;
	starts = ARENA_ARRAY(a, n, size_t);
	n = 1;
	for (size_t at = 0; (at = text_chr(t, '\n', at)) != TEXT_NPOS;)
		starts[n++] = ++at;
	return (struct lines){ t, starts, n };
}

size_t lines_at(const struct lines *l, size_t at)
{
	size_t low = 0, high = l->n;

	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;

		if (l->starts[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

struct text lines_text(const struct lines *l, size_t line)
{
	struct text t = text_sub(l->text, l->starts[line], line + 1 < l->n ? l->starts[line + 1] : l->text.n);

	if (text_ends(t, TEXT("\n")))
		t.n--;
	if (text_ends(t, TEXT("\r")))
		t.n--;
	return t;
}
