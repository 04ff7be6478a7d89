/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes, blanks, comments, reserved words. */
#include "syntax/shell_read.h"

#include <string.h>

enum { MAX_DEPTH = 100 };

/* --- bytes --- */

size_t shr_skip_joins(const struct sh_reader *r, size_t at)
{
	while (r->end - at >= 2 && r->text.p[at] == '\\' && r->text.p[at + 1] == '\n')
		at += 2;
	return at;
}

int shr_look(const struct sh_reader *r, size_t ahead)
{
	size_t at = shr_skip_joins(r, r->at);

	for (; ahead && at < r->end; ahead--)
		at = shr_skip_joins(r, at + 1);
	return at < r->end ? (unsigned char)r->text.p[at] : SHR_END;
}

void shr_take(struct sh_reader *r, size_t n)
{
	for (; n && shr_cur(r) != SHR_END; n--)
		r->last = ++r->at;
}

void shr_take_to(struct sh_reader *r, size_t at)
{
	r->at = r->last = at;
}

bool shr_name_start(int c)
{
	return c > 0 && c < 128 && (ascii_alpha((unsigned char)c) || c == '_');
}

bool shr_name_byte(int c)
{
	return shr_name_start(c) || (c >= '0' && c <= '9');
}

bool shr_is_name(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && t.p[i] != '_')
			return false;
	return t.n > 0 && !ascii_digit((unsigned char)t.p[0]);
}

struct text shr_squeeze(struct sh_reader *r, struct range at)
{
	struct text t = text_range(r->text, at);
	char *p;
	size_t n = 0;

	if (!text_has(t, '\\'))
		return t;
	p = arena_bytes(r->arena, t.n);
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '\\' && i + 1 < t.n && t.p[i + 1] == '\n')
			i++;
		else
			p[n++] = t.p[i];
	}
	return (struct text){ p, n };
}

void shr_fail(struct sh_reader *r, size_t at, const char *why)
{
	if (!r->why) {
		r->why = why;
		r->why_at = r->copied ? r->origin : at;
	}
	r->at = r->end;
}

void shr_unexpected(struct sh_reader *r)
{
	static const struct {
		char c;
		const char *why;
	} rows[] = {
		{ '\n', "unexpected end of line" },
		{ ';', "unexpected ;" },
		{ '&', "unexpected &" },
		{ '|', "unexpected |" },
		{ '(', "unexpected (" },
		{ ')', "unexpected )" },
		{ '<', "unexpected <" },
		{ '>', "unexpected >" },
		{ '}', "unexpected }" },
	};
	int c = shr_cur(r);
	const char *why = c == SHR_END ? "unexpected end" : "unexpected word";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (c == rows[i].c)
			why = rows[i].why;
	shr_fail(r, r->at, why);
}

bool shr_ends_word(int c)
{
	switch (c) {
	case SHR_END:
	case ' ':
	case '\t':
	case '\n':
	case ';':
	case '&':
	case '|':
	case '<':
	case '>':
	case '(':
	case ')':
		return true;
	default:
		return false;
	}
}

void shr_enter(struct sh_reader *r)
{
	if (++r->depth > MAX_DEPTH)
		shr_fail(r, r->at, "nested too deeply");
}

void shr_leave(struct sh_reader *r)
{
	r->depth--;
}

struct sh_spot shr_spot(const struct sh_reader *r)
{
	return (struct sh_spot){ r->at, r->last, r->comments.n, r->pending.n, r->parts.n, r->bash };
}

void shr_back(struct sh_reader *r, const struct sh_spot *to)
{
	size_t cost = r->at - to->at;

	if (r->why)
		return;
	if (cost > r->budget) {
		shr_fail(r, to->at, "too intricate");
		return;
	}
	r->budget -= cost;
	r->at = to->at;
	r->last = to->last;
	r->comments.n = to->comments;
	r->pending.n = to->pending;
	r->parts.n = to->parts;
	r->bash = to->bash;
}

