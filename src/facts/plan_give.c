/* SPDX-License-Identifier: Apache-2.0 */
/* What has to belong to the account. */
#include "facts/plan_parts.h"

#include "facts/lists.h"
#include "facts/made.h"
#include "facts/proof.h"
#include "facts/place.h"
#include "facts/copied.h"
#include "facts/table.h"
#include "facts/touch.h"

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
bool plan_names_account(const struct planning *p, struct text owner)
{
	owner = text_sub(owner, 0, text_chr(owner, ':', 0));
	return text_eq(owner, p->name) || text_eq(owner, p->uid);
}

/* The path is one of the operands from that one on, or below one. */
static bool names_path(const struct planning *p, const struct command *c, size_t from, const struct state *at, struct text path)
{
	bool deep = command_has(c, "-R --recursive");

	for (size_t i = from; i < command_operands(c); i++) {
		const struct arg *o = command_operand(c, i);
		struct maybe target = o->value.state == KNOWN ? state_path(at, p->a, o->value.text) : maybe_unknown();

		if (target.state == KNOWN && (text_eq(target.text, path) || (deep && place_holds(target.text, path))))
			return true;
	}
	return false;
}

bool plan_chowns(struct planning *p, const struct command *c, size_t item, struct text path)
{
	return command_is(c, "chown") && names_path(p, c, 1, facts_before(p->f, item), path);
}

/* A mode with which the account may write to what is root's. */
static bool opens(const struct planning *p, struct text mode)
{
	return words_hold("777 0777 1777 a+rwx ugo+rwx a=rwx a+rwX", mode) ||
	       (text_is(p->gid, "0") && words_hold("775 0775 2775 770 0770 2770 g=u g+w g+rw g+rwx g+rwX g=rwx g=rwX ug+rw ug+rwx ug+rwX a+rX,g+w", mode));
}

/* chown app /data, chown -R app /srv, chmod 777 /data, install -d -o app /data. */
static bool gives(const struct planning *p, const struct command *c, const struct state *at, struct text path)
{
	bool own = command_is(c, "chown");
	const struct arg *who = command_operand(c, 0);

	if (command_is(c, "install") && command_has(c, "-d --directory")) {
		const struct arg *o = command_option(c, "-o --owner");

		who = NULL;
		own = o && o->value.state == KNOWN && plan_names_account(p, o->value.text);
		if (!own)
			return false;
	} else if (!who || who->value.state != KNOWN || !command_in(c, "chown chmod") ||
		   !(own ? plan_names_account(p, who->value.text) : opens(p, who->value.text))) {
		return false;
	}
	return names_path(p, c, who ? 1 : 0, at, path);
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
		some = some || place_holds(path, c->files[i].target);
		all = all && place_holds(path, c->files[i].target);
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
		return chown && plan_names_account(p, chown->value) && dest.state == KNOWN && place_holds(dest.text, path) && brings(p, item, path);
	} else if (ins && ins->keyword == KW_WORKDIR && at->user.state == KNOWN && plan_names_account(p, at->user.text)) {
		struct maybe dir = facts_after(p->f, p->stage)->workdir;

		return dir.state == KNOWN && text_eq(dir.text, path);
	}
	return false;
}

bool plan_gives_later(struct facts *f, size_t stage, size_t item, const struct account *a, struct text path)
{
	struct planning p = { .f = f, .a = facts_arena(f), .stage = stage, .accounts = accounts_of(f, stage),
			      .name = a->name.n ? a->name : a->uid.text, .uid = a->uid.text, .gid = a->gid.text };

	for (size_t i = item + 1; i < facts_stages(f)->list[stage].end; i++)
		if (facts_doc(f)->items[i].ins && facts_doc(f)->items[i].ins->keyword == KW_RUN && given_by_item(&p, i, path))
			return true;
	return false;
}

