/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

enum { MAX_ABOUT = 64 };

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

/* The stage's last instruction: new ones are written in its letter case. */
static size_t last_ins(struct pass *p, size_t stage)
{
	size_t last = stage_at(p, stage)->end - 1;

	while (last > stage_at(p, stage)->from && !pass_doc(p)->items[last].ins)
		last--;
	return last;
}

static struct text written(struct pass *p, size_t stage, enum keyword kw)
{
	return pass_keyword(p, pass_doc(p)->items[last_ins(p, stage)].ins, kw);
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
	struct finding *f;

	if (item == TEXT_NPOS)
		item = last_of(p, stage, KW_ENTRYPOINT);
	f = pass_find(p, item == TEXT_NPOS ? stage_at(p, stage)->from : item, message);
	/* Others say it of FROM, or of USER. */
	for (size_t i = stage_at(p, stage)->from, n = 0; i < stage_at(p, stage)->end && n < MAX_ABOUT; i++)
		if (pass_doc(p)->items[i].ins && (i == stage_at(p, stage)->from || pass_doc(p)->items[i].ins->keyword == KW_USER)) {
			finding_about(p, f, i);
			n++;
		}
	return f;
}

/* --- what is closed to it -------------------------------------------------- */

/* A chmod without its path, which is the last word. */
static struct text head_of(struct text command)
{
	size_t blank = text_rchr(command, ' ');

	return text_starts(command, TEXT("chmod ")) && blank != TEXT_NPOS && text_find(command, TEXT("&&"), 0) == TEXT_NPOS
		       ? text_sub(command, 0, blank + 1)
		       : TEXT_NONE;
}

/* Another fault's command, of the same instruction, does it in the same words: before it, or (deep) to a folder around it. */
static bool goes_with(const struct user_plan *plan, size_t nth, size_t other)
{
	const struct access_fault *a = plan->opened[nth], *b = plan->opened[other];

	return nth != other && a->item == b->item && a->opener == OPEN_CHMOD && b->opener == OPEN_CHMOD && head_of(a->command).n &&
	       text_eq(head_of(a->command), head_of(b->command));
}

static bool is_inside(const struct user_plan *plan, size_t nth, size_t other)
{
	const struct access_fault *a = plan->opened[nth], *b = plan->opened[other];

	return goes_with(plan, nth, other) && text_has(head_of(b->command), 'R') && !text_eq(a->path, b->path) && place_holds(b->path, a->path);
}

/* The command that opens it, and with it those behind it that are opened likewise; empty: one before it does. */
static struct text opening(struct pass *p, const struct user_plan *plan, size_t nth)
{
	struct text out = plan->opened[nth]->command;

	for (size_t i = 0; i < plan->nopened && i < MAX_ABOUT; i++)
		if (is_inside(plan, nth, i) || (i < nth && goes_with(plan, nth, i)))
			return TEXT_NONE;
	for (size_t i = nth + 1; i < plan->nopened && i < MAX_ABOUT; i++) {
		bool inside = false;

		for (size_t k = 0; k < plan->nopened && k < MAX_ABOUT; k++)
			inside = inside || is_inside(plan, i, k);
		if (!inside && goes_with(plan, i, nth))
			out = ARENA_JOIN(pass_arena(p), out, TEXT(" "), text_from(plan->opened[i]->command, head_of(plan->opened[i]->command).n));
	}
	return out;
}

/* The flag, or the command, that opens it; what needs a layer of its own is put to `more`. */
static bool open_fault(struct pass *p, struct finding *f, const struct user_plan *plan, size_t nth, struct buf *more)
{
	const struct access_fault *fault = plan->opened[nth];
	const struct instruction *ins = pass_doc(p)->items[fault->item].ins;
	struct text command = fault->opener == OPEN_CHMOD ? opening(p, plan, nth) : fault->command;

	if (fault->opener == OPEN_FLAG && !ins_flag(ins, "chmod")) {
		finding_replace_logical(p, f, ins, ins->name_at + ins->name.n, 0,
					ARENA_JOIN(pass_arena(p), TEXT(" --chmod="), fault->mode));
		return f->fate != FATE_REFUSED;
	}
	if (fault->opener == OPEN_CHMOD && ins->keyword == KW_RUN)
		return !command.n || edit_append(p, f, fault->item, command);
	if (!command.n)
		return true;
	if (more->n)
		buf_adds(more, "\n");
	buf_add(more, command);
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
	struct text newline = text_of(d->newline), home = TEXT_NONE;
	size_t root = last_root(p, stage);

	if (plan->home_is_tmp)
		home = ARENA_JOIN(pass_arena(p), written(p, stage, KW_ENV), TEXT(" HOME=/tmp"), newline);
	if (root != TEXT_NPOS) {
		const struct instruction *ins = d->items[root].ins;

		/* The blank line above it stands above what is put there, too. */
		if (lines.n || home.n)
			finding_insert(p, f, offset_of(p, root), ARENA_JOIN(pass_arena(p), lines, home));
		finding_replace_logical(p, f, ins, ins->words[0].at, ins->words[0].n, plan->user);
		return;
	}
	home = ARENA_JOIN(pass_arena(p), home, written(p, stage, KW_USER), TEXT(" "), plan->user, newline);
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
		ok = open_fault(p, f, plan, i, &more);
	commands = all_commands(p, plan, &more, &n);
	if (ok)
		write_user(p, f, stage, plan, anchor, place_of_run(p, stage, plan, anchor), n ? edit_run_text(p, last_ins(p, stage), commands, n) : TEXT_NONE);
	buf_release(&more);
}

