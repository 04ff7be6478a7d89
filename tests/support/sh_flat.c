/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sh_flat.h"

#include "base/visible.h"

#include <stdlib.h>
#include <string.h>

/* --- elements ---------------------------------------------------------------- */

void flat_add(struct flat *f, size_t at, enum flat_rank rank, const char *what, struct text raw)
{
	f->list = arena_grow(f->a, f->list, f->n, &f->cap, sizeof(*f->list));
	f->list[f->n++] = (struct flat_line){ at, rank, what, raw, 0 };
}

void flat_add_command(struct flat *f, struct range at, const char *kind)
{
	flat_add(f, at.start, FLAT_COMMAND, kind, TEXT_NONE);
	f->list[f->n - 1].end = at.end;
}

bool flat_skips(struct text raw)
{
	return raw.n && raw.p[0] == '`' && text_has(raw, '\\');
}

static int order(size_t x, size_t y)
{
	return (x > y) - (x < y);
}

static int compare(const struct flat_line *x, const struct flat_line *y)
{
	int c = order(x->at, y->at);

	c = c ? c : order((size_t)x->rank, (size_t)y->rank);
	c = c ? c : strcmp(x->what, y->what);
	c = c ? c : order(x->end, y->end);
	return c ? c : text_cmp(x->raw, y->raw);
}

static int by_place(const void *x, const void *y)
{
	return compare(x, y);
}

void flat_sort(struct flat *f)
{
	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), by_place);
}

/* --- our tree ---------------------------------------------------------------- */

static void add_list(struct flat *f, const struct sh_list *l);

static void add_parts(struct flat *f, const struct sh_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].list && !flat_skips(text_range(f->text, parts[i].at)))
			add_list(f, parts[i].list);
		add_parts(f, parts[i].parts, parts[i].nparts);
	}
}

static void add_word(struct flat *f, const struct sh_word *w)
{
	flat_add(f, w->at.start, FLAT_WORD, "word", text_range(f->text, w->at));
	add_parts(f, w->parts, w->nparts);
}

static void add_assign(struct flat *f, const struct sh_assign *as)
{
	flat_add(f, as->at.start, FLAT_WORD, "assign", text_range(f->text, as->at));
	for (size_t i = 0; i < as->nvalue; i++)
		add_parts(f, as->value[i].parts, as->value[i].nparts);
}

static void add_redir(struct flat *f, const struct sh_redir *r)
{
	flat_add(f, r->at.start, FLAT_WORD, "redir", text_range(f->text, r->at));
	add_parts(f, r->word.parts, r->word.nparts);
	if (r->body.end > r->body.start)
		flat_add(f, r->body.start, FLAT_WORD, "here-document", text_range(f->text, r->body));
}

static void add_arm(struct flat *f, const struct sh_arm *arm)
{
	for (size_t i = 0; i < arm->npatterns; i++)
		add_word(f, &arm->patterns[i]);
	add_list(f, arm->list);
	if (arm->end.n)
		flat_add(f, (size_t)(arm->end.p - f->text.p), FLAT_WORD, "arm", arm->end);
}

static void add_command(struct flat *f, const struct sh_command *c)
{
	flat_add_command(f, c->at, sh_kind_name(c->kind));
	for (size_t i = 0; i < c->nassigns; i++)
		add_assign(f, &c->assigns[i]);
	for (size_t i = 0; i < c->nwords; i++)
		add_word(f, &c->words[i]);
	if (c->in)
		flat_add(f, c->words[0].at.start, FLAT_WORD, "in", TEXT_NONE);
	for (size_t i = 0; i < c->nredirs; i++)
		add_redir(f, &c->redirs[i]);
	for (size_t i = 0; i < c->nlists; i++)
		add_list(f, c->lists[i]);
	for (size_t i = 0; i < c->narms; i++)
		add_arm(f, &c->arms[i]);
}

static void add_step(struct flat *f, const struct sh_step *s)
{
	if (s->timed)
		flat_add(f, s->at.start, FLAT_MARK, "time", TEXT_NONE);
	if (s->negated)
		flat_add(f, s->at.start, FLAT_MARK, "!", TEXT_NONE);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			flat_add(f, s->commands[i].at.start, FLAT_JOIN, "|", TEXT_NONE);
		add_command(f, &s->commands[i]);
	}
}

/* A newline is told by what follows it; behind the last one only & says anything. */
static void add_list(struct flat *f, const struct sh_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct sh_step *s = &l->steps[i];
		bool last = i + 1 == l->n;

		add_step(f, s);
		if (!last && s->join == SH_NEWLINE)
			flat_add(f, l->steps[i + 1].at.start, FLAT_JOIN, "newline", TEXT_NONE);
		else if (!last || s->join == SH_AMP)
			flat_add(f, s->op.start, FLAT_JOIN, sh_join_name(s->join), TEXT_NONE);
	}
}

void flat_ours(struct flat *out, const struct sh_script *s)
{
	out->text = s->text;
	add_list(out, s->list);
	flat_sort(out);
}

/* --- comparing --------------------------------------------------------------- */

enum { SHOWN = 3, LONGEST = 120 };

static void show(struct buf *out, const char *who, const struct flat *f, size_t at)
{
	for (size_t i = at; i < f->n && i < at + SHOWN; i++) {
		const struct flat_line *l = &f->list[i];

		buf_addf(out, "    %s %zu", who, l->at);
		if (l->end)
			buf_addf(out, "-%zu", l->end);
		buf_addf(out, " %s ", l->what);
		visible_add(out, text_sub(l->raw, 0, LONGEST), VISIBLE_LINE);
		buf_addc(out, '\n');
	}
	if (at >= f->n)
		buf_addf(out, "    %s nothing more\n", who);
}

bool flat_differ(const struct flat *ours, const struct flat *theirs, struct buf *detail)
{
	size_t i = 0;

	while (i < ours->n && i < theirs->n && compare(&ours->list[i], &theirs->list[i]) == 0)
		i++;
	if (i == ours->n && i == theirs->n)
		return false;
	show(detail, "ours ", ours, i);
	show(detail, "shfmt", theirs, i);
	return true;
}
