/* SPDX-License-Identifier: Apache-2.0 */
/* Compound commands. */
#include "syntax/shell_read.h"

static void read_subshell(struct sh_reader *r, struct sh_command *c)
{
	size_t start = r->at;

	c->kind = SH_SUBSHELL;
	shr_take(r, 1);
	shr_one_list(r, c, shr_list(r, false));
	if (shr_cur(r) == SHR_END)
		shr_fail(r, start, "( is not closed");
	else
		shr_expect_char(r, ')');
}

static bool read_arithmetic(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->parts.n;

	if (!shr_in_bash(r) || shr_look(r, 1) != '(' || !shr_arith(r))
		return false;
	c->kind = SH_ARITHMETIC;
	c->parts = SHR_KEEP(r, &r->parts, base, struct sh_part, &c->nparts);
	r->bash = true;
	return true;
}

static void read_group(struct sh_reader *r, struct sh_command *c)
{
	c->kind = SH_GROUP;
	shr_accept(r, RW_OPEN);
	shr_one_list(r, c, shr_list(r, false));
	shr_expect(r, RW_CLOSE);
}

static void read_if(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->lists.n;

	c->kind = SH_IF;
	shr_accept(r, RW_IF);
	do {
		shr_push_list(r, shr_list(r, false));
		shr_expect(r, RW_THEN);
		shr_push_list(r, shr_list(r, false));
	} while (shr_accept(r, RW_ELIF));
	if (shr_accept(r, RW_ELSE))
		shr_push_list(r, shr_list(r, false));
	shr_expect(r, RW_FI);
	shr_keep_lists(r, base, c);
}

static void push_do(struct sh_reader *r)
{
	shr_expect(r, RW_DO);
	shr_push_list(r, shr_list(r, false));
	shr_expect(r, RW_DONE);
}

static void read_while(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->lists.n;

	c->kind = shr_accept(r, RW_WHILE) ? SH_WHILE : SH_UNTIL;
	if (c->kind == SH_UNTIL)
		shr_accept(r, RW_UNTIL);
	shr_push_list(r, shr_list(r, false));
	push_do(r);
	shr_keep_lists(r, base, c);
}

/* do ... done, for which bash also takes { ... } */
static void read_loop(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->lists.n;

	shr_newlines(r);
	if (shr_in_bash(r) && shr_accept(r, RW_OPEN)) {
		r->bash = true;
		shr_push_list(r, shr_list(r, false));
		shr_expect(r, RW_CLOSE);
	} else {
		push_do(r);
	}
	shr_keep_lists(r, base, c);
}

static void read_items(struct sh_reader *r)
{
	struct sh_word w;

	shr_blanks(r);
	while (shr_word(r, SHU_WORD, &w)) {
		SHR_PUSH(&r->words, w);
		shr_blanks(r);
	}
	if (shr_cur(r) == ';')
		shr_take(r, 1);
	else if (shr_cur(r) != '\n')
		shr_unexpected(r);
}

static void read_for_arith(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->parts.n;

	if (!shr_arith(r))
		shr_unexpected(r);
	c->parts = SHR_KEEP(r, &r->parts, base, struct sh_part, &c->nparts);
	r->bash = true;
	shr_blanks(r);
	if (shr_cur(r) == ';')
		shr_take(r, 1);
	read_loop(r, c);
}

static void read_for(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->words.n;
	bool newline;

	c->kind = shr_accept(r, RW_FOR) ? SH_FOR : SH_SELECT;
	if (c->kind == SH_SELECT)
		shr_accept(r, RW_SELECT);
	shr_blanks(r);
	if (c->kind == SH_FOR && shr_in_bash(r) && shr_cur(r) == '(' && shr_look(r, 1) == '(') {
		read_for_arith(r, c);
		return;
	}
	shr_expect_word(r, SHU_WORD);
	if (!r->why)
		shr_check_name(r, (struct sh_word *)r->words.p + base, "no name of a variable");
	newline = shr_newlines(r);
	c->in = shr_accept(r, RW_IN);
	if (c->in)
		read_items(r);
	else if (shr_cur(r) == ';' && !(newline && shr_in_bash(r)))
		shr_take(r, 1);
	shr_keep_words(r, base, c);
	read_loop(r, c);
}

/* --- case --- */

