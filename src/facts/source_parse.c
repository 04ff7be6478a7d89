/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_parse.h"

#include "facts/command.h"
#include "facts/source_table.h"

#include <string.h>

enum { MAX_NAMES = 8, MAX_STATEMENT = 32 };

static const char no_values[] = "None null nil undefined false False NULL nullptr";

/* What tokens [from, to) give, which must be used up. */
struct value parse_range(struct parse *p, size_t from, size_t to)
{
	struct parse q = *p;
	struct value v;

	q.i = from;
	q.to = to;
	q.statement = false;
	q.depth++;
	v = parse_any(&q);
	return q.i == to ? v : value_unknown();
}

/* --- names -------------------------------------------------------------------------- */

static struct value value_bound(struct parse *p, const struct assigned *b)
{
	struct parse q = *p;
	struct value v;

	if (!b->value || p->depth >= MAX_DEPTH)
		return value_unknown();
	q.t = p->e->tokens;
	q.i = b->value;
	q.to = q.t->n;
	q.statement = true;
	q.outer = b->at;
	q.depth = p->depth + 2;
	v = parse_any(&q);
	/* x = None: it is given a value elsewhere */
	if ((b->second && v.base != BASE_TEMP) || token_in(q.t, b->value, no_values))
		return value_unknown();
	if (q.i < q.to && !q.t->list[q.i].line &&
	    !(q.t->list[q.i].kind == TOKEN_MARK && strchr(";,)]}:#", q.t->text.p[q.t->list[q.i].at])) &&
	    !token_in(q.t, q.i, "if unless do or and then rescue as for except else in"))
		return value_unknown();
	return v;
}

static struct value value_reaching(struct parse *p, const struct assigned *last, size_t at);

/* const { PORT = 3000 } = process.env */
static struct value value_destructured(struct parse *p, const struct assigned *b)
{
	struct value v = value_variable(b->key.name);
	size_t k = b->value + (size_t)2;

	if (!token_is(p->e->tokens, b->value + (size_t)1, "=") || p->t != p->e->tokens)
		return v;
	return value_otherwise(v, parse_range(p, k, argument_end(p->t, k, b->at)));
}

/* if (!d) d = "/data"; */
static bool may_not_run(const struct tokens *t, size_t at)
{
	if (!at)
		return false;
	if (token_is(t, at - 1, ")") && t->list[at - 1].match)
		return token_in(t, t->list[at - 1].match - (size_t)1, "if while for elseif foreach unless");
	if (token_is(t, at - 1, ":") && t->language == SOURCE_PYTHON && !t->list[at].line)
		return true;
	for (size_t i = at + 1;
	     i < at + MAX_STATEMENT && t->language == SOURCE_RUBY && i < t->n && !t->list[i].line; i++)
		if (token_in(t, i, "if unless"))
			return true;
	return token_in(t, at - 1, "else then");
}

/* What a binding gives; path .= x goes on from the one before it. */
static struct value value_assigned(struct parse *p, const struct assigned *b)
{
	const struct assigned *first = names_before(p->e->names, b);
	struct parse q = *p;
	struct value v;

	if (b->variable)
		return value_destructured(p, b);
	if (!b->appends)
		return value_bound(p, b);
	q.depth += 2;
	if (!first || q.depth >= MAX_DEPTH)
		return value_unknown();
	v = value_reaching(&q, first, b->at);
	return value_concat(p->e, v, value_bound(&q, b));
}

/* The binding that holds where `at` stands: the only one, or the last before it if nothing lies between that may not
 * have been run. */
static struct value value_reaching(struct parse *p, const struct assigned *last, size_t at)
{
	const struct names *n = p->e->names;
	const struct assigned *b = last;

	if (!b->before)
		return value_assigned(p, b);
	while (b && b->at >= at && p->e->spare) {
		b = names_before(n, b);
		p->e->spare--;
	}
	if (!b || b->at >= at)
		return value_unknown();
	if (token_within(n->tokens, b->at, at) && !may_not_run(n->tokens, b->at))
		return value_assigned(p, b);
	/* dir := os.Getenv("DATA"); if dir == "" { dir = "/data" } */
	if (b->before && token_within(n->tokens, names_before(n, b)->at, at)) {
		struct value first = value_assigned(p, names_before(n, b)), second = value_assigned(p, b);

		if (first.base == BASE_UNKNOWN && first.env.n && !first.rest.n)
			return value_otherwise(first, second);
		/* dir := "/data"; if os.Getenv("DATA") != "" { dir = os.Getenv("DATA") } */
		if (second.base == BASE_UNKNOWN && second.env.n && !second.rest.n && !value_nothing(first))
			return value_otherwise(second, first);
	}
	return value_unknown();
}

