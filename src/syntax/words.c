/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/words.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "syntax/expand.h"
#include "syntax/grammar.h"
#include "syntax/json.h"

#include <string.h>

/* Go's reWhitespace: [\t\v\f\r ] */
static bool is_blank(char c)
{
	return c != '\n' && ascii_space((unsigned char)c);
}

/* unicode.IsSpace of one byte taken for a rune */
static bool byte_space(char c)
{
	return ascii_space((unsigned char)c) || (unsigned char)c == 0x85 || (unsigned char)c == 0xA0;
}

struct span {
	size_t at, n;
};

/* What is read: text is ins->logical from `base` on. */
struct reader {
	struct arena *a;
	struct instruction *ins;
	char escape;
	int depth; /* of ONBUILD */
	struct word *words;
	size_t nwords, cap;
};

enum { MAX_ONBUILD = 64 };

static const char *read_line(struct arena *a, struct instruction *ins, size_t from, char escape, int depth, size_t *bad_at);

static void add_word(struct reader *r, struct text value, size_t at, size_t n)
{
	r->words = arena_grow(r->a, r->words, r->nwords, &r->cap, sizeof(*r->words));
	r->words[r->nwords++] = (struct word){ value, at, n };
}

/* A slice of the logical text is its own value. */
static void add_slice(struct reader *r, size_t at, size_t n)
{
	add_word(r, text_sub(r->ins->logical, at, at + n), at, n);
}

/* Go builds words rune by rune: what is no UTF-8 becomes U+FFFD. */
static struct text as_runes(struct arena *a, struct text t)
{
	struct buf b = { 0 };
	struct text copy;
	size_t width;

	if (utf8_valid(t))
		return t;
	for (size_t at = 0; at < t.n; at += width)
		utf8_add(&b, utf8_decode(t, at, &width));
	copy = arena_text(a, buf_text(&b));
	buf_release(&b);
	return copy;
}

/* --- flags --------------------------------------------------------------- */

/* Reads one --flag at *at. Its value is built byte by byte, each byte taken for a
 * rune, as the reference does. False where it is the lone "--". */
static bool read_flag(struct arena *a, struct text t, char escape, size_t *at, struct flag *f)
{
	struct buf b = { 0 };
	char quote = 0;
	size_t i = *at, eq;
	bool lone;

	for (; i < t.n && (quote || !byte_space(t.p[i])); i++) {
		char c = t.p[i];

		if (quote && c == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (c == escape) {
			if (i + 1 == t.n)
				continue;
			c = t.p[++i];
		}
		utf8_add(&b, (unsigned char)c);
	}
	f->at = *at;
	f->n = i - *at;
	*at = i;
	lone = text_is(buf_text(&b), "--");
	f->text = arena_text(a, buf_text(&b));
	buf_release(&b);
	eq = text_chr(f->text, '=', 0);
	f->has_value = eq != TEXT_NPOS;
	f->name = text_sub(f->text, 2, f->has_value ? eq : f->text.n);
	f->value = f->has_value ? text_from(f->text, eq + 1) : TEXT_NONE;
	return !lone;
}

/* Takes the flags off logical[at...]; the offset of what follows them. */
static size_t read_flags(struct arena *a, struct instruction *ins, size_t at, char escape)
{
	struct text t = ins->logical;
	struct flag *flags = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		while (at < t.n && byte_space(t.p[at]))
			at++;
		if (!text_starts(text_from(t, at), TEXT("--")))
			break;
		flags = arena_grow(a, flags, n, &cap, sizeof(*flags));
		if (!read_flag(a, t, escape, &at, &flags[n]))
			break;
		n++;
	}
	ins->flags = flags;
	ins->nflags = n;
	return at;
}

/* --- words --------------------------------------------------------------- */

static void read_list(struct reader *r, size_t at, size_t end)
{
	struct text t = r->ins->logical;
	size_t start = at;

	if (at == end)
		return;
	for (; at < end; at++) {
		if (!is_blank(t.p[at]))
			continue;
		add_slice(r, start, at - start);
		while (at + 1 < end && is_blank(t.p[at + 1]))
			at++;
		start = at + 1;
	}
	add_slice(r, start, end - start);
}

/* The end of the word at `at`: the next blank outside quotes. *cut is where the
 * word's own text ends (an escape at the very end of the line does not count). */
static size_t quoted_end(struct text t, size_t at, char escape, size_t *cut)
{
	char quote = 0;
	size_t width;

	for (; at < t.n; at += width) {
		uint32_t c = utf8_decode(t, at, &width);

		if (!quote && rune_space(c))
			break;
		if (c == (unsigned char)escape && quote != '\'') {
			if (at + 1 == t.n) {
				*cut = at;
				return t.n;
			}
			at++;
			utf8_decode(t, at, &width);
		} else if (quote ? c == (unsigned char)quote : c == '\'' || c == '"') {
			quote = quote ? 0 : (char)c;
		}
	}
	*cut = at;
	return at;
}

