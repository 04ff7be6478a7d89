/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 16 * 1024, ALIGN = _Alignof(max_align_t) };

struct arena_block {
	struct arena_block *next;
	size_t size;
	max_align_t data[];
};

void arena_release(struct arena *a)
{
	for (struct arena_block *b = a->head, *next; b; b = next) {
		next = b->next;
		mem_free(b);
	}
	*a = (struct arena){ 0 };
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;

	if (!keep || keep->size != BLOCK) {
		arena_release(a);
		return;
	}
	a->head = keep->next;
	arena_release(a);
	keep->next = NULL;
	a->head = keep;
	a->at = (char *)keep->data;
	a->end = a->at + keep->size;
}

static struct arena_block *new_block(size_t size)
{
	struct arena_block *b = mem_alloc(sizeof(*b) + size);

	b->size = size;
	return b;
}

/* A large request gets a block of its own behind the head, so that the rest of the
 * current block is not lost. */
static char *take_large(struct arena *a, size_t n)
{
	struct arena_block *b = new_block(n);

	b->next = a->head->next;
	a->head->next = b;
	return (char *)b->data;
}

static void add_block(struct arena *a)
{
	struct arena_block *b = new_block(BLOCK);

	b->next = a->head;
	a->head = b;
	a->at = (char *)b->data;
	a->end = a->at + BLOCK;
}

static char *take(struct arena *a, size_t n, size_t align)
{
	size_t pad;
	char *p;

	if (!a->head)
		add_block(a);
	pad = (size_t)(-(uintptr_t)a->at) & (align - 1);
	if (pad > (size_t)(a->end - a->at) || n > (size_t)(a->end - a->at) - pad) {
		if (n > BLOCK / 4)
			return take_large(a, n);
		add_block(a);
		pad = 0;
	}
	p = a->at + pad;
	a->at = p + n;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	return memset(take(a, n, ALIGN), 0, n);
}

void *arena_room(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		mem_too_much();
	return take(a, count * size, ALIGN);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	return memset(arena_room(a, count, size), 0, count * size);
}

char *arena_bytes(struct arena *a, size_t n)
{
	return take(a, n, 1);
}

struct text arena_text(struct arena *a, struct text t)
{
	return arena_join(a, 1, &t);
}

char *arena_cstr(struct arena *a, struct text t)
{
	char *p = arena_bytes(a, t.n + 1);

	if (t.n)
		memcpy(p, t.p, t.n);
	p[t.n] = '\0';
	return p;
}

struct text arena_join(struct arena *a, size_t n, const struct text *parts)
{
	size_t total = 0, at = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		total += parts[i].n;
	p = arena_bytes(a, total + 1);
	for (size_t i = 0; i < n; at += parts[i++].n)
		if (parts[i].n)
			memcpy(p + at, parts[i].p, parts[i].n);
	p[total] = '\0';
	return (struct text){ p, total };
}

struct text arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	int n;
	char *p;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_bytes(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct text){ p, (size_t)n };
}

void *arena_grow(struct arena *a, void *p, size_t n, size_t *cap, size_t size)
{
	char *grown;

	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 8;
	grown = arena_room(a, *cap, size);
	if (n)
		memcpy(grown, p, n * size);
	memset(grown + n * size, 0, (*cap - n) * size);
	return grown;
}
