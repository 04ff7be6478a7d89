/* SPDX-License-Identifier: Apache-2.0 */
/* Borrowed byte slices. NUL is an ordinary byte; nothing here allocates. */
#ifndef DFH_BASE_TEXT_H
#define DFH_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* n bytes at p, owned by somebody else. p may be NULL only where n is 0. */
struct text {
	const char *p;
	size_t n;
};

/* Half-open byte range [start, end) of a named text. */
struct range {
	size_t start, end;
};

#define TEXT(lit) ((struct text){ (lit), sizeof(lit) - 1 })
#define TEXT_NONE ((struct text){ NULL, 0 })
#define TEXT_NPOS ((size_t)-1)
/* For printf's "%.*s"; only for text known to hold no NUL. */
#define TEXT_FMT(t) (int)(t).n, ((t).p ? (t).p : "")

/* These are inline so that literals cost nothing: they are asked for all the time. */

/* NULL gives the empty text. */
static inline struct text text_of(const char *cstr)
{
	return (struct text){ cstr, cstr ? strlen(cstr) : 0 };
}

/* Clamped. */
static inline struct text text_sub(struct text t, size_t start, size_t end)
{
	if (end > t.n)
		end = t.n;
	if (start > end)
		start = end;
	return (struct text){ t.p ? t.p + start : NULL, end - start };
}

static inline struct text text_from(struct text t, size_t start)
{
	return text_sub(t, start, t.n);
}

struct text text_range(struct text t, struct range r);

static inline bool text_eq(struct text a, struct text b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool text_is(struct text a, const char *cstr)
{
	return text_eq(a, text_of(cstr));
}

/* ASCII letters without case; other bytes must be equal. */
bool text_ieq(struct text a, struct text b);
bool text_iis(struct text a, const char *cstr);
int text_cmp(struct text a, struct text b); /* bytewise, shorter first */

static inline bool text_starts(struct text t, struct text prefix)
{
	return t.n >= prefix.n && text_eq(text_sub(t, 0, prefix.n), prefix);
}

static inline bool text_ends(struct text t, struct text suffix)
{
	return t.n >= suffix.n && text_eq(text_from(t, t.n - suffix.n), suffix);
}

bool text_iends(struct text t, struct text suffix);

/* Offset of the first match at or after `from`, or TEXT_NPOS. */
size_t text_chr(struct text t, char c, size_t from);
size_t text_find(struct text t, struct text needle, size_t from);
size_t text_rchr(struct text t, char c);
bool text_has(struct text t, char c);

/* What stands behind the last slash of a path; all of it where there is none. */
struct text text_base(struct text path);

/* Cuts ASCII blanks (space, \t, \r, \n, \v, \f) at both ends. */
struct text text_trim(struct text t);

/* Takes the part before the first c off *rest (all of it where there is no c).
 * False once *rest was used up; "" gives one empty part. Start with *more = true. */
bool text_cut(struct text *rest, char c, struct text *part, bool *more);

/* FNV-1a, 64 bits. Chain by passing the hash so far; start with FNV1A_INIT. */
#define FNV1A_INIT UINT64_C(0xcbf29ce484222325)
uint64_t text_fnv1a(struct text t, uint64_t hash);

static inline bool ascii_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
static inline bool ascii_alpha(unsigned char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static inline bool ascii_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_alnum(unsigned char c) { return ascii_alpha(c) || ascii_digit(c); }
static inline bool ascii_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static inline char ascii_lower(char c) { return ascii_upper((unsigned char)c) ? (char)(c | 32) : c; }

#endif
