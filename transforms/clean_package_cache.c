/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

/* --- refusals -------------------------------------------------------------- */

static void refuse_use(struct pass *p, struct finding *f, const struct lists_use *use)
{
	size_t line = pass_line(p, use->item);

	if (use->certain)
		finding_refuse(p, f, "lists-needed", arena_printf(pass_arena(p),
			"the install in line %zu uses the lists of this one: give it an update of its own, or join the two", line));
	else
		finding_refuse(p, f, "lists-may-be-needed", arena_printf(pass_arena(p),
			"line %zu runs a script that is not seen through and may install packages: if it does not, or updates first, clean by hand",
			line));
	finding_because(p, f, use->item, use->certain ? TEXT("an install without an update before it") : TEXT("a script"));
}

/* The script goes on to its end, so that a command behind it runs. */
static bool reaches_its_end(const struct script_facts *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->commands[i].list == s->script->tree.list && command_in(&s->commands[i], "exit exec return"))
			return false;
	return true;
}

/* Yarn 2 and later keep the project's packages where `cache clean` would remove them. */
static const char classic_options[] = "--production --prod --pure-lockfile --non-interactive";

static bool is_classic_yarn(const struct package_op *op)
{
	const struct arg *first = command_operand(op->command, 0);

	return (first && maybe_is(first->value, "global")) || command_has(op->command, classic_options);
}

/* Releases whose own packages are too old for the option. */
static const struct {
	const char *cache_id, *releases, *own; /* own: images that bring a newer one */
	const char *code, *decide;
} too_old[] = {
	{ "apk-cache", "alpine2.6 alpine2.7 alpine3.1 alpine3.2", "",
	  "apk-too-old", "this release's apk knows no --no-cache, which came with Alpine 3.3: move to a supported release first" },
	{ "pip-cache", "debian8 ubuntu14.04", "python",
	  "pip-too-old", "this release's pip is older than 6.0 and knows no --no-cache-dir: move to a supported release first" },
	{ "gem-docs", "debian8 ubuntu14.04", "ruby",
	  "gem-too-old", "this release's RubyGems may know no --no-document: move to a supported release first" },
};

static bool refuse_old(struct pass *p, struct finding *f, size_t item, const struct manager *m)
{
	const struct base *b = facts_before(pass_facts(p), item)->base;
	struct distro d = distro_of(b->name, b->tag);

	for (size_t i = 0; i < sizeof(too_old) / sizeof(too_old[0]); i++) {
		if (strcmp(too_old[i].cache_id, m->cache_id) != 0 || !words_hold(too_old[i].releases, d.release) ||
		    text_is(b->name, too_old[i].own))
			continue;
		finding_refuse(p, f, too_old[i].code, text_of(too_old[i].decide));
		return true;
	}
	return false;
}

/* --- findings -------------------------------------------------------------- */

static const char *part_of(const struct manager *m);

/* Layers that are in no image cost nothing: only for the looks of it. */
static struct finding *find(struct pass *p, size_t item, const struct package_op *op, const char *message)
{
	struct finding *f = pass_find(p, item, text_of(message));
	const struct item *it = &pass_doc(p)->items[item];

	f->part = part_of(op->manager);
	if (!facts_stages(pass_facts(p))->list[it->stage].kept)
		f->group = GROUP_STYLE;
	finding_at(p, f, it->ins, op->command->sh->words[op->command->first].at.start);
	return f;
}

/* "rm -rf ...", or the manager's own command as it is called here, sudo included. */
static struct text cleaning(struct pass *p, const struct package_op *op)
{
	const struct command *c = op->command;
	struct text words = text_of(op->manager->clean);
	bool sudo = c->prefix == PREFIX_SUDO;
	size_t first = sudo ? 0 : c->first;

	if (text_starts(words, TEXT("rm ")))
		return sudo ? ARENA_JOIN(pass_arena(p), TEXT("sudo "), words) : words;
	return ARENA_JOIN(pass_arena(p),
			  text_sub(c->list->text, c->sh->words[first].at.start, c->sh->words[c->first].at.end), TEXT(" "), words);
}

