/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project.h"

#include "app/builds.h"
#include "app/git.h"
#include "base/file.h"
#include "base/mem.h"
#include "facts/copy.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TREES = 8, MAX_IGNORE = 1024 * 1024 };

/* --- repositories ------------------------------------------------------------ */

struct project {
	struct project *next;
	struct text root;
	bool repository;
	struct builds *builds;
};

struct projects {
	pthread_mutex_t lock;
	struct arena arena;
	struct project *list;
	/* The last folder asked for: paths come sorted. */
	struct text folder, real_folder;
	struct project *project;
};

struct projects *projects_open(void)
{
	struct projects *p = mem_zalloc(sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void projects_close(struct projects *p)
{
	for (struct project *x = p->list; x; x = x->next)
		builds_close(x->builds);
	pthread_mutex_destroy(&p->lock);
	arena_release(&p->arena);
	mem_free(p);
}

static struct text folder_of(const char *path)
{
	struct text t = text_of(path);
	size_t slash = text_rchr(t, '/');

	if (slash == TEXT_NPOS)
		return TEXT(".");
	return slash ? text_sub(t, 0, slash) : TEXT("/");
}

static struct text real_path(struct arena *a, struct text folder)
{
	char *real = realpath(arena_cstr(a, folder), NULL);
	struct text t;

	if (!real)
		return arena_text(a, folder);
	t = arena_text(a, text_of(real));
	free(real);
	return t;
}

static struct project *find_project(struct projects *p, struct text real_folder)
{
	struct text root = git_root(real_folder.p, &p->arena);
	struct project *x;

	for (x = p->list; x; x = x->next)
		if (text_eq(x->root, root.n ? root : real_folder))
			return x;
	x = ARENA_NEW(&p->arena, struct project);
	x->repository = root.n;
	x->root = root.n ? root : real_folder;
	x->builds = builds_open(x->root.p, x->repository);
	x->next = p->list;
	p->list = x;
	return x;
}

static struct project *project_of(struct projects *p, const char *path, struct arena *a, struct text *real_folder)
{
	struct text folder = folder_of(path);
	struct project *x;

	pthread_mutex_lock(&p->lock);
	if (!p->project || !text_eq(folder, p->folder)) {
		p->folder = arena_text(&p->arena, folder);
		p->real_folder = real_path(&p->arena, folder);
		p->project = find_project(p, p->real_folder);
	}
	x = p->project;
	*real_folder = arena_text(a, p->real_folder);
	pthread_mutex_unlock(&p->lock);
	return x;
}

struct text project_root(struct projects *p, const char *path, struct arena *a, bool *repository)
{
	struct text folder;
	struct project *x = project_of(p, path, a, &folder);

	*repository = x->repository;
	return x->root;
}

/* --- contexts ---------------------------------------------------------------- */

struct trees {
	struct {
		char *root;
		struct context_tree *tree;
	} open[MAX_TREES];
	size_t next; /* the place that is given to the next tree */
	struct context *context; /* of the file in work */
};

struct trees *trees_open(void)
{
	return mem_zalloc(sizeof(struct trees));
}

void trees_done(struct trees *t)
{
	context_close(t->context);
	t->context = NULL;
}

void trees_close(struct trees *t)
{
	trees_done(t);
	for (size_t i = 0; i < MAX_TREES; i++) {
		context_tree_close(t->open[i].tree);
		mem_free(t->open[i].root);
	}
	mem_free(t);
}

static struct context_tree *tree_at(struct trees *t, const char *root)
{
	size_t i = 0;

	while (i < MAX_TREES && !(t->open[i].root && strcmp(t->open[i].root, root) == 0))
		i++;
	if (i < MAX_TREES)
		return t->open[i].tree;
	i = t->next++ % MAX_TREES;
	context_tree_close(t->open[i].tree);
	mem_free(t->open[i].root);
	t->open[i].root = mem_strdup(root);
	t->open[i].tree = context_tree_open_folder(root);
	return t->open[i].tree;
}

/* path below folder, relative to it; empty where it lies elsewhere. */
static struct text below(struct text path, struct text folder)
{
	if (text_is(folder, "/"))
		return text_from(path, 1);
	if (text_eq(path, folder))
		return TEXT(".");
	if (text_starts(path, folder) && path.p[folder.n] == '/')
		return text_from(path, folder.n + 1);
	return TEXT_NONE;
}

static struct text join(struct arena *a, struct text folder, struct text name)
{
	if (text_is(name, "."))
		return folder;
	return ARENA_JOIN(a, folder, text_ends(folder, TEXT("/")) ? TEXT("") : TEXT("/"), name);
}

/* A Dockerfile outside of its context may have an ignore file beside it. */
static void use_ignore_beside(struct context *c, const char *path)
{
	struct arena a = { 0 };
	struct buf bytes = { 0 };
	struct error e;
	struct text name = ARENA_JOIN(&a, text_of(path), TEXT(".dockerignore"));

	if (file_read(name.p, MAX_IGNORE, &bytes, &e) == 0)
		context_use_ignore(c, buf_text(&bytes));
	buf_release(&bytes);
	arena_release(&a);
}

static struct context *open_context(const struct place_on_disk *at, struct text root, struct text dockerfile)
{
	struct text inside = below(dockerfile, root);

	trees_done(at->trees);
	at->trees->context = context_open(tree_at(at->trees, arena_cstr(at->arena, root)), inside);
	if (!inside.n)
		use_ignore_beside(at->trees->context, at->path);
	return at->trees->context;
}

static void find_context(struct place_on_disk *at, const struct project *x, struct text dockerfile,
			 const struct doc *d, struct surroundings *out)
{
	const struct text *sources;
	size_t n;
	struct context_root root;

	copy_context_sources(at->arena, d, &sources, &n);
	builds_context_root(x->builds, below(dockerfile, x->root), at->context, sources, n, at->arena, &root);
	out->because = root.because;
	if (root.folder.state != KNOWN)
		return;
	at->context_folder = root.given ? real_path(at->arena, root.folder.text) : join(at->arena, x->root, root.folder.text);
	out->context = open_context(at, at->context_folder, dockerfile);
}

static void find_targets(const struct place_on_disk *at, const struct project *x, struct text dockerfile,
			 struct surroundings *out)
{
	const struct text *names;
	struct text *all;
	size_t n;
	bool unknown;

	builds_targets(x->builds, below(dockerfile, x->root), at->arena, &names, &n, &unknown);
	all = ARENA_ARRAY(at->arena, n + at->ntargets + 1, struct text);
	for (size_t i = 0; i < n; i++)
		all[i] = names[i];
	for (size_t i = 0; i < at->ntargets; i++)
		all[n + i] = at->targets[i];
	out->targets = all;
	out->ntargets = n + at->ntargets;
}

static void find_named(const struct place_on_disk *at, const struct project *x, struct text dockerfile,
		       struct surroundings *out)
{
	builds_named_contexts(x->builds, below(dockerfile, x->root), at->arena, &out->named, &out->nnamed);
}

static void find_starts(const struct place_on_disk *at, const struct project *x, struct text dockerfile,
			struct surroundings *out)
{
	builds_starts(x->builds, below(dockerfile, x->root), at->arena, &out->starts, &out->nstarts);
}

void project_look(void *data, const struct doc *d, struct surroundings *out)
{
	struct place_on_disk *at = data;
	struct text folder, name = text_of(at->path);
	struct project *x = project_of(at->projects, at->path, at->arena, &folder);
	size_t slash = text_rchr(name, '/');
	struct text dockerfile = join(at->arena, folder, text_from(name, slash == TEXT_NPOS ? 0 : slash + 1));

	*out = (struct surroundings){ 0 };
	find_context(at, x, dockerfile, d, out);
	find_targets(at, x, dockerfile, out);
	find_named(at, x, dockerfile, out);
	find_starts(at, x, dockerfile, out);
}
