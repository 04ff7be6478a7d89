/* SPDX-License-Identifier: Apache-2.0 */
/* For DT_DIR, which spares a stat() an entry where the system has it. */
#define _DEFAULT_SOURCE

#include "app/discover.h"

#include "app/git.h"
#include "base/file.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum name_kind { EXACT, PREFIX, SUFFIX };

static const struct {
	enum name_kind kind;
	struct text text;
} names[] = {
	{ EXACT, { "dockerfile", 10 } },      { PREFIX, { "dockerfile.", 11 } },
	{ SUFFIX, { ".dockerfile", 11 } },    { EXACT, { "containerfile", 13 } },
	{ PREFIX, { "containerfile.", 14 } },
};

#define TEMPLATE "is a template; render it, then give the result"
#define BACKUP "looks like a backup"
#define PROSE "looks like text about a Dockerfile"
#define PATCH "looks like a patch"

static const struct {
	const char *suffix, *why;
} not_ours[] = {
	{ ".j2", TEMPLATE },  { ".jinja", TEMPLATE }, { ".jinja2", TEMPLATE },   { ".tmpl", TEMPLATE },
	{ ".tpl", TEMPLATE }, { ".in", TEMPLATE },    { ".template", TEMPLATE }, { ".erb", TEMPLATE },
	{ ".ejs", TEMPLATE }, { ".hbs", TEMPLATE },   { ".mustache", TEMPLATE }, { ".m4", TEMPLATE },
	{ "~", BACKUP },      { ".bak", BACKUP },     { ".orig", BACKUP },       { ".old", BACKUP },
	{ ".swp", BACKUP },   { ".swo", BACKUP },     { ".tmp", BACKUP },        { ".rej", PATCH },
	{ ".diff", PATCH },   { ".patch", PATCH },    { ".md", PROSE },          { ".markdown", PROSE },
	{ ".rst", PROSE },    { ".adoc", PROSE },
};

/* What one work tree (or, without git, everything else) leaves out. Shared by the
 * folders that wait to be searched; the last one gives it back. */
struct rules {
	size_t users;
	bool git;
	size_t base;           /* bytes of a path before the part that git knows */
	struct buf output;
	struct text *ignored;  /* in output, sorted; folders end with a slash */
	size_t n, cap;
};

struct folder {
	char *prefix;          /* "" or ends with a slash */
	struct rules *rules;
};

/* Folders wait on a stack of our own, as paths: depth costs neither C stack nor
 * descriptors. */
struct walk {
	struct discover_result *result;
	struct folder *waiting;
	size_t n, cap;
	struct buf path;       /* scratch; the folder's prefix and an entry's name */
};

static bool has_name(struct text name)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		struct text t = names[i].text;

		if ((names[i].kind == EXACT && text_ieq(name, t)) ||
		    (names[i].kind == PREFIX && text_ieq(text_sub(name, 0, t.n), t)) ||
		    (names[i].kind == SUFFIX && text_iends(name, t)))
			return true;
	}
	return false;
}

/* True for a Dockerfile's name; *why is not NULL where it is to be skipped. */
static bool name_matches(struct text name, const char **why)
{
	*why = NULL;
	if (text_iends(name, TEXT(".dockerignore")))
		return false;
	for (size_t i = 0; i < COUNT(not_ours); i++) {
		struct text suffix = text_of(not_ours[i].suffix);

		if (!text_iends(name, suffix))
			continue;
		*why = not_ours[i].why;
		return has_name(text_sub(name, 0, name.n - suffix.n));
	}
	return has_name(name);
}

static int compare_texts(const void *a, const void *b)
{
	const struct text *x = a, *y = b;

	return text_cmp(*x, *y);
}

static int compare_skips(const void *a, const void *b)
{
	const struct discover_skip *x = a, *y = b;

	return text_cmp(x->path, y->path);
}

static void add_path(struct discover_result *r, struct text path)
{
	r->paths = arena_grow(&r->arena, r->paths, r->n, &r->cap, sizeof(*r->paths));
	r->paths[r->n++] = arena_text(&r->arena, path);
}

static void add_skip(struct discover_result *r, struct text path, const char *why)
{
	r->skipped = arena_grow(&r->arena, r->skipped, r->n_skipped, &r->cap_skipped, sizeof(*r->skipped));
	r->skipped[r->n_skipped++] = (struct discover_skip){
		arena_text(&r->arena, path),
		arena_text(&r->arena, text_of(why)),
	};
}

static void rules_drop(struct rules *rules)
{
	if (--rules->users > 0)
		return;
	buf_release(&rules->output);
	mem_free(rules->ignored);
	mem_free(rules);
}

/* False where git has no list for the folder, or ignores all of it. */
static bool ask_git(struct rules *rules, const char *dir)
{
	static const char *const args[] = { "ls-files",	 "-z", "--others", "--ignored", "--exclude-standard",
					    "--directory", NULL };
	struct text rest, part;
	bool more = true;

	if (git_run(dir, args, &rules->output) < 0)
		return false;
	rest = buf_text(&rules->output);
	while (text_cut(&rest, '\0', &part, &more)) {
		if (text_is(part, "./"))
			return false;
		mem_grow(&rules->ignored, &rules->cap, rules->n + 1, sizeof(*rules->ignored));
		rules->ignored[rules->n++] = part;
	}
	qsort(rules->ignored, rules->n, sizeof(*rules->ignored), compare_texts);
	return true;
}

static struct rules *rules_for(struct text prefix, bool in_git)
{
	struct rules *rules = mem_zalloc(sizeof(*rules));

	rules->base = prefix.n;
	rules->git = in_git && ask_git(rules, prefix.n ? prefix.p : ".");
	return rules;
}

