/* SPDX-License-Identifier: Apache-2.0 */
#include "report/batch.h"

#include <stdlib.h>
#include <string.h>

static struct entry entry_of(const struct finding *f, size_t rank, size_t order)
{
	struct entry e = { f, rank, order, { f->message, TEXT_NONE, TEXT_NONE } };

	if (f->fate == FATE_REFUSED) {
		e.key[1] = text_of(f->code);
		e.key[2] = f->decide;
	} else if (f->fate == FATE_MUTED) {
		e.key[0] = f->muted_by;
	}
	return e;
}

static int compare_size(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_heads(const struct entry *a, const struct entry *b)
{
	int c = compare_size(a->rank, b->rank);

	if (c == 0)
		c = (int)a->f->level - (int)b->f->level;
	return c ? c : (int)a->f->fate - (int)b->f->fate;
}

static int compare_words(const struct entry *a, const struct entry *b)
{
	int c = compare_heads(a, b);

	for (int i = 0; i < 3 && c == 0; i++)
		c = text_cmp(a->key[i], b->key[i]);
	return c ? c : compare_size(a->f->changes, b->f->changes);
}

static int by_words(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = compare_words(a, b);

	return c ? c : compare_size(a->order, b->order);
}

static int by_first(const void *x, const void *y)
{
	const struct batch *a = x, *b = y;
	int c = compare_heads(a->entries, b->entries);

	return c ? c : compare_size(a->entries->order, b->entries->order);
}

bool batch_has_head(const struct batch *a, const struct batch *b)
{
	return compare_heads(a->entries, b->entries) == 0;
}

/* The first finding of each id. */
struct ids {
	const struct finding **seen;
	size_t n, cap;
};

static bool same_id(const struct finding *a, const struct finding *b)
{
	return a->by == b->by && (a->part == b->part || strcmp(finding_id(a), finding_id(b)) == 0);
}

/* The ids of a run are few. */
static size_t rank_of(struct arena *a, struct ids *ids, const struct finding *f)
{
	for (size_t i = 0; i < ids->n; i++)
		if (same_id(ids->seen[i], f))
			return i;
	ids->seen = arena_grow(a, (void *)ids->seen, ids->n, &ids->cap, sizeof(*ids->seen));
	ids->seen[ids->n] = f;
	return ids->n++;
}

struct batches batches_make(struct arena *a, const struct outcome *o, unsigned fates)
{
	struct entry *e = ARENA_ARRAY(a, o->nfindings + 1, struct entry);
	struct ids ids = { 0 };
	struct batches b = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < o->nfindings; i++)
		if (fates & 1u << o->findings[i]->fate)
			e[n++] = entry_of(o->findings[i], rank_of(a, &ids, o->findings[i]), i);
	qsort(e, n, sizeof(*e), by_words);
	b.list = ARENA_ARRAY(a, n + 1, struct batch);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_words(&e[i - 1], &e[i]) != 0)
			b.list[b.n++].entries = &e[i];
		b.list[b.n - 1].n++;
	}
	qsort(b.list, b.n, sizeof(*b.list), by_first);
	return b;
}

size_t batches_size(const struct batches *b, size_t from)
{
	size_t n = 0;

	for (size_t i = from; i < b->n; i++)
		n += b->list[i].n;
	return n;
}
