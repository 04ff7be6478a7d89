/* SPDX-License-Identifier: Apache-2.0 */
/* Which shell reads what: RUN, CMD, ENTRYPOINT and HEALTHCHECK in each of their forms. */
#include "facts/facts.h"
#include "facts/script.h"
#include "support/asserts.h"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct facts *facts_of(const char *text)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text_of(text)) };

	assert_true(doc_ok(in.doc));
	return facts_open(&arena, &in);
}

/* The script of the last instruction. */
static const struct script *last_script(const char *text)
{
	struct facts *f = facts_of(text);
	size_t i = facts_doc(f)->nitems;

	while (i > 0 && !facts_doc(f)->items[i - 1].ins)
		i--;
	assert_true(i > 0);
	return facts_script(f, i - 1);
}

/* form program [e] [pipefail] [u] [options] [doubtful] [editable] [unread] */
static struct text describe(const struct script *s)
{
	static const char *const forms[] = { "line", "body", "command" };

	if (!s)
		return TEXT("none");
	return arena_printf(&arena, "%s %s%s%s%s%s%s%s%s", forms[s->form], shell_program_name(s->program), s->errexit ? " e" : "",
			    s->pipefail ? " pipefail" : "", s->nounset ? " u" : "", s->plain ? "" : " options",
			    s->doubtful ? " doubtful" : "", s->editable ? " editable" : "", s->tree.list ? "" : " unread");
}

/* The commands as they are written, from the first to the last. */
static struct text list_text(const struct script *s)
{
	return s && s->tree.list ? text_range(s->tree.text, s->tree.list->at) : TEXT_NONE;
}

struct row {
	const char *text, *want, *list;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct script *s = last_script(rows[i].text);

		if (!text_is(describe(s), rows[i].want) || (rows[i].list && !text_is(list_text(s), rows[i].list)))
			print_error("of: %s\n", rows[i].text);
		assert_text(describe(s), rows[i].want);
		if (rows[i].list)
			assert_text(list_text(s), rows[i].list);
	}
}

/* --- the base image decides what /bin/sh is ---------------------------------- */

