/* SPDX-License-Identifier: Apache-2.0 */
#include "app/message.h"

#include "base/utf8.h"

#include <string.h>

/* Longest word that is compared, and that is shown. */
enum { WORD_MAX = 40, SHOWN_MAX = 60 };

/* --- showing ---------------------------------------------------------------- */

static bool plain(uint32_t rune, size_t width)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0, 0x1f },        { '"', '"' },       { '\\', '\\' },
		{ 0x7f, 0x9f },     { 0xad, 0xad },     { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (rune >= hidden[i].first && rune <= hidden[i].last)
			return false;
	return rune != RUNE_ERROR || width > 1;
}

void message_show(struct buf *out, struct text t, size_t max)
{
	size_t start = out->n, width;

	for (size_t at = 0; at < t.n; at += width) {
		uint32_t rune = utf8_decode(t, at, &width);

		if (out->n - start >= max) {
			buf_adds(out, "...");
			return;
		}
		if (plain(rune, width)) {
			buf_add(out, text_sub(t, at, at + width));
			continue;
		}
		for (size_t i = at; i < at + width; i++)
			buf_addf(out, "\\x%02x", (unsigned)(unsigned char)t.p[i]);
	}
}

/* --- the nearest word ------------------------------------------------------- */

static char folded(char c)
{
	return c == '_' ? '-' : ascii_lower(c);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with the next. Both have at most WORD_MAX. */
static size_t distance(struct text a, struct text b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		d[i][0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = folded(a.p[i - 1]), y = folded(b.p[j - 1]);

			d[i][j] = least(d[i - 1][j - 1] + (x != y), least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && x == folded(b.p[j - 2]) && y == folded(a.p[i - 2]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.n][b.n];
}

struct nearest nearest_to(struct text word)
{
	/* Further off than a third of the word is another word. */
	return (struct nearest){ word, NULL, 2 + word.n / 3 };
}

void nearest_try(struct nearest *n, const char *name)
{
	struct text t = text_of(name);
	size_t d;

	if (n->word.n == 0 || n->word.n > WORD_MAX || t.n > WORD_MAX)
		return;
	d = distance(n->word, t);
	/* Two words with nothing in common are not near, however short they are. */
	if (d < n->distance && d < least(n->word.n, t.n)) {
		n->distance = d;
		n->name = name;
	}
}

int message_unknown(struct error *e, const char *what, const struct nearest *n, const char *otherwise)
{
	struct buf shown = { 0 };

	message_show(&shown, n->word, SHOWN_MAX);
	buf_addc(&shown, '\0');
	if (n->name)
		error_set(e, "unknown %s \"%s\"; did you mean \"%s\"?", what, shown.p, n->name);
	else
		error_set(e, "unknown %s \"%s\"; %s", what, shown.p, otherwise);
	buf_release(&shown);
	return -1;
}
