/* SPDX-License-Identifier: Apache-2.0 */
#include "app/builds_hcl.h"

static bool hcl_at(const struct hcl *h, const char *mark)
{
	return text_starts(text_from(h->text, h->at), text_of(mark));
}

static char byte(const struct hcl *h)
{
	return h->at < h->text.n ? h->text.p[h->at] : '\0';
}

static void skip_line(struct hcl *h)
{
	size_t end = text_chr(h->text, '\n', h->at);

	h->at = end == TEXT_NPOS ? h->text.n : end;
}

static void skip_comment(struct hcl *h)
{
	size_t end = text_find(h->text, TEXT("*/"), h->at + 2);

	end = end == TEXT_NPOS ? h->text.n : end + 2;
	for (; h->at < end; h->at++)
		h->line += h->text.p[h->at] == '\n';
}

static void skip_blanks(struct hcl *h)
{
	while (h->at < h->text.n) {
		if (byte(h) != '\n' && ascii_space((unsigned char)byte(h)))
			h->at++;
		else if (byte(h) == '#' || hcl_at(h, "//"))
			skip_line(h);
		else if (hcl_at(h, "/*"))
			skip_comment(h);
		else
			return;
	}
}

static char unescape(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

/* "${" may hold strings of its own: its braces are counted, quotes inside too. */
static void skip_template(struct hcl *h)
{
	size_t depth = 0;
	bool quoted = false;

	for (; h->at < h->text.n && byte(h) != '\n'; h->at++) {
		char c = byte(h);

		if (c == '\\')
			h->at++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == '{' && !quoted)
			depth++;
		else if (c == '}' && !quoted && --depth == 0)
			break;
	}
}

/* Goes behind the closing quote; out may be NULL to learn the length first. */
static size_t string_value(struct hcl *h, char *out, bool *template)
{
	size_t n = 0;

	for (h->at++; h->at < h->text.n && byte(h) != '\n'; h->at++) {
		char c = byte(h);

		if (c == '"') {
			h->at++;
			return n;
		}
		if ((c == '$' || c == '%') && h->at + 1 < h->text.n && h->text.p[h->at + 1] == '{') {
			*template = true;
			skip_template(h);
			continue;
		}
		if (c == '\\' && h->at + 1 < h->text.n)
			c = unescape(h->text.p[++h->at]);
		if (out)
			out[n] = c;
		n++;
	}
	*template = true; /* no closing quote: no value either */
	return n;
}

static void read_string(struct hcl *h, struct hcl_token *t)
{
	struct hcl ahead = *h;
	char *out = arena_bytes(h->a, string_value(&ahead, NULL, &t->template));

	t->kind = HCL_STRING;
	t->text.n = string_value(h, out, &t->template);
	t->text.p = out;
}

/* <<EOF or <<-EOF, to the line that holds the word alone. */
static void skip_heredoc(struct hcl *h)
{
	struct text word, line;

	h->at += hcl_at(h, "<<-") ? 3 : 2;
	word = text_trim(text_sub(h->text, h->at, text_chr(h->text, '\n', h->at)));
	skip_line(h);
	while (h->at < h->text.n) {
		h->at++;
		h->line++;
		line = text_sub(h->text, h->at, text_chr(h->text, '\n', h->at));
		h->at += line.n;
		if (text_eq(text_trim(line), word))
			return;
	}
}

static bool name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

struct hcl_token hcl_next(struct hcl *h)
{
	struct hcl_token t = { .kind = HCL_OTHER };
	size_t start;
	char c;

	skip_blanks(h);
	start = h->at;
	t.line = h->line;
	c = byte(h);
	if (h->at >= h->text.n) {
		t.kind = HCL_END;
	} else if (c == '\n') {
		t.kind = HCL_NEWLINE;
		h->at++;
		h->line++;
	} else if (c == '"') {
		read_string(h, &t);
		return t;
	} else if (hcl_at(h, "<<")) {
		skip_heredoc(h);
	} else if (name_byte(c) && c != '-') {
		t.kind = ascii_digit((unsigned char)c) ? HCL_OTHER : HCL_NAME;
		while (h->at < h->text.n && name_byte(byte(h)))
			h->at++;
	} else {
		t.kind = HCL_MARK;
		h->at++;
	}
	t.text = text_sub(h->text, start, h->at);
	return t;
}

struct hcl_token hcl_peek(const struct hcl *h)
{
	struct hcl ahead = *h;

	return hcl_next(&ahead);
}

static int nesting(struct hcl_token t)
{
	if (hcl_is(t, '{') || hcl_is(t, '[') || hcl_is(t, '('))
		return 1;
	return hcl_is(t, '}') || hcl_is(t, ']') || hcl_is(t, ')') ? -1 : 0;
}

void hcl_skip_block(struct hcl *h)
{
	struct hcl_token t;
	size_t depth = 1;

	while (depth && (t = hcl_next(h)).kind != HCL_END)
		depth += (size_t)nesting(t);
}

void hcl_skip_expression(struct hcl *h)
{
	size_t depth = 0;

	for (;;) {
		struct hcl before = *h;
		struct hcl_token t = hcl_next(h);
		int nest = nesting(t);

		if (t.kind == HCL_END || (depth == 0 && (t.kind == HCL_NEWLINE || nest < 0))) {
			*h = before;
			return;
		}
		depth += (size_t)nest;
	}
}
