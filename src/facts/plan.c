/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/plan_parts.h"

#include "facts/lists.h"
#include "facts/made.h"
#include "facts/place.h"
#include "facts/proof.h"

const struct user_wish user_wish_usual = { { "app", 3 }, { "10001", 5 }, { "10001", 5 }, false, false };

void plan_reason(struct planning *p, struct reason r)
{
	if (p->out->nreasons >= 12)
		return;
	p->reasons = arena_grow(p->a, p->reasons, p->out->nreasons, &p->reasons_cap, sizeof(*p->reasons));
	p->reasons[p->out->nreasons++] = r;
}

bool plan_leave(struct planning *p, const char *code, const char *decide, const struct reason *because)
{
	p->out->code = code;
	p->out->decide = text_of(decide);
	if (because)
		plan_reason(p, *because);
	return false;
}

void plan_judge(struct planning *p, struct text unsure, struct reason because)
{
	if (!p->out->unsure.n)
		p->out->unsure = unsure;
	plan_reason(p, because);
}

void plan_command(struct planning *p, struct text command)
{
	p->commands = arena_grow(p->a, p->commands, p->out->ncommands, &p->commands_cap, sizeof(*p->commands));
	p->commands[p->out->ncommands++] = command;
}

/* --- what runs ------------------------------------------------------------- */

static bool has_trigger(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];

	for (size_t i = st->from; i < st->end; i++)
		if (facts_doc(p->f)->items[i].ins && facts_doc(p->f)->items[i].ins->keyword == KW_ONBUILD)
			return true;
	return false;
}

static bool judge_image(struct planning *p)
{
	const struct base *b = facts_base(p->f, p->stage);
	struct reason because = { .item = TEXT_NPOS };
	struct text why;

	switch (daemon_of_image(b->name, b->tag, &why)) {
	case DAEMON_DROPS:
		because.words = ARENA_JOIN(p->a, b->name, TEXT(": "), why);
		return plan_leave(p, "drops-privileges", "the image's entry point starts as root and gives that up by itself: leave it so", &because);
	case DAEMON_ROOT:
		because.words = ARENA_JOIN(p->a, b->name, TEXT(": "), why);
		return plan_leave(p, "needs-root", "what the image starts has to be root: leave it so, or take another image", &because);
	default:
		return true;
	}
}

/* An entry point of the file's own is not the image's. */
static bool judge_start(struct planning *p)
{
	if (has_trigger(p))
		return plan_leave(p, "onbuild", "others build on this image, and its triggers run as its user: give them a USER of their own", NULL);
	switch (p->r->state) {
	case RUNTIME_UNKNOWN:
		return plan_leave(p, "base-unknown",
			     "what the base image starts, and as whom, is not known here: describe it under images: in the configuration, "
			     "or write USER yourself",
			     &p->r->because);
	case RUNTIME_NOTHING:
		return plan_leave(p, "starts-nothing", "it starts nothing of its own, so others build on it or work in it: write USER where that is done",
			     NULL);
	default:
		break;
	}
	if (p->r->drops)
		return plan_leave(p, "drops-privileges", "it starts as root and gives that up by itself: leave it so, or let it start as the user at once",
			     &p->r->root_because);
	if (p->r->needs_root)
		return plan_leave(p, "needs-root", "what it starts does what only root can: do that when building, and then add USER", &p->r->root_because);
	return true;
}

static struct reason known_program(struct planning *p, const struct started *s)
{
	struct reason r = s->because;

	r.words = ARENA_JOIN(p->a, s->name, s->kind == STARTED_PUBLIC ? TEXT(": installed for every user") : TEXT(": its sources were read"));
	return r;
}

static bool judge_programs(struct planning *p)
{
	for (size_t i = 0; i < p->r->nprograms; i++) {
		const struct started *s = &p->r->programs[i];
		struct reason because = s->because;

		because.words = s->name;

		if (s->kind == STARTED_SERVER && s->server.verdict == DAEMON_UNKNOWN)
			return plan_leave(p, "server-unknown", "what this server needs as another user is not known here: give it that, and then add USER", &because);
		if (s->kind == STARTED_PUBLIC || s->kind == STARTED_SEEN)
			plan_reason(p, known_program(p, s));
		if (s->kind == STARTED_UNSEEN)
			plan_judge(p, TEXT("what its program reads and writes is not seen here"), because);
	}
	if (p->r->nunknown)
		plan_judge(p, TEXT("it writes to a place that is not followed"), p->r->unknown_writes[0]);
	return true;
}

