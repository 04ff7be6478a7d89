/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/account_rows.h"

#include "facts/catalog.h"
#include "facts/table.h"

#include "gen/catalog_accounts.h"

static struct maybe value(struct text t)
{
	return !t.n || text_is(t, "?") ? maybe_unknown() : maybe_known(t);
}

/* The first row of the image, or of the nearest folder above it. */
static size_t find_rows(const struct table *t, struct text image)
{
	struct catalog_image c;
	size_t row = table_find(t, image);

	if (row == NO_ROW && catalog_image_find(image, &c))
		row = table_find(t, c.image);
	while (row == NO_ROW && image.n > 0) {
		size_t slash = text_rchr(text_sub(image, 0, image.n - 1), '/');

		image = text_sub(image, 0, slash == TEXT_NPOS ? 0 : slash + 1);
		row = table_find_folder(t, image);
	}
	return row;
}

static bool row_matches(const struct table *t, size_t row, struct maybe tag)
{
	return tag.state != KNOWN || table_matches(table_cell(t, row, ACCOUNTS_TAGS), tag.text);
}

static struct catalog_account read_row(const struct table *t, size_t row)
{
	struct catalog_account c = { .kind = CATALOG_ACCOUNT, .name = table_cell(t, row, ACCOUNTS_NAME) };

	if (text_is(c.name, "-"))
		c.kind = CATALOG_GROUP;
	if (text_starts(c.name, TEXT("!"))) {
		c.kind = CATALOG_ABSENT;
		c.name = text_from(c.name, 1);
	}
	c.uid = value(table_cell(t, row, ACCOUNTS_UID));
	c.gid = value(table_cell(t, row, ACCOUNTS_GID));
	c.group = value(table_cell(t, row, ACCOUNTS_GROUP));
	c.home = value(table_cell(t, row, ACCOUNTS_HOME));
	c.home_made = text_is(table_cell(t, row, ACCOUNTS_HOME_MADE), "yes");
	c.main = text_is(table_cell(t, row, ACCOUNTS_MAIN), "yes");
	c.source = table_cell(t, row, ACCOUNTS_SOURCE);
	c.as_of = table_cell(t, row, ACCOUNTS_AS_OF);
	return c;
}

/* Two rows of one name are one account; of groups alone, the group's. */
static struct catalog_account *listed(struct catalog_account *list, size_t n, const struct catalog_account *c)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i].name, c->name) && (c->kind != CATALOG_GROUP || maybe_eq(list[i].group, c->group)))
			return &list[i];
	return NULL;
}

static struct maybe agreed(struct maybe a, struct maybe b)
{
	return maybe_eq(a, b) ? a : maybe_unknown();
}

/* One of the two it is. */
static void merge(struct catalog_account *c, const struct catalog_account *other)
{
	c->uid = agreed(c->uid, other->uid);
	c->gid = agreed(c->gid, other->gid);
	c->group = agreed(c->group, other->group);
	c->home = agreed(c->home, other->home);
	c->home_made = c->home_made && other->home_made;
}

/* A row for some tags only, of which nobody knows whether it is one of them: nothing is sure of it but where the row
 * for all tags has the name too. */
static bool is_sure(const struct table *t, size_t first, size_t end, const struct catalog_account *c)
{
	for (size_t row = first; row < end; row++) {
		struct catalog_account other = read_row(t, row);

		if (text_is(table_cell(t, row, ACCOUNTS_TAGS), "*") && other.kind == c->kind && listed(&other, 1, c))
			return true;
	}
	return false;
}

bool catalog_accounts(struct text image, struct maybe tag, struct arena *a, const struct catalog_account **out, size_t *n,
		      bool *all)
{
	const struct table t = TABLE(accounts, ACCOUNTS);
	size_t first = find_rows(&t, image), end = first;
	struct catalog_account *list;
	bool found = false;

	*out = NULL;
	*n = 0;
	*all = false;
	if (first == NO_ROW)
		return false;
	while (end < t.rows && text_eq(table_cell(&t, end, 0), table_cell(&t, first, 0)))
		end++;
	*out = list = ARENA_ARRAY(a, end - first, struct catalog_account);
	*all = true;
	for (size_t row = first; row < end; row++) {
		struct catalog_account c = read_row(&t, row), *same = listed(list, *n, &c);

		if (!row_matches(&t, row, tag))
			continue;
		found = true;
		/* "none": all that the image has is its distribution's. */
		if (text_is(c.name, "none")) {
			if (tag.state == KNOWN && !*n)
				break;
		} else if (tag.state != KNOWN && !is_sure(&t, first, end, &c)) {
			*all = false;
		} else if (!same) {
			list[(*n)++] = c;
		} else if (tag.state != KNOWN) {
			merge(same, &c);
		}
	}
	*all = *all && found;
	return found;
}
