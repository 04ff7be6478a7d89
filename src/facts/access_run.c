/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_run.h"

#include "facts/made.h"
#include "facts/mount.h"
#include "facts/touch.h"
#include "facts/word_fill.h"

#include <string.h>

enum { MAX_WORD = 1024, MAX_COMMANDS = 4096, MAX_UMASKS = 8 };

/* --- words ----------------------------------------------------------------- */

/* A variable's value, or its name to stand for it: who uses the path in the same script means the same. */
static bool add_variable(void *data, struct buf *out, struct text name, bool quoted)
{
	struct access_script *r = data;
	struct maybe m = state_get(r->state, r->w->a, name);

	(void)quoted;
	if (m.state == KNOWN)
		buf_add(out, m.text);
	else if (text_is(name, "HOME") && access_home_is_root(r->w, r->item))
		buf_adds(out, "/root");
	else if (text_is(name, "PWD") && r->cwd.state == KNOWN)
		buf_add(out, r->cwd.text);
	else
		buf_addf(out, "${%.*s}", TEXT_FMT(name));
	return true;
}

struct maybe access_word(struct access_script *r, const struct command *c, size_t word)
{
	const struct sh_word *w = &c->sh->words[word];
	const struct word_filler by = { add_variable, r, MAX_WORD };
	struct maybe m;

	if ((w->marks & SH_BRACE) || w->at.end - w->at.start > MAX_WORD)
		return maybe_unknown();
	m = word_fill(r->w->a, c->list->text, w, &by);
	if (m.state == KNOWN && (w->marks & SH_TILDE)) {
		if (!access_home_is_root(r->w, r->item) || (m.text.n > 1 && m.text.p[1] != '/'))
			return maybe_unknown();
		m.text = ARENA_JOIN(r->w->a, TEXT("/root"), text_from(m.text, 1));
	}
	return m;
}

struct maybe access_option(struct access_script *r, const struct command *c, const char *names)
{
	const struct arg *v = command_option(c, names);

	if (!v)
		return maybe_unset();
	return v->has_value && v->value.state != KNOWN && v->value_word != v->word
		       ? access_word(r, c, v->value_word)
		       : v->value;
}

struct maybe access_path(struct access_script *r, struct maybe word)
{
	struct state at = *r->state;

	at.workdir = r->cwd;
	if (word.state != KNOWN || !word.text.n)
		return maybe_unknown();
	/* A path that begins with what is not known is no path of a folder that is. */
	if (word.text.p[0] == '$')
		return maybe_unknown();
	return state_path(&at, r->w->a, word.text);
}

struct maybe access_operand(struct access_script *r, const struct command *c, size_t n)
{
	const struct arg *o = command_operand(c, n);

	return o ? access_path(r, access_word(r, c, o->word)) : maybe_unset();
}

/* --- folders --------------------------------------------------------------- */

static struct script_place *place_of(struct access_script *r, const struct sh_list *list)
{
	for (size_t i = 0; i < r->nplaces; i++)
		if (r->places[i].list == list)
			return &r->places[i];
	if (r->nplaces == sizeof(r->places) / sizeof(r->places[0]))
		return NULL;
	r->places[r->nplaces] = (struct script_place){ list, r->cwd };
	return &r->places[r->nplaces++];
}

static void change_dir(struct access_script *r, const struct command *c)
{
	const struct arg *to = command_operand(c, 0);
	struct script_place *at = place_of(r, c->list);

	r->cwd = to                                   ? access_path(r, access_word(r, c, to->word))
		 : access_home_is_root(r->w, r->item) ? maybe_known(TEXT("/root"))
						      : maybe_unknown();
	if (command_in(c, "popd") || (to && maybe_is(to->value, "-")))
		r->cwd = maybe_unknown();
	if (at)
		at->cwd = r->cwd;
}

bool access_is_called_file(struct text path)
{
	struct text name = text_base(path);
	size_t dot = text_rchr(name, '.');

	return dot != TEXT_NPOS && dot > 0 && dot + 2 < name.n && ascii_alpha((unsigned char)name.p[dot + 1]);
}

