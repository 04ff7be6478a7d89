/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/command.h"

#include "facts/programs.h"

#include <string.h>

/* --- words ----------------------------------------------------------------- */

bool words_hold(const char *list, struct text word)
{
	char name[64];
	const char *at = list;

	if (!list || !word.n || word.n >= sizeof(name))
		return false;
	memcpy(name, word.p, word.n);
	name[word.n] = '\0';
	for (; (at = strstr(at, name)); at++)
		if ((at == list || at[-1] == ' ') && (at[word.n] == ' ' || !at[word.n]))
			return strlen(name) == word.n && !text_has(word, ' ');
	return false;
}

struct text command_word(const struct command *c, size_t word)
{
	return text_range(c->list->text, c->sh->words[word].at);
}

/* --- options --------------------------------------------------------------- */

struct parse {
	struct arena *a;
	struct text text; /* that the words' spans count in */
	const struct sh_command *sh;
	const struct program *program; /* NULL: not known */
	struct arg *args;
	size_t n, cap;
};

static struct arg *add_arg(struct parse *p, enum arg_kind kind, size_t word, struct text name)
{
	struct arg *arg;

	p->args = arena_grow(p->a, p->args, p->n, &p->cap, sizeof(*p->args));
	arg = &p->args[p->n++];
	*arg = (struct arg){ .kind = kind, .word = word, .name = name, .value_word = word };
	return arg;
}

static void set_value(struct arg *arg, size_t word, struct maybe value)
{
	arg->has_value = true;
	arg->value_word = word;
	arg->value = value;
}

static bool takes_value(const struct parse *p, struct text name)
{
	return p->program && words_hold(p->program->values, name);
}

/* --name, --name=value, --name value; the index of the last word used. */
static size_t read_long(struct parse *p, size_t i, struct text word)
{
	size_t eq = text_chr(word, '=', 0);
	struct arg *arg = add_arg(p, ARG_OPTION, i, text_sub(word, 0, eq));

	if (eq != TEXT_NPOS) {
		set_value(arg, i, maybe_known(text_from(word, eq + 1)));
	} else if (takes_value(p, word) && i + 1 < p->sh->nwords) {
		set_value(arg, i + 1, p->sh->words[i + 1].value);
		return i + 1;
	}
	return i;
}

enum { MAX_CLUSTER = 256 }; /* an argument a letter: of a longer word that would be too many */

/* -abc, -o value, -ovalue */
static size_t read_cluster(struct parse *p, size_t i, struct text word)
{
	for (size_t k = 1; k < word.n; k++) {
		char *name = arena_bytes(p->a, 2);
		struct arg *arg;

		name[0] = word.p[0];
		name[1] = word.p[k];
		arg = add_arg(p, ARG_OPTION, i, (struct text){ name, 2 });
		if (k + 1 < word.n && word.p[k + 1] == '=') {
			set_value(arg, i, maybe_known(text_from(word, k + 2)));
			return i;
		}
		if (!takes_value(p, arg->name))
			continue;
		if (k + 1 < word.n) {
			set_value(arg, i, maybe_known(text_from(word, k + 1)));
			return i;
		}
		if (i + 1 < p->sh->nwords) {
			set_value(arg, i + 1, p->sh->words[i + 1].value);
			return i + 1;
		}
	}
	return i;
}

/* An option of which only the start is certain: --prefix=$X, -o"$X". */
static bool read_started(struct parse *p, size_t i)
{
	const struct sh_word *w = &p->sh->words[i];
	struct text start;
	struct arg *arg;

	if (w->value.state == KNOWN || !w->nparts || w->parts[0].kind != SH_LITERAL)
		return false;
	start = text_range(p->text, w->parts[0].at);
	if (start.n < 2 || start.p[0] != '-')
		return false;
	if (text_starts(start, TEXT("--")))
		start = text_sub(start, 0, text_chr(start, '=', 0));
	else if (!p->program || p->program->style == STYLE_GETOPT)
		start = text_sub(start, 0, 2);
	arg = add_arg(p, ARG_OPTION, i, start);
	set_value(arg, i, maybe_unknown());
	return true;
}