static bool is_ignored(const struct rules *rules, struct text path)
{
	struct text key = text_from(path, rules->base);

	return rules->git && bsearch(&key, rules->ignored, rules->n, sizeof(key), compare_texts);
}

static bool is_left_out(const struct rules *rules, struct text folder_name)
{
	return text_is(folder_name, ".git") ||
	       (!rules->git && (text_is(folder_name, "node_modules") || text_is(folder_name, "vendor")));
}

/* The file type bits of an entry, 0 where it cannot be asked for. */
static mode_t entry_type(DIR *dir, const struct dirent *entry, bool follow)
{
	struct stat st;

#ifdef DT_DIR
	if (!follow && entry->d_type == DT_DIR)
		return S_IFDIR;
	if (!follow && entry->d_type == DT_REG)
		return S_IFREG;
#endif
	if (fstatat(dirfd(dir), entry->d_name, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return st.st_mode & S_IFMT;
}

static void push(struct walk *w, struct text prefix, struct rules *rules)
{
	mem_grow(&w->waiting, &w->cap, w->n + 1, sizeof(*w->waiting));
	w->waiting[w->n++] = (struct folder){ mem_strdup(prefix.n ? prefix.p : ""), rules };
	rules->users++;
}

/* w->path is the folder's path. */
static void visit_folder(struct walk *w, struct rules *rules, struct text name)
{
	buf_add(&w->path, TEXT("/\0"));
	w->path.n--;
	if (!is_left_out(rules, name) && !is_ignored(rules, buf_text(&w->path)))
		push(w, buf_text(&w->path), rules);
}

/* w->path is the path of something that is no folder. */
static void visit_file(struct walk *w, const struct rules *rules, struct text name, DIR *dir,
		       const struct dirent *entry)
{
	const char *why;

	if (!name_matches(name, &why) || is_ignored(rules, buf_text(&w->path)))
		return;
	if (!why && entry_type(dir, entry, true) != S_IFREG)
		why = "is not a regular file";
	if (why)
		add_skip(w->result, buf_text(&w->path), why);
	else
		add_path(w->result, buf_text(&w->path));
}

static void visit_entry(struct walk *w, const struct folder *f, DIR *dir, const struct dirent *entry)
{
	struct text name = text_of(entry->d_name);

	if (text_is(name, ".") || text_is(name, ".."))
		return;
	buf_clear(&w->path);
	buf_adds(&w->path, f->prefix);
	buf_add(&w->path, name);
	if (entry_type(dir, entry, false) == S_IFDIR)
		visit_folder(w, f->rules, name);
	else
		visit_file(w, f->rules, name, dir, entry);
}

/* 0 or an errno value. */
static int search_folder(struct walk *w, struct folder *f)
{
	DIR *dir = opendir(*f->prefix ? f->prefix : ".");
	struct dirent *entry;
	int err;

	if (!dir)
		return errno;
	if (f->rules->base != strlen(f->prefix) && faccessat(dirfd(dir), ".git", F_OK, 0) == 0) {
		rules_drop(f->rules);
		f->rules = rules_for(text_of(f->prefix), true);
		f->rules->users++;
	}
	while ((errno = 0, entry = readdir(dir)))
		visit_entry(w, f, dir, entry);
	err = errno;
	closedir(dir);
	return err;
}

static void search_all(struct walk *w)
{
	while (w->n > 0) {
		struct folder f = w->waiting[--w->n];
		int err = search_folder(w, &f);
		struct text path = text_of(f.prefix);

		if (err) {
			struct text why = arena_printf(&w->result->arena, "cannot be searched: %s", strerror(err));

			add_skip(w->result, path.n ? text_sub(path, 0, path.n - 1) : TEXT("."), why.p);
		}
		mem_free(f.prefix);
		rules_drop(f.rules);
	}
}

/* "a//" -> "a/", "./a" -> "a/", "." -> "", "/" -> "/" */
static struct text prefix_of(const char *path, struct arena *a)
{
	struct text t = text_of(path);

	while (text_starts(t, TEXT("./"))) {
		t = text_from(t, 2);
		while (text_starts(t, TEXT("/")))
			t = text_from(t, 1);
	}
	while (text_ends(t, TEXT("/")) || text_ends(t, TEXT("/.")))
		t.n -= text_ends(t, TEXT("/")) ? 1 : 2;
	if (text_is(t, ".") || (t.n == 0 && *path != '/'))
		return arena_text(a, TEXT_NONE);
	return ARENA_JOIN(a, t, TEXT("/"));
}

static int check_start(const char *path, struct error *e)
{
	DIR *dir = opendir(path);

	if (!dir)
		return file_errno(e, errno, path, "cannot be searched");
	closedir(dir);
	return 0;
}

int discover(const char *path, struct discover_result *r, struct error *e)
{
	struct walk w = { .result = r };
	struct arena scratch = { 0 };
	struct text prefix;

	*r = (struct discover_result){ 0 };
	if (check_start(path, e) < 0)
		return -1;
	prefix = prefix_of(path, &scratch);
	push(&w, prefix, rules_for(prefix, git_root(path, &scratch).n > 0));
	search_all(&w);
	if (r->n)
		qsort(r->paths, r->n, sizeof(*r->paths), compare_texts);
	if (r->n_skipped)
		qsort(r->skipped, r->n_skipped, sizeof(*r->skipped), compare_skips);
	mem_free(w.waiting);
	buf_release(&w.path);
	arena_release(&scratch);
	return 0;
}

void discover_result_release(struct discover_result *r)
{
	arena_release(&r->arena);
	*r = (struct discover_result){ 0 };
}