/* Below the account's home, what the file does not put there itself. */
static bool is_home(struct planning *p, struct text path)
{
	const struct account *a = p->out->account;
	struct maybe dir = facts_after(p->f, p->stage)->workdir;

	if (!a || !a->home_made || a->home.state != KNOWN || !place_holds(a->home.text, path))
		return false;
	return text_eq(path, a->home.text) ||
	       !(dir.state == KNOWN && place_holds(a->home.text, dir.text) && !text_eq(dir.text, a->home.text) && place_holds(dir.text, path));
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
	return is_home(p, path);
}

/* The RUN makes, or may make, something below the folder, which then is root's. *seen: it is seen to. */
static bool fills(struct planning *p, size_t item, struct text dir, bool *seen)
{
	const struct script_facts *s = facts_commands(p->f, item);
	const struct touch *list;
	size_t n;

	touches_read(p->f, item, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].kind != TOUCH_GONE && !text_eq(list[i].path, dir) && place_holds(dir, list[i].path))
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
		if (c->files[i].target.n && place_holds(dir, c->files[i].target))
			return true;
	return false;
}

/* A RUN makes it as root, maybe with a mode of its own, which then stays. */
static bool is_made(struct planning *p, struct text dir)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];
	const struct touch *list;
	size_t n, by;

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;

		if (!ins || ins->keyword != KW_RUN || !facts_is_root(p->f, i, &by))
			continue;
		touches_read(p->f, i, &list, &n);
		for (size_t k = 0; k < n; k++)
			if (list[k].kind == TOUCH_EMPTY && text_eq(list[k].path, dir) && list[k].command->certain &&
			    command_in(list[k].command, "mkdir install"))
				return true;
	}
	return false;
}

static void list_dir(struct planning *p, struct text dir)
{
	list_path(p, !p->wish->openshift && is_made(p, dir) ? &p->given : &p->dirs, dir);
}

static void give_filled(struct planning *p, struct text dir, const struct reason *because)
{
	bool seen;

	if (!is_filled(p, dir, &seen))
		return;
	if (!holds_copies(p, dir))
		list_path(p, &p->deep, dir);
	else
		plan_judge(p, TEXT("a RUN may have left something of root's where it writes"), *because);
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
	p->out->place = path;
	if (place_is_system(path) || is_odd(path))
		return plan_leave(p, "system-path", "it writes to a folder of the system: let it write to one of its own, or keep root", at_path(p, path, because));
	list_dir(p, path);
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
		return plan_leave(p, "system-path", "it writes to a path that no command line should hold: give it one with plain letters", because);
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
	list_dir(p, dir);
	give_filled(p, dir, because);
	return true;
}

bool plan_give_writes(struct planning *p)
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
		plan_reason(p, w->because);
	}
	return true;
}

void plan_give_path(struct planning *p, struct text path)
{
	if (!is_odd(path) && !is_given(p, path))
		list_path(p, &p->given, path);
}

void plan_give_workdir(struct planning *p)
{
	struct maybe dir = facts_after(p->f, p->stage)->workdir;

	if ((p->r->workdir || p->out->unsure.n) && dir.state == KNOWN && !place_is_system(dir.text) && !place_is_open(dir.text) &&
	    !is_given(p, dir.text) && !is_odd(dir.text))
		list_dir(p, dir.text);
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
	bool wanted = is_wanted(p, d);

	if (wanted) {
		list_all(p, &p->dirs, d->dirs);
		list_all(p, &p->files, d->files);
	}
	if (d->commands.n && !is_done(p, fill_in(p, d->commands)))
		plan_command(p, fill_in(p, d->commands));
	if ((wanted || !d->hands_over) && !text_starts(d->why, TEXT("nothing")))
		plan_reason(p, (struct reason){ .item = TEXT_NPOS, .words = ARENA_JOIN(p->a, d->program, TEXT(": "), d->why.n ? d->why : d->source) });
}

void plan_give_servers(struct planning *p)
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

void plan_give_home(struct planning *p)
{
	const struct account *a = p->out->account;

	struct maybe set = state_get(facts_running(p->f, p->stage), p->a, TEXT("HOME"));

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
