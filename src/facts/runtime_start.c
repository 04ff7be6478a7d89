/* SPDX-License-Identifier: Apache-2.0 */
/* What is started: commands and scripts, one by one. */
#include "facts/runtime_walk.h"

#include "base/buf.h"
#include "facts/conf.h"
#include "facts/place.h"
#include "facts/touch.h"

enum { MAX_STEPS = 512, MAX_DEPTH = 12 };

static const char builtins[] = ". : [ [[ alias break cd command continue declare echo eval exit export false getopts hash let local "
			       "printf pwd read readonly return set shift shopt sleep source test times trap true type typeset "
			       "ulimit umask unalias unset wait";

static const char droppers[] = "gosu su-exec su runuser setpriv setuidgid s6-setuidgid chpst chroot start-stop-daemon sudo doas";

/* What only root can do; a script that does it cannot run as another. */
static const char for_root[] = "useradd userdel usermod groupadd groupmod groupdel adduser addgroup deluser delgroup chpasswd passwd "
			       "apt-get apt apk yum dnf microdnf zypper dpkg rpm mount umount iptables ip6tables ip sysctl ifconfig "
			       "modprobe service systemctl rc-service update-rc.d invoke-rc.d ldconfig update-ca-certificates "
			       "dpkg-reconfigure locale-gen update-alternatives chown chgrp";

/* Options that say where a program writes. */
static const char writing[] = "--access-logfile --error-logfile --log-file --logfile --log-path --pid --pidfile --pid-file --pidfile2 "
			      "--dir --data-dir --datadir --dbpath --db-path --storage-path --storage.tsdb.path";

/* --- commands -------------------------------------------------------------- */

/* The words behind the program. */
static const struct text *words_behind(struct walk *w, const struct command *c, size_t first, size_t *n)
{
	struct text *words = ARENA_ARRAY(w->a, c->sh->nwords + w->nargs + 1, struct text);

	*n = 0;
	for (size_t i = first; i < c->sh->nwords; i++) {
		struct text written = command_word(c, i);

		if (text_is(written, "\"$@\"") || text_is(written, "$@"))
			for (size_t k = 0; k < w->nargs; k++)
				words[(*n)++] = w->args[k];
		else
			words[(*n)++] = c->sh->words[i].value.state == KNOWN ? c->sh->words[i].value.text : TEXT_NONE;
	}
	return words;
}

static void start_shell(struct walk *w, const struct command *c)
{
	const struct script *inner = command_script(w->a, c);
	const struct arg *file = command_operand(c, 0);
	size_t n;
	const struct text *args;
	struct path_origin o;
	struct text name;

	if (inner && inner->tree.list && !inner->doubtful) {
		walk_script(w, inner);
		return;
	}
	if (inner || command_has(c, "-c") || !file || file->value.state != KNOWN) {
		if (file || command_has(c, "-c") || w->because.file.n)
			walk_program(w, STARTED_UNSEEN, c->name, NULL);
		else
			walk_program(w, STARTED_PUBLIC, c->name, NULL);
		return;
	}
	name = file->value.text;
	o = walk_origin(w, text_has(name, '/') ? name : ARENA_JOIN(w->a, TEXT("./"), name));
	args = words_behind(w, c, file->word + 1, &n);
	if (o.kind == MADE_BYTES)
		walk_shell_file(w, name, &o, args, n);
	else
		walk_program(w, STARTED_UNSEEN, name, NULL);
}

/* "$@", exec "$@", exec tini -- "$@" */
static bool is_arguments(const struct command *c)
{
	return c->first < c->sh->nwords && (text_is(command_word(c, c->first), "\"$@\"") || text_is(command_word(c, c->first), "$@"));
}

/* A pid file is made beside itself and moved there: its folder must be writable. */
static void option_write(struct walk *w, struct text name, struct text path)
{
	bool log = text_find(name, TEXT("log"), 0) != TEXT_NPOS, pid = text_find(name, TEXT("pid"), 0) != TEXT_NPOS;

	walk_write_at(w, log ? WRITE_FILE : WRITE_DIR, pid ? place_parent(path) : path, reason_with(w->because, name));
}

static void option_writes(struct walk *w, const struct command *c)
{
	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *a = &c->args[i];
		struct text name = a->kind == ARG_OPTION ? a->name : TEXT_NONE, path = TEXT_NONE;

		if (!words_hold(writing, name))
			continue;
		if (a->has_value && a->value.state == KNOWN)
			path = a->value.text;
		else if (!a->has_value && i + 1 < c->nargs && c->args[i + 1].kind == ARG_OPERAND && c->args[i + 1].value.state == KNOWN)
			path = c->args[i + 1].value.text;
		if (text_starts(path, TEXT("/")) || text_has(path, '/'))
			option_write(w, name, path);
	}
}

