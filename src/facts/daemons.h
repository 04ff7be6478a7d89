/* SPDX-License-Identifier: Apache-2.0 */
/* Servers and other programs of which the catalog tells as whom they can run and what they then need
 * (data/daemons.tsv). */
#ifndef DFH_FACTS_DAEMONS_H
#define DFH_FACTS_DAEMONS_H

#include "base/arena.h"
#include "base/maybe.h"
#include "facts/distro.h"

enum daemon_verdict {
	DAEMON_USER,  /* runs as an ordinary user, given what the row lists */
	DAEMON_ROOT,  /* root by its nature: leave it */
	DAEMON_DROPS, /* starts as root and gives that up itself, and must: leave it */
	DAEMON_UNKNOWN /* it is a server, but what it needs as another user was not verified */
};

/* One row: a program as it comes from one origin. Lists are blank-separated; paths absolute; those of a framework may
 * start with ./ , the working directory. */
struct daemon {
	struct text program;  /* key: "nginx", "apache2ctl"; without its folder */
	struct text origin;   /* packages ("nginx nginx-light") or images ("image:httpd image:php") that it comes from; empty: any */
	struct text releases; /* "debian12 ubuntu": a name without a number stands for all of them; empty: any */
	enum daemon_verdict verdict;
	struct text account;  /* NAME:UID:GID or NAME (whose numbers are chosen at build time) that it should run as; empty: any */
	bool any_account;     /* another account does as well, given what the row lists. Else it must be that one, and of a
			       * bare NAME the further groups count: USER NAME, without a group */
	struct text dirs;     /* that must be there and belong to it */
	struct text files;    /* likewise; made empty where they are not there */
	struct text commands; /* shell commands, joined by && ; {user}, {group}, {uid}, {gid} stand for the account's */
	struct text ports;    /* what it listens on, its configuration being the package's own */
	struct text config;   /* paths (with stars) of configuration that, copied in, decides instead: read it with conf_read() */
	struct text flags;    /* options of its command line that make the row void: "-u --user" */
	struct text when;     /* paths (with stars): dirs and files are wanted only where one of them is there; empty: always */
	bool home;            /* it wants a home folder that it can write to */
	bool workdir;         /* and to write to its working directory */
	bool hands_over;      /* an image's entry point: it ends in exec "$@", so its arguments are what is started */
	struct text why;      /* for people: what stops it as another user, or why it must be root */
	struct text source, as_of;
};

/* The row of a program for an origin. packages: what the stage installs, blank-separated; image: the base's name, as
 * imageref_name() gives it; release: of daemon_release(). The best match: a row of that image, else of one of those
 * packages, else one without an origin. A version in the name counts as none where no row has it (php-fpm8.2). */
bool daemon_find(struct text program, struct text packages, struct text image, struct text release, struct daemon *out);

/* Programs that are no servers, and what a user needs to run them (data/tools.tsv). */
enum tool_needs {
	TOOL_UNKNOWN, /* no row: it may be anything */
	TOOL_FILES,   /* it works on what it is given, where it is called */
	TOOL_HOME,    /* likewise, and it keeps something in its home folder from the first start on */
	TOOL_MORE     /* more than an ordinary user has: networks, devices, name spaces; the catalog's words in *why */
};
enum tool_needs tool_find(struct text program, struct text *why);

/* A distribution's release or, where that is not known, the name of its family ("debian", "alpine"): a package of one
 * name is another thing in Debian than in Alpine. Empty where neither is known: rows for some releases do not match. */
struct text daemon_release(struct distro d);

/* An official image whose entry point gives up root by itself, or that must be root. The catalog's words in *why.
 * DAEMON_USER: it runs as a user by itself. DAEMON_UNKNOWN: nothing is known. An empty tag is `latest`. */
enum daemon_verdict daemon_of_image(struct text image, struct text tag, struct text *why);

#endif
