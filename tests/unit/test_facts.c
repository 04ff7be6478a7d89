/* SPDX-License-Identifier: Apache-2.0 */
/* Stages, the state before an instruction, and what an image is predicted to be. */
#include "facts/facts.h"
#include "support/asserts.h"

#include <string.h>

static struct arena arena;

static struct facts *facts_with(const char *text, const struct text *targets, size_t n)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text_of(text)), .targets = targets, .ntargets = n };

	assert_true(doc_ok(in.doc));
	return facts_open(&arena, &in);
}

static struct facts *facts_of(const char *text)
{
	return facts_with(text, NULL, 0);
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void assert_maybe(struct maybe m, const char *want)
{
	assert_int_equal(m.state, KNOWN);
	assert_text(m.text, want);
}

/* The state before the first instruction on that line. */
static const struct state *before_line(struct facts *f, size_t line)
{
	const struct doc *d = facts_doc(f);

	for (size_t i = 0; i < d->nitems; i++)
		if (d->items[i].ins && d->items[i].line == line)
			return facts_before(f, i);
	fail();
	return NULL;
}

static struct maybe value(struct facts *f, size_t line, const char *name)
{
	return state_get(before_line(f, line), &arena, text_of(name));
}

/* --- stages ----------------------------------------------------------------- */

static void stages(void **state)
{
	const struct stages *s = facts_stages(facts_of("ARG V=1\n"
						       "FROM alpine:3.24 AS Base\n"
						       "FROM base AS two\n"
						       "FROM scratch\n"
						       "FROM x:${V} AS three\n"
						       "FROM $UNSET_ARG\n"));

	(void)state;
	assert_int_equal(s->n, 5);
	assert_true(text_is(s->list[0].name, "base"));
	assert_int_equal(s->list[0].parent, -1);
	assert_int_equal(s->list[1].parent, 0);
	assert_int_equal(s->list[2].parent, -1);
	assert_maybe(s->list[3].base_default, "x:1");
	assert_false(s->list[3].base_fixed);
	assert_true(s->list[0].base_fixed);
	assert_int_equal(stages_find(s, TEXT("BASE")), 0);
	assert_int_equal(stages_find(s, TEXT("3")), 3);
	assert_int_equal(stages_find(s, TEXT("5")), -1);
	assert_int_equal(stages_find(s, TEXT("alpine:3.24")), -1);
	assert_int_equal(stages_find(s, TEXT("")), -1);
}

/* A later stage of a name hides the earlier one; a stage is no base of itself. */
static void stage_names(void **state)
{
	const struct stages *s = facts_stages(facts_of("FROM alpine AS alpine\nFROM alpine AS alpine\nFROM alpine\n"));

	(void)state;
	assert_int_equal(s->list[0].parent, -1);
	assert_int_equal(s->list[1].parent, 0);
	assert_int_equal(s->list[2].parent, 1);
}

static void exported(void **state)
{
	static const char text[] = "FROM scratch AS a\nFROM scratch AS b\nFROM scratch AS c\n";
	const struct text targets[] = { TEXT("A"), TEXT("nothing") };
	const struct stages *s = facts_stages(facts_of(text));

	(void)state;
	assert_false(s->list[0].exported);
	assert_false(s->list[1].exported);
	assert_true(s->list[2].exported);
	s = facts_stages(facts_with(text, targets, 2));
	assert_true(s->list[0].exported);
	assert_false(s->list[1].exported);
	assert_true(s->list[2].exported);
}

/* --- state ------------------------------------------------------------------ */

static void users_and_directories(void **state)
{
	struct facts *f = facts_of("FROM scratch AS a\n" /* 1 */
				   "USER app\n"
				   "WORKDIR srv\n"
				   "WORKDIR ../opt/./x/\n"
				   "RUN a\n" /* 5 */
				   "FROM a\n"
				   "RUN b\n"
				   "FROM example.com/unknown\n"
				   "WORKDIR rel\n"
				   "RUN c\n" /* 10 */
				   "WORKDIR /abs\n"
				   "RUN d\n");

	(void)state;
	assert_int_equal(before_line(f, 2)->user.state, UNSET);
	assert_maybe(before_line(f, 3)->user, "app");
	assert_maybe(before_line(f, 3)->workdir, "/");
	assert_maybe(before_line(f, 4)->workdir, "/srv");
	assert_maybe(before_line(f, 5)->workdir, "/opt/x");
	assert_maybe(before_line(f, 7)->user, "app");
	assert_maybe(before_line(f, 7)->workdir, "/opt/x");
	assert_int_equal(before_line(f, 9)->user.state, UNKNOWN);
	assert_int_equal(before_line(f, 9)->workdir.state, UNKNOWN);
	assert_int_equal(before_line(f, 10)->workdir.state, UNKNOWN);
	assert_maybe(before_line(f, 12)->workdir, "/abs");
}

static void base_configuration(void **state)
{
	struct facts *f = facts_of("FROM golang:1.27-trixie\nRUN a\n"
				   "FROM golang@sha256:0123456789012345678901234567890123456789012345678901234567890123\nRUN b\n");

	(void)state;
	assert_maybe(before_line(f, 2)->workdir, "/go");
	assert_int_equal(before_line(f, 2)->user.state, UNSET);
	assert_maybe(value(f, 2, "GOPATH"), "/go");
	/* A digest may be of any version. */
	assert_int_equal(before_line(f, 4)->workdir.state, UNKNOWN);
}

static void variables(void **state)
{
	struct facts *f = facts_of("FROM scratch\n" /* 1 */
				   "ENV A=1 B=$A\n"
				   "ENV A=2 C=$A D=\"$A $B\"\n"
				   "ARG X=9\n"
				   "ENV E=$X F=${X:-3} G=${NONE:-4}\n" /* 5 */
				   "ENV H old form\n"
				   "RUN a\n");

	(void)state;
	assert_int_equal(value(f, 2, "A").state, UNSET);
	assert_maybe(value(f, 3, "A"), "1");
	assert_maybe(value(f, 7, "A"), "2");
	assert_maybe(value(f, 7, "B"), "");
	assert_maybe(value(f, 7, "C"), "1");
	assert_maybe(value(f, 7, "D"), "1 ");
	assert_int_equal(value(f, 7, "X").state, UNKNOWN);
	assert_int_equal(value(f, 7, "E").state, UNKNOWN);
	assert_int_equal(value(f, 7, "F").state, UNKNOWN);
	assert_maybe(value(f, 7, "G"), "4");
	assert_maybe(value(f, 7, "H"), "old form");
}

static void shells(void **state)
{
	struct facts *f = facts_of("FROM scratch\nRUN a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN b\nFROM example.com/x\nRUN c\n");

	(void)state;
	assert_int_equal(before_line(f, 2)->shell_state, UNSET);
	assert_int_equal(before_line(f, 4)->shell_state, KNOWN);
	assert_int_equal(before_line(f, 4)->nshell, 2);
	assert_int_equal(before_line(f, 6)->shell_state, UNKNOWN);
}

static void windows(void **state)
{
	struct facts *f = facts_of("# escape=`\nFROM example.com/own\nFROM alpine:3.24\nFROM --platform=windows/amd64 x\n"
				   "FROM mcr.microsoft.com/windows/nanoserver:1809\n");

	(void)state;
	assert_true(facts_base(f, 0)->windows);
	assert_false(facts_base(f, 1)->windows);
	assert_true(facts_base(f, 2)->windows);
	assert_true(facts_base(f, 3)->windows);
}

/* --- images ----------------------------------------------------------------- */

static const struct trait *trait(struct facts *f, size_t stage, enum aspect aspect, const char *key)
{
	const struct image *image = facts_image(f, stage);

	for (size_t i = 0; i < image->n; i++)
		if (image->traits[i].aspect == aspect && text_is(image->traits[i].key, key))
			return &image->traits[i];
	return NULL;
}

static void assert_trait(struct facts *f, size_t stage, enum aspect aspect, const char *key, const char *want)
{
	const struct trait *t = trait(f, stage, aspect, key);

	assert_non_null(t);
	assert_int_equal(t->value.n, strlen(want));
	assert_memory_equal(t->value.p, want, t->value.n);
}

static void images(void **state)
{
	struct facts *f = facts_of("FROM alpine:3.24\n"
				   "ARG V\n"
				   "ENV A=1 B=$V\n"
				   "ENV A=2\n"
				   "LABEL l=\"x $A\" m=$V-$A\n"
				   "EXPOSE 80 90\n"
				   "VOLUME /data\n"
				   "STOPSIGNAL SIGINT\n"
				   "USER first\n"
				   "USER $A\n"
				   "MAINTAINER me\n");

	(void)state;
	assert_trait(f, 0, ASPECT_BASE, "", "alpine:3.24");
	assert_trait(f, 0, ASPECT_ENV, "A", "2");
	assert_trait(f, 0, ASPECT_LABELS, "l", "x 2");
	/* What is not known stands in it by its name. */
	assert_trait(f, 0, ASPECT_ENV, "B", "$V");
	assert_trait(f, 0, ASPECT_LABELS, "m", "$V-2");
	assert_false(trait(f, 0, ASPECT_LABELS, "m")->known);
	assert_non_null(trait(f, 0, ASPECT_PORTS, "80"));
	assert_non_null(trait(f, 0, ASPECT_PORTS, "90"));
	assert_non_null(trait(f, 0, ASPECT_VOLUMES, "/data"));
	assert_trait(f, 0, ASPECT_SIGNAL, "", "SIGINT");
	assert_trait(f, 0, ASPECT_USER, "", "2");
	assert_trait(f, 0, ASPECT_LABELS, "(author)", "me");
}

/* ENTRYPOINT drops the CMD from below, unless the stage has set one before. */
static void entry(void **state)
{
	struct facts *f = facts_of("FROM alpine:3.24\nENTRYPOINT [\"a\"]\n"
				   "FROM alpine:3.24\nCMD b\nENTRYPOINT [\"a\"]\n"
				   "FROM alpine:3.24\nCMD b\n");

	(void)state;
	assert_trait(f, 0, ASPECT_ENTRY, "CMD", "");
	assert_trait(f, 1, ASPECT_ENTRY, "CMD", "shell b");
	assert_trait(f, 2, ASPECT_ENTRY, "CMD", "shell b");
	assert_null(trait(f, 2, ASPECT_ENTRY, "ENTRYPOINT"));
}

/* --- what is around --------------------------------------------------------- */

static void tell_names(void *data, struct facts_around *out)
{
	static const struct named_context named[] = {
		{ { KNOWN, { "alpine", 6 } }, { "a", 1 } },
		{ { KNOWN, { "docker.io/library/busybox:latest", 32 } }, { "b", 1 } },
		{ { KNOWN, { "node:24", 7 } }, { "c", 1 } },
	};

	++*(int *)data;
	out->named = named;
	out->nnamed = COUNT(named);
}

static void tell_unknown(void *data, struct facts_around *out)
{
	static const struct named_context named[] = {
		{ { UNKNOWN, { NULL, 0 } }, { "u", 1 } },
		{ { KNOWN, { "alpine", 6 } }, { "a", 1 } },
	};

	(void)data;
	out->named = named;
	out->nnamed = COUNT(named);
}

static void named_contexts(void **state)
{
	static const char *const yes[] = { "alpine", "alpine:latest", "docker.io/library/alpine", "index.docker.io/library/alpine:latest",
					   "busybox", "docker.io/busybox", "node:24", "library/node:24" };
	static const char *const no[] = { "alpine:3", "node", "node:latest", "example.com/alpine", "example.com/library/alpine",
					  "me/alpine", "Alpine", "" };
	int asked = 0;
	struct facts_inputs in = { .doc = doc_read(&arena, TEXT("FROM scratch\n")), .ask_around = tell_names, .ask_data = &asked };
	struct facts *f = facts_open(&arena, &in);

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_non_null(facts_named_context(f, text_of(yes[i])));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_null(facts_named_context(f, text_of(no[i])));
	assert_text(facts_named_context(f, TEXT("busybox"))->because, "b");
	assert_null(facts_context(f));
	assert_int_equal(asked, 1);
	in.ask_around = tell_unknown;
	f = facts_open(&arena, &in);
	assert_text(facts_named_context(f, TEXT("alpine"))->because, "a");
	assert_text(facts_named_context(f, TEXT("node"))->because, "u");
	assert_null(facts_named_context(facts_of("FROM scratch\n"), TEXT("node")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(stages, teardown),
		cmocka_unit_test_teardown(stage_names, teardown),
		cmocka_unit_test_teardown(exported, teardown),
		cmocka_unit_test_teardown(users_and_directories, teardown),
		cmocka_unit_test_teardown(base_configuration, teardown),
		cmocka_unit_test_teardown(variables, teardown),
		cmocka_unit_test_teardown(shells, teardown),
		cmocka_unit_test_teardown(windows, teardown),
		cmocka_unit_test_teardown(images, teardown),
		cmocka_unit_test_teardown(entry, teardown),
		cmocka_unit_test_teardown(named_contexts, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
