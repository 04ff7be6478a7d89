/* SPDX-License-Identifier: Apache-2.0 */
#include "app/select.h"

#include <assert.h>

/* --- ids ------------------------------------------------------------------- */

static bool listed(const struct text *ids, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(ids[i], id))
			return true;
	return false;
}

static bool lists_part(const struct text *ids, size_t n, const struct transform *t)
{
	for (size_t i = 0; i < n; i++)
		if (transform_part(t, ids[i]))
			return true;
	return false;
}

bool select_transform(const struct selection *s, const struct transform *t)
{
	if (s->skip_all || listed(s->skip, s->nskip, t->id))
		return false;
	if (s->nonly)
		return listed(s->only, s->nonly, t->id) || lists_part(s->only, s->nonly, t);
	return t->group != GROUP_STYLE || s->style;
}

/* Of a transform that is selected. */
static bool select_part(const struct selection *s, const struct finding *f)
{
	if (f->part && listed(s->skip, s->nskip, f->part))
		return false;
	if (s->nonly == 0)
		return f->group != GROUP_STYLE || s->style;
	return listed(s->only, s->nonly, f->by->id) || (f->part && listed(s->only, s->nonly, f->part));
}

/* --- findings -------------------------------------------------------------- */

/* The items that a finding is about: the one it names and those it edits. */
static bool touches_muted(const struct opt_outs *o, struct finding *f, struct text *words)
{
	if (opt_outs_mute(o, f, f->item, words))
		return true;
	for (size_t i = 0; i < f->nabout; i++)
		if (opt_outs_mute(o, f, f->about[i], words))
			return true;
	for (size_t i = 0; i < f->nedits; i++) {
		size_t item = doc_item_at(o->doc, f->edits[i].at.start);

		if (item != f->item && opt_outs_mute(o, f, item, words))
			return true;
	}
	return false;
}

static void deny(const struct selection *s, struct arena *a, struct finding *f)
{
	static const char *const codes[CHANGES_COUNT] = { "denied-port", "denied-volume-owner",
							  "denied-base-publisher", "denied-server" };

	for (int c = 0; c < CHANGES_COUNT; c++) {
		if (!(f->changes & s->deny & 1u << c))
			continue;
		f->fate = FATE_REFUSED;
		f->code = codes[c];
		f->decide = arena_printf(a, "allow this kind of change with --allow %s", consequence_name((enum consequence)c));
		return;
	}
}

bool select_finding(const struct selection *s, struct arena *a, const struct opt_outs *o, struct finding *f)
{
	struct text words;

	assert(!f->part || transform_part(f->by, text_of(f->part)));
	if (!select_part(s, f))
		return false;
	if (touches_muted(o, f, &words)) {
		f->fate = FATE_MUTED;
		f->muted_by = arena_text(a, words);
	} else if (f->fate != FATE_ADVICE && f->level > s->level) {
		f->fate = FATE_LEVEL;
	} else if (f->fate == FATE_APPLIED) {
		deny(s, a, f);
	}
	return true;
}
