/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in parentheses and backquotes: lists and arithmetic. */
#include "syntax/shell_read.h"

/* --- in parentheses --- */

/* ( list ), its parenthesis at hand. */
static const struct sh_list *read_paren(struct sh_reader *r, size_t start)
{
	size_t outer = r->first_pending;
	bool in_paren = r->in_paren;
	const struct sh_list *list;

	r->first_pending = r->pending.n;
	r->in_paren = true;
	shr_take(r, 1);
	list = shr_list(r, true);
	if (shr_cur(r) == SHR_END)
		shr_fail(r, start, "a substitution is not closed");
	else
		shr_expect_char(r, ')');
	/* Bash reads what is left with the lines behind the outer command. */
	if (!shr_in_bash(r))
		shr_flush_pending(r);
	r->in_paren = in_paren;
	r->first_pending = outer;
	return list;
}

/* --- in backquotes --- */

/* Does a backslash before it go before the text between backquotes is read? */
static bool sheds(char c, bool in_quotes)
{
	return c == '$' || c == '`' || c == '\\' || (c == '"' && in_quotes);
}

static struct text unescape(struct sh_reader *r, struct range at, bool in_quotes)
{
	char *p = arena_bytes(r->arena, at.end - at.start + 1);
	size_t n = 0;

	for (size_t i = at.start; i < at.end; i++) {
		if (r->text.p[i] == '\\' && i + 1 < at.end) {
			if (!sheds(r->text.p[i + 1], in_quotes))
				p[n++] = '\\';
			i++;
		}
		p[n++] = r->text.p[i];
	}
	return (struct text){ p, n };
}

/* Reads a list out of [from, to) of a text, with the reader's own text put aside. */
static const struct sh_list *read_inside(struct sh_reader *r, struct text text, struct range at,
					 size_t origin)
{
	struct sh_reader outer = *r;
	const struct sh_list *list;

	if (text.p != r->text.p) {
		r->origin = r->copied ? r->origin : origin;
		r->copied = true;
	}
	r->text = text;
	r->at = r->last = at.start;
	r->end = at.end;
	r->in_paren = false;
	r->first_pending = r->pending.n;
	list = shr_list(r, true);
	if (shr_cur(r) != SHR_END)
		shr_unexpected(r);
	shr_flush_pending(r);
	r->text = outer.text;
	r->end = outer.end;
	r->in_paren = outer.in_paren;
	r->copied = outer.copied;
	r->origin = outer.origin;
	r->first_pending = outer.first_pending;
	return list;
}

static const struct sh_list *read_backquotes(struct sh_reader *r, bool in_quotes)
{
	struct range at = { r->at + 1, r->at + 1 };
	bool escapes = false;
	const struct sh_list *list;

	for (; at.end < r->end && r->text.p[at.end] != '`'; at.end++) {
		if (r->text.p[at.end] == '\\' && at.end + 1 < r->end) {
			at.end++;
			escapes |= sheds(r->text.p[at.end], in_quotes);
		}
	}
	if (at.end >= r->end) {
		shr_fail(r, r->at, "a backquote is not closed");
		return NULL;
	}
	if (escapes) {
		struct text copy = unescape(r, at, in_quotes);

		list = read_inside(r, copy, (struct range){ 0, copy.n }, at.start - 1);
	} else {
		list = read_inside(r, r->text, at, at.start - 1);
	}
	shr_take_to(r, r->why ? r->end : at.end + 1);
	return list;
}

void shr_command_part(struct sh_reader *r, enum sh_run run, struct sh_part *p)
{
	if (shr_cur(r) == '`') {
		p->list = read_backquotes(r, shr_in_double(run));
		return;
	}
	shr_take(r, 1);
	p->list = read_paren(r, p->at.start);
}

/* --- arithmetic --- */

bool shr_arith(struct sh_reader *r)
{
	struct sh_spot m = shr_spot(r);

	shr_take(r, 2);
	shr_run(r, RUN_ARITH);
	if (shr_cur(r) == SHR_END) {
		shr_fail(r, m.at, "(( is not closed");
		return true;
	}
	if (shr_look(r, 1) == ')') {
		shr_take(r, 2);
		return true;
	}
	shr_back(r, &m);
	return false;
}

/* $((...)), or $(...) that begins with a subshell; or $[...] */
void shr_arith_part(struct sh_reader *r, struct sh_part *p)
{
	size_t start = r->at;

	shr_take(r, 1);
	if (shr_cur(r) == '[') {
		r->bash = true;
		shr_take(r, 1);
		shr_run(r, RUN_INDEX);
		shr_close(r, start, ']', "$[ is not closed");
		return;
	}
	if (shr_arith(r))
		return;
	p->kind = SH_COMMAND;
	r->bash = true; /* a POSIX shell looks for the two parentheses */
	p->list = read_paren(r, start);
}
