/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/doc.h"

const struct problem *doc_problem(const struct doc *d)
{
	if (d->parse.bad)
		return &d->parse;
	return d->instructions.bad ? &d->instructions : NULL;
}

size_t doc_item_at(const struct doc *d, size_t at)
{
	size_t low = 0, high = d->nitems;

	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;

		if (d->items[mid].raw.start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void doc_position(const struct doc *d, size_t at, size_t *line, size_t *column)
{
	size_t start = 0, nl;

	*line = 1;
	if (d->nitems) {
		const struct item *it = &d->items[doc_item_at(d, at)];

		start = it->raw.start <= at ? it->raw.start : 0;
		*line = it->raw.start <= at ? it->line : 1;
	}
	while ((nl = text_chr(text_sub(d->text, 0, at), '\n', start)) != TEXT_NPOS) {
		start = nl + 1;
		++*line;
	}
	*column = at - start + 1;
}

/* The segment that holds a logical offset: the last one that starts at or before it. */
static size_t segment_at(const struct instruction *ins, size_t at)
{
	size_t low = 0, high = ins->nsegments;

	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;

		if (ins->segments[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

size_t ins_source(const struct instruction *ins, size_t at)
{
	const struct segment *s = &ins->segments[segment_at(ins, at)];
	size_t in = at - s->at;

	return s->src + (in < s->n ? in : s->n);
}

bool ins_source_range(const struct doc *d, const struct instruction *ins, size_t at, size_t n, struct range *out)
{
	size_t first = segment_at(ins, at), last = n ? segment_at(ins, at + n - 1) : first;

	out->start = ins_source(ins, at);
	out->end = n ? ins_source(ins, at + n - 1) + 1 : out->start;
	/* Between two segments stand the escape, blanks, blank lines and comments. */
	for (size_t i = first; i < last; i++) {
		const struct segment *s = &ins->segments[i];

		if (text_has(text_sub(d->text, s->src + s->n, s[1].src), '#'))
			return false;
	}
	return true;
}

struct text ins_written(const struct instruction *ins, const struct word *w)
{
	return text_sub(ins->logical, w->at, w->at + w->n);
}

bool ins_same_flags(const struct instruction *a, const struct instruction *b)
{
	if (a->nflags != b->nflags)
		return false;
	for (size_t i = 0; i < a->nflags; i++)
		if (!text_eq(a->flags[i].text, b->flags[i].text))
			return false;
	return true;
}
