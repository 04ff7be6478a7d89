/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- where ----------------------------------------------------------------- */

static bool is_start(const struct instruction *ins)
{
	return ins->keyword == KW_CMD || ins->keyword == KW_ENTRYPOINT || ins->keyword == KW_HEALTHCHECK;
}

/* What must still be done as root, or as whom it is done decides who owns it. */
static bool is_work(const struct instruction *ins)
{
	return ins->keyword == KW_RUN || ins->keyword == KW_COPY || ins->keyword == KW_ADD || ins->keyword == KW_WORKDIR ||
	       ins->keyword == KW_USER || ins->keyword == KW_SHELL;
}

static const struct stage *stage_at(struct pass *p, size_t stage)
{
	return &facts_stages(pass_facts(p))->list[stage];
}

/* The last instruction of that keyword in the stage, or TEXT_NPOS. */
static size_t last_of(struct pass *p, size_t stage, enum keyword kw)
{
	const struct stage *st = stage_at(p, stage);

	for (size_t i = st->end; i > st->from + 1; i--)
		if (pass_doc(p)->items[i - 1].ins && pass_doc(p)->items[i - 1].ins->keyword == kw)
			return i - 1;
	return TEXT_NPOS;
}

/* In front of what the container starts, where all work is done; else behind the stage's last instruction. */
static size_t anchor_of(struct pass *p, size_t stage)
{
	const struct doc *d = pass_doc(p);
	const struct stage *st = stage_at(p, stage);
	size_t anchor = TEXT_NPOS, last = st->from;

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = d->items[i].ins;

		if (!ins)
			continue;
		last = i;
		if (is_work(ins))
			anchor = TEXT_NPOS;
		else if (is_start(ins) && anchor == TEXT_NPOS)
			anchor = i;
	}
	if (anchor == TEXT_NPOS)
		return last + 1;
	/* What is said above an instruction belongs to it. */
	while (anchor > st->from + 1 && d->items[anchor - 1].kind == ITEM_COMMENT)
		anchor--;
	return anchor;
}

/* Where an item begins, or the text ends. */
static size_t offset_of(const struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	return item < d->nitems ? d->items[item].raw.start : d->text.n;
}

/* A blank line stands in front of it: then one shall stand behind what is put there, too. */
static bool stands_apart(const struct pass *p, size_t item)
{
	return item < pass_doc(p)->nitems && item > 0 && pass_doc(p)->items[item - 1].kind == ITEM_BLANK;
}

static void insert(struct pass *p, struct finding *f, size_t item, struct text lines)
{
	const struct doc *d = pass_doc(p);
	struct text newline = text_of(d->newline);
	size_t at = offset_of(p, item);

	if (at > 0 && d->text.p[at - 1] != '\n')
		lines = ARENA_JOIN(pass_arena(p), newline, text_sub(lines, 0, lines.n - newline.n));
	else if (stands_apart(p, item))
		lines = ARENA_JOIN(pass_arena(p), lines, newline);
	finding_insert(p, f, at, lines);
}

/* --- what is said ---------------------------------------------------------- */

static void add_reasons(struct pass *p, struct finding *f, const struct user_plan *plan)
{
	for (size_t i = 0; i < plan->nreasons; i++) {
		const struct reason *r = &plan->reasons[i];
		struct text words = r->words;

		if (r->file.n && r->line)
			words = ARENA_JOIN(pass_arena(p), r->file, arena_printf(pass_arena(p), ":%zu: ", r->line), words);
		else if (r->file.n)
			words = ARENA_JOIN(pass_arena(p), r->file, TEXT(": "), words);
		finding_because(p, f, r->file.n ? TEXT_NPOS : r->item, words);
	}
	if (plan->low_port.n)
		finding_because(p, f, TEXT_NPOS,
				ARENA_JOIN(pass_arena(p), TEXT("port "), plan->low_port,
					   TEXT(" stays: Docker lets every user open it; Kubernetes does with the sysctl "
						"net.ipv4.ip_unprivileged_port_start=0, or with NET_BIND_SERVICE")));
}

static struct finding *find(struct pass *p, size_t stage, struct text message)
{
	size_t item = last_of(p, stage, KW_CMD);

	if (item == TEXT_NPOS)
		item = last_of(p, stage, KW_ENTRYPOINT);
	return pass_find(p, item == TEXT_NPOS ? stage_at(p, stage)->from : item, message);
}

/* --- what is closed to it -------------------------------------------------- */

/* The flag, or the command, that opens it; what needs a layer of its own is put to `more`. */
static bool open_fault(struct pass *p, struct finding *f, const struct access_fault *fault, struct buf *more)
{
	const struct instruction *ins = pass_doc(p)->items[fault->item].ins;

	if (fault->opener == OPEN_FLAG && !ins_flag(ins, "chmod")) {
		finding_replace_logical(p, f, ins, ins->name_at + ins->name.n, 0,
					ARENA_JOIN(pass_arena(p), TEXT(" --chmod="), fault->mode));
		return f->fate != FATE_REFUSED;
	}
	if (fault->opener == OPEN_CHMOD && ins->keyword == KW_RUN)
		return edit_append(p, f, fault->item, fault->command);
	if (more->n)
		buf_adds(more, "\n");
	buf_add(more, fault->command);
	return true;
}

