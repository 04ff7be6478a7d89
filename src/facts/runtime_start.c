/* SPDX-License-Identifier: Apache-2.0 */
/* What is started: commands, scripts and programs, one by one. */
#include "facts/runtime_walk.h"

#include "base/buf.h"
#include "facts/conf.h"
#include "facts/distro.h"
#include "facts/place.h"
#include "facts/proof.h"
#include "facts/touch.h"

#include <jansson.h>

enum { MAX_STEPS = 512, MAX_DEPTH = 12 };

/* --- tables ---------------------------------------------------------------- */

static const char builtins[] = ". : [ [[ alias break cd command continue declare echo eval exit export false getopts hash let local "
			       "printf pwd read readonly return set shift shopt sleep source test times trap true type typeset "
			       "ulimit umask unalias unset wait";

static const char droppers[] = "gosu su-exec su runuser setpriv setuidgid s6-setuidgid chpst chroot start-stop-daemon sudo doas";

/* What only root can do; a script that does it cannot run as another. */
static const char for_root[] = "useradd userdel usermod groupadd groupmod groupdel adduser addgroup deluser delgroup chpasswd passwd "
			       "apt-get apt apk yum dnf microdnf zypper dpkg rpm mount umount iptables ip6tables ip sysctl ifconfig "
			       "modprobe service systemctl rc-service update-rc.d invoke-rc.d ldconfig update-ca-certificates "
			       "dpkg-reconfigure locale-gen update-alternatives chown chgrp";

/* Programs that run what is written in a language: the first operand is its file, or what it serves is. */
static const struct {
	const char *names;
	enum source_language language;
	bool file; /* the first operand is the file */
} hosts[] = {
	{ "python python2 python3 pypy pypy3", SOURCE_PYTHON, true },
	{ "gunicorn uvicorn hypercorn daphne waitress-serve flask celery streamlit django-admin uwsgi fastapi", SOURCE_PYTHON, false },
	{ "node nodejs bun deno ts-node tsx nodemon", SOURCE_JAVASCRIPT, true },
	{ "next nuxt pm2 pm2-runtime forever nest", SOURCE_JAVASCRIPT, false },
	{ "php", SOURCE_PHP, true },
	{ "ruby", SOURCE_RUBY, true },
	{ "rails rake puma unicorn rackup thin sidekiq bundle", SOURCE_RUBY, false },
	{ "perl", SOURCE_PERL, true },
	{ "java", SOURCE_JAVA, false },
	{ "dotnet", SOURCE_CSHARP, false },
};

/* Options that say where a program writes. */
static const char writing[] = "--access-logfile --error-logfile --log-file --logfile --log-path --pid --pidfile --pid-file --pidfile2 "
			      "--dir --data-dir --datadir --dbpath --db-path --storage-path --storage.tsdb.path";

/* They write where they are told, and nothing where they are called. */
static const char readers[] = "awk basename bc cat chmod cp cut date df dirname du egrep env expr false fgrep find fold gawk grep head "
			      "hostname id install jq kill ln ls mawk mkdir mktemp mv nl nproc paste pkill printenv ps rev rm rmdir sed seq "
			      "sleep sort stat sync tac tail tee touch tr true uname uniq wait wc which whoami yq";

/* They make things where they are called. */
static const char builders[] = "gradle gradlew mvn mvnw make cmake ninja cargo go sbt ant lein mix rebar3 stack cabal composer bundle pip "
			       "pip3 poetry pipenv tox pytest vite ng react-scripts vue-cli-service parcel astro playwright cypress storybook hugo jekyll mkdocs sphinx-build webpack gulp grunt bazel terraform ansible-playbook";

static bool is_public_dir(struct text dir)
{
	return words_hold("/bin /usr/bin /usr/local/bin", dir);
}

static int find_host(struct text name)
{
	/* python3.11, php8.2 */
	while (name.n && (ascii_digit((unsigned char)name.p[name.n - 1]) || name.p[name.n - 1] == '.') &&
	       !words_hold("python2 python3 pypy3", name))
		name.n--;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (words_hold(hosts[i].names, name))
			return (int)i;
	return -1;
}

/* --- scripts that are files ------------------------------------------------ */

static bool is_script(struct text bytes)
{
	return text_starts(bytes, TEXT("#!"));
}

/* The program that #! names. */
static struct text hash_bang(struct text bytes)
{
	struct text line = text_trim(text_sub(bytes, 2, text_chr(bytes, '\n', 0))), word = TEXT_NONE;
	bool more = true;

