/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/runtime.h"

#include "base/buf.h"
#include "facts/distro.h"
#include "facts/entry.h"
#include "facts/place.h"
#include "facts/proof.h"
#include "facts/runtime_walk.h"

/* --- what is found --------------------------------------------------------- */

struct reason reason_with(struct reason r, struct text words)
{
	r.words = words;
	return r;
}

void walk_program(struct walk *w, enum started_kind kind, struct text name, const struct daemon *server)
{
	struct started p = { .kind = kind, .name = name, .because = w->because };

	if (server)
		p.server = *server;
	w->programs = arena_grow(w->a, w->programs, w->out->nprograms, &w->programs_cap, sizeof(*w->programs));
	w->programs[w->out->nprograms++] = p;
}

void walk_write(struct walk *w, enum write_kind kind, struct text path, struct reason because)
{
	if (place_is_open(path))
		return;
	for (size_t i = 0; i < w->out->nwrites; i++)
		if (text_eq(w->writes[i].path, path)) {
			w->writes[i].kind = kind > w->writes[i].kind ? kind : w->writes[i].kind;
			return;
		}
	w->writes = arena_grow(w->a, w->writes, w->out->nwrites, &w->writes_cap, sizeof(*w->writes));
	w->writes[w->out->nwrites++] = (struct runtime_write){ kind, path, because };
}

/* ${NAME} becomes what ENV says; of HOME it stays. */
static struct maybe fill_in(struct walk *w, struct text path)
{
	for (int i = 0; i < 8; i++) {
		size_t at = text_find(path, TEXT("${"), 0), end = at == TEXT_NPOS ? at : text_chr(path, '}', at);
		struct text name;
		struct maybe value;

		if (at == TEXT_NPOS || end == TEXT_NPOS)
			return maybe_known(path);
		name = text_sub(path, at + 2, end);
		if (text_is(name, "HOME"))
			return maybe_known(text_from(path, at));
		value = state_get(facts_running(w->f, w->stage), w->a, name);
		if (value.state != KNOWN)
			return maybe_unknown();
		path = text_starts(value.text, TEXT("/"))
			       ? ARENA_JOIN(w->a, value.text, text_from(path, end + 1))
			       : ARENA_JOIN(w->a, text_sub(path, 0, at), value.text, text_from(path, end + 1));
	}
	return maybe_unknown();
}

struct maybe walk_absolute(struct walk *w, struct text path)
{
	struct state at = *facts_after(w->f, w->stage);

	at.workdir = w->cwd;
	return state_path(&at, w->a, path);
}

void walk_write_at(struct walk *w, enum write_kind kind, struct text path, struct reason because)
{
	struct maybe m = fill_in(w, path);

	if (m.state == KNOWN && (text_starts(m.text, TEXT("${HOME}")) || text_starts(m.text, TEXT("~")))) {
		walk_home(w, because);
		return;
	}
	if (m.state == KNOWN)
		m = walk_absolute(w, m.text);
	if (m.state == KNOWN && !text_starts(m.text, TEXT("/?")))
		walk_write(w, kind, m.text, because);
	else
		walk_unknown(w, because);
}

void walk_unknown(struct walk *w, struct reason because)
{
	if (w->out->nunknown >= 16)
		return;
	w->unknown = arena_grow(w->a, w->unknown, w->out->nunknown, &w->unknown_cap, sizeof(*w->unknown));
	w->unknown[w->out->nunknown++] = because;
}

void walk_home(struct walk *w, struct reason because)
{
	if (!w->out->home)
		w->out->home_because = because;
	w->out->home = true;
}

void walk_workdir(struct walk *w, struct reason because)
{
	if (!w->out->workdir)
		w->out->workdir_because = because;
	w->out->workdir = true;
}

void walk_root(struct walk *w, struct reason because)
{
	if (!w->out->needs_root && !w->out->drops)
		w->out->root_because = because;
	w->out->needs_root = true;
}

void walk_drops(struct walk *w, struct reason because)
{
	if (!w->out->drops)
		w->out->root_because = because;
	w->out->drops = true;
}

/* --- what is installed ----------------------------------------------------- */

