/* SPDX-License-Identifier: Apache-2.0 */
#include "support/asserts.h"

#include "app/dump.h"
#include "base/js.h"

#include <string.h>

/* --- as JSON ------------------------------------------------------------------ */

static json_t *dumped(struct text text)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	json_t *v;

	dump_json(&a, &b, TEXT("Dockerfile"), doc_read(&a, text));
	v = json_loadb(b.p, b.n, 0, NULL);
	assert_non_null(v);
	buf_release(&b);
	arena_release(&a);
	return v;
}

/* The script of the last instruction of a file, but for its text, as compact JSON. */
static void assert_shell(const char *dockerfile, const char *want)
{
	json_t *v = dumped(text_of(dockerfile)), *scripts = json_object_get(v, "scripts"), *script = NULL;
	size_t last = json_array_size(json_object_get(v, "instructions")) - 1;
	char *got;

	if (json_array_size(scripts))
		script = json_array_get(scripts, json_array_size(scripts) - 1);
	if ((size_t)json_integer_value(json_object_get(script, "instruction")) != last)
		script = NULL;
	json_object_del(script, "text");
	json_object_del(script, "instruction");
	got = json_dumps(script, JSON_COMPACT | JSON_ENCODE_ANY);
	assert_text(text_of(got ? got : "null"), want);
	free(got);
	json_decref(v);
}

static void a_line(void **state)
{
	(void)state;
	assert_shell("FROM debian:12\nRUN A=1 apt-get \\\n update 2>/dev/null&&! x|y\n",
		     "{\"program\":\"dash\",\"form\":\"line\",\"read\":true,\"dialect\":\"posix\",\"bash\":false,\"steps\":["
		     "{\"at\":[4,35],\"commands\":[{\"kind\":\"simple\",\"at\":[4,35],\"assigns\":[\"A=1\"],"
		     "\"words\":[\"apt-get\",\"update\"],\"redirs\":[\"2>/dev/null\"]}],\"join\":\"&&\"},"
		     "{\"at\":[37,42],\"negated\":true,\"commands\":[{\"kind\":\"simple\",\"at\":[39,40],\"words\":[\"x\"]},"
		     "{\"kind\":\"simple\",\"at\":[41,42],\"words\":[\"y\"]}]}]}");
}

static void compound_commands(void **state)
{
	(void)state;
	assert_shell("FROM alpine:3.20\nRUN if a; then b; fi\n",
		     "{\"program\":\"ash\",\"form\":\"line\",\"read\":true,\"dialect\":\"bash\",\"bash\":false,\"steps\":["
		     "{\"at\":[4,20],\"commands\":[{\"kind\":\"if\",\"at\":[4,20],\"lists\":["
		     "[{\"at\":[7,8],\"commands\":[{\"kind\":\"simple\",\"at\":[7,8],\"words\":[\"a\"]}],\"join\":\";\"}],"
		     "[{\"at\":[15,16],\"commands\":[{\"kind\":\"simple\",\"at\":[15,16],\"words\":[\"b\"]}],\"join\":\";\"}]]}]}]}");
}

static void arms(void **state)
{
	(void)state;
	assert_shell("FROM debian:12\nRUN case $x in a|b) y;; esac\n",
		     "{\"program\":\"dash\",\"form\":\"line\",\"read\":true,\"dialect\":\"posix\",\"bash\":false,\"steps\":["
		     "{\"at\":[4,28],\"commands\":[{\"kind\":\"case\",\"at\":[4,28],\"words\":[\"$x\"],\"arms\":["
		     "{\"patterns\":[\"a\",\"b\"],\"steps\":[{\"at\":[20,21],\"commands\":["
		     "{\"kind\":\"simple\",\"at\":[20,21],\"words\":[\"y\"]}]}],\"end\":\";;\"}]}]}]}");
}

static void substitutions(void **state)
{
	(void)state;
	assert_shell("FROM debian:12\nRUN a \"$(b `c`)\"\n",
		     "{\"program\":\"dash\",\"form\":\"line\",\"read\":true,\"dialect\":\"posix\",\"bash\":false,\"steps\":["
		     "{\"at\":[4,16],\"commands\":[{\"kind\":\"simple\",\"at\":[4,16],\"words\":[\"a\",\"\\\"$(b `c`)\\\"\"],"
		     "\"substitutions\":[{\"at\":[7,15],\"steps\":[{\"at\":[9,14],\"commands\":["
		     "{\"kind\":\"simple\",\"at\":[9,14],\"words\":[\"b\",\"`c`\"],\"substitutions\":[{\"at\":[11,14],\"steps\":["
		     "{\"at\":[12,13],\"commands\":[{\"kind\":\"simple\",\"at\":[12,13],\"words\":[\"c\"]}]}]}]}]}]}]}]}]}");
}

