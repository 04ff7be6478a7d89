/* SPDX-License-Identifier: Apache-2.0 */
#include "support/asserts.h"
#include "syntax/shell.h"

#include <string.h>

/* --- trees as text --- */

static void show_list(struct buf *b, const struct sh_list *l);

static void show_inside(struct buf *b, const struct sh_part *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		show_inside(b, p[i].parts, p[i].nparts);
		if (p[i].list) {
			buf_adds(b, "{");
			show_list(b, p[i].list);
			buf_adds(b, "}");
		}
	}
}

/* As it is written, then the lists inside it. */
static void show_word(struct buf *b, struct text t, const struct sh_word *w)
{
	buf_adds(b, " ");
	buf_add(b, text_range(t, w->at));
	show_inside(b, w->parts, w->nparts);
}

static void show_words(struct buf *b, struct text t, const struct sh_word *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		show_word(b, t, &w[i]);
}

static void show_assign(struct buf *b, struct text t, const struct sh_assign *a)
{
	buf_adds(b, " ");
	buf_add(b, a->name);
	buf_adds(b, a->indexed ? "[]" : "");
	buf_adds(b, a->append ? "+=" : "=");
	buf_adds(b, a->array ? "(" : "");
	show_inside(b, a->index, a->nindex);
	show_words(b, t, a->value, a->nvalue);
	buf_adds(b, a->array ? ")" : "");
}

static void show_redir(struct buf *b, struct text t, const struct sh_redir *r)
{
	buf_adds(b, " ");
	buf_add(b, r->fd);
	buf_adds(b, sh_redir_name(r->op));
	show_word(b, t, &r->word);
	if (r->op == SH_HEREDOC || r->op == SH_HEREDOC_TAB) {
		buf_adds(b, r->expands ? " <" : " '");
		buf_add(b, text_range(t, r->body));
		buf_adds(b, r->expands ? ">" : "'");
	}
}

static void show_arm(struct buf *b, struct text t, const struct sh_arm *a)
{
	buf_adds(b, " [");
	show_words(b, t, a->patterns, a->npatterns);
	buf_adds(b, " : ");
	show_list(b, a->list);
	buf_add(b, a->end);
	buf_adds(b, "]");
}

static void show_command(struct buf *b, struct text t, const struct sh_command *c)
{
	buf_adds(b, "(");
	buf_adds(b, c->kind == SH_SIMPLE ? "" : sh_kind_name(c->kind));
	for (size_t i = 0; i < c->nassigns; i++)
		show_assign(b, t, &c->assigns[i]);
	show_words(b, t, c->words, c->nwords);
	buf_adds(b, c->in ? " in" : "");
	show_inside(b, c->parts, c->nparts);
	for (size_t i = 0; i < c->nlists; i++) {
		buf_adds(b, " ");
		show_list(b, c->lists[i]);
	}
	for (size_t i = 0; i < c->narms; i++)
		show_arm(b, t, &c->arms[i]);
	for (size_t i = 0; i < c->nredirs; i++)
		show_redir(b, t, &c->redirs[i]);
	buf_adds(b, ")");
}

static void show_list(struct buf *b, const struct sh_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct sh_step *s = &l->steps[i];

		buf_adds(b, s->timed ? "time " : "");
		buf_adds(b, s->negated ? "! " : "");
		for (size_t k = 0; k < s->n; k++) {
			buf_adds(b, k ? " | " : "");
			show_command(b, l->text, &s->commands[k]);
		}
		buf_adds(b, s->join == SH_NEWLINE ? " / " : s->join == SH_SEMI ? "; " : "");
		if (s->join == SH_AND || s->join == SH_OR || s->join == SH_AMP)
			buf_addf(b, " %s ", sh_join_name(s->join));
	}
}

static struct sh_script script_of(struct arena *a, enum sh_dialect dialect, struct text t)
{
	struct sh_script s;

	sh_read(a, t, (struct range){ 0, t.n }, dialect, &s);
	return s;
}

