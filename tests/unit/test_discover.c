/* SPDX-License-Identifier: Apache-2.0 */
#include "app/discover.h"
#include "app/git.h"
#include "base/buf.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static bool have_git;

/* The files found, then the skipped ones with an exclamation mark, one a line. */
static void list(const struct discover_result *r, bool skipped, struct buf *out)
{
	for (size_t i = 0; i < r->n; i++) {
		buf_add(out, r->paths[i]);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; skipped && i < r->n_skipped; i++) {
		buf_addc(out, '!');
		buf_add(out, r->skipped[i].path);
		buf_adds(out, ": ");
		buf_add(out, r->skipped[i].why);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\0');
}

static void expect(const char *path, const char *wanted)
{
	struct discover_result r;
	struct buf out = { 0 };
	struct error e;

	assert_int_equal(discover(path, &r, &e), 0);
	list(&r, true, &out);
	assert_string_equal(out.p, wanted);
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(strlen(r.paths[i].p), r.paths[i].n);
	buf_release(&out);
	discover_result_release(&r);
}

static void knows_the_names(void **state)
{
	(void)state;
	sh("touch Dockerfile dockerFILE.dev Dockerfile. app.Dockerfile app.dockerfile"
	   " Containerfile CONTAINERFILE.x .dockerfile");
	sh("touch Dockerfiles myDockerfile Dockerfile_dev Docker app.Containerfile x~"
	   " .Dockerfile.dfharden-1-0.tmp");
	sh("touch .dockerignore Dockerfile.dockerignore x.DockerIgnore dockerfile.DOCKERIGNORE Makefile README.md");
	expect(".", ".dockerfile\nCONTAINERFILE.x\nContainerfile\nDockerfile\nDockerfile.\napp.Dockerfile\n"
		    "app.dockerfile\ndockerFILE.dev\n");
}

static void names_what_it_skips(void **state)
{
	(void)state;
	sh("touch Dockerfile.j2 app.Dockerfile.TMPL Dockerfile.dev.in Containerfile.mustache Dockerfile~"
	   " Dockerfile.md .Dockerfile.swp notes.md x.j2 Dockerfile.dockerignore.j2");
	expect(".", "!.Dockerfile.swp: looks like a backup\n"
		    "!Containerfile.mustache: is a template; render it, then give the result\n"
		    "!Dockerfile.dev.in: is a template; render it, then give the result\n"
		    "!Dockerfile.dockerignore.j2: is a template; render it, then give the result\n"
		    "!Dockerfile.j2: is a template; render it, then give the result\n"
		    "!Dockerfile.md: looks like text about a Dockerfile\n"
		    "!Dockerfile~: looks like a backup\n"
		    "!app.Dockerfile.TMPL: is a template; render it, then give the result\n");
}

static void gives_paths_as_a_user_would(void **state)
{
	static const struct {
		const char *path, *wanted;
	} rows[] = {
		{ ".", "Dockerfile\na/Dockerfile\n" },   { "./", "Dockerfile\na/Dockerfile\n" },
		{ ".//.", "Dockerfile\na/Dockerfile\n" }, { "a", "a/Dockerfile\n" },
		{ "a/", "a/Dockerfile\n" },              { "./a//", "a/Dockerfile\n" },
		{ "a/.", "a/Dockerfile\n" },             { "a/../a", "a/../a/Dockerfile\n" },
		{ "to-a", "to-a/Dockerfile\n" },         { "b/..", "b/../Dockerfile\nb/../a/Dockerfile\n" },
	};
	char path[SANDBOX_MAX + 16], wanted[SANDBOX_MAX + 32];

	(void)state;
	sh("mkdir a b; touch Dockerfile a/Dockerfile; ln -s a to-a");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(rows[i].path, rows[i].wanted);
	snprintf(path, sizeof(path), "%s/a", sandbox_top());
	snprintf(wanted, sizeof(wanted), "%s/a/Dockerfile\n", sandbox_top());
	expect(path, wanted);
}

static void sorts_bytewise(void **state)
{
	(void)state;
	sh("mkdir a a.b B; touch a/Dockerfile a.b/Dockerfile B/Dockerfile a/Dockerfile.z Dockerfile");
	expect(".", "B/Dockerfile\nDockerfile\na.b/Dockerfile\na/Dockerfile\na/Dockerfile.z\n");
}

static void takes_regular_files_only(void **state)
{
	(void)state;
	sh("mkdir -p Dockerfile sub x.Dockerfile; touch sub/Dockerfile x.Dockerfile/Dockerfile;"
	   " mkfifo Dockerfile.fifo; ln -s sub/Dockerfile Dockerfile.link;"
	   " ln -s nowhere Dockerfile.broken; ln -s sub Dockerfile.dir;"
	   " ln -s . loop; ln -s sub also");
	expect(".", "Dockerfile.link\nsub/Dockerfile\nx.Dockerfile/Dockerfile\n"
		    "!Dockerfile.broken: is not a regular file\n"
		    "!Dockerfile.dir: is not a regular file\n"
		    "!Dockerfile.fifo: is not a regular file\n");
}

static void leaves_out_by_name_without_git(void **state)
{
	(void)state;
	sh("mkdir -p .git/x node_modules/x vendor a/node_modules a/vendor vendored; touch .git/x/Dockerfile"
	   " node_modules/x/Dockerfile vendor/Dockerfile a/node_modules/Dockerfile a/vendor/Dockerfile"
	   " vendored/Dockerfile a/Dockerfile .gitignore; echo vendored > .gitignore; rm -r .git/*");
	expect(".", "a/Dockerfile\nvendored/Dockerfile\n");
	expect("vendor", "vendor/Dockerfile\n");
}

static void goes_on_after_unreadable_folders(void **state)
{
	struct discover_result r;
	struct error e = { "" };

	(void)state;
	sh("mkdir a shut z; touch a/Dockerfile z/Dockerfile; chmod 0 shut");
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	expect(".", "a/Dockerfile\nz/Dockerfile\n!shut: cannot be searched: Permission denied\n");
	assert_true(discover("shut", &r, &e) < 0);
	assert_string_equal(e.message, "shut: cannot be searched: Permission denied");
	discover_result_release(&r);
	assert_true(discover("none", &r, &e) < 0);
	discover_result_release(&r);
}

/* Deeper than a path can be long: what is below is reported, not forgotten. */
static void bears_any_depth(void **state)
{
	struct discover_result r;
	struct error e;
	int up = open(".", O_RDONLY);

	(void)state;
	for (int i = 0; i < 3000; i++)
		if (mkdir("dd", 0755) < 0 || chdir("dd") < 0)
			fail();
	assert_int_equal(fchdir(up), 0);
	close(up);
	sh("touch Dockerfile dd/Dockerfile");
	assert_int_equal(discover(".", &r, &e), 0);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.n_skipped, 1);
	assert_non_null(strstr(r.skipped[0].why.p, "cannot be searched: "));
	discover_result_release(&r);
}

