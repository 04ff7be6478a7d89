/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hold.h"


/* --- traits ---------------------------------------------------------------- */

struct collector {
	struct arena *a;
	struct effect *list;
	size_t n, cap;
	const struct stage *stage;
	size_t index;
};

static struct text stage_name(struct collector *c)
{
	return c->stage->name.n ? c->stage->name : arena_printf(c->a, "%zu", c->index);
}

static void add(struct collector *c, const struct trait *before, const struct trait *after)
{
	const struct trait *any = before ? before : after;
	struct effect *e;

	c->list = arena_grow(c->a, c->list, c->n, &c->cap, sizeof(*e));
	e = &c->list[c->n++];
	*e = (struct effect){
		.stage = arena_text(c->a, stage_name(c)),
		.index = c->index,
		.exported = c->stage->exported,
		.aspect = any->aspect,
		.key = arena_text(c->a, any->key),
		.had = before,
		.has = after,
	};
	if (before)
		e->before = arena_text(c->a, before->value);
	if (after)
		e->after = arena_text(c->a, after->value);
}

static int compare(const struct trait *a, const struct trait *b)
{
	if (a->aspect != b->aspect)
		return a->aspect < b->aspect ? -1 : 1;
	return text_cmp(a->key, b->key);
}

/* Aspects whose keys are running numbers: one more renumbers all that follow. */
static bool is_ordered(enum aspect a)
{
	return a == ASPECT_RUNS || a == ASPECT_COPIES || a == ASPECT_ARGS || a == ASPECT_TRIGGERS;
}

/* Traits [start, end) of an image. */
struct part {
	const struct trait *traits;
	size_t start, end;
};

static struct part part_of(const struct image *i, size_t start, enum aspect a)
{
	struct part p = { i->traits, start, start };

	while (p.end < i->n && i->traits[p.end].aspect == a)
		p.end++;
	return p;
}

/* What both have at the start and at the end is left out; the rest is held against each other in order. */
static void compare_ordered(struct collector *c, struct part x, struct part y)
{
	while (x.start < x.end && y.start < y.end && text_eq(x.traits[x.start].value, y.traits[y.start].value)) {
		x.start++;
		y.start++;
	}
	while (x.start < x.end && y.start < y.end && text_eq(x.traits[x.end - 1].value, y.traits[y.end - 1].value)) {
		x.end--;
		y.end--;
	}
	while (x.start < x.end || y.start < y.end) {
		const struct trait *before = x.start < x.end ? &x.traits[x.start++] : NULL;
		const struct trait *after = y.start < y.end ? &y.traits[y.start++] : NULL;

		if (!before || !after || !text_eq(before->value, after->value))
			add(c, before, after);
	}
}

/* Both lists are sorted: a walk down the two. */
static void compare_images(struct collector *c, const struct image *x, const struct image *y)
{
	size_t i = 0, k = 0;

	while (i < x->n || k < y->n) {
		int order = i == x->n ? 1 : k == y->n ? -1 : compare(&x->traits[i], &y->traits[k]);
		enum aspect a = order <= 0 ? x->traits[i].aspect : y->traits[k].aspect;

		if (is_ordered(a)) {
			struct part p = part_of(x, i, a), q = part_of(y, k, a);

			compare_ordered(c, p, q);
			i = p.end;
			k = q.end;
		} else if (order < 0) {
			add(c, &x->traits[i++], NULL);
		} else if (order > 0) {
			add(c, NULL, &y->traits[k++]);
		} else {
			if (!text_eq(x->traits[i].value, y->traits[k].value))
				add(c, &x->traits[i], &y->traits[k]);
			i++;
			k++;
		}
	}
}

static const struct image nothing;

static void compare_stages(struct collector *c, struct facts *before, struct facts *after)
{
	size_t n = facts_stages(before)->n, m = facts_stages(after)->n;

	for (c->index = 0; c->index < n || c->index < m; c->index++) {
		c->stage = &facts_stages(c->index < m ? after : before)->list[c->index];
		compare_images(c, c->index < n ? facts_image(before, c->index) : &nothing,
			       c->index < m ? facts_image(after, c->index) : &nothing);
	}
}

/* What the image as a whole shows: a stage that others continue counts as exported. */
static void mark_inherited(struct facts *f, struct collector *c)
{
	const struct stages *s = facts_stages(f);

	for (size_t e = 0; e < c->n; e++)
		if (c->list[e].index < s->n)
			c->list[e].exported = s->list[c->list[e].index].kept;
}

void hold_effects(struct arena *a, struct facts *before, struct facts *after, struct effect **out, size_t *n)
{
	struct collector c = { .a = a };

	compare_stages(&c, before, after);
	if (c.n)
		mark_inherited(after, &c);
	*out = c.list;
	*n = c.n;
}

/* --- comments, directives, here-documents ----------------------------------- */

