/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_find.h"

#include <string.h>

/* The token behind NAME: of an entry, NAME = of an assignment, or ['NAME'] = ; 0: it is none. */
static size_t entry_value(const struct tokens *t, size_t i)
{
	if (token_is(t, i + 1, "]") && token_is(t, i + 2, "=") && token_has_kind(t, i, TOKEN_STRING))
		return i + 3;
	if (token_is(t, i + 1, "=") || token_is(t, i + 1, "=>") ||
	    (token_is(t, i + 1, ":") && t->language != SOURCE_RUBY) ||
	    (token_is(t, i + 1, ":") && token_has_kind(t, i, TOKEN_NAME)))
		return i + 2;
	return t->language == SOURCE_RUBY && token_has_kind(t, i, TOKEN_NAME) && i + 1 < t->n &&
			       t->list[i].line && !t->list[i + 1].line
		       ? i + 1
		       : 0;
}

static bool ends_as(struct text t, const char *ends)
{
	struct text rest = text_of(ends), end;
	bool more = true;

	while (text_cut(&rest, ' ', &end, &more))
		if (text_ends(t, end))
			return true;
	return false;
}

void find_key(struct finder *f, size_t i)
{
	enum source_language l = f->t->language;
	struct text name = token_inside(f->t, i);
	size_t value = f->t->list[i].kind <= TOKEN_STRING ? entry_value(f->t, i) : 0;
	struct value v;

	for (size_t k = 0; value && k < source_nkeys; k++) {
		if (source_keys[k].language != l || !text_is(name, source_keys[k].key) ||
		    (source_keys[k].entry && token_is(f->t, i + 1, "=")))
			continue;
		v = value_from(&f->e, value);
		if (!value_nothing(v) &&
		    (!source_keys[k].ends || (!v.partial && ends_as(v.path, source_keys[k].ends))))
			write_add(f, source_keys[k].role, v, i, i);
	}
}

/* Of Flask-SQLAlchemy a relative path is one of the application's "instance" folder, before its version 3 of the folder of
 * its package (Flask-SQLAlchemy documentation, "Configuration"). */
static bool find_instance(struct finder *f, size_t i, struct value v)
{
	v = write_path(f, v);
	if (f->t->language != SOURCE_PYTHON || v.base != BASE_TEXT || text_starts(v.path, TEXT("/")) ||
	    write_nowhere(v) ||
	    !(finder_mentions(f, "flask_sqlalchemy") || finder_mentions(f, "SQLALCHEMY_DATABASE_URI")))
		return false;
	write_add(f, CALL_BELOW, (struct value){ .base = BASE_CWD, .path = TEXT("instance") }, i, i);
	write_add(f, CALL_BELOW, (struct value){ .base = BASE_FILE }, i, i);
	return true;
}

void find_database(struct finder *f, size_t i)
{
	struct text t = token_inside(f->t, i);
	struct value v;

	if (!text_starts(t, TEXT("sqlite")) && !text_starts(t, TEXT("dbi:SQLite:")) &&
	    !(f->t->language == SOURCE_CSHARP && text_starts(t, TEXT("Data Source="))))
		return;
	if (!text_has(t, ':') && !text_has(t, '='))
		return;
	v = value_from(&f->e, i);
	if (f->t->language == SOURCE_CSHARP &&
	    !ends_as(text_sub(v.path, 0, text_chr(v.path, ';', 0)), ".db .sqlite .sqlite3 .db3"))
		return;
	/* a comparison with the scheme alone, and what the rest of the expression does not tell */
	if (value_nothing(v) || (v.base == BASE_TEXT && !v.partial && text_ends(v.path, TEXT("/"))) ||
	    text_ends(v.path, TEXT(":")))
		return;
	if (!find_instance(f, i, v))
		write_add(f, CALL_BESIDE, v, i, i);
}
