/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/made.h"

#include "facts/access.h"
#include "facts/copy.h"
#include "facts/glob.h"
#include "facts/made_text.h"

enum {
	MAX_BYTES = 64 * 1024,
	MAX_ARCHIVE = 1024 * 1024,
	MAX_STEPS = 1024,    /* looked at for one file */
	MAX_COMMANDS = 2048, /* of a script; one with more is not seen through */
	MAX_DEPTH = 8        /* COPY --from that is followed */
};

struct search {
	struct facts *f;
	struct arena *a;
	struct text path;
	bool named;  /* the path is one of several that a name may mean */
	bool folder; /* a folder is looked for */
	size_t steps;
};

static const struct path_origin elsewhere = { .kind = MADE_ELSEWHERE, .item = TEXT_NPOS };

static struct path_origin unseen(size_t item)
{
	return (struct path_origin){ .kind = MADE_UNSEEN, .item = item };
}

static struct path_origin search_stage(struct search *s, size_t stage, size_t end, int depth);

/* What stands behind a folder in a path ("" for itself); false where it is not in it. */
static bool below(struct text dir, struct text path, struct text *rest)
{
	if (text_is(dir, "/")) {
		*rest = text_from(path, 1);
		return true;
	}
	if (!text_starts(path, dir) || (path.n > dir.n && path.p[dir.n] != '/'))
		return false;
	*rest = text_from(path, path.n > dir.n ? dir.n + 1 : dir.n);
	return true;
}

/* --- COPY ------------------------------------------------------------------ */

static struct path_origin from_context(struct search *s, size_t item, struct text path)
{
	struct path_origin o = { .kind = MADE_BYTES, .item = item, .path = path };
	struct context *c = facts_context(s->f);

	switch (context_stat(c, path).answer) {
	case CONTEXT_MISSING:
		return elsewhere;
	case CONTEXT_DIR:
		return s->folder ? unseen(item) : elsewhere;
	case CONTEXT_FILE:
		return context_read(c, path, MAX_BYTES, s->a, &o.bytes, &o.cut) == CONTEXT_FILE ? o : unseen(item);
	default:
		return unseen(item);
	}
}

static struct path_origin from_stage(struct search *s, size_t item, int stage, struct text path, int depth)
{
	struct search inner = { .f = s->f, .a = s->a, .folder = s->folder, .steps = s->steps };
	struct path_origin o;

	if (stage < 0 || depth >= MAX_DEPTH)
		return unseen(item);
	inner.path = text_starts(path, TEXT("/")) ? path : ARENA_JOIN(s->a, TEXT("/"), path);
	o = search_stage(&inner, (size_t)stage, facts_stages(s->f)->list[stage].end, depth + 1);
	s->steps = inner.steps;
	return o.kind == MADE_ELSEWHERE ? unseen(item) : o;
}

struct copying {
	size_t item;
	const struct instruction *ins;
	bool elsewhere; /* --from */
	int stage;      /* that it copies from, or -1 */
	bool add;
};

static struct path_origin from_source(struct search *s, const struct copying *c, struct text path, int depth)
{
	if (c->elsewhere)
		return from_stage(s, c->item, c->stage, path, depth);
	return from_context(s, c->item, path);
}

static bool is_wild(struct text path)
{
	return text_has(path, '*') || text_has(path, '?') || text_has(path, '[');
}

/* package*.json: the files of one folder of the context that match, into the destination. */
static struct path_origin from_wild(struct search *s, const struct copying *c, struct text pattern, struct text rest)
{
	size_t slash = text_rchr(pattern, '/');
	struct text dir = text_sub(pattern, 0, slash == TEXT_NPOS ? 0 : slash + 1), last = text_from(pattern, dir.n);
	enum context_kind kind;