/* The next comment line of a reading, inside continuations too. */
struct comments {
	const struct doc *d;
	size_t item;
	size_t at; /* in the item, source offset */
};

static bool next_in_item(struct comments *c, const struct item *it, struct text *out)
{
	size_t end = it->ins && it->ins->nheredocs ? it->ins->heredocs[0].body.start : it->raw.end, nl;

	if (c->at < it->raw.start)
		c->at = it->raw.start;
	while (c->at < end) {
		struct text line;

		nl = text_chr(c->d->text, '\n', c->at);
		nl = nl == TEXT_NPOS || nl >= end ? end : nl + 1;
		line = text_trim(text_sub(c->d->text, c->at, nl));
		c->at = nl;
		if (text_starts(line, TEXT("#"))) {
			*out = line;
			return true;
		}
	}
	return false;
}

static bool next_comment(struct comments *c, struct text *out)
{
	for (; c->item < c->d->nitems; c->item++) {
		const struct item *it = &c->d->items[c->item];
		bool may = it->kind == ITEM_COMMENT || (it->ins && it->line_end > it->line);

		if (may && next_in_item(c, it, out))
			return true;
	}
	return false;
}

/* Every comment of `before` stands in `after`, in the same order; others may be new
 * only where that is declared. */
static const char *check_comments(const struct doc *before, const struct doc *after, unsigned may)
{
	struct comments b = { .d = before }, a = { .d = after };
	struct text x, y;

	while (next_comment(&a, &y)) {
		if (!next_comment(&b, &x))
			return may & MAY(ASPECT_COMMENTS) ? NULL : "a comment was added";
		while (!text_eq(x, y)) {
			if (!(may & MAY(ASPECT_COMMENTS)))
				return "a comment was changed";
			if (!next_comment(&a, &y))
				return "a comment was lost";
		}
	}
	return next_comment(&b, &x) ? "a comment was lost" : NULL;
}

static const char *check_directives(const struct doc *before, const struct doc *after)
{
	if (before->ndirectives != after->ndirectives)
		return "a parser directive came or went";
	for (size_t i = 0; i < before->ndirectives; i++) {
		const struct directive *x = &before->directives[i], *y = &after->directives[i];

		if (!text_eq(x->name, y->name) || !text_eq(x->value, y->value) || x->line != y->line)
			return "a parser directive moved or changed";
	}
	return NULL;
}

struct heredocs {
	const struct doc *d;
	size_t item, k;
};

static const struct heredoc *next_heredoc(struct heredocs *h)
{
	for (; h->item < h->d->nitems; h->item++, h->k = 0) {
		const struct instruction *ins = h->d->items[h->item].ins;

		if (ins && h->k < ins->nheredocs)
			return &ins->heredocs[h->k++];
	}
	return NULL;
}

static const char *check_heredocs(const struct doc *before, const struct doc *after)
{
	struct heredocs b = { .d = before }, a = { .d = after };
	const struct heredoc *x, *y;

	do {
		x = next_heredoc(&b);
		y = next_heredoc(&a);
		if (!x != !y)
			return "a here-document came or went";
		if (x && (!text_eq(x->name, y->name) ||
			  !text_eq(text_range(before->text, x->body), text_range(after->text, y->body))))
			return "a here-document was touched";
	} while (x);
	return NULL;
}

/* --- scripts --------------------------------------------------------------- */

/* Scripts of a shell that cannot be read. */
static size_t unread_scripts(struct facts *f)
{
	size_t n = 0;

	for (size_t i = 0; i < facts_doc(f)->nitems; i++) {
		const struct script *s = facts_doc(f)->items[i].ins ? facts_script(f, i) : NULL;

		n += s && s->program != SHELL_FOREIGN && !s->tree.list;
	}
	return n;
}

/* --- the check ------------------------------------------------------------- */

/* What may only be added to must have come without taking the place of anything. */
static bool is_declared(const struct transform *t, const struct effect *e)
{
	return (t->may & MAY(e->aspect)) || ((t->adds & MAY(e->aspect)) && !e->had);
}

struct text hold_check(struct arena *a, struct facts *before, struct facts *after, const struct transform *t)
{
	const struct doc *b = facts_doc(before), *d = facts_doc(after);
	struct collector c = { .a = a };
	const char *why = check_directives(b, d);

	why = why ? why : check_heredocs(b, d);
	why = why ? why : check_comments(b, d, t->may);
	if (why)
		return text_of(why);
	if (unread_scripts(after) > unread_scripts(before))
		return TEXT("a shell can no longer read a script");
	compare_stages(&c, before, after);
	for (size_t i = 0; i < c.n; i++)
		if (!is_declared(t, &c.list[i]))
			return arena_printf(a, "an effect that it does not declare: %s", aspect_name(c.list[i].aspect));
	return TEXT_NONE;
}
