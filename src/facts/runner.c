/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/runner.h"

#include "facts/entry.h"
#include "facts/lists.h"
#include "facts/made.h"

/* --- servers --------------------------------------------------------------- */

/* Starts of names of programs and packages that run as another user than they are started by. */
static const char *const daemons[] = {
	"nginx",   "openresty",  "apache",         "httpd",     "lighttpd",  "haproxy",    "squid",
	"varnish", "redis",      "valkey",         "memcached", "postgres",  "pg_ctl",     "mariadb",
	"mysql",   "percona",    "mosquitto",      "rabbitmq",  "php-fpm",   "supervisor", "uwsgi",
	"tomcat",  "jetty",      "openssh-server", "sshd",      "cron",      "anacron",    "fcron",
	"rsyslog", "syslog",     "dnsmasq",        "bind",      "named",     "unbound",    "vsftpd",
	"proftpd", "pure-ftpd",  "postfix",        "exim",      "dovecot",   "openvpn",    "tor",
	"privoxy", "tinyproxy",  "stunnel",        "icecast",   "ejabberd",  "prosody",    "freeradius",
	"slapd",   "openldap",   "snmpd",          "chrony",    "ntp",       "samba",      "smbd",
	"cups",    "mongo",      "elasticsearch",  "kafka",     "zookeeper", "couchdb",    "influxdb",
	"caddy",   "systemd",    "runit",          "s6",        "wordpress", "nextcloud",  "drupal",
	"joomla",  "passenger",  "phusion",        "jenkins",   "gitlab",    "init",       "start-stop-daemon",
	"service", "rc-service", "openrc",         "monit",
};

/* Of the same names, but no server. */
static const char *const endings[] = { "-client", "-clients", "-utils",  "-tools",          "-dev",
				       "-devel",  "-doc",     "-common", "-bash-completion" };

static const char droppers[] = "su gosu su-exec setpriv runuser sudo chroot setuidgid s6-setuidgid chpst daemonize";

static bool is_daemon(struct text name)
{
	name = text_base(name);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (text_ends(name, text_of(endings[i])))
			return false;
	if (text_ends(name, TEXT("fpm")) || text_starts(name, TEXT("default-mysql")) || words_hold(droppers, name))
		return true;
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++)
		if (text_starts(name, text_of(daemons[i])) && !text_is(name, "torsocks") && !text_is(name, "bindgen"))
			return true;
	return false;
}

/* --- what a container starts ----------------------------------------------- */

/* A word that names a server; a command whose name is not known may be one. */
static void look_at_words(const struct sh_command *c, void *data)
{
	bool *daemon = data;

	for (size_t i = 0; i < c->nwords && !*daemon; i++)
		*daemon = c->words[i].value.state == KNOWN && is_daemon(c->words[i].value.text);
	/* exec "$@" starts what is judged by itself. */
	if (c->kind == SH_SIMPLE && c->nwords && c->words[0].value.state != KNOWN)
		*daemon = true;
}

/* A script of the build context: any word of it may be a server, or what changes the user. */
static bool script_may_drop(struct facts *f, const struct path_origin *m)
{
	bool daemon = false;
	struct sh_script s;

	if (text_starts(m->bytes, TEXT("\x7f"
				       "ELF")))
		return false;
	sh_read_any(facts_arena(f), m->bytes, (struct range){ 0, m->bytes.n }, &s);
	if (m->cut || !s.list)
		return true;
	sh_each_command(s.list, look_at_words, &daemon);
	return daemon;
}

static const char interpreters[] = "sh bash dash ash zsh ksh";

/* Starting the program may start something that runs as another user. */
static bool program_may_drop(struct facts *f, size_t stage, struct text program)
{
	struct path_origin m;

	if (is_daemon(program))
		return true;
	m = made_program(f, stage, program);
	if (m.kind == MADE_BYTES)
		return script_may_drop(f, &m);
	if (m.kind == MADE_COMPILED)
		return false;
	return m.kind == MADE_UNSEEN || text_ends(program, TEXT(".sh")) || text_has(program, '/');
}

/* gunicorn -u www-data, celery --uid=nobody: but python -u is another matter. */
static bool names_user(const struct text *words, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct text name = text_sub(words[i], 0, text_chr(words[i], '=', 0));

		if (words_hold("--user --uid --group --gid --setuid --setgid", name) ||
		    (text_is(words[i], "-u") && !text_starts(text_base(words[0]), TEXT("python"))))
			return true;
	}
	return false;
}

