/* SPDX-License-Identifier: Apache-2.0 */
/* Simple commands, functions, coprocesses. */
#include "syntax/shell_read.h"

/* --- functions --- */

static void accept_parens(struct sh_reader *r)
{
	struct sh_spot m = shr_spot(r);

	if (shr_cur(r) != '(')
		return;
	shr_take(r, 1);
	shr_blanks(r);
	if (shr_cur(r) == ')')
		shr_take(r, 1);
	else
		shr_back(r, &m); /* the body is a subshell */
}

static void read_body(struct sh_reader *r, struct sh_command *c)
{
	struct sh_command body;

	shr_newlines(r);
	shr_enter(r);
	/* bash wants a compound command, dash takes any */
	if (shr_in_bash(r) && !shr_compound_ahead(r))
		shr_unexpected(r);
	else
		shr_command(r, &body);
	shr_leave(r);
	if (!r->why)
		shr_one_list(r, c, shr_wrap(r, &body));
}

static void one_word(struct sh_reader *r, struct sh_command *c, const struct sh_word *w)
{
	size_t base = r->words.n;

	shr_push(&r->words, w, sizeof(*w));
	shr_keep_words(r, base, c);
}

/* name ( ), its parenthesis at hand */
static void finish_function(struct sh_reader *r, struct sh_command *c, const struct sh_word *name)
{
	c->kind = SH_FUNCTION;
	shr_take(r, 1);
	shr_blanks(r);
	shr_expect_char(r, ')');
	shr_check_name(r, name, "no name of a function");
	one_word(r, c, name);
	read_body(r, c);
}

void shr_function(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->words.n;

	c->kind = SH_FUNCTION;
	shr_accept(r, RW_FUNCTION);
	shr_expect_word(r, SHU_WORD);
	shr_keep_words(r, base, c);
	shr_blanks(r);
	accept_parens(r);
	read_body(r, c);
}

/* --- simple commands --- */

/* The builtins of bash whose arguments may be arrays. */
static bool declares(const struct sh_word *w)
{
	static const char *const names[] = { "alias", "declare", "eval",     "export",
					     "let",   "local",   "readonly", "typeset" };

	struct text t = w->value.text;

	if (w->value.state != KNOWN || (w->marks & SH_QUOTED) || !t.n)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i][0] == t.p[0] && text_is(t, names[i]))
			return true;
	return false;
}

struct simple {
	size_t words, assigns, redirs; /* where they begin on the stacks */
	bool declares;
};

/* One word, assignment or redirection; false where there is none. */
static bool read_item(struct sh_reader *r, struct simple *s)
{
	bool first = r->words.n == s->words;
	struct sh_assign as;
	struct sh_word w;

	shr_blanks(r);
	if (shr_redir(r))
		return true;
	if (first && shr_assign(r, &as)) {
		SHR_PUSH(&r->assigns, as);
		return true;
	}
	if ((!s->declares || !shr_array_argument(r, &w)) && !shr_word(r, first ? SHU_COMMAND : SHU_WORD, &w))
		return false;
	SHR_PUSH(&r->words, w);
	if (first && shr_in_bash(r))
		s->declares = declares(&w);
	return true;
}

static bool is_function(struct sh_reader *r, const struct simple *s)
{
	if (r->words.n - s->words != 1 || r->assigns.n > s->assigns || r->redirs.n > s->redirs)
		return false;
	shr_blanks(r);
	return shr_cur(r) == '(';
}

void shr_simple(struct sh_reader *r, struct sh_command *c)
{
	struct simple s = { r->words.n, r->assigns.n, r->redirs.n, false };

	while (read_item(r, &s)) {
		if (is_function(r, &s)) {
			struct sh_word name = ((struct sh_word *)r->words.p)[s.words];

			r->words.n = s.words;
			finish_function(r, c, &name);
			return;
		}
	}
	c->assigns = SHR_KEEP(r, &r->assigns, s.assigns, struct sh_assign, &c->nassigns);
	shr_keep_words(r, s.words, c);
	shr_keep_redirs(r, s.redirs, c);
	if (!c->nassigns && !c->nwords && !c->nredirs)
		shr_unexpected(r);
}

/* --- coproc --- */

/* Is the word at hand coproc's name? Only where a compound command follows. */
static bool names_coproc(struct sh_reader *r)
{
	struct sh_spot m = shr_spot(r);
	bool found = false;
	int c;

	if (shr_compound_ahead(r))
		return false;
	while (shr_name_byte(c = shr_cur(r)))
		shr_take(r, 1);
	if (c == ' ' || c == '\t') {
		shr_blanks(r);
		found = shr_compound_ahead(r);
	}
	shr_back(r, &m);
	return found;
}

void shr_coproc(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->words.n;
	struct sh_command body;

	c->kind = SH_COPROC;
	shr_accept(r, RW_COPROC);
	shr_blanks(r);
	if (names_coproc(r))
		shr_expect_word(r, SHU_WORD);
	shr_keep_words(r, base, c);
	shr_blanks(r);
	if (shr_reserved(r) == RW_FUNCTION || shr_reserved(r) == RW_COPROC)
		shr_unexpected(r);
	shr_enter(r);
	shr_command(r, &body);
	shr_leave(r);
	if (body.kind == SH_FUNCTION)
		shr_fail(r, body.at.start, "coproc of a function");
	if (!r->why)
		shr_one_list(r, c, shr_wrap(r, &body));
}
