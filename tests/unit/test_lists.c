/* SPDX-License-Identifier: Apache-2.0 */
/* Who needs the package lists, what changes the sources, what mounts cover, and what an image is made of. */
#include "facts/distro.h"
#include "facts/lists.h"
#include "facts/package_sources.h"
#include "facts/mount.h"
#include "support/asserts.h"

#include <string.h>

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct facts *facts_of(struct text text)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text) };

	assert_true(doc_ok(in.doc));
	return facts_open(&arena, &in);
}

/* The item of the instruction on that line (1-based). */
static size_t item_at(struct facts *f, size_t line)
{
	const struct doc *d = facts_doc(f);

	for (size_t i = 0; i < d->nitems; i++)
		if (d->items[i].ins && d->items[i].line == line)
			return i;
	fail();
	return 0;
}

/* --- who needs them ------------------------------------------------------------------ */

/* Below an update in line 2 of a stage on Debian; 0: nobody needs its lists. */
static void check_use(const char *below, size_t line, bool certain)
{
	struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM debian:12 AS one\nRUN apt-get update\n"), text_of(below)));
	struct lists_use use = lists_use_after(f, item_at(f, 2), manager_find("apt"));
	size_t got = use.item == TEXT_NPOS ? 0 : facts_doc(f)->items[use.item].line;

	if (got != line || (line && use.certain != certain))
		print_error("line %zu%s, of:\n%s", got, got && use.certain ? ", an install" : "", below);
	assert_int_equal(got, line);
	assert_true(!line || use.certain == certain);
}

struct use_row {
	const char *below;
	size_t line;
	bool certain;
};

static void check_uses(const struct use_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_use(rows[i].below, rows[i].line, rows[i].certain);
}

static void uses(void **state)
{
	static const struct use_row rows[] = {
		{ "", 0, false },
		{ "RUN apt-get install -y curl\n", 3, true },
		{ "RUN apt-get upgrade -y\n", 3, true },
		{ "RUN true && apt-get install -y curl\n", 3, true },
		{ "RUN apt-get update && apt-get install -y curl\n", 0, false },
		{ "RUN apt-get update; apt-get install -y curl\n", 0, false },
		{ "RUN cd /x && apt-get update && apt-get install -y curl\nRUN apt-get install git\n", 0, false },
		/* an update that may not run ends nothing */
		{ "RUN [ -e x ] && apt-get update; apt-get install -y curl\n", 3, true },
		{ "RUN test -e x && apt-get update; apt-get install -y curl\n", 3, true },
		{ "RUN x || apt-get update; apt-get install -y curl\n", 3, true },
		{ "RUN if x; then apt-get update; fi; apt-get install -y curl\n", 3, true },
		{ "RUN apt-get update & apt-get install -y curl\n", 3, true },
		{ "RUN apt-get update | cat; apt-get install -y curl\n", 3, true },
		/* what needs none */
		{ "RUN apt-get remove -y curl && apt-get clean && apt-get autoremove\n", 0, false },
		{ "RUN rm -rf /x && mkdir /y && ./configure && make && pip install x && npm ci\n", 0, false },
		{ "RUN apk add curl\n", 0, false },
		{ "RUN apt-get --version\n", 0, false },
		{ "ENV A=b\nCOPY . /\nUSER x\nCMD apt-get install curl\n", 6, true },
		/* what may */
		{ "RUN apt-get build-dep x\n", 3, false },
		{ "RUN apt-cache policy\n", 3, false },
		{ "RUN ./install.sh\n", 3, false },
		{ "RUN /opt/setup\n", 3, false },
		{ "RUN bash install.sh\n", 3, false },
		{ "RUN curl -fsSL https://example.com/x | sh\n", 3, false },
		{ "RUN $X\n", 3, false },
		{ "RUN eval \"$X\"\n", 3, false },
		{ "RUN . ./install-deps.sh\n", 3, false },
		{ "RUN sudo -i apt-get install curl\n", 3, false },
		{ "RUN if x\n", 3, false },
		{ "RUN [\"apt-get\", \"install\", \"curl\"]\n", 3, false },
		{ "RUN [\"./install\"]\n", 3, false },
		{ "RUN [\"mkdir\", \"/x\"]\n", 0, false },
		{ "RUN [\"/usr/bin/env\", \"x\"]\n", 3, false },
		{ "RUN []\n", 0, false },
		{ "SHELL [\"pwsh\", \"-c\"]\nRUN x\n", 4, false },
		{ "RUN <<EOF\n#!/usr/bin/env python3\nx\nEOF\n", 3, false },
		{ "RUN <<EOF\nset -e\napt-get install -y curl\nEOF\n", 3, true },
		{ "ONBUILD RUN apt-get install -y curl\n", 3, true },
		{ "ONBUILD RUN [\"./x\"]\n", 3, false },
		{ "ONBUILD COPY . /\n", 0, false },
		/* what only sets variables */
		{ "RUN . /etc/os-release && echo x\n", 0, false },
		{ "RUN source venv/bin/activate && pip install x\n", 0, false },
		{ "RUN . \"$HOME/.cargo/env\" && cargo build\n", 0, false },
		{ "RUN . $NVM_DIR/nvm.sh && nvm install 20\n", 0, false },
	};

	(void)state;
	check_uses(rows, COUNT(rows));
}

