/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/catalog.h"
#include "syntax/imageref.h"

#include "gen/catalog_aliases.h"
#include "gen/catalog_configs.h"
#include "gen/catalog_eol.h"
#include "gen/catalog_images.h"
#include "gen/catalog_packages.h"
#include "gen/catalog_recommends.h"
#include "gen/catalog_tags.h"
#include "support/asserts.h"

#include <stdio.h>
#include <string.h>

#define CELL(name, row, column) text_of((const char *)&name##_pool + name##_cells[row][column])

static void assert_known(struct maybe m, const char *want)
{
	assert_int_equal(m.state, KNOWN);
	assert_text(m.text, want);
}

static int order(struct text a, struct text b)
{
	return a.n > 0 && b.n > 0 ? text_cmp(a, b) : 1;
}

static void tables_are_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < TAGS_ROWS; i++)
		assert_true(order(CELL(tags, i - 1, TAGS_IMAGE), CELL(tags, i, TAGS_IMAGE)) < 0);
	for (size_t i = 1; i < IMAGES_ROWS; i++)
		assert_true(order(CELL(images, i - 1, IMAGES_IMAGE), CELL(images, i, IMAGES_IMAGE)) < 0);
	for (size_t i = 1; i < ALIASES_ROWS; i++)
		assert_true(order(CELL(aliases, i - 1, ALIASES_ALIAS), CELL(aliases, i, ALIASES_ALIAS)) < 0);
	for (size_t i = 1; i < CONFIGS_ROWS; i++)
		assert_true(order(CELL(configs, i - 1, CONFIGS_IMAGE), CELL(configs, i, CONFIGS_IMAGE)) <= 0);
	for (size_t i = 1; i < RECOMMENDS_ROWS; i++)
		assert_true(order(CELL(recommends, i - 1, RECOMMENDS_PACKAGE), CELL(recommends, i, RECOMMENDS_PACKAGE)) < 0);
	for (size_t i = 1; i < EOL_ROWS; i++)
		assert_true(order(CELL(eol, i - 1, EOL_IMAGE), CELL(eol, i, EOL_IMAGE)) <= 0);
	for (size_t i = 1; i < PACKAGES_ROWS; i++)
		assert_true(order(CELL(packages, i - 1, PACKAGES_PACKAGE), CELL(packages, i, PACKAGES_PACKAGE)) < 0);
}

/* A name is written as imageref_name() gives it, or nobody would find it. */
static void assert_name(struct text name, bool star)
{
	struct imageref r;

	if (star && text_ends(name, TEXT("/*")))
		name = text_sub(name, 0, name.n - 2);
	if (!imageref_parse(name, &r) || r.tag.n > 0 || !text_eq(imageref_name(&r), name))
		fail_msg("not a catalog name: %.*s", TEXT_FMT(name));
}

static void names_can_be_looked_up(void **state)
{
	struct catalog_image image;
	struct catalog_tags tags;

	(void)state;
	for (size_t i = 0; i < TAGS_ROWS; i++) {
		assert_name(CELL(tags, i, TAGS_IMAGE), false);
		assert_true(catalog_tags_find(CELL(tags, i, TAGS_IMAGE), &tags));
		assert_true(text_eq(tags.image, CELL(tags, i, TAGS_IMAGE)));
	}
	for (size_t i = 0; i < CONFIGS_ROWS; i++)
		assert_name(CELL(configs, i, CONFIGS_IMAGE), false);
	for (size_t i = 0; i < IMAGES_ROWS; i++) {
		assert_name(CELL(images, i, IMAGES_IMAGE), true);
		assert_true(catalog_image_find(CELL(images, i, IMAGES_IMAGE), &image));
		assert_true(text_eq(image.image, CELL(images, i, IMAGES_IMAGE)));
		assert_true(image.family.n > 0 && image.package_manager.n > 0 && image.default_user.n > 0);
		assert_true(image.nonroot_user.n > 0 && image.shell.n > 0 && image.source.n > 0);
	}
	for (size_t i = 0; i < ALIASES_ROWS; i++) {
		assert_name(CELL(aliases, i, ALIASES_ALIAS), true);
		assert_true(catalog_image_find(CELL(aliases, i, ALIASES_ALIAS), &image));
		assert_true(text_eq(image.image, CELL(aliases, i, ALIASES_IMAGE)));
	}
}

