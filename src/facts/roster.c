/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster.h"

#include "facts/account_rows.h"
#include "syntax/imageref.h"

#include <string.h>

void roster_start(struct roster *r, struct arena *a, const struct accounts *from)
{
	*r = (struct roster){ .arena = a, .complete = from ? from->complete : true };
	if (!from)
		return;
	for (size_t i = 0; i < from->ngroups; i++)
		roster_set_group(r, from->groups[i].name, from->groups[i].gid);
	for (size_t i = 0; i < from->n; i++)
		roster_set(r, &from->list[i]);
}

/* /etc/group may have been written behind /etc/passwd. */
struct accounts roster_end(struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->list[i].group.state != KNOWN)
			r->list[i].group = roster_group_name(r, r->list[i].gid);
	return (struct accounts){ r->list, r->n, r->groups, r->ngroups, r->complete };
}

struct account *roster_find(struct roster *r, struct text name)
{
	for (size_t i = 0; i < r->n; i++)
		if (text_eq(r->list[i].name, name))
			return &r->list[i];
	return NULL;
}

struct account_group *roster_group(struct roster *r, struct text name)
{
	for (size_t i = 0; i < r->ngroups; i++)
		if (text_eq(r->groups[i].name, name))
			return &r->groups[i];
	return NULL;
}

struct maybe roster_group_name(const struct roster *r, struct maybe gid)
{
	if (maybe_is(gid, "0"))
		return maybe_known(TEXT("root"));
	for (size_t i = 0; i < r->ngroups && gid.state == KNOWN; i++)
		if (maybe_eq(r->groups[i].gid, gid))
			return maybe_known(r->groups[i].name);
	return maybe_unknown();
}

bool roster_gid_free(const struct roster *r, struct maybe gid)
{
	return r->complete && gid.state == KNOWN && roster_group_name(r, gid).state != KNOWN;
}

void roster_set(struct roster *r, const struct account *a)
{
	struct account *old = roster_find(r, a->name);

	if (!a->name.n || text_is(a->name, "root") || maybe_is(a->uid, "0"))
		return;
	if (!old && r->n >= MAX_ACCOUNTS) {
		r->complete = false;
		return;
	}
	if (!old) {
		r->list = arena_grow(r->arena, r->list, r->n, &r->cap, sizeof(*r->list));
		old = &r->list[r->n++];
	}
	*old = *a;
}

void roster_set_group(struct roster *r, struct text name, struct maybe gid)
{
	struct account_group *old = roster_group(r, name);

	if (!name.n || text_is(name, "root"))
		return;
	if (!old && r->ngroups >= MAX_ACCOUNTS) {
		r->complete = false;
		return;
	}
	if (!old) {
		r->groups = arena_grow(r->arena, r->groups, r->ngroups, &r->gcap, sizeof(*r->groups));
		old = &r->groups[r->ngroups++];
	}
	*old = (struct account_group){ name, gid };
}

void roster_remove(struct roster *r, struct text name)
{
	struct account *a = roster_find(r, name);

	if (!a)
		return;
	memmove(a, a + 1, (size_t)(r->list + r->n - (a + 1)) * sizeof(*a));
	r->n--;
}

void roster_remove_group(struct roster *r, struct text name)
{
	struct account_group *g = roster_group(r, name);

	if (!g)
		return;
	memmove(g, g + 1, (size_t)(r->groups + r->ngroups - (g + 1)) * sizeof(*g));
	r->ngroups--;
}

struct maybe account_number(struct text t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t.n; i++) {
		if (!ascii_digit((unsigned char)t.p[i]) || (n = n * 10 + (uint64_t)(t.p[i] - '0')) > UINT32_MAX)
			return maybe_unknown();
	}
	while (t.n > 1 && t.p[0] == '0')
		t = text_from(t, 1);
	return t.n ? maybe_known(t) : maybe_unknown();
}

/* --- lines ------------------------------------------------------------------- */

/* The fields of one line; their number, at most max + 1. */
static size_t fields(struct text line, struct text *field, size_t max)
{
	bool more = true;
	struct text part;
	size_t n = 0;

	while (n <= max && text_cut(&line, ':', &part, &more)) {
		if (n < max)
			field[n] = part;
		n++;
	}
	return n;
}

bool roster_add_passwd(struct roster *r, struct text lines, size_t item)
{
	struct text line, f[7];
	bool more = true, good = true;

	while (text_cut(&lines, '\n', &line, &more)) {
		struct account a = { .from = ACCOUNT_MADE, .item = item };

		line = text_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (text_has(line, '\0') || fields(line, f, 7) != 7) {
			good = false;
			continue;
		}
		a.name = f[0];
		a.uid = account_number(f[2]);
		a.gid = account_number(f[3]);
		a.group = roster_group_name(r, a.gid);
		a.home = maybe_known(f[5]);
		roster_set(r, &a);
	}
	return good;
}

bool roster_add_group(struct roster *r, struct text lines)
{
	struct text line, f[4];
	bool more = true, good = true;

	while (text_cut(&lines, '\n', &line, &more)) {
		line = text_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (text_has(line, '\0') || fields(line, f, 4) != 4)
			good = false;
		else
			roster_set_group(r, f[0], account_number(f[2]));
	}
	return good;
}

/* --- bases ---------------------------------------------------------------------- */

/* Behind the last variable of a tag. */
static struct text tail_of(struct text tag)
{
	size_t at = text_rchr(tag, '$'), brace = text_rchr(tag, '}');

	if (brace != TEXT_NPOS && brace > at)
		return text_from(tag, brace + 1);
	at++;
	while (at < tag.n && (ascii_alnum((unsigned char)tag.p[at]) || tag.p[at] == '_'))
		at++;
	return text_from(tag, at);
}

bool account_base(const struct stage *st, struct text *image, struct text *tail)
{
	size_t dollar = text_chr(st->base, '$', 0), colon = text_rchr(text_sub(st->base, 0, dollar), ':');
	struct imageref ref;

	if (dollar == TEXT_NPOS || colon == TEXT_NPOS || text_chr(st->base, '/', colon) != TEXT_NPOS ||
	    text_has(st->base, '@') || !imageref_parse(text_sub(st->base, 0, colon), &ref))
		return false;
	*image = imageref_name(&ref);
	*tail = tail_of(text_from(st->base, colon + 1));
	if (tail->n && (tail->p[0] != '-' || text_has(*tail, '$')))
		*tail = TEXT_NONE;
	return true;
}

/* --- the catalog --------------------------------------------------------------- */

static void add_row(struct roster *r, const struct catalog_account *c)
{
	struct account a = { .from = ACCOUNT_BASE, .name = c->name, .uid = c->uid, .gid = c->gid, .group = c->group,
			     .home = c->home, .home_made = c->home_made, .main = c->main, .item = TEXT_NPOS };

	if (c->kind == CATALOG_ABSENT) {
		roster_remove(r, c->name);
		roster_remove_group(r, c->name);
		return;
	}
	if (c->group.state == KNOWN)
		roster_set_group(r, c->group.text, c->gid);
	a.source = ARENA_JOIN(r->arena, c->source, TEXT(", "), c->as_of);
	if (c->kind == CATALOG_ACCOUNT)
		roster_set(r, &a);
}

bool roster_add_catalog(struct roster *r, struct text image, struct maybe tag, bool *all)
{
	const struct catalog_account *list;
	size_t n;
	bool found = catalog_accounts(image, tag, r->arena, &list, &n, all);

	for (size_t i = 0; i < n; i++)
		add_row(r, &list[i]);
	return found;
}
