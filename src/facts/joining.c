/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/joining.h"

#include "facts/lists.h"

#include <string.h>

/* --- tables ---------------------------------------------------------------- */

/* Builtins that change the shell itself, or end it. */
static const char changing[] =
	"export unset readonly declare typeset local umask ulimit trap exec exit return logout source . eval alias unalias "
	"shopt hash enable pushd popd read mapfile readarray getopts let break continue shift wait bind complete";

/* Of these, and of cd and set, what does nothing that lasts. */
static const char idle[] = "cd export set umask alias unset shopt ulimit readonly declare typeset true : pushd trap";

static const char sourcing[] = "source . eval";

/* Programs that leave a process behind: it ended with the first RUN, and would be there in the second.
 * `calm`: sub-commands that start nothing; `options`: with one of these it starts nothing. */
static const struct {
	const char *names, *calm, *options;
} daemons[] = {
	{ "service invoke-rc.d rc-service initctl start-stop-daemon", NULL, NULL },
	{ "systemctl", "enable disable mask unmask set-default preset daemon-reload is-enabled", NULL },
	{ "pg_ctl pg_ctlcluster mysqld mysqld_safe mariadbd mariadbd-safe mongod redis-server memcached rabbitmq-server "
	  "slapd couchdb influxd neo4j cassandra elasticsearch",
	  NULL, "--version -V --initialize --initialize-insecure --help" },
	{ "supervisord dockerd containerd Xvfb Xorg xvfb-run vncserver nohup setsid daemon daemonize screen tmux", NULL, "-V --version" },
	{ "sshd nginx httpd apache2 apachectl apache2ctl php-fpm cron crond rsyslogd syslogd dbus-daemon dbus-launch rpcbind "
	  "named smbd postfix exim4 haproxy squid",
	  NULL, "-t -v -V --version -T" },
	{ "gpg-agent dirmngr", NULL, "--version" },
	/* What looks keys up starts the two above, whose sockets come and go in its folder. */
	{ "gpg gpg2", NULL, "--dearmor --dearmour --enarmor --version" },
};

/* Programs that put one file in the place of another: /bin/sh, then, would be another for the next RUN. */
static const char placing[] = "ln rm mv cp install update-alternatives dpkg-divert";
static const char *const shells[] = { "/bin/sh", "/bin/dash", "/bin/bash", "/bin/ash", "/bin/busybox" };

/* Files that each container gets anew. */
static const char volatile_files[] = "/etc/hosts /etc/resolv.conf /etc/hostname";

/* Variables that are not in an image's configuration, but in the environment, or mean something to the
 * shell: an assignment to them lasts. */
static const char special[] =
	"IFS PS4 HOME PWD OLDPWD PATH ENV BASH_ENV SHELL USER LOGNAME HOSTNAME TERM OPTIND CDPATH LANG LANGUAGE LC_ALL LC_CTYPE "
	"LC_COLLATE LC_MESSAGES POSIXLY_CORRECT SHELLOPTS BASHOPTS GLOBIGNORE TMOUT RANDOM SECONDS "
	"HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy ftp_proxy no_proxy all_proxy";

enum { MAX_NAMES = 16 };

/* --- names ----------------------------------------------------------------- */

struct reader {
	struct joining *j;
	struct facts *f;
	size_t item;
	const struct state *before;
	struct text *names;
	size_t cap;
};

/* A variable of the environment reaches every program; one of the shell only what names it. */
static void add_name(struct reader *r, struct text name)
{
	struct joining *j = r->j;

	if (j->nnames >= MAX_NAMES || words_hold(special, name) || state_get(r->before, facts_arena(r->f), name).state != UNSET) {
		j->state = true;
		return;
	}
	r->names = arena_grow(facts_arena(r->f), r->names, j->nnames, &r->cap, sizeof(*r->names));
	r->names[j->nnames++] = name;
	j->names = r->names;
}

static void read_parts(struct reader *r, const struct sh_part *parts, size_t n, struct text whole);