static void add_packages(struct buf *out, struct facts *f, size_t stage, int depth)
{
	const struct stage *st = &facts_stages(f)->list[stage];

	if (st->parent >= 0 && depth < 64)
		add_packages(out, f, (size_t)st->parent, depth + 1);
	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN ? facts_commands(f, i) : NULL;

		for (size_t k = 0; s && k < s->nops; k++)
			for (size_t p = 0; s->ops[k].verb == PACKAGE_INSTALL && s->ops[k].manager->system && p < s->ops[k].n; p++) {
				buf_add(out, s->ops[k].packages[p].name);
				buf_addc(out, ' ');
			}
	}
}

static struct text installed(struct facts *f, size_t stage)
{
	struct buf out = { 0 };
	struct text t;

	add_packages(&out, f, stage, 0);
	t = arena_text(facts_arena(f), buf_text(&out));
	buf_release(&out);
	return t;
}

/* --- ENTRYPOINT and CMD ---------------------------------------------------- */

/* An entry point that starts its arguments. */
static bool hands_over(struct walk *w, struct text name)
{
	struct daemon d;

	return walk_find(w, text_base(name), &d) && d.hands_over;
}

static void set_reason(struct walk *w, const struct entry *e, struct text words)
{
	w->because = (struct reason){ .item = e->item, .words = words };
	if (e->item == TEXT_NPOS)
		w->because.words = ARENA_JOIN(w->a, TEXT("the base image's "), words);
}

static bool unknown_start(struct walk *w, struct text what)
{
	w->out->state = RUNTIME_UNKNOWN;
	w->out->because = (struct reason){ .item = TEXT_NPOS, .words = what };
	return false;
}

static void walk_shell_form(struct walk *w, const struct entry *e)
{
	const struct script *s = facts_script(w->f, e->item);

	if (s && s->tree.list && !s->doubtful)
		walk_script(w, s);
	else
		walk_program(w, STARTED_UNSEEN, TEXT("a shell line"), NULL);
}

/* The words of both; a shell line behind an ENTRYPOINT is an argument of it. */
static void walk_exec_form(struct walk *w, const struct entry *first, const struct entry *cmd)
{
	struct text *words = ARENA_ARRAY(w->a, first->n + cmd->n + 3, struct text);
	size_t n = 0;

	for (size_t i = 0; i < first->n; i++)
		words[n++] = first->words[i];
	if (cmd->state == KNOWN && cmd->shell) {
		/* sh -c of a line that is read where it stands, or as the argument that it is. */
		if (n == 0 || hands_over(w, words[0]) || entry_is_wrapper(first)) {
			set_reason(w, cmd, TEXT("CMD"));
			walk_shell_form(w, cmd);
			return;
		}
		words[n++] = TEXT("/bin/sh");
		words[n++] = TEXT("-c");
		words[n++] = facts_doc(w->f)->items[cmd->item].ins->rest;
	}
	/* What an entry point of the base does with a command of the file's own is not seen. */
	if (first->item == TEXT_NPOS && first->n && cmd->item != TEXT_NPOS && !hands_over(w, words[0]) && !entry_is_wrapper(first))
		walk_program(w, STARTED_UNSEEN, ARENA_JOIN(w->a, text_base(words[0]), TEXT(", which gets this command")), NULL);
	for (size_t i = 0; cmd->state == KNOWN && !cmd->shell && i < cmd->n; i++)
		words[n++] = cmd->words[i];
	walk_words(w, words, n);
}

static bool walk_entry(struct walk *w)
{
	struct entry e = entry_of(w->f, w->stage), cmd = entry_cmd_of(w->f, w->stage);

	if (e.state == UNKNOWN || (cmd.state == UNKNOWN && !(e.state == KNOWN && e.shell)))
		return unknown_start(w, TEXT("what the base image starts is not known"));
	if (e.state == UNSET && cmd.state == UNSET) {
		w->out->state = RUNTIME_NOTHING;
		return false;
	}
	w->out->state = RUNTIME_KNOWN;
	set_reason(w, e.state == KNOWN && e.item != TEXT_NPOS ? &e : cmd.state == KNOWN ? &cmd : &e,
		   e.state == KNOWN && (e.item != TEXT_NPOS || cmd.state != KNOWN) ? TEXT("ENTRYPOINT") : TEXT("CMD"));
	w->out->because = w->because;
	if (e.state == KNOWN && e.shell)
		walk_shell_form(w, &e);
	else
		walk_exec_form(w, &e, &cmd);
	return true;
}

