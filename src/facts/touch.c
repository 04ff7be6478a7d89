/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/touch.h"

#include "base/buf.h"
#include "facts/place.h"
#include "facts/touch_values.h"
#include "facts/word_fill.h"

#include <string.h>

enum { MAX_TOUCHES = 64, MAX_SYMBOL = 512 };

/* Which operands a row is about. */
enum which { ALL, LAST, BUT_FIRST, BUT_LAST, FIRST };

/* One row: what a program does to its operands, or to an option's value. */
struct row {
	const char *names, *sub;     /* sub: the first operand must be one of these, and does not count */
	const char *with, *without;  /* one of these options must, none of these may be there */
	const char *value;           /* options whose value it is, instead of the operands */
	enum which which;
	enum touch_kind kind;
	bool tree;                   /* as touch.tree; where `deep` is set, only with one of those options */
	const char *deep;
};

static const struct row rows[] = {
	{ .names = "mkdir touch", .kind = TOUCH_EMPTY },
	{ .names = "tee", .kind = TOUCH_MADE },
	{ .names = "cp install mv", .which = LAST, .kind = TOUCH_MADE, .tree = true, .deep = "-r -R -a --recursive --archive" },
	{ .names = "ln", .which = LAST, .kind = TOUCH_EMPTY },
	{ .names = "curl", .value = "-o --output", .kind = TOUCH_MADE },
	{ .names = "wget", .value = "-O --output-document", .kind = TOUCH_MADE },
	{ .names = "tar bsdtar", .with = "-c --create", .value = "-f --file", .kind = TOUCH_MADE },
	{ .names = "go gcc g++ cc clang rustc", .value = "-o", .kind = TOUCH_MADE },
	{ .names = "unzip", .value = "-d", .kind = TOUCH_MADE, .tree = true },
	{ .names = "virtualenv venv", .kind = TOUCH_MADE, .tree = true },
	{ .names = "useradd", .with = "-m --create-home", .value = "-d --home --home-dir", .kind = TOUCH_EMPTY, .tree = true },
	{ .names = "rm unlink rmdir shred", .kind = TOUCH_GONE, .tree = true, .deep = "-r -R --recursive" },
	{ .names = "mv", .which = BUT_LAST, .kind = TOUCH_GONE, .tree = true },
	{ .names = "gunzip bunzip2 unxz", .without = "-k --keep -c --stdout", .kind = TOUCH_GONE },
	{ .names = "gzip bzip2 xz zstd", .with = "-d --decompress", .without = "-k --keep -c --stdout", .kind = TOUCH_GONE },
	{ .names = "chmod chown chgrp", .which = BUT_FIRST, .kind = TOUCH_REWRITTEN, .tree = true, .deep = "-R --recursive" },
	{ .names = "setcap setfattr", .which = BUT_FIRST, .kind = TOUCH_REWRITTEN },
	{ .names = "strip upx patchelf", .kind = TOUCH_REWRITTEN },
	{ .names = "sed perl", .with = "-i --in-place", .without = "-e --expression -f --file", .which = BUT_FIRST, .kind = TOUCH_REWRITTEN },
};

/* Language managers that install into a folder of the project. */
static const struct {
	const char *manager, *folder;
} folders[] = { { "npm", "node_modules" }, { "yarn", "node_modules" }, { "pnpm", "node_modules" }, { "composer", "vendor" } };

/* --- words as texts -------------------------------------------------------- */

static bool by_name(void *data, struct buf *out, struct text name, bool quoted)
{
	(void)data;
	(void)quoted;
	buf_addf(out, "${%.*s}", TEXT_FMT(name));
	return true;
}

/* The word with its quotes taken off and variables by their names: equal texts are equal words, as long
 * as nobody assigns to them. UNKNOWN: there is more in it. */
static struct maybe symbol(struct arena *a, struct text whole, const struct sh_word *w)
{
	const struct word_filler by = { by_name, NULL, MAX_SYMBOL };

	return w->marks & SH_BRACE ? maybe_unknown() : word_fill(a, whole, w, &by);
}

/* --- one script ------------------------------------------------------------ */

struct reader {
	struct arena *a;
	struct script_values *values; /* NULL: variables stay as they are */
	const struct script_facts *s;
	struct state at; /* workdir: the directory in force */
	struct touch *list;
	size_t n, cap;
};

