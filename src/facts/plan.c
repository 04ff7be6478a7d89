/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/plan.h"

#include "base/buf.h"
#include "facts/made.h"
#include "facts/place.h"
#include "facts/proof.h"
#include "facts/sources.h"
#include "facts/lists.h"
#include "facts/table.h"
#include "facts/touch.h"

const struct user_wish user_wish_usual = { { "app", 3 }, { "10001", 5 }, { "10001", 5 }, false, false };

struct planning {
	struct facts *f;
	struct arena *a;
	size_t stage;
	const struct user_wish *wish;
	const struct runtime *r;
	const struct accounts *accounts;
	struct user_plan *out;
	struct reason *reasons;
	struct text *commands;
	const struct access_fault **opened;
	size_t reasons_cap, commands_cap, opened_cap;
	struct text uid, gid, name, group; /* of the account; numbers where they are known, else names */
	struct text home; /* of an account that is made; empty: none */
	bool completing;  /* the stage has a user of its own */
	struct buf dirs;  /* to be made and given, blank-separated */
	struct buf files; /* likewise */
	struct buf deep;  /* of dirs: with all that is in them */
	struct buf given; /* that are there, and only change their owner */
};

static void add_reason(struct planning *p, struct reason r)
{
	if (p->out->nreasons >= 12)
		return;
	p->reasons = arena_grow(p->a, p->reasons, p->out->nreasons, &p->reasons_cap, sizeof(*p->reasons));
	p->reasons[p->out->nreasons++] = r;
}

static bool leave(struct planning *p, const char *code, const char *decide, const struct reason *because)
{
	p->out->code = code;
	p->out->decide = text_of(decide);
	if (because)
		add_reason(p, *because);
	return false;
}

static void judge(struct planning *p, struct text unsure, struct reason because)
{
	if (!p->out->unsure.n)
		p->out->unsure = unsure;
	add_reason(p, because);
}

static void add_command(struct planning *p, struct text command)
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
		return leave(p, "drops-privileges", "the image's entry point starts as root and gives that up by itself: leave it so", &because);
	case DAEMON_ROOT:
		because.words = ARENA_JOIN(p->a, b->name, TEXT(": "), why);
		return leave(p, "needs-root", "what the image starts has to be root: leave it so, or take another image", &because);
	default:
		return true;
	}
}

/* An entry point of the file's own is not the image's. */
static bool judge_start(struct planning *p)
{
	if (has_trigger(p))
		return leave(p, "onbuild", "others build on this image, and its triggers run as its user: give them a USER of their own", NULL);
	switch (p->r->state) {
	case RUNTIME_UNKNOWN:
		return leave(p, "base-unknown",
			     "what the base image starts, and as whom, is not known here: describe it under images: in the configuration, "
			     "or write USER yourself",
			     &p->r->because);
	case RUNTIME_NOTHING:
		return leave(p, "starts-nothing", "it starts nothing of its own, so others build on it or work in it: write USER where that is done",
			     NULL);
	default:
		break;
	}
	if (p->r->drops)
		return leave(p, "drops-privileges", "it starts as root and gives that up by itself: leave it so, or let it start as the user at once",
			     &p->r->root_because);
	if (p->r->needs_root)
		return leave(p, "needs-root", "what it starts does what only root can: do that when building, and then add USER", &p->r->root_because);
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
			return leave(p, "server-unknown", "what this server needs as another user is not known here: give it that, and then add USER", &because);
		if (s->kind == STARTED_PUBLIC || s->kind == STARTED_SEEN)
			add_reason(p, known_program(p, s));
		if (s->kind == STARTED_UNSEEN)
			judge(p, TEXT("what its program reads and writes is not seen here"), because);
	}
	if (p->r->nunknown)
		judge(p, TEXT("it writes to a place that is not followed"), p->r->unknown_writes[0]);
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
	add_reason(p, (struct reason){ .item = a->item,
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

/* The file goes back to root behind a USER of its own: it may have its reasons. */
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
		else if (m.state == KNOWN && found)
			judge(p, TEXT("its file goes back to root on purpose"), (struct reason){ .item = i, .words = TEXT("USER") });
	}
	return found;
}