/* A shell, or an interpreter that waits for input: the image is one to work in. */
static bool is_idle(struct walk *w)
{
	static const char idle[] = "sh bash ash dash zsh fish ksh python python3 python2 ipython node irb php perl lua jshell groovysh "
				   "ghci iex erl julia R sqlite3 bun deno";

	return w->out->nprograms == 1 && w->idle && words_hold(idle, text_base(w->programs[0].name));
}

/* --- the health check ------------------------------------------------------ */

/* The HEALTHCHECK in force, or TEXT_NPOS. */
static size_t health_of(struct facts *f, size_t stage)
{
	for (int depth = 0; depth < 64; depth++) {
		const struct stage *st = &facts_stages(f)->list[stage];

		for (size_t i = st->end; i > st->from + 1; i--)
			if (facts_doc(f)->items[i - 1].ins && facts_doc(f)->items[i - 1].ins->keyword == KW_HEALTHCHECK)
				return i - 1;
		if (st->parent < 0)
			break;
		stage = (size_t)st->parent;
	}
	return TEXT_NPOS;
}

/* It runs as the container's user. What it writes, and whether it must be root, counts; its programs are no
 * more than that, and where nothing else is started it is none either. */
static void walk_health(struct walk *w)
{
	size_t item = health_of(w->f, w->stage), programs = w->out->nprograms;
	const struct instruction *ins = item == TEXT_NPOS ? NULL : facts_doc(w->f)->items[item].ins;
	const struct script *s = ins ? facts_script(w->f, item) : NULL;
	bool workdir = w->out->workdir, drops = w->out->drops, root = w->out->needs_root;
	unsigned languages = w->languages;
	struct maybe cwd = w->source_cwd;
	struct text *words;

	if (!ins || ins->nwords < 2)
		return;
	w->because = (struct reason){ .item = item, .words = TEXT("HEALTHCHECK") };
	words = ARENA_ARRAY(w->a, ins->nwords, struct text);
	for (size_t i = 1; i < ins->nwords; i++)
		words[i - 1] = ins->words[i].value;
	if (s && s->tree.list && !s->doubtful)
		walk_script(w, s);
	else if (ins->exec)
		walk_words(w, words, ins->nwords - 1);
	/* The program itself starts all the same. */
	if ((w->out->drops && !drops) || (w->out->needs_root && !root))
		walk_unknown(w, (struct reason){ .item = item, .words = ARENA_JOIN(w->a, TEXT("the health check, which may need root: "), w->out->root_because.words) });
	w->out->nprograms = programs;
	w->out->workdir = workdir;
	w->out->drops = drops;
	w->out->needs_root = root;
	w->languages = languages;
	w->source_cwd = cwd;
}

/* --- what the repository says ---------------------------------------------- */

/* The stage is the one that the note is about. */
static bool is_about(struct walk *w, const struct start_note *n)
{
	const struct stages *s = facts_stages(w->f);

	if (n->target.state == KNOWN && n->target.text.n)
		return stages_find(s, n->target.text) == (int)w->stage;
	return w->stage + 1 == s->n;
}

static struct reason reason_of(const struct start_note *n, struct text words)
{
	return (struct reason){ .item = TEXT_NPOS, .file = n->because, .words = words };
}

/* As compose starts it; what the Dockerfile starts was gone over. */
static void walk_started(struct walk *w, const struct start_note *n, const struct start_note *command)
{
	struct entry e = entry_of(w->f, w->stage), cmd = { .state = KNOWN, .words = n->words, .n = n->nwords };

	w->because = reason_of(n, n->kind == START_ENTRY ? TEXT("entrypoint") : TEXT("command"));
	if (n->kind == START_ENTRY) {
		e = cmd;
		cmd = (struct entry){ .state = command ? KNOWN : UNSET, .words = command ? command->words : NULL, .n = command ? command->nwords : 0 };
	}
	/* A line that a variable decides, or a shell form, which takes no command. */
	if ((e.state == KNOWN && e.shell) || e.n + cmd.n == 0)
		return;
	if (e.state == UNKNOWN)
		walk_program(w, STARTED_UNSEEN, TEXT("what the base image starts"), NULL);
	else
		walk_exec_form(w, &e, &cmd);
}

