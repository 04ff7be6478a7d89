/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/image.h"

#include "base/buf.h"
#include "facts/copy.h"
#include "facts/facts.h"

#include <stdlib.h>

static const char *const names[ASPECT_COUNT] = {
	"base",   "user",   "workdir", "env",  "entry",  "ports",    "volumes", "labels",
	"health", "signal", "triggers", "args", "copies", "packages", "runs", "stages",
	"comments",
};

const char *aspect_name(enum aspect a)
{
	return names[a];
}

/* The short form of a long text, kept as long as that is asked for. */
struct brief {
	const char *of;
	size_t n;
	struct text text;
};

struct builder {
	struct facts *f;
	struct arena *a;
	const struct doc *d;
	size_t item; /* being read */
	const struct instruction *ins;
	const struct instruction *run_before; /* the instruction before it, where that is a RUN */
	const struct state *state;
	struct brief user, workdir;
	const struct word *shell; /* whose words shell_text is */
	struct text shell_text;
	struct trait *traits;
	size_t n, cap;
	bool cmd_set;
	size_t running[ASPECT_COUNT];
};

static void add(struct builder *b, enum aspect aspect, struct text key, struct text value, bool known)
{
	b->traits = arena_grow(b->a, b->traits, b->n, &b->cap, sizeof(*b->traits));
	b->traits[b->n] = (struct trait){ aspect, key, value, known, b->item, b->n };
	b->n++;
}

/* Expanded; a variable that is not known stands in it by its name. */
static struct text value_of(struct builder *b, struct text word, bool *known)
{
	struct maybe m = state_expand(b->state, b->a, b->d, word);

	*known = m.state == KNOWN;
	if (!*known)
		m = state_expand_symbolic(b->state, b->a, b->d, word);
	return m.state == KNOWN ? m.text : word;
}

static void add_word(struct builder *b, enum aspect aspect, struct text word)
{
	bool known;
	struct text key = value_of(b, word, &known);

	add(b, aspect, key, TEXT_NONE, known);
}

static void add_single(struct builder *b, enum aspect aspect, struct text word)
{
	bool known;
	struct text value = value_of(b, word, &known);

	add(b, aspect, TEXT_NONE, value, known);
}

/* What is done one after the other has a running number for a key. */
static void add_next(struct builder *b, enum aspect aspect, struct text value)
{
	add(b, aspect, arena_printf(b->a, "%08zu", b->running[aspect]++), value, true);
}

static void add_pairs(struct builder *b, enum aspect aspect)
{
	for (size_t i = 0; i < b->ins->nwords; i += 2) {
		bool known_key, known;
		struct text key = value_of(b, b->ins->words[i].value, &known_key);
		struct text value = value_of(b, b->ins->words[i + 1].value, &known);

		add(b, aspect, key, value, known);
	}
}

enum { LONG_PLACE = 256 };

/* What stands in every command's trait may not be of any length: of a long one its start and its hash. */
static struct text shortened(struct builder *b, struct brief *brief, struct text t)
{
	if (t.n <= LONG_PLACE)
		return t;
	if (brief->of != t.p || brief->n != t.n)
		brief->text = ARENA_JOIN(b->a, text_sub(t, 0, LONG_PLACE / 2),
					 arena_printf(b->a, "...%016llx", (unsigned long long)text_fnv1a(t, FNV1A_INIT)));
	brief->of = t.p;
	brief->n = t.n;
	return brief->text;
}

/* The shell that reads it, where the file says. */
static struct text shell_words(struct builder *b)
{
	const struct state *s = b->state;
	struct buf out = { 0 };

	if (s->shell_state != KNOWN)
		return TEXT_NONE;
	if (b->shell == s->shell)
		return b->shell_text;
	for (size_t i = 0; i < s->nshell; i++) {
		buf_addc(&out, '\0');
		buf_add(&out, s->shell[i].value);
	}
	b->shell = s->shell;
	b->shell_text = arena_text(b->a, shortened(b, &(struct brief){ 0 }, buf_text(&out)));
	buf_release(&out);
	return b->shell_text;
}

/* A command line as one text: JSON words are told from the one shell line. */
static struct text command(struct builder *b, size_t first)
{
	struct buf out = { 0 };
	struct text t;

	buf_adds(&out, b->ins->exec ? "exec" : "shell");
	for (size_t i = first; i < b->ins->nwords; i++) {
		buf_addc(&out, b->ins->exec ? '\0' : ' ');
		buf_add(&out, b->ins->words[i].value);
	}
	if (!b->ins->exec)
		buf_add(&out, shell_words(b));
	for (size_t i = 0; i < b->ins->nheredocs; i++) {
		buf_addc(&out, '\0');
		buf_add(&out, text_range(b->d->text, b->ins->heredocs[i].body));
	}
	t = arena_text(b->a, buf_text(&out));
	buf_release(&out);
	return t;
}