static bool choose_account(struct planning *p, const struct account *given)
{
	bool must;
	struct text words = server_account(p, &must);
	const struct account *a = given ? given : words.n ? accounts_find(p->accounts, text_sub(words, 0, text_chr(words, ':', 0))) : NULL;

	if (!a && !words.n)
		a = left_account(p);
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
	if (must && given && !text_eq(given->name, text_sub(words, 0, text_chr(words, ':', 0))))
		return leave(p, "server-account", "this server starts only as the account of its package: name that in USER", NULL);
	return true;
}

/* --- what it owns ---------------------------------------------------------- */

static void list_path(struct planning *p, struct buf *list, struct text path)
{
	struct text all = buf_text(list);
	size_t at = text_find(all, path, 0);

	while (at != TEXT_NPOS && ((at && all.p[at - 1] != ' ') || (at + path.n < all.n && all.p[at + path.n] != ' ')))
		at = text_find(all, path, at + 1);
	if (at != TEXT_NPOS || !path.n)
		return;
	if (all.n)
		buf_addc(list, ' ');
	buf_add(list, path);
	(void)p;
}

/* A shell would read something into it. */
static bool is_odd(struct text path)
{
	for (size_t i = 0; i < path.n; i++)
		if (!ascii_alnum((unsigned char)path.p[i]) && !text_has(TEXT("/._-+@:,%"), path.p[i]))
			return true;
	return false;
}

/* The account's name, or its number, is the owner that a chown names. */
static bool names_account(const struct planning *p, struct text owner)
{
	owner = text_sub(owner, 0, text_chr(owner, ':', 0));
	return text_eq(owner, p->name) || text_eq(owner, p->uid);
}

static bool is_within(struct text dir, struct text path)
{
	return text_starts(path, dir) && (path.n == dir.n || dir.n == 1 || path.p[dir.n] == '/');
}

/* chown app /data, chown -R app /srv, chmod 777 /data, install -d -o app /data. */
static bool gives(const struct planning *p, const struct command *c, const struct state *at, struct text path)
{
	bool deep = command_has(c, "-R --recursive"), own = command_is(c, "chown");
	const struct arg *who = command_operand(c, 0);

	if (command_is(c, "install") && command_has(c, "-d --directory")) {
		const struct arg *o = command_option(c, "-o --owner");

		who = NULL;
		own = o && o->value.state == KNOWN && names_account(p, o->value.text);
		if (!own)
			return false;
	} else if (!who || who->value.state != KNOWN || !command_in(c, "chown chmod") ||
		   !(own ? names_account(p, who->value.text) : words_hold("777 0777 1777 a+rwx ugo+rwx a=rwx a+rwX", who->value.text))) {
		return false;
	}
	for (size_t i = who ? 1 : 0; i < command_operands(c); i++) {
		const struct arg *o = command_operand(c, i);
		struct maybe target = o->value.state == KNOWN ? state_path(at, p->a, o->value.text) : maybe_unknown();

		if (target.state == KNOWN && (text_eq(target.text, path) || (deep && is_within(target.text, path))))
			return true;
	}
	return false;
}

static bool is_there(struct planning *p, struct text path)
{
	return made_file(p->f, p->stage, path).kind == MADE_BYTES;
}

/* One of the files that the instruction copies lies there: it made the folder, or the file. The folder that all is
 * copied to keeps the owner that it has. */
static bool brings(struct planning *p, size_t item, struct text path)
{
	const struct copied *c = copied_files(p->f, p->stage);
	bool some = false, all = true;

	for (size_t i = 0; i < c->n; i++) {
		if (c->files[i].item != item)
			continue;
		some = some || is_within(path, c->files[i].target);
		all = all && is_within(path, c->files[i].target);
	}
	return some && !(all && !text_eq(path, c->files[0].target) && !is_there(p, path));
}