/* sh -c '...' is looked into. */
static void nested_uses(void **state)
{
	static const struct use_row rows[] = {
		{ "RUN sh -c 'apt-get install -y curl'\n", 3, true },
		{ "RUN sh -c 'mkdir x'\n", 0, false },
		{ "RUN bash -c 'apt-get update && apt-get install -y curl'\nRUN apt-get install git\n", 0, false },
		{ "RUN x || bash -c 'apt-get update'\nRUN apt-get install git\n", 4, true },
		{ "RUN sh -c \"sh -c 'apt-get install -y curl'\"\n", 3, true },
		{ "RUN sh -c \"sh -c 'sh -c ls'\"\n", 3, false },
		{ "RUN sh -c \"$X\"\n", 3, false },
		{ "RUN [\"sh\", \"-c\", \"apt-get install curl\"]\n", 3, true },
	};

	(void)state;
	check_uses(rows, COUNT(rows));
}

/* Scripts by address that are known. */
static void installers(void **state)
{
	static const struct use_row rows[] = {
		{ "RUN curl -fsSL https://deb.nodesource.com/setup_22.x | bash -\nRUN apt-get install -y nodejs\n", 0, false },
		{ "RUN x || curl -fsSL https://deb.nodesource.com/setup_22.x | bash -\nRUN apt-get install -y nodejs\n", 4, true },
		{ "RUN set -e; curl -fsSL https://deb.nodesource.com/setup_22.x | bash - && apt-get install -y nodejs\n", 0, false },
		{ "RUN curl https://sh.rustup.rs -sSf | sh -s -- -y\n", 0, false },
		{ "RUN bash /tmp/miniconda.sh -b -p /opt/conda\n", 0, false },
	};

	(void)state;
	check_uses(rows, COUNT(rows));
}

static void over_stages(void **state)
{
	static const struct use_row rows[] = {
		{ "FROM one\nRUN apt-get install -y curl\n", 4, true },
		{ "FROM debian:12\nRUN apt-get install -y curl\n", 0, false },
		{ "FROM one AS two\nFROM two\nRUN x\nRUN apt-get install -y curl\n", 6, true },
		{ "FROM one AS two\nRUN apt-get update\nFROM two\nRUN apt-get install -y curl\n", 0, false },
		/* its own update ends it for all that go on from it */
		{ "RUN apt-get update\nFROM one\nRUN apt-get install -y curl\n", 0, false },
		{ "FROM one AS two\nRUN apt-get update\nFROM one\nRUN apt-get install -y curl\n", 6, true },
		{ "FROM debian:12\nCOPY --from=one /x /x\nRUN apt-get install -y curl\n", 0, false },
	};

	(void)state;
	check_uses(rows, COUNT(rows));
}

static struct text repeat(const char *what, size_t n)
{
	struct buf b = { 0 };
	struct text all;

