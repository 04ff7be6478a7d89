/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster.h"
#include "facts/roster_words.h"

/* Packages by which accounts come: run_user of servers of Debian 12; of the others what their packages are known to
 * make. Numbers only where the distribution fixes them. */
static const struct {
	enum distro_family family;
	const char *packages, *name, *number, *group;
} made_by[] = {
	{ DISTRO_DEBIAN, "haproxy", "haproxy", NULL, NULL },
	{ DISTRO_DEBIAN, "varnish", "varnish", NULL, NULL },
	{ DISTRO_DEBIAN, "varnish", "vcache", NULL, NULL },
	{ DISTRO_DEBIAN, "redis-server redis", "redis", NULL, NULL },
	{ DISTRO_DEBIAN, "memcached", "memcache", NULL, NULL },
	{ DISTRO_DEBIAN, "postgresql postgresql-9* postgresql-1* postgresql-common postgresql-contrib", "postgres", NULL, NULL },
	{ DISTRO_DEBIAN, "mariadb-server mariadb-server-* mysql-server mysql-server-* default-mysql-server", "mysql", NULL, NULL },
	{ DISTRO_DEBIAN, "mosquitto", "mosquitto", NULL, NULL },
	{ DISTRO_DEBIAN, "rabbitmq-server", "rabbitmq", NULL, NULL },
	{ DISTRO_DEBIAN, "tomcat7 tomcat8 tomcat9 tomcat10", "tomcat", NULL, NULL },
	{ DISTRO_DEBIAN, "jetty9", "jetty", NULL, NULL },
	{ DISTRO_DEBIAN, "openssh-server", "sshd", NULL, "nogroup" },
	{ DISTRO_DEBIAN, "dnsmasq dnsmasq-base", "dnsmasq", NULL, "nogroup" },
	{ DISTRO_DEBIAN, "bind9", "bind", NULL, NULL },
	{ DISTRO_DEBIAN, "unbound", "unbound", NULL, NULL },
	{ DISTRO_DEBIAN, "postfix", "postfix", NULL, NULL },
	{ DISTRO_DEBIAN, "exim4 exim4-base", "Debian-exim", NULL, NULL },
	{ DISTRO_DEBIAN, "dovecot-core dovecot-imapd dovecot-pop3d", "dovecot", NULL, NULL },
	{ DISTRO_DEBIAN, "tor", "debian-tor", NULL, NULL },
	{ DISTRO_DEBIAN, "privoxy", "privoxy", NULL, "nogroup" },
	{ DISTRO_DEBIAN, "tinyproxy", "tinyproxy", NULL, NULL },
	{ DISTRO_DEBIAN, "stunnel4", "stunnel4", NULL, NULL },
	{ DISTRO_DEBIAN, "transmission-daemon", "debian-transmission", NULL, NULL },
	{ DISTRO_DEBIAN, "icecast2", "icecast2", NULL, "icecast" },
	{ DISTRO_DEBIAN, "prometheus", "prometheus", NULL, NULL },
	{ DISTRO_DEBIAN, "ejabberd", "ejabberd", NULL, NULL },
	{ DISTRO_DEBIAN, "prosody", "prosody", NULL, NULL },
	{ DISTRO_DEBIAN, "freeradius", "freerad", NULL, NULL },
	{ DISTRO_DEBIAN, "slapd", "openldap", NULL, NULL },
	{ DISTRO_DEBIAN, "chrony", "_chrony", NULL, NULL },
	{ DISTRO_ALPINE, "nginx nginx-*", "nginx", NULL, NULL },
	{ DISTRO_ALPINE, "apache2 apache2-* php*-apache2", "apache", NULL, NULL },
	{ DISTRO_ALPINE, "lighttpd", "lighttpd", NULL, NULL },
	{ DISTRO_ALPINE, "postgresql postgresql1*", "postgres", "70", NULL },
	{ DISTRO_ALPINE, "redis", "redis", NULL, NULL },
	{ DISTRO_ALPINE, "mariadb mysql", "mysql", NULL, NULL },
	{ DISTRO_ALPINE, "haproxy", "haproxy", NULL, NULL },
	{ DISTRO_ALPINE, "memcached", "memcached", NULL, NULL },
	{ DISTRO_ALPINE, "mosquitto", "mosquitto", NULL, NULL },
	{ DISTRO_ALPINE, "tor", "tor", NULL, NULL },
	{ DISTRO_ALPINE, "unbound", "unbound", NULL, NULL },
	{ DISTRO_ALPINE, "dnsmasq", "dnsmasq", NULL, NULL },
	{ DISTRO_ALPINE, "varnish", "varnish", NULL, NULL },
	{ DISTRO_ALPINE, "squid", "squid", "31", NULL },
	{ DISTRO_ALPINE, "rabbitmq-server", "rabbitmq", NULL, NULL },
	{ DISTRO_RHEL, "nginx", "nginx", NULL, NULL },
	{ DISTRO_RHEL, "httpd php-fpm php mod_ssl httpd-filesystem", "apache", "48", NULL },
	{ DISTRO_RHEL, "mariadb-server mysql-server mysql-community-server", "mysql", "27", NULL },
	{ DISTRO_RHEL, "postgresql-server postgresql*-server", "postgres", "26", NULL },
	{ DISTRO_RHEL, "redis", "redis", NULL, NULL },
	{ DISTRO_RHEL, "memcached", "memcached", NULL, NULL },
	{ DISTRO_RHEL, "haproxy", "haproxy", NULL, NULL },
	{ DISTRO_RHEL, "squid", "squid", "23", NULL },
	{ DISTRO_RHEL, "bind", "named", "25", NULL },
	{ DISTRO_RHEL, "transmission-daemon transmission", "transmission", NULL, NULL },
	{ DISTRO_RHEL, "tomcat", "tomcat", NULL, NULL },
	{ DISTRO_RHEL, "openssh-server", "sshd", "74", NULL },
	{ DISTRO_RHEL, "rabbitmq-server", "rabbitmq", NULL, NULL },
};

void roster_install(struct roster *r, struct distro d, struct text package, size_t item)
{
	enum distro_family family = distro_is_debian(d) ? DISTRO_DEBIAN : d.family;

	for (size_t i = 0; i < sizeof(made_by) / sizeof(made_by[0]); i++) {
		struct account a = { .from = ACCOUNT_PACKAGE, .item = item, .name = text_of(made_by[i].name) };
		const struct account_group *g;

		if (made_by[i].family != family || !words_match(made_by[i].packages, package) || roster_find(r, a.name))
			continue;
		a.uid = a.gid = made_by[i].number ? maybe_known(text_of(made_by[i].number)) : maybe_unknown();
		a.group = maybe_known(made_by[i].group ? text_of(made_by[i].group) : a.name);
		a.home = maybe_unknown();
		g = roster_group(r, a.group.text);
		if (g)
			a.gid = g->gid;
		else
			roster_set_group(r, a.group.text, a.gid);
		roster_set(r, &a);
	}
}
