/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/conf_table.h"

#include "base/buf.h"
#include "facts/command.h"

#include <string.h>

/* MAX_HOLE: bytes of a placeholder. */
enum { MAX_BLOCKS = 64, MAX_HOLE = 256 };

static char byte_at(const struct conf_reader *r, size_t i)
{
	return i < r->text.n ? r->text.p[i] : 0;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool conf_template(struct text t)
{
	return text_find(t, TEXT("{{"), 0) != TEXT_NPOS || text_find(t, TEXT("{%"), 0) != TEXT_NPOS ||
	       text_find(t, TEXT("<%"), 0) != TEXT_NPOS;
}

static size_t line_end(const struct conf_reader *r, size_t at)
{
	size_t nl = text_chr(r->text, '\n', at);

	return nl == TEXT_NPOS ? r->text.n : nl;
}

/* The offset behind {{ ... }} that begins at `at`; `at` where there is none. */
static size_t over_template(const struct conf_reader *r, size_t at)
{
	bool erb = byte_at(r, at) == '<' && byte_at(r, at + 1) == '%';
	size_t end, limit;

	if (!erb && !(byte_at(r, at) == '{' && byte_at(r, at + 1) == '{'))
		return at;
	limit = at + MAX_HOLE < r->text.n ? at + MAX_HOLE : r->text.n;
	end = text_find(text_sub(r->text, 0, limit), erb ? TEXT("%>") : TEXT("}}"), at + 2);
	return end == TEXT_NPOS ? at : end + 2;
}

/* ${X} of nginx and of envsubst: its brace opens no block. */
static size_t over_variable(const struct conf_reader *r, size_t at)
{
	size_t i = at + 2;

	if (byte_at(r, at) != '$' || byte_at(r, at + 1) != '{')
		return at;
	while (i < r->text.n && i < at + MAX_HOLE && r->text.p[i] != '}' && r->text.p[i] != '\n')
		i++;
	return byte_at(r, i) == '}' ? i + 1 : at;
}

/* --- words ------------------------------------------------------------------ */

static struct text unquoted(struct arena *a, struct text t)
{
	char *bytes;
	size_t n = 0;

	if (!text_has(t, '\\'))
		return t;
	bytes = arena_bytes(a, t.n);
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] == '\\' && i + 1 < t.n && strchr("\\\"' ;{}", t.p[i + 1]))
			i++;
		bytes[n++] = t.p[i];
	}
	return (struct text){ bytes, n };
}

/* Reads "..." or '...' at r->at; false where it is not closed before `end`. */
static bool quoted(struct conf_reader *r, size_t end, struct conf_word *w)
{
	char quote = r->text.p[r->at];
	size_t i = r->at + 1;

	while (i < end && r->text.p[i] != quote)
		i += r->text.p[i] == '\\' ? 2 : 1;
	if (i >= end)
		return false;
	*w = (struct conf_word){ unquoted(r->a, text_sub(r->text, r->at + 1, i)), r->at, i + 1 - r->at,
				 false };
	r->at = i + 1;
	return true;
}

static void add_word(struct conf_statement *s, struct conf_word w)
{
	if (s->nwords < CONF_MAX_WORDS)
		s->words[s->nwords++] = w;
	s->end = w.at + w.n;
}

/* A blank, or the end of a line that goes on. */
static bool parts_words(const struct conf_reader *r, size_t i)
{
	char next = byte_at(r, i + 1);

	return blank(byte_at(r, i)) || byte_at(r, i) == '\n' ||
	       (byte_at(r, i) == '\\' && (next == '\n' || (next == '\r' && byte_at(r, i + 2) == '\n')));
}

/* The words up to `end`, by blanks. */
static void split(struct conf_reader *r, size_t end, struct conf_statement *s)
{
	while (r->at < end) {
		struct conf_word w;
		size_t start = r->at;
		char c = byte_at(r, r->at);

		if (parts_words(r, r->at)) {
			r->at++;
			continue;
		}
		if (r->server->inline_comments && strchr(r->server->comments, c))
			break;
		if ((c != '"' && c != '\'') || !quoted(r, end, &w)) {
			while (r->at < end && !parts_words(r, r->at)) {
				size_t over = over_template(r, r->at);

				r->at = over > r->at ? over : r->at + 1;
			}
			w = (struct conf_word){ unquoted(r->a, text_sub(r->text, start, r->at)), start,
						r->at - start, false };
		}
		add_word(s, w);
	}
}