/* --- rows --- */

static const char rejected[] = "(rejected)";

struct row {
	const char *script, *posix, *bash; /* trees; bash NULL: as posix */
};

static void check_tree(enum sh_dialect d, const char *script, const char *want)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct sh_script s = script_of(&a, d, text_of(script));

	if (s.list)
		show_list(&b, s.list);
	else
		buf_adds(&b, rejected);
	if (!text_is(buf_text(&b), want))
		fail_msg("%s of \"%s\":\n%.*s (%s)\nnot\n%s", d == SH_BASH ? "bash" : "posix", script,
			 TEXT_FMT(buf_text(&b)), s.why ? s.why : "", want);
	assert_true(!s.list == !!s.why);
	assert_true(s.at <= strlen(script));
	buf_release(&b);
	arena_release(&a);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check_tree(SH_POSIX, rows[i].script, rows[i].posix);
		check_tree(SH_BASH, rows[i].script, rows[i].bash ? rows[i].bash : rows[i].posix);
	}
}

#define CHECK(rows) check_rows(rows, COUNT(rows))

/* --- lists --- */

static const struct row list_rows[] = {
	{ "", "", NULL },
	{ " \n# c\n\n", "", NULL },
	{ "a b  c", "( a b c)", NULL },
	{ "a && b || c; d & e\nf", "( a) && ( b) || ( c); ( d) & ( e) / ( f)", NULL },
	{ "a;", "( a); ", NULL },
	{ "a&", "( a) & ", NULL },
	{ "a\n\n", "( a)", NULL },
	{ "a &&\n\n# c\nb |\nc", "( a) && ( b) | ( c)", NULL },
	{ "! a | b", "! ( a) | ( b)", NULL },
	{ "! ! a", rejected, "( a)" },
	{ "!", rejected, "! ()" },
	{ "!a", "( !a)", NULL },
	{ "! (a)", "! (subshell ( a))", NULL },
	{ "!(a)", "! (subshell ( a))", NULL },
	{ "a | ! b", rejected, NULL },
	{ "time a | time b", "( time a) | ( time b)", "time ( a) | ( time b)" },
	{ "time -p ! a", "( time -p ! a)", "time ! ( a)" },
	{ "time; a", "( time); ( a)", "time (); ( a)" },
	{ "a |& b", rejected, "( a) | ( b)" },
	{ "a && && b", rejected, NULL },
	{ "a &&", rejected, NULL },
	{ "a | | b", rejected, NULL },
	{ "; a", rejected, NULL },
	{ "a ;; b", rejected, NULL },
	{ "a & ; b", rejected, NULL },
	{ "a )", rejected, NULL },
	{ "a }", "( a })", NULL },
	{ "}", rejected, NULL },
	{ "in a", rejected, NULL },
	{ "]]", "( ]])", rejected },
	{ "ec\\\nho a &\\\n& b", "( ec\\\nho a) && ( b)", NULL },
	{ "a \\\n  b \\\n", "( a b)", NULL },
	{ "a#b # c \\\nd", "( a#b) / ( d)", NULL },
	{ "a;#c", "( a); ", NULL },
	{ "a\rb\r\nc", "( a\rb\r) / ( c)", NULL },
};

static void test_lists(void **state)
{
	(void)state;
	CHECK(list_rows);
}

/* --- commands --- */

