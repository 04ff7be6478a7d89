/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_walk.h"

#include "facts/glob.h"

enum { MAX_TOPS = 8, MAX_CLOSED_HERE = 512 };

struct unpacking {
	struct access_walk *w;
	const struct access_unpack *u;
	struct text tops[MAX_TOPS + 1];
	size_t groups[MAX_TOPS + 1];
	size_t ntops, nclosed;
	bool one; /* one cure for all of it, on the folder itself */
	size_t whole;
};

static bool is_asked_for(const struct access_unpack *u, struct text path)
{
	for (size_t i = 0; i < u->nonly; i++) {
		struct text want = u->only[i];

		while (text_starts(want, TEXT("./")))
			want = text_from(want, 2);
		while (want.n && want.p[want.n - 1] == '/')
			want.n--;
		if (text_eq(want, path) || access_below(want, path) ||
		    (glob_valid(want) && glob_match(want, path)))
			return true;
	}
	return !u->nonly;
}

/* Where a member comes to lie, below the folder; false where nowhere. "" is the folder. */
static bool place_of(const struct access_unpack *u, const struct archive_member *m, struct text *rest)
{
	*rest = text_is(m->path, ".") ? TEXT_NONE : m->path;
	if (!is_asked_for(u, m->path))
		return false;
	if (u->flat) {
		*rest = text_base(*rest);
		return !m->dir;
	}
	for (size_t i = 0; i < u->strip; i++) {
		size_t slash = text_chr(*rest, '/', 0);

		if (slash == TEXT_NPOS)
			return false;
		*rest = text_from(*rest, slash + 1);
	}
	return rest->n || (m->dir && !u->add);
}

static bool is_closed(const struct archive_member *m)
{
	return !m->link && !access_is_open(m->mode, m->dir, m->dir || access_is_program(m->bytes));
}

static struct text top_of(struct text rest)
{
	return text_sub(rest, 0, text_chr(rest, '/', 0));
}

/* The folders and files at the archive's top in which something is closed; more than a few count as all. */
static void find_tops(struct unpacking *p, const struct archive_member *m, size_t n)
{
	struct text rest;

	for (size_t i = 0; i < n && !p->one; i++) {
		size_t k = 0;

		if (!is_closed(&m[i]) || !place_of(p->u, &m[i], &rest))
			continue;
		p->nclosed++;
		while (k < p->ntops && !text_eq(p->tops[k], top_of(rest)))
			k++;
		if (k == p->ntops)
			p->tops[p->ntops++] = top_of(rest);
		p->one = p->ntops > MAX_TOPS || p->nclosed > MAX_CLOSED_HERE;
	}
	p->one = p->one || (p->ntops > 1 && !access_is_system_dir(p->u->dest));
}

static size_t add_group(struct unpacking *p, struct text top, const struct archive_member *m, bool tree)
{
	struct access_group g = { .item = p->u->item, .opener = OPEN_CHMOD, .certain = true, .top = top };

	/* Nobody changes the modes of all that a folder of the system has. */
	g.spell = tree && !access_is_system_dir(top) ? SPELL_TREE : SPELL_LIST;
	g.why = ARENA_JOIN(p->w->a, TEXT("mode "), access_mode_text(p->w->a, m->mode),
			   TEXT(" in the archive"));
	return access_group_add(p->w, g);
}

static size_t group_of(struct unpacking *p, const struct archive_member *m, struct text rest)
{
	size_t k = 0;

	if (p->one) {
		if (p->whole == TEXT_NPOS)
			p->whole = add_group(p, p->u->dest, m, true);
		return p->whole;
	}
	while (!text_eq(p->tops[k], top_of(rest)))
		k++;
	if (p->groups[k] == TEXT_NPOS)
		p->groups[k] = add_group(p, access_join(p->w->a, p->u->dest, p->tops[k]), m,
					 p->tops[k].n > 0 && (m->dir || rest.n > p->tops[k].n));
	return p->groups[k];
}

/* So many that each of them is not kept. */
static void close_all(struct unpacking *p, const struct archive_member *m)
{
	struct access_closed all = access_unseen(p->u->dest);

	all.group = group_of(p, m, TEXT_NONE);
	access_close(p->w, all);
}

static void close_members(struct unpacking *p, const struct archive_member *m, size_t n)
{
	struct text rest;

	for (size_t i = 0; i < n; i++) {
		struct access_closed c = {
			.dir = m[i].dir, .tree = m[i].dir, .seen = true, .mode = m[i].mode
		};

		if (!is_closed(&m[i]) || !place_of(p->u, &m[i], &rest))
			continue;
		if (p->nclosed > MAX_CLOSED_HERE) {
			close_all(p, &m[i]);
			return;
		}
		c.path = access_join(p->w->a, p->u->dest, rest);
		c.group = group_of(p, &m[i], rest);
		access_close(p->w, c);
	}
}

/* Members that are asked for by their names, of an archive that is not seen. */
static bool close_named(struct access_walk *w, const struct access_unpack *u, struct access_group g)
{
	bool named = u->nonly && u->nonly <= MAX_TOPS && !u->unsure;
	struct text rest;
	size_t group;

	for (size_t i = 0; i < u->nonly && named; i++)
		named = !glob_wild(u->only[i]) &&
			place_of(u, &(struct archive_member){ .path = u->only[i] }, &rest) &&
			!text_ends(rest, TEXT("/"));
	if (!named)
		return false;
	g.spell = SPELL_LIST;
	g.opener = OPEN_CHMOD;
	g.top = u->dest;
	g.certain = false;
	group = access_group_add(w, g);
	for (size_t i = 0; i < u->nonly; i++) {
		struct access_closed c;

		place_of(u, &(struct archive_member){ .path = u->only[i] }, &rest);
		while (text_starts(rest, TEXT("./")))
			rest = text_from(rest, 2);
		c = access_unseen(access_join(w->a, u->dest, rest));
		c.dir = c.tree = false;
		c.group = group;
		access_close(w, c);
	}
	return true;
}

static void close_unseen(struct access_walk *w, const struct access_unpack *u)
{
	struct access_group g = { .item = u->item, .top = u->dest, .spell = SPELL_TREE, .why = u->unseen };
	struct access_closed c = access_unseen(u->dest);

	g.opener = access_is_system_dir(u->dest) ? OPEN_NEVER : OPEN_CHMOD;
	for (size_t i = 0; i < w->n; i++)
		if (text_eq(w->list[i].path, u->dest))
			return;
	if (close_named(w, u, g))
		return;
	c.group = access_group_add(w, g);
	access_close(w, c);
}

/* A whole system: its modes are those of an image that one would start from. */
static bool is_system(const struct access_unpack *u, const struct archive_member *m, size_t n)
{
	for (size_t i = 0; i < n && text_is(u->dest, "/"); i++)
		if (text_is(m[i].path, "etc/passwd"))
			return true;
	return false;
}

void access_unpack(struct access_walk *w, const struct access_unpack *u)
{
	struct unpacking p = { .w = w, .u = u, .whole = TEXT_NPOS };
	struct arena scratch = { 0 };
	const struct archive_member *m;
	size_t n;

	for (size_t i = 0; i <= MAX_TOPS; i++)
		p.groups[i] = TEXT_NPOS;
	if (!u->archive.n || !archive_read(facts_context(w->f), u->archive, &scratch, &m, &n)) {
		close_unseen(w, u);
	} else if (!is_system(u, m, n)) {
		find_tops(&p, m, n);
		close_members(&p, m, n);
	}
	arena_release(&scratch);
}
