/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/config.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "facts/entry.h"

#include <stdlib.h>

enum {
	MAX_WORDS = 16384, /* gone over for one stage: its parents' too */
	MAX_VALUES = 20000 /* of one list: a range of ports is short to write; that of the dynamic ones fits */
};

/* --- lists ------------------------------------------------------------------- */

struct set_value {
	struct config_value v;
	size_t seq;
};

/* What is set, in order: the last value of a key counts. */
struct set {
	struct set_value *values;
	size_t n, cap;
	size_t stale; /* values before this one may have been changed since */
	bool open;    /* there may be others */
	bool full;    /* more were set than we keep: none is kept */
};

struct builder {
	struct facts *f;
	struct arena *a;
	const struct doc *d;
	const struct instruction *ins;
	const struct state *state; /* before it */
	bool workdir;              /* something set one */
	struct set env, exposed, volumes, labels, health_options;
	struct image_config *out;
};

static void set_forget(struct set *s)
{
	s->stale = s->n;
	s->open = true;
}

static void set_clear(struct set *s, bool open)
{
	s->n = s->stale = 0;
	s->open = open;
}

static void set_add(struct set *s, struct text key, struct maybe value)
{
	if (s->n == MAX_VALUES) {
		set_clear(s, true);
		s->full = true;
	}
	if (s->full)
		return;
	mem_grow(&s->values, &s->cap, s->n + 1, sizeof(*s->values));
	s->values[s->n] = (struct set_value){ { key, value }, s->n };
	s->n++;
}

static int by_key(const void *x, const void *y)
{
	const struct set_value *a = x, *b = y;
	int c = text_cmp(a->v.key, b->v.key);

	return c ? c : a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* The list, in the arena; gives the set up. */
static struct config_list set_list(struct builder *b, struct set *s)
{
	struct config_value *list = ARENA_ARRAY(b->a, s->n + 1, struct config_value);
	struct config_list out = { .state = s->open ? UNKNOWN : s->n ? KNOWN : UNSET, .values = list };

	if (s->n)
		qsort(s->values, s->n, sizeof(*s->values), by_key);
	for (size_t i = 0; i < s->n; i++) {
		if (i + 1 < s->n && text_eq(s->values[i].v.key, s->values[i + 1].v.key))
			continue;
		list[out.n] = s->values[i].v;
		if (s->values[i].seq < s->stale)
			list[out.n].value = maybe_unknown();
		out.n++;
	}
	mem_free(s->values);
	return out;
}

/* --- what the base hands down -------------------------------------------------- */

static void take_list(struct builder *b, struct set *s, struct maybe cell)
{
	const struct text *items;
	size_t n;

	if (!catalog_list(cell, b->a, &items, &n))
		s->open = s->open || cell.state != UNSET;
	for (size_t i = 0; i < n; i++)
		set_add(s, items[i], maybe_known(TEXT_NONE));
}

static void take_env(struct builder *b, const struct catalog_config *c)
{
	const struct catalog_env *env;
	size_t n;

	if (catalog_env(c, b->a, &env, &n) == UNKNOWN)
		b->env.open = true;
	else
		set_add(&b->env, TEXT("PATH"), maybe_known(TEXT(CATALOG_USUAL_PATH)));
	for (size_t i = 0; i < n; i++)
		set_add(&b->env, env[i].key, env[i].value);
}

/* What triggers may set anew; the ports and volumes that are there stay. */
static void forget(struct builder *b)
{
	set_forget(&b->env);
	set_forget(&b->labels);
	b->exposed.open = b->volumes.open = true;
	b->out->healthcheck = (struct config_words){ .state = UNKNOWN };
	set_clear(&b->health_options, true);
	b->out->stopsignal = maybe_unknown();
	b->workdir = true;
}

static void take_base(struct builder *b, const struct base *base)
{
	const struct catalog_config *c = &base->config;

	take_env(b, c);
	take_list(b, &b->exposed, c->exposed);
	take_list(b, &b->volumes, c->volumes);
	b->labels.open = !base->scratch;
	b->out->stopsignal = c->stopsignal;
	b->health_options.open = c->healthcheck.state != UNSET;
	b->out->healthcheck.state = b->health_options.open ? UNKNOWN : UNSET;
	b->workdir = base->scratch || c->workdir.state != UNSET;
	if (base->windows)
		forget(b);
}

/* --- instructions -------------------------------------------------------------- */

static struct maybe value_of(struct builder *b, struct text word)
{
	return state_expand(b->state, b->a, b->d, word);
}

/* A key that is not known may be that of any before it. */
static void add_pairs(struct builder *b, struct set *s)
{
	for (size_t i = 0; i + 1 < b->ins->nwords; i += 2) {
		struct maybe key = value_of(b, b->ins->words[i].value);

		if (key.state == KNOWN)
			set_add(s, key.text, value_of(b, b->ins->words[i + 1].value));
		else
			set_forget(s);
	}
}

static void add_volumes(struct builder *b)
{
	for (size_t i = 0; i < b->ins->nwords; i++) {
		struct maybe path = value_of(b, utf8_trim(b->ins->words[i].value));

		if (path.state == KNOWN)
			set_add(&b->volumes, path.text, maybe_known(TEXT_NONE));
		else
			b->volumes.open = true;
	}
}

static bool port_number(struct text t, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < t.n && *out <= 65535; i++) {
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
		*out = *out * 10 + (unsigned)(t.p[i] - '0');
	}
	return t.n && *out <= 65535;
}