/* A flag that makes the server's row void: gunicorn -u www-data. */
static bool voids_row(const struct command *c, const struct daemon *d)
{
	struct text flags = d->flags, flag;
	bool more = true;

	while (flags.n && text_cut(&flags, ' ', &flag, &more))
		for (size_t i = 0; flag.n && i < c->nargs; i++)
			if (c->args[i].kind == ARG_OPTION && text_eq(c->args[i].name, flag))
				return true;
	return false;
}

/* Options that name the configuration, of programs where these are not the usual ones. */
static const struct {
	const char *names, *as, *options; /* as: its name in the table of configuration */
} named_conf[] = {
	{ "mysqld mariadbd mysqld_safe mariadbd-safe", "mariadbd", "--defaults-file --defaults-extra-file" },
	{ "php-fpm", "php-fpm", "-y --fpm-config" },
	{ "uwsgi", "uwsgi", "--ini -i --yaml -y --xml" },
	{ "varnishd memcached", "varnishd", "" },
};

/* supervisord -c /app/x.conf, redis-server /etc/x.conf */
static void start_conf(struct walk *w, const struct command *c)
{
	struct text name = c->name;
	const char *options = "-c --config --configuration --config-file -f";
	const struct arg *file;

	while (name.n && (ascii_digit((unsigned char)name.p[name.n - 1]) || name.p[name.n - 1] == '.'))
		name.n--;
	for (size_t i = 0; i < sizeof(named_conf) / sizeof(named_conf[0]); i++)
		if (words_hold(named_conf[i].names, name)) {
			name = text_of(named_conf[i].as);
			options = named_conf[i].options;
		}
	if (!conf_knows(name))
		return;
	file = command_option(c, options);
	for (size_t i = 0; i < c->nargs; i++)
		if (&c->args[i] == file && !file->has_value && i + 1 < c->nargs && c->args[i + 1].kind == ARG_OPERAND)
			file = &c->args[i + 1];
	if (!file)
		file = command_operand(c, 0);
	if (file && file->value.state == KNOWN && text_has(file->value.text, '/'))
		walk_conf_file(w, name, file->value.text);
}

/* ss-server -a nobody, x --user=www-data: what a program is told to become, only root can. */
static bool names_other_user(const struct command *c)
{
	static const char accounts[] = "nobody www-data daemon nginx apache";

	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *a = &c->args[i];

		if (a->kind == ARG_OPTION && words_hold("--setuid --setgid --uid --gid --drop-privileges", a->name))
			return true;
		if (i > 0 && a->kind == ARG_OPERAND && c->args[i - 1].kind == ARG_OPTION && a->value.state == KNOWN && words_hold(accounts, a->value.text))
			return true;
		if (a->kind == ARG_OPTION && a->has_value && a->value.state == KNOWN && words_hold(accounts, a->value.text))
			return true;
	}
	return false;
}

/* python -m x: the module stands for the program. */
static bool is_module(const struct command *c)
{
	const struct sh_word *words = c->sh->words;

	return c->first >= 2 && maybe_is(words[c->first - 1].value, "-m") && words[c->first - 2].value.state == KNOWN &&
	       text_starts(text_base(words[c->first - 2].value.text), TEXT("py"));
}

/* One of its words has that in it, wherever it stands: options of which no table tells. */
static bool has_word(const struct command *c, struct text part)
{
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		if (text_find(command_word(c, i), part, 0) != TEXT_NPOS)
			return true;
	return false;
}

/* ADD unpacks it: an init that others made, as a rule. */
static bool is_archive(struct text source)
{
	static const char *const ends[] = { ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_ends(source, text_of(ends[i])))
			return true;
	return false;
}

/* A file of the context's own, seen or not, is no server or entry point that has the same name. */
static bool is_own(struct walk *w, struct text name)
{
	struct path_origin o = walk_origin(w, name);
	const struct instruction *ins = o.item != TEXT_NPOS ? facts_doc(w->f)->items[o.item].ins : NULL;
	struct daemon d;
	bool named = false;

	if (o.kind == MADE_BYTES)
		return true;
	if (o.kind != MADE_UNSEEN || !ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD) || ins_flag(ins, "from"))
		return false;
	for (size_t i = 0; i + 1 < ins->nwords; i++) {
		named = named || text_eq(text_base(ins->words[i].value), text_base(name));
		if (text_find(ins->words[i].value, TEXT("://"), 0) != TEXT_NPOS || (ins->keyword == KW_ADD && is_archive(ins->words[i].value)))
			return false;
	}
	/* A folder may hold anything; an init that is called by its usual name is none of the project's. */
	return named || !walk_find(w, text_base(name), &d) || d.verdict != DAEMON_ROOT;
}