	for (size_t i = 0; i < n; i++)
		buf_adds(&b, what);
	all = arena_text(&arena, buf_text(&b));
	buf_release(&b);
	return all;
}

/* What is too far below is not looked at, and may need them. */
static void far_below(void **state)
{
	static const struct {
		const char *what;
		size_t n;
		bool far;
	} rows[] = {
		{ "RUN ls\n", 100, false },	     { "RUN ls\n", 5000, true },
		{ "RUN ls && ls && ls\n", 100, false }, { "RUN ls && ls && ls && ls && ls && ls && ls && ls\n", 500, true },
		{ "FROM one\n", 100, false },	     { "FROM one\n", 5000, true },
		{ "RUN sh -c 'ls'\n", 100, false },  { "RUN sh -c 'ls && ls'\n", 5000, true },
		{ "ONBUILD RUN ls\n", 100, false },  { "ONBUILD RUN ls\n", 5000, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM debian:12 AS one\nRUN apt-get update\n"), repeat(rows[i].what, rows[i].n)));
		struct lists_use use = lists_use_after(f, 1, manager_find("apt"));

		if ((use.item != TEXT_NPOS) != rows[i].far)
			print_error("of: %s\n", rows[i].what);
		assert_int_equal(use.item != TEXT_NPOS, rows[i].far);
		assert_false(use.certain);
		if (!rows[i].far)
			assert_int_equal(cache_missed_after(f, 1, 0, manager_find("apt")), TEXT_NPOS);
	}
}

/* From the n-th command of the instruction on. */
static void uses_inside(void **state)
{
	struct facts *f = facts_of(TEXT("FROM debian:12\nRUN apt-get install -y curl && ls && apt-get update && apt-get install -y git\n"));
	const struct manager *m = manager_find("apt");
	bool certain, ends;

	(void)state;
	assert_true(lists_use_in(f, 1, 0, m, &certain, &ends));
	assert_true(certain);
	assert_false(lists_use_in(f, 1, 1, m, &certain, &ends));
	assert_true(ends);
	assert_true(lists_use_in(f, 1, 3, m, &certain, &ends));
	assert_false(lists_use_in(f, 1, 4, m, &certain, &ends));
	assert_false(ends);
	assert_false(lists_use_in(f, 0, 0, m, &certain, &ends));
	assert_false(lists_use_in(f, 1, 0, manager_find("apk"), &certain, &ends));
}

static void missed(void **state)
{
	static const struct {
		const char *below;
		size_t line;
	} rows[] = {
		{ "RUN rm -r /var/lib/apt/lists/*\n", 3 },
		{ "RUN rm -rf /var/lib/apt/lists/*\n", 0 },
		{ "RUN x && rm -r /var/lib/apt\n", 3 },
		{ "FROM one\nRUN rm -r /var/lib/apt/lists/*\n", 4 },
		{ "FROM debian:12\nRUN rm -r /var/lib/apt/lists/*\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM debian:12 AS one\nRUN apt-get update\n"), text_of(rows[i].below)));
		size_t item = cache_missed_after(f, item_at(f, 2), 0, manager_find("apt"));

		assert_int_equal(item == TEXT_NPOS ? 0 : facts_doc(f)->items[item].line, rows[i].line);
	}
}

/* --- sources -------------------------------------------------------------------------- */

