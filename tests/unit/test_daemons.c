/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/daemons.h"
#include "syntax/imageref.h"

#include "gen/catalog_daemons.h"
#include "gen/catalog_drops.h"
#include "gen/catalog_tools.h"
#include "support/asserts.h"

#include <string.h>

#define CELL(name, row, column) text_of((const char *)&name##_pool + name##_cells[row][column])

/* --- the tables ------------------------------------------------------------ */

static bool one_of(const char *words, struct text t)
{
	struct text list = text_of(words), one;
	bool more = true;

	while (text_cut(&list, ' ', &one, &more))
		if (text_eq(one, t))
			return true;
	return false;
}

static void each_word(size_t row, int column, bool (*good)(struct text word))
{
	struct text list = CELL(daemons, row, column), one;
	bool more = list.n > 0;

	while (text_cut(&list, ' ', &one, &more))
		if (!good(one))
			fail_msg("%.*s, column %d: \"%.*s\"", TEXT_FMT(CELL(daemons, row, DAEMONS_PROGRAM)), column, TEXT_FMT(one));
}

static bool is_path(struct text t)
{
	return (text_starts(t, TEXT("/")) || text_starts(t, TEXT("./"))) && !text_ends(t, TEXT("/")) && !text_has(t, '*') &&
	       text_find(t, TEXT("//"), 0) == TEXT_NPOS;
}

static bool is_pattern(struct text t)
{
	return text_starts(t, TEXT("/")) || text_starts(t, TEXT("./"));
}

static bool is_number(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return t.n > 0 && t.n < 6;
}

static bool is_option(struct text t)
{
	return t.n > 1 && t.p[0] == '-';
}

static bool is_release(struct text t)
{
	return one_of("debian debian12 debian13 ubuntu ubuntu22.04 ubuntu24.04 alpine", t);
}

static bool is_origin(struct text t)
{
	struct imageref r;

	if (!text_starts(t, TEXT("image:")))
		return t.n > 0 && !text_has(t, ':') && !text_has(t, '/');
	t = text_from(t, 6);
	return imageref_parse(t, &r) && !r.tag.n && text_eq(imageref_name(&r), t);
}

static bool is_account(struct text t)
{
	struct text name, uid = TEXT_NONE, gid = TEXT_NONE;
	bool more = true;

	if (!text_cut(&t, ':', &name, &more) || !name.n || !more)
		return name.n > 0;
	return text_cut(&t, ':', &uid, &more) && more && text_cut(&t, ':', &gid, &more) && !more && is_number(uid) && is_number(gid);
}

static bool is_day(struct text t)
{
	return text_is(t, "?") || ((t.n == 10 || t.n == 7) && text_starts(t, TEXT("20")) && t.p[4] == '-');
}

/* Quotes are in pairs, and braces hold only what is filled in. */
static void assert_commands(struct text t)
{
	size_t quotes = 0;

	for (size_t i = 0; i < t.n; i++) {
		quotes += t.p[i] == '\'';
		if (t.p[i] == '{' && quotes % 2 == 0)
			assert_true(one_of("{user} {group} {uid} {gid}", text_sub(t, i, text_chr(t, '}', i) + 1)));
	}
	assert_true(quotes % 2 == 0 && !text_has(t, '"') && !text_has(t, '\\'));
	assert_true(!text_starts(t, TEXT(" ")) && !text_ends(t, TEXT("&")));
}

