/* SPDX-License-Identifier: Apache-2.0 */
#include "app/dump.h"

#include "app/dump_config.h"
#include "app/dump_shell.h"
#include "facts/facts.h"

#include <inttypes.h>
#include <stdio.h>

/* --- the arguments' fingerprint ------------------------------------------- */

struct tally {
	uint64_t hash;
	size_t n;
};

static void add_arg(struct tally *t, struct text arg)
{
	t->hash = text_fnv1a(TEXT("\0"), text_fnv1a(arg, t->hash));
	t->n++;
}

/* Every argument followed by one 0 byte; ENV and LABEL are key, value, "=" or "". */
static void add_args(struct tally *t, const struct instruction *ins)
{
	bool pairs = ins->keyword == KW_ENV || ins->keyword == KW_LABEL;

	for (size_t i = 0; i < ins->nwords; i++) {
		add_arg(t, ins->words[i].value);
		if (pairs && i % 2)
			add_arg(t, ins->legacy ? TEXT("") : TEXT("="));
	}
}

static json_t *hex(uint64_t v)
{
	char out[17];

	snprintf(out, sizeof(out), "%016" PRIx64, v);
	return json_string(out);
}

/* --- parts ----------------------------------------------------------------- */

static json_t *heredocs_json(const struct doc *d, const struct instruction *ins)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ins->nheredocs; i++) {
		const struct heredoc *h = &ins->heredocs[i];
		struct text body = text_range(d->text, h->body);
		json_t *o = json_object();

		json_object_set_new(o, "name", js_text(h->name));
		if (h->fd)
			json_object_set_new(o, "fd", json_integer((json_int_t)h->fd));
		json_object_set_new(o, "chomp", json_boolean(h->chomp));
		json_object_set_new(o, "expand", json_boolean(h->expand));
		json_object_set_new(o, "bytes", js_size(body.n));
		json_object_set_new(o, "lines", js_size(h->lines));
		json_object_set_new(o, "fnv", hex(text_fnv1a(TEXT("\0"), text_fnv1a(body, FNV1A_INIT))));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *instruction_json(const struct doc *d, const struct item *it, const struct instruction *ins)
{
	struct tally t = { FNV1A_INIT, 0 };
	json_t *o = json_object(), *flags;

	json_object_set_new(o, "line_start", js_size(it->line));
	json_object_set_new(o, "line_end", js_size(it->line_end));
	json_object_set_new(o, "cmd", js_text(ins->name));
	if (ins->nflags) {
		json_object_set_new(o, "flags", flags = json_array());
		for (size_t i = 0; i < ins->nflags; i++)
			json_array_append_new(flags, js_text(ins->flags[i].text));
	}
	if (ins->exec)
		json_object_set_new(o, "json", json_true());
	add_args(&t, ins);
	json_object_set_new(o, "argc", js_size(t.n));
	json_object_set_new(o, "args_fnv", hex(t.hash));
	if (ins->nheredocs)
		json_object_set_new(o, "heredocs", heredocs_json(d, ins));
	if (ins->ncomments)
		json_object_set_new(o, "n_prev_comments", js_size(ins->ncomments));
	if (ins->inner)
		json_object_set_new(o, "onbuild", instruction_json(d, it, ins->inner));
	if (ins->refusal)
		json_object_set_new(o, "error", json_string(ins->refusal));
	return o;
}

/* BuildKit's fields alone; what we conclude stands beside. */
static json_t *stages_json(struct arena *a, const struct doc *d, struct facts *f)
{
	const struct stages *s = facts_stages(f);
	json_t *list = json_array();

	for (size_t i = 0; i < s->n; i++) {
		const struct stage *st = &s->list[i];
		const struct flag *platform = ins_flag(st->ins, "platform");
		struct text built = stages_base_as_built(a, d, s, i);
		json_t *o = json_object();
		size_t commands = 0;

		for (size_t k = st->from + 1; k < st->end; k++)
			commands += d->items[k].kind == ITEM_INSTRUCTION;
		if (st->name.n)
			json_object_set_new(o, "name", js_text(st->name));
		json_object_set_new(o, "base", js_text(st->base));
		if (built.n && !st->base_fixed)
			json_object_set_new(o, "base_expanded", js_text(built));
		if (platform)
			json_object_set_new(o, "platform", js_text(platform->value));
		json_object_set_new(o, "line", js_size(d->items[st->from].line));
		json_object_set_new(o, "line_end", js_size(d->items[st->from].line_end));
		json_object_set_new(o, "ncmds", js_size(commands));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *verdict(const struct problem *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "ok", json_boolean(!p->bad));
	if (p->bad) {
		json_object_set_new(o, "error", js_text(p->message));
		if (p->line_reported)
			json_object_set_new(o, "line", js_size(p->line_reported));
	}
	return o;
}

static json_t *meta_args(const struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->nitems && d->items[i].stage < 0; i++) {
		const struct instruction *ins = d->items[i].ins;

		for (size_t w = 0; ins && ins->keyword == KW_ARG && w < ins->nwords; w++)
			json_array_append_new(list, js_text(text_sub(ins->words[w].value, 0,
								     text_chr(ins->words[w].value, '=', 0))));
	}
	return list;
}

static json_t *directives_json(const struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->ndirectives; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", js_text(d->directives[i].name));
		json_object_set_new(o, "value", js_text(d->directives[i].value));
		json_object_set_new(o, "line", js_size(d->directives[i].line));
		json_array_append_new(list, o);
	}
	return list;
}

