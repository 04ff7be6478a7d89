/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/expand_glob.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <string.h>

enum { MAX_CELLS = 100 * 1000 };
enum { TOKEN_STAR = -1, TOKEN_ANY = -2 };

/* A pattern as runes; TOKEN_STAR and TOKEN_ANY stand for * and ?. */
struct glob {
	int32_t *token;
	size_t n;
	unsigned char *row; /* scratch of glob_match(): which token prefixes match */
};

static void glob_release(struct glob *g)
{
	mem_free(g->token);
	mem_free(g->row);
}

static bool glob_compile(struct glob *g, struct text p)
{
	size_t width;

	g->token = mem_alloc((p.n + 1) * sizeof(*g->token));
	g->row = mem_alloc(p.n + 2);
	g->n = 0;
	for (size_t at = 0; at < p.n; at += width) {
		uint32_t r = utf8_decode(p, at, &width);

		if (r == '\\') {
			at += width;
			r = utf8_decode(p, at, &width);
			/* \} and \/ were only needed to get into ${...} */
			if (r >= 0x80 || !r || !strchr("}/*?\\", (int)r))
				return false;
			g->token[g->n++] = (int32_t)r;
		} else {
			g->token[g->n++] = r == '*' ? TOKEN_STAR : r == '?' ? TOKEN_ANY : (int32_t)r;
		}
	}
	return true;
}

static void reverse(struct glob *g)
{
	for (size_t i = 0; i < g->n / 2; i++) {
		int32_t t = g->token[i];

		g->token[i] = g->token[g->n - 1 - i];
		g->token[g->n - 1 - i] = t;
	}
}

/* Offset of the rune before `at`, or after it; one byte where it is no UTF-8. */
static size_t step(struct text v, size_t at, bool back, uint32_t *rune)
{
	size_t width, from = at;

	if (!back) {
		*rune = utf8_decode(v, at, &width);
		return at + width;
	}
	do
		from--;
	while (from > 0 && at - from < 4 && ((unsigned char)v.p[from] & 0xC0) == 0x80);
	*rune = utf8_decode(text_sub(v, 0, at), from, &width);
	if (from + width == at)
		return from;
	*rune = RUNE_ERROR;
	return at - 1;
}

static void feed(struct glob *g, uint32_t rune)
{
	bool before = g->row[0], here;

	g->row[0] = 0;
	for (size_t i = 1; i <= g->n; i++, before = here) {
		int32_t t = g->token[i - 1];

		here = g->row[i];
		if (t == TOKEN_STAR)
			g->row[i] = g->row[i - 1] || (here && rune != '\n');
		else
			g->row[i] = before && (t == (int32_t)rune || (t == TOKEN_ANY && rune != '\n'));
	}
}

/* Matches the pattern at `at`, going forward or back; *end is where the shortest
 * (or longest) match ends. */
static bool glob_match(struct glob *g, struct text v, size_t at, bool back, bool longest, size_t *end)
{
	uint32_t rune;
	bool found = false;

	memset(g->row, 0, g->n + 1);
	g->row[0] = 1;
	for (size_t i = 1; i <= g->n && g->token[i - 1] == TOKEN_STAR; i++)
		g->row[i] = 1;
	for (;;) {
		if (g->row[g->n]) {
			found = true;
			*end = at;
			if (!longest)
				break;
		}
		if (back ? at == 0 : at == v.n)
			break;
		at = step(v, at, back, &rune);
		feed(g, rune);
		if (!memchr(g->row, 1, g->n + 1))
			break;
	}
	return found;
}

static bool too_large(const struct glob *g, struct text v)
{
	return v.n && g->n + 1 > MAX_CELLS / v.n;
}

enum glob_status glob_trim(struct text pattern, struct text value, bool suffix, bool longest, struct range *keep)
{
	struct glob g = { 0 };
	enum glob_status status = GLOB_OK;
	size_t end;

	*keep = (struct range){ 0, value.n };
	if (!glob_compile(&g, pattern))
		status = GLOB_BAD;
	else if (too_large(&g, value))
		status = GLOB_TOO_LARGE;
	else if (suffix)
		reverse(&g);
	if (status == GLOB_OK && glob_match(&g, value, suffix ? value.n : 0, suffix, longest, &end))
		*keep = suffix ? (struct range){ 0, end } : (struct range){ end, value.n };
	glob_release(&g);
	return status;
}

enum glob_status glob_replace(struct text pattern, struct text with, struct text value, bool all, struct buf *out,
			      size_t limit)
{
	struct glob g = { 0 };
	size_t at = 0, copied = 0, end, last = TEXT_NPOS, width, work = 0;
	enum glob_status status = glob_compile(&g, pattern) ? GLOB_OK : GLOB_BAD;

	while (status == GLOB_OK && at <= value.n) {
		bool hit = glob_match(&g, value, at, false, true, &end);

		work += (g.n + 1) * (value.n - at + 1);
		if (work > MAX_CELLS || out->n > limit) {
			status = GLOB_TOO_LARGE;
			break;
		}
		/* An empty match right behind the last one does not count. */
		if (hit && !(end == at && at == last)) {
			buf_add(out, text_sub(value, copied, at));
			buf_add(out, with);
			copied = last = end;
			if (!all)
				break;
		}
		if (hit && end > at) {
			at = end;
			continue;
		}
		if (at == value.n)
			break;
		utf8_decode(value, at, &width);
		at += width;
	}
	if (status == GLOB_OK)
		buf_add(out, text_from(value, copied));
	glob_release(&g);
	return status;
}
