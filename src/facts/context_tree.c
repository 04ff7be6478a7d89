/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct context_tree *tree_open(const struct tree_source *source, void *own)
{
	struct context_tree *t = mem_zalloc(sizeof(*t));

	t->source = source;
	t->own = own;
	return t;
}

void context_tree_close(struct context_tree *t)
{
	if (!t)
		return;
	t->source->close(t);
	arena_release(&t->arena);
	arena_release(&t->kept);
	mem_free(t);
}

void tree_begin(struct context_tree *t)
{
	if (t->nfolders > TREE_KEEP_FOLDERS || t->nentries > TREE_KEEP_ENTRIES) {
		t->source->forget(t);
		arena_release(&t->arena);
		memset(t->buckets, 0, sizeof(t->buckets));
		t->nfolders = 0;
		t->nentries = 0;
	}
	t->old_folders = t->nfolders;
	t->old_entries = t->nentries;
}

/* ---- folders ---- */

static struct text entry_name(const struct tree_entry *e)
{
	return (struct text){ e->name, e->n };
}

static int by_name(const void *a, const void *b)
{
	return text_cmp(entry_name(a), entry_name(b));
}

static struct tree_folder *list_folder(struct context_tree *t, struct text path)
{
	struct tree_folder *f = ARENA_NEW(&t->arena, struct tree_folder);

	f->path = arena_text(&t->arena, path);
	f->known = t->source->list(t, f);
	if (!f->known)
		f->n = 0;
	if (f->n > 1)
		qsort(f->entries, f->n, sizeof(*f->entries), by_name);
	t->nentries += f->n;
	return f;
}

struct tree_folder *tree_folder(struct context_tree *t, struct text path)
{
	struct tree_folder **at = &t->buckets[text_fnv1a(path, FNV1A_INIT) % TREE_BUCKETS];
	struct tree_folder *f = *at;

	while (f && !text_eq(f->path, path))
		f = f->next;
	if (f)
		return f;
	if (t->nfolders - t->old_folders >= TREE_FOLDERS || t->nentries - t->old_entries >= TREE_ENTRIES)
		return &t->beyond;
	f = list_folder(t, path);
	f->next = *at;
	*at = f;
	t->nfolders++;
	return f;
}

