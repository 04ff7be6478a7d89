/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/pass.h"

#include "pass/shell_edit.h"

#include "pass/pragma.h"

#include <assert.h>
#include <string.h>

enum { EXCERPT = 200 };

const char *level_name(enum level l)
{
	static const char *const names[LEVEL_COUNT] = { "safe", "harden", "strict" };

	return names[l];
}

const char *consequence_name(enum consequence c)
{
	static const char *const names[CHANGES_COUNT] = { "port", "volume-owner", "base-publisher", "server" };

	return names[c];
}

/* --- ids -------------------------------------------------------------------- */

const struct transform *transform_find(struct text id)
{
	for (size_t i = 0; i < transforms_count; i++)
		if (text_is(id, transforms[i]->id))
			return transforms[i];
	return NULL;
}

const char *transform_part(const struct transform *t, struct text id)
{
	for (const char *const *p = t->parts; p && *p; p++)
		if (text_is(id, *p))
			return *p;
	return NULL;
}

const struct transform *transform_of(struct text id, const char **part)
{
	const struct transform *t = transform_find(id);

	*part = NULL;
	for (size_t i = 0; i < transforms_count && !t; i++) {
		*part = transform_part(transforms[i], id);
		if (*part)
			t = transforms[i];
	}
	return t;
}

const char *finding_id(const struct finding *f)
{
	return f->part ? f->part : f->by->id;
}

/* --- what a transform may ask ------------------------------------------------- */

const struct doc *pass_doc(const struct pass *p)
{
	return facts_doc(p->facts);
}

struct facts *pass_facts(const struct pass *p)
{
	return p->facts;
}

struct arena *pass_arena(const struct pass *p)
{
	return facts_arena(p->facts);
}

bool pass_next(const struct pass *p, enum keyword kw, size_t *item)
{
	const struct doc *d = pass_doc(p);

	for (; *item < d->nitems; ++*item)
		if (d->items[*item].ins && d->items[*item].ins->keyword == kw)
			return true;
	return false;
}

size_t pass_next_in_stage(const struct pass *p, enum keyword kw, size_t item)
{
	const struct doc *d = pass_doc(p);
	int stage = d->items[item].stage;
	size_t end = stage < 0 ? 0 : facts_stages(p->facts)->list[stage].end;

	while (++item < end)
		if (d->items[item].ins && d->items[item].ins->keyword == kw)
			return item;
	return TEXT_NPOS;
}

size_t pass_next_run(const struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	while (++item < d->nitems && !d->items[item].ins && d->items[item].kind != ITEM_UNREAD)
		;
	return item < d->nitems && d->items[item].ins && d->items[item].ins->keyword == KW_RUN ? item : TEXT_NPOS;
}

bool pass_pragma_above(const struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	for (size_t i = item; i > 0 && item - i < MAX_ABOVE && !d->items[i - 1].ins; i--)
		if (d->items[i - 1].kind == ITEM_COMMENT && pragma_is(text_trim(text_range(d->text, d->items[i - 1].raw))))
			return true;
	return false;
}

struct text pass_keyword(const struct pass *p, const struct instruction *like, enum keyword kw)
{
	const char *name = keyword_name(kw);
	bool small = like->name.n && ascii_lower(like->name.p[0]) == like->name.p[0];
	char *out = arena_bytes(pass_arena(p), text_of(name).n);

	for (size_t i = 0; name[i]; i++)
		out[i] = small ? ascii_lower(name[i]) : name[i];
	return (struct text){ out, text_of(name).n };
}

/* --- places ---------------------------------------------------------------- */

/* Places are told in lines of the original text, which the user has before them. */
static struct place place_of(struct pass *p, size_t at, struct text *excerpt)
{
	size_t from = origins_find(p->origins, at), line = lines_at(p->original, from);
	struct text t = lines_text(p->original, line);
	size_t start = p->original->starts[line];

	/* A byte order mark is no column. */
	if (line == 0 && text_starts(t, TEXT("\xEF\xBB\xBF"))) {
		t = text_from(t, 3);
		start = from < 3 ? from : 3;
	}
	*excerpt = text_sub(t, 0, EXCERPT);
	/* Not inside a character, which has at most three bytes behind its first. */
	for (int k = 0; k < 3 && excerpt->n < t.n && ((unsigned char)t.p[excerpt->n] & 0xC0) == 0x80; k++)
		excerpt->n--;
	return (struct place){ line + 1, from - start + 1 };
}

static size_t item_start(const struct pass *p, size_t item)
{
	const struct item *it = &pass_doc(p)->items[item];

	return it->ins ? ins_source(it->ins, it->ins->name_at) : it->raw.start;
}

size_t pass_line(struct pass *p, size_t item)
{
	struct text excerpt;

	return place_of(p, item_start(p, item), &excerpt).line;
}

/* --- findings -------------------------------------------------------------- */

struct finding *pass_find(struct pass *p, size_t item, struct text message)
{
	struct finding *f = ARENA_NEW(p->outcome, struct finding);
	struct text excerpt;

	f->by = p->by;
	f->item = item;
	f->level = p->by->level;
	f->group = p->by->group;
	f->message = arena_text(p->outcome, message);
	f->place = place_of(p, item_start(p, item), &excerpt);
	f->excerpt = arena_text(p->outcome, excerpt);
	p->findings = arena_grow(p->outcome, p->findings, p->n, &p->cap, sizeof(f));
	p->findings[p->n++] = f;
	return f;
}

