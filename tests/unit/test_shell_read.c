/* SPDX-License-Identifier: Apache-2.0 */
/* Words, spans and bounds of the shell reader; test_shell.c has the trees. */
#include "support/asserts.h"
#include "syntax/shell.h"

#include <string.h>

static struct sh_script script_of(struct arena *a, enum sh_dialect dialect, struct text t)
{
	struct sh_script s;

	sh_read(a, t, (struct range){ 0, t.n }, dialect, &s);
	return s;
}

/* Parts of a word: kind and text, those inside in brackets. */
static void show_parts(struct buf *b, struct text t, const struct sh_part *p, size_t n)
{
	static const char *const kinds[] = { "lit",   "single", "double", "ansi",    "locale",
					     "param", "cmd",    "arith",  "process", "extglob" };

	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i ? " " : "");
		buf_adds(b, kinds[p[i].kind]);
		buf_adds(b, ":");
		buf_add(b, p[i].kind == SH_LITERAL ? text_range(t, p[i].at) : p[i].name);
		if (p[i].nparts) {
			buf_adds(b, "[");
			show_parts(b, t, p[i].parts, p[i].nparts);
			buf_adds(b, "]");
		}
	}
}

static const struct {
	const char *word, *parts, *marks, *value; /* marks: q e g b t s; value NULL: not known */
} part_rows[] = {
	{ "abc", "lit:abc", "", "abc" },
	{ "a\\\nb", "lit:a\\\nb", "", "ab" },
	{ "a\\ \\b", "lit:a\\ \\b", "q", "a b" },
	{ "a'b\\'\"c\\d\\\"\\$\"", "lit:a single: double:[lit:c\\d\\\"\\$]", "q", "ab\\c\\d\"$" },
	{ "''", "single:", "q", "" },
	{ "\"a\\\nb\"", "double:[lit:a\\\nb]", "q", "ab" },
	{ "$'a\\tb\\x41\\101\\''", "ansi:", "q", "a\tbAA'" },
	{ "$'\\u41'", "ansi:", "q", NULL },
	{ "$\"a\"", "locale:[lit:a]", "q", "a" },
	{ "$x${y}", "param:x param:y", "es", NULL },
	{ "\"$x a\"", "double:[param:x lit: a]", "qe", NULL },
	{ "\"$@\"", "double:[param:@]", "qes", NULL },
	{ "\"${x[@]}\"", "double:[param:x[lit:[@]]]", "qes", NULL },
	{ "$12$#$$", "param:1 lit:2 param:# param:$", "es", NULL },
	{ "${12}${#x}${#}${!x}${!}${!#}${##}${#-y}",
	  "param:12 param:x param:# param:x param:! param:# param:# param:#[lit:-y]", "es", NULL },
	{ "${x:-a$y\"b c\"}", "param:x[lit::-a param:y double:[lit:b c]]", "es", NULL },
	{ "${x//a/b}${x:1:2}", "param:x[lit://a/b] param:x[lit::1:2]", "es", NULL },
	{ "$((a+$b))$[c]", "arith:[lit:a+ param:b] arith:[lit:c]", "es", NULL },
	{ "<(a)", "process:", "e", NULL },
	{ "*.[ch]", "lit:*.[ch]", "g", "*.[ch]" },
	{ "\\*'?'", "lit:\\* single:", "q", "*?" },
	{ "?(a|$b)c", "extglob:[lit:a| param:b] lit:c", "eg", NULL },
	{ "?(a)", "extglob:[lit:a]", "g", "?(a)" },
	{ "{a,b}", "lit:{a,b}", "b", "{a,b}" },
	{ "x{1..3}", "lit:x{1..3}", "b", "x{1..3}" },
	{ "{$a,'b'}", "lit:{ param:a lit:, single: lit:}", "qebs", NULL },
	{ "{a}{b.c}{}{d,", "lit:{a}{b.c}{}{d,", "", "{a}{b.c}{}{d," },
	{ "\\{a,b}{c\\,d}", "lit:\\{a,b}{c\\,d}", "q", "{a,b}{c,d}" },
	{ "{a,{b}}", "lit:{a,{b}}", "b", "{a,{b}}" },
	{ "~/a", "lit:~/a", "t", "~/a" },
	{ "a~:~", "lit:a~:~", "", "a~:~" },
	{ "\\~", "lit:\\~", "q", "~" },
};

