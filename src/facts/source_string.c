/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_parse.h"

#include <string.h>

enum { MAX_HOLE = 256 };

/* --- strings ------------------------------------------------------------------- */

static char unescaped(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

static struct value literal(struct parse *p, struct text t, bool raw)
{
	char *bytes;
	size_t n = 0;

	if (t.n > MAX_PATH)
		return value_unknown();
	if (raw || !text_has(t, '\\'))
		return value_text(t);
	bytes = arena_bytes(p->e->a, t.n);
	for (size_t i = 0; i < t.n; i++) {
		bool escape = t.p[i] == '\\' && i + 1 < t.n;

		/* numbers of characters are not followed */
		if (escape && strchr("xuU01234567", t.p[i + 1]))
			return value_unknown();
		i += escape;
		bytes[n++] = escape ? unescaped(t.p[i]) : t.p[i];
	}
	return value_text((struct text){ bytes, n });
}

/* {x!r:>10} of Python and C#: without what follows the expression. */
static struct text hole_expression(struct text code)
{
	size_t depth = 0;

	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];

		depth += c == '(' || c == '[' || c == '{';
		depth -= depth && (c == ')' || c == ']' || c == '}');
		if (!depth && (c == ':' || (c == '!' && i + 1 < code.n && code.p[i + 1] != '=')) &&
		    !(i + 1 < code.n && code.p[i + 1] == ':'))
			return text_sub(code, 0, i);
	}
	return code;
}

struct value parse_hole(struct parse *p, struct text code, bool format)
{
	struct tokens t;
	struct parse q = *p;
	struct value v;

	if (format)
		code = hole_expression(code);
	if (p->depth >= MAX_DEPTH || !code.n || code.n > MAX_HOLE || p->e->spare < code.n)
		return value_unknown();
	p->e->spare -= code.n;
	tokens_read(p->e->a, p->t->language, code, true, &t);
	q.t = &t;
	q.i = 0;
	q.to = t.n;
	q.statement = false;
	q.depth++;
	v = parse_any(&q);
	return q.i == t.n ? v : value_unknown();
}

struct value parse_string(struct parse *p)
{
	const struct token *k = &p->t->list[p->i];
	struct text inside = token_inside(p->t, p->i), code;
	struct value v = value_text(TEXT_NONE);
	size_t at = 0, end, hole;

	p->i++;
	if (inside.n > MAX_PATH)
		return value_unknown();
	while ((hole = hole_find((enum token_holes)k->holes, inside, at, &code, &end)) != TEXT_NPOS) {
		v = value_concat(p->e, v, literal(p, text_sub(inside, at, hole), k->raw));
		v = value_concat(p->e, v, parse_hole(p, code, k->holes == HOLES_BRACE));
		at = end;
		if (value_nothing(v) || v.partial)
			return v;
	}
	return at ? value_concat(p->e, v, literal(p, text_from(inside, at), k->raw))
		  : literal(p, inside, k->raw);
}

/* --- templates ------------------------------------------------------------------- */

/* The offset of the next placeholder and the one behind it. */
static size_t placeholder(struct text t, size_t at, struct text *name, size_t *end)
{
	for (size_t i = at; i + 1 < t.n; i++) {
		if (t.p[i] == '%' && t.p[i + 1] == '%') {
			i++;
		} else if (t.p[i] == '%') {
			for (*end = i + 1; *end < t.n && !ascii_alpha((unsigned char)t.p[*end]);)
				++*end;
			*end = *end < t.n ? *end + 1 : t.n;
			*name = TEXT_NONE;
			return i;
		} else if (t.p[i] == '{' && t.p[i + 1] != '{') {
			size_t close = text_chr(t, '}', i);

			*end = close == TEXT_NPOS ? t.n : close + 1;
			*name = close == TEXT_NPOS ? TEXT_NONE : hole_expression(text_sub(t, i + 1, close));
			return i;
		}
	}
	return TEXT_NPOS;
}

/* Fills the template with the arguments in [from, to). */
struct value parse_template(struct parse *p, struct value template, size_t from, size_t to)
{
	struct value v = value_text(TEXT_NONE);
	struct text t = template.path, name;
	size_t at = 0, hole, end, k = 0;

	if (template.base != BASE_TEXT || template.env.n)
		return template;
	while ((hole = placeholder(t, at, &name, &end)) != TEXT_NPOS) {
		char key[64] = { 0 };
		size_t afrom, ato;
		struct value part = value_unknown();
		bool named = name.n && name.n < sizeof(key) && !ascii_digit((unsigned char)name.p[0]);

		if (named)
			memcpy(key, name.p, name.n);
		if (argument_in(p->t, from, to, named ? to : k, named ? key : NULL, &afrom, &ato))
			part = parse_range(p, afrom, ato);
		else if (named && p->t->language == SOURCE_RUST)
			part = parse_hole(p, name, false);
		k++;
		v = value_concat(p->e, value_concat(p->e, v, value_text(text_sub(t, at, hole))), part);
		at = end;
		if (value_nothing(v) || v.partial)
			return v;
	}
	v = value_concat(p->e, v, value_text(text_from(t, at)));
	v.partial = v.partial || template.partial;
	return v;
}