bool access_is_folder(struct access_script *r, struct text path)
{
	for (size_t i = 0; i < r->nmade; i++)
		if (text_eq(r->made[i], path))
			return true;
	return access_is_system_dir(path) ||
	       (r->state->workdir.state == KNOWN && text_eq(r->state->workdir.text, path)) ||
	       (!access_is_called_file(path) && access_may_look(r->w, r->item) &&
		made_folder_before(r->w->f, r->item, path) &&
		made_before(r->w->f, r->item, path).kind != MADE_BYTES);
}

static void note_folder(struct access_script *r, struct text path)
{
	if (r->nmade < sizeof(r->made) / sizeof(r->made[0]))
		r->made[r->nmade++] = path;
}

/* --- makers ---------------------------------------------------------------- */

/* Whom chown gave it to last; else whoever runs the command. Empty: root. */
static struct text owner_of(struct access_script *r, struct text path)
{
	struct text user = text_sub(r->state->user.text, 0, text_chr(r->state->user.text, ':', 0)), rest;

	for (size_t i = r->w->ngiven; i > 0; i--)
		if (access_covers(r->w->given[i - 1].path, r->w->given[i - 1].tree, path, &rest))
			return r->w->given[i - 1].owner;
	return r->state->user.state != KNOWN || text_is(user, "root") || text_is(user, "0") ? TEXT_NONE
											    : user;
}

void access_close_path(struct access_script *r, struct text path, unsigned mode, bool dir, bool seen,
		       const char *why)
{
	struct access_group g = { .item = r->item,
				  .opener = OPEN_CHMOD,
				  .spell = SPELL_LIST,
				  .top = path,
				  .certain = true,
				  .meant = seen };
	struct access_closed c = { .path = path, .dir = dir, .tree = dir, .seen = seen, .mode = mode };

	if (!seen)
		c = access_unseen(path);
	c.owner = owner_of(r, path);
	if (text_has(path, '*') || mount_covers(r->w->f, r->item, path) == KNOWN)
		return;
	g.why = seen ? arena_printf(r->w->a, "mode %04o of %s", mode, why) : text_of(why);
	if (!seen)
		g.spell = SPELL_TREE;
	if (access_is_secret(path)) {
		g.opener = OPEN_NEVER;
		g.why = ARENA_JOIN(r->w->a, g.why, TEXT(", as a secret"));
	}
	/* No program: whoever closes it wants that. */
	if (seen && !dir && !(mode & 0100))
		g.opener = OPEN_NEVER;
	c.group = access_group_add(r->w, g);
	access_close(r->w, c);
}

/* mkdir -m, install -m: what they make has just that mode. */
static void made_with(struct access_script *r, const struct command *c, struct text path, bool dir,
		      const char *why)
{
	struct maybe m = access_option(r, c, "-m --mode");
	unsigned mode = 0;

	if (m.state == UNSET || (m.state == KNOWN && access_mode(m.text, dir ? 0777 : 0, dir, &mode) &&
				 access_is_open(mode, dir, true)))
		access_forget(r->w, path, false);
	else if (m.state == KNOWN && access_mode(m.text, dir ? 0777 : 0, dir, &mode))
		access_close_path(r, path, mode, dir, true, why);
}

static void by_mkdir(struct access_script *r, const struct command *c)
{
	for (size_t i = 0; i < command_operands(c); i++) {
		struct maybe path = access_operand(r, c, i);

		if (path.state != KNOWN)
			continue;
		note_folder(r, path.text);
		if (command_has(c, "-m --mode"))
			made_with(r, c, path.text, true, "mkdir");
	}
}

/* The place of a copied thing: in the folder, or under the name itself. */
static struct text place_in(struct access_script *r, struct text dest, struct text source, bool folder)
{
	return folder ? access_join(r->w->a, dest, text_base(source)) : dest;
}

struct transfer {
	struct maybe dest;
	bool folder; /* it goes into dest */
	size_t n;    /* operands that are sources */
};

static struct transfer transfer_of(struct access_script *r, const struct command *c)
{
	struct transfer t = { .dest = access_option(r, c, "-t --target-directory"),
			      .folder = true,
			      .n = command_operands(c) };
	struct maybe word;

