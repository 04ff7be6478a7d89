/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a script: prefixes, options, operands, and what is certain of them. */
#include "facts/command.h"
#include "facts/facts.h"
#include "support/asserts.h"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

struct commands {
	const struct command *list;
	size_t n;
};

/* The commands of the last instruction. */
static struct commands read_file(const char *text)
{
	struct facts_inputs in = { .doc = doc_read(&arena, text_of(text)) };
	struct facts *f;
	struct commands c = { 0 };
	size_t i = in.doc->nitems;

	assert_true(doc_ok(in.doc));
	f = facts_open(&arena, &in);
	while (i > 0 && !in.doc->items[i - 1].ins)
		i--;
	assert_non_null(facts_script(f, i - 1));
	commands_read(&arena, facts_script(f, i - 1), &c.list, &c.n);
	return c;
}

static struct commands read_line(const char *line)
{
	return read_file(ARENA_JOIN(&arena, TEXT("FROM debian:12\nRUN "), text_of(line), TEXT("\n\0")).p);
}

static struct commands read_bash(const char *line)
{
	return read_file(ARENA_JOIN(&arena, TEXT("FROM fedora:42\nRUN "), text_of(line), TEXT("\n\0")).p);
}

static struct text show_value(struct maybe m)
{
	return m.state == KNOWN ? m.text : m.state == UNKNOWN ? TEXT("?") : TEXT("!");
}

/* "+sudo apt-get -t=x install ?": prefixes, the program, options, operands. */
static struct text describe(const struct command *c)
{
	static const char *const prefixes[] = { "sudo", "user", "env", "exec", "xargs", "other" };
	struct text t = TEXT_NONE;

	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (c->prefix & (1u << i))
			t = ARENA_JOIN(&arena, t, TEXT("+"), text_of(prefixes[i]), TEXT(" "));
	t = ARENA_JOIN(&arena, t, c->name.n ? c->name : TEXT("<>"));
	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *a = &c->args[i];

		t = ARENA_JOIN(&arena, t, TEXT(" "), a->kind == ARG_OPTION ? a->name : TEXT_NONE, a->kind == ARG_OPTION && a->has_value ? TEXT("=") : TEXT_NONE);
		if (a->kind == ARG_OPERAND || a->has_value)
			t = ARENA_JOIN(&arena, t, show_value(a->value));
	}
	return t;
}

struct row {
	const char *line, *want; /* the first command */
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct commands c = read_line(rows[i].line);

		assert_true(c.n > 0);
		if (!text_is(describe(&c.list[0]), rows[i].want))
			print_error("of: %s\n", rows[i].line);
		assert_text(describe(&c.list[0]), rows[i].want);
	}
}

/* --- options ------------------------------------------------------------------- */

