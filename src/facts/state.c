/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/state.h"

#include "syntax/expand.h"
#include "syntax/imageref.h"

#include <string.h>

enum {
	MAX_BINDINGS = 512, /* looked through for one variable; more is unknown */
	MAX_PATH = 4096,
};

/* --- variables ------------------------------------------------------------- */

struct maybe state_get(const struct state *s, struct arena *a, struct text name)
{
	size_t seen = 0;

	for (const struct binding *b = s->env; b; b = b->older) {
		if (++seen > MAX_BINDINGS || b->barrier)
			return maybe_unknown();
		if (text_eq(b->name, name))
			return b->value;
	}
	return s->base->known ? catalog_env_get(&s->base->config, name, a) : maybe_unknown();
}

struct lookup {
	const struct state *state;
	struct arena *arena;
};

static struct maybe get(void *data, struct text name)
{
	struct lookup *l = data;

	return state_get(l->state, l->arena, name);
}

/* Expands within the budget. */
static struct expanded expand(const struct state *s, struct arena *a, struct text word, const struct expand_options *o,
			      struct maybe (*lookup)(void *data, struct text name))
{
	struct lookup l = { s, a };
	struct expand_env env = { lookup, &l };
	struct expanded e = { .status = EXPAND_UNKNOWN };

	if (*s->budget == 0)
		return e;
	e = expand_word(a, word, o, &env);
	if (e.status == EXPAND_OK && e.text.p != word.p)
		*s->budget -= e.text.n < *s->budget ? e.text.n : *s->budget;
	return e;
}

struct maybe state_expand(const struct state *s, struct arena *a, const struct doc *d, struct text word)
{
	struct expand_options o = { .escape = d->escape };
	struct expanded e = expand(s, a, word, &o, get);

	return e.status == EXPAND_OK ? maybe_known(e.text) : maybe_unknown();
}

const char *state_refuses(const struct state *s, struct arena *a, const struct doc *d, struct text word)
{
	struct expand_options o = { .escape = d->escape };
	struct expanded e = expand(s, a, word, &o, get);

	return e.status == EXPAND_ERROR ? e.message : NULL;
}

/* An unknown value is left as the reference that it was. */
static struct maybe get_symbolic(void *data, struct text name)
{
	struct maybe m = get(data, name);

	return m.state == UNKNOWN ? maybe_unset() : m;
}

struct maybe state_expand_symbolic(const struct state *s, struct arena *a, const struct doc *d, struct text word)
{
	struct expand_options o = { .escape = d->escape, .skip_unset = true };
	struct expanded e = expand(s, a, word, &o, get_symbolic);

	return e.status == EXPAND_OK ? maybe_known(e.text) : maybe_unknown();
}

static const struct binding *bind(struct arena *a, const struct binding *older, struct text name, struct maybe value, bool arg)
{
	struct binding *b = ARENA_NEW(a, struct binding);

	*b = (struct binding){ .name = name, .value = value, .arg = arg, .older = older };
	return b;
}

/* All values of one ENV see the variables as they were before it. */
static void step_env(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins)
{
	const struct binding *env = s->env;

	for (size_t i = 0; i < ins->nwords; i += 2) {
		struct maybe key = state_expand(s, a, d, ins->words[i].value);

		if (key.state == KNOWN)
			env = bind(a, env, key.text, state_expand(s, a, d, ins->words[i + 1].value), false);
	}
	s->env = env;
}

/* What ARG gives a build without arguments. */
static struct maybe arg_default(const struct state *s, struct arena *a, const struct doc *d, struct text name, struct text word)
{
	const struct global_arg *global;

	/* An ENV wins over an ARG of its name. */
	if (!s->defaults || state_get(s, a, name).state != UNSET)
		return maybe_unknown();
	if (name.n < word.n)
		return state_expand(s, a, d, text_from(word, name.n + 1));
	global = stages_arg(s->defaults, s->defaults->nargs, name);
	return global && global->value.state == KNOWN ? global->value : maybe_unknown();
}

static void step_arg(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins)
{
	for (size_t i = 0; i < ins->nwords; i++) {
		struct text word = ins->words[i].value, name = text_sub(word, 0, text_chr(word, '=', 0));

		s->env = bind(a, s->env, name, arg_default(s, a, d, name, word), true);
	}
}

/* --- paths ----------------------------------------------------------------- */

