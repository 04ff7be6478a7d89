/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration of servers says: copied, named on the command line, or written by the Dockerfile itself. */
#include "facts/runtime_walk.h"

#include "facts/conf.h"
#include "facts/place.h"
#include "facts/table.h"
#include "facts/touch.h"

/* What a role asks for; the rest says nothing of files. */
static const struct {
	enum conf_role role;
	enum write_kind kind;
} written[] = {
	{ CONF_PID, WRITE_FILE }, { CONF_LOG, WRITE_FILE }, { CONF_DATA, WRITE_DIR }, { CONF_SOCKET, WRITE_FILE },
};

/* Servers that cannot start with a line that names a user, unless they are root. */
static const char strict_users[] = "haproxy stunnel tor named supervisord unbound";

static void conf_setting(struct walk *w, struct text server, const struct conf_setting *s, struct reason because)
{
	because.line = s->line;
	because.words = text_of(s->directive);
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
		if (written[i].role == s->role && s->value.state == KNOWN && s->role == CONF_PID && words_hold("gunicorn uwsgi", server))
			walk_write_at(w, WRITE_DIR, place_parent(s->value.text), because);
		else if (written[i].role == s->role && s->value.state == KNOWN)
			walk_write_at(w, written[i].kind, s->value.text, because);
		else if (written[i].role == s->role)
			walk_unknown(w, because);
	if (s->role == CONF_ROOT || (s->role == CONF_USER && words_hold(strict_users, server)))
		walk_drops(w, because);
	if (s->role == CONF_PORT && s->value.state == KNOWN)
		walk_port(w, &(struct source_port){ .port = s->value.text, .line = s->line });
	if (s->role == CONF_COMMAND && s->value.state == KNOWN) {
		struct reason outer = w->because;

		w->because = because;
		walk_line(w, s->value.text);
		w->because = outer;
	} else if (s->role == CONF_COMMAND) {
		walk_program(w, STARTED_UNSEEN, TEXT("a command with variables"), NULL);
	}
}

/* Where a program of that section is started. */
static struct maybe folder_of(struct walk *w, const struct conf *conf, struct text section)
{
	for (size_t i = 0; i < conf->n; i++)
		if (conf->settings[i].role == CONF_WORKDIR && text_eq(conf->settings[i].section, section))
			return conf->settings[i].value;
	return w->cwd;
}

static void walk_include(struct walk *w, struct text server, struct text pattern, struct text dir, struct reason because, bool *commands);

/* dir: the folder that the file lies in, in the image; empty: not known. */
static void read_conf(struct walk *w, struct text server, struct text bytes, struct text dir, struct reason because, bool *commands)
{
	struct conf conf;

	conf_read(w->a, server, bytes, &conf);
	if (!conf.read)
		walk_unknown(w, reason_with(because, TEXT("a configuration that cannot be read")));
	for (size_t k = 0; k < conf.n; k++) {
		struct maybe cwd = w->cwd;

		*commands = *commands || conf.settings[k].role == CONF_COMMAND;
		if (conf.settings[k].role == CONF_COMMAND)
			w->cwd = folder_of(w, &conf, conf.settings[k].section);
		conf_setting(w, server, &conf.settings[k], because);
		because.line = conf.settings[k].line;
		if (conf.settings[k].role == CONF_INCLUDE && conf.settings[k].value.state == KNOWN)
			walk_include(w, server, conf.settings[k].value.text, dir, reason_with(because, TEXT("include")), commands);
		else if (conf.settings[k].role == CONF_INCLUDE)
			walk_unknown(w, reason_with(because, TEXT("include")));
		w->cwd = cwd;
	}
}

/* Each file once; more than are kept are not followed. */
static bool is_first_time(struct walk *w, struct text path, struct reason because)
{
	for (size_t i = 0; i < w->nincluded; i++)
		if (text_eq(w->included[i], path))
			return false;
	if (w->nincluded == sizeof(w->included) / sizeof(w->included[0])) {
		walk_unknown(w, because);
		return false;
	}
	w->included[w->nincluded++] = path;
	return true;
}

