/* SPDX-License-Identifier: Apache-2.0 */
/* The report as text, of outcomes that the engine made and of some that no file gives. */
#include "report/report.h"
#include "report/secret.h"
#include "support/asserts.h"
#include "support/report_help.h"

#include <pthread.h>
#include <string.h>

static const struct report_style plain = { 0 }, verbose = { .verbose = true }, colored = { .color = true };

/* --- making outcomes ---------------------------------------------------------- */

static struct text report_of(struct arena *a, struct text text, const struct report_style *s)
{
	struct outcome out = { 0 };
	struct buf b = { 0 };
	struct text t;

	harden_text(text, LEVEL_HARDEN, &out);
	report_text(&b, &out, s);
	t = arena_text(a, buf_text(&b));
	buf_release(&b);
	outcome_release(&out);
	return t;
}

static struct text show(struct outcome *o, const struct report_style *s)
{
	struct buf b = { 0 };
	struct text t;

	o->path = o->path.n ? o->path : TEXT("Dockerfile");
	report_text(&b, o, s);
	t = arena_text(&o->arena, buf_text(&b));
	buf_release(&b);
	return t;
}

/* --- text --------------------------------------------------------------------- */

static void test_ordinary(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_text(report_of(&a, text_of(ordinary), &plain),
		"app/Dockerfile: 6 changes, 1 left to you\n"
		"  What changed\n"
		"    maintainer-to-label (safe), line 2: MAINTAINER is deprecated: the label org.opencontainers.image.authors "
		"takes its place\n"
		"    key-value-format (safe), lines 3 and 4: `ENV key value` is the legacy form; key=value gives the "
		"same value\n"
		"    absolute-workdir (safe)\n"
		"      line 5: a relative WORKDIR depends on what stands above it; here it is /app\n"
		"        because: the working directory before it is /\n"
		"      line 7: a relative WORKDIR depends on what stands above it; here it is /app/sub\n"
		"        because: the working directory before it is /app (line 5)\n"
		"    single-cmd (safe), line 9: this CMD never takes effect: only the last one of a stage does\n"
		"      because: the CMD that counts (line 10)\n"
		"  In the image\n"
		"    author                                  gone: Ada <ada@example.com>\n"
		"    LABEL org.opencontainers.image.authors  new: Ada <ada@example.com>\n"
		"  Left to you\n"
		"    use-copy, line 6 [context-unknown]: ADD may do more than copy\n"
		"      name the build context with --context, or write COPY if it is a plain file or folder\n"
		"");
	arena_release(&a);
}

static void test_nothing_to_say(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_text(report_of(&a, TEXT("FROM scratch\n"), &plain), "");
	assert_text(report_of(&a, TEXT("FROM scratch\n"), &verbose), "app/Dockerfile: nothing to do\n");
	assert_text(report_of(&a, TEXT("FROM scratch\n# dfharden ignore=absolute-workdir\nWORKDIR app\n"), &plain), "");
	arena_release(&a);
}

static void test_verbose(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_text(report_of(&a, TEXT("FROM scratch\n# dfharden ignore=absolute-workdir why\nWORKDIR app\n"
				      "ENV PASSWORD \"a secret\"\nENV B c\n"), &verbose),
		"app/Dockerfile: 2 changes\n"
		"  What changed\n"
		"    key-value-format (safe), lines 4 and 5: `ENV key value` is the legacy form; key=value gives the "
		"same value\n"
		"      4 | ENV PASSWORD <hidden>\n"
		"      5 | ENV B c\n"
		"  Muted by the file\n"
		"    absolute-workdir, line 3: # dfharden ignore=absolute-workdir why\n");
	arena_release(&a);
}

static void test_lines_to_write(void **state)
{
	struct outcome o = { 0 };
	struct finding *f = add_finding(&o, &fake, 4, FATE_REFUSED, "m");

	(void)state;
	f->code = "no-way";
	f->decide = TEXT("decide it");
	f->yes_where = TEXT("in front of line 4");
	f->yes_lines = TEXT("RUN a && \\\n    b\x1b\nUSER 1:1");
	assert_text(show(&o, &verbose), "Dockerfile: nothing changed, 1 left to you\n"
					"  Left to you\n"
					"    non-root, line 4 [no-way]: m\n"
					"      decide it\n"
					"      if so, in front of line 4:\n"
					"        RUN a && \\\n"
					"            b\\x1b\n"
					"        USER 1:1\n");
	assert_text(show(&o, &plain), "Dockerfile: nothing changed, 1 left to you\n"
				      "  Left to you\n"
				      "    non-root, line 4 [no-way]: m\n"
				      "      decide it\n");
	f->quiet = true;
	assert_text(show(&o, &plain), "");
	outcome_release(&o);
}

