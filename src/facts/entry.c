/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/entry.h"

#include "facts/made.h"

/* --- which one ------------------------------------------------------------- */

static bool starts_nothing(const struct instruction *ins)
{
	return ins->exec && ins->nwords == 0;
}

/* The last one of that keyword in a stage, or TEXT_NPOS. */
static size_t last_in_stage(struct facts *f, size_t stage, enum keyword kw)
{
	const struct stage *st = &facts_stages(f)->list[stage];
	const struct doc *d = facts_doc(f);

	for (size_t i = st->end; i > st->from + 1; i--)
		if (d->items[i - 1].ins && d->items[i - 1].ins->keyword == kw)
			return i - 1;
	return TEXT_NPOS;
}

static struct entry of_item(struct facts *f, size_t item)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	struct entry e = { .state = KNOWN, .item = item, .shell = !ins->exec };
	struct text *words;

	if (starts_nothing(ins))
		e.state = UNSET;
	if (e.shell)
		return e;
	words = ARENA_ARRAY(facts_arena(f), ins->nwords + 1, struct text);
	for (size_t i = 0; i < ins->nwords; i++)
		words[e.n++] = ins->words[i].value;
	e.words = words;
	return e;
}

static struct entry of_base(struct facts *f, const struct base *b, struct maybe list)
{
	struct entry e = { .state = b->known ? list.state : UNKNOWN, .item = TEXT_NPOS };

	if (e.state == KNOWN && !catalog_list(list, facts_arena(f), &e.words, &e.n))
		e.state = UNKNOWN;
	else if (e.state == KNOWN && e.n == 0)
		e.state = UNSET;
	return e;
}

/* The stage has a trigger of one of both keywords, or one that is not read. */
static bool has_trigger(struct facts *f, size_t stage, enum keyword a, enum keyword b)
{
	const struct stage *st = &facts_stages(f)->list[stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(f)->items[i].ins;

		if (ins && ins->keyword == KW_ONBUILD && (!ins->inner || ins->inner->keyword == a || ins->inner->keyword == b))
			return true;
	}
	return false;
}

/* Triggers run right behind FROM, and may set what the container starts; of an image's own it is not known. */
static bool runs_triggers(struct facts *f, size_t stage, enum keyword a, enum keyword b)
{
	const struct state *s = facts_before(f, facts_stages(f)->list[stage].from);
	int parent = facts_stages(f)->list[stage].parent;

	return s->env && s->env->barrier && (parent < 0 || has_trigger(f, (size_t)parent, a, b));
}

struct entry entry_of(struct facts *f, size_t stage)
{
	for (;;) {
		size_t item = last_in_stage(f, stage, KW_ENTRYPOINT);
		int parent = facts_stages(f)->list[stage].parent;

		if (item != TEXT_NPOS)
			return of_item(f, item);
		if (runs_triggers(f, stage, KW_ENTRYPOINT, KW_ENTRYPOINT))
			return (struct entry){ .state = UNKNOWN, .item = TEXT_NPOS };
		if (parent < 0)
			return of_base(f, facts_base(f, stage), facts_base(f, stage)->config.entrypoint);
		stage = (size_t)parent;
	}
}

struct entry entry_cmd_of(struct facts *f, size_t stage)
{
	for (;;) {
		size_t item = last_in_stage(f, stage, KW_CMD);
		int parent = facts_stages(f)->list[stage].parent;

		if (item != TEXT_NPOS)
			return of_item(f, item);
		if (last_in_stage(f, stage, KW_ENTRYPOINT) != TEXT_NPOS)
			return (struct entry){ .state = UNSET, .item = TEXT_NPOS };
		if (runs_triggers(f, stage, KW_CMD, KW_ENTRYPOINT))
			return (struct entry){ .state = UNKNOWN, .item = TEXT_NPOS };
		if (parent < 0)
			return of_base(f, facts_base(f, stage), facts_base(f, stage)->config.cmd);
		stage = (size_t)parent;
	}
}

static size_t cmd_in(struct facts *f, size_t stage)
{
	size_t item = last_in_stage(f, stage, KW_CMD);

	return item != TEXT_NPOS && starts_nothing(facts_doc(f)->items[item].ins) ? TEXT_NPOS : item;
}

size_t entry_cmd(struct facts *f, size_t stage)
{
	const struct stages *s = facts_stages(f);
	bool *heir = ARENA_ARRAY(facts_arena(f), s->n + 1, bool);
	size_t item = cmd_in(f, stage);

	heir[stage] = true;
	for (size_t i = stage + 1; i < s->n && item == TEXT_NPOS; i++) {
		heir[i] = s->list[i].parent >= 0 && heir[s->list[i].parent] &&
			  last_in_stage(f, i, KW_ENTRYPOINT) == TEXT_NPOS;
		if (heir[i])
			item = cmd_in(f, i);
	}
	return item;
}

/* --- what it does with what is appended ------------------------------------ */

/* Programs that start what is behind their own arguments. */
static const struct {
	const char *names;
	size_t own;  /* arguments of its own that are no options */
	bool dashes; /* "--" must be the last word */
} wrappers[] = {
	{ "tini tini-static catatonit my_init", 0, true },
	{ "dumb-init", 0, false },
	{ "gosu su-exec", 1, false },
};

