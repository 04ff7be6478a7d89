/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_parse.h"

#include "facts/command.h"

#include <string.h>

enum { MAX_ARGUMENTS = 4096 };

/* --- values -------------------------------------------------------------------- */

struct value value_unknown(void)
{
	return (struct value){ .base = BASE_UNKNOWN };
}

struct value value_text(struct text t)
{
	return (struct value){ .base = BASE_TEXT, .path = t };
}

struct value value_based(enum value_base b, struct text path)
{
	return (struct value){ .base = b, .path = path };
}

/* A variable of the environment, without a default. */
struct value value_variable(struct text name)
{
	if (words_hold("HOME USERPROFILE HOMEPATH user.home", name))
		return value_based(BASE_HOME, TEXT_NONE);
	if (words_hold("TMPDIR TMP TEMP java.io.tmpdir", name))
		return value_based(BASE_TEMP, TEXT_NONE);
	if (words_hold("PWD user.dir", name))
		return value_based(BASE_CWD, TEXT_NONE);
	/* a property of Java, and what a web server tells PHP */
	if (text_has(name, '.') ||
	    words_hold("DOCUMENT_ROOT SCRIPT_FILENAME SCRIPT_NAME REQUEST_URI PHP_SELF HTTP_HOST", name))
		return value_unknown();
	return (struct value){ .base = BASE_UNKNOWN, .env = name };
}

bool value_nothing(struct value v)
{
	return v.base == BASE_UNKNOWN && !v.env.n;
}

/* 'sqlite:///' + f: what stands behind is a path of its own. */
static bool scheme(struct text t)
{
	return text_ends(t, TEXT(":///")) || text_is(t, "sqlite:") || text_is(t, "file:") ||
	       text_ends(t, TEXT("dbname=")) || text_iends(t, TEXT("data source=")) ||
	       text_iends(t, TEXT("filename="));
}

struct value value_concat(struct evaluation *e, struct value a, struct value b)
{
	if (a.partial || value_nothing(a) || a.base == BASE_ENVIRONMENT || a.base == BASE_NONE)
		return value_nothing(a) || a.base == BASE_ENVIRONMENT || a.base == BASE_NONE ? value_unknown()
											     : a;
	if (a.base == BASE_TEXT && !a.env.n && (!a.path.n || scheme(a.path)) &&
	    (b.base != BASE_TEXT || !a.path.n))
		return b;
	/* ":" + os.Getenv("PORT") */
	if (a.base == BASE_TEXT && !a.env.n && text_ends(a.path, TEXT(":")) && b.env.n)
		return b;
	if (b.base != BASE_TEXT || b.env.n || a.path.n + a.rest.n + b.path.n > MAX_PATH) {
		a.partial = true;
		return a;
	}
	if (a.base != BASE_UNKNOWN)
		a.path = ARENA_JOIN(e->a, a.path, b.path);
	if (a.env.n)
		a.rest = ARENA_JOIN(e->a, a.rest, b.path);
	a.partial = b.partial;
	return a;
}

struct value value_join(struct evaluation *e, struct value a, struct value b, bool anew)
{
	bool plain = b.base == BASE_TEXT && !b.env.n;

	if (anew && (b.base == BASE_FILE || b.base == BASE_HOME || b.base == BASE_TEMP || b.base == BASE_CWD))
		return b;
	if (anew && plain && text_starts(b.path, TEXT("/")))
		return b;
	if (a.base == BASE_TEXT && !a.path.n && !a.env.n && !a.partial)
		return b;
	if (a.base == BASE_CWD && !a.path.n && plain)
		return value_based(BASE_CWD, b.path);
	return value_concat(e, value_concat(e, a, value_text(TEXT("/"))), b);
}

/* Of a path without its last part; above its own start that is "..". */
static struct text folder(struct evaluation *e, struct text t, bool absolute)
{
	size_t slash;

	while (t.n > 1 && t.p[t.n - 1] == '/')
		t.n--;
	slash = text_rchr(t, '/');
	if (!absolute && (!t.n || text_is(text_base(t), "..")))
		return t.n ? ARENA_JOIN(e->a, t, TEXT("/..")) : TEXT("..");
	if (slash == TEXT_NPOS)
		return TEXT_NONE;
	return text_sub(t, 0, slash ? slash : 1);
}

