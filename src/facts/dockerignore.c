/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/dockerignore.h"

#include "base/utf8.h"
#include "facts/glob.h"
#include "facts/relpath.h"

#include <string.h>

enum {
	MAX_PATTERNS = 4096,
	MAX_TOKENS = 1024,
	MAX_WORK = 50 * 1000 * 1000,
};

/* A pattern is compiled to tokens, as the reference compiles it to a regular
 * expression; in brackets what it becomes there. */
enum token_kind {
	TOKEN_RUNE,
	TOKEN_ONE,   /* ?   [^/] */
	TOKEN_STAR,  /* *   [^/]* */
	TOKEN_CLASS, /* [a] as it is */
	TOKEN_ALL,   /* ** at the end: .* */
	TOKEN_DIRS,  /* ** or **<slash> before something: (.*<slash>)? */
	TOKEN_INSIDE, /* always behind TOKEN_DIRS: a folder is begun */
	TOKEN_NEVER,
};

struct token {
	enum token_kind kind;
	uint32_t rune;
	size_t at; /* of a class, in the pattern */
};

enum pattern_kind {
	PATTERN_EXACT,
	PATTERN_PREFIX, /* literal, then ** */
	PATTERN_SUFFIX, /* **, then literal: the end of the path, even inside a name */
	PATTERN_TOKENS,
};

struct ignore_pattern {
	enum pattern_kind kind;
	bool exception;
	struct text text; /* clean, without the "!" */
	const struct token *tokens;
	size_t n;
};

/* ---- reading ---- */

static struct token next_token(struct text p, size_t *at)
{
	size_t width;
	bool hit;
	struct token t = { TOKEN_RUNE, utf8_decode(p, *at, &width), *at };

	*at += width;
	if (t.rune == '*' && *at < p.n && p.p[*at] == '*') {
		*at += *at + 1 < p.n && p.p[*at + 1] == '/' ? 2 : 1;
		t.kind = *at < p.n ? TOKEN_DIRS : TOKEN_ALL;
	} else if (t.rune == '*') {
		t.kind = TOKEN_STAR;
	} else if (t.rune == '?') {
		t.kind = TOKEN_ONE;
	} else if (t.rune == '[') {
		t.kind = TOKEN_CLASS;
		*at = glob_class(p, t.at, 0, &hit);
	} else if (t.rune == '\\') {
		t.rune = utf8_decode(p, *at, &width);
		/* There "\b" and the like are classes and assertions, "\o" an error;
		 * nobody who writes src\bin gets what he means. */
		t.kind = t.rune < 0x80 && ascii_alnum((unsigned char)t.rune) ? TOKEN_NEVER : TOKEN_RUNE;
		*at += width;
	}
	return t;
}

static enum pattern_kind kind_of(struct text p)
{
	static const char special[] = "*?[]\\";
	size_t stars = 0, first = p.n;

	for (size_t i = 0; i < p.n; i++) {
		if (!p.p[i] || !strchr(special, p.p[i]))
			continue;
		first = i < first ? i : first;
		stars += p.p[i] == '*';
		if (p.p[i] != '*')
			return PATTERN_TOKENS;
	}
	if (first == p.n)
		return PATTERN_EXACT;
	if (stars != 2 || p.n < first + 2 || p.p[first + 1] != '*')
		return PATTERN_TOKENS;
	return first == 0 ? PATTERN_SUFFIX : first + 2 == p.n ? PATTERN_PREFIX : PATTERN_TOKENS;
}

static bool compile(struct arena *a, struct ignore_pattern *p)
{
	struct token *tokens;

	p->kind = kind_of(p->text);
	if (p->kind != PATTERN_TOKENS)
		return true;
	if (p->text.n > MAX_TOKENS / 2)
		return false;
	tokens = ARENA_ARRAY(a, 2 * p->text.n, struct token);
	for (size_t at = 0; at < p->text.n;) {
		struct token t = next_token(p->text, &at);

		tokens[p->n++] = t;
		if (t.kind == TOKEN_DIRS)
			tokens[p->n++] = (struct token){ TOKEN_INSIDE, 0, 0 };
	}
	p->tokens = tokens;
	return true;
}

