/* SPDX-License-Identifier: Apache-2.0 */
/* What makes up a word: literals, quotes, expansions. */
#include "syntax/shell_read.h"

#include <string.h>

enum { NO_PART = -1 };

#define NO_LITERAL ((size_t)-1)

/* --- which part starts here --- */

static int dollar_part(const struct sh_reader *r, enum sh_run run)
{
	int c = shr_look(r, 1);

	if (c == '(')
		return shr_look(r, 2) == '(' ? SH_ARITH : SH_COMMAND;
	if (c == '{' || shr_name_start(c) || shr_special_parameter(c))
		return SH_PARAM;
	if (!shr_in_bash(r))
		return NO_PART;
	if (c == '[')
		return SH_ARITH;
	if (run == RUN_DOUBLE)
		return NO_PART;
	return c == '\'' ? SH_ANSI : c == '"' && run != RUN_BRACED_DOUBLE ? SH_LOCALE : NO_PART;
}

static int quote_part(const struct sh_reader *r, enum sh_run run, int c)
{
	if (run == RUN_DOUBLE || (run == RUN_ARITH && !shr_in_bash(r)))
		return NO_PART;
	if (c == '"')
		return SH_DOUBLE;
	return run == RUN_BRACED_DOUBLE && !shr_in_bash(r) ? NO_PART : SH_SINGLE;
}

static int pattern_part(const struct sh_reader *r, enum sh_run run)
{
	if (!shr_in_bash(r) || (run != RUN_WORD && run != RUN_INDEXED && run != RUN_EXTGLOB) ||
	    shr_look(r, 1) != '(' || shr_look(r, 2) == ')')
		return NO_PART;
	return SH_EXTGLOB;
}

/* An enum sh_part_kind, or NO_PART. */
static int part_ahead(struct sh_reader *r, enum sh_run run)
{
	int c = shr_cur(r);

	switch (c) {
	case '\'':
	case '"':
		return quote_part(r, run, c);
	case '`':
		return SH_COMMAND;
	case '$':
		return dollar_part(r, run);
	case '<':
	case '>':
		if (!shr_in_bash(r) || (run != RUN_WORD && run != RUN_INDEXED && run != RUN_REGEX) ||
		    shr_look(r, 1) != '(')
			return NO_PART;
		return SH_PROCESS;
	case '?':
	case '*':
	case '+':
	case '@':
	case '!':
		return pattern_part(r, run);
	default:
		return NO_PART;
	}
}

/* --- runs --- */

static bool run_ends(struct sh_reader *r, enum sh_run run, size_t open, int c)
{
	switch (run) {
	case RUN_WORD:
		return shr_ends_word(c);
	case RUN_INDEXED:
		return false;
	case RUN_REGEX:
		return open == 0 && c != '(' && c != '|' && shr_ends_word(c);
	case RUN_DOUBLE:
		return c == '"';
	case RUN_BRACED:
	case RUN_BRACED_DOUBLE:
		return c == '}';
	case RUN_ARITH:
		/* A POSIX shell goes on to the two parentheses that stand together. */
		return c == ')' && open == 0 && (shr_in_bash(r) || shr_look(r, 1) == ')');
	case RUN_EXTGLOB:
		return c == ')' && open == 0;
	case RUN_INDEX:
		return c == ']' && open == 0;
	}
	return true;
}

/* How the byte changes the number of open brackets. */
static size_t count_open(enum sh_run run, size_t open, int c)
{
	bool brackets = run == RUN_INDEX || run == RUN_INDEXED;

	if (!brackets && run != RUN_ARITH && run != RUN_EXTGLOB && run != RUN_REGEX)
		return open;
	if (c == (brackets ? '[' : '('))
		return open + 1;
	return c == (brackets ? ']' : ')') && open > 0 ? open - 1 : open;
}

static void flush_literal(struct sh_reader *r, size_t *literal)
{
	struct sh_part p = { .kind = SH_LITERAL };

	if (*literal != NO_LITERAL) {
		p.at = (struct range){ *literal, r->last };
		SHR_PUSH(&r->parts, p);
	}
	*literal = NO_LITERAL;
}

