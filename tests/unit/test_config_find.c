/* SPDX-License-Identifier: Apache-2.0 */
/* Which configuration file is in force for a Dockerfile. */
#include "app/config.h"
#include "base/buf.h"
#include "base/file.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The path of the configuration for a Dockerfile, "" where there is none. */
static void finds(struct configs *cs, const char *dockerfile, const char *wanted)
{
	const struct config *c;
	struct error e;

	if (configs_for(cs, dockerfile, &c, &e) < 0)
		fail_msg("%s: %s", dockerfile, e.message);
	if (!text_is(c ? c->path : TEXT_NONE, wanted))
		fail_msg("%s: found \"%.*s\", not \"%s\"", dockerfile, TEXT_FMT(c ? c->path : TEXT_NONE),
			 wanted);
}

static void nearest_in_a_repository(void **state)
{
	char absolute[SANDBOX_MAX + 32];
	struct configs *cs = configs_open(NULL);

	(void)state;
	sh("mkdir -p repo/.git repo/a/b/c repo/x/y repo/inner/.git repo/inner/d");
	sh("echo 'level: strict' >.dfharden.yaml; echo 'level: safe' >repo/.dfharden.yaml; "
	   "echo 'style: true' >repo/a/b/.dfharden.yaml");
	finds(cs, "repo/a/b/c/Dockerfile", "repo/a/b/.dfharden.yaml");
	finds(cs, "repo/a/b/Dockerfile", "repo/a/b/.dfharden.yaml");
	finds(cs, "./repo/a/Dockerfile", "repo/.dfharden.yaml");
	finds(cs, "repo/x/y/Dockerfile", "repo/.dfharden.yaml");
	finds(cs, "repo//x/../x/y/Dockerfile", "repo/.dfharden.yaml");
	finds(cs, "repo/Dockerfile", "repo/.dfharden.yaml");
	finds(cs, "repo/inner/d/Dockerfile", ""); /* a repository of its own */
	finds(cs, "repo/not/there/Dockerfile", "repo/.dfharden.yaml");
	finds(cs, "Dockerfile", ".dfharden.yaml");
	snprintf(absolute, sizeof(absolute), "%s/repo/x/Dockerfile", sandbox_top());
	finds(cs, absolute, "repo/.dfharden.yaml");
	configs_close(cs);

	/* From within, the root lies above the working directory. */
	cs = configs_open(NULL);
	assert_int_equal(chdir("repo/x"), 0);
	snprintf(absolute, sizeof(absolute), "%s/repo/.dfharden.yaml", sandbox_top());
	finds(cs, "y/Dockerfile", absolute);
	finds(cs, "Dockerfile", absolute);
	assert_int_equal(chdir(sandbox_top()), 0);
	configs_close(cs);
}

static void nearest_without_a_repository(void **state)
{
	struct configs *cs = configs_open(NULL);

	(void)state;
	sh("mkdir -p a/b; echo 'level: safe' >.dfharden.yaml");
	finds(cs, "a/b/Dockerfile", ".dfharden.yaml");
	configs_close(cs);

	cs = configs_open(NULL);
	assert_int_equal(chdir("a"), 0);
	finds(cs, "b/Dockerfile", "");
	assert_int_equal(chdir(sandbox_top()), 0);
	configs_close(cs);
}

static void outside_of_the_working_folder(void **state)
{
	char wanted[SANDBOX_MAX + 64];
	struct configs *cs = configs_open(NULL);

	(void)state;
	sh("mkdir -p a other/sub; echo 'level: safe' >other/.dfharden.yaml");
	assert_int_equal(chdir("a"), 0);
	snprintf(wanted, sizeof(wanted), "%s/other/.dfharden.yaml", sandbox_top());
	finds(cs, "../other/Dockerfile", wanted);
	finds(cs, "../other/sub/Dockerfile", "");
	assert_int_equal(chdir(sandbox_top()), 0);
	configs_close(cs);
}

static void one_reading(void **state)
{
	const struct config *first, *again;
	struct configs *cs = configs_open(NULL);
	struct error e;

	(void)state;
	sh("mkdir -p .git; for i in 1 2 3 4 5 6 7 8 9; do mkdir -p d$i/e d$i/f; done; echo 'level: safe' "
	   ">.dfharden.yaml");
	assert_int_equal(configs_for(cs, "Dockerfile", &first, &e), 0);
	sh("echo 'level: strict' >.dfharden.yaml");
	for (char i = '1'; i <= '9'; i++) {
		char path[] = { 'd', i, '/', i % 2 ? 'e' : 'f', '/', 'D', '\0' };

		assert_int_equal(configs_for(cs, path, &again, &e), 0);
		assert_ptr_equal(again, first);
	}
	assert_int_equal(first->settings.level, LEVEL_SAFE);
	configs_close(cs);
}

