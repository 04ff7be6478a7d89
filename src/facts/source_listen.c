/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_find.h"

#include <string.h>

enum { MAX_PORTS = 64 };

static bool is_port(struct text t)
{
	size_t n = 0;

	if (!t.n || t.n > 5)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
		n = 10 * n + (size_t)(t.p[i] - '0');
	}
	return n > 0 && n < 65536;
}

static bool is_local(struct text host)
{
	return text_starts(host, TEXT("127.")) || text_is(host, "localhost") || text_is(host, "::1") ||
	       text_is(host, "[::1]");
}

static void port_add(struct finder *f, size_t token, struct value v, bool local)
{
	struct source_port p = { .env = v.env, .local = local };

	if (v.base == BASE_TEXT && !v.partial && is_port(v.path))
		p.port = v.path;
	else if (v.base != BASE_UNKNOWN || !v.env.n || v.partial)
		return;
	p.line = lines_at(&f->lines, f->t->list[token].at) + 1;
	if (f->out->nports >= MAX_PORTS)
		return;
	f->ports = arena_grow(f->a, f->ports, f->out->nports, &f->ports_cap, sizeof(*f->ports));
	f->ports[f->out->nports++] = p;
}

/* "127.0.0.1:8080", ":8080", "http://0.0.0.0:8080", "8080" */
static void address_add(struct finder *f, size_t token, struct value v)
{
	struct text t = v.path;
	size_t scheme = text_find(t, TEXT("://"), 0), colon, slash;

	if (v.base == BASE_TEXT) {
		t = scheme == TEXT_NPOS ? t : text_from(t, scheme + 3);
		slash = text_chr(t, '/', 0);
		t = slash == TEXT_NPOS ? t : text_sub(t, 0, slash);
		colon = text_rchr(t, ':');
		v.path = colon == TEXT_NPOS ? t : text_from(t, colon + 1);
		t = colon == TEXT_NPOS ? TEXT_NONE : text_sub(t, 0, colon);
	}
	port_add(f, token, v, v.base == BASE_TEXT && is_local(t));
}

/* The bracket of a pair: ("", 8000), or of a name that is given one. */
static size_t pair_at(const struct finder *f, size_t from, size_t to)
{
	const struct assigned *b;

	if (token_is(f->t, from, "("))
		return from;
	if (token_is(f->t, from, "&") && from + 1 < to)
		from++;
	if (to != from + 1 || !token_has_kind(f->t, from, TOKEN_NAME))
		return TEXT_NPOS;
	b = names_last(f->e.names, name_at(f->t, from));
	return b && !b->before && b->value && token_is(f->t, b->value, "(") ? b->value : TEXT_NPOS;
}

static bool host_local(struct finder *f, bool there, size_t from, size_t to, bool otherwise)
{
	struct value v;

	if (!there)
		return otherwise;
	v = value_of(&f->e, from, to);
	return v.base == BASE_TEXT && !v.env.n && is_local(v.path);
}

static void pair_add(struct finder *f, size_t token, size_t from, size_t to)
{
	size_t open = pair_at(f, from, to), pfrom, pto, hfrom, hto;

	if (open == TEXT_NPOS) {
		struct value v = value_of(&f->e, from, to);

		/* a number alone is something else */
		if (text_has(v.path, ':'))
			address_add(f, token, v);
		return;
	}
	if (!argument(f->t, open, 1, NULL, &pfrom, &pto) || !argument(f->t, open, 0, NULL, &hfrom, &hto))
		return;
	port_add(f, token, value_of(&f->e, pfrom, pto), host_local(f, true, hfrom, hto, false));
}

static bool first_is(struct finder *f, const struct call *c, const char *word)
{
	size_t from, to;

	if (!word)
		return true;
	if (!call_argument(f, c, 0, NULL, &from, &to))
		return false;
	if (token_is(f->t, from, ":"))
		from++;
	return text_is(token_inside(f->t, from), word);
}

static bool port_row(struct finder *f, const struct call *c, const struct port_row *row)
{
	size_t from, to, hfrom, hto, before = f->out->nports;
	bool there, host;

	if ((row->needs && !finder_mentions(f, row->needs)) || !first_is(f, c, row->first))
		return false;
	there = call_argument(f, c, row->arg, row->key, &from, &to);
	if (there && row->form == PORT_PAIR) {
		pair_add(f, c->name, from, to);
	} else if (there && row->form == PORT_ADDRESS) {
		address_add(f, c->name, value_of(&f->e, from, to));
	} else if (there || row->port) {
		struct value v = there ? value_of(&f->e, from, to)
				       : (struct value){ .base = BASE_TEXT, .path = text_of(row->port) };

		host = call_argument(f, c, row->host, row->host_key, &hfrom, &hto);
		port_add(f, c->name, v, host_local(f, host, hfrom, hto, row->local));
	}
	return f->out->nports > before;
}

void find_port(struct finder *f, const struct call *c)
{
	const struct row_index *x = &f->rows->ports;

	for (size_t row = row_find(f->rows, x, c->start, c->name, 0); row;
	     row = row_find(f->rows, x, c->start, c->name, row))
		if (port_row(f, c, &source_ports[row - 1]))
			return;
}

void find_port_key(struct finder *f, size_t i)
{
	if (!token_is(f->t, i + 1, "=") && !token_is(f->t, i + 1, ":"))
		return;
	for (size_t k = 0; k < source_nport_keys; k++)
		if (source_port_keys[k].language == f->t->language &&
		    token_is(f->t, i, source_port_keys[k].key)) {
			struct value v = value_from(&f->e, i + 2);

			/* an address, not a number or a name that happens to be called so */
			if (text_has(v.path, ':') || (v.env.n && f->t->language == SOURCE_GO))
				address_add(f, i, v);
		}
}