static void start_program(struct walk *w, const struct command *c)
{
	struct text name = c->sh->words[c->first].value.text;
	int host = walk_host_of(c->name);
	struct daemon d;
	const struct text *args;
	size_t n = 0;

	option_writes(w, c);
	if (names_other_user(c)) {
		walk_drops(w, reason_with(w->because, ARENA_JOIN(w->a, c->name, TEXT(" is told which user to become"))));
		return;
	}
	if (is_module(c)) {
		walk_module(w, name);
		return;
	}
	if (command_in(c, "npm yarn pnpm")) {
		walk_npm(w, c);
		return;
	}
	if (walk_runner(w, c))
		return;
	if (has_word(c, TEXT("--env-file")))
		walk_unknown(w, reason_with(w->because, TEXT("--env-file")));
	if (command_is(c, "java"))
		walk_java_options(w, c);
	if (host < 0 && is_own(w, name)) {
		args = words_behind(w, c, c->first + 1, &n);
		walk_path(w, name, args, n);
		return;
	}
	if (walk_find(w, c->name, &d) && d.hands_over) {
		if (d.dirs.n || d.files.n)
			walk_program(w, STARTED_SERVER, c->name, &d);
		args = words_behind(w, c, c->first + 1, &n);
		walk_words(w, args, n);
		return;
	}
	if (walk_find(w, c->name, &d)) {
		walk_server(w, &d, c->name);
		start_conf(w, c);
		if (voids_row(c, &d))
			walk_drops(w, reason_with(w->because, ARENA_JOIN(w->a, c->name, TEXT(" is told which user to become"))));
		if (host >= 0)
			walk_language(w, walk_host_language(host), c->name);
		return;
	}
	if (host >= 0) {
		walk_host(w, host, c);
		return;
	}
	args = words_behind(w, c, c->first + 1, &n);
	walk_path(w, name, args, n);
}

enum { MAX_NAMES = 256 };

static void note_name(struct walk *w, struct text name)
{
	for (size_t i = 0; i < w->nassigned; i++)
		if (text_eq(w->assigned[i], name))
			return;
	w->many_assigned = w->many_assigned || w->nassigned >= MAX_NAMES;
	if (w->many_assigned)
		return;
	w->assigned = arena_grow(w->a, w->assigned, w->nassigned, &w->assigned_cap, sizeof(*w->assigned));
	w->assigned[w->nassigned++] = name;
}

static void note_function(const struct sh_command *c, void *data)
{
	struct walk *w = data;

	if (c->kind != SH_FUNCTION || !c->nwords || c->words[0].value.state != KNOWN || w->nfunctions >= MAX_NAMES)
		return;
	w->functions = arena_grow(w->a, w->functions, w->nfunctions, &w->functions_cap, sizeof(*w->functions));
	w->functions[w->nfunctions++] = c->words[0].value.text;
}

/* a=1, a=1 program, export a=1, env a=1 program */
static void note_names(struct walk *w, const struct command *c)
{
	for (size_t i = 0; i < c->sh->nassigns; i++)
		note_name(w, c->sh->assigns[i].name);
	for (size_t i = 0; (command_is(c, "export") || (c->prefix & PREFIX_ENV)) && i < c->sh->nwords; i++) {
		struct text word = command_word(c, i);

		if (command_is(c, "export") || text_has(word, '='))
			note_name(w, text_sub(word, 0, text_chr(word, '=', 0)));
	}
}

static bool names_home(const struct sh_part *parts, size_t n, int depth)
{
	for (size_t i = 0; i < n && depth < 16; i++)
		if ((parts[i].kind == SH_PARAM && text_is(parts[i].name, "HOME")) || names_home(parts[i].parts, parts[i].nparts, depth + 1))
			return true;
	return false;
}

/* $HOME, ~, git config --global. */
static bool uses_home(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nwords; i++)
		if ((c->sh->words[i].marks & SH_TILDE) || names_home(c->sh->words[i].parts, c->sh->words[i].nparts, 0))
			return true;
	return command_sub(c, "git", "config") && has_word(c, TEXT("--global"));
}