	while (text_cut(&line, ' ', &word, &more))
		if (word.n && !text_is(text_base(word), "env") && !text_starts(word, TEXT("-")))
			break;
	return text_base(word);
}

static void use_language(struct walk *w, enum source_language l, struct text name)
{
	if (w->source_cwd.state == UNSET)
		w->source_cwd = w->cwd;
	else if (!maybe_eq(w->source_cwd, w->cwd))
		w->source_cwd = maybe_unknown();
	w->languages |= 1u << l;
	if (!w->language_because.words.n)
		w->language_because = w->because;
	walk_program(w, STARTED_SEEN, name, NULL);
}

static void shell_file(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n)
{
	struct script *s = ARENA_NEW(w->a, struct script);
	struct reason because = w->because;
	const struct text *outer = w->args;
	size_t nouter = w->nargs;

	s->form = SCRIPT_COMMAND;
	s->program = SHELL_BASH;
	sh_read_any(w->a, o->bytes, (struct range){ 0, o->bytes.n }, &s->tree);
	if (o->cut || !s->tree.list || text_has(o->bytes, '\0')) {
		walk_program(w, STARTED_UNSEEN, name, NULL);
		return;
	}
	walk_program(w, STARTED_SCRIPT, name, NULL);
	w->because = (struct reason){ .item = o->item, .file = o->path, .words = name };
	w->args = args;
	w->nargs = n;
	walk_script(w, s);
	w->args = outer;
	w->nargs = nouter;
	w->because = because;
}

static struct text absolute(struct walk *w, struct text path)
{
	struct state at = *facts_after(w->f, w->stage);
	struct maybe m;

	at.workdir = w->cwd;
	m = state_path(&at, w->a, path);
	return m.state == KNOWN ? m.text : TEXT_NONE;
}

/* A file that is started: a shell script, one of another interpreter, or a binary. */
static void start_bytes(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n)
{
	struct text by = is_script(o->bytes) ? hash_bang(o->bytes) : TEXT_NONE;
	int host = find_host(by);

	if (words_hold("sh bash dash ash ksh zsh", by) || (!by.n && text_ends(name, TEXT(".sh"))))
		shell_file(w, name, o, args, n);
	else if (host >= 0) {
		use_language(w, hosts[host].language, name);
		walk_source(w, o->path, absolute(w, name), hosts[host].language);
	} else {
		walk_program(w, STARTED_UNSEEN, name, NULL);
	}
}

/* The RUN installs what is for every user: packages by their names, or make install. */
static bool installs_for_all(struct walk *w, size_t item)
{
	const struct script_facts *s = facts_commands(w->f, item);

	for (size_t i = 0; i < s->nops; i++)
		for (size_t k = 0; s->ops[i].verb == PACKAGE_INSTALL && k < s->ops[i].n; k++)
			if (s->ops[i].packages[k].kind == PACKAGE_NAME)
				return true;
	for (size_t i = 0; i < s->n; i++)
		if (command_sub(&s->commands[i], "make", "install"))
			return true;
	return false;
}

/* pip install ., npm ci, go install ./...: the project may bring commands of its own. */
static bool installs_project(struct walk *w)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(w->f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN ? facts_commands(w->f, i) : NULL;

		for (size_t k = 0; s && k < s->nops; k++) {
			const struct package_op *op = &s->ops[k];

			if (op->verb != PACKAGE_INSTALL || op->manager->system)
				continue;
			for (size_t p = 0; p < op->n; p++)
				if (op->packages[p].kind != PACKAGE_NAME)
					return true;
			if (op->names_none)
				return true;
		}
	}
	return false;
}

static bool installs_anything(struct walk *w)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(w->f)->items[i].ins;

		if (ins && ins->keyword == KW_RUN && installs_for_all(w, i))
			return true;
	}
	return false;
}

static bool has_ports(struct walk *w)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; i < st->end; i++)
		if (facts_doc(w->f)->items[i].ins && facts_doc(w->f)->items[i].ins->keyword == KW_EXPOSE)
			return true;
	return false;
}

/* Of all that is not seen, what a package, or an installation, gave to every user is made for one. */
static bool is_public(struct walk *w, struct text name, const struct path_origin *o)
{
	size_t slash = text_rchr(name, '/');

	if (words_hold(readers, text_base(name)))
		return true;
	/* One that serves is another matter: what a server needs, its row says. */
	if ((slash != TEXT_NPOS && !is_public_dir(text_sub(name, 0, slash))) || has_ports(w))
		return false;
	if (o->kind == MADE_ELSEWHERE)
		return program_find(text_base(name)) || (!installs_project(w) && installs_anything(w));
	return o->item != TEXT_NPOS && facts_doc(w->f)->items[o->item].ins->keyword == KW_RUN && installs_for_all(w, o->item);
}