static bool is_day(struct text t)
{
	static const char form[] = "9999-99-99";

	if (t.n != 10 && t.n != 7)
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (form[i] == '9' ? !ascii_digit((unsigned char)t.p[i]) : t.p[i] != '-')
			return false;
	return true;
}

static void assert_patterns(struct text patterns)
{
	struct text one;
	bool more = true;

	assert_true(patterns.n > 0);
	while (text_cut(&patterns, ' ', &one, &more)) {
		assert_true(one.n > 0 && one.n <= 128);
		for (size_t i = 0; i < one.n; i++)
			if (!ascii_alnum((unsigned char)one.p[i]) && !strchr("*._-", one.p[i]))
				fail_msg("pattern: %.*s", TEXT_FMT(one));
	}
}

static void assert_word_cell(struct text t)
{
	assert_true(text_is(t, "no") || text_is(t, "yes") || text_is(t, "?"));
}

static void config_cells_read(void **state)
{
	static const int lists[] = { CONFIGS_ENTRYPOINT, CONFIGS_CMD,     CONFIGS_ENV,
				     CONFIGS_EXPOSED,    CONFIGS_VOLUMES, CONFIGS_SHELL };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < CONFIGS_ROWS; i++) {
		assert_patterns(CELL(configs, i, CONFIGS_TAGS));
		assert_word_cell(CELL(configs, i, CONFIGS_HEALTHCHECK));
		assert_word_cell(CELL(configs, i, CONFIGS_ONBUILD));
		assert_true(text_is(CELL(configs, i, CONFIGS_AS_OF), "?") || is_day(CELL(configs, i, CONFIGS_AS_OF)));
		assert_true(CELL(configs, i, CONFIGS_SOURCE).n > 0);
		for (size_t k = 0; k < sizeof(lists) / sizeof(*lists); k++) {
			struct text t = CELL(configs, i, lists[k]);
			const struct text *items;
			size_t n;

			if (t.n == 0 || text_is(t, "?"))
				continue;
			if (!catalog_list(maybe_known(t), &a, &items, &n))
				fail_msg("row %zu: %.*s", i, TEXT_FMT(t));
			for (size_t j = 0; j < n; j++)
				assert_true(lists[k] != CONFIGS_ENV || text_chr(items[j], '=', 1) != TEXT_NPOS);
		}
		arena_reset(&a);
	}
	arena_release(&a);
}

static void configs_are_found(void **state)
{
	struct catalog_config c;

	(void)state;
	assert_true(catalog_config_find(TEXT("nginx"), TEXT("1.31-trixie"), &c));
	assert_int_equal(c.user.state, UNSET);
	assert_known(c.entrypoint, "[\"/docker-entrypoint.sh\"]");
	assert_known(c.cmd, "[\"nginx\", \"-g\", \"daemon off;\"]");
	assert_known(c.exposed, "[\"80/tcp\"]");
	assert_known(c.stopsignal, "SIGQUIT");
	assert_int_equal(c.healthcheck.state, UNSET);
	assert_true(is_day(c.as_of));
	/* the first row that matches, not the last */
	assert_true(catalog_config_find(TEXT("nginx"), TEXT("1.19.2"), &c));
	assert_known(c.stopsignal, "SIGTERM");
	assert_true(catalog_config_find(TEXT("node"), TEXT("6-onbuild"), &c));
	assert_known(c.onbuild, "yes");
	/* no tag is latest: this image has no row for all tags */
	assert_true(catalog_config_find(TEXT("gcr.io/distroless/static-debian12"), TEXT_NONE, &c));
	assert_known(c.user, "0");
	assert_true(catalog_config_find(TEXT("gcr.io/distroless/static-debian12"), TEXT("nonroot-amd64"), &c));
	assert_known(c.user, "65532");
	assert_false(catalog_config_find(TEXT("gcr.io/distroless/static-debian12"), TEXT("Nonroot"), &c));
	assert_int_equal(c.user.state, UNKNOWN);
	assert_int_equal(c.onbuild.state, UNKNOWN);
	assert_false(catalog_config_find(TEXT("no/such"), TEXT_NONE, &c));
	assert_true(catalog_config_find(TEXT("golang"), TEXT("1.27-nanoserver-ltsc2022"), &c));
	assert_int_equal(c.workdir.state, UNKNOWN);
	assert_true(catalog_config_find(TEXT("scratch"), TEXT_NONE, &c));
	assert_int_equal(c.cmd.state, UNSET);
	/* a row split for length reads as one */
	assert_true(catalog_config_find(TEXT("tomcat"), TEXT("8.5.71-jdk17-temurin"), &c));
	assert_known(c.workdir, "/usr/local/tomcat");
}

