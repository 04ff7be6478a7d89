/* SPDX-License-Identifier: Apache-2.0 */
#include "support/invariants.h"

#include "base/lines.h"
#include "edit/diff.h"
#include "support/patch.h"

#include <stdlib.h>

enum { EXCERPT = 200 };

struct checker {
	struct arena *a;
	const struct harden_input *in;
	const struct harden_options *o;
	const struct outcome *out;
	struct lines lines; /* of the text before */
	bool reads;
};

/* --- readings --------------------------------------------------------------- */

static const char *check_readings(struct checker *c)
{
	struct doc *before = doc_read(c->a, c->in->text), *after = doc_read(c->a, c->out->after);
	const char *why = check_reading(c->a, before);

	/* A file may read and yet be left alone: without a stage, or for another front end. */
	c->reads = doc_ok(before) && !(c->out->unreadable && (before->nstages == 0 || before->syntax.n));
	if (why)
		return why;
	if (!c->reads)
		return NULL;
	if (!doc_ok(after))
		return arena_printf(c->a, "the result does not read: line %zu", doc_problem(after)->line).p;
	why = check_reading(c->a, after);
	return why ? arena_printf(c->a, "in the result, %s", why).p : NULL;
}

static const char *check_unreadable(struct checker *c)
{
	const struct outcome *out = c->out;

	if (out->unreadable == c->reads)
		return "a file that reads is called unreadable, or the other way round";
	if (c->reads)
		return NULL;
	if (!text_eq(out->after, out->before) || out->nfindings || out->nchanges || out->neffects)
		return "a file that does not read was not left alone";
	if (out->problem.n == 0 || out->problem_place.line < 1 || out->problem_place.line > c->lines.n ||
	    out->problem_place.column < 1)
		return "the problem of a file that does not read has no words or no place";
	return NULL;
}

/* --- the text --------------------------------------------------------------- */

static bool has_lone_lf(struct text t)
{
	for (size_t at = 0; (at = text_chr(t, '\n', at)) != TEXT_NPOS; at++)
		if (at == 0 || t.p[at - 1] != '\r')
			return true;
	return false;
}

static const char *check_text(struct checker *c)
{
	struct text x = c->out->before, y = c->out->after;

	if (!text_eq(x, c->in->text))
		return "the text before is not the one that was given";
	if (text_eq(x, y))
		return c->out->nchanges && text_eq(c->out->changes[0].path, c->in->path) ?
			       "an unchanged file is in the change set" : NULL;
	if (has_lone_lf(y) && !has_lone_lf(x))
		return "a lone LF came into a file of CRLF lines";
	if (text_has(y, '\r') && !text_has(x, '\r'))
		return "a CR came into a file without one";
	if (text_ends(x, TEXT("\n")) && !text_ends(y, TEXT("\n")))
		return "the final newline went";
	if (text_starts(x, TEXT("\xEF\xBB\xBF")) != text_starts(y, TEXT("\xEF\xBB\xBF")))
		return "the byte order mark came or went";
	if (c->out->nchanges == 0 || !text_eq(c->out->changes[0].after, y) || c->out->changes[0].is_new)
		return "the change set does not start with the file's change";
	return NULL;
}

static const char *check_diff(struct checker *c)
{
	struct buf diff = { 0 };
	struct text after;
	const char *why = NULL;

	for (size_t around = 0; around <= 3; around += 3) {
		struct diff_options o = { .context = around };

		buf_clear(&diff);
		diff_unified(&diff, c->in->path, &c->out->before, c->out->after, &o);
		if (text_eq(c->out->before, c->out->after)) {
			why = diff.n ? "there is a diff of an unchanged file" : NULL;
		} else {
			why = patch_apply(c->a, c->out->before, buf_text(&diff), &after);
			if (!why && !text_eq(after, c->out->after))
				why = "the diff applied gives another text";
		}
		if (why)
			break;
	}
	buf_release(&diff);
	return why;
}

/* --- findings --------------------------------------------------------------- */

static bool is_kebab(const char *s)
{
	char before = '-';

	for (; *s; before = *s++)
		if (!(*s >= 'a' && *s <= 'z') && !ascii_digit((unsigned char)*s) && (*s != '-' || before == '-'))
			return false;
	return before != '-';
}