static void add_instructions(json_t *root, const struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->nitems; i++)
		if (d->items[i].ins)
			json_array_append_new(list, instruction_json(d, &d->items[i], d->items[i].ins));
	json_object_set_new(root, "instructions", list);
}

/* Beside the stages, which are what BuildKit reads. */
static void add_images(json_t *root, struct facts *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < facts_stages(f)->n && i < DUMP_CONFIGS; i++)
		json_array_append_new(list, dump_config_json(f, i));
	json_object_set_new(root, "images", list);
}

/* Beside the instructions, which are what BuildKit reads. */
static void add_scripts(json_t *root, struct facts *f)
{
	const struct doc *d = facts_doc(f);
	json_t *list = json_array();

	for (size_t i = 0, n = 0; i < d->nitems; i++) {
		const struct script *script = dump_script(f, i);
		json_t *o;

		if (script) {
			o = dump_shell_json(script);
			json_object_set_new(o, "instruction", js_size(n));
			json_array_append_new(list, o);
		}
		n += d->items[i].ins != NULL;
	}
	json_object_set_new(root, "scripts", list);
}

struct facts *dump_facts(struct arena *a, const struct doc *d)
{
	struct facts_inputs in = { .doc = d };

	return doc_ok(d) ? facts_open(a, &in) : NULL;
}

const struct script *dump_script(struct facts *f, size_t item)
{
	const struct instruction *ins = f ? facts_doc(f)->items[item].ins : NULL;

	if (!ins)
		return NULL;
	return ins->inner ? script_read(facts_arena(f), facts_doc(f), ins->inner, facts_before(f, item)) :
			    facts_script(f, item);
}

void dump_json(struct arena *a, struct buf *out, struct text path, const struct doc *d)
{
	json_t *root = json_object();
	char escape[2] = { d->escape, '\0' };
	struct facts *f = dump_facts(a, d);

	json_object_set_new(root, "path", js_text(path));
	json_object_set_new(root, "bytes", js_size(d->text.n));
	json_object_set_new(root, "ok", json_boolean(doc_ok(d)));
	json_object_set_new(root, "parse", verdict(&d->parse));
	if (!d->parse.bad) {
		json_object_set_new(root, "instructions_verdict", verdict(&d->instructions));
		json_object_set_new(root, "escape", json_string(escape));
		if (d->ndirectives)
			json_object_set_new(root, "directives", directives_json(d));
		if (d->syntax.n)
			json_object_set_new(root, "syntax", js_text(d->syntax));
		json_object_set_new(root, "meta_args", meta_args(d));
		if (f)
			json_object_set_new(root, "stages", stages_json(a, d, f));
		add_instructions(root, d);
		if (f)
			add_scripts(root, f);
		if (f)
			add_images(root, f);
	}
	js_line(out, root);
}

void dump_json_error(struct buf *out, struct text path, const char *message)
{
	json_t *root = json_object();

	json_object_set_new(root, "path", js_text(path));
	json_object_set_new(root, "ok", json_false());
	json_object_set_new(root, "error", js_text(text_of(message)));
	js_line(out, root);
}
