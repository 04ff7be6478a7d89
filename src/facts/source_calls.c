/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_find.h"

#include "facts/command.h"

#include <string.h>

enum { GUARD = 40, MAX_LITERAL = 512, MAX_LIST = 16 };

/* --- conditions -------------------------------------------------------------------- */

enum answer { NO, MAYBE, YES };

static bool mode_writes(struct text t)
{
	bool writes = false;

	if (!t.n || t.n > 16)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		/* "w:gz" of tarfile, "w:utf-8" of Ruby */
		if (t.p[i] == ':' && i)
			break;
		if (!strchr("rwaxcbtUen+m", t.p[i]))
			return false;
		writes = writes || strchr("waxc+", t.p[i]);
	}
	return writes;
}

static const char write_flags[] = "O_CREAT O_CREATE O_WRONLY O_RDWR O_APPEND O_TRUNC Create CreateNew Append "
				  "OpenOrCreate Truncate CREAT WRONLY "
				  "RDWR APPEND";

static enum answer mode_answer(const struct finder *f, size_t from, size_t to)
{
	bool literal = false;

	for (size_t i = from; i < to; i++) {
		if (token_has_kind(f->t, i, TOKEN_STRING)) {
			literal = true;
			if (mode_writes(token_inside(f->t, i)))
				return YES;
		}
		if (token_in(f->t, i, write_flags))
			return YES;
		literal = literal || token_in(f->t, i, "O_RDONLY RDONLY OpenRead Open");
	}
	return literal || (to == from + 1 && token_has_kind(f->t, from, TOKEN_NUMBER)) ? NO : MAYBE;
}

/* open($h, '>', $path), open(H, ">$path") */
static enum answer perl_answer(struct finder *f, const struct call *c, struct value *v, bool *whole)
{
	size_t from, to;
	struct text mode;

	if (!call_argument(f, c, 1, NULL, &from, &to) || !token_has_kind(f->t, from, TOKEN_STRING))
		return NO;
	mode = text_trim(token_inside(f->t, from));
	if (!text_starts(mode, TEXT(">")) && !text_starts(mode, TEXT("+")))
		return NO;
	*whole = !call_argument(f, c, 2, NULL, &(size_t){ 0 }, &(size_t){ 0 });
	if (*whole) {
		*v = value_of(&f->e, from, to);
		while (v->base == BASE_TEXT && v->path.n && strchr("+<> ", v->path.p[0]))
			*v = value_cut(*v, 1);
	}
	return YES;
}

static enum answer text_answer(struct finder *f, const struct call *c, const struct call_row *row)
{
	size_t from, to;
	bool literal = false;

	if (!call_argument(f, c, row->when, NULL, &from, &to))
		return NO;
	for (size_t i = from; i < to; i++) {
		struct text t = token_has_kind(f->t, i, TOKEN_STRING) ? token_inside(f->t, i) : TEXT_NONE;

		literal = literal || t.n;
		if (t.n && t.n < MAX_LITERAL && text_find(t, text_of(row->when_key), 0) != TEXT_NPOS)
			return YES;
	}
	return literal ? NO : MAYBE;
}

static bool compared_with_zero(const struct finder *f, const struct call *c)
{
	size_t behind = token_is(f->t, c->to, ")") ? c->to + 1 : c->name + 1;

	if (token_is(f->t, behind, "==") || token_is(f->t, behind, "!=") || token_is(f->t, behind, "===") ||
	    token_is(f->t, behind, "!==") || token_is(f->t, behind, ">") || token_is(f->t, behind, "<"))
		return token_is(f->t, behind + 1, "0");
	return c->start && token_is(f->t, c->start - 1, "!");
}

static enum answer holds(struct finder *f, const struct call *c, const struct call_row *row)
{
	size_t from, to;

	switch (row->condition) {
	case IF_MODE:
	case IF_FLAGS:
		return call_argument(f, c, row->when, row->when_key, &from, &to) ? mode_answer(f, from, to)
										 : NO;
	case IF_TEXT:
		return text_answer(f, c, row);
	case IF_LITERAL:
		return text_answer(f, c, row) == YES ? YES : NO;
	case IF_CHAIN:
		for (size_t i = c->start; i < c->name; i++)
			if (token_in(f->t, i, row->when_key))
				return YES;
		return NO;
	case IF_FILE:
		return finder_mentions(f, row->when_key) ? YES : NO;
	case IF_ZERO:
		return compared_with_zero(f, c) ? YES : NO;
	default:
		return YES;
	}
}

/* --- folders that may be there --------------------------------------------------------- */

static bool asks_existence(const struct finder *f, size_t i)
{
	struct text t = token_has_kind(f->t, i, TOKEN_NAME) ? token_text(f->t, i) : TEXT_NONE;

	return (t.n && text_find(t, TEXT("xist"), 0) != TEXT_NPOS && !text_is(t, "exist_ok")) ||
	       words_hold("isdir is_dir isDirectory directory? stat Stat statSync access accessSync", t);
}

static bool takes_existence(const struct finder *f, size_t i)
{
	return token_in(f->t, i,
			"EEXIST FileExistsError FileExistsException FileAlreadyExistsException AlreadyExists "
			"IsExist") ||
	       (token_has_kind(f->t, i, TOKEN_STRING) && text_is(token_inside(f->t, i), "EEXIST"));
}