/* A value of the file may stand in it, so it may end in a blank. */
static bool is_sentence(struct text t)
{
	return t.n && !text_has(t, '\n');
}

static const char *check_place(struct checker *c, const struct finding *f)
{
	struct text line;

	if (f->place.line < 1 || f->place.line > c->lines.n)
		return "a finding's line is not in the file";
	line = lines_text(&c->lines, f->place.line - 1);
	if (f->place.line == 1 && text_starts(line, TEXT("\xEF\xBB\xBF")))
		line = text_from(line, 3); /* a byte order mark is no column */
	if (f->place.column < 1 || f->place.column > line.n + 2)
		return "a finding's column is not in its line";
	/* At most EXCERPT bytes, not cut inside a character. */
	if (!text_starts(line, f->excerpt) || f->excerpt.n > EXCERPT ||
	    (f->excerpt.n < line.n && f->excerpt.n + 4 <= EXCERPT))
		return "a finding's excerpt is not its line";
	for (size_t i = 0; i < f->nbecause; i++)
		if (f->because[i].line > c->lines.n || f->because[i].words.n == 0)
			return "evidence has no words or a line that is not in the file";
	return NULL;
}

static const char *check_fate(const struct finding *f)
{
	switch (f->fate) {
	case FATE_APPLIED:
		return f->nedits || f->nfiles ? NULL : "an applied finding changes nothing";
	case FATE_REFUSED:
		if (!f->code || !is_kebab(f->code))
			return "a refusal's code is not kebab-case";
		return is_sentence(f->decide) ? NULL : "a refusal does not say what to decide";
	case FATE_MUTED:
		return f->muted_by.n ? NULL : "a muted finding does not say by what";
	default:
		return NULL;
	}
}

static const char *check_finding(struct checker *c, const struct finding *f)
{
	const char *why = check_place(c, f);

	if (!why && !f->by)
		why = "a finding is nobody's";
	if (!why && !is_sentence(f->message))
		why = "a finding's message is no sentence";
	if (!why && f->fate == FATE_APPLIED && f->level > c->o->selection.level)
		why = "a finding above the chosen level was applied";
	return why ? why : check_fate(f);
}

static const char *check_findings(struct checker *c)
{
	const struct outcome *out = c->out;

	for (size_t i = 0; i < out->nfindings; i++) {
		const struct finding *f = out->findings[i];
		const char *why = check_finding(c, f);

		if (!why && i && out->findings[i - 1]->place.line > f->place.line)
			why = "the findings are not in the order of their places";
		if (why)
			return arena_printf(c->a, "%s (%s, line %zu)", why, f->by ? f->by->id : "?", f->place.line).p;
	}
	return NULL;
}

static const char *check_faults(struct checker *c)
{
	const struct fault *f = c->out->faults;

	if (c->out->nfaults == 0)
		return NULL;
	return arena_cstr(c->a, ARENA_JOIN(c->a, text_of(f->by->id), TEXT(" was taken back: "), f->message));
}

/* The transform's findings that were applied and edit the text. */
static size_t applied(const struct outcome *out, const struct transform *t)
{
	size_t n = 0;

	for (size_t i = 0; i < out->nfindings; i++) {
		const struct finding *f = out->findings[i];

		n += f->fate == FATE_APPLIED && f->nedits && (!t || f->by == t);
	}
	return n;
}

static const struct transform *const *list_of(const struct harden_options *o, size_t *n)
{
	*n = o->transforms ? o->ntransforms : transforms_count;
	return o->transforms ? o->transforms : transforms;
}

/* One reading, and one more for each splice: at least one a transform that acted, at
 * most one a finding. */
static const char *check_counts(struct checker *c)
{
	size_t n, acted = 0, all = applied(c->out, NULL), readings = c->out->readings;
	const struct transform *const *list = list_of(c->o, &n);

	for (size_t i = 0; i < n; i++)
		acted += applied(c->out, list[i]) > 0;
	if (readings < 1 + acted || readings > 1 + all)
		return arena_printf(c->a, "%zu readings for %zu transforms that acted", readings, acted).p;
	return all && text_eq(c->out->before, c->out->after) ? "findings were applied, and nothing changed" : NULL;
}

