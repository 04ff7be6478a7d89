/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_table.h"

#include "facts/command.h"

#include <string.h>

enum { MAX_RECEIVER = 24, MAX_IMPORTED = 128 };

/* --- names of rows ----------------------------------------------------------- */

static struct text last_part(const char *name)
{
	struct text t = text_of(name);
	size_t dot = text_rchr(t, '.');

	if (text_starts(t, TEXT("*")))
		return text_from(t, 1);
	return dot == TEXT_NPOS ? t : text_from(t, dot + 1);
}

/* "path" of "os.path.join"; empty for names without one. */
static struct text qualifier(const char *name)
{
	struct text t = text_of(name);
	size_t dot = text_rchr(t, '.');

	if (dot == TEXT_NPOS || dot == 0)
		return TEXT_NONE;
	t = text_sub(t, 0, dot);
	dot = text_rchr(t, '.');
	return dot == TEXT_NPOS ? t : text_from(t, dot + 1);
}

/* fsp, fsPromises, nodeFs, _fs: names that people give to fs. */
static bool alias_like(struct text name, struct text q)
{
	char behind;

	if (text_ieq(name, q))
		return true;
	if (name.n <= q.n || name.n > q.n + 10)
		return false;
	behind = name.p[q.n];
	if (text_ieq(text_sub(name, 0, q.n), q) &&
	    (ascii_upper((unsigned char)behind) || behind == '_' || behind == '-' || behind == '/' ||
	     (name.n == q.n + 1 && (behind == 'p' || behind == 'e' || behind == 'x'))))
		return true;
	behind = name.p[name.n - q.n];
	return text_iends(name, q) &&
	       (ascii_upper((unsigned char)behind) || strchr("_-", name.p[name.n - q.n - 1]));
}

static struct text module_name(struct text t)
{
	return text_starts(t, TEXT("node:")) ? text_from(t, 5) : t;
}

static bool qualifies(const struct tokens *t, size_t start, size_t last, struct text q)
{
	size_t limit = last > start + MAX_RECEIVER ? last - MAX_RECEIVER : start;

	if (t->language != SOURCE_JAVASCRIPT)
		return last >= start + 2 && text_eq(token_text(t, last - 2), q);
	for (size_t i = last; i-- > limit;)
		if ((token_has_kind(t, i, TOKEN_NAME) && alias_like(token_text(t, i), q)) ||
		    (token_has_kind(t, i, TOKEN_STRING) && alias_like(module_name(token_inside(t, i)), q)))
			return true;
	return false;
}

/* --- the index ---------------------------------------------------------------- */

static const struct row_name *name_of(const struct row_index *x, size_t row)
{
	return (const struct row_name *)(const void *)((const char *)x->rows + row * x->stride);
}

static size_t bucket(struct text name)
{
	return (size_t)text_fnv1a(name, FNV1A_INIT) %
	       (sizeof(((struct row_index *)0)->heads) / sizeof(uint16_t));
}

static void index_open(struct arena *a, struct row_index *x, enum source_language l, const void *rows,
		       size_t n, size_t stride)
{
	uint16_t *next = ARENA_ARRAY(a, n, uint16_t);

	*x = (struct row_index){ .rows = rows, .stride = stride, .next = next };
	for (size_t row = n; row-- > 0;)
		if (name_of(x, row)->language == l) {
			size_t b = bucket(last_part(name_of(x, row)->name));

			next[row] = x->heads[b];
			x->heads[b] = (uint16_t)(row + 1);
		}
}

static bool row_matches(const struct source_rows *r, const struct row_index *x, size_t start, size_t last,
			size_t row)
{
	const char *name = name_of(x, row)->name;
	struct text q = qualifier(name);

	if (!text_eq(last_part(name), token_text(r->tokens, last)))
		return false;
	if (name[0] == '*')
		return true;
	if (name[0] == '.')
		return start < last;
	if (!q.n)
		return start == last;
	if (start == last)
		return x == &r->calls && r->imported[row];
	return qualifies(r->tokens, start, last, q);
}

