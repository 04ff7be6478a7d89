/* SPDX-License-Identifier: Apache-2.0 */
#include "app/builds.h"

#include "app/builds_scan.h"
#include "base/mem.h"
#include "facts/relpath.h"

#include <pthread.h>
#include <stdlib.h>

enum { MAX_NAMED = 500 }; /* named contexts of one Dockerfile; with more, any name may be one */

struct builds {
	pthread_mutex_t lock; /* over all below, which is filled as questions come */
	bool repository, scanned;
	struct context_tree *tree;
	struct context *all;
	struct arena arena;
	struct build_row *rows;
	size_t n;
};

struct builds *builds_open(const char *root, bool repository)
{
	struct builds *b = mem_zalloc(sizeof(*b));

	pthread_mutex_init(&b->lock, NULL);
	b->repository = repository;
	b->tree = context_tree_open_folder(root);
	b->all = context_open_all(b->tree);
	return b;
}

void builds_close(struct builds *b)
{
	if (!b)
		return;
	context_close(b->all);
	context_tree_close(b->tree);
	arena_release(&b->arena);
	pthread_mutex_destroy(&b->lock);
	mem_free(b);
}

/* ---- rows ---- */

static int by_dockerfile(const void *a, const void *b)
{
	const struct build_row *x = a, *y = b;
	int c = text_cmp(x->dockerfile, y->dockerfile);

	c = c ? c : text_cmp(x->file, y->file);
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

/* With the lock held. */
static void scan_once(struct builds *b)
{
	if (b->scanned)
		return;
	b->scanned = true;
	builds_scan(b->all, b->repository, &b->arena, &b->rows, &b->n);
	if (b->n > 1)
		qsort(b->rows, b->n, sizeof(*b->rows), by_dockerfile);
}

const struct build_row *builds_rows(struct builds *b, size_t *n)
{
	pthread_mutex_lock(&b->lock);
	scan_once(b);
	pthread_mutex_unlock(&b->lock);
	*n = b->n;
	return b->rows;
}

/* The rows of exactly this path. */
static const struct build_row *rows_named(struct builds *b, struct text dockerfile, size_t *n)
{
	size_t nrows, low = 0, high;
	const struct build_row *rows = builds_rows(b, &nrows);

	for (high = nrows; low < high;) {
		size_t mid = low + (high - low) / 2;

		if (text_cmp(rows[mid].dockerfile, dockerfile) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (*n = 0; low + *n < nrows && text_eq(rows[low + *n].dockerfile, dockerfile);)
		++*n;
	return *n ? rows + low : NULL;
}

/* Docker takes "dockerfile" where nobody names a file and there is no Dockerfile. */
static const struct build_row *rows_for(struct builds *b, struct text dockerfile, size_t *n)
{
	const struct build_row *rows = rows_named(b, dockerfile, n);
	struct arena scratch = { 0 };
	struct text usual;

	if (!*n && text_is(relpath_name(dockerfile), "dockerfile") &&
	    relpath_join(&scratch, relpath_dir(dockerfile), TEXT("Dockerfile"), &usual)) {
		rows = rows_named(b, usual, n);
		if (*n && !rows[0].default_name)
			*n = 0;
	}
	arena_release(&scratch);
	return rows;
}

/* ---- the context root ---- */

static void unknown(struct context_root *out, struct text because)
{
	out->folder = maybe_unknown();
	out->because = because;
}

static struct text file_line(struct arena *a, struct text file, size_t line)
{
	return ARENA_JOIN(a, file, TEXT(":"), arena_printf(a, "%zu", line));
}

static struct text place(struct arena *a, const struct build_row *row)
{
	return file_line(a, row->file, row->line);
}

static struct text disagreement(struct arena *a, const struct build_row *x, const struct build_row *y)
{
	return ARENA_JOIN(a, place(a, x), TEXT(" builds it in "), x->context.text, TEXT(", "), place(a, y),
			  TEXT(" in "), y->context.text);
}

/* True where the rows settle it, be it as unknown. */
static bool ask_rows(struct builds *b, struct text dockerfile, struct arena *a, struct context_root *out)
{
	size_t n;
	const struct build_row *rows = rows_for(b, dockerfile, &n), *first = NULL;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].context.state != KNOWN)
			continue;
		if (first && !maybe_eq(rows[i].context, first->context)) {
			unknown(out, disagreement(a, first, &rows[i]));
			return true;
		}
		first = first ? first : &rows[i];
	}
	if (!first)
		return false;
	out->folder = maybe_known(arena_text(a, first->context.text));
	out->because = place(a, first);
	return true;
}