/* --- what is left to the owner ------------------------------------------------ */

/* As lines for a report. */
static struct text plain(struct pass *p, struct text lines)
{
	char *out = arena_bytes(pass_arena(p), lines.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < lines.n; i++)
		if (lines.p[i] != '\r')
			out[n++] = lines.p[i];
	while (n && out[n - 1] == '\n')
		n--;
	return (struct text){ out, n };
}

static void suggest_user(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan)
{
	struct text lines = plan->ncommands ? edit_run_text(p, last_ins(p, stage), plan->commands, plan->ncommands) : TEXT_NONE;
	size_t root = last_root(p, stage);
	struct text where = root == TEXT_NPOS ? pass_in_front_of(p, anchor_of(p, stage))
					      : arena_printf(pass_arena(p), "in the place of line %zu", pass_line(p, root));

	if (plan->user.n)
		finding_suggest(p, f, where, plain(p, ARENA_JOIN(pass_arena(p), lines, TEXT("USER "), plan->user)));
}

/* Where USER creates it, WORKDIR gives it to the user, without a shell. */
static void suggest_workdir(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan)
{
	struct maybe dir = facts_after(pass_facts(p), stage)->workdir;
	struct text folder = plan->place;

	if (!plan->user.n || dir.state != KNOWN || !folder.n || place_is_system(folder) || text_eq(folder, dir.text))
		return;
	finding_suggest(p, f, pass_in_front_of(p, anchor_of(p, stage)),
			ARENA_JOIN(pass_arena(p), TEXT("USER "), plan->user, TEXT("\nWORKDIR "), folder, TEXT("\nWORKDIR "), dir.text));
}

static void suggest_account(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan)
{
	size_t user = last_of(p, stage, KW_USER);

	if (user != TEXT_NPOS && plan->place.n)
		finding_suggest(p, f, arena_printf(pass_arena(p), "in the place of line %zu", pass_line(p, user)),
				ARENA_JOIN(pass_arena(p), TEXT("USER "), plan->place));
}

static void suggest_opening(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan)
{
	size_t item = plan->closed ? plan->closed->item : TEXT_NPOS;

	(void)stage;
	if (item != TEXT_NPOS && plan->opening.n && facts_is_root(pass_facts(p), item, &(size_t){ 0 }))
		finding_suggest(p, f, pass_in_front_of(p, item + 1), ARENA_JOIN(pass_arena(p), TEXT("RUN "), plan->opening));
}

/* What is done in "/" because nothing says where goes to a folder of its own; what is copied to a path of its own does not. */
static void suggest_folder(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan)
{
	size_t item = stage_at(p, stage)->from, first = TEXT_NPOS;

	if (!text_is(plan->place, "/") || last_of(p, stage, KW_WORKDIR) != TEXT_NPOS || facts_stages(pass_facts(p))->list[stage].parent >= 0)
		return;
	for (size_t i = item + 1; i < stage_at(p, stage)->end; i++) {
		const struct instruction *ins = pass_doc(p)->items[i].ins;

		if (!ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD && ins->keyword != KW_RUN))
			continue;
		first = first == TEXT_NPOS ? i : first;
		if (ins->keyword != KW_RUN && ins->nwords && text_starts(ins->words[ins->nwords - 1].value, TEXT("/")))
			return;
	}
	if (first != TEXT_NPOS)
		finding_suggest(p, f, pass_in_front_of(p, first), TEXT("WORKDIR /app"));
}