static void environments_are_read(void **state)
{
	struct arena a = { 0 };
	struct catalog_config c;
	const struct catalog_env *env;
	size_t n;

	(void)state;
	assert_true(catalog_config_find(TEXT("golang"), TEXT("1.27"), &c));
	assert_known(catalog_env_get(&c, TEXT("GOPATH"), &a), "/go");
	assert_int_equal(catalog_env_get(&c, TEXT("GOLANG_VERSION"), &a).state, UNKNOWN);
	assert_int_equal(catalog_env_get(&c, TEXT("GOPAT"), &a).state, UNSET);
	assert_known(catalog_env_get(&c, TEXT("PATH"), &a),
		     "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	assert_true(catalog_config_find(TEXT("debian"), TEXT("13"), &c));
	assert_known(catalog_env_get(&c, TEXT("PATH"), &a), CATALOG_USUAL_PATH);
	assert_int_equal(catalog_env(&c, &a, &env, &n), UNSET);
	assert_int_equal(n, 0);
	assert_true(catalog_config_find(TEXT("adminer"), TEXT("5"), &c));
	assert_int_equal(catalog_env(&c, &a, &env, &n), KNOWN);
	assert_text(env[0].key, "PHPIZE_DEPS");
	assert_memory_equal(env[0].value.text.p, "autoconf \t\tdpkg-dev", 19);
	assert_false(catalog_config_find(TEXT("no/such"), TEXT_NONE, &c));
	assert_int_equal(catalog_env_get(&c, TEXT("PATH"), &a).state, UNKNOWN);
	arena_release(&a);
}

static void images_are_found(void **state)
{
	struct catalog_image i;

	(void)state;
	assert_true(catalog_image_find(TEXT("node"), &i));
	assert_text(i.family, "debian");
	assert_false(i.windows);
	assert_true(catalog_image_find(TEXT("openjdk"), &i));
	assert_text(i.family, "debian");
	assert_true(catalog_image_find(TEXT("registry.access.redhat.com/ubi9/ubi-minimal"), &i));
	assert_text(i.image, "redhat/ubi9-minimal");
	assert_true(catalog_image_find(TEXT("bitnami/postgresql"), &i));
	assert_text(i.image, "bitnami/*");
	assert_true(catalog_image_find(TEXT("mcr.microsoft.com/devcontainers/python"), &i));
	assert_text(i.image, "mcr.microsoft.com/devcontainers/*");
	assert_true(catalog_image_find(TEXT("linuxserver/nginx"), &i)); /* another name, and a folder */
	assert_text(i.image, "lscr.io/linuxserver/*");
	assert_true(catalog_image_find(TEXT("mcr.microsoft.com/dotnet/framework/sdk"), &i));
	assert_true(i.windows);
	assert_false(catalog_image_find(TEXT("bitnami"), &i));
	assert_false(catalog_image_find(TEXT("bitnamix/postgresql"), &i));
	assert_false(catalog_image_find(TEXT("example.org/bitnami/postgresql"), &i));
	assert_false(catalog_image_find(TEXT("debian/x"), &i));
	assert_false(catalog_image_find(TEXT("/"), &i));
	assert_false(catalog_image_find(TEXT_NONE, &i));
}

static void windows_is_left_alone(void **state)
{
	(void)state;
	assert_true(catalog_is_windows(TEXT("mcr.microsoft.com/windows/nanoserver"), TEXT("1809")));
	assert_true(catalog_is_windows(TEXT("mcr.microsoft.com/windows/servercore/iis"), TEXT_NONE));
	assert_true(catalog_is_windows(TEXT("microsoft/iis"), TEXT_NONE));
	assert_true(catalog_is_windows(TEXT("golang"), TEXT("1.27-windowsservercore")));
	assert_true(catalog_is_windows(TEXT("mcr.microsoft.com/dotnet/sdk"), TEXT("8.0-nanoserver-ltsc2022")));
	assert_false(catalog_is_windows(TEXT("golang"), TEXT("1.27")));
	assert_false(catalog_is_windows(TEXT("no/such"), TEXT_NONE));
}

static const struct {
	const char *image, *tag; /* NULL: not decided */
	enum catalog_pin_verdict verdict;
} pins[] = {
	{ "adminer", "6.0.1-standalone", CATALOG_PIN_DECIDED },
	{ "alpine", "3.24", CATALOG_PIN_DECIDED },
	{ "almalinux", "10.2", CATALOG_PIN_DECIDED },
	{ "alt", "p11", CATALOG_PIN_DECIDED },
	{ "amazoncorretto", "8", CATALOG_PIN_DECIDED },    /* 25 is recommended, another line */
	{ "amazonlinux", "2023", CATALOG_PIN_DECIDED },    /* counts in single numbers */
	{ "buildpack-deps", "trixie", CATALOG_PIN_DECIDED }, /* pin_tag */
	{ "debian", "13.6", CATALOG_PIN_DECIDED },
	{ "eclipse-mosquitto", "2", CATALOG_PIN_DECIDED },
	{ "eclipse-temurin", "25-jdk-resolute", CATALOG_PIN_DECIDED },
	{ "fluentd", "v1.19.3-1.0", CATALOG_PIN_DECIDED },
	{ "golang", "1.27-trixie", CATALOG_PIN_DECIDED },
	{ "mysql", "26.7.0", CATALOG_PIN_DECIDED },        /* 9.7 is recommended, another line */
	{ "neurodebian", "trixie", CATALOG_PIN_DECIDED },
	{ "nginx", "1.31-trixie", CATALOG_PIN_DECIDED },
	{ "node", "26.7-trixie", CATALOG_PIN_DECIDED },
	{ "postgres", "18.6-trixie", CATALOG_PIN_DECIDED },
	{ "pypy", "3.11-7-trixie", CATALOG_PIN_DECIDED },
	{ "python", "3.14-trixie", CATALOG_PIN_DECIDED },
	{ "ros", "lyrical-ros-base-resolute", CATALOG_PIN_DECIDED },
	{ "sapmachine", "26.0.2.1-ubuntu-noble", CATALOG_PIN_DECIDED },
	{ "traefik", "v3.7", CATALOG_PIN_DECIDED },
	{ "ubuntu", "26.04", CATALOG_PIN_DECIDED },
	{ "aerospike", NULL, CATALOG_PIN_NOT_ADVISED },
	{ "openjdk", NULL, CATALOG_PIN_NOT_ADVISED },
	{ "rockylinux", NULL, CATALOG_PIN_NOT_ADVISED },
	{ "azul-zulu", NULL, CATALOG_PIN_NO_LATEST },
	{ "elasticsearch", NULL, CATALOG_PIN_NO_LATEST },
	{ "mongo", NULL, CATALOG_PIN_NO_LATEST },
	{ "percona", NULL, CATALOG_PIN_NO_LATEST },
	{ "clearlinux", NULL, CATALOG_PIN_MOVING },
	{ "clojure", NULL, CATALOG_PIN_MOVING },
	{ "hello-world", NULL, CATALOG_PIN_MOVING },
	{ "scratch", NULL, CATALOG_PIN_UNKNOWN_IMAGE },
	{ "foo/nginx", NULL, CATALOG_PIN_UNKNOWN_IMAGE },
	{ "", NULL, CATALOG_PIN_UNKNOWN_IMAGE },
};

static void latest_is_pinned(void **state)
{
	struct catalog_pin p;

	(void)state;
	for (size_t i = 0; i < sizeof(pins) / sizeof(*pins); i++) {
		bool decided = catalog_pin(text_of(pins[i].image), TEXT("latest"), &p);

		if (p.verdict != pins[i].verdict)
			fail_msg("%s: verdict %d", pins[i].image, (int)p.verdict);
		assert_int_equal(decided, pins[i].tag != NULL);
		assert_text(p.tag, pins[i].tag ? pins[i].tag : "");
		assert_int_equal(p.as_of.n, p.verdict == CATALOG_PIN_UNKNOWN_IMAGE ? 0 : 10);
		assert_int_equal(catalog_pin(text_of(pins[i].image), TEXT_NONE, &p), decided);
	}
	assert_false(catalog_pin(TEXT("nginx"), TEXT("1.27"), &p));
	assert_int_equal(p.verdict, CATALOG_PIN_HAS_TAG);
	assert_false(catalog_pin(TEXT("nginx"), TEXT("Latest"), &p));
	assert_int_equal(p.verdict, CATALOG_PIN_HAS_TAG);
	assert_false(catalog_pin(TEXT("no/such"), TEXT("1"), &p));
	assert_int_equal(p.verdict, CATALOG_PIN_HAS_TAG);
}

/* Whatever the table says: a tag that can be written, that is decided and not
 * `latest`, and that is not pinned once more. */
static void every_pin_can_be_written(void **state)
{
	size_t decided = 0;

	(void)state;
	for (size_t i = 0; i < TAGS_ROWS; i++) {
		struct text image = CELL(tags, i, TAGS_IMAGE);
		struct catalog_pin p, again;
		struct imageref r;
		char buf[512];
		int n;

		assert_true(is_day(CELL(tags, i, TAGS_AS_OF)) && CELL(tags, i, TAGS_SOURCE).n > 0);
		if (!catalog_pin(image, TEXT_NONE, &p))
			continue;
		decided++;
		n = snprintf(buf, sizeof(buf), "%.*s:%.*s", TEXT_FMT(image), TEXT_FMT(p.tag));
		assert_true(n > 0 && imageref_parse((struct text){ buf, (size_t)n }, &r));
		assert_true(text_eq(r.tag, p.tag));
		assert_false(catalog_pin(image, r.tag, &again));
		assert_int_equal(again.verdict, CATALOG_PIN_HAS_TAG);
	}
	assert_true(decided > TAGS_ROWS * 3 / 4);
}

/* --- recommends ------------------------------------------------------------- */

/* Debian Policy, 5.6.1: the characters of a package's name. */
static bool is_package(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];

		if (!(c >= 'a' && c <= 'z') && !ascii_digit((unsigned char)c) && (i == 0 || !strchr("+-.", c)))
			return false;
	}
	return t.n > 1;
}

