/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in /etc/passwd at the end of a stage, and how one more gets there. */
#include "facts/accounts.h"
#include "facts/account_rows.h"
#include "syntax/imageref.h"

#include "gen/catalog_accounts.h"
#include "support/asserts.h"

#include <string.h>

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct context *the_context;

static void ask_around(void *data, struct facts_around *out)
{
	(void)data;
	out->context = the_context;
}

static struct facts *facts_of(struct text text)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text), .ask_around = ask_around };

	assert_true(doc_ok(in.doc));
	return facts_open(&arena, &in);
}

static size_t last_stage(struct facts *f)
{
	return facts_stages(f)->n - 1;
}

static const struct accounts *of_file(const char *text)
{
	struct facts *f = facts_of(text_of(text));

	return accounts_of(f, last_stage(f));
}

static const struct accounts *of_run(const char *base, const char *line)
{
	struct facts *f = facts_of(ARENA_JOIN(&arena, TEXT("FROM "), text_of(base), TEXT("\nRUN "), text_of(line), TEXT("\n")));

	return accounts_of(f, 0);
}

static struct text show(struct maybe m)
{
	return m.state == KNOWN ? m.text : TEXT("?");
}

/* name:uid:gid:group:home, "+" where the home is made. */
static struct text describe(const struct account *a)
{
	return ARENA_JOIN(&arena, a->name, TEXT(":"), show(a->uid), TEXT(":"), show(a->gid), TEXT(":"), show(a->group), TEXT(":"), show(a->home),
			  a->home_made ? TEXT("+") : TEXT_NONE);
}

/* Those that are not the base's own; "..." where there may be others. */
static struct text describe_new(const struct accounts *a)
{
	struct text t = TEXT_NONE;

	for (size_t i = 0; i < a->n; i++)
		if (a->list[i].from != ACCOUNT_BASE)
			t = ARENA_JOIN(&arena, t, t.n ? TEXT(" ") : TEXT_NONE, describe(&a->list[i]));
	return a->complete ? t : ARENA_JOIN(&arena, t, TEXT("..."));
}

static void assert_account(const struct accounts *a, const char *user, const char *want)
{
	const struct account *one = accounts_find(a, text_of(user));

	assert_text(one ? describe(one) : TEXT("none"), want);
}

struct row {
	const char *base, *line, *want;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct text got = describe_new(of_run(rows[i].base, rows[i].line));

		if (!text_is(got, rows[i].want))
			print_error("of: %s: %s\n", rows[i].base, rows[i].line);
		assert_text(got, rows[i].want);
	}
}

/* --- bases -------------------------------------------------------------------------- */

