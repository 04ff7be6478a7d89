/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

enum { MAX_PARTS = 64, MAX_STEPS = 256, MAX_ABOVE_RUNS = 256 };

/* --- RUNs of one manager --------------------------------------------------- */

/* What one command of such a RUN is. */
enum step_kind {
	STEP_UPDATE,
	STEP_USE,         /* install, upgrade, remove */
	STEP_CLEAN_LISTS, /* nothing but the lists, or the cache, of the manager go */
	STEP_CLEAN_MORE,  /* and other things */
	STEP_CLEAN        /* apt-get clean: the lists stay */
};

struct step {
	enum step_kind kind;
	size_t part;  /* the RUN, counted in the group */
	const struct command *command;
	const struct package_op *op; /* NULL: an rm */
	bool dropped;
};

/* RUNs in a row that do nothing but call one package manager, and clean up after it. */
struct series {
	const struct manager *manager;
	size_t items[MAX_PARTS];
	size_t n;
	struct step steps[MAX_STEPS];
	size_t nsteps;
};

static struct text step_text(const struct step *s)
{
	return text_range(s->command->list->text, s->command->sh->at);
}

/* Output that is sent elsewhere changes nothing of what is done. */
static bool reads_input(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].op != SH_OUT && c->sh->redirs[i].op != SH_APPEND && c->sh->redirs[i].op != SH_DUP_OUT &&
		    c->sh->redirs[i].op != SH_OUT_BOTH)
			return true;
	return false;
}

static bool read_step(const struct script_facts *s, size_t nth, const struct manager *m, struct step *out)
{
	const struct command *c = &s->commands[nth];
	const struct package_op *op = script_op(s, nth);

	*out = (struct step){ .command = c, .op = op };
	if (!c->top || reads_input(c) || (c->prefix & ~(unsigned)PREFIX_SUDO))
		return false;
	if (op && manager_shares_cache(op->manager, m)) {
		out->kind = op->verb == PACKAGE_UPDATE ? STEP_UPDATE :
			    op->verb == PACKAGE_CLEAN  ? STEP_CLEAN_LISTS :
			    op->verb == PACKAGE_TIDY   ? STEP_CLEAN :
							 STEP_USE;
		return op->verb != PACKAGE_OTHER;
	}
	out->kind = command_operands(c) == 1 ? STEP_CLEAN_LISTS : STEP_CLEAN_MORE;
	return !op && command_clears(c, m);
}

/* All the commands of a RUN, one a step of an && chain, added to the group. */
static bool add_part(struct series *g, struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	const struct sh_list *l = s->script ? s->script->tree.list : NULL;
	size_t first = g->nsteps;

	if (!l || !s->n || s->n != l->n || s->script->tree.ncomments || !s->script->editable || g->n == MAX_PARTS)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		bool chained = l->steps[i].join == (i + 1 < l->n ? SH_AND : SH_END);

		if (g->nsteps == MAX_STEPS || !chained || !command_editable(&s->commands[i]) ||
		    !read_step(s, i, g->manager, &g->steps[g->nsteps])) {
			g->nsteps = first;
			return false;
		}
		g->steps[g->nsteps++].part = g->n;
	}
	g->items[g->n++] = item;
	return true;
}

static bool may_follow(struct pass *p, const struct series *g, size_t item)
{
	const struct doc *d = pass_doc(p);

	return g->n == 0 || (ins_same_flags(d->items[g->items[0]].ins, d->items[item].ins) && !pass_pragma_above(p, item));
}

/* The longest group that starts at the RUN; empty where that is none. */
static void read_group(struct pass *p, size_t item, struct series *g)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	g->n = g->nsteps = 0;
	if (!s->nops || !s->ops[0].manager->system)
		return;
	g->manager = s->ops[0].manager;
	while (item != TEXT_NPOS && may_follow(p, g, item) && add_part(g, p, item))
		item = pass_next_run(p, item);
}

/* --- one update, one cleanup ----------------------------------------------- */

static bool is_used_later(const struct series *g, size_t step)
{
	for (size_t i = step + 1; i < g->nsteps; i++)
		if (g->steps[i].kind == STEP_USE || g->steps[i].kind == STEP_UPDATE)
			return true;
	return false;
}

static bool is_repeated_later(const struct series *g, size_t step)
{
	for (size_t i = step + 1; i < g->nsteps; i++)
		if (g->steps[i].kind == g->steps[step].kind && text_eq(step_text(&g->steps[i]), step_text(&g->steps[step])))
			return true;
	return false;
}