static void options(void **state)
{
	static const struct row rows[] = {
		{ "apt-get -y install curl", "apt-get -y install curl" },
		{ "apt-get -qy install curl", "apt-get -q -y install curl" },
		{ "apt-get -qqy install a b", "apt-get -q -q -y install a b" },
		{ "apt-get -q=2 install a", "apt-get -q=2 install a" },
		{ "apt-get install -t bookworm-backports a", "apt-get install -t=bookworm-backports a" },
		{ "apt-get install -tsid a", "apt-get install -t=sid a" },
		{ "apt-get install -yt sid a", "apt-get install -y -t=sid a" },
		{ "apt-get install --target-release=sid a", "apt-get install --target-release=sid a" },
		{ "apt-get install --target-release sid a", "apt-get install --target-release=sid a" },
		{ "apt-get -o Dpkg::Options::=\"--force-confold\" install a", "apt-get -o=Dpkg::Options::=--force-confold install a" },
		{ "apt-get -oDpkg::Use-Pty=0 install a", "apt-get -o=Dpkg::Use-Pty=0 install a" },
		{ "apt-get install a -- -y", "apt-get install a -y" },
		{ "apt-get install a -y", "apt-get install a -y" },
		{ "apt-get install -t", "apt-get install -t" },
		{ "apt-get install $X -y", "apt-get install ? -y" },
		{ "apt-get -t $X install a", "apt-get -t=? install a" },
		{ "apt-get -t\"$X\" install a", "apt-get -t=? install a" },
		{ "apt-get --target-release=$X install a", "apt-get --target-release=? install a" },
		{ "apt-get \"-y\" 'install' a\\ b", "apt-get -y install a b" },
		{ "apt-get", "apt-get" },
		{ "cat -", "cat -" },
		{ "chmod --reference a b", "chmod --reference=a b" },
		{ "mkdir -p -m 755 a", "mkdir -p -m=755 a" },
		{ "mkdir -pm755 a", "mkdir -p -m=755 a" },
		{ "mkdir -Z a", "mkdir -Z a" },
		{ "touch -d 2020-01-01 a", "touch -d=2020-01-01 a" },
		{ "curl -fsSLo x https://e", "curl -f -s -S -L -o=x https://e" },
		{ "curl -fsSL -x p:1 --proxy q -U u:p https://e", "curl -f -s -S -L -x=p:1 --proxy=q -U=u:p https://e" },
		{ "curl --retry 5 --retry-connrefused https://e", "curl --retry=5 --retry-connrefused https://e" },
		{ "curl --proto '=https' --tlsv1.2 https://e", "curl --proto==https --tlsv1.2 https://e" },
		{ "wget -qO- https://e", "wget -q -O=- https://e" },
		{ "wget -q -O - https://e", "wget -q -O=- https://e" },
		{ "wget -nv -P d https://e", "wget -n -v -P=d https://e" },
		{ "tar xzf a -C d --strip-components 1", "tar xzf a -C=d --strip-components=1" },
		{ "tar -xzf a -Cd", "tar -x -z -f=a -C=d" },
		{ "git -C d clone --depth 1 u", "git -C=d clone --depth 1 u" },
		{ "useradd -rms /bin/sh -u 1000 app", "useradd -r -m -s=/bin/sh -u=1000 app" },
		{ "adduser -D -H -u 1000 app", "adduser -D -H -u=1000 app" },
		{ "adduser --disabled-password --gecos '' app", "adduser --disabled-password --gecos= app" },
		{ "grep -rn -e a -A 3 b", "grep -r -n -e=a -A=3 b" },
		{ "tail -n 3 -f x", "tail -n=3 -f x" },
		{ "find . -name x -exec rm {} +", "find . -name x -exec rm {} +" },
		{ "go install -tags x -ldflags '-s -w' p@v1", "go install -tags=x -ldflags=-s -w p@v1" },
		{ "go install -ldflags=-s p", "go install -ldflags=-s p" },
		{ "pip install --root-user-action ignore a", "pip install --root-user-action=ignore a" },
		{ "npm ci --omit dev", "npm ci --omit=dev" },
		{ "pnpm add -w a", "pnpm add -w a" },
		{ "npm run x -w a", "npm run x -w=a" },
		{ "conda clean -afy", "conda clean -a -f -y" },
		{ "micromamba install -yn base -c conda-forge a", "micromamba install -y -n=base -c=conda-forge a" },
		{ "apk add -t .build a", "apk add -t=.build a" },
		{ "apk --no-cache add --virtual=.build a", "apk --no-cache add --virtual=.build a" },
		{ "pacman -Syu --noconfirm a", "pacman -S -y -u --noconfirm a" },
		{ "dnf -y --enablerepo crb install a", "dnf -y --enablerepo=crb install a" },
		{ "dnf install --setopt=install_weak_deps=False a", "dnf install --setopt=install_weak_deps=False a" },
		{ "set -euxo pipefail", "set -e -u -x -o=pipefail" },
		{ "bash -euxo pipefail -c 'a b' c", "bash -e -u -x -o=pipefail -c a b c" },
		{ "unheard-of -ab --c d", "unheard-of -a -b --c d" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void questions(void **state)
{
	struct commands c = read_line("apt-get -y install -t sid a -t stable $B");
	const struct command *a = &c.list[0];

	(void)state;
	assert_true(a->understood);
	assert_true(command_is(a, "apt-get"));
	assert_true(command_in(a, "apt apt-get"));
	assert_false(command_in(a, "apt aptitude"));
	assert_true(command_sub(a, "apt-get", "install"));
	assert_false(command_sub(a, "apt-get", "a"));
	assert_int_equal(command_operands(a), 3);
	assert_text(command_operand(a, 1)->value.text, "a");
	assert_null(command_operand(a, 3));
	assert_text(command_option(a, "-t --target-release")->value.text, "stable");
	assert_true(command_has(a, "--yes -y"));
	assert_false(command_has(a, "--yes"));
	assert_true(command_open_ended(a));
	assert_text(command_word(a, command_operand(a, 2)->word), "$B");
	assert_int_equal(command_option(a, "-t")->value_word, command_option(a, "-t")->word + 1);
	assert_false(read_line("unheard-of -a").list[0].understood);
	assert_true(words_hold("a bc d", TEXT("bc")));
	assert_false(words_hold("a bc d", TEXT("b")));
	assert_false(words_hold("a bc d", TEXT("a bc")));
	assert_false(words_hold("a bc d", TEXT("")));
	assert_false(words_hold("", TEXT("a")));
	assert_false(words_hold(NULL, TEXT("a")));
}

/* --- prefixes ------------------------------------------------------------------- */

static void prefixes(void **state)
{
	static const struct row rows[] = {
		{ "sudo apt-get install a", "+sudo apt-get install a" },
		{ "sudo -EH apt-get install a", "+sudo apt-get install a" },
		{ "sudo -n -- apt-get install a", "+sudo apt-get install a" },
		{ "sudo -u app npm ci", "+user npm ci" },
		{ "sudo --user=app npm ci", "+user npm ci" },
		{ "sudo DEBIAN_FRONTEND=noninteractive apt-get install a", "+sudo apt-get install a" },
		{ "sudo -k apt-get install a", "+sudo apt-get install a" },
		{ "sudo -i apt-get install a", "sudo -i apt-get install a" },
		{ "sudo -s", "sudo -s" },
		{ "sudo", "sudo" },
		{ "doas -u app npm ci", "+user npm ci" },
		{ "gosu app npm ci", "+user npm ci" },
		{ "su-exec app:app npm ci", "+user npm ci" },
		{ "gosu app", "gosu app" },
		{ "setpriv --reuid 1000 --clear-groups npm ci", "+user npm ci" },
		{ "env A=1 B=\"$C\" npm ci", "+env npm ci" },
		{ "env -i -u X A=1 npm ci", "+env npm ci" },
		{ "env - A=1 npm ci", "+env npm ci" },
		{ "env -S 'A=1 npm' ci", "env -S A=1 npm ci" },
		{ "env", "env" },
		{ "env A=1", "env A=1" },
		{ "exec npm start", "+exec npm start" },
		{ "exec -a x npm start", "+exec npm start" },
		{ "exec", "exec" },
		{ "xargs -r apt-get install -y", "+xargs apt-get install -y" },
		{ "xargs -n 1 -I{} rm {}", "+xargs rm {}" },
		{ "xargs -0 -n1 -P 4 rm -f", "+xargs rm -f" },
		{ "xargs --max-lines rm", "+xargs rm" },
		{ "xargs", "xargs" },
		{ "timeout 5 npm ci", "+other npm ci" },
		{ "timeout -k 5 --signal KILL 10m npm ci", "+other npm ci" },
		{ "timeout 5", "timeout 5" },
		{ "nice -n 10 make", "+other make" },
		{ "nice make", "+other make" },
		{ "nohup make", "+other make" },
		{ "setsid -f make", "+other make" },
		{ "command apt-get update", "+other apt-get update" },
		{ "command -v apt-get", "command -v apt-get" },
		{ "stdbuf -oL make", "+other make" },
		{ "sudo env A=1 timeout 5 apt-get update", "+sudo +env +other apt-get update" },
		{ "/usr/bin/sudo /usr/bin/apt-get update", "+sudo apt-get update" },
		{ "\"sudo\" apt-get update", "+sudo apt-get update" },
		{ "sudo $CMD", "+sudo <>" },
		{ "$SUDO apt-get update", "<> apt-get update" },
		{ "A=1 apt-get update", "apt-get update" },
		{ "python3 -m pip install a", "pip install a" },
		{ "/opt/python3.12/bin/python3.12 -m pip install a", "pip install a" },
		{ "sudo python -m pip install -U pip", "+sudo pip install -U pip" },
		{ "python3 x.py -m pip", "python3 x.py -m pip" },
		{ "python3 -m", "python3 -m" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

/* What bash alone has: its reserved word time; dash's is a program. */
static void timed(void **state)
{
	(void)state;
	assert_text(describe(&read_line("time -p make").list[0]), "+other make");
	assert_text(describe(&read_bash("time make").list[0]), "make");
}

static void environment(void **state)
{
	struct commands c = read_line("A=1 B=2 sudo C=3 env D=\"$X\" apt-get install E=5");

	(void)state;
	assert_text(command_env(&c.list[0], "A").text, "1");
	assert_text(command_env(&c.list[0], "B").text, "2");
	assert_text(command_env(&c.list[0], "C").text, "3");
	assert_text(command_env(&c.list[0], "D").text, "\"$X\"");
	assert_int_equal(command_env(&c.list[0], "E").state, UNSET);
	assert_int_equal(command_env(&c.list[0], "F").state, UNSET);
	assert_text(command_env(&read_line("A= b").list[0], "A").text, "");
}

/* Any number of them ends. */
static void many_prefixes(void **state)
{
	static const char sudo[] = "sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo sudo apt-get update";

	(void)state;
	assert_text(read_line(sudo).list[0].name, "sudo");
}

/* --- where they stand ------------------------------------------------------------- */

/* "a: top certain; b: ..." of all commands. */
static struct text places(struct commands c)
{
	struct text t = TEXT_NONE;

	for (size_t i = 0; i < c.n; i++)
		t = ARENA_JOIN(&arena, t, i ? TEXT(" ") : TEXT_NONE, c.list[i].name.n ? c.list[i].name : TEXT("<>"),
			       c.list[i].top ? TEXT("/top") : TEXT_NONE, c.list[i].certain ? TEXT("/certain") : TEXT_NONE);
	return t;
}

static void check_places(const struct row *rows, size_t n, struct commands (*read)(const char *))
{
	for (size_t i = 0; i < n; i++) {
		struct text got = places(read(rows[i].line));

		if (!text_is(got, rows[i].want))
			print_error("of: %s\n", rows[i].line);
		assert_text(got, rows[i].want);
	}
}

/* What a script that succeeds has run with success, by its last and-or list. */
static void certain_by_joins(void **state)
{
	static const struct row rows[] = {
		{ "a", "a/top/certain" },
		{ "a && b", "a/top/certain b/top/certain" },
		{ "a; b", "a/top b/top/certain" },
		{ "a || b", "a/top b/top" },
		{ "a || b && c", "a/top b/top c/top/certain" },
		{ "a && b || c", "a/top b/top c/top" },
		{ "a && b; c && d", "a/top b/top c/top/certain d/top/certain" },
		{ "a | b", "a b/certain" },
		{ "a | b && c", "a b/certain c/top/certain" },
		{ "! a", "a" },
		{ "! a && b", "a b/top/certain" },
		{ "a;", "a/top/certain" },
		/* & puts the whole of the and-or list into the background */
		{ "a &", "a" },
		{ "a && b &", "a b" },
		{ "a && b & c", "a b c/top/certain" },
		{ "a; b &", "a/top b" },
		/* inside of others */
		{ "(a && b)", "a b" },
		{ "{ a; }", "a" },
		{ "if a; then b; fi", "a b" },
		{ "for i in 1; do a; done", "a" },
		{ "case $x in $(a)) b ;; esac", "a b" },
		{ "a $(b) `c`", "a/top/certain b c" },
		{ "a ${x:-$(b)} > $(c)", "a/top/certain b c" },
		{ "X=$(a)", "a" },
		{ "while a; do b; done; c", "a b c/top/certain" },
	};

	(void)state;
	check_places(rows, COUNT(rows), read_line);
}

static void places_in_bash(void **state)
{
	static const struct row rows[] = {
		{ "(( x = $(a) ))", "a" },
		{ "for (( i = $(a); i < 1; i++ )); do b; done", "a b" },
		{ "x[$(a)]=1", "a" },
		{ "x=( $(a) )", "a" },
		{ "[[ $(a) == b ]] && c", "a c/top/certain" },
		{ "a <(b)", "a/top/certain b" },
		{ "coproc a", "a" },
		{ "a |& b", "a b/certain" },
		{ "apt-get() { true; }; apt-get update", "true <>/top/certain" },
		{ "function sudo { true; }; sudo apt-get update; a", "true <>/top a/top/certain" },
	};

	(void)state;
	check_places(rows, COUNT(rows), read_bash);
}

/* Each step alone counts under -e; in an and-or list only its last command does. */
static void certain_by_errexit(void **state)
{
	static const struct row rows[] = {
		{ "set -e; a; b", "set/top a/top/certain b/top/certain" },
		{ "set -ex; a; b", "set/top a/top/certain b/top/certain" },
		{ "set -euo pipefail; a | b; c", "set/top a b/certain c/top/certain" },
		{ "set -o errexit; a; b", "set/top a/top/certain b/top/certain" },
		{ "set -o pipefail; a; b", "set/top a/top b/top/certain" },
		{ "set -x; a; b", "set/top a/top b/top/certain" },
		{ "set -e && a; b; c", "set/top a/top b/top/certain c/top/certain" },
		{ "set -e; a && b; c", "set/top a/top b/top c/top/certain" },
		{ "set -e; a || b; c", "set/top a/top b/top c/top/certain" },
		{ "set -e; ! a; c", "set/top a c/top/certain" },
		{ "a; set -e; b; c", "a/top set/top b/top/certain c/top/certain" },
		/* it is not run, or taken back */
		{ "x && set -e; a; b", "x/top set/top a/top b/top/certain" },
		{ "x || set -e; a; b", "x/top set/top a/top b/top/certain" },
		{ "(set -e); a; b", "set a/top b/top/certain" },
		{ "set -e | x; a; b", "set x a/top b/top/certain" },
		{ "set -e; set +e; a; b", "set/top set/top/certain a/top b/top/certain" },
		{ "set -e; a; set +e; b; c", "set/top a/top/certain set/top/certain b/top c/top/certain" },
		{ "set -e; set +o errexit; a; b", "set/top set/top/certain a/top b/top/certain" },
		{ "set -e; { set +e; }; a; b", "set/top set a/top b/top/certain" },
		{ "set -e; f() { set +e; }; f; a; b", "set/top set <>/top a/top b/top/certain" },
		{ "set -- -e; a; b", "set/top a/top b/top/certain" },
	};

	(void)state;
	check_places(rows, COUNT(rows), read_line);
}

static void errexit_of_the_shell(void **state)
{
	struct commands c = read_file("FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN a; b; c && d; e\n");

	(void)state;
	assert_text(places(c), "a/top/certain b/top/certain c/top d/top e/top/certain");
	c = read_file("FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN set +e; b; c\n");
	assert_text(places(c), "set/top/certain b/top c/top/certain");
	c = read_file("FROM debian:12\nRUN <<EOF\nset -e\na\nb\nEOF\n");
	assert_text(places(c), "set/top a/top/certain b/top/certain");
	c = read_file("FROM debian:12\nSHELL [\"bash\", \"-ec\"]\nRUN <<EOF\n#!/bin/sh\na\nb\nEOF\n");
	assert_text(places(c), "a/top b/top/certain");
}

/* What may end a script early, or make a word mean something else. */
static void leaving(void **state)
{
	static const struct row rows[] = {
		{ "a && exit 0", "a/top/certain exit/top/certain" },
		{ "exit 0; a", "exit/top a/top" },
		{ "exit 0 && a", "exit/top/certain a/top" },
		{ "exec a && b", "a/top/certain b/top" },
		{ "if x; then exit 0; fi; a", "x exit a/top" },
		{ "(exit 0); a", "exit a/top" },
		{ "trap 'exit 0' EXIT; a", "trap/top a/top" },
		{ ". ./x; a", "./top a/top" },
		{ "eval \"$x\"; a", "eval/top a/top" },
		{ "alias a=b; a", "alias/top a/top" },
		{ "command exit 0; a", "exit/top a/top" },
		{ "a; return 0; b", "a/top return/top b/top" },
		/* functions */
		{ "f() { apt-get update; }; f", "apt-get <>/top/certain" },
		{ "f; f() { a; }", "<>/top a" },
	};

	(void)state;
	check_places(rows, COUNT(rows), read_line);
}

/* A script that is not read, or that its shell may read otherwise, has no commands. */
static void none(void **state)
{
	(void)state;
	assert_int_equal(read_line("if a").n, 0);
	assert_int_equal(read_line("# a").n, 0);
	assert_int_equal(read_line("X=1").n, 0);
	assert_int_equal(read_line("> x").n, 0);
	assert_int_equal(read_file("FROM alpine\nRUN [[ a ]] && b\n").n, 0);
	assert_int_equal(read_file("FROM alpine\nSHELL [\"pwsh\", \"-c\"]\nRUN a\n").n, 0);
}

static void scripts_inside(void **state)
{
	static const struct row rows[] = {
		{ "sh -c 'a && b'", "a && b" },
		{ "bash -lc \"a\"", "a" },
		{ "bash -exc a", "a" },
		{ "bash -c -e a b", "a" },
		{ "bash -euo pipefail -c 'a' x", "a" },
		{ "sudo sh -c 'a'", "a" },
		{ "sh -c \"$x\"", NULL },
		{ "sh x.sh", NULL },
		{ "sh", NULL },
		{ "sh -c", NULL },
		{ "python3 -c 'a'", NULL },
		{ "su -c 'a'", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct script *s = command_script(&arena, &read_line(rows[i].line).list[0]);

		if (!s != !rows[i].want)
			print_error("of: %s\n", rows[i].line);
		assert_int_equal(s != NULL, rows[i].want != NULL);
		if (s)
			assert_text(s->tree.text, rows[i].want);
	}
}

/* --- hostile input ------------------------------------------------------------------ */

static struct text repeat(struct text t, size_t n)
{
	struct buf b = { 0 };
	struct text all;

	for (size_t i = 0; i < n; i++)
		buf_add(&b, t);
	all = arena_text(&arena, buf_text(&b));
	buf_release(&b);
	return all;
}

static struct commands read_long(struct text head, struct text line, size_t n)
{
	return read_file(ARENA_JOIN(&arena, TEXT("FROM debian:12\nRUN "), head, repeat(line, n), TEXT("\n\0")).p);
}

static void hostile(void **state)
{
	struct commands c;

	(void)state;
	/* A word of letters is no cluster of any length. */
	c = read_long(TEXT("apt-get -"), TEXT("y"), 60000);
	assert_int_equal(c.list[0].nargs, 1);
	c = read_long(TEXT("apt-get -"), TEXT("y"), 200);
	assert_int_equal(c.list[0].nargs, 200);
	c = read_long(TEXT("a"), TEXT(" && a \\\n"), 50000);
	assert_int_equal(c.n, 50001);
	c = read_long(TEXT("true"), TEXT(" && \\\na"), 50000);
	assert_int_equal(c.n, 50001);
	c = read_long(TEXT("f() { a; }; f"), TEXT("; f() { a; }; f"), 4000);
	assert_int_equal(c.n, 8002);
	c = read_long(TEXT("a "), TEXT("`"), 3);
	c = read_long(TEXT("sudo "), TEXT("A=1 "), 10000);
	assert_text(c.list[0].name, "sudo");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(options, teardown),
		cmocka_unit_test_teardown(questions, teardown),
		cmocka_unit_test_teardown(prefixes, teardown),
		cmocka_unit_test_teardown(timed, teardown),
		cmocka_unit_test_teardown(environment, teardown),
		cmocka_unit_test_teardown(many_prefixes, teardown),
		cmocka_unit_test_teardown(certain_by_joins, teardown),
		cmocka_unit_test_teardown(places_in_bash, teardown),
		cmocka_unit_test_teardown(certain_by_errexit, teardown),
		cmocka_unit_test_teardown(errexit_of_the_shell, teardown),
		cmocka_unit_test_teardown(leaving, teardown),
		cmocka_unit_test_teardown(none, teardown),
		cmocka_unit_test_teardown(scripts_inside, teardown),
		cmocka_unit_test_teardown(hostile, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
