/* SPDX-License-Identifier: Apache-2.0 */
#include "app/builds_claims.h"

#include "facts/relpath.h"

enum {
	MAX_BASES = 64, /* looked at for one claim, in all */
	MAX_STARTS = 64,
	MAX_NAMED = 64, /* named contexts of one claim; with more, any name may be one */
};

struct claim *claims_add(struct claims *c, enum claim_kind kind, size_t line)
{
	c->p = arena_grow(c->arena, c->p, c->n, &c->cap, sizeof(*c->p));
	c->p[c->n] = (struct claim){ .kind = kind, .folder = c->folder, .file = c->file, .line = line };
	return &c->p[c->n++];
}

static void add_named(struct arena *a, struct claim *k, struct build_name name)
{
	if (k->nnamed > MAX_NAMED)
		return;
	if (k->nnamed == MAX_NAMED)
		name.name = maybe_unknown();
	k->named = arena_grow(a, k->named, k->nnamed, &k->named_cap, sizeof(*k->named));
	k->named[k->nnamed++] = name;
}

void claims_add_named(struct claims *c, struct claim *k, struct maybe name, size_t line)
{
	add_named(c->arena, k, (struct build_name){ name, c->file, line });
}

void claims_add_start(struct claims *c, struct claim *k, struct start_note note, size_t line)
{
	if (k->nstarts >= MAX_STARTS)
		return;
	note.because = ARENA_JOIN(c->arena, c->file, arena_printf(c->arena, ":%zu", line));
	k->starts = arena_grow(c->arena, k->starts, k->nstarts, &k->starts_cap, sizeof(*k->starts));
	k->starts[k->nstarts++] = note;
}

/* ---- what one claim takes over from others ---- */

static bool same_target(const struct claim *a, const struct claim *b)
{
	return a->kind == b->kind && text_eq(a->folder, b->folder) && text_eq(a->name, b->name);
}

static void take_over(struct arena *a, struct claim *k, const struct claim *base)
{
	if (k->context.state == UNSET)
		k->context = base->context;
	if (k->dockerfile.state == UNSET)
		k->dockerfile = base->dockerfile;
	if (k->target.state == UNSET)
		k->target = base->target;
	for (size_t i = 0; i < base->nnamed && k->nnamed <= MAX_NAMED; i++)
		add_named(a, k, base->named[i]);
}

/* Names whose claims are still to be taken over, the strongest last. */
struct bases {
	struct text names[MAX_BASES];
	size_t n, seen;
};

static void add_bases(struct bases *b, const struct claim *k)
{
	for (size_t i = 0; i < k->nbases && b->seen < MAX_BASES; i++, b->seen++)
		b->names[b->n++] = k->bases[i];
}

/* Bake merges all files: what a later one says of the target is stronger. */
static void take_target(const struct claims *c, struct claim *k, struct bases *b, const struct claim *like)
{
	for (size_t i = c->n; i > 0; i--) {
		const struct claim *other = &c->p[i - 1];

		if (!same_target(other, like) || (k->kind != CLAIM_BAKE && !text_eq(other->file, k->file)))
			continue;
		take_over(c->arena, k, other);
		add_bases(b, other);
	}
}

/* A compose file that says nothing of the context is laid over another one. */
static void take_from_other_files(const struct claims *c, struct claim *k)
{
	for (size_t i = 0; i < c->n && k->context.state == UNSET; i++)
		if (same_target(&c->p[i], k) && c->p[i].context.state != UNSET)
			take_over(c->arena, k, &c->p[i]);
}

struct claim claims_resolve(const struct claims *c, size_t i)
{
	struct claim k = c->p[i], like = k;
	struct bases b = { .n = 0 };

	if (k.kind == CLAIM_WORKFLOW)
		return k;
	/* A list of its own is filled: the claim's stays as it is. */
	k.named = NULL;
	k.nnamed = k.named_cap = 0;
	if (k.kind == CLAIM_BAKE) {
		take_target(c, &k, &b, &like);
	} else {
		take_over(c->arena, &k, &like);
		add_bases(&b, &k);
	}
	while (b.n) {
		like.name = b.names[--b.n];
		take_target(c, &k, &b, &like);
	}
	if (k.kind == CLAIM_COMPOSE && k.context.state == UNSET)
		take_from_other_files(c, &k);
	return k;
}

bool claims_replaced(const struct claims *c, size_t i)
{
	for (size_t j = i + 1; c->p[i].kind == CLAIM_BAKE && j < c->n; j++)
		if (same_target(&c->p[j], &c->p[i]))
			return true;
	return false;
}

/* ---- a row ---- */

static bool is_remote(struct text context)
{
	static const struct text starts[] = { { "git@", 4 }, { "github.com/", 11 }, { "~", 1 }, { "/", 1 } };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (text_starts(context, starts[i]))
			return true;
	/* "scheme:", so that service:name, target:name and cwd://folder are out too */
	return text_has(context, ':') || text_ends(context, TEXT(".git"));
}

static struct maybe context_of(struct arena *a, const struct claim *c, struct text base)
{
	struct text context = c->context.state == KNOWN ? c->context.text : TEXT("."), out;

	if (c->context.state == UNKNOWN || is_remote(context) || !relpath_join(a, base, context, &out))
		return maybe_unknown();
	return maybe_known(out);
}

static bool says_nothing(const struct claim *c)
{
	return c->kind == CLAIM_BAKE && c->context.state == UNSET && c->dockerfile.state == UNSET &&
	       c->target.state == UNSET;
}

bool claim_row(struct arena *a, const struct claim *c, struct build_row *row)
{
	struct text base = c->kind == CLAIM_WORKFLOW ? TEXT(".") : c->folder;
	struct text name = c->dockerfile.state == KNOWN ? c->dockerfile.text : TEXT("Dockerfile");
	struct maybe context = context_of(a, c, base);
	bool from_root = c->file_from_root && c->dockerfile.state == KNOWN, nothing = says_nothing(c);

	*row = (struct build_row){ .file = c->file, .line = c->line, .context = context, .target = c->target,
				   .named = c->named, .nnamed = c->nnamed, .starts = c->starts, .nstarts = c->nstarts };
	row->default_name = c->dockerfile.state == UNSET;
	/* What it names holds if it is a build; that it is one, and where, is not sure. */
	if (nothing)
		row->context = maybe_unknown();
	if (c->silent || (nothing && !c->nnamed) || c->dockerfile.state == UNKNOWN || text_has(name, ':'))
		return false;
	if (!from_root && context.state != KNOWN)
		return false;
	return relpath_join(a, from_root ? TEXT(".") : context.text, name, &row->dockerfile);
}