static bool given_by_item(struct planning *p, size_t item, struct text path)
{
	const struct instruction *ins = facts_doc(p->f)->items[item].ins;
	const struct state *at = facts_before(p->f, item);

	if (ins && ins->keyword == KW_RUN) {
		const struct script_facts *s = facts_commands(p->f, item);

		for (size_t i = 0; i < s->n; i++)
			if (gives(p, &s->commands[i], at, path))
				return true;
	} else if (ins && (ins->keyword == KW_COPY || ins->keyword == KW_ADD) && ins->nwords) {
		const struct flag *chown = ins_flag(ins, "chown");
		struct maybe dest = state_expand(at, p->a, facts_doc(p->f), ins->words[ins->nwords - 1].value);

		dest = dest.state == KNOWN ? state_path(at, p->a, dest.text) : dest;
		return chown && names_account(p, chown->value) && dest.state == KNOWN && is_within(dest.text, path) && brings(p, item, path);
	} else if (ins && ins->keyword == KW_WORKDIR && at->user.state == KNOWN && names_account(p, at->user.text)) {
		struct maybe dir = facts_after(p->f, p->stage)->workdir;

		return dir.state == KNOWN && text_eq(dir.text, path);
	}
	return false;
}

/* An earlier step of the file gives it to the account already, or opens it to everybody. */
static bool is_given(struct planning *p, struct text path)
{
	const struct stages *s = facts_stages(p->f);
	int stage = (int)p->stage;

	for (int hops = 0; stage >= 0 && hops < 64; stage = s->list[stage].parent, hops++)
		for (size_t i = s->list[stage].from; i < s->list[stage].end; i++)
			if (given_by_item(p, i, path))
				return true;
	return p->out->account && p->out->account->home_made && p->out->account->home.state == KNOWN &&
	       is_within(p->out->account->home.text, path);
}

/* The RUN makes, or may make, something below the folder, which then is root's. *seen: it is seen to. */
static bool fills(struct planning *p, size_t item, struct text dir, bool *seen)
{
	const struct script_facts *s = facts_commands(p->f, item);
	const struct touch *list;
	size_t n;

	touches_read(p->f, item, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].kind != TOUCH_GONE && !text_eq(list[i].path, dir) && is_within(dir, list[i].path))
			return *seen = true;
	for (size_t i = 0; i < s->n; i++)
		if (command_runs_script(&s->commands[i]) || command_in(&s->commands[i], "python python3 node ruby php perl flask rails rake java manage.py"))
			return true;
	return false;
}

/* Something in the folder may be root's already; nothing that is copied is. */
static bool is_filled(struct planning *p, struct text dir, bool *seen)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];
	bool found = false;

	*seen = false;
	for (size_t i = st->from; i < st->end && !*seen; i++)
		if (facts_doc(p->f)->items[i].ins && facts_doc(p->f)->items[i].ins->keyword == KW_RUN)
			found = fills(p, i, dir, seen) || found;
	return found;
}

static bool holds_copies(struct planning *p, struct text dir)
{
	const struct copied *c = copied_files(p->f, p->stage);

	for (size_t i = 0; i < c->n; i++)
		if (c->files[i].target.n && is_within(dir, c->files[i].target))
			return true;
	return false;
}

static void give_filled(struct planning *p, struct text dir, const struct reason *because)
{
	bool seen;

	if (!is_filled(p, dir, &seen))
		return;
	if (!holds_copies(p, dir))
		list_path(p, &p->deep, dir);
	else
		judge(p, TEXT("a RUN may have left something of root's where it writes"), *because);
}