/* Files that the context copies there; one that has the server's usual place is read beside. False: there is none. */
static bool include_copied(struct walk *w, struct text server, struct text pattern, bool *commands)
{
	const struct copied *c = copied_files(w->f, w->stage);
	bool any = false;

	for (size_t i = 0; i < c->n; i++) {
		struct reason because = { .item = TEXT_NPOS, .file = c->files[i].path };
		struct text bytes;
		bool cut;

		if (!c->files[i].target.n || !table_matches(pattern, c->files[i].target))
			continue;
		any = true;
		if (conf_server_of(c->files[i].target).n || !is_first_time(w, c->files[i].path, because))
			continue;
		if (context_read(facts_context(w->f), c->files[i].path, 0, w->a, &bytes, &cut) != CONTEXT_FILE || cut)
			walk_unknown(w, because);
		else
			read_conf(w, server, bytes, place_parent(c->files[i].target), because, commands);
	}
	return any;
}

/* What lies beside the server's own files, and is not copied, is its package's. */
static bool is_package_file(struct text path)
{
	return place_holds(TEXT("/etc"), path) || place_holds(TEXT("/usr"), path) || place_holds(TEXT("/opt"), path);
}

static void walk_include(struct walk *w, struct text server, struct text pattern, struct text dir, struct reason because, bool *commands)
{
	struct text one;
	bool more = true;

	/* supervisord lists several. */
	while (pattern.n && text_cut(&pattern, ' ', &one, &more)) {
		if (one.n && !text_starts(one, TEXT("/")))
			one = dir.n ? ARENA_JOIN(w->a, dir, TEXT("/"), one) : TEXT_NONE;
		if (one.n && (include_copied(w, server, one, commands) || is_package_file(one)))
			continue;
		walk_unknown(w, because);
	}
}

/* The folder of a pattern of paths. */
static struct text fixed_part(struct text pattern)
{
	return place_parent(text_sub(pattern, 0, text_chr(pattern, '*', 0)));
}

/* What is put to a path may be, or hold, one of the server's configuration. */
static bool may_be_conf(const struct daemon *d, struct text path, bool folder)
{
	struct text rest = d->config, pattern;
	bool more = true;

	while (rest.n && text_cut(&rest, ' ', &pattern, &more))
		if (table_matches(pattern, path) || (folder && (place_holds(path, fixed_part(pattern)) || place_holds(fixed_part(pattern), path))))
			return true;
	return false;
}

static bool came_from(const struct copied *c, size_t item)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->files[i].item == item)
			return true;
	return false;
}

/* sed over lines that say where the server writes, or as whom; our own recipes move pid files and sockets to /tmp. */
static bool moves_paths(struct text command)
{
	static const char *const words[] = { "pid", "log", "Log", "user", "User", "sock", "path", "dir", "Dir", "root", "Root", "group" };

	if (text_find(command, TEXT(",/var/run/,/tmp/,"), 0) != TEXT_NPOS || text_find(command, TEXT("/tmp/"), 0) != TEXT_NPOS)
		return false;
	command = text_sub(command, 0, text_rchr(command, ' ') == TEXT_NPOS ? command.n : text_rchr(command, ' '));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_find(command, text_of(words[i]), 0) != TEXT_NPOS)
			return true;
	return false;
}

/* The instruction is the last to write the file, and what it writes is known: that is read. */
static bool read_made_conf(struct walk *w, size_t item, struct text path, bool *commands)
{
	struct path_origin o = made_file(w->f, w->stage, path);
	struct text server = conf_server_of(path);

	if (!server.n || o.kind != MADE_BYTES || o.cut || o.path.n || o.item != item)
		return false;
	read_conf(w, server, o.bytes, place_parent(path), (struct reason){ .item = item, .words = path }, commands);
	return true;
}

/* A RUN writes one anew: where its text is not known, what it says is not followed. Lines that are added are what the package
 * left to be added. */
static bool writes_conf(struct walk *w, size_t item, const struct daemon *d, bool *commands)
{
	const struct touch *list;
	size_t n;

	touches_read(w->f, item, &list, &n);
	for (size_t i = 0; i < n; i++) {
		const struct sh_command *c = list[i].command->sh;
		bool added = false;

		for (size_t k = 0; k < c->nredirs; k++)
			added = added || c->redirs[k].op == SH_APPEND;
		if (list[i].kind == TOUCH_GONE || added || !may_be_conf(d, list[i].path, list[i].tree) ||
		    (list[i].kind == TOUCH_MADE && read_made_conf(w, item, list[i].path, commands)))
			continue;
		if (list[i].kind == TOUCH_MADE || (list[i].kind == TOUCH_REWRITTEN && !command_in(list[i].command, "chown chmod chgrp") &&
						   moves_paths(text_range(list[i].command->list->text, c->at))))
			return true;
	}
	return false;
}