/* It may leave something where it is called. */
static void start_public(struct walk *w, struct text name)
{
	struct maybe dir = facts_after(w->f, w->stage)->workdir;

	if (words_hold(readers, text_base(name)) && w->because.file.n)
		return;
	walk_program(w, STARTED_PUBLIC, name, NULL);
	if (words_hold(readers, text_base(name)))
		return;
	walk_workdir(w, reason_with(w->because, name));
	if (w->cwd.state == KNOWN && !maybe_eq(dir, w->cwd) && !place_is_system(w->cwd.text))
		walk_write(w, WRITE_DIR, w->cwd.text, reason_with(w->because, name));
}

static void start_unseen(struct walk *w, struct text name, const struct path_origin *o)
{
	/* What make leaves in a folder of the project nobody sees; a lone name that nothing made is the base's. */
	bool others = o->kind == MADE_ELSEWHERE && !text_has(name, '/');
	unsigned compiled = others ? 0 : walk_compiled(w);

	if (compiled) {
		w->languages |= compiled;
		if (!w->language_because.words.n)
			w->language_because = w->because;
		walk_program(w, STARTED_SEEN, name, NULL);
	} else if (!words_hold(builders, text_base(name)) && is_public(w, name, o)) {
		start_public(w, name);
	} else {
		walk_program(w, STARTED_UNSEEN, name, NULL);
	}
}

static struct path_origin origin_of(struct walk *w, struct text name)
{
	struct state at = *facts_after(w->f, w->stage);
	struct maybe path;

	if (!text_has(name, '/'))
		return made_program(w->f, w->stage, name);
	at.workdir = w->cwd;
	path = state_path(&at, w->a, name);
	if (path.state == KNOWN)
		return made_file(w->f, w->stage, path.text);
	return (struct path_origin){ .kind = MADE_UNSEEN, .item = TEXT_NPOS };
}

static void start_path(struct walk *w, struct text name, const struct text *args, size_t n)
{
	struct path_origin o = origin_of(w, name);

	if (o.kind == MADE_BYTES)
		start_bytes(w, name, &o, args, n);
	else
		start_unseen(w, name, &o);
}

/* --- interpreters ---------------------------------------------------------- */

static void start_inline(struct walk *w, enum source_language l, struct text code, struct text name)
{
	struct source s;

	source_read(w->a, l, code, &s);
	for (size_t i = 0; i < s.nwrites; i++)
		if (s.writes[i].place == PLACE_UNKNOWN)
			walk_unknown(w, reason_with(w->because, s.writes[i].call));
		else if (s.writes[i].place == PLACE_ABSOLUTE || s.writes[i].place == PLACE_CWD)
			walk_write_at(w, s.writes[i].effect == EFFECT_FILE ? WRITE_FILE : WRITE_DIR, s.writes[i].path,
				      reason_with(w->because, s.writes[i].call));
		else if (s.writes[i].place == PLACE_HOME)
			walk_home(w, reason_with(w->because, s.writes[i].call));
	walk_program(w, s.cut ? STARTED_UNSEEN : STARTED_SEEN, name, NULL);
}

static void start_file(struct walk *w, int host, struct text file)
{
	struct path_origin o;

	if (!text_has(file, '/'))
		file = ARENA_JOIN(w->a, TEXT("./"), file);
	o = origin_of(w, file);
	if (o.kind == MADE_BYTES && !o.path.n)
		start_inline(w, hosts[host].language, o.bytes, file);
	else if (o.kind == MADE_BYTES && (o.cut || !text_has(o.bytes, '\0'))) {
		use_language(w, hosts[host].language, file);
		walk_source(w, o.path, absolute(w, file), hosts[host].language);
	} else if (o.kind == MADE_ELSEWHERE && text_starts(file, TEXT("/usr/")))
		start_public(w, file);
	else if (o.kind != MADE_BYTES && copied_files(w->f, w->stage)->n)
		/* index.js may be dist/index.js, made from sources that are here. */
		use_language(w, hosts[host].language, file);
	else
		walk_program(w, STARTED_UNSEEN, file, NULL);
}

bool walk_find(struct walk *w, struct text name, struct daemon *out)
{
	size_t by;

	return daemon_find(name, w->packages, facts_base(w->f, w->stage)->name, daemon_release(facts_distro(w->f, w->stage, &by)), out);
}