/* --- as whom --------------------------------------------------------------- */

/* The account that a server's package or image made for it: NAME:UID:GID, or NAME. *must: no other does. */
static struct text server_account(struct planning *p, bool *must)
{
	struct text found = TEXT_NONE;

	*must = false;
	for (size_t i = 0; i < p->r->nprograms && !*must; i++) {
		const struct daemon *d = &p->r->programs[i].server;

		if (p->r->programs[i].kind != STARTED_SERVER || !d->account.n)
			continue;
		found = d->account;
		*must = !d->any_account;
	}
	return found;
}

static const struct account *main_account(struct planning *p)
{
	const struct account *best = NULL;

	for (size_t i = 0; i < p->accounts->n; i++) {
		const struct account *a = &p->accounts->list[i];

		/* One that the file makes itself is meant. */
		if (a->from == ACCOUNT_MADE || (a->main && (!best || best->from != ACCOUNT_MADE)))
			best = a;
	}
	return best;
}

/* "owner/name path, path; more, 2026-08-01": the first of it, and the day. */
static struct text short_source(struct planning *p, struct text source)
{
	size_t blank = text_chr(source, ' ', 0), day = text_rchr(source, ' ');

	if (blank == TEXT_NPOS || blank == day)
		return source;
	return ARENA_JOIN(p->a, text_sub(source, 0, blank), TEXT(","), text_from(source, day));
}

static void take_account(struct planning *p, const struct account *a)
{
	bool numbers = a->uid.state == KNOWN && a->gid.state == KNOWN;

	p->out->account = a;
	p->name = a->name.n ? a->name : a->uid.text;
	p->uid = numbers ? a->uid.text : p->name;
	p->gid = p->wish->openshift ? TEXT("0") : numbers ? a->gid.text : a->group.state == KNOWN ? a->group.text : p->name;
	p->group = a->group.state == KNOWN ? a->group.text : p->gid;
	p->out->user = (numbers && !p->wish->by_name) || p->wish->openshift ? ARENA_JOIN(p->a, p->uid, TEXT(":"), p->gid) : p->name;
	if (!a->name.n)
		return;
	plan_reason(p, (struct reason){ .item = a->item,
				       .words = a->item == TEXT_NPOS ? ARENA_JOIN(p->a, TEXT("the account "), p->name, TEXT(" of the base image ("),
												  short_source(p, a->source), TEXT(")"))
								     : ARENA_JOIN(p->a, TEXT("the account "), p->name) });
}

/* One of the catalog's words, where the stage's own list has it not. */
static void take_words(struct planning *p, struct text words)
{
	struct account *a = ARENA_NEW(p->a, struct account);
	struct text part, rest = words;
	bool more = true;

	a->from = ACCOUNT_PACKAGE;
	a->item = TEXT_NPOS;
	a->source = TEXT("the package");
	a->uid = a->gid = maybe_unknown();
	text_cut(&rest, ':', &a->name, &more);
	if (more && text_cut(&rest, ':', &part, &more) && part.n)
		a->uid = maybe_known(part);
	if (more && text_cut(&rest, ':', &part, &more) && part.n)
		a->gid = maybe_known(part);
	a->group = maybe_known(a->name);
	take_account(p, a);
}

static bool name_taken(struct planning *p, struct text name)
{
	for (size_t i = 0; i < p->accounts->ngroups; i++)
		if (text_eq(p->accounts->groups[i].name, name))
			return true;
	return accounts_find(p->accounts, name) != NULL;
}

static void new_account(struct planning *p)
{
	static const char *const names[] = { "appuser", "apprunner", "nonroot" };
	size_t by;

	p->name = p->group = p->wish->name;
	p->uid = p->wish->uid;
	p->gid = p->wish->gid;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && name_taken(p, p->name); i++)
		p->name = p->group = text_of(names[i]);
	while (accounts_taken(p->accounts, p->uid) && p->uid.n < 9)
		p->uid = p->gid = arena_printf(p->a, "%.*s1", TEXT_FMT(p->uid));
	if (p->wish->openshift)
		p->gid = TEXT("0");
	if (p->r->home || p->out->unsure.n)
		p->home = ARENA_JOIN(p->a, TEXT("/home/"), p->name);
	if (accounts_means(p->f, p->stage, &by) == MEANS_NUMBER)
		p->home = TEXT_NONE;
	p->out->user = p->wish->by_name ? p->name : ARENA_JOIN(p->a, p->uid, TEXT(":"), p->gid);
}

