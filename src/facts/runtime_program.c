/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that are started: what they are, and where they come from. */
#include "facts/runtime_walk.h"

#include "base/buf.h"
#include "facts/conf.h"
#include "facts/distro.h"
#include "facts/place.h"
#include "facts/proof.h"
#include "facts/touch.h"


/* --- tables ---------------------------------------------------------------- */

/* Programs that run what is written in a language: the first operand is its file, or what it serves is. */
static const struct {
	const char *names;
	enum source_language language;
	bool file; /* the first operand is the file */
} hosts[] = {
	{ "python python2 python3 pypy pypy3", SOURCE_PYTHON, true },
	{ "gunicorn uvicorn hypercorn daphne waitress-serve flask celery streamlit django-admin uwsgi fastapi locust scrapy rq dramatiq granian", SOURCE_PYTHON, false },
	{ "node nodejs bun deno ts-node tsx nodemon", SOURCE_JAVASCRIPT, true },
	{ "next nuxt pm2 pm2-runtime forever nest", SOURCE_JAVASCRIPT, false },
	{ "php", SOURCE_PHP, true },
	{ "ruby", SOURCE_RUBY, true },
	{ "rails rake puma unicorn rackup thin sidekiq bundle", SOURCE_RUBY, false },
	{ "perl", SOURCE_PERL, true },
	{ "java", SOURCE_JAVA, false },
	{ "dotnet", SOURCE_CSHARP, false },
};

/* They write where they are told, and nothing where they are called. */
static const char readers[] = "awk base64 basename bc cat chmod cp curl cut date df dirname du egrep env envsubst expr false fgrep find fold gawk grep head "
			      "hostname id redis-cli install jq kill ln ls mawk md5sum mysqladmin mkdir mktemp mv nc ncat netcat nl nproc od pg_isready paste pkill printenv ps rev rm rmdir sed seq sha256sum "
			      "sleep sort stat sync tac tail tee touch tr true uname uniq wait wc which whoami yq";

/* They make things where they are called. */
static const char builders[] = "gradle gradlew mvn mvnw make cmake ninja cargo go sbt ant lein mix rebar3 stack cabal composer bundle pip "
			       "pip3 poetry pipenv tox pytest vite ng react-scripts vue-cli-service parcel astro playwright cypress storybook hugo jekyll mkdocs sphinx-build webpack gulp grunt bazel terraform ansible-playbook";

static bool is_public_dir(struct text dir)
{
	return words_hold("/bin /usr/bin /usr/local/bin", dir);
}

int walk_host_of(struct text name)
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

void walk_language(struct walk *w, enum source_language l, struct text name)
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

void walk_shell_file(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n)
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

/* A file that is started: a shell script, one of another interpreter, or a binary. */
static void start_bytes(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n)
{
	struct text by = is_script(o->bytes) ? hash_bang(o->bytes) : TEXT_NONE;
	int host = walk_host_of(by);

	if (words_hold("sh bash dash ash ksh zsh", by) || (!by.n && text_ends(name, TEXT(".sh"))))
		walk_shell_file(w, name, o, args, n);
	else if (host >= 0) {
		walk_language(w, hosts[host].language, name);
		walk_source(w, o->path, walk_absolute(w, name).text, hosts[host].language);
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

static bool stage_has(struct walk *w, enum keyword keyword)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; i < st->end; i++)
		if (facts_doc(w->f)->items[i].ins && facts_doc(w->f)->items[i].ins->keyword == keyword)
			return true;
	return false;
}

/* It keeps running, or keeps things, as its name or the file says. */
static bool looks_like_server(struct walk *w, struct text name)
{
	static const char *const parts[] = { "server", "Server", "daemon", "agent", "proxy", "client", "Client", "vpn", "export", "dns",
					     "tunnel", "plugin", "node", "miner", "router", "relay", "bridge", "gateway", "watch", "sync" };

	if (stage_has(w, KW_VOLUME) || (name.n > 3 && name.p[name.n - 1] == 'd'))
		return true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (text_find(name, text_of(parts[i]), 0) != TEXT_NPOS)
			return true;
	return false;
}

