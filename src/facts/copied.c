/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/copied.h"

#include "facts/command.h"
#include "facts/copy.h"
#include "facts/glob.h"

enum {
	MAX_FILES = 4000,
	MAX_DEPTH = 24, /* of folders */
	MAX_HOPS = 8    /* of COPY --from */
};

struct collect {
	struct facts *f;
	struct arena *a;
	struct copied *out;
	struct copied_file *files;
	size_t cap;
	size_t item; /* being read */
	int hops;
};

/* What is no program of the image's own. */
static const char passed_over[] = ".git node_modules vendor bower_components .venv venv __pycache__ .tox .idea .vscode .github "
				  "test tests testing spec specs __tests__ e2e fixtures testdata docs doc examples benchmarks";

static void add(struct collect *c, struct text path, struct text target)
{
	enum source_language language = source_language(path, TEXT_NONE);

	if (c->out->n >= MAX_FILES) {
		c->out->complete = false;
		return;
	}
	c->files = arena_grow(c->a, c->files, c->out->n, &c->cap, sizeof(*c->files));
	c->files[c->out->n++] = (struct copied_file){ c->item, path, language, target };
	c->out->languages |= 1u << language;
}

static struct text below(struct collect *c, struct text dir, struct text name)
{
	if (!dir.n || text_is(dir, "."))
		return name;
	return text_ends(dir, TEXT("/")) ? ARENA_JOIN(c->a, dir, name) : ARENA_JOIN(c->a, dir, TEXT("/"), name);
}

static void add_tree(struct collect *c, struct text path, struct text target, int depth)
{
	const struct context_entry *list;
	size_t n;

	if (depth > MAX_DEPTH || context_list(facts_context(c->f), path, c->a, &list, &n) != CONTEXT_DIR) {
		c->out->complete = false;
		return;
	}
	for (size_t i = 0; i < n && c->out->n < MAX_FILES; i++) {
		struct text at = below(c, path, list[i].name), to = target.n ? below(c, target, list[i].name) : TEXT_NONE;

		if (list[i].answer == CONTEXT_DIR && !words_hold(passed_over, list[i].name))
			add_tree(c, at, to, depth + 1);
		else if (list[i].answer == CONTEXT_FILE)
			add(c, at, to);
	}
}

static struct text last_name(struct text path)
{
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return text_base(path);
}

/* One file or folder of the context, to its place. */
static void add_path(struct collect *c, struct text path, struct text target, bool into)
{
	enum context_answer answer = context_stat(facts_context(c->f), path).answer;

	if (answer == CONTEXT_DIR)
		add_tree(c, path, target, 0);
	else if (answer == CONTEXT_FILE)
		add(c, path, into ? below(c, target, last_name(path)) : target);
	else if (answer != CONTEXT_MISSING)
		c->out->complete = false;
}