static void errors_stay(void **state)
{
	const struct config *c;
	struct configs *cs = configs_open(NULL);
	struct error e;

	(void)state;
	sh("mkdir -p .git a dir/.dfharden.yaml; echo 'levle: safe' >.dfharden.yaml");
	for (int i = 0; i < 2; i++) {
		e.message[0] = '\0';
		assert_int_equal(configs_for(cs, "a/Dockerfile", &c, &e), -1);
		assert_null(c);
		assert_string_equal(e.message,
				    ".dfharden.yaml:1:1: unknown key \"levle\"; did you mean \"level\"?");
		assert_int_equal(configs_for(cs, "Dockerfile", &c, &e), -1);
		assert_int_equal(configs_for(cs, "dir/Dockerfile", &c, &e), -1);
		assert_memory_equal(e.message, "dir/.dfharden.yaml: ", 20);
	}
	configs_close(cs);
}

static void links(void **state)
{
	const struct config *c;
	struct configs *cs = configs_open(NULL);
	struct error e;

	(void)state;
	sh("mkdir -p repo/.git repo/a repo/b repo/c repo/d; echo 'level: safe' >repo/a/real.yaml; echo "
	   "secret >outside");
	sh("ln -s ../a/real.yaml repo/b/.dfharden.yaml; ln -s ../../outside repo/c/.dfharden.yaml; "
	   "ln -s nowhere repo/d/.dfharden.yaml; ln -s repo/b to-b");
	finds(cs, "repo/b/Dockerfile", "repo/b/.dfharden.yaml");
	finds(cs, "to-b/Dockerfile", "repo/b/.dfharden.yaml");
	assert_int_equal(configs_for(cs, "repo/c/Dockerfile", &c, &e), -1);
	assert_non_null(strstr(e.message, "is a link to a place outside of the repository"));
	assert_null(strstr(e.message, "secret"));
	assert_int_equal(configs_for(cs, "repo/d/Dockerfile", &c, &e), -1);
	configs_close(cs);
}

static void a_file_by_name(void **state)
{
	const struct config *c;
	struct config own;
	struct configs *cs;
	struct error e;

	(void)state;
	sh("mkdir -p a; echo 'level: strict' >my.yaml; echo 'level: safe' >a/.dfharden.yaml");
	cs = configs_open("my.yaml");
	finds(cs, "a/Dockerfile", "my.yaml");
	finds(cs, "/Dockerfile", "my.yaml");
	configs_close(cs);
	cs = configs_open("missing.yaml");
	assert_int_equal(configs_for(cs, "a/Dockerfile", &c, &e), -1);
	assert_memory_equal(e.message, "missing.yaml: ", 14);
	configs_close(cs);
	assert_int_equal(config_load(&own, "missing.yaml", &e), FILE_MISSING);
	config_release(&own);
	sh("mkfifo pipe; head -c 1048577 /dev/zero >big");
	assert_int_equal(config_load(&own, "pipe", &e), FILE_NOT_REGULAR);
	config_release(&own);
	assert_int_equal(config_load(&own, "big", &e), FILE_TOO_LARGE);
	config_release(&own);
}

static void shown_for_the_first_path(void **state)
{
	const char *paths[] = { "a" };
	struct options o = { .max_size = 1, .paths = paths, .npaths = 1 };
	struct buf out = { 0 };
	struct error e;

	(void)state;
	sh("mkdir -p .git a; echo 'level: strict' >a/.dfharden.yaml; echo 'level: safe' >.dfharden.yaml");
	assert_int_equal(config_show(&out, &o, &e), 0);
	assert_memory_equal(out.p, "level: strict # a/.dfharden.yaml\n", 33);
	buf_clear(&out);
	paths[0] = "a/Dockerfile";
	assert_int_equal(config_show(&out, &o, &e), 0);
	assert_memory_equal(out.p, "level: strict # a/.dfharden.yaml\n", 33);
	buf_clear(&out);
	o.npaths = 0;
	assert_int_equal(config_show(&out, &o, &e), 0);
	assert_memory_equal(out.p, "level: safe # .dfharden.yaml\n", 29);
	buf_clear(&out);
	o.no_config = true;
	assert_int_equal(config_show(&out, &o, &e), 0);
	assert_memory_equal(out.p, "level: harden # default\n", 24);
	buf_clear(&out);
	o.no_config = false;
	o.config = "none.yaml";
	assert_int_equal(config_show(&out, &o, &e) < 0, 1);
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

static void *ask(void *data)
{
	const struct config *c = NULL;
	struct error e;

	for (int i = 0; i < 400; i++) {
		char path[64];

		snprintf(path, sizeof(path), "d%d/x/Dockerfile", i % 40);
		if (configs_for(data, path, &c, &e) < 0)
			return NULL;
	}
	return (void *)(uintptr_t)c;
}

static void many_threads(void **state)
{
	struct configs *cs = configs_open(NULL);
	pthread_t threads[4];
	void *found, *first = NULL;

	(void)state;
	sh("mkdir -p .git d39/x; echo 'level: safe' >.dfharden.yaml");
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, cs), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &found), 0);
		assert_non_null(found);
		assert_true(!first || first == found);
		first = found;
	}
	configs_close(cs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SANDBOXED(nearest_in_a_repository),
		SANDBOXED(nearest_without_a_repository),
		SANDBOXED(outside_of_the_working_folder),
		SANDBOXED(one_reading),
		SANDBOXED(errors_stay),
		SANDBOXED(links),
		SANDBOXED(a_file_by_name),
		SANDBOXED(shown_for_the_first_path),
		SANDBOXED(many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