	if (c->elsewhere || is_wild(dir) || !glob_valid(last) || !rest.n)
		return unseen(c->item);
	if (!text_has(rest, '/') && glob_match(last, rest))
		return from_context(s, c->item, ARENA_JOIN(s->a, dir, rest));
	/* A folder that matches gives what is in it. */
	kind = context_glob(facts_context(s->f), pattern).kind;
	return kind == CONTEXT_FILES || kind == CONTEXT_NONE ? elsewhere : unseen(c->item);
}

/* What an archive of the context brings there; where it cannot be read, it may bring it. */
static struct path_origin from_archive(struct search *s, const struct copying *c, struct text path, struct text rest)
{
	struct context *context = facts_context(s->f);
	const struct archive_member *list;
	struct arena scratch = { 0 };
	bool found;
	size_t n;

	if (!s->folder || !rest.n || context_stat(context, path).size > MAX_ARCHIVE)
		return unseen(c->item);
	found = !archive_read(context, path, &scratch, &list, &n);
	for (size_t i = 0; !found && i < n; i++)
		found = text_starts(list[i].path, rest) && (list[i].path.n == rest.n || list[i].path.p[rest.n] == '/');
	arena_release(&scratch);
	return found ? unseen(c->item) : elsewhere;
}

/* The source is a file that the destination, or the folder that it is, holds; or a folder. */
static struct path_origin one_source(struct search *s, const struct copying *c, const struct word *w, struct text rest,
				     bool is_dir, int depth)
{
	struct maybe path;
	enum source_kind kind = copy_source(s->f, c->item, w, &path);
	bool copied_deep = text_has(rest, '/');
	struct path_origin o;

	if (kind == SOURCE_ARCHIVE && c->add && path.state == KNOWN && !s->named && !c->elsewhere)
		return from_archive(s, c, path.text, rest);
	if (kind == SOURCE_HEREDOC || kind == SOURCE_URL || kind == SOURCE_GIT || (kind == SOURCE_ARCHIVE && c->add) ||
	    ins_flag(c->ins, "parents") || path.state != KNOWN)
		return s->named ? elsewhere : unseen(c->item);
	if (is_wild(path.text)) {
		o = from_wild(s, c, path.text, rest);
		return o.kind == MADE_UNSEEN && s->named && text_has(rest, '/') ? elsewhere : o;
	}
	while (path.text.n > 1 && path.text.p[path.text.n - 1] == '/')
		path.text.n--;
	if (!rest.n || (is_dir && text_eq(text_base(path.text), rest))) {
		o = from_source(s, c, path.text, depth);
		if (o.kind != MADE_ELSEWHERE)
			return o;
	}
	if (!rest.n)
		return elsewhere;
	if (c->elsewhere && s->named && text_has(rest, '/'))
		return elsewhere;
	if (!text_is(path.text, ".") && !text_is(path.text, "/"))
		rest = ARENA_JOIN(s->a, path.text, TEXT("/"), rest);
	o = from_source(s, c, rest, depth);
	/* A folder that is copied to where PATH looks may hold it; one that is copied to / hardly. */
	return o.kind == MADE_UNSEEN && s->named && copied_deep ? elsewhere : o;
}

static struct path_origin of_heredoc(struct search *s, const struct copying *c, struct text rest)
{
	const struct doc *d = facts_doc(s->f);

	for (size_t i = 0; i < c->ins->nheredocs; i++) {
		const struct heredoc *h = &c->ins->heredocs[i];
		struct path_origin o = { .kind = MADE_BYTES, .item = c->item };

		if (rest.n && !text_eq(h->name, rest))
			continue;
		o.cut = !made_heredoc(s->a, d, h, &o.bytes);
		return o;
	}
	return elsewhere;
}

static struct path_origin by_copy(struct search *s, size_t item, int depth)
{
	const struct instruction *ins = facts_doc(s->f)->items[item].ins;
	const struct flag *from = ins_flag(ins, "from");
	struct copying c = { item, ins, from != NULL, -1, ins->keyword == KW_ADD };
	size_t n = copy_sources(ins);
	const struct state *st = facts_before(s->f, item);
	struct maybe dest = n ? state_expand(st, s->a, facts_doc(s->f), ins->words[n].value) : maybe_unset(), path;
	struct text rest;
	struct path_origin o = elsewhere;
	bool is_dir;

