/* SPDX-License-Identifier: Apache-2.0 */
#include "report/secret.h"
#include "report/show.h"

#include <stdlib.h>

enum { LINES = 8, WIDEST = 40, KEY_MAX = 60, VALUE_MAX = 60 };

/* An effect that is shown, or what is left of it. */
struct item {
	const struct effect *e;
	bool had, has;
};

/* How an aspect is called, and how its values are to be read. */
static const struct {
	const char *name;
	bool keyed;   /* the key stands behind the name */
	bool ordered; /* the key is a running number */
	bool command; /* NUL stands between words */
	bool placed;  /* the first two words are the user and the directory */
} rows[ASPECT_COUNT] = {
	[ASPECT_BASE] = { "base", .keyed = true },
	[ASPECT_USER] = { .name = "USER" },
	[ASPECT_WORKDIR] = { .name = "WORKDIR" },
	[ASPECT_ENV] = { "ENV", .keyed = true },
	[ASPECT_ENTRY] = { "", .keyed = true, .command = true },
	[ASPECT_PORTS] = { "EXPOSE", .keyed = true },
	[ASPECT_VOLUMES] = { "VOLUME", .keyed = true },
	[ASPECT_LABELS] = { "LABEL", .keyed = true },
	[ASPECT_HEALTH] = { "HEALTHCHECK", .command = true },
	[ASPECT_SIGNAL] = { .name = "STOPSIGNAL" },
	[ASPECT_TRIGGERS] = { "ONBUILD", .ordered = true },
	[ASPECT_ARGS] = { "ARG", .ordered = true },
	[ASPECT_COPIES] = { "", .ordered = true, .command = true, .placed = true },
	[ASPECT_PACKAGES] = { "package", .keyed = true },
	[ASPECT_RUNS] = { "RUN", .ordered = true, .command = true, .placed = true },
	[ASPECT_STAGES] = { .name = "stage name" },
	[ASPECT_COMMENTS] = { .name = "comments" },
};

/* --- what is worth a line ---------------------------------------------------- */

/* One value of an ordered effect. */
struct side {
	struct item *item;
	bool after;
	struct text value;
};

static int by_value(const void *x, const void *y)
{
	const struct side *a = x, *b = y;
	int c = text_cmp(a->item->e->stage, b->item->e->stage);

	if (c == 0)
		c = a->item->e->aspect < b->item->e->aspect ? -1 : a->item->e->aspect > b->item->e->aspect;
	if (c == 0)
		c = text_cmp(a->value, b->value);
	if (c == 0)
		c = a->after - b->after;
	return c ? c : a->item < b->item ? -1 : a->item > b->item;
}

static bool same_value(const struct side *a, const struct side *b)
{
	return a->item->e->aspect == b->item->e->aspect && text_eq(a->item->e->stage, b->item->e->stage) &&
	       text_eq(a->value, b->value);
}

/* Of sides of one value: as many as there are both before and after say nothing. */
static void cancel(struct side *s, size_t n)
{
	size_t before = 0, both;

	while (before < n && !s[before].after)
		before++;
	both = before < n - before ? before : n - before;
	for (size_t i = 0; i < both; i++) {
		s[i].item->had = false;
		s[before + i].item->has = false;
	}
}

/* What is done in order has a number for a key: one step more or less renumbers all
 * that follow. Only the steps that came and went are kept. */
static void drop_renumbered(struct arena *a, struct item *items, size_t n)
{
	struct side *sides = ARENA_ARRAY(a, 2 * n + 1, struct side);
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rows[items[i].e->aspect].ordered)
			continue;
		if (items[i].had)
			sides[m++] = (struct side){ &items[i], false, items[i].e->before };
		if (items[i].has)
			sides[m++] = (struct side){ &items[i], true, items[i].e->after };
	}
	qsort(sides, m, sizeof(*sides), by_value);
	for (size_t i = 0, end; i < m; i = end) {
		for (end = i + 1; end < m && same_value(&sides[i], &sides[end]);)
			end++;
		cancel(&sides[i], end - i);
	}
}

/* Of "name parent" the name: the parent's number says nothing to a reader. */
static struct text stage_name(struct text value)
{
	size_t blank = text_rchr(value, ' ');

	return text_sub(value, 0, blank == TEXT_NPOS ? value.n : blank);
}

static struct item take(const struct effect *e)
{
	struct item it = { e, e->had, e->has };

	/* A command that is set to nothing is none. */
	if (e->aspect == ASPECT_ENTRY) {
		it.had = it.had && e->before.n;
		it.has = it.has && e->after.n;
	}
	if (e->aspect == ASPECT_STAGES && e->had && e->has && text_eq(stage_name(e->before), stage_name(e->after)))
		it.had = it.has = false;
	return it;
}

