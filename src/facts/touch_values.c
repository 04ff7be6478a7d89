/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/touch_values.h"

#include "base/buf.h"
#include "facts/command.h"

/* for name in words; do ... done */
struct loop {
	struct text name;
	struct text whole;
	const struct sh_command *sh;
};

struct assigned {
	struct text name, whole;
	const struct sh_word *word;
	size_t skip;  /* bytes of the word in front of the value: export NAME=value */
	size_t times;
	bool busy;    /* its value is being looked for */
};

enum { MAX_LOOPS = 16, MAX_VALUES = 64, MAX_SYMBOL = 512 };

struct script_values {
	struct arena *a;
	const struct state *at;
	struct text whole;
	struct loop loops[MAX_LOOPS];
	size_t nloops;
	struct assigned assigned[MAX_VALUES];
	size_t nassigned;
	bool many; /* more are set than are kept */
	const struct sh_command *now; /* the command being read */
	const struct loop *asked; /* the loop that its words ask */
	size_t turn, turns;
};

static bool fill(struct script_values *r, struct buf *out, struct text whole, const struct sh_part *parts, size_t n, int depth);

static bool fill_word(struct script_values *r, struct buf *out, struct text whole, const struct sh_word *w, int depth)
{
	if (w->value.state == KNOWN) {
		buf_add(out, w->value.text);
		return true;
	}
	return !(w->marks & SH_BRACE) && fill(r, out, whole, w->parts, w->nparts, depth);
}

/* The loop over that name in which the command stands. */
static const struct loop *loop_of(const struct script_values *r, struct text name)
{
	for (size_t i = r->nloops; i > 0; i--) {
		const struct loop *l = &r->loops[i - 1];

		if (text_eq(l->name, name) && r->now && r->now->at.start >= l->sh->at.start && r->now->at.end <= l->sh->at.end)
			return l;
	}
	return NULL;
}

/* Where ENV has another value, the script may have assigned it or not. */
static bool fill_assigned(struct script_values *r, struct buf *out, struct assigned *as, struct maybe env, int depth)
{
	struct buf all = { 0 };
	bool ok = as->word && as->times == 1;

	as->busy = true;
	ok = ok && fill_word(r, &all, as->whole, as->word, depth + 1) && all.n >= as->skip;
	as->busy = false;
	if (ok) {
		struct text value = text_from(buf_text(&all), as->skip);

		ok = env.state != KNOWN || text_eq(env.text, value);
		if (ok)
			buf_add(out, value);
	}
	buf_release(&all);
	return ok;
}

/* 1: appended; 0: nothing sets it; -1: not known. */
static int fill_name(struct script_values *r, struct buf *out, struct text name, int depth)
{
	const struct loop *l = loop_of(r, name);
	struct maybe m;

	if (l) {
		/* Two at once would have all pairs of their words. */
		if (r->asked && r->asked != l)
			return -1;
		r->asked = l;
		r->turns = l->sh->nwords - 1;
		return r->turn + 1 < l->sh->nwords && fill_word(r, out, l->whole, &l->sh->words[1 + r->turn], depth + 1) ? 1 : -1;
	}
	m = state_get(r->at, r->a, name);
	for (size_t i = 0; i < r->nassigned; i++)
		/* X=${X:-a} asks for what was there before. */
		if (text_eq(r->assigned[i].name, name) && !r->assigned[i].busy)
			return fill_assigned(r, out, &r->assigned[i], m, depth) ? 1 : -1;
	m = r->many ? maybe_unknown() : m;
	if (m.state == KNOWN)
		buf_add(out, m.text);
	/* The account decides what that is. */
	if (text_is(name, "HOME") && m.state != KNOWN)
		return 0;
	return m.state == KNOWN ? 1 : m.state == UNSET && r->at->base && r->at->base->known ? 0 : -1;
}

/* $x, ${x}, ${x:-a}, ${x-a}, ${x:=a} */
static bool fill_param(struct script_values *r, struct buf *out, struct text whole, const struct sh_part *p, int depth)
{
	struct text t = text_range(whole, p->at), rest;
	size_t before = out->n;
	int found;

	if (!p->name.n || !(ascii_alpha((unsigned char)p->name.p[0]) || p->name.p[0] == '_'))
		return false;
	if (t.n == p->name.n + 1 || t.n == p->name.n + 3)
		rest = TEXT_NONE;
	else if (t.n > p->name.n + 3 && text_eq(text_sub(t, 2, 2 + p->name.n), p->name))
		rest = text_sub(t, 2 + p->name.n, t.n - 1);
	else
		return false;
	found = fill_name(r, out, p->name, depth + 1);
	if (found < 0 || (found == 0 && !rest.n)) {
		if (rest.n || found < 0)
			return false;
		buf_addf(out, "${%.*s}", TEXT_FMT(p->name));
		return true;
	}
	if (!rest.n)
		return true;
	if (!text_starts(rest, TEXT(":-")) && !text_starts(rest, TEXT(":=")) && !text_starts(rest, TEXT("-")) && !text_starts(rest, TEXT("=")))
		return false;
	if (found == 1 && (out->n > before || rest.p[0] != ':'))
		return true;
	rest = text_from(rest, rest.p[0] == ':' ? 2 : 1);
	if (text_has(rest, '$') || text_has(rest, '`') || text_has(rest, '"') || text_has(rest, '\\'))
		return false;
	buf_add(out, rest);
	return true;
}

