/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration that an image is predicted to have. */
#include "facts/config.h"
#include "support/asserts.h"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* Of the last stage. */
static struct image_config read_config(struct text text)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text) };
	struct image_config c;
	struct facts *f;

	assert_true(doc_ok(in.doc));
	f = facts_open(&arena, &in);
	image_config(f, facts_stages(f)->n - 1, &c);
	return c;
}

static struct image_config config(const char *text)
{
	return read_config(text_of(text));
}

/* "-" where it is not set, "?" where it is not known. */
static struct text value(struct maybe m)
{
	return m.state == KNOWN ? m.text : m.state == UNSET ? TEXT("-") : TEXT("?");
}

static struct text words(struct config_words w)
{
	struct text out = value((struct maybe){ w.state, TEXT_NONE });

	for (size_t i = 0; i < w.n; i++)
		out = ARENA_JOIN(&arena, out, i ? TEXT("|") : TEXT_NONE, w.words[i]);
	return out;
}

/* "A=1,B=?"; "..." at the end: there may be others. */
static struct text list(struct config_list l)
{
	struct text out = l.state == UNSET ? TEXT("-") : TEXT_NONE;

	for (size_t i = 0; i < l.n; i++) {
		struct maybe v = l.values[i].value;
		bool pair = v.state != KNOWN || v.text.n;

		out = ARENA_JOIN(&arena, out, i ? TEXT(",") : TEXT_NONE, l.values[i].key,
				 pair ? ARENA_JOIN(&arena, TEXT("="), value(v)) : TEXT_NONE);
	}
	return l.state == UNKNOWN ? ARENA_JOIN(&arena, out, TEXT("...")) : out;
}

#define PATH_LINE "PATH=" CATALOG_USUAL_PATH

/* --- one instruction ----------------------------------------------------------- */

static void nothing_set(void **state)
{
	struct image_config c = config("FROM scratch\n");

	(void)state;
	assert_text(value(c.user), "-");
	assert_text(value(c.workdir), "/");
	assert_text(value(c.stopsignal), "-");
	assert_text(words(c.entrypoint), "-");
	assert_text(words(c.cmd), "-");
	assert_text(words(c.shell), "-");
	assert_text(words(c.healthcheck), "-");
	assert_text(list(c.env), PATH_LINE);
	assert_text(list(c.exposed), "-");
	assert_text(list(c.volumes), "-");
	assert_text(list(c.labels), "-");
	assert_text(list(c.health_options), "-");
}

static void variables(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV B=1 A=2\nENV B=$A C=\"$B x\" D='$A'\nENV E old $A\nENV Z=\n");
	assert_text(list(c.env), "A=2,B=2,C=1 x,D=$A,E=old 2," PATH_LINE ",Z");
	c = config("FROM scratch\nENV PATH=/x:$PATH\n");
	assert_text(list(c.env), "PATH=/x:" CATALOG_USUAL_PATH);
	/* ARG is not in it, and what it takes part in is not known. */
	c = config("FROM scratch\nARG V=1\nENV A=$V B=${NONE:-x}\n");
	assert_text(list(c.env), "A=?,B=x," PATH_LINE);
	/* A key that is not known may be any. */
	c = config("FROM scratch\nARG V\nENV A=1\nENV ${V}A=2\nENV B=3\n");
	assert_text(list(c.env), "A=?,B=3,PATH=?...");
}

static void labels(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV A=1\nARG V\nLABEL b=\"x $A\" a.$A=$V\nLABEL b=2 \"c d\"=e\nMAINTAINER me\n");
	assert_text(list(c.labels), "a.1=?,b=2,c d=e");
	c = config("FROM debian:12\nLABEL a=b\n");
	assert_text(list(c.labels), "a=b...");
}

