/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"

#include "base/utf8.h"

static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1F },     { 0x7F, 0x9F },     { 0x61C, 0x61C },
	{ 0x200E, 0x200F }, { 0x202A, 0x202E }, { 0x2066, 0x2069 },
};

static bool stays(uint32_t rune, size_t width, enum visible how)
{
	if (rune == '\n' || rune == '\t')
		return how == VISIBLE_TEXT;
	if (rune == RUNE_ERROR && width == 1)
		return false;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (rune >= hidden[i].first && rune <= hidden[i].last)
			return false;
	return true;
}

size_t visible_run(struct text t, size_t at, enum visible how)
{
	size_t end = at, width;

	while (end < t.n) {
		uint32_t rune = utf8_decode(t, end, &width);

		if ((rune < ' ' || rune > '~') && !stays(rune, width, how))
			break;
		end += width;
	}
	return end - at;
}

size_t visible_escape(struct buf *out, struct text t, size_t at)
{
	size_t width;
	uint32_t rune = utf8_decode(t, at, &width);

	if (rune == '\n' || rune == '\t' || rune == '\r')
		buf_adds(out, rune == '\n' ? "\\n" : rune == '\t' ? "\\t" : "\\r");
	else if (width == 1)
		buf_addf(out, "\\x%02x", (unsigned)(unsigned char)t.p[at]);
	else
		buf_addf(out, "<U+%04X>", (unsigned)rune);
	return width;
}

void visible_add(struct buf *out, struct text t, enum visible how)
{
	for (size_t at = 0; at < t.n;) {
		size_t n = visible_run(t, at, how);

		buf_add(out, text_sub(t, at, at + n));
		at += n;
		if (at < t.n)
			at += visible_escape(out, t, at);
	}
}
