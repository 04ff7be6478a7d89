/* SPDX-License-Identifier: Apache-2.0 */
#include "app/inputs.h"

#include "app/discover.h"
#include "base/visible.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add(struct inputs *in, struct text path, bool named, bool is_stdin)
{
	in->list = arena_grow(&in->arena, in->list, in->n, &in->cap, sizeof(*in->list));
	in->list[in->n++] = (struct input){ arena_cstr(&in->arena, path), named, is_stdin };
}

static struct text without_dot(const char *path)
{
	struct text t = text_of(path);

	while (text_starts(t, TEXT("./")) && t.n > 2)
		t = text_from(t, 2);
	return t;
}

static int search(struct inputs *in, const char *path, struct buf *errors)
{
	struct discover_result found = { .n = 0 };
	struct error e;
	int rc = discover(path, &found, &e);

	for (size_t i = 0; i < found.n; i++)
		add(in, found.paths[i], false, false);
	in->nskipped += found.n_skipped;
	for (size_t i = 0; i < found.n_skipped; i++) {
		visible_add(&in->notes, found.skipped[i].path, VISIBLE_LINE);
		buf_adds(&in->notes, ": skipped: ");
		visible_add(&in->notes, found.skipped[i].why, VISIBLE_LINE);
		buf_addc(&in->notes, '\n');
	}
	if (rc < 0) {
		buf_adds(errors, "dfharden: error: ");
		visible_add(errors, text_of(e.message), VISIBLE_LINE);
		buf_addc(errors, '\n');
	}
	discover_result_release(&found);
	return rc < 0 ? -1 : 0;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int by_path(const void *x, const void *y)
{
	const struct input *const *a = x, *const *b = y;
	int c = strcmp((*a)->path, (*b)->path);

	if (c == 0)
		c = (*a)->is_stdin - (*b)->is_stdin;
	return c ? c : *a < *b ? -1 : *a > *b;
}

/* A file that two arguments lead to is done once, where it came first. */
static void drop_repeated(struct inputs *in)
{
	struct input **sorted = ARENA_ARRAY(&in->arena, in->n + 1, struct input *);
	size_t kept = 0;

	for (size_t i = 0; i < in->n; i++)
		sorted[i] = &in->list[i];
	qsort(sorted, in->n, sizeof(*sorted), by_path);
	for (size_t i = 1; i < in->n; i++)
		if (strcmp(sorted[i]->path, sorted[i - 1]->path) == 0 && sorted[i]->is_stdin == sorted[i - 1]->is_stdin) {
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
			add(in, without_dot(paths[i]), true, false);
	}
	drop_repeated(in);
	return rc;
}

void inputs_release(struct inputs *in)
{
	buf_release(&in->notes);
	arena_release(&in->arena);
}