/* ${x=y} and ${x:=y} set x. */
static void read_part(struct reader *r, const struct sh_part *part, struct text whole)
{
	struct text t = text_range(whole, part->at);
	size_t name = part->kind == SH_PARAM && part->name.n ? text_find(t, part->name, 0) : TEXT_NPOS;

	if (name != TEXT_NPOS && text_starts(t, TEXT("${"))) {
		struct text rest = text_from(t, name + part->name.n);

		if (text_starts(rest, TEXT("=")) || text_starts(rest, TEXT(":=")))
			add_name(r, part->name);
	}
	if (part->kind == SH_ARITH && (text_has(t, '=') || text_find(t, TEXT("++"), 0) != TEXT_NPOS ||
				       text_find(t, TEXT("--"), 0) != TEXT_NPOS))
		r->j->state = true;
	/* What stands in backquotes counts in a text of its own. */
	if (part->kind != SH_COMMAND && part->kind != SH_PROCESS)
		read_parts(r, part->parts, part->nparts, whole);
}

static void read_parts(struct reader *r, const struct sh_part *parts, size_t n, struct text whole)
{
	for (size_t i = 0; i < n; i++)
		read_part(r, &parts[i], whole);
}

static void read_words(struct reader *r, const struct sh_word *words, size_t n, struct text whole)
{
	for (size_t i = 0; i < n; i++) {
		r->j->expands = r->j->expands || (words[i].marks & SH_EXPANDS);
		read_parts(r, words[i].parts, words[i].nparts, whole);
	}
}

/* --- the tree -------------------------------------------------------------- */

static void read_list(struct reader *r, const struct sh_list *l);

static void read_lists(struct reader *r, const struct sh_command *c)
{
	for (size_t i = 0; i < c->nlists; i++)
		read_list(r, c->lists[i]);
	for (size_t i = 0; i < c->narms; i++)
		if (c->arms[i].list)
			read_list(r, c->arms[i].list);
}

static void read_substitutions(struct reader *r, const struct sh_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (parts[i].list)
			read_list(r, parts[i].list);
		read_substitutions(r, parts[i].parts, parts[i].nparts);
	}
}

static void read_command(struct reader *r, const struct sh_command *c, struct text whole)
{
	if (c->kind == SH_FUNCTION || c->kind == SH_ARITHMETIC)
		r->j->state = true;
	if (c->kind == SH_COPROC)
		r->j->bar = "background-job";
	if ((c->kind == SH_FOR || c->kind == SH_SELECT) && c->nwords)
		add_name(r, text_range(whole, c->words[0].at));
	else if (c->kind == SH_FOR)
		r->j->state = true;
	for (size_t i = 0; i < c->nassigns; i++) {
		if (!c->nwords)
			add_name(r, c->assigns[i].name);
		read_words(r, c->assigns[i].value, c->assigns[i].nvalue, whole);
		for (size_t k = 0; k < c->assigns[i].nvalue; k++)
			read_substitutions(r, c->assigns[i].value[k].parts, c->assigns[i].value[k].nparts);
	}
	read_words(r, c->words, c->nwords, whole);
	for (size_t i = 0; i < c->nwords; i++)
		read_substitutions(r, c->words[i].parts, c->words[i].nparts);
	for (size_t i = 0; i < c->nredirs; i++)
		read_words(r, &c->redirs[i].word, 1, whole);
	read_lists(r, c);
}

static void read_list(struct reader *r, const struct sh_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->steps[i].join == SH_AMP)
			r->j->bar = "background-job";
		r->j->pipes = r->j->pipes || l->steps[i].n > 1;
		for (size_t k = 0; k < l->steps[i].n; k++)
			read_command(r, &l->steps[i].commands[k], l->text);
	}
}

static bool is_simple(const struct sh_step *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->commands[i].kind != SH_SIMPLE)
			return false;
	return true;
}

static void read_shape(struct joining *j, const struct sh_list *l)
{
	j->chain = j->flat = true;
	for (size_t i = 0; i < l->n; i++) {
		enum sh_join join = l->steps[i].join;

		if (i + 1 < l->n ? join != SH_AND : join != SH_END && join != SH_SEMI && join != SH_NEWLINE)
			j->chain = false;
		j->flat = j->flat && is_simple(&l->steps[i]);
	}
	j->flat = j->flat && j->chain;
}

