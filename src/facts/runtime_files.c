/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the context tell of a program: its sources, and the configuration of servers. */
#include "facts/runtime_walk.h"

#include "facts/conf.h"
#include "facts/glob.h"
#include "facts/place.h"
#include "facts/table.h"
#include "facts/touch.h"

enum { MAX_READ = 16 * 1024 * 1024 };

static const unsigned compiled_languages = 1u << SOURCE_GO | 1u << SOURCE_JAVA | 1u << SOURCE_C | 1u << SOURCE_RUST |
					   1u << SOURCE_CSHARP;

unsigned walk_compiled(struct walk *w)
{
	return copied_files(w->f, w->stage)->languages & compiled_languages;
}

/* --- sources --------------------------------------------------------------- */

static enum write_kind kind_of(const struct source_write *s)
{
	return s->effect == EFFECT_FILE ? WRITE_FILE : s->effect == EFFECT_NEW_FOLDER ? WRITE_PARENT : WRITE_DIR;
}

/* A script, or the command line, sets it. */
static bool is_assigned(const struct walk *w, struct text name)
{
	for (size_t i = 0; i < w->nassigned; i++)
		if (text_eq(w->assigned[i], name))
			return true;
	return w->many_assigned;
}

/* A variable that the image sets decides; else the default does. */
static bool by_variable(struct walk *w, const struct source_write *s, struct reason because)
{
	struct maybe value = s->env.n ? state_get(facts_running(w->f, w->stage), w->a, s->env) : maybe_unset();

	if (s->env.n && (is_assigned(w, s->env) || (value.state == UNKNOWN && facts_base(w->f, w->stage)->known))) {
		walk_unknown(w, because);
		return true;
	}
	if (value.state != KNOWN)
		return false;
	if (s->rest.n)
		value.text = ARENA_JOIN(w->a, value.text, TEXT("/"), s->rest);
	walk_write_at(w, s->effect == EFFECT_FILE ? WRITE_FILE : WRITE_DIR, value.text, because);
	return true;
}

/* A file that the Dockerfile itself writes is named by its instruction. */
static struct reason source_reason(const struct walk *w, const struct copied_file *file, size_t line, struct text words)
{
	if (file->path.n)
		return (struct reason){ .item = TEXT_NPOS, .file = file->path, .line = line, .words = words };
	return reason_with(w->because, words);
}

static void source_write(struct walk *w, const struct copied_file *file, const struct source_write *s, enum source_language l)
{
	struct reason because = source_reason(w, file, s->line, s->call);
	enum source_place place = s->place;
	struct maybe cwd = w->cwd;

	w->cwd = w->moves ? maybe_unknown() : w->source_cwd.state == UNSET ? cwd : w->source_cwd;

	if (by_variable(w, s, because)) {
		w->cwd = cwd;
		return;
	}
	/* A server starts a page of PHP in that page's folder. */
	if (l == SOURCE_PHP && place == PLACE_CWD && file->target.n)
		place = PLACE_FILE;
	if (place == PLACE_FILE)
		w->cwd = file->target.n ? maybe_known(place_parent(file->target)) : maybe_unknown();
	if (place == PLACE_HOME)
		walk_home(w, because);
	else if (place == PLACE_UNKNOWN)
		walk_unknown(w, because);
	else if (place != PLACE_TEMP)
		walk_write_at(w, kind_of(s), s->path.n ? s->path : TEXT("."), because);
	w->cwd = cwd;
}

void walk_port(struct walk *w, const struct source_port *p)
{
	if (w->out->nports >= 64)
		return;
	w->ports = arena_grow(w->a, w->ports, w->out->nports, &w->ports_cap, sizeof(*w->ports));
	w->ports[w->out->nports++] = *p;
}