	if (t.dest.state != UNSET) {
		t.dest = access_path(r, t.dest);
		return t;
	}
	if (t.n < 2)
		return (struct transfer){ .dest = maybe_unknown() };
	word = access_word(r, c, command_operand(c, --t.n)->word);
	t.dest = access_path(r, word);
	t.folder = t.dest.state == KNOWN && !command_has(c, "-T --no-target-directory") &&
		   (t.n > 1 || text_ends(word.text, TEXT("/")) || text_ends(word.text, TEXT(".")) ||
		    access_is_folder(r, t.dest.text));
	return t;
}

static void by_install(struct access_script *r, const struct command *c)
{
	struct transfer t = transfer_of(r, c);

	if (command_has(c, "-d --directory")) {
		for (size_t i = 0; i < command_operands(c); i++) {
			struct maybe path = access_operand(r, c, i);

			if (path.state != KNOWN)
				continue;
			note_folder(r, path.text);
			made_with(r, c, path.text, true, "install");
		}
		return;
	}
	for (size_t i = 0; i < t.n && t.dest.state == KNOWN; i++) {
		struct maybe from = access_operand(r, c, i);

		if (from.state == KNOWN || !t.folder)
			made_with(r, c,
				  place_in(r, t.dest.text, from.state == KNOWN ? from.text : TEXT_NONE,
					   t.folder),
				  false, "install");
	}
}

/* --- what moves ------------------------------------------------------------ */

static size_t group_of_moved(struct access_script *r, size_t old, struct text top, size_t *cache_old,
			     size_t *cache_new)
{
	struct access_group g = r->w->groups[old];

	if (*cache_old == old)
		return *cache_new;
	if (g.opener == OPEN_FLAG || g.spell == SPELL_GIVEN || g.opener == OPEN_NEVER) {
		g.opener = OPEN_CHMOD;
		g.spell = SPELL_TREE;
	}
	g.item = r->item;
	g.top = top;
	g.home = false;
	if (access_is_system_dir(top) && g.spell == SPELL_TREE)
		g.spell = SPELL_LIST;
	*cache_old = old;
	*cache_new = access_group_add(r->w, g);
	return *cache_new;
}

/* cp without -p gives the mode of the source too, less the umask; mv moves it. */
static void transfer_closed(struct access_script *r, struct text source, const struct transfer *t, bool move, bool contents)
{
	size_t n = r->w->n, old = TEXT_NPOS, new_group = TEXT_NPOS;
	struct text rest;

	for (size_t i = 0; i < n && i < r->w->n && r->w->work; i++, r->w->work--) {
		struct access_closed c = r->w->list[i];
		struct text inside, top;

		if (!access_covers(source, true, c.path, &rest) || r->w->groups[c.group].home ||
		    (!move && !c.seen))
			continue;
		inside = text_has(source, '*') || contents ? rest
			 : t->folder           ? access_join(r->w->a, text_base(source), rest)
					       : rest;
		top = text_sub(inside, 0, t->folder && !contents ? text_chr(inside, '/', 0) : 0);
		c.group =
			group_of_moved(r, c.group, access_join(r->w->a, t->dest.text, top), &old, &new_group);
		c.path = access_join(r->w->a, t->dest.text, inside);
		access_close(r->w, c);
	}
	if (move)
		access_forget(r->w, source, true);
}

/* cp -r dir/. there: what is in it, not the folder. */
static bool is_contents(struct access_script *r, const struct command *c, size_t nth)
{
	const struct arg *o = command_operand(c, nth);
	struct maybe word = o ? access_word(r, c, o->word) : maybe_unset();

	return word.state == KNOWN && (text_ends(word.text, TEXT("/.")) || text_is(word.text, "."));
}

static void by_transfer(struct access_script *r, const struct command *c)
{
	struct transfer t = transfer_of(r, c);

	if (t.dest.state != KNOWN || !r->w->n)
		return;
	for (size_t i = 0; i < t.n; i++) {
		struct maybe from = access_operand(r, c, i);

		if (from.state == KNOWN && !text_eq(from.text, t.dest.text))
			transfer_closed(r, from.text, &t, command_is(c, "mv"), is_contents(r, c, i));
	}
}