static const struct row command_rows[] = {
	{ "((((((a))))))", "(subshell (subshell (subshell (subshell (subshell (subshell ( a)))))))",
	  "(arithmetic)" },
	{ "(a; b)", "(subshell ( a); ( b))", NULL },
	{ "( )", rejected, NULL },
	{ "(a", rejected, NULL },
	{ "(a) b", rejected, NULL },
	{ "{ a; b; } >c", "(group ( a); ( b);  > c)", NULL },
	{ "{ a }", rejected, NULL },
	{ "{a; }", rejected, NULL },
	{ "{(a)}", "(group (subshell ( a)))", NULL },
	{ "{ { a; } }", "(group (group ( a); ))", NULL },
	{ "{ { a; } >x }", rejected, NULL },
	{ "{ a; } b", rejected, NULL },
	{ "if a; then b; elif c; then d; else e; fi", "(if ( a);  ( b);  ( c);  ( d);  ( e); )", NULL },
	{ "if a\nthen\nb\nfi", "(if ( a) ( b))", NULL },
	{ "if (a) then (b) fi", "(if (subshell ( a)) (subshell ( b)))", NULL },
	{ "if a then b; fi", rejected, NULL },
	{ "if a; then b; else; fi", rejected, NULL },
	{ "if a; then fi", rejected, NULL },
	{ "if a; then b", rejected, NULL },
	{ "while a; do b; done <c", "(while ( a);  ( b);  < c)", NULL },
	{ "until a\ndo b\ndone", "(until ( a) ( b))", NULL },
	{ "while; do a; done", rejected, NULL },
	{ "for x in a b; do c; done", "(for x a b in ( c); )", NULL },
	{ "for x in; do c; done", "(for x in ( c); )", NULL },
	{ "for x; do c; done", "(for x ( c); )", NULL },
	{ "for x do c; done", "(for x ( c); )", NULL },
	{ "for x\nin $y\ndo c; done", "(for x $y in ( c); )", NULL },
	{ "for x in a do c; done", rejected, NULL },
	{ "for x\n;do a; done", "(for x ( a); )", rejected },
	{ "for $x in a; do b; done", rejected, "(for $x a in ( b); )" },
	{ "for x in a; { b; }", rejected, "(for x a in ( b); )" },
	{ "for ((i=$(a);i<1;i++)); do b; done", rejected, "(for{( a)} ( b); )" },
	{ "for ((;;)) { b; }", rejected, "(for ( b); )" },
	{ "select x in a; do b; done", rejected, "(select x a in ( b); )" },
	{ "a() { b; } >c", "(function a (group ( b);  > c))", NULL },
	{ "a ( )\n\n(b)", "(function a (subshell ( b)))", NULL },
	{ "a() b", "(function a ( b))", rejected },
	{ "a-b() { c; }", rejected, "(function a-b (group ( c); ))" },
	{ "a+() { b; }", rejected, "(function a+ (group ( b); ))" },
	{ "a=1 b() { c; }", rejected, NULL },
	{ "a b() { c; }", rejected, NULL },
	{ "a()", rejected, NULL },
	{ "function a { b; }", rejected, "(function a (group ( b); ))" },
	{ "function a()\n{ b; }", rejected, "(function a (group ( b); ))" },
	{ "function a (b)", rejected, "(function a (subshell ( b)))" },
	{ "function a", "( function a)", rejected },
	{ "coproc a b", "( coproc a b)", "(coproc ( a b))" },
	{ "coproc X { a; }", rejected, "(coproc X (group ( a); ))" },
	{ "coproc X Y=1 a", "( coproc X Y=1 a)", "(coproc ( X Y=1 a))" },
	{ "coproc a() { b; }", rejected, NULL },
	{ "coproc coproc a", "( coproc coproc a)", rejected },
	{ "coproc { a; } >b", rejected, "(coproc (group ( a);  > b))" },
	{ "[[ a ]]", "( [[ a ]])", "(test a)" },
	{ "((a + $(b)))", "(subshell (subshell ( a + $(b){( b)})))", "(arithmetic{( b)})" },
	{ "((a) | (b))", "(subshell (subshell ( a)) | (subshell ( b)))", NULL },
	{ "((a)", rejected, NULL },
	{ "((a))b", rejected, NULL },
	{ ">x if a", "( if a > x)", NULL },
	{ "x=1 if a", "( x= 1 if a)", NULL },
	{ "echo if then { }", "( echo if then { })", NULL },
	{ "i\\\nf a; then b; fi", "(if ( a);  ( b); )", NULL },
	{ "'if' a", "( 'if' a)", NULL },
	{ "echo (a)", rejected, NULL },
};

