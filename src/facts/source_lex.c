/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_lex.h"

#include "facts/source_quote.h"
#include "facts/command.h"

#include <string.h>

/* --- what languages have -------------------------------------------------- */

static const struct lexis lexes[] = {
	[SOURCE_NONE] = { .quotes = "" },
	[SOURCE_PYTHON] = { .quotes = "\"'",
			    .hash = true,
			    .triple = "\"'",
			    .indent = true,
			    .prefixes = "rRbBuUfF" },
	[SOURCE_JAVASCRIPT] = { .quotes = "\"'`", .slashes = true, .regex = true, .back = HOLES_DOLLAR },
	[SOURCE_PHP] = { .quotes = "\"'`",
			 .hash = true,
			 .slashes = true,
			 .lines = true,
			 .heredoc = "<<<",
			 .page = true,
			 .twice = HOLES_WORD },
	[SOURCE_RUBY] = { .quotes = "\"'`",
			  .hash = true,
			  .lines = true,
			  .regex = true,
			  .indent = true,
			  .heredoc = "<<",
			  .percent = true,
			  .twice = HOLES_HASH,
			  .back = HOLES_HASH },
	[SOURCE_PERL] = { .quotes = "\"'`",
			  .hash = true,
			  .lines = true,
			  .regex = true,
			  .heredoc = "<<",
			  .letters = true,
			  .twice = HOLES_WORD },
	[SOURCE_GO] = { .quotes = "\"'`", .slashes = true, .back_raw = true },
	[SOURCE_JAVA] = { .quotes = "\"'", .slashes = true, .triple = "\"", .twice = HOLES_WORD },
	[SOURCE_C] = { .quotes = "\"'", .slashes = true },
	[SOURCE_RUST] = { .quotes = "\"'",
			  .slashes = true,
			  .lines = true,
			  .nested = true,
			  .hashes = true,
			  .prefixes = "rb" },
	[SOURCE_CSHARP] = { .quotes = "\"'", .slashes = true, .triple = "\"", .prefixes = "$@" },
};

static const char *const marks[] = { "===", "!==", "<=>", "**=", "||=", "&&=", "\?\?=", "...",
				     "=>",  "==",  "!=",  "<=",  ">=",  "+=",  "-=",    "*=",
				     "/=",  ".=",  ":=",  "||",  "&&",  "??",  "?:",    "?.",
				     "->",  "::",  "=~",  "!~",  "<<",  ">>",  "..",    "//" };

/* Behind these words a value follows, not an operator. */
static const char before_value[] =
	"return typeof case in of delete void throw new else do and or not if unless while until when then "
	"puts print split grep yield await echo elsif elif";

/* --- pushing --------------------------------------------------------------- */

struct opened {
	uint32_t token;
	char mark;
};

struct reader {
	struct quoting q; /* text, lexis, where it stands */
	struct arena *a;
	struct tokens *out;
	size_t cap;
	struct opened *brackets;
	size_t depth, brackets_cap;
	uint32_t block;
	struct indent {
		uint32_t token, column;
	} * indents;
	size_t nindents, indents_cap;
	size_t line_start;
	bool line, gap;
};

static void set_indent(struct reader *r, uint32_t token, size_t column)
{
	while (r->nindents && r->indents[r->nindents - 1].column >= column)
		r->nindents--;
	r->block = r->nindents ? 1 + r->indents[r->nindents - 1].token : 0;
	r->indents = arena_grow(r->a, r->indents, r->nindents, &r->indents_cap, sizeof(*r->indents));
	r->indents[r->nindents++] = (struct indent){ token, (uint32_t)column };
}

static struct token *push(struct reader *r, enum token_kind kind, size_t at, size_t end)
{
	struct tokens *t = r->out;
	uint32_t index = (uint32_t)t->n;
	struct token *k;