/* What stands behind the user and the directory. */
static struct text behind_place(struct text value)
{
	struct text part;
	bool more = true;

	text_cut(&value, '\0', &part, &more);
	text_cut(&value, '\0', &part, &more);
	return value;
}

/* What RUN does, the diff shows; but not who does it, and where. */
static bool is_in_diff(const struct item *it)
{
	return it->e->aspect == ASPECT_RUNS &&
	       !(it->had && it->has && text_eq(behind_place(it->e->before), behind_place(it->e->after)));
}

static struct item *collect(struct arena *a, const struct outcome *o, size_t *n)
{
	struct item *items = ARENA_ARRAY(a, o->neffects + 1, struct item);
	size_t m = 0;

	*n = 0;
	for (size_t i = 0; i < o->neffects; i++)
		if (o->effects[i].exported)
			items[m++] = take(&o->effects[i]);
	drop_renumbered(a, items, m);
	for (size_t i = 0; i < m; i++)
		if ((items[i].had || items[i].has) && !is_in_diff(&items[i]))
			items[(*n)++] = items[i];
	return items;
}

/* --- values ------------------------------------------------------------------ */

/* A value to be shown: secrets are gone, control characters are not. */
struct value {
	struct text words;
	struct text user, dir; /* where placed */
	struct text doing;     /* COPY, ADD; empty: an option of RUN */
};

static bool needs_quotes(struct text word)
{
	for (size_t i = 0; i < word.n; i++)
		if (ascii_space((unsigned char)word.p[i]) || word.p[i] == '"' || word.p[i] == '\'')
			return true;
	return word.n == 0;
}

static void add_quoted(struct buf *out, struct text word)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '"' || word.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, word.p[i]);
	}
	buf_addc(out, '"');
}

static void add_exec(struct buf *out, struct text rest, bool more)
{
	struct text word;

	buf_addc(out, '[');
	for (bool first = true; text_cut(&rest, '\0', &word, &more); first = false) {
		buf_adds(out, first ? "" : ", ");
		add_quoted(out, word);
	}
	buf_addc(out, ']');
}

/* Words as a shell would have them; what stands behind "exec" as JSON, and of what
 * stands behind "shell" only the command, not the shell that reads it. */
static struct text join_words(struct arena *a, struct text rest)
{
	struct buf out = { 0 };
	struct text word, t;
	bool more = true;

	while (text_cut(&rest, '\0', &word, &more)) {
		bool shell = text_starts(word, TEXT("shell ")) || text_is(word, "shell");

		if (out.n)
			buf_addc(&out, ' ');
		if (text_is(word, "exec")) {
			add_exec(&out, rest, more);
			break;
		}
		if (shell) {
			buf_add(&out, text_from(word, 6));
			break;
		}
		if (needs_quotes(word))
			add_quoted(&out, word);
		else
			buf_add(&out, word);
	}
	t = text_trim(arena_text(a, buf_text(&out)));
	buf_release(&out);
	return t;
}

static void cut_place(struct text *t, struct value *v)
{
	size_t first = text_chr(*t, '\0', 0), second = first == TEXT_NPOS ? first : text_chr(*t, '\0', first + 1), end;

	if (second == TEXT_NPOS)
		return;
	v->user = text_sub(*t, 0, first);
	v->dir = text_sub(*t, first + 1, second);
	*t = text_from(*t, second + 1);
	end = text_chr(*t, '\0', 0);
	v->doing = text_sub(*t, 0, end);
}

static struct value read_value(struct arena *a, const struct effect *e, struct text raw)
{
	struct value v = { 0 };
	struct text t = e->aspect == ASPECT_ENV || e->aspect == ASPECT_LABELS ? secret_hide_value(a, e->key, raw) :
										 secret_hide(a, raw);

	if (e->aspect == ASPECT_STAGES)
		t = stage_name(t);
	if (rows[e->aspect].placed)
		cut_place(&t, &v);
	if (e->aspect == ASPECT_COPIES && v.doing.n)
		t = text_from(t, v.doing.n + 1);
	v.words = rows[e->aspect].command ? join_words(a, t) : t.n ? t : TEXT("\"\"");
	return v;
}

/* --- lines ------------------------------------------------------------------- */

struct line {
	const struct item *it;
	struct value before, after;
	struct text label; /* fit for a terminal */
	size_t width;
};

static size_t columns(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++)
		n += ((unsigned char)t.p[i] & 0xC0) != 0x80;
	return n;
}

static const char *label_name(const struct line *l)
{
	struct text doing = l->it->has ? l->after.doing : l->before.doing;

	if (l->it->e->aspect == ASPECT_COPIES)
		return text_is(doing, "ADD") ? "ADD" : doing.n ? "COPY" : "RUN";
	return rows[l->it->e->aspect].name;
}

