/* SPDX-License-Identifier: Apache-2.0 */
/* Servers and other programs of which the catalog tells as whom they can run and what they then need
 * (data/daemons.tsv). */
#ifndef DFH_FACTS_DAEMONS_H
#define DFH_FACTS_DAEMONS_H

#include "base/arena.h"
#include "base/maybe.h"

enum daemon_verdict {
	DAEMON_USER,  /* runs as an ordinary user, given what the row lists */
	DAEMON_ROOT,  /* root by its nature: leave it */
	DAEMON_DROPS, /* starts as root and gives that up itself, and must: leave it */
	DAEMON_UNKNOWN /* it is a server, but what it needs as another user was not verified */
};

/* One row: a program as it comes from one origin. Lists are blank-separated; paths absolute; ~ and . in the list of
 * a framework's row are the home folder and the working directory. */
struct daemon {
	struct text program;  /* key: "nginx", "apache2ctl"; without its folder */
	struct text origin;   /* packages ("nginx nginx-light") or images ("image:httpd image:php") that it comes from; empty: any */
	struct text releases; /* "debian12 debian13 ubuntu"; empty: any */
	enum daemon_verdict verdict;
	struct text account;  /* NAME:UID:GID or NAME (whose numbers are chosen at build time) that it should run as; empty: any */
	struct text dirs;     /* that must be there and belong to it */
	struct text files;    /* likewise; made empty where they are not there */
	struct text commands; /* to be joined by &&, each a shell command; {user}, {group}, {uid}, {gid} stand for the account's */
	struct text ports;    /* what it listens on, its configuration being the package's own */
	struct text config;   /* paths (with stars) of configuration that, copied in, decides instead: read it with conf_read() */
	struct text flags;    /* options of its command line that make the row void: "-u --user" */
	bool home;            /* it wants a home folder that it can write to */
	bool workdir;         /* and to write to its working directory */
	struct text why;      /* for people: what stops it as another user, or why it must be root */
	struct text source, as_of;
};

/* The row of a program for an origin. packages: what the stage installs, blank-separated; image: the base's name, as
 * imageref_name() gives it; release: as distro_of() gives it. The best match: a row of that image, else of one of those
 * packages, else one without an origin. A version in the name counts as none where no row has it (php-fpm8.2). */
bool daemon_find(struct text program, struct text packages, struct text image, struct text release, struct daemon *out);

/* An official image whose entry point gives up root by itself, or that must be root. The catalog's words in *why. */
enum daemon_verdict daemon_of_image(struct text image, struct text tag, struct text *why);

#endif
