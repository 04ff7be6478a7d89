/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/json.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 10000 }; /* encoding/json: maxNestingDepth */

struct scan {
	struct text t;
	size_t at;
	size_t depth;
	unsigned char *nest; /* '[' or '{' a level; from the arena, grown on demand */
	size_t nest_cap;
	struct arena *arena;
	bool range_error; /* a number that no float64 holds */
	struct word *words;
	size_t nwords, words_cap;
	bool others;
	size_t base;
};

static int peek(const struct scan *s)
{
	return s->at < s->t.n ? (unsigned char)s->t.p[s->at] : -1;
}

static int blank_then_peek(struct scan *s)
{
	int c;

	while ((c = peek(s)) == ' ' || c == '\t' || c == '\r' || c == '\n')
		s->at++;
	return c;
}

static int hex4(struct text t, size_t at, uint32_t *out)
{
	*out = 0;
	for (size_t i = at; i < at + 4; i++) {
		int c = i < t.n ? (unsigned char)t.p[i] : -1;

		if (c >= '0' && c <= '9')
			*out = *out << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			*out = *out << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return 0;
}

/* Scans a string at its opening quote; *plain: no escape and only ASCII. */
static bool skip_string(struct scan *s, bool *plain)
{
	uint32_t unused;

	*plain = true;
	for (s->at++; s->at < s->t.n; s->at++) {
		unsigned char c = (unsigned char)s->t.p[s->at];

		if (c == '"') {
			s->at++;
			return true;
		}
		if (c < 0x20)
			return false;
		if (c >= 0x80)
			*plain = false;
		if (c != '\\')
			continue;
		*plain = false;
		c = ++s->at < s->t.n ? (unsigned char)s->t.p[s->at] : '\0';
		if (c == 'u') {
			if (hex4(s->t, s->at + 1, &unused) < 0)
				return false;
			s->at += 4;
		} else if (!c || !strchr("\"\\/bfnrt", c)) {
			return false;
		}
	}
	return false;
}

/* One \uXXXX, or two that make a surrogate pair; alone, a surrogate is U+FFFD. */
static size_t decode_unicode(struct text t, size_t at, uint32_t *rune)
{
	uint32_t low;

	hex4(t, at + 2, rune);
	if (*rune < 0xD800 || *rune > 0xDFFF)
		return at + 6;
	if (*rune < 0xDC00 && at + 7 < t.n && t.p[at + 6] == '\\' && t.p[at + 7] == 'u' &&
	    hex4(t, at + 8, &low) == 0 && low >= 0xDC00 && low <= 0xDFFF) {
		*rune = 0x10000 + ((*rune - 0xD800) << 10) + (low - 0xDC00);
		return at + 12;
	}
	*rune = RUNE_ERROR;
	return at + 6;
}

static struct text decode_string(struct arena *a, struct text body)
{
	static const char from[] = "bfnrt\"\\/", to[] = "\b\f\n\r\t\"\\/";
	struct buf out = { 0 };
	struct text copy;
	size_t at = 0, width;
	uint32_t rune;

	while (at < body.n) {
		if (body.p[at] != '\\') {
			rune = utf8_decode(body, at, &width);
			at += width;
		} else if (body.p[at + 1] == 'u') {
			at = decode_unicode(body, at, &rune);
		} else {
			rune = (unsigned char)to[strchr(from, body.p[at + 1]) - from];
			at += 2;
		}
		utf8_add(&out, rune);
	}
	copy = arena_text(a, buf_text(&out));
	buf_release(&out);
	return copy;
}

static size_t digits(struct text t, size_t at)
{
	while (at < t.n && ascii_digit((unsigned char)t.p[at]))
		at++;
	return at;
}

static bool skip_number(struct scan *s)
{
	struct text t = s->t;
	size_t at = s->at, end;
	char *copy;
	double d;

	if (t.p[at] == '-')
		at++;
	end = digits(t, at);
	if (end == at)
		return false;
	if (t.p[at] == '0')
		end = at + 1;
	at = end;
	if (at < t.n && t.p[at] == '.') {
		end = digits(t, ++at);
		if (end == at)
			return false;
		at = end;
	}
	if (at < t.n && (t.p[at] | 32) == 'e') {
		at++;
		if (at < t.n && (t.p[at] == '+' || t.p[at] == '-'))
			at++;
		end = digits(t, at);
		if (end == at)
			return false;
		at = end;
	}
	copy = arena_cstr(s->arena, text_sub(t, s->at, at));
	d = strtod(copy, NULL);
	if (d > 1.7976931348623157e308 || d < -1.7976931348623157e308)
		s->range_error = true;
	s->at = at;
	return true;
}

static bool skip_literal(struct scan *s)
{
	static const struct text literals[] = { { "true", 4 }, { "false", 5 }, { "null", 4 } };

	for (size_t i = 0; i < 3; i++)
		if (text_starts(text_from(s->t, s->at), literals[i])) {
			s->at += literals[i].n;
			return true;
		}
	return false;
}

static bool open_level(struct scan *s)
{
	if (s->depth >= MAX_DEPTH)
		return false;
	s->nest = arena_grow(s->arena, s->nest, s->depth, &s->nest_cap, 1);
	s->nest[s->depth++] = (unsigned char)s->t.p[s->at++];
	return true;
}

/* A key and its colon, in an object. */
static bool skip_key(struct scan *s)
{
	bool plain;

	if (blank_then_peek(s) != '"' || !skip_string(s, &plain) || blank_then_peek(s) != ':')
		return false;
	s->at++;
	return true;
}

static void add_word(struct scan *s, size_t start, bool plain)
{
	struct text body = text_sub(s->t, start + 1, s->at - 1);
	struct word *w;

	s->words = arena_grow(s->arena, s->words, s->nwords, &s->words_cap, sizeof(*w));
	w = &s->words[s->nwords++];
	w->value = plain ? body : decode_string(s->arena, body);
	w->at = s->base + start;
	w->n = s->at - start;
}

/* A value that opens no level. */
static bool scalar(struct scan *s, int c)
{
	size_t start = s->at;
	bool plain;

	if (c == '"') {
		if (!skip_string(s, &plain))
			return false;
		if (s->depth == 1)
			add_word(s, start, plain);
		return true;
	}
	if (s->depth == 1)
		s->others = true;
	return c == '-' || ascii_digit((unsigned char)c) ? skip_number(s) : skip_literal(s);
}

/* Behind a value: commas and closing brackets, up to the next value's place.
 * False where the text is no JSON; *done once the outermost level is closed. */
static bool after_value(struct scan *s, bool *done)
{
	for (;;) {
		int c = blank_then_peek(s), open = s->nest[s->depth - 1];

		if (c == ',') {
			s->at++;
			return open == '[' || skip_key(s);
		}
		if (c != (open == '[' ? ']' : '}'))
			return false;
		s->at++;
		if (--s->depth == 0) {
			*done = true;
			return true;
		}
	}
}

static bool scan_array(struct scan *s)
{
	bool done = false, empty;

	if (!open_level(s))
		return false;
	for (bool fresh = true; !done;) {
		int c = blank_then_peek(s);

		empty = fresh && c == (s->nest[s->depth - 1] == '[' ? ']' : '}');
		if (!empty && fresh && s->nest[s->depth - 1] == '{' && !skip_key(s))
			return false;
		if (!empty) {
			c = blank_then_peek(s);
			if (c < 0)
				return false;
			fresh = c == '[' || c == '{';
			if (fresh) {
				s->others = s->others || s->depth == 1;
				if (!open_level(s))
					return false;
				continue;
			}
			if (!scalar(s, c))
				return false;
		}
		fresh = false;
		if (!after_value(s, &done))
			return false;
	}
	return blank_then_peek(s) < 0;
}

enum json_verdict json_strings(struct arena *a, struct text t, size_t at, const struct word **words, size_t *n)
{
	struct text trimmed = utf8_trim_left(t);
	struct scan s = { .t = trimmed, .arena = a, .base = at + (t.n - trimmed.n) };

	if (peek(&s) != '[' || !scan_array(&s) || s.range_error)
		return JSON_NOT_ARRAY;
	if (s.others)
		return JSON_OTHER;
	*words = s.words;
	*n = s.nwords;
	return JSON_STRINGS;
}
