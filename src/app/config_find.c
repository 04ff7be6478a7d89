/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config.h"

#include "app/git.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- paths -------------------------------------------------------------------- */

/* The part of path behind the folder, without the slash; false where it is not below. */
static bool below(struct text path, struct text folder, struct text *rest)
{
	if (text_is(folder, "/"))
		folder.n = 0;
	if (!text_starts(path, folder) || (path.n > folder.n && path.p[folder.n] != '/'))
		return false;
	*rest = text_from(path, folder.n + 1);
	return true;
}

static struct text parent(struct text folder)
{
	size_t slash = text_rchr(folder, '/');

	if (slash == TEXT_NPOS)
		return TEXT(".");
	return text_sub(folder, 0, slash ? slash : 1);
}

/* The real path, with a NUL that does not count; TEXT_NONE with errno. */
static struct text real(struct arena *a, struct text path)
{
	char *p = realpath(arena_cstr(a, path), NULL);
	struct text t = p ? arena_text(a, text_of(p)) : TEXT_NONE;

	free(p);
	return t;
}

/* --- the nearest --------------------------------------------------------------- */

static int check_link(struct text path, struct text root, struct arena *a, struct error *e)
{
	struct text target = real(a, path), rest;

	if (!target.n)
		return file_errno(e, errno, path.p, "cannot be read");
	if (!below(target, root, &rest))
		return file_error(e, FILE_REFUSED, path.p,
				  "is a link to a place outside of the repository; "
				  "name the file with --config");
	return 0;
}

int config_nearest(const char *dir, const char *root, struct arena *a, struct text *path, struct error *e)
{
	struct text at = text_of(dir), top = text_of(root), rest, file;
	struct stat st;

	*path = TEXT_NONE;
	if (!below(at, top, &rest))
		top = at;
	for (;; at = parent(at)) {
		file = ARENA_JOIN(a, at, text_is(at, "/") ? TEXT("") : TEXT("/"), TEXT(CONFIG_NAME));
		if (lstat(file.p, &st) == 0)
			break;
		if (errno != ENOENT && errno != ENOTDIR)
			return file_errno(e, errno, file.p, "cannot be read");
		if (at.n <= top.n)
			return 0;
	}
	if (S_ISLNK(st.st_mode) && check_link(file, top, a, e) < 0)
		return -1;
	*path = file;
	return 0;
}

/* The folder above which no file counts for dir. */
static struct text limit_of(struct text dir, struct text cwd, struct arena *a)
{
	struct text root = git_root(dir.p, a), rest;

	if (root.n)
		return root;
	return cwd.n && below(dir, cwd, &rest) ? cwd : dir;
}

/* As a user in the working directory would call it. */
static struct text short_name(struct text path, struct text cwd)
{
	struct text rest;

	return cwd.n && below(path, cwd, &rest) && rest.n ? rest : path;
}

/* A folder that is not there (--stdin-filename) goes by its nearest one that is. */
static struct text real_folder(struct arena *a, struct text folder)
{
	struct text dir = real(a, folder.n ? folder : TEXT("."));

	while (!dir.n && folder.n && !text_is(folder, "/") && !text_is(folder, ".")) {
		folder = parent(folder);
		dir = real(a, folder);
	}
	return dir;
}

static int find(struct text folder, struct text cwd, struct arena *a, struct text *path, struct error *e)
{
	struct text dir = real_folder(a, folder);

	*path = TEXT_NONE;
	if (!dir.n)
		return 0;
	return config_nearest(dir.p, limit_of(dir, cwd, a).p, a, path, e);
}

/* --- what was read so far ------------------------------------------------------- */

/* The answer for a folder or a file: a configuration, none, or an error. */
struct answer {
	const struct config *config;
	const struct error *error;
	struct config own; /* of a file */
};

struct slot {
	struct text key; /* of an empty one, p is NULL */
	struct answer *answer;
};

/* Open addressing; at most half full. */
struct map {
	struct slot *slots;
	size_t n, cap; /* cap is a power of two, or 0 */
};

struct configs {
	pthread_mutex_t lock;
	const char *file;
	struct arena arena;
	struct text cwd; /* real; asked for once */
	struct map folders, files;
};

static struct slot *map_slot(const struct map *m, struct text key)
{
	size_t i = (size_t)text_fnv1a(key, FNV1A_INIT);