static void ports(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV P=\"90/udp 91\" Q=70\nEXPOSE 80 80/tcp 53/UDP 8000-8002 9/sctp\nEXPOSE $P $Q 127.0.0.1:1:2 3:4\n");
	assert_text(list(c.exposed), "2/tcp,4/tcp,53/udp,70/tcp,80/tcp,8000/tcp,8001/tcp,8002/tcp,9/sctp,90/udp,91/tcp");
	c = config("FROM scratch\nARG P=80\nEXPOSE $P 81\n");
	assert_text(list(c.exposed), "81/tcp...");
	/* No build takes these. */
	c = config("FROM scratch\nEXPOSE x 1/x 70000 5-4 99999999999999999999 - /tcp 7\n");
	assert_text(list(c.exposed), "7/tcp...");
	c = config("FROM scratch\nEXPOSE 10000-20000/udp\n");
	assert_int_equal(c.exposed.n, 10001);
	c = config("FROM scratch\nEXPOSE 0-65535\n");
	assert_int_equal(c.exposed.state, UNKNOWN);
}

static void volumes(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV D=/d\nVOLUME /b $D/x/\nVOLUME [\"/a b\", \" /b \"]\n");
	assert_text(list(c.volumes), "/a b,/b,/d/x/");
	c = config("FROM scratch\nARG D\nVOLUME /b $D\n");
	assert_text(list(c.volumes), "/b...");
}

static void users_and_directories(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV U=app\nUSER $U:users\nWORKDIR /srv/../opt/./x/\nWORKDIR y\nSTOPSIGNAL SIG${NONE:-INT}\n");
	assert_text(value(c.user), "app:users");
	assert_text(value(c.workdir), "/opt/x/y");
	assert_text(value(c.stopsignal), "SIGINT");
	c = config("FROM scratch\nARG U=app\nUSER $U\nWORKDIR /$U\nSTOPSIGNAL $U\n");
	assert_text(value(c.user), "?");
	assert_text(value(c.workdir), "?");
	assert_text(value(c.stopsignal), "?");
	c = config("FROM scratch\nUSER app\nUSER $NONE\n");
	assert_text(value(c.user), "-");
	c = config("FROM debian:12\nRUN a\n");
	assert_text(value(c.workdir), "-");
	c = config("FROM debian:12\nWORKDIR a\n");
	assert_text(value(c.workdir), "/a");
}

static void healthchecks(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV A=1\nHEALTHCHECK --interval=5s --retries=2 cmd curl $A || exit 1\n");
	assert_text(words(c.healthcheck), "CMD-SHELL|curl $A || exit 1");
	assert_text(list(c.health_options), "interval=5s,retries=2");
	c = config("FROM scratch\nHEALTHCHECK --retries=2 CMD a\nHEALTHCHECK --timeout=1m CMD [\"a\", \"$B\"]\n");
	assert_text(words(c.healthcheck), "CMD|a|$B");
	assert_text(list(c.health_options), "timeout=1m");
	c = config("FROM scratch\nHEALTHCHECK --retries=2 CMD a\nHEALTHCHECK none\n");
	assert_text(words(c.healthcheck), "NONE");
	assert_text(list(c.health_options), "-");
}

/* --- what is started ------------------------------------------------------------ */

static void forms(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch\nENV A=1\nENTRYPOINT [\"a\", \"$A\"]\nCMD b  \"$A\" \\\n c\n");
	assert_text(words(c.entrypoint), "a|$A");
	assert_text(words(c.cmd), "/bin/sh|-c|b  \"$A\"  c");
	c = config("FROM scratch\nENTRYPOINT a\nSHELL [\"bash\", \"-ec\"]\nCMD b\nSHELL [\"x\"]\n");
	assert_text(words(c.entrypoint), "/bin/sh|-c|a");
	assert_text(words(c.cmd), "bash|-ec|b");
	assert_text(words(c.shell), "x");
	c = config("FROM scratch\nENTRYPOINT [\"a\"]\nENTRYPOINT []\nCMD [\"a\"]\nCMD []\n");
	assert_text(words(c.entrypoint), "-");
	assert_text(words(c.cmd), "-");
}