static void add_path(struct reader *r, const struct command *c, enum touch_kind kind, struct text path, bool tree)
{
	struct maybe full;

	/* wget -O -: standard output. */
	if (text_is(path, "-"))
		return;
	/* Upwards from a directory that is not known leads anywhere. */
	if (!path.n || r->n >= MAX_TOUCHES ||
	    (!text_starts(path, TEXT("/")) && (r->at.workdir.state != KNOWN || text_find(path, TEXT(".."), 0) != TEXT_NPOS)))
		return;
	full = state_path(&r->at, r->a, path);
	if (full.state != KNOWN)
		return;
	r->list = arena_grow(r->a, r->list, r->n, &r->cap, sizeof(*r->list));
	r->list[r->n++] = (struct touch){ kind, full.text, tree, c };
}

static struct maybe symbol_of(struct reader *r, struct text whole, const struct sh_word *w)
{
	return r->values ? values_word(r->values, &r->at, whole, w) : symbol(r->a, whole, w);
}

static struct maybe word_of(struct reader *r, const struct command *c, size_t word)
{
	return symbol_of(r, c->list->text, &c->sh->words[word]);
}

static void add_word(struct reader *r, const struct command *c, enum touch_kind kind, size_t word, bool tree)
{
	struct maybe m = word_of(r, c, word);

	if (m.state == KNOWN)
		add_path(r, c, kind, m.text, tree);
}

static struct text last_component(struct text path)
{
	size_t slash;

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	slash = text_rchr(path, '/');
	return slash == TEXT_NPOS ? path : text_from(path, slash + 1);
}

/* Below a folder, the file keeps its name. */
static void add_below(struct reader *r, const struct command *c, struct text dir, struct text source, bool tree)
{
	add_path(r, c, TOUCH_MADE, ARENA_JOIN(r->a, dir, TEXT("/"), last_component(source)), tree);
}

/* --- rows ------------------------------------------------------------------ */

static bool row_takes(const struct row *row, size_t i, size_t n)
{
	switch (row->which) {
	case LAST:
		return i + 1 == n && n > 1;
	case BUT_FIRST:
		return i > 0;
	case BUT_LAST:
		return i + 1 < n;
	case FIRST:
		return i == 0;
	default:
		return true;
	}
}

static void by_row(struct reader *r, const struct command *c, const struct row *row)
{
	bool tree = row->tree && (!row->deep || command_has(c, row->deep));
	size_t n = command_operands(c);

	if (!command_in(c, row->names) || (row->with && !command_has(c, row->with)) || (row->without && command_has(c, row->without)))
		return;
	if (row->value) {
		const struct arg *v = command_option(c, row->value);

		/* A glued value is known as a value only. */
		if (v && v->value.state == KNOWN)
			add_path(r, c, row->kind, v->value.text, tree);
		else if (v && v->has_value && v->value_word != v->word)
			add_word(r, c, row->kind, v->value_word, tree);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (row_takes(row, i, n))
			add_word(r, c, row->kind, command_operand(c, i)->word, tree);
}

/* cp a b dir: dir may be a folder. */
static void by_copying(struct reader *r, const struct command *c)
{
	size_t n = command_operands(c);
	struct maybe to, from;

	if (!command_in(c, "cp mv install") || n < 2)
		return;
	to = word_of(r, c, command_operand(c, n - 1)->word);
	for (size_t i = 0; to.state == KNOWN && i + 1 < n; i++) {
		from = word_of(r, c, command_operand(c, i)->word);
		if (from.state == KNOWN && !text_has(from.text, '*'))
			add_below(r, c, to.text, from.text, command_has(c, "-r -R -a --recursive --archive"));
	}
}

/* --- downloads and archives ------------------------------------------------ */

static void by_download(struct reader *r, const struct command *c)
{
	bool curl = command_is(c, "curl");
	const struct arg *dir = command_option(c, "-P --directory-prefix");

	if (!(curl && command_has(c, "-O --remote-name --remote-name-all")) &&
	    !(command_is(c, "wget") && !command_has(c, "-O --output-document -i --input-file -r --spider")))
		return;
	for (size_t i = 0; i < command_operands(c); i++) {
		struct maybe m = word_of(r, c, command_operand(c, i)->word);

		if (m.state != KNOWN || !text_has(m.text, '/') || text_has(m.text, '?'))
			continue;
		if (!dir || curl)
			add_path(r, c, TOUCH_MADE, last_component(m.text), false);
		else if (dir->value.state == KNOWN)
			add_below(r, c, dir->value.text, m.text, false);
	}
}

/* tar xzf, tar -xzf, tar --extract */
static bool extracts(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);
	bool bundled = c->nargs && c->args[0].kind == ARG_OPERAND && first->value.state == KNOWN && text_has(first->value.text, 'x') &&
		       !text_has(first->value.text, '.') && !text_has(first->value.text, '/');

	return command_in(c, "tar bsdtar") && (bundled || command_has(c, "-x --extract --get"));
}