static const char *protocol(struct text t)
{
	static const char *const names[] = { "tcp", "udp", "sctp" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_iis(t, names[i]))
			return names[i];
	return t.n ? NULL : names[0];
}

/* [[ip:]host:]port[-port][/protocol]; what stands before the last colon is dropped. */
static bool add_port(struct builder *b, struct text spec)
{
	size_t colon = text_rchr(spec, ':'), slash, dash;
	const char *proto = "tcp";
	unsigned first, last;

	spec = text_from(spec, colon == TEXT_NPOS ? 0 : colon + 1);
	slash = text_chr(spec, '/', 0);
	if (slash != TEXT_NPOS)
		proto = protocol(text_from(spec, slash + 1));
	spec = text_sub(spec, 0, slash);
	dash = text_chr(spec, '-', 0);
	if (!proto || !port_number(text_sub(spec, 0, dash), &first))
		return false;
	last = first;
	if (dash != TEXT_NPOS && !port_number(text_from(spec, dash + 1), &last))
		return false;
	for (unsigned port = first; port <= last && !b->exposed.full; port++)
		set_add(&b->exposed, arena_printf(b->a, "%u/%s", port, proto), maybe_known(TEXT_NONE));
	return first <= last;
}

/* A value may hold several, between blanks. */
static void add_ports(struct builder *b)
{
	for (size_t i = 0; i < b->ins->nwords; i++) {
		struct maybe m = value_of(b, b->ins->words[i].value);
		struct text rest = m.text, part;
		bool more = m.state == KNOWN;

		b->exposed.open = b->exposed.open || !more;
		while (text_cut(&rest, ' ', &part, &more)) {
			part = text_trim(part);
			if (part.n && !add_port(b, part))
				b->exposed.open = true;
		}
	}
}

static void take_healthcheck(struct builder *b)
{
	const struct instruction *ins = b->ins;
	bool none = text_iis(ins->words[0].value, "NONE");
	struct text *words = ARENA_ARRAY(b->a, ins->nwords, struct text);

	words[0] = none ? TEXT("NONE") : ins->exec ? TEXT("CMD") : TEXT("CMD-SHELL");
	for (size_t i = 1; i < ins->nwords; i++)
		words[i] = ins->words[i].value;
	b->out->healthcheck = (struct config_words){ KNOWN, words, ins->nwords };
	set_clear(&b->health_options, false);
	for (size_t i = 0; i < ins->nflags && !none; i++)
		if (ins->flags[i].value.n)
			set_add(&b->health_options, ins->flags[i].name, maybe_known(ins->flags[i].value));
}

static void step(struct builder *b)
{
	switch (b->ins->keyword) {
	case KW_ENV:
		add_pairs(b, &b->env);
		break;
	case KW_LABEL:
		add_pairs(b, &b->labels);
		break;
	case KW_EXPOSE:
		add_ports(b);
		break;
	case KW_VOLUME:
		add_volumes(b);
		break;
	case KW_HEALTHCHECK:
		take_healthcheck(b);
		break;
	case KW_STOPSIGNAL:
		b->out->stopsignal = value_of(b, b->ins->words[0].value);
		break;
	case KW_WORKDIR:
		b->workdir = true;
		break;
	default:
		break;
	}
}

/* Nothing is known from its FROM on, and something was at the end of its parent. */
static bool runs_triggers(struct builder *b, const struct stage *st)
{
	const struct binding *env = facts_before(b->f, st->from)->env;

	return env && env->barrier && (st->parent < 0 || env != facts_after(b->f, (size_t)st->parent)->env);
}

/* --- what is started ----------------------------------------------------------- */

static bool is_behind_triggers(const struct state *s)
{
	size_t n = 0;

	for (const struct binding *e = s->env; e; e = e->older)
		if (e->barrier || ++n > MAX_WORDS)
			return true;
	return false;
}

/* The SHELL in force: the file's, or the one that the base hands down. */
static struct config_words shell_of(struct builder *b, const struct state *s)
{
	struct config_words out = { .state = s->shell_state };
	struct text *words;

	if (s->shell_state == KNOWN) {
		out.words = words = ARENA_ARRAY(b->a, s->nshell + 1, struct text);
		for (; out.n < s->nshell; out.n++)
			words[out.n] = s->shell[out.n].value;
	} else if (s->shell_state == UNKNOWN && s->base->known && !is_behind_triggers(s) &&
		   catalog_list(s->base->config.shell, b->a, &out.words, &out.n)) {
		out.state = KNOWN;
	}
	return out;
}