	if (!n || (dest.state == KNOWN && !dest.text.n))
		return elsewhere;
	path = dest.state == KNOWN ? state_path(st, s->a, dest.text) : maybe_unknown();
	if (path.state != KNOWN)
		return s->named ? elsewhere : unseen(item);
	if (s->folder && below(s->path, path.text, &rest) && rest.n)
		return unseen(item);
	if (!below(path.text, s->path, &rest))
		return elsewhere;
	if (from)
		c.stage = stages_find(facts_stages(s->f), from->value);
	is_dir = n > 1 || text_ends(dest.text, TEXT("/")) || text_ends(dest.text, TEXT("/.")) ||
		 text_is(dest.text, ".") || text_is(path.text, "/") || rest.n;
	if (s->folder && !rest.n)
		return unseen(item);
	if (is_dir && !rest.n)
		return s->folder ? unseen(item) : elsewhere;
	if (ins->nheredocs)
		return of_heredoc(s, &c, rest);
	for (size_t i = n; i > 0 && o.kind == MADE_ELSEWHERE; i--)
		o = one_source(s, &c, &ins->words[i - 1], rest, is_dir, depth);
	return o;
}

/* --- RUN ------------------------------------------------------------------- */

/* Programs that write what they are told to: what stands behind these options is an executable. */
static const struct {
	const char *names, *sub, *output;
} compilers[] = {
	{ "go", "build", "-o" },
	{ "gcc g++ cc c++ clang clang++ musl-gcc rustc ghc ldc2 dmd nim gfortran ocamlopt", NULL, "-o" },
};

/* Programs that name a file without changing what it is. */
static const char harmless[] =
	"chmod chown chgrp test [ ls strip upx dos2unix echo printf cat rm mkdir touch which file setcap stat ldd cd "
	"sed update-alternatives alternatives";

struct script_search {
	struct search *s;
	const struct state *state;
	struct maybe cwd;
	size_t item;
};

static struct maybe resolve(struct script_search *r, struct text word)
{
	if (!text_starts(word, TEXT("/"))) {
		if (r->cwd.state != KNOWN)
			return maybe_unknown();
		word = ARENA_JOIN(r->s->a, r->cwd.text, TEXT("/"), word);
	}
	return state_path(r->state, r->s->a, word);
}

/* The word is the path; where the directory is not known, its last part has to do. */
static bool is_path(struct script_search *r, struct maybe word)
{
	struct maybe m;

	if (word.state != KNOWN || !word.text.n)
		return false;
	m = resolve(r, word.text);
	if (m.state == KNOWN)
		return text_eq(m.text, r->s->path);
	return text_has(word.text, '/') && text_eq(text_base(word.text), text_base(r->s->path));
}

/* The word is a folder, written as one or not, that the path lies in under the name of another word. */
static bool is_dir_of(struct script_search *r, struct maybe word)
{
	struct maybe m;
	struct text rest;

	if (word.state != KNOWN || !word.text.n)
		return false;
	m = resolve(r, word.text);
	return m.state == KNOWN && below(m.text, r->s->path, &rest) && rest.n && !text_has(rest, '/');
}

static struct text value_behind(const struct command *c, const char *option)
{
	for (size_t i = c->first + 1; i + 1 < c->sh->nwords; i++)
		if (maybe_is(c->sh->words[i].value, option))
			return c->sh->words[i + 1].value.state == KNOWN ? c->sh->words[i + 1].value.text : TEXT_NONE;
	return TEXT_NONE;
}