static void forms(void **state)
{
	(void)state;
	assert_shell("FROM debian:12\nRUN <<EOF\na\nEOF\n",
		     "{\"program\":\"dash\",\"form\":\"body\",\"read\":true,\"dialect\":\"posix\",\"bash\":false,\"steps\":["
		     "{\"at\":[0,1],\"commands\":[{\"kind\":\"simple\",\"at\":[0,1],\"words\":[\"a\"]}]}]}");
	assert_shell("FROM debian:12\nCMD [\"bash\", \"-euc\", \"a &\"]\n",
		     "{\"program\":\"bash\",\"form\":\"command\",\"errexit\":true,\"nounset\":true,\"read\":true,"
		     "\"dialect\":\"bash\",\"bash\":false,\"steps\":[{\"at\":[0,1],\"commands\":["
		     "{\"kind\":\"simple\",\"at\":[0,1],\"words\":[\"a\"]}],\"join\":\"&\"}]}");
	assert_shell("FROM debian:12\nSHELL [\"bash\", \"-c\"]\nONBUILD RUN a\n",
		     "{\"program\":\"bash\",\"form\":\"line\",\"read\":true,\"dialect\":\"bash\",\"bash\":false,\"steps\":["
		     "{\"at\":[12,13],\"commands\":[{\"kind\":\"simple\",\"at\":[12,13],\"words\":[\"a\"]}]}]}");
	assert_shell("FROM debian:12\nHEALTHCHECK CMD a\n",
		     "{\"program\":\"dash\",\"form\":\"line\",\"read\":true,\"dialect\":\"posix\",\"bash\":false,\"steps\":["
		     "{\"at\":[16,17],\"commands\":[{\"kind\":\"simple\",\"at\":[16,17],\"words\":[\"a\"]}]}]}");
}

static void none(void **state)
{
	(void)state;
	assert_shell("FROM debian:12\nRUN [\"a\"]\n", "null");
	assert_shell("FROM debian:12\nWORKDIR /a\n", "null");
	assert_shell("RUN a\n", "null");
	assert_shell("FROM debian:12\nSHELL [\"pwsh\", \"-c\"]\nRUN a\n",
		     "{\"program\":\"foreign\",\"form\":\"line\",\"read\":false,"
		     "\"why\":\"the shell is not a POSIX shell or bash\"}");
}

/* The image of the last stage of a file, as compact JSON. */
static void assert_config(const char *dockerfile, const char *want)
{
	json_t *v = dumped(text_of(dockerfile)), *images = json_object_get(v, "images");
	char *got = json_dumps(json_array_get(images, json_array_size(images) - 1), JSON_COMPACT | JSON_ENCODE_ANY);

	assert_text(text_of(got ? got : "null"), want);
	free(got);
	json_decref(v);
}

/* What is said of stages is what BuildKit reads, and no more: tools hold it against BuildKit's own reading. */
static void stages_hold_no_more(void **state)
{
	static const char *const known[] = { "name", "base", "base_expanded", "platform", "line", "line_end", "ncmds" };
	json_t *v = dumped(TEXT("ARG T=1\nFROM --platform=linux/amd64 a:$T AS b\nUSER x\n")), *value;
	const char *key;

	(void)state;
	json_object_foreach(json_array_get(json_object_get(v, "stages"), 0), key, value) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i], key) != 0)
			i++;
		assert_in_range(i, 0, sizeof(known) / sizeof(known[0]) - 1);
	}
	json_decref(v);
}

static void configurations(void **state)
{
	(void)state;
	assert_config("FROM scratch\nARG V\nENV PATH=/x A=$V\nUSER app\nCMD a\nEXPOSE 80\nHEALTHCHECK --retries=2 CMD [\"b\"]\n",
		      "{\"user\":\"app\",\"workdir\":\"/\",\"entrypoint\":null,\"cmd\":[\"/bin/sh\",\"-c\",\"a\"],\"shell\":null,"
		      "\"healthcheck\":{\"test\":[\"CMD\",\"b\"],\"retries\":\"2\"},\"stopsignal\":null,"
		      "\"env\":{\"A\":{\"unknown\":true},\"PATH\":\"/x\"},\"labels\":null,\"exposed\":[\"80/tcp\"],"
		      "\"volumes\":null,\"incomplete\":[]}");
	assert_config("FROM example.com/x\nLABEL a=b\nWORKDIR /w\nENTRYPOINT [\"e\"]\nHEALTHCHECK NONE\n",
		      "{\"user\":{\"unknown\":true},\"workdir\":\"/w\",\"entrypoint\":[\"e\"],\"cmd\":null,"
		      "\"shell\":{\"unknown\":true},\"healthcheck\":{\"test\":[\"NONE\"]},\"stopsignal\":{\"unknown\":true},"
		      "\"env\":{\"unknown\":true},\"labels\":{\"a\":\"b\"},\"exposed\":{\"unknown\":true},"
		      "\"volumes\":{\"unknown\":true},\"incomplete\":[\"labels\"]}");
}

/* --- for people ---------------------------------------------------------------- */

/* What is printed under the last instruction of a file. */
static void assert_shown(const char *dockerfile, const char *want)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct text got;
	size_t at;

	dump_text(&a, &b, TEXT("Dockerfile"), doc_read(&a, text_of(dockerfile)));
	got = buf_text(&b);
	at = text_find(got, TEXT("\n           "), 0);
	got = at == TEXT_NPOS ? TEXT_NONE : text_from(got, at + 1);
	assert_text(got, want);
	buf_release(&b);
	arena_release(&a);
}

