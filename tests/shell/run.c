/* SPDX-License-Identifier: Apache-2.0 */
/* tests/shell PATH...: our reader of shell scripts against the shells and against shfmt,
 * on every script of the Dockerfiles below.
 *
 *   read       what the shell in force takes (dash -n, bash -n), we read
 *   agreement  what we and shfmt both read, we read alike (support/sh_flat.h)
 *   rewritten  where the shell took all scripts of a file, it takes those of the file
 *              as it is hardened (level strict, with style)
 *
 * A check is left out, with a word about it, where its program is not installed. */
#include "app/harden.h"
#include "base/mem.h"
#include "base/visible.h"
#include "facts/facts.h"
#include "facts/script.h"
#include "support/sh_flat.h"
#include "support/spawn.h"
#include "support/walk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_WORKERS = 16, MAX_SHOWN = 100, EXCERPT = 200 };

enum tool { DASH = 1, BASH = 2, SHFMT = 4 };

/* A text for one shell, wherever it stands. */
struct unit {
	uint64_t hash;
	const char *path; /* where it stands first */
	size_t line;
	size_t count;     /* how often it stands anywhere */
	enum shell_program program;
	enum sh_dialect dialect;
	bool read;
	struct text text;
	struct range at; /* the part of it that is the script */
};

/* units: by hash, open addressing; a path of NULL is a free place. */
struct corpus {
	struct arena arena;
	struct paths files;
	struct unit *units;
	size_t n, cap;
	size_t scripts, foreign;
	unsigned tools; /* enum tool */
};

struct tally {
	size_t accepted, read;
	size_t compared, same;
	size_t rewritten, broken;
};

struct worker {
	pthread_t thread;
	struct corpus *corpus;
	size_t number, workers;
	struct tally tally;
	struct buf messages[3]; /* of the three checks */
	size_t shown[3];
};

enum check { CHECK_READ, CHECK_AGREEMENT, CHECK_REWRITTEN };

/* --- scripts of a file -------------------------------------------------------- */

struct reading {
	struct arena arena;
	struct doc *doc;
	struct facts *facts; /* NULL: BuildKit refuses the file */
};

static void reading_open(struct reading *r, struct text text)
{
	struct facts_inputs in = { 0 };

	in.doc = r->doc = doc_read(&r->arena, text);
	r->facts = doc_ok(r->doc) ? facts_open(&r->arena, &in) : NULL;
}

/* The script of an item, of ONBUILD that of its trigger; NULL also for other shells'. */
static const struct script *script_at(struct reading *r, size_t item, bool *foreign)
{
	const struct instruction *ins = r->doc->items[item].ins;
	const struct script *s = NULL;

	if (ins && ins->inner)
		s = script_read(&r->arena, r->doc, ins->inner, facts_before(r->facts, item));
	else if (ins)
		s = facts_script(r->facts, item);
	*foreign = s && s->program == SHELL_FOREIGN;
	return *foreign ? NULL : s;
}

/* What of the script's text is for the shell. */
static struct range part_read(const struct script *s, const struct instruction *ins)
{
	if (ins->inner)
		ins = ins->inner;
	if (s->form != SCRIPT_LINE)
		return (struct range){ 0, s->tree.text.n };
	return (struct range){ ins->words[ins->keyword == KW_HEALTHCHECK].at,
			       ins->nheredocs ? s->tree.text.n : s->editable };
}

static struct unit unit_of(const struct reading *r, size_t item, const struct script *s)
{
	struct unit u = { .line = r->doc->items[item].line, .program = s->program, .dialect = s->tree.dialect,
			  .read = s->tree.list != NULL, .text = s->tree.text };
	unsigned char program = (unsigned char)s->program;

	u.at = part_read(s, r->doc->items[item].ins);
	u.hash = text_fnv1a((struct text){ (const char *)&program, 1 }, FNV1A_INIT);
	u.hash = text_fnv1a(text_range(u.text, u.at), u.hash);
	return u;
}

/* --- all scripts, each once --------------------------------------------------- */

static struct unit *find(struct corpus *c, uint64_t hash)
{
	size_t i = (size_t)hash & (c->cap - 1);

	while (c->units[i].path && c->units[i].hash != hash)
		i = (i + 1) & (c->cap - 1);
	return &c->units[i];
}

static void make_room(struct corpus *c)
{
	struct unit *old = c->units;
	size_t cap = c->cap;

	if ((c->n + 1) * 2 <= cap)
		return;
	c->cap = cap ? cap * 2 : 1024;
	c->units = mem_zalloc(c->cap * sizeof(*c->units));
	for (size_t i = 0; i < cap; i++)
		if (old[i].path)
			*find(c, old[i].hash) = old[i];
	mem_free(old);
}

static void collect(struct corpus *c, const char *path, struct unit u)
{
	struct unit *at;

	make_room(c);
	c->scripts++;
	at = find(c, u.hash);
	if (!at->path) {
		*at = u;
		at->path = path;
		at->text = arena_text(&c->arena, u.text);
		c->n++;
	}
	at->count++;
}