static bool compiles(struct script_search *r, const struct command *c)
{
	struct text out, rest;

	for (size_t i = 0; i < sizeof(compilers) / sizeof(compilers[0]); i++) {
		if (!command_in(c, compilers[i].names) ||
		    (compilers[i].sub && !command_sub(c, compilers[i].names, compilers[i].sub)))
			continue;
		out = value_behind(c, compilers[i].output);
		if (out.n)
			return is_path(r, maybe_known(out)) ||
			       (text_ends(out, TEXT("/")) && is_dir_of(r, maybe_known(out)));
		/* go build alone names the executable by its module, in the directory at hand. */
		return compilers[i].sub && r->cwd.state == KNOWN && below(r->cwd.text, r->s->path, &rest) && rest.n &&
		       !text_has(rest, '/') && !text_has(rest, '.');
	}
	if (command_sub(c, "cargo", "build"))
		return text_find(r->s->path, TEXT("/target/"), 0) != TEXT_NPOS && !text_has(text_base(r->s->path), '.');
	if (command_sub(c, "go", "install") || command_sub(c, "go", "get"))
		return text_starts(r->s->path, TEXT("/go/bin/"));
	return false;
}

/* A word of cp, mv, curl -o ..., or a redirection, names the file. */
static bool writes(struct script_search *r, const struct command *c)
{
	struct text name = text_base(r->s->path);
	bool brings = false, dir = false;

	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].op != SH_IN && c->sh->redirs[i].op != SH_HEREDOC &&
		    is_path(r, c->sh->redirs[i].word.value))
			return true;
	if (command_in(c, harmless) || manager_of_program(c->name))
		return false;
	for (size_t i = c->first + 1; i < c->sh->nwords; i++) {
		struct maybe v = c->sh->words[i].value;

		if (is_path(r, v))
			return true;
		brings = brings || (v.state == KNOWN && text_eq(text_base(v.text), name));
		dir = dir || is_dir_of(r, v);
	}
	return brings && dir;
}

static void change_dir(struct script_search *r, const struct command *c)
{
	const struct arg *to = command_operand(c, 0);

	if (!command_in(c, "cd pushd popd"))
		return;
	r->cwd = to && to->value.state == KNOWN && command_is(c, "cd") ? resolve(r, to->value.text) : maybe_unknown();
}

/* echo '#!/bin/sh' > /start.sh, tee /start.sh <<EOF, and what is added behind that. False: it is another command. */
static bool writes_text(struct script_search *r, const struct command *c, struct path_origin *o)
{
	bool made = command_is(c, "tee") && command_operands(c) == 1 && is_path(r, command_operand(c, 0)->value), added = false;
	struct text text;
	bool whole;

	for (size_t i = 0; i < c->sh->nredirs; i++) {
		bool here = is_path(r, c->sh->redirs[i].word.value);

		made = made || (here && c->sh->redirs[i].op == SH_OUT);
		added = added || (here && c->sh->redirs[i].op == SH_APPEND);
	}
	if (made == added || (added && (o->kind != MADE_BYTES || o->cut)))
		return false;
	whole = made_output(r->s->a, c, &text);
	if (!text.n && !whole)
		return false;
	*o = (struct path_origin){ .kind = MADE_BYTES, .item = r->item, .bytes = added ? ARENA_JOIN(r->s->a, o->bytes, text) : text, .cut = !whole };
	return true;
}

/* ln -s /usr/bin/python3 /usr/bin/python: from here on the other file is meant. */
static bool follow_link(struct script_search *r, const struct command *c)
{
	const struct arg *target = command_operand(c, 0), *link = command_operand(c, 1);
	struct maybe m;

	if (!command_is(c, "ln") || command_operands(c) != 2 || target->value.state != KNOWN ||
	    !text_starts(target->value.text, TEXT("/")) || !is_path(r, link->value))
		return false;
	m = resolve(r, target->value.text);
	if (m.state == KNOWN)
		r->s->path = m.text;
	return m.state == KNOWN;
}

/* A script that is not seen through mentions the name. */
static bool may_write(struct search *s, size_t item, const struct script_facts *sf)
{
	const struct instruction *ins = facts_doc(s->f)->items[item].ins;

	if (sf->script && sf->script->tree.list && !sf->script->doubtful && sf->n <= MAX_COMMANDS)
		return false;
	return text_find(ins->logical, text_base(s->path), 0) != TEXT_NPOS;
}