/* The folders that may be the context, from the Dockerfile's own upwards, and what
 * is known of each. */
enum { MAX_CANDIDATES = RELPATH_DEPTH };

struct candidates {
	struct text folders[MAX_CANDIDATES];
	bool out[MAX_CANDIDATES], unsure[MAX_CANDIDATES];
	size_t n;
};

static void list_candidates(struct candidates *c, struct text folder, bool upwards)
{
	c->n = 0;
	for (;;) {
		c->out[c->n] = c->unsure[c->n] = false;
		c->folders[c->n++] = folder;
		if (!upwards || text_is(folder, ".") || c->n == MAX_CANDIDATES)
			return;
		folder = relpath_dir(folder);
	}
}

/* Takes out the candidates that do not have a source. A wildcard that matches
 * nowhere proves nothing: BuildKit lets it match nothing. */
static void ask_source(struct context *all, struct candidates *c, struct text source)
{
	struct context_match match[MAX_CANDIDATES];
	bool somewhere = false;

	for (size_t i = 0; i < c->n; i++) {
		match[i] = context_glob_in(all, c->folders[i], source);
		somewhere = somewhere || match[i].kind != CONTEXT_NONE || !match[i].wild;
	}
	for (size_t i = 0; somewhere && i < c->n; i++) {
		c->out[i] = c->out[i] || match[i].kind == CONTEXT_NONE;
		c->unsure[i] = c->unsure[i] || match[i].kind == CONTEXT_UNSURE;
	}
}

static void choose(const struct candidates *c, struct arena *a, struct context_root *out)
{
	size_t left = 0, nearest = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!c->out[i] && left++ == 0)
			nearest = i;
	}
	if (left == 0)
		unknown(out, TEXT("no folder has all sources of COPY and ADD"));
	else if (left > 1)
		unknown(out, ARENA_JOIN(a, TEXT("several folders have all sources of COPY and ADD: "),
					c->folders[nearest], TEXT(" and others above it")));
	else if (c->unsure[nearest])
		unknown(out, TEXT("not all sources of COPY and ADD can be looked up"));
	else {
		out->folder = maybe_known(arena_text(a, c->folders[nearest]));
		out->because = TEXT("the only folder with all sources");
	}
}

static void ask_sources(struct builds *b, struct text folder, const struct text *sources, size_t n,
			struct arena *a, struct context_root *out)
{
	struct candidates c;

	list_candidates(&c, folder, b->repository);
	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < n; i++)
		ask_source(b->all, &c, sources[i]);
	pthread_mutex_unlock(&b->lock);
	choose(&c, a, out);
}

void builds_context_root(struct builds *b, struct text dockerfile, const char *given,
			 const struct text *sources, size_t nsources, struct arena *a,
			 struct context_root *out)
{
	struct text path;

	*out = (struct context_root){ 0 };
	if (given) {
		out->folder = maybe_known(arena_text(a, text_of(given)));
		out->because = TEXT("--context");
		out->given = true;
	} else if (!relpath_join(a, TEXT("."), dockerfile, &path)) {
		unknown(out, TEXT("the Dockerfile lies outside of the repository"));
	} else if (ask_rows(b, path, a, out)) {
		return;
	} else if (nsources == 0) {
		out->folder = maybe_known(relpath_dir(path));
		out->because = TEXT("the Dockerfile's own folder; it copies nothing");
	} else {
		ask_sources(b, relpath_dir(path), sources, nsources, a, out);
	}
}