static struct config_words shell_form(struct builder *b, const struct state *s, const struct instruction *ins)
{
	static const struct text usual[] = { { "/bin/sh", 7 }, { "-c", 2 } };
	struct config_words shell = shell_of(b, s);
	struct text *words;

	if (shell.state == UNKNOWN || (shell.state == UNSET && s->base->windows))
		return (struct config_words){ .state = UNKNOWN };
	if (shell.state == UNSET)
		shell = (struct config_words){ KNOWN, usual, 2 };
	words = ARENA_ARRAY(b->a, shell.n + 1, struct text);
	for (size_t i = 0; i < shell.n; i++)
		words[i] = shell.words[i];
	words[shell.n] = ins->nwords ? ins->words[0].value : TEXT_NONE;
	return (struct config_words){ KNOWN, words, shell.n + 1 };
}

static struct config_words started(struct builder *b, const struct entry *e)
{
	if (e->state == KNOWN && e->shell)
		return shell_form(b, facts_before(b->f, e->item), b->d->items[e->item].ins);
	return (struct config_words){ e->state, e->state == KNOWN ? e->words : NULL, e->state == KNOWN ? e->n : 0 };
}

/* A trigger's CMD is of the stage itself: its ENTRYPOINT does not drop it. */
static bool may_be_kept(struct builder *b, const struct entry *entry, const struct entry *cmd)
{
	if (cmd->state != UNSET || cmd->item != TEXT_NPOS || entry->item == TEXT_NPOS)
		return false;
	return runs_triggers(b, &facts_stages(b->f)->list[b->d->items[entry->item].stage]);
}

static void take_entry(struct builder *b, size_t stage)
{
	struct entry entry = entry_of(b->f, stage), cmd = entry_cmd_of(b->f, stage);

	if (may_be_kept(b, &entry, &cmd))
		cmd.state = UNKNOWN;
	b->out->entrypoint = started(b, &entry);
	b->out->cmd = started(b, &cmd);
}

/* --- the whole ----------------------------------------------------------------- */

static void over_stage(struct builder *b, const struct stage *st)
{
	if (runs_triggers(b, st))
		forget(b);
	for (size_t i = st->from + 1; i < st->end; i++) {
		b->ins = b->d->items[i].ins;
		b->state = facts_before(b->f, i);
		if (b->ins)
			step(b);
	}
}

static size_t words_in(const struct doc *d, const struct stage *st)
{
	size_t n = st->end - st->from;

	for (size_t i = st->from; i < st->end; i++)
		n += d->items[i].ins ? d->items[i].ins->nwords : 0;
	return n;
}

/* The number of stages that it is made of, or 0 where there is more than we go over. */
static size_t chain_length(struct builder *b, size_t stage)
{
	const struct stage *list = facts_stages(b->f)->list;
	size_t n = 0, words = 0;

	for (int i = (int)stage; i >= 0; i = list[i].parent, n++) {
		words += words_in(b->d, &list[i]);
		if (words > MAX_WORDS)
			return 0;
	}
	return n;
}

static void over_chain(struct builder *b, size_t stage, size_t n)
{
	const struct stage *list = facts_stages(b->f)->list;
	const struct stage **chain = ARENA_ARRAY(b->a, n, const struct stage *);

	for (size_t i = n, at = stage; i-- > 0; at = (size_t)list[at].parent)
		chain[i] = &list[at];
	for (size_t i = 0; i < n; i++)
		over_stage(b, chain[i]);
}

static struct maybe set_or_not(struct maybe m)
{
	return m.state == KNOWN && m.text.n == 0 ? maybe_unset() : m;
}

static void nothing_known(struct image_config *out)
{
	const struct config_words words = { .state = UNKNOWN };
	const struct config_list list = { .state = UNKNOWN };
	const struct maybe no = maybe_unknown();

	*out = (struct image_config){ no, no, no, words, words, words, words, list, list, list, list, list };
}

void image_config(struct facts *f, size_t stage, struct image_config *out)
{
	struct builder b = { .f = f, .a = facts_arena(f), .d = facts_doc(f), .out = out };
	const struct state *after = facts_after(f, stage);
	size_t n = chain_length(&b, stage);

	nothing_known(out);
	if (n == 0)
		return;
	take_base(&b, facts_base(f, stage));
	over_chain(&b, stage, n);
	out->env = set_list(&b, &b.env);
	out->exposed = set_list(&b, &b.exposed);
	out->volumes = set_list(&b, &b.volumes);
	out->labels = set_list(&b, &b.labels);
	out->health_options = set_list(&b, &b.health_options);
	out->user = set_or_not(after->user);
	out->workdir = b.workdir ? after->workdir : maybe_unset();
	out->shell = shell_of(&b, after);
	take_entry(&b, stage);
}
