/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the tree that `shfmt --to-json` prints (mvdan.cc/sh/v3/syntax: nodes.go). What
 * an operator is, is read from the text at its place: the numbers differ by version. */
#include "base/js.h"
#include "support/sh_flat.h"

#include <string.h>

struct reader {
	struct flat *out;
	size_t start;
};

static void read_list(struct reader *r, const json_t *stmts);
static void read_stmt(struct reader *r, const json_t *stmt);

/* --- nodes ------------------------------------------------------------------- */

static bool has(const json_t *o, const char *key)
{
	return json_object_get(o, key) != NULL;
}

/* The place that a member of a node holds, in the text of the script. */
static size_t place(const struct reader *r, const json_t *o, const char *key)
{
	return r->start + (size_t)json_integer_value(json_object_get(json_object_get(o, key), "Offset"));
}

static struct range span(const struct reader *r, const json_t *o)
{
	return (struct range){ place(r, o, "Pos"), place(r, o, "End") };
}

static const char *type_of(const json_t *o)
{
	const char *s = json_string_value(json_object_get(o, "Type"));

	return s ? s : "";
}

/* --- words ------------------------------------------------------------------- */

/* What is substituted anywhere below a node. */
static void read_inside(struct reader *r, json_t *v)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_object(v) && has(v, "Stmts")) {
		if (!flat_skips(text_range(r->out->text, span(r, v))))
			read_list(r, json_object_get(v, "Stmts"));
	} else if (json_is_object(v)) {
		json_object_foreach(v, key, member)
			read_inside(r, member);
	} else {
		json_array_foreach(v, i, member)
			read_inside(r, member);
	}
}

static void read_word_as(struct reader *r, json_t *word, const char *what)
{
	struct range at = span(r, word);

	flat_add(r->out, at.start, FLAT_WORD, what, text_range(r->out->text, at));
	read_inside(r, word);
}

static void read_words(struct reader *r, const json_t *list, const char *what)
{
	json_t *word;
	size_t i;

	json_array_foreach(list, i, word)
		read_word_as(r, word, what);
}

static void read_member(struct reader *r, const json_t *o, const char *key)
{
	json_t *word = json_object_get(o, key);

	if (word)
		read_word_as(r, word, "word");
}

/* The span of a body holds the delimiter, but not its newline. */
static void read_body(struct reader *r, const json_t *body)
{
	struct text t = text_range(r->out->text, span(r, body));

	t.n = text_rchr(t, '\n') + 1; /* TEXT_NPOS gives 0 */
	if (t.n)
		flat_add(r->out, span(r, body).start, FLAT_WORD, "here-document", t);
}

/* Where the word of a redirection ends; a here-document stands apart from it. */
static size_t read_redir(struct reader *r, const json_t *redir)
{
	json_t *word = json_object_get(redir, "Word"), *body = json_object_get(redir, "Hdoc");
	struct range at = { place(r, redir, "Pos"), place(r, word, "End") };

	flat_add(r->out, at.start, FLAT_WORD, "redir", text_range(r->out->text, at));
	read_inside(r, word);
	if (body)
		read_body(r, body);
	return at.end;
}

/* --- commands ---------------------------------------------------------------- */

static void read_call(struct reader *r, const json_t *c)
{
	read_words(r, json_object_get(c, "Assigns"), "assign");
	read_words(r, json_object_get(c, "Args"), "word");
}

static void read_declaration(struct reader *r, const json_t *c)
{
	read_member(r, c, "Variant");
	read_words(r, json_object_get(c, "Args"), "word");
}

static void read_let(struct reader *r, const json_t *c)
{
	size_t at = place(r, c, "Let");

	flat_add(r->out, at, FLAT_WORD, "word", text_sub(r->out->text, at, at + 3));
	read_words(r, json_object_get(c, "Exprs"), "word");
}

static void read_block(struct reader *r, const json_t *c)
{
	read_list(r, json_object_get(c, "Stmts"));
}

static void read_if(struct reader *r, const json_t *c)
{
	for (; c; c = json_object_get(c, "Else")) {
		read_list(r, json_object_get(c, "Cond"));
		read_list(r, json_object_get(c, "Then"));
	}
}

