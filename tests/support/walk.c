/* SPDX-License-Identifier: Apache-2.0 */
#include "support/walk.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_BYTES = 64 * 1024 * 1024 };

static void add(struct arena *a, struct paths *out, const char *path)
{
	out->list = arena_grow(a, (void *)out->list, out->n, &out->cap, sizeof(*out->list));
	out->list[out->n++] = path;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void sort(struct paths *p)
{
	if (p->n)
		qsort((void *)p->list, p->n, sizeof(*p->list), by_name);
}

const char *path_join(struct arena *a, const char *folder, const char *name)
{
	bool slash = text_ends(text_of(folder), TEXT("/"));

	return arena_printf(a, "%s%s%s", folder, slash ? "" : "/", name).p;
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static bool list(struct arena *a, const char *folder, struct paths *out)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (!dir)
		return false;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			add(a, out, path_join(a, folder, e->d_name));
	closedir(dir);
	return true;
}

/* A list of folders that are still to be looked at takes the place of recursion. */
bool walk_files(struct arena *a, const char *path, struct paths *out)
{
	struct paths todo = { 0 }, found = { 0 };
	bool ok = path_exists(path);

	add(a, &todo, path);
	for (size_t i = 0; i < todo.n; i++) {
		if (path_is_folder(todo.list[i]))
			ok = list(a, todo.list[i], &todo) && ok;
		else if (path_exists(todo.list[i]))
			add(a, &found, todo.list[i]);
	}
	sort(&found);
	for (size_t i = 0; i < found.n; i++)
		add(a, out, found.list[i]);
	return ok;
}

bool walk_cases(struct arena *a, const char *path, const char *name, struct paths *out)
{
	struct paths todo = { 0 }, found = { 0 };
	bool ok = path_is_folder(path);

	add(a, &todo, path);
	for (size_t i = 0; i < todo.n; i++) {
		if (!path_is_folder(todo.list[i]))
			continue;
		if (path_exists(path_join(a, todo.list[i], name)))
			add(a, &found, todo.list[i]);
		else
			ok = list(a, todo.list[i], &todo) && ok;
	}
	sort(&found);
	for (size_t i = 0; i < found.n; i++)
		add(a, out, found.list[i]);
	return ok;
}

bool slurp(struct arena *a, const char *path, struct text *out)
{
	struct buf b = { 0 };
	struct error e;
	int rc = file_read(path, MAX_BYTES, &b, &e);

	*out = arena_text(a, buf_text(&b));
	buf_release(&b);
	if (rc < 0 && rc != FILE_MISSING) {
		fprintf(stderr, "%s\n", e.message);
		exit(2);
	}
	return rc == 0;
}

void spit(const char *path, struct text bytes)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes.p ? bytes.p : "", 1, bytes.n, f) != bytes.n || fclose(f) != 0) {
		perror(path);
		exit(2);
	}
}
