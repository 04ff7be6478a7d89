/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/lists.h"
#include "facts/roster_call.h"

enum { MAX_STEPS = 64 }; /* of an and-or list, looked at to either side */

static bool has_or(const struct command *c)
{
	const struct sh_step *steps = c->list->steps;

	for (size_t i = c->step, n = 0; i < c->list->n && (steps[i].join == SH_AND || steps[i].join == SH_OR); i++)
		if (steps[i].join == SH_OR || ++n > MAX_STEPS)
			return true;
	for (size_t i = c->step, n = 0; i > 0 && (steps[i - 1].join == SH_AND || steps[i - 1].join == SH_OR); i--)
		if (steps[i - 1].join == SH_OR || ++n > MAX_STEPS)
			return true;
	return false;
}

static enum sure how_sure(const struct command *c)
{
	if (c->certain)
		return SURE;
	if (!c->top)
		return MAYBE;
	return has_or(c) ? GUARDED : LIKELY;
}

static const struct {
	const char *names;
	void (*run)(struct call *k);
} programs[] = {
	{ "useradd", call_useradd },   { "adduser", call_adduser },		{ "groupadd addgroup", call_groupadd },
	{ "usermod", call_usermod },   { "groupmod", call_groupmod },	{ "userdel deluser", call_userdel },
	{ "groupdel delgroup", call_groupdel },
};

/* --- files -------------------------------------------------------------------- */

static const char etc_passwd[] = "/etc/passwd", etc_group[] = "/etc/group";

/* > or >> to the file; the texts that are written are its lines. */
static bool by_redirection(struct call *k, bool append, bool to_passwd)
{
	struct roster *r = k->r;
	struct maybe lines = words_written(&k->w, k->c);
	bool good = lines.state == KNOWN;

	if (!append && k->sure == SURE && good) {
		*(to_passwd ? &r->n : &r->ngroups) = 0;
		r->complete = r->complete || to_passwd;
	}
	if (good && k->sure != MAYBE)
		good = to_passwd ? roster_add_passwd(r, lines.text, k->w.item) : roster_add_group(r, lines.text);
	return good;
}

static void by_files(struct call *k)
{
	const struct command *c = k->c;
	size_t n = command_operands(c);

	for (size_t i = 0; i < c->sh->nredirs; i++) {
		const struct sh_redir *d = &c->sh->redirs[i];
		bool to_passwd = maybe_is(d->word.value, etc_passwd), append = d->op == SH_APPEND;

		if ((to_passwd || maybe_is(d->word.value, etc_group)) && (append || d->op == SH_OUT || d->op == SH_CLOBBER) &&
		    (!by_redirection(k, append, to_passwd) || k->sure != SURE))
			k->r->complete = false;
	}
	if (command_in(c, "newusers vipw") || (command_in(c, "dpkg rpm") && command_has(c, "-i -U --install --upgrade")))
		k->r->complete = false;
	if (!command_in(c, "sed perl tee cp mv ln install rsync rm"))
		return;
	for (size_t i = command_in(c, "cp mv ln install rsync") && n ? n - 1 : 0; i < n; i++) {
		struct maybe m = command_operand(c, i)->value;

		if (maybe_is(m, etc_passwd) || maybe_is(m, etc_group) || maybe_is(m, "/etc") || maybe_is(m, "/etc/"))
			k->r->complete = false;
	}
}

static void by_install(struct call *k, const struct package_op *op)
{
	if (!op || op->verb != PACKAGE_INSTALL || !op->manager->system || k->sure == MAYBE)
		return;
	for (size_t i = 0; i < op->n; i++)
		/* A package of nobody's repository brings what it wants. */
		if (op->packages[i].kind == PACKAGE_FILE || op->packages[i].kind == PACKAGE_URL)
			k->r->complete = false;
		else if (op->packages[i].kind == PACKAGE_NAME)
			roster_install(k->r, k->distro, op->packages[i].name, k->w.item);
}

/* --- one instruction ------------------------------------------------------------ */

static bool is_closed(const struct script_facts *s)
{
	return s->script && (s->script->doubtful || !s->script->tree.list);
}

/* { ...; } > /etc/passwd */
static void note_compound(const struct sh_command *c, void *data)
{
	struct roster *r = data;

	for (size_t i = 0; i < c->nredirs && c->kind != SH_SIMPLE; i++)
		if (maybe_is(c->redirs[i].word.value, etc_passwd) || maybe_is(c->redirs[i].word.value, etc_group))
			r->complete = false;
}

/* An exec form that is no shell's starts one program, and that is no script. */
static bool is_open_exec(const struct instruction *ins)
{
	struct text name = ins->exec && ins->nwords ? text_base(ins->words[0].value) : TEXT_NONE;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (words_hold(programs[i].names, name))
			return true;
	return words_hold("sh bash dash ash", name) || text_ends(name, TEXT(".sh"));
}

static void by_program(struct call *k)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (!command_in(k->c, programs[i].names))
			continue;
		programs[i].run(k);
		if (k->sure != SURE)
			k->r->complete = false;
	}
}

void roster_run(struct roster *r, struct facts *f, size_t item, struct distro d)
{
	const struct script_facts *s = facts_commands(f, item);
	struct maybe workdir = facts_before(f, item)->workdir;
	struct call k = { .r = r, .w = { .facts = f, .item = item, .script = s }, .distro = d };

	k.workdir = workdir.state == KNOWN ? workdir.text : TEXT_NONE;
	if (is_closed(s) || (!s->script && is_open_exec(facts_doc(f)->items[item].ins)))
		r->complete = false;
	if (s->script && s->script->tree.list && text_find(s->script->tree.text, TEXT("/etc/"), 0) != TEXT_NPOS)
		sh_each_command(s->script->tree.list, note_compound, r);
	for (size_t i = 0; i < s->n; i++) {
		k.c = &s->commands[i];
		k.sure = how_sure(k.c);
		by_program(&k);
		by_files(&k);
		by_install(&k, script_op(s, i));
		if (command_runs_script(k.c))
			r->complete = false;
	}
}
