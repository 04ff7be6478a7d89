/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and pipelines of a shell script, and its front door. */
#include "syntax/shell_read.h"

#include "base/mem.h"

enum { MAX_SCRIPT = 1 << 20 };

/* --- pipelines --- */

static bool ends_pipeline(struct sh_reader *r)
{
	int c = shr_cur(r);

	return c == SHR_END || c == ';' || c == '\n';
}

/* time, with its options -p and -- */
static bool accept_time(struct sh_reader *r)
{
	if (!shr_accept(r, RW_TIME))
		return false;
	for (;;) {
		shr_blanks(r);
		if (shr_cur(r) != '-' || (shr_look(r, 1) != 'p' && shr_look(r, 1) != '-') ||
		    !shr_ends_word(shr_look(r, 2)))
			return true;
		shr_take(r, 2);
	}
}

/* "!" and "time", of which bash takes any number. */
static bool read_prefixes(struct sh_reader *r, struct sh_step *s)
{
	bool some = false;

	for (;;) {
		if ((shr_in_bash(r) || !some) && shr_accept(r, RW_BANG))
			s->negated = !s->negated;
		else if (accept_time(r))
			s->timed = true;
		else
			return some;
		r->bash |= some;
		some = true;
		shr_blanks(r);
	}
}

static bool accept_pipe(struct sh_reader *r)
{
	int next;

	shr_blanks(r);
	next = shr_look(r, 1);
	if (shr_cur(r) != '|' || next == '|')
		return false;
	if (next == '&' && shr_in_bash(r)) {
		r->bash = true;
		shr_take(r, 2);
	} else {
		shr_take(r, 1);
	}
	shr_newlines(r);
	return true;
}

static void read_pipeline(struct sh_reader *r, struct sh_step *s)
{
	size_t base = r->commands.n;
	struct sh_command c = { .kind = SH_SIMPLE };

	shr_cur(r);
	s->at.start = r->at;
	if (read_prefixes(r, s) && shr_in_bash(r) && ends_pipeline(r)) {
		/* bash lets "!" or "time" stand alone: a command of nothing */
		c.at = (struct range){ r->last, r->last };
		r->bash = true;
		SHR_PUSH(&r->commands, c);
	} else {
		do {
			shr_command(r, &c);
			SHR_PUSH(&r->commands, c);
		} while (accept_pipe(r));
	}
	s->at.end = r->last;
	s->commands = SHR_KEEP(r, &r->commands, base, struct sh_command, &s->n);
}

/* --- lists --- */

bool shr_list_ends(struct sh_reader *r)
{
	int c = shr_cur(r), next;

	if (c == SHR_END || c == ')')
		return true;
	if (c == ';') {
		next = shr_look(r, 1);
		return next == ';' || (next == '&' && shr_in_bash(r));
	}
	switch (shr_reserved(r)) {
	case RW_THEN:
	case RW_ELIF:
	case RW_ELSE:
	case RW_FI:
	case RW_DO:
	case RW_DONE:
	case RW_ESAC:
	case RW_CLOSE:
		return true;
	default:
		return false;
	}
}

static void take_join(struct sh_reader *r, struct sh_step *s, enum sh_join join, size_t n)
{
	s->join = join;
	s->op.start = r->at;
	shr_take(r, n);
	s->op.end = r->last;
	shr_newlines(r);
	if ((join == SH_AND || join == SH_OR) && shr_list_ends(r))
		shr_unexpected(r);
}

static void take_line_end(struct sh_reader *r, struct sh_step *s)
{
	struct range op = { r->at, r->at + 1 };

	shr_newlines(r);
	if (shr_list_ends(r))
		return;
	s->join = SH_NEWLINE;
	s->op = op;
}

/* Reserved words may follow a compound command as it is, but no other command. */
static void check_end(struct sh_reader *r, const struct sh_step *s)
{
	int c = shr_cur(r);
	const struct sh_command *last = s->n ? &s->commands[s->n - 1] : NULL;

	if (c != SHR_END && c != ')' && c != ';' && last && (last->kind == SH_SIMPLE || last->nredirs))
		shr_unexpected(r);
}

static void read_join(struct sh_reader *r, struct sh_step *s)
{
	int c, next;

	shr_blanks(r);
	c = shr_cur(r);
	next = shr_look(r, 1);
	s->join = SH_END;
	s->op = (struct range){ s->at.end, s->at.end };
	if (c == '&')
		take_join(r, s, next == '&' ? SH_AND : SH_AMP, next == '&' ? 2 : 1);
	else if (c == '|' && next == '|')
		take_join(r, s, SH_OR, 2);
	else if (c == ';' && !shr_list_ends(r))
		take_join(r, s, SH_SEMI, 1);
	else if (c == '\n')
		take_line_end(r, s);
	else
		check_end(r, s);
}

static struct sh_list *finish(struct sh_reader *r, size_t base)
{
	struct sh_list *l = ARENA_NEW(r->arena, struct sh_list);

	l->text = r->text;
	l->steps = SHR_KEEP(r, &r->steps, base, struct sh_step, &l->n);
	l->at = (struct range){ r->last, r->last };
	if (l->n) {
		const struct sh_step *end = &l->steps[l->n - 1];

		l->at.start = l->steps[0].at.start;
		l->at.end = end->op.end;
	}
	return l;
}

const struct sh_list *shr_list(struct sh_reader *r, bool may_be_empty)
{
	size_t base = r->steps.n;
	struct sh_step s;

	shr_enter(r);
	shr_newlines(r);
	if (!may_be_empty && shr_list_ends(r))
		shr_unexpected(r);
	while (!shr_list_ends(r)) {
		s = (struct sh_step){ .join = SH_END };
		read_pipeline(r, &s);
		read_join(r, &s);
		SHR_PUSH(&r->steps, s);
		if (s.join == SH_END)
			break;
	}
	shr_leave(r);
	return finish(r, base);
}

/* --- scripts --- */

static void release(struct sh_reader *r)
{
	struct sh_stack *stacks[] = { &r->pending, &r->comments, &r->parts, &r->words, &r->assigns,
				      &r->redirs,  &r->commands, &r->steps, &r->lists, &r->arms };

	for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++)
		mem_free(stacks[i]->p);
}

void sh_read(struct arena *a, struct text text, struct range at, enum sh_dialect dialect,
	     struct sh_script *out)
{
	struct sh_reader r = { .arena = a, .text = text, .at = at.start, .end = at.end, .dialect = dialect };
	const struct sh_list *list = NULL;

	*out = (struct sh_script){ .text = text, .dialect = dialect, .at = at.start };
	r.last = at.start;
	r.budget = 8 * (at.end - at.start) + 4096;
	if (at.end - at.start > MAX_SCRIPT)
		shr_fail(&r, at.start, "too long");
	else
		list = shr_list(&r, true);
	if (shr_cur(&r) != SHR_END)
		shr_unexpected(&r);
	shr_flush_pending(&r);
	out->comments = SHR_KEEP(&r, &r.comments, 0, struct range, &out->ncomments);
	out->list = r.why ? NULL : list;
	out->why = r.why;
	out->at = r.why ? r.why_at : at.start;
	out->bash = r.bash;
	release(&r);
}

void sh_read_any(struct arena *a, struct text text, struct range at, struct sh_script *out)
{
	struct sh_script posix;

	sh_read(a, text, at, SH_BASH, out);
	if (out->list)
		return;
	sh_read(a, text, at, SH_POSIX, &posix);
	if (posix.list)
		*out = posix;
}