/* What no table of calls tells. */
static const struct {
	const char *text, *words;
} signs[] = {
	{ "/run/docker.sock", "it talks to Docker's socket" },
	{ "fileConfig(", "a file says where it logs to" },
	{ "dictConfig(", "a value says where it logs to" },
	{ "child_process", "it starts other programs" },
	{ "subprocess.", "it starts other programs" },
	{ "os.system(", "it starts other programs" },
	{ "os.popen(", "it starts other programs" },
	{ "shell_exec(", "it starts other programs" },
	{ "proc_open(", "it starts other programs" },
	{ "exec.Command(", "it starts other programs" },
	{ "ProcessBuilder", "it starts other programs" },
	{ "getRuntime().exec", "it starts other programs" },
	{ "import os as", "it calls a module by another name" },
	{ "import shutil as", "it calls a module by another name" },
	{ "import sqlite3 as", "it calls a module by another name" },
	{ "writeFileSync:", "it calls a function by another name" },
	{ "writeFile:", "it calls a function by another name" },
};

static void look_for_signs(struct walk *w, const struct copied_file *file, struct text bytes)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (text_find(bytes, text_of(signs[i].text), 0) != TEXT_NPOS)
			walk_unknown(w, source_reason(w, file, 0, text_of(signs[i].words)));
}

static bool read_bytes(struct walk *w, const struct copied_file *file, enum source_language l, struct text bytes)
{
	struct source s;

	source_read(w->a, l, bytes, &s);
	if (s.cut)
		return false;
	look_for_signs(w, file, bytes);
	w->moves = text_find(bytes, TEXT("chdir("), 0) != TEXT_NPOS;
	for (size_t i = 0; i < s.nwrites; i++)
		source_write(w, file, &s.writes[i], l);
	for (size_t i = 0; i < s.nports; i++)
		walk_port(w, &s.ports[i]);
	if (s.privileged)
		walk_root(w, source_reason(w, file, s.privileged_line, TEXT("it changes its user, or asks for root")));
	return true;
}

/* False: its bytes are not to be had. */
static bool read_source(struct walk *w, const struct copied_file *file, enum source_language l, size_t *left)
{
	struct text bytes;
	bool cut;

	if (context_read(facts_context(w->f), file->path, 0, w->a, &bytes, &cut) != CONTEXT_FILE || cut || bytes.n > *left)
		return false;
	*left -= bytes.n;
	return read_bytes(w, file, l, bytes);
}

/* Of a page that a browser gets, or a tool that only the build runs, nothing is written here. */
static bool is_program(struct text path)
{
	static const char *const tools[] = { "setup.py", "conftest.py", "webpack", "gulpfile", "Gruntfile", "vite.config", "rollup.config",
					     "babel.config", "jest.config", "karma.conf", ".min.js", ".d.ts", "_test.go", ".test.", ".spec." };

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (text_find(path, text_of(tools[i]), 0) != TEXT_NPOS)
			return false;
	return true;
}

void walk_source(struct walk *w, struct text path, struct text target, enum source_language l)
{
	size_t left = MAX_READ;

	if (path.n && !read_source(w, &(struct copied_file){ .path = path, .target = target }, l, &left))
		walk_program(w, STARTED_UNSEEN, path, NULL);
}

void walk_source_text(struct walk *w, struct text bytes, struct text target, enum source_language l, struct text name)
{
	bool read = read_bytes(w, &(struct copied_file){ .target = target }, l, bytes);

	walk_program(w, read ? STARTED_SEEN : STARTED_UNSEEN, name, NULL);
}

void walk_sources(struct walk *w)
{
	const struct copied *c;
	size_t left = MAX_READ, seen = 0;
	bool cut = false;

	if (!w->languages)
		return;
	c = copied_files(w->f, w->stage);
	for (size_t i = 0; i < c->n; i++) {
		enum source_language l = c->files[i].language;

		if (l == SOURCE_NONE || !(w->languages & 1u << l) || !is_program(c->files[i].path))
			continue;
		if (read_source(w, &c->files[i], l, &left))
			seen++;
		else
			cut = true;
	}
	if (!seen || cut || !c->complete) {
		w->because = w->language_because;
		walk_program(w, STARTED_UNSEEN, cut ? TEXT("sources that cannot be read") : TEXT("sources that are not seen"), NULL);
	}
}