static void assert_keep(struct text package, struct text keep)
{
	struct text names = keep, name;
	bool more = true;

	if (text_is(keep, "none") || text_is(keep, "absent") || text_is(keep, "?"))
		return;
	while (text_cut(&names, ',', &name, &more))
		if (!is_package(name) || text_eq(name, package) || text_is(name, "none") || text_is(name, "absent"))
			fail_msg("%.*s keeps %.*s", TEXT_FMT(package), TEXT_FMT(keep));
}

static void recommends_cells_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < RECOMMENDS_ROWS; i++) {
		struct text package = CELL(recommends, i, RECOMMENDS_PACKAGE), why = CELL(recommends, i, RECOMMENDS_WHY);

		assert_true(is_package(package));
		assert_keep(package, CELL(recommends, i, RECOMMENDS_KEEP_DEBIAN12));
		assert_keep(package, CELL(recommends, i, RECOMMENDS_KEEP_DEBIAN13));
		assert_true(why.n > 0 && why.n <= 120 && why.p[why.n - 1] != '.');
		assert_true(is_day(CELL(recommends, i, RECOMMENDS_AS_OF)));
		assert_true(CELL(recommends, i, RECOMMENDS_SOURCE).n > 0);
	}
}

static void recommends_are_found(void **state)
{
	static const struct {
		const char *package, *release, *keep; /* NULL: not known */
	} cases[] = {
		{ "curl", "debian12", "ca-certificates" },
		{ "git", "debian13", "ca-certificates,openssh-client,less,patch" },
		{ "make", "debian12", "" },
		{ "composer", "debian12", "git,unzip" }, /* the releases differ */
		{ "composer", "debian13", "git,unzip,php-zip,php-curl,xz-utils" },
		{ "openjdk-17-jdk", "debian12", "" },
		{ "openjdk-17-jdk", "debian13", NULL }, /* absent */
		{ "mysql-client", "debian12", NULL },
		{ "collectd", "debian12", NULL }, /* not verified */
		{ "default-jre", "debian12", "" },
		{ "default-jre", "debian13", NULL },
		{ "curl", "debian11", NULL },
		{ "curl", "ubuntu24.04", NULL },
		{ "curl", "", NULL },
		{ "curl:amd64", "debian12", NULL },
		{ "Curl", "debian12", NULL },
		{ "no-such-package", "debian12", NULL },
		{ "", "debian12", NULL },
	};
	struct catalog_recommends r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool found = catalog_recommends_find(text_of(cases[i].package), text_of(cases[i].release), &r);

		if (found != (cases[i].keep != NULL))
			fail_msg("%s, %s", cases[i].package, cases[i].release);
		assert_text(r.keep, found ? cases[i].keep : "");
		assert_text(r.package, found ? cases[i].package : "");
		assert_int_equal(r.why.n > 0 && r.source.n > 0 && is_day(r.as_of), found);
	}
}

