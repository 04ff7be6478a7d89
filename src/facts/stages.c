/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/stages.h"

#include "syntax/expand.h"

#include <string.h>

enum {
	MAX_SEARCH = 1024,          /* names looked through for one variable */
	MAX_VALUES = 1024 * 1024,   /* bytes of all global ARGs; more is unknown */
	MAX_BASE = 4096,            /* bytes of one base */
};

/* Arguments that every build has before the file names any, and what they are in
 * a build for linux/amd64 without --target. */
static const struct build_arg {
	const char *name;
	struct text value;
} build_args[] = {
	{ "BUILDPLATFORM", { "linux/amd64", 11 } },
	{ "BUILDOS", { "linux", 5 } },
	{ "BUILDOSVERSION", { "", 0 } },
	{ "BUILDARCH", { "amd64", 5 } },
	{ "BUILDVARIANT", { "", 0 } },
	{ "TARGETPLATFORM", { "linux/amd64", 11 } },
	{ "TARGETOS", { "linux", 5 } },
	{ "TARGETOSVERSION", { "", 0 } },
	{ "TARGETARCH", { "amd64", 5 } },
	{ "TARGETVARIANT", { "", 0 } },
	{ "TARGETSTAGE", { "default", 7 } },
};

static struct text lower(struct arena *a, struct text t)
{
	char *p = arena_bytes(a, t.n);

	for (size_t i = 0; i < t.n; i++)
		p[i] = ascii_lower(t.p[i]);
	return (struct text){ p, t.n };
}

const struct global_arg *stages_arg(const struct stages *s, size_t n, struct text name)
{
	for (size_t i = n; i > 0 && n - i < MAX_SEARCH; i--)
		if (text_eq(s->args[i - 1].name, name))
			return &s->args[i - 1];
	return NULL;
}

static const struct build_arg *build_arg(struct text name)
{
	for (size_t i = 0; i < sizeof(build_args) / sizeof(build_args[0]); i++)
		if (text_is(name, build_args[i].name))
			return &build_args[i];
	return NULL;
}

static struct maybe get_default(void *data, struct text name)
{
	const struct stages *s = data;
	const struct global_arg *arg = stages_arg(s, s->nargs, name);

	if (arg && arg->value.state == KNOWN)
		return arg->value;
	/* Anything else can come from --build-arg only, or is known to the build only. */
	if (arg || build_arg(name) || s->nargs > MAX_SEARCH)
		return maybe_unknown();
	return maybe_unset();
}

static struct maybe get_as_built(void *data, struct text name)
{
	const struct global_arg *arg = stages_arg(data, ((const struct stages *)data)->nargs, name);
	const struct build_arg *known = build_arg(name);

	if (arg && arg->as_built.state == KNOWN)
		return arg->as_built;
	return known ? maybe_known(known->value) : maybe_unset();
}

static struct maybe expand(struct arena *a, const struct doc *d, struct text t, const struct expand_env *env)
{
	struct expand_options o = { .escape = d->escape };
	struct expanded e = expand_word(a, t, &o, env);

	return e.status == EXPAND_OK ? maybe_known(e.text) : maybe_unknown();
}

static void read_args(struct arena *a, const struct doc *d, struct stages *s)
{
	struct expand_env env = { get_default, s }, as_built = { get_as_built, s };
	struct global_arg *args = NULL;
	size_t cap = 0, spent = 0;

	for (size_t i = 0; i < d->nitems && d->items[i].stage < 0; i++) {
		const struct instruction *ins = d->items[i].ins;

		if (!ins || ins->keyword != KW_ARG)
			continue;
		for (size_t w = 0; w < ins->nwords; w++) {
			struct text word = ins->words[w].value;
			size_t eq = text_chr(word, '=', 0);
			struct global_arg g = { .item = i, .word = &ins->words[w], .name = text_sub(word, 0, eq) };

			if (eq != TEXT_NPOS && spent > MAX_VALUES) {
				g.value = g.as_built = maybe_unknown();
			} else if (eq != TEXT_NPOS) {
				g.value = expand(a, d, text_from(word, eq + 1), &env);
				g.as_built = expand(a, d, text_from(word, eq + 1), &as_built);
				spent += g.value.text.n + g.as_built.text.n;
			}
			s->args = args = arena_grow(a, args, s->nargs, &cap, sizeof(*args));
			args[s->nargs++] = g;
		}
	}
}

static int find_name(const struct stages *s, size_t before, struct text name)
{
	for (size_t i = before, seen = 0; i > 0 && seen < MAX_SEARCH; i--, seen++)
		if (s->list[i - 1].name.n && text_ieq(s->list[i - 1].name, name))
			return (int)i - 1;
	return -1;
}

int stages_find(const struct stages *s, struct text name)
{
	size_t number = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (!ascii_digit((unsigned char)name.p[i]) || number > s->n)
			return find_name(s, s->n, name);
		number = number * 10 + (size_t)(name.p[i] - '0');
	}
	return name.n && number < s->n ? (int)number : -1;
}

static void read_stage(struct arena *a, const struct doc *d, struct stages *s, size_t item, struct stage *st)
{
	struct expand_env env = { get_default, s }, as_built = { get_as_built, s };
	const struct instruction *ins = d->items[item].ins;

	st->ins = ins;
	st->from = item;
	st->end = d->nitems;
	if (ins->nwords == 3)
		st->name = lower(a, ins->words[2].value);
	st->base = ins->words[0].value;
	st->base_fixed = !text_has(st->base, '$');
	st->base_default = expand(a, d, st->base, &env);
	if (st->base_default.text.n > MAX_BASE)
		st->base_default = maybe_unknown();
	if (ins_flag(ins, "platform"))
		st->platform = expand(a, d, ins_flag(ins, "platform")->value, &as_built);
	st->parent = st->base_default.state == KNOWN ? find_name(s, s->n, st->base_default.text) : -1;
}

void stages_read(struct arena *a, const struct doc *d, const struct text *targets, size_t ntargets, struct stages *out)
{
	struct stage *list = ARENA_ARRAY(a, d->nstages + 1, struct stage);
	int found;

	*out = (struct stages){ .list = list };
	read_args(a, d, out);
	for (size_t i = 0; i < d->nitems && out->n < d->nstages; i++) {
		if (d->items[i].stage != (int)out->n)
			continue;
		if (out->n)
			list[out->n - 1].end = i;
		read_stage(a, d, out, i, &list[out->n]);
		out->n++;
	}
	if (out->n)
		list[out->n - 1].exported = true;
	for (size_t i = 0; i < ntargets; i++)
		if ((found = stages_find(out, targets[i])) >= 0)
			list[found].exported = true;
	/* A parent stands before its child. */
	for (size_t i = out->n; i > 0; i--) {
		list[i - 1].kept = list[i - 1].kept || list[i - 1].exported;
		if (list[i - 1].kept && list[i - 1].parent >= 0)
			list[list[i - 1].parent].kept = true;
	}
}

struct text stages_base_as_built(struct arena *a, const struct doc *d, const struct stages *s, size_t stage)
{
	struct expand_env env = { get_as_built, (void *)s };
	struct maybe m = expand(a, d, s->list[stage].base, &env);

	return m.state == KNOWN ? m.text : TEXT_NONE;
}
