/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

#include "base/mem.h"

/* How many entries are looked at to find one that an exception keeps. */
enum { KEEP_SEARCH = 10 * 1000 };

static struct context *open_view(struct context_tree *t, struct text dockerfile, bool all)
{
	struct context *c;

	if (!t)
		return NULL;
	c = mem_zalloc(sizeof(*c));
	c->tree = t;
	c->all = all;
	if (dockerfile.n && !relpath_below(&c->arena, TEXT("."), dockerfile, &c->dockerfile))
		c->dockerfile = TEXT_NONE;
	return c;
}

struct context *context_open(struct context_tree *t, struct text dockerfile)
{
	return open_view(t, dockerfile, false);
}

struct context *context_open_all(struct context_tree *t)
{
	return open_view(t, TEXT_NONE, true);
}

void context_close(struct context *c)
{
	if (!c)
		return;
	arena_release(&c->arena);
	mem_free(c);
}

/* ---- the ignore file ---- */

static void read_rules(struct arena *a, struct context_ignore *ig, struct dockerignore *rules)
{
	dockerignore_read(a, ig->bytes, rules);
	ig->bad_line = rules->bad ? rules->bad_line : 0;
	ig->answer = rules->bad ? CONTEXT_UNKNOWN : CONTEXT_FILE;
}

void context_use_ignore(struct context *c, struct text bytes)
{
	if (!c)
		return;
	c->own_given = true;
	c->ignore.bytes = arena_text(&c->arena, bytes);
	read_rules(&c->arena, &c->ignore, &c->own);
}

/* Reads the ignore file at path, if there is one, into ig and rules. */
static void ask_ignore(struct context_tree *t, struct arena *a, struct text path, struct context_ignore *ig,
		       struct dockerignore *rules)
{
	struct tree_place p;

	tree_walk(t, NULL, path, &p);
	*ig = (struct context_ignore){ .answer = p.info.answer };
	*rules = (struct dockerignore){ .bad = true };
	if (p.info.answer == CONTEXT_MISSING)
		return;
	ig->answer = CONTEXT_UNKNOWN;
	if (p.info.answer != CONTEXT_FILE || p.info.size > TREE_READ_MAX ||
	    !t->source->read(t, p.folder, p.entry, TREE_READ_MAX, a, &ig->bytes))
		return;
	ig->path = arena_text(a, path);
	read_rules(a, ig, rules);
}

static void ask_root_ignore(struct context *c)
{
	struct context_tree *t = c->tree;

	if (!t->ignore_asked)
		ask_ignore(t, &t->kept, TEXT(".dockerignore"), &t->ignore, &t->rules);
	t->ignore_asked = true;
	c->ignore = t->ignore;
	c->rules = t->ignore.answer == CONTEXT_MISSING ? NULL : &t->rules;
}

static void ask_rules(struct context *c)
{
	c->asked = true;
	c->ignore.answer = c->own_given ? c->ignore.answer : CONTEXT_MISSING;
	if (c->all)
		return;
	if (!c->own_given && c->dockerfile.n)
		ask_ignore(c->tree, &c->arena,
			   ARENA_JOIN(&c->arena, c->dockerfile, TEXT(".dockerignore")), &c->ignore, &c->own);
	if (c->ignore.answer == CONTEXT_MISSING)
		ask_root_ignore(c);
	else
		c->rules = &c->own;
}

void context_begin(struct context *c)
{
	tree_begin(c->tree);
	if (!c->asked)
		ask_rules(c);
	if (c->rules)
		c->rules->work = 0;
}

struct context_ignore context_ignore(struct context *c)
{
	if (!c)
		return (struct context_ignore){ .answer = CONTEXT_UNKNOWN };
	context_begin(c);
	return c->ignore;
}

/* ---- what is left out ---- */

/* Folders still to search, the last first. */
struct search {
	struct context *c;
	struct arena arena;
	struct text *folders;
	size_t n, cap, budget;
};

static void search_add(struct search *s, struct text folder)
{
	s->folders = arena_grow(&s->arena, s->folders, s->n, &s->cap, sizeof(*s->folders));
	s->folders[s->n++] = folder;
}

static enum ignored search_folder(struct search *s, struct text folder)
{
	struct tree_folder *f = tree_folder(s->c->tree, folder);

	if (!f->known)
		return IGNORED_UNKNOWN;
	for (size_t i = 0; i < f->n; i++) {
		struct tree_entry *e = &f->entries[i];
		struct text path = ARENA_JOIN(&s->arena, folder, TEXT("/"), (struct text){ e->name, e->n });
		enum ignored out = dockerignore_match(s->c->rules, path);

		if (out != IGNORED_YES || s->budget-- == 0)
			return out == IGNORED_NO ? IGNORED_NO : IGNORED_UNKNOWN;
		if (tree_kind(s->c->tree, f, e) == ENTRY_DIR)
			search_add(s, path);
	}
	return IGNORED_YES;
}

/* IGNORED_YES: all below the folder is left out, and so is the folder. */
static enum ignored search_below(struct context *c, struct text folder)
{
	struct search s = { .c = c, .budget = KEEP_SEARCH };
	enum ignored out = IGNORED_YES;