static void bears_many(void **state)
{
	struct discover_result r;
	struct error e;

	(void)state;
	sh("for i in $(seq 700); do mkdir d$i; : > d$i/Dockerfile; : > d$i/file; done");
	assert_int_equal(discover(".", &r, &e), 0);
	assert_int_equal(r.n, 700);
	discover_result_release(&r);
}

/* ---- git ---- */

static void need_git(void)
{
	if (!have_git)
		skip();
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_SYSTEM", "/dev/null", 1);
}

static void leaves_out_what_git_ignores(void **state)
{
	(void)state;
	need_git();
	sh("git init -q . && mkdir -p node_modules/x vendor/lib sub/out deep/er && touch node_modules/x/Dockerfile"
	   " vendor/Dockerfile vendor/lib/Dockerfile sub/Dockerfile sub/Dockerfile.local sub/out/Dockerfile"
	   " sub/Dockerfile.j2 deep/er/Dockerfile sub/Dockerfile.x.j2 'sub/new\nline.Dockerfile'"
	   " && printf 'node_modules/\\n/vendor/\\n*.local\\nout\\n*.x.j2\\n' > .gitignore"
	   " && git add -f vendor/Dockerfile");
	expect(".", "deep/er/Dockerfile\nsub/Dockerfile\nsub/new\nline.Dockerfile\nvendor/Dockerfile\n"
		    "!sub/Dockerfile.j2: is a template; render it, then give the result\n");
	expect("sub", "sub/Dockerfile\nsub/new\nline.Dockerfile\n"
		      "!sub/Dockerfile.j2: is a template; render it, then give the result\n");
	expect("vendor", "vendor/Dockerfile\n");
	/* Ignored as a whole, but asked for by name. */
	expect("sub/out", "sub/out/Dockerfile\n");
	expect("node_modules", "node_modules/x/Dockerfile\n");
}

static void keeps_what_git_does_not_ignore(void **state)
{
	(void)state;
	need_git();
	sh("git init -q . && mkdir vendor node_modules"
	   " && touch vendor/Dockerfile node_modules/Dockerfile .git/Dockerfile");
	expect(".", "node_modules/Dockerfile\nvendor/Dockerfile\n");
}