/* ENTRYPOINT drops the CMD from below, not one of its own stage, wherever that stands. */
static void dropped(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM debian:12\nENTRYPOINT [\"a\"]\n");
	assert_text(words(c.cmd), "-");
	c = config("FROM debian:12\nCMD [\"b\"]\nENTRYPOINT [\"a\"]\n");
	assert_text(words(c.cmd), "b");
	c = config("FROM debian:12 AS x\nCMD [\"b\"]\nFROM x\nENTRYPOINT [\"a\"]\n");
	assert_text(words(c.cmd), "-");
	c = config("FROM debian:12 AS x\nENTRYPOINT [\"a\"]\nFROM x\nCMD [\"b\"]\n");
	assert_text(words(c.entrypoint), "a");
	assert_text(words(c.cmd), "b");
}

/* --- what is handed down --------------------------------------------------------- */

static void public_images(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM nginx:1.28\n");
	assert_text(words(c.entrypoint), "/docker-entrypoint.sh");
	assert_text(words(c.cmd), "nginx|-g|daemon off;");
	assert_text(list(c.exposed), "80/tcp");
	assert_text(value(c.stopsignal), "SIGQUIT");
	assert_text(words(c.healthcheck), "-");
	assert_int_equal(c.env.state, KNOWN);
	c = config("FROM golang:1.27-trixie\nENV GOPATH=/x\nWORKDIR y\nCMD a\n");
	assert_text(value(c.workdir), "/go/y");
	assert_true(text_find(list(c.env), TEXT("GOPATH=/x,GOTOOLCHAIN="), 0) != TEXT_NPOS);
}

static void through_stages(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch AS a\nENV A=1 B=1\nLABEL l=1\nEXPOSE 1\nVOLUME /a\nUSER u\nWORKDIR /w\nSTOPSIGNAL 9\n"
		   "SHELL [\"s\"]\nHEALTHCHECK --retries=2 CMD a\nFROM scratch AS c\nENV C=1\nUSER c\n"
		   "FROM a AS b\nENV B=2\nLABEL l=2 m=$A\nFROM b\nEXPOSE 2\nVOLUME /b\nWORKDIR x\nCMD go\n");
	assert_text(list(c.env), "A=1,B=2," PATH_LINE);
	assert_text(list(c.labels), "l=2,m=1");
	assert_text(list(c.exposed), "1/tcp,2/tcp");
	assert_text(list(c.volumes), "/a,/b");
	assert_text(value(c.user), "u");
	assert_text(value(c.workdir), "/w/x");
	assert_text(value(c.stopsignal), "9");
	assert_text(words(c.shell), "s");
	assert_text(words(c.cmd), "s|go");
	assert_text(words(c.healthcheck), "CMD-SHELL|a");
	assert_text(list(c.health_options), "retries=2");
}

static void unknown_base(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM example.com/x\nENV A=1 PATH=/x:$PATH\nEXPOSE 80\nCMD a\nWORKDIR b\nVOLUME /v\n");
	assert_text(value(c.user), "?");
	assert_text(value(c.workdir), "?");
	assert_text(value(c.stopsignal), "?");
	assert_text(words(c.entrypoint), "?");
	assert_text(words(c.cmd), "?");
	assert_text(words(c.shell), "?");
	assert_text(words(c.healthcheck), "?");
	assert_text(list(c.env), "A=1,PATH=?...");
	assert_text(list(c.exposed), "80/tcp...");
	assert_text(list(c.volumes), "/v...");
	c = config("FROM example.com/x\nSHELL [\"s\", \"-c\"]\nENTRYPOINT a\nUSER u\nWORKDIR /w\nHEALTHCHECK NONE\nSTOPSIGNAL 9\n");
	assert_text(value(c.user), "u");
	assert_text(value(c.workdir), "/w");
	assert_text(value(c.stopsignal), "9");
	assert_text(words(c.entrypoint), "s|-c|a");
	assert_text(words(c.cmd), "-");
	assert_text(words(c.healthcheck), "NONE");
}

