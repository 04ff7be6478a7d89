/* SPDX-License-Identifier: Apache-2.0 */
/* Assignments and arrays. */
#include "syntax/shell_read.h"

/* name[index]+= up to and with the =; false, gone back, where it is none. */
static bool read_head(struct sh_reader *r, struct sh_assign *as)
{
	struct sh_spot m = shr_spot(r);
	int c = shr_cur(r);

	*as = (struct sh_assign){ .at = { r->at, r->at } };
	if (c >= '0' && c <= '9')
		return false;
	for (; shr_name_byte(c); c = shr_cur(r))
		shr_take(r, 1);
	as->name = shr_squeeze(r, (struct range){ as->at.start, r->last });
	if (r->at > as->at.start && c == '[' && shr_in_bash(r)) {
		shr_take(r, 1);
		shr_run(r, RUN_INDEX);
		as->index = SHR_KEEP(r, &r->parts, m.parts, struct sh_part, &as->nindex);
		shr_take(r, 1);
		as->indexed = true;
	}
	as->append = shr_in_bash(r) && shr_cur(r) == '+' && shr_look(r, 1) == '=';
	if (r->at > as->at.start && shr_look(r, as->append) == '=') {
		shr_take(r, 1 + (size_t)as->append);
		r->bash |= as->append || as->indexed;
		return true;
	}
	shr_back(r, &m);
	return false;
}

/* (...) of an array, onto r->words. */
static void read_array(struct sh_reader *r)
{
	size_t start = r->at;
	struct sh_word w;

	r->bash = true;
	shr_enter(r);
	shr_take(r, 1);
	for (;;) {
		shr_newlines(r);
		if (shr_cur(r) == ')' || !shr_word(r, SHU_ELEMENT, &w))
			break;
		SHR_PUSH(&r->words, w);
	}
	if (shr_cur(r) == SHR_END)
		shr_fail(r, start, "an array is not closed");
	else
		shr_expect_char(r, ')');
	if (!shr_ends_word(shr_cur(r)))
		shr_fail(r, r->at, "an array with something behind it");
	shr_leave(r);
}

bool shr_assign(struct sh_reader *r, struct sh_assign *out)
{
	size_t base = r->words.n;
	struct sh_word w;

	if (!read_head(r, out))
		return false;
	out->array = shr_in_bash(r) && shr_cur(r) == '(';
	if (out->array) {
		read_array(r);
	} else {
		shr_word(r, SHU_VALUE, &w);
		SHR_PUSH(&r->words, w);
	}
	out->at.end = r->last;
	out->value = SHR_KEEP(r, &r->words, base, struct sh_word, &out->nvalue);
	return true;
}

static void push_literal(struct sh_reader *r, size_t start, size_t end)
{
	struct sh_part p = { .kind = SH_LITERAL, .at = { start, end } };

	if (start < end)
		SHR_PUSH(&r->parts, p);
}

bool shr_array_argument(struct sh_reader *r, struct sh_word *out)
{
	struct sh_spot m = shr_spot(r);
	size_t base = r->words.n, at;
	struct sh_assign as;

	if (!read_head(r, &as))
		return false;
	if (shr_cur(r) != '(') {
		shr_back(r, &m);
		return false;
	}
	read_array(r);
	*out = (struct sh_word){ .at = { as.at.start, r->last }, .value = maybe_unknown() };
	at = as.at.start;
	for (size_t i = base; i < r->words.n; i++) {
		const struct sh_word *w = (const struct sh_word *)r->words.p + i;

		push_literal(r, at, w->at.start);
		for (size_t k = 0; k < w->nparts; k++)
			SHR_PUSH(&r->parts, w->parts[k]);
		out->marks |= w->marks & (SH_QUOTED | SH_EXPANDS);
		at = w->at.end;
	}
	push_literal(r, at, r->last);
	out->parts = SHR_KEEP(r, &r->parts, m.parts, struct sh_part, &out->nparts);
	r->words.n = base;
	return true;
}
