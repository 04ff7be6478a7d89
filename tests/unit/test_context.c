/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context.h"
#include "facts/dockerignore.h"
#include "facts/glob.h"
#include "facts/relpath.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- paths and wildcards ---- */

static void relpath_cases(void **state)
{
	static const struct {
		const char *base, *rel, *join, *below; /* NULL: refused */
	} cases[] = {
		{ ".", "", ".", "." },         { ".", "./a//b/", "a/b", "a/b" }, { "a", "../b", "b", "a/b" },
		{ "a/b", "..", "a", "a/b" },   { ".", "..", NULL, "." },         { "a", "../..", NULL, "a" },
		{ ".", "/etc", NULL, "etc" },  { "a", "x/../y", "a/y", "a/y" },  { "a", ".", "a", "a" },
		{ "a", "b/../../c", "c", "a/c" },
	};
	struct arena a = { 0 };
	struct text out;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool ok = relpath_join(&a, text_of(cases[i].base), text_of(cases[i].rel), &out);

		assert_int_equal(ok, cases[i].join != NULL);
		if (ok)
			assert_text(out, cases[i].join);
		assert_true(relpath_below(&a, text_of(cases[i].base), text_of(cases[i].rel), &out));
		assert_text(out, cases[i].below);
	}
	assert_false(relpath_join(&a, TEXT("."), TEXT("a\0b"), &out));
	assert_true(relpath_within(TEXT("a"), TEXT("a/b")));
	assert_false(relpath_within(TEXT("a"), TEXT("ab")));
	arena_release(&a);
}

static void glob_cases(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool match;
	} cases[] = {
		{ "abc", "abc", true },      { "*", "abc", true },        { "*", "", true },
		{ "*c", "abc", true },       { "a*", "a", true },         { "a*c", "abcbc", true },
		{ "a*b?c", "axbbxc", true }, { "a*b?c", "abc", false },   { "ab[c]", "abc", true },
		{ "ab[b-d]", "abc", true },  { "ab[^b-d]", "abc", false }, { "ab[e-g]", "abc", false },
		{ "a\\*b", "a*b", true },    { "a\\*b", "ab", false },    { "a?b", "a\xE2\x98\xBA" "b", true },
		{ "a???b", "a\xE2\x98\xBA" "b", false }, { "[\\]a]", "]", true }, { "[\\-x]", "-", true },
		{ "a[^a]b", "a\xE2\x98\xBA" "b", true }, { "*.jar", "x.jar.orig", false }, { "", "", true },
		{ "[[]0].txt", "[0].txt", true }, { "?", "", false },
	};
	static const char *const bad[] = { "[]a]", "[-]", "[x-]", "[-x]", "[", "[^", "[^bc",
					   "a[", "a[]", "\\", "[a-b-c]" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(glob_valid(text_of(cases[i].pattern)));
		if (glob_match(text_of(cases[i].pattern), text_of(cases[i].name)) != cases[i].match)
			fail_msg("%s on %s", cases[i].pattern, cases[i].name);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (glob_valid(text_of(bad[i])))
			fail_msg("%s should be refused", bad[i]);
}

/* ---- .dockerignore ---- */

