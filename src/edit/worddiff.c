/* SPDX-License-Identifier: Apache-2.0 */
#include "edit/worddiff.h"

#include "edit/script.h"

#include <stdlib.h>

/* MUCH bounds the steps to pair a block, LONG the bytes of a line that is looked into. */
enum { MUCH = 1 << 20, LONG = 1 << 18 };

struct text worddiff_body(struct text line)
{
	if (text_ends(line, TEXT("\r\n")))
		return text_sub(line, 0, line.n - 2);
	return text_ends(line, TEXT("\n")) ? text_sub(line, 0, line.n - 1) : line;
}

/* Blanks and punctuation say nothing about what two lines have in common. */
static size_t weight(struct text word)
{
	unsigned char c = (unsigned char)word.p[0];

	return ascii_alnum(c) || c == '_' || c >= 0x80 ? word.n : 0;
}

static bool alike(size_t shared, size_t wa, size_t wb)
{
	return shared > 0 && 3 * shared >= (wa < wb ? wa : wb);
}

/* ---- pairing ---- */

/* A line as a bag: the sorted numbers of its words that have a weight. */
struct bag {
	struct text body;
	uint32_t *words;
	size_t n, weight;
};

static int by_number(const void *one, const void *two)
{
	uint32_t x = *(const uint32_t *)one, y = *(const uint32_t *)two;

	return x < y ? -1 : x > y;
}

/* A word never spans lines; numbers is reordered and cut up between the bags. */
static struct bag *bags_of(struct arena *m, struct pieces lines, struct pieces words, uint32_t *numbers,
			   size_t *weights)
{
	struct bag *list = ARENA_ARRAY(m, lines.n, struct bag);
	size_t w = 0;

	for (size_t i = 0; i < lines.n; i++) {
		struct bag *bag = &list[i];

		bag->body = worddiff_body(pieces_get(&lines, i));
		bag->words = numbers + w;
		for (; w < words.n && words.at[w] < lines.at[i + 1] - lines.at[0]; w++) {
			size_t heavy = weight(pieces_get(&words, w));

			weights[numbers[w]] = heavy;
			bag->weight += heavy;
			if (heavy > 0)
				bag->words[bag->n++] = numbers[w];
		}
		qsort(bag->words, bag->n, sizeof(*bag->words), by_number);
	}
	return list;
}

/* 0: not alike; else the more, the better. */
static uint32_t likeness(const struct bag *a, const struct bag *b, const size_t *weights)
{
	size_t shared = 0, all = a->weight + b->weight;

	if (text_eq(a->body, b->body))
		return 3000;
	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		if (a->words[i] == b->words[k])
			shared += weights[a->words[i]], i++, k++;
		else if (a->words[i] < b->words[k])
			i++;
		else
			k++;
	}
	return alike(shared, a->weight, b->weight) ? (uint32_t)(1000 + 2000 * shared / all) : 0;
}

/* The pairs of the greatest likeness in all, by dynamic programming from the end. */
static void pair_best(struct arena *m, const struct bag *a, size_t na, const struct bag *b, size_t nb,
		      const size_t *weights, size_t *partner)
{
	size_t row = nb + 1;
	uint32_t *like = ARENA_ARRAY(m, na * nb, uint32_t);
	uint64_t *best = ARENA_ARRAY(m, (na + 1) * row, uint64_t);

	for (size_t i = na; i-- > 0;)
		for (size_t k = nb; k-- > 0;) {
			const uint64_t *at = best + i * row + k;
			uint64_t skip = at[row] > at[1] ? at[row] : at[1], take;

			like[i * nb + k] = likeness(&a[i], &b[k], weights);
			take = like[i * nb + k] + at[row + 1];
			best[i * row + k] = take > skip ? take : skip;
		}
	for (size_t i = 0, k = 0; i < na && k < nb;) {
		const uint64_t *at = best + i * row + k;

		if (like[i * nb + k] > 0 && at[0] == like[i * nb + k] + at[row + 1])
			partner[i++] = k++;
		else if (at[0] == at[row])
			i++;
		else
			k++;
	}
}