static void test_unreadable(void **state)
{
	struct outcome o = { .unreadable = true, .problem_place = { 3, 7 }, .problem = TEXT("no \033[2J such \xff thing") };

	(void)state;
	assert_text(show(&o, &plain), "Dockerfile:3:7: error: no \\x1b[2J such \\xff thing (the file is left alone)\n");
	assert_text(show(&o, &colored), "\033[1mDockerfile\033[m:3:7: \033[31merror:\033[m no \\x1b[2J such \\xff thing "
				       "(the file is left alone)\n");
	outcome_release(&o);
}

static void test_consequences_come_first(void **state)
{
	struct outcome o = { 0 };
	struct fault fault = { &other, TEXT("a comment was lost") };
	struct change changes[] = { { .path = TEXT("Dockerfile") }, { .path = TEXT("nginx\033.conf"), .is_new = true } };
	struct finding *f = add_finding(&o, &fake, 4, FATE_APPLIED, "runs as root");

	(void)state;
	f->changes = 1u << CHANGES_PORT | 1u << CHANGES_SERVER;
	add_evidence(&o, f, 9, TEXT("EXPOSE 80"));
	add_evidence(&o, f, 0, TEXT("the catalog"));
	add_finding(&o, &fake, 5, FATE_ADVICE, "look at it");
	add_finding(&o, &other, 6, FATE_LEVEL, "x");
	add_finding(&o, &other, 7, FATE_LEVEL, "y");
	add_finding(&o, &fake, 8, FATE_REFUSED, "cannot");
	o.faults = &fault;
	o.nfaults = 1;
	o.changes = changes;
	o.nchanges = 2;
	assert_text(show(&o, &colored),
		"\033[1mDockerfile\033[m: 1 change, 2 left to you\n"
		"\033[1m  Before you deploy\n\033[m"
		"    another port answers: non-root, line 4\n"
		"    another server program runs: non-root, line 4\n"
		"  What changed\n"
		"    non-root (harden), line 4: runs as root\n"
		"\033[2m      because: EXPOSE 80 (line 9) (and 1 more)\033[m\n"
		"    with it: nginx\\x1b.conf (new)\n"
		"  Left to you\n"
		"    non-root, line 8 \033[33m[some-code]\033[m: cannot\n"
		"    non-root, line 5: look at it\n"
		"  2 more with --level strict (use-thing 2)\n"
		"\033[31m  a bug of ours:\033[m use-thing was taken back: a comment was lost; please report it\n");
	outcome_release(&o);
}

static void test_long_lists_are_cut(void **state)
{
	struct outcome o = { 0 };
	char *messages = arena_bytes(&o.arena, 600);

	(void)state;
	for (size_t i = 0; i < 20; i++)
		add_finding(&o, &fake, 10 + i, FATE_APPLIED, "the same");
	for (size_t i = 0; i < 12; i++) {
		memcpy(messages + i * 3, i < 10 ? "m0" : "n0", 3);
		messages[i * 3 + 1] = (char)('0' + i % 10);
		add_finding(&o, &other, 50 + i, FATE_APPLIED, messages + i * 3);
	}
	assert_text(show(&o, &plain),
		"Dockerfile: 32 changes\n"
		"  What changed\n"
		"    non-root (harden), lines 10, 11, 12, 13, 14, 15 and 14 more: the same\n"
		"    use-thing (strict)\n"
		"      line 50: m0\n"
		"      line 51: m1\n"
		"      line 52: m2\n"
		"      and 9 more; -v shows all\n");
	assert_true(text_find(show(&o, &verbose), TEXT("line 61: n1"), 0) != TEXT_NPOS);
	assert_true(text_find(show(&o, &verbose), TEXT("28 and 29: the same"), 0) != TEXT_NPOS);
	outcome_release(&o);
}

/* --- effects ------------------------------------------------------------------ */