/* A comment stands above the instruction, or above what comes behind it: its owner says why. */
static bool is_explained(const struct doc *d, size_t item)
{
	size_t next = item + 1;

	while (next < d->nitems && d->items[next].kind == ITEM_BLANK)
		next++;
	return (item > 0 && d->items[item - 1].kind == ITEM_COMMENT) || (next < d->nitems && d->items[next].kind == ITEM_COMMENT);
}

/* The account of the file's own, behind which it goes back to root: where it says why, it may have its reasons. */
static const struct account *left_account(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];
	const struct account *found = NULL;

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;
		struct maybe m = ins && ins->keyword == KW_USER ? state_expand(facts_before(p->f, i), p->a, facts_doc(p->f), ins->words[0].value)
								 : maybe_unset();

		if (m.state == KNOWN && accounts_find(p->accounts, m.text))
			found = accounts_find(p->accounts, m.text);
		else if (m.state == KNOWN && found && is_explained(facts_doc(p->f), i))
			plan_judge(p, TEXT("its file goes back to root on purpose"), (struct reason){ .item = i, .words = TEXT("USER") });
	}
	return found;
}

/* A command, or COPY --chown, gives what the program writes to an account that is there. */
static const struct account *chowned_account(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN ? facts_commands(p->f, i) : NULL;

		for (size_t k = 0; s && k < s->n; k++) {
			const struct arg *who = command_is(&s->commands[k], "chown") ? command_operand(&s->commands[k], 0) : NULL;
			const struct account *a = who && who->value.state == KNOWN ? accounts_find(p->accounts, who->value.text) : NULL;

			for (size_t w = 0; a && w < p->r->nwrites; w++)
				if (plan_chowns(p, &s->commands[k], i, p->r->writes[w].path) ||
				    (p->r->writes[w].kind == WRITE_FILE &&
				     plan_chowns(p, &s->commands[k], i, place_parent(p->r->writes[w].path))))
					return a;
		}
	}
	return NULL;
}

bool plan_choose_account(struct planning *p, const struct account *given)
{
	bool must;
	struct text words = server_account(p, &must);
	const struct account *a = given ? given : words.n ? accounts_find(p->accounts, text_sub(words, 0, text_chr(words, ':', 0))) : NULL;

	if (!a && !words.n)
		a = left_account(p);
	if (!a && !words.n)
		a = chowned_account(p);
	if (!a && !words.n)
		a = main_account(p);
	if (a)
		take_account(p, a);
	else if (words.n)
		take_words(p, words);
	else
		new_account(p);
	/* Of an account that must be it, the further groups count: they are lost where USER names one. */
	if (must && !text_has(words, ':') && !p->wish->openshift)
		p->out->user = p->name;
	p->out->place = must ? text_sub(words, 0, text_chr(words, ':', 0)) : TEXT_NONE;
	if (must && given && !text_eq(given->name, p->out->place))
		return plan_leave(p, "server-account", "this server starts only as the account of its package: name that in USER", NULL);
	return true;
}

/* --- what is closed to it -------------------------------------------------- */

/* A script of the context that a RUN runs: what it does to modes is not followed. */
static bool changes_modes(struct planning *p, size_t item, const struct command *c)
{
	const struct arg *file = command_operand(c, 0);
	struct text name = c->sh->words[c->first].value.text;
	struct path_origin o;
	struct maybe path;

	if (!command_runs_script(c) || c->sh->words[c->first].value.state != KNOWN)
		return false;
	if (!text_has(name, '/') && file && file->value.state == KNOWN)
		name = file->value.text;
	path = state_path(facts_before(p->f, item), p->a, name);
	o = path.state == KNOWN ? made_before(p->f, item, path.text) : (struct path_origin){ .kind = MADE_ELSEWHERE };
	return o.kind == MADE_BYTES && (text_find(o.bytes, TEXT("chmod"), 0) != TEXT_NPOS || text_find(o.bytes, TEXT("umask"), 0) != TEXT_NPOS ||
					text_find(o.bytes, TEXT("install -m"), 0) != TEXT_NPOS);
}