static void test_commands(void **state)
{
	(void)state;
	CHECK(command_rows);
}

static const struct row case_rows[] = {
	{ "case $x in a|b) c;; (d) ;; *) e; esac", "(case $x [ a b : ( c);;] [ d : ;;] [ * : ( e); ])",
	  NULL },
	{ "case x\nin\n\na)\nb\n;;\n# c\nesac", "(case x [ a : ( b);;])", NULL },
	{ "case x in esac", "(case x)", NULL },
	{ "case x in (esac) a;; esac", "(case x [ esac : ( a);;])", NULL },
	{ "case if in if) a & esac", "(case if [ if : ( a) & ])", NULL },
	{ "case x in a) b ;& c) d ;;& esac", rejected, "(case x [ a : ( b);&] [ c : ( d);;&])" },
	{ "case x in a) b esac", rejected, NULL },
	{ "case x in a\n) b;; esac", rejected, NULL },
	{ "case x in a) b;; ; esac", rejected, NULL },
	{ "case x in a", rejected, NULL },
	{ "case x in a) $(case y in b) c;; esac);; esac",
	  "(case x [ a : ( $(case y in b) c;; esac){(case y [ b : ( c);;])});;])", NULL },
};

static void test_case(void **state)
{
	(void)state;
	CHECK(case_rows);
}

/* --- [[ ]] --- */

static const struct row test_rows[] = {
	{ "[[ -f a && ! ( b == c || -z $d ) ]] >e", rejected, "(test -f a && ! ( b == c || -z $d ) > e)" },
	{ "[[ a =~ ^(b|c d)[[:space:]]$ ]]", rejected, "(test a =~ ^(b|c d)[[:space:]]$)" },
	{ "[[ a == @(b|c)* ]]", rejected, "(test a == @(b|c)*)" },
	{ "[[\na\n&&\nb\n]]", rejected, "(test a && b)" },
	{ "[[ a<b ]]", "( [[ a ]] < b)", "(test a < b)" },
	{ "[[ $(a) -eq 1 ]]", "( [[ $(a){( a)} -eq 1 ]])", "(test $(a){( a)} -eq 1)" },
	{ "[[ ! ! a ]]", "( [[ ! ! a ]])", "(test ! ! a)" },
	{ "[[a ]]", "( [[a ]])", NULL },
	{ "[[ ]]", "( [[ ]])", rejected },
	{ "[[ a b ]]", "( [[ a b ]])", rejected },
	{ "[[ -f ]]", "( [[ -f ]])", rejected },
	{ "[[ \"-f\" a ]]", "( [[ \"-f\" a ]])", rejected },
	{ "[[ a == ]]", "( [[ a == ]])", rejected },
	{ "[[ a == b c ]]", "( [[ a == b c ]])", rejected },
	{ "[[ (a ]]", rejected, NULL },
	{ "[[ a =~ (b ]]", rejected, NULL },
	{ "[[ a", "( [[ a)", rejected },
	{ "[[ a ]] b", "( [[ a ]] b)", rejected },
};

static void test_tests(void **state)
{
	(void)state;
	CHECK(test_rows);
}

/* --- assignments, redirections --- */

