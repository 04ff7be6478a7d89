/* SPDX-License-Identifier: Apache-2.0 */
#include "support/variants.h"

struct variant {
	const char *name;
	/* Whether it can be made of the case's text before. */
	bool (*applies)(struct arena *a, struct text before);
	struct text (*make)(struct arena *a, struct text t);
	bool same_report; /* in the very same lines and columns */
	bool exported; /* the first stage still is */
};

/* --- making them ------------------------------------------------------------- */

static bool is_lf(struct arena *a, struct text t)
{
	(void)a;
	return !text_has(t, '\r') && text_has(t, '\n');
}

static struct text to_crlf(struct arena *a, struct text t)
{
	struct buf b = { 0 };
	struct text out;

	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '\n')
			buf_addc(&b, '\r');
		buf_addc(&b, t.p[i]);
	}
	out = arena_text(a, buf_text(&b));
	buf_release(&b);
	return out;
}

static bool ends_line(struct arena *a, struct text t)
{
	(void)a;
	return text_ends(t, TEXT("\n"));
}

static struct text cut_newline(struct arena *a, struct text t)
{
	(void)a;
	t.n -= text_ends(t, TEXT("\n"));
	t.n -= text_ends(t, TEXT("\r"));
	return t;
}

/* Every backslash continues a line, so that it can be another sign. */
static bool only_continues(struct arena *a, struct text t)
{
	(void)a;
	if (text_has(t, '`') || text_find(t, TEXT("escape="), 0) != TEXT_NPOS || text_starts(t, TEXT("\xEF\xBB\xBF")))
		return false;
	for (size_t i = 0; (i = text_chr(t, '\\', i)) != TEXT_NPOS; i++) {
		struct text line = text_sub(t, i + 1, text_chr(t, '\n', i));

		if (text_trim(line).n)
			return false;
	}
	return true;
}

static struct text other_escape(struct arena *a, struct text t)
{
	char *p = arena_bytes(a, t.n + 1);

	for (size_t i = 0; i < t.n; i++)
		p[i] = t.p[i] == '\\' ? '`' : t.p[i];
	return ARENA_JOIN(a, TEXT("# escape=`\n"), ((struct text){ p, t.n }));
}

static bool has_one_stage(struct arena *a, struct text t)
{
	return doc_read(a, t)->nstages == 1;
}

static struct text add_stage(struct arena *a, struct text t)
{
	return ARENA_JOIN(a, t, TEXT("\nFROM scratch\nCOPY --from=0 / /\n"));
}

static const struct variant variants[] = {
	{ "crlf", is_lf, to_crlf, true, false },
	{ "no-newline", ends_line, cut_newline, true, false },
	{ "escape", only_continues, other_escape, false, false },
	{ "staged", has_one_stage, add_stage, false, true },
};

/* --- judging them ------------------------------------------------------------ */

static bool is_skipped(const struct fixture *f, const char *name)
{
	struct text rest = f->skipped, line;
	bool more = true;

	while (text_cut(&rest, '\n', &line, &more))
		if (text_is(text_trim(text_sub(line, 0, text_chr(line, ':', 0))), name))
			return true;
	return false;
}

static const char *judge(struct fixture *f, const struct variant *v)
{
	static const struct text first = { "0", 1 };
	struct harden_input in = fixture_input(f, v->make(&f->arena, f->before));
	struct text after = v->make(&f->arena, f->after);
	struct outcome out = { 0 };
	struct buf report = { 0 };
	const char *why;

	if (v->exported && !in.around.ntargets) {
		in.around.targets = &first;
		in.around.ntargets = 1;
	}
	why = check_invariants(&f->arena, &in, &f->harden, &out);
	if (!why && !text_eq(out.after, after)) {
		why = "another text comes out";
		fixture_differ(f, v->name, after, out.after);
	}
	fixture_report(&report, &out);
	if (!why && v->same_report && out.neffects == 0 && !text_eq(buf_text(&report), f->report)) {
		why = "another report comes out";
		fixture_differ(f, v->name, f->report, buf_text(&report));
	}
	buf_release(&report);
	outcome_release(&out);
	return why ? arena_printf(&f->arena, "variant %s: %s", v->name, why).p : NULL;
}

const char *variants_judge(struct fixture *f)
{
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]) && !why; i++)
		if (!is_skipped(f, variants[i].name) && variants[i].applies(&f->arena, f->before))
			why = judge(f, &variants[i]);
	return why;
}
