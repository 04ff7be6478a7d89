/* SPDX-License-Identifier: Apache-2.0 */
#include "support/patch.h"

#include "base/buf.h"

struct patch {
	struct text before, diff;
	size_t at, line;      /* in before: the next line, counted from 1 */
	size_t next;          /* in diff */
	size_t out_line;      /* the next line of out, counted from 1 */
	struct buf out;
	const char *why;
};

struct hunk {
	size_t old_start, old_count, new_start, new_count;
};

static bool bad(struct patch *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return false;
}

/* The next line with its newline; empty at the end. */
static struct text line_at(struct text t, size_t at)
{
	size_t nl = text_chr(t, '\n', at);

	return text_sub(t, at, nl == TEXT_NPOS ? t.n : nl + 1);
}

static bool read_number(struct text *t, size_t *n)
{
	size_t digits = 0;

	for (*n = 0; t->n && ascii_digit((unsigned char)t->p[0]) && digits < 9; digits++) {
		*n = *n * 10 + (size_t)(t->p[0] - '0');
		*t = text_from(*t, 1);
	}
	return digits > 0;
}

static bool expect(struct text *t, const char *what)
{
	if (!text_starts(*t, text_of(what)))
		return false;
	*t = text_from(*t, text_of(what).n);
	return true;
}

static bool read_span(struct text *t, size_t *start, size_t *count)
{
	*count = 1;
	return read_number(t, start) && (!expect(t, ",") || read_number(t, count));
}

static bool read_hunk(struct text line, struct hunk *h)
{
	return expect(&line, "@@ -") && read_span(&line, &h->old_start, &h->old_count) && expect(&line, " +") &&
	       read_span(&line, &h->new_start, &h->new_count) && expect(&line, " @@");
}

static void copy_line(struct patch *p)
{
	struct text line = line_at(p->before, p->at);

	buf_add(&p->out, line);
	p->at += line.n;
	p->line++;
	p->out_line++;
}

/* Of no lines, the line before the place is named. */
static bool go_to(struct patch *p, const struct hunk *h)
{
	size_t old_line = h->old_start + (h->old_count == 0), new_line = h->new_start + (h->new_count == 0);

	if (old_line < p->line)
		return bad(p, "a hunk starts before the end of the one above it");
	while (p->line < old_line && p->at < p->before.n)
		copy_line(p);
	if (p->line != old_line)
		return bad(p, "a hunk starts behind the end of the file");
	return p->out_line == new_line || bad(p, "a hunk's line in the new file is wrong");
}

static bool one_line(struct patch *p, struct hunk *h)
{
	struct text line = line_at(p->diff, p->next), body = text_from(line, 1), old = line_at(p->before, p->at);
	char kind = line.n ? line.p[0] : '\0';

	if (!text_ends(line, TEXT("\n")))
		return bad(p, "the diff ends in the middle of a hunk");
	p->next += line.n;
	if (text_starts(text_from(p->diff, p->next), TEXT("\\ "))) {
		body.n--;
		p->next += line_at(p->diff, p->next).n;
	}
	if (kind != ' ' && kind != '-' && kind != '+')
		return bad(p, "a hunk's line starts with another sign");
	if (kind != '+') {
		if (h->old_count-- == 0 || !text_eq(body, old) || old.n == 0)
			return bad(p, "a hunk's old line is not the file's");
		p->at += old.n;
		p->line++;
	}
	if (kind != '-') {
		if (h->new_count-- == 0)
			return bad(p, "a hunk has more new lines than it says");
		if (p->out.n && p->out.p[p->out.n - 1] != '\n')
			return bad(p, "a line follows one without a newline");
		buf_add(&p->out, body);
		p->out_line++;
	}
	return true;
}

static bool apply_hunk(struct patch *p, struct hunk h)
{
	if (!go_to(p, &h))
		return false;
	while (h.old_count || h.new_count)
		if (!one_line(p, &h))
			return false;
	return true;
}

static bool apply_all(struct patch *p)
{
	struct hunk h;
	struct text line;
	bool headed = false;

	while (p->next < p->diff.n && !text_starts(line = line_at(p->diff, p->next), TEXT("@@"))) {
		headed = headed || text_starts(line, TEXT("+++ "));
		p->next += line.n;
	}
	if (!headed)
		return bad(p, "the diff has no header");
	while (p->next < p->diff.n) {
		line = line_at(p->diff, p->next);
		if (!read_hunk(line, &h))
			return bad(p, "what should be a hunk's header is none");
		p->next += line.n;
		if (!apply_hunk(p, h))
			return false;
	}
	while (p->at < p->before.n)
		copy_line(p);
	return true;
}

const char *patch_apply(struct arena *a, struct text before, struct text diff, struct text *after)
{
	struct patch p = { .before = before, .diff = diff, .line = 1, .out_line = 1 };

	apply_all(&p);
	*after = arena_text(a, buf_text(&p.out));
	buf_release(&p.out);
	return p.why;
}
