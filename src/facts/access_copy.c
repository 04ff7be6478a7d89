/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_walk.h"

#include "facts/copy.h"
#include "facts/glob.h"

enum {
	MAX_ENTRIES = 20000, /* of the context, for one COPY */
	MAX_FOLDERS = 64,    /* one in the other */
	MAX_LOOKED = 2000,   /* for a file that others can read */
	MAX_LISTED = 8,
	MODE_OF_URL = 0600 /* https://docs.docker.com/reference/dockerfile/#add */
};

struct copying {
	struct access_walk *w;
	size_t item;
	const struct instruction *ins;
	struct context *context;
	struct text dest, owner;
	bool is_dir, parents;
	struct maybe chmod;
	unsigned entries; /* that may still be looked at */
	size_t files, programs, folders, closed;
	size_t group;
	struct text why;
	struct arena scratch; /* paths that are looked at */
};

/* --- what is closed -------------------------------------------------------- */

/* --chmod= is for all that is copied, folders in it too. */
static bool mode_there(const struct copying *c, unsigned was, bool dir, unsigned *mode)
{
	*mode = was;
	return c->chmod.state == UNSET ||
	       (c->chmod.state == KNOWN && access_mode(c->chmod.text, was, dir, mode));
}

static void close_one(struct copying *c, struct text path, unsigned mode, bool dir)
{
	if (c->group == TEXT_NPOS)
		c->group = access_group_add(c->w, (struct access_group){ .item = c->item,
									 .top = c->dest,
									 .certain = true,
									 .spell = SPELL_LIST });
	if (!c->closed++)
		c->why = ARENA_JOIN(c->w->a, TEXT("mode "), access_mode_text(c->w->a, mode),
				    c->chmod.state == KNOWN ? TEXT(" of --chmod")
							    : TEXT(" in the build context"));
	access_close(c->w, (struct access_closed){ .path = arena_text(c->w->a, path),
						   .dir = dir,
						   .tree = dir,
						   .seen = true,
						   .mode = mode,
						   .owner = c->owner,
						   .group = c->group });
}

static bool is_program(struct copying *c, struct text path)
{
	struct text head;

	return context_read(c->context, path, 4, &c->scratch, &head, NULL) != CONTEXT_FILE ||
	       access_is_program(head);
}

/* source: in the context; empty: what it holds is not seen. */
static void place_file(struct copying *c, struct text path, unsigned was, struct text source)
{
	unsigned mode;

	c->files++;
	c->programs += (was & 0100) != 0;
	if (!mode_there(c, was, false, &mode))
		return;
	/* Most are open either way, without a look into them. */
	if (access_is_open(mode, false, true) ||
	    (access_is_open(mode, false, false) && source.n && !is_program(c, source))) {
		if (c->files == 1 && c->w->n)
			access_forget(c->w, path, false);
		return;
	}
	close_one(c, path, mode, false);
}

/* Most files of a folder are open, and neither the first: there is no more to say of them than that they are there. */
static bool pass_open(struct copying *c, unsigned was)
{
	unsigned mode;

	if (!c->files || (mode_there(c, was, false, &mode) && !access_is_open(mode, false, true)))
		return false;
	c->files++;
	c->programs += (was & 0100) != 0;
	return true;
}

static void place_folder(struct copying *c, struct text path, unsigned was)
{
	unsigned mode;

	c->folders++;
	if (mode_there(c, was, true, &mode) && !access_is_open(mode, true, false))
		close_one(c, path, mode, true);
}

static struct text below(struct copying *c, struct text dir, struct text name)
{
	return text_is(dir, ".") || !dir.n ? name : ARENA_JOIN(&c->scratch, dir, TEXT("/"), name);
}

static void walk_folder(struct copying *c, struct text source, struct text path, int depth)
{
	const struct context_entry *list;
	size_t n;

	if (depth > MAX_FOLDERS || context_list_modes(c->context, source, &c->scratch, &list, &n) != CONTEXT_DIR)
		return;
	for (size_t i = 0; i < n && c->entries; i++, c->entries--) {
		struct text from, to;

		if (list[i].link || (list[i].answer == CONTEXT_FILE && pass_open(c, list[i].mode)))
			continue;
		from = below(c, source, list[i].name);
		to = access_join(&c->scratch, path, list[i].name);
		if (list[i].answer == CONTEXT_FILE)
			place_file(c, to, list[i].mode, from);
		if (list[i].answer != CONTEXT_DIR)
			continue;
		place_folder(c, to, list[i].mode);
		walk_folder(c, from, to, depth + 1);
	}
}

