/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/glob.h"

#include "base/utf8.h"

/* One end of a range in a class. */
static bool class_rune(struct text p, size_t *at, uint32_t *rune)
{
	size_t width;

	if (*at < p.n && p.p[*at] == '\\')
		++*at;
	else if (*at < p.n && (p.p[*at] == '-' || p.p[*at] == ']'))
		return false;
	*rune = utf8_decode(p, *at, &width);
	if (width == 0 || (*rune == RUNE_ERROR && width == 1))
		return false;
	*at += width;
	return *at < p.n; /* the ']' is still to come */
}

size_t glob_class(struct text p, size_t at, uint32_t rune, bool *hit)
{
	uint32_t low, high;
	bool not = ++at < p.n && p.p[at] == '^', in = false;

	at += not;
	for (size_t n = 0; !(n > 0 && p.p[at] == ']'); n++) {
		if (!class_rune(p, &at, &low))
			return TEXT_NPOS;
		high = low;
		if (p.p[at] == '-' && (at++, !class_rune(p, &at, &high)))
			return TEXT_NPOS;
		in = in || (low <= rune && rune <= high);
	}
	*hit = in != not;
	return at + 1;
}

bool glob_valid(struct text p)
{
	bool hit;

	for (size_t at = 0; at < p.n;) {
		if (p.p[at] == '[')
			at = glob_class(p, at, 0, &hit);
		else
			at += p.p[at] == '\\' ? 2 : 1;
		if (at > p.n) /* TEXT_NPOS too */
			return false;
	}
	return true;
}

bool glob_wild(struct text p)
{
	for (size_t at = 0; at < p.n; at++) {
		if (p.p[at] == '\\')
			at++;
		else if (p.p[at] == '*' || p.p[at] == '?' || p.p[at] == '[')
			return true;
	}
	return false;
}

/* Matches what stands at p[*at], no star, against what stands at s[*to]. */
static bool match_one(struct text p, size_t *at, struct text s, size_t *to)
{
	size_t width;
	uint32_t rune = utf8_decode(s, *to, &width);
	bool hit;

	if (*at >= p.n || width == 0)
		return false;
	if (p.p[*at] == '[') {
		*at = glob_class(p, *at, rune, &hit);
		*to += width;
		return *at != TEXT_NPOS && hit;
	}
	if (p.p[*at] == '?') {
		++*at;
		*to += width;
		return true;
	}
	if (p.p[*at] == '\\')
		++*at;
	return *at < p.n && p.p[(*at)++] == s.p[(*to)++];
}

bool glob_match(struct text p, struct text s)
{
	size_t at = 0, to = 0, star = TEXT_NPOS, from = 0;

	while (at < p.n || to < s.n) {
		if (at < p.n && p.p[at] == '*') {
			star = ++at;
			from = to;
		} else if (!match_one(p, &at, s, &to)) {
			/* The last star takes one byte more; earlier ones need not. */
			if (star == TEXT_NPOS || from >= s.n)
				return false;
			at = star;
			to = ++from;
		}
	}
	return true;
}

struct text glob_literal(struct arena *a, struct text p)
{
	char *out;
	size_t n = 0;

	if (!text_has(p, '\\'))
		return p;
	out = arena_bytes(a, p.n);
	for (size_t at = 0; at < p.n; at++) {
		if (p.p[at] == '\\' && at + 1 < p.n)
			at++;
		out[n++] = p.p[at];
	}
	return (struct text){ out, n };
}