/* if not os.path.exists(d): os.mkdir(d); try ... except FileExistsError; a result that nobody looks at. */
static bool may_exist(const struct finder *f, const struct call *c)
{
	const struct tokens *t = f->t;
	size_t from = c->start > GUARD ? c->start - GUARD : 0;
	bool quiet = t->language == SOURCE_C || t->language == SOURCE_GO, same_line = true;

	for (size_t i = from; i < c->to + GUARD && i < t->n; i++) {
		same_line = same_line && !(i > c->to && t->list[i].line);
		if (takes_existence(f, i) || (same_line && asks_existence(f, i)))
			return true;
	}
	return quiet &&
	       (!c->start || token_is(t, c->start - 1, ";") || token_is(t, c->start - 1, "{") ||
		token_is(t, c->start - 1, "}") || (t->language == SOURCE_GO && t->list[c->start].line));
}

static enum call_role folder_role(struct finder *f, const struct call *c, const struct call_row *row)
{
	size_t from, to;

	if (row->condition == IF_TRUE && call_argument(f, c, row->when, row->when_key, &from, &to) &&
	    !token_in(f->t, from, "False false nil None"))
		return CALL_FOLDER;
	return may_exist(f, c) ? CALL_FOLDER : CALL_NEW;
}

/* --- calls -------------------------------------------------------------------------------- */

static bool literal_program(const struct finder *f, size_t from)
{
	if (token_is(f->t, from, "["))
		from++;
	return token_has_kind(f->t, from, TOKEN_STRING) &&
	       hole_find((enum token_holes)f->t->list[from].holes, token_inside(f->t, from), 0,
			 &(struct text){ 0 }, &(size_t){ 0 }) == TEXT_NPOS;
}

static void note_privilege(struct finder *f, const struct call *c)
{
	if (!f->out->privileged)
		f->out->privileged_line = lines_at(&f->lines, f->t->list[c->name].at) + 1;
	f->out->privileged = true;
}

static void write_temp(struct finder *f, const struct call *c, struct value v, bool there)
{
	bool here = !there || v.base == BASE_NONE || (v.base == BASE_TEXT && !v.path.n && !v.env.n);

	if (here)
		v = (struct value){ .base = BASE_TEMP };
	write_add(f, here ? CALL_FILE : CALL_BELOW, v, c->start, c->name);
}

static void write_value(struct finder *f, const struct call *c, const struct call_row *row, struct value v)
{
	if (row->known && value_nothing(v))
		return;
	write_add(f, row->role == CALL_NEW ? folder_role(f, c, row) : row->role, v, c->start, c->name);
}

/* mkdir_p([a, b]): false where the argument is no list. */
static bool do_list(struct finder *f, const struct call *c, const struct call_row *row, size_t from,
		    size_t to)
{
	size_t a, b;

	if (!token_is(f->t, from, "[") || token_over(f->t, from) != to || row->role == CALL_TEMP)
		return false;
	for (size_t k = 0; k < MAX_LIST && argument(f->t, from, k, NULL, &a, &b); k++)
		write_value(f, c, row, value_of(&f->e, a, b));
	return true;
}

static void do_row(struct finder *f, const struct call *c, const struct call_row *row)
{
	enum answer answer = holds(f, c, row);
	enum call_role role = row->role;
	struct value v = { .base = BASE_UNKNOWN };
	bool there = true, whole = false;
	size_t from, to;

	if (row->condition == IF_PERL)
		answer = perl_answer(f, c, &v, &whole);
	if (answer == NO || row->arg == ARG_ABSENT)
		return;
	if (role == CALL_PRIVILEGE) {
		note_privilege(f, c);
		return;
	}
	if (role == CALL_START) {
		f->out->starts = f->out->starts || !(call_argument(f, c, row->arg, row->key, &from, &to) &&
						     literal_program(f, from));
		return;
	}
	if (row->arg == ARG_RECEIVER)
		v = value_of(&f->e, c->start, c->name - 1);
	else if (!whole && (there = call_argument(f, c, row->arg, row->key, &from, &to)) &&
		 do_list(f, c, row, from, to))
		return;
	else if (!whole && there)
		v = value_of(&f->e, from, to);
	if (role == CALL_TEMP)
		write_temp(f, c, v, there);
	/* What a variable names (a driver, a setting) is mostly no file; an open whose mode a variable says is one. */
	else if (there && !(answer == MAYBE && row->condition == IF_TEXT && value_nothing(v)))
		write_value(f, c, row, v);
}

void find_write(struct finder *f, const struct call *c)
{
	const struct row_index *x = &f->rows->calls;
	const char *first = NULL;

	/* os.mkdir is not .mkdir of any object */
	for (size_t row = row_find(f->rows, x, c->start, c->name, 0); row;
	     row = row_find(f->rows, x, c->start, c->name, row)) {
		if (first && strcmp(first, source_calls[row - 1].name.name) != 0)
			break;
		first = source_calls[row - 1].name.name;
		do_row(f, c, &source_calls[row - 1]);
	}
}