static void ignore_cases(void **state)
{
	static const struct {
		const char *rules, *path;
		enum ignored want;
	} cases[] = {
		{ "", "a", IGNORED_NO },
		{ "a", "a", IGNORED_YES },
		{ "a", "a/b/c", IGNORED_YES },
		{ "a", "b/a", IGNORED_NO },
		{ "/a", "a/b", IGNORED_YES },
		{ "a/", "a", IGNORED_YES },
		{ "  a \t\r\n", "a", IGNORED_YES },
		{ "#a\n #b\n", "#b", IGNORED_YES },
		{ "#a", "#a", IGNORED_NO },
		{ "\xEF\xBB\xBF" "a", "a", IGNORED_YES },
		{ "./a/../b", "b", IGNORED_YES },
		{ "../a", "a", IGNORED_NO },
		{ ".", "a", IGNORED_NO },
		{ "/", "a", IGNORED_NO },
		{ "*", "a/b", IGNORED_YES },
		{ "*", ".", IGNORED_NO },
		{ "*.md", "a.md", IGNORED_YES },
		{ "*.md", "d/a.md", IGNORED_NO },
		{ "**/*.md", "a.md", IGNORED_YES },
		{ "**/*.md", "x/y/a.md", IGNORED_YES },
		{ "**", "x/y", IGNORED_YES },
		{ "a/**", "a", IGNORED_NO },
		{ "a/**", "a/b/c", IGNORED_YES },
		{ "**/a", "x/a/y", IGNORED_YES },
		{ "**/a", "xa", IGNORED_NO },
		{ "**a", "xa", IGNORED_YES },
		{ "**a*", "xa", IGNORED_NO },
		{ "a/**/b", "a/b", IGNORED_YES },
		{ "a/**/b", "a/x/y/b", IGNORED_YES },
		{ "a/**/b", "axb", IGNORED_NO },
		{ "a**b", "a/x/b", IGNORED_YES },
		{ "a?c", "a/c", IGNORED_NO },
		{ "a[x-z]", "ay", IGNORED_YES },
		{ "a\\?", "a?", IGNORED_YES },
		{ "a\\?", "ab", IGNORED_NO },
		{ "src\\bin", "srcbin", IGNORED_NO },
		{ "a.b", "axb", IGNORED_NO },
		{ "*\n!b", "b/c", IGNORED_NO },
		{ "*\n!b", "a/c", IGNORED_YES },
		{ "*\n!b/c\n", "b/c", IGNORED_NO },
		{ "*\n!b/c\n", "b/d", IGNORED_YES },
		{ "!b\n*", "b", IGNORED_YES },
		{ "*\n ! /b", "b", IGNORED_NO },
		{ "d\n!d/keep\nd*", "d/keep", IGNORED_NO },
		{ "a\n!a\na", "a/b", IGNORED_YES },
		{ "[", "a", IGNORED_UNKNOWN },
		{ "!", "a", IGNORED_UNKNOWN },
		{ "a\\", "b", IGNORED_UNKNOWN },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct dockerignore ig;

		dockerignore_read(&a, text_of(cases[i].rules), &ig);
		if (dockerignore_match(&ig, text_of(cases[i].path)) != cases[i].want)
			fail_msg("case %zu: \"%s\" on %s", i, cases[i].rules, cases[i].path);
	}
	arena_release(&a);
}

static void ignore_is_bounded(void **state)
{
	char pattern[400], path[4000];
	struct dockerignore ig;
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(pattern); i += 3)
		memcpy(pattern + i, "**a", 4);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	dockerignore_read(&a, text_of(pattern), &ig);
	assert_int_equal(dockerignore_match(&ig, text_of(path)), IGNORED_NO);
	assert_true(ig.work < 10 * 1000 * 1000);
	arena_release(&a);
}

/* ---- in memory ---- */

#define FILE_OF(path, bytes) { { path, sizeof(path) - 1 }, { bytes, sizeof(bytes) - 1 }, 0, { NULL, 0 } }
#define LINK_TO(path, target) { { path, sizeof(path) - 1 }, { NULL, 0 }, 0, { target, sizeof(target) - 1 } }

static const struct context_file files[] = {
	FILE_OF("Dockerfile", "FROM scratch\n"),
	FILE_OF(".dockerignore", "*.md\nbuild\n!build/keep\nDockerfile\n.dockerignore\nlink-out-*\n"),
	FILE_OF("app/main.c", "int main;"),
	FILE_OF("app/lib/a.c", "a"),
	FILE_OF("app/lib/b.c", "bb"),
	FILE_OF("build/keep/x", "x"),
	FILE_OF("build/drop/y", "y"),
	FILE_OF("README.md", "read me"),
	FILE_OF("run.sh", "#!/bin/sh\n"),
	FILE_OF("empty/", ""),
	LINK_TO("lib", "app/lib"),
	LINK_TO("app/up", "../run.sh"),
	LINK_TO("out", "../etc/passwd"),
	LINK_TO("abs", "/etc/passwd"),
	LINK_TO("dangling", "nowhere"),
	LINK_TO("loop1", "loop2"),
	LINK_TO("loop2", "loop1"),
	LINK_TO("to-readme", "README.md"),
	FILE_OF("own/Dockerfile", ""),
	FILE_OF("own/Dockerfile.dockerignore", "app"),
};

struct memory {
	struct context_tree *tree;
	struct context *c, *all;
	struct arena a;
};