static void asks_each_work_tree_below(void **state)
{
	(void)state;
	need_git();
	sh("mkdir -p one/vendor two/sub plain/vendor && git init -q one && git init -q two && git init -q two/sub"
	   " && echo Dockerfile.a > one/.gitignore && echo Dockerfile.b > two/.gitignore"
	   " && echo Dockerfile.c > two/sub/.gitignore"
	   " && for d in one two two/sub plain; do touch $d/Dockerfile.a $d/Dockerfile.b $d/Dockerfile.c; done"
	   " && touch one/vendor/Dockerfile plain/vendor/Dockerfile");
	expect(".", "one/Dockerfile.b\none/Dockerfile.c\none/vendor/Dockerfile\n"
		    "plain/Dockerfile.a\nplain/Dockerfile.b\nplain/Dockerfile.c\n"
		    "two/Dockerfile.a\ntwo/Dockerfile.c\n"
		    "two/sub/Dockerfile.a\ntwo/sub/Dockerfile.b\n");
}

/* A git that is missing, fails, or is a trap: the rule for no git. */
static void does_without_git(void **state)
{
	char *path = strdup(getenv("PATH"));

	(void)state;
	need_git();
	sh("git init -q . && echo ignored > .gitignore && mkdir ignored vendor"
	   " && touch ignored/Dockerfile vendor/Dockerfile");
	expect(".", "vendor/Dockerfile\n");
	setenv("PATH", "/nowhere", 1);
	expect(".", "ignored/Dockerfile\n");
	setenv("PATH", path, 1);
	sh("echo '[broken' >> .git/config");
	expect(".", "ignored/Dockerfile\n");
	free(path);
}

static void is_not_led_astray(void **state)
{
	(void)state;
	need_git();
	sh("git init -q . && git init -q other && echo '*' > other/.gitignore && mkdir a && touch a/Dockerfile"
	   " && printf '#!/bin/sh\\ntouch fired\\n' > trap && chmod +x trap"
	   " && git config core.fsmonitor \"$PWD/trap\" && git config core.pager \"$PWD/trap\"");
	setenv("GIT_DIR", "other/.git", 1);
	setenv("GIT_WORK_TREE", "other", 1);
	setenv("GIT_INDEX_FILE", "nowhere", 1);
	expect(".", "a/Dockerfile\n");
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_INDEX_FILE");
	assert_true(access("fired", F_OK) < 0);
	assert_true(access(".git/index", F_OK) < 0);
}

static void runs_git(void **state)
{
	static const char *const version[] = { "--version", NULL }, *const nonsense[] = { "no-such-command", NULL };
	static const char *const hash[] = { "hash-object", "--stdin", NULL };
	struct buf out = { 0 };

	(void)state;
	need_git();
	assert_int_equal(git_run(".", version, &out), 0);
	assert_true(text_starts(buf_text(&out), TEXT("git version ")));
	assert_true(git_run(".", nonsense, &out) < 0);
	assert_true(git_run("none", version, &out) < 0);
	/* Its standard input is empty, and does not wait for ours. */
	assert_int_equal(git_run(".", hash, &out), 0);
	assert_true(out.n > 0);
	buf_release(&out);
}

static void finds_the_root(void **state)
{
	struct arena a = { 0 };

	(void)state;
	need_git();
	sh("mkdir -p 'repo/a\n/b' plain && git init -q repo && ln -s 'repo/a\n/b' link && mkdir -p fake/.git/x");
	assert_int_equal(chdir("repo"), 0);
	assert_true(text_is(git_root("a\n/b", &a), getcwd((char[4096]){ 0 }, 4096)));
	assert_int_equal(git_root("../plain", &a).n, 0);
	assert_int_equal(git_root("none", &a).n, 0);
	assert_true(git_root("../fake", &a).n > 0);
	assert_int_equal(git_root("/", &a).n, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SANDBOXED(knows_the_names),
		SANDBOXED(names_what_it_skips),
		SANDBOXED(gives_paths_as_a_user_would),
		SANDBOXED(sorts_bytewise),
		SANDBOXED(takes_regular_files_only),
		SANDBOXED(leaves_out_by_name_without_git),
		SANDBOXED(goes_on_after_unreadable_folders),
		SANDBOXED(bears_any_depth),
		SANDBOXED(bears_many),
		SANDBOXED(leaves_out_what_git_ignores),
		SANDBOXED(keeps_what_git_does_not_ignore),
		SANDBOXED(asks_each_work_tree_below),
		SANDBOXED(does_without_git),
		SANDBOXED(is_not_led_astray),
		SANDBOXED(runs_git),
		SANDBOXED(finds_the_root),
	};

	have_git = system("git --version >/dev/null 2>&1") == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