static size_t read_option(struct parse *p, size_t i, struct text word)
{
	bool whole = text_starts(word, TEXT("--")) || word.n > MAX_CLUSTER || (p->program && p->program->style == STYLE_WORDS);

	return whole ? read_long(p, i, word) : read_cluster(p, i, word);
}

static void read_operand(struct parse *p, size_t i)
{
	struct arg *arg = add_arg(p, ARG_OPERAND, i, TEXT_NONE);

	arg->value = p->sh->words[i].value;
}

/* Options and operands from word `i` on; where the first operand ends the options, the
 * index of that, else the number of words. */
static size_t read_args(struct parse *p, size_t i)
{
	bool options = true;

	for (; i < p->sh->nwords; i++) {
		const struct sh_word *w = &p->sh->words[i];
		struct text word = w->value.text;
		bool dash = w->value.state == KNOWN && word.n > 1 && word.p[0] == '-';

		if (options && dash && text_is(word, "--"))
			options = false;
		else if (options && dash)
			i = read_option(p, i, word);
		else if (options && read_started(p, i))
			continue;
		else if (p->program && p->program->stops)
			return i;
		else
			read_operand(p, i);
	}
	return i;
}

/* --- prefixes -------------------------------------------------------------- */

static const struct arg *last_option(const struct arg *args, size_t n, const char *names)
{
	for (size_t i = n; names && i > 0; i--)
		if (args[i - 1].kind == ARG_OPTION && words_hold(names, args[i - 1].name))
			return &args[i - 1];
	return NULL;
}

/* NAME=value, as env takes it. */
static bool is_assignment(struct text list, const struct sh_word *w)
{
	struct text t = text_range(list, w->at);
	size_t eq = text_chr(t, '=', 0);

	for (size_t i = 0; i < eq && i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && t.p[i] != '_')
			return false;
	return eq != TEXT_NPOS && eq > 0;
}

/* Steps over one program that only stands in front; false where there is none. */
static bool step_prefix(struct arena *a, struct command *c)
{
	const struct sh_word *w = &c->sh->words[c->first];
	const struct prefix_program *pre = w->value.state == KNOWN ? prefix_find(text_base(w->value.text)) : NULL;
	struct parse p = { .a = a, .text = c->list->text, .sh = c->sh };
	size_t i;

	if (!pre)
		return false;
	p.program = &pre->program;
	i = read_args(&p, c->first + 1);
	if (pre->assigns && i < c->sh->nwords && maybe_is(c->sh->words[i].value, "-"))
		i++; /* env - is env -i */
	while (pre->assigns && i < c->sh->nwords && is_assignment(c->list->text, &c->sh->words[i]))
		i++;
	i += pre->operands;
	if (i >= c->sh->nwords || last_option(p.args, p.n, pre->not))
		return false;
	c->prefix |= last_option(p.args, p.n, pre->user) ? PREFIX_USER : pre->prefix;
	c->first = i;
	return true;
}

/* python -m pip, python3.11 -m pip: the module is the program. */
static void step_module(struct command *c)
{
	size_t i = c->first;

	if (!text_starts(c->name, TEXT("python")) || i + 2 >= c->sh->nwords)
		return;
	if (!maybe_is(c->sh->words[i + 1].value, "-m") || c->sh->words[i + 2].value.state != KNOWN)
		return;
	c->first = i + 2;
	c->name = c->sh->words[i + 2].value.text;
}

/* --- one command ----------------------------------------------------------- */

static void understand(struct arena *a, struct command *c)
{
	struct parse p = { .a = a, .text = c->list->text, .sh = c->sh };

	for (int k = 0; k < 8 && step_prefix(a, c); k++)
		;
	if (c->sh->words[c->first].value.state == KNOWN)
		c->name = text_base(c->sh->words[c->first].value.text);
	step_module(c);
	p.program = program_find(c->name);
	c->understood = p.program != NULL;
	if (p.program && p.program->stops) {
		/* Options of its own, then a sub-command with others. */
		size_t i = read_args(&p, c->first + 1);

		while (i < c->sh->nwords)
			read_operand(&p, i++);
	} else {
		read_args(&p, c->first + 1);
	}
	c->args = p.args;
	c->nargs = p.n;
}

/* --- all of a script ------------------------------------------------------- */