static void show_marks(struct buf *b, unsigned marks)
{
	for (size_t i = 0; i < 6; i++)
		if (marks & 1u << i)
			buf_addc(b, "qegbts"[i]);
}

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(part_rows); i++) {
		struct arena a = { 0 };
		struct text t = ARENA_JOIN(&a, TEXT("x "), text_of(part_rows[i].word));
		struct sh_script s = script_of(&a, SH_BASH, t);
		struct buf parts = { 0 }, marks = { 0 };
		const struct sh_word *w;

		assert_non_null(s.list);
		assert_int_equal(s.list->steps[0].commands[0].nwords, 2);
		w = &s.list->steps[0].commands[0].words[1];
		show_parts(&parts, t, w->parts, w->nparts);
		show_marks(&marks, w->marks);
		assert_text(buf_text(&parts), part_rows[i].parts);
		assert_text(buf_text(&marks), part_rows[i].marks);
		assert_int_equal(w->value.state, part_rows[i].value ? KNOWN : UNKNOWN);
		if (part_rows[i].value)
			assert_text(w->value.text, part_rows[i].value);
		buf_release(&parts);
		buf_release(&marks);
		arena_release(&a);
	}
}

/* Of an assignment: a tilde behind a colon counts, braces and splitting do not. */
static void test_value_marks(void **state)
{
	struct arena a = { 0 };
	struct sh_script s = script_of(&a, SH_BASH, TEXT("x=a:~ y={a,b} z=$a w=~"));
	const struct sh_command *c = &s.list->steps[0].commands[0];

	(void)state;
	assert_int_equal(c->assigns[0].value->marks, SH_TILDE);
	assert_int_equal(c->assigns[1].value->marks, 0);
	assert_int_equal(c->assigns[2].value->marks, SH_EXPANDS);
	assert_int_equal(c->assigns[3].value->marks, SH_TILDE);
	assert_false(s.bash);
	arena_release(&a);
}

/* --- scripts --- */

static void test_bash_forms(void **state)
{
	static const char *const forms[] = {
		"[[ a ]]",
		"((a))",
		"x=(a)",
		"a <(b)",
		"a <<<b",
		"a $'b'",
		"a $\"b\"",
		"a {b,c}",
		"a {1..2}",
		"function a { b; }",
		"a |& b",
		"a &>b",
		"a &>>b",
		"select x; do a; done",
		"coproc a",
		"a $[1]",
		"x+=a",
		"x[1]=a",
		"case a in b) ;& esac",
		"case a in b) ;;& esac",
		"a ${x//b}",
		"a ${x:1:2}",
		"a ${!x}",
		"a ${x^}",
		"a ${x[@]}",
		"a @(b)",
		"a {x}>b",
		"time a",
		"for ((;;)); do a; done",
		"a >&b",
		"! ! a",
		"for x; { a; }",
		"a \"$[1]\"",
	};
	static const char *const plain[] = {
		"[ a ]",
		"(a)",
		"a b=c",
		"a <b >&2 2>&- >&$x",
		"a '$x' \"$'\" {a} {} {a,",
		"x=a y='(b)'",
		"a $((1))",
		"a ${x:-b} ${x#b} ${#x} ${x%%b*} ${x:=b} ${x:?b} ${x:+b}",
		"a() { b; }",
		"! a | b &",
		"a '{b,c}' \\{b,c}",
		"case a in b) ;; esac",
		"for x; do a; done",
		"a <<E\n[[ {a,b} $'x'\nE",
		"a $! $# $- ${!} ${@}",
		"a +=b",
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct sh_script s = script_of(&a, SH_BASH, text_of(forms[i]));

		if (!s.list || !s.bash)
			fail_msg("%s: %s", forms[i], s.list ? "is bash's" : s.why);
	}
	for (size_t i = 0; i < COUNT(plain); i++) {
		struct sh_script s = script_of(&a, SH_BASH, text_of(plain[i]));

		if (!s.list || s.bash)
			fail_msg("%s: %s", plain[i], s.list ? "is not bash's" : s.why);
	}
	arena_release(&a);
}