static void read_quoted(struct reader *r, size_t at, size_t end)
{
	struct text t = text_sub(r->ins->logical, 0, end);
	size_t width, start, cut;

	for (;;) {
		while (at < end && rune_space(utf8_decode(t, at, &width)))
			at += width;
		if (at >= end)
			return;
		start = at;
		at = quoted_end(t, at, r->escape, &cut);
		if (cut > start)
			add_word(r, as_runes(r->a, text_sub(t, start, cut)), start, cut - start);
	}
}

/* ENV key value: the key is what stands before the first blank. */
static const char *read_legacy_pair(struct reader *r, size_t at, size_t end, size_t *bad_at)
{
	struct text t = r->ins->logical;
	size_t key_end = at, value;

	while (key_end < end && !is_blank(t.p[key_end]))
		key_end++;
	for (value = key_end; value < end && is_blank(t.p[value]);)
		value++;
	r->nwords = 0;
	if (value == key_end) {
		*bad_at = at;
		return r->ins->keyword == KW_ENV ? "ENV must have two arguments" : "LABEL must have two arguments";
	}
	r->ins->legacy = true;
	add_slice(r, at, key_end - at);
	add_slice(r, value, end - value);
	return NULL;
}

/* Splits a key=value word at its first "=". The value's text may be a copy. */
static void add_pair(struct reader *r, struct word w, size_t eq)
{
	size_t source_eq = text_chr(text_sub(r->ins->logical, w.at, w.at + w.n), '=', 0);

	add_word(r, text_sub(w.value, 0, eq), w.at, source_eq);
	add_word(r, text_from(w.value, eq + 1), w.at + source_eq + 1, w.n - source_eq - 1);
}

static const char *read_pairs(struct reader *r, size_t at, size_t end, size_t *bad_at)
{
	struct word *whole;
	size_t n;

	read_quoted(r, at, end);
	if (r->nwords == 0)
		return NULL;
	if (!text_has(r->words[0].value, '='))
		return read_legacy_pair(r, at, end, bad_at);
	whole = r->words;
	n = r->nwords;
	r->words = NULL;
	r->nwords = r->cap = 0;
	for (size_t i = 0; i < n; i++) {
		size_t eq = text_chr(whole[i].value, '=', 0);

		if (eq == TEXT_NPOS) {
			*bad_at = whole[i].at;
			return "this word has no \"=\": it must be of the form name=value (quote a value that has blanks)";
		}
		add_pair(r, whole[i], eq);
	}
	return NULL;
}

static const char *read_json_or(struct reader *r, size_t at, size_t end, bool list, size_t *bad_at)
{
	const struct word *words;
	size_t n;

	switch (json_strings(r->a, text_sub(r->ins->logical, at, end), at, &words, &n)) {
	case JSON_STRINGS:
		r->ins->exec = true;
		for (size_t i = 0; i < n; i++)
			add_word(r, words[i].value, words[i].at, words[i].n);
		return NULL;
	case JSON_OTHER:
		*bad_at = at;
		return "a JSON array here must hold strings only";
	case JSON_NOT_ARRAY:
		break;
	}
	if (list)
		read_list(r, at, end);
	else if (end > at)
		add_slice(r, at, end - at);
	return NULL;
}

static const char *read_health(struct reader *r, size_t at, size_t end, size_t *bad_at)
{
	struct text t = r->ins->logical;
	size_t type_end = at, rest;

	while (type_end < end && !byte_space(t.p[type_end]))
		type_end++;
	if (type_end == at)
		return NULL;
	for (rest = type_end; rest < end && byte_space(t.p[rest]);)
		rest++;
	add_slice(r, at, type_end - at);
	return read_json_or(r, rest, end, false, bad_at);
}

static const char *read_inner(struct reader *r, size_t at, size_t end, size_t *bad_at)
{
	struct instruction *inner;

	if (at == end)
		return NULL;
	inner = ARENA_NEW(r->a, struct instruction);
	inner->logical = text_sub(r->ins->logical, 0, end);
	inner->segments = r->ins->segments;
	inner->nsegments = r->ins->nsegments;
	r->ins->inner = inner;
	return read_line(r->a, inner, at, r->escape, r->depth + 1, bad_at);
}

static const char *read_words(struct reader *r, enum words_form form, size_t at, size_t end, size_t *bad_at)
{
	switch (form) {
	case WORDS_NONE:
		add_slice(r, at, 0);
		return NULL;
	case WORDS_LINE:
		if (end > at)
			add_slice(r, at, end - at);
		return NULL;
	case WORDS_LIST:
		read_list(r, at, end);
		return NULL;
	case WORDS_QUOTED:
		read_quoted(r, at, end);
		return NULL;
	case WORDS_PAIRS:
		return read_pairs(r, at, end, bad_at);
	case WORDS_JSON_OR_LINE:
		return read_json_or(r, at, end, false, bad_at);
	case WORDS_JSON_OR_LIST:
		return read_json_or(r, at, end, true, bad_at);
	case WORDS_HEALTH:
		return read_health(r, at, end, bad_at);
	case WORDS_INSTRUCTION:
		return read_inner(r, at, end, bad_at);
	}
	return NULL;
}