/* What takes the cache away later, without -f, fails where nothing is left of it. */
static bool refuse_missed(struct pass *p, struct finding *f, size_t item, const struct package_op *op)
{
	size_t by = cache_missed_after(pass_facts(p), item, op->nth, op->manager);

	if (by == TEXT_NPOS)
		return false;
	finding_refuse(p, f, "removed-later", arena_printf(pass_arena(p),
		"the rm in line %zu would fail, as it would find nothing: give it -f, or take it out", pass_line(p, by)));
	return true;
}

static void clean_at_end(struct pass *p, size_t item, const struct script_facts *s, const struct package_op *op)
{
	struct finding *f = find(p, item, op, op->manager->lists ? "the package lists stay in this layer" :
						 "what was downloaded stays in this layer, in a cache that nothing reads again");
	struct lists_use use;

	if (op->manager->lists) {
		use = lists_use_after(pass_facts(p), item, op->manager);
		if (use.item != TEXT_NPOS) {
			refuse_use(p, f, &use);
			return;
		}
	}
	if (strcmp(op->manager->id, "yarn") == 0 && !is_classic_yarn(op))
		finding_refuse(p, f, "yarn-version",
			       TEXT("Yarn 2 and later keep packages that the project runs from in that cache: clean it if this is Yarn 1"));
	else if (!reaches_its_end(s))
		finding_refuse(p, f, "script-leaves", TEXT("the script may end before its last command: put the cleaning before that"));
	else if (!refuse_missed(p, f, item, op))
		edit_append(p, f, item, cleaning(p, op));
}

/* apk add --update: --no-cache fetches the index too, and takes its place. */
static size_t fetch_option(const struct package_op *op)
{
	const struct arg *arg = command_option(op->command, "-U --update --update-cache");

	if (!arg || strcmp(op->manager->id, "apk") != 0 || command_word(op->command, arg->word).n != arg->name.n)
		return TEXT_NPOS;
	return arg->word;
}

static void add_option(struct pass *p, size_t item, const struct package_op *op)
{
	size_t fetch = fetch_option(op);
	struct finding *f = find(p, item, op, "what is downloaded stays in this layer, in a cache that nothing reads again");

	if (refuse_old(p, f, item, op->manager) || refuse_missed(p, f, item, op))
		return;
	if (fetch != TEXT_NPOS)
		edit_word(p, f, item, op->command, fetch, text_of(op->manager->clean));
	else
		edit_insert_behind(p, f, item, op->command, op->verb_word, text_of(op->manager->clean));
}

/* --- one RUN --------------------------------------------------------------- */

/* A variable of the environment says the same as the option. */
static const struct {
	const char *manager, *variable;
} variables[] = { { "pip", "PIP_NO_CACHE_DIR" }, { "uv", "UV_NO_CACHE" } };

static bool is_on(struct maybe m)
{
	return m.state == KNOWN && m.text.n && !words_hold("0 false no off False OFF", m.text);
}

static bool variable_says_so(struct pass *p, size_t item, const struct package_op *op)
{
	const struct state *s = facts_before(pass_facts(p), item);

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (strcmp(op->manager->id, variables[i].manager) == 0 &&
		    (is_on(state_get(s, pass_arena(p), text_of(variables[i].variable))) ||
		     is_on(command_env(op->command, variables[i].variable))))
			return true;
	return false;
}

/* The images of Ruby are configured so that no documentation is made. */
static bool image_says_so(struct pass *p, size_t item, const struct package_op *op)
{
	return strcmp(op->manager->id, "gem") == 0 && text_is(facts_before(pass_facts(p), item)->base->name, "ruby");
}

static bool is_mounted(struct pass *p, size_t item, const struct manager *m)
{
	struct text rest = text_of(m->paths), path;
	bool more = rest.n > 0;

	while (text_cut(&rest, ' ', &path, &more))
		if (mount_covers(pass_facts(p), item, path) != UNSET)
			return true;
	return false;
}

static void by_option(struct pass *p, size_t item, const struct script_facts *s, const struct package_op *op)
{
	if ((op->verb != PACKAGE_INSTALL && op->verb != PACKAGE_UPGRADE) || op_leaves_nothing(op) || is_mounted(p, item, op->manager) ||
	    variable_says_so(p, item, op) || image_says_so(p, item, op))
		return;
	for (size_t i = op->nth + 1; i < s->n; i++)
		if (command_clears(&s->commands[i], op->manager))
			return;
	add_option(p, item, op);
}