static void test_any(void **state)
{
	struct arena a = { 0 };
	struct sh_script s;
	struct text both = TEXT("[[ a ]]"), posix = TEXT("[[ a b"), none = TEXT("ab; )");

	(void)state;
	sh_read_any(&a, both, (struct range){ 0, both.n }, &s);
	assert_true(s.list && s.dialect == SH_BASH && s.bash);
	sh_read_any(&a, posix, (struct range){ 0, posix.n }, &s);
	assert_true(s.list && s.dialect == SH_POSIX && !s.bash && !s.why);
	sh_read_any(&a, none, (struct range){ 0, none.n }, &s);
	assert_null(s.list);
	assert_string_equal(s.why, "unexpected )");
	assert_int_equal(s.at, 4);
	arena_release(&a);
}

static void test_spans(void **state)
{
	struct arena a = { 0 };
	struct text t = TEXT("if (\na b # one\n c & ) #two\nxy");
	struct sh_script s;
	const struct sh_list *l;

	(void)state;
	sh_read(&a, t, (struct range){ 3, 27 }, SH_POSIX, &s);
	assert_non_null(s.list);
	assert_text(text_range(t, s.list->at), "(\na b # one\n c & )");
	assert_int_equal(s.list->steps[0].op.start, s.list->steps[0].op.end);
	l = s.list->steps[0].commands[0].lists[0];
	assert_text(text_range(t, l->at), "a b # one\n c &");
	assert_text(text_range(t, l->steps[0].at), "a b");
	assert_text(text_range(t, l->steps[0].op), "\n");
	assert_text(text_range(t, l->steps[1].op), "&");
	assert_int_equal(s.ncomments, 2);
	assert_text(text_range(t, s.comments[0]), "# one");
	assert_text(text_range(t, s.comments[1]), "#two");
	arena_release(&a);
}

/* Inside backquotes: the script's own text where no backslash has to go. */
static void test_backquotes(void **state)
{
	struct arena a = { 0 };
	struct text t = TEXT("a `b 'c\\.'` `d \\`e\\``"), bad = TEXT("a `b \\`)\\``");
	struct sh_script s = script_of(&a, SH_POSIX, t);
	const struct sh_command *c;
	const struct sh_list *l;

	(void)state;
	assert_non_null(s.list);
	c = &s.list->steps[0].commands[0];
	l = c->words[1].parts[0].list;
	assert_ptr_equal(l->text.p, t.p);
	assert_text(text_range(l->text, l->at), "b 'c\\.'");
	l = c->words[2].parts[0].list;
	assert_text(l->text, "d `e`");
	l = l->steps[0].commands[0].words[1].parts[0].list;
	assert_text(text_range(l->text, l->at), "e");
	s = script_of(&a, SH_POSIX, bad);
	assert_null(s.list);
	assert_int_equal(s.at, 2);
	arena_release(&a);
}

static void add_kind(const struct sh_command *c, void *data)
{
	struct buf *b = data;

	buf_adds(b, b->n ? " " : "");
	if (c->nwords && c->words[0].value.state == KNOWN)
		buf_add(b, c->words[0].value.text);
	else
		buf_adds(b, sh_kind_name(c->kind));
}

static void test_each(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct sh_script s =
		script_of(&a, SH_BASH,
			  TEXT("x=$(a) y[$(b)]=(\"`c`\") d \"${e:-$(f)}\" <(g) >$(h) | i\n"
			       "if (j); then case $(k) in $(l)) m;; esac; fi >$(n)\n"
			       "o() { p $((1+$(q))); }; (( $(r) )); for ((i=$(s);;)); do t; done"));

	(void)state;
	assert_non_null(s.list);
	sh_each_command(s.list, add_kind, &b);
	assert_text(buf_text(&b),
		    "d a b c f g h i if subshell j case k l m n o group p q arithmetic r for s t");
	buf_release(&b);
	arena_release(&a);
}

/* --- bounds --- */

static struct text repeat(struct arena *a, const char *what, size_t n)
{
	size_t len = strlen(what);
	char *p = arena_bytes(a, n * len);

	for (size_t i = 0; i < n; i++)
		memcpy(p + i * len, what, len);
	return (struct text){ p, n * len };
}

