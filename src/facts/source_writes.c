/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_find.h"

#include "facts/command.h"

#include <string.h>

enum { MAX_WRITES = 4096, MAX_CALL = 80 };

/* --- paths ---------------------------------------------------------------------- */

static char *add_part(char *at, const char *start, bool absolute, struct text part, size_t *depth)
{
	if (!part.n || text_is(part, "."))
		return at;
	if (text_is(part, "..") && (*depth || absolute)) {
		if (!*depth)
			return at;
		(*depth)--;
		while (at > start && at[-1] != '/')
			at--;
		return at > start ? at - 1 : at;
	}
	*depth += !text_is(part, "..");
	if (at > start)
		*at++ = '/';
	memcpy(at, part.p, part.n);
	return at + part.n;
}

static struct text clean(struct arena *a, struct text t)
{
	bool absolute = text_starts(t, TEXT("/")), more = true;
	char *bytes = arena_bytes(a, t.n + 2), *start = bytes + absolute, *at = start;
	size_t depth = 0;
	struct text part;

	while (text_cut(&t, '/', &part, &more))
		at = add_part(at, start, absolute, part, &depth);
	if (absolute)
		bytes[0] = '/';
	return (struct text){ bytes, (size_t)(at - bytes) };
}

/* Up to the slash before what is not known. */
static struct text cut(struct text t)
{
	size_t slash = text_rchr(t, '/');

	return slash == TEXT_NPOS ? TEXT_NONE : text_sub(t, 0, slash ? slash : 1);
}

/* sqlite:///x?mode=ro, file:x, jdbc:sqlite:x, Data Source=x;Cache=Shared */
struct value write_path(const struct finder *f, struct value v)
{
	static const char *const schemes[] = { "jdbc:sqlite:", "dbi:SQLite:dbname=", "dbi:SQLite:",
					       "Data Source=", "DataSource=",        "Filename=" };
	size_t colon = text_chr(v.path, ':', 0), end;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (text_ieq(text_sub(v.path, 0, strlen(schemes[i])), text_of(schemes[i]))) {
			v = value_cut(v, strlen(schemes[i]));
			colon = TEXT_NPOS;
			break;
		}
	if (colon != TEXT_NPOS &&
	    (text_starts(v.path, TEXT("sqlite")) || text_starts(v.path, TEXT("file:")))) {
		v = value_cut(v, colon + 1);
		if (text_starts(v.path, TEXT("///")) && f->t->language == SOURCE_PYTHON)
			v = value_cut(v, 3);
		else if (text_starts(v.path, TEXT("//")))
			v = value_cut(v, 2);
	}
	end = text_chr(v.path, '?', 0);
	if (end == TEXT_NPOS)
		end = text_chr(v.path, ';', 0);
	if (end != TEXT_NPOS) {
		v.path = text_sub(v.path, 0, end);
		v.partial = false;
	}
	return v;
}

/* What a program writes to that is no file of its own. */
bool write_nowhere(struct value v)
{
	struct text t = v.path;

	if (v.base == BASE_NONE || v.base == BASE_ENVIRONMENT)
		return true;
	if (v.base != BASE_TEXT)
		return false;
	return (!t.n && !v.partial && !v.env.n) || text_is(t, "-") || text_has(t, '|') ||
	       text_starts(t, TEXT("/dev/")) || text_starts(t, TEXT("/proc/")) ||
	       text_starts(t, TEXT("php:")) || text_find(t, TEXT(":memory:"), 0) != TEXT_NPOS ||
	       text_find(t, TEXT("://"), 0) != TEXT_NPOS;
}

/* Wildcards, and what no path of Linux holds, end what is known. */
static struct value known_part(struct value v)
{
	for (size_t i = 0; i < v.path.n; i++) {
		unsigned char c = (unsigned char)v.path.p[i];

		if (c < ' ' || c == '\\' || c == 127)
			return (struct value){ .base = BASE_UNKNOWN };
		if (c == '*' || c == '?' || c == '[' || c == '{' || c == '<' ||
		    (c == '%' && i + 1 < v.path.n)) {
			v.path = text_sub(v.path, 0, i);
			v.partial = true;
		}
	}
	/* nothing is known but that something stands there */
	if (v.partial && v.base == BASE_TEXT && !v.path.n && !v.env.n)
		v.base = BASE_UNKNOWN;
	return v;
}

static enum source_place place_of(struct value v)
{
	switch (v.base) {
	case BASE_TEXT:
		return text_starts(v.path, TEXT("/")) ? PLACE_ABSOLUTE : PLACE_CWD;
	case BASE_FILE:
		return PLACE_FILE;
	case BASE_HOME:
		return PLACE_HOME;
	case BASE_TEMP:
		return PLACE_TEMP;
	case BASE_CWD:
		return PLACE_CWD;
	default:
		return PLACE_UNKNOWN;
	}
}

/* --- findings -------------------------------------------------------------------- */

static struct text call_text(const struct finder *f, size_t start, size_t name)
{
	struct text t = text_sub(f->t->text, f->t->list[start].at, f->t->list[name].at + f->t->list[name].n);

	return t.n > MAX_CALL || text_has(t, '\n') || text_has(t, '(') ? token_text(f->t, name) : t;
}

static struct source_write placed(struct finder *f, enum source_effect effect, struct value v)
{
	struct source_write w = { .effect = effect, .place = place_of(v), .env = v.env };

	if (v.partial) {
		v.path = cut(v.path);
		v.rest = cut(v.rest);
		w.effect = EFFECT_BELOW;
	}
	/* a relative path does not begin with the slash that stood behind its place */
	while (w.place != PLACE_ABSOLUTE && text_starts(v.path, TEXT("/")))
		v.path = text_from(v.path, 1);
	while (text_starts(v.rest, TEXT("/")))
		v.rest = text_from(v.rest, 1);
	w.path = clean(f->a, v.path);
	if (text_starts(w.path, TEXT("__file__")))
		w.path = TEXT_NONE;
	w.rest = clean(f->a, v.rest);
	if (w.place == PLACE_ABSOLUTE && w.path.n <= 1)
		w.place = PLACE_UNKNOWN;
	if (w.place == PLACE_UNKNOWN)
		w.path = TEXT_NONE;
	return w;
}

static bool same(const struct source_write *a, const struct source_write *b)
{
	return a->line == b->line && a->effect == b->effect && a->place == b->place &&
	       text_eq(a->path, b->path) && text_eq(a->env, b->env);
}

static void push(struct finder *f, struct source_write w)
{
	if (f->out->nwrites >= MAX_WRITES) {
		f->out->cut = true;
		return;
	}
	if (f->out->nwrites && same(&f->writes[f->out->nwrites - 1], &w))
		return;
	f->writes = arena_grow(f->a, f->writes, f->out->nwrites, &f->writes_cap, sizeof(*f->writes));
	f->writes[f->out->nwrites++] = w;
}

void write_add(struct finder *f, enum call_role role, struct value v, size_t start, size_t name)
{
	enum source_effect effect = role == CALL_FOLDER ? EFFECT_FOLDER
				    : role == CALL_NEW  ? EFFECT_NEW_FOLDER
				    : role == CALL_FILE ? EFFECT_FILE
							: EFFECT_BELOW;
	struct source_write w;

	if (role == CALL_BESIDE)
		v = write_path(f, v);
	if (write_nowhere(v))
		return;
	v = known_part(v);
	if (role == CALL_BESIDE)
		v = value_folder(&f->e, v);
	w = placed(f, effect, v);
	w.line = lines_at(&f->lines, f->t->list[name].at) + 1;
	w.call = call_text(f, start, name);
	push(f, w);
}