static void shown(void **state)
{
	(void)state;
	assert_shown("FROM debian:12\nRUN a -y 'x y'>z && b || ! c | d; e &\n",
		     "           dash  a -y 'x y' >z\n"
		     "                 && b\n"
		     "                 || ! c\n"
		     "                 | d\n"
		     "                 ; e\n"
		     "                 &\n");
	assert_shown("FROM debian:12\nRUN if a; then b; elif c; then d; else e; fi && (f) 2>&1\n",
		     "           dash  if\n"
		     "                   a\n"
		     "                 then\n"
		     "                   b\n"
		     "                 elif\n"
		     "                   c\n"
		     "                 then\n"
		     "                   d\n"
		     "                 else\n"
		     "                   e\n"
		     "                 && ( 2>&1\n"
		     "                   f\n");
	assert_shown("FROM debian:12\nRUN for i in a b; do c $(d \"$i\"); done; case $x in y|z) f;; esac\n",
		     "           dash  for i in a b do\n"
		     "                   c $(d \"$i\")\n"
		     "                     $()\n"
		     "                       d \"$i\"\n"
		     "                 ; case $x in\n"
		     "                   y | z)\n"
		     "                     f\n");
	assert_shown("FROM debian:12\nSHELL [\"bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN while a; do f() { b; }; done\n",
		     "           bash  -e -o pipefail\n"
		     "                 while\n"
		     "                   a\n"
		     "                 do\n"
		     "                   f ()\n"
		     "                     {\n"
		     "                       b\n");
	assert_shown("FROM debian:12\nSHELL [\"cmd\", \"/S\", \"/C\"]\nRUN a\n",
		     "           foreign not read: the shell is not a POSIX shell or bash\n");
}

static void configurations_shown(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	dump_text(&a, &b, TEXT("Dockerfile"),
		  doc_read(&a, TEXT("FROM debian:12 AS a\nENV PATH=/x\nCMD b\nHEALTHCHECK --retries=2 CMD c\nFROM example.com/x\n"
				    "LABEL a=b\nEXPOSE 80\n")));
	assert_true(text_starts(buf_text(&b),
				TEXT("Dockerfile: 7 instructions, 2 stages, escape \\\n"
				     "  stage 0 a: from debian:12\n"
				     "    cmd          \"/bin/sh\" \"-c\" \"b\"\n"
				     "    healthcheck  \"CMD-SHELL\" \"c\" retries=\"2\"\n"
				     "    env          PATH=\"/x\"\n"
				     "    not known    labels\n"
				     "  stage 1: from example.com/x, exported\n"
				     "    labels       a=\"b\" ?\n"
				     "    exposed      80/tcp ?\n"
				     "    not known    user workdir entrypoint cmd shell healthcheck stopsignal env volumes\n"
				     "    1      FROM")));
	buf_release(&b);
	arena_release(&a);
}

/* A chain of stages, each of which holds what is below it. */
static void many_stages(void **state)
{
	struct arena a = { 0 };
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	buf_adds(&in, "FROM scratch AS s0\n");
	for (int i = 1; i < 2000; i++)
		buf_addf(&in, "ENV A%d=1\nFROM s%d AS s%d\n", i, i - 1, i);
	dump_json(&a, &out, TEXT("Dockerfile"), doc_read(&a, buf_text(&in)));
	assert_true(out.n < 2000 * 1000);
	buf_clear(&out);
	dump_text(&a, &out, TEXT("Dockerfile"), doc_read(&a, buf_text(&in)));
	assert_true(out.n < 2000 * 500);
	buf_release(&in);
	buf_release(&out);
	arena_release(&a);
}

/* Escape sequences do not reach the terminal, and no script fills it. */
static void shown_safely(void **state)
{
	struct arena a = { 0 };
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	buf_adds(&in, "FROM debian:12\nENV A=\033[31m\nRUN a \033[31m");
	for (int i = 0; i < 1000; i++)
		buf_adds(&in, i % 2 ? "; (((( aaaaaaaaaaaaaaaaaaaaa $(bbbbbbbbbbbbbb \a) ))))" : " | ccccccccccccccccccccc");
	buf_addc(&in, '\n');
	dump_text(&a, &out, TEXT("Dockerfile"), doc_read(&a, buf_text(&in)));
	assert_false(text_has(buf_text(&out), '\033') || text_has(buf_text(&out), '\a'));
	assert_true(text_ends(buf_text(&out), TEXT("                 ...\n")));
	assert_true(out.n < 200 * 200);
	buf_release(&in);
	buf_release(&out);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line), cmocka_unit_test(compound_commands), cmocka_unit_test(arms),
		cmocka_unit_test(substitutions), cmocka_unit_test(forms), cmocka_unit_test(none),
		cmocka_unit_test(shown), cmocka_unit_test(shown_safely),
		cmocka_unit_test(stages_hold_no_more), cmocka_unit_test(configurations), cmocka_unit_test(configurations_shown), cmocka_unit_test(many_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