struct walk {
	struct arena *a;
	const struct script *script;
	struct command *list;
	size_t n, cap;
	const struct text *functions;
	size_t nfunctions;
	bool many; /* and there are more */
	bool lax;    /* set +e was seen */
	bool leaves; /* a command seen so far may end the script, or change what words mean */
};

static void walk_list(struct walk *w, const struct sh_list *l, bool top);

static void walk_parts(struct walk *w, const struct sh_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].list)
			walk_list(w, parts[i].list, false);
		walk_parts(w, parts[i].parts, parts[i].nparts);
	}
}

static void walk_words(struct walk *w, const struct sh_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		walk_parts(w, words[i].parts, words[i].nparts);
}

/* Builtins after which what follows may not run, or may mean something else. */
static const char leaving[] = "exit exec return break continue trap kill alias eval source .";

static void add_command(struct walk *w, const struct sh_list *l, size_t step, size_t place, bool top, bool certain)
{
	const struct sh_step *s = &l->steps[step];
	struct command *c;

	w->list = arena_grow(w->a, w->list, w->n, &w->cap, sizeof(*w->list));
	c = &w->list[w->n++];
	*c = (struct command){ .script = w->script, .sh = &s->commands[place], .list = l, .step = step, .place = place };
	c->top = top && s->n == 1 && !s->negated && s->join != SH_AMP;
	c->certain = certain && !w->leaves && place + 1 == s->n && !s->negated && s->join != SH_AMP;
	understand(w->a, c);
	if (w->many)
		c->name = TEXT_NONE;
	for (size_t i = 0; i < w->nfunctions; i++)
		if (text_eq(c->name, w->functions[i]) || text_eq(c->sh->words[0].value.text, w->functions[i]))
			c->name = TEXT_NONE;
	w->leaves = w->leaves || words_hold(leaving, c->name) || (c->prefix & PREFIX_EXEC);
}

static void walk_command(struct walk *w, const struct sh_list *l, size_t step, size_t place, bool top, bool certain)
{
	const struct sh_command *sh = &l->steps[step].commands[place];

	if (sh->kind == SH_SIMPLE && sh->nwords)
		add_command(w, l, step, place, top, certain);
	for (size_t i = 0; i < sh->nassigns; i++) {
		walk_parts(w, sh->assigns[i].index, sh->assigns[i].nindex);
		walk_words(w, sh->assigns[i].value, sh->assigns[i].nvalue);
	}
	walk_words(w, sh->words, sh->nwords);
	walk_parts(w, sh->parts, sh->nparts);
	for (size_t i = 0; i < sh->nredirs; i++)
		walk_parts(w, sh->redirs[i].word.parts, sh->redirs[i].word.nparts);
	for (size_t i = 0; i < sh->nlists; i++)
		walk_list(w, sh->lists[i], false);
	for (size_t i = 0; i < sh->narms; i++) {
		walk_words(w, sh->arms[i].patterns, sh->arms[i].npatterns);
		if (sh->arms[i].list)
			walk_list(w, sh->arms[i].list, false);
	}
}

/* The first step behind the and-or list that starts at i. */
static size_t and_or_end(const struct sh_list *l, size_t i)
{
	while (i + 1 < l->n && (l->steps[i].join == SH_AND || l->steps[i].join == SH_OR))
		i++;
	return i + 1;
}

/* The steps from this one to the end of the and-or list have succeeded where it has:
 * what stands behind the right side of its last ||. */
static size_t sure_from(const struct sh_list *l, size_t start, size_t end)
{
	size_t from = start;

	for (size_t i = start; i + 1 < end; i++)
		if (l->steps[i].join == SH_OR)
			from = i + 2;
	return from;
}

/* set -e, set -eux, set -o errexit, where an and-or list starts: elsewhere it may not be run. */
static bool sets_errexit(const struct command *c)
{
	const struct arg *o = command_option(c, "-o");
	bool first = c->step == 0 || (c->list->steps[c->step - 1].join != SH_AND && c->list->steps[c->step - 1].join != SH_OR);

	return c->top && first && command_is(c, "set") && (command_has(c, "-e") || (o && maybe_is(o->value, "errexit")));
}

/* set +e, set +o errexit, wherever: from there on nothing is certain of -e. */
static bool ends_errexit(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);

	return command_is(c, "set") && first && (first->value.state != KNOWN || text_starts(first->value.text, TEXT("+")));
}

