/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_quote.h"

#include <string.h>

enum { MAX_NESTING = 8, MAX_WORD = 64 };

static char byte_at(struct text t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static bool name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* False once too much was looked at in vain: a file that is made to waste time. */
static bool spend(struct quoting *q, size_t bytes)
{
	if (q->spare < bytes) {
		q->spare = 0;
		return false;
	}
	q->spare -= bytes;
	return true;
}

static size_t line_end(struct text t, size_t at)
{
	const char *nl = at < t.n ? memchr(t.p + at, '\n', t.n - at) : NULL;

	return nl ? (size_t)(nl - t.p) : t.n;
}

/* --- strings --------------------------------------------------------------- */

struct ending {
	char quote;
	unsigned times; /* 1 or 3 */
	bool raw;       /* no backslash */
	bool doubled;   /* "" inside is a quote */
	bool lines;
	enum token_holes holes;
};

static bool hole_opens(enum token_holes h, struct text t, size_t i)
{
	char c = t.p[i], next = byte_at(t, i + 1);

	return (h == HOLES_DOLLAR && c == '$' && next == '{') ||
	       (h == HOLES_HASH && c == '#' && next == '{') ||
	       (h == HOLES_WORD && ((c == '{' && next == '$') || (c == '$' && next == '{')));
}

static size_t string_end(struct quoting *q, size_t at, const struct ending *e, unsigned depth);

/* Behind the brace that closes a hole, or TEXT_NPOS. */
static size_t hole_end(struct quoting *q, size_t at, bool lines, unsigned depth)
{
	struct text t = q->text;
	size_t open = 1, i = at, end;

	for (; i < t.n && open && spend(q, 1); i++) {
		char c = t.p[i];

		if (c == '{') {
			open++;
		} else if (c == '}') {
			open--;
		} else if (c == '\n' && !lines) {
			return TEXT_NPOS;
		} else if (c == '"' || c == '\'' || c == '`') {
			struct ending e = {
				c, 1, false, false, lines, c == '\'' ? HOLES_NONE : q->lexis->back
			};

			end = string_end(q, i + 1, &e, depth + 1);
			if (end == TEXT_NPOS)
				return TEXT_NPOS;
			i = end - 1;
		}
	}
	return open ? TEXT_NPOS : i;
}

/* Behind a string's last quote; TEXT_NPOS where its line or the text ends before. */
static size_t string_end(struct quoting *q, size_t at, const struct ending *e, unsigned depth)
{
	struct text t = q->text;

	for (size_t i = at; i < t.n && (!depth || spend(q, 1)); i++) {
		char c = t.p[i];
		size_t end;

		if (c == '\\' && !e->raw) {
			i++;
		} else if (c == e->quote && e->doubled && byte_at(t, i + 1) == c) {
			i++;
		} else if (c == e->quote &&
			   (e->times == 1 || (byte_at(t, i + 1) == c && byte_at(t, i + 2) == c))) {
			return i + e->times;
		} else if (c == '\n' && !e->lines) {
			return TEXT_NPOS;
		} else if (e->holes && depth < MAX_NESTING && hole_opens(e->holes, t, i)) {
			end = hole_end(q, i + 2, e->lines, depth);
			i = end == TEXT_NPOS ? i : end - 1;
		}
	}
	return TEXT_NPOS;
}

static bool finish(struct quoting *q, size_t start, size_t open, const struct ending *e, struct quoted *out)
{
	size_t end = string_end(q, start + open, e, 0);
	bool closed = end != TEXT_NPOS;

	if (!closed)
		end = e->lines ? q->text.n : line_end(q->text, start + open);
	*out = (struct quoted){
		start, end, (uint8_t)open, (uint8_t)(closed ? e->times : 0), e->holes, e->raw
	};
	return true;
}

static bool read_plain(struct quoting *q, size_t start, size_t at, struct ending e, struct quoted *out)
{
	const struct lexis *x = q->lexis;
	struct text t = q->text;

	e.quote = t.p[at];
	e.times = 1;
	if (x->triple && strchr(x->triple, e.quote) && byte_at(t, at + 1) == e.quote &&
	    byte_at(t, at + 2) == e.quote)
		e.times = 3;
	e.lines = e.lines || (x->lines && !(x->hashes && e.quote == '\'')) || e.times == 3 || e.quote == '`';
	if (e.quote == '`' && x->back_raw)
		e.raw = true;
	if (!e.holes)
		e.holes = e.quote == '"' ? x->twice : e.quote == '`' ? x->back : HOLES_NONE;
	return finish(q, start, at - start + e.times, &e, out);
}

/* r"", f'', @"", $"" and what goes together of them. */
static bool read_prefixed(struct quoting *q, struct quoted *out)
{
	struct text t = q->text;
	struct ending e = { .times = 1 };
	size_t i = q->at;

	if (!q->lexis->prefixes || !strchr(q->lexis->prefixes, t.p[i]))
		return false;
	for (; i < t.n && i < q->at + 3 && strchr(q->lexis->prefixes, t.p[i]); i++) {
		char c = (char)(t.p[i] | 32);

		e.raw = e.raw || c == 'r' || t.p[i] == '@';
		e.lines = e.lines || t.p[i] == '@';
		if (t.p[i] == '$' || (c == 'f' && q->language == SOURCE_PYTHON))
			e.holes = HOLES_BRACE;
	}
	e.doubled = q->language == SOURCE_CSHARP && e.raw;
	/* Python's r"\"" ends at the second quote all the same. */
	if (byte_at(t, i) != '"' && (byte_at(t, i) != '\'' || q->language == SOURCE_RUST))
		return false;
	read_plain(q, q->at, i,
		   (struct ending){ .raw = e.raw && q->language != SOURCE_PYTHON,
				    .lines = e.lines,
				    .holes = e.holes,
				    .doubled = e.doubled },
		   out);
	out->raw = e.raw;
	return true;
}

/* Up to the byte sequence `until`. */
static bool read_until(struct quoting *q, size_t open, struct text until, struct quoted *out)
{
	size_t end = text_find(q->text, until, q->at + open);

	if (end == TEXT_NPOS)
		return !spend(q, q->text.n) && false;
	*out = (struct quoted){ q->at, end + until.n, (uint8_t)open, (uint8_t)until.n, HOLES_NONE, true };
	return true;
}

/* r#"..."# and R"x(...)x" */
static bool read_fenced(struct quoting *q, struct quoted *out)
{
	char until[MAX_WORD + 2];
	struct text t = q->text;
	size_t i = q->at, k = 0;
	bool rust = q->language == SOURCE_RUST;

	if (byte_at(t, i) == 'b' && rust)
		i++;
	if (byte_at(t, i) != (rust ? 'r' : 'R') || byte_at(t, i + 1) != (rust ? '#' : '"') ||
	    (q->language != SOURCE_C && !rust))
		return false;
	until[k++] = rust ? '"' : ')';
	for (i += rust ? 1 : 2; k < 32 && (rust ? byte_at(t, i) == '#' : byte_at(t, i) != '(' && i < t.n);
	     i++)
		until[k++] = t.p[i];
	if (byte_at(t, i) != (rust ? '"' : '('))
		return false;
	if (!rust)
		until[k++] = '"';
	return q->spare && read_until(q, i + 1 - q->at, (struct text){ until, k }, out);
}

/* --- heredocs -------------------------------------------------------------- */

/* The offset of the line that holds the word alone, blanks before it aside; TEXT_NPOS. */
static size_t word_line(struct quoting *q, size_t at, struct text word, bool loose)
{
	struct text t = q->text;

	while (at < t.n) {
		size_t i = at, end = line_end(t, at);

		while (i < end && ascii_space((unsigned char)t.p[i]))
			i++;
		if (end - i >= word.n && text_eq(text_sub(t, i, i + word.n), word) &&
		    (i + word.n == end || (loose ? !name_byte(t.p[i + word.n]) : t.p[i + word.n] == '\r')))
			return i;
		at = end + 1;
	}
	spend(q, t.n);
	return TEXT_NPOS;
}

static bool read_heredoc(struct quoting *q, bool value, bool gap, struct quoted *out)
{
	const char *open = q->lexis->heredoc;
	struct text t = q->text, word;
	size_t i, start, end;

	if (!open || !q->spare || q->word.n || !text_starts(text_from(t, q->at), text_of(open)) ||
	    (value && !gap))
		return false;
	i = q->at + strlen(open);
	while (byte_at(t, i) == (q->language == SOURCE_PHP ? ' ' : '~') ||
	       (q->language != SOURCE_PHP && byte_at(t, i) == '-'))
		i++;
	if (byte_at(t, i) == '"' || byte_at(t, i) == '\'')
		i++;
	for (start = i; i < t.n && i < start + MAX_WORD && name_byte(t.p[i]);)
		i++;
	word = text_sub(t, start, i);
	if (!word.n || ascii_digit((unsigned char)word.p[0]) ||
	    (q->language == SOURCE_RUBY && !ascii_upper((unsigned char)word.p[0])))
		return false;
	if (byte_at(t, i) == '"' || byte_at(t, i) == '\'')
		i++;
	end = word_line(q, line_end(t, i), word, q->language == SOURCE_PHP);
	if (end == TEXT_NPOS)
		return false;
	/* Where code goes on behind the opener, the text is skipped at the line's end. */
	if (q->language != SOURCE_PHP)
		q->word = word;
	else
		i = end + word.n;
	*out = (struct quoted){ q->at, i, (uint8_t)(i - q->at < 255 ? i - q->at : 255), 0, HOLES_NONE, true };
	return true;
}

/* --- expressions, and letters that quote ------------------------------------ */

static char closing(char open)
{
	static const char pairs[] = "()[]{}<>";
	const char *p = strchr(pairs, open);

	return p && open && (p - pairs) % 2 == 0 ? p[1] : open;
}

/* Behind the mark that closes what opens at `at`; TEXT_NPOS. Lines of code that hold many a slash cost no more than once. */
static size_t fenced_end(struct quoting *q, size_t at, bool lines)
{
	struct text t = q->text;
	char open = byte_at(t, at), close = closing(open);
	size_t depth = 1;
	bool class = false;

	for (size_t i = at + 1; i < t.n && (lines || t.p[i] != '\n') && spend(q, 1); i++) {
		if (t.p[i] == '\\')
			i++;
		else if (open == '/' && (t.p[i] == '[' || t.p[i] == ']'))
			class = t.p[i] == '[';
		else if (t.p[i] == close && !class && !--depth)
			return i + 1;
		else if (t.p[i] == open && open != close)
			depth++;
	}
	return TEXT_NPOS;
}

static size_t skip_regex(struct quoting *q)
{
	size_t end = fenced_end(q, q->at, false);

	while (end != TEXT_NPOS && end < q->text.n && ascii_alpha((unsigned char)q->text.p[end]))
		end++;
	return end;
}

static bool read_regex(struct quoting *q, bool value, bool gap, struct quoted *out)
{
	struct text t = q->text;
	size_t end;

	if (!q->lexis->regex || t.p[q->at] != '/' || (q->at && t.p[q->at - 1] == '<') || !q->spare)
		return false;
	/* puts /x/ of Ruby, but not a / b */
	if (value &&
	    !(q->language == SOURCE_RUBY && gap && !ascii_space((unsigned char)byte_at(t, q->at + 1))))
		return false;
	end = skip_regex(q);
	if (end == TEXT_NPOS)
		return false;
	*out = (struct quoted){ q->at, end,        (uint8_t)(end - q->at < 255 ? end - q->at : 255),
				0,     HOLES_NONE, true };
	return true;
}

/* %w[], %q(), %() of Ruby; q(), qq{}, m//, s/// of Perl. */
static bool read_lettered(struct quoting *q, bool value, struct quoted *out)
{
	static const char *const words[] = { "qq", "qw", "qr", "tr", "q", "m", "s", "y" };
	struct text rest = text_from(q->text, q->at);
	bool twice, plain;
	size_t n = 0, end;
	char c;

	if (value || !q->spare || (q->at && name_byte(q->text.p[q->at - 1])))
		return false;
	if (q->lexis->percent && rest.p[0] == '%')
		n = byte_at(rest, 1) && strchr("wWiIqQrxs", rest.p[1]) ? 2 : 1;
	for (size_t i = 0; q->lexis->letters && !n && i < sizeof(words) / sizeof(words[0]); i++)
		n = text_starts(rest, text_of(words[i])) ? strlen(words[i]) : 0;
	c = byte_at(rest, n);
	if (!n || name_byte(c) || ascii_space((unsigned char)c) || strchr(",=;).", c) ||
	    (c == '-' && byte_at(rest, n + 1) == '>'))
		return false;
	end = fenced_end(q, q->at + n, true);
	twice = q->lexis->letters && (rest.p[0] == 's' || rest.p[0] == 'y' || text_starts(rest, TEXT("tr")));
	if (end != TEXT_NPOS && twice)
		end = closing(c) == c ? fenced_end(q, end - 1, true) : end;
	if (end == TEXT_NPOS)
		return false;
	plain = n == 1 ? rest.p[0] == 'q' || rest.p[0] == '%' : strchr("qQ", rest.p[1]) != NULL;
	*out = (struct quoted){ q->at, end, (uint8_t)(n + 1), 1, HOLES_NONE, false };
	if (!plain)
		*out = (struct quoted){ q->at, end,        (uint8_t)(end - q->at < 255 ? end - q->at : 255),
					0,     HOLES_NONE, true };
	else if (text_is(text_sub(rest, 0, n), "qq") || n == 1 + (size_t)(rest.p[1] == 'Q'))
		out->holes = rest.p[0] == 'q' && n == 1 ? HOLES_NONE : q->lexis->twice;
	return true;
}

/* --- what the lexer asks ----------------------------------------------------- */

/* 'a of Rust is a name where no second quote follows. */
static bool lifetime(const struct quoting *q)
{
	return q->lexis->hashes && q->text.p[q->at] == '\'' && byte_at(q->text, q->at + 1) != '\\' &&
	       byte_at(q->text, q->at + 2) != '\'' && (unsigned char)byte_at(q->text, q->at + 1) < 0x80;
}

bool quote_read(struct quoting *q, bool value, bool gap, struct quoted *out)
{
	char c = q->text.p[q->at];

	if (c && strchr(q->lexis->quotes, c) && !lifetime(q))
		return read_plain(q, q->at, q->at, (struct ending){ .times = 1 }, out);
	if (c == '/')
		return read_regex(q, value, gap, out);
	if (c == '<')
		return read_heredoc(q, value, gap, out);
	return (c && read_prefixed(q, out)) || read_fenced(q, out) || read_lettered(q, value, out);
}

size_t quote_page(struct quoting *q, size_t at)
{
	while ((at = text_find(q->text, TEXT("<?"), at)) != TEXT_NPOS) {
		struct text rest = text_sub(q->text, at + 2, at + 8);

		if (!text_starts(rest, TEXT("xml")))
			return at + 2 +
			       (text_starts(rest, TEXT("php")) ? 3
				: text_starts(rest, TEXT("=")) ? 1
							       : 0);
		at += 2;
	}
	return q->text.n;
}

static size_t block_comment(const struct quoting *q)
{
	struct text t = q->text;
	size_t depth = 1, i = q->at + 2;

	for (; i < t.n && depth; i++)
		if (t.p[i] == '*' && byte_at(t, i + 1) == '/') {
			depth--;
			i++;
		} else if (q->lexis->nested && t.p[i] == '/' && byte_at(t, i + 1) == '*') {
			depth++;
			i++;
		}
	return i < t.n ? i : t.n;
}

static size_t line_comment(const struct quoting *q)
{
	size_t end = line_end(q->text, q->at), page = TEXT_NPOS;

	if (q->lexis->page)
		page = text_find(text_sub(q->text, 0, end), TEXT("?>"), q->at);
	return page == TEXT_NPOS ? end : page;
}

/* =begin, =pod, __END__: at a line's start. */
static size_t skip_document(struct quoting *q, size_t line_start)
{
	struct text t = q->text, rest = text_from(t, q->at);
	bool ruby = q->language == SOURCE_RUBY;
	size_t end;

	if (q->at != line_start || (!ruby && q->language != SOURCE_PERL))
		return q->at;
	if (text_starts(rest, TEXT("__END__")) || text_starts(rest, TEXT("__DATA__")))
		return t.n;
	if (rest.p[0] != '=' || !ascii_alpha((unsigned char)byte_at(rest, 1)) ||
	    (ruby && !text_starts(rest, TEXT("=begin"))))
		return q->at;
	end = text_find(t, ruby ? TEXT("\n=end") : TEXT("\n=cut"), q->at);
	return end == TEXT_NPOS ? t.n : line_end(t, end + 1);
}

/* The text of a heredoc, from the end of the line that opens it. */
static size_t skip_heredoc(struct quoting *q)
{
	struct text word = q->word;
	size_t line = word_line(q, q->at + 1, word, false);

	q->word = TEXT_NONE;
	return line == TEXT_NPOS ? q->at : line_end(q->text, line);
}

size_t quote_skip(struct quoting *q, bool first, size_t line_start)
{
	char c = q->text.p[q->at], next = byte_at(q->text, q->at + 1);

	if (c == '\n' && q->word.n)
		return skip_heredoc(q);
	if (c == '#' && q->lexis->hash && !(q->lexis->page && next == '['))
		return line_comment(q);
	if (c == '/' && q->lexis->slashes && next == '/')
		return line_comment(q);
	if (c == '/' && q->lexis->slashes && next == '*')
		return block_comment(q);
	if (c == '?' && next == '>' && q->lexis->page)
		return quote_page(q, q->at + 2);
	return first ? skip_document(q, line_start) : q->at;
}

/* --- holes ------------------------------------------------------------------- */

/* Behind the matching brace, within a hole that was found to be whole before. */
static size_t brace_end(struct text t, size_t at)
{
	size_t depth = 1, i = at;

	for (; i < t.n && depth; i++)
		depth += t.p[i] == '{' ? 1 : t.p[i] == '}' ? (size_t)-1 : 0;
	return depth ? TEXT_NPOS : i;
}

static size_t hole_braced(struct text t, size_t at, size_t open, struct text *code, size_t *end)
{
	*end = brace_end(t, at + open);
	if (*end == TEXT_NPOS)
		*end = t.n + 1;
	*code = text_sub(t, at + open, *end - 1);
	if (*end > t.n)
		*end = t.n;
	return at;
}

static size_t hole_word(struct text t, size_t at, struct text *code, size_t *end)
{
	size_t i = at + 1;

	while (i < t.n && name_byte(t.p[i]))
		i++;
	*end = i;
	*code = text_sub(t, at, i);
	return at;
}

size_t hole_find(enum token_holes style, struct text t, size_t at, struct text *code, size_t *end)
{
	for (size_t i = at; i < t.n && style != HOLES_NONE; i++) {
		char c = t.p[i], next = byte_at(t, i + 1);

		if (c == '\\')
			i++;
		else if (style == HOLES_BRACE && c == '{' && next == '{')
			i++;
		else if (style == HOLES_BRACE && c == '{')
			return hole_braced(t, i, 1, code, end);
		else if (style == HOLES_WORD && c == '{' && next == '$')
			return hole_braced(t, i, 1, code, end);
		else if (hole_opens(style, t, i))
			return hole_braced(t, i, 2, code, end);
		else if (style == HOLES_WORD && c == '$' && name_byte(next))
			return hole_word(t, i, code, end);
	}
	return TEXT_NPOS;
}