/* Of an exec form: the program, and what a shell or a wrapper is given to start. */
static bool words_may_drop(struct facts *f, size_t stage, const struct text *words, size_t n)
{
	bool shell = n && words_hold(interpreters, text_base(words[0]));

	if (names_user(words, n))
		return true;
	for (size_t i = 0; i < n; i++)
		if (is_daemon(words[i]) ||
		    (shell && i > 0 && !text_starts(words[i], TEXT("-")) && program_may_drop(f, stage, words[i])))
			return true;
	return n && !shell && program_may_drop(f, stage, words[0]);
}

static bool line_may_drop(struct facts *f, size_t stage, size_t item)
{
	const struct script_facts *s = facts_commands(f, item);

	if (!s->script || !s->script->tree.list || s->script->doubtful)
		return true;
	for (size_t i = 0; i < s->n && i < 64; i++) {
		const struct command *c = &s->commands[i];
		struct text words[8];
		size_t n = 0;

		if (c->sh->words[c->first].value.state != KNOWN || (c->prefix & (PREFIX_USER | PREFIX_SUDO)))
			return true;
		for (size_t k = c->first; k < c->sh->nwords && n < 8; k++)
			if (c->sh->words[k].value.state == KNOWN)
				words[n++] = c->sh->words[k].value.text;
		if (words_may_drop(f, stage, words, n))
			return true;
	}
	return s->n > 64;
}

/* base: what an official image starts by itself is no script that we have to see, unless it is a server. */
static enum runner start_of(struct facts *f, size_t stage, const struct entry *e, bool is_entrypoint)
{
	bool base = e->item == TEXT_NPOS;

	if (e->state == UNKNOWN)
		return RUNNER_UNKNOWN;
	if (e->state == UNSET || (is_entrypoint && entry_hands_over(f, stage, e)))
		return RUNNER_OWNER;
	if (e->shell)
		return line_may_drop(f, stage, e->item) ? RUNNER_DAEMON : RUNNER_OWNER;
	for (size_t i = 0; base && i < e->n; i++)
		if (is_daemon(e->words[i]))
			return RUNNER_DAEMON;
	if (base && (is_entrypoint || text_has(e->words[0], '/')))
		return words_hold("/bin/bash /bin/sh", e->words[0]) ? RUNNER_OWNER : RUNNER_DAEMON;
	return !base && words_may_drop(f, stage, e->words, e->n) ? RUNNER_DAEMON : RUNNER_OWNER;
}

/* A command line to work with, and no program to run. */
static const char prompts[] =
	"sh bash dash ash zsh fish python python2 python3 ipython node irb php jshell ghci R julia scala iex erl psql";

static bool is_prompt(struct facts *f, const struct entry *e)
{
	const struct script_facts *s;

	if (!e->shell)
		return e->n == 1 && words_hold(prompts, text_base(e->words[0]));
	s = facts_commands(f, e->item);
	return s->n == 1 && s->commands[0].sh->nwords == 1 && words_hold(prompts, s->commands[0].name);
}

static bool starts_own(struct facts *f, const struct entry *point, const struct entry *cmd)
{
	if (point->state == KNOWN && point->item != TEXT_NPOS && !is_prompt(f, point) &&
	    (point->shell || !entry_is_wrapper(point)))
		return true;
	return cmd->state == KNOWN && cmd->item != TEXT_NPOS &&
	       !(is_prompt(f, cmd) && (point->state != KNOWN || entry_is_wrapper(point)));
}

/* --- who ------------------------------------------------------------------- */

struct maybe runner_user(struct maybe user)
{
	struct text name;

	if (user.state == UNKNOWN)
		return user;
	name = text_sub(user.text, 0, text_chr(user.text, ':', 0));
	return maybe_known(user.state == UNSET || !name.n || text_is(name, "0") ? TEXT("root") : name);
}

/* root may write everywhere, so only the user that is not root has to be the owner. */
static enum runner compare(struct maybe user, struct maybe owner)
{
	user = runner_user(user);
	owner = runner_user(owner);
	if (user.state == KNOWN && text_is(user.text, "root"))
		return RUNNER_OWNER;
	if (user.state != KNOWN || owner.state != KNOWN)
		return RUNNER_UNKNOWN;
	return text_eq(user.text, owner.text) ? RUNNER_OWNER : RUNNER_OTHER;
}