/* Each line of an image once, each found by its own number. */
static void eol_cells_read(void **state)
{
	struct catalog_eol e;

	(void)state;
	for (size_t i = 0; i < EOL_ROWS; i++) {
		struct text image = CELL(eol, i, EOL_IMAGE), line = CELL(eol, i, EOL_VERSION_LINE), date = CELL(eol, i, EOL_EOL_DATE);

		assert_name(image, false);
		assert_true(line.n > 0 && CELL(eol, i, EOL_SOURCE).n > 0 && is_day(CELL(eol, i, EOL_AS_OF)));
		assert_true(is_day(date) || text_is(date, "none") || text_is(date, "ended") || text_is(date, "?"));
		date = CELL(eol, i, EOL_EXTENDED_EOL_DATE);
		assert_true(date.n == 0 || is_day(date));
		for (size_t k = i + 1; k < EOL_ROWS && text_eq(CELL(eol, k, EOL_IMAGE), image); k++)
			assert_false(text_eq(CELL(eol, k, EOL_VERSION_LINE), line));
		assert_true(catalog_eol_find(image, line, &e));
		if (!text_eq(e.line, line))
			fail_msg("%.*s %.*s", TEXT_FMT(image), TEXT_FMT(line));
	}
}

static void ends_of_life_are_found(void **state)
{
	static const struct {
		const char *image, *tag, *line, *date, *successor;
	} rows[] = {
		{ "debian", "12-slim", "12", "2026-07-11", "13" },
		{ "debian", "bookworm-slim", "12", "2026-07-11", "13" },
		{ "debian", "12.5", "12", "2026-07-11", "13" },
		{ "ubuntu", "noble", "24.04", "2029-05-31", "26.04" },
		{ "node", "20.11.1-alpine3.19", "20", "2026-04-30", "22" },
		{ "node", "2", "2", "", "22" },
		{ "python", "3.11-slim", "3.11", "2027-10-31", "3.12" },
		{ "python", "3.14", "3.14", "2030-10-31", "" },
	};
	struct catalog_eol e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(catalog_eol_find(text_of(rows[i].image), text_of(rows[i].tag), &e));
		assert_text(e.line, rows[i].line);
		assert_text(e.eol_date, rows[i].date);
		assert_text(e.successor, rows[i].successor);
		assert_int_equal(e.life, rows[i].date[0] ? CATALOG_LIFE_DATED : CATALOG_LIFE_ENDED);
	}
	assert_false(catalog_eol_find(TEXT("python"), TEXT_NONE, &e));
	assert_false(catalog_eol_find(TEXT("python"), TEXT("latest"), &e));
	assert_false(catalog_eol_find(TEXT("python"), TEXT("slim"), &e));
	assert_false(catalog_eol_find(TEXT("debian"), TEXT("121"), &e));
	assert_false(catalog_eol_find(TEXT("example.com/own"), TEXT("1"), &e));
}

