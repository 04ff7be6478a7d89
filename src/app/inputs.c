/* SPDX-License-Identifier: Apache-2.0 */
#include "app/inputs.h"

#include "app/discover.h"
#include "app/message.h"
#include "base/visible.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add(struct inputs *in, struct text path, bool named, bool is_stdin)
{
	struct stat st;

	in->list = arena_grow(&in->arena, in->list, in->n, &in->cap, sizeof(*in->list));
	in->list[in->n++] = (struct input){ .path = arena_cstr(&in->arena, path), .named = named,
						.is_stdin = is_stdin };
	if (!is_stdin && stat(in->list[in->n - 1].path, &st) == 0) {
		in->list[in->n - 1].device = st.st_dev;
		in->list[in->n - 1].inode = st.st_ino;
	}
}

static struct text without_dot(const char *path)
{
	struct text t = text_of(path);

	/* Of ".//x" both slashes go: "/x" would be another file. */
	while (text_starts(t, TEXT("./"))) {
		size_t n = 2;

		while (n < t.n && t.p[n] == '/')
			n++;
		if (n == t.n)
			break;
		t = text_from(t, n);
	}
	return t;
}

/* A link stands for the file that it leads to: that is what a diff can change. Where it
 * leads out of the working directory, it keeps its name. */
static struct text without_link(struct arena *a, struct text path)
{
	struct stat st;
	char *name = arena_cstr(a, path), *here, *real;
	struct text t = path, folder;

	if (lstat(name, &st) < 0 || !S_ISLNK(st.st_mode))
		return t;
	here = realpath(".", NULL);
	real = realpath(name, NULL);
	folder = text_of(here);
	if (here && real && text_starts(text_of(real), folder) && real[folder.n] == '/')
		t = arena_text(a, text_from(text_of(real), folder.n + 1));
	free(here);
	free(real);
	return t;
}

static int search(struct inputs *in, const char *path, struct buf *errors)
{
	struct discover_result found = { .n = 0 };
	struct error e;
	int rc = discover(path, &found, &e);

	for (size_t i = 0; i < found.n; i++)
		add(in, without_link(&in->arena, found.paths[i]), false, false);
	in->nskipped += found.n_skipped;
	for (size_t i = 0; i < found.n_skipped; i++) {
		visible_add(&in->notes, found.skipped[i].path, VISIBLE_LINE);
		buf_adds(&in->notes, ": skipped: ");
		visible_add(&in->notes, found.skipped[i].why, VISIBLE_LINE);
		buf_addc(&in->notes, '\n');
	}
	if (rc < 0)
		message_error(errors, e.message, false);
	discover_result_release(&found);
	return rc < 0 ? -1 : 0;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The same file under one name or two. */
static bool is_same(const struct input *a, const struct input *b)
{
	if (a->is_stdin || b->is_stdin)
		return a->is_stdin && b->is_stdin;
	if (a->inode && b->inode)
		return a->inode == b->inode && a->device == b->device;
	return strcmp(a->path, b->path) == 0;
}

static int by_file(const void *x, const void *y)
{
	const struct input *a = *(struct input *const *)x, *b = *(struct input *const *)y;

	if (a->is_stdin != b->is_stdin)
		return a->is_stdin - b->is_stdin;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->inode != b->inode)
		return a->inode < b->inode ? -1 : 1;
	if (!a->inode && strcmp(a->path, b->path) != 0)
		return strcmp(a->path, b->path);
	return a < b ? -1 : a > b;
}

/* A file that two arguments lead to is done once, where it came first. */
static void drop_repeated(struct inputs *in)
{
	struct input **sorted = ARENA_ARRAY(&in->arena, in->n + 1, struct input *);
	size_t kept = 0;

	for (size_t i = 0; i < in->n; i++)
		sorted[i] = &in->list[i];
	qsort(sorted, in->n, sizeof(*sorted), by_file);
	for (size_t i = 1; i < in->n; i++)
		if (is_same(sorted[i], sorted[i - 1])) {
			sorted[i - 1]->named |= sorted[i]->named;
			sorted[i]->path = NULL;
			sorted[i] = sorted[i - 1];
		}
	for (size_t i = 0; i < in->n; i++)
		if (in->list[i].path)
			in->list[kept++] = in->list[i];
	in->n = kept;
}

int inputs_find(struct inputs *in, const struct options *o, struct buf *errors)
{
	static const char *const here[] = { "." };
	const char *const *paths = o->npaths ? o->paths : here;
	size_t n = o->npaths ? o->npaths : 1;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(paths[i], "-") == 0)
			add(in, text_of(o->stdin_filename ? o->stdin_filename : "Dockerfile"), true, true);
		else if (is_folder(paths[i]))
			rc |= search(in, paths[i], errors);
		else
			add(in, without_link(&in->arena, without_dot(paths[i])), true, false);
	}
	drop_repeated(in);
	return rc;
}

void inputs_release(struct inputs *in)
{
	buf_release(&in->notes);
	arena_release(&in->arena);
}