static bool fill(struct script_values *r, struct buf *out, struct text whole, const struct sh_part *parts, size_t n, int depth)
{
	for (size_t i = 0; i < n; i++) {
		struct text t = text_range(whole, parts[i].at);

		if (depth > 8 || out->n > MAX_SYMBOL)
			return false;
		if (parts[i].kind == SH_LITERAL && !text_has(t, '\\'))
			buf_add(out, t);
		else if (parts[i].kind == SH_SINGLE)
			buf_add(out, text_sub(t, 1, t.n - 1));
		else if (parts[i].kind == SH_PARAM ? !fill_param(r, out, whole, &parts[i], depth)
						   : parts[i].kind != SH_DOUBLE || !fill(r, out, whole, parts[i].parts, parts[i].nparts, depth + 1))
			return false;
	}
	return true;
}

struct maybe values_word(struct script_values *r, const struct state *at, struct text whole, const struct sh_word *w)
{
	struct buf out = { 0 };
	struct maybe m = maybe_unknown();

	r->at = at;
	if (w->at.end - w->at.start <= MAX_SYMBOL && fill_word(r, &out, whole, w, 0))
		m = maybe_known(arena_text(r->a, buf_text(&out)));
	buf_release(&out);
	return m;
}

static void note_assignment(struct script_values *r, struct text whole, const struct sh_assign *as, size_t skip)
{
	size_t i = 0;

	while (i < r->nassigned && !text_eq(r->assigned[i].name, as->name))
		i++;
	r->many = r->many || i >= MAX_VALUES;
	if (i >= MAX_VALUES)
		return;
	r->nassigned += i == r->nassigned;
	r->assigned[i].name = as->name;
	r->assigned[i].whole = whole;
	r->assigned[i].word = as->value;
	r->assigned[i].skip = skip;
	r->assigned[i].times += as->append || as->array || as->indexed || !as->value ? 2 : 1;
}

/* : "${x:=a}" */
static void note_default(struct script_values *r, const struct sh_word *w)
{
	struct text t = text_range(r->whole, w->at), name;
	size_t end = 0;

	t = text_from(t, text_starts(t, TEXT("\"")));
	if (!text_starts(t, TEXT("${")))
		return;
	t = text_from(t, 2);
	while (end < t.n && (ascii_alnum((unsigned char)t.p[end]) || t.p[end] == '_'))
		end++;
	name = text_sub(t, 0, end);
	if (name.n && (text_starts(text_from(t, end), TEXT(":=")) || text_starts(text_from(t, end), TEXT("="))))
		note_assignment(r, r->whole, &(struct sh_assign){ .name = name, .value = w }, 0);
}

static void note_values(const struct sh_command *c, void *data)
{
	struct script_values *r = data;
	struct text whole = r->whole;

	for (size_t i = 1; c->kind == SH_SIMPLE && i < c->nwords && maybe_is(c->words[0].value, ":"); i++)
		note_default(r, &c->words[i]);
	for (size_t i = 0; c->kind == SH_SIMPLE && i < c->nassigns; i++)
		note_assignment(r, whole, &c->assigns[i], 0);
	/* read x, for x: whatever it then is. */
	for (size_t i = 1; c->kind == SH_SIMPLE && i < c->nwords && (maybe_is(c->words[0].value, "read") || maybe_is(c->words[0].value, "getopts")); i++)
		if (c->words[i].value.state == KNOWN)
			note_assignment(r, whole, &(struct sh_assign){ .name = c->words[i].value.text, .append = true }, 0);
	for (size_t i = 1; c->kind == SH_SIMPLE && i < c->nwords && c->words[0].value.state == KNOWN &&
			   words_hold("export local readonly declare typeset", c->words[0].value.text); i++) {
		struct text word = text_range(whole, c->words[i].at);

		if (text_has(word, '='))
			note_assignment(r, whole, &(struct sh_assign){ .name = text_sub(word, 0, text_chr(word, '=', 0)), .value = &c->words[i] },
					text_chr(word, '=', 0) + 1);
	}
	if (c->kind == SH_FOR && c->nwords > 1 && c->in && r->nloops < MAX_LOOPS && c->words[0].value.state == KNOWN)
		r->loops[r->nloops++] = (struct loop){ c->words[0].value.text, whole, c };
	else if (c->kind == SH_FOR && c->nwords && c->words[0].value.state == KNOWN)
		note_assignment(r, whole, &(struct sh_assign){ .name = c->words[0].value.text, .append = true }, 0);
}

struct script_values *values_of(struct arena *a, const struct sh_script *s)
{
	struct script_values *r = ARENA_NEW(a, struct script_values);

	r->a = a;
	r->whole = s->text;
	if (s->list)
		sh_each_command(s->list, note_values, r);
	return r;
}

void values_begin(struct script_values *r, const struct sh_command *c, size_t turn)
{
	r->now = c;
	r->turn = turn;
	r->turns = 0;
	r->asked = NULL;
}

bool values_more(const struct script_values *r, size_t turn)
{
	return turn < r->turns;
}