/* --- commands -------------------------------------------------------------- */

/* set -ex, set -o pipefail; what else it may do lasts as well. */
static void read_set(struct joining *j, const struct command *c)
{
	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *a = &c->args[i];
		struct text name = a->kind == ARG_OPTION ? a->name : TEXT_NONE;

		if (text_is(name, "-o") && a->value.state == KNOWN)
			name = a->value.text;
		if (words_hold("-e errexit", name))
			j->options |= JOIN_ERREXIT;
		else if (words_hold("-x xtrace", name))
			j->options |= JOIN_XTRACE;
		else if (text_is(name, "pipefail"))
			j->options |= JOIN_PIPEFAIL;
		else
			j->state = true;
	}
	j->state = j->state || !c->nargs;
}

static struct text last_component(struct text path)
{
	size_t slash = text_rchr(path, '/');

	return slash == TEXT_NPOS ? path : text_from(path, slash + 1);
}

static bool names_daemon(struct text name)
{
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++)
		if (words_hold(daemons[i].names, name))
			return true;
	return false;
}

/* "&" that is neither && nor a part of 2>&1. */
static bool has_lone_amp(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] == '&' && (i == 0 || !memchr("&><", t.p[i - 1], 3)) && (i + 1 == t.n || !memchr("&>", t.p[i + 1], 2)))
			return true;
	return false;
}

/* su app -c "pg_ctl start": the words of a script in a string. */
static bool string_names_daemon(struct text t)
{
	size_t start = 0;

	for (size_t i = 0; i <= t.n; i++) {
		struct text word;

		if (i < t.n && !ascii_space((unsigned char)t.p[i]) && !memchr(";&|()'\"", t.p[i], 7))
			continue;
		word = text_sub(t, start, i);
		if (text_starts(word, TEXT("/etc/init.d/")) || names_daemon(last_component(word)))
			return true;
		start = i + 1;
	}
	return has_lone_amp(t);
}

static bool starts_daemon(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);
	struct maybe program = c->sh->words[c->first].value;

	if (program.state == KNOWN && (text_starts(program.text, TEXT("/etc/init.d/")) || text_starts(program.text, TEXT("/etc/rc.d/"))))
		return true;
	for (size_t i = 0; i < c->first; i++)
		if (maybe_is(c->sh->words[i].value, "nohup") || maybe_is(c->sh->words[i].value, "setsid"))
			return true;
	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++)
		if (command_in(c, daemons[i].names))
			return !(daemons[i].calm && first && first->value.state == KNOWN && words_hold(daemons[i].calm, first->value.text)) &&
			       !(daemons[i].options && command_has(c, daemons[i].options));
	for (size_t i = c->first + 1; command_in(c, "su runuser sh bash dash ash eval") && i < c->sh->nwords; i++)
		if (string_names_daemon(command_word(c, i)))
			return true;
	return false;
}

static bool changes_shell(const struct command *c)
{
	if (command_is(c, "debconf-set-selections") || command_is(c, "dpkg-reconfigure"))
		return true;
	for (size_t i = c->first + 1; command_in(c, placing) && i < c->sh->nwords; i++) {
		struct maybe v = c->sh->words[i].value;

		if (maybe_is(v, "sh"))
			return true;
		for (size_t k = 0; v.state == KNOWN && k < sizeof(shells) / sizeof(shells[0]); k++)
			if (text_ends(v.text, text_of(shells[k])))
				return true;
	}
	return false;
}

/* The home, groups or number of the user in force are another for the next RUN. */
static bool changes_user(const struct reader *r, const struct command *c)
{
	size_t n = command_operands(c);
	struct maybe who = n ? command_operand(c, n - 1)->value : maybe_unknown(), user = r->before->user;

	if (!command_in(c, "usermod gpasswd chfn"))
		return command_in(c, "sed awk vipw") && n && maybe_is(command_operand(c, n - 1)->value, "/etc/passwd");
	if (user.state == UNSET)
		user = maybe_known(TEXT("root"));
	return who.state != KNOWN || user.state != KNOWN || text_eq(who.text, user.text) || text_starts(user.text, who.text);
}