static const struct {
	const char *open, *close, *middle;
} nests[] = {
	{ "(", ")", "a" },
	{ "( ", " )", "a" },
	{ "{ ", ";}", "a" },
	{ "$(", ")", "a" },
	{ "\"$(", ")\"", "a" },
	{ "${x:-", "}", "a" },
	{ "a <(", ")", "a" },
	{ "if ", "; then b; fi", "a" },
	{ "while ", "; do b; done", "a" },
	{ "if a; then ", "; fi", "a" },
	{ "for x do ", "; done", "a" },
	{ "case x in x) ", ";; esac", "a" },
	{ "a() { ", "; }", "a" },
	{ "a() ", "", "(a)" },
	{ "coproc ", "", "a" },
	{ "x=$(", ")", "a" },
	{ "$((", "))", "1" },
	{ "$(( (", ")))", "1" },
	{ "$[", "]", "1" },
	{ "x[$(", ")]=a", "a" },
	{ "a @(", ")", "b" },
	{ "\"${x:-", "}\"", "a" },
	{ "x=(", ")", "a" },
	{ "$((a) | $(", "))", "b" },
	{ "$((", ") )", "a" },
	{ "((", ") )", "a" },
};

/* A little depth is read, a lot is not; parentheses of arithmetic are only counted. */
static void test_depth(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(nests); i++) {
		struct arena a = { 0 };
		struct text deep = ARENA_JOIN(&a, repeat(&a, nests[i].open, 2000), text_of(nests[i].middle),
					      repeat(&a, nests[i].close, 2000));

		if (script_of(&a, SH_BASH, deep).list && (nests[i].open[0] != '(' || nests[i].open[1] == ' '))
			fail_msg("%s: read", nests[i].open);
		script_of(&a, SH_POSIX, deep);
		arena_release(&a);
	}
}

/* One piece over and over, the first ones as often as a script may be long. */
enum { WHOLE = 1 << 20, PART = 1 << 15, NWHOLE = 8 };

static void test_hostile(void **state)
{
	static const char *const pieces[] = {
		"(",     "$(",   "`",    "<<a ",  "((",      "{ ",   "$((",         "a",          "[[ ",
		"\"",    "'",    "\\",   "\\\n",  "${",      "a=(",  "a[",          "$[",         "<(",
		"@(",    ";",    "a;",   "a ",    "a&",      "a|",   "a\n",         "#",          "\n",
		"<<a\n", "a&&",  "! ",   "time ", "f()",     "\"$(", "`\\`",        "{a,",        "$",
		"${a}",  ">a ",  "\0",   "if ",   "1",       "~:",   "a<<E\nE\n",   "case a in ", "$((a)",
		"((a)",  "$(a)", "a[$(", "a[a[",  "\"${a:-", "$'",   "declare a=(", "[[ ! ",      "[[ ( ",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		size_t len = pieces[i][0] ? strlen(pieces[i]) : 1, n = i < NWHOLE ? WHOLE : PART;
		struct arena a = { 0 };
		struct text t = { NULL, 0 };
		struct sh_script s;

		if (pieces[i][0])
			t = repeat(&a, pieces[i], n / len);
		else
			t = (struct text){ arena_alloc(&a, n), n };
		sh_read_any(&a, t, (struct range){ 0, t.n }, &s);
		assert_true(!s.list == !!s.why);
		arena_release(&a);
	}
}

static void test_size(void **state)
{
	struct arena a = { 0 };
	struct text t = repeat(&a, "a", (size_t)WHOLE + 1);
	struct sh_script s = script_of(&a, SH_POSIX, t);

	(void)state;
	assert_null(s.list);
	assert_string_equal(s.why, "too long");
	s = script_of(&a, SH_POSIX, text_from(t, 1));
	assert_non_null(s.list);
	arena_release(&a);
}

static void test_nul(void **state)
{
	struct arena a = { 0 };
	struct sh_script s = script_of(&a, SH_BASH, TEXT("a\0b \"\0\" \0"));

	(void)state;
	assert_non_null(s.list);
	assert_int_equal(s.list->steps[0].commands[0].nwords, 3);
	assert_bytes(s.list->steps[0].commands[0].words[0].value.text, TEXT("a\0b"));
	assert_bytes(s.list->steps[0].commands[0].words[1].value.text, TEXT("\0"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),      cmocka_unit_test(test_value_marks),
		cmocka_unit_test(test_bash_forms), cmocka_unit_test(test_any),
		cmocka_unit_test(test_spans),      cmocka_unit_test(test_backquotes),
		cmocka_unit_test(test_each),       cmocka_unit_test(test_depth),
		cmocka_unit_test(test_hostile),    cmocka_unit_test(test_size),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