/* What stands before a command: as whom and where it runs. */
static struct text place(struct builder *b)
{
	struct maybe u = b->state->user, w = b->state->workdir;

	return ARENA_JOIN(b->a, u.state == KNOWN ? shortened(b, &b->user, u.text) : u.state == UNSET ? TEXT("root") : TEXT("?"), TEXT("\0"),
			  w.state == KNOWN ? shortened(b, &b->workdir, w.text) : TEXT("?"), TEXT("\0"));
}

/* A ";" behind the last one joins nothing. */
static bool is_and_chain(const struct sh_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (i + 1 < l->n ? l->steps[i].join != SH_AND : l->steps[i].join == SH_AMP)
			return false;
	return true;
}

/* What stands in ( ) or { } of a step alone: the same commands as without these. */
static const struct sh_list *inside(const struct sh_step *s)
{
	const struct sh_command *c = &s->commands[0];

	if (s->n != 1 || s->negated || s->timed || c->nredirs || (c->kind != SH_SUBSHELL && c->kind != SH_GROUP))
		return NULL;
	return c->lists[0];
}

/* One trait a command, so that RUNs may be joined and split without a difference. */
static void add_commands(struct builder *b, const struct sh_list *l, struct text before, struct text after)
{
	if (!l->n)
		return;
	if (!is_and_chain(l)) {
		struct text all = text_sub(l->text, l->steps[0].at.start, l->steps[l->n - 1].at.end);

		add_next(b, ASPECT_RUNS, ARENA_JOIN(b->a, before, all, after));
		return;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct sh_list *in = inside(&l->steps[i]);

		if (in)
			add_commands(b, in, before, after);
		else
			add_next(b, ASPECT_RUNS, ARENA_JOIN(b->a, before, text_range(l->text, l->steps[i].at), after));
	}
}

/* What a command substitution names is not known, and is no more so when its command is edited. */
static struct text package_name(const struct package *p)
{
	bool command = text_has(p->name, '`') || text_find(p->name, TEXT("$("), 0) != TEXT_NPOS;

	return p->kind == PACKAGE_UNKNOWN && command ? TEXT("$(...)") : p->name;
}

static void add_package(struct builder *b, const struct package_op *op, const struct package *p)
{
	struct text key = ARENA_JOIN(b->a, text_of(op->manager->id), TEXT(" "), package_name(p));

	add(b, ASPECT_PACKAGES, key, op->verb == PACKAGE_REMOVE ? TEXT("removed") : p->version, p->kind != PACKAGE_UNKNOWN);
}

static void add_packages(struct builder *b)
{
	const struct script_facts *s = facts_commands(b->f, b->item);

	for (size_t i = 0; i < s->nops; i++)
		for (size_t k = 0; k < s->ops[i].n; k++)
			add_package(b, &s->ops[i], &s->ops[i].packages[k]);
}

/* RUNs in a row with the same flags are as one. */
static void add_run_flags(struct builder *b)
{
	bool same = b->run_before && ins_same_flags(b->run_before, b->ins);

	for (size_t i = 0; !same && i < b->ins->nflags; i++)
		add_next(b, ASPECT_COPIES, b->ins->flags[i].text);
}

static void add_run(struct builder *b)
{
	const struct script *s = facts_script(b->f, b->item);

	if (s && s->form == SCRIPT_LINE && s->tree.list && !b->ins->nheredocs)
		add_commands(b, s->tree.list, ARENA_JOIN(b->a, place(b), TEXT("shell ")), shell_words(b));
	else
		add_next(b, ASPECT_RUNS, ARENA_JOIN(b->a, place(b), command(b, 0)));
	add_packages(b);
	add_run_flags(b);
}

static void add_copy(struct builder *b)
{
	struct buf out = { 0 };
	enum source_kind why;
	bool plain = b->ins->keyword == KW_COPY || copy_is_plain_add(b->f, b->item, &why), known;

	buf_adds(&out, plain ? "COPY" : "ADD");
	for (size_t i = 0; i < b->ins->nflags; i++) {
		buf_addc(&out, '\0');
		buf_add(&out, b->ins->flags[i].text);
	}
	for (size_t i = 0; i < b->ins->nwords; i++) {
		buf_addc(&out, '\0');
		buf_add(&out, value_of(b, b->ins->words[i].value, &known));
	}
	for (size_t i = 0; i < b->ins->nheredocs; i++) {
		buf_addc(&out, '\0');
		buf_add(&out, text_range(b->d->text, b->ins->heredocs[i].body));
	}
	add_next(b, ASPECT_COPIES, ARENA_JOIN(b->a, place(b), buf_text(&out)));
	buf_release(&out);
}