static void cells_are_what_they_should_be(void **state)
{
	static const int yes_or_no[] = { DAEMONS_ANY_ACCOUNT, DAEMONS_HOME, DAEMONS_WORKDIR, DAEMONS_HANDS_OVER };

	(void)state;
	for (size_t i = 0; i < DAEMONS_ROWS; i++) {
		assert_true(i == 0 || text_cmp(CELL(daemons, i - 1, DAEMONS_PROGRAM), CELL(daemons, i, DAEMONS_PROGRAM)) <= 0);
		assert_false(text_has(CELL(daemons, i, DAEMONS_PROGRAM), '/') || text_has(CELL(daemons, i, DAEMONS_PROGRAM), ' '));
		assert_true(one_of("user root drops unknown", CELL(daemons, i, DAEMONS_VERDICT)));
		for (size_t k = 0; k < COUNT(yes_or_no); k++)
			assert_true(one_of("yes no", CELL(daemons, i, yes_or_no[k])));
		each_word(i, DAEMONS_ORIGIN, is_origin);
		each_word(i, DAEMONS_RELEASES, is_release);
		each_word(i, DAEMONS_ACCOUNT, is_account);
		each_word(i, DAEMONS_DIRS, is_path);
		each_word(i, DAEMONS_FILES, is_path);
		each_word(i, DAEMONS_CONFIG, is_pattern);
		each_word(i, DAEMONS_WHEN, is_pattern);
		each_word(i, DAEMONS_PORTS, is_number);
		each_word(i, DAEMONS_FLAGS, is_option);
		assert_commands(CELL(daemons, i, DAEMONS_COMMANDS));
		assert_true(CELL(daemons, i, DAEMONS_WHY).n > 0 && CELL(daemons, i, DAEMONS_SOURCE).n > 0);
		assert_true(is_day(CELL(daemons, i, DAEMONS_AS_OF)));
	}
}

/* What is left as it is needs nothing; what runs as one account alone names it. */
static void rows_hold_together(void **state)
{
	static const int needs[] = { DAEMONS_ACCOUNT, DAEMONS_DIRS, DAEMONS_FILES, DAEMONS_COMMANDS };

	(void)state;
	for (size_t i = 0; i < DAEMONS_ROWS; i++) {
		bool user = text_is(CELL(daemons, i, DAEMONS_VERDICT), "user");

		for (size_t k = 0; k < COUNT(needs); k++)
			assert_true(user || !CELL(daemons, i, needs[k]).n);
		if (user && text_is(CELL(daemons, i, DAEMONS_ANY_ACCOUNT), "no"))
			assert_true(CELL(daemons, i, DAEMONS_ACCOUNT).n > 0);
		/* A package of that name may be any distribution's. */
		if (user && CELL(daemons, i, DAEMONS_ORIGIN).n && !text_starts(CELL(daemons, i, DAEMONS_ORIGIN), TEXT("image:")))
			assert_true(CELL(daemons, i, DAEMONS_RELEASES).n > 0);
	}
}

static struct text first_word(struct text t)
{
	return text_sub(t, 0, text_chr(t, ' ', 0));
}

static void every_row_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < DAEMONS_ROWS; i++) {
		struct text origin = first_word(CELL(daemons, i, DAEMONS_ORIGIN)), release = first_word(CELL(daemons, i, DAEMONS_RELEASES));
		bool image = text_starts(origin, TEXT("image:"));
		struct daemon d;

		if (!daemon_find(CELL(daemons, i, DAEMONS_PROGRAM), image ? TEXT_NONE : origin, image ? text_from(origin, 6) : TEXT_NONE,
				 release, &d) ||
		    !text_eq(d.why, CELL(daemons, i, DAEMONS_WHY)) || !text_eq(d.releases, CELL(daemons, i, DAEMONS_RELEASES)) ||
		    !text_eq(d.origin, CELL(daemons, i, DAEMONS_ORIGIN)))
			fail_msg("hidden behind another row: %.*s of %.*s", TEXT_FMT(CELL(daemons, i, DAEMONS_PROGRAM)),
				 TEXT_FMT(CELL(daemons, i, DAEMONS_ORIGIN)));
	}
}

/* --- which row ------------------------------------------------------------- */