void finding_at(struct pass *p, struct finding *f, const struct instruction *ins, size_t logical)
{
	struct text excerpt;

	f->place = place_of(p, ins_source(ins, logical), &excerpt);
	f->excerpt = arena_text(p->outcome, excerpt);
}

void finding_about(struct pass *p, struct finding *f, size_t item)
{
	f->about = arena_grow(p->outcome, f->about, f->nabout, &f->about_cap, sizeof(*f->about));
	f->about[f->nabout++] = item;
}

void finding_because(struct pass *p, struct finding *f, size_t item, struct text words)
{
	struct evidence *e;

	f->because = arena_grow(p->outcome, f->because, f->nbecause, &f->because_cap, sizeof(*e));
	e = &f->because[f->nbecause++];
	e->line = item == TEXT_NPOS ? 0 : pass_line(p, item);
	e->words = arena_text(p->outcome, words);
}

void finding_refuse(struct pass *p, struct finding *f, const char *code, struct text decide)
{
	f->fate = FATE_REFUSED;
	f->code = code;
	f->decide = arena_text(p->outcome, decide);
	f->yes_where = f->yes_lines = TEXT_NONE;
	f->nedits = f->nfiles = 0;
}

void finding_suggest(struct pass *p, struct finding *f, struct text where, struct text lines)
{
	assert(f->fate == FATE_REFUSED);
	f->yes_where = arena_text(p->outcome, where);
	f->yes_lines = arena_text(p->outcome, lines);
}

struct text pass_in_front_of(struct pass *p, size_t item)
{
	if (item >= pass_doc(p)->nitems)
		return TEXT("at the end");
	return arena_printf(pass_arena(p), "in front of line %zu", pass_line(p, item));
}

void finding_quiet(struct finding *f)
{
	assert(f->fate == FATE_REFUSED);
	f->quiet = true;
}

void finding_advise(struct finding *f)
{
	f->fate = FATE_ADVICE;
	f->nedits = f->nfiles = 0;
}

void finding_changes(struct finding *f, enum consequence c)
{
	f->changes |= 1u << c;
}

/* --- edits ----------------------------------------------------------------- */

void finding_replace(struct pass *p, struct finding *f, struct range at, struct text with)
{
	assert(at.start <= at.end && at.end <= pass_doc(p)->text.n);
	if (f->fate != FATE_APPLIED)
		return;
	f->edits = arena_grow(p->outcome, f->edits, f->nedits, &f->edits_cap, sizeof(*f->edits));
	f->edits[f->nedits++] = (struct edit){ at, arena_text(p->outcome, with) };
}

void finding_insert(struct pass *p, struct finding *f, size_t at, struct text text)
{
	finding_replace(p, f, (struct range){ at, at }, text);
}

static bool refuse_comment(struct pass *p, struct finding *f)
{
	finding_refuse(p, f, "comment-inside",
		       TEXT("a comment stands inside the instruction, and a comment is never removed: move it above and run again"));
	return false;
}

bool finding_replace_logical(struct pass *p, struct finding *f, const struct instruction *ins, size_t at, size_t n,
			     struct text with)
{
	struct range r;

	if (!ins_source_range(pass_doc(p), ins, at, n, &r))
		return refuse_comment(p, f);
	finding_replace(p, f, r, with);
	return true;
}

/* A comment line that a continuation swallowed, anywhere in the item. */
static bool has_comment(const struct doc *d, const struct item *it)
{
	const struct instruction *ins = it->ins;
	size_t end = ins->nheredocs ? ins->heredocs[0].body.start : it->raw.end;

	for (size_t i = 0; i < ins->nsegments; i++) {
		const struct segment *s = &ins->segments[i];
		size_t next = i + 1 < ins->nsegments ? s[1].src : end;

		if (text_has(text_sub(d->text, s->src + s->n, next), '#'))
			return true;
	}
	return false;
}

/* The end of an item; where blank lines stand before and behind it, one goes too. */
static size_t with_blank_line(const struct doc *d, size_t item)
{
	const struct item *next = &d->items[item + 1];
	size_t nl;

	if (item == 0 || item + 1 >= d->nitems || d->items[item - 1].kind != ITEM_BLANK || next->kind != ITEM_BLANK)
		return d->items[item].raw.end;
	nl = text_chr(text_range(d->text, next->raw), '\n', 0);
	return nl == TEXT_NPOS ? next->raw.end : next->raw.start + nl + 1;
}

bool finding_delete_item(struct pass *p, struct finding *f, size_t item)
{
	const struct item *it = &pass_doc(p)->items[item];

	if (has_comment(pass_doc(p), it))
		return refuse_comment(p, f);
	if (pass_pragma_above(p, item)) {
		finding_refuse(p, f, "pragma-above",
			       TEXT("a comment above it speaks to a linter and would speak of the next instruction: remove both by hand"));
		return false;
	}
	finding_replace(p, f, (struct range){ it->raw.start, with_blank_line(pass_doc(p), item) }, TEXT_NONE);
	return true;
}

void finding_file(struct pass *p, struct finding *f, struct text path, const struct text *before, struct text after)
{
	struct file_edit *e;

	if (f->fate != FATE_APPLIED)
		return;
	f->files = arena_grow(p->outcome, f->files, f->nfiles, &f->files_cap, sizeof(*e));
	e = &f->files[f->nfiles++];
	*e = (struct file_edit){ .path = arena_text(p->outcome, path), .is_new = !before,
				 .after = arena_text(p->outcome, after) };
	if (before)
		e->before = arena_text(p->outcome, *before);
}

const struct user_wish *pass_user_wish(const struct pass *p)
{
	return p->wish ? p->wish : &user_wish_usual;
}
