/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_run.h"

#include "facts/made.h"

struct change {
	struct text mode;
	bool deep;
	bool files, folders; /* which of them it is about */
};

/* What is not seen: each kind of thing that may be there. */
static bool change_unseen(struct access_closed *c, const struct change *ch)
{
	if (ch->files && !(access_mode(ch->mode, c->file, false, &c->file) &&
			   access_mode(ch->mode, c->program, false, &c->program)))
		return false;
	if (ch->folders && !access_mode(ch->mode, c->mode, true, &c->mode))
		return false;
	return access_is_open(c->file, false, true) && access_is_open(c->program, false, true) &&
	       (!c->dir || access_is_open(c->mode, true, false));
}

/* The new mode of a place that is closed; true where it is open then. */
static bool change_one(struct access_closed *c, const struct change *ch)
{
	unsigned mode;

	if (!c->seen)
		return change_unseen(c, ch);
	if (c->dir ? !ch->folders : !ch->files)
		return false;
	if (!access_mode(ch->mode, c->mode, c->dir, &mode))
		return false;
	c->mode = mode;
	return access_is_open(mode, c->dir, true);
}

/* What the path was before, where that is seen: a file that the build context or a here-document gave. */
static bool mode_before(struct access_script *r, struct text path, unsigned *mode)
{
	struct path_origin o = access_may_look(r->w, r->item)
				       ? made_before(r->w->f, r->item, path)
				       : (struct path_origin){ .kind = MADE_UNSEEN, .item = TEXT_NPOS };
	const struct flag *chmod = o.kind == MADE_BYTES && o.item != TEXT_NPOS
					   ? ins_flag(facts_doc(r->w->f)->items[o.item].ins, "chmod")
					   : NULL;
	struct context_info info = { .answer = CONTEXT_UNKNOWN };

	*mode = 0644;
	if (o.kind == MADE_COMPILED)
		*mode = 0755;
	if (chmod)
		return access_mode(chmod->value, 0644, false, mode);
	if (o.kind == MADE_BYTES && o.path.n)
		info = context_stat(facts_context(r->w->f), o.path);
	if (info.answer == CONTEXT_FILE)
		*mode = info.mode;
	return o.kind == MADE_BYTES || o.kind == MADE_COMPILED;
}

/* A folder and all below it. */
static void close_tree(struct access_script *r, struct text path, const struct change *ch)
{
	struct access_closed *c;

	access_close_path(r, path, 0, true, false, "chmod -R closes it to others");
	c = r->w->n ? &r->w->list[r->w->n - 1] : NULL;
	if (!c || !text_eq(c->path, path))
		return;
	r->w->groups[c->group].meant = true;
	c->file = 0644;
	c->mode = c->program = 0755;
	if (change_unseen(c, ch))
		r->w->n--;
}

/* A mode that shuts others out: chmod 700, go-rwx, u+x of what had no x. */
static void close_new(struct access_script *r, struct text path, const struct change *ch)
{
	unsigned was, file, folder, program;
	bool known, closes_file, closes_folder;

	if (!access_mode(ch->mode, 0644, false, &file) || !access_mode(ch->mode, 0755, false, &program) ||
	    !access_mode(ch->mode, 0755, true, &folder))
		return;
	closes_file = !access_is_open(file, false, true);
	closes_folder = !access_is_open(folder, true, false);
	if (!closes_file && !closes_folder)
		return;
	if (ch->deep && !access_is_called_file(path)) {
		close_tree(r, path, ch);
		return;
	}
	/* Nobody gives a folder a mode without x. */
	if ((folder & 0100) && access_is_folder(r, path)) {
		if (closes_folder)
			access_close_path(r, path, folder, true, true, "chmod");
		return;
	}
	known = mode_before(r, path, &was);
	if (!ch->files || !access_mode(ch->mode, was, false, &file) || access_is_open(file, false, true))
		return;
	/* u+x of what is not seen may find an x for all there already. */
	if (!known && access_is_open(program, false, true))
		return;
	access_close_path(r, path, file, false, true, "chmod");
	/* Of what can be read, only a program needs more. */
	if (access_is_open(file, false, false) && r->w->n && text_eq(r->w->list[r->w->n - 1].path, path))
		r->w->groups[r->w->list[r->w->n - 1].group].certain = known;
}

static void change_path(struct access_script *r, struct text path, const struct change *ch)
{
	size_t kept = 0;
	struct text rest;
	bool met = false;
	unsigned mode;

	if (access_covers(path, ch->deep, TEXT("/root"), &rest) && ch->folders &&
	    access_mode(ch->mode, 0700, true, &mode))
		r->w->home_open = (mode & 01) != 0;
	if (r->w->work < r->w->n)
		return;
	r->w->work -= r->w->n;
	for (size_t i = 0; i < r->w->n; i++) {
		struct access_closed *c = &r->w->list[i];
		bool covered = access_covers(path, ch->deep, c->path, &rest) && !r->w->groups[c->group].home;

		met = met || (covered && c->seen);
		if (!covered || !change_one(c, ch))
			r->w->list[kept++] = *c;
	}
	r->w->n = kept;
	if (!met)
		close_new(r, path, ch);
}

/* find PATH... [-type f] -exec chmod MODE {} ; any other test leaves some out. */
static void by_find(struct access_script *r, const struct command *c)
{
	struct change ch = { .deep = true, .files = true, .folders = true };
	size_t first = c->first + 1, paths = 0, i = first;

	for (; i < c->sh->nwords && !text_starts(command_word(c, i), TEXT("-")); i++)
		paths++;
	for (; i + 1 < c->sh->nwords && !text_is(command_word(c, i), "-exec"); i += 2) {
		if (!text_is(command_word(c, i), "-type"))
			return;
		ch.files = text_is(command_word(c, i + 1), "f");
		ch.folders = text_is(command_word(c, i + 1), "d");
	}
	if (i + 3 >= c->sh->nwords || !text_is(command_word(c, i + 1), "chmod") ||
	    c->sh->words[i + 2].value.state != KNOWN)
		return;
	ch.mode = c->sh->words[i + 2].value.text;
	for (size_t k = 0; k < paths; k++) {
		struct maybe path = access_path(r, access_word(r, c, first + k));

		if (path.state == KNOWN)
			change_path(r, path.text, &ch);
	}
}

/* chmod -x and chmod go-rwx: what looks like options is the mode. */
static bool mode_word(const struct command *c, size_t *word, struct text *mode)
{
	for (size_t i = c->first + 1; i < c->sh->nwords; i++) {
		const struct sh_word *w = &c->sh->words[i];
		struct text t = w->value.text;
		unsigned ignored;

		if (w->value.state != KNOWN)
			return false;
		if (t.n > 1 && t.p[0] == '-' && !access_mode(t, 0, false, &ignored))
			continue;
		*word = i;
		*mode = t;
		return access_mode(t, 0, false, &ignored);
	}
	return false;
}

void access_chmod(struct access_script *r, const struct command *c)
{
	struct change ch = { .files = true, .folders = true };
	size_t word;

	if (command_is(c, "find")) {
		by_find(r, c);
		return;
	}
	ch.deep = command_has(c, "-R --recursive");
	if (!mode_word(c, &word, &ch.mode))
		return;
	for (size_t i = word + 1; i < c->sh->nwords; i++) {
		struct maybe path;

		if (text_starts(command_word(c, i), TEXT("-")))
			continue;
		path = access_path(r, access_word(r, c, i));
		if (path.state == KNOWN)
			change_path(r, path.text, &ch);
	}
}
