/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

enum {
	MAX_OPS = 256,       /* calls of one RUN: each looks at all that comes behind it */
	MAX_LOOKED_AT = 1024 /* RUNs that may show how old a package manager is */
};

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
		if (s->commands[i].list == s->script->tree.list &&
		    (command_in(&s->commands[i], "exit exec return") || (s->commands[i].prefix & PREFIX_EXEC)))
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

/* From which release on a distribution's own package manager knows the option; that of images which bring one
 * of their own does. In order of the families. */
static const struct {
	const char *cache_id;
	unsigned debian, ubuntu, alpine, rhel; /* struct distro's version; 0: none has it of its own */
	const char *own; /* the image that brings it */
	const char *code, *decide;
} floors[] = {
	{ "apk-cache", 0, 0, 303, 0, "",
	  "apk-too-old", "this release's apk knows no --no-cache, which came with Alpine 3.3: move to a supported release first" },
	{ "pip-cache", 900, 1604, 303, 700, "python",
	  "pip-too-old", "this release's pip is older than 6.0 and knows no --no-cache-dir: move to a supported release first" },
	{ "gem-docs", 900, 1604, 303, 700, "ruby",
	  "gem-too-old", "this release's RubyGems may know no --no-document: move to a supported release first" },
};

enum age { AGE_FINE, AGE_OLD, AGE_UNKNOWN };

static enum age age_of(size_t row, const struct base *b, size_t stage, struct pass *p)
{
	size_t by;
	struct distro d = facts_distro(pass_facts(p), stage, &by);
	unsigned floor = d.family == DISTRO_DEBIAN ? floors[row].debian : d.family == DISTRO_UBUNTU ? floors[row].ubuntu :
			 d.family == DISTRO_ALPINE ? floors[row].alpine : d.family == DISTRO_RHEL ? floors[row].rhel : 0;

	if (text_is(b->name, floors[row].own))
		return AGE_FINE;
	if (d.version && floor)
		return d.version < floor ? AGE_OLD : AGE_FINE;
	/* Alpine's variants of official images came with 3.3. */
	if (b->name.n && d.family == DISTRO_ALPINE && text_find(b->tag, TEXT("alpine"), 0) != TEXT_NPOS)
		return AGE_FINE;
	return b->name.n && distro_is_current(b->name, b->tag) ? AGE_FINE : AGE_UNKNOWN;
}

/* An option or a program that only a newer one has, anywhere on that base image. */
static bool shows_its_age(struct pass *p, const struct base *b, const struct manager *m)
{
	const struct doc *d = pass_doc(p);
	size_t looked = 0;

	for (size_t item = 0; pass_next(p, KW_RUN, &item) && looked < MAX_LOOKED_AT; item++, looked++) {
		const struct script_facts *s;

		if (d->items[item].stage < 0 || facts_before(pass_facts(p), item)->base != b)
			continue;
		s = facts_commands(pass_facts(p), item);
		for (size_t i = 0; i < s->nops; i++)
			if (s->ops[i].manager == m && (op_leaves_nothing(&s->ops[i]) ||
						       command_has(s->ops[i].command, "--break-system-packages --root-user-action") ||
						       command_in(s->ops[i].command, "pip3.6 pip3.7 pip3.8 pip3.9 pip3.10 pip3.11 pip3.12 pip3.13 pip3.14")))
				return true;
	}
	return false;
}

/* Refuses where the release is too old; where that is not known, the owner has to say. */
static bool refuse_old(struct pass *p, struct finding *f, size_t item, const struct manager *m)
{
	const struct base *b = facts_before(pass_facts(p), item)->base;

	for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++) {
		enum age age;

		if (strcmp(floors[i].cache_id, m->cache_id) != 0 || strcmp(m->id, "uv") == 0)
			continue;
		age = age_of(i, b, (size_t)pass_doc(p)->items[item].stage, p);
		if (age == AGE_OLD)
			finding_refuse(p, f, floors[i].code, text_of(floors[i].decide));
		if (age == AGE_UNKNOWN && !shows_its_age(p, b, m)) {
			f->level = LEVEL_STRICT;
			finding_because(p, f, TEXT_NPOS, TEXT("how old the package manager of this base image is, is not known"));
		}
		return age == AGE_OLD;
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

static struct finding *find_left(struct pass *p, size_t item, const struct package_op *op)
{
	return find(p, item, op, op->manager->lists ? "the package lists stay in this layer" :
				 "what was downloaded stays in this layer, in a cache that nothing reads again");
}

/* An rm: the end of the script is the place, where all that might need the lists has run. */
static void clean_at_end(struct pass *p, size_t item, const struct script_facts *s, const struct package_op *op)
{
	struct finding *f = find_left(p, item, op);
	struct lists_use use;

	if (op->manager->lists) {
		use = lists_use_after(pass_facts(p), item, op->manager);
		if (use.item != TEXT_NPOS) {
			refuse_use(p, f, &use);
			return;
		}
	}
	if (!reaches_its_end(s))
		finding_refuse(p, f, "script-leaves", TEXT("the script may end before its last command: put the cleaning before that"));
	else if (!refuse_missed(p, f, item, op))
		edit_append(p, f, item, cleaning(p, op));
}

/* Variables in front of the call that may say where the cache, or the program, is. */
static bool moves_the_cache(const struct command *c)
{
	static const char *const parts[] = { "CACHE", "cache", "HOME", "PATH", "PREFIX", "prefix", "PKGS" };

	for (size_t i = 0; i < c->sh->nassigns; i++)
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
			if (text_find(c->sh->assigns[i].name, text_of(parts[k]), 0) != TEXT_NPOS)
				return true;
	return false;
}

/* The manager's own command: right behind the call, where it is there, in the same place and as the same user. */
static void clean_behind(struct pass *p, size_t item, const struct package_op *op)
{
	struct finding *f = find_left(p, item, op);
	const struct command *c = op->command;

	if (strcmp(op->manager->id, "yarn") == 0 && !is_classic_yarn(op))
		finding_refuse(p, f, "yarn-version",
			       TEXT("Yarn 2 and later keep packages that the project runs from in that cache: clean it if this is Yarn 1"));
	else if (moves_the_cache(c) || (c->prefix && c->prefix != PREFIX_SUDO))
		finding_refuse(p, f, "call-wrapped",
			       TEXT("the call has variables or a user of its own: clean its cache in the same way, right behind it"));
	else if (!refuse_missed(p, f, item, op))
		edit_behind(p, f, item, c, cleaning(p, op));
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
	/* Where a cache is can be configured in many ways: one that is mounted may be this. */
	return (!m->lists || m->cure == CURE_OPTION) && mount_of_cache(pass_facts(p), item, m);
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

/* Lists that are fetched last of all: who needs them is asked elsewhere. */
static bool ends_in_update(const struct script_facts *s, const struct manager *m)
{
	const struct package_op *op = s->n ? script_op(s, s->n - 1) : NULL;

	return op && op->manager == m && m->lists && op->verb == PACKAGE_UPDATE && op->command->top;
}

static void by_command(struct pass *p, size_t item, const struct script_facts *s, const struct manager *m)
{
	const struct package_op *op = script_leaves(s, m);

	if (!op || is_mounted(p, item, m) || ends_in_update(s, m))
		return;
	if (text_starts(text_of(m->clean), TEXT("rm ")))
		clean_at_end(p, item, s, op);
	else
		clean_behind(p, item, op);
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
