/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

#include "base/mem.h"

#include <stdlib.h>

struct mem {
	const struct context_file *files;
	size_t n;
};

static struct text trim_slashes(struct text path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* The part of a file's path below a folder; empty where it lies elsewhere. */
static struct text below(struct text path, struct text folder)
{
	if (text_is(folder, "."))
		return path;
	if (!text_starts(path, folder) || path.n <= folder.n || path.p[folder.n] != '/')
		return TEXT_NONE;
	return text_from(path, folder.n + 1);
}

static struct tree_entry make_entry(const struct mem *m, size_t i, struct text rest)
{
	const struct context_file *file = &m->files[i];
	size_t slash = text_chr(rest, '/', 0);
	struct text name = text_sub(rest, 0, slash);
	struct tree_entry e = { .name = name.p, .n = (uint32_t)name.n, .looked = true, .at = (uint32_t)i };

	if (slash != TEXT_NPOS) {
		e.kind = ENTRY_DIR;
		e.mode = 0755;
	} else if (file->link.n) {
		e.kind = ENTRY_LINK;
		e.mode = 0777;
		e.link = &file->link;
	} else {
		e.kind = ENTRY_FILE;
		e.mode = (uint16_t)(file->mode ? file->mode & 07777 : 0644);
		e.size = file->bytes.n;
	}
	return e;
}

static int by_name(const void *a, const void *b)
{
	const struct tree_entry *x = a, *y = b;
	int c = text_cmp((struct text){ x->name, x->n }, (struct text){ y->name, y->n });

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/* A folder is named once by each file in it. */
static size_t unique(struct tree_entry *e, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !text_eq((struct text){ e[kept - 1].name, e[kept - 1].n },
					  (struct text){ e[i].name, e[i].n }))
			e[kept++] = e[i];
	return kept;
}

static bool mem_list(struct context_tree *t, struct tree_folder *f)
{
	const struct mem *m = t->own;
	struct tree_entry *e = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < m->n; i++) {
		struct text rest = below(m->files[i].path, f->path);

		if (trim_slashes(rest).n == 0)
			continue;
		e = arena_grow(&t->arena, e, n, &cap, sizeof(*e));
		e[n++] = make_entry(m, i, rest);
	}
	if (n > 1)
		qsort(e, n, sizeof(*e), by_name);
	f->entries = e;
	f->n = unique(e, n);
	return f->n <= TREE_FOLDER_ENTRIES;
}

static void mem_look(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e)
{
	/* Everything is known from the listing. */
	(void)t;
	(void)f;
	(void)e;
}

static bool mem_read(struct context_tree *t, const struct tree_folder *f, const struct tree_entry *e,
		     size_t max, struct arena *a, struct text *bytes)
{
	const struct mem *m = t->own;

	(void)f;
	*bytes = arena_text(a, text_sub(m->files[e->at].bytes, 0, max));
	return true;
}

static void mem_forget(struct context_tree *t)
{
	(void)t;
}

static void mem_close(struct context_tree *t)
{
	mem_free(t->own);
}

struct context_tree *context_tree_open_memory(const struct context_file *files, size_t n)
{
	static const struct tree_source source = { mem_list, mem_look, mem_read, mem_forget, mem_close };
	struct mem *m = mem_alloc(sizeof(*m));

	*m = (struct mem){ files, n };
	return tree_open(&source, m);
}