/* Marks what the others make needless. *cleaned: the cleanup to put at the end, or empty. */
static void drop_repeated(struct series *g, struct text *cleaned)
{
	struct text updated = TEXT_NONE;

	*cleaned = TEXT_NONE;
	/* A cleanup before a new source is read may be the point of it. */
	for (size_t i = 0; i < g->nsteps; i++)
		if (g->steps[i].op && !g->manager->lists && op_changes_sources(g->steps[i].op))
			return;
	for (size_t i = 0; i < g->nsteps; i++) {
		struct step *s = &g->steps[i];

		switch (s->kind) {
		case STEP_UPDATE:
			s->dropped = updated.n && text_eq(updated, step_text(s));
			updated = step_text(s);
			break;
		case STEP_USE:
			if (op_changes_sources(s->op))
				updated = TEXT_NONE;
			break;
		case STEP_CLEAN_LISTS:
			s->dropped = is_used_later(g, i);
			*cleaned = s->dropped ? step_text(s) : TEXT_NONE;
			break;
		case STEP_CLEAN_MORE:
			updated = *cleaned = TEXT_NONE;
			break;
		case STEP_CLEAN:
			s->dropped = is_repeated_later(g, i);
		}
	}
}

static bool part_is_dropped(const struct series *g, size_t part)
{
	for (size_t i = 0; i < g->nsteps; i++)
		if (g->steps[i].part == part && !g->steps[i].dropped)
			return false;
	return true;
}

/* --- the merge ------------------------------------------------------------- */

static bool is_dropped(const struct series *g, size_t step, size_t part)
{
	return step < g->nsteps && g->steps[step].dropped && g->steps[step].part == part && !part_is_dropped(g, part);
}

/* Dropped steps that stand side by side go in one. */
static bool drop_steps(struct pass *p, struct finding *f, const struct series *g)
{
	for (size_t i = 0; i < g->nsteps; i++) {
		const struct step *s = &g->steps[i];
		size_t first = s->command->step;

		if (!is_dropped(g, i, s->part))
			continue;
		while (is_dropped(g, i + 1, s->part))
			i++;
		if (!edit_delete_steps(p, f, g->items[s->part], s->command->list, first, g->steps[i].command->step))
			return false;
	}
	return true;
}

static void merge(struct pass *p, struct series *g)
{
	struct finding *f = pass_find(p, g->items[0], arena_printf(pass_arena(p),
		"%zu RUNs in a row call the package manager: one layer, with one update and one cleanup, holds less and is never half stale", g->n));
	struct merge_part parts[MAX_PARTS];
	struct text cleaned;
	size_t n = 0;

	drop_repeated(g, &cleaned);
	for (size_t i = 0; i < g->n; i++) {
		if (i > 0)
			finding_because(p, f, g->items[i], TEXT("joins the one before it"));
		if (!part_is_dropped(g, i))
			parts[n++] = (struct merge_part){ g->items[i], WRAP_NONE };
		else if (!finding_delete_item(p, f, g->items[i]))
			return;
	}
	if (!drop_steps(p, f, g))
		return;
	if (n > 1 && !edit_merge_runs(p, f, parts, n))
		return;
	if (cleaned.n)
		edit_append(p, f, parts[n - 1].item, cleaned);
}

/* Update, install and cleanup in each, and a comment above each: layers that somebody laid out. */
static bool is_laid_out(const struct pass *p, const struct series *g)
{
	for (size_t part = 0; part < g->n; part++) {
		bool updates = false, uses = false, cleans = false;

		for (size_t i = 0; i < g->nsteps; i++) {
			updates = updates || (g->steps[i].part == part && g->steps[i].kind == STEP_UPDATE);
			uses = uses || (g->steps[i].part == part && g->steps[i].kind == STEP_USE);
			cleans = cleans || (g->steps[i].part == part && (g->steps[i].kind == STEP_CLEAN_LISTS || g->steps[i].kind == STEP_CLEAN_MORE));
		}
		if (!uses || !cleans || (g->manager->lists && !updates))
			return false;
		if (part > 0 && pass_doc(p)->items[g->items[part] - 1].kind != ITEM_COMMENT)
			return false;
	}
	return true;
}