	search_add(&s, folder);
	while (out == IGNORED_YES && s.n)
		out = search_folder(&s, s.folders[--s.n]);
	arena_release(&s.arena);
	return out;
}

static enum ignored left_out(struct context *c, struct text path, bool dir)
{
	enum ignored out = dockerignore_match(c->rules, path), keep;

	if (out != IGNORED_YES || !dir)
		return out;
	keep = dockerignore_may_keep(c->rules, path);
	return keep == IGNORED_YES ? IGNORED_NO : keep == IGNORED_NO ? IGNORED_YES : search_below(c, path);
}

static bool always_sent(const struct context *c, struct text path)
{
	return (c->dockerfile.n && text_eq(path, c->dockerfile)) ||
	       (c->ignore.path.n && text_eq(path, c->ignore.path));
}

void context_walk(struct context *c, struct text path, bool copy, struct tree_place *out)
{
	enum ignored ignored;
	bool dir;

	tree_walk(c->tree, c->rules, path, out);
	dir = out->info.answer == CONTEXT_DIR;
	if (!c->rules || (!dir && out->info.answer != CONTEXT_FILE) ||
	    (!copy && always_sent(c, place_path(out))))
		return;
	ignored = left_out(c, place_path(out), dir);
	if (ignored != IGNORED_NO)
		out->info = (struct context_info){
			.answer = ignored == IGNORED_YES ? CONTEXT_MISSING : CONTEXT_UNKNOWN,
			.link = out->info.link,
		};
}

/* ---- questions ---- */

static void ask(struct context *c, struct text path, struct tree_place *out)
{
	char buffer[RELPATH_BYTES + 1];
	struct text clean;

	out->info = (struct context_info){ .answer = CONTEXT_UNKNOWN };
	if (!c || !relpath_clean(path, buffer, &clean))
		return;
	context_begin(c);
	context_walk(c, clean, false, out);
}

struct context_info context_stat(struct context *c, struct text path)
{
	struct tree_place p;

	ask(c, path, &p);
	return p.info;
}

enum context_answer context_read(struct context *c, struct text path, size_t max, struct arena *a,
				 struct text *bytes, bool *cut)
{
	struct tree_place p;

	max = max ? max : TREE_READ_MAX;
	*bytes = TEXT_NONE;
	ask(c, path, &p);
	if (p.info.answer != CONTEXT_FILE)
		return p.info.answer;
	if (!c->tree->source->read(c->tree, p.folder, p.entry, max, a, bytes))
		return CONTEXT_UNKNOWN;
	if (cut)
		*cut = p.info.size > bytes->n;
	return CONTEXT_FILE;
}

/* Whether a name of a folder is sent. What is not known to be left out is listed. */
static bool listed(struct context *c, struct tree_folder *f, struct tree_entry *e, struct arena *scratch)
{
	struct text name = { e->name, e->n };
	struct text path = text_is(f->path, ".") ? name : ARENA_JOIN(scratch, f->path, TEXT("/"), name);

	return !c->rules || always_sent(c, path) ||
	       left_out(c, path, tree_kind(c->tree, f, e) == ENTRY_DIR) != IGNORED_YES;
}

static struct context_entry describe(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e,
				    struct arena *a, bool modes)
{
	static const enum context_answer answers[] = {
		[ENTRY_FILE] = CONTEXT_FILE, [ENTRY_DIR] = CONTEXT_DIR, [ENTRY_OTHER] = CONTEXT_OTHER,
		[ENTRY_LINK] = CONTEXT_UNKNOWN, [ENTRY_UNKNOWN] = CONTEXT_UNKNOWN,
	};
	enum entry_kind kind = tree_kind(t, f, e);

	if (modes && kind != ENTRY_LINK)
		tree_look(t, f, e);
	return (struct context_entry){
		.name = arena_text(a, (struct text){ e->name, e->n }),
		.answer = answers[kind],
		.link = kind == ENTRY_LINK,
		.mode = modes ? e->mode : 0,
	};
}

static enum context_answer list(struct context *c, struct text dir, struct arena *a, const struct context_entry **entries,
				size_t *n, bool modes)
{
	struct arena scratch = { 0 };
	struct context_entry *out;
	struct tree_folder *f;
	struct tree_place p;

	*entries = NULL;
	*n = 0;
	ask(c, dir, &p);
	if (p.info.answer != CONTEXT_DIR)
		return p.info.answer;
	f = tree_folder(c->tree, place_path(&p));
	if (!f->known || (c->rules && c->rules->bad))
		return CONTEXT_UNKNOWN;
	out = arena_room(a, f->n, sizeof(*out));
	for (size_t i = 0; i < f->n; i++)
		if (listed(c, f, &f->entries[i], &scratch))
			out[(*n)++] = describe(c->tree, f, &f->entries[i], a, modes);
	arena_release(&scratch);
	*entries = out;
	return CONTEXT_DIR;
}

enum context_answer context_list(struct context *c, struct text dir, struct arena *a,
				 const struct context_entry **entries, size_t *n)
{
	return list(c, dir, a, entries, n, false);
}

enum context_answer context_list_modes(struct context *c, struct text dir, struct arena *a,
				       const struct context_entry **entries, size_t *n)
{
	return list(c, dir, a, entries, n, true);
}