	t->list = arena_grow(r->a, t->list, t->n, &r->cap, sizeof(*t->list));
	if (r->q.lexis->indent && r->line && r->depth == 0)
		set_indent(r, index, at - r->line_start);
	k = &t->list[t->n++];
	*k = (struct token){
		(uint32_t)at, (uint32_t)(end - at), index, r->block, (uint8_t)kind, 0, 0, 0, false, r->line,
		r->gap
	};
	r->line = r->gap = false;
	r->q.at = end;
	return k;
}

static void push_string(struct reader *r, const struct quoted *s)
{
	struct token *k = push(r, TOKEN_STRING, s->at, s->end);

	k->open = s->open;
	k->close = s->close;
	k->holes = (uint8_t)s->holes;
	k->raw = s->raw;
	for (size_t i = s->at; i < s->end; i++)
		if (r->q.text.p[i] == '\n')
			r->line_start = i + 1;
}

static void open_bracket(struct reader *r, char mark)
{
	uint32_t index = (uint32_t)(r->out->n - 1);

	r->brackets = arena_grow(r->a, r->brackets, r->depth, &r->brackets_cap, sizeof(*r->brackets));
	r->brackets[r->depth++] = (struct opened){ index, mark };
	if (mark == '{' && !r->q.lexis->indent)
		r->block = index + 1;
}

/* A bracket that was never closed is given up where one around it is. */
static void close_bracket(struct reader *r, char mark)
{
	char want = mark == ')' ? '(' : mark == ']' ? '[' : '{';
	size_t k = r->depth, limit = r->depth > 8 ? r->depth - 8 : 0;
	uint32_t index = (uint32_t)(r->out->n - 1), open;

	while (k > limit && r->brackets[k - 1].mark != want)
		k--;
	if (k == limit)
		return;
	open = r->brackets[k - 1].token;
	r->out->list[open].match = index;
	r->out->list[index].match = open;
	r->depth = k - 1;
	if (r->q.lexis->indent)
		return;
	r->block = r->out->list[open].block;
	r->out->list[index].block = r->block;
}

/* --- reading --------------------------------------------------------------- */

static bool name_byte(unsigned char c)
{
	return ascii_alnum(c) || c == '_' || c >= 0x80;
}

/* What was read last is a value: an operator comes next. */
static bool after_value(const struct reader *r)
{
	const struct tokens *t = r->out;
	const struct token *k = t->n ? &t->list[t->n - 1] : NULL;
	char c;

	if (!k)
		return false;
	if (k->kind == TOKEN_NAME)
		return !token_in(t, t->n - 1, before_value);
	if (k->kind != TOKEN_MARK)
		return true;
	c = t->text.p[k->at];
	return c == ')' || c == ']' || c == '}';
}

static bool sigil(const struct reader *r, size_t at)
{
	unsigned char c = (unsigned char)r->q.text.p[at],
		      next = at + 1 < r->q.text.n ? (unsigned char)r->q.text.p[at + 1] : 0;

	switch (r->q.language) {
	case SOURCE_JAVASCRIPT:
		return c == '$' || c == '#';
	case SOURCE_PHP:
		return c == '$' && name_byte(next);
	case SOURCE_RUBY:
		return (c == '$' || c == '@') && (name_byte(next) || next == '@');
	case SOURCE_PERL:
		return (c == '$' || c == '@' || c == '%') && (ascii_alpha(next) || next == '_') &&
		       (c == '$' || !after_value(r));
	default:
		return false;
	}
}

static void read_name(struct reader *r)
{
	struct text t = r->q.text;
	size_t at = r->q.at, i = at + 1;
	bool dollar = r->q.language == SOURCE_JAVASCRIPT;

	if (r->q.language == SOURCE_RUBY && i < t.n && t.p[at] == '@' && t.p[i] == '@')
		i++;
	while (i < t.n && (name_byte((unsigned char)t.p[i]) || (dollar && t.p[i] == '$')))
		i++;
	if (r->q.language == SOURCE_RUBY && i + 1 < t.n && (t.p[i] == '?' || t.p[i] == '!') &&
	    t.p[i + 1] != '=')
		i++;
	push(r, TOKEN_NAME, at, i);
}