/* The instruction brings configuration whose text is not seen. */
static bool hides_conf(struct walk *w, size_t item, const struct daemon *d, bool *commands)
{
	const struct instruction *ins = facts_doc(w->f)->items[item].ins;
	const struct state *at = facts_before(w->f, item);
	struct maybe to;

	if (ins && ins->keyword == KW_RUN)
		return writes_conf(w, item, d, commands);
	if (!ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD) || ins->nwords < 2 || came_from(copied_files(w->f, w->stage), item))
		return false;
	to = state_expand(at, w->a, facts_doc(w->f), ins->words[ins->nwords - 1].value);
	to = to.state == KNOWN ? state_path(at, w->a, to.text) : to;
	return to.state != KNOWN || (may_be_conf(d, to.text, true) && !read_made_conf(w, item, to.text, commands));
}

static void find_hidden(struct walk *w, const struct started *p, bool *commands)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; p->server.config.n && i < st->end; i++)
		if (hides_conf(w, i, &p->server, commands)) {
			walk_unknown(w, (struct reason){ .item = i, .words = ARENA_JOIN(w->a, p->name, TEXT("'s configuration, which is not seen")) });
			return;
		}
}

void walk_conf_file(struct walk *w, struct text server, struct text path)
{
	struct maybe full = walk_absolute(w, path);
	struct path_origin o;
	bool commands = false;

	if (full.state != KNOWN || conf_server_of(full.text).n)
		return;
	o = made_file(w->f, w->stage, full.text);
	if (o.kind == MADE_BYTES && !o.cut)
		read_conf(w, server, o.bytes, place_parent(full.text), (struct reason){ .item = o.path.n ? TEXT_NPOS : o.item, .file = o.path }, &commands);
	else if (o.kind != MADE_ELSEWHERE)
		walk_unknown(w, (struct reason){ .item = o.item, .words = ARENA_JOIN(w->a, path, TEXT(", which is not seen")) });
	w->commands = w->commands || commands;
}

/* Programs whose configuration is called otherwise. */
static bool is_of(struct text program, struct text server)
{
	static const char *const same[] = { "apache2 apachectl apache2ctl apache2-foreground httpd httpd-foreground",
					    "mariadbd mysqld mariadbd-safe mysqld_safe", "redis-server valkey-server", "openresty nginx" };

	if (text_starts(program, server))
		return true;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (words_hold(same[i], program) && words_hold(same[i], server))
			return true;
	return false;
}

/* Contexts may be large: to ask every pattern of every file takes its time. */
static bool may_be_settings(struct text path)
{
	static const char *const ends[] = { ".conf", ".ini", ".cnf", ".cfg", ".vcl", "gunicorn.py", "conf.py", "config.py" };

	if (text_starts(path, TEXT("/etc/")))
		return true;
	for (size_t i = 0; path.n && text_has(TEXT("figly"), path.p[path.n - 1]) && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_ends(path, text_of(ends[i])))
			return true;
	return false;
}

void walk_conf(struct walk *w, const struct started *p)
{
	const struct copied *c = copied_files(w->f, w->stage);
	bool commands = w->commands;

	for (size_t i = 0; i < c->n; i++) {
		struct text server = may_be_settings(c->files[i].target) ? conf_server_of(c->files[i].target) : TEXT_NONE;
		struct reason because = { .item = TEXT_NPOS, .file = c->files[i].path };
		struct text bytes;
		bool cut;

		if (!server.n || !is_of(p->name, server))
			continue;
		if (context_read(facts_context(w->f), c->files[i].path, 0, w->a, &bytes, &cut) != CONTEXT_FILE || cut)
			walk_unknown(w, because);
		else
			read_conf(w, server, bytes, place_parent(c->files[i].target), because, &commands);
	}
	find_hidden(w, p, &commands);
	if (text_starts(p->name, TEXT("supervisord")) && !commands)
		walk_program(w, STARTED_UNSEEN, TEXT("what supervisord starts"), NULL);
}
