/* SPDX-License-Identifier: Apache-2.0 */
/* Where the lines of a text start, to tell the line of an offset quickly. */
#ifndef DFH_BASE_LINES_H
#define DFH_BASE_LINES_H

#include "base/arena.h"
#include "base/text.h"

struct lines {
	struct text text;
	const size_t *starts;
	size_t n; /* at least 1 */
};

struct lines lines_open(struct arena *a, struct text t);
/* 0-based index of the line that holds offset `at`. */
size_t lines_at(const struct lines *l, size_t at);
/* A line's bytes without \n or \r\n. */
struct text lines_text(const struct lines *l, size_t line);

#endif
