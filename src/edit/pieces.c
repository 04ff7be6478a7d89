/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/pieces.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

static size_t line_end(struct text t, size_t at)
{
	at = text_chr(t, '\n', at);
	return at == TEXT_NPOS ? t.n : at + 1;
}

enum kind { WORD, BLANK, OTHER };

static enum kind kind_of(unsigned char c)
{
	if (ascii_alnum(c) || c == '_' || c >= 0x80)
		return WORD;
	return c == ' ' || c == '\t' ? BLANK : OTHER;
}

static size_t word_end(struct text t, size_t at)
{
	enum kind kind = kind_of((unsigned char)t.p[at++]);

	while (kind != OTHER && at < t.n && kind_of((unsigned char)t.p[at]) == kind)
		at++;
	return at;
}

static struct pieces cut(struct arena *a, struct text t, size_t (*end)(struct text, size_t))
{
	size_t n = 0, *list;

	for (size_t at = 0; at < t.n; at = end(t, at))
		n++;
	list = ARENA_ARRAY(a, n + 1, size_t);
	for (size_t i = 0; i < n; i++)
		list[i + 1] = end(t, list[i]);
	return (struct pieces){ t, list, n };
}

struct pieces pieces_lines(struct arena *a, struct text t)
{
	return cut(a, t, line_end);
}

struct pieces pieces_words(struct arena *a, struct text t)
{
	return cut(a, t, word_end);
}

struct occurrence {
	uint64_t hash;
	struct text text;
	uint32_t *number;
};

static int by_text(const void *one, const void *two)
{
	const struct occurrence *x = one, *y = two;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return text_cmp(x->text, y->text);
}

static void note(struct occurrence *list, const struct pieces *p, uint32_t *numbers)
{
	for (size_t i = 0; i < p->n; i++) {
		struct text t = pieces_get(p, i);

		list[i] = (struct occurrence){ text_fnv1a(t, FNV1A_INIT), t, numbers + i };
	}
}

/* Sorted, because a hash table could be made slow by who chooses the lines. */
size_t pieces_number(struct pieces a, struct pieces b, uint32_t *numbers_a, uint32_t *numbers_b)
{
	size_t n = a.n + b.n, kinds = 0;
	struct occurrence *list;

	assert(n <= UINT32_MAX);
	if (n == 0)
		return 0;
	list = mem_alloc(n * sizeof(*list));
	note(list, &a, numbers_a);
	note(list + a.n, &b, numbers_b);
	qsort(list, n, sizeof(*list), by_text);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || by_text(&list[i - 1], &list[i]) != 0)
			kinds++;
		*list[i].number = (uint32_t)(kinds - 1);
	}
	mem_free(list);
	return kinds;
}