static bool holds(struct maybe word, const char *part)
{
	return word.state == KNOWN && text_find(word.text, text_of(part), 0) != TEXT_NPOS;
}

/* A word or the target of a redirection. */
static void read_word(struct reader *r, struct maybe v)
{
	if (v.state == KNOWN && (words_hold(volatile_files, v.text) || text_starts(v.text, TEXT("/dev/shm/"))))
		r->j->bar_behind = "container-file";
	/* A shell that is not known may read these when it starts. */
	if (r->before->shell_state == UNKNOWN && (holds(v, "bashrc") || holds(v, "profile")))
		r->j->bar_behind = "shell-start";
}

static void read_program(struct reader *r, const struct command *c)
{
	struct joining *j = r->j;

	if (command_is(c, "cd"))
		j->cd = true;
	else if (command_is(c, "set"))
		read_set(j, c);
	else if (command_in(c, changing) || (c->prefix & PREFIX_EXEC) || (command_is(c, "printf") && command_has(c, "-v")))
		j->state = true;
	j->sources = j->sources || command_in(c, sourcing);
	if (starts_daemon(c))
		j->bar_behind = "starts-service";
	else if (changes_shell(c))
		j->bar_behind = "changes-shell";
	else if (changes_user(r, c))
		j->bar_behind = "changes-user";
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		read_word(r, c->sh->words[i].value);
	for (size_t i = 0; i < c->sh->nredirs; i++)
		read_word(r, c->sh->redirs[i].word.value);
}

/* Programs that images often have twice: the distribution's, and a newer one that comes later but is
 * found first. A shell remembers where it found one; the next RUN's shell does not know. */
static const char *const moving[] = {
	"pip pip2 pip3 pip2.7 easy_install", "python python2 python3 python2.7", "node nodejs", "npm npx", "yarn pnpm corepack", "gem",
	"bundle bundler", "ruby", "php", "composer", "perl cpan cpanm", "go", "cargo rustc rustup", "cmake",
};

static unsigned long moving_bit(struct text name)
{
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (words_hold(moving[i], name))
			return 1ul << i;
	return 0;
}

/* make install, a script, a version manager: what they bring is not seen. */
static bool may_bring_any(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);
	bool script = command_in(c, "python python2 python3") && first && first->value.state == KNOWN &&
		      text_ends(first->value.text, TEXT("get-pip.py"));

	return script || command_runs_script(c) || command_in(c, "n nvm fnm pyenv rbenv asdf goenv phpenv") ||
	       (command_in(c, "make ninja") && command_operands(c) && text_find(command_word(c, c->sh->nwords - 1), TEXT("install"), 0) != TEXT_NPOS);
}

static void read_moving(struct joining *j, const struct command *c)
{
	/* Of python -m pip the program is python. */
	bool module = c->first > 1 && maybe_is(c->sh->words[c->first - 1].value, "-m");

	j->runs |= module ? moving_bit(TEXT("python")) : moving_bit(c->name);
	if (may_bring_any(c))
		j->brings = ~0ul;
	for (size_t i = c->first + 1; command_in(c, placing) && i < c->sh->nwords; i++)
		if (c->sh->words[i].value.state == KNOWN)
			j->brings |= moving_bit(last_component(c->sh->words[i].value.text));
}

static void read_packages(struct joining *j, const struct script_facts *s)
{
	for (size_t i = 0; i < s->nops; i++)
		for (size_t k = 0; !s->ops[i].manager->system && k < s->ops[i].n; k++)
			j->brings |= moving_bit(s->ops[i].packages[k].name);
}