static void add_entry(struct builder *b)
{
	bool cmd = b->ins->keyword == KW_CMD;

	/* ENTRYPOINT drops the CMD that comes from below. */
	if (!cmd && !b->cmd_set)
		add(b, ASPECT_ENTRY, TEXT("CMD"), TEXT_NONE, true);
	b->cmd_set = b->cmd_set || cmd;
	add(b, ASPECT_ENTRY, cmd ? TEXT("CMD") : TEXT("ENTRYPOINT"), command(b, 0), true);
}

static void add_health(struct builder *b)
{
	struct buf out = { 0 };

	/* A running container has the last HEALTHCHECK, with its flags in any order. */
	for (size_t i = 0; i < b->ins->nflags; i++) {
		buf_add(&out, b->ins->flags[i].text);
		buf_addc(&out, '\0');
	}
	buf_add(&out, b->ins->words[0].value);
	buf_addc(&out, '\0');
	buf_add(&out, command(b, 1));
	add(b, ASPECT_HEALTH, TEXT_NONE, arena_text(b->a, buf_text(&out)), true);
	buf_release(&out);
}

static void add_instruction(struct builder *b)
{
	switch (b->ins->keyword) {
	case KW_ENV:
		add_pairs(b, ASPECT_ENV);
		break;
	case KW_LABEL:
		add_pairs(b, ASPECT_LABELS);
		break;
	case KW_MAINTAINER:
		add(b, ASPECT_LABELS, TEXT("(author)"), b->ins->words[0].value, true);
		break;
	case KW_EXPOSE:
	case KW_VOLUME:
		for (size_t i = 0; i < b->ins->nwords; i++)
			add_word(b, b->ins->keyword == KW_EXPOSE ? ASPECT_PORTS : ASPECT_VOLUMES,
				 b->ins->words[i].value);
		break;
	case KW_ARG:
		for (size_t i = 0; i < b->ins->nwords; i++)
			add_next(b, ASPECT_ARGS, b->ins->words[i].value);
		break;
	case KW_CMD:
	case KW_ENTRYPOINT:
		add_entry(b);
		break;
	case KW_SHELL:
		add(b, ASPECT_ENTRY, TEXT("SHELL"), command(b, 0), true);
		break;
	case KW_HEALTHCHECK:
		add_health(b);
		break;
	case KW_STOPSIGNAL:
		add_single(b, ASPECT_SIGNAL, b->ins->words[0].value);
		break;
	case KW_USER:
		add_single(b, ASPECT_USER, b->ins->words[0].value);
		break;
	case KW_ONBUILD:
		add_next(b, ASPECT_TRIGGERS, b->ins->rest);
		break;
	case KW_RUN:
		add_run(b);
		break;
	case KW_COPY:
	case KW_ADD:
		add_copy(b);
		break;
	default:
		break;
	}
}

/* By aspect, key, then order. */
static int by_key(const void *x, const void *y)
{
	const struct trait *a = x, *b = y;
	int c = a->aspect < b->aspect ? -1 : a->aspect > b->aspect;

	if (c == 0)
		c = text_cmp(a->key, b->key);
	return c ? c : a->seq < b->seq ? -1 : a->seq > b->seq;
}

static bool same_key(const struct trait *a, const struct trait *b)
{
	return a->aspect == b->aspect && text_eq(a->key, b->key);
}

/* The last trait of a key is the one that counts. */
static size_t keep_last(struct trait *t, size_t n)
{
	size_t kept = 0;

	qsort(t, n, sizeof(*t), by_key);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !same_key(&t[i], &t[i + 1]))
			t[kept++] = t[i];
	return kept;
}

void image_read(struct facts *f, size_t stage, struct image *out)
{
	struct builder b = { .f = f, .a = facts_arena(f), .d = facts_doc(f) };
	const struct stage *st = &facts_stages(f)->list[stage];
	const struct flag *platform = ins_flag(st->ins, "platform");
	struct maybe workdir = facts_after(f, stage)->workdir;

	b.item = st->from;
	add(&b, ASPECT_BASE, TEXT_NONE, st->base_default.state == KNOWN ? st->base_default.text : st->base,
	    st->base_default.state == KNOWN);
	if (platform)
		add(&b, ASPECT_BASE, TEXT("platform"), platform->value, true);
	add(&b, ASPECT_STAGES, TEXT_NONE, ARENA_JOIN(b.a, st->name, arena_printf(b.a, " %d", st->parent)), true);
	if (workdir.state == KNOWN)
		add(&b, ASPECT_WORKDIR, TEXT_NONE, workdir.text, true);
	for (b.item = st->from + 1; b.item < st->end; b.item++) {
		b.ins = b.d->items[b.item].ins;
		b.state = facts_before(f, b.item);
		if (!b.ins)
			continue;
		add_instruction(&b);
		b.run_before = b.ins->keyword == KW_RUN ? b.ins : NULL;
	}
	out->traits = b.traits;
	out->n = b.n ? keep_last(b.traits, b.n) : 0;
}