static void make_label(struct show *s, struct line *l)
{
	struct buf b = { 0 };
	struct show to = { &b, s->a, s->style };
	const struct effect *e = l->it->e;

	if (e->aspect == ASPECT_LABELS && text_is(e->key, "(author)")) {
		buf_adds(&b, "author");
	} else {
		buf_adds(&b, label_name(l));
		if (rows[e->aspect].keyed && e->key.n) {
			buf_adds(&b, b.n ? " " : "");
			show_text(&to, e->key, KEY_MAX);
		}
	}
	l->label = arena_text(s->a, buf_text(&b));
	l->width = columns(l->label);
	buf_release(&b);
}

static void make_line(struct show *s, const struct item *it, struct line *l)
{
	l->it = it;
	if (it->had)
		l->before = read_value(s->a, it->e, it->e->before);
	if (it->has)
		l->after = read_value(s->a, it->e, it->e->after);
	make_label(s, l);
}

/* Of two long values the part from a little before the first difference on. */
static size_t difference(struct text x, struct text y)
{
	enum { LEAD = 12 };
	size_t n = 0;

	if (x.n <= VALUE_MAX && y.n <= VALUE_MAX)
		return 0;
	while (n < x.n && n < y.n && x.p[n] == y.p[n])
		n++;
	if (n <= 2 * LEAD)
		return 0;
	for (n -= LEAD; n > 0 && ((unsigned char)x.p[n] & 0xC0) == 0x80;)
		n--;
	return n;
}

static void show_place(struct show *s, const struct value *v)
{
	buf_adds(s->out, "as ");
	show_visible(s, v->user, VALUE_MAX);
	buf_adds(s->out, " in ");
	show_visible(s, v->dir, VALUE_MAX);
}

static void show_pair(struct show *s, const struct value *x, const struct value *y)
{
	size_t from = difference(x->words, y->words), max = s->style->verbose ? 4 * VALUE_MAX : VALUE_MAX;

	if (text_eq(x->words, y->words) && text_find(x->words, TEXT(SECRET_HIDDEN), 0) == TEXT_NPOS) {
		show_visible(s, x->words, max);
		if (text_eq(x->user, y->user) && text_eq(x->dir, y->dir)) {
			buf_adds(s->out, " (these words; what cannot be shown here differs)");
			return;
		}
		buf_adds(s->out, ": ");
		show_place(s, x);
		buf_adds(s->out, " -> ");
		show_place(s, y);
		return;
	}
	buf_adds(s->out, from ? "..." : "");
	show_visible(s, text_from(x->words, from), max);
	buf_adds(s->out, from ? " -> ..." : " -> ");
	show_visible(s, text_from(y->words, from), max);
}

static void show_one(struct show *s, const char *what, const struct line *l, const struct value *v)
{
	enum aspect a = l->it->e->aspect;

	buf_adds(s->out, what);
	if (a == ASPECT_PORTS || a == ASPECT_VOLUMES)
		return; /* the key is all there is */
	buf_adds(s->out, ": ");
	show_visible(s, v->words, s->style->verbose ? 4 * VALUE_MAX : 2 * VALUE_MAX);
}

static void show_line(struct show *s, const struct line *l, size_t width)
{
	buf_adds(s->out, "    ");
	buf_add(s->out, l->label);
	for (size_t i = l->width; i < width; i++)
		buf_addc(s->out, ' ');
	buf_adds(s->out, "  ");
	if (l->it->had && l->it->has)
		show_pair(s, &l->before, &l->after);
	else if (l->it->has)
		show_one(s, "new", l, &l->after);
	else
		show_one(s, "gone", l, &l->before);
	buf_addc(s->out, '\n');
}

static void show_stage(struct show *s, const struct item *items, size_t n, bool alone)
{
	size_t shown = show_limit(s, n, LINES), width = 0;
	struct line *lines = ARENA_ARRAY(s->a, shown + 1, struct line);

	for (size_t i = 0; i < shown; i++) {
		make_line(s, &items[i], &lines[i]);
		if (lines[i].width > width && lines[i].width <= WIDEST)
			width = lines[i].width;
	}
	buf_adds(s->out, "  In the image");
	if (!alone) {
		buf_adds(s->out, ", stage ");
		show_text(s, items[0].e->stage, KEY_MAX);
	}
	buf_addc(s->out, '\n');
	for (size_t i = 0; i < shown; i++)
		show_line(s, &lines[i], width);
	show_more(s, "    ", n - shown);
}

void show_effects(struct show *s, const struct outcome *o)
{
	size_t n, end;
	struct item *items = collect(s->a, o, &n);

	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && text_eq(items[end].e->stage, items[i].e->stage);)
			end++;
		show_stage(s, &items[i], end - i, end - i == n);
	}
}