/* Nothing but commands that set up the shell. */
static bool is_idle(const struct sh_list *l, const struct script_facts *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!command_in(&s->commands[i], idle) || s->commands[i].sh->nredirs)
			return false;
	for (size_t i = 0; i < l->n; i++)
		if (!is_simple(&l->steps[i]) || l->steps[i].commands[0].nredirs)
			return false;
	return true;
}

static bool starts_in_dir(const struct script_facts *s)
{
	const struct command *c = s->n ? &s->commands[0] : NULL;
	const struct arg *to = c ? command_operand(c, 0) : NULL;

	return c && command_is(c, "cd") && c->top && c->step == 0 && c->list == s->script->tree.list && !c->sh->nredirs &&
	       command_operands(c) == 1 && to->value.state == KNOWN && text_starts(to->value.text, TEXT("/"));
}

/* --- the instruction ------------------------------------------------------- */

/* What is written there is gone when the RUN ends. */
static bool has_fleeting_mount(const struct instruction *ins)
{
	for (size_t i = 0; i < ins->nflags; i++) {
		struct text rest = ins->flags[i].value, part;
		bool more = text_is(ins->flags[i].name, "mount");

		while (text_cut(&rest, ',', &part, &more))
			if (words_hold("type=tmpfs rw readwrite rw=true readwrite=true", part) || text_has(part, '$'))
				return true;
	}
	return false;
}

/* A comment line stands before the script or behind it, in its continuation. */
static bool has_comment_outside(const struct doc *d, size_t item, const struct sh_list *l)
{
	const struct instruction *ins = d->items[item].ins;
	size_t end = ins_source(ins, l->steps[l->n - 1].at.end - 1) + 1;
	struct range at;

	return !ins_source_range(d, ins, 0, l->at.start, &at) || text_has(text_sub(d->text, end, d->items[item].raw.end), '#');
}

/* Why the script is none that can be joined to another, or NULL. */
static const char *bar_of(struct reader *r, const struct script *s)
{
	const struct instruction *ins = facts_doc(r->f)->items[r->item].ins;

	if (!s || !s->tree.list || s->doubtful || !s->editable || ins->nheredocs || !s->tree.list->n)
		return "script-not-editable";
	if (s->tree.ncomments || has_comment_outside(facts_doc(r->f), r->item, s->tree.list))
		return "comment-in-script";
	if (s->tree.list->steps[s->tree.list->n - 1].join == SH_AMP)
		return "background-job";
	if (r->before->shell_state == KNOWN && !s->plain)
		return "shell-start";
	if (s->program == SHELL_BASH && state_get(r->before, facts_arena(r->f), TEXT("BASH_ENV")).state == KNOWN)
		return "shell-start";
	return has_fleeting_mount(ins) ? "mount-emptied" : NULL;
}

void joining_read(struct facts *f, size_t item, struct joining *out)
{
	const struct script_facts *s = facts_commands(f, item);
	struct reader r = { .j = out, .f = f, .item = item, .before = facts_before(f, item) };
	const struct sh_list *l;

	*out = (struct joining){ .bar = bar_of(&r, s->script) };
	if (out->bar)
		return;
	l = s->script->tree.list;
	out->text = text_range(l->text, l->at);
	out->commands = s->n;
	read_shape(out, l);
	read_list(&r, l);
	for (size_t i = 0; i < s->n; i++) {
		read_program(&r, &s->commands[i]);
		read_moving(out, &s->commands[i]);
	}
	read_packages(out, s);
	out->idle = is_idle(l, s);
	out->to_dir = starts_in_dir(s);
	out->errexit = s->script->errexit || r.before->shell_state == UNKNOWN || (out->options & JOIN_ERREXIT);
}

bool joining_leaks(const struct joining *first, const struct joining *second)
{
	if (first->state || (first->nnames && second->sources) || ((first->options & JOIN_ERREXIT) && !second->flat) ||
	    ((first->options & JOIN_XTRACE) && second->expands) || ((first->options & JOIN_PIPEFAIL) && second->pipes))
		return true;
	for (size_t i = 0; i < first->nnames; i++)
		if (text_find(second->text, first->names[i], 0) != TEXT_NPOS)
			return true;
	return false;
}