/* They run right behind the FROM of who continues the stage. */
static void triggers(void **state)
{
	struct image_config c;

	(void)state;
	c = config("FROM scratch AS a\nENV A=1\nLABEL l=1\nEXPOSE 1\nUSER u\nSTOPSIGNAL 9\nHEALTHCHECK --retries=2 CMD a\n"
		   "SHELL [\"s\"]\nENTRYPOINT [\"e\"]\nONBUILD ENV A=2\nFROM a\nENV B=1\nCMD x\n");
	assert_text(list(c.env), "A=?,B=1,PATH=?...");
	assert_text(list(c.labels), "l=?...");
	assert_text(list(c.exposed), "1/tcp...");
	assert_text(list(c.volumes), "...");
	assert_text(value(c.user), "u");
	assert_text(value(c.workdir), "/");
	assert_text(value(c.stopsignal), "?");
	assert_text(words(c.healthcheck), "?");
	assert_text(list(c.health_options), "...");
	assert_text(words(c.entrypoint), "e");
	assert_text(words(c.cmd), "?");
	assert_text(words(c.shell), "?");
	c = config("FROM scratch AS a\nUSER u\nWORKDIR /w\nONBUILD USER v\nONBUILD COPY . .\nFROM a\n");
	assert_text(value(c.user), "?");
	assert_text(value(c.workdir), "/w");
	c = config("FROM scratch AS a\nUSER u\nWORKDIR /w\nONBUILD WORKDIR v\nFROM a\n");
	assert_text(value(c.user), "u");
	assert_text(value(c.workdir), "?");
	/* The stage itself does not run its own. */
	c = config("FROM scratch\nENV A=1\nONBUILD ENV A=2\n");
	assert_text(list(c.env), "A=1," PATH_LINE);
	/* A CMD that a trigger sets is one of the stage that runs it. */
	c = config("FROM scratch AS a\nONBUILD CMD [\"c\"]\nFROM a AS b\nENV A=1\nENTRYPOINT [\"e\"]\nFROM b\nENV B=1\n");
	assert_text(words(c.entrypoint), "e");
	assert_text(words(c.cmd), "?");
	assert_text(list(c.env), "A=1,B=1,PATH=?...");
}

static void windows(void **state)
{
	struct image_config c = config("FROM mcr.microsoft.com/windows/nanoserver:1809\nCMD a\n");

	(void)state;
	assert_text(words(c.cmd), "?");
	assert_text(list(c.env), "...");
}

/* --- hostile input --------------------------------------------------------------- */

static void very_long(void **state)
{
	struct image_config c;
	struct buf b = { 0 };

	(void)state;
	buf_adds(&b, "FROM scratch\n");
	for (int i = 0; i < 200; i++)
		buf_adds(&b, "EXPOSE 0-65535 0-65535/udp\n");
	c = read_config(buf_text(&b));
	assert_int_equal(c.exposed.state, UNKNOWN);
	assert_text(list(c.env), PATH_LINE);
	for (int i = 0; i < 20000; i++)
		buf_adds(&b, "ENV A=1\n");
	c = read_config(buf_text(&b));
	assert_text(list(c.env), "...");
	assert_text(value(c.user), "?");
	arena_release(&arena);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(nothing_set, teardown),
		cmocka_unit_test_teardown(variables, teardown),
		cmocka_unit_test_teardown(labels, teardown),
		cmocka_unit_test_teardown(ports, teardown),
		cmocka_unit_test_teardown(volumes, teardown),
		cmocka_unit_test_teardown(users_and_directories, teardown),
		cmocka_unit_test_teardown(healthchecks, teardown),
		cmocka_unit_test_teardown(forms, teardown),
		cmocka_unit_test_teardown(dropped, teardown),
		cmocka_unit_test_teardown(public_images, teardown),
		cmocka_unit_test_teardown(through_stages, teardown),
		cmocka_unit_test_teardown(unknown_base, teardown),
		cmocka_unit_test_teardown(triggers, teardown),
		cmocka_unit_test_teardown(windows, teardown),
		cmocka_unit_test_teardown(very_long, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
