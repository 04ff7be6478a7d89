/* SPDX-License-Identifier: Apache-2.0 */
#include "app/dump_shell.h"

/* --- substitutions ---------------------------------------------------------- */

struct visitor {
	void (*each)(void *data, const struct sh_part *p);
	void *data;
};

/* Parts are nested no deeper than the reader's bound. */
static void in_parts(const struct visitor *v, const struct sh_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].list)
			v->each(v->data, &parts[i]);
		else
			in_parts(v, parts[i].parts, parts[i].nparts);
	}
}

static void in_words(const struct visitor *v, const struct sh_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		in_parts(v, words[i].parts, words[i].nparts);
}

void dump_substitutions(const struct sh_command *c, void (*each)(void *data, const struct sh_part *p), void *data)
{
	struct visitor v = { each, data };

	for (size_t i = 0; i < c->nassigns; i++)
		in_words(&v, c->assigns[i].value, c->assigns[i].nvalue);
	in_words(&v, c->words, c->nwords);
	for (size_t i = 0; i < c->narms; i++)
		in_words(&v, c->arms[i].patterns, c->arms[i].npatterns);
	for (size_t i = 0; i < c->nredirs; i++)
		in_words(&v, &c->redirs[i].word, 1);
}

/* --- JSON ------------------------------------------------------------------- */

/* Where a list stands: the text that its spans count in, and how many substitutions it is in. */
struct place {
	struct text text;
	size_t depth;
};

static json_t *steps_json(const struct sh_list *l, size_t depth);

static json_t *span(struct range at)
{
	json_t *pair = json_array();

	json_array_append_new(pair, js_size(at.start));
	json_array_append_new(pair, js_size(at.end));
	return pair;
}

static void add_true(json_t *o, const char *key, bool holds)
{
	if (holds)
		json_object_set_new(o, key, json_true());
}

static void add_list(json_t *o, const char *key, json_t *list)
{
	if (json_array_size(list))
		json_object_set_new(o, key, list);
	else
		json_decref(list);
}

static void add_written(json_t *list, struct text text, struct range at)
{
	json_array_append_new(list, js_text(text_range(text, at)));
}

static json_t *words_json(struct text text, const struct sh_word *words, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		add_written(list, text, words[i].at);
	return list;
}

static json_t *arms_json(const struct sh_command *c, const struct place *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->narms; i++) {
		const struct sh_arm *arm = &c->arms[i];
		json_t *o = json_object();

		json_object_set_new(o, "patterns", words_json(p->text, arm->patterns, arm->npatterns));
		json_object_set_new(o, "steps", steps_json(arm->list, p->depth));
		if (arm->end.n)
			json_object_set_new(o, "end", js_text(arm->end));
		json_array_append_new(list, o);
	}
	return list;
}

struct substitutions {
	const struct place *place;
	json_t *list;
};

static void add_substitution(void *data, const struct sh_part *part)
{
	struct substitutions *s = data;
	json_t *o = json_object();

	json_object_set_new(o, "at", span(part->at));
	if (part->list->text.p != s->place->text.p)
		json_object_set_new(o, "text", js_text(part->list->text));
	json_object_set_new(o, "steps", steps_json(part->list, s->place->depth + 1));
	json_array_append_new(s->list, o);
}

static json_t *substitutions_json(const struct sh_command *c, const struct place *p)
{
	struct substitutions s = { p, json_array() };

	if (p->depth < DUMP_SUBSTITUTIONS)
		dump_substitutions(c, add_substitution, &s);
	return s.list;
}

static json_t *command_json(const struct sh_command *c, const struct place *p)
{
	json_t *o = json_object(), *assigns = json_array(), *redirs = json_array(), *lists = json_array();

	for (size_t i = 0; i < c->nassigns; i++)
		add_written(assigns, p->text, c->assigns[i].at);
	for (size_t i = 0; i < c->nredirs; i++)
		add_written(redirs, p->text, c->redirs[i].at);
	for (size_t i = 0; i < c->nlists; i++)
		json_array_append_new(lists, steps_json(c->lists[i], p->depth));
	json_object_set_new(o, "kind", json_string(sh_kind_name(c->kind)));
	json_object_set_new(o, "at", span(c->at));
	add_list(o, "assigns", assigns);
	add_list(o, "words", words_json(p->text, c->words, c->nwords));
	add_list(o, "redirs", redirs);
	add_list(o, "lists", lists);
	add_list(o, "arms", arms_json(c, p));
	add_list(o, "substitutions", substitutions_json(c, p));
	return o;
}

static json_t *step_json(const struct sh_step *step, const struct place *p)
{
	json_t *o = json_object(), *commands = json_array();

	for (size_t i = 0; i < step->n; i++)
		json_array_append_new(commands, command_json(&step->commands[i], p));
	json_object_set_new(o, "at", span(step->at));
	add_true(o, "negated", step->negated);
	add_true(o, "timed", step->timed);
	json_object_set_new(o, "commands", commands);
	if (step->join != SH_END)
		json_object_set_new(o, "join", json_string(sh_join_name(step->join)));
	return o;
}

static json_t *steps_json(const struct sh_list *l, size_t depth)
{
	struct place p = { l->text, depth };
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(list, step_json(&l->steps[i], &p));
	return list;
}

static void add_tree(json_t *o, const struct script *s)
{
	const struct sh_script *tree = &s->tree;

	json_object_set_new(o, "read", json_boolean(tree->list != NULL));
	if (!tree->list) {
		if (tree->why)
			json_object_set_new(o, "why", json_string(tree->why));
		if (s->program != SHELL_FOREIGN)
			json_object_set_new(o, "at", js_size(tree->at));
		return;
	}
	json_object_set_new(o, "dialect", json_string(tree->dialect == SH_BASH ? "bash" : "posix"));
	json_object_set_new(o, "bash", json_boolean(tree->bash));
	add_true(o, "doubtful", s->doubtful);
	json_object_set_new(o, "text", js_text(tree->text));
	json_object_set_new(o, "steps", steps_json(tree->list, 0));
}

json_t *dump_shell_json(const struct script *s)
{
	static const char *const forms[] = { "line", "body", "command" };
	json_t *o = json_object();

	json_object_set_new(o, "program", json_string(shell_program_name(s->program)));
	json_object_set_new(o, "form", json_string(forms[s->form]));
	add_true(o, "errexit", s->errexit);
	add_true(o, "pipefail", s->pipefail);
	add_true(o, "nounset", s->nounset);
	add_tree(o, s);
	return o;
}