/* A package of a language's manager that has the program's name: no such one brings a server of the system. */
static bool is_of_language(struct walk *w, struct text name)
{
	const struct stage *st = &facts_stages(w->f)->list[w->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(w->f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN ? facts_commands(w->f, i) : NULL;

		for (size_t k = 0; s && k < s->nops; k++)
			for (size_t p = 0; s->ops[k].verb == PACKAGE_INSTALL && !s->ops[k].manager->system && p < s->ops[k].n; p++)
				if (text_find(s->ops[k].packages[p].name, name, 0) != TEXT_NPOS || !w->packages.n)
					return true;
	}
	return false;
}

/* Of all that is not seen, what a package, or an installation, gave to every user is made for one, where it is a tool that
 * works on what it is given. What a server needs, its row says; what looks like one, and has none, may need anything. */
static bool is_public(struct walk *w, struct text name, const struct path_origin *o)
{
	size_t slash = text_rchr(name, '/');
	struct text why;

	if (words_hold(readers, text_base(name)))
		return true;
	if ((slash != TEXT_NPOS && !is_public_dir(text_sub(name, 0, slash))) || stage_has(w, KW_EXPOSE))
		return false;
	if (tool_find(text_base(name), &why) == TOOL_UNKNOWN && !is_of_language(w, text_base(name)) && looks_like_server(w, text_base(name)))
		return false;
	if (o->kind == MADE_ELSEWHERE)
		return program_find(text_base(name)) || (!installs_project(w) && installs_anything(w));
	return o->item != TEXT_NPOS && facts_doc(w->f)->items[o->item].ins->keyword == KW_RUN && installs_for_all(w, o->item);
}

/* It may leave something where it is called. */
static void start_public(struct walk *w, struct text name, const struct text *args, size_t n)
{
	struct maybe dir = facts_after(w->f, w->stage)->workdir;
	struct text why;

	if (words_hold(readers, text_base(name)) && w->because.file.n)
		return;
	walk_program(w, STARTED_PUBLIC, name, NULL);
	if (words_hold(readers, text_base(name)))
		return;
	walk_tool_arguments(w, name, args, n);
	if (tool_find(text_base(name), &why) == TOOL_HOME)
		walk_home(w, reason_with(w->because, ARENA_JOIN(w->a, name, TEXT(": "), why)));
	walk_workdir(w, reason_with(w->because, name));
	if (w->cwd.state == KNOWN && !maybe_eq(dir, w->cwd) && !place_is_system(w->cwd.text))
		walk_write(w, WRITE_DIR, w->cwd.text, reason_with(w->because, name));
}

static void start_unseen(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n)
{
	/* What make leaves in a folder of the project nobody sees; a lone name that nothing made is the base's. */
	bool others = o->kind == MADE_ELSEWHERE && !text_has(name, '/');
	unsigned compiled = others ? 0 : walk_compiled(w);
	struct text why;

	if (compiled) {
		w->languages |= compiled;
		if (!w->language_because.words.n)
			w->language_because = w->because;
		walk_program(w, STARTED_SEEN, name, NULL);
	} else if (tool_find(text_base(name), &why) == TOOL_MORE) {
		walk_program(w, STARTED_UNSEEN, ARENA_JOIN(w->a, name, TEXT(": "), why), NULL);
	} else if (!words_hold(builders, text_base(name)) && is_public(w, name, o)) {
		start_public(w, name, args, n);
	} else {
		walk_program(w, STARTED_UNSEEN, name, NULL);
	}
}

struct path_origin walk_origin(struct walk *w, struct text name)
{
	struct maybe path;

	if (!text_has(name, '/'))
		return made_program(w->f, w->stage, name);
	path = walk_absolute(w, name);
	if (path.state == KNOWN)
		return made_file(w->f, w->stage, path.text);
	return (struct path_origin){ .kind = MADE_UNSEEN, .item = TEXT_NPOS };
}

void walk_path(struct walk *w, struct text name, const struct text *args, size_t n)
{
	struct path_origin o = walk_origin(w, name);

	if (o.kind == MADE_BYTES)
		start_bytes(w, name, &o, args, n);
	else
		start_unseen(w, name, &o, args, n);
}

/* --- interpreters ---------------------------------------------------------- */

static void start_file(struct walk *w, int host, struct text file)
{
	struct path_origin o;

	if (!text_has(file, '/'))
		file = ARENA_JOIN(w->a, TEXT("./"), file);
	o = walk_origin(w, file);
	if (o.kind == MADE_BYTES && !o.path.n && !o.cut)
		walk_source_text(w, o.bytes, walk_absolute(w, file).text, hosts[host].language, file);
	else if (o.kind == MADE_BYTES && o.path.n && (o.cut || !text_has(o.bytes, '\0'))) {
		walk_language(w, hosts[host].language, file);
		walk_source(w, o.path, walk_absolute(w, file).text, hosts[host].language);
	} else if (o.kind == MADE_ELSEWHERE && text_starts(file, TEXT("/usr/")))
		start_public(w, file, NULL, 0);
	else if (o.kind != MADE_BYTES && copied_files(w->f, w->stage)->n)
		/* index.js may be dist/index.js, made from sources that are here. */
		walk_language(w, hosts[host].language, file);
	else
		walk_program(w, STARTED_UNSEEN, file, NULL);
}

bool walk_find(struct walk *w, struct text name, struct daemon *out)
{
	size_t by;

	return daemon_find(name, w->packages, facts_base(w->f, w->stage)->name, daemon_release(facts_distro(w->f, w->stage, &by)), out);
}

void walk_server(struct walk *w, const struct daemon *d, struct text name)
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
void walk_module(struct walk *w, struct text module)
{
	struct text first = text_sub(module, 0, text_chr(module, '.', 0));
	const struct copied *files = copied_files(w->f, w->stage);
	struct daemon d;

	if (walk_find(w, module, &d) || walk_find(w, first, &d)) {
		walk_server(w, &d, module);
		if (walk_host_of(first) >= 0)
			w->languages |= 1u << SOURCE_PYTHON;
		return;
	}
	for (size_t i = 0; i < files->n; i++)
		if (text_starts(text_base(files->files[i].path), first) || text_find(files->files[i].path, first, 0) != TEXT_NPOS) {
			walk_language(w, SOURCE_PYTHON, module);
			return;
		}
	if (files->complete && !installs_project(w))
		start_public(w, module, NULL, 0);
	else
		walk_program(w, STARTED_UNSEEN, module, NULL);
}

/* Options with a value that may stand in front of the file, and words that are no file. */
static const struct {
	enum source_language language;
	const char *code, *values, *words;
} command_lines[] = {
	{ SOURCE_PYTHON, "-c", "-W -X", "" },
	{ SOURCE_JAVASCRIPT, "-e --eval -p --print", "-r --require --import --loader --experimental-loader -C --conditions --env-file -P --project -w --watch -e "
						     "--ext -i --ignore -d --delay", "watch run" },
	{ SOURCE_PHP, "-r", "-d -c -S -t", "" },
	{ SOURCE_RUBY, "-e", "-I -r -C", "" },
	{ SOURCE_PERL, "-e -E", "-I -M", "" },
};

/* node -r dotenv/config server.js: the first operand that is no option's value. */
static const struct arg *file_of(const struct command *c, enum source_language l)
{
	for (size_t k = 0; k < sizeof(command_lines) / sizeof(command_lines[0]); k++)
		for (size_t i = 0; command_lines[k].language == l && i < c->nargs; i++) {
			const struct arg *a = &c->args[i], *front = i ? a - 1 : NULL;

			if (a->kind != ARG_OPERAND ||
			    (front && front->kind == ARG_OPTION && !front->has_value && words_hold(command_lines[k].values, front->name)) ||
			    (a->value.state == KNOWN && words_hold(command_lines[k].words, a->value.text)))
				continue;
			return a;
		}
	return command_operand(c, 0);
}

static const struct arg *code_of(const struct command *c, enum source_language l)
{
	for (size_t k = 0; k < sizeof(command_lines) / sizeof(command_lines[0]); k++)
		if (command_lines[k].language == l && !command_is(c, "nodemon"))
			return command_option(c, command_lines[k].code);
	return NULL;
}

/* The value of an option, glued to it or behind it. */
static const struct arg *value_of(const struct command *c, const char *names)
{
	const struct arg *o = command_option(c, names);

	if (!o || o->has_value)
		return o;
	for (size_t i = 0; i + 1 < c->nargs; i++)
		if (&c->args[i] == o && c->args[i + 1].kind == ARG_OPERAND)
			return &c->args[i + 1];
	return NULL;
}

/* perl -pi -e */
static bool edits_in_place(const struct command *c)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPTION && !text_starts(c->args[i].name, TEXT("-I")) && text_has(c->args[i].name, 'i'))
			return true;
	return false;
}

