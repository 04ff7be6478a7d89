/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fixture.h"

#include "base/utf8.h"

static void add_visible(struct buf *out, struct text t)
{
	size_t width;

	for (size_t at = 0; at < t.n; at += width) {
		uint32_t rune = utf8_decode(t, at, &width);

		if (rune < 0x20 || rune == 0x7F || (rune == RUNE_ERROR && width == 1))
			buf_addf(out, "\\x%02X", (unsigned)(unsigned char)t.p[at]);
		else
			buf_add(out, text_sub(t, at, at + width));
	}
}

static void add_line(struct buf *out, const char *label, struct text t)
{
	if (t.n == 0)
		return;
	buf_adds(out, label);
	add_visible(out, t);
	buf_addc(out, '\n');
}

static void add_yes(struct buf *out, struct text lines)
{
	struct text line;
	bool more = true;

	while (text_cut(&lines, '\n', &line, &more))
		add_line(out, "    | ", line);
}

static void add_finding(struct buf *out, const struct finding *f)
{
	static const char *const fates[] = { "applied", "refused", "advice", "muted", "level" };

	buf_addf(out, "%zu:%zu %s %s", f->place.line, f->place.column, finding_id(f), fates[f->fate]);
	if (f->fate == FATE_REFUSED)
		buf_addf(out, " [%s]", f->code);
	add_line(out, ": ", f->message);
	for (size_t i = 0; i < f->nbecause; i++) {
		buf_adds(out, "  because");
		if (f->because[i].line)
			buf_addf(out, " (line %zu)", f->because[i].line);
		add_line(out, ": ", f->because[i].words);
	}
	if (f->fate == FATE_REFUSED)
		add_line(out, "  decide: ", f->decide);
	if (f->fate == FATE_REFUSED && f->yes_lines.n) {
		add_line(out, "  if so, ", f->yes_where);
		add_yes(out, f->yes_lines);
	}
	if (f->fate == FATE_MUTED)
		add_line(out, "  by: ", f->muted_by);
	for (size_t i = 0; i < f->nfiles; i++)
		add_line(out, "  file: ", f->files[i].path);
}

static void add_value(struct buf *out, bool there, struct text t)
{
	if (!there)
		buf_adds(out, "(none)");
	add_visible(out, t);
}

static void add_effect(struct buf *out, const struct effect *e)
{
	buf_adds(out, "effect ");
	add_visible(out, e->stage);
	buf_addf(out, "%s %s", e->exported ? " (exported)" : "", aspect_name(e->aspect));
	if (e->key.n)
		buf_addc(out, ' ');
	add_visible(out, e->key);
	buf_adds(out, ": ");
	add_value(out, e->had, e->before);
	buf_adds(out, " -> ");
	add_value(out, e->has, e->after);
	buf_addc(out, '\n');
}

void fixture_report(struct buf *out, const struct outcome *o)
{
	if (o->unreadable) {
		buf_addf(out, "unreadable %zu:%zu", o->problem_place.line, o->problem_place.column);
		add_line(out, ": ", o->problem);
	}
	for (size_t i = 0; i < o->nfindings; i++)
		add_finding(out, o->findings[i]);
	for (size_t i = 0; i < o->neffects; i++)
		add_effect(out, &o->effects[i]);
	for (size_t i = 0; i < o->nfaults; i++) {
		buf_addf(out, "fault %s", o->faults[i].by->id);
		add_line(out, ": ", o->faults[i].message);
	}
}