static const char *read_line(struct arena *a, struct instruction *ins, size_t from, char escape, int depth, size_t *bad_at)
{
	struct text line = utf8_trim(text_from(ins->logical, from));
	struct reader r = { .a = a, .ins = ins, .escape = escape, .depth = depth };
	size_t at = (size_t)(line.p - ins->logical.p), end = at + line.n;
	const char *why;

	if (line.n == 0)
		at = end = from;
	/* ONBUILD ONBUILD ... may go on for as long as a file: not on the C stack. */
	if (depth > MAX_ONBUILD) {
		*bad_at = at;
		return "ONBUILD may not be chained";
	}
	ins->logical = text_sub(ins->logical, 0, end);
	ins->name_at = at;
	while (at < end && !is_blank(ins->logical.p[at]))
		at++;
	ins->name = text_sub(ins->logical, ins->name_at, at);
	ins->keyword = keyword_of(ins->name);
	while (at < end && is_blank(ins->logical.p[at]))
		at++;
	at = read_flags(a, ins, at, escape);
	ins->rest = utf8_trim(text_sub(ins->logical, at, end));
	ins->rest_at = ins->rest.n ? (size_t)(ins->rest.p - ins->logical.p) : end;
	why = read_words(&r, grammar_of(ins->keyword)->form, ins->rest_at, ins->rest_at + ins->rest.n, bad_at);
	ins->words = r.words;
	ins->nwords = r.nwords;
	return why;
}

const char *words_read(struct arena *a, struct instruction *ins, size_t from, char escape, size_t *bad_at)
{
	return read_line(a, ins, from, escape, 0, bad_at);
}

/* --- here-documents ------------------------------------------------------ */

static size_t count_quotes(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n; i++)
		n += t.p[i] == '\'' || t.p[i] == '"';
	return n;
}

/* ^(\d*)<<(-?)\s*([^<]*)$ */
static bool split_heredoc(struct text w, struct heredoc *h, struct text *name)
{
	size_t at = 0;

	*h = (struct heredoc){ 0 };
	for (; at < w.n && ascii_digit((unsigned char)w.p[at]); at++) {
		uint64_t digit = (uint64_t)(w.p[at] - '0');

		h->fd = h->fd > (UINT64_MAX - digit) / 10 ? UINT64_MAX : h->fd * 10 + digit;
	}
	if (!text_starts(text_from(w, at), TEXT("<<")))
		return false;
	at += 2;
	h->chomp = at < w.n && w.p[at] == '-';
	at += h->chomp;
	while (at < w.n && (w.p[at] == '\n' || (is_blank(w.p[at]) && w.p[at] != '\v')))
		at++;
	*name = text_from(w, at);
	return name->n && !text_has(*name, '<');
}

bool words_heredoc(struct arena *a, struct text word, struct heredoc *out, bool *error)
{
	struct expand_options plain = { .escape = '\\', .skip_unset = true }, raw = plain;
	struct text name, *words, *raw_words;
	size_t n, raw_n;

	*error = false;
	if (!split_heredoc(word, out, &name))
		return false;
	raw.raw_quotes = true;
	if (expand_words(a, name, &plain, &expand_nothing, &words, &n) == EXPAND_ERROR) {
		*error = true;
		return false;
	}
	if (n != 1)
		return false;
	expand_words(a, name, &raw, &expand_nothing, &raw_words, &raw_n);
	if (raw_n != n) {
		*error = true;
		return false;
	}
	out->name = words[0];
	out->expand = count_quotes(words[0]) == count_quotes(raw_words[0]);
	return true;
}

const char *words_heredocs(struct arena *a, struct text logical, struct heredoc **out, size_t *n)
{
	struct expand_options o = { .escape = '\\', .raw_quotes = true, .raw_escapes = true, .skip_unset = true };
	struct text *words;
	size_t count, cap = 0;
	bool error;

	*out = NULL;
	*n = 0;
	if (text_find(logical, TEXT("<<"), 0) == TEXT_NPOS)
		return NULL;
	expand_words(a, logical, &o, &expand_nothing, &words, &count);
	for (size_t i = 0; i < count; i++) {
		struct heredoc h;

		if (words_heredoc(a, words[i], &h, &error)) {
			*out = arena_grow(a, *out, *n, &cap, sizeof(h));
			(*out)[(*n)++] = h;
		} else if (error) {
			return "the word of a here-document cannot be read";
		}
	}
	return NULL;
}