static const struct reason *at_path(struct planning *p, struct text path, const struct reason *because)
{
	struct reason *r = ARENA_NEW(p->a, struct reason);

	*r = *because;
	r->words = ARENA_JOIN(p->a, path, TEXT(": "), because->words);
	return r;
}

static bool give_dir(struct planning *p, struct text path, const struct reason *because)
{
	if (is_given(p, path))
		return true;
	if (place_is_system(path) || is_odd(path))
		return leave(p, "system-path", "it writes to a folder of the system: let it write to one of its own, or keep root", at_path(p, path, because));
	list_path(p, &p->dirs, path);
	give_filled(p, path, because);
	return true;
}

/* The base image may have such a file already. */
static bool in_base(struct text path)
{
	return text_starts(path, TEXT("/etc/")) || text_starts(path, TEXT("/usr/"));
}

static bool give_file(struct planning *p, struct text path, const struct reason *because)
{
	struct text dir = place_parent(path);

	if (is_odd(path))
		return leave(p, "system-path", "it writes to a path that no command line should hold: give it one with plain letters", because);
	if (is_given(p, path) || is_given(p, dir))
		return true;
	if (place_is_system(dir)) {
		list_path(p, &p->files, path);
		return true;
	}
	/* Of a file that is copied behind USER, COPY --chown says whose it is. */
	if (in_base(path))
		list_path(p, &p->files, path);
	if (is_there(p, path) && !p->completing && !in_base(path))
		list_path(p, &p->given, path);
	list_path(p, &p->dirs, dir);
	give_filled(p, dir, because);
	return true;
}

static bool give_writes(struct planning *p)
{
	for (size_t i = 0; i < p->r->nwrites; i++) {
		const struct runtime_write *w = &p->r->writes[i];
		bool volume = w->because.item != TEXT_NPOS && facts_doc(p->f)->items[w->because.item].ins->keyword == KW_VOLUME;
		bool ok = volume && p->completing ? true
			  : w->kind == WRITE_FILE  ? give_file(p, w->path, &w->because)
			  : w->kind == WRITE_DIR ? give_dir(p, w->path, &w->because)
						 : give_dir(p, place_parent(w->path), &w->because);

		if (!ok)
			return false;
		p->out->volume = p->out->volume || volume;
		add_reason(p, w->because);
	}
	return true;
}

static void give_workdir(struct planning *p)
{
	struct maybe dir = facts_after(p->f, p->stage)->workdir;

	if ((p->r->workdir || p->out->unsure.n) && dir.state == KNOWN && !place_is_system(dir.text) && !place_is_open(dir.text) &&
	    !is_given(p, dir.text) && !is_odd(dir.text))
		list_path(p, &p->dirs, dir.text);
}

/* --- what servers need ----------------------------------------------------- */

/* {user}, {group}, {uid} and {gid} filled in. */
static struct text fill_in(struct planning *p, struct text t)
{
	const struct {
		struct text name, value;
	} marks[] = { { TEXT("{user}"), p->name }, { TEXT("{group}"), p->group }, { TEXT("{uid}"), p->uid }, { TEXT("{gid}"), p->gid } };
	struct buf out = { 0 };

	while (t.n) {
		size_t k = 0;

		while (k < 4 && !text_starts(t, marks[k].name))
			k++;
		if (k < 4)
			buf_add(&out, marks[k].value);
		else
			buf_addc(&out, t.p[0]);
		t = text_from(t, k < 4 ? marks[k].name.n : 1);
	}
	t = arena_text(p->a, buf_text(&out));
	buf_release(&out);
	return t;
}

static void list_all(struct planning *p, struct buf *list, struct text paths)
{
	struct text path;
	bool more = true;

	while (paths.n && text_cut(&paths, ' ', &path, &more)) {
		struct state at = *facts_after(p->f, p->stage);
		struct maybe full = path.n && !text_starts(path, TEXT("~")) ? state_path(&at, p->a, path) : maybe_unknown();

		if (full.state == KNOWN && !place_is_open(full.text) && !is_given(p, full.text))
			list_path(p, list, full.text);
	}
}