static void collect_file(struct corpus *c, const char *path)
{
	struct reading r = { 0 };
	struct text text;

	slurp(&r.arena, path, &text);
	reading_open(&r, text);
	for (size_t i = 0; r.facts && i < r.doc->nitems; i++) {
		bool foreign;
		const struct script *s = script_at(&r, i, &foreign);

		c->foreign += foreign;
		if (s)
			collect(c, path, unit_of(&r, i, s));
	}
	arena_release(&r.arena);
}

/* --- what is said -------------------------------------------------------------- */

static void say(struct worker *w, enum check check, const char *path, size_t line, struct text script, struct text more)
{
	struct buf *out = &w->messages[check];

	if (w->shown[check]++ >= MAX_SHOWN)
		return;
	buf_addf(out, "  %s:%zu: ", path, line);
	visible_add(out, text_sub(script, 0, EXCERPT), VISIBLE_LINE);
	buf_addc(out, '\n');
	buf_add(out, more);
}

/* --- the checks ---------------------------------------------------------------- */

/* By shell_program. Where a shell is not known or has no -n here, one that takes it is enough. */
static bool is_accepted(const struct corpus *c, enum shell_program program, struct text script)
{
	static const char *const dash[] = { "dash", "-n", NULL }, *const bash[] = { "bash", "-n", NULL };
	unsigned shells = program == SHELL_DASH ? DASH : program == SHELL_BASH ? BASH : DASH | BASH;

	if (!(shells & c->tools))
		shells = DASH | BASH;
	shells &= c->tools;
	return ((shells & DASH) && spawn(NULL, dash, script, NULL) == 0) ||
	       ((shells & BASH) && spawn(NULL, bash, script, NULL) == 0);
}

static void check_read(struct worker *w, const struct unit *u)
{
	struct text script = text_range(u->text, u->at);

	if (!is_accepted(w->corpus, u->program, script))
		return;
	w->tally.accepted += u->count;
	w->tally.read += u->read ? u->count : 0;
	if (!u->read)
		say(w, CHECK_READ, u->path, u->line, script, TEXT_NONE);
}

static void check_agreement(struct worker *w, const struct unit *u)
{
	const char *argv[] = { "shfmt", "--to-json", "-ln", u->dialect == SH_BASH ? "bash" : "posix", NULL };
	struct text script = text_range(u->text, u->at), json;
	struct arena a = { 0 };
	struct flat ours = { .a = &a }, theirs = { .a = &a };
	struct sh_script tree;
	struct buf detail = { 0 };

	/* A carriage return is a blank to it, not to the shells. */
	if (!text_has(script, '\r') && spawn(&a, argv, script, &json) == 0 &&
	    flat_shfmt(&theirs, u->text, u->at.start, json)) {
		sh_read(&a, u->text, u->at, u->dialect, &tree);
		flat_ours(&ours, &tree);
		w->tally.compared += u->count;
		if (flat_differ(&ours, &theirs, &detail))
			say(w, CHECK_AGREEMENT, u->path, u->line, script, buf_text(&detail));
		else
			w->tally.same += u->count;
	}
	buf_release(&detail);
	arena_release(&a);
}

static bool all_accepted(const struct corpus *c, struct reading *r)
{
	for (size_t i = 0; i < r->doc->nitems; i++) {
		bool foreign;
		const struct script *s = script_at(r, i, &foreign);

		if (s && !is_accepted(c, s->program,
				      text_range(s->tree.text, part_read(s, r->doc->items[i].ins))))
			return false;
	}
	return true;
}

/* Scripts that stand somewhere in the corpus are judged there. */
static void check_result(struct worker *w, const char *path, struct reading *before, struct reading *after)
{
	for (size_t i = 0; i < after->doc->nitems; i++) {
		bool foreign;
		const struct script *s = script_at(after, i, &foreign);
		struct unit u;

		if (!s)
			continue;
		u = unit_of(after, i, s);
		if (find(w->corpus, u.hash)->path)
			continue;
		w->tally.rewritten++;
		if (is_accepted(w->corpus, u.program, text_range(u.text, u.at)) || !all_accepted(w->corpus, before))
			continue;
		w->tally.broken++;
		say(w, CHECK_REWRITTEN, path, u.line, text_range(u.text, u.at), TEXT_NONE);
	}
}

static void check_rewritten(struct worker *w, const char *path)
{
	struct harden_options o = { .selection = { .level = LEVEL_STRICT, .style = true, .deny = SELECTION_DENY_DEFAULT } };
	struct harden_input in = { .path = text_of(path) };
	struct reading before = { 0 }, after = { 0 };
	struct outcome out = { 0 };

	slurp(&before.arena, path, &in.text);
	harden(&in, &o, &out);
	if (!out.unreadable && !text_eq(out.before, out.after)) {
		reading_open(&before, out.before);
		reading_open(&after, out.after);
		if (before.facts && after.facts)
			check_result(w, path, &before, &after);
	}
	outcome_release(&out);
	arena_release(&before.arena);
	arena_release(&after.arena);
}

/* --- several at a time --------------------------------------------------------- */