/* [ "$(id -u)" = 0 ]: 1 true for root alone, -1 for all others, 0 it asks something else. */
static int asks_for_root(const struct sh_step *step, struct text whole)
{
	const struct sh_command *c = step->n == 1 ? &step->commands[0] : NULL;
	struct text t = c ? text_range(whole, c->at) : TEXT_NONE, word = TEXT_NONE;
	bool other = step->negated;

	if (!c || (c->kind != SH_SIMPLE && c->kind != SH_TEST) || c->nwords < 4 || !(c->kind == SH_TEST || maybe_is(c->words[0].value, "[") ||
								 maybe_is(c->words[0].value, "test")))
		return 0;
	if (text_find(t, TEXT("id -u"), 0) == TEXT_NPOS && text_find(t, TEXT("$EUID"), 0) == TEXT_NPOS && text_find(t, TEXT("$UID"), 0) == TEXT_NPOS)
		return 0;
	for (size_t i = 0; i < c->nwords; i++) {
		word = text_range(whole, c->words[i].at);
		if (words_hold("!= -ne -gt !", word))
			other = !other;
		else if (words_hold("-a -o && ||", word))
			return 0;
	}
	for (size_t i = 0; i < c->nwords; i++)
		if (maybe_is(c->words[i].value, "0"))
			return other ? -1 : 1;
	return 0;
}

static void note_guard(const struct sh_command *c, void *data)
{
	struct walk *w = data;

	if (c->kind != SH_IF || c->nlists < 2 || c->lists[0]->n != 1 || w->nguarded >= sizeof(w->guarded) / sizeof(w->guarded[0]))
		return;
	switch (asks_for_root(&c->lists[0]->steps[0], c->lists[0]->text)) {
	case 1:
		w->guarded[w->nguarded++] = c->lists[1];
		break;
	case -1:
		if (c->nlists == 3)
			w->guarded[w->nguarded++] = c->lists[2];
		break;
	default:
		break;
	}
}

/* As another user it is not run, or may fail: in a branch for root, or behind [ $(id -u) = 0 ] &&, or in front of
 * || true. */
static bool is_for_root_only(const struct walk *w, const struct command *c)
{
	const struct sh_step *step = &c->list->steps[c->step], *next = step + 1;

	for (size_t i = 0; i < w->nguarded; i++)
		if (w->guarded[i] == c->list)
			return true;
	if (c->step > 0 && step[-1].join == SH_AND && asks_for_root(&step[-1], c->list->text) == 1)
		return true;
	return step->join == SH_OR && c->step + 1 < c->list->n && next->n == 1 && next->commands[0].nwords == 1 &&
	       next->commands[0].words[0].value.state == KNOWN && words_hold("true :", next->commands[0].words[0].value.text);
}

static void start_command(struct walk *w, const struct command *c)
{
	size_t n = 0;
	const struct text *args;

	for (size_t i = 0; i < w->nfunctions; i++)
		if (text_eq(w->functions[i], c->name))
			return;
	if (uses_home(c))
		walk_home(w, reason_with(w->because, TEXT("HOME")));
	if (++w->steps > MAX_STEPS) {
		walk_program(w, STARTED_UNSEEN, TEXT("more commands than are looked at"), NULL);
		return;
	}
	if ((c->prefix & (PREFIX_SUDO | PREFIX_USER)) || command_in(c, droppers)) {
		walk_drops(w, reason_with(w->because, command_word(c, c->prefix & PREFIX_EXEC ? 1 : 0)));
		return;
	}
	if (is_arguments(c)) {
		args = words_behind(w, c, c->first, &n);
		if (n)
			walk_words(w, args, n);
		return;
	}
	if (c->sh->words[c->first].value.state != KNOWN || !c->name.n) {
		walk_program(w, STARTED_UNSEEN, command_word(c, c->first), NULL);
		return;
	}
	if (command_in(c, "chown chgrp") && is_for_root_only(w, c))
		return;
	if (command_in(c, for_root)) {
		walk_root(w, reason_with(w->because, c->name));
		return;
	}
	if (command_in(c, builtins))
		return;
	w->idle = c->first + 1 == c->sh->nwords;
	if (command_in(c, "sh bash dash ash zsh ksh"))
		start_shell(w, c);
	else
		start_program(w, c);
}

/* --- scripts --------------------------------------------------------------- */

/* sed -i writes a new file beside the old one. */
static bool replaces(const struct touch *t)
{
	return t->kind == TOUCH_REWRITTEN && command_is(t->command, "sed");
}