static int open_memory(void **state)
{
	struct memory *m = calloc(1, sizeof(*m));

	m->tree = context_tree_open_memory(files, COUNT(files));
	m->c = context_open(m->tree, TEXT("Dockerfile"));
	m->all = context_open_all(m->tree);
	*state = m;
	return 0;
}

static int close_memory(void **state)
{
	struct memory *m = *state;

	context_close(m->c);
	context_close(m->all);
	context_tree_close(m->tree);
	arena_release(&m->a);
	free(m);
	return 0;
}

static void stat_answers(void **state)
{
	static const struct {
		const char *path;
		enum context_answer all, sent;
	} cases[] = {
		{ "", CONTEXT_DIR, CONTEXT_DIR },
		{ ".", CONTEXT_DIR, CONTEXT_DIR },
		{ "../..", CONTEXT_DIR, CONTEXT_DIR },
		{ "/run.sh", CONTEXT_FILE, CONTEXT_FILE },
		{ "app/../run.sh", CONTEXT_FILE, CONTEXT_FILE },
		{ "app", CONTEXT_DIR, CONTEXT_DIR },
		{ "app/lib/", CONTEXT_DIR, CONTEXT_DIR },
		{ "empty", CONTEXT_DIR, CONTEXT_DIR },
		{ "none", CONTEXT_MISSING, CONTEXT_MISSING },
		{ "run.sh/x", CONTEXT_MISSING, CONTEXT_MISSING },
		{ "lib/a.c", CONTEXT_FILE, CONTEXT_FILE },
		{ "app/up", CONTEXT_FILE, CONTEXT_FILE },
		{ "out", CONTEXT_LINK_OUT, CONTEXT_LINK_OUT },
		{ "abs", CONTEXT_LINK_OUT, CONTEXT_LINK_OUT },
		{ "dangling", CONTEXT_MISSING, CONTEXT_MISSING },
		{ "loop1", CONTEXT_OTHER, CONTEXT_OTHER },
		{ "README.md", CONTEXT_FILE, CONTEXT_MISSING },
		{ "to-readme", CONTEXT_FILE, CONTEXT_MISSING },
		{ "build/drop/y", CONTEXT_FILE, CONTEXT_MISSING },
		{ "build/drop", CONTEXT_DIR, CONTEXT_MISSING },
		{ "build/keep", CONTEXT_DIR, CONTEXT_DIR },
		{ "build", CONTEXT_DIR, CONTEXT_DIR },
		{ "Dockerfile", CONTEXT_FILE, CONTEXT_FILE },
		{ ".dockerignore", CONTEXT_FILE, CONTEXT_FILE },
	};
	struct memory *m = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text path = text_of(cases[i].path);

		enum context_answer all = context_stat(m->all, path).answer;
		enum context_answer sent = context_stat(m->c, path).answer;

		if (all != cases[i].all || sent != cases[i].sent)
			fail_msg("%s: %d %d", cases[i].path, all, sent);
		assert_int_equal(context_stat(NULL, path).answer, CONTEXT_UNKNOWN);
	}
}

static void stat_details(void **state)
{
	struct memory *m = *state;
	struct context_info info = context_stat(m->c, TEXT("app/up"));

	assert_true(info.link);
	assert_text(info.target, "run.sh");
	assert_int_equal(info.size, 10);
	assert_int_equal(info.mode, 0644);
	assert_true(context_stat(m->c, TEXT("lib")).link);
	assert_text(context_stat(m->c, TEXT("lib")).target, "app/lib");
	assert_false(context_stat(m->c, TEXT("lib/a.c")).link);
	assert_true(context_stat(m->c, TEXT("dangling")).link);
	assert_true(context_stat(m->c, TEXT("out")).link);
}

