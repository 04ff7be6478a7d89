/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

/* --- which commands -------------------------------------------------------- */

/* Options with which it is no upgrade of all that there is, or none at all. */
static const char narrowed[] = "-s --simulate --just-print --dry-run --recon --no-act --print-uris --download-only --downloadonly -d "
			       "-t --target-release --default-release --releasever --advisory --advisories --cve --cves --bz --bzs "
			       "--enablerepo --repo --repoid -r -X --repository -h --help -p --print -D --downgrade";

static const struct {
	const char *manager, *subs, *rule; /* subs: blank-separated; NULL: it has none */
} upgrades[] = {
	{ "apt", "upgrade dist-upgrade full-upgrade safe-upgrade", "DL3005" },
	{ "apk", "upgrade", "DL3017" },
	{ "dnf", "update upgrade update-minimal upgrade-minimal", "DL3039" },
	{ "yum", "update upgrade update-minimal upgrade-minimal", "DL3031" },
	{ "zypper", "update up dist-upgrade dup patch", "DL3035" },
	{ "pacman", NULL, NULL },
};

/* The rule that it answers is stored where it upgrades everything. */
static bool upgrades_all(const struct package_op *op, const char **rule)
{
	const struct command *c = op->command;

	if (op->verb != PACKAGE_UPGRADE || command_has(c, narrowed) || (c->prefix & PREFIX_XARGS))
		return false;
	for (size_t i = 0; i < sizeof(upgrades) / sizeof(upgrades[0]); i++) {
		if (strcmp(upgrades[i].manager, op->manager->id) != 0)
			continue;
		*rule = upgrades[i].rule;
		if (!upgrades[i].subs)
			return command_operands(c) == 0;
		return command_operands(c) == 1 && words_hold(upgrades[i].subs, command_operand(c, 0)->value.text);
	}
	return false;
}

/* --- the rest of its RUN --------------------------------------------------- */

/* What the RUN at hand is, found once for all that it holds. */
struct hunt {
	struct pass *p;
	size_t item;
	bool alone;  /* nothing but an upgrade, and what serves it, in one && chain */
	bool clears; /* and leaves no lists */
	bool needed; /* its lists are used later */
	bool first;  /* of pacman: something is installed in it, or later */
	bool said;   /* its first upgrade has spoken for all of it */
};

/* Nothing but what a package manager leaves behind is taken away. */
static bool only_clears(const struct command *c, const struct manager *m)
{
	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPERAND &&
		    (c->args[i].value.state != KNOWN || (!text_starts(c->args[i].value.text, TEXT("/var/lib/apt/lists")) &&
							 !text_starts(c->args[i].value.text, TEXT("/var/cache/")))))
			return false;
	return command_clears(c, m);
}

/* Of use only for an upgrade: its update, what tidies up behind it. */
static bool serves(const struct package_op *op, const struct manager *m)
{
	const char *rule;

	return op->manager == m && (op->verb == PACKAGE_UPDATE || op->verb == PACKAGE_CLEAN || op->verb == PACKAGE_TIDY ||
				    (op->verb == PACKAGE_REMOVE && !op->n) || upgrades_all(op, &rule));
}

static void look_at_rest(struct hunt *h, const struct script_facts *s, const struct manager *m)
{
	const struct sh_list *l = s->script->tree.list;
	size_t k = 0;

	h->clears = false;
	h->alone = s->n == l->n;
	for (size_t i = 0; i < s->n && h->alone; i++) {
		const struct package_op *op = k < s->nops && s->ops[k].nth == i ? &s->ops[k++] : NULL;

		h->alone = s->commands[i].top && (op ? serves(op, m) : only_clears(&s->commands[i], m)) &&
			   (i + 1 == l->n || l->steps[i].join == SH_AND);
		h->clears = h->clears || !op;
	}
}

/* Where it stands, all runs as before without it: behind and before it are the same joins, or there is
 * nothing on one side. */
static bool is_link(const struct command *c)
{
	const struct sh_list *l = c->list;
	enum sh_join before = c->step ? l->steps[c->step - 1].join : SH_END, after = l->steps[c->step].join;

	if (!c->top || l->n < 2 || before == SH_OR || after == SH_OR || before == SH_AMP)
		return false;
	return before == SH_END || after == SH_END || before == after || after == SH_AND;
}

/* --- what comes later ------------------------------------------------------ */

/* On Arch, an install without an upgrade before it is a partial upgrade, which is not supported. */
static bool must_come_first(struct pass *p, size_t item, const struct manager *m)
{
	if (strcmp(m->id, "pacman") != 0)
		return false;
	for (int k = 0; item != TEXT_NPOS && k < 256; k++) {
		const struct script_facts *s = facts_commands(pass_facts(p), item);

		for (size_t i = 0; i < s->nops; i++)
			if (s->ops[i].manager == m && s->ops[i].verb == PACKAGE_INSTALL)
				return true;
		item = pass_next_in_stage(p, KW_RUN, item);
	}
	return false;
}

