/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of package managers: one row each. */
#ifndef DFH_FACTS_MANAGERS_H
#define DFH_FACTS_MANAGERS_H

#include "facts/programs.h"

enum package_verb {
	PACKAGE_OTHER,   /* reads what is there: show, search, download, build-dep ... */
	PACKAGE_UPDATE,  /* fetches the lists */
	PACKAGE_INSTALL,
	PACKAGE_UPGRADE, /* of all that is installed */
	PACKAGE_REMOVE,
	PACKAGE_CLEAN,   /* takes the cache away */
	PACKAGE_TIDY,    /* takes away what was downloaded, but leaves the lists */
	PACKAGE_VERBS
};

/* How what a manager leaves behind goes. */
enum cache_cure {
	CURE_NONE,
	CURE_OPTION, /* an option of the command that would leave it */
	CURE_COMMAND /* a command at the end of the script */
};

struct manager {
	const char *id;     /* apt, apk, dnf ... */
	struct program program; /* names and options of its command line */
	/* Sub-commands, separated by "|", each of one or two words ("cache clean"). */
	const char *verbs[PACKAGE_VERBS];
	const char *version_marks; /* bytes that a version starts with, behind a package's name */
	bool system;        /* installs for all users: needs root */
	const char *yes;    /* options that answer every question; NULL: it asks none */
	const char *yes_before; /* likewise, but only before the sub-command; may be NULL */
	const char *cache_id; /* of clean-package-cache; NULL: it leaves nothing */
	enum cache_cure cure;
	const char *clean;  /* the option or command */
	const char *cleans; /* what else does the same, for us to know it: options, blank-separated */
	const char *paths;  /* where the cache is, blank-separated: a mount or an rm over it. ~ is the home */
	bool lists;         /* the cache is what an install needs first: an update makes it */
};

/* They leave the same behind (dnf and yum), so that what clears the one clears the other. */
bool manager_shares_cache(const struct manager *a, const struct manager *b);

/* The row whose program it is, or NULL. "dnf" and "yum" are two rows. */
const struct manager *manager_of_program(struct text name);
const struct manager *manager_find(const char *id);
const struct manager *manager_at(size_t i); /* the i-th row, or NULL */

#endif