/* Scripts of official images that end in exec "$@" whatever a program's name is; by image where the
 * name says nothing. From the images' sources. */
static const struct {
	const char *script, *image;
} scripts[] = {
	{ "docker-php-entrypoint", NULL }, { "__cacert_entrypoint.sh", NULL }, { "mvn-entrypoint.sh", NULL },
	{ "nvidia_entrypoint.sh", NULL },  { "docker-entrypoint.sh", "node" },
};

/* The words behind the program are options, its own arguments, "--": nothing that is started. */
static bool is_wrapper(const struct text *words, size_t n)
{
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		size_t k = 1, operands = 0;
		bool dashes = false;

		if (!words_hold(wrappers[i].names, text_base(words[0])))
			continue;
		for (; k < n && !dashes; k++) {
			dashes = text_is(words[k], "--");
			operands += !text_starts(words[k], TEXT("-"));
		}
		return k == n && operands == wrappers[i].own && (dashes || !wrappers[i].dashes);
	}
	return false;
}

static bool is_known_script(struct text name, struct text image)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (text_is(name, scripts[i].script) && (!scripts[i].image || text_is(image, scripts[i].image)))
			return true;
	return false;
}

/* --- a script that can be read --------------------------------------------- */

static bool is_positional(struct text name)
{
	return words_hold("@ * # 0 1 2 3 4 5 6 7 8 9", name);
}

struct uses {
	size_t n;   /* of positional parameters */
	bool other; /* shift, set, eval ... may do anything to them */
};

static void count_parts(struct uses *u, const struct sh_part *parts, size_t n, int depth)
{
	for (size_t i = 0; i < n; i++) {
		u->n += parts[i].kind == SH_PARAM && is_positional(parts[i].name);
		if (depth < 16)
			count_parts(u, parts[i].parts, parts[i].nparts, depth + 1);
		else
			u->other = true;
	}
}

static void count_words(struct uses *u, const struct sh_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		count_parts(u, words[i].parts, words[i].nparts, 0);
}

static void count(const struct sh_command *c, void *data)
{
	struct uses *u = data;

	count_words(u, c->words, c->nwords);
	count_parts(u, c->parts, c->nparts, 0);
	for (size_t i = 0; i < c->nassigns; i++)
		count_words(u, c->assigns[i].value, c->assigns[i].nvalue);
	for (size_t i = 0; i < c->nredirs; i++) {
		count_words(u, &c->redirs[i].word, 1);
		u->other = u->other || c->redirs[i].body.end > c->redirs[i].body.start;
	}
	if (c->kind == SH_SIMPLE && c->nwords && c->words[0].value.state == KNOWN)
		u->other = u->other || words_hold("shift getopts eval . source", c->words[0].value.text);
	/* "for x" without "in" runs over the arguments. */
	if ((c->kind == SH_FOR && !c->in) || c->kind == SH_SELECT || c->kind == SH_FUNCTION)
		u->other = true;
}

/* exec "$@" as the last step, and nothing else that looks at an argument. */
static bool ends_in_exec(struct arena *a, struct text bytes)
{
	const struct sh_command *c;
	const struct sh_step *last;
	struct sh_script s;
	struct uses u = { 0 };

	sh_read_any(a, bytes, (struct range){ 0, bytes.n }, &s);
	if (!s.list || !s.list->n)
		return false;
	last = &s.list->steps[s.list->n - 1];
	c = &last->commands[0];
	if (last->n != 1 || last->negated || (s.list->n > 1 && (last[-1].join == SH_OR || last[-1].join == SH_AND)) ||
	    c->kind != SH_SIMPLE || c->nwords != 2 || c->nassigns || c->nredirs ||
	    !maybe_is(c->words[0].value, "exec") || !text_is(text_range(bytes, c->words[1].at), "\"$@\""))
		return false;
	sh_each_command(s.list, count, &u);
	return u.n == 1 && !u.other;
}

/* The program of #!/bin/sh -e or #!/usr/bin/env bash. */
static struct text interpreter(struct text bytes)
{
	struct text line = text_trim(text_sub(bytes, 2, text_chr(bytes, '\n', 0))), word = TEXT_NONE;
	bool more = true;

	while (text_cut(&line, ' ', &word, &more))
		if (!text_is(text_base(word), "env"))
			break;
	return text_base(word);
}

static bool is_own_script(struct facts *f, size_t stage, const struct entry *e)
{
	struct path_origin o;

	if (e->n != 1 || e->item == TEXT_NPOS)
		return false;
	o = made_program(f, stage, e->words[0]);
	return o.kind == MADE_BYTES && !o.cut && text_starts(o.bytes, TEXT("#!")) &&
	       words_hold("sh bash dash ash", interpreter(o.bytes)) && ends_in_exec(facts_arena(f), o.bytes);
}

bool entry_is_wrapper(const struct entry *e)
{
	return e->state == KNOWN && !e->shell && e->n > 0 && is_wrapper(e->words, e->n);
}

bool entry_hands_over(struct facts *f, size_t stage, const struct entry *e)
{
	if (e->state != KNOWN || e->shell || e->n == 0)
		return false;
	return is_wrapper(e->words, e->n) ||
	       (e->n == 1 && is_known_script(text_base(e->words[0]), facts_base(f, stage)->name)) ||
	       is_own_script(f, stage, e);
}