static void walk_list(struct walk *w, const struct sh_list *l, bool top)
{
	bool errexit = top && w->script->errexit;

	for (size_t i = 0, end; i < l->n; i = end) {
		size_t first = w->n, sure;
		bool front;

		end = and_or_end(l, i);
		sure = sure_from(l, i, end);
		front = top && l->steps[end - 1].join != SH_AMP; /* & puts all of an and-or list into the background */
		for (size_t k = i; k < end; k++) {
			/* -e looks only at the last command of an and-or list. */
			bool last = end == l->n, counts = front && (last ? k >= sure : errexit && end == i + 1);

			for (size_t place = 0; place < l->steps[k].n; place++)
				walk_command(w, l, k, place, front, counts);
		}
		for (size_t k = first; top && k < w->n; k++) {
			w->lax = w->lax || ends_errexit(&w->list[k]);
			errexit = (errexit || sets_errexit(&w->list[k])) && !w->lax;
		}
	}
}

enum { MAX_FUNCTIONS = 64 }; /* with more than these no name is known */

static void note_function(const struct sh_command *c, void *data)
{
	struct walk *w = data;
	size_t cap = w->nfunctions; /* the arena's copies are small: functions are rare */
	struct text *grown;

	if (c->kind != SH_FUNCTION || !c->nwords)
		return;
	w->many = w->nfunctions >= MAX_FUNCTIONS;
	if (w->many)
		return;
	grown = ARENA_ARRAY(w->a, cap + 1, struct text);
	if (cap)
		memcpy(grown, w->functions, cap * sizeof(*grown));
	grown[w->nfunctions++] = c->words[0].value.text;
	w->functions = grown;
}

void commands_read(struct arena *a, const struct script *s, const struct command **out, size_t *n)
{
	struct walk w = { .a = a, .script = s };

	if (s->tree.list && !s->doubtful) {
		sh_each_command(s->tree.list, note_function, &w);
		walk_list(&w, s->tree.list, true);
	}
	*out = w.list;
	*n = w.n;
}

/* --- the vocabulary -------------------------------------------------------- */

bool command_is(const struct command *c, const char *name)
{
	return text_is(c->name, name);
}

bool command_in(const struct command *c, const char *names)
{
	return words_hold(names, c->name);
}

const struct arg *command_operand(const struct command *c, size_t n)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPERAND && n-- == 0)
			return &c->args[i];
	return NULL;
}

size_t command_operands(const struct command *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nargs; i++)
		n += c->args[i].kind == ARG_OPERAND;
	return n;
}

bool command_sub(const struct command *c, const char *name, const char *sub)
{
	const struct arg *first = command_operand(c, 0);

	return command_is(c, name) && first && maybe_is(first->value, sub);
}

const struct arg *command_option(const struct command *c, const char *names)
{
	return last_option(c->args, c->nargs, names);
}

bool command_open_ended(const struct command *c)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPERAND && c->args[i].value.state != KNOWN)
			return true;
	return false;
}

struct maybe command_env(const struct command *c, const char *name)
{
	struct text t;
	size_t eq;

	for (size_t i = c->sh->nassigns; i > 0; i--)
		if (text_is(c->sh->assigns[i - 1].name, name))
			return maybe_known(c->sh->assigns[i - 1].nvalue ? text_range(c->list->text, c->sh->assigns[i - 1].value[0].at)
									: TEXT_NONE);
	for (size_t i = c->first; i > 0; i--) {
		t = command_word(c, i - 1);
		eq = text_chr(t, '=', 0);
		if (eq != TEXT_NPOS && text_is(text_sub(t, 0, eq), name))
			return maybe_known(text_from(t, eq + 1));
	}
	return maybe_unset();
}

const struct script *command_script(struct arena *a, const struct command *c)
{
	const struct arg *text = command_operand(c, 0);
	bool command = false;

	/* The letter may stand in a cluster with others (-lc, -exc). */
	for (size_t i = 0; i < c->nargs; i++)
		command = command || (c->args[i].kind == ARG_OPTION && text_is(c->args[i].name, "-c"));
	return command && text && text->value.state == KNOWN ? script_of_text(a, c->name, c->script, text->value.text) : NULL;
}