static void read_while(struct reader *r, const json_t *c)
{
	read_list(r, json_object_get(c, "Cond"));
	read_list(r, json_object_get(c, "Do"));
}

static void read_for(struct reader *r, const json_t *c)
{
	const json_t *loop = json_object_get(c, "Loop");

	if (strcmp(type_of(loop), "WordIter") == 0) {
		read_member(r, loop, "Name");
		if (has(loop, "InPos"))
			flat_add(r->out, place(r, loop, "Pos"), FLAT_WORD, "in", TEXT_NONE);
		read_words(r, json_object_get(loop, "Items"), "word");
	}
	read_list(r, json_object_get(c, "Do"));
}

static void read_case(struct reader *r, const json_t *c)
{
	const json_t *arm;
	size_t i;

	read_member(r, c, "Word");
	json_array_foreach(json_object_get(c, "Items"), i, arm) {
		read_words(r, json_object_get(arm, "Patterns"), "word");
		read_list(r, json_object_get(arm, "Stmts"));
		if (has(arm, "OpPos")) {
			size_t at = place(r, arm, "OpPos"), end = at;

			while (end < at + 3 && end < r->out->text.n && text_has(TEXT(";&"), r->out->text.p[end]))
				end++;
			flat_add(r->out, at, FLAT_WORD, "arm", text_sub(r->out->text, at, end));
		}
	}
}

static void read_function(struct reader *r, const json_t *c)
{
	read_member(r, c, "Name");
	read_stmt(r, json_object_get(c, "Body"));
}

static void read_coproc(struct reader *r, const json_t *c)
{
	read_member(r, c, "Name");
	read_stmt(r, json_object_get(c, "Stmt"));
}

/* An operator or a parenthesis of [[ ]] is a word to us. */
static void read_test_operator(struct reader *r, size_t at)
{
	struct text t = text_from(r->out->text, at);
	size_t n = 0;

	if (text_starts(t, TEXT("&&")) || text_starts(t, TEXT("||")))
		n = 2;
	else if (t.n && text_has(TEXT("!()<>"), t.p[0]))
		n = text_starts(t, TEXT("!=")) ? 2 : 1;
	else
		while (n < t.n && !ascii_space((unsigned char)t.p[n]))
			n++;
	flat_add(r->out, at, FLAT_WORD, "word", text_sub(t, 0, n));
}

static void read_test_expression(struct reader *r, json_t *x)
{
	static const char *const operators[] = { "OpPos", "Lparen", "Rparen" };

	if (strcmp(type_of(x), "Word") == 0) {
		read_word_as(r, x, "word");
		return;
	}
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (has(x, operators[i]))
			read_test_operator(r, place(r, x, operators[i]));
	if (has(x, "X"))
		read_test_expression(r, json_object_get(x, "X"));
	if (has(x, "Y"))
		read_test_expression(r, json_object_get(x, "Y"));
}

static void read_test(struct reader *r, const json_t *c)
{
	read_test_expression(r, json_object_get(c, "X"));
}

static void read_nothing(struct reader *r, const json_t *c)
{
	(void)r;
	(void)c;
}

/* A flag of the node tells the second kind from the first. */
static const struct node {
	const char *type, *kind, *flag, *other;
	void (*read)(struct reader *r, const json_t *c);
} nodes[] = {
	{ "CallExpr", "simple", NULL, NULL, read_call },
	{ "DeclClause", "simple", NULL, NULL, read_declaration },
	{ "LetClause", "simple", NULL, NULL, read_let },
	{ "Block", "group", NULL, NULL, read_block },
	{ "Subshell", "subshell", NULL, NULL, read_block },
	{ "IfClause", "if", NULL, NULL, read_if },
	{ "WhileClause", "while", "Until", "until", read_while },
	{ "ForClause", "for", "Select", "select", read_for },
	{ "CaseClause", "case", NULL, NULL, read_case },
	{ "FuncDecl", "function", NULL, NULL, read_function },
	{ "TestClause", "test", NULL, NULL, read_test },
	{ "ArithmCmd", "arithmetic", NULL, NULL, read_nothing },
	{ "CoprocClause", "coproc", NULL, NULL, read_coproc },
};