/* path.Clean, but that "/" keeps its slash and a leading slash falls. */
static struct text clean(struct arena *a, struct text p)
{
	struct text out;

	if (text_is(p, "/"))
		return p;
	if (p.n && p.p[0] == '/')
		return relpath_below(a, TEXT("."), p, &out) ? out : p;
	/* What leads above the root matches nothing as it stands. */
	return relpath_join(a, TEXT("."), p, &out) ? out : p;
}

static bool wild_inside(struct text p)
{
	static const char special[] = "*[]?^\\";

	if (text_ends(p, TEXT("/**")))
		p.n -= 3;
	if (text_ends(p, TEXT("/*")))
		p.n -= 2;
	for (size_t i = 0; i < p.n; i++)
		if (p.p[i] && strchr(special, p.p[i]))
			return true;
	return false;
}

static bool read_line(struct arena *a, struct text line, struct ignore_pattern *p)
{
	line = utf8_trim(line);
	p->exception = line.p[0] == '!';
	if (p->exception)
		line = utf8_trim(text_from(line, 1));
	if (line.n == 0)
		return false;
	p->text = clean(a, line);
	return glob_valid(p->text) && compile(a, p);
}

static struct text without_bom(struct text t)
{
	return text_starts(t, TEXT("\xEF\xBB\xBF")) ? text_from(t, 3) : t;
}

void dockerignore_read(struct arena *a, struct text text, struct dockerignore *out)
{
	struct ignore_pattern *patterns = NULL;
	struct text line;
	size_t cap = 0, number = 0;
	bool more = true;

	*out = (struct dockerignore){ 0 };
	text = without_bom(text);
	while (!out->bad && text_cut(&text, '\n', &line, &more)) {
		struct ignore_pattern p = { 0 };

		number++;
		if ((line.n && line.p[0] == '#') || utf8_trim(line).n == 0)
			continue;
		out->bad = !read_line(a, line, &p) || out->n >= MAX_PATTERNS;
		out->bad_line = out->bad ? number : 0;
		out->exceptions = out->exceptions || p.exception;
		out->wild_exceptions = out->wild_exceptions || (p.exception && wild_inside(p.text));
		patterns = arena_grow(a, patterns, out->n, &cap, sizeof(*patterns));
		patterns[out->n++] = p;
	}
	out->patterns = patterns;
}

/* ---- matching ---- */

/* The set of tokens that may come next: state[i] is set for i, state[n] for
 * the end of the pattern. */
struct states {
	unsigned char on[MAX_TOKENS + 3];
};

/* Sets state i and those reached from it without reading anything. */
static void enter(const struct ignore_pattern *p, struct states *s, size_t i)
{
	while (!s->on[i]) {
		s->on[i] = 1;
		if (i >= p->n)
			return;
		if (p->tokens[i].kind == TOKEN_STAR || p->tokens[i].kind == TOKEN_ALL)
			i++;
		else if (p->tokens[i].kind == TOKEN_DIRS)
			i += 2;
		else
			return;
	}
}

static bool token_reads(const struct ignore_pattern *p, size_t i, uint32_t rune)
{
	bool hit = false;

	switch (p->tokens[i].kind) {
	case TOKEN_RUNE:
		return p->tokens[i].rune == rune;
	case TOKEN_ONE:
	case TOKEN_STAR:
		return rune != '/';
	case TOKEN_CLASS:
		glob_class(p->text, p->tokens[i].at, rune, &hit);
		return hit;
	case TOKEN_ALL:
	case TOKEN_DIRS:
	case TOKEN_INSIDE:
		return true;
	case TOKEN_NEVER:
		break;
	}
	return false;
}