/* --- braces: nginx ------------------------------------------------------------- */

static void skip_blanks(struct conf_reader *r)
{
	while (r->at < r->text.n) {
		char c = r->text.p[r->at];

		if (c == '#' || (c == '/' && byte_at(r, r->at + 1) == '/'))
			r->at = line_end(r, r->at);
		else if (blank(c) || c == '\n')
			r->at++;
		else
			break;
	}
}

static struct conf_word brace_word(struct conf_reader *r)
{
	size_t start = r->at, i = start, over;
	struct conf_word w;

	if (byte_at(r, i) == '"' || byte_at(r, i) == '\'') {
		if (quoted(r, r->text.n, &w))
			return w;
		r->broken = true;
	}
	while (i < r->text.n && !blank(r->text.p[i]) && !strchr("\n;", r->text.p[i])) {
		over = over_template(r, i);
		over = over > i ? over : over_variable(r, i);
		if (over == i && (r->text.p[i] == '{' || (r->text.p[i] == '}' && i == start)))
			break;
		i = over > i ? over : i + (r->text.p[i] == '\\' ? 2 : 1);
	}
	r->at = i < r->text.n ? i : r->text.n;
	return (struct conf_word){ unquoted(r->a, text_sub(r->text, start, r->at)), start, r->at - start,
				   false };
}

/* Code of another language: up to the brace that closes it. */
static void skip_code(struct conf_reader *r)
{
	size_t depth = 1;

	for (; r->at < r->text.n && depth; r->at++)
		depth += r->text.p[r->at] == '{' ? 1 : r->text.p[r->at] == '}' ? (size_t)-1 : 0;
}

static void flush(struct conf_reader *r, struct conf_statement *s, struct text section)
{
	s->section = section;
	if (s->directive.n)
		r->each(r->data, s);
	s->begun = false;
	s->directive = TEXT_NONE;
	s->nwords = 0;
}

static void open_block(struct conf_reader *r, struct conf_statement *s, struct text *sections, size_t *depth)
{
	struct text head = s->begun ? text_sub(r->text, s->at, s->end) : TEXT_NONE;

	r->at++;
	if (text_ends(s->directive, TEXT("_by_lua_block")) || text_is(s->directive, "vcl") ||
	    *depth >= MAX_BLOCKS) {
		r->broken = r->broken || *depth >= MAX_BLOCKS;
		skip_code(r);
	} else {
		sections[(*depth)++] = head;
	}
	s->begun = false;
	s->directive = TEXT_NONE;
	s->nwords = 0;
}

static void read_braces(struct conf_reader *r)
{
	struct text sections[MAX_BLOCKS];
	struct conf_statement s = { .nwords = 0 };
	size_t depth = 0;

	for (skip_blanks(r); r->at < r->text.n && !r->broken; skip_blanks(r)) {
		char c = r->text.p[r->at];
		struct conf_word w;

		if (c == ';') {
			r->at++;
			flush(r, &s, depth ? sections[depth - 1] : TEXT_NONE);
		} else if (c == '}') {
			r->at++;
			r->broken = !depth || s.begun;
			depth -= depth > 0;
		} else if (c == '{' && over_template(r, r->at) == r->at) {
			open_block(r, &s, sections, &depth);
		} else {
			w = brace_word(r);
			if (s.begun) {
				add_word(&s, w);
				continue;
			}
			if (r->broken)
				break;
			s = (struct conf_statement){
				.directive = w.text, .at = w.at, .end = w.at + w.n, .begun = true
			};
			/* $x is an entry of a map */
			r->broken = conf_template(w.text) || text_starts(w.text, TEXT("${"));
		}
	}
	r->broken = r->broken || depth || s.begun;
}

/* --- lines -------------------------------------------------------------------------- */