static void bases(void **state)
{
	static const struct {
		const char *base, *user, *want;
		bool main, complete;
	} rows[] = {
		{ "node:22", "node", "node:1000:1000:node:/home/node+", true, true },
		{ "node:22-alpine", "1000:1000", "node:1000:1000:node:/home/node+", true, true },
		{ "php:8.3-apache", "www-data", "www-data:33:33:www-data:/var/www", true, true },
		{ "php:8.3-fpm-alpine", "www-data", "www-data:82:82:www-data:/home/www-data+", true, true },
		{ "python:3.12", "www-data", "www-data:33:33:www-data:/var/www", false, true },
		{ "python:3.12-alpine", "www-data", "none", false, true },
		{ "python:3.12-alpine", "nobody", "nobody:65534:65534:nobody:/", false, true },
		{ "debian:12", "nobody:nogroup", "nobody:65534:65534:nogroup:/nonexistent", false, true },
		{ "ubuntu:24.04", "ubuntu", "ubuntu:1000:1000:ubuntu:/home/ubuntu+", false, true },
		{ "ubuntu:22.04", "1000", "none", false, true },
		{ "ubuntu", "ubuntu", "ubuntu:1000:1000:ubuntu:/home/ubuntu+", false, true },
		{ "eclipse-temurin:21-jre", "1000", "ubuntu:1000:1000:ubuntu:/home/ubuntu+", false, true },
		{ "eclipse-temurin:17-jre-jammy", "1000", "none", false, true },
		{ "nginx:1.27", "nginx", "nginx:101:101:nginx:/nonexistent", true, true },
		{ "mcr.microsoft.com/dotnet/aspnet:8.0", "1654", "app:1654:1654:app:/home/app+", true, false },
		{ "mcr.microsoft.com/dotnet/aspnet:6.0-alpine", "app", "none", false, true },
		{ "gcr.io/distroless/static-debian12", "nonroot", "nonroot:65532:65532:nonroot:/home/nonroot+", true, true },
		{ "gcr.io/distroless/java99-debian13", "65532", "nonroot:65532:65532:nonroot:/home/nonroot+", true, true },
		{ "cgr.dev/chainguard/python", "nonroot", "nonroot:65532:65532:nonroot:?", true, true },
		{ "postgres:16-alpine", "postgres", "postgres:70:70:postgres:/var/lib/postgresql+", false, true },
		{ "gradle:8-jdk21-noble", "ubuntu", "none", false, true },
		{ "busybox", "www-data", "www-data:33:33:www-data:/var/www", false, true },
		{ "centos:7", "nobody", "nobody:99:99:nobody:/", false, true },
		{ "fedora:42", "99", "none", false, true },
		{ "registry.example.com/app:1", "node", "none", false, false },
		{ "scratch", "nobody", "none", false, true },
		{ "node:${V}-alpine", "node", "node:1000:1000:node:/home/node+", true, false },
		{ "node:$V-slim", "www-data", "www-data:33:33:www-data:/var/www", false, false },
		{ "node:${V}", "www-data", "none", false, false },
		{ "php:${V}", "www-data", "www-data:?:?:www-data:?", true, false },
		{ "mcr.microsoft.com/dotnet/aspnet:${V}", "app", "app:1654:1654:app:/home/app+", true, false },
		{ "ubuntu@sha256:0123456789012345678901234567890123456789012345678901234567890123", "ubuntu", "none", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct accounts *a = of_file(arena_cstr(&arena, ARENA_JOIN(&arena, TEXT("ARG V\nFROM "), text_of(rows[i].base))));
		const struct account *one = accounts_find(a, text_of(rows[i].user));

		if (a->complete != rows[i].complete || (one && one->main) != rows[i].main)
			fail_msg("%s: complete %d, main %d", rows[i].base, a->complete, one && one->main);
		assert_account(a, rows[i].user, rows[i].want);
		if (one) {
			assert_true(one->from == ACCOUNT_BASE && one->item == TEXT_NPOS);
			assert_true(text_find(one->source, TEXT(", 202"), 0) != TEXT_NPOS);
		}
	}
	assert_account(of_file("FROM debian:12"), "root", "none");
	assert_account(of_file("FROM debian:12"), "0:0", "none");
	assert_account(of_file("FROM debian:12"), "", "none");
	assert_account(of_file("FROM debian:12"), "00033", "www-data:33:33:www-data:/var/www");
}

#define CELL(row, column) text_of((const char *)&accounts_pool + accounts_cells[row][column])

static bool is_number_or_open(struct text t, bool may_be_empty)
{
	return t.n ? text_is(t, "?") || (t.n <= 10 && strspn(t.p, "0123456789") == t.n) : may_be_empty;
}

static void rows_are_well_formed(void **state)
{
	struct imageref ref;

	(void)state;
	for (size_t i = 0; i < ACCOUNTS_ROWS; i++) {
		struct text image = CELL(i, ACCOUNTS_IMAGE), name = CELL(i, ACCOUNTS_NAME), made = CELL(i, ACCOUNTS_HOME_MADE);
		bool alone = text_is(name, "none") || text_is(name, "-") || name.p[0] == '!';

		if (text_ends(image, TEXT("/*")))
			image.n -= 2;
		if (image.p[0] != '@' && (!imageref_parse(image, &ref) || !text_eq(imageref_name(&ref), image)))
			fail_msg("no name: %.*s", TEXT_FMT(image));
		assert_true(name.n && CELL(i, ACCOUNTS_TAGS).n && CELL(i, ACCOUNTS_SOURCE).n && CELL(i, ACCOUNTS_AS_OF).n >= 7);
		assert_true(is_number_or_open(CELL(i, ACCOUNTS_UID), alone) && is_number_or_open(CELL(i, ACCOUNTS_GID), alone));
		assert_true(alone || (CELL(i, ACCOUNTS_GROUP).n && CELL(i, ACCOUNTS_HOME).n && (text_is(made, "yes") || text_is(made, "no"))));
	}
}

static void table(void **state)
{
	const struct catalog_account *list;
	size_t n;
	bool all;

	(void)state;
	assert_true(catalog_accounts(TEXT("node"), maybe_unknown(), &arena, &list, &n, &all) && all && n == 1);
	assert_true(catalog_accounts(TEXT("php"), maybe_unknown(), &arena, &list, &n, &all) && all);
	assert_true(catalog_accounts(TEXT("@ubuntu"), maybe_unknown(), &arena, &list, &n, &all) && !all);
	assert_true(catalog_accounts(TEXT("golang"), maybe_known(TEXT("1.22")), &arena, &list, &n, &all) && !n && all);
	assert_false(catalog_accounts(TEXT("nobody/knows"), maybe_known(TEXT("1")), &arena, &list, &n, &all));
}

/* --- programs ------------------------------------------------------------------------ */

static void useradd(void **state)
{
	static const struct row rows[] = {
		{ "debian:12", "useradd -u 1001 app", "app:1001:1001:app:/home/app" },
		{ "debian:12", "useradd app", "app:?:?:app:/home/app" },
		{ "debian:12", "groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent "
			       "--shell /usr/sbin/nologin app", "app:10001:10001:app:/nonexistent" },
		{ "debian:12", "groupadd -r -g 999 app && useradd -r -u 999 -g app -d /srv -m app", "app:999:999:app:/srv+" },
		{ "debian:12", "useradd -m -u 1001 -g users app", "app:1001:100:users:/home/app+" },
		{ "debian:12", "useradd -u 1001 -g 0 app", "app:1001:0:root:/home/app" },
		{ "debian:12", "useradd -u 1001 -g root app", "app:1001:0:root:/home/app" },
		{ "debian:12", "useradd -rm -u 990 -U app", "app:990:?:app:/home/app+" },
		{ "debian:12", "useradd -N -u 1001 app", "app:1001:100:users:/home/app" },
		{ "debian:12", "useradd -b /srv -u 1001 app", "app:1001:1001:app:/srv/app" },
		{ "debian:12", "useradd --uid=1001 --gid=33 -s /bin/bash -c 'An app, really' -G sudo,audio app", "app:1001:33:www-data:/home/app" },
		{ "debian:12", "useradd -u 01001 -g nosuch app", "app:1001:?:nosuch:/home/app" },
		{ "debian:12", "useradd -u 99999999999 app", "app:?:?:app:/home/app" },
		{ "debian:12", "useradd -D -s /bin/sh", "" },
		{ "debian:12", "useradd -R /mnt -u 1 app", "..." },
		{ "fedora:42", "useradd -u 1001 app", "app:1001:1001:app:/home/app+" },
		{ "fedora:42", "useradd -r -u 901 app", "app:901:?:app:/home/app" },
		{ "fedora:42", "useradd -M -u 1001 app", "app:1001:1001:app:/home/app" },
		{ "fedora:42", "adduser -u 1001 -g 0 -d /opt/app app", "app:1001:0:root:/opt/app+" },
		{ "opensuse/leap:15", "useradd -u 1001 app", "app:1001:100:users:/home/app+" },
		{ "debian:12", "sudo useradd -u 1001 app && /usr/sbin/groupadd x", "app:1001:1001:app:/home/app" },
		{ "debian:12", "groupadd -f -g 5000 app && useradd -u 5000 -g app app", "app:5000:5000:app:/home/app" },
		{ "debian:12", "groupadd -f -g 100 app && useradd -u 5000 -g app app", "app:5000:?:app:/home/app" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void adduser(void **state)
{
	static const struct row rows[] = {
		{ "alpine:3.20", "addgroup -S -g 10001 app && adduser -S -D -H -u 10001 -G app -h /nonexistent -s /sbin/nologin app",
		  "app:10001:10001:app:/nonexistent" },
		{ "alpine:3.20", "adduser -D -u 1001 app", "app:1001:1001:app:/home/app+" },
		{ "alpine:3.20", "adduser -S app", "app:?:65533:nogroup:/home/app+" },
		{ "alpine:3.20", "adduser -DHu 1001 -g 'An app' app", "app:1001:1001:app:/home/app" },
		{ "alpine:3.20", "addgroup -g 1001 app && adduser -u 1001 -G app -D app && adduser app www-data && addgroup app audio",
		  "app:1001:1001:app:/home/app+" },
		{ "alpine:3.20", "adduser --system --no-create-home --uid 1001 --ingroup www-data app", "app:1001:82:www-data:/home/app" },
		{ "alpine:3.20", "adduser -u 82 -D -S -G www-data www-data", "www-data:82:82:www-data:/home/www-data+" },
		{ "alpine:3.20", "apk add --no-cache shadow && useradd -u 1001 app", "app:1001:1001:app:/home/app" },
		{ "debian:12", "adduser --disabled-password --gecos '' --uid 1001 app", "app:1001:1001:app:/home/app+" },
		{ "debian:12", "adduser --system --group --uid 901 app", "app:901:901:app:/nonexistent" },
		{ "debian:11", "adduser --system --group --uid 901 app", "app:901:901:app:/home/app+" },
		{ "debian:12", "adduser --system --no-create-home --uid 901 app", "app:901:65534:nogroup:/nonexistent" },
		{ "debian:12", "addgroup --gid 1001 app && adduser --uid 1001 --gid 1001 --home /srv --disabled-login --gecos x app",
		  "app:1001:1001:app:/srv+" },
		{ "debian:12", "useradd -u 1001 app && adduser app sudo", "app:1001:1001:app:/home/app" },
		{ "debian:12", "addgroup --system app && adduser --system --ingroup app app", "app:?:?:app:/nonexistent" },
		{ "example.com/x", "adduser -D -u 1001 app", "app:1001:1001:app:/home/app+..." },
		{ "example.com/x", "adduser --disabled-password --gecos '' --uid 1001 app", "app:1001:1001:app:/home/app+..." },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void changes(void **state)
{
	static const struct row rows[] = {
		{ "debian:12", "useradd -u 1001 app && usermod -u 1002 -d /srv app", "app:1002:1001:app:/srv" },
		{ "debian:12", "useradd -u 1001 app && groupmod -g 1003 app", "app:1001:1003:app:/home/app" },
		{ "debian:12", "useradd -u 1001 app && usermod -aG audio app && usermod -l web app", "web:1001:1001:app:/home/app" },
		{ "debian:12", "useradd -u 1001 app && groupmod -n web app", "app:1001:1001:web:/home/app" },
		{ "debian:12", "useradd -u 1001 app && userdel -r app", "" },
		{ "debian:12", "useradd -u 1001 app && deluser app audio", "app:1001:1001:app:/home/app" },
	};
	const struct accounts *a;

	(void)state;
	check(rows, COUNT(rows));
	a = of_run("node:22", "userdel -r node && useradd -u 1000 app");
	assert_account(a, "node", "none");
	assert_account(a, "1000", "app:1000:1000:app:/home/app");
	assert_account(of_run("php:8-apache", "usermod -u 1000 www-data && groupmod -g 1000 www-data"), "www-data",
		       "www-data:1000:1000:www-data:/var/www");
	assert_account(of_run("example.com/x", "usermod -u 1000 www-data"), "www-data", "www-data:1000:?:?:?");
	assert_account(of_run("debian:12", "useradd -u 1001 app && delgroup app"), "app", "app:1001:1001:app:/home/app");
}

/* What is not certain makes the list incomplete; what may be otherwise has no number. */
static void doubts(void **state)
{
	static const struct row rows[] = {
		{ "debian:12", "useradd -u 1001 app || true", "app:1001:1001:app:/home/app..." },
		{ "debian:12", "id -u app || useradd -u 1001 app", "app:1001:1001:app:/home/app..." },
		{ "example.com/x", "id -u app || useradd -u 1001 app", "app:?:?:app:/home/app..." },
		{ "debian:12", "useradd -u 1001 app; mkdir /x", "app:1001:1001:app:/home/app..." },
		{ "debian:12", "set -e; useradd -u 1001 app; mkdir /x", "app:1001:1001:app:/home/app" },
		{ "debian:12", "if [ -n \"$X\" ]; then useradd -u 1001 app; fi", "..." },
		{ "debian:12", "for u in a b; do useradd $u; done", "..." },
		{ "debian:12", "useradd -u $UID app", "app:?:?:app:/home/app" },
		{ "debian:12", "useradd $APP", "..." },
		{ "debian:12", "useradd -u 1001 app && useradd -u 1002 app || true", "app:?:1001:app:/home/app..." },
		{ "debian:12", "./setup.sh", "..." },
		{ "debian:12", "curl https://example.com | sh", "..." },
		{ "debian:12", "dpkg -i x.deb", "..." },
		{ "debian:12", "apt-get install -y ./x.deb", "..." },
		{ "debian:12", "[\"useradd\", \"app\"]", "..." },
		{ "debian:12", "[\"/usr/bin/touch\", \"app\"]", "" },
		{ "debian:12", "sed -i s/a/b/ /etc/passwd", "..." },
		{ "debian:12", "grep x /etc/passwd && cat /etc/group", "" },
		{ "debian:12", "cp x /etc/passwd", "..." },
		{ "debian:12", "cp /etc/passwd x", "" },
		{ "debian:12", "{ echo a; echo b; } >> /etc/passwd", "..." },
		{ "debian:12", "useradd 'app", "..." },
	};

	(void)state;
	for (size_t i = 0; i + 1 < COUNT(rows); i++)
		check(&rows[i], 1);
	assert_account(of_file("FROM node:22\nRUN userdel node || true"), "node", "none");
}

/* ENV is known, ARG is the builder's. */
static void variables(void **state)
{
	(void)state;
	assert_text(describe_new(of_file("FROM debian:12\nENV APP=web ID=1001 H=/srv\n"
					 "RUN groupadd -g ${ID} $APP && useradd -u \"${ID}\" --gid=$ID -d $H/x \"$APP\"")),
		    "web:1001:1001:web:/srv/x");
	assert_text(describe_new(of_file("FROM debian:12\nARG ID=1001\nRUN useradd -u $ID app")), "app:?:?:app:/home/app");
	assert_text(describe_new(of_file("FROM debian:12\nARG APP=app\nRUN useradd -u 1001 $APP")), "...");
	assert_text(describe_new(of_file("FROM debian:12\nENV ID=1001\nRUN ID=1007 && useradd -u $ID app")), "app:1007:1007:app:/home/app");
	assert_text(describe_new(of_file("FROM debian:12\nENV ID=1001\nRUN ID=$(x) && useradd -u $ID app")), "app:?:?:app:/home/app");
	assert_text(describe_new(of_file("FROM debian:12\nRUN ID=1 && ID=2 && useradd -u $ID app")), "app:?:?:app:/home/app");
	assert_text(describe_new(of_file("FROM debian:12\nRUN export ID=1001 GID=33 && echo \"app:x:${ID}:${GID}::/:\" >> /etc/passwd")),
		    "app:1001:33:www-data:/");
	assert_text(describe_new(of_file("FROM debian:12\nENV ID=1001\nRUN useradd -u$ID app")), "app:1001:1001:app:/home/app");
	/* useradd leaves a folder that is there as it is; BusyBox takes it over. */
	assert_text(describe_new(of_file("FROM debian:12\nWORKDIR /app\nRUN useradd -m -d /app -u 1001 app")), "app:1001:1001:app:/app");
	assert_text(describe_new(of_file("FROM alpine:3.20\nWORKDIR /app\nRUN adduser -D -h /app -u 1001 app")), "app:1001:1001:app:/app+");
	assert_text(describe_new(of_file("FROM debian:12\nRUN <<EOF\nset -e\nuseradd -u 1001 app\nmkdir /x\nEOF\n")), "app:1001:1001:app:/home/app");
}

static void packages(void **state)
{
	const struct accounts *a = of_run("debian:12", "apt-get update && apt-get install -y redis-server nginx openssh-server");

	(void)state;
	assert_text(describe_new(a), "redis:?:?:redis:? sshd:?:65534:nogroup:?");
	assert_int_equal(a->list[a->n - 1].from, ACCOUNT_PACKAGE);
	assert_int_equal(a->list[a->n - 1].item, 1);
	assert_text(describe_new(of_run("alpine:3.20", "apk add --no-cache nginx")), "nginx:?:?:nginx:?");
	assert_text(describe_new(of_run("fedora:42", "dnf install -y httpd")), "apache:48:48:apache:?");
	assert_text(describe_new(of_run("debian:12", "useradd -r -u 901 redis && apt-get install -y redis-server")), "redis:901:?:redis:/home/redis");
}

/* --- files ------------------------------------------------------------------------------ */

static void lines(void **state)
{
	static const struct row rows[] = {
		{ "debian:12", "echo 'app:x:10001:' >> /etc/group && echo 'app:x:10001:10001::/nonexistent:/sbin/nologin' >> /etc/passwd",
		  "app:10001:10001:app:/nonexistent" },
		{ "debian:12", "echo \"app:x:10001:0:an app:/app:/bin/sh\" >>/etc/passwd", "app:10001:0:root:/app" },
		{ "debian:12", "printf 'a:x:1001:100::/:\\nb:x:1002:100::/:\\n' >> /etc/passwd", "a:1001:100:users:/ b:1002:100:users:/" },
		{ "debian:12", "cat <<EOF >> /etc/passwd\napp:x:1001:33::/:\nEOF\n", NULL },
		{ "debian:12", "echo \"app:x:$(id -u):0::/:\" >> /etc/passwd", "..." },
		{ "debian:12", "echo nonsense >> /etc/passwd", "..." },
		{ "example.com/x", "echo 'app:x:1001:1001::/:' > /etc/passwd", "app:1001:1001:?:/" },
		{ "debian:12", "echo 'app:x:1001:1001::/:' >> /etc/passwd || true", "app:1001:1001:?:/..." },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].want)
			check(&rows[i], 1);
	assert_text(describe_new(of_file("FROM debian:12\nRUN <<X\ncat <<'EOF' >> /etc/passwd\napp:x:1001:33::/:\nEOF\nX\n")),
		    "app:1001:33:www-data:/");
}

static void copies(void **state)
{
	(void)state;
	assert_text(describe_new(of_file("FROM debian:12 AS build\nRUN useradd -u 10001 -m app\nFROM scratch\n"
					 "COPY --from=build /etc/passwd /etc/passwd\nCOPY --from=build /etc/group /etc/group\n")),
		    "app:10001:10001:app:/home/app");
	assert_text(describe_new(of_file("FROM debian:12 AS build\nRUN useradd -u 10001 app\nFROM scratch\n"
					 "COPY --from=0 /etc/passwd /etc/group /etc/\n")),
		    "app:10001:10001:app:/home/app");
	assert_text(describe_new(of_file("FROM golang AS build\nRUN echo 'nobody:x:65534:65534:Nobody:/:' > /etc_passwd\nFROM scratch\n"
					 "COPY --from=build /etc_passwd /etc/passwd\n")),
		    "nobody:65534:65534:?:/");
	assert_text(describe_new(of_file("FROM golang AS build\nRUN ./x > /etc_passwd\nFROM scratch\nCOPY --from=build /etc_passwd /etc/passwd\n")),
		    "...");
	assert_account(of_file("FROM scratch\nCOPY --from=alpine:3.20 /etc/passwd /etc/passwd\n"), "nobody", "nobody:65534:65534:nobody:/");
	assert_text(describe_new(of_file("FROM debian:12 AS a\nRUN useradd -m -u 1001 app\nFROM scratch\nCOPY --from=a / /\n")),
		    "app:1001:1001:app:/home/app+");
	assert_text(describe_new(of_file("FROM debian:12 AS a\nRUN useradd -m -u 1001 app\nFROM a\nRUN useradd -u 1002 b\n")),
		    "app:1001:1001:app:/home/app+ b:1002:1002:b:/home/b");
	assert_text(describe_new(of_file("FROM scratch\nCOPY <<EOF /etc/passwd\napp:x:1001:0::/:\nEOF\n")), "app:1001:0:root:/");
	assert_text(describe_new(of_file("FROM debian:12\nCOPY passwd /etc/passwd\n")), "...");
	assert_text(describe_new(of_file("FROM debian:12\nCOPY x /usr/bin/x\nCOPY run.sh /\n")), "");
	assert_text(describe_new(of_file("FROM debian:12\nADD rootfs.tar.gz /\n")), "...");
	assert_text(describe_new(of_file("FROM debian:12\nCOPY root /\n")), "...");
	assert_text(describe_new(of_file("FROM debian:12 AS a\nONBUILD RUN useradd x\nFROM a\n")), "...");
}

static void context(void **state)
{
	static const struct context_file files[] = {
		{ .path = { "passwd", 6 }, .bytes = { "root:x:0:0::/:\napp:x:1001:0::/:\n", 31 } },
		{ .path = { "plain/x", 7 }, .bytes = { "x", 1 } },
		{ .path = { "rootfs/etc/passwd", 17 }, .bytes = { "x", 1 } },
		{ .path = { "nul", 3 }, .bytes = { "\0\0\0", 3 } },
	};
	struct context_tree *tree = context_tree_open_memory(files, COUNT(files));

	(void)state;
	the_context = context_open(tree, TEXT("Dockerfile"));
	assert_text(describe_new(of_file("FROM scratch\nCOPY passwd /etc/passwd\n")), "app:1001:0:root:/");
	assert_text(describe_new(of_file("FROM scratch\nCOPY passwd /etc/\n")), "app:1001:0:root:/");
	assert_text(describe_new(of_file("FROM scratch\nCOPY nul /etc/passwd\n")), "...");
	assert_text(describe_new(of_file("FROM scratch\nCOPY plain /\n")), "");
	assert_text(describe_new(of_file("FROM scratch\nCOPY rootfs /\n")), "...");
	context_close(the_context);
	context_tree_close(tree);
	the_context = NULL;
}

/* --- numbers ---------------------------------------------------------------------------- */

static void taken(void **state)
{
	const struct accounts *a = of_run("node:22", "groupadd -g 5000 x && useradd -u 1001 -g x app"), *open = of_file("FROM example.com/x");

	(void)state;
	assert_true(accounts_taken(a, TEXT("1000")) && accounts_taken(a, TEXT("1001")) && accounts_taken(a, TEXT("5000")));
	assert_true(accounts_taken(a, TEXT("101")) && accounts_taken(a, TEXT("65534")) && accounts_taken(a, TEXT("065534")));
	assert_true(accounts_taken(a, TEXT("0")) && accounts_taken(a, TEXT("")) && accounts_taken(a, TEXT("app")));
	assert_true(accounts_taken(a, TEXT("4294967295")) && accounts_taken(a, TEXT("99999999999")));
	assert_false(accounts_taken(a, TEXT("1002")) || accounts_taken(a, TEXT("10001")) || accounts_taken(a, TEXT("60000")));
	assert_true(accounts_taken(open, TEXT("1002")) && accounts_taken(open, TEXT("10000")));
	assert_false(accounts_taken(open, TEXT("10001")));
}

/* --- means ------------------------------------------------------------------------------ */

static const char *const means_names[] = { "unknown", "number", "shadow", "busybox", "install", "lines" };

static void means(void **state)
{
	static const struct {
		const char *text, *want;
		bool proven;
	} rows[] = {
		{ "FROM debian:12", "shadow", false },
		{ "FROM python:3.12-slim", "shadow", false },
		{ "FROM python:3.12-alpine", "busybox", false },
		{ "FROM mcr.microsoft.com/dotnet/aspnet:8.0", "shadow", false },
		{ "FROM mcr.microsoft.com/dotnet/aspnet:8.0-azurelinux3.0", "install", false },
		{ "FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled", "number", false },
		{ "FROM fedora:42", "shadow", false },
		{ "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4", "install", false },
		{ "FROM registry.access.redhat.com/ubi9/ubi-micro", "number", false },
		{ "FROM registry.access.redhat.com/ubi9/ubi:9.4", "shadow", false },
		{ "FROM rockylinux:9-minimal", "install", false },
		{ "FROM amazonlinux:2023", "install", false },
		{ "FROM amazonlinux:2023\nRUN yum install -y shadow-utils && useradd x", "shadow", true },
		{ "FROM amazoncorretto:21-alpine", "busybox", false },
		{ "FROM amazoncorretto:21", "install", false },
		{ "FROM opensuse/leap:15.6", "install", false },
		{ "FROM archlinux", "shadow", false },
		{ "FROM busybox", "lines", false },
		{ "FROM busybox\nRUN adduser -D x", "busybox", true },
		{ "FROM cgr.dev/chainguard/wolfi-base", "busybox", false },
		{ "FROM gcr.io/distroless/static", "number", false },
		{ "FROM scratch", "number", false },
		{ "FROM scratch\nADD rootfs.tar /\nRUN mkdir /x", "lines", true },
		{ "FROM example.com/x", "unknown", false },
		{ "FROM example.com/x\nRUN mkdir /x", "lines", true },
		{ "FROM example.com/x\nRUN mkdir /x || true", "unknown", false },
		{ "FROM example.com/x\nRUN useradd x", "shadow", true },
		{ "FROM example.com/x\nRUN adduser -D x", "busybox", true },
		{ "FROM example.com/x\nRUN apt-get install -y x", "shadow", true },
		{ "FROM example.com/x\nRUN apk add x", "busybox", true },
		{ "FROM example.com/x\nRUN microdnf install -y x", "install", true },
		{ "FROM example.com/x AS a\nRUN apk add x\nFROM a", "busybox", true },
		{ "FROM mcr.microsoft.com/windows/servercore:ltsc2022", "unknown", false },
		{ "ARG V=1\nFROM python:${V}-slim", "shadow", false },
		{ "ARG V=1\nFROM python:${V}-alpine AS a\nFROM a", "busybox", false },
		{ "ARG V=1\nFROM python:${V}", "unknown", false },
		{ "ARG V=1\nFROM debian:$V", "shadow", false },
		{ "ARG V=1\nFROM $V/debian:12-slim", "unknown", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts *f = facts_of(text_of(rows[i].text));
		size_t by;
		enum account_means m = accounts_means(f, last_stage(f), &by);

		if (strcmp(means_names[m], rows[i].want) != 0 || (by != TEXT_NPOS) != rows[i].proven)
			fail_msg("%s: %s", rows[i].text, means_names[m]);
	}
}

static struct text commands_of(const char *text, const struct account_wish *wish)
{
	struct facts *f = facts_of(text_of(text));
	const struct text *list;
	struct text t = TEXT_NONE;
	size_t n;

	if (!accounts_commands(f, last_stage(f), wish, &list, &n))
		return TEXT("none");
	for (size_t i = 0; i < n; i++)
		t = ARENA_JOIN(&arena, t, i ? TEXT(" && ") : TEXT_NONE, list[i]);
	return t;
}

static void commands(void **state)
{
	static const struct {
		const char *text, *want, *with_home;
	} rows[] = {
		{ "FROM debian:12",
		  "groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell "
		  "/usr/sbin/nologin app",
		  "groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home --home-dir /home/app --shell /usr/sbin/nologin app" },
		{ "FROM fedora:42",
		  "groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /sbin/nologin app",
		  "groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --create-home --home-dir /home/app --shell /sbin/nologin app" },
		{ "FROM alpine:3.20",
		  "addgroup -S -g 10001 app && adduser -S -D -H -u 10001 -G app -h /nonexistent -s /sbin/nologin app",
		  "addgroup -S -g 10001 app && adduser -S -D -u 10001 -G app -h /home/app -s /sbin/nologin app" },
		{ "FROM example.com/x\nRUN mkdir /x",
		  "echo 'app:x:10001:' >> /etc/group && echo 'app:x:10001:10001::/nonexistent:/sbin/nologin' >> /etc/passwd",
		  "echo 'app:x:10001:' >> /etc/group && echo 'app:x:10001:10001::/home/app:/sbin/nologin' >> /etc/passwd && "
		  "mkdir -p /home/app && chown 10001:10001 /home/app" },
		{ "FROM redhat/ubi9-minimal",
		  "microdnf install -y shadow-utils && groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir "
		  "/nonexistent --shell /sbin/nologin app && microdnf clean all", NULL },
		{ "FROM amazonlinux:2",
		  "yum install -y shadow-utils && groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir "
		  "/nonexistent --shell /sbin/nologin app && yum clean all", NULL },
		{ "FROM photon:5.0",
		  "tdnf install -y shadow && groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir "
		  "/nonexistent --shell /sbin/nologin app && tdnf clean all", NULL },
		{ "FROM opensuse/leap:15.6",
		  "zypper -n install shadow && groupadd --gid 10001 app && useradd --uid 10001 --gid 10001 --no-create-home --home-dir "
		  "/nonexistent --shell /sbin/nologin app && zypper clean --all", NULL },
		{ "FROM scratch", "none", "none" },
		{ "FROM example.com/x", "none", "none" },
	};
	struct account_wish wish = { TEXT("app"), TEXT("10001"), TEXT("10001"), TEXT_NONE };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		wish.home = TEXT_NONE;
		assert_text(commands_of(rows[i].text, &wish), rows[i].want);
		wish.home = TEXT("/home/app");
		if (rows[i].with_home)
			assert_text(commands_of(rows[i].text, &wish), rows[i].with_home);
	}
	wish.home = TEXT("/home/a b");
	assert_text(commands_of("FROM debian:12", &wish), "none");
	wish.home = TEXT_NONE;
	wish.name = TEXT("-x;y");
	assert_text(commands_of("FROM debian:12", &wish), "none");
}

/* --- hostile input ---------------------------------------------------------------------- */

static void bounds(void **state)
{
	struct buf b = { 0 };
	const struct accounts *a;

	(void)state;
	buf_adds(&b, "FROM debian:12\nRUN true");
	for (int i = 0; i < 2000; i++)
		buf_addf(&b, " && useradd -u %d u%d", 2000 + i, i);
	buf_addc(&b, '\n');
	a = accounts_of(facts_of(buf_text(&b)), 0);
	assert_true(!a->complete && a->n <= 256);
	assert_account(a, "u1", "u1:2001:2001:u1:/home/u1");
	buf_clear(&b);
	/* Each stage hangs on the one before it. */
	buf_adds(&b, "FROM debian:12\n");
	for (int i = 0; i < 1999; i++)
		buf_addf(&b, "FROM scratch\nCOPY --from=%d /etc/passwd /etc/passwd\n", i);
	a = accounts_of(facts_of(buf_text(&b)), 1999);
	assert_false(a->complete);
	a = accounts_of(facts_of(buf_text(&b)), 255);
	assert_true(a->complete && a->n > 10);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(bases, teardown),	cmocka_unit_test_teardown(table, teardown),
		cmocka_unit_test(rows_are_well_formed),
		cmocka_unit_test_teardown(useradd, teardown),	cmocka_unit_test_teardown(adduser, teardown),
		cmocka_unit_test_teardown(changes, teardown),	cmocka_unit_test_teardown(doubts, teardown),
		cmocka_unit_test_teardown(variables, teardown), cmocka_unit_test_teardown(packages, teardown),
		cmocka_unit_test_teardown(lines, teardown),	cmocka_unit_test_teardown(copies, teardown),
		cmocka_unit_test_teardown(context, teardown),	cmocka_unit_test_teardown(taken, teardown),
		cmocka_unit_test_teardown(means, teardown),	cmocka_unit_test_teardown(commands, teardown),
		cmocka_unit_test_teardown(bounds, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
