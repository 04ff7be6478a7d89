/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "syntax/expand.h"

#include <string.h>

static const struct variable {
	const char *name, *value; /* value NULL: not known */
} variables[] = {
	{ "v", "foo.bar.baz" }, { "e", "" },	     { "b", "x y" },	      { "q", "a'b\"c" }, { "d", "$v" },
	{ "_a1", "under" },	{ "p", "/a/b/c" },   { "s", "a*b?c" },	      { "1", "one" },	 { "\xC3\xB1", "tilde" },
	{ "bs", "a\\b" },	{ "vx", "other" },   { "nl", "one\ntwo" },    { "x", NULL },
};

static struct maybe get(void *data, struct text name)
{
	(void)data;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (text_is(name, variables[i].name))
			return variables[i].value ? maybe_known(text_of(variables[i].value)) : maybe_unknown();
	return maybe_unset();
}

static const struct expand_env env = { get, NULL };
static const struct expand_options plain = { .escape = '\\' };

struct row {
	const char *text, *want; /* want NULL: an error; unknown: not known */
};

static const char unknown[] = "(unknown)";

static void check_rows(const struct row *rows, size_t n, const struct expand_options *o)
{
	for (size_t i = 0; i < n; i++) {
		struct arena a = { 0 };
		struct expanded got = expand_word(&a, text_of(rows[i].text), o, &env);
		enum expand_status want = !rows[i].want ? EXPAND_ERROR : rows[i].want == unknown ? EXPAND_UNKNOWN : EXPAND_OK;

		if (got.status != want)
			fail_msg("%s: status %d, not %d", rows[i].text, got.status, want);
		if (want == EXPAND_OK && !text_is(got.text, rows[i].want))
			fail_msg("%s: \"%.*s\", not \"%s\"", rows[i].text, TEXT_FMT(got.text), rows[i].want);
		if (want == EXPAND_ERROR)
			assert_true(got.message && got.message[0]);
		arena_release(&a);
	}
}

#define CHECK(rows, o) check_rows(rows, sizeof(rows) / sizeof(rows[0]), o)