/* Begins a statement with the line at r->at; false for empty lines and comments. *end: of the line. */
static bool next_line(struct conf_reader *r, size_t *end, bool *indent)
{
	size_t start = r->at;

	*end = line_end(r, r->at);
	while (r->at < *end && blank(r->text.p[r->at]))
		r->at++;
	*indent = r->at > start;
	if (r->at == *end || strchr(r->server->comments, r->text.p[r->at])) {
		r->at = *end + 1;
		return false;
	}
	return true;
}

/* Lines that end with a backslash go on. */
static size_t logical_end(const struct conf_reader *r, size_t end)
{
	while (end < r->text.n && end && r->text.p[end - 1] == '\\')
		end = line_end(r, end + 1);
	return end;
}

/* <VirtualHost *:80> and </VirtualHost> */
static bool read_angle(struct conf_reader *r, size_t end, struct text *sections, size_t *depth)
{
	struct text line = text_trim(text_sub(r->text, r->at, end));

	if (byte_at(r, r->at) != '<' || byte_at(r, r->at + 1) == '%')
		return false;
	if (text_starts(line, TEXT("</"))) {
		r->broken = r->broken || !*depth;
		*depth -= *depth > 0;
	} else if (*depth < MAX_BLOCKS) {
		line = text_from(line, 1);
		sections[(*depth)++] = text_ends(line, TEXT(">")) ? text_sub(line, 0, line.n - 1) : line;
	} else {
		r->broken = true;
	}
	return true;
}

static void read_words(struct conf_reader *r)
{
	struct text sections[MAX_BLOCKS], section = TEXT_NONE;
	size_t depth = 0, end;
	bool indent;

	while (r->at < r->text.n && !r->broken) {
		struct conf_statement s = { .nwords = 0 };

		if (!next_line(r, &end, &indent))
			continue;
		end = logical_end(r, end);
		s.at = r->at;
		if (!read_angle(r, end, sections, &depth)) {
			while (r->at < end && !blank(r->text.p[r->at]))
				r->at++;
			s.directive = text_sub(r->text, s.at, r->at);
			s.end = r->at;
			split(r, end, &s);
			if (r->server->sections && words_hold(r->server->sections, s.directive))
				section = text_sub(r->text, s.at, s.end);
			r->broken = conf_template(s.directive) || text_has(s.directive, '$');
			flush(r, &s, depth ? sections[depth - 1] : section);
		}
		r->at = end + 1;
	}
	r->broken = r->broken || depth;
}

/* --- key = value ----------------------------------------------------------------------- */

/* A value ends before a comment that a blank stands in front of. */
static size_t value_end(const struct conf_reader *r, size_t at, size_t end)
{
	char quote = 0;

	for (size_t i = at; i < end && r->server->inline_comments; i++) {
		char c = r->text.p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (strchr(r->server->comments, c) && (i == at || blank(r->text.p[i - 1])))
			return i;
	}
	return end;
}

static bool number(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return t.n > 0;
}

static void read_value(struct conf_reader *r, size_t end, struct conf_statement *s)
{
	struct text all;
	struct conf_word w;
	size_t start, stop;

	while (r->at < end && blank(r->text.p[r->at]))
		r->at++;
	/* ( "/x" ) of lighttpd, [ "x" ] of Python */
	if (r->server->literals && (byte_at(r, r->at) == '(' || byte_at(r, r->at) == '['))
		for (r->at++; r->at < end && blank(r->text.p[r->at]);)
			r->at++;
	start = r->at;
	stop = value_end(r, start, end);
	all = text_trim(text_sub(r->text, start, stop));
	w = (struct conf_word){ all, start, all.n, false };
	if (all.n && (all.p[0] == '"' || all.p[0] == '\'')) {
		struct conf_word q;

		if (quoted(r, start + all.n, &q) && (q.n == all.n || r->server->literals)) {
			w = q;
			all = text_trim(text_sub(r->text, r->at, stop));
			w.expression = all.n && !strchr(",)]", all.p[0]);
		}
	} else if (r->server->literals) {
		w.expression = !number(all) && !words_hold("True False None true false", all);
	}
	add_word(s, w);
}