size_t row_find(const struct source_rows *r, const struct row_index *x, size_t start, size_t last, size_t row)
{
	row = row ? x->next[row - 1] : x->heads[bucket(token_text(r->tokens, last))];
	while (row && !row_matches(r, x, start, last, row - 1))
		row = x->next[row - 1];
	return row;
}

/* --- imports ------------------------------------------------------------------- */

struct imports {
	const struct source_rows *r;
	bool *imported;
};

static void import_name(struct imports *m, struct text module, size_t at)
{
	const struct row_index *x = &m->r->calls;
	const struct tokens *t = m->r->tokens;

	for (size_t row = x->heads[bucket(token_text(t, at))]; row; row = x->next[row - 1]) {
		const char *name = name_of(x, row - 1)->name;
		struct text q = qualifier(name);

		if (q.n && text_eq(last_part(name), token_text(t, at)) &&
		    (t->language == SOURCE_JAVASCRIPT ? alias_like(module, q) : text_eq(module, q)))
			m->imported[row - 1] = true;
	}
}

static void import_names(struct imports *m, struct text module, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < from + MAX_IMPORTED; i++)
		if (token_has_kind(m->r->tokens, i, TOKEN_NAME))
			import_name(m, module, i);
}

/* from os.path import a, b */
static void import_python(struct imports *m, size_t i)
{
	const struct tokens *t = m->r->tokens;
	size_t k = i + 1, end;

	while (k < i + 16 &&
	       (token_joins(t, k) || (token_has_kind(t, k, TOKEN_NAME) && !token_is(t, k, "import"))))
		k++;
	if (!token_is(t, k, "import") || k < i + 2)
		return;
	end = token_is(t, k + 1, "(") ? token_over(t, k + 1) : k + 1;
	while (end < t->n && end < k + MAX_IMPORTED && !token_is(t, k + 1, "(") && !t->list[end].line)
		end++;
	import_names(m, token_text(t, k - 1), k + 1, end);
}

/* import { a } from 'fs', const { a } = require('fs'), use std::fs::{a, b} */
static void import_braces(struct imports *m, size_t open)
{
	const struct tokens *t = m->r->tokens;
	size_t behind = token_over(t, open), s = behind + 1;

	if (behind == open + 1 || !open)
		return;
	if (t->language == SOURCE_RUST && open >= 2 && token_is(t, open - 1, "::"))
		import_names(m, token_text(t, open - 2), open + 1, behind);
	if (t->language != SOURCE_JAVASCRIPT || !token_in(t, open - 1, "import const let var type"))
		return;
	if (token_is(t, behind, "="))
		while (s < behind + 5 && !token_has_kind(t, s, TOKEN_STRING))
			s++;
	else if (!token_is(t, behind, "from"))
		return;
	if (token_has_kind(t, s, TOKEN_STRING))
		import_names(m, module_name(token_inside(t, s)), open + 1, behind - 1);
	else if (token_is(t, behind, "="))
		import_names(m, token_text(t, behind + 1), open + 1, behind - 1);
}

static void read_imports(struct imports *m)
{
	const struct tokens *t = m->r->tokens;

	for (size_t i = 0; i < t->n; i++) {
		if (t->language == SOURCE_PYTHON && t->list[i].line && token_is(t, i, "from"))
			import_python(m, i);
		else if (token_is(t, i, "{"))
			import_braces(m, i);
		else if (t->language == SOURCE_JAVASCRIPT && token_is(t, i, "promisify") &&
			 token_has_kind(t, i + 4, TOKEN_NAME))
			import_name(m, token_text(t, i + 2), i + 4);
	}
}

void source_rows_open(struct arena *a, const struct tokens *t, struct source_rows *out)
{
	struct imports m = { out, ARENA_ARRAY(a, source_ncalls, bool) };

	*out = (struct source_rows){ .tokens = t, .imported = m.imported };
	index_open(a, &out->calls, t->language, source_calls, source_ncalls, sizeof(source_calls[0]));
	index_open(a, &out->ports, t->language, source_ports, source_nports, sizeof(source_ports[0]));
	index_open(a, &out->paths, t->language, source_paths, source_npaths, sizeof(source_paths[0]));
	read_imports(&m);
}