static void read_patterns(struct sh_reader *r, struct sh_arm *arm)
{
	size_t base = r->words.n;

	for (;;) {
		shr_expect_word(r, SHU_PATTERN);
		shr_blanks(r);
		if (shr_cur(r) != '|')
			break;
		shr_take(r, 1);
	}
	shr_expect_char(r, ')');
	arm->patterns = SHR_KEEP(r, &r->words, base, struct sh_word, &arm->npatterns);
}

/* ;; ;& ;;& */
static struct text read_arm_end(struct sh_reader *r)
{
	size_t n = shr_look(r, 1) == ';' ? 2 : 1, start = r->at;

	if (shr_cur(r) != ';')
		return TEXT_NONE;
	if (shr_in_bash(r) && shr_look(r, n) == '&') {
		r->bash = true;
		n++;
	}
	if (n < 2)
		shr_unexpected(r);
	shr_take(r, n);
	return shr_squeeze(r, (struct range){ start, r->last });
}

static bool read_arm(struct sh_reader *r)
{
	struct sh_arm arm = { .at = { r->at, r->at } };

	if (shr_cur(r) == '(')
		shr_take(r, 1);
	read_patterns(r, &arm);
	arm.list = shr_list(r, true);
	shr_cur(r);
	arm.at.end = arm.list->n ? arm.list->at.end : r->last;
	arm.end = read_arm_end(r);
	if (arm.end.n)
		arm.at.end = r->last;
	SHR_PUSH(&r->arms, arm);
	shr_newlines(r);
	return arm.end.n > 0;
}

static void read_case(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->arms.n, words = r->words.n;

	c->kind = SH_CASE;
	shr_accept(r, RW_CASE);
	shr_expect_word(r, SHU_PATTERN);
	shr_keep_words(r, words, c);
	shr_newlines(r);
	shr_expect(r, RW_IN);
	shr_newlines(r);
	while (shr_cur(r) != SHR_END && shr_reserved(r) != RW_ESAC && read_arm(r))
		;
	shr_expect(r, RW_ESAC);
	c->arms = SHR_KEEP(r, &r->arms, base, struct sh_arm, &c->narms);
}

/* --- any command --- */

static const struct {
	enum sh_reserved word;
	void (*read)(struct sh_reader *r, struct sh_command *c);
} compounds[] = {
	{ RW_IF, read_if },        { RW_FOR, read_for },     { RW_SELECT, read_for },
	{ RW_WHILE, read_while },  { RW_UNTIL, read_while }, { RW_CASE, read_case },
	{ RW_OPEN, read_group },   { RW_TEST, shr_test },    { RW_FUNCTION, shr_function },
	{ RW_COPROC, shr_coproc },
};

enum { NCOMPOUNDS = sizeof(compounds) / sizeof(compounds[0]) };

static size_t compound_row(enum sh_reserved w)
{
	for (size_t i = 0; w != RW_NONE && i < NCOMPOUNDS; i++)
		if (compounds[i].word == w)
			return i;
	return NCOMPOUNDS;
}

bool shr_compound_ahead(struct sh_reader *r)
{
	enum sh_reserved w = shr_reserved(r);

	return shr_cur(r) == '(' || (w != RW_FUNCTION && w != RW_COPROC && compound_row(w) < NCOMPOUNDS);
}

static void read_redirs(struct sh_reader *r, struct sh_command *c)
{
	size_t base = r->redirs.n;

	do
		shr_blanks(r);
	while (shr_redir(r));
	shr_keep_redirs(r, base, c);
}

void shr_command(struct sh_reader *r, struct sh_command *c)
{
	enum sh_reserved w = shr_reserved(r);
	size_t row = compound_row(w);

	*c = (struct sh_command){ .kind = SH_SIMPLE, .at = { r->at, r->at } };
	if (shr_cur(r) == '(') {
		if (!read_arithmetic(r, c))
			read_subshell(r, c);
	} else if (row < NCOMPOUNDS) {
		compounds[row].read(r, c);
	} else if (w != RW_NONE && w != RW_TIME) {
		shr_unexpected(r);
	} else {
		shr_simple(r, c);
	}
	if (c->kind != SH_SIMPLE && c->kind != SH_FUNCTION && c->kind != SH_COPROC)
		read_redirs(r, c);
	c->at.end = r->last;
}