static size_t indent_of(const struct conf_reader *r, size_t at)
{
	size_t i = at;

	while (blank(byte_at(r, i)))
		i++;
	return i - at;
}

/* Lines with a deeper indent that follow belong to the value: s->words[0] grows. */
static size_t continued(struct conf_reader *r, size_t end, size_t indent, struct conf_statement *s)
{
	struct buf b = { 0 };
	size_t start = end;

	while (end < r->text.n && indent_of(r, end + 1) > indent &&
	       text_trim(text_sub(r->text, end + 1, line_end(r, end + 1))).n)
		end = line_end(r, end + 1);
	if (end == start || !s->nwords)
		return end;
	s->words[0].n = end - s->words[0].at;
	buf_add(&b, s->words[0].text);
	for (size_t at = start + 1; at < end; at = line_end(r, at) + 1) {
		struct text line = text_trim(text_sub(r->text, at, value_end(r, at, line_end(r, at))));

		if (line.n && !strchr(r->server->comments, line.p[0])) {
			if (b.n)
				buf_addc(&b, ' ');
			buf_add(&b, line);
		}
	}
	s->words[0].text = arena_text(r->a, buf_text(&b));
	s->end = end;
	buf_release(&b);
	return end;
}

static struct text bracket_section(struct conf_reader *r, size_t end)
{
	size_t close = text_chr(text_sub(r->text, 0, end), ']', r->at);

	r->broken = close == TEXT_NPOS;
	return r->broken ? TEXT_NONE : text_trim(text_sub(r->text, r->at + 1, close));
}

static void read_equals(struct conf_reader *r)
{
	struct text section = TEXT_NONE;
	size_t end, start;
	bool indent;

	while (r->at < r->text.n && !r->broken) {
		struct conf_statement s = { .nwords = 0 };

		start = r->at;
		if (!next_line(r, &end, &indent))
			continue;
		s.at = r->at;
		/* within a list of Python or lighttpd it is none */
		if (byte_at(r, r->at) == '[' && !(r->server->literals && indent)) {
			section = bracket_section(r, end);
		} else {
			while (r->at < end && r->text.p[r->at] != '=' && !blank(r->text.p[r->at]))
				r->at++;
			s.directive = text_sub(r->text, s.at, r->at);
			s.end = r->at;
			while (r->at < end && blank(r->text.p[r->at]))
				r->at++;
			r->at += byte_at(r, r->at) == '=' && r->at < end;
			read_value(r, end, &s);
			r->broken = conf_template(s.directive) ||
				    (text_has(s.directive, '$') && !r->server->literals);
			if (r->server->indent_continues)
				end = continued(r, end, s.at - start, &s);
			flush(r, &s, section);
		}
		r->at = end + 1;
	}
}

/* --- key: value ------------------------------------------------------------------------- */

static void read_colons(struct conf_reader *r)
{
	struct text section = TEXT_NONE;
	size_t end;
	bool indent;

	while (r->at < r->text.n && !r->broken) {
		struct conf_statement s = { .nwords = 0 };

		if (!next_line(r, &end, &indent))
			continue;
		s.at = r->at;
		while (r->at < end && r->text.p[r->at] != ':' && !blank(r->text.p[r->at]))
			r->at++;
		s.directive = text_sub(r->text, s.at, r->at);
		s.end = r->at;
		while (r->at < end && (blank(r->text.p[r->at]) || r->text.p[r->at] == ':'))
			r->at++;
		split(r, end, &s);
		r->broken = conf_template(s.directive) || text_has(s.directive, '$');
		if (!s.nwords)
			section = s.directive;
		else
			flush(r, &s, section);
		r->at = end + 1;
	}
}

void conf_statements(struct conf_reader *r)
{
	switch (r->server->grammar) {
	case CONF_BRACES:
		read_braces(r);
		break;
	case CONF_EQUALS:
		read_equals(r);
		break;
	case CONF_WORDS:
		read_words(r);
		break;
	case CONF_COLONS:
		read_colons(r);
		break;
	}
}