/* *.py of one folder. */
static void add_matches(struct collect *c, struct text pattern, struct text target)
{
	size_t slash = text_rchr(pattern, '/');
	struct text dir = text_sub(pattern, 0, slash == TEXT_NPOS ? 0 : slash);
	struct text last = slash == TEXT_NPOS ? pattern : text_from(pattern, slash + 1);
	const struct context_entry *list;
	size_t n;

	if (text_has(dir, '*') || text_has(dir, '?') || text_has(dir, '[') || !glob_valid(last) ||
	    context_list(facts_context(c->f), dir, c->a, &list, &n) != CONTEXT_DIR) {
		c->out->complete = false;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (glob_match(last, list[i].name))
			add_path(c, below(c, dir, list[i].name), target, true);
}

static struct maybe destination(struct collect *c, const struct instruction *ins)
{
	const struct state *st = facts_before(c->f, c->item);
	struct maybe m = state_expand(st, c->a, facts_doc(c->f), ins->words[ins->nwords - 1].value);

	return m.state == KNOWN ? state_path(st, c->a, m.text) : m;
}

static void from_context(struct collect *c, const struct instruction *ins)
{
	struct maybe target = destination(c, ins);
	struct text dest = ins->words[ins->nwords - 1].value;
	size_t n = copy_sources(ins);
	bool into = n > 1 || text_ends(dest, TEXT("/")) || text_is(dest, ".") || text_ends(dest, TEXT("/."));

	for (size_t i = 0; i < n; i++) {
		struct maybe path;
		enum source_kind kind = copy_source(c->f, c->item, &ins->words[i], &path);

		if (kind == SOURCE_HEREDOC || kind == SOURCE_URL || kind == SOURCE_GIT || kind == SOURCE_ARCHIVE ||
		    kind == SOURCE_MISSING)
			continue;
		if (target.state != KNOWN || path.state != KNOWN || !facts_context(c->f))
			c->out->complete = false;
		else if (kind == SOURCE_WILD)
			add_matches(c, path.text, target.text);
		else
			add_path(c, path.text, target.text, into || text_is(target.text, "/"));
	}
}

static void from_stages(struct collect *c, size_t stage);

/* What a stage that is copied from had: at the same place below what is copied, else nowhere in this image. */
static void from_stage(struct collect *c, const struct instruction *ins, size_t stage)
{
	struct maybe target = destination(c, ins);
	size_t first = c->out->n, n = copy_sources(ins), item = c->item;

	if (c->hops >= MAX_HOPS)
		return;
	c->hops++;
	from_stages(c, stage);
	c->hops--;
	c->item = item;
	for (size_t k = first; k < c->out->n; k++) {
		struct text was = c->files[k].target;

		c->files[k].target = TEXT_NONE;
		for (size_t i = 0; i < n && target.state == KNOWN && was.n; i++) {
			struct maybe path = state_expand(facts_before(c->f, item), c->a, facts_doc(c->f), ins->words[i].value);
			struct text dir = path.state == KNOWN ? path.text : TEXT_NONE;

			while (dir.n > 1 && (dir.p[dir.n - 1] == '/' || dir.p[dir.n - 1] == '.'))
				dir.n--;
			if (dir.n && text_starts(was, dir) && was.n > dir.n && was.p[dir.n] == '/')
				c->files[k].target = ARENA_JOIN(c->a, target.text, text_from(was, dir.n));
			else if (dir.n && text_eq(was, dir))
				c->files[k].target = text_ends(ins->words[n].value, TEXT("/"))
							     ? ARENA_JOIN(c->a, target.text, TEXT("/"), last_name(was))
							     : target.text;
		}
	}
}

static void from_stages(struct collect *c, size_t stage)
{
	const struct stages *s = facts_stages(c->f);
	const struct doc *d = facts_doc(c->f);

	if (s->list[stage].parent >= 0 && c->hops < MAX_HOPS) {
		c->hops++;
		from_stages(c, (size_t)s->list[stage].parent);
		c->hops--;
	}
	for (size_t i = s->list[stage].from; i < s->list[stage].end && c->out->n < MAX_FILES; i++) {
		const struct instruction *ins = d->items[i].ins;
		const struct flag *from;
		int other;

		if (!ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD) || ins->nwords < 2)
			continue;
		c->item = i;
		from = ins_flag(ins, "from");
		if (!from) {
			from_context(c, ins);
			continue;
		}
		other = stages_find(s, from->value);
		if (other >= 0 && (size_t)other < stage)
			from_stage(c, ins, (size_t)other);
	}
}

const struct copied *copied_files(struct facts *f, size_t stage)
{
	struct collect c = { .f = f, .a = facts_arena(f) };
	void **kept = facts_kept(f, KEPT_COPIED, stage);

	if (*kept)
		return *kept;
	*kept = c.out = ARENA_NEW(c.a, struct copied);
	c.out->complete = true;
	from_stages(&c, stage);
	c.out->files = c.files;
	return c.out;
}