/* The last command that writes it counts. */
static struct path_origin by_run(struct search *s, size_t item)
{
	const struct script_facts *sf = facts_commands(s->f, item);
	struct script_search r = { s, facts_before(s->f, item), facts_before(s->f, item)->workdir, item };
	struct path_origin o = may_write(s, item, sf) ? unseen(item) : elsewhere;

	for (size_t i = 0; i < sf->n && i < MAX_COMMANDS; i++) {
		const struct command *c = &sf->commands[i];

		change_dir(&r, c);
		if (compiles(&r, c))
			o = (struct path_origin){ .kind = MADE_COMPILED, .item = item };
		else if (!writes_text(&r, c, &o) && !follow_link(&r, c) && writes(&r, c))
			o = unseen(item);
	}
	return o;
}

/* --- stages ---------------------------------------------------------------- */

static struct path_origin search_stage(struct search *s, size_t stage, size_t end, int depth)
{
	const struct doc *d = facts_doc(s->f);

	for (;;) {
		const struct stage *st = &facts_stages(s->f)->list[stage];

		for (size_t i = end; i > st->from + 1; i--) {
			const struct instruction *ins = d->items[i - 1].ins;
			struct path_origin o = elsewhere;

			if (!ins || (ins->keyword != KW_RUN && ins->keyword != KW_COPY && ins->keyword != KW_ADD))
				continue;
			o = ins->keyword == KW_RUN ? by_run(s, i - 1) : by_copy(s, i - 1, depth);
			if (o.kind != MADE_ELSEWHERE)
				return o;
		}
		if (st->parent < 0)
			return elsewhere;
		stage = (size_t)st->parent;
		end = facts_stages(s->f)->list[stage].end;
	}
}

struct path_origin made_before(struct facts *f, size_t item, struct text path)
{
	struct search s = { .f = f, .a = facts_arena(f), .path = path };

	return search_stage(&s, (size_t)facts_doc(f)->items[item].stage, item, 0);
}

bool made_folder_before(struct facts *f, size_t item, struct text path)
{
	struct search s = { .f = f, .a = facts_arena(f), .path = path, .folder = true };

	return search_stage(&s, (size_t)facts_doc(f)->items[item].stage, item, 0).kind != MADE_ELSEWHERE;
}

struct path_origin made_file(struct facts *f, size_t stage, struct text path)
{
	struct search s = { .f = f, .a = facts_arena(f), .path = path };

	return search_stage(&s, stage, facts_stages(f)->list[stage].end, 0);
}

static struct path_origin in_path(struct facts *f, size_t stage, struct text name)
{
	const struct state *st = facts_after(f, stage);
	struct maybe dirs = state_get(st, facts_arena(f), TEXT("PATH"));
	struct text rest = dirs.state == KNOWN ? dirs.text : TEXT(CATALOG_USUAL_PATH), dir;
	struct search s = { .f = f, .a = facts_arena(f), .named = true };
	bool more = true;

	while (text_cut(&rest, ':', &dir, &more)) {
		struct maybe path = state_path(st, s.a, ARENA_JOIN(s.a, dir, TEXT("/"), name));
		struct path_origin o;

		if (path.state != KNOWN || !dir.n)
			continue;
		s.path = path.text;
		o = search_stage(&s, stage, facts_stages(f)->list[stage].end, 0);
		if (o.kind != MADE_ELSEWHERE)
			return o;
	}
	return elsewhere;
}

struct path_origin made_program(struct facts *f, size_t stage, struct text program)
{
	struct maybe path;

	if (!text_has(program, '/'))
		return in_path(f, stage, program);
	path = state_path(facts_after(f, stage), facts_arena(f), program);
	return path.state == KNOWN ? made_file(f, stage, path.text) : unseen(TEXT_NPOS);
}