static const struct row assign_rows[] = {
	{ "x=1 y= z=a\\ b c d=e", "( x= 1 y=  z= a\\ b c d=e)", NULL },
	{ "1x=a", "( 1x=a)", NULL },
	{ "x-y=a", "( x-y=a)", NULL },
	{ "\"x\"=a", "( \"x\"=a)", NULL },
	{ "x+=a", "( x+=a)", "( x+= a)" },
	{ "x=$(a)b", "( x= $(a)b{( a)})", NULL },
	{ "x=(a 'b c'\n# d\n$(e)) f=g", rejected, "( x=( a 'b c' $(e){( e)}) f= g)" },
	{ "x+=([1]=a [2 3]=b)", rejected, "( x+=( [1]=a [2 3]=b))" },
	{ "x[$(a) 1]=b c", "( x[$(a){( a)} 1]=b c)", "( x[]={( a)} b c)" },
	{ "x[a b] c", "( x[a b] c)", "( x[a b] c)" },
	{ "echo x[a b]", "( echo x[a b])", NULL },
	{ "declare -a x=(a $(b)) y=c", rejected, "( declare -a x=(a $(b)){( b)} y=c)" },
	{ "echo x=(a)", rejected, NULL },
	{ "x=(a; b)", rejected, NULL },
	{ "x=(a", rejected, NULL },
	{ "x=a (b)", rejected, NULL },
};

static const struct row redir_rows[] = {
	{ "a <b >c >>d <>e >|f <&3 2>&1 >&-", "( a < b > c >> d <> e >| f <& 3 2>& 1 >& -)", NULL },
	{ "a 1 >b 2>c", "( a 1 > b 2> c)", NULL },
	{ "a1>b \"1\">c \\1>d", "( a1 \"1\" \\1 > b > c > d)", NULL },
	{ "a 12>b", "( a 12 > b)", "( a 12> b)" },
	{ "a 2\\\n>b", "( a 2> b)", NULL },
	{ "a &>b", "( a) & ( > b)", "( a &> b)" },
	{ "a &>>b c", "( a) & ( c >> b)", "( a c &>> b)" },
	{ "a <<<\"b $(c)\"", rejected, "( a <<< \"b $(c)\"{( c)})" },
	{ "a {x}>b {y} >c", "( a {x} {y} > b > c)", "( a {y} {x}> b > c)" },
	{ "a < <(b) 2>(c)", rejected, "( a 2>(c){( c)} < <(b){( b)})" },
	{ ">a", "( > a)", NULL },
	{ "a >", rejected, NULL },
	{ "a >\nb", rejected, NULL },
	{ "a > ;", rejected, NULL },
	{ "if a; then b; fi <c | d", "(if ( a);  ( b);  < c) | ( d)", NULL },
};

static void test_assignments(void **state)
{
	(void)state;
	CHECK(assign_rows);
	CHECK(redir_rows);
}

/* --- here-documents --- */

static const struct row heredoc_rows[] = {
	{ "a <<E\nb $c\nE\nd", "( a << E <b $c\n>) / ( d)", NULL },
	{ "a <<'E' <<\\F\nb\nE\nc\nF\nd", "( a << 'E' 'b\n' << \\F 'c\n') / ( d)", NULL },
	{ "a <<-E\n\tb\n\tE\nc", "( a <<- E <\tb\n>) / ( c)", NULL },
	{ "a <<E; b <<F | c\n1\nE\n2\nF\nd", "( a << E <1\n>); ( b << F <2\n>) | ( c) / ( d)", NULL },
	{ "a <<\"E F\"\nE\nE F\n", "( a << \"E F\" 'E\n')", NULL },
	{ "a <<E\nb", "( a << E <b>)", NULL },
	{ "a <<E", "( a << E <>)", NULL },
	{ "a <<E\nb\\\nE\nE\nc", "( a << E <b\\\nE\n>) / ( c)", NULL },
	{ "a <<'E'\nb\\\nE\nc", "( a << 'E' 'b\\\n') / ( c)", NULL },
	{ "a <<EF\nE\\\nF\nb", "( a << EF <E\\\nF\nb>)", "( a << EF <>) / ( b)" },
	{ "a <<$x\nb\n$x\nc", "( a << $x <b\n>) / ( c)", NULL },
	{ "a <<E\r\nb\nE\r\nc", "( a << E\r <b\n>) / ( c)", NULL },
	{ "a <<E\nE \nE", "( a << E <E \n>)", NULL },
	{ "a <<E &&\nx\nE\nb", "( a << E <x\n>) && ( b)", NULL },
	{ "if a <<E; then\nx\nE\nb; fi", "(if ( a << E <x\n>);  ( b); )", NULL },
	{ "a <<E \"$(b <<F\nx\nF\n)\"\ny\nE\nc",
	  "( a \"$(b <<F\nx\nF\n)\"{( b << F <x\n>)} << E <y\n>) / ( c)", NULL },
	{ "a $(b <<E)\nx\nE\nc", "( a $(b <<E){( b << E <>)}) / ( x) / ( E) / ( c)",
	  "( a $(b <<E){( b << E <x\n>)}) / ( c)" },
	{ "a $(b <<E\nx\nE) c", rejected, "( a $(b <<E\nx\nE){( b << E <x\n>)} c)" },
	{ "`a <<E\nx\nE\n`", "( `a <<E\nx\nE\n`{( a << E <x\n>)})", NULL },
	{ "{ a; } <<E\nx\nE", "(group ( a);  << E <x\n>)", NULL },
	{ "a <<", rejected, NULL },
};