static void sources(void **state)
{
	static const struct {
		const char *line;
		bool may;
	} rows[] = {
		{ "RUN echo x", false },
		{ "RUN apt-get update && apt-get install -y curl", false },
		{ "RUN echo 'deb https://e' > /etc/apt/sources.list.d/x.list", true },
		{ "RUN sed -i s/http/https/ /etc/apt/sources.list", true },
		{ "RUN echo x | tee /etc/apt/x", true },
		{ "RUN echo x > \"$FILE\"", true },
		{ "RUN echo x > /tmp/$X", false },
		{ "RUN cat < $X", false },
		{ "RUN cd /etc && mv x apt", true },
		{ "RUN add-apt-repository ppa:x", true },
		{ "RUN dpkg --add-architecture i386", true },
		{ "RUN apt-get install -y ./x-release.deb", true },
		{ "RUN apt-get install -y epel-release", true },
		{ "RUN apt-get install -y debian-archive-keyring", true },
		{ "RUN apt-get install -y $X", true },
		{ "RUN dnf install -y curl", false },
		{ "RUN dnf config-manager --add-repo https://e", true },
		{ "RUN yum-config-manager --enable x", true },
		{ "RUN zypper addrepo https://e x", true },
		{ "RUN apt-get build-dep x", false },
		{ "RUN ./x.sh", true },
		{ "RUN if x", true },
		{ "RUN [\"mkdir\", \"x\"]", false },
		{ "RUN [\"./x\"]", true },
		{ "RUN xargs touch", true },
		{ "COPY x /etc/apt/sources.list.d/", true },
		{ "COPY x /etc", true },
		{ "COPY x /", true },
		{ "COPY x /app/", false },
		{ "COPY x $UNKNOWN", true },
		{ "ADD x.list /etc/apt/x.list", true },
		{ "COPY <<EOF /etc/apk/repositories\nx\nEOF", true },
		{ "ENV A=/etc/apt", false },
		{ "USER x", false },
		{ "WORKDIR /etc/apt", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM debian:12\nARG UNKNOWN\n"), text_of(rows[i].line), TEXT("\n")));
		bool may = sources_may_change(f, item_at(f, 3), 0, TEXT_NPOS);

		if (may != rows[i].may)
			print_error("of: %s\n", rows[i].line);
		assert_int_equal(may, rows[i].may);
	}
}

static void sources_of_some_commands(void **state)
{
	struct facts *f = facts_of(TEXT("FROM debian:12\nRUN ls && apt-key add x && ls\n"));

	(void)state;
	assert_false(sources_may_change(f, 1, 0, 1));
	assert_true(sources_may_change(f, 1, 0, 2));
	assert_true(sources_may_change(f, 1, 1, 2));
	assert_false(sources_may_change(f, 1, 2, TEXT_NPOS));
}

static void sources_from_workdir(void **state)
{
	struct facts *f = facts_of(TEXT("FROM debian:12\nWORKDIR /etc\nCOPY x apt/x.list\nCOPY x y\n"));

	(void)state;
	assert_true(sources_may_change(f, 2, 0, TEXT_NPOS));
	assert_false(sources_may_change(f, 3, 0, TEXT_NPOS));
}

/* --- mounts ---------------------------------------------------------------------------- */

static void mounts(void **state)
{
	static const struct {
		const char *flags, *path;
		enum maybe_state covers;
	} rows[] = {
		{ "", "/var/lib/apt/lists", UNSET },
		{ "--mount=type=cache,target=/var/lib/apt/lists", "/var/lib/apt/lists", KNOWN },
		{ "--mount=type=cache,target=/var/lib/apt/lists/", "/var/lib/apt/lists", KNOWN },
		{ "--mount=type=cache,dst=/var/lib/apt,sharing=locked", "/var/lib/apt/lists", KNOWN },
		{ "--mount=type=cache,destination=/var/lib/apt", "/var/lib/apt/lists", KNOWN },
		{ "--mount=type=cache,target=/var/lib/apt/lists/x", "/var/lib/apt/lists", UNSET },
		{ "--mount=type=cache,target=/var/lib/ap", "/var/lib/apt/lists", UNSET },
		{ "--mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt", "/var/lib/apt/lists", KNOWN },
		{ "--mount=type=tmpfs,target=/", "/x", KNOWN },
		{ "--mount=type=cache,target=/root/.cache/pip", "~/.cache/pip", KNOWN },
		{ "--mount=type=cache,target=/root/.cache", "~/.cache/pip", KNOWN },
		{ "--mount=type=cache,target=/home/app/.cache", "~/.cache/pip", UNSET },
		{ "--mount=type=cache,target=cache", "/srv/cache", KNOWN }, /* from the working directory */
		{ "--mount=type=cache,target=$X", "/x", UNKNOWN },
		{ "--mount=type=cache,target=$X --mount=type=cache,target=/x", "/x", KNOWN },
		{ "--mount=type=secret,id=x", "/x", UNSET },
		{ "--network=none", "/x", UNSET },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM debian:12\nARG X\nWORKDIR /srv\nRUN "), text_of(rows[i].flags), TEXT(" x\n")));

		if (mount_covers(f, item_at(f, 4), text_of(rows[i].path)) != rows[i].covers)
			print_error("of: %s\n", rows[i].flags);
		assert_int_equal(mount_covers(f, item_at(f, 4), text_of(rows[i].path)), rows[i].covers);
	}
}

/* --- distributions ----------------------------------------------------------------------- */

static void distros(void **state)
{
	static const struct {
		const char *image, *tag;
		enum distro_family family;
		const char *release;
	} rows[] = {
		{ "debian", "12", DISTRO_DEBIAN, "debian12" },
		{ "debian", "12.5-slim", DISTRO_DEBIAN, "debian12" },
		{ "debian", "bookworm-20240101-slim", DISTRO_DEBIAN, "debian12" },
		{ "debian", "stable-slim", DISTRO_DEBIAN, "" },
		{ "debian", "sid", DISTRO_DEBIAN, "" },
		{ "debian", "", DISTRO_DEBIAN, "" },
		{ "debian", "120", DISTRO_DEBIAN, "" },
		{ "ubuntu", "22.04", DISTRO_UBUNTU, "ubuntu22.04" },
		{ "ubuntu", "jammy-20240101", DISTRO_UBUNTU, "ubuntu22.04" },
		{ "alpine", "3.22", DISTRO_ALPINE, "" },
		{ "alpine", "", DISTRO_ALPINE, "" },
		{ "fedora", "42", DISTRO_RHEL, "" },
		{ "python", "3.12-slim-bookworm", DISTRO_DEBIAN, "debian12" },
		{ "python", "3.12-alpine3.20", DISTRO_ALPINE, "" },
		{ "python", "3.12-alpine", DISTRO_ALPINE, "" },
		{ "node", "22", DISTRO_DEBIAN, "" },
		{ "mcr.microsoft.com/dotnet/aspnet", "8.0-jammy-chiseled", DISTRO_NONE, "ubuntu22.04" },
		{ "mcr.microsoft.com/dotnet/aspnet", "8.0-noble", DISTRO_UBUNTU, "ubuntu24.04" },
		{ "scratch", "", DISTRO_NONE, "" },
		{ "example.com/x", "1.2", DISTRO_UNKNOWN, "" },
		{ "example.com/x", "", DISTRO_UNKNOWN, "" },
		{ "example.com/x", "1.2-bullseye", DISTRO_DEBIAN, "debian11" },
		{ "example.com/x", "1.2-ubi9", DISTRO_RHEL, "" },
		{ "example.com/x", "alpineish", DISTRO_UNKNOWN, "" },
		{ "", "", DISTRO_UNKNOWN, "" },
		{ "", "-", DISTRO_UNKNOWN, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct distro d = distro_of(text_of(rows[i].image), text_of(rows[i].tag));

		if (d.family != rows[i].family || !text_is(d.release, rows[i].release))
			print_error("of: %s:%s\n", rows[i].image, rows[i].tag);
		assert_int_equal(d.family, rows[i].family);
		assert_text(d.release, rows[i].release);
		assert_int_equal(distro_is_debian(d), d.family == DISTRO_DEBIAN || d.family == DISTRO_UBUNTU);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(far_below, teardown),
		cmocka_unit_test_teardown(uses, teardown),	  cmocka_unit_test_teardown(nested_uses, teardown),
		cmocka_unit_test_teardown(installers, teardown),  cmocka_unit_test_teardown(over_stages, teardown),
		cmocka_unit_test_teardown(uses_inside, teardown), cmocka_unit_test_teardown(missed, teardown),
		cmocka_unit_test_teardown(sources, teardown),	  cmocka_unit_test_teardown(sources_of_some_commands, teardown),
		cmocka_unit_test_teardown(sources_from_workdir, teardown), cmocka_unit_test_teardown(mounts, teardown),
		cmocka_unit_test_teardown(distros, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