/* Where token i leads after it read the rune. */
static void advance(const struct ignore_pattern *p, struct states *next, size_t i, uint32_t rune)
{
	enum token_kind kind = p->tokens[i].kind;

	if (kind == TOKEN_DIRS)
		i++;
	if (kind == TOKEN_DIRS || kind == TOKEN_INSIDE) {
		enter(p, next, i);
		if (rune == '/')
			enter(p, next, i + 1);
		return;
	}
	enter(p, next, kind == TOKEN_STAR || kind == TOKEN_ALL ? i : i + 1);
}

static bool match_tokens(const struct ignore_pattern *p, struct text path, size_t *work)
{
	struct states states[2];
	size_t width, alive = 1;
	struct states *now = &states[0], *next = &states[1], *swap;

	memset(now->on, 0, p->n + 1);
	enter(p, now, 0);
	for (size_t at = 0; alive && at < path.n; at += width) {
		uint32_t rune = utf8_decode(path, at, &width);

		alive = 0;
		memset(next->on, 0, p->n + 1);
		for (size_t i = 0; i < p->n; i++) {
			if (!now->on[i] || !token_reads(p, i, rune))
				continue;
			advance(p, next, i, rune);
			alive++;
		}
		*work += p->n;
		swap = now;
		now = next;
		next = swap;
	}
	return alive && now->on[p->n];
}

static bool match_suffix(struct text suffix, struct text path)
{
	return text_ends(path, suffix) || (suffix.p[0] == '/' && text_eq(path, text_from(suffix, 1)));
}

static bool match(const struct ignore_pattern *p, struct text path, size_t *work)
{
	switch (p->kind) {
	case PATTERN_EXACT:
		return text_eq(p->text, path);
	case PATTERN_PREFIX:
		return text_starts(path, text_sub(p->text, 0, p->text.n - 2));
	case PATTERN_SUFFIX:
		return match_suffix(text_from(p->text, 2), path);
	case PATTERN_TOKENS:
		break;
	}
	return match_tokens(p, path, work);
}

/* One folder further down: held[i] tells whether pattern i matched above. A
 * pattern that cannot change the outcome is not tried, and then does not hold
 * below either; the reference does the same. */
static bool match_level(struct dockerignore *ig, struct text path, unsigned char *held)
{
	bool out = false;

	for (size_t i = 0; i < ig->n; i++) {
		const struct ignore_pattern *p = &ig->patterns[i];

		ig->work++;
		if (!held[i] && p->exception == out)
			held[i] = match(p, path, &ig->work);
		if (held[i])
			out = !p->exception;
	}
	return out;
}

enum ignored dockerignore_match(struct dockerignore *ig, struct text path)
{
	unsigned char held[MAX_PATTERNS + 1];
	bool out = false;

	if (ig->bad || ig->work > MAX_WORK)
		return IGNORED_UNKNOWN;
	if (ig->n == 0 || relpath_is_root(path))
		return IGNORED_NO;
	memset(held, 0, ig->n);
	for (size_t at = 0; at != TEXT_NPOS && ig->work <= MAX_WORK;) {
		at = text_chr(path, '/', at ? at + 1 : 0);
		out = match_level(ig, text_sub(path, 0, at), held);
	}
	return ig->work > MAX_WORK ? IGNORED_UNKNOWN : out ? IGNORED_YES : IGNORED_NO;
}

static bool names_below(struct text pattern, struct text folder)
{
	if (text_ends(pattern, TEXT("/**")))
		pattern.n -= 3;
	if (text_ends(pattern, TEXT("/*")))
		pattern.n -= 2;
	return relpath_within(folder, pattern);
}

enum ignored dockerignore_may_keep(const struct dockerignore *ig, struct text folder)
{
	if (!ig->exceptions)
		return IGNORED_NO;
	if (ig->wild_exceptions)
		return IGNORED_UNKNOWN;
	for (size_t i = 0; i < ig->n; i++)
		if (ig->patterns[i].exception && names_below(ig->patterns[i].text, folder))
			return IGNORED_YES;
	return IGNORED_NO;
}