static const struct node *node_of(const json_t *cmd)
{
	static const struct node other = { "", "unknown", NULL, NULL, read_nothing };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		if (strcmp(type_of(cmd), nodes[i].type) == 0)
			return &nodes[i];
	return &other;
}

/* cmd may be NULL: redirections alone. */
static void read_command(struct reader *r, const json_t *cmd, const json_t *redirs)
{
	const struct node *n = cmd ? node_of(cmd) : &nodes[0];
	struct range at = cmd ? span(r, cmd) : (struct range){ TEXT_NPOS, 0 };
	bool other = n->flag && json_is_true(json_object_get(cmd, n->flag));
	const json_t *redir;
	size_t i, end;

	json_array_foreach(redirs, i, redir) {
		end = read_redir(r, redir);
		at.end = end > at.end ? end : at.end;
		at.start = place(r, redir, "Pos") < at.start ? place(r, redir, "Pos") : at.start;
	}
	flat_add_command(r->out, at, other ? n->other : n->kind);
	if (cmd)
		n->read(r, cmd);
}

/* --- lists ------------------------------------------------------------------- */

static size_t stmt_start(const struct reader *r, const json_t *stmt)
{
	return place(r, stmt, "Pos");
}

static void read_binary(struct reader *r, const json_t *cmd)
{
	size_t op = place(r, cmd, "OpPos");
	struct text t = text_from(r->out->text, op);
	const json_t *y = json_object_get(cmd, "Y");

	read_stmt(r, json_object_get(cmd, "X"));
	if (text_starts(t, TEXT("&&")))
		flat_add(r->out, op, FLAT_JOIN, "&&", TEXT_NONE);
	else if (text_starts(t, TEXT("||")))
		flat_add(r->out, op, FLAT_JOIN, "||", TEXT_NONE);
	else
		flat_add(r->out, stmt_start(r, y), FLAT_JOIN, "|", TEXT_NONE);
	read_stmt(r, y);
}

static void read_stmt(struct reader *r, const json_t *stmt)
{
	const json_t *cmd = json_object_get(stmt, "Cmd");

	if (json_is_true(json_object_get(stmt, "Negated")))
		flat_add(r->out, stmt_start(r, stmt), FLAT_MARK, "!", TEXT_NONE);
	if (cmd && strcmp(type_of(cmd), "BinaryCmd") == 0) {
		read_binary(r, cmd);
	} else if (cmd && strcmp(type_of(cmd), "TimeClause") == 0) {
		flat_add(r->out, place(r, cmd, "Pos"), FLAT_MARK, "time", TEXT_NONE);
		if (has(cmd, "Stmt"))
			read_stmt(r, json_object_get(cmd, "Stmt"));
	} else {
		read_command(r, cmd, json_object_get(stmt, "Redirs"));
	}
}

static void read_list(struct reader *r, const json_t *stmts)
{
	const json_t *stmt, *next;
	size_t i;

	json_array_foreach(stmts, i, stmt) {
		bool background = json_is_true(json_object_get(stmt, "Background"));

		next = json_array_get(stmts, i + 1);
		read_stmt(r, stmt);
		if (has(stmt, "Semicolon") && (next || background))
			flat_add(r->out, place(r, stmt, "Semicolon"), FLAT_JOIN, background ? "&" : ";", TEXT_NONE);
		else if (next)
			flat_add(r->out, stmt_start(r, next), FLAT_JOIN, "newline", TEXT_NONE);
	}
}

bool flat_shfmt(struct flat *out, struct text text, size_t start, struct text json)
{
	struct reader r = { out, start };
	json_t *root = json_loadb(json.p ? json.p : "", json.n, 0, NULL);
	bool ok = json_is_object(root);

	out->text = text;
	if (ok)
		read_list(&r, json_object_get(root, "Stmts"));
	json_decref(root);
	flat_sort(out);
	return ok;
}