/* Codes that are not here have no lines: what has to be done is not for this file to say. */
static const struct {
	const char *code;
	void (*suggest)(struct pass *p, struct finding *f, size_t stage, const struct user_plan *plan);
} suggestions[] = {
	{ "base-unknown", suggest_user },   { "drops-privileges", suggest_user },  { "family-unknown", suggest_user },
	{ "no-shell", suggest_workdir },    { "server-account", suggest_account }, { "server-unknown", suggest_user },
	{ "starts-nothing", suggest_user }, { "system-path", suggest_folder },     { "unreadable", suggest_opening },
};

static void refuse(struct pass *p, size_t stage, const struct user_plan *plan)
{
	struct finding *f = find(p, stage, TEXT("the container runs as root"));

	finding_refuse(p, f, plan->code, plan->decide);
	for (size_t i = 0; i < sizeof(suggestions) / sizeof(suggestions[0]); i++)
		if (text_is(text_of(plan->code), suggestions[i].code))
			suggestions[i].suggest(p, f, stage, plan);
	if (text_is(text_of(plan->code), "starts-nothing"))
		finding_quiet(f);
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

	if (!a || !a->name.n || a->uid.state != KNOWN || (group && a->gid.state != KNOWN) || !text_eq(text_sub(word, 0, text_chr(word, ':', 0)), a->name) ||
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
	insert(p, f, user, edit_run_text(p, last_ins(p, stage), plan.commands, plan.ncommands));
}

static void with_user(struct pass *p, size_t stage, struct text user, const struct user_wish *wish)
{
	size_t item = last_of(p, stage, KW_USER);
	const struct account *a = plan_account(pass_facts(p), stage, user);

	if (item == TEXT_NPOS)
		return;
	if (a)
		complete(p, stage, item, a, wish);
	if (!wish->by_name)
		number(p, item, a);
}

/* --- stages ---------------------------------------------------------------- */

/* A row for the configuration; its owner knows the user: the usual one is root. */
static void suggest_image(struct pass *p, struct finding *f, size_t stage)
{
	struct text name = facts_base(pass_facts(p), stage)->name;
	const struct user_wish *wish = pass_user_wish(p);

	/* A public image whose configuration is known is none of the owner's. */
	if (name.n && !facts_base(pass_facts(p), stage)->known)
		finding_suggest(p, f, TEXT("in .dfharden.yaml, with the user that it has"),
				ARENA_JOIN(pass_arena(p), TEXT("images:\n  \""), name, TEXT("\":\n    user: root")));
	else
		finding_suggest(p, f, pass_in_front_of(p, anchor_of(p, stage)),
				ARENA_JOIN(pass_arena(p), TEXT("USER "), wish->uid, TEXT(":"), wish->gid));
}

static void refuse_unknown(struct pass *p, size_t stage)
{
	struct finding *f = find(p, stage, TEXT("as whom the container runs is not known here"));
	size_t user = last_of(p, stage, KW_USER);

	if (user == TEXT_NPOS) {
		finding_refuse(p, f, "user-unknown",
			       TEXT("the base image may have set any user: describe it under images: in the configuration, or write USER"));
		suggest_image(p, f, stage);
		return;
	}
	finding_refuse(p, f, "user-unknown", TEXT("a build argument decides: write the number of the user into USER"));
	finding_suggest(p, f, arena_printf(pass_arena(p), "in the place of line %zu", pass_line(p, user)),
			ARENA_JOIN(pass_arena(p), TEXT("USER "), pass_user_wish(p)->uid, TEXT(":"), pass_user_wish(p)->gid));
	finding_because(p, f, user, TEXT("USER"));
}

/* As whom it runs where the build is given no arguments. USER $UID with root for a default decides nothing. */
static struct maybe usual_user(struct pass *p, size_t stage)
{
	struct facts *f = facts_usual(pass_facts(p));
	struct maybe user = facts_after(pass_facts(p), stage)->user, usual = facts_after(f, stage)->user;
	size_t by = TEXT_NPOS;

	if (user.state == UNKNOWN && usual.state == KNOWN && last_of(p, stage, KW_USER) != TEXT_NPOS && maybe_is(runner_user(usual), "root"))
		return maybe_unknown();
	return usual.state != UNKNOWN ? usual : facts_user(f, stage_at(p, stage)->end - 1, &by);
}

static void run_stage(struct pass *p, size_t stage)
{
	const struct user_wish *wish = pass_user_wish(p);
	struct maybe user = usual_user(p, stage);
	struct user_plan plan;

	if (facts_base(facts_usual(pass_facts(p)), stage)->windows)
		return;
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
