/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/word_fill.h"

/* $x and ${x}, with nothing behind the name. */
static bool is_plain(const struct sh_part *p, struct text written)
{
	return p->kind == SH_PARAM && !p->nparts && p->name.n && (written.n == p->name.n + 1 || written.n == p->name.n + 3);
}

static bool add_parts(const struct word_filler *by, struct buf *out, struct text whole, const struct sh_part *parts, size_t n,
		      bool quoted)
{
	for (size_t i = 0; i < n; i++) {
		struct text t = text_range(whole, parts[i].at);

		if (parts[i].kind == SH_LITERAL && !text_has(t, '\\'))
			buf_add(out, t);
		else if (parts[i].kind == SH_SINGLE)
			buf_add(out, text_sub(t, 1, t.n - 1));
		else if (is_plain(&parts[i], t) ? !by->variable(by->data, out, parts[i].name, quoted)
						: parts[i].kind != SH_DOUBLE ||
							  !add_parts(by, out, whole, parts[i].parts, parts[i].nparts, true))
			return false;
	}
	return true;
}

struct maybe word_fill(struct arena *a, struct text whole, const struct sh_word *w, const struct word_filler *by)
{
	struct buf out = { 0 };
	struct maybe m = maybe_unknown();

	if (w->value.state == KNOWN)
		return w->value;
	if (w->at.end - w->at.start <= by->max && add_parts(by, &out, whole, w->parts, w->nparts, false))
		m = maybe_known(arena_text(a, buf_text(&out)));
	buf_release(&out);
	return m;
}