static void judge_scripts(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN ? facts_commands(p->f, i) : NULL;

		for (size_t k = 0; s && k < s->n && k < 256; k++)
			if (changes_modes(p, i, &s->commands[k]))
				plan_judge(p, TEXT("a script of the build sets modes that are not followed"),
					   (struct reason){ .item = i, .words = TEXT("RUN") });
	}
}

bool plan_leave_closed(struct planning *p, const struct access_fault *fault, const char *decide, const struct reason *because)
{
	p->out->closed = fault;
	return plan_leave(p, "unreadable", decide, because);
}

/* A folder's first faults are enough: what is opened with it need not be said again. */
static bool open_faults(struct planning *p)
{
	const struct access *acc = access_of(p->f, p->stage);

	judge_scripts(p);
	if (!plan_open_keys(p))
		return false;
	for (size_t i = 0; i < acc->n; i++) {
		const struct access_fault *fault = &acc->faults[i];
		struct reason because = { .item = fault->item, .words = ARENA_JOIN(p->a, fault->path, TEXT(": "), fault->why) };

		if (fault->owner.n && plan_names_account(p, fault->owner))
			continue;
		if (facts_doc(p->f)->items[fault->item].stage != (int)p->stage && fault->certain)
			return plan_leave_closed(p, fault, "another stage makes what a user other than root could not read: open it there", &because);
		if (fault->opener == OPEN_NEVER && fault->certain)
			return plan_leave_closed(p, fault, "a user other than root could not read this: put it where all can reach it, or open it", &because);
		/* To open what is not seen is one layer more, or a folder of others. */
		if (!fault->certain && (fault->opener == OPEN_NEVER || place_is_shared(fault->path) ||
					facts_doc(p->f)->items[fault->item].ins->keyword != KW_RUN)) {
			plan_judge(p, TEXT("whether another user can read all of it is not seen here"), because);
			continue;
		}
		p->opened = arena_grow(p->a, p->opened, p->out->nopened, &p->opened_cap, sizeof(*p->opened));
		p->opened[p->out->nopened++] = fault;
		plan_reason(p, because);
	}
	return true;
}

/* --- the commands ---------------------------------------------------------- */

static struct text owner(const struct planning *p)
{
	return ARENA_JOIN(p->a, p->uid, TEXT(":"), p->gid);
}

static bool has_path(struct text list, struct text path)
{
	struct text one;
	bool more = list.n > 0;

	while (more && text_cut(&list, ' ', &one, &more))
		if (text_eq(one, path))
			return true;
	return false;
}

/* The paths of a list that are not in another. */
static struct text without(struct planning *p, struct text list, struct text other)
{
	struct text path, out = TEXT_NONE;
	bool more = list.n > 0;

	while (more && text_cut(&list, ' ', &path, &more))
		if (!has_path(other, path))
			out = out.n ? ARENA_JOIN(p->a, out, TEXT(" "), path) : arena_text(p->a, path);
	return out;
}

bool plan_write_commands(struct planning *p)
{
	const struct text *make = NULL;
	size_t n = 0, by, server = p->out->ncommands;
	struct text *all;
	struct text dirs = arena_text(p->a, buf_text(&p->dirs)), files = arena_text(p->a, buf_text(&p->files));
	struct text deep = arena_text(p->a, buf_text(&p->deep));
	struct text given = without(p, buf_text(&p->given), deep);
	struct account_wish w = { p->name, p->uid, p->gid, p->home };
	enum account_means means = accounts_means(p->f, p->stage, &by);
	bool needs = server || dirs.n || files.n || given.n;

	if (!p->out->account)
		accounts_commands(p->f, p->stage, &w, &make, &n);
	if (means == MEANS_UNKNOWN && (needs || !p->out->account))
		return plan_leave(p, "family-unknown", "with which commands the base image makes an account is not known here: add one, and USER, yourself", NULL);
	if (means == MEANS_NUMBER && needs)
		return plan_leave(p, "no-shell", "the image has no shell to give it what it writes: give it that with COPY --chown, and then add USER", NULL);
	all = ARENA_ARRAY(p->a, n + server + 6, struct text);
	p->out->ncommands = 0;
	for (size_t i = 0; i < n; i++)
		all[p->out->ncommands++] = make[i];
	for (size_t i = 0; i < server; i++)
		all[p->out->ncommands++] = p->commands[i];
	if (dirs.n)
		all[p->out->ncommands++] = ARENA_JOIN(p->a, TEXT("install -d "), p->wish->openshift ? TEXT("-m 0775 ") : TEXT_NONE,
						      TEXT("-o "), p->uid, TEXT(" -g "), p->gid, TEXT(" "), dirs);
	if (deep.n)
		all[p->out->ncommands++] = ARENA_JOIN(p->a, TEXT("chown -R "), owner(p), TEXT(" "), deep);
	if (files.n)
		all[p->out->ncommands++] = ARENA_JOIN(p->a, TEXT("touch "), files);
	if (files.n || given.n)
		all[p->out->ncommands++] = ARENA_JOIN(p->a, TEXT("chown "), owner(p), files.n ? TEXT(" ") : TEXT_NONE, files,
						      given.n ? TEXT(" ") : TEXT_NONE, given);
	if (p->wish->openshift && (files.n || given.n))
		all[p->out->ncommands++] = ARENA_JOIN(p->a, TEXT("chmod g=u"), files.n ? TEXT(" ") : TEXT_NONE, files,
						      given.n ? TEXT(" ") : TEXT_NONE, given);
	p->out->commands = all;
	return true;
}