/* apk -U upgrade fetches the lists as well. */
static bool gives_lists(struct pass *p, const struct history_place *at)
{
	bool certain, ends;

	if (!at->op->updates)
		return false;
	if (lists_use_in(pass_facts(p), at->item, at->op->nth + 1, at->op->manager, &certain, &ends))
		return true;
	return !ends && lists_use_after(pass_facts(p), at->item, at->op->manager).item != TEXT_NPOS;
}

/* --- findings -------------------------------------------------------------- */

static bool comment_above(const struct pass *p, size_t item)
{
	return item > 0 && pass_doc(p)->items[item - 1].kind == ITEM_COMMENT;
}

static void remove_run(struct pass *p, struct finding *f, size_t item)
{
	if (comment_above(p, item))
		finding_refuse(p, f, "comment-above", TEXT("remove the RUN together with the comment above it, if that speaks of it alone"));
	else
		finding_delete_item(p, f, item);
}

static bool goes_whole(const struct hunt *h, const struct history_place *at)
{
	return h->alone && (!h->needed || at->script->n == 1);
}

static void take_out(const struct hunt *h, struct finding *f, const struct history_place *at)
{
	const struct command *c = at->command;

	if (goes_whole(h, at))
		remove_run(h->p, f, at->item);
	else if (is_link(c))
		edit_delete_steps(h->p, f, at->item, c->list, c->step, c->step);
	else
		finding_refuse(h->p, f, "not-a-step", TEXT("it is part of a condition, a pipeline or another command: take it out by hand"));
}

/* By the first upgrade in it: a RUN with those of several managers is not one of nothing else. */
static void look_at_run(struct hunt *h, const struct history_place *at)
{
	const struct manager *m = at->op->manager;

	if (h->item == at->item)
		return;
	h->item = at->item;
	look_at_rest(h, at->script, m);
	h->needed = !h->clears && m->lists && lists_use_after(pass_facts(h->p), at->item, m).item != TEXT_NPOS;
	h->first = must_come_first(h->p, at->item, m);
	h->said = false;
}

static void propose(struct hunt *h, const struct history_place *at, const char *rule)
{
	struct pass *p = h->p;
	struct finding *f = pass_find(p, at->item,
		TEXT("an upgrade makes each day's build another image: the base image's tag is to decide what is inside"));

	f->rule = rule;
	if (command_editable(at->command))
		finding_at(p, f, pass_doc(p)->items[at->item].ins, at->command->sh->words[at->command->first].at.start);
	if (at->marks & HISTORY_SOURCES)
		finding_refuse(p, f, "sources-changed",
			       TEXT("where packages come from is changed above, and the upgrade may be what that is for: take it out if it is not"));
	else if (gives_lists(p, at))
		finding_refuse(p, f, "lists-needed", TEXT("a later install uses the lists that this fetches: give it an update of its own"));
	else if (!command_editable(at->command))
		finding_refuse(p, f, "script-not-editable",
			       TEXT("the command stands in a here-document or a JSON string, which are left as they are: change it there by hand"));
	else
		take_out(h, f, at);
}

static void each(void *data, const struct history_place *at)
{
	struct hunt *h = data;
	const char *rule;

	if (!at->op || !upgrades_all(at->op, &rule))
		return;
	look_at_run(h, at);
	if (h->first && strcmp(at->op->manager->id, "pacman") == 0)
		return;
	if (!h->said)
		propose(h, at, rule);
	h->said = goes_whole(h, at);
}

static void run(struct pass *p)
{
	struct hunt h = { .p = p, .item = TEXT_NPOS };

	history_walk(pass_facts(p), each, &h);
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL3005" }, { RULE_HADOLINT, "DL3017" }, { RULE_HADOLINT, "DL3031" },
	{ RULE_HADOLINT, "DL3035" }, { RULE_HADOLINT, "DL3039" }, { RULE_HADOLINT, NULL },
};

const struct transform transform_no_upgrade = {
	.id = "no-upgrade",
	.title = "no upgrade of all that the base image has",
	.level = LEVEL_STRICT,
	.why = "An upgrade in the build makes another image of the same file every day, keeps the old files in the layers below, and hides "
	       "that the base image is old. A newer base, by its tag or digest, brings the same fixes and can be seen in the file.",
	.risk = "The image no longer takes in fixes that the base image does not have yet: only where the base is raised often, as a "
		"bot does, is this an improvement. Who rebuilds daily on a base that is not may want to keep it. Left alone: upgrades of named packages, and "
		"those that pacman needs before an install.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends curl\n",
	.after = "FROM debian:13.6\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