/* ---- stages that are built by name ---- */

static int by_text(const void *a, const void *b)
{
	return text_cmp(*(const struct text *)a, *(const struct text *)b);
}

static const struct build_row *rows_of(struct builds *b, struct text dockerfile, struct arena *a, size_t *n)
{
	struct text path;

	*n = 0;
	return relpath_join(a, TEXT("."), dockerfile, &path) ? rows_for(b, path, n) : NULL;
}

void builds_targets(struct builds *b, struct text dockerfile, struct arena *a, const struct text **names,
		    size_t *n, bool *unknown_too)
{
	size_t nrows, found = 0;
	const struct build_row *rows = rows_of(b, dockerfile, a, &nrows);
	struct text *out;

	*unknown_too = false;
	out = ARENA_ARRAY(a, nrows, struct text);
	for (size_t i = 0; i < nrows; i++) {
		*unknown_too = *unknown_too || rows[i].target.state == UNKNOWN;
		if (rows[i].target.state == KNOWN && rows[i].target.text.n)
			out[found++] = arena_text(a, rows[i].target.text);
	}
	if (found > 1)
		qsort(out, found, sizeof(*out), by_text);
	*n = 0;
	for (size_t i = 0; i < found; i++)
		if (*n == 0 || !text_eq(out[*n - 1], out[i]))
			out[(*n)++] = out[i];
	*names = out;
}

/* ---- named contexts ---- */

/* Unknown ones first, then by name and by place. */
static int by_name(const void *a, const void *b)
{
	const struct build_name *x = a, *y = b;
	bool known = x->name.state == KNOWN;
	int c = known - (y->name.state == KNOWN);

	c = c || !known ? c : text_cmp(x->name.text, y->name.text);
	c = c ? c : text_cmp(x->file, y->file);
	return c ? c : (x->line > y->line) - (x->line < y->line);
}

static struct build_name *gather_names(const struct build_row *rows, size_t nrows, struct arena *a, size_t *n)
{
	struct build_name *all = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < nrows; i++)
		for (size_t k = 0; k < rows[i].nnamed; k++) {
			all = arena_grow(a, all, *n, &cap, sizeof(*all));
			all[(*n)++] = rows[i].named[k];
		}
	if (*n > 1)
		qsort(all, *n, sizeof(*all), by_name);
	return all;
}

void builds_named_contexts(struct builds *b, struct text dockerfile, struct arena *a,
			   const struct named_context **named, size_t *n)
{
	size_t nrows, nall, found = 0;
	const struct build_row *rows = rows_of(b, dockerfile, a, &nrows);
	const struct build_name *all = gather_names(rows, nrows, a, &nall);
	struct named_context *out = ARENA_ARRAY(a, (nall < MAX_NAMED ? nall : MAX_NAMED) + 1, struct named_context);

	for (size_t i = 0; i < nall && found <= MAX_NAMED; i++) {
		struct maybe name = all[i].name;

		if (i && maybe_eq(name, all[i - 1].name))
			continue;
		if (name.state == KNOWN)
			name = found == MAX_NAMED ? maybe_unknown() : maybe_known(arena_text(a, name.text));
		out[found++] = (struct named_context){ name, file_line(a, all[i].file, all[i].line) };
	}
	*named = out;
	*n = found;
}

/* ---- how containers are started ---- */

void builds_starts(struct builds *b, struct text dockerfile, struct arena *a, const struct start_note **starts,
		   size_t *n)
{
	size_t nrows, all = 0;
	const struct build_row *rows = rows_of(b, dockerfile, a, &nrows);
	struct start_note *out;

	for (size_t i = 0; i < nrows; i++)
		all += rows[i].nstarts;
	out = ARENA_ARRAY(a, all, struct start_note);
	*n = 0;
	for (size_t i = 0; i < nrows; i++)
		for (size_t k = 0; k < rows[i].nstarts; k++) {
			out[*n] = rows[i].starts[k];
			out[(*n)++].target = rows[i].target;
		}
	*starts = out;
}
