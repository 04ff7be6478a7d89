/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts of a stage's image (/etc/passwd, /etc/group), as far as the catalog and the stage's
 * RUNs tell, and with which tools one more can be made. */
#ifndef DFH_FACTS_ACCOUNTS_H
#define DFH_FACTS_ACCOUNTS_H

#include "facts/facts.h"

enum account_from {
	ACCOUNT_BASE,    /* the base image has it (catalog) */
	ACCOUNT_MADE,    /* a RUN of the file makes it: useradd, adduser */
	ACCOUNT_PACKAGE, /* a package that a RUN installs makes it (catalog) */
};

struct account {
	enum account_from from;
	struct text name;
	struct maybe uid, gid; /* decimal; UNKNOWN: the system chose it on the day of the build */
	struct maybe group;    /* the primary group's name */
	struct maybe home;     /* as /etc/passwd has it */
	bool home_made;        /* and it is a folder that belongs to the account */
	bool main;             /* of the base: the one that its image is meant to run as (node, app, nonroot) */
	size_t item;           /* the RUN; TEXT_NPOS: of the base */
	struct text source;    /* of a catalog's row: "NAME, DATE" */
};

struct account_group {
	struct text name;
	struct maybe gid; /* as of an account */
};

struct accounts {
	const struct account *list; /* in the order in which they are made; root is not among them */
	size_t n;
	const struct account_group *groups; /* those without an account too */
	size_t ngroups;
	/* false: others may be there (an unknown base, a script that is not seen through, a COPY to /etc/passwd). */
	bool complete;
};

/* At the end of a stage. Cached for the reading. */
const struct accounts *accounts_of(struct facts *f, size_t stage);

/* The account that USER or --chown means: a name, a number, either with a group behind it; NULL: none of them.
 * "0" and "root" are nobody's. */
const struct account *accounts_find(const struct accounts *a, struct text user);

/* The uid, or the gid, may be somebody's already: a number of the list or its groups, or one below 1000, which is the
 * system's (packages take those at will). Where the list is not complete, what is over 10000 counts as free. What is no
 * number, or above 4294967293, is nobody's to take: true. */
bool accounts_taken(const struct accounts *a, struct text number);

/* How the stage's image gets an account. */
enum account_means {
	MEANS_UNKNOWN, /* the family is not known */
	MEANS_NUMBER,  /* no shell, or no tool: a number without a name is all there is */
	MEANS_SHADOW,  /* groupadd, useradd */
	MEANS_BUSYBOX, /* addgroup, adduser of BusyBox */
	MEANS_INSTALL, /* groupadd, useradd, behind the installation of a package */
	MEANS_LINES    /* a shell, but no tool that is sure to be there: lines for /etc/passwd and /etc/group */
};

/* *by: the RUN that proves it, TEXT_NPOS where the name of the base tells. */
enum account_means accounts_means(struct facts *f, size_t stage, size_t *by);

struct account_wish {
	struct text name, uid, gid;
	struct text home; /* empty: none, /nonexistent stands in its place */
};

/* The commands that make it, one a text, in the arena, to be joined by && : groupadd ..., useradd ... Of
 * MEANS_INSTALL the package manager's call and its cleaning too. Its group has the name of the account; gid 0 is root's, which is
 * there. False for
 * MEANS_NUMBER and MEANS_UNKNOWN, and where name, number or home would have to be quoted. */
bool accounts_commands(struct facts *f, size_t stage, const struct account_wish *wish, const struct text **commands,
		       size_t *n);

#endif