/* An update alone: who needs its lists is asked elsewhere. */
static bool only_updates(const struct script_facts *s)
{
	for (size_t i = 0; i < s->nops; i++)
		if (s->ops[i].verb != PACKAGE_UPDATE)
			return false;
	return s->nops == s->n;
}

static void by_command(struct pass *p, size_t item, const struct script_facts *s, const struct manager *m)
{
	const struct package_op *op = script_leaves(s, m);

	if (op && !only_updates(s) && !is_mounted(p, item, m))
		clean_at_end(p, item, s, op);
}

/* --- apk update ------------------------------------------------------------ */

/* With --no-cache each add fetches the index itself: an update before it fetches one more, and keeps it. */
static void drop_update(struct pass *p, size_t item, const struct script_facts *s, const struct package_op *op)
{
	const struct sh_list *l = op->command->list;
	struct finding *f;
	bool certain, ends;

	if (op->verb != PACKAGE_UPDATE || op->manager->cure != CURE_OPTION || op_leaves_nothing(op) || !op->command->top ||
	    l->n < 2 || l->steps[op->command->step].join != SH_AND || is_mounted(p, item, op->manager))
		return;
	for (size_t i = op->nth + 1; i < s->n; i++)
		if (command_clears(&s->commands[i], op->manager))
			return;
	if (lists_use_in(pass_facts(p), item, op->nth + 1, op->manager, &certain, &ends) || lists_use_after(pass_facts(p), item, op->manager).item != TEXT_NPOS)
		return;
	if (cache_missed_after(pass_facts(p), item, op->nth, op->manager) != TEXT_NPOS)
		return;
	f = find(p, item, op, "the index stays in this layer, and no add reads it: each fetches its own");
	edit_delete_steps(p, f, item, l, op->command->step, op->command->step);
}

enum { MAX_OPS = 256 }; /* calls of one RUN: each looks at all that comes behind it */

static void run_one(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	for (size_t i = 0; i < s->nops && i < MAX_OPS; i++) {
		const struct package_op *op = &s->ops[i];
		bool first = true;

		if (op->manager->cure == CURE_OPTION) {
			by_option(p, item, s, op);
			drop_update(p, item, s, op);
		}
		for (size_t k = 0; k < i; k++)
			first = first && s->ops[k].manager != op->manager;
		if (op->manager->cure == CURE_COMMAND && first)
			by_command(p, item, s, op->manager);
	}
}

static void run(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++)
		if (pass_doc(p)->items[item].stage >= 0)
			run_one(p, item);
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL3009" }, { RULE_HADOLINT, "DL3019" }, { RULE_HADOLINT, "DL3032" }, { RULE_HADOLINT, "DL3036" },
	{ RULE_HADOLINT, "DL3040" }, { RULE_HADOLINT, "DL3042" }, { RULE_HADOLINT, "DL3060" }, { RULE_HADOLINT, NULL },
};

static const char *const parts[] = {
	"apt-lists", "apk-cache", "dnf-cache",   "zypper-cache", "pacman-cache",   "pip-cache",
	"npm-cache", "yarn-cache", "gem-docs", "conda-cache",  "composer-cache", NULL,
};

static const char *part_of(const struct manager *m)
{
	for (size_t i = 0; parts[i]; i++)
		if (strcmp(parts[i], m->cache_id) == 0)
			return parts[i];
	return NULL;
}

const struct transform transform_clean_package_cache = {
	.id = "clean-package-cache",
	.title = "package lists and caches go in the layer that made them",
	.level = LEVEL_SAFE,
	.why = "What a package manager downloads to install from is of no use in the image. A layer keeps it for ever, also where a "
	       "later one removes it: 20 MB for Debian's lists, hundreds for a language's packages.",
	.risk = "None where it acts: the lists go only where no later install of the stage, or of one that continues it, needs them, "
		"and caches are written anew by whoever misses them. Cache mounts, stages that are in no image, and scripts that are "
		"not seen through are left alone.",
	.maps = maps,
	.parts = parts,
	.before = "FROM debian:13.6\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
	.after = "FROM debian:13.6\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