static void read_number(struct reader *r)
{
	struct text t = r->q.text;
	size_t i = r->q.at;

	while (i < t.n && (name_byte((unsigned char)t.p[i]) ||
			   (t.p[i] == '.' && i + 1 < t.n && ascii_digit((unsigned char)t.p[i + 1]))))
		i++;
	push(r, TOKEN_NUMBER, r->q.at, i);
}

static void read_mark(struct reader *r)
{
	struct text rest = text_from(r->q.text, r->q.at);
	size_t n = 1;
	char c = rest.p[0];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && n == 1; i++)
		if (marks[i][0] == c && text_starts(rest, text_of(marks[i])))
			n = strlen(marks[i]);
	push(r, TOKEN_MARK, r->q.at, r->q.at + n);
	if (c == '(' || c == '[' || c == '{')
		open_bracket(r, c);
	else if (c == ')' || c == ']' || c == '}')
		close_bracket(r, c);
}

static void read_blank(struct reader *r)
{
	r->gap = true;
	if (r->q.text.p[r->q.at] == '\n') {
		r->line = true;
		r->line_start = r->q.at + 1;
	}
	r->q.at++;
}

static void skip_to(struct reader *r, size_t end)
{
	r->gap = true;
	while (r->q.at < end)
		read_blank(r);
}

static void read_one(struct reader *r)
{
	unsigned char c = (unsigned char)r->q.text.p[r->q.at];
	struct quoted s;
	size_t end;

	if ((end = quote_skip(&r->q, r->line, r->line_start)) != r->q.at)
		skip_to(r, end);
	else if (ascii_space(c) || c == '\\')
		read_blank(r);
	else if (quote_read(&r->q, after_value(r), r->gap, &s))
		push_string(r, &s);
	else if (ascii_digit(c))
		read_number(r);
	else if (name_byte(c) || sigil(r, r->q.at))
		read_name(r);
	else
		read_mark(r);
}

void tokens_read(struct arena *a, enum source_language l, struct text t, bool inside, struct tokens *out)
{
	struct reader r = { .a = a, .out = out, .line = true };

	*out = (struct tokens){ .language = l, .text = t };
	r.q = (struct quoting){ .language = l, .lexis = &lexes[l], .text = t, .spare = 8 * t.n + 256 };
	if (lexes[l].page && !inside)
		skip_to(&r, quote_page(&r.q, 0));
	while (r.q.at < t.n && out->n < MAX_TOKENS)
		read_one(&r);
	out->cut = r.q.at < t.n;
}

/* --- asking ---------------------------------------------------------------- */

struct text token_text(const struct tokens *t, size_t i)
{
	return i < t->n ? text_sub(t->text, t->list[i].at, t->list[i].at + t->list[i].n) : TEXT_NONE;
}

struct text token_inside(const struct tokens *t, size_t i)
{
	struct text all = token_text(t, i);

	return i < t->n ? text_sub(all, t->list[i].open, all.n - t->list[i].close) : TEXT_NONE;
}

bool token_has_kind(const struct tokens *t, size_t i, enum token_kind k)
{
	return i < t->n && t->list[i].kind == k;
}

bool token_is(const struct tokens *t, size_t i, const char *text)
{
	return i < t->n && t->list[i].kind != TOKEN_STRING && text_is(token_text(t, i), text);
}

bool token_joins(const struct tokens *t, size_t i)
{
	struct text mark = token_has_kind(t, i, TOKEN_MARK) ? token_text(t, i) : TEXT_NONE;

	if (text_is(mark, "."))
		return t->language != SOURCE_PHP && (t->language != SOURCE_PERL);
	return text_is(mark, "->") || text_is(mark, "::") || text_is(mark, "?.");
}

size_t token_over(const struct tokens *t, size_t i)
{
	return i < t->n && t->list[i].match > i ? t->list[i].match + (size_t)1 : i + 1;
}

bool token_in(const struct tokens *t, size_t i, const char *words)
{
	return token_has_kind(t, i, TOKEN_NAME) && words_hold(words, token_text(t, i));
}
