/* SPDX-License-Identifier: Apache-2.0 */
/* What a container starts, writes and needs, where the repository's own files say how it is started. */
#include "facts/runtime.h"
#include "support/asserts.h"

#define S(lit) { (lit), sizeof(lit) - 1 }

static struct arena arena;
static struct context_tree *tree;
static struct context *context;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct start_note *starts;
static size_t nstarts;

static void ask(void *data, struct facts_around *out)
{
	(void)data;
	*out = (struct facts_around){ .context = context, .starts = starts, .nstarts = nstarts };
}

static const char dockerfile[] = "FROM python:3.12-slim\nWORKDIR /app\nCOPY app.py root.sh ./\nCMD [\"python\", \"app.py\"]\n";

static const struct context_file files[] = {
	{ S("app.py"), S("open(\"/app/data/x\", \"w\").write(\"a\")\n"), 0, { NULL, 0 } },
	{ S("root.sh"), S("#!/bin/sh\nuseradd x\n"), 0755, { NULL, 0 } },
};

/* Of a program that writes to /app/data, started as one note says. */
static const struct runtime *started(const struct start_note *note)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text_of(dockerfile)), .ask_around = ask };
	const struct runtime *r;

	starts = note;
	nstarts = note != NULL;
	tree = context_tree_open_memory(files, COUNT(files));
	context = context_open_all(tree);
	r = runtime_of(facts_open(&arena, &in), 0);
	context_close(context);
	context_tree_close(tree);
	return r;
}

static const struct runtime *started_so(enum start_kind kind, const char *value)
{
	return started(&(struct start_note){ .kind = kind, .value = text_of(value), .because = TEXT("compose.yaml:3") });
}

static void plain(void **state)
{
	const struct runtime *r = started(NULL);

	(void)state;
	assert_int_equal(r->state, RUNTIME_KNOWN);
	assert_int_equal(r->nunknown, 0);
	assert_int_equal(r->nwrites, 1);
	assert_text(r->writes[0].path, "/app/data/x");
}

static void rights(void **state)
{
	(void)state;
	assert_text(started_so(START_RIGHTS, "privileged")->unknown_writes[0].words, "privileged: it gets rights that only root can use");
	assert_text(started_so(START_SOCKET, "/var/run/docker.sock")->unknown_writes[0].file, "compose.yaml:3");
}

/* A folder of the host keeps its owner; one that is not written to is no matter. */
static void mounts(void **state)
{
	(void)state;
	assert_int_equal(started_so(START_BIND, "/app/data")->nunknown, 1);
	assert_int_equal(started_so(START_BIND, "/app")->nunknown, 1);
	assert_int_equal(started_so(START_BIND, "/app/conf")->nunknown, 0);
	assert_int_equal(started_so(START_VOLUME, "/app/data")->nunknown, 0);
}

static void commands(void **state)
{
	static const struct text root[] = { S("./root.sh") }, same[] = { S("python"), S("app.py") };

	(void)state;
	assert_true(started(&(struct start_note){ .kind = START_ENTRY, .words = root, .nwords = 1 })->needs_root);
	assert_true(started(&(struct start_note){ .kind = START_COMMAND, .words = root, .nwords = 1 })->needs_root);
	assert_false(started(&(struct start_note){ .kind = START_COMMAND, .words = same, .nwords = 2 })->needs_root);
	/* Another stage's. */
	assert_false(started(&(struct start_note){ .kind = START_COMMAND, .words = root, .nwords = 1, .target = { KNOWN, TEXT("other") } })->needs_root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(plain, teardown),
		cmocka_unit_test_teardown(rights, teardown),
		cmocka_unit_test_teardown(mounts, teardown),
		cmocka_unit_test_teardown(commands, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