static void start_server(struct walk *w, const struct daemon *d, struct text name)
{
	if (d->verdict == DAEMON_ROOT)
		walk_root(w, reason_with(w->because, ARENA_JOIN(w->a, name, TEXT(": "), d->why)));
	else if (d->verdict == DAEMON_DROPS)
		walk_drops(w, reason_with(w->because, ARENA_JOIN(w->a, name, TEXT(": "), d->why)));
	if (d->home)
		walk_home(w, reason_with(w->because, name));
	if (d->workdir)
		walk_workdir(w, reason_with(w->because, name));
	walk_program(w, STARTED_SERVER, name, d);
}

/* python -m http.server, python -m app: a server that is known, a module of the context, or one that is installed. */
static void start_module(struct walk *w, struct text module)
{
	struct text first = text_sub(module, 0, text_chr(module, '.', 0));
	const struct copied *files = copied_files(w->f, w->stage);
	struct daemon d;

	if (walk_find(w, module, &d) || walk_find(w, first, &d)) {
		start_server(w, &d, module);
		if (find_host(first) >= 0)
			w->languages |= 1u << SOURCE_PYTHON;
		return;
	}
	for (size_t i = 0; i < files->n; i++)
		if (text_starts(text_base(files->files[i].path), first) || text_find(files->files[i].path, first, 0) != TEXT_NPOS) {
			use_language(w, SOURCE_PYTHON, module);
			return;
		}
	if (files->complete && !installs_project(w))
		start_public(w, module);
	else
		walk_program(w, STARTED_UNSEEN, module, NULL);
}

static void start_host(struct walk *w, int host, const struct command *c)
{
	const struct arg *code = command_option(c, hosts[host].language == SOURCE_PYTHON ? "-c" : "-e --eval -r");
	const struct arg *module = hosts[host].language == SOURCE_PYTHON ? command_option(c, "-m") : NULL;
	const struct arg *file = command_operand(c, 0);

	if (module && module->value.state == KNOWN && module->value.text.n)
		start_module(w, module->value.text);
	else if (code && code->value.state == KNOWN)
		start_inline(w, hosts[host].language, code->value.text, TEXT("code of the command line"));
	else if (hosts[host].language == SOURCE_PHP && command_has(c, "-S"))
		use_language(w, SOURCE_PHP, c->name);
	else if (!hosts[host].file)
		use_language(w, hosts[host].language, c->name);
	else if (!file)
		walk_program(w, c->nargs ? STARTED_UNSEEN : STARTED_PUBLIC, c->name, NULL);
	else if (file->value.state != KNOWN)
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
	else
		start_file(w, host, file->value.text);
}

/* --- npm ------------------------------------------------------------------- */

static struct text package_script(struct walk *w, struct text name)
{
	struct path_origin o = origin_of(w, TEXT("./package.json"));
	const char *line;
	struct text found = TEXT_NONE;
	json_t *j;

	if (o.kind != MADE_BYTES || o.cut)
		return found;
	j = json_loadb(o.bytes.p, o.bytes.n, JSON_REJECT_DUPLICATES, NULL);
	line = json_string_value(json_object_get(json_object_get(j, "scripts"), arena_cstr(w->a, name)));
	if (line)
		found = arena_text(w->a, text_of(line));
	else if (j && text_is(name, "start"))
		found = TEXT("node server.js");
	json_decref(j);
	return found;
}

static void start_npm(struct walk *w, const struct command *c)
{
	const struct arg *verb = command_operand(c, 0), *name = verb;
	struct text line;

	walk_home(w, reason_with(w->because, c->name));
	if (verb && (maybe_is(verb->value, "run") || maybe_is(verb->value, "run-script")))
		name = command_operand(c, 1);
	if (!name || name->value.state != KNOWN || command_has(c, "--prefix -C --cwd --dir")) {
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
		return;
	}
	line = package_script(w, name->value.text);
	if (!line.n) {
		walk_program(w, STARTED_UNSEEN, ARENA_JOIN(w->a, c->name, TEXT(" "), name->value.text), NULL);
		return;
	}
	walk_line(w, line);
}

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
	o = origin_of(w, text_has(name, '/') ? name : ARENA_JOIN(w->a, TEXT("./"), name));
	args = words_behind(w, c, file->word + 1, &n);
	if (o.kind == MADE_BYTES)
		shell_file(w, name, &o, args, n);
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