/* --- the sources ----------------------------------------------------------- */

static struct text last_name(struct text path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return text_base(path);
}

/* With --parents the source's folders come along, those behind a "/./" at least. */
static struct text dest_of(const struct copying *c, struct text source, bool folder)
{
	size_t pivot = text_find(source, TEXT("/./"), 0);

	if (c->parents) {
		source = pivot == TEXT_NPOS ? source : text_from(source, pivot + 3);
		while (text_starts(source, TEXT("/")) || text_starts(source, TEXT("./")))
			source = text_from(source, source.p[0] == '/' ? 1 : 2);
		return text_is(source, ".") ? c->dest : access_join(c->w->a, c->dest, source);
	}
	return folder || !c->is_dir ? c->dest : access_join(c->w->a, c->dest, last_name(source));
}

static void copy_path(struct copying *c, struct text path)
{
	struct context_info info = context_stat(c->context, path);

	if (info.answer == CONTEXT_FILE)
		place_file(c, dest_of(c, path, false), info.mode, path);
	else if (info.answer == CONTEXT_DIR)
		walk_folder(c, path, dest_of(c, path, true), 0);
}

/* package*.json: of one folder. */
static void copy_matches(struct copying *c, struct text pattern)
{
	size_t slash = text_rchr(pattern, '/');
	struct text dir = text_sub(pattern, 0, slash == TEXT_NPOS ? 0 : slash),
		    last = slash == TEXT_NPOS ? pattern : text_from(pattern, slash + 1);
	const struct context_entry *list;
	size_t n;

	if (glob_wild(dir) || !glob_valid(last) ||
	    context_list(c->context, dir, &c->scratch, &list, &n) != CONTEXT_DIR)
		return;
	for (size_t i = 0; i < n && c->entries; i++, c->entries--)
		if (glob_match(last, list[i].name))
			copy_path(c, below(c, dir, list[i].name));
}

static void unpack_source(struct copying *c, enum source_kind kind, struct text path)
{
	struct access_unpack u = { .item = c->item,
				   .dest = c->dest,
				   .add = true,
				   .unseen = TEXT("modes in an archive that is not seen") };

	if (kind == SOURCE_ARCHIVE)
		u.archive = path;
	access_unpack(c->w, &u);
}

static void copy_heredocs(struct copying *c)
{
	for (size_t i = 0; i < c->ins->nheredocs; i++)
		place_file(c, c->is_dir ? access_join(c->w->a, c->dest, c->ins->heredocs[i].name) : c->dest,
			   0644, TEXT_NONE);
}

static struct text name_of_url(struct text url)
{
	url = text_sub(url, 0, text_chr(url, '?', 0));
	return text_sub(last_name(url), 0, text_chr(last_name(url), '#', 0));
}

static void copy_source_word(struct copying *c, const struct word *word)
{
	struct maybe path;
	enum source_kind kind = copy_source(c->w->f, c->item, word, &path);
	struct text name;

	if (kind == SOURCE_URL) {
		name = name_of_url(path.state == KNOWN ? path.text : word->value);
		if (!text_has(name, '$') || !c->is_dir)
			place_file(c, c->is_dir ? access_join(c->w->a, c->dest, name) : c->dest, MODE_OF_URL,
				   TEXT_NONE);
		if (c->chmod.state == UNSET)
			c->why = TEXT("ADD gives what it downloads mode 0600");
	} else if (kind == SOURCE_ARCHIVE && c->ins->keyword == KW_ADD) {
		unpack_source(c, kind, path.text);
	} else if (path.state == KNOWN && kind != SOURCE_GIT && kind != SOURCE_HEREDOC) {
		if (glob_wild(path.text))
			copy_matches(c, path.text);
		else
			copy_path(c, path.text);
	}
}

/* --- the cure -------------------------------------------------------------- */

