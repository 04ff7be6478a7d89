/* SPDX-License-Identifier: Apache-2.0 */
#include "app/select.h"

/* --- ids ------------------------------------------------------------------- */

static bool listed(const struct text *ids, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(ids[i], id))
			return true;
	return false;
}

bool select_transform(const struct selection *s, const struct transform *t)
{
	if (s->skip_all || listed(s->skip, s->nskip, t->id))
		return false;
	if (s->nonly)
		return listed(s->only, s->nonly, t->id);
	return t->group != GROUP_STYLE || s->style;
}

/* --- findings -------------------------------------------------------------- */

/* The items that a finding is about: the one it names and those it edits. */
static bool touches_muted(const struct opt_outs *o, struct finding *f, struct text *words)
{
	if (opt_outs_mute(o, f->by, f->rule, f->item, words))
		return true;
	for (size_t i = 0; i < f->nedits; i++) {
		size_t item = doc_item_at(o->doc, f->edits[i].at.start);

		if (item != f->item && opt_outs_mute(o, f->by, f->rule, item, words))
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

void select_finding(const struct selection *s, struct arena *a, const struct opt_outs *o, struct finding *f)
{
	struct text words;

	if (touches_muted(o, f, &words)) {
		f->fate = FATE_MUTED;
		f->muted_by = arena_text(a, words);
		return;
	}
	if (f->fate != FATE_APPLIED)
		return;
	if (f->level > s->level)
		f->fate = FATE_LEVEL;
	else
		deny(s, a, f);
}