/* Where no image keeps the layers only a stale update is worth the longer rebuild. */
static bool is_worth_it(struct pass *p, const struct series *g)
{
	const struct stages *s = facts_stages(pass_facts(p));

	if (g->n < 2 || is_laid_out(p, g))
		return false;
	return s->list[pass_doc(p)->items[g->items[0]].stage].kept || (g->steps[0].kind == STEP_UPDATE && g->steps[1].part == 1);
}

/* --- an update for each install -------------------------------------------- */

/* The first command that needs lists made before it, by this RUN or another; NULL: none does. */
static const struct package_op *first_use(const struct script_facts *s)
{
	for (size_t i = 0; i < s->nops; i++) {
		const struct package_op *op = &s->ops[i];

		if (op->manager->cure != CURE_COMMAND || !op->manager->lists)
			continue;
		if (op->verb == PACKAGE_UPDATE)
			return NULL;
		if (op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_UPGRADE)
			return op;
	}
	return NULL;
}

/* The last update of a RUN that its success proves. */
static const struct package_op *last_update(const struct script_facts *s, const struct manager *m)
{
	for (size_t i = s->nops; i > 0; i--)
		if (s->ops[i - 1].manager == m && s->ops[i - 1].verb == PACKAGE_UPDATE && s->ops[i - 1].command->certain)
			return &s->ops[i - 1];
	return NULL;
}

/* The RUN above, of the same stage, whose update made the lists; TEXT_NPOS where there is none,
 * or where the sources may have changed since. */
static size_t made_by(struct pass *p, size_t item, const struct manager *m, const struct package_op **update)
{
	const struct doc *d = pass_doc(p);
	size_t from = facts_stages(pass_facts(p))->list[d->items[item].stage].from;

	for (size_t i = item - 1; i > from && item - i < MAX_ABOVE_RUNS; i--) {
		const struct script_facts *s = facts_commands(pass_facts(p), i);

		if (!d->items[i].ins)
			continue;
		*update = d->items[i].ins->keyword == KW_RUN && s->script ? last_update(s, m) : NULL;
		if (sources_may_change(pass_facts(p), i, *update ? (*update)->nth + 1 : 0, TEXT_NPOS))
			return TEXT_NPOS;
		if (*update)
			return i;
	}
	return TEXT_NPOS;
}

/* With what the update was given (a secret, a network), and no less. */
static bool may_fetch(const struct pass *p, size_t item, size_t by)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct flag *network = ins_flag(ins, "network");

	return ins_same_flags(ins, pass_doc(p)->items[by].ins) && !(network && text_is(network->value, "none"));
}

static void give_update(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	const struct package_op *update, *use = first_use(s);
	struct finding *f;
	size_t by;

	if (!use || use->command->list != s->script->tree.list || !command_editable(use->command))
		return;
	by = made_by(p, item, use->manager, &update);
	if (by == TEXT_NPOS || sources_may_change(pass_facts(p), item, 0, use->nth) || !may_fetch(p, item, by) ||
	    (use->command->prefix & PREFIX_SUDO) != (update->command->prefix & PREFIX_SUDO))
		return;
	f = pass_find(p, item, TEXT("the install relies on lists that an earlier layer fetched, which the cache keeps when the mirror has moved on"));
	finding_because(p, f, by, TEXT("the update that made them"));
	edit_before(p, f, item, use->command, text_range(update->command->list->text, update->command->sh->at));
}

/* The update that a script ends in, behind nothing but &&; NULL: it does not. */
static const struct package_op *last_is_update(const struct script_facts *s)
{
	const struct package_op *op = s->n ? script_op(s, s->n - 1) : NULL;
	const struct sh_list *l = s->script ? s->script->tree.list : NULL;

	if (!op || op->verb != PACKAGE_UPDATE || !op->manager->lists || !op->command->top || op->command->list != l ||
	    op->command->step + 1 != l->n || (l->n > 1 && l->steps[l->n - 2].join != SH_AND))
		return NULL;
	return op;
}

/* Lists that a RUN fetches last of all, and that nothing uses: each install below has an update of its own, or
 * there is none. */