struct value value_folder(struct evaluation *e, struct value v)
{
	if (v.base == BASE_TEMP && !v.path.n)
		return v;
	if (v.partial) {
		size_t slash = text_rchr(v.path, '/');

		v.path = slash == TEXT_NPOS ? TEXT_NONE : text_sub(v.path, 0, slash + 1);
		slash = text_rchr(v.rest, '/');
		v.rest = slash == TEXT_NPOS ? TEXT_NONE : text_sub(v.rest, 0, slash + 1);
		return v;
	}
	if (v.path.n > MAX_PATH || v.rest.n > MAX_PATH)
		return value_unknown();
	if (v.base == BASE_TEXT && !text_has(v.path, '/') && !v.env.n)
		return value_based(BASE_CWD, TEXT_NONE);
	if (v.base != BASE_UNKNOWN)
		v.path = folder(e, v.path, text_starts(v.path, TEXT("/")));
	if (v.env.n)
		v.rest = folder(e, v.rest, false);
	return v;
}

struct value value_cut(struct value v, size_t n)
{
	v.path = text_from(v.path, n < v.path.n ? n : v.path.n);
	return v;
}

struct value value_otherwise(struct value a, struct value b)
{
	if (a.base == BASE_UNKNOWN && a.env.n && !a.rest.n) {
		if (value_nothing(b))
			return a;
		b.env = a.env;
		b.rest = TEXT_NONE;
		return b;
	}
	return a.base == BASE_NONE ? b : a;
}

struct value value_expand(struct value v)
{
	if (v.base == BASE_TEXT && text_starts(v.path, TEXT("~")) && (v.path.n == 1 || v.path.p[1] == '/')) {
		v.base = BASE_HOME;
		return value_cut(v, v.path.n == 1 ? 1 : 2);
	}
	return v;
}

/* --- arguments ------------------------------------------------------------------- */

/* The end of the argument that begins at `i`. */
size_t argument_end(const struct tokens *t, size_t i, size_t to)
{
	while (i < to && !token_is(t, i, ","))
		i = token_over(t, i);
	return i < to ? i : to;
}

/* key = v, key: v, :key => v, 'key': v */
static size_t behind_key(const struct tokens *t, size_t i, const char *key)
{
	if (token_is(t, i, ":") && token_has_kind(t, i + 1, TOKEN_NAME) && token_is(t, i + 2, "=>"))
		i++;
	if (!text_is(token_inside(t, i), key) ||
	    !(token_has_kind(t, i, TOKEN_NAME) || token_has_kind(t, i, TOKEN_STRING)))
		return 0;
	return token_is(t, i + 1, "=") || token_is(t, i + 1, ":") || token_is(t, i + 1, "=>") ? i + 2 : 0;
}

static bool find_key(const struct tokens *t, size_t from, size_t to, const char *key, unsigned levels,
		     size_t *afrom, size_t *ato)
{
	size_t steps = 0;

	for (size_t i = from, end; i < to && steps++ < MAX_ARGUMENTS; i = end + 1) {
		size_t value = behind_key(t, i, key);

		end = argument_end(t, i, to);
		if (value && value < end) {
			*afrom = value;
			*ato = end;
			return true;
		}
		if (levels && (token_is(t, i, "{") || token_is(t, i, "[")) &&
		    find_key(t, i + 1, token_over(t, i) - 1, key, levels - 1, afrom, ato))
			return true;
	}
	return false;
}

bool argument_in(const struct tokens *t, size_t from, size_t to, size_t n, const char *key, size_t *afrom,
		 size_t *ato)
{
	if (key && find_key(t, from, to, key, 1, afrom, ato))
		return true;
	for (size_t i = from, k = 0; i < to && k <= n; k++) {
		size_t end = argument_end(t, i, to);
		bool named = t->language == SOURCE_PYTHON && token_is(t, i + 1, "=");

		if (k == n) {
			*afrom = i;
			*ato = end;
			return i < end && !named;
		}
		i = end + 1;
	}
	return false;
}

bool argument(const struct tokens *t, size_t open, size_t n, const char *key, size_t *from, size_t *to)
{
	size_t behind = token_over(t, open);

	return behind > open + 1 && argument_in(t, open + 1, behind - 1, n, key, from, to);
}