static void list_and_read(void **state)
{
	struct memory *m = *state;
	const struct context_entry *e;
	struct text bytes;
	size_t n;
	bool cut;

	assert_int_equal(context_list(m->c, TEXT("build"), &m->a, &e, &n), CONTEXT_DIR);
	assert_int_equal(n, 1);
	assert_text(e[0].name, "keep");
	assert_int_equal(context_list(m->all, TEXT("/app"), &m->a, &e, &n), CONTEXT_DIR);
	assert_int_equal(n, 3);
	assert_text(e[0].name, "lib");
	assert_int_equal(e[0].answer, CONTEXT_DIR);
	assert_true(e[2].link);
	assert_int_equal(context_list(m->c, TEXT("run.sh"), &m->a, &e, &n), CONTEXT_FILE);
	assert_int_equal(context_read(m->c, TEXT("app/up"), 4, &m->a, &bytes, &cut), CONTEXT_FILE);
	assert_text(bytes, "#!/b");
	assert_true(cut);
	assert_int_equal(context_read(m->c, TEXT("app/main.c"), 0, &m->a, &bytes, &cut), CONTEXT_FILE);
	assert_text(bytes, "int main;");
	assert_false(cut);
	assert_int_equal(context_read(m->c, TEXT("README.md"), 0, &m->a, &bytes, &cut), CONTEXT_MISSING);
	assert_int_equal(context_read(NULL, TEXT("x"), 0, &m->a, &bytes, &cut), CONTEXT_UNKNOWN);
}

static void glob_answers(void **state)
{
	static const struct {
		const char *pattern;
		enum context_kind kind;
		size_t count;
		bool wild;
	} cases[] = {
		{ ".", CONTEXT_DIRS, 1, false },        { "./", CONTEXT_DIRS, 1, false },
		{ "/", CONTEXT_DIRS, 1, false },        { "run.sh", CONTEXT_FILES, 1, false },
		{ "../run.sh", CONTEXT_FILES, 1, false }, { "app/lib/*.c", CONTEXT_FILES, 2, true },
		{ "lib/*.c", CONTEXT_FILES, 2, true },  { "l*/*.c", CONTEXT_NONE, 0, true },
		{ "*/lib", CONTEXT_DIRS, 1, true },     { "*/*/[ab].c", CONTEXT_FILES, 2, true },
		{ "r*", CONTEXT_FILES, 1, true },       { "app/*", CONTEXT_MIXED, 3, true },
		{ "*.md", CONTEXT_NONE, 0, true },      { "README.md", CONTEXT_NONE, 0, false },
		{ "Dockerfile", CONTEXT_NONE, 0, false }, { "nothing", CONTEXT_NONE, 0, false },
		{ "out", CONTEXT_UNSURE, 1, false },    { "[", CONTEXT_UNSURE, 0, true },
		{ "dangling", CONTEXT_UNSURE, 0, false }, { "run\\.sh", CONTEXT_FILES, 1, false },
		{ "build/*/?", CONTEXT_FILES, 1, true }, { "empty/", CONTEXT_DIRS, 1, false },
	};
	struct memory *m = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct context_match got = context_glob(m->c, text_of(cases[i].pattern));

		if (got.kind != cases[i].kind || got.count != cases[i].count || got.wild != cases[i].wild)
			fail_msg("%s: kind %d count %zu", cases[i].pattern, got.kind, got.count);
	}
	assert_int_equal(context_glob_in(m->c, TEXT("app"), TEXT("../lib/a.c")).kind, CONTEXT_FILES);
	assert_int_equal(context_glob_in(m->c, TEXT("app"), TEXT("run.sh")).kind, CONTEXT_NONE);
	assert_int_equal(context_glob(NULL, TEXT("x")).kind, CONTEXT_UNSURE);
}

static void ignore_files(void **state)
{
	struct memory *m = *state;
	struct context *own = context_open(m->tree, TEXT("own/Dockerfile"));
	struct context *given = context_open(m->tree, TEXT_NONE);
	struct context *bad = context_open(m->tree, TEXT_NONE);

	assert_int_equal(context_ignore(NULL).answer, CONTEXT_UNKNOWN);
	assert_int_equal(context_ignore(m->all).answer, CONTEXT_MISSING);
	assert_text(context_ignore(m->c).path, ".dockerignore");
	assert_text(context_ignore(own).path, "own/Dockerfile.dockerignore");
	assert_int_equal(context_stat(own, TEXT("app/main.c")).answer, CONTEXT_MISSING);
	assert_int_equal(context_stat(own, TEXT("README.md")).answer, CONTEXT_FILE);
	context_use_ignore(given, TEXT("run.sh"));
	assert_int_equal(context_stat(given, TEXT("run.sh")).answer, CONTEXT_MISSING);
	assert_int_equal(context_stat(given, TEXT("README.md")).answer, CONTEXT_FILE);
	context_use_ignore(bad, TEXT("a\n[\n"));
	assert_int_equal(context_ignore(bad).bad_line, 2);
	assert_int_equal(context_stat(bad, TEXT("run.sh")).answer, CONTEXT_UNKNOWN);
	assert_int_equal(context_stat(bad, TEXT("none")).answer, CONTEXT_MISSING);
	context_close(own);
	context_close(given);
	context_close(bad);
}