static void test_effects(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	add_finding(&o, &fake, 1, FATE_APPLIED, "m");
	add_effect(&o, ASPECT_BASE, "", TEXT("node"), TEXT("node:24"));
	add_effect(&o, ASPECT_USER, "", TEXT_NONE, TEXT("10001"));
	add_effect(&o, ASPECT_ENV, "API_TOKEN", TEXT("abc"), TEXT("def"));
	add_effect(&o, ASPECT_ENV, "EMPTY", TEXT_NONE, TEXT(""));
	add_effect(&o, ASPECT_ENTRY, "CMD", TEXT("shell run me\0/bin/sh\0-c"), TEXT("exec\0run\0me \"x\""));
	add_effect(&o, ASPECT_ENTRY, "ENTRYPOINT", TEXT("exec"), TEXT(""));
	add_effect(&o, ASPECT_PORTS, "8080", TEXT_NONE, TEXT(""));
	add_effect(&o, ASPECT_VOLUMES, "/da\nta", TEXT(""), TEXT_NONE);
	add_effect(&o, ASPECT_HEALTH, "", TEXT("NONE\0shell\0/bin/sh\0-c"), TEXT("--interval=5s\0CMD\0shell curl -f x\0/bin/sh\0-c"));
	add_effect(&o, ASPECT_STAGES, "", TEXT("web 1"), TEXT("web 2"));
	assert_text(show(&o, &plain),
		"Dockerfile: 1 change\n"
		"  What changed\n"
		"    non-root (harden), line 1: m\n"
		"  In the image\n"
		"    base            node -> node:24\n"
		"    USER            new: 10001\n"
		"    ENV API_TOKEN   <hidden> -> <hidden>\n"
		"    ENV EMPTY       new: \"\"\n"
		"    CMD             run me -> [\"run\", \"me \\\"x\\\"\"]\n"
		"    ENTRYPOINT      gone: []\n"
		"    EXPOSE 8080     new\n"
		"    VOLUME /da\\nta  gone\n"
		"    HEALTHCHECK     NONE -> --interval=5s CMD curl -f x\n");
	outcome_release(&o);
}

/* A step that goes renumbers those behind it; only what is new or gone is shown. */
static void test_effects_in_order(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	add_finding(&o, &fake, 1, FATE_APPLIED, "m");
	add_effect(&o, ASPECT_COPIES, "00000000", TEXT("root\0/\0COPY\0--from=busybox\0/a b\0/x"),
		   TEXT("root\0/\0COPY\0--from=busybox:1\0/a b\0/x"));
	add_effect(&o, ASPECT_COPIES, "00000001", TEXT("--mount=type=cache"), TEXT_NONE);
	add_effect(&o, ASPECT_RUNS, "00000000", TEXT("root\0/\0shell a\0/bin/sh\0-c"), TEXT("root\0/\0shell b\0/bin/sh\0-c"));
	add_effect(&o, ASPECT_RUNS, "00000001", TEXT("root\0/\0shell b\0/bin/sh\0-c"), TEXT("root\0/\0exec\0c"));
	add_effect(&o, ASPECT_RUNS, "00000002", TEXT("root\0/\0exec\0c"), TEXT("root\0/\0shell d\0/bin/sh\0-c"));
	add_effect(&o, ASPECT_RUNS, "00000003", TEXT("root\0/\0shell d\0/bin/sh\0-c"), TEXT_NONE);
	add_effect(&o, ASPECT_RUNS, "00000004", TEXT("root\0/\0shell e\0sh"), TEXT("app\0/srv\0shell e\0sh"));
	add_effect(&o, ASPECT_RUNS, "00000005", TEXT_NONE, TEXT_NONE)->exported = false;
	assert_text(show(&o, &plain),
		"Dockerfile: 1 change\n"
		"  What changed\n"
		"    non-root (harden), line 1: m\n"
		"  In the image\n"
		"    COPY  --from=busybox \"/a b\" /x -> --from=busybox:1 \"/a b\" /x\n"
		"    RUN   gone: --mount=type=cache\n"
		"    RUN   e: as root in / -> as app in /srv\n");
	outcome_release(&o);
}

static void test_effects_of_stages(void **state)
{
	struct outcome o = { 0 };
	char x[200], y[200];

	(void)state;
	memset(x, 'x', sizeof(x));
	memcpy(y, x, sizeof(y));
	x[150] = '1';
	y[150] = '2';
	add_finding(&o, &fake, 1, FATE_APPLIED, "m");
	add_effect(&o, ASPECT_USER, "", (struct text){ x, sizeof(x) }, (struct text){ y, sizeof(y) });
	add_effect(&o, ASPECT_USER, "", TEXT("a"), TEXT("b"))->stage = TEXT("web");
	assert_text(show(&o, &plain),
		"Dockerfile: 1 change\n"
		"  What changed\n"
		"    non-root (harden), line 1: m\n"
		"  In the image, stage 0\n"
		"    USER  ...xxxxxxxxxxxx1xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... -> "
		"...xxxxxxxxxxxx2xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\n"
		"  In the image, stage web\n"
		"    USER  a -> b\n");
	outcome_release(&o);
}

