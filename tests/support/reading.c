/* SPDX-License-Identifier: Apache-2.0 */
#include "support/invariants.h"

static const char *say(struct arena *a, const char *what, size_t line)
{
	return arena_printf(a, "%s (item of line %zu)", what, line).p;
}

static size_t newlines(struct text t)
{
	size_t n = 0;

	for (size_t at = 0; (at = text_chr(t, '\n', at)) != TEXT_NPOS; at++)
		n++;
	return n;
}

/* Every logical byte stands in the source where the segments say. */
static const char *check_segments(const struct doc *d, const struct item *it, const struct instruction *ins)
{
	size_t at = 0, src = it->raw.start;

	if (ins->nsegments == 0)
		return "an instruction has no segments";
	for (size_t i = 0; i < ins->nsegments && at < ins->logical.n; i++) {
		const struct segment *s = &ins->segments[i];
		struct text part = text_sub(ins->logical, s->at, s->at + s->n);

		if (s->at != at || s->src < src || s->src + s->n > it->raw.end)
			return "a segment is out of order or outside its item";
		if (!text_eq(part, text_sub(d->text, s->src, s->src + part.n)))
			return "a segment's bytes are not those of the source";
		at += s->n;
		src = s->src + s->n;
	}
	return at < ins->logical.n ? "the segments do not cover the logical text" : NULL;
}

static const char *check_spans(const struct doc *d, const struct item *it, const struct instruction *ins)
{
	size_t end = ins->logical.n;

	if (ins->name_at + ins->name.n > end || ins->rest_at + ins->rest.n > end)
		return "the keyword or the rest lies outside the logical text";
	for (size_t i = 0; i < ins->nflags; i++)
		if (ins->flags[i].at + ins->flags[i].n > end)
			return "a flag lies outside the logical text";
	for (size_t i = 0; i < ins->nwords; i++) {
		const struct word *w = &ins->words[i];
		size_t first = ins_source(ins, w->at), last = w->n ? ins_source(ins, w->at + w->n - 1) : first;

		if (w->at + w->n > end || first < it->raw.start || last >= it->raw.end + !w->n)
			return "a word lies outside the logical text or its item";
		if (w->n && d->text.p[first] != ins->logical.p[w->at])
			return "a word starts with another byte in the source";
	}
	return NULL;
}

static const char *check_heredocs(const struct item *it, const struct instruction *ins)
{
	size_t at = it->raw.start;

	for (size_t i = 0; i < ins->nheredocs; i++) {
		const struct heredoc *h = &ins->heredocs[i];

		if (h->body.start < at || h->body.end < h->body.start || h->terminator.start < h->body.end ||
		    h->terminator.end < h->terminator.start || h->terminator.end > it->raw.end)
			return "a here-document lies outside its item";
		at = h->terminator.end;
	}
	return at != it->raw.start && at != it->raw.end ? "an item goes on behind its last here-document" : NULL;
}

static const char *check_instruction(const struct doc *d, const struct item *it)
{
	const char *why = NULL;

	for (const struct instruction *ins = it->ins; ins && !why; ins = ins->inner) {
		why = check_segments(d, it, ins);
		why = why ? why : check_spans(d, it, ins);
		why = why ? why : check_heredocs(it, ins);
	}
	return why;
}

/* Items lie end to end; lines are counted as people count them. */
static const char *check_item(const struct doc *d, size_t i, size_t line)
{
	const struct item *it = &d->items[i];
	struct text raw = text_range(d->text, it->raw);
	size_t at_line, column;

	if (it->raw.start != (i ? d->items[i - 1].raw.end : 0) || it->raw.end <= it->raw.start)
		return "an item does not follow the one before it";
	if (it->line != line || it->line_end != line + newlines(raw) - text_ends(raw, TEXT("\n")))
		return "an item's lines are miscounted";
	doc_position(d, it->raw.start, &at_line, &column);
	if (at_line != line || doc_item_at(d, it->raw.start) != i || doc_item_at(d, it->raw.end - 1) != i)
		return "a position leads to another item or line";
	if ((it->kind == ITEM_INSTRUCTION) != (it->ins != NULL))
		return "an item and its kind do not fit";
	return it->ins ? check_instruction(d, it) : NULL;
}

const char *check_reading(struct arena *a, const struct doc *d)
{
	size_t line = 1;

	for (size_t i = 0; i < d->nitems; i++) {
		const char *why = check_item(d, i, line);

		if (why)
			return say(a, why, line);
		line += newlines(text_range(d->text, d->items[i].raw));
	}
	if ((d->nitems ? d->items[d->nitems - 1].raw.end : 0) != d->text.n)
		return "the items end before the text does";
	if (!doc_ok(d) && doc_problem(d)->message.n == 0)
		return "a problem has no message";
	return NULL;
}
