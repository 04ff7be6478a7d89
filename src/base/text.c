/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

struct text text_range(struct text t, struct range r)
{
	return text_sub(t, r.start, r.end);
}

bool text_ieq(struct text a, struct text b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool text_iis(struct text a, const char *cstr)
{
	return text_ieq(a, text_of(cstr));
}

int text_cmp(struct text a, struct text b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool text_iends(struct text t, struct text suffix)
{
	return t.n >= suffix.n && text_ieq(text_from(t, t.n - suffix.n), suffix);
}

size_t text_chr(struct text t, char c, size_t from)
{
	const char *at = from < t.n ? memchr(t.p + from, c, t.n - from) : NULL;

	return at ? (size_t)(at - t.p) : TEXT_NPOS;
}

size_t text_rchr(struct text t, char c)
{
	for (size_t i = t.n; i > 0; i--)
		if (t.p[i - 1] == c)
			return i - 1;
	return TEXT_NPOS;
}

size_t text_find(struct text t, struct text needle, size_t from)
{
	if (needle.n == 0)
		return from <= t.n ? from : TEXT_NPOS;
	while ((from = text_chr(t, needle.p[0], from)) != TEXT_NPOS) {
		if (text_starts(text_from(t, from), needle))
			return from;
		from++;
	}
	return TEXT_NPOS;
}

bool text_has(struct text t, char c)
{
	return text_chr(t, c, 0) != TEXT_NPOS;
}

struct text text_base(struct text path)
{
	size_t slash = text_rchr(path, '/');

	return slash == TEXT_NPOS ? path : text_from(path, slash + 1);
}

struct text text_trim(struct text t)
{
	size_t a = 0, b = t.n;

	while (a < b && ascii_space((unsigned char)t.p[a]))
		a++;
	while (b > a && ascii_space((unsigned char)t.p[b - 1]))
		b--;
	return text_sub(t, a, b);
}

bool text_cut(struct text *rest, char c, struct text *part, bool *more)
{
	size_t at;

	if (!*more)
		return false;
	at = text_chr(*rest, c, 0);
	*more = at != TEXT_NPOS;
	*part = text_sub(*rest, 0, *more ? at : rest->n);
	*rest = text_from(*rest, *more ? at + 1 : rest->n);
	return true;
}

uint64_t text_fnv1a(struct text t, uint64_t hash)
{
	for (size_t i = 0; i < t.n; i++)
		hash = (hash ^ (unsigned char)t.p[i]) * UINT64_C(0x100000001b3);
	return hash;
}