static struct value value_key(struct parse *p, struct owned_name key, bool *found)
{
	const struct assigned *b = names_last(p->e->names, key);
	bool constant = key.name.n > 1;

	for (size_t i = 0; i < key.name.n; i++)
		constant = constant && !(key.name.p[i] >= 'a' && key.name.p[i] <= 'z');
	if (!b && key.owner.n && (text_is(key.owner, ".") || constant))
		b = names_last(p->e->names, (struct owned_name){ TEXT_NONE, key.name });
	else if (!b && !key.owner.n)
		b = names_last(p->e->names, (struct owned_name){ TEXT("."), key.name });
	*found = b != NULL;
	return b ? value_reaching(p, b, p->outer) : value_unknown();
}

/* --- operands ------------------------------------------------------------------------------ */

/* The bracket of a call behind token i, or 0. */
static size_t call_bracket(const struct tokens *t, size_t i)
{
	if (token_is(t, i + 1, "!") && t->language == SOURCE_RUST)
		i++;
	return token_is(t, i + 1, "(") && (!t->list[i + 1].line || t->language == SOURCE_JAVASCRIPT) ? i + 1
												     : 0;
}

static const struct path_row *path_row_at(struct parse *p, size_t start, size_t last, bool call)
{
	struct source_rows rows = *p->e->rows;

	rows.tokens = p->t;
	for (size_t row = row_find(&rows, &rows.paths, start, last, 0); row;
	     row = row_find(&rows, &rows.paths, start, last, row))
		if (source_paths[row - 1].call == call ||
		    (call && source_paths[row - 1].op == PATH_ENVIRONMENT))
			return &source_paths[row - 1];
	return NULL;
}

static struct value environment_entry(struct parse *p, struct value v, size_t inside)
{
	if (v.base != BASE_ENVIRONMENT)
		return value_unknown();
	return token_has_kind(p->t, inside, TOKEN_STRING) || token_has_kind(p->t, inside, TOKEN_NAME)
		       ? value_variable(token_inside(p->t, inside))
		       : value_unknown();
}

/* One member of v: .parent, .joinpath(x), .get('X', d) */
static struct value parse_member(struct parse *p, struct value v)
{
	size_t name = p->i + 1, open = call_bracket(p->t, name);
	const struct path_row *row;

	p->i = open ? token_over(p->t, open) : name + 1;
	if (v.base == BASE_ENVIRONMENT && open &&
	    token_in(p->t, name, "get fetch getOrDefault var getOrElse dig"))
		return env_value(p, open, 0);
	if (v.base == BASE_ENVIRONMENT && !open)
		return environment_entry(p, v, name);
	row = path_row_at(p, name - 1, name, open != 0);
	/* whatever it is of a temporary file, its name, its path */
	return row                                          ? value_applied(p, row, v, open)
	       : v.base == BASE_NONE || v.base == BASE_TEMP ? v
							    : value_unknown();
}

static struct value parse_subscript(struct parse *p, struct value v, bool parents)
{
	size_t inside = p->i + 1;
	struct text n = token_text(p->t, inside);

	p->i = token_over(p->t, p->i);
	if (parents && n.n == 1 && ascii_digit((unsigned char)n.p[0])) {
		for (int k = n.p[0] - '0'; k >= 0 && k < 8; k--)
			v = value_folder(p->e, v);
		return v;
	}
	return environment_entry(p, v, inside);
}

static struct value parse_members(struct parse *p, struct value v)
{
	while (p->i < p->to) {
		bool fresh = p->t->list[p->i].line && p->statement;

		if (token_joins(p->t, p->i) && token_is(p->t, p->i + 1, "parents") &&
		    token_is(p->t, p->i + 2, "[")) {
			p->i += 2;
			v = parse_subscript(p, v, true);
		} else if (token_joins(p->t, p->i) && token_has_kind(p->t, p->i + 1, TOKEN_NAME)) {
			v = parse_member(p, v);
		} else if (token_joins(p->t, p->i) && token_is(p->t, p->i + 1, "[")) {
			p->i++;
			v = parse_subscript(p, v, false);
		} else if (!fresh && (token_is(p->t, p->i, "[") ||
				      (token_is(p->t, p->i, "{") && v.base == BASE_ENVIRONMENT))) {
			v = parse_subscript(p, v, false);
		} else if (!fresh && token_is(p->t, p->i, "(")) {
			p->i = token_over(p->t, p->i);
			v = value_unknown();
		} else if (!fresh && token_is(p->t, p->i, "{") && p->t->language == SOURCE_RUBY && p->i &&
			   token_is(p->t, p->i - 1, ")")) {
			/* the block of ENV.fetch('X') { '/d' } */
			p->i = token_over(p->t, p->i);
			v = v.env.n || v.base == BASE_HOME || v.base == BASE_TEMP ? v : value_unknown();
		} else if ((token_is(p->t, p->i, "!") && !p->t->list[p->i].gap) ||
			   (token_is(p->t, p->i, "?") && p->t->language == SOURCE_RUST)) {
			p->i++;
		} else if (token_in(p->t, p->i, "as satisfies") && p->t->language == SOURCE_JAVASCRIPT) {
			p->i += 2;
		} else {
			break;
		}
	}
	return v;
}