/* --- hostile files -------------------------------------------------------------- */

static void check_terminal(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];

		assert_true(c == '\n' || (c >= ' ' && c != 0x7f));
	}
	assert_true(utf8_valid(t));
	assert_int_equal(text_find(t, TEXT("\xe2\x80\xae"), 0), TEXT_NPOS);
	assert_int_equal(text_find(t, TEXT("\xc2\x9b"), 0), TEXT_NPOS);
}

static void test_hostile(void **state)
{
	struct buf text = { 0 };
	struct outcome o = { 0 };

	(void)state;
	add_hostile(&text);
	harden_text(buf_text(&text), LEVEL_HARDEN, &o);
	o.path = TEXT("Docker\033[1mfile\n");
	check_terminal(show(&o, &plain));
	check_terminal(show(&o, &verbose));
	assert_true(show(&o, &verbose).n < 16384);
	buf_release(&text);
	outcome_release(&o);
}

/* --- secrets -------------------------------------------------------------------- */

/* A token's shape without its looks: no scanner of this repository takes it for one. */
#define LONG "abcdefghijklmnopqrstuvwxyz0123456789"

static void test_secrets(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "ENV DB_PASSWORD hunter2 and more", "ENV DB_PASSWORD <hidden>" },
		{ "ONBUILD env db.password x", "ONBUILD env db.password <hidden>" },
		{ "ENV A=b API_KEY=\"c d\" E=f", "ENV A=b API_KEY=<hidden> E=f" },
		{ "ENV PASS='a\\' b' X=y", "ENV PASS=<hidden> X=y" },
		{ "ARG TOKEN=a\\ b c", "ARG TOKEN=<hidden> c" },
		{ "ARG dbPassword2=a", "ARG dbPassword2=<hidden>" },
		{ "ARG APIKey=a", "ARG APIKey=<hidden>" },
		{ "x=1 secret=\"never ends", "x=1 secret=<hidden>" },
		{ "RUN echo \"export TOKEN=abc\" > f", "RUN echo \"export TOKEN=<hidden>\" > f" },
		{ "RUN x --password hunter2 -v", "RUN x --password <hidden> -v" },
		{ "CMD [\"x\", \"--token\", \"abc\", \"-v\"]", "CMD [\"x\", \"--token\", <hidden>, \"-v\"]" },
		{ "{\"secret\": \"abc\", \"x\": 1}", "{\"secret\": <hidden>, \"x\": 1}" },
		{ "  api_token: abc", "  api_token: <hidden>" },
		{ "-H 'X-Auth-Token: abc'", "-H 'X-Auth-Token: <hidden>'" },
		{ "${PASSWORD:-hunter2}", "${PASSWORD:-<hidden>" },
		{ "//r.example/:_authToken=abc", "//r.example/:_authToken=<hidden>" },
		{ "git clone https://me:pw@example.com/x", "git clone https://me:<hidden>@example.com/x" },
		{ "https://" LONG "@example.com/x", "https://<hidden>@example.com/x" },
		{ "https://me:cut-off", "https://me:<hidden>" },
		{ "x gh" "p_" LONG " y", "x <hidden> y" },
		{ "x gh" "p_abcdefgh", "x <hidden>" },
		{ "github" "_pat_" LONG, "<hidden>" },
		{ "gl" "pat-" LONG, "<hidden>" },
		{ "AK" "IAIOSFODNN7EXAMPLE", "<hidden>" },
		{ "xo" "xb-1234567-abc", "<hidden>" },
		{ "np" "m_" LONG, "<hidden>" },
		{ "py" "pi-" LONG, "<hidden>" },
		{ "AI" "za" LONG, "<hidden>" },
		{ "sk" "_live_abcdefgh", "<hidden>" },
		{ "ey" "JhbGciOiJub25lIn0.eyJhIjoxfQ.x-y", "<hidden>" },
		{ "a -----BEGIN RSA PRIVATE " "KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nb", "a <hidden>\nb" },
		{ "a -----BEGIN PRIVATE " "KEY-----\\nabc", "a <hidden>" },
		{ "curl -H \"Authorization: Bearer abc\" x", "curl -H \"Authorization: Bearer <hidden>\" x" },
		{ "curl -fsS -u me:pw https://x", "curl -fsS -u me:<hidden> https://x" },
		{ "echo 'root:pw' | chpasswd", "echo 'root:<hidden>' | chpasswd" },
		{ "ALTER ROLE x WITH PASSWORD 'pw';", "ALTER ROLE x WITH PASSWORD '<hidden>';" },
		{ "identified by \"pw\"", "identified by \"<hidden>\"" },
		{ "mysql -uroot -ppw -e x", "mysql -uroot -p<hidden> -e x" },
		{ "aws configure set aws_secret_access_key abc", "aws configure set aws_secret_access_key <hidden>" },
	};
	static const char *const kept[] = {
		"MAINTAINER Ada", "LABEL org.opencontainers.image.authors=\"Ada\"", "AUTHOR=x", "PASSWORD_FILE=/run/secrets/x",
		"TOKEN_URL=https://example.com/", "SECRET_PATH /x", "PASSWORD=$PASSWORD", "PASSWORD=\"${PASSWORD}\"", "PASSWORD=",
		"TOKEN=\"\" X=y", "AUTH_ENABLED=true", "PWD=/srv", "ENV TOKEN $TOKEN", "RUN --mount=type=secret,id=npm_token x",
		"this is a secret: mount it", "the token is not known", "passwd -d root", "/etc/passwd:/etc/passwd", "MAX_TOKENS=5",
		"https://example.com:8080/x", "git@example.com:a/b", "--with-http_auth_request_module x", "django-auth==1.0",
		"https://me:${TOKEN}@example.com", "busybox:latest moves with every release", "", "ENV", "ENV PASSWORD", "--token",
		"NOPASSWD:ALL", "docker run -u 1000:1000", "COMPASS=north", "KEY=x", "public_key=x",
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(secret_hide(&a, text_of(cases[i].text)), cases[i].shown);
	for (size_t i = 0; i < COUNT(kept); i++)
		assert_text(secret_hide(&a, text_of(kept[i])), kept[i]);
	assert_text(secret_hide_value(&a, TEXT("password"), TEXT("two words")), "<hidden>");
	assert_text(secret_hide_value(&a, TEXT("password"), TEXT("$P")), "$P");
	assert_text(secret_hide_value(&a, TEXT("url"), TEXT("http://a:b@c/")), "http://a:<hidden>@c/");
	arena_release(&a);
}