	while (m->slots[i &= m->cap - 1].key.p && !text_eq(m->slots[i].key, key))
		i++;
	return &m->slots[i];
}

static void map_double(struct map *m)
{
	struct map bigger = { .n = m->n, .cap = m->cap ? m->cap * 2 : 16 };

	bigger.slots = mem_zalloc(bigger.cap * sizeof(*bigger.slots));
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key.p)
			*map_slot(&bigger, m->slots[i].key) = m->slots[i];
	mem_free(m->slots);
	*m = bigger;
}

/* The answer under that key; *is_new where it has yet to be filled in. */
static struct answer *map_get(struct map *m, struct arena *a, struct text key, bool *is_new)
{
	struct slot *s;

	if (m->n >= m->cap / 2)
		map_double(m);
	s = map_slot(m, key);
	*is_new = !s->key.p;
	if (*is_new) {
		*s = (struct slot){ arena_text(a, key), ARENA_NEW(a, struct answer) };
		m->n++;
	}
	return s->answer;
}

static const struct error *keep(struct arena *a, const struct error *e)
{
	struct error *own = ARENA_NEW(a, struct error);

	*own = *e;
	return own;
}

static const struct answer *answer_file(struct configs *cs, struct text path)
{
	bool is_new;
	struct answer *r = map_get(&cs->files, &cs->arena, path, &is_new);
	struct error e;

	if (!is_new)
		return r;
	if (config_load(&r->own, path.p, &e) < 0)
		r->error = keep(&cs->arena, &e);
	else
		r->config = &r->own;
	return r;
}

static const struct answer *answer_folder(struct configs *cs, struct text folder)
{
	bool is_new;
	struct answer *r = map_get(&cs->folders, &cs->arena, folder, &is_new);
	const struct answer *file;
	struct arena a = { 0 };
	struct text path;
	struct error e;

	if (!is_new)
		return r;
	if (!cs->cwd.n)
		cs->cwd = real(&cs->arena, TEXT("."));
	if (find(folder, cs->cwd, &a, &path, &e) < 0) {
		r->error = keep(&cs->arena, &e);
	} else if (path.n) {
		file = answer_file(cs, short_name(path, cs->cwd));
		r->config = file->config;
		r->error = file->error;
	}
	arena_release(&a);
	return r;
}

struct configs *configs_open(const char *file)
{
	struct configs *cs = mem_zalloc(sizeof(*cs));

	pthread_mutex_init(&cs->lock, NULL);
	cs->file = file;
	return cs;
}

void configs_close(struct configs *cs)
{
	for (size_t i = 0; i < cs->files.cap; i++)
		if (cs->files.slots[i].key.p)
			config_release(&cs->files.slots[i].answer->own);
	mem_free(cs->files.slots);
	mem_free(cs->folders.slots);
	arena_release(&cs->arena);
	pthread_mutex_destroy(&cs->lock);
	mem_free(cs);
}

static int for_folder(struct configs *cs, struct text folder, const struct config **out, struct error *e)
{
	const struct answer *r;

	pthread_mutex_lock(&cs->lock);
	r = cs->file ? answer_file(cs, text_of(cs->file)) : answer_folder(cs, folder);
	pthread_mutex_unlock(&cs->lock);
	*out = r->config;
	if (r->error)
		*e = *r->error;
	return r->error ? -1 : 0;
}

int configs_for(struct configs *cs, const char *path, const struct config **out, struct error *e)
{
	return for_folder(cs, parent(text_of(path)), out, e);
}

/* --- --print-config --------------------------------------------------------------- */

static struct text first_folder(const struct options *o)
{
	const char *path = o->npaths ? o->paths[0] : ".";
	struct stat st;

	if (strcmp(path, "-") == 0)
		path = o->stdin_filename ? o->stdin_filename : "./-";
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return text_of(path);
	return parent(text_of(path));
}

int config_show(struct buf *out, const struct options *o, struct error *e)
{
	struct configs *cs = configs_open(o->config);
	const struct config *file = NULL;
	int rc = o->no_config ? 0 : for_folder(cs, first_folder(o), &file, e);

	if (rc == 0)
		config_print(out, o, file);
	configs_close(cs);
	return rc;
}
