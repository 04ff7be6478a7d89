/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/pragma.h"

enum { MAX_GLOBAL = 256 }; /* comments for the whole file that are looked at */

/* How a tool's comment opts out: what it starts with and what it then lists. */
static const struct pragma {
	const char *tool, *global, *key;
	int of;        /* -1: our own ids */
	char separator;
} pragmas[] = {
	{ "dfharden", "global", "ignore", -1, ',' },
	{ "hadolint", "global", "ignore", RULE_HADOLINT, ',' },
	{ NULL, NULL, "check=skip", RULE_BUILDKIT, ',' },
};

static struct text skip_blanks(struct text t)
{
	while (t.n && (t.p[0] == ' ' || t.p[0] == '\t'))
		t = text_from(t, 1);
	return t;
}

/* Takes `word` and the blanks behind it off the front of *t. */
static bool take_word(struct text *t, const char *word)
{
	struct text w = text_of(word), rest;

	if (!text_starts(*t, w))
		return false;
	rest = text_from(*t, w.n);
	if (rest.n && rest.p[0] != ' ' && rest.p[0] != '\t' && rest.p[0] != '=')
		return false;
	*t = skip_blanks(rest);
	return true;
}

static bool answers(const struct finding *f, const char *rule, const struct pragma *p, struct text id)
{
	bool all = p->of == RULE_BUILDKIT && text_iis(id, "all");

	if (p->of < 0)
		return text_is(id, f->by->id) || (f->part && text_is(id, f->part));
	for (const struct rule *r = f->by->maps; r && r->id; r++)
		if ((int)r->of == p->of && (all || (text_iis(id, r->id) && (!rule || text_iis(id, rule)))))
			return true;
	return false;
}

/* The rule narrows only what its own tool's comments say. */
static const char *rule_for(const struct finding *f, const struct pragma *p)
{
	for (const struct rule *r = f->by->maps; f->rule && r && r->id; r++)
		if ((int)r->of == p->of && text_is(text_of(r->id), f->rule))
			return f->rule;
	return NULL;
}

static bool list_mutes(const struct finding *f, const struct pragma *p, struct text list)
{
	struct text id;
	bool more = true;

	while (text_cut(&list, p->separator, &id, &more)) {
		id = text_trim(id);
		/* A reason may follow the last id; BuildKit's options follow a ";". */
		for (size_t i = 0; i < id.n; i++)
			if (id.p[i] == ' ' || id.p[i] == '\t' || id.p[i] == ';')
				id.n = i;
		if (answers(f, rule_for(f, p), p, id))
			return true;
	}
	return false;
}

/* comment: without its "#". global: only what holds for the whole file. */
static bool comment_mutes(const struct finding *f, struct text comment, bool global)
{
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		const struct pragma *p = &pragmas[i];
		struct text c = skip_blanks(comment);

		if (p->tool && !take_word(&c, p->tool))
			continue;
		if (p->global && take_word(&c, p->global) != global)
			continue;
		if (!p->global && global)
			continue;
		if (!take_word(&c, p->key) || c.n == 0 || c.p[0] != '=')
			continue;
		if (list_mutes(f, p, text_from(c, 1)))
			return true;
	}
	return false;
}

static struct text comment_words(const struct doc *d, const struct item *it)
{
	return text_trim(text_range(d->text, it->raw));
}

static bool muted_by_item(const struct doc *d, const struct finding *f, const struct item *it,
			  bool global, struct text *words)
{
	if (it->kind != ITEM_COMMENT)
		return false;
	*words = comment_words(d, it);
	return words->n && comment_mutes(f, text_from(*words, 1), global);
}

static bool muted_by_directive(const struct doc *d, const struct finding *f, struct text *words)
{
	for (size_t i = 0; i < d->ndirectives; i++) {
		const struct directive *dir = &d->directives[i];

		if (!text_is(dir->name, "check") || !text_starts(dir->value, TEXT("skip=")))
			continue;
		*words = dir->value;
		if (list_mutes(f, &pragmas[2], text_from(dir->value, 5)))
			return true;
	}
	return false;
}

struct opt_outs opt_outs_read(struct arena *a, const struct doc *d)
{
	struct opt_outs o = { .doc = d };
	size_t *items = NULL, cap = 0;

	for (size_t i = 0; i < d->nitems && o.n < MAX_GLOBAL; i++) {
		struct text words = comment_words(d, &d->items[i]);

		if (d->items[i].kind != ITEM_COMMENT || text_find(words, TEXT("global"), 0) == TEXT_NPOS)
			continue;
		o.items = items = arena_grow(a, items, o.n, &cap, sizeof(*items));
		items[o.n++] = i;
	}
	return o;
}

bool opt_outs_mute(const struct opt_outs *o, const struct finding *f, size_t item, struct text *words)
{
	const struct doc *d = o->doc;

	for (size_t i = item; i > 0 && item - i < MAX_ABOVE && !d->items[i - 1].ins; i--)
		if (muted_by_item(d, f, &d->items[i - 1], false, words))
			return true;
	for (size_t i = 0; i < o->n; i++)
		if (muted_by_item(d, f, &d->items[o->items[i]], true, words))
			return true;
	return muted_by_directive(d, f, words);
}

/* What comments to other linters start with: they mute nothing of ours, but must not
 * come to stand above another instruction. */
static const char *const others[] = { "checkov:", "trivy:", "tfsec:", "nosemgrep", "nosec", "kics-scan", "tally ", "snyk" };

bool pragma_is(struct text comment)
{
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		struct text c = skip_blanks(text_from(comment, 1));

		if (take_word(&c, pragmas[i].tool ? pragmas[i].tool : pragmas[i].key))
			return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (text_starts(skip_blanks(text_from(comment, 1)), text_of(others[i])))
			return true;
	return false;
}