static void origins_decide(void **state)
{
	static const struct {
		const char *program, *packages, *image, *release;
		enum daemon_verdict verdict;
		const char *dirs;
	} rows[] = {
		{ "nginx", "curl nginx-light", "debian", "debian12", DAEMON_USER, "/var/lib/nginx /var/log/nginx" },
		{ "nginx", "nginx", "ubuntu", "ubuntu", DAEMON_USER, "/var/lib/nginx /var/log/nginx" },
		{ "nginx", "nginx", "alpine", "alpine", DAEMON_UNKNOWN, "" },
		{ "nginx", "nginx", "alpine", "", DAEMON_UNKNOWN, "" },
		{ "nginx", "", "nginx", "debian12", DAEMON_USER, "/var/cache/nginx" },
		{ "nginx", "nginx-module-x", "nginx", "alpine", DAEMON_USER, "/var/cache/nginx" },
		{ "nginx", "", "example.com/own", "", DAEMON_UNKNOWN, "" },
		{ "apachectl", "libapache2-mod-php8.2", "debian", "debian12", DAEMON_USER,
		  "/run/apache2 /run/apache2/socks /run/lock/apache2 /var/log/apache2" },
		{ "php-fpm8.2", "php8.2-fpm", "debian", "debian12", DAEMON_USER, "/run/php" },
		{ "php-fpm8.2", "php82-fpm", "alpine", "alpine", DAEMON_UNKNOWN, "" },
		{ "php-fpm9.9", "", "debian", "debian12", DAEMON_UNKNOWN, "" },
		{ "php-fpm", "", "php", "alpine", DAEMON_USER, "" },
		{ "supervisord", "supervisor", "debian", "debian13", DAEMON_USER, "/var/log/supervisor" },
		{ "supervisord", "supervisor", "alpine", "alpine", DAEMON_UNKNOWN, "" },
		{ "supervisord", "", "python", "debian", DAEMON_USER, "" },
		{ "catalina.sh", "tomcat10", "debian", "debian13", DAEMON_UNKNOWN, "" },
		{ "cron", "cron", "debian", "debian12", DAEMON_ROOT, "" },
		{ "docker-entrypoint.sh", "", "redis", "", DAEMON_DROPS, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct daemon d;

		assert_true(daemon_find(text_of(rows[i].program), text_of(rows[i].packages), text_of(rows[i].image),
					text_of(rows[i].release), &d));
		assert_int_equal(d.verdict, rows[i].verdict);
		assert_text(d.dirs, rows[i].dirs);
	}
}

static void what_has_no_row_is_not_found(void **state)
{
	struct daemon d;

	(void)state;
	assert_false(daemon_find(TEXT("server"), TEXT("nginx"), TEXT("nginx"), TEXT("debian12"), &d));
	assert_false(daemon_find(TEXT("8.2"), TEXT_NONE, TEXT_NONE, TEXT_NONE, &d));
	assert_false(daemon_find(TEXT_NONE, TEXT_NONE, TEXT_NONE, TEXT_NONE, &d));
	assert_false(daemon_find(TEXT("docker-entrypoint.sh"), TEXT_NONE, TEXT("example.com/own"), TEXT_NONE, &d));
	assert_false(d.account.n || d.home || d.hands_over);
}

static void images_give_their_account(void **state)
{
	struct daemon d;

	(void)state;
	assert_true(daemon_find(TEXT("httpd-foreground"), TEXT_NONE, TEXT("httpd"), TEXT("alpine"), &d));
	assert_text(d.account, "www-data:82:82");
	assert_true(daemon_find(TEXT("httpd-foreground"), TEXT_NONE, TEXT("httpd"), TEXT("debian13"), &d));
	assert_text(d.account, "www-data:33:33");
	assert_true(d.any_account);
	assert_true(daemon_find(TEXT("docker-entrypoint.sh"), TEXT_NONE, TEXT("node"), TEXT("debian12"), &d));
	assert_true(d.hands_over && !d.account.n);
}

static void releases_are_named(void **state)
{
	(void)state;
	assert_text(daemon_release(distro_of(TEXT("debian"), TEXT("12-slim"))), "debian12");
	assert_text(daemon_release(distro_of(TEXT("debian"), TEXT("latest"))), "debian");
	assert_text(daemon_release(distro_of(TEXT("python"), TEXT("3-alpine"))), "alpine");
	assert_text(daemon_release(distro_of(TEXT("example.com/own"), TEXT("1"))), "");
}

/* --- images ---------------------------------------------------------------- */

static void drops_cells_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < DROPS_ROWS; i++) {
		assert_true(i == 0 || text_cmp(CELL(drops, i - 1, DROPS_IMAGE), CELL(drops, i, DROPS_IMAGE)) <= 0);
		assert_true(one_of("user root drops", CELL(drops, i, DROPS_VERDICT)));
		assert_true(CELL(drops, i, DROPS_TAGS).n > 0 && CELL(drops, i, DROPS_WHY).n > 0 && CELL(drops, i, DROPS_SOURCE).n > 0);
		assert_true(is_day(CELL(drops, i, DROPS_AS_OF)));
	}
}

