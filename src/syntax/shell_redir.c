/* SPDX-License-Identifier: Apache-2.0 */
/* Redirections. */
#include "syntax/shell_read.h"

#include <string.h>

static const struct {
	const char *text;
	enum sh_redir_op op;
	bool bash;
} ops[] = {
	/* the longer one first */
	{ "&>>", SH_APPEND_BOTH, true },  { "&>", SH_OUT_BOTH, true }, { "<<<", SH_HERESTRING, true },
	{ "<<-", SH_HEREDOC_TAB, false }, { "<<", SH_HEREDOC, false }, { "<&", SH_DUP_IN, false },
	{ "<>", SH_INOUT, false },        { "<", SH_IN, false },       { ">>", SH_APPEND, false },
	{ ">&", SH_DUP_OUT, false },      { ">|", SH_CLOBBER, false }, { ">", SH_OUT, false },
};

enum { NOPS = sizeof(ops) / sizeof(ops[0]) };

static bool matches(const struct sh_reader *r, const char *op)
{
	for (size_t i = 0; op[i]; i++)
		if (shr_look(r, i) != op[i])
			return false;
	return true;
}

/* The row of the operator at hand, or NOPS. */
static size_t op_ahead(const struct sh_reader *r, bool has_fd)
{
	int c = shr_look(r, 0);

	if (c != '<' && c != '>' && (c != '&' || has_fd))
		return NOPS;
	if (shr_in_bash(r) && c != '&' && shr_look(r, 1) == '(')
		return NOPS; /* process substitution */
	for (size_t i = 0; i < NOPS; i++)
		if ((!ops[i].bash || shr_in_bash(r)) && matches(r, ops[i].text))
			return i;
	return NOPS;
}

/* Digits (a POSIX shell: one) or bash's {name}, moved over. */
static void pass_fd(struct sh_reader *r)
{
	int c = shr_cur(r);

	if (c == '{' && shr_in_bash(r)) {
		shr_take(r, 1);
		while (shr_name_byte(c = shr_cur(r)))
			shr_take(r, 1);
		if (c == '}')
			shr_take(r, 1);
		return;
	}
	for (size_t n = 0; c >= '0' && c <= '9' && (n == 0 || shr_in_bash(r)); n++, c = shr_cur(r))
		shr_take(r, 1);
}

static bool is_fd(struct text t)
{
	if (!t.n || t.p[0] != '{')
		return true;
	return t.n > 2 && t.p[t.n - 1] == '}' && shr_is_name(text_sub(t, 1, t.n - 1));
}

/* >&file is two redirections for bash; a number, - or an expansion are not. */
static bool is_file(const struct sh_word *w)
{
	struct text t = w->value.text;

	if (w->value.state != KNOWN || (t.n == 1 && t.p[0] == '-'))
		return false;
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]) && (t.p[i] != '-' || i + 1 < t.n))
			return true;
	return false;
}

bool shr_redir(struct sh_reader *r)
{
	size_t start, last = r->last, row;
	struct sh_redir d = { .op = SH_IN };

	shr_cur(r);
	start = r->at;
	pass_fd(r);
	d.at.start = start;
	d.fd = r->at > start ? shr_squeeze(r, (struct range){ start, r->last }) : TEXT_NONE;
	row = op_ahead(r, r->at > start);
	if (row == NOPS || !is_fd(d.fd)) {
		r->at = start;
		r->last = last;
		return false;
	}
	d.op = ops[row].op;
	shr_take(r, strlen(ops[row].text));
	shr_blanks(r);
	if (!shr_word(r, SHU_TARGET, &d.word))
		shr_unexpected(r);
	d.at.end = r->last;
	d.expands = (d.op == SH_HEREDOC || d.op == SH_HEREDOC_TAB) && !(d.word.marks & SH_QUOTED);
	r->bash |= ops[row].bash || (d.fd.n && d.fd.p[0] == '{') ||
		   (shr_in_bash(r) && d.op == SH_DUP_OUT && is_file(&d.word));
	SHR_PUSH(&r->redirs, d);
	return true;
}

void shr_keep_redirs(struct sh_reader *r, size_t base, struct sh_command *c)
{
	size_t n = r->redirs.n - base;
	struct sh_redir *kept = n ? ARENA_ARRAY(r->arena, n, struct sh_redir) : NULL;

	r->redirs.n = base;
	c->redirs = kept;
	c->nredirs = n;
	for (size_t i = 0; i < n; i++) {
		struct sh_pending p = { &kept[i], TEXT_NONE };

		kept[i] = ((const struct sh_redir *)r->redirs.p)[base + i];
		if (r->why || (kept[i].op != SH_HEREDOC && kept[i].op != SH_HEREDOC_TAB))
			continue;
		p.delimiter = shr_unquoted(r, &kept[i].word);
		SHR_PUSH(&r->pending, p);
	}
}