static bool affordable(size_t na, size_t nb, size_t bytes_a, size_t bytes_b)
{
	return na <= MUCH && nb <= MUCH && bytes_a <= MUCH && bytes_b <= MUCH &&
	       (uint64_t)na * (bytes_b + nb) + (uint64_t)nb * bytes_a <= MUCH;
}

static struct text whole(struct pieces lines)
{
	return text_sub(lines.text, lines.at[0], lines.at[lines.n]);
}

static void pair_weighed(struct arena *m, struct pieces a, struct pieces b, size_t *partner)
{
	struct pieces wa = pieces_words(m, whole(a)), wb = pieces_words(m, whole(b));
	uint32_t *na = ARENA_ARRAY(m, wa.n, uint32_t), *nb = ARENA_ARRAY(m, wb.n, uint32_t);
	size_t *weights = ARENA_ARRAY(m, pieces_number(wa, wb, na, nb), size_t);
	struct bag *bags_a = bags_of(m, a, wa, na, weights), *bags_b = bags_of(m, b, wb, nb, weights);

	pair_best(m, bags_a, a.n, bags_b, b.n, weights, partner);
}

void worddiff_pair(struct arena *m, struct pieces a, struct pieces b, size_t *partner_a, size_t *partner_b)
{
	bool weigh = affordable(a.n, b.n, whole(a).n, whole(b).n);

	for (size_t i = 0; i < a.n; i++)
		partner_a[i] = !weigh && a.n == b.n ? i : WORDDIFF_ALONE;
	for (size_t k = 0; k < b.n; k++)
		partner_b[k] = WORDDIFF_ALONE;
	if (weigh)
		pair_weighed(m, a, b, partner_a);
	for (size_t i = 0; i < a.n; i++)
		if (partner_a[i] != WORDDIFF_ALONE)
			partner_b[partner_a[i]] = i;
}

/* ---- picking ---- */

static size_t kept_weight(const struct pieces *words, const bool *changed, size_t *all)
{
	size_t kept = 0;

	*all = 0;
	for (size_t i = 0; i < words->n; i++) {
		size_t n = weight(pieces_get(words, i));

		*all += n;
		kept += changed[i] ? 0 : n;
	}
	return kept;
}

/* A blank between two changed words is picked with them: one spot for the eye. */
static bool picked(const struct pieces *words, const bool *changed, size_t i)
{
	char c = words->text.p[words->at[i]];
	bool blank = c == ' ' || c == '\t';

	return changed[i] || (blank && i > 0 && i + 1 < words->n && changed[i - 1] && changed[i + 1]);
}

static struct picks ranges(struct arena *m, const struct pieces *words, const bool *changed)
{
	struct picks p = { ARENA_ARRAY(m, words->n, struct range), 0 };

	for (size_t i = 0; i < words->n; i++) {
		if (!picked(words, changed, i))
			continue;
		if (p.n > 0 && p.list[p.n - 1].end == words->at[i])
			p.list[p.n - 1].end = words->at[i + 1];
		else
			p.list[p.n++] = (struct range){ words->at[i], words->at[i + 1] };
	}
	return p;
}

void worddiff_pick(struct arena *m, struct text a, struct text b, struct picks *pa, struct picks *pb)
{
	struct pieces wa, wb;
	bool *ca, *cb;
	uint32_t *na, *nb;
	size_t kept, all_a, all_b;

	*pa = *pb = (struct picks){ NULL, 0 };
	if (a.n > LONG || b.n > LONG)
		return;
	wa = pieces_words(m, a);
	wb = pieces_words(m, b);
	ca = ARENA_ARRAY(m, wa.n, bool);
	cb = ARENA_ARRAY(m, wb.n, bool);
	na = ARENA_ARRAY(m, wa.n, uint32_t);
	nb = ARENA_ARRAY(m, wb.n, uint32_t);
	script_mark((struct script_side){ na, wa.n, ca }, (struct script_side){ nb, wb.n, cb },
		    pieces_number(wa, wb, na, nb), 16 * (wa.n + wb.n));
	kept = kept_weight(&wa, ca, &all_a);
	kept_weight(&wb, cb, &all_b);
	if (!alike(kept, all_a, all_b))
		return;
	*pa = ranges(m, &wa, ca);
	*pb = ranges(m, &wb, cb);
}