static void *work(void *data)
{
	struct worker *w = data;
	struct corpus *c = w->corpus;

	for (size_t i = w->number; i < c->cap; i += w->workers) {
		const struct unit *u = &c->units[i];

		if (u->path && (c->tools & (DASH | BASH)))
			check_read(w, u);
		if (u->path && u->read && (c->tools & SHFMT))
			check_agreement(w, u);
	}
	for (size_t i = w->number; i < c->files.n && (c->tools & (DASH | BASH)); i += w->workers)
		check_rewritten(w, c->files.list[i]);
	return NULL;
}

static size_t start_workers(struct corpus *c, struct worker *w)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = cpus < 1 ? 1 : cpus > MAX_WORKERS ? MAX_WORKERS : (size_t)cpus;

	for (size_t i = 0; i < n; i++) {
		w[i] = (struct worker){ .corpus = c, .number = i, .workers = n };
		if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0) {
			fprintf(stderr, "no thread can be started\n");
			exit(2);
		}
	}
	return n;
}

static void add_up(struct tally *sum, const struct tally *t)
{
	sum->accepted += t->accepted;
	sum->read += t->read;
	sum->compared += t->compared;
	sum->same += t->same;
	sum->rewritten += t->rewritten;
	sum->broken += t->broken;
}

/* --- the verdict ---------------------------------------------------------------- */

/* At least so many of 1,000 must hold. */
static const struct {
	const char *of, *what, *failing;
	size_t wanted;
	unsigned tools;
	const char *missing;
} checks[] = {
	[CHECK_READ] = { "scripts that the shell takes", "read", "not read:", 999, DASH | BASH,
			 "neither dash nor bash is installed: what they take is not looked at" },
	[CHECK_AGREEMENT] = { "scripts that shfmt reads too", "read alike", "read otherwise than by shfmt:", 995, SHFMT,
			      "shfmt is not installed: nothing is held against it" },
	[CHECK_REWRITTEN] = { "scripts that were rewritten", "taken by the shell", "rewritten, and no longer taken:", 1000,
			      DASH | BASH, NULL },
};

static void print_messages(struct worker *w, size_t n, enum check check)
{
	size_t shown = 0;

	for (size_t i = 0; i < n; i++)
		shown += w[i].shown[check];
	if (shown)
		printf("%s\n", checks[check].failing);
	for (size_t i = 0; i < n; i++) {
		fwrite(w[i].messages[check].p ? w[i].messages[check].p : "", 1, w[i].messages[check].n, stdout);
		if (w[i].shown[check] > MAX_SHOWN)
			printf("  and %zu more\n", w[i].shown[check] - MAX_SHOWN);
		buf_release(&w[i].messages[check]);
	}
}

/* Whether the check holds; *left_out: it was not made. */
static bool judge(const struct corpus *c, enum check check, size_t good, size_t all, bool *left_out)
{
	bool holds = good * 1000 >= all * checks[check].wanted;

	*left_out = !(c->tools & checks[check].tools);
	if (*left_out && checks[check].missing)
		printf("%s\n", checks[check].missing);
	if (!*left_out)
		printf("%8zu %s; %zu %s (%.2f %%)%s\n", all, checks[check].of, good, checks[check].what,
		       all ? 100.0 * (double)good / (double)all : 100.0, holds ? "" : ": too few");
	return holds || *left_out;
}

static bool report(const struct corpus *c, struct worker *w, size_t n)
{
	struct tally t = { 0 };
	size_t passed = 0, failed = 0;

	for (size_t i = 0; i < n; i++)
		add_up(&t, &w[i].tally);
	for (enum check k = CHECK_READ; k <= CHECK_REWRITTEN; k++)
		print_messages(w, n, k);
	printf("%8zu files, %zu scripts, %zu of them different, and %zu for other shells\n", c->files.n, c->scripts,
	       c->n, c->foreign);
	const size_t good[] = { t.read, t.same, t.rewritten - t.broken };
	const size_t all[] = { t.accepted, t.compared, t.rewritten };

	for (enum check k = CHECK_READ; k <= CHECK_REWRITTEN; k++) {
		bool left_out, holds = judge(c, k, good[k], all[k], &left_out);

		passed += holds && !left_out;
		failed += !holds;
	}
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed == 0;
}

static unsigned find_tools(void)
{
	return (spawn_has("dash") ? (unsigned)DASH : 0) | (spawn_has("bash") ? (unsigned)BASH : 0) |
	       (spawn_has("shfmt") ? (unsigned)SHFMT : 0);
}

int main(int argc, char **argv)
{
	static struct worker workers[MAX_WORKERS];
	struct corpus c = { .tools = find_tools() };
	size_t n;
	bool ok;

	for (int i = 1; i < argc; i++)
		if (!walk_files(&c.arena, argv[i], &c.files))
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
	make_room(&c);
	for (size_t i = 0; i < c.files.n; i++)
		collect_file(&c, c.files.list[i]);
	n = start_workers(&c, workers);
	for (size_t i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
	ok = report(&c, workers, n) && c.files.n;
	mem_free(c.units);
	arena_release(&c.arena);
	return !ok;
}
