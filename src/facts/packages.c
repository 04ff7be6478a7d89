/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/packages.h"

#include <string.h>

/* --- what it does ---------------------------------------------------------- */

/* "cache clean": the operands from 0 on are these words. */
static bool operands_are(const struct command *c, struct text words, size_t *n)
{
	struct text word;
	bool more = true;

	for (*n = 0; text_cut(&words, ' ', &word, &more); ++*n) {
		const struct arg *arg = command_operand(c, *n);

		if (!arg || arg->value.state != KNOWN || !text_eq(arg->value.text, word))
			return false;
	}
	return true;
}

static bool find_verb(struct package_op *op)
{
	for (int v = 0; v < PACKAGE_VERBS; v++) {
		struct text rest = text_of(op->manager->verbs[v]), words;
		bool more = rest.n > 0;
		size_t n;

		while (text_cut(&rest, '|', &words, &more)) {
			if (!operands_are(op->command, words, &n))
				continue;
			op->verb = (enum package_verb)v;
			op->verb_word = command_operand(op->command, n - 1)->word;
			return true;
		}
	}
	return false;
}

/* pacman's operations are letters of an option: -S, -Sy, -Syu, -Scc, -R, -U. */
static void find_pacman_verb(struct package_op *op)
{
	const struct command *c = op->command;

	op->updates = command_has(c, "-S --sync") && command_has(c, "-y --refresh");
	if (command_has(c, "-S --sync") && command_has(c, "-s --search -i --info -l --list -g --groups -p --print -w --downloadonly"))
		op->verb = PACKAGE_OTHER;
	else if (command_has(c, "-R --remove"))
		op->verb = PACKAGE_REMOVE;
	else if (command_has(c, "-S --sync") && command_has(c, "-c --clean"))
		op->verb = PACKAGE_CLEAN;
	else if (command_has(c, "-S --sync") && command_has(c, "-u --sysupgrade") && !command_operands(c))
		op->verb = PACKAGE_UPGRADE;
	else if (command_has(c, "-S --sync -U --upgrade") && command_operands(c))
		op->verb = PACKAGE_INSTALL;
	else if (command_has(c, "-S --sync") && op->updates)
		op->verb = PACKAGE_UPDATE;
}

/* --- packages -------------------------------------------------------------- */

/* How a file or an address is told from a name. */
static const struct {
	const char *start, *end;
	enum package_kind kind;
} shapes[] = {
	{ NULL, ".txt", PACKAGE_LIST }, { NULL, ".yml", PACKAGE_LIST },  { NULL, ".yaml", PACKAGE_LIST },
	{ ".[", NULL, PACKAGE_FILE }, /* pip install .[dev] */
	{ "/", NULL, PACKAGE_FILE },   { "./", NULL, PACKAGE_FILE },     { "../", NULL, PACKAGE_FILE },
	{ "~/", NULL, PACKAGE_FILE },  { "file:", NULL, PACKAGE_FILE },  { "git+", NULL, PACKAGE_URL },
	{ NULL, ".deb", PACKAGE_FILE }, { NULL, ".rpm", PACKAGE_FILE },  { NULL, ".apk", PACKAGE_FILE },
	{ NULL, ".whl", PACKAGE_FILE }, { NULL, ".tgz", PACKAGE_FILE },  { NULL, ".tar.gz", PACKAGE_FILE },
	{ NULL, ".zip", PACKAGE_FILE }, { NULL, ".gem", PACKAGE_FILE },
};

static enum package_kind kind_of(const struct manager *m, const struct sh_word *w)
{
	struct text v = w->value.text;

	if (w->value.state != KNOWN || (w->marks & SH_BRACE))
		return PACKAGE_UNKNOWN;
	if (text_find(v, TEXT("://"), 0) != TEXT_NPOS)
		return PACKAGE_URL;
	if (text_is(v, ".") || text_is(v, ".."))
		return PACKAGE_FILE;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].start ? text_starts(v, text_of(shapes[i].start)) : text_ends(v, text_of(shapes[i].end)))
			return shapes[i].kind;
	if (m->system && v.n && v.p[0] == '@')
		return PACKAGE_GROUP;
	return PACKAGE_NAME;
}