/* --- the change ------------------------------------------------------------ */

static const struct text *all_commands(struct pass *p, const struct user_plan *plan, const struct buf *more, size_t *n)
{
	struct text *list = ARENA_ARRAY(pass_arena(p), plan->ncommands + 1, struct text);

	*n = 0;
	for (size_t i = 0; i < plan->ncommands; i++)
		list[(*n)++] = plan->commands[i];
	if (more->n)
		list[(*n)++] = arena_text(pass_arena(p), buf_text(more));
	return list;
}

/* A VOLUME's folder keeps what was done to it before. */
static size_t place_of_run(struct pass *p, size_t stage, const struct user_plan *plan, size_t anchor)
{
	const struct doc *d = pass_doc(p);
	size_t volume = TEXT_NPOS;

	for (size_t i = stage_at(p, stage)->from; plan->volume && i < anchor && i < d->nitems; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_VOLUME && volume == TEXT_NPOS)
			volume = i;
		else if (d->items[i].ins && volume != TEXT_NPOS && is_work(d->items[i].ins) && d->items[i].ins->keyword == KW_RUN)
			volume = TEXT_NPOS;
	while (volume != TEXT_NPOS && d->items[volume - 1].kind == ITEM_COMMENT)
		volume--;
	return volume != TEXT_NPOS ? volume : anchor;
}

/* USER root behind all work says what shall not be. */
static size_t last_root(struct pass *p, size_t stage)
{
	size_t user = last_of(p, stage, KW_USER);

	for (size_t i = user + 1; user != TEXT_NPOS && i < stage_at(p, stage)->end; i++)
		if (pass_doc(p)->items[i].ins && is_work(pass_doc(p)->items[i].ins) && pass_doc(p)->items[i].ins->keyword != KW_COPY)
			return TEXT_NPOS;
	return user;
}

static void write_user(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan, size_t anchor, size_t run, struct text lines)
{
	const struct doc *d = pass_doc(p);
	struct text newline = text_of(d->newline), home = plan->home_is_tmp ? ARENA_JOIN(pass_arena(p), TEXT("ENV HOME=/tmp"), newline) : TEXT_NONE;
	size_t root = last_root(p, stage);

	if (root != TEXT_NPOS) {
		const struct instruction *ins = d->items[root].ins;

		if (lines.n || home.n)
			insert(p, f, root, ARENA_JOIN(pass_arena(p), lines, home));
		finding_replace_logical(p, f, ins, ins->words[0].at, ins->words[0].n, plan->user);
		return;
	}
	home = ARENA_JOIN(pass_arena(p), home, TEXT("USER "), plan->user, newline);
	if (run != anchor && lines.n)
		insert(p, f, run, lines);
	else
		home = ARENA_JOIN(pass_arena(p), lines, home);
	insert(p, f, anchor, home);
}

/* The last line ends in a backslash, so that whatever is put behind it would be a part of it. */
static bool goes_on(struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);
	struct text above = text_trim(text_sub(d->text, 0, offset_of(p, item)));

	return item > 0 && above.n && above.p[above.n - 1] == d->escape;
}

static void apply(struct pass *p, size_t stage, const struct user_plan *plan)
{
	struct finding *f = find(p, stage, plan->unsure.n ? ARENA_JOIN(pass_arena(p), TEXT("the container runs as root, and "), plan->unsure)
							   : TEXT("the container runs as root: a fault in the program is one of the whole container"));
	size_t anchor = anchor_of(p, stage), n;
	struct buf more = { 0 };
	const struct text *commands;
	bool ok = true;

	f->level = plan->unsure.n ? LEVEL_STRICT : LEVEL_HARDEN;
	if (goes_on(p, anchor)) {
		finding_refuse(p, f, "backslash-at-end", TEXT("the last line ends in a backslash: take it away and run again"));
		return;
	}
	add_reasons(p, f, plan);
	if (plan->volume)
		finding_changes(f, CHANGES_VOLUME_OWNER);
	for (size_t i = 0; ok && i < plan->nopened; i++)
		ok = open_fault(p, f, plan->opened[i], &more);
	commands = all_commands(p, plan, &more, &n);
	if (ok)
		write_user(p, f, stage, plan, anchor, place_of_run(p, stage, plan, anchor), n ? edit_run_text(p, commands, n) : TEXT_NONE);
	buf_release(&more);
}

static void refuse(struct pass *p, size_t stage, const struct user_plan *plan)
{
	struct finding *f = find(p, stage, TEXT("the container runs as root"));

	finding_refuse(p, f, plan->code, plan->decide);
	add_reasons(p, f, plan);
}

/* --- an account of the file's own ------------------------------------------ */