static void by_rm(struct access_script *r, const struct command *c)
{
	bool deep = command_has(c, "-r -R --recursive");

	for (size_t i = 0; i < command_operands(c) && r->w->n; i++) {
		struct maybe path = access_operand(r, c, i);

		if (path.state == KNOWN)
			access_forget(r->w, path.text, deep);
	}
}

/* A link outside of root's home that leads into it. */
static void by_ln(struct access_script *r, const struct command *c)
{
	struct maybe target = access_operand(r, c, 0), link = access_operand(r, c, 1);

	if (command_has(c, "-s --symbolic") && target.state == KNOWN && access_in_home(target.text) &&
	    link.state == KNOWN && !access_in_home(link.text) && !text_has(target.text, '*'))
		access_home_add(r->w, r->item, target.text, true);
}

static void by_chown(struct access_script *r, const struct command *c)
{
	const struct arg *who = command_operand(c, 0);
	struct maybe m = who ? access_word(r, c, who->word) : maybe_unset();
	bool deep = command_has(c, "-R --recursive");
	struct text owner = text_sub(m.text, 0, text_chr(m.text, ':', 0)), rest;

	if (m.state != KNOWN || !owner.n)
		return;
	if (text_is(owner, "root") || text_is(owner, "0"))
		owner = TEXT_NONE;
	for (size_t k = 1; k < command_operands(c); k++) {
		struct maybe path = access_operand(r, c, k);

		if (path.state == KNOWN && r->w->ngiven < sizeof(r->w->given) / sizeof(r->w->given[0]))
			r->w->given[r->w->ngiven++] = (struct access_given){ path.text, owner, deep };
		for (size_t i = 0; path.state == KNOWN && i < r->w->n && r->w->work; i++, r->w->work--)
			if (access_covers(path.text, deep, r->w->list[i].path, &rest))
				r->w->list[i].owner = owner;
	}
}

/* umask 077: what is made from here on. */
static void by_umask(struct access_script *r, const struct command *c, const struct command *end)
{
	const struct arg *o = command_operand(c, 0);
	struct maybe m = o ? access_word(r, c, o->word) : maybe_unset();
	const struct touch *list;
	unsigned mask;
	size_t n;

	if (r->umasks++ >= MAX_UMASKS || m.state != KNOWN || !m.text.n ||
	    !ascii_digit((unsigned char)m.text.p[0]) || !access_mode(m.text, 0, false, &mask) || !(mask & 05))
		return;
	touches_of_script(r->w->a, r->state, r->s, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].kind <= TOUCH_EMPTY && list[i].command > c && list[i].command < end &&
		    text_starts(list[i].path, TEXT("/")) && !text_starts(list[i].path, TEXT("/?")) &&
		    !text_starts(list[i].path, TEXT("//")))
			access_close_path(r, list[i].path, 0, true, false,
					  "made under a umask that closes it to others");
}

/* --- the script ------------------------------------------------------------ */

static const struct {
	const char *names;
	void (*read)(struct access_script *r, const struct command *c);
} handlers[] = {
	{ "cd pushd popd", change_dir },
	{ "mkdir", by_mkdir },
	{ "install", by_install },
	{ "cp mv", by_transfer },
	{ "rm rmdir unlink shred", by_rm },
	{ "ln", by_ln },
	{ "chown", by_chown },
	{ "chmod find", access_chmod },
	{ "tar bsdtar gtar unzip", access_untar },
};

static void read_command(struct access_script *r, const struct command *c)
{
	struct script_place *at = place_of(r, c->list);

	r->cwd = at ? at->cwd : maybe_unknown();
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (command_in(c, handlers[i].names))
			handlers[i].read(r, c);
	if (command_is(c, "umask")) {
		const struct command *end = c + 1;

		while (end < r->s->commands + r->s->n && !command_is(end, "umask"))
			end++;
		by_umask(r, c, end);
	}
	access_home_command(r->w, r->item, c);
}

void access_run(struct access_walk *w, size_t item)
{
	const struct script_facts *s = facts_commands(w->f, item);
	struct access_script r = { .w = w, .item = item, .s = s, .state = facts_before(w->f, item) };

	r.cwd = r.state->workdir;
	if (s->n)
		place_of(&r, s->script->tree.list);
	for (size_t i = 0; i < s->n && i < MAX_COMMANDS; i++)
		read_command(&r, &s->commands[i]);
}