static void walk_commands(struct walk *w)
{
	size_t n;
	const struct start_note *list = facts_starts(w->f, &n);
	bool idle = w->idle;

	for (size_t i = 0; i < n; i++) {
		const struct start_note *next = i + 1 < n && list[i + 1].kind == START_COMMAND && list[i].kind == START_ENTRY ? &list[i + 1] : NULL;

		if (!is_about(w, &list[i]) || list[i].kind < START_ENTRY || (list[i].kind == START_COMMAND && i && list[i - 1].kind == START_ENTRY))
			continue;
		walk_started(w, &list[i], next);
	}
	w->idle = idle;
}

/* The folder is the host's: it belongs to whom it belonged before. */
static void walk_bind(struct walk *w, const struct start_note *n)
{
	struct maybe dir = facts_after(w->f, w->stage)->workdir;
	bool written = w->out->workdir && dir.state == KNOWN && place_holds(n->value, dir.text);

	for (size_t i = 0; i < w->out->nwrites && !written; i++)
		written = place_holds(n->value, w->writes[i].path);
	if (written)
		walk_unknown(w, reason_of(n, ARENA_JOIN(w->a, n->value, TEXT(" is a folder of the host, whose owner it keeps, and is written to"))));
}

static void walk_starts(struct walk *w)
{
	size_t n;
	const struct start_note *list = facts_starts(w->f, &n);

	for (size_t i = 0; i < n; i++) {
		if (!is_about(w, &list[i]))
			continue;
		if (list[i].kind == START_RIGHTS)
			walk_unknown(w, reason_of(&list[i], ARENA_JOIN(w->a, list[i].value, TEXT(": it gets rights that only root can use"))));
		else if (list[i].kind == START_SOCKET)
			walk_unknown(w, reason_of(&list[i], TEXT("it talks to Docker's socket")));
		else if (list[i].kind == START_BIND)
			walk_bind(w, &list[i]);
	}
}

/* --- volumes --------------------------------------------------------------- */

static void walk_volumes(struct walk *w, size_t stage, int depth)
{
	const struct stage *st = &facts_stages(w->f)->list[stage];

	if (st->parent >= 0 && depth < 64)
		walk_volumes(w, (size_t)st->parent, depth + 1);
	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(w->f)->items[i].ins;

		for (size_t k = 0; ins && ins->keyword == KW_VOLUME && k < ins->nwords; k++) {
			struct maybe m = state_expand(facts_before(w->f, i), w->a, facts_doc(w->f), ins->words[k].value);
			struct reason r = { .item = i, .words = TEXT("VOLUME") };

			if (m.state == KNOWN)
				m = state_path(facts_before(w->f, i), w->a, m.text);
			if (m.state == KNOWN)
				walk_write(w, WRITE_DIR, m.text, r);
			else
				walk_unknown(w, r);
		}
	}
}

const struct runtime *runtime_of(struct facts *f, size_t stage)
{
	void **kept = facts_kept(f, KEPT_RUNTIME, stage);
	struct walk w = { .f = f, .a = facts_arena(f), .stage = stage };

	if (*kept)
		return *kept;
	*kept = w.out = ARENA_NEW(w.a, struct runtime);
	w.out->because.item = w.out->root_because.item = TEXT_NPOS;
	w.cwd = facts_after(f, stage)->workdir;
	w.packages = installed(f, stage);
	if (walk_entry(&w)) {
		if (is_idle(&w))
			w.out->state = RUNTIME_NOTHING;
		if (w.out->state == RUNTIME_KNOWN)
			walk_commands(&w);
		for (size_t i = 0; i < w.out->nprograms; i++)
			if (w.programs[i].kind == STARTED_SERVER)
				walk_conf(&w, &(struct started){ .kind = STARTED_SERVER, .name = w.programs[i].name,
								  .server = w.programs[i].server, .because = w.programs[i].because });
		walk_sources(&w);
		if (w.out->state == RUNTIME_KNOWN)
			walk_health(&w);
		walk_signs(&w);
		walk_volumes(&w, stage, 0);
		walk_starts(&w);
	}
	w.out->programs = w.programs;
	w.out->writes = w.writes;
	w.out->unknown_writes = w.unknown;
	w.out->ports = w.ports;
	return w.out;
}