/* git keeps no more of a mode than x: where nobody may read anything, a umask of this machine made it so. */
static bool look_for_open(struct context *context, struct arena *a, struct text dir, int depth,
			  unsigned *left, bool *any)
{
	const struct context_entry *list;
	size_t n;

	if (depth > MAX_FOLDERS || context_list(context, dir, a, &list, &n) != CONTEXT_DIR)
		return false;
	for (size_t i = 0; i < n && *left; i++, --*left) {
		struct text path =
			text_is(dir, ".") ? list[i].name : ARENA_JOIN(a, dir, TEXT("/"), list[i].name);

		if (list[i].answer == CONTEXT_FILE) {
			*any = true;
			if (context_stat(context, path).mode & 04)
				return true;
		}
		if (list[i].answer == CONTEXT_DIR && look_for_open(context, a, path, depth + 1, left, any))
			return true;
	}
	return false;
}

static bool umask_speaks(struct copying *c)
{
	struct arena scratch = { 0 };
	unsigned left = MAX_LOOKED;
	bool any = false, open = look_for_open(c->context, &scratch, TEXT("."), 0, &left, &any);

	arena_release(&scratch);
	return any && !open;
}

/* One mode for all of it: what --chmod says, made wider, or that of a file of its kind. */
static unsigned wide_mode(const struct copying *c)
{
	unsigned mode = 0;

	if (c->chmod.state == KNOWN && access_mode(c->chmod.text, 0, false, &mode))
		return mode | 0444 | ((mode & 0100) || c->folders ? 0111 : 0);
	return c->programs ? 0755 : 0644;
}

/* The flag where one mode is right for all that is copied; else, for a few places, a command of its own. */
static void choose_cure(struct copying *c)
{
	struct access_group *g = &c->w->groups[c->group];
	bool alike = c->programs == c->files || (!c->programs && !c->folders);
	bool tree = c->folders > 0, from_context = c->chmod.state == UNSET;

	g->why = c->why;
	if (from_context && c->context && umask_speaks(c)) {
		g->why = TEXT("no file of the build context can be read by others: a umask of this machine "
			      "made it so");
		g->certain = alike && !tree;
	}
	if (!from_context || (alike && !(tree && !g->certain))) {
		g->opener = OPEN_FLAG;
		g->mode = access_mode_text(c->w->a, wide_mode(c));
	} else if (g->certain && c->closed <= MAX_LISTED) {
		g->opener = OPEN_CHMOD;
	}
	for (size_t i = 0; i < c->w->n; i++)
		if (c->w->list[i].group == c->group && access_is_secret(c->w->list[i].path)) {
			g->opener = OPEN_NEVER;
			g->why = ARENA_JOIN(c->w->a, g->why, TEXT(", as a secret"));
			break;
		}
}

/* --- other stages ---------------------------------------------------------- */

/* Opened where it was made; a single file by a flag of this COPY. */
static size_t group_here(struct copying *c, const struct access_walk *from, const struct access_closed *e,
			 bool single, size_t *map)
{
	struct access_group g = from->groups[e->group];

	if (map[e->group] != TEXT_NPOS)
		return map[e->group];
	g.command = access_command(from, e->group);
	g.spell = SPELL_GIVEN;
	g.top = c->dest;
	g.home = false;
	if (g.opener == OPEN_CHMOD && !g.command.n)
		g.opener = OPEN_NEVER;
	if (c->chmod.state == KNOWN ||
	    (single && g.certain && g.opener != OPEN_NEVER && !e->dir && e->seen)) {
		g.item = c->item;
		g.spell = SPELL_LIST;
		g.opener = OPEN_FLAG;
		g.mode = access_mode_text(c->w->a, e->seen && !e->dir && !(e->mode & 0100) ? 0644 : 0755);
	}
	map[e->group] = access_group_add(c->w, g);
	return map[e->group];
}

static void copy_closed(struct copying *c, const struct access_walk *from, const struct access_closed *e,
			struct text source, size_t *map)
{
	struct access_closed here = *e;
	struct text rest, inside = TEXT_NONE;
	bool single;

	if (from->groups[e->group].home)
		return;
	/* Something out of a place that is closed, and not seen. What was unpacked to be built is no such place. */
	if (e->tree && !e->seen && from->groups[e->group].certain && access_below(e->path, source))
		inside = last_name(source);
	else if (!access_covers(source, true, e->path, &rest))
		return;
	if (e->seen && !mode_there(c, e->mode, e->dir, &here.mode))
		return;
	if (e->seen ? access_is_open(here.mode, e->dir, true) : c->chmod.state != UNSET)
		return;
	if (inside.n)
		rest = c->is_dir ? inside : TEXT_NONE;
	else if (glob_wild(source) && e->dir && !text_has(rest, '/'))
		return; /* a folder that matches gives what is in it */
	else if (!rest.n && e->dir && e->seen)
		return; /* likewise */
	else if (!rest.n && c->is_dir && !e->tree)
		rest = last_name(source);
	here.path = access_join(c->w->a, c->dest, rest);
	here.owner = c->owner;
	single = !inside.n && !e->tree && text_eq(source, e->path) && copy_sources(c->ins) == 1;
	here.group = group_here(c, from, e, single, map);
	access_close(c->w, here);
}