static void test_names(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "$v", "foo.bar.baz" },
		{ "${v}", "foo.bar.baz" },
		{ "-$v-", "-foo.bar.baz-" },
		{ "$vx ${v}x", "other foo.bar.bazx" },
		{ "$v.x$e", "foo.bar.baz.x" },
		{ "$u|${u}", "|" },
		{ "$_a1", "under" },
		{ "$1", "one" },
		{ "$12", "" },
		{ "$\xC3\xB1", "tilde" },
		{ "$d", "$v" }, /* a value is not expanded again */
		{ "$q", "a'b\"c" },
		{ "$", "$" },
		{ "a$ b", "a$ b" },
		{ "$/", "$/" },
		{ "$?$@$*$#$-$!$$", "" },
		{ "a#b", "a#b" },
		{ "a}b{c", "a}b{c" },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_defaults(void **state)
{
	static const struct row rows[] = {
		{ "${v:-w}", "foo.bar.baz" }, { "${e:-w}", "w" },    { "${u:-w}", "w" },   { "${v-w}", "foo.bar.baz" },
		{ "${e-w}", "" },	      { "${u-w}", "w" },     { "${u:-}", "" },	   { "${v:+w}", "w" },
		{ "${e:+w}", "" },	      { "${u:+w}", "" },     { "${v+w}", "w" },	   { "${e+w}", "w" },
		{ "${u+w}", "" },	      { "${v:?why}", "foo.bar.baz" }, { "${e:?why}", NULL }, { "${u:?why}", NULL },
		{ "${v?why}", "foo.bar.baz" }, { "${e?why}", "" },    { "${u?why}", NULL }, { "${u:-a b}", "a b" },
		{ "${u:-a:b-c}", "a:b-c" },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_patterns(void **state)
{
	static const struct row rows[] = {
		{ "${v#foo.}", "bar.baz" },
		{ "${v#bar}", "foo.bar.baz" },
		{ "${v#*.}", "bar.baz" },
		{ "${v##*.}", "baz" },
		{ "${v%.*}", "foo.bar" },
		{ "${v%%.*}", "foo" },
		{ "${v%.baz}", "foo.bar" },
		{ "${v#}", "foo.bar.baz" },
		{ "${v##*}", "" },
		{ "${v#???}", ".bar.baz" },
		{ "${v%[a-z]}", "foo.bar.baz" }, /* no bracket expressions */
		{ "${p##*/}", "c" },
		{ "${p%/*}", "/a/b" },
		{ "${s#a\\*}", "b?c" },
		{ "${s%\\?c}", "a*b" },
		{ "${bs#a\\\\}", "b" },
		{ "${v#$e}", "foo.bar.baz" },
		{ "${v#${u:-foo}}", ".bar.baz" },
		{ "${u#x}${u%x}", "" },
		{ "${e#*}", "" },
		{ "${v#\\x}", NULL },
		{ "${v:#foo}", NULL },
		{ "${v:%foo}", NULL },
		{ "${nl#*n}", "e\ntwo" },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_replacements(void **state)
{
	static const struct row rows[] = {
		{ "${v/ba/X}", "foo.Xr.baz" },
		{ "${v//ba/X}", "foo.Xr.Xz" },
		{ "${v/./-}", "foo-bar.baz" },
		{ "${v//./-}", "foo-bar-baz" },
		{ "${v/o*/X}", "fX" },
		{ "${v/nothing/X}", "foo.bar.baz" },
		{ "${v//o/}", "f.bar.baz" },
		{ "${p/\\//-}", "-a/b/c" },
		{ "${p//\\//-}", "-a-b-c" },
		{ "${v/?/X}", "Xoo.bar.baz" },
		{ "${u/a/b}", "" },
		{ "${v/foo/$p}", "/a/b/c.bar.baz" },
		{ "${v/foo", NULL },
		{ "${v/foo/x", NULL },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_nesting(void **state)
{
	static const struct row rows[] = {
		{ "${u:-$v}", "foo.bar.baz" },	   { "${u:-${v}}", "foo.bar.baz" }, { "${u:-${u:-${u:-deep}}}", "deep" },
		{ "${u:-'a}b'}", "a}b" },	   { "${u:-\"a}b\"}", "a}b" },	    { "${u:-a\\}b}", "a}b" },
		{ "${u:-'$v'}", "$v" },		   { "${v:+\"$v\"}", "foo.bar.baz" }, { "\"${u:-a b}\"", "a b" },
		{ "${u:-${v}", NULL },		   { "${u:-${e:?x}}", NULL },	    { "${v:+${u?x}}", NULL },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_quotes_and_escapes(void **state)
{
	static const struct row rows[] = {
		{ "'$v'", "$v" },
		{ "\"$v\"", "foo.bar.baz" },
		{ "a\"b c\"d'e f'", "ab cde f" },
		{ "\"'\"'\"'", "'\"" },
		{ "\\$v", "$v" },
		{ "\\\\$e", "\\" },
		{ "\\x", "x" },
		{ "\\\"", "\"" },
		{ "\"\\$v\"", "$v" },
		{ "\"\\\"\"", "\"" },
		{ "\"\\\\\"", "\\" },
		{ "\"\\x\"", "\\x" },
		{ "'\\'", "\\" },
		{ "`$v`", "`foo.bar.baz`" },
		{ "a\\", "a" },
		{ "'a", NULL },
		{ "\"a", NULL },
		{ "\"a\\", NULL },
		{ "it's", NULL },
	};
	static const struct row other[] = {
		{ "`$v", "$v" },	     { "``$e", "`" },	      { "\\$v", "\\foo.bar.baz" }, { "C:\\dir", "C:\\dir" },
		{ "\"`$v\"", "$v" },	     { "\"`\"\"", "\"" },     { "\"\\\"", "\\" },	      { "'`'", "`" },
		{ "${u:-a`}b}", "a}b" },
	};
	const struct expand_options back_quote = { .escape = '`' };

	(void)state;
	CHECK(rows, &plain);
	CHECK(other, &back_quote);
}

static void test_broken_braces(void **state)
{
	static const struct row rows[] = {
		{ "${", NULL },	  { "${}", NULL },   { "${v", NULL },  { "${{v}}", NULL }, { "${:-x}", NULL },
		{ "${v^}", NULL }, { "${v,}", NULL }, { "${v@Q}", NULL }, { "${v x}", NULL }, { "${v:x}", NULL },
		{ "${v:", NULL },  { "${v:}", NULL },
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_unknown_values(void **state)
{
	static const struct row rows[] = {
		{ "$x", unknown },	      { "a${x}b", unknown },	  { "\"$x\"", unknown },    { "${x:-w}", unknown },
		{ "${x-w}", unknown },     { "${x:+w}", unknown },  { "${x:?w}", unknown },   { "${x#a}", unknown },
		{ "${x/a/b}", unknown },   { "${u:-$x}", unknown }, { "${v:+$x}", unknown },  { "${v#$x}", unknown },
		{ "${v/$x/a}", unknown },  { "${v/a/$x}", unknown },
		{ "'$x'", "$x" },	      { "\\$x", "$x" },		  { "${v:-$x}", "foo.bar.baz" }, { "${u:+$x}", "" },
		{ "${e:+$x}", "" },	      { "${u/$x/a}", unknown },
		{ "$x${", NULL }, /* refused whatever x is */
	};

	(void)state;
	CHECK(rows, &plain);
}

static void test_raw_quotes_and_skipped_variables(void **state)
{
	static const struct row kept[] = {
		{ "'$v' \"b\\\"c\" d\\e", "'$v' \"b\\\"c\" d\\e" }, { "\"$v\"", "\"foo.bar.baz\"" }, { "a\\ b", "a\\ b" },
	};
	static const struct row unset[] = {
		{ "$u/${u}", "$u/${u}" }, { "${u:-w}${u+w}", "${u:-w}${u+w}" }, { "$v$u", "foo.bar.baz$u" },
		{ "${u#a}", "${u#a}" }, { "${u/a/b}", "${u/a/b}" },
	};
	static const struct row quotes[] = { { "'$v'", "'foo.bar.baz'" }, { "it's", "it's" } };
	const struct expand_options raw = { .escape = '\\', .raw_quotes = true, .raw_escapes = true };
	const struct expand_options skip = { .escape = '\\', .skip_unset = true };
	const struct expand_options no_quotes = { .escape = '\\', .skip_quotes = true };

	(void)state;
	CHECK(kept, &raw);
	CHECK(unset, &skip);
	CHECK(quotes, &no_quotes);
}

static void test_bytes_that_are_no_utf8(void **state)
{
	static const struct row rows[] = {
		{ "a\xFF$e", "a\xEF\xBF\xBD" }, { "\"\xC3\"", "\xEF\xBF\xBD" }, { "\xEF\xBB\xBF$v", "foo.bar.baz" },
		{ "$e\xEF\xBB\xBF", "\xEF\xBB\xBF" },
	};

	(void)state;
	CHECK(rows, &plain);
}

/* --- words ------------------------------------------------------------------- */

static void assert_split(const char *text, size_t n, const char *const *want)
{
	struct arena a = { 0 };
	struct text *words;
	size_t got;

	assert_int_equal(expand_words(&a, text_of(text), &plain, &env, &words, &got), EXPAND_OK);
	if (got != n)
		fail_msg("%s: %zu words, not %zu", text, got, n);
	for (size_t i = 0; i < n; i++)
		if (!text_is(words[i], want[i]))
			fail_msg("%s: word %zu is \"%.*s\", not \"%s\"", text, i, TEXT_FMT(words[i]), want[i]);
	arena_release(&a);
}

#define SPLIT(text, ...)                                                                       \
	assert_split(text, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *), \
		     (const char *const[]){ __VA_ARGS__ })

static void test_words(void **state)
{
	struct arena a = { 0 };
	struct text *words;
	size_t n;

	(void)state;
	SPLIT("a  b\tc", "a", "b", "c");
	SPLIT(" $b ", "x", "y");
	SPLIT("a$b", "ax", "y");
	SPLIT("\"$b\" 'p q'", "x y", "p q");
	SPLIT("a\\ b c", "a b", "c");
	SPLIT("a\xC2\xA0z", "a", "z");
	SPLIT("cat << EOF", "cat", "<< EOF");
	assert_split("$u$e", 0, NULL);
	assert_int_equal(expand_words(&a, TEXT("a $x"), &plain, &env, &words, &n), EXPAND_UNKNOWN);
	assert_int_equal(n, 0);
	assert_int_equal(expand_words(&a, TEXT("a 'b"), &plain, &env, &words, &n), EXPAND_ERROR);
	arena_release(&a);
}

/* --- bounds ------------------------------------------------------------------ */

static struct text repeat(struct arena *a, const char *s, size_t times)
{
	struct buf b = { 0 };
	struct text t;

	while (times--)
		buf_adds(&b, s);
	t = arena_text(a, buf_text(&b));
	buf_release(&b);
	return t;
}

static struct maybe get_doubled(void *data, struct text name)
{
	return text_is(name, "v") ? maybe_known(*(struct text *)data) : maybe_unset();
}

static void test_a_value_that_doubles(void **state)
{
	struct arena a = { 0 };
	struct text value = TEXT("0123456789abcdef");
	const struct expand_env doubled = { get_doubled, &value };
	struct expanded e = { .status = EXPAND_OK };
	size_t rounds = 0;

	(void)state;
	for (; rounds < 64 && e.status == EXPAND_OK; rounds++) {
		e = expand_word(&a, TEXT("$v$v"), &plain, &doubled);
		if (e.status == EXPAND_OK)
			value = e.text;
	}
	assert_int_equal(e.status, EXPAND_UNKNOWN);
	assert_true(rounds > 8 && rounds < 32);
	arena_release(&a);
}

static void test_deep_nesting(void **state)
{
	struct arena a = { 0 };
	struct text open = repeat(&a, "${u:-", 10000), close = repeat(&a, "}", 10000);
	struct text shallow = ARENA_JOIN(&a, repeat(&a, "${u:-", 50), TEXT("x"), repeat(&a, "}", 50));
	struct expanded e;

	(void)state;
	assert_int_equal(expand_word(&a, ARENA_JOIN(&a, open, TEXT("x"), close), &plain, &env).status, EXPAND_UNKNOWN);
	assert_int_not_equal(expand_word(&a, open, &plain, &env).status, EXPAND_OK);
	assert_int_equal(expand_word(&a, repeat(&a, "${v/", 10000), &plain, &env).status, EXPAND_UNKNOWN);
	e = expand_word(&a, shallow, &plain, &env);
	assert_int_equal(e.status, EXPAND_OK);
	assert_true(text_is(e.text, "x"));
	arena_release(&a);
}

static void test_costly_patterns(void **state)
{
	struct arena a = { 0 };
	struct text value = repeat(&a, "a", 30000);
	const struct expand_env big = { get_doubled, &value };
	struct text stars = repeat(&a, "*a", 2000);
	struct expanded e;

	(void)state;
	e = expand_word(&a, ARENA_JOIN(&a, TEXT("${v##"), stars, TEXT("b}")), &plain, &big);
	assert_int_equal(e.status, EXPAND_UNKNOWN);
	e = expand_word(&a, ARENA_JOIN(&a, TEXT("${v//"), stars, TEXT("b/x}")), &plain, &big);
	assert_int_equal(e.status, EXPAND_UNKNOWN);
	e = expand_word(&a, TEXT("${v//a/bbbbbbbbbb}"), &plain, &big);
	assert_int_equal(e.status, EXPAND_UNKNOWN);
	e = expand_word(&a, TEXT("${v%%a*}"), &plain, &big);
	assert_int_equal(e.status, EXPAND_OK);
	assert_int_equal(e.text.n, 0);
	arena_release(&a);
}

static void test_no_input_is_too_odd(void **state)
{
	static const char signs[] = "${}:-+?#%/'\"\\` \tvxue*<\xFF\xC3\xA9\n";
	uint32_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct arena a = { 0 };
		struct text *words, t;
		char in[40];
		size_t n;

		for (n = 0; n < sizeof(in); n++) {
			seed = seed * 1664525 + 1013904223;
			in[n] = signs[(seed >> 16) % (sizeof(signs) - 1)];
		}
		t = (struct text){ in, (seed >> 8) % sizeof(in) };
		expand_word(&a, t, &plain, &env);
		expand_words(&a, t, &plain, &env, &words, &n);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_replacements),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_quotes_and_escapes),
		cmocka_unit_test(test_broken_braces),
		cmocka_unit_test(test_unknown_values),
		cmocka_unit_test(test_raw_quotes_and_skipped_variables),
		cmocka_unit_test(test_bytes_that_are_no_utf8),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_a_value_that_doubles),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_costly_patterns),
		cmocka_unit_test(test_no_input_is_too_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