static void by_archive(struct reader *r, const struct command *c)
{
	bool zip = command_is(c, "unzip");
	const struct arg *dir = command_option(c, zip ? "-d" : "-C --directory");

	if (!zip && !extracts(c))
		return;
	if (!dir && !command_has(c, zip ? "-p -l" : "-O --to-stdout"))
		add_path(r, c, TOUCH_MADE, TEXT("."), true);
	else if (dir && dir->value.state == KNOWN)
		add_path(r, c, TOUCH_MADE, dir->value.text, true);
	else if (dir && dir->has_value && dir->value_word != dir->word)
		add_word(r, c, TOUCH_MADE, dir->value_word, true);
}

static void by_clone(struct reader *r, const struct command *c)
{
	size_t n = command_operands(c);
	struct maybe m;

	/* git's options stop at its first operand, so those of clone count as operands: the last one is the
	 * folder or the address. */
	if (!command_sub(c, "git", "clone") || n < 2)
		return;
	m = word_of(r, c, command_operand(c, n - 1)->word);
	if (m.state != KNOWN)
		return;
	if (text_find(m.text, TEXT("://"), 0) == TEXT_NPOS && !text_ends(m.text, TEXT(".git"))) {
		add_path(r, c, TOUCH_MADE, m.text, true);
		return;
	}
	m.text = last_component(m.text);
	if (text_ends(m.text, TEXT(".git")))
		m.text.n -= 4;
	add_path(r, c, TOUCH_MADE, m.text, true);
}

/* > file, >> file of any command */
static void by_redirection(struct reader *r, const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++) {
		const struct sh_redir *d = &c->sh->redirs[i];
		struct maybe m = symbol_of(r, c->list->text, &d->word);

		if ((d->op == SH_OUT || d->op == SH_APPEND || d->op == SH_CLOBBER) && m.state == KNOWN &&
		    !text_starts(m.text, TEXT("/dev/")))
			add_path(r, c, TOUCH_MADE, m.text, false);
	}
}

/* --- packages -------------------------------------------------------------- */

static void add_package(struct reader *r, const struct package_op *op, struct text name)
{
	enum touch_kind kind = op->verb == PACKAGE_INSTALL ? TOUCH_MADE : TOUCH_GONE;

	if (r->n >= MAX_TOUCHES)
		return;
	r->list = arena_grow(r->a, r->list, r->n, &r->cap, sizeof(*r->list));
	r->list[r->n++] = (struct touch){ kind, ARENA_JOIN(r->a, TEXT("//"), text_of(op->manager->id), TEXT("/"), name), false,
					  op->command };
}

