/* SPDX-License-Identifier: Apache-2.0 */
/* /etc/passwd and /etc/group of a stage while its instructions are gone over: inside of facts/accounts. */
#ifndef DFH_FACTS_ROSTER_H
#define DFH_FACTS_ROSTER_H

#include "facts/accounts.h"
#include "facts/distro.h"

enum { MAX_ACCOUNTS = 128 }; /* and as many groups; beyond it a list is not complete */

/* In an arena; at most MAX_ACCOUNTS of each. The arrays are its own. */
struct roster {
	struct arena *arena;
	struct account *list;
	size_t n, cap;
	struct account_group *groups;
	size_t ngroups, gcap;
	bool complete;
	size_t copies; /* COPYs over its files so far: at most MAX_ACCOUNTS are followed */
};

/* A copy to go on with; from may be NULL: nobody, complete. */
void roster_start(struct roster *r, struct arena *a, const struct accounts *from);
struct accounts roster_end(struct roster *r);

struct account *roster_find(struct roster *r, struct text name);
struct account_group *roster_group(struct roster *r, struct text name);
/* The name of a group by its number, or UNKNOWN. */
struct maybe roster_group_name(const struct roster *r, struct maybe gid);
/* The number is no group's and the list would tell. */
bool roster_gid_free(const struct roster *r, struct maybe gid);

/* In the place of one of that name. root is left out. */
void roster_set(struct roster *r, const struct account *a);
void roster_set_group(struct roster *r, struct text name, struct maybe gid);
void roster_remove(struct roster *r, struct text name);
void roster_remove_group(struct roster *r, struct text name);

/* Lines of a passwd or group file behind what is there; false where one is no such line. */
bool roster_add_passwd(struct roster *r, struct text lines, size_t item);
bool roster_add_group(struct roster *r, struct text lines);

/* What the catalog has of an image or a distribution; as catalog_accounts(). */
bool roster_add_catalog(struct roster *r, struct text image, struct maybe tag, bool *all);

/* The image that FROM names with a tag of variables, and the fixed text, "-" first, that the tag ends in or nothing;
 * false where FROM is not so. */
bool account_base(const struct stage *st, struct text *image, struct text *tail);

/* Decimal, without leading zeros; UNKNOWN for what is no number of 32 bits. */
struct maybe account_number(struct text t);

/* All accounts of an image by its name, with those of its distribution; UNKNOWN: any tag. */
void roster_add_image(struct roster *r, struct text image, struct maybe tag, struct distro d);

/* A COPY or ADD over /etc/passwd and /etc/group. */
void roster_copy(struct roster *r, struct facts *f, size_t item);

/* The accounts that a package brings along. */
void roster_install(struct roster *r, struct distro d, struct text package, size_t item);

/* The accounts that the commands of a RUN make, change and take away. */
void roster_run(struct roster *r, struct facts *f, size_t item, struct distro d);

/* What RUNs of a stage write to a file by redirection, as lines; false where that is not all literal. */
bool roster_file(struct facts *f, size_t stage, struct text path, struct arena *a, struct text *lines);

#endif