/* --- blanks --- */

static void take_comment(struct sh_reader *r)
{
	const char *nl = memchr(r->text.p + r->at, '\n', r->end - r->at);
	struct range c = { r->at, nl ? (size_t)(nl - r->text.p) : r->end };

	if (!r->copied)
		SHR_PUSH(&r->comments, c);
	r->at = c.end;
}

void shr_blanks(struct sh_reader *r)
{
	int c;

	while ((c = shr_cur(r)) == ' ' || c == '\t')
		r->at++;
	if (c == '#')
		take_comment(r);
}

bool shr_newlines(struct sh_reader *r)
{
	bool some = false;

	for (;;) {
		shr_blanks(r);
		if (shr_cur(r) != '\n')
			return some;
		shr_take_newline(r);
		some = true;
	}
}

/* --- reserved words --- */

/* In the order of enum sh_reserved. */
static const struct {
	const char *word;
	enum sh_reserved id;
	bool bash;
	const char *missing;
} reserved[] = {
	{ "if", RW_IF, false, NULL },
	{ "then", RW_THEN, false, "no then" },
	{ "elif", RW_ELIF, false, NULL },
	{ "else", RW_ELSE, false, NULL },
	{ "fi", RW_FI, false, "no fi" },
	{ "for", RW_FOR, false, NULL },
	{ "in", RW_IN, false, "no in" },
	{ "while", RW_WHILE, false, NULL },
	{ "until", RW_UNTIL, false, NULL },
	{ "do", RW_DO, false, "no do" },
	{ "done", RW_DONE, false, "no done" },
	{ "case", RW_CASE, false, NULL },
	{ "esac", RW_ESAC, false, "no esac" },
	{ "{", RW_OPEN, false, NULL },
	{ "}", RW_CLOSE, false, "no }" },
	{ "!", RW_BANG, false, NULL },
	{ "[[", RW_TEST, true, NULL },
	{ "]]", RW_TEST_END, true, "no ]]" },
	{ "function", RW_FUNCTION, true, NULL },
	{ "select", RW_SELECT, true, NULL },
	{ "coproc", RW_COPROC, true, NULL },
	{ "time", RW_TIME, true, NULL },
};

enum { NRESERVED = sizeof(reserved) / sizeof(reserved[0]), LONGEST_RESERVED = 8 };

enum sh_reserved shr_reserved(struct sh_reader *r)
{
	char word[LONGEST_RESERVED + 1];
	size_t n = 0;
	int c = shr_cur(r);

	while (n < LONGEST_RESERVED && !shr_ends_word(c)) {
		word[n++] = (char)c;
		c = shr_look(r, n);
	}
	if (!n || !shr_ends_word(c))
		return RW_NONE;
	for (size_t i = 0; i < NRESERVED; i++)
		if (reserved[i].word[0] == word[0] && text_is((struct text){ word, n }, reserved[i].word) &&
		    (!reserved[i].bash || shr_in_bash(r)))
			return reserved[i].id;
	return RW_NONE;
}

bool shr_accept(struct sh_reader *r, enum sh_reserved w)
{
	if (shr_reserved(r) != w)
		return false;
	shr_take(r, strlen(reserved[w - 1].word));
	r->bash |= reserved[w - 1].bash;
	return true;
}

void shr_expect(struct sh_reader *r, enum sh_reserved w)
{
	if (shr_accept(r, w))
		return;
	if (shr_cur(r) == SHR_END)
		shr_fail(r, r->at, reserved[w - 1].missing);
	else
		shr_unexpected(r);
}

void shr_expect_char(struct sh_reader *r, char c)
{
	if (shr_cur(r) == (unsigned char)c)
		shr_take(r, 1);
	else
		shr_unexpected(r);
}

void shr_close(struct sh_reader *r, size_t start, char c, const char *why)
{
	if (shr_cur(r) == (unsigned char)c)
		shr_take(r, 1);
	else
		shr_fail(r, start, why);
}