static void wild_exceptions_are_searched(void **state)
{
	static const struct context_file f[] = {
		FILE_OF(".dockerignore", "*\n!**/go.mod\n"), FILE_OF("a/b/go.mod", ""), FILE_OF("c/d/x", "") };
	struct context_tree *t = context_tree_open_memory(f, COUNT(f));
	struct context *c = context_open(t, TEXT("Dockerfile"));

	(void)state;
	assert_int_equal(context_stat(c, TEXT("a")).answer, CONTEXT_DIR);
	assert_int_equal(context_stat(c, TEXT("c")).answer, CONTEXT_MISSING);
	assert_int_equal(context_glob(c, TEXT("a/b/*")).count, 1);
	context_close(c);
	context_tree_close(t);
}

/* ---- archives ---- */

static void archives(void **state)
{
	static char tar[512];
	static const struct context_file made[] = {
		{ { "plain", 5 }, { tar, sizeof(tar) }, 0, { NULL, 0 } },
		{ { "short.tar", 9 }, { tar, sizeof(tar) - 1 }, 0, { NULL, 0 } },
		FILE_OF("a.tar.gz", "\x1F\x8B\x08" "rest"), FILE_OF("dump.gz", "\x1F\x8B\x08" "rest"),
		FILE_OF("a.tgz", "no archive"), FILE_OF("a.txz", "\xFD" "7zXZ\0"), FILE_OF("d/x", ""),
		FILE_OF("a.tar.zst", "\x28\xB5\x2F\xFD"), FILE_OF("a.tbz2", "BZh9"), LINK_TO("gone", "../x"),
	};
	static const struct {
		const char *path;
		enum context_archive want;
	} cases[] = {
		{ "plain", CONTEXT_ARCHIVE_YES },      { "short.tar", CONTEXT_ARCHIVE_NO },
		{ "a.tar.gz", CONTEXT_ARCHIVE_YES },   { "dump.gz", CONTEXT_ARCHIVE_UNKNOWN },
		{ "a.tgz", CONTEXT_ARCHIVE_NO },       { "a.txz", CONTEXT_ARCHIVE_YES },
		{ "d", CONTEXT_ARCHIVE_NO },           { "d/x", CONTEXT_ARCHIVE_NO },
		{ "a.tar.zst", CONTEXT_ARCHIVE_YES },  { "a.tbz2", CONTEXT_ARCHIVE_YES },
		{ "gone", CONTEXT_ARCHIVE_UNKNOWN },   { "none", CONTEXT_ARCHIVE_NO },
	};
	struct context_tree *t;
	struct context *c;
	unsigned sum = 0;

	(void)state;
	memset(tar, 0, sizeof(tar));
	memcpy(tar, "file", 4);
	memcpy(tar + 257, "ustar", 6);
	memset(tar + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(tar); i++)
		sum += (unsigned char)tar[i];
	snprintf(tar + 148, 8, "%06o", sum);
	t = context_tree_open_memory(made, COUNT(made));
	c = context_open_all(t);
	for (size_t i = 0; i < COUNT(cases); i++)
		if (context_archive(c, text_of(cases[i].path)) != cases[i].want)
			fail_msg("%s: %d", cases[i].path, context_archive(c, text_of(cases[i].path)));
	assert_int_equal(context_archive(NULL, TEXT("x")), CONTEXT_ARCHIVE_UNKNOWN);
	context_close(c);
	context_tree_close(t);
}

/* ---- on disk ---- */

