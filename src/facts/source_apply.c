/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that say where files lie, applied. */
#include "facts/source_parse.h"

#include "facts/source_table.h"

enum { MAX_PARTS = 8 };

static struct value parse_argument(struct parse *p, size_t open, size_t n, const char *key, bool *there)
{
	size_t from, to;

	*there = argument(p->t, open, n, key, &from, &to) && to <= p->t->n;
	return *there ? parse_range(p, from, to) : value_unknown();
}

/* Joins the arguments from the nth on. open 0: there are none. */
static struct value join_arguments(struct parse *p, struct value v, size_t open, size_t n, bool anew,
				   bool first)
{
	size_t i = open + 1, to = open ? token_over(p->t, open) - 1 : 0;

	for (size_t k = 0; open && i < to && k < n + MAX_PARTS; k++) {
		size_t end = argument_end(p->t, i, to);

		if (k >= n && end > i && !token_is(p->t, end - 1, ":")) {
			struct value part = token_is(p->t, i, "*") || token_is(p->t, i, "...")
						    ? value_unknown()
						    : parse_range(p, i, end);

			v = first ? part : value_join(p->e, v, part, anew);
			first = false;
		}
		i = end + 1;
	}
	return v;
}

struct value env_value(struct parse *p, size_t open, int arg)
{
	bool there;
	struct value name = parse_argument(p, open, (size_t)arg, NULL, &there), other;

	/* System.getenv() */
	if (!there)
		return value_based(BASE_ENVIRONMENT, TEXT_NONE);
	if (name.base != BASE_TEXT || name.partial || name.env.n)
		return value_unknown();
	other = parse_argument(p, open, (size_t)arg + 1, "default", &there);
	/* ENV.fetch('X') { '/d' } */
	if (!there && p->t->language == SOURCE_RUBY && token_is(p->t, token_over(p->t, open), "{")) {
		size_t block = token_over(p->t, open);

		other = parse_range(p, block + 1, token_over(p->t, block) - 1);
		there = true;
	}
	return there ? value_otherwise(value_variable(name.path), other) : value_variable(name.path);
}

/* File.expand_path(a, b) */
static struct value expand_value(struct parse *p, const struct path_row *row, size_t open)
{
	bool there;
	struct value a = parse_argument(p, open, (size_t)row->arg, NULL, &there);
	struct value b = parse_argument(p, open, (size_t)row->arg + 1, NULL, &there);

	a = value_expand(a);
	/* new URL(a, b) */
	if (there && p->t->language == SOURCE_JAVASCRIPT)
		b = value_folder(p->e, b);
	return there ? value_join(p->e, b, a, true) : a;
}

static struct value folder_value(struct parse *p, struct value v, size_t open)
{
	size_t from, to, levels = 1;

	/* dirname(__DIR__, 2) */
	if (open && argument(p->t, open, 1, NULL, &from, &to) && token_has_kind(p->t, from, TOKEN_NUMBER))
		levels = (size_t)(token_text(p->t, from).p[0] - '0') % 8;
	while (levels-- > 0)
		v = value_folder(p->e, v);
	return v;
}

/* What a row's function gives. open: its brackets, or 0. */
struct value value_applied(struct parse *p, const struct path_row *row, struct value receiver, size_t open)
{
	bool there = open != 0, own = row->arg == ARG_RECEIVER;
	struct value v = own || !open ? receiver : value_unknown();
	size_t from, to;

	if (open && row->arg >= 0 &&
	    (row->op == PATH_SAME || row->op == PATH_FOLDER || row->op == PATH_FORMAT))
		v = parse_argument(p, open, (size_t)row->arg, NULL, &there);
	switch (row->op) {
	case PATH_SAME:
		return v;
	case PATH_JOIN:
	case PATH_APPEND:
		return join_arguments(p, receiver, open, own ? 0 : (size_t)row->arg, row->op == PATH_JOIN,
				      !own);
	case PATH_RESOLVE:
		return join_arguments(p, value_based(BASE_CWD, TEXT_NONE), open, 0, true, false);
	case PATH_EXPAND:
		return own ? value_expand(v) : expand_value(p, row, open);
	case PATH_FOLDER:
		return folder_value(p, v, own ? 0 : open);
	case PATH_BESIDE:
		v = value_folder(p->e, receiver);
		return row->arg < 0 ? value_join(p->e, v, value_unknown(), false) :
				      join_arguments(p, v, open, 0, false, false);
	case PATH_THIS:
		return value_based(BASE_FILE, TEXT("__file__"));
	case PATH_HERE:
		return join_arguments(p, value_based(BASE_FILE, TEXT_NONE), open, 0, false, false);
	case PATH_HOME:
		return value_based(BASE_HOME, text_of(row->prefix));
	case PATH_TEMP:
		return value_based(BASE_TEMP, TEXT_NONE);
	case PATH_CWD:
		return join_arguments(p, value_based(BASE_CWD, text_of(row->prefix)), open, 0, false, false);
	case PATH_ENV:
		return open ? env_value(p, open, row->arg) : value_unknown();
	case PATH_ENVIRONMENT:
		return value_based(BASE_ENVIRONMENT, TEXT_NONE);
	case PATH_OTHERWISE:
		return open ? value_otherwise(receiver, parse_argument(p, open, 0, NULL, &there)) : receiver;
	case PATH_FORMAT:
		if (own)
			return open ? parse_template(p, receiver, open + 1, token_over(p->t, open) - 1)
				    : value_unknown();
		return there && argument(p->t, open, (size_t)row->arg, NULL, &from, &to)
			       ? parse_template(p, v, to + 1, token_over(p->t, open) - 1)
			       : value_unknown();
	case PATH_TEXT:
		return value_text(text_of(row->prefix));
	case PATH_NONE:
		return value_based(BASE_NONE, TEXT_NONE);
	}
	return value_unknown();
}

/* getEnv("DATA_DIR", "/data"): such functions bear such names. */
bool env_helper(struct parse *p, size_t last, size_t open)
{
	struct text name = token_text(p->t, last), inside = token_inside(p->t, open + 1);
	bool env = false;

	if (!token_has_kind(p->t, open + 1, TOKEN_STRING) || !inside.n)
		return false;
	for (size_t i = 0; i + 3 <= name.n && !env; i++)
		env = text_ieq(text_sub(name, i, i + 3), TEXT("env"));
	for (size_t i = 0; i < inside.n; i++)
		env = env && (ascii_upper((unsigned char)inside.p[i]) ||
			      ascii_digit((unsigned char)inside.p[i]) || inside.p[i] == '_');
	return env;
}