static void package_cells_read(void **state)
{
	static const int runtimes[] = { PACKAGES_RUNTIME_DEBIAN12, PACKAGES_RUNTIME_DEBIAN13 };

	(void)state;
	for (size_t i = 0; i < PACKAGES_ROWS; i++) {
		bool headers = text_is(CELL(packages, i, PACKAGES_HEADERS), "yes"), tool = text_is(CELL(packages, i, PACKAGES_BUILD_TOOL), "yes");

		assert_true(headers || tool);
		assert_true(headers || text_is(CELL(packages, i, PACKAGES_HEADERS), "no"));
		assert_true(tool || text_is(CELL(packages, i, PACKAGES_BUILD_TOOL), "no"));
		assert_true(is_day(CELL(packages, i, PACKAGES_AS_OF)) && CELL(packages, i, PACKAGES_SOURCE).n > 0);
		for (size_t k = 0; k < sizeof(runtimes) / sizeof(*runtimes); k++) {
			struct text t = CELL(packages, i, runtimes[k]);

			assert_true(t.n > 0 && !text_has(t, ',') && !text_has(t, '('));
		}
	}
}

static void packages_are_found(void **state)
{
	struct catalog_package p;

	(void)state;
	assert_true(catalog_package_find(TEXT("libssl-dev"), TEXT("debian13"), &p));
	assert_true(p.headers && !p.build_tool);
	assert_known(p.runtime, "libssl3t64");
	assert_true(catalog_package_find(TEXT("libssl-dev"), TEXT("ubuntu24.04"), &p));
	assert_int_equal(p.runtime.state, UNKNOWN);
	assert_true(catalog_package_find(TEXT("libboost-dev"), TEXT("debian12"), &p));
	assert_int_equal(p.runtime.state, UNSET);
	assert_true(catalog_package_find(TEXT("make"), TEXT("debian12"), &p));
	assert_true(p.build_tool && !p.headers);
	assert_int_equal(p.runtime.state, UNKNOWN);
	assert_true(catalog_package_find(TEXT("ruby-dev"), TEXT("debian12"), &p));
	assert_true(p.build_tool && p.headers);
	assert_false(catalog_package_find(TEXT("liboctave-dev"), TEXT("debian13"), &p));
	assert_false(catalog_package_find(TEXT("nginx"), TEXT("debian13"), &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_sorted),
		cmocka_unit_test(names_can_be_looked_up),
		cmocka_unit_test(config_cells_read),
		cmocka_unit_test(configs_are_found),
		cmocka_unit_test(environments_are_read),
		cmocka_unit_test(images_are_found),
		cmocka_unit_test(windows_is_left_alone),
		cmocka_unit_test(latest_is_pinned),
		cmocka_unit_test(every_pin_can_be_written),
		cmocka_unit_test(recommends_cells_read),
		cmocka_unit_test(recommends_are_found),
		cmocka_unit_test(eol_cells_read),
		cmocka_unit_test(ends_of_life_are_found),
		cmocka_unit_test(package_cells_read),
		cmocka_unit_test(packages_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