/* The name becomes the number, which Kubernetes can check; the groups of the account stay its own. */
static void number(struct pass *p, size_t user, const struct account *a)
{
	const struct instruction *ins = pass_doc(p)->items[user].ins;
	struct text word = ins->words[0].value;
	bool group = text_has(word, ':');
	struct finding *f;

	if (!a || a->uid.state != KNOWN || (group && a->gid.state != KNOWN) || !text_eq(text_sub(word, 0, text_chr(word, ':', 0)), a->name) ||
	    (group && !(a->group.state == KNOWN && text_eq(text_from(word, text_chr(word, ':', 0) + 1), a->group.text))))
		return;
	f = pass_find(p, user, TEXT("Kubernetes cannot tell from a name that the user is not root (runAsNonRoot)"));
	finding_because(p, f, a->item, a->item == TEXT_NPOS ? ARENA_JOIN(pass_arena(p), a->name, TEXT(" in "), a->source) : TEXT("the account"));
	finding_replace_logical(p, f, ins, ins->words[0].at, ins->words[0].n,
				group ? ARENA_JOIN(pass_arena(p), a->uid.text, TEXT(":"), a->gid.text) : a->uid.text);
}

/* A server that cannot start as its user gets what it needs, in front of USER. */
static void complete(struct pass *p, size_t stage, size_t user, const struct account *a, const struct user_wish *wish)
{
	struct user_plan plan;
	struct finding *f;

	plan_user(pass_facts(p), stage, wish, a, &plan);
	if (plan.code || plan.unsure.n || !plan.ncommands || !facts_is_root(pass_facts(p), user, &(size_t){ 0 }))
		return;
	f = pass_find(p, user, TEXT("what it starts cannot write what it needs as this user"));
	add_reasons(p, f, &plan);
	insert(p, f, user, edit_run_text(p, plan.commands, plan.ncommands));
}

static void with_user(struct pass *p, size_t stage, struct text user, const struct user_wish *wish)
{
	size_t item = last_of(p, stage, KW_USER);
	const struct account *a = accounts_find(accounts_of(pass_facts(p), stage), user);

	if (item == TEXT_NPOS)
		return;
	if (a)
		complete(p, stage, item, a, wish);
	if (!wish->by_name)
		number(p, item, a);
}

/* --- stages ---------------------------------------------------------------- */

static void refuse_unknown(struct pass *p, size_t stage)
{
	struct finding *f = find(p, stage, TEXT("as whom the container runs is not known here"));
	size_t user = last_of(p, stage, KW_USER);

	if (user == TEXT_NPOS) {
		finding_refuse(p, f, "user-unknown",
			       TEXT("the base image may have set any user: describe it under images: in the configuration, or write USER"));
		return;
	}
	finding_refuse(p, f, "user-unknown", TEXT("a build argument decides: write the number of the user into USER"));
	finding_because(p, f, user, TEXT("USER"));
}

static void run_stage(struct pass *p, size_t stage)
{
	const struct user_wish *wish = pass_user_wish(p);
	const struct state *end = facts_after(pass_facts(p), stage);
	struct maybe user = end->user;
	size_t by = TEXT_NPOS;
	struct user_plan plan;

	if (facts_base(pass_facts(p), stage)->windows)
		return;
	if (user.state == UNKNOWN)
		user = facts_user(pass_facts(p), stage_at(p, stage)->end - 1, &by);
	if (user.state == KNOWN && !maybe_is(runner_user(user), "root")) {
		with_user(p, stage, user.text, wish);
		return;
	}
	if (user.state == UNKNOWN) {
		refuse_unknown(p, stage);
		return;
	}
	plan_user(pass_facts(p), stage, wish, NULL, &plan);
	if (plan.code)
		refuse(p, stage, &plan);
	else
		apply(p, stage, &plan);
}

static void run(struct pass *p)
{
	const struct stages *s = facts_stages(pass_facts(p));

	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].exported)
			run_stage(p, i);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3002" }, { RULE_CIS, "4.1" }, { 0, NULL } };

const struct transform transform_non_root_user = {
	.id = "non-root-user",
	.title = "run as an ordinary user",
	.level = LEVEL_HARDEN,
	.why = "A program that runs as root can do in its container, and to what is mounted into it, whatever it is made to do. As an "
	       "ordinary user it can change only what it was given.",
	.risk = "A program that writes, or reads, where nobody expects it. So what it starts, writes and reads is worked out first, from the "
		"base image, the packages, the build context and the scripts, and it gets exactly that. What is not known is left to you.",
	.maps = maps,
	.before = "FROM node:22\nWORKDIR /app\nCOPY index.js .\nCMD [\"node\", \"index.js\"]\n",
	.after = "FROM node:22\nWORKDIR /app\nCOPY index.js .\nUSER 1000:1000\nCMD [\"node\", \"index.js\"]\n",
	.example_context = "index.js=console.log(1)",
	.may = MAY(ASPECT_USER) | MAY(ASPECT_RUNS) | MAY(ASPECT_ENV) | MAY(ASPECT_COPIES) | MAY(ASPECT_PACKAGES),
	.run = run,
};