static void test_secrets_of_words(void **state)
{
	struct arena a = { 0 };
	struct text t = secret_hide(&a, TEXT("exec\0x\0--password\0a b\0-v"));

	(void)state;
	assert_true(text_starts(t, TEXT("exec\0x\0--password\0<hidden>")));
	assert_int_equal(text_find(t, TEXT("a b"), 0), TEXT_NPOS);
	arena_release(&a);
}

/* Bounded: what is too long is cut, and cut text is looked at first. */
static void test_secrets_huge(void **state)
{
	static const char *const pieces[] = { "eyJ", "://a:", "curl -u ", "password ", "a=b=", "\"", "token=", "mysql ", "\xc3\xa9" };
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct text t;

		buf_clear(&b);
		while (b.n < 1000000)
			buf_adds(&b, pieces[i]);
		t = secret_hide(&a, buf_text(&b));
		assert_true(t.n <= 2 * SECRET_TEXT_MAX && text_ends(t, TEXT("...")) && utf8_valid(t));
		arena_reset(&a);
	}
	buf_release(&b);
	arena_release(&a);
}

static void *hide_one(void *data)
{
	struct arena a = { 0 };

	*(bool *)data = text_is(secret_hide(&a, TEXT("https://a:b@c")), "https://a:<hidden>@c");
	arena_release(&a);
	return NULL;
}

static void test_secrets_in_threads(void **state)
{
	pthread_t threads[4];
	bool ok[4] = { false };

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hide_one, &ok[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_true(ok[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets_in_threads),
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_verbose),
		cmocka_unit_test(test_lines_to_write), cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_consequences_come_first),
		cmocka_unit_test(test_long_lists_are_cut),
		cmocka_unit_test(test_effects),
		cmocka_unit_test(test_effects_in_order),
		cmocka_unit_test(test_effects_of_stages),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secrets_of_words),
		cmocka_unit_test(test_secrets_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