/* A RUN of the stage says so already. */
static bool is_done(struct planning *p, struct text command)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;

		if (ins && ins->keyword == KW_RUN && text_find(ins->logical, command, 0) != TEXT_NPOS)
			return true;
	}
	return false;
}

/* Of a framework: its project is among the files that are copied. */
static bool is_wanted(struct planning *p, const struct daemon *d)
{
	const struct copied *c = d->when.n ? copied_files(p->f, p->stage) : NULL;

	for (size_t i = 0; c && i < c->n; i++) {
		struct maybe cwd = facts_after(p->f, p->stage)->workdir;
		struct text path = c->files[i].target;

		if (cwd.state == KNOWN && text_starts(path, cwd.text) && path.n > cwd.text.n &&
		    (table_matches(d->when, path) || table_matches(d->when, ARENA_JOIN(p->a, TEXT("."), text_from(path, cwd.text.n)))))
			return true;
	}
	return !d->when.n;
}

static void give_server(struct planning *p, const struct daemon *d)
{
	if (is_wanted(p, d)) {
		list_all(p, &p->dirs, d->dirs);
		list_all(p, &p->files, d->files);
	}
	if (d->commands.n && !is_done(p, fill_in(p, d->commands)))
		add_command(p, fill_in(p, d->commands));
	if (!text_starts(d->why, TEXT("nothing")))
		add_reason(p, (struct reason){ .item = TEXT_NPOS, .words = ARENA_JOIN(p->a, d->program, TEXT(": "), d->why.n ? d->why : d->source) });
}

static void give_servers(struct planning *p)
{
	for (size_t i = 0; i < p->r->nprograms; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again = again || (p->r->programs[k].kind == STARTED_SERVER &&
					  text_eq(p->r->programs[k].server.commands, p->r->programs[i].server.commands) &&
					  text_eq(p->r->programs[k].server.program, p->r->programs[i].server.program));
		if (p->r->programs[i].kind == STARTED_SERVER && !again)
			give_server(p, &p->r->programs[i].server);
	}
}

static void give_home(struct planning *p)
{
	const struct account *a = p->out->account;

	struct maybe set = state_get(facts_after(p->f, p->stage), p->a, TEXT("HOME"));

	if (!(p->r->home || p->out->unsure.n))
		return;
	/* ENV HOME of the file's own says where it is. */
	if (set.state == KNOWN && text_starts(set.text, TEXT("/"))) {
		if (!place_is_system(set.text) && !place_is_open(set.text) && !is_given(p, set.text) && !is_odd(set.text))
			list_path(p, &p->dirs, set.text);
		return;
	}
	if ((a && a->home_made) || p->home.n)
		return;
	if (a && a->home.state == KNOWN && text_starts(a->home.text, TEXT("/home/"))) {
		if (!is_given(p, a->home.text))
			list_path(p, &p->dirs, a->home.text);
	} else if (p->r->home) {
		p->out->home_is_tmp = true;
	}
}

/* --- what is closed to it -------------------------------------------------- */

/* A folder's first faults are enough: what is opened with it need not be said again. */
static bool open_faults(struct planning *p)
{
	const struct access *acc = access_of(p->f, p->stage);

	for (size_t i = 0; i < acc->n; i++) {
		const struct access_fault *fault = &acc->faults[i];
		struct reason because = { .item = fault->item, .words = ARENA_JOIN(p->a, fault->path, TEXT(": "), fault->why) };

		if (fault->owner.n && names_account(p, fault->owner))
			continue;
		if (facts_doc(p->f)->items[fault->item].stage != (int)p->stage && fault->certain)
			return leave(p, "unreadable", "another stage makes what a user other than root could not read: open it there", &because);
		if (fault->opener == OPEN_NEVER && fault->certain)
			return leave(p, "unreadable", "a user other than root could not read this: put it where all can reach it, or open it", &because);
		/* To open what is not seen is one layer more, or a folder of others. */
		if (!fault->certain && (fault->opener == OPEN_NEVER || place_is_shared(fault->path) ||
					facts_doc(p->f)->items[fault->item].ins->keyword != KW_RUN)) {
			judge(p, TEXT("whether another user can read all of it is not seen here"), because);
			continue;
		}
		p->opened = arena_grow(p->a, p->opened, p->out->nopened, &p->opened_cap, sizeof(*p->opened));
		p->opened[p->out->nopened++] = fault;
		add_reason(p, because);
	}
	return true;
}