void walk_host(struct walk *w, int host, const struct command *c)
{
	enum source_language l = hosts[host].language;
	const struct arg *code = code_of(c, l), *value = code ? value_of(c, "-c -e --eval -p --print -r -E") : NULL;
	const struct arg *module = l == SOURCE_PYTHON ? command_option(c, "-m") : NULL;
	bool in_place = l == SOURCE_PERL && edits_in_place(c);
	const struct arg *file = file_of(c, l), *line = command_is(c, "nodemon") ? value_of(c, "--exec -x") : NULL;

	if (line && line->value.state == KNOWN)
		walk_line(w, line->value.text);
	else if (module && module->value.state == KNOWN && module->value.text.n)
		walk_module(w, module->value.text);
	else if (value && value->value.state == KNOWN && !in_place)
		walk_source_text(w, value->value.text, TEXT_NONE, l, TEXT("code of the command line"));
	else if (code || in_place)
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
	else if (l == SOURCE_PHP && command_has(c, "-S"))
		walk_language(w, SOURCE_PHP, c->name);
	else if (!hosts[host].file)
		walk_language(w, l, c->name);
	else if (!file)
		walk_program(w, c->nargs ? STARTED_UNSEEN : STARTED_PUBLIC, c->name, NULL);
	else if (file->value.state != KNOWN)
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
	else
		start_file(w, host, file->value.text);
}

enum source_language walk_host_language(int host)
{
	return hosts[host].language;
}