/* supervisord -c /app/x.conf, redis-server /etc/x.conf */
static void start_conf(struct walk *w, const struct command *c)
{
	const struct arg *file = command_option(c, "-c --config --configuration --config-file -f");

	if (!conf_knows(c->name))
		return;
	for (size_t i = 0; i < c->nargs; i++)
		if (&c->args[i] == file && !file->has_value && i + 1 < c->nargs && c->args[i + 1].kind == ARG_OPERAND)
			file = &c->args[i + 1];
	if (!file)
		file = command_operand(c, 0);
	if (file && file->value.state == KNOWN && text_has(file->value.text, '/'))
		walk_conf_file(w, c->name, file->value.text);
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

static void start_program(struct walk *w, const struct command *c)
{
	struct text name = c->sh->words[c->first].value.text;
	int host = find_host(c->name);
	struct daemon d;
	const struct text *args;
	size_t n = 0;

	option_writes(w, c);
	if (names_other_user(c)) {
		walk_drops(w, reason_with(w->because, ARENA_JOIN(w->a, c->name, TEXT(" is told which user to become"))));
		return;
	}
	if (is_module(c)) {
		start_module(w, name);
		return;
	}
	if (command_in(c, "npm yarn pnpm")) {
		start_npm(w, c);
		return;
	}
	if (command_in(c, "npx bunx pnpx dlx")) {
		walk_home(w, reason_with(w->because, c->name));
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
		return;
	}
	if (text_find(text_range(c->list->text, c->sh->at), TEXT("--env-file"), 0) != TEXT_NPOS)
		walk_unknown(w, reason_with(w->because, TEXT("--env-file")));
	if (command_is(c, "java") && text_find(text_range(c->list->text, c->sh->at), TEXT("=/"), 0) != TEXT_NPOS)
		walk_unknown(w, reason_with(w->because, TEXT("a path in an option of java")));
	if (walk_find(w, c->name, &d) && d.hands_over) {
		args = words_behind(w, c, c->first + 1, &n);
		walk_words(w, args, n);
		return;
	}
	if (walk_find(w, c->name, &d)) {
		start_server(w, &d, c->name);
		start_conf(w, c);
		if (voids_row(c, &d))
			walk_drops(w, reason_with(w->because, ARENA_JOIN(w->a, c->name, TEXT(" is told which user to become"))));
		if (host >= 0)
			use_language(w, hosts[host].language, c->name);
		return;
	}
	if (host >= 0) {
		start_host(w, host, c);
		return;
	}
	args = words_behind(w, c, c->first + 1, &n);
	start_path(w, name, args, n);
}

static void note_name(struct walk *w, struct text name)
{
	w->assigned = arena_grow(w->a, w->assigned, w->nassigned, &w->assigned_cap, sizeof(*w->assigned));
	w->assigned[w->nassigned++] = name;
}

static void note_function(const struct sh_command *c, void *data)
{
	struct walk *w = data;

	if (c->kind != SH_FUNCTION || !c->nwords || c->words[0].value.state != KNOWN || w->nfunctions >= 256)
		return;
	w->functions = arena_grow(w->a, w->functions, w->nfunctions, &w->functions_cap, sizeof(*w->functions));
	w->functions[w->nfunctions++] = c->words[0].value.text;
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
	return command_sub(c, "git", "config") && text_find(text_range(c->list->text, c->sh->at), TEXT("--global"), 0) != TEXT_NPOS;
}

static void start_command(struct walk *w, const struct command *c)
{
	size_t n = 0;
	const struct text *args;

	for (size_t i = 0; i < c->sh->nassigns; i++)
		note_name(w, c->sh->assigns[i].name);
	if (command_in(c, "export env"))
		for (size_t i = 0; i < command_operands(c); i++) {
			struct text word = command_word(c, command_operand(c, i)->word);

			note_name(w, text_sub(word, 0, text_chr(word, '=', 0)));
		}
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

static enum write_kind kind_of(const struct touch *t)
{
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
	struct state at = *facts_after(w->f, w->stage);
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
	for (size_t i = 0; i < facts.n; i++)
		for (size_t k = 0; k < facts.commands[i].sh->nassigns; k++)
			note_name(w, facts.commands[i].sh->assigns[k].name);
	script_writes(w, &facts);
	for (size_t i = 0; i < facts.n; i++) {
		const struct command *c = &facts.commands[i];
		const struct arg *to = command_is(c, "cd") ? command_operand(c, 0) : NULL;
		struct state at = *facts_after(w->f, w->stage);

		if (to) {
			at.workdir = w->cwd;
			w->cwd = to->value.state == KNOWN ? state_path(&at, w->a, to->value.text) : maybe_unknown();
		}
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