/* Where what is copied is run, or read, by more than is seen here. */
static const struct {
	const char *paths, *text, *words; /* text: that the file must hold; NULL: any */
} read_by_others[] = {
	{ "/docker-entrypoint.d/*", NULL, "a script that the entry point runs" },
	{ "*/Caddyfile *.Caddyfile", "output file", "it says which file the log goes to" },
	{ "*/Caddyfile *.Caddyfile", "storage", "it says where certificates are kept" },
	{ "*/php/conf.d/*.ini */php.ini */php*/conf.d/*.ini", "save_path", "it says where sessions go" },
	{ "*/php/conf.d/*.ini */php.ini */php*/conf.d/*.ini", "error_log", "it says where errors go" },
};

/* Contexts may be large, and most files are none of these. */
static bool may_be_special(struct text path)
{
	return text_starts(path, TEXT("/etc/")) || text_starts(path, TEXT("/docker-entrypoint.d/")) || text_ends(path, TEXT(".ini")) ||
	       text_ends(path, TEXT("Caddyfile"));
}

/* An ENV of the file's own, not the base image's. */
static bool sets(struct walk *w, const char *name)
{
	for (const struct binding *b = facts_running(w->f, w->stage)->env; b; b = b->older)
		if (text_is(b->name, name))
			return true;
	return false;
}

/* A script of the folder whose scripts the entry point runs is read as one. */
static bool is_entry_script(struct walk *w, const struct copied_file *file)
{
	struct path_origin o = { .kind = MADE_BYTES, .item = file->item, .path = file->path };

	if (!table_matches(TEXT("/docker-entrypoint.d/*.sh /docker-entrypoint.d/*.envsh"), file->target) ||
	    context_read(facts_context(w->f), file->path, 65536, w->a, &o.bytes, &o.cut) != CONTEXT_FILE)
		return false;
	walk_shell_file(w, text_base(file->target), &o, NULL, 0);
	return true;
}

void walk_signs(struct walk *w)
{
	static const char *const apache[] = { "APACHE_LOG_DIR", "APACHE_PID_FILE", "APACHE_RUN_DIR", "APACHE_LOCK_DIR" };
	const struct copied *c = copied_files(w->f, w->stage);
	struct maybe temp = state_get(facts_running(w->f, w->stage), w->a, TEXT("TMPDIR"));
	struct text rest = w->packages, name;
	bool more = true;

	while (rest.n && text_cut(&rest, ' ', &name, &more))
		if (words_hold("docker-ce-cli docker.io docker-cli docker bubblewrap", name))
			walk_unknown(w, (struct reason){ .item = TEXT_NPOS, .words = ARENA_JOIN(w->a, name, TEXT(", which needs more rights than files")) });
	if (temp.state == KNOWN)
		walk_write_at(w, WRITE_DIR, temp.text, (struct reason){ .item = TEXT_NPOS, .words = TEXT("TMPDIR says where temporary files go") });
	for (size_t i = 0; i < sizeof(apache) / sizeof(apache[0]); i++)
		if (state_get(facts_running(w->f, w->stage), w->a, text_of(apache[i])).state == KNOWN && sets(w, apache[i]))
			walk_unknown(w, (struct reason){ .item = TEXT_NPOS, .words = ARENA_JOIN(w->a, text_of(apache[i]), TEXT(" says where Apache writes")) });
	if (text_is(facts_base(w->f, w->stage)->name, "docker"))
		walk_unknown(w, (struct reason){ .item = TEXT_NPOS, .words = TEXT("the image talks to Docker's socket") });
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; may_be_special(c->files[i].target) && !is_entry_script(w, &c->files[i]) && k < sizeof(read_by_others) / sizeof(read_by_others[0]); k++) {
			struct text bytes = TEXT_NONE;

			if (!table_matches(text_of(read_by_others[k].paths), c->files[i].target))
				continue;
			if (read_by_others[k].text &&
			    context_read(facts_context(w->f), c->files[i].path, 65536, w->a, &bytes, NULL) == CONTEXT_FILE &&
			    text_find(bytes, text_of(read_by_others[k].text), 0) == TEXT_NPOS)
				continue;
			walk_unknown(w, (struct reason){ .item = TEXT_NPOS, .file = c->files[i].path, .words = text_of(read_by_others[k].words) });
		}
}