enum { MAX_ITEMS = 4096, MAX_COMMANDS = 2048 }; /* looked at; with more, who runs is not known */

static bool makes_user(const struct command *c)
{
	return command_in(c, "useradd adduser su runuser gosu su-exec chroot newusers usermod") ||
	       (c->prefix & PREFIX_USER);
}

static enum runner run_of(struct facts *f, size_t item, size_t from)
{
	const struct script_facts *s = facts_commands(f, item);

	if (s->n > MAX_COMMANDS)
		return RUNNER_UNKNOWN;
	for (size_t i = 0; i < s->n; i++)
		if ((i >= from && s->commands[i].prefix & PREFIX_USER) || makes_user(&s->commands[i]))
			return RUNNER_OTHER;
	for (size_t i = 0; i < s->nops; i++)
		for (size_t k = 0; s->ops[i].verb == PACKAGE_INSTALL && s->ops[i].manager->system && k < s->ops[i].n;
		     k++)
			if (is_daemon(s->ops[i].packages[k].name))
				return RUNNER_DAEMON;
	return RUNNER_OWNER;
}

struct look {
	struct facts *f;
	struct maybe owner;
	size_t nth, item, seen;
	size_t *where;
};

/* All of a stage: servers that are installed and users that are made anywhere, users that are switched to behind the
 * item. */
static enum runner stage_of(struct look *l, size_t stage, size_t behind)
{
	const struct doc *d = facts_doc(l->f);
	const struct stage *st = &facts_stages(l->f)->list[stage];
	enum runner r = RUNNER_OWNER;

	for (size_t i = st->from + 1; i < st->end && r == RUNNER_OWNER; i++) {
		const struct instruction *ins = d->items[i].ins;

		*l->where = i;
		if (++l->seen > MAX_ITEMS)
			return RUNNER_UNKNOWN;
		if (ins && ins->keyword == KW_RUN)
			r = run_of(l->f, i, i == l->item ? l->nth : i < behind ? TEXT_NPOS : 0);
		else if (ins && ins->keyword == KW_USER && i > behind)
			r = compare(state_expand(facts_before(l->f, i), facts_arena(l->f), d, ins->words[0].value),
				    l->owner);
	}
	return r;
}

/* The image that a stage gives: its user, and what it starts. */
static enum runner image_of(struct look *l, size_t stage)
{
	struct entry point = entry_of(l->f, stage), cmd = entry_cmd_of(l->f, stage);
	enum runner r = compare(facts_after(l->f, stage)->user, l->owner);

	*l->where = TEXT_NPOS;
	if (r == RUNNER_OWNER) {
		*l->where = point.item;
		r = start_of(l->f, stage, &point, true);
	}
	if (r == RUNNER_OWNER && !point.shell) {
		*l->where = cmd.item;
		r = start_of(l->f, stage, &cmd, false);
	}
	if (r == RUNNER_OWNER && !starts_own(l->f, &point, &cmd)) {
		*l->where = TEXT_NPOS;
		r = RUNNER_ANYBODY;
	}
	return r;
}

enum runner runner_after(struct facts *f, size_t item, size_t nth, struct maybe owner, size_t *where)
{
	const struct stages *s = facts_stages(f);
	size_t first = (size_t)facts_doc(f)->items[item].stage;
	bool *holds = ARENA_ARRAY(facts_arena(f), s->n + 1, bool);
	struct look l = { .f = f, .owner = owner, .nth = nth, .item = item, .where = where };
	enum runner r = is_daemon(text_base(facts_base(f, first)->name)) ? RUNNER_DAEMON : RUNNER_OWNER;

	*where = s->list[first].from;
	for (int up = s->list[first].parent; up >= 0 && r == RUNNER_OWNER; up = s->list[up].parent)
		r = stage_of(&l, (size_t)up, TEXT_NPOS);
	holds[first] = true;
	for (size_t i = first; i < s->n && r == RUNNER_OWNER; i++) {
		holds[i] = i == first || (s->list[i].parent >= 0 && holds[s->list[i].parent]);
		if (!holds[i] || !s->list[i].kept)
			continue;
		r = stage_of(&l, i, i == first ? item : 0);
		if (r == RUNNER_OWNER && s->list[i].exported)
			r = image_of(&l, i);
	}
	return r;
}
