/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is given back all at once. */
#ifndef DFH_BASE_ARENA_H
#define DFH_BASE_ARENA_H

#include "base/text.h"

struct arena_block;

/* Zero-initialised is ready for use; arena_release() gives everything back and
 * leaves it ready again. arena_reset() keeps one block for the next round. */
struct arena {
	struct arena_block *head;
	char *at, *end;
};

void arena_release(struct arena *a);
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t n); /* cleared, aligned for any type */
void *arena_array(struct arena *a, size_t count, size_t size);
/* The same, not cleared: for what is filled at once. */
void *arena_room(struct arena *a, size_t count, size_t size);
char *arena_bytes(struct arena *a, size_t n); /* not cleared, not aligned */

/* Copies; the copy is followed by a NUL that does not count. */
struct text arena_text(struct arena *a, struct text t);
char *arena_cstr(struct arena *a, struct text t);
struct text arena_join(struct arena *a, size_t n, const struct text *parts);
struct text arena_printf(struct arena *a, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))
/* ARENA_JOIN(a, t1, t2, ...): the texts one after the other. */
#define ARENA_JOIN(a, ...)                                                        \
	arena_join((a), sizeof((struct text[]){ __VA_ARGS__ }) / sizeof(struct text), \
		   (struct text[]){ __VA_ARGS__ })

/* A growing array in an arena (the outgrown copy stays until the release). */
void *arena_grow(struct arena *a, void *p, size_t n, size_t *cap, size_t size);

#endif
