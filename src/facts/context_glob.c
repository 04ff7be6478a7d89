/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

#include "facts/glob.h"

/* What one pattern may cost: a name that is looked at 1, a folder 16. */
enum { GLOB_BUDGET = 200 * 1000, GLOB_FOLDER = 16 };

/* A folder to look into for component `part` of the pattern. */
struct branch {
	struct text folder;
	size_t part;
};

struct search {
	struct context *c;
	struct arena arena;
	const struct text *parts;
	size_t nparts;
	struct branch *branches;
	size_t n, cap, budget;
	bool files, dirs, unsure;
	size_t count;
};

static void found(struct search *s, const struct context_info *info)
{
	switch (info->answer) {
	case CONTEXT_MISSING:
		/* A dangling link is copied as a link or refused, as the builder likes. */
		s->unsure = s->unsure || info->link;
		return;
	case CONTEXT_FILE:
		s->files = true;
		break;
	case CONTEXT_DIR:
		s->dirs = true;
		break;
	default:
		s->unsure = true;
	}
	s->count++;
}

static void found_at(struct search *s, struct text path)
{
	struct tree_place p;

	context_walk(s->c, path, true, &p);
	found(s, &p.info);
}

static void add_branch(struct search *s, struct text folder, size_t part)
{
	s->branches = arena_grow(&s->arena, s->branches, s->n, &s->cap, sizeof(*s->branches));
	s->branches[s->n++] = (struct branch){ folder, part };
}

static void take(struct search *s, struct branch b, struct tree_folder *f, struct tree_entry *e)
{
	struct text name = { e->name, e->n };
	struct text path = text_is(b.folder, ".") ? name : ARENA_JOIN(&s->arena, b.folder, TEXT("/"), name);

	if (b.part + 1 == s->nparts)
		found_at(s, path);
	else if (tree_kind(s->c->tree, f, e) == ENTRY_DIR)
		add_branch(s, path, b.part + 1);
}

static bool pay(struct search *s, size_t price)
{
	if (s->budget >= price) {
		s->budget -= price;
		return true;
	}
	s->budget = 0;
	s->unsure = true;
	s->n = 0;
	return false;
}

static void look(struct search *s, struct branch b)
{
	struct text part = s->parts[b.part];
	bool wild = glob_wild(part);
	struct tree_folder *f;
	struct tree_entry *e;

	if (!pay(s, GLOB_FOLDER))
		return;
	f = tree_folder(s->c->tree, b.folder);
	e = wild ? NULL : tree_find(f, glob_literal(&s->arena, part));
	s->unsure = s->unsure || !f->known;
	if (e)
		take(s, b, f, e);
	for (size_t i = 0; wild && i < f->n && pay(s, 1); i++)
		if (glob_match(part, (struct text){ f->entries[i].name, f->entries[i].n }))
			take(s, b, f, &f->entries[i]);
}

/* Components before the first wildcard are an ordinary path. */
static struct text literal_head(struct search *s, struct text folder, size_t *nhead)
{
	struct text head = folder;

	for (*nhead = 0; *nhead < s->nparts && !glob_wild(s->parts[*nhead]); ++*nhead) {
		struct text part = glob_literal(&s->arena, s->parts[*nhead]);

		head = text_is(head, ".") ? part : ARENA_JOIN(&s->arena, head, TEXT("/"), part);
	}
	return head;
}

static bool search_parts(struct search *s, struct text folder)
{
	size_t nhead;
	struct text head = literal_head(s, folder, &nhead);
	struct tree_place p;

	if (nhead == s->nparts) {
		found_at(s, head);
		return false;
	}
	tree_walk(s->c->tree, s->c->rules, head, &p);
	if (p.info.answer == CONTEXT_DIR)
		add_branch(s, arena_text(&s->arena, place_path(&p)), nhead);
	else
		s->unsure = p.info.answer != CONTEXT_MISSING && p.info.answer != CONTEXT_FILE;
	while (s->n)
		look(s, s->branches[--s->n]);
	return true;
}

static size_t split(struct text path, struct text parts[RELPATH_DEPTH])
{
	bool more = true;
	size_t n = 0;

	if (!text_is(path, "."))
		while (n < RELPATH_DEPTH && text_cut(&path, '/', &parts[n], &more))
			n++;
	return n;
}

static enum context_kind kind_of(const struct search *s)
{
	if (s->unsure)
		return CONTEXT_UNSURE;
	if (s->files && s->dirs)
		return CONTEXT_MIXED;
	return s->files ? CONTEXT_FILES : s->dirs ? CONTEXT_DIRS : CONTEXT_NONE;
}

struct context_match context_glob_in(struct context *c, struct text folder, struct text pattern)
{
	char buffers[2][RELPATH_BYTES + 1];
	struct text parts[RELPATH_DEPTH], clean, base;
	struct search s = { .c = c, .parts = parts, .budget = GLOB_BUDGET };
	struct context_match match = { CONTEXT_UNSURE, 0, glob_wild(pattern) };

	if (!c || !glob_valid(pattern) || !relpath_clean(pattern, buffers[0], &clean) ||
	    !relpath_clean(folder, buffers[1], &base))
		return match;
	context_begin(c);
	s.nparts = split(clean, parts);
	match.wild = search_parts(&s, base);
	match.kind = kind_of(&s);
	match.count = s.count;
	arena_release(&s.arena);
	return match;
}

struct context_match context_glob(struct context *c, struct text pattern)
{
	return context_glob_in(c, TEXT("."), pattern);
}
