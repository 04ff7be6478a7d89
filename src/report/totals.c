/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

void report_totals_add(struct report_totals *t, const struct outcome *o)
{
	t->files++;
	if (o->unreadable)
		t->unreadable++;
	else if (o->nchanges)
		t->changed++;
	else
		t->unchanged++;
	for (size_t i = 0; i < o->nfindings; i++)
		t->findings[o->findings[i]->fate]++;
	for (size_t i = 0; i < o->nfindings; i++)
		t->quiet += o->findings[i]->quiet && o->findings[i]->fate == FATE_REFUSED;
	t->faults += o->nfaults;
}

void report_totals_error(struct report_totals *t)
{
	t->files++;
	t->errors++;
}

/* What follows the number of files; rows that are 0 are left out. */
static void add_counts(struct show *s, const struct report_totals *t)
{
	const struct {
		size_t n;
		const char *before, *one, *many;
	} rows[] = {
		{ t->changed, ": ", "with changes", "with changes" },
		{ t->unchanged, ", ", "without", "without" },
		{ t->unreadable, ", ", "that BuildKit refuses", "that BuildKit refuses" },
		{ t->errors, ", ", "in error", "in error" },
		{ t->findings[FATE_APPLIED], "; ", "change", "changes" },
		{ t->findings[FATE_REFUSED] + t->findings[FATE_ADVICE] - (s->style->verbose ? 0 : t->quiet), ", ", "left to you", "left to you" },
		{ t->findings[FATE_LEVEL], ", ", "at a higher level", "at a higher level" },
		{ t->faults, "; ", "bug of ours (see above)", "bugs of ours (see above)" },
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].n == 0)
			continue;
		buf_adds(s->out, first ? ": " : rows[i].before);
		show_count(s, rows[i].n, rows[i].one, rows[i].many);
		first = false;
	}
}

void report_text_summary(struct buf *out, const struct report_totals *t, const struct report_style *style)
{
	struct show s = { .out = out, .style = style };

	if (t->files < 2)
		return;
	show_paint(&s, PAINT_BOLD);
	show_count(&s, t->files, "file", "files");
	show_plain(&s);
	add_counts(&s, t);
	if (t->skipped) {
		buf_adds(out, "; skipped: ");
		show_count(&s, t->skipped, "file", "files");
	}
	buf_addc(out, '\n');
}