static void test_heredocs(void **state)
{
	(void)state;
	CHECK(heredoc_rows);
}

/* --- words --- */

static const struct row word_rows[] = {
	{ "a'b c'\"d e\"f\\ g", "( a'b c'\"d e\"f\\ g)", NULL },
	{ "a 'b", rejected, NULL },
	{ "a \"b", rejected, NULL },
	{ "a \"b\\\"", rejected, NULL },
	{ "a $'b\\'c'", rejected, "( a $'b\\'c')" },
	{ "a $(b $(c) \"$(d \")\")\")",
	  "( a $(b $(c) \"$(d \")\")\"){( b $(c){( c)} \"$(d \")\")\"{( d \")\")})})", NULL },
	{ "a $(", rejected, NULL },
	{ "a $(b #)\n)", "( a $(b #)\n){( b)})", NULL },
	{ "a `b \\`c\\`` \"`d \\\"e f\\\"`\"",
	  "( a `b \\`c\\``{( b `c`{( c)})} \"`d \\\"e f\\\"`\"{( d \"e f\")})", NULL },
	{ "a `b", rejected, NULL },
	{ "a `(`", rejected, NULL },
	{ "a ${x:-\"b c\"} ${x:-b c} ${x#\"}\"} ${x:-${y:-$(z)}}",
	  "( a ${x:-\"b c\"} ${x:-b c} ${x#\"}\"} ${x:-${y:-$(z)}}{( z)})", NULL },
	{ "a ${x:-'}'} \"${x:-\\}}\" \"${x%'}'}\"", "( a ${x:-'}'} \"${x:-\\}}\" \"${x%'}'}\")", NULL },
	{ "a \"${x:-it's}\"", "( a \"${x:-it's}\")", rejected },
	{ "a ${x", rejected, NULL },
	{ "a $((1 + $(b) * (2)))", "( a $((1 + $(b) * (2))){( b)})", NULL },
	{ "a $( (b) )", "( a $( (b) ){(subshell ( b))})", NULL },
	{ "a $((b) | (c))", rejected, "( a $((b) | (c)){(subshell ( b)) | (subshell ( c))})" },
	{ "a $((1", rejected, NULL },
	{ "a $[1 + $(b)]", "( a $[1 + $(b)]{( b)})", NULL },
	{ "a <(b) x>(c)", rejected, "( a <(b){( b)} x>(c){( c)})" },
	{ "a !(b|c) @(d e)", rejected, "( a !(b|c) @(d e))" },
	{ "$\\\n(a)", "( $\\\n(a){( a)})", NULL },
	{ "a $ $% a$ \"$\"", "( a $ $% a$ \"$\")", NULL },
};

static void test_words(void **state)
{
	(void)state;
	CHECK(word_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),       cmocka_unit_test(test_commands),
		cmocka_unit_test(test_case),        cmocka_unit_test(test_tests),
		cmocka_unit_test(test_assignments), cmocka_unit_test(test_heredocs),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
