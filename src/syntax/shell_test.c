/* SPDX-License-Identifier: Apache-2.0 */
/* [[ ... ]], as bash's grammar has it. */
#include "syntax/shell_read.h"

#include <string.h>

static void read_or(struct sh_reader *r);

static bool at_close(struct sh_reader *r)
{
	return shr_cur(r) == ']' && shr_reserved(r) == RW_TEST_END;
}

/* An operator of n bytes, as a word of its own. */
static void take_operator(struct sh_reader *r, size_t n)
{
	size_t base = r->parts.n;
	struct sh_part p = { .kind = SH_LITERAL };
	struct sh_word w = { .at = { r->at, r->at } };

	shr_take(r, n);
	p.at = (struct range){ w.at.start, r->last };
	w.at = p.at;
	SHR_PUSH(&r->parts, p);
	w.parts = SHR_KEEP(r, &r->parts, base, struct sh_part, &w.nparts);
	w.value = maybe_known(shr_squeeze(r, w.at));
	SHR_PUSH(&r->words, w);
}

static bool read_operand(struct sh_reader *r, enum sh_use use, struct sh_word *w)
{
	shr_blanks(r);
	if (at_close(r) || !shr_word(r, use, w)) {
		shr_unexpected(r);
		return false;
	}
	SHR_PUSH(&r->words, *w);
	return true;
}

static bool is_unary(const struct sh_word *w)
{
	struct text t = w->value.text;

	return w->value.state == KNOWN && !(w->marks & SH_QUOTED) && t.n == 2 && t.p[0] == '-' && t.p[1] &&
	       strchr("abcdefghknoprstuvwxzGLNORS", t.p[1]);
}

static bool is_binary(const struct sh_word *w)
{
	static const char *const list[] = { "=",   "==",  "!=",  "=~",  "-eq", "-ne", "-lt",
					    "-le", "-gt", "-ge", "-nt", "-ot", "-ef" };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (!(w->marks & SH_QUOTED) && maybe_is(w->value, list[i]))
			return true;
	return false;
}

/* The operator and its right side, where the term is more than one word. */
static void read_right(struct sh_reader *r)
{
	int c;
	struct sh_word op;
	bool regex;

	shr_newlines(r);
	c = shr_cur(r);
	if (at_close(r) || c == ')' || c == '&' || c == '|')
		return;
	if ((c == '<' || c == '>') && shr_look(r, 1) != '(') {
		take_operator(r, 1);
		read_operand(r, SHU_TEST, &op);
		return;
	}
	if (!read_operand(r, SHU_TEST, &op))
		return;
	if (!is_binary(&op))
		shr_fail(r, op.at.start, "no operator of [[");
	regex = maybe_is(op.value, "=~");
	read_operand(r, regex ? SHU_REGEX : SHU_TEST, &op);
}

static void read_term(struct sh_reader *r)
{
	struct sh_word w;

	shr_newlines(r);
	while (shr_cur(r) == '!' && shr_ends_word(shr_look(r, 1))) {
		take_operator(r, 1);
		shr_newlines(r);
	}
	if (shr_cur(r) == '(') {
		shr_enter(r);
		take_operator(r, 1);
		read_or(r);
		shr_leave(r);
		if (shr_cur(r) == ')')
			take_operator(r, 1);
		else
			shr_unexpected(r);
	} else if (read_operand(r, SHU_TEST, &w)) {
		if (is_unary(&w))
			read_operand(r, SHU_TEST, &w);
		else
			read_right(r);
	}
	shr_newlines(r);
}

static bool take_double(struct sh_reader *r, char c)
{
	if (shr_cur(r) != c || shr_look(r, 1) != c)
		return false;
	take_operator(r, 2);
	return true;
}

/* && before ||, which makes no difference to a list of words */
static void read_or(struct sh_reader *r)
{
	do
		read_term(r);
	while (take_double(r, '&') || take_double(r, '|'));
}

void shr_test(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->words.n;

	c->kind = SH_TEST;
	shr_accept(r, RW_TEST);
	read_or(r);
	shr_expect(r, RW_TEST_END);
	c->words = SHR_KEEP(r, &r->words, base, struct sh_word, &c->nwords);
}
