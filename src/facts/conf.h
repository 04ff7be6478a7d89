/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration file of a server says of where it writes, on which ports it listens and as whom
 * it runs: one table row a directive. */
#ifndef DFH_FACTS_CONF_H
#define DFH_FACTS_CONF_H

#include "base/arena.h"
#include "base/maybe.h"

enum conf_role {
	CONF_PID,    /* a file that is made and written, maybe replaced */
	CONF_LOG,    /* a file that is appended to */
	CONF_DATA,   /* a folder in which files are made */
	CONF_SOCKET, /* a Unix socket that is made */
	CONF_PORT,   /* decimal, it listens on it */
	CONF_USER,   /* it changes to that user (and group) */
	CONF_GROUP,
	CONF_ROOT,   /* what it cannot do but as root: chroot */
	CONF_DAEMON, /* it goes to the background: on or off, as written */
	CONF_ADDRESS, /* the address that it listens on alone: "127.0.0.1" */
	CONF_COMMAND, /* a program that it starts: supervisord's command= */
	CONF_WORKDIR, /* of that program, of the same section */
	CONF_INCLUDE  /* further files */
};

struct conf_setting {
	enum conf_role role;
	const char *directive; /* its name in the table: "pid", "command" */
	struct text section;   /* [program:x], or the block's head; empty: none */
	struct maybe value;    /* without quotes; UNKNOWN: a variable stands in it */
	size_t at, n;          /* the value's bytes in the file, quotes included */
	size_t line;           /* 1-based */
};

struct conf {
	const struct conf_setting *settings; /* in the order of the text */
	size_t n;
	bool read; /* false: it cannot be read as such a file (a template, binary, cut short): know nothing of it */
};

/* The servers that the table knows, by the name of their program without version: "nginx", "apache2" (httpd too),
 * "lighttpd", "redis-server", "supervisord", "haproxy", "php-fpm", "mosquitto", "squid", "memcached",
 * "mariadbd", "postgres", "gunicorn", "uwsgi", "tinyproxy", "stunnel", "unbound", "varnishd", "dnsmasq", "sshd". */
bool conf_knows(struct text server);

/* Where such a server's configuration lies: one of its files by that absolute path (/etc/nginx/conf.d/x.conf). The
 * server's name, or empty. */
struct text conf_server_of(struct text path);

void conf_read(struct arena *a, struct text server, struct text bytes, struct conf *out);

#endif
