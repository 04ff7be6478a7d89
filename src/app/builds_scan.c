/* SPDX-License-Identifier: Apache-2.0 */
#include "app/builds_scan.h"

#include "app/builds_claims.h"
#include "facts/glob.h"
#include "facts/relpath.h"

enum {
	MAX_FOLDERS = 4000,
	MAX_NAMES = 200 * 1000,
	MAX_DEPTH = 8,
	MAX_FILES = 1000,
	MAX_BYTES = 16 * 1024 * 1024,
	MAX_ROWS = 20 * 1000,
};

/* Which files are read, and how. Bake files in the order in which they are laid
 * one over the other: https://docs.docker.com/build/bake/overrides */
static const struct format {
	const char *pattern;
	void (*read)(struct claims *c, struct text bytes);
	bool workflow; /* only in the root's .github/workflows */
} formats[] = {
	{ "compose.y*ml", claims_read_compose, false },
	{ "compose[._\\-]*.y*ml", claims_read_compose, false },
	{ "docker-compose*.y*ml", claims_read_compose, false },
	{ "docker-bake.json", claims_read_bake_json, false },
	{ "docker-bake.hcl", claims_read_bake_hcl, false },
	{ "docker-bake.override.json", claims_read_bake_json, false },
	{ "docker-bake.override.hcl", claims_read_bake_hcl, false },
	{ "*.y*ml", claims_read_workflow, true },
};

enum { NFORMATS = sizeof(formats) / sizeof(formats[0]) };

/* Folders of other people's code, and of none. */
static const char *const skipped[] = {
	".git", "node_modules", "vendor", "third_party", "bower_components", ".venv", "venv", "site-packages",
};

struct folder {
	struct text path;
	size_t depth;
};

struct scan {
	struct context *all;
	struct arena *a;
	bool deep;
	struct folder *folders;
	size_t nfolders, folders_cap;
	size_t names, files, bytes;
	struct build_row *rows;
	size_t nrows, rows_cap;
};

static struct text join(struct arena *a, struct text folder, struct text name)
{
	return text_is(folder, ".") ? arena_text(a, name) : ARENA_JOIN(a, folder, TEXT("/"), name);
}

static bool is_skipped(struct text name)
{
	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
		if (text_is(name, skipped[i]))
			return true;
	return false;
}

static void add_folder(struct scan *s, struct text path, size_t depth)
{
	if (s->nfolders >= MAX_FOLDERS || depth > MAX_DEPTH)
		return;
	s->folders = arena_grow(s->a, s->folders, s->nfolders, &s->folders_cap, sizeof(*s->folders));
	s->folders[s->nfolders++] = (struct folder){ path, depth };
}

static void read_file(struct scan *s, struct claims *c, const struct format *format, struct text path)
{
	struct text bytes;
	bool cut = false;

	if (s->files >= MAX_FILES || s->bytes >= MAX_BYTES || c->n >= CLAIMS_OF_A_FILE)
		return;
	s->files++;
	if (context_read(s->all, path, 0, s->a, &bytes, &cut) != CONTEXT_FILE || cut)
		return;
	s->bytes += bytes.n;
	c->file = path;
	format->read(c, bytes);
}

/* A bake file is often run from the root though it lies elsewhere, and its paths
 * are relative to where it is run. */
static struct claim at_root(struct scan *s, struct claim k)
{
	struct build_row row;

	if (k.kind == CLAIM_BAKE && !text_is(k.folder, ".") && claim_row(s->a, &k, &row) &&
	    context_stat(s->all, row.dockerfile).answer == CONTEXT_MISSING)
		k.folder = TEXT(".");
	return k;
}

static void add_rows(struct scan *s, const struct claims *c)
{
	for (size_t i = 0; i < c->n && s->nrows < MAX_ROWS; i++) {
		struct claim k;

		if (claims_replaced(c, i))
			continue;
		k = at_root(s, claims_resolve(c, i));
		s->rows = arena_grow(s->a, s->rows, s->nrows, &s->rows_cap, sizeof(*s->rows));
		s->nrows += claim_row(s->a, &k, &s->rows[s->nrows]);
	}
}

/* All files of one format in a folder. */
static void read_format(struct scan *s, struct claims *c, const struct format *format,
			const struct context_entry *entries, size_t n)
{
	bool here = text_is(c->folder, ".github/workflows");

	if (format->workflow != here)
		return;
	for (size_t i = 0; i < n; i++)
		if ((entries[i].answer == CONTEXT_FILE || entries[i].link) &&
		    glob_match(text_of(format->pattern), entries[i].name))
			read_file(s, c, format, join(s->a, c->folder, entries[i].name));
}

/* The names that matter all hold one of these; most folders have none of them. */
static bool may_matter(struct text name)
{
	return text_ends(name, TEXT("ml")) || text_starts(name, TEXT("docker-bake."));
}

static void scan_folder(struct scan *s, struct folder folder)
{
	struct claims c = { .arena = s->a, .folder = folder.path };
	struct arena scratch = { 0 };
	const struct context_entry *entries;
	struct context_entry *matter;
	size_t n, nmatter = 0;

	context_list(s->all, folder.path, &scratch, &entries, &n);
	s->names += n;
	matter = ARENA_ARRAY(&scratch, n, struct context_entry);
	for (size_t i = 0; i < n; i++) {
		if (may_matter(entries[i].name))
			matter[nmatter++] = entries[i];
		if (s->deep && entries[i].answer == CONTEXT_DIR && !is_skipped(entries[i].name))
			add_folder(s, join(s->a, folder.path, entries[i].name), folder.depth + 1);
	}
	for (size_t i = 0; i < NFORMATS && nmatter; i++)
		read_format(s, &c, &formats[i], matter, nmatter);
	add_rows(s, &c);
	arena_release(&scratch);
}

void builds_scan(struct context *all, bool deep, struct arena *a, struct build_row **rows, size_t *n)
{
	struct scan s = { .all = all, .a = a, .deep = deep };

	add_folder(&s, TEXT("."), 0);
	for (size_t i = 0; i < s.nfolders && s.names < MAX_NAMES; i++)
		scan_folder(&s, s.folders[i]);
	*rows = s.rows;
	*n = s.nrows;
}