/* --- further runs ----------------------------------------------------------- */

static const char *check_again(struct checker *c)
{
	struct harden_input in = *c->in;
	struct outcome again = { 0 };
	const char *why = NULL;

	in.text = c->out->after;
	harden(&in, c->o, &again);
	if (!text_eq(again.after, again.before))
		why = "run again, it changes its own result";
	else if (applied(&again, NULL))
		why = "run again, it applies a finding";
	else if (again.readings != 1)
		why = "run again, it reads the text more than once";
	outcome_release(&again);
	return why;
}

static const char *check_nothing_selected(struct checker *c)
{
	struct harden_options o = *c->o;
	struct outcome none = { 0 };
	bool ok;

	o.selection.skip_all = true;
	harden(c->in, &o, &none);
	ok = text_eq(none.after, c->in->text) && none.nfindings == 0 && none.nchanges == 0 && none.readings == 1;
	outcome_release(&none);
	return ok ? NULL : "with no transform selected something happens";
}

struct placed {
	struct edit edit;
	size_t order;
};

static int by_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;

	if (a->edit.at.start != b->edit.at.start)
		return a->edit.at.start < b->edit.at.start ? -1 : 1;
	if (a->edit.at.end != b->edit.at.end)
		return a->edit.at.end < b->edit.at.end ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* Bytes outside the edits are where they were: the edits of a run of one splice, made
 * by hand. Two at one place have an order that the findings do not tell. */
static bool edits_give_after(struct checker *c, const struct outcome *out)
{
	struct placed *list;
	struct buf b = { 0 };
	size_t n = 0, at = 0;
	bool same, told = true;

	for (size_t i = 0; i < out->nfindings; i++)
		n += out->findings[i]->fate == FATE_APPLIED ? out->findings[i]->nedits : 0;
	list = ARENA_ARRAY(c->a, n + 1, struct placed);
	n = 0;
	for (size_t i = 0; i < out->nfindings; i++)
		for (size_t k = 0; out->findings[i]->fate == FATE_APPLIED && k < out->findings[i]->nedits; k++, n++)
			list[n] = (struct placed){ out->findings[i]->edits[k], n };
	if (n)
		qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0; i < n; i++) {
		told = told && !(i && list[i].edit.at.start == list[i - 1].edit.at.start);
		buf_add(&b, text_sub(out->before, at, list[i].edit.at.start));
		buf_add(&b, list[i].edit.with);
		at = list[i].edit.at.end;
	}
	buf_add(&b, text_from(out->before, at));
	same = text_eq(buf_text(&b), out->after);
	buf_release(&b);
	return same || !told;
}

static const char *check_alone(struct checker *c, const struct transform *t)
{
	struct harden_options o = *c->o;
	struct outcome out = { 0 };
	bool ok;

	o.transforms = &t;
	o.ntransforms = 1;
	harden(c->in, &o, &out);
	ok = out.nfaults || out.readings != 2 || edits_give_after(c, &out);
	outcome_release(&out);
	return ok ? NULL : arena_printf(c->a, "%s changes bytes that its edits do not name", t->id).p;
}

static const char *check_edits(struct checker *c)
{
	size_t n;
	const struct transform *const *list = list_of(c->o, &n);
	const char *why = NULL;

	for (size_t i = 0; i < n && !why; i++)
		if (applied(c->out, list[i]))
			why = check_alone(c, list[i]);
	return why;
}

const char *check_invariants(struct arena *a, const struct harden_input *in, const struct harden_options *o,
			     struct outcome *out)
{
	static const char *(*const checks[])(struct checker *c) = {
		check_readings, check_unreadable, check_faults, check_text,  check_findings,
		check_counts,   check_diff,       check_again,  check_edits, check_nothing_selected,
	};
	struct checker c = { .a = a, .in = in, .o = o, .out = out };
	const char *why = NULL;

	harden(in, o, out);
	c.lines = lines_open(a, in->text);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !why; i++)
		why = checks[i](&c);
	return why;
}
