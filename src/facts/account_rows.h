/* SPDX-License-Identifier: Apache-2.0 */
/* The catalog's table of accounts (data/accounts.tsv): those of /etc/passwd in public images, and those that all
 * images of a distribution have. For facts/accounts alone. */
#ifndef DFH_FACTS_ACCOUNT_ROWS_H
#define DFH_FACTS_ACCOUNT_ROWS_H

#include "base/arena.h"
#include "base/maybe.h"

enum catalog_account_kind {
	CATALOG_ACCOUNT,
	CATALOG_GROUP, /* a group (group, gid) without an account */
	CATALOG_ABSENT /* the image took that account of its distribution away */
};

struct catalog_account {
	enum catalog_account_kind kind;
	struct text name;
	struct maybe uid, gid, group, home;
	bool home_made, main;
	struct text source, as_of;
};

/* What the table has of an image (as imageref_name() gives it; by its own name, another name, or the nearest row for
 * all images below a path) or of a distribution ("@debian"): of each name the first row whose tags match. With an UNKNOWN
 * tag what its rows have in common, and *all is false where some tags have a name that others lack. False where there is no row of it
 * (or none that matches); one that has nothing of its own has a row. */
bool catalog_accounts(struct text image, struct maybe tag, struct arena *a, const struct catalog_account **list, size_t *n,
		      bool *all);

#endif