/* A name, or names that belong together: the longest that a row or the file itself tells of. */
static struct value parse_names(struct parse *p)
{
	size_t part[MAX_NAMES], n = 0, i = p->i;
	bool found = false;

	do {
		part[n++] = i;
		i += 2;
	} while (n < MAX_NAMES && i < p->to && token_joins(p->t, i - 1) &&
		 token_has_kind(p->t, i, TOKEN_NAME));
	for (size_t k = n; k-- > 0;) {
		size_t open = call_bracket(p->t, part[k]);
		const struct path_row *row = path_row_at(p, part[0], part[k], open != 0);

		/* .parent is a member, of what stands before it */
		if (row && row->name.name[0] != '.') {
			p->i = open && row->call ? token_over(p->t, open) : part[k] + 1;
			return value_applied(p, row, value_unknown(), row->call ? open : 0);
		}
		if (open && env_helper(p, part[k], open)) {
			p->i = token_over(p->t, open);
			return env_value(p, open, 0);
		}
	}
	for (size_t k = n; k-- > 0;) {
		struct value v;

		if (call_bracket(p->t, part[k]))
			continue;
		v = value_key(p, name_at(p->t, part[k]), &found);
		if (found) {
			p->i = part[k] + 1;
			return v;
		}
	}
	p->i = part[0] + 1;
	return token_in(p->t, part[0], no_values) ? value_based(BASE_NONE, TEXT_NONE) : value_unknown();
}

/* (x), and the cast (String) x */
static struct value parse_brackets(struct parse *p)
{
	size_t open = p->i, behind = token_over(p->t, open);

	p->i = behind;
	if (behind == open + 1)
		return value_unknown();
	if (behind == open + 3 && token_has_kind(p->t, open + 1, TOKEN_NAME) && behind < p->to &&
	    !p->t->list[behind].line &&
	    (token_has_kind(p->t, behind, TOKEN_NAME) || token_has_kind(p->t, behind, TOKEN_STRING)) &&
	    !token_in(p->t, behind, "if unless or and do as for else in"))
		return parse_any(p);
	return parse_range(p, open + 1, behind - 1);
}

static bool skip_prefix(const struct parse *p)
{
	const char *words =
		p->t->language == SOURCE_PYTHON ? "await" : "new await my our local mut try const typeof";

	if (token_is(p->t, p->i, "+") && p->t->language == SOURCE_JAVASCRIPT)
		return true;
	return token_in(p->t, p->i, words) || token_is(p->t, p->i, "&") || token_is(p->t, p->i, "@") ||
	       token_is(p->t, p->i, "\\") || (token_is(p->t, p->i, "*") && p->t->language == SOURCE_GO) ||
	       (token_is(p->t, p->i, "::") && p->t->language == SOURCE_RUBY);
}

static struct value parse_operand(struct parse *p)
{
	struct value v;

	while (p->i < p->to && skip_prefix(p))
		p->i++;
	/* |_| "x".into() */
	if (p->t->language == SOURCE_RUST && token_is(p->t, p->i, "|"))
		while (p->i < p->to && !token_is(p->t, ++p->i, "|"))
			continue;
	if (p->t->language == SOURCE_RUST && (token_is(p->t, p->i, "|") || token_is(p->t, p->i, "||")))
		p->i++;
	if (p->i >= p->to || !p->e->spare || p->depth >= MAX_DEPTH) {
		p->i = p->i < p->to ? p->i + 1 : p->to;
		return value_unknown();
	}
	p->e->spare--;
	p->depth++;
	switch (p->t->list[p->i].kind) {
	case TOKEN_STRING:
		v = parse_string(p);
		break;
	case TOKEN_NUMBER:
		v = value_text(token_text(p->t, p->i++));
		break;
	case TOKEN_NAME:
		v = parse_names(p);
		break;
	default:
		v = token_is(p->t, p->i, "(") ? parse_brackets(p) : value_unknown();
		if (value_nothing(v) && p->i < p->to &&
		    (token_is(p->t, p->i, "[") || token_is(p->t, p->i, "{")))
			p->i = token_over(p->t, p->i);
		break;
	}
	v = parse_members(p, v);
	p->depth--;
	return v;
}