static void images_that_drop_are_known(void **state)
{
	static const struct {
		const char *image, *tag;
		enum daemon_verdict verdict;
	} rows[] = {
		{ "postgres", "16", DAEMON_DROPS },
		{ "redis", "", DAEMON_DROPS },
		{ "mariadb", "11-ubi9", DAEMON_USER },
		{ "mariadb", "11", DAEMON_DROPS },
		{ "flink", "1.20", DAEMON_DROPS },
		{ "flink", "", DAEMON_UNKNOWN },
		{ "docker", "29-dind", DAEMON_ROOT },
		{ "docker", "29", DAEMON_UNKNOWN },
		{ "linuxserver/nginx", "", DAEMON_DROPS },
		{ "lscr.io/linuxserver/nginx", "latest", DAEMON_DROPS },
		{ "phusion/baseimage", "noble-1.0.2", DAEMON_ROOT },
		{ "nginx", "", DAEMON_UNKNOWN },
		{ "example.com/own", "1", DAEMON_UNKNOWN },
		{ "", "", DAEMON_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text why;

		assert_int_equal(daemon_of_image(text_of(rows[i].image), text_of(rows[i].tag), &why), rows[i].verdict);
		assert_int_equal(why.n > 0, rows[i].verdict != DAEMON_UNKNOWN);
	}
}

static void tools(void **state)
{
	struct text why;

	(void)state;
	assert_int_equal(tool_find(TEXT("ffmpeg"), &why), TOOL_FILES);
	assert_int_equal(tool_find(TEXT("ngircd"), &why), TOOL_UNKNOWN);
	assert_int_equal(why.n, 0);
	assert_int_equal(tool_find(TEXT("tcpdump"), &why), TOOL_MORE);
	assert_text(why, "it opens raw sockets");
	for (size_t i = 0; i < TOOLS_ROWS; i++) {
		struct daemon d;

		assert_true(one_of("files home more", CELL(tools, i, TOOLS_NEEDS)) && CELL(tools, i, TOOLS_WHY).n > 0);
		/* A server with a row of its own is none. */
		if (text_is(CELL(tools, i, TOOLS_NEEDS), "files") && daemon_find(CELL(tools, i, TOOLS_PROGRAM), TEXT_NONE, TEXT_NONE, TEXT_NONE, &d))
			fail_msg("%.*s", TEXT_FMT(CELL(tools, i, TOOLS_PROGRAM)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tools),
		cmocka_unit_test(cells_are_what_they_should_be),
		cmocka_unit_test(rows_hold_together),
		cmocka_unit_test(every_row_is_found),
		cmocka_unit_test(origins_decide),
		cmocka_unit_test(what_has_no_row_is_not_found),
		cmocka_unit_test(images_give_their_account),
		cmocka_unit_test(releases_are_named),
		cmocka_unit_test(drops_cells_read),
		cmocka_unit_test(images_that_drop_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