/* pkg[extra]==2.0: what stands in the brackets is part of neither. */
static size_t behind_extras(struct text all, size_t at)
{
	size_t close = all.p[at] == '[' ? text_chr(all, ']', at) : TEXT_NPOS;

	return close == TEXT_NPOS ? at : close + 1;
}

static void split_version(const struct manager *m, struct package *p)
{
	struct text all = p->name;

	for (size_t i = 1; m->version_marks && i < all.n; i++)
		if (strchr(m->version_marks, all.p[i]) && all.p[i]) {
			p->version = text_from(all, behind_extras(all, i));
			p->name = text_trim(text_sub(all, 0, i));
			break;
		}
	if (text_is(text_of(m->id), "apt"))
		p->name = text_sub(p->name, 0, text_chr(p->name, ':', 0));
	if (text_has(p->name, '*') || text_has(p->name, '?'))
		p->kind = PACKAGE_GLOB;
}

static struct package package_of(const struct package_op *op, size_t word)
{
	const struct sh_word *w = &op->command->sh->words[word];
	struct package p = { .kind = kind_of(op->manager, w), .word = word };

	p.name = p.kind == PACKAGE_UNKNOWN ? command_word(op->command, word) : w->value.text;
	if (p.kind == PACKAGE_NAME)
		split_version(op->manager, &p);
	return p;
}

/* Options that name what to install: -r requirements.txt. */
static const struct {
	const char *managers, *options;
} lists[] = { { "pip uv", "-r --requirement --requirements -e --editable" }, { "conda", "--file" }, { "gem", "-g --file" } };

static bool names_list(const struct package_op *op, const struct arg *arg)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (arg->kind == ARG_OPTION && arg->has_value && words_hold(lists[i].options, arg->name) &&
		    words_hold(lists[i].managers, text_of(op->manager->id)))
			return true;
	return false;
}

static void find_packages(struct arena *a, struct package_op *op)
{
	const struct command *c = op->command;
	struct package *list = ARENA_ARRAY(a, c->nargs + 1, struct package);

	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *arg = &c->args[i];

		if (arg->kind == ARG_OPERAND && arg->word > op->verb_word)
			list[op->n++] = package_of(op, arg->word);
		else if (names_list(op, arg))
			list[op->n++] = (struct package){ .kind = PACKAGE_LIST, .word = arg->value_word,
							  .name = arg->value.state == KNOWN ? arg->value.text : command_word(c, arg->value_word) };
	}
	op->packages = list;
	op->names_none = op->n == 0 && op->verb == PACKAGE_INSTALL;
}

/* --- reading --------------------------------------------------------------- */

static bool read_op(struct arena *a, const struct script_facts *s, size_t nth, struct package_op *op)
{
	const struct command *c = &s->commands[nth];
	const struct manager *m = manager_of_program(c->name);

	*op = (struct package_op){ .manager = m, .command = c, .nth = nth, .verb_word = c->first };
	if (!m)
		return false;
	if (!m->verbs[PACKAGE_INSTALL])
		find_pacman_verb(op);
	else if (!find_verb(op) && !command_operands(c) && text_is(text_of(m->id), "yarn") && !command_has(c, "-v --version -h --help"))
		op->verb = PACKAGE_INSTALL; /* yarn alone installs */
	if (text_is(text_of(m->id), "apk"))
		op->updates = command_has(c, "-U --update --update-cache --no-cache");
	if (op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_REMOVE)
		find_packages(a, op);
	return true;
}

void packages_read(struct arena *a, struct script_facts *s)
{
	struct package_op *ops = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < s->n; i++) {
		ops = arena_grow(a, ops, s->nops, &cap, sizeof(*ops));
		s->nops += read_op(a, s, i, &ops[s->nops]);
	}
	s->ops = ops;
}

/* --- questions ------------------------------------------------------------- */

/* The operand is the path, all below it, or (with -r) a folder above the path. */
static bool covers(struct text operand, struct text path, bool folders)
{
	bool all = text_ends(operand, TEXT("/*"));
	struct text dir = all ? text_sub(operand, 0, operand.n - 2) : operand;

	while (dir.n > 1 && dir.p[dir.n - 1] == '/')
		dir.n--;
	if (text_eq(dir, path))
		return true;
	if (folders && dir.n > 1 && text_starts(path, dir) && path.p[dir.n] == '/')
		return true;
	/* /var/lib/apt/lists/debian*_* */
	return text_starts(operand, path) && operand.n > path.n && operand.p[path.n] == '/' && text_has(operand, '*') &&
	       text_chr(operand, '/', path.n + 1) == TEXT_NPOS;
}

