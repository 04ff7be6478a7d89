/* SPDX-License-Identifier: Apache-2.0 */
/* Whole words, and what the shell would do to one. */
#include "syntax/shell_read.h"

/* --- marks --- */

/* "$@", "${x[@]}" */
static bool is_multiple(const struct sh_part *p, struct text script)
{
	if (p->kind != SH_PARAM)
		return false;
	return text_is(p->name, "@") || (p->nparts && p->parts[0].kind == SH_LITERAL &&
					 text_starts(text_range(script, p->parts[0].at), TEXT("[@]")));
}

static unsigned quoted_marks(const struct sh_part *p, struct text script)
{
	unsigned marks = SH_QUOTED;

	for (size_t i = 0; i < p->nparts; i++) {
		const struct sh_part *q = &p->parts[i];

		if (q->kind != SH_LITERAL)
			marks |= SH_EXPANDS;
		if (is_multiple(q, script))
			marks |= SH_SPLITS;
	}
	return marks;
}

/* Braces are followed through the word; a level above 31 is as good as one below. */
struct braces {
	unsigned depth, listed; /* listed: bit of each level that has a comma or two dots */
	char before;
};

static bool brace_byte(struct braces *b, char c)
{
	unsigned bit = 1u << (b->depth & 31);
	bool closes = false;

	if (c == '{') {
		b->depth++;
		b->listed &= ~(1u << (b->depth & 31));
	} else if (b->depth && (c == ',' || (c == '.' && b->before == '.'))) {
		b->listed |= bit;
	} else if (b->depth && c == '}') {
		closes = b->listed & bit;
		b->depth--;
	}
	b->before = c;
	return closes;
}

static unsigned literal_marks(struct text t, struct braces *b)
{
	unsigned marks = 0;

	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];

		if (c == '\\') {
			if (i + 1 < t.n && t.p[++i] == '\n')
				continue;
			marks |= SH_QUOTED;
			b->before = '\0';
			continue;
		}
		if (c == '*' || c == '?' || c == '[')
			marks |= SH_GLOB;
		if (brace_byte(b, c))
			marks |= SH_BRACE;
	}
	return marks;
}

static unsigned part_marks(const struct sh_part *p, struct text script, struct braces *b)
{
	b->before = p->kind == SH_LITERAL ? b->before : '\0';
	switch (p->kind) {
	case SH_LITERAL:
		return literal_marks(text_range(script, p->at), b);
	case SH_SINGLE:
	case SH_ANSI:
		return SH_QUOTED;
	case SH_DOUBLE:
	case SH_LOCALE:
		return quoted_marks(p, script);
	case SH_PARAM:
	case SH_COMMAND:
	case SH_ARITH:
		return SH_EXPANDS | SH_SPLITS;
	case SH_PROCESS:
		return SH_EXPANDS;
	case SH_EXTGLOB:
		break;
	}
	return SH_GLOB;
}

static unsigned inner_marks(const struct sh_part *p, struct text script)
{
	struct braces none = { 0, 0, '\0' };
	unsigned marks = 0;

	for (size_t i = 0; i < p->nparts; i++)
		marks |= part_marks(&p->parts[i], script, &none) & (SH_EXPANDS | SH_QUOTED);
	return marks;
}

static bool has_tilde(struct text t, bool at_start, bool behind_colons)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '~' && (i == 0 ? at_start : t.p[i - 1] == ':'))
			return true;
		if (!behind_colons)
			return false;
		if (t.p[i] == '\\')
			i++;
	}
	return false;
}

static unsigned tilde_marks(const struct sh_reader *r, enum sh_use use, const struct sh_word *w)
{
	bool value = use == SHU_VALUE;

	for (size_t i = 0; i < w->nparts && (value || i == 0); i++)
		if (w->parts[i].kind == SH_LITERAL &&
		    has_tilde(text_range(r->text, w->parts[i].at), i == 0, value))
			return SH_TILDE;
	return 0;
}

/* --- words --- */

static void judge(struct sh_reader *r, enum sh_use use, struct sh_word *w)
{
	struct braces b = { 0, 0, '\0' };
	bool many = use == SHU_WORD || use == SHU_COMMAND || use == SHU_ELEMENT || use == SHU_TARGET;

	w->marks = 0;
	for (size_t i = 0; i < w->nparts; i++) {
		w->marks |= part_marks(&w->parts[i], r->text, &b);
		if (w->parts[i].kind == SH_EXTGLOB)
			w->marks |= inner_marks(&w->parts[i], r->text);
	}
	w->marks |= tilde_marks(r, use, w);
	if (!many)
		w->marks &= ~(unsigned)(SH_BRACE | SH_SPLITS);
	r->bash |= (w->marks & SH_BRACE) && shr_in_bash(r);
	w->value = shr_value(r, w);
}

/* name[ or, of an element, [ */
static bool index_ahead(struct sh_reader *r, enum sh_use use)
{
	size_t start = r->at;
	bool found;
	int c = shr_cur(r);

	if (!shr_in_bash(r) || (use != SHU_COMMAND && use != SHU_ELEMENT))
		return false;
	if (use == SHU_ELEMENT)
		return c == '[';
	if (c >= '0' && c <= '9')
		return false;
	while (shr_name_byte(c)) {
		r->at++;
		c = shr_cur(r);
	}
	found = c == '[' && r->at > start;
	r->at = start;
	return found;
}

bool shr_word(struct sh_reader *r, enum sh_use use, struct sh_word *out)
{
	enum sh_run run = use == SHU_REGEX ? RUN_REGEX : index_ahead(r, use) ? RUN_INDEXED : RUN_WORD;
	size_t base = r->parts.n, start;

	shr_cur(r);
	start = r->at;
	shr_run(r, run);
	*out = (struct sh_word){ .at = { start, r->last } };
	out->parts = SHR_KEEP(r, &r->parts, base, struct sh_part, &out->nparts);
	if (!out->nparts) {
		if (use != SHU_VALUE)
			return false;
		out->at.start = r->last;
	}
	if (!r->why)
		judge(r, use, out);
	return true;
}