static void copy_from(struct copying *c, int stage)
{
	const struct access_walk *from = stage >= 0 && (size_t)stage < c->w->here
						 ? access_walk_of(c->w->f, (size_t)stage, c->w)
						 : NULL;
	const struct state *st = facts_before(c->w->f, c->item);
	size_t *map;

	if (!from || !from->n || c->w->work < from->n)
		return;
	map = ARENA_ARRAY(c->w->a, from->ngroups, size_t);
	for (size_t i = 0; i < from->ngroups; i++)
		map[i] = TEXT_NPOS;
	for (size_t s = 0; s < copy_sources(c->ins); s++) {
		struct maybe m = state_expand(st, c->w->a, facts_doc(c->w->f), c->ins->words[s].value);
		struct state root = *st;

		root.workdir = maybe_known(TEXT("/"));
		m = m.state == KNOWN ? state_path(&root, c->w->a, m.text) : m;
		for (size_t i = 0; m.state == KNOWN && i < from->n && c->w->work; i++, c->w->work--)
			copy_closed(c, from, &from->list[i], m.text, map);
	}
}

/* --- the instruction ------------------------------------------------------- */

static struct text owner_of(struct copying *c, const struct state *st)
{
	const struct flag *chown = ins_flag(c->ins, "chown");
	struct maybe m = chown ? state_expand(st, c->w->a, facts_doc(c->w->f), chown->value) : maybe_unset();

	if (m.state != KNOWN)
		return chown ? chown->value : TEXT_NONE;
	m.text = text_sub(m.text, 0, text_chr(m.text, ':', 0));
	return text_is(m.text, "root") || text_is(m.text, "0") ? TEXT_NONE : m.text;
}

static bool names_dir(const struct copying *c, struct text dest)
{
	return copy_sources(c->ins) > 1 || text_ends(dest, TEXT("/")) || text_ends(dest, TEXT("/.")) ||
	       text_is(dest, ".") || text_is(c->dest, "/") || c->parents || access_is_system_dir(c->dest);
}

static bool begin(struct copying *c)
{
	const struct state *st = facts_before(c->w->f, c->item);
	const struct doc *d = facts_doc(c->w->f);
	const struct flag *chmod = ins_flag(c->ins, "chmod");
	size_t n = copy_sources(c->ins);
	struct maybe dest = n ? state_expand(st, c->w->a, d, c->ins->words[n].value) : maybe_unset(), path;

	if (dest.state != KNOWN || !dest.text.n)
		return false;
	path = state_path(st, c->w->a, dest.text);
	if (path.state != KNOWN)
		return false;
	c->dest = path.text;
	c->parents = ins_flag(c->ins, "parents") != NULL;
	c->is_dir = names_dir(c, dest.text);
	c->chmod = chmod ? state_expand(st, c->w->a, d, chmod->value) : maybe_unset();
	c->owner = owner_of(c, st);
	return true;
}

void access_copy(struct access_walk *w, size_t item)
{
	struct copying c = { .w = w,
			     .item = item,
			     .ins = facts_doc(w->f)->items[item].ins,
			     .entries = MAX_ENTRIES,
			     .group = TEXT_NPOS };
	const struct flag *from = ins_flag(c.ins, "from");

	if (!begin(&c))
		return;
	access_home_copy(w, item, c.dest);
	if (from) {
		copy_from(&c, stages_find(facts_stages(w->f), from->value));
		return;
	}
	c.context = facts_context(w->f);
	if (c.ins->nheredocs)
		copy_heredocs(&c);
	for (size_t i = 0; i < copy_sources(c.ins); i++)
		copy_source_word(&c, &c.ins->words[i]);
	if (c.group != TEXT_NPOS)
		choose_cure(&c);
	arena_release(&c.scratch);
}