/* Below 1024, and not 0, which asks for any. */
static bool is_low(struct text port)
{
	unsigned n = 0;

	for (size_t i = 0; i < port.n && i < 6; i++)
		n = n * 10 + (unsigned)(port.p[i] - '0');
	return n > 0 && n < 1024;
}

static void find_low_port(struct planning *p)
{
	for (size_t i = 0; i < p->r->nports; i++)
		if (is_low(p->r->ports[i].port))
			p->out->low_port = p->r->ports[i].port;
	for (size_t i = 0; i < p->r->nprograms; i++) {
		struct text port = p->r->programs[i].kind == STARTED_SERVER ? p->r->programs[i].server.ports : TEXT_NONE;

		port = text_sub(port, 0, text_chr(port, ' ', 0));
		if (is_low(port) && !p->r->nports)
			p->out->low_port = port;
	}
}

static bool is_number(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return t.n > 0 && t.n < 11;
}

static void plan(struct planning *p, const struct account *given)
{
	bool own_entry = p->r->state == RUNTIME_KNOWN && p->r->because.item != TEXT_NPOS &&
			 facts_doc(p->f)->items[p->r->because.item].ins->keyword == KW_ENTRYPOINT;

	if ((!own_entry && !judge_image(p)) || !judge_start(p) || !judge_programs(p) || !plan_choose_account(p, given) || !open_faults(p))
		return;
	plan_give_servers(p);
	plan_give_keys(p);
	if (!plan_give_writes(p))
		return;
	plan_give_workdir(p);
	plan_give_home(p);
	if (plan_write_commands(p))
		find_low_port(p);
}

const struct account *plan_account(struct facts *f, size_t stage, struct text user)
{
	const struct account *found = accounts_find(accounts_of(f, stage), user);
	size_t colon = text_chr(user, ':', 0);
	struct text uid = text_sub(user, 0, colon), gid = colon == TEXT_NPOS ? TEXT("0") : text_from(user, colon + 1);
	struct account *a;

	if (found || !is_number(uid) || !is_number(gid) || text_is(uid, "0"))
		return found;
	a = ARENA_NEW(facts_arena(f), struct account);
	*a = (struct account){ .from = ACCOUNT_BASE, .uid = maybe_known(uid), .gid = maybe_known(gid), .item = TEXT_NPOS,
			       .source = TEXT("no name of its own") };
	return a;
}

void plan_user(struct facts *as_written, size_t stage, const struct user_wish *wish, const struct account *account, struct user_plan *out)
{
	struct facts *f = facts_usual(as_written);
	struct planning p = { .f = f, .a = facts_arena(f), .stage = stage, .wish = wish, .r = runtime_of(f, stage),
			      .accounts = accounts_of(f, stage), .out = out, .completing = account != NULL };

	*out = (struct user_plan){ .code = NULL };
	plan(&p, account);
	if (out->code)
		plan_draft(&p, account);
	out->reasons = p.reasons;
	out->opened = p.opened;
	buf_release(&p.dirs);
	buf_release(&p.deep);
	buf_release(&p.files);
	buf_release(&p.given);
}