static void drop_unused(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	const struct package_op *op = last_is_update(s);
	struct lists_use use;
	struct finding *f;

	if (!op || pass_doc(p)->items[item].ins->nflags || !command_editable(op->command))
		return;
	use = lists_use_after(pass_facts(p), item, op->manager);
	if (use.item != TEXT_NPOS || cache_missed_after(pass_facts(p), item, s->n, op->manager) != TEXT_NPOS)
		return;
	f = pass_find(p, item, use.ended_by == TEXT_NPOS ?
		TEXT("no install in this file uses the lists that this update fetches") :
		arena_printf(pass_arena(p), "the update in line %zu fetches these lists anew before anything uses them", pass_line(p, use.ended_by)));
	/* Who works in the image, or builds on it, may have used them. */
	if (use.ended_by == TEXT_NPOS)
		f->level = LEVEL_HARDEN;
	if (s->script->tree.list->n == 1)
		finding_delete_item(p, f, item);
	else
		edit_delete_steps(p, f, item, op->command->list, op->command->step, op->command->step);
}

/* --- a cleanup that comes too late ----------------------------------------- */

static const struct manager *cleared_by(const struct script_facts *s, size_t nth)
{
	static const char *const ids[] = { "apt", "apk", "dnf", "yum", "zypper", "pacman" };
	const struct package_op *op = script_op(s, nth);
	const struct command *c = &s->commands[nth];

	if (op)
		return op->verb == PACKAGE_CLEAN && op->manager->system ? op->manager : NULL;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (command_operands(c) == 1 && command_clears(c, manager_find(ids[i])))
			return manager_find(ids[i]);
	return NULL;
}

/* Nothing in the commands before `to` leaves, or may leave, what the manager would. */
static bool leaves_none(struct pass *p, size_t item, const struct manager *m, size_t to)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	if (!s->script || !s->script->tree.list || s->script->doubtful)
		return false;
	for (size_t i = 0; i < s->n && i < to; i++) {
		const struct package_op *op = script_op(s, i);

		if (command_runs_script(&s->commands[i]) || (to != TEXT_NPOS && op && manager_shares_cache(op->manager, m)))
			return false;
	}
	return to != TEXT_NPOS || (!script_leaves(s, m) && s->n < MAX_STEPS);
}

/* Every layer below, down to a base image that is known, is clean. */
static bool is_clean_below(struct pass *p, size_t item, const struct manager *m)
{
	const struct doc *d = pass_doc(p);
	const struct stages *stages = facts_stages(pass_facts(p));
	size_t seen = 0;

	for (int st = d->items[item].stage; st >= 0; st = stages->list[st].parent, item = st >= 0 ? stages->list[st].end : 0)
		for (size_t i = item; i-- > stages->list[st].from;)
			if (d->items[i].ins && d->items[i].ins->keyword == KW_RUN &&
			    (++seen > MAX_ABOVE_RUNS || !leaves_none(p, i, m, TEXT_NPOS)))
				return false;
	return true;
}

static void drop_late_cleanup(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	for (size_t i = 0; i < s->n; i++) {
		const struct command *c = &s->commands[i];
		const struct manager *m = c->top && command_editable(c) ? cleared_by(s, i) : NULL;
		struct finding *f;

		if (!m || !facts_before(pass_facts(p), item)->base->known || !leaves_none(p, item, m, i) || !is_clean_below(p, item, m))
			continue;
		if (s->script->tree.list->n > 1 && (i + 1 == s->n ? c->step == 0 || c->list->steps[c->step - 1].join != SH_AND :
								    c->list->steps[c->step].join != SH_AND))
			continue;
		f = pass_find(p, item, TEXT("the layers above clean up after themselves: nothing is left here to take away"));
		if (s->script->tree.list->n == 1)
			finding_delete_item(p, f, item);
		else
			edit_delete_steps(p, f, item, c->list, c->step, c->step);
		return;
	}
}

static void run(struct pass *p)
{
	struct series *g = ARENA_NEW(pass_arena(p), struct series);

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		if (pass_doc(p)->items[item].stage < 0)
			continue;
		read_group(p, item, g);
		if (is_worth_it(p, g)) {
			merge(p, g);
			item = g->items[g->n - 1];
			continue;
		}
		give_update(p, item);
		drop_unused(p, item);
		drop_late_cleanup(p, item);
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3059" }, { RULE_HADOLINT, NULL } };

const struct transform transform_merge_package_runs = {
	.id = "merge-package-runs",
	.title = "one RUN for the calls of one package manager",
	.level = LEVEL_SAFE,
	.why = "An update in a RUN of its own is cached for ever: the install below it then asks for packages that the mirror has "
	       "long replaced. And what one layer leaves behind no later one can take away again.",
	.risk = "None where it acts: the same commands run in the same order, with one update and one cleanup. Only RUNs in a row "
		"that do nothing else are joined; comments between them stay.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
	.after = "FROM debian:13.6\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