static enum write_kind kind_of(const struct touch *t)
{
	if (replaces(t))
		return WRITE_DIR;
	if (command_is(t->command, "mkdir"))
		return command_has(t->command, "-p --parents") ? WRITE_DIR : WRITE_PARENT;
	return t->tree ? WRITE_DIR : WRITE_FILE;
}

/* It writes to a file, and which one is not known: none of the touches is its. */
static bool writes_unseen(const struct command *c, const struct touch *list, size_t n)
{
	bool writes = command_in(c, "mkdir touch tee cp mv install ln rsync");

	for (size_t i = 0; i < c->sh->nredirs; i++) {
		const struct sh_redir *r = &c->sh->redirs[i];

		writes = writes || ((r->op == SH_OUT || r->op == SH_APPEND || r->op == SH_CLOBBER || r->op == SH_OUT_BOTH || r->op == SH_APPEND_BOTH) &&
				    !(r->word.value.state == KNOWN && text_starts(r->word.value.text, TEXT("/dev/"))));
	}
	for (size_t i = 0; i < n && writes; i++)
		if (list[i].command == c)
			return false;
	return writes;
}

static void script_writes(struct walk *w, const struct script_facts *s)
{
	struct state at = *facts_running(w->f, w->stage);
	const struct touch *list;
	size_t n;

	at.workdir = w->cwd;
	touches_of_script(w->a, &at, s, &list, &n);
	for (size_t i = 0; i < s->n; i++)
		if (writes_unseen(&s->commands[i], list, n))
			walk_unknown(w, reason_with(w->because, s->commands[i].name));
	for (size_t i = 0; i < n; i++) {
		struct text path = list[i].path;
		size_t var = text_find(path, TEXT("${"), 0);

		if (list[i].kind == TOUCH_GONE || text_starts(path, TEXT("//")))
			continue;
		/* cp a b: b is one of the two, not a folder for the other. */
		if (i > 0 && list[i - 1].command == list[i].command && !list[i].tree && text_starts(path, list[i - 1].path) &&
		    path.n > list[i - 1].path.n && path.p[list[i - 1].path.n] == '/')
			continue;
		/* A variable that holds an absolute path stands behind the directory in force. */
		if (var != TEXT_NPOS && var > 0 && path.p[var - 1] == '/')
			path = text_from(path, var);
		if (replaces(&list[i]))
			path = place_parent(path);
		walk_write_at(w, kind_of(&list[i]), path, reason_with(w->because, list[i].command->name));
	}
}

void walk_script(struct walk *w, const struct script *s)
{
	struct script_facts facts = { .script = s };
	struct maybe cwd = w->cwd;

	if (w->depth >= MAX_DEPTH) {
		walk_program(w, STARTED_UNSEEN, TEXT("scripts inside of scripts"), NULL);
		return;
	}
	w->depth++;
	commands_read(w->a, s, &facts.commands, &facts.n);
	packages_read(w->a, &facts);
	sh_each_command(s->tree.list, note_function, w);
	sh_each_command(s->tree.list, note_guard, w);
	for (size_t i = 0; i < facts.n; i++)
		note_names(w, &facts.commands[i]);
	script_writes(w, &facts);
	for (size_t i = 0; i < facts.n; i++) {
		const struct command *c = &facts.commands[i];
		const struct arg *to = command_is(c, "cd") ? command_operand(c, 0) : NULL;

		if (to)
			w->cwd = to->value.state == KNOWN ? walk_absolute(w, to->value.text) : maybe_unknown();
		start_command(w, c);
	}
	w->cwd = cwd;
	w->depth--;
}

void walk_line(struct walk *w, struct text line)
{
	struct script outer = { .program = SHELL_SH };
	const struct script *s = script_of_text(w->a, TEXT("sh"), &outer, line);

	if (s && s->tree.list && !s->doubtful)
		walk_script(w, s);
	else
		walk_program(w, STARTED_UNSEEN, line, NULL);
}

/* Quoted, so that a shell's reading of the line is what exec gets. */
void walk_words(struct walk *w, const struct text *words, size_t n)
{
	struct buf line = { 0 };
	struct text t;

	for (size_t i = 0; i < n; i++) {
		buf_adds(&line, i ? " '" : "'");
		for (size_t k = 0; k < words[i].n; k++) {
			if (words[i].p[k] == '\'')
				buf_adds(&line, "'\\'");
			buf_addc(&line, words[i].p[k]);
		}
		buf_addc(&line, '\'');
	}
	t = arena_text(w->a, buf_text(&line));
	buf_release(&line);
	walk_line(w, t);
}