static void base_images(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nRUN a", "line dash editable", "a" },
		{ "FROM ubuntu:22.04\nRUN a", "line dash editable", NULL },
		{ "FROM node:22\nRUN a", "line dash editable", NULL },
		{ "FROM node:22-alpine\nRUN a", "line ash editable", NULL },
		{ "FROM alpine\nRUN a", "line ash editable", NULL },
		{ "FROM fedora:42\nRUN a", "line bash editable", NULL },
		{ "FROM almalinux:9\nRUN a", "line bash editable", NULL },
		/* Who knows what SHELL such an image has. */
		{ "FROM example.com/x:1\nRUN a", "line sh options editable", NULL },
		{ "FROM example.com/x:1-bookworm\nRUN a", "line dash options editable", NULL },
		/* It may be any variant. */
		{ "FROM python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nRUN a",
		  "line sh options editable", NULL },
		{ "ARG B\nFROM $B\nRUN a", "line sh options editable", NULL },
		/* a stage that goes on from another */
		{ "FROM alpine:3.22 AS x\nFROM x\nRUN a", "line ash editable", NULL },
		{ "# escape=`\nFROM example.com/x:1\nRUN a", "line foreign options editable unread", NULL },
		{ "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a", "line foreign options editable unread", NULL },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* ln -sf bash /bin/sh: the shells after it are others. */
static void other_sh(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\nRUN a", "line bash editable", NULL },
		{ "FROM debian:12\nRUN ln -sf /bin/bash /bin/sh", "line dash editable", NULL },
		{ "FROM debian:12\nRUN rm /bin/sh && ln -s bash /bin/sh\nRUN a", "line bash editable", NULL },
		{ "FROM debian:12\nRUN rm /bin/sh\nRUN a", "line sh editable", NULL },
		{ "FROM debian:12\nRUN dpkg-reconfigure dash\nRUN a", "line sh editable", NULL },
		{ "FROM debian:12\nRUN [\"ln\", \"-sf\", \"/bin/bash\", \"/bin/sh\"]\nRUN a", "line sh editable", NULL },
		{ "FROM debian:12\nRUN [\"/bin/sh\"]\nRUN a", "line sh editable", NULL },
		{ "FROM debian:12\nRUN echo /bin/sh\nRUN a", "line dash editable", NULL },
		{ "FROM debian:12\nRUN []\nRUN a", "line dash editable", NULL },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* --- SHELL -------------------------------------------------------------------- */

static void shells(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a", "line bash editable", NULL },
		{ "FROM debian:12\nSHELL [\"/bin/sh\", \"-c\"]\nRUN a", "line dash editable", NULL },
		{ "FROM alpine\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN a", "line ash e editable", NULL },
		{ "FROM alpine\nSHELL [\"ash\", \"-e\", \"-c\"]\nRUN a", "line ash e editable", NULL },
		{ "FROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a", "line bash pipefail editable", NULL },
		{ "FROM debian:12\nSHELL [\"/bin/bash\", \"-euxo\", \"pipefail\", \"-c\"]\nRUN a", "line bash e pipefail u editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-o\", \"errexit\", \"-o\", \"nounset\", \"-c\"]\nRUN a", "line bash e u editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-ceuo\", \"pipefail\"]\nRUN a", "line bash e pipefail u editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-o\", \"noglob\", \"-c\"]\nRUN a", "line bash options editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-lc\"]\nRUN a", "line bash options editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"--login\", \"-c\"]\nRUN a", "line bash options editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"--norc\", \"--noprofile\", \"-c\"]\nRUN a", "line bash editable", NULL },
		/* no -c: the script would be a file's name */
		{ "FROM debian:12\nSHELL [\"bash\", \"-e\"]\nRUN a", "line foreign e editable unread", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-c\", \"exec\"]\nRUN a", "line foreign editable unread", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"+e\", \"-c\"]\nRUN a", "line foreign editable unread", NULL },
		{ "FROM debian:12\nSHELL [\"pwsh\", \"-Command\"]\nRUN a", "line foreign options editable unread", NULL },
		{ "FROM debian:12\nSHELL [\"python3\", \"-c\"]\nRUN a", "line foreign editable unread", NULL },
		{ "FROM debian:12\nSHELL [\"/usr/bin/env\", \"bash\", \"-c\"]\nRUN a", "line foreign editable unread", NULL },
		/* the last one counts, and goes on into the stages behind */
		{ "FROM debian:12 AS x\nSHELL [\"bash\", \"-ec\"]\nFROM x\nRUN a", "line bash e editable", NULL },
		{ "FROM debian:12 AS x\nSHELL [\"bash\", \"-ec\"]\nFROM debian:12\nRUN a", "line dash editable", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nSHELL [\"sh\", \"-c\"]\nRUN a", "line dash editable", NULL },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* --- dialects ----------------------------------------------------------------- */

static void dialects(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nSHELL [\"bash\", \"-c\"]\nRUN [[ -e x ]]", "line bash editable", "[[ -e x ]]" },
		{ "FROM example.com/x\nRUN [[ -e x ]]", "line sh options doubtful editable", NULL },
		{ "FROM alpine\nRUN [[ -e x ]]", "line ash doubtful editable", NULL },
		/* To dash it is a program. */
		{ "FROM debian:12\nRUN [[ -e x ]]", "line dash editable", NULL },
		{ "FROM debian:12\nRUN a &> b", "line dash editable", NULL },
		{ "FROM debian:12\nRUN a <(b)", "line dash editable unread", NULL },
		{ "FROM debian:12\nRUN if a", "line dash editable unread", NULL },
		{ "FROM debian:12\nRUN # nothing", "line dash editable", "" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* dash reads a &> b as a & > b. */
static void background(void **state)
{
	(void)state;
	assert_int_equal(last_script("FROM debian:12\nRUN a &> b")->tree.list->steps[0].join, SH_AMP);
	assert_int_equal(last_script("FROM fedora:42\nRUN a &> b")->tree.list->steps[0].join, SH_END);
}

/* --- here-documents ------------------------------------------------------------ */

static void bodies(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nRUN <<EOF\na\nb\nEOF\n", "body dash", "a\nb" },
		{ "FROM debian:12\nRUN <<-EOF\n\ta\n\t\tb\n\tEOF\n", "body dash", "a\nb" },
		{ "FROM debian:12\nRUN <<'E F'\na $x\nE F\n", "body dash", "a $x" },
		{ "FROM debian:12\nRUN 3<<EOF\na\nEOF\n", "body dash", "a" },
		{ "FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN <<EOF\na\nEOF\n", "body bash e", "a" },
		{ "FROM debian:12\nRUN <<EOF\nEOF\n", "body dash", "" },
		/* a shebang: the file is run, and the shell at hand only starts it */
		{ "FROM debian:12\nRUN <<EOF\n#!/bin/bash\na\nEOF\n", "body bash", "a" },
		{ "FROM debian:12\nRUN <<EOF\n#!/bin/sh -eu\na\nEOF\n", "body dash e u", "a" },
		{ "FROM debian:12\nRUN <<EOF\n#! /usr/bin/env bash\na\nEOF\n", "body bash", "a" },
		{ "FROM debian:12\nRUN <<EOF\n#!/usr/bin/env -S bash -e\na\nEOF\n", "body foreign unread", NULL },
		{ "FROM debian:12\nRUN <<EOF\n#!/usr/bin/env python3\na\nEOF\n", "body foreign unread", NULL },
		{ "FROM debian:12\nRUN <<EOF\n#!/bin/sh -c\na\nEOF\n", "body foreign unread", NULL },
		{ "FROM debian:12\nRUN <<EOF\n#!\na\nEOF\n", "body foreign unread", NULL },
		{ "FROM debian:12\nSHELL [\"bash\", \"-euo\", \"pipefail\", \"-c\"]\nRUN <<EOF\n#!/bin/sh\na\nEOF\n", "body dash", "a" },
		/* only in the first bytes */
		{ "FROM debian:12\nRUN <<EOF\n\n#!/bin/bash\na\nEOF\n", "body dash", "a" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void interpreters(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nRUN bash <<EOF\na\nb\nEOF\n", "body bash", "a\nb" },
		{ "FROM debian:12\nRUN bash -ex <<'EOF'\na $x\nEOF\n", "body bash e", "a $x" },
		{ "FROM debian:12\nRUN <<EOF bash -e\na\nEOF\n", "body bash e", "a" },
		{ "FROM debian:12\nRUN bash -s <<EOF\na\nEOF\n", "body bash", "a" },
		{ "FROM debian:12\nRUN sh <<-EOF\n\ta\n\tEOF\n", "body dash", "a" },
		/* SHELL's -e is not that of the shell it starts */
		{ "FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN sh <<EOF\na\nEOF\n", "body dash", "a" },
		/* the outer shell expands it first */
		{ "FROM debian:12\nRUN bash <<EOF\na $x\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN bash <<EOF\na `x`\nEOF\n", "line dash editable", NULL },
		/* not the whole of it, or not its script */
		{ "FROM debian:12\nRUN bash <<EOF && b\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN ! bash <<EOF\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN bash x.sh <<EOF\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN bash -c a <<EOF\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN bash 3<<EOF\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN bash <<EOF >x\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN X=1 bash <<EOF\na\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN python3 <<EOF\nimport x\nEOF\n", "line dash editable", NULL },
		{ "FROM debian:12\nRUN cat <<A <<B >x\na\nA\nb\nB\n", "line dash editable", "cat <<A <<B >x" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* Where here-documents belong to the line they stand behind it, as the shell gets them. */
static void line_with_bodies(void **state)
{
	const struct script *s = last_script("FROM debian:12\nRUN cat <<A >x && b\nhello\nA\n");

	(void)state;
	assert_text(s->tree.text, "RUN cat <<A >x && b\nhello\nA");
	assert_int_equal(s->editable, 19);
	assert_text(text_range(s->tree.text, s->tree.list->steps[0].commands[0].redirs[0].body), "hello\n");
	assert_text(text_range(s->tree.text, s->tree.list->steps[1].at), "b");
}

/* --- forms --------------------------------------------------------------------- */

static void exec_forms(void **state)
{
	static const struct row rows[] = {
		{ "FROM debian:12\nRUN [\"sh\", \"-c\", \"a && b\"]", "command dash", "a && b" },
		{ "FROM debian:12\nRUN [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\", \"a\"]", "command bash e pipefail u", "a" },
		{ "FROM debian:12\nRUN [\"bash\", \"-c\", \"-e\", \"a\", \"b\"]", "command bash e", "a" },
		{ "FROM debian:12\nRUN [\"bash\", \"-c\", \"a\", \"$0\"]", "command bash", "a" },
		{ "FROM debian:12\nRUN [\"bash\", \"-lc\", \"a\"]", "command bash options", "a" },
		{ "FROM debian:12\nRUN [\"sh\", \"-c\", \"a\\nb\"]", "command dash", "a\nb" },
		{ "FROM debian:12\nRUN [\"sh\", \"-c\", \"if\"]", "command dash unread", NULL },
		{ "FROM debian:12\nRUN [\"sh\", \"-c\"]", "none", NULL },
		{ "FROM debian:12\nRUN [\"sh\", \"x.sh\"]", "none", NULL },
		{ "FROM debian:12\nRUN [\"sh\", \"x.sh\", \"-c\"]", "none", NULL },
		{ "FROM debian:12\nRUN [\"apt-get\", \"update\"]", "none", NULL },
		{ "FROM debian:12\nRUN []", "none", NULL },
		/* SHELL is for shell forms */
		{ "FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN [\"sh\", \"-c\", \"a\"]", "command dash", "a" },
		{ "FROM debian:12\nCMD a b", "line dash editable", "a b" },
		{ "FROM debian:12\nCMD [\"sh\", \"-c\", \"a\"]", "command dash", "a" },
		{ "FROM debian:12\nENTRYPOINT exec a", "line dash editable", "exec a" },
		{ "FROM debian:12\nENTRYPOINT [\"a\"]", "none", NULL },
		{ "FROM debian:12\nHEALTHCHECK --interval=1s CMD a || b", "line dash editable", "a || b" },
		{ "FROM debian:12\nHEALTHCHECK CMD [\"sh\", \"-c\", \"a\"]", "command dash", "a" },
		{ "FROM debian:12\nHEALTHCHECK NONE", "none", NULL },
		{ "FROM debian:12\nUSER a", "none", NULL },
		{ "FROM debian:12\nONBUILD RUN a", "none", NULL },
		{ "FROM debian:12\nRUN --network=none --mount=type=cache,target=/x a", "line dash editable", "a" },
		{ "FROM debian:12\nRUN a && \\\n# why\n  b", "line dash editable", "a &&   b" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* Triggers are asked for one by one. */
static void triggers(void **state)
{
	struct facts *f = facts_of("FROM alpine\nONBUILD RUN a && b\n");
	const struct script *s = script_read(&arena, facts_doc(f), facts_doc(f)->items[1].ins->inner, facts_before(f, 1));

	(void)state;
	assert_text(describe(s), "line ash editable");
	assert_text(list_text(s), "a && b");
}

/* What sh -c '...' in a script is read as. */
static void nested(void **state)
{
	const struct script *dash = last_script("FROM debian:12\nRUN a");
	const struct script *bash = last_script("FROM debian:12\nSHELL [\"bash\", \"-c\"]\nRUN a");

	(void)state;
	assert_text(describe(script_of_text(&arena, TEXT("sh"), dash, TEXT("x"))), "command dash options");
	assert_text(describe(script_of_text(&arena, TEXT("/bin/bash"), dash, TEXT("[[ x ]]"))), "command bash options");
	/* That SHELL is bash says nothing of /bin/sh. */
	assert_text(describe(script_of_text(&arena, TEXT("sh"), bash, TEXT("[[ x ]]"))), "command sh options doubtful");
	assert_null(script_of_text(&arena, TEXT("python3"), dash, TEXT("x")));
	assert_null(script_of_text(&arena, TEXT(""), dash, TEXT("x")));
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(shell_program_name(SHELL_FOREIGN), "foreign");
	assert_string_equal(shell_program_name(SHELL_BASH), "bash");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(base_images, teardown),      cmocka_unit_test_teardown(other_sh, teardown),
		cmocka_unit_test_teardown(shells, teardown),	       cmocka_unit_test_teardown(dialects, teardown),
		cmocka_unit_test_teardown(background, teardown),       cmocka_unit_test_teardown(bodies, teardown),
		cmocka_unit_test_teardown(interpreters, teardown),     cmocka_unit_test_teardown(line_with_bodies, teardown),
		cmocka_unit_test_teardown(exec_forms, teardown),       cmocka_unit_test_teardown(triggers, teardown),
		cmocka_unit_test_teardown(nested, teardown),	       cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
