/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/rx.h"

/* How a lead byte continues; the limits of the second byte keep out overlong
 * forms, surrogates and what lies above U+10FFFF (Unicode 15, table 3-7). */
static const struct lead {
	unsigned char first, last, low, high, width, bits;
} leads[] = {
	{ 0xC2, 0xDF, 0x80, 0xBF, 2, 0x1F }, { 0xE0, 0xE0, 0xA0, 0xBF, 3, 0x0F },
	{ 0xE1, 0xEC, 0x80, 0xBF, 3, 0x0F }, { 0xED, 0xED, 0x80, 0x9F, 3, 0x0F },
	{ 0xEE, 0xEF, 0x80, 0xBF, 3, 0x0F }, { 0xF0, 0xF0, 0x90, 0xBF, 4, 0x07 },
	{ 0xF1, 0xF3, 0x80, 0xBF, 4, 0x07 }, { 0xF4, 0xF4, 0x80, 0x8F, 4, 0x07 },
};

static uint32_t decode_long(struct text t, size_t at, size_t *width)
{
	unsigned char c = (unsigned char)t.p[at], d;

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		const struct lead *l = &leads[i];
		uint32_t rune = c & l->bits;

		if (c < l->first || c > l->last)
			continue;
		if (t.n - at < l->width)
			break;
		d = (unsigned char)t.p[at + 1];
		if (d < l->low || d > l->high)
			break;
		for (size_t k = 1; k < l->width; k++) {
			d = (unsigned char)t.p[at + k];
			if ((d & 0xC0) != 0x80)
				goto invalid;
			rune = rune << 6 | (d & 0x3F);
		}
		*width = l->width;
		return rune;
	}
invalid:
	*width = 1;
	return RUNE_ERROR;
}

uint32_t utf8_decode(struct text t, size_t at, size_t *width)
{
	if (at >= t.n) {
		*width = 0;
		return RUNE_EOF;
	}
	if ((unsigned char)t.p[at] < 0x80) {
		*width = 1;
		return (unsigned char)t.p[at];
	}
	return decode_long(t, at, width);
}

bool utf8_valid(struct text t)
{
	size_t width;

	for (size_t at = 0; at < t.n; at += width)
		if (utf8_decode(t, at, &width) == RUNE_ERROR && width == 1)
			return false;
	return true;
}

size_t utf8_bytes(uint32_t rune, char out[4])
{
	size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	static const unsigned char mark[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n - 1; i > 0; i--, rune >>= 6)
		out[i] = (char)(0x80 | (rune & 0x3F));
	out[0] = (char)(mark[n] | rune);
	return n;
}

void utf8_add(struct buf *b, uint32_t rune)
{
	char out[4];

	buf_add(b, (struct text){ out, utf8_bytes(rune, out) });
}

bool rune_space(uint32_t r)
{
	if (r < 0x80)
		return ascii_space((unsigned char)r);
	return r == 0x85 || r == 0xA0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200A) ||
	       r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000;
}

bool rune_letter(uint32_t r)
{
	if (r < 0x80)
		return ascii_alpha((unsigned char)r);
	return rx_rune_is(RX_LETTER, r);
}

bool rune_digit(uint32_t r)
{
	if (r < 0x80)
		return ascii_digit((unsigned char)r);
	return rx_rune_is(RX_DIGIT, r);
}

struct text utf8_trim_left(struct text t)
{
	size_t at = 0, width;

	while (at < t.n && rune_space(utf8_decode(t, at, &width)))
		at += width;
	return text_from(t, at);
}

/* Start of the rune that ends before t[end]. */
static size_t rune_before(struct text t, size_t end)
{
	size_t from = end > 4 ? end - 4 : 0, width;

	for (size_t at = from; at < end; at++) {
		utf8_decode(text_sub(t, 0, end), at, &width);
		if (at + width == end && ((unsigned char)t.p[at] & 0xC0) != 0x80)
			return at;
	}
	return end - 1;
}

struct text utf8_trim(struct text t)
{
	size_t at, width;

	t = utf8_trim_left(t);
	while (t.n) {
		at = (unsigned char)t.p[t.n - 1] < 0x80 ? t.n - 1 : rune_before(t, t.n);
		if (!rune_space(utf8_decode(t, at, &width)))
			break;
		t.n = at;
	}
	return t;
}