/* Bytes that mean nothing in any run, most of a script. */
static bool plain(unsigned char c)
{
	return ascii_alnum(c) || c == '-' || c == '.' || c == '/' || c == '_' || c >= 128;
}

static void take_byte(struct sh_reader *r, int c)
{
	shr_take(r, 1);
	if (c == '\\' && r->at < r->end)
		shr_take_to(r, r->at + 1);
	while (r->at < r->end && plain((unsigned char)r->text.p[r->at]))
		r->last = ++r->at;
}

static void read_part(struct sh_reader *r, enum sh_run run, enum sh_part_kind kind);

void shr_run(struct sh_reader *r, enum sh_run run)
{
	size_t literal = NO_LITERAL, open = 0;

	for (;;) {
		int c = shr_cur(r), part = part_ahead(r, run);

		if (part != NO_PART) {
			flush_literal(r, &literal);
			read_part(r, run, (enum sh_part_kind)part);
			continue;
		}
		if (c == SHR_END || run_ends(r, run, open, c))
			break;
		if (literal == NO_LITERAL)
			literal = r->at;
		open = count_open(run, open, c);
		if (run == RUN_INDEXED) {
			r->bash |= shr_ends_word(c); /* several words for a POSIX shell */
			run = c == ']' && open == 0 ? RUN_WORD : run;
		}
		take_byte(r, c);
	}
	flush_literal(r, &literal);
	if (open > 0)
		shr_fail(r, r->at, "a bracket is not closed");
}

/* --- quotes --- */

static void read_single(struct sh_reader *r)
{
	size_t close = text_chr(text_sub(r->text, 0, r->end), '\'', r->at + 1);

	if (close == TEXT_NPOS)
		shr_fail(r, r->at, "a single quote is not closed");
	else
		shr_take_to(r, close + 1);
}

static void read_ansi(struct sh_reader *r)
{
	size_t start = r->at, at;

	shr_take(r, 2);
	for (at = r->at; at < r->end && r->text.p[at] != '\''; at++)
		if (r->text.p[at] == '\\')
			at++;
	if (at >= r->end)
		shr_fail(r, start, "a single quote is not closed");
	else
		shr_take_to(r, at + 1);
	r->bash = true;
}

static void read_double(struct sh_reader *r, size_t opening)
{
	size_t start = r->at;

	shr_take(r, opening);
	shr_run(r, RUN_DOUBLE);
	shr_close(r, start, '"', "a double quote is not closed");
}

/* --- one part --- */

static void read_extglob(struct sh_reader *r)
{
	size_t start = r->at;

	r->bash = true;
	shr_take(r, 2);
	shr_run(r, RUN_EXTGLOB);
	shr_close(r, start, ')', "a pattern is not closed");
}

static void read_inner(struct sh_reader *r, enum sh_run run, struct sh_part *p)
{
	switch (p->kind) {
	case SH_LITERAL:
		break;
	case SH_SINGLE:
		read_single(r);
		break;
	case SH_DOUBLE:
		read_double(r, 1);
		break;
	case SH_ANSI:
		read_ansi(r);
		break;
	case SH_LOCALE:
		r->bash = true;
		read_double(r, 2);
		break;
	case SH_PARAM:
		shr_param(r, run, p);
		break;
	case SH_COMMAND:
		shr_command_part(r, run, p);
		break;
	case SH_ARITH:
		shr_arith_part(r, p);
		break;
	case SH_PROCESS:
		r->bash = true;
		shr_command_part(r, run, p);
		break;
	case SH_EXTGLOB:
		read_extglob(r);
		break;
	}
}

static void read_part(struct sh_reader *r, enum sh_run run, enum sh_part_kind kind)
{
	struct sh_part p = { .kind = kind, .at = { r->at, r->at } };
	size_t base = r->parts.n;

	shr_enter(r);
	read_inner(r, run, &p);
	shr_leave(r);
	p.at.end = r->last;
	p.parts = SHR_KEEP(r, &r->parts, base, struct sh_part, &p.nparts);
	SHR_PUSH(&r->parts, p);
}