static void folder_on_disk(void **state)
{
	char path[SANDBOX_MAX + 8];
	struct context_tree *t = context_tree_open_folder(sandbox_top());
	struct context *c;
	struct arena a = { 0 };
	struct text bytes;
	const struct context_entry *e;
	size_t n;

	(void)state;
	put("secret", TEXT("s"));
	put("ctx/d/f", TEXT("hello"));
	assert_int_equal(symlink("d/f", "ctx/in") | symlink("../secret", "ctx/out") | symlink("..", "ctx/dout"), 0);
	assert_int_equal(mkfifo("ctx/pipe", 0644), 0);
	assert_int_equal(chdir("/"), 0); /* folders are found by their paths alone */
	context_tree_close(t);

	snprintf(path, sizeof(path), "%s/ctx", sandbox_top());
	t = context_tree_open_folder(path);
	c = context_open(t, TEXT("Dockerfile"));
	assert_int_equal(context_stat(c, TEXT("d")).answer, CONTEXT_DIR);
	assert_int_equal(context_stat(c, TEXT("d/f")).size, 5);
	assert_text(context_stat(c, TEXT("in")).target, "d/f");
	assert_int_equal(context_read(c, TEXT("in"), 0, &a, &bytes, NULL), CONTEXT_FILE);
	assert_text(bytes, "hello");
	assert_int_equal(context_stat(c, TEXT("out")).answer, CONTEXT_LINK_OUT);
	assert_int_equal(context_stat(c, TEXT("dout/secret")).answer, CONTEXT_LINK_OUT);
	assert_int_equal(context_read(c, TEXT("out"), 0, &a, &bytes, NULL), CONTEXT_LINK_OUT);
	assert_int_equal(context_read(c, TEXT("pipe"), 0, &a, &bytes, NULL), CONTEXT_OTHER);
	assert_int_equal(context_list(c, TEXT("."), &a, &e, &n), CONTEXT_DIR);
	assert_int_equal(n, 5);
	assert_int_equal(context_glob(c, TEXT("d*/f")).count, 1);
	context_close(c);
	context_tree_close(t);
	arena_release(&a);
}

static void folder_that_is_none(void **state)
{
	struct context_tree *t = context_tree_open_folder("/nonexistent/folder");
	struct context *c = context_open(t, TEXT("Dockerfile"));

	(void)state;
	assert_int_equal(context_stat(c, TEXT("x")).answer, CONTEXT_UNKNOWN);
	assert_int_equal(context_stat(c, TEXT(".")).answer, CONTEXT_UNKNOWN);
	assert_int_equal(context_glob(c, TEXT("*")).kind, CONTEXT_UNSURE);
	assert_int_equal(context_ignore(c).answer, CONTEXT_UNKNOWN);
	context_close(c);
	context_tree_close(t);
}

static void many_listings_are_dropped(void **state)
{
	enum { FOLDERS = 8500 }; /* more than a tree keeps */
	struct context_file *f = calloc(FOLDERS, sizeof(*f));
	char *names = malloc(FOLDERS * 16);
	struct context_tree *t;
	struct context *c;

	(void)state;
	for (size_t i = 0; i < FOLDERS; i++) {
		int n = snprintf(names + 16 * i, 16, "d%zu/f", i);

		f[i].path = (struct text){ names + 16 * i, (size_t)n };
		f[i].bytes = TEXT("x");
	}
	t = context_tree_open_memory(f, FOLDERS);
	c = context_open_all(t);
	for (size_t i = 0; i < FOLDERS; i++)
		assert_int_equal(context_stat(c, f[i].path).answer, CONTEXT_FILE);
	assert_int_equal(context_stat(c, f[0].path).answer, CONTEXT_FILE);
	context_close(c);
	context_tree_close(t);
	free(f);
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relpath_cases),
		cmocka_unit_test(glob_cases),
		cmocka_unit_test(ignore_cases),
		cmocka_unit_test(ignore_is_bounded),
		cmocka_unit_test_setup_teardown(stat_answers, open_memory, close_memory),
		cmocka_unit_test_setup_teardown(stat_details, open_memory, close_memory),
		cmocka_unit_test_setup_teardown(list_and_read, open_memory, close_memory),
		cmocka_unit_test_setup_teardown(glob_answers, open_memory, close_memory),
		cmocka_unit_test_setup_teardown(ignore_files, open_memory, close_memory),
		cmocka_unit_test(wild_exceptions_are_searched),
		cmocka_unit_test(archives),
		SANDBOXED(folder_on_disk),
		cmocka_unit_test(folder_that_is_none),
		cmocka_unit_test(many_listings_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