/* --- operators ------------------------------------------------------------------------------- */

static bool adds(const struct parse *p)
{
	enum source_language l = p->t->language;

	if (p->t->list[p->i].line && p->statement && (l == SOURCE_PYTHON || l == SOURCE_RUBY))
		return false;
	if (token_is(p->t, p->i, "."))
		return l == SOURCE_PHP || l == SOURCE_PERL;
	return token_is(p->t, p->i, "+") || token_is(p->t, p->i, "/") ||
	       (token_is(p->t, p->i, "%") && (l == SOURCE_PYTHON || l == SOURCE_RUBY));
}

/* "a" "b" */
static bool adjacent(const struct parse *p)
{
	return (p->t->language == SOURCE_PYTHON || p->t->language == SOURCE_C ||
		p->t->language == SOURCE_RUBY) &&
	       p->i < p->to && p->i && token_has_kind(p->t, p->i, TOKEN_STRING) &&
	       token_has_kind(p->t, p->i - 1, TOKEN_STRING) && !(p->t->list[p->i].line && p->statement);
}

/* "%s/x" % dir, "%s/%s" % (a, b) */
static struct value parse_percent(struct parse *p, struct value template)
{
	size_t from = p->i, to;
	bool list = token_is(p->t, from, "(") || token_is(p->t, from, "[");

	parse_operand(p);
	to = p->i;
	return list ? parse_template(p, template, from + 1, token_over(p->t, from) - 1)
		    : parse_template(p, template, from, to);
}

static struct value parse_sum(struct parse *p)
{
	struct value v = parse_operand(p);

	while (p->i < p->to && p->e->spare) {
		if (adjacent(p)) {
			v = value_concat(p->e, v, parse_operand(p));
		} else if (!adds(p)) {
			break;
		} else {
			bool slash = token_is(p->t, p->i, "/"), percent = token_is(p->t, p->i, "%");

			p->i++;
			if (percent)
				v = parse_percent(p, v);
			else
				v = slash ? value_join(p->e, v, parse_operand(p), true)
					  : value_concat(p->e, v, parse_operand(p));
		}
	}
	return v;
}

static bool or_mark(const struct parse *p)
{
	return token_is(p->t, p->i, "||") || token_is(p->t, p->i, "\?\?") || token_is(p->t, p->i, "?:") ||
	       (token_is(p->t, p->i, "or") && p->t->language == SOURCE_PYTHON) ||
	       (token_is(p->t, p->i, "//") && p->t->language == SOURCE_PERL);
}

static struct value parse_or(struct parse *p)
{
	struct value v = parse_sum(p);

	while (p->i < p->to && or_mark(p)) {
		p->i++;
		v = value_otherwise(v, parse_sum(p));
	}
	return v;
}

/* process.env.X ? process.env.X : '/d' */
static struct value parse_choice(struct parse *p, struct value condition)
{
	struct value yes, no;

	p->i++;
	yes = parse_or(p);
	if (p->i >= p->to || !token_is(p->t, p->i, ":"))
		return value_unknown();
	p->i++;
	no = parse_any(p);
	if (yes.base == BASE_NONE || no.base == BASE_NONE)
		return yes.base == BASE_NONE ? no : yes;
	return yes.base == BASE_UNKNOWN && yes.env.n && text_eq(yes.env, condition.env)
		       ? value_otherwise(yes, no)
		       : value_unknown();
}

struct value parse_any(struct parse *p)
{
	struct value v;

	if (p->depth >= MAX_DEPTH || !p->e->spare) {
		p->i = p->to;
		return value_unknown();
	}
	p->depth++;
	v = parse_or(p);
	if (p->i < p->to && token_is(p->t, p->i, "?"))
		v = parse_choice(p, v);
	p->depth--;
	return v;
}

/* --- what is asked -------------------------------------------------------------------------------- */

static struct parse start(struct evaluation *e, size_t from, size_t to)
{
	return (struct parse){ .e = e, .t = e->tokens, .i = from, .to = to, .outer = from };
}

struct value value_of(struct evaluation *e, size_t from, size_t to)
{
	struct parse p = start(e, from, to);
	struct value v = parse_any(&p);

	return p.i == to ? v : value_unknown();
}

struct value value_from(struct evaluation *e, size_t from)
{
	struct assigned b = { .at = (uint32_t)from, .value = (uint32_t)from };
	struct parse p = start(e, from, e->tokens->n);

	return value_bound(&p, &b);
}