/* path.Clean of an absolute path, into out (at least in.n + 1 bytes). */
static size_t clean(struct text in, char *out)
{
	size_t n = 0;
	struct text part;
	bool more = true;

	while (text_cut(&in, '/', &part, &more)) {
		if (part.n == 0 || text_is(part, "."))
			continue;
		if (text_is(part, "..")) {
			while (n && out[--n] != '/')
				;
			continue;
		}
		out[n++] = '/';
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	if (n == 0)
		out[n++] = '/';
	return n;
}

struct maybe state_path(const struct state *s, struct arena *a, struct text path)
{
	char *out;

	if (!text_starts(path, TEXT("/"))) {
		if (s->workdir.state != KNOWN)
			return maybe_unknown();
		path = ARENA_JOIN(a, s->workdir.text, TEXT("/"), path);
	}
	if (path.n > MAX_PATH)
		return maybe_unknown();
	out = arena_bytes(a, path.n + 1);
	return maybe_known((struct text){ out, clean(path, out) });
}

static void step_workdir(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins)
{
	struct maybe path = state_expand(s, a, d, ins->words[0].value);

	if (s->base->windows)
		s->workdir = maybe_unknown();
	else
		s->workdir = path.state == KNOWN ? state_path(s, a, path.text) : path;
}

/* --- steps ----------------------------------------------------------------- */

void state_step(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins)
{
	switch (ins->keyword) {
	case KW_ENV:
		step_env(s, a, d, ins);
		break;
	case KW_ARG:
		step_arg(s, a, d, ins);
		break;
	case KW_WORKDIR:
		step_workdir(s, a, d, ins);
		break;
	case KW_USER:
		s->user = state_expand(s, a, d, ins->words[0].value);
		break;
	case KW_SHELL:
		s->shell_state = KNOWN;
		s->shell = ins->words;
		s->nshell = ins->nwords;
		break;
	default:
		break;
	}
}

void state_forget(struct state *s, struct arena *a)
{
	struct binding *b = ARENA_NEW(a, struct binding);

	b->barrier = true;
	s->env = b;
	s->user = s->workdir = maybe_unknown();
	s->shell_state = UNKNOWN;
}

struct state state_in_container(const struct state *s, struct arena *a)
{
	struct state out = *s;
	const struct binding **end = &out.env;
	size_t seen = 0;
	bool args = false;

	for (const struct binding *b = s->env; b && !args && ++seen <= MAX_BINDINGS; b = b->older)
		args = b->arg;
	seen = 0;
	for (const struct binding *b = s->env; args && b && ++seen <= MAX_BINDINGS; b = b->older) {
		struct binding *copy;

		if (b->arg)
			continue;
		*end = copy = ARENA_NEW(a, struct binding);
		*copy = *b;
		end = &copy->older;
	}
	if (args && seen <= MAX_BINDINGS)
		*end = NULL;
	return out;
}

struct state state_start(const struct base *b, const struct state *parent, size_t *budget)
{
	struct state s = { .base = b, .budget = budget };

	if (parent)
		return *parent;
	s.user = b->known ? b->config.user : maybe_unknown();
	s.workdir = b->known ? b->config.workdir : maybe_unknown();
	if (s.workdir.state == UNSET || (s.workdir.state == KNOWN && s.workdir.text.n == 0))
		s.workdir = maybe_known(TEXT("/"));
	/* A base's SHELL is a list in the catalog: no words of this file. */
	s.shell_state = b->known && b->config.shell.state == UNSET ? UNSET : UNKNOWN;
	return s;
}

/* --- the base -------------------------------------------------------------- */

static bool names_windows(const struct stage *st)
{
	struct text os;

	if (st->platform.state == UNSET)
		return false;
	/* A value that only the build knows may be windows. */
	os = text_sub(st->platform.text, 0, text_chr(st->platform.text, '/', 0));
	return st->platform.state == UNKNOWN || os.n == 0 || text_iis(os, "windows");
}

/* The name and tag by which the tables know it. */
static void name_base(struct base *b, const struct imageref *ref, const struct catalog_overlay *overlay)
{
	b->name = imageref_name(ref);
	b->tag = ref->tag;
	b->claim = catalog_claim_find(overlay, b->name);
	if (!b->claim) {
		b->name = catalog_unmirrored(overlay, b->name);
		b->claim = catalog_claim_find(overlay, b->name);
	}
	if (b->claim && b->claim->like.n) {
		b->name = b->claim->like;
		b->tag = b->claim->like_tag.n ? b->claim->like_tag : ref->tag;
	}
	if (b->claim && b->claim->family.n)
		catalog_family_image(b->claim->family, &b->name, &b->tag);
}

static bool claims_windows(const struct base *b)
{
	return b->claim && (b->claim->said & SAID_WINDOWS) && b->claim->windows;
}

void base_read(struct base *b, const struct doc *d, const struct stage *st, const struct catalog_overlay *overlay,
	       bool by_default, struct arena *a)
{
	struct base named = { .known = false };
	struct imageref ref;
	bool any_version;

	/* The back-quote is what Windows files escape with; a base that is known tells. */
	*b = (struct base){ .windows = names_windows(st) || d->escape == '`' };
	catalog_config_find(TEXT_NONE, TEXT_NONE, &b->config); /* all unknown */
	if (st->base_default.state != KNOWN || !imageref_parse(st->base_default.text, &ref))
		return;
	name_base(&named, &ref, overlay);
	b->windows = b->windows || claims_windows(&named) || catalog_is_windows(named.name, named.tag);
	if (!st->base_fixed && !by_default)
		return;
	b->name = named.name;
	b->tag = named.tag;
	b->claim = named.claim;
	b->scratch = text_is(b->name, "scratch");
	any_version = ref.digest.n && !ref.tag.n;
	if (b->claim)
		b->known = catalog_claim_config(b->claim, any_version ? maybe_unknown() : maybe_known(ref.tag), a, &b->config);
	else if (!any_version)
		b->known = catalog_config_find(b->name, b->tag, &b->config);
	if (b->known)
		b->windows = names_windows(st) || claims_windows(b) || catalog_is_windows(b->name, b->tag);
}