struct tree_entry *tree_find(const struct tree_folder *f, struct text name)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = text_cmp(entry_name(&f->entries[mid]), name);

		if (c == 0)
			return &f->entries[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

enum entry_kind tree_kind(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e)
{
	if (e->kind == ENTRY_UNASKED)
		tree_look(t, f, e);
	return e->kind;
}

void tree_look(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e)
{
	if (e->looked)
		return;
	e->looked = true;
	t->source->look(t, f, e);
}

/* ---- walking ---- */

struct walk {
	struct context_tree *tree;
	struct dockerignore *ignore;
	struct tree_place *out;
	struct buf rest[2]; /* what is still to walk, after a link */
	struct text todo;
	size_t tail;   /* how much of todo is of the path that was asked for */
	bool original; /* the name at hand is */
	unsigned links;
	struct tree_entry *first_link; /* where the path itself is a link */
};

static void end(struct walk *w, enum context_answer answer)
{
	w->out->info.answer = answer;
	w->todo = TEXT_NONE;
}

static void place_up(struct tree_place *p)
{
	struct text dir = relpath_dir(place_path(p));

	p->n = text_is(dir, ".") ? 0 : dir.n;
}

static bool place_down(struct tree_place *p, struct text name)
{
	if (p->n + name.n + 1 >= sizeof(p->path))
		return false;
	if (p->n)
		p->path[p->n++] = '/';
	memcpy(p->path + p->n, name.p, name.n);
	p->n += name.n;
	return true;
}

/* Puts a link's target in front of what is still to walk. */
static void follow(struct walk *w, const struct tree_entry *e)
{
	struct buf *next = &w->rest[w->links & 1];
	enum ignored out = w->ignore ? dockerignore_match(w->ignore, place_path(w->out)) : IGNORED_NO;

	if (out != IGNORED_NO) {
		end(w, out == IGNORED_YES ? CONTEXT_MISSING : CONTEXT_UNKNOWN);
	} else if (!e->link || e->link->n == 0 || e->link->n > RELPATH_BYTES) {
		end(w, CONTEXT_UNKNOWN);
	} else if (e->link->p[0] == '/') {
		end(w, CONTEXT_LINK_OUT);
	} else if (++w->links > TREE_LINKS || w->todo.n > 16 * RELPATH_BYTES) {
		end(w, CONTEXT_OTHER);
	} else {
		place_up(w->out);
		w->tail = w->original ? w->todo.n : w->tail;
		buf_clear(next);
		buf_add(next, *e->link);
		buf_addc(next, '/');
		buf_add(next, w->todo);
		w->todo = buf_text(next);
	}
}

static void step(struct walk *w, struct text name)
{
	struct text at = w->out->n ? place_path(w->out) : TEXT(".");
	struct tree_folder *f = tree_folder(w->tree, at);
	struct tree_entry *e = f->known ? tree_find(f, name) : NULL;

	if (!e || !place_down(w->out, name)) {
		end(w, f->known && !e ? CONTEXT_MISSING : CONTEXT_UNKNOWN);
		return;
	}
	w->out->folder = f;
	w->out->entry = e;
	switch (tree_kind(w->tree, f, e)) {
	case ENTRY_LINK:
		tree_look(w->tree, f, e);
		if (w->original && w->todo.n == 0) {
			w->out->info.link = true;
			w->first_link = e;
		}
		follow(w, e);
		break;
	case ENTRY_DIR:
		w->out->info.answer = CONTEXT_DIR;
		break;
	case ENTRY_FILE:
		end(w, w->todo.n ? CONTEXT_MISSING : CONTEXT_FILE);
		break;
	case ENTRY_OTHER:
		end(w, w->todo.n ? CONTEXT_MISSING : CONTEXT_OTHER);
		break;
	default:
		end(w, CONTEXT_UNKNOWN);
	}
}

static void step_up(struct walk *w)
{
	if (w->out->n == 0) {
		end(w, CONTEXT_LINK_OUT);
		return;
	}
	place_up(w->out);
	w->out->entry = NULL;
	w->out->info.answer = CONTEXT_DIR;
}

static struct text next_name(struct text *todo)
{
	struct text name;
	bool more = true;

	while (todo->n && todo->p[0] == '/')
		*todo = text_from(*todo, 1);
	text_cut(todo, '/', &name, &more);
	while (todo->n && todo->p[0] == '/')
		*todo = text_from(*todo, 1);
	return name;
}

static void finish(struct walk *w)
{
	struct tree_place *p = w->out;
	bool is_file = p->info.answer == CONTEXT_FILE, is_dir = p->info.answer == CONTEXT_DIR;

	if (p->n == 0)
		p->path[p->n++] = '.';
	if (is_file || (is_dir && p->entry)) {
		tree_look(w->tree, p->folder, p->entry);
		p->info.mode = p->entry->mode;
		p->info.size = is_file ? p->entry->size : 0;
	}
	if (!w->first_link || !(is_file || is_dir))
		return;
	if (!w->first_link->target) {
		struct text *target = ARENA_NEW(&w->tree->arena, struct text);

		*target = arena_text(&w->tree->arena, place_path(p));
		w->first_link->target = target;
	}
	p->info.target = *w->first_link->target;
}

void tree_walk(struct context_tree *t, struct dockerignore *ignore, struct text path, struct tree_place *out)
{
	struct walk w = { .tree = t, .ignore = ignore, .out = out, .todo = path, .tail = path.n };

	out->info = (struct context_info){ .answer = CONTEXT_DIR, .mode = 0755 };
	out->folder = NULL;
	out->entry = NULL;
	out->n = 0;
	if (relpath_is_root(path) && !tree_folder(t, TEXT("."))->known)
		out->info.answer = CONTEXT_UNKNOWN;
	while (w.todo.n) {
		struct text name;

		w.original = w.todo.n <= w.tail;
		name = next_name(&w.todo);
		if (text_is(name, ".."))
			step_up(&w);
		else if (name.n && !text_is(name, "."))
			step(&w, name);
	}
	finish(&w);
	buf_release(&w.rest[0]);
	buf_release(&w.rest[1]);
}