/* --- the commands ---------------------------------------------------------- */

static struct text owner(const struct planning *p)
{
	return ARENA_JOIN(p->a, p->uid, TEXT(":"), p->gid);
}

static bool write_commands(struct planning *p)
{
	const struct text *make = NULL;
	size_t n = 0, by, server = p->out->ncommands;
	struct text *all;
	struct text dirs = arena_text(p->a, buf_text(&p->dirs)), files = arena_text(p->a, buf_text(&p->files));
	struct text deep = arena_text(p->a, buf_text(&p->deep));
	struct text given = arena_text(p->a, buf_text(&p->given));
	struct account_wish w = { p->name, p->uid, p->gid, p->home };
	enum account_means means = accounts_means(p->f, p->stage, &by);
	bool needs = server || dirs.n || files.n || given.n;

	if (!p->out->account)
		accounts_commands(p->f, p->stage, &w, &make, &n);
	if (means == MEANS_UNKNOWN && (needs || !p->out->account))
		return leave(p, "family-unknown", "with which commands the base image makes an account is not known here: add one, and USER, yourself", NULL);
	if (means == MEANS_NUMBER && needs)
		return leave(p, "no-shell", "the image has no shell to give it what it writes: give it that with COPY --chown, and then add USER", NULL);
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

static void find_low_port(struct planning *p)
{
	for (size_t i = 0; i < p->r->nports; i++)
		if (p->r->ports[i].port.n && p->r->ports[i].port.n < 4 && !text_is(p->r->ports[i].port, "0"))
			p->out->low_port = p->r->ports[i].port;
	for (size_t i = 0; i < p->r->nprograms; i++) {
		struct text port = p->r->programs[i].kind == STARTED_SERVER ? p->r->programs[i].server.ports : TEXT_NONE;

		port = text_sub(port, 0, text_chr(port, ' ', 0));
		if (port.n && port.n < 4 && !p->r->nports)
			p->out->low_port = port;
	}
}

static void plan(struct planning *p, const struct account *given)
{
	bool own_entry = p->r->state == RUNTIME_KNOWN && p->r->because.item != TEXT_NPOS &&
			 facts_doc(p->f)->items[p->r->because.item].ins->keyword == KW_ENTRYPOINT;

	if ((!own_entry && !judge_image(p)) || !judge_start(p) || !judge_programs(p) || !choose_account(p, given) || !open_faults(p))
		return;
	give_servers(p);
	if (!give_writes(p))
		return;
	give_workdir(p);
	give_home(p);
	if (write_commands(p))
		find_low_port(p);
}

void plan_user(struct facts *f, size_t stage, const struct user_wish *wish, const struct account *account, struct user_plan *out)
{
	struct planning p = { .f = f, .a = facts_arena(f), .stage = stage, .wish = wish, .r = runtime_of(f, stage),
			      .accounts = accounts_of(f, stage), .out = out, .completing = account != NULL };

	*out = (struct user_plan){ .code = NULL };
	plan(&p, account);
	out->reasons = p.reasons;
	out->opened = p.opened;
	buf_release(&p.dirs);
	buf_release(&p.deep);
	buf_release(&p.files);
	buf_release(&p.given);
}