/* How root's home may be written. */
static const char *const homes[] = { "~/", "/root/", "$HOME/", "${HOME}/", "\"$HOME\"/", "\"${HOME}\"/", "\"$HOME/", "\"${HOME}/" };

/* The operand behind the home; a quote that closes at the end is left out. */
static struct text short_home(struct text operand)
{
	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		struct text home = text_of(homes[i]), rest = text_from(operand, home.n);

		if (!text_starts(operand, home))
			continue;
		return text_ends(rest, TEXT("\"")) ? text_sub(rest, 0, rest.n - 1) : rest;
	}
	return TEXT_NONE;
}

/* A star in quotes is a name. */
static bool is_plain(const struct command *c, const struct arg *arg)
{
	return (c->sh->words[arg->word].marks & SH_GLOB) || !text_has(command_word(c, arg->word), '*');
}

bool command_removes(const struct command *c, struct text path)
{
	bool home = text_starts(path, TEXT("~/")), folders;

	if (!command_is(c, "rm"))
		return false;
	folders = command_has(c, "-r -R --recursive");
	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *arg = &c->args[i];

		if (arg->kind != ARG_OPERAND || !is_plain(c, arg) || (!folders && !text_ends(command_word(c, arg->word), TEXT("*"))))
			continue;
		if (home && covers(short_home(command_word(c, arg->word)), text_from(path, 2), folders))
			return true;
		if (!home && arg->value.state == KNOWN && covers(arg->value.text, path, folders))
			return true;
	}
	return false;
}

bool command_clears(const struct command *c, const struct manager *m)
{
	struct text rest = text_of(m->paths), path;
	bool more = rest.n > 0 && command_is(c, "rm");

	while (text_cut(&rest, ' ', &path, &more))
		if (command_removes(c, path))
			return true;
	return false;
}

bool command_misses(const struct command *c, const struct manager *m)
{
	return command_clears(c, m) && !command_has(c, "-f --force");
}

bool op_leaves_nothing(const struct package_op *op)
{
	return op->manager->cleans && command_has(op->command, op->manager->cleans);
}

static bool fills(const struct package_op *op)
{
	if (op->verb == PACKAGE_UPDATE)
		return true;
	/* An install that finds its lists made before leaves no lists of its own. */
	return !op->manager->lists && (op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_UPGRADE);
}

const struct package_op *script_op(const struct script_facts *s, size_t nth)
{
	size_t low = 0, high = s->nops;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->ops[mid].nth < nth)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->nops && s->ops[low].nth == nth ? &s->ops[low] : NULL;
}

const struct package_op *script_leaves(const struct script_facts *s, const struct manager *m)
{
	const struct package_op *left = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct package_op *op = script_op(s, i);

		if (command_clears(&s->commands[i], m) || (op && op->verb == PACKAGE_CLEAN && manager_shares_cache(op->manager, m)))
			left = NULL;
		else if (op && op->manager == m && fills(op) && !op_leaves_nothing(op))
			left = op;
	}
	return left;
}

/* apt-get(8): a quiet level of 2 (-qq, -q=2, -q -q) implies -y. */
static bool is_very_quiet(const struct command *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPTION && words_hold("-q --quiet", c->args[i].name))
			n += c->args[i].has_value && maybe_is(c->args[i].value, "2") ? 2 : 1;
	return n >= 2;
}

static bool has_before(const struct package_op *op, const char *names)
{
	const struct command *c = op->command;

	for (size_t i = 0; names && i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPTION && c->args[i].word < op->verb_word && words_hold(names, c->args[i].name))
			return true;
	return false;
}

bool op_assumes_yes(const struct package_op *op)
{
	return !op->manager->yes || command_has(op->command, op->manager->yes) || has_before(op, op->manager->yes_before) ||
	       (text_is(text_of(op->manager->id), "apt") && is_very_quiet(op->command));
}