static void by_manager(struct reader *r, const struct package_op *op)
{
	const struct arg *group = command_option(op->command, "-t --virtual");

	if (op->manager->system && (op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_REMOVE)) {
		for (size_t i = 0; i < op->n; i++)
			add_package(r, op, op->packages[i].name);
		if (text_is(text_of(op->manager->id), "apk") && group && group->value.state == KNOWN)
			add_package(r, op, group->value.text);
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (op->verb == PACKAGE_INSTALL && strcmp(folders[i].manager, op->manager->id) == 0 &&
		    !command_has(op->command, "-g --global --prefix --cwd -C -d --working-dir"))
			add_path(r, op->command, TOUCH_MADE, text_of(folders[i].folder), true);
}

/* --- held against each other ----------------------------------------------- */

static bool is_below(struct text dir, struct text path)
{
	return path.n > dir.n && place_holds(dir, path);
}

/* /tmp/x.* : one star in the last component. */
static bool by_star(struct text pattern, struct text path)
{
	size_t star = text_chr(pattern, '*', 0), slash = text_rchr(pattern, '/');
	struct text tail;

	if (star == TEXT_NPOS || slash == TEXT_NPOS || star < slash)
		return false;
	tail = text_from(pattern, star + 1);
	return !text_has(tail, '*') && path.n >= star + tail.n && text_starts(path, text_sub(pattern, 0, star)) &&
	       text_ends(path, tail) && text_chr(path, '/', slash + 1) == TEXT_NPOS;
}

static bool places_meet(const struct touch *made, const struct touch *later)
{
	if (text_eq(made->path, later->path) || by_star(later->path, made->path))
		return true;
	/* What an archive brought below / is not known at all. */
	if (made->tree && made->path.n > 1 && is_below(made->path, later->path))
		return true;
	/* A star alone stands for all that is in the folder. */
	if (later->tree && text_ends(later->path, TEXT("/*")) && later->path.n > 2)
		return is_below(text_sub(later->path, 0, later->path.n - 2), made->path);
	return later->tree && is_below(later->path, made->path);
}

bool touch_meets(const struct touch *made, const struct touch *later)
{
	if (later->kind == TOUCH_GONE ? made->kind > TOUCH_EMPTY : made->kind != TOUCH_MADE)
		return false;
	return places_meet(made, later);
}

bool touch_covers(const struct touch *later, const struct touch *made)
{
	return touch_meets(made, later) && !(made->tree && is_below(made->path, later->path));
}

/* What a script makes and changes, or deletes, itself concerns nobody else. */
static size_t drop_own(struct touch *list, size_t n)
{
	bool drop[MAX_TOUCHES] = { false };
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i && list[i].kind > TOUCH_EMPTY; k++) {
			if (list[k].kind > TOUCH_EMPTY || !places_meet(&list[k], &list[i]))
				continue;
			drop[i] = true;
			drop[k] = drop[k] || (list[i].kind == TOUCH_GONE && touch_covers(&list[i], &list[k]));
		}
	for (size_t i = 0; i < n; i++)
		if (!drop[i])
			list[kept++] = list[i];
	return kept;
}

/* --- the script ------------------------------------------------------------ */

/* A directory that is not known still is the same for both of two paths. */
static void change_dir(struct reader *r, const struct command *c)
{
	struct maybe to = command_operands(c) == 1 ? word_of(r, c, command_operand(c, 0)->word) : maybe_unknown();

	if (to.state == KNOWN && (text_is(to.text, "-") || text_starts(to.text, TEXT("~")) ||
				  (!text_starts(to.text, TEXT("/")) && text_find(to.text, TEXT(".."), 0) != TEXT_NPOS)))
		to = maybe_unknown();
	r->at.workdir = to.state == KNOWN ? state_path(&r->at, r->a, to.text) : to;
}

static void read_command(struct reader *r, const struct command *c)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		by_row(r, c, &rows[i]);
	by_copying(r, c);
	by_download(r, c);
	by_archive(r, c);
	by_clone(r, c);
	by_redirection(r, c);
}

static void read_script(struct reader *r, bool nested)
{
	size_t k = 0;

	if (r->at.workdir.state != KNOWN)
		r->at.workdir = maybe_known(TEXT("/?"));
	for (size_t i = 0; i < r->s->n; i++) {
		const struct command *c = &r->s->commands[i];

		/* Where a command inside of something else runs, and whether, is not followed. */
		if (nested || c->list == r->s->script->tree.list) {
			if (command_is(c, "cd"))
				change_dir(r, c);
			size_t turn = 0;

			do {
				if (r->values)
					values_begin(r->values, c->sh, turn);
				read_command(r, c);
			} while (r->values && values_more(r->values, ++turn) && turn < MAX_TOUCHES);
		}
		if (k < r->s->nops && r->s->ops[k].nth == i)
			by_manager(r, &r->s->ops[k++]);
	}
}

void touches_read(struct facts *f, size_t item, const struct touch **out, size_t *n)
{
	struct reader r = { .a = facts_arena(f), .s = facts_commands(f, item), .at = *facts_before(f, item) };

	read_script(&r, false);
	*out = r.list;
	*n = drop_own(r.list, r.n);
}

void touches_of_script(struct arena *a, const struct state *at, const struct script_facts *s, const struct touch **out, size_t *n)
{
	struct reader r = { .a = a, .s = s, .at = *at, .values = values_of(a, &s->script->tree) };

	read_script(&r, true);
	*out = r.list;
	*n = r.n;
}
