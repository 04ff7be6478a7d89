/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/made_text.h"

#include "base/buf.h"

#include <string.h>

/* --- here-documents -------------------------------------------------------- */

static void add_chomped(struct buf *out, struct text body)
{
	struct text line;
	bool more = true;

	for (bool first = true; text_cut(&body, '\n', &line, &more); first = false) {
		if (!first)
			buf_addc(out, '\n');
		while (line.n && line.p[0] == '\t')
			line = text_from(line, 1);
		buf_add(out, line);
	}
}

/* \$ and \\ mean the character. Any other back-slash, a $ in front of a name or a back-quote: it is not known here. */
static bool add_expanded(struct buf *out, struct text body)
{
	for (size_t i = 0; i < body.n; i++) {
		char c = body.p[i], next = i + 1 < body.n ? body.p[i + 1] : '\0';

		if (c == '`' || (c == '$' && (ascii_alnum((unsigned char)next) || (next && strchr("_{(", next)))) ||
		    (c == '\\' && next != '$' && next != '\\'))
			return false;
		i += c == '\\';
		buf_addc(out, body.p[i]);
	}
	return true;
}

static bool body_text(struct arena *a, struct text body, bool chomp, bool expands, struct text *out)
{
	struct buf cut = { 0 }, text = { 0 };
	bool whole = true;

	if (chomp) {
		add_chomped(&cut, body);
		body = arena_text(a, buf_text(&cut));
	}
	*out = body;
	if (expands && (whole = add_expanded(&text, body)))
		*out = arena_text(a, buf_text(&text));
	buf_release(&cut);
	buf_release(&text);
	return whole;
}

bool made_heredoc(struct arena *a, const struct doc *d, const struct heredoc *h, struct text *out)
{
	return body_text(a, text_range(d->text, h->body), h->chomp, h->expand, out);
}

/* --- commands -------------------------------------------------------------- */

static const struct sh_redir *heredoc_of(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].op == SH_HEREDOC || c->sh->redirs[i].op == SH_HEREDOC_TAB)
			return &c->sh->redirs[i];
	return NULL;
}

/* The words from `from` on; false where one is not known. */
static bool add_words(struct buf *out, const struct command *c, size_t from)
{
	for (size_t i = from; i < c->sh->nwords; i++) {
		struct maybe v = c->sh->words[i].value;

		if (v.state != KNOWN)
			return false;
		if (i > from)
			buf_addc(out, ' ');
		buf_add(out, v.text);
	}
	return true;
}

/* Shells differ in what a back-slash, or an option, is to echo. */
static bool echo(struct buf *out, const struct command *c)
{
	size_t from = c->first + 1;
	bool newline = !(from < c->sh->nwords && maybe_is(c->sh->words[from].value, "-n"));

	if (!newline)
		from++;
	if (!add_words(out, c, from))
		return false;
	if (newline)
		buf_addc(out, '\n');
	return out->n && out->p[0] != '-' && !text_has(buf_text(out), '\\');
}

/* The escapes and %s, %% of printf(1); each argument once. */
static bool print_format(struct buf *out, struct text format, const struct command *c, size_t arg)
{
	static const char escapes[] = "n\nt\t\\\\\"\"";

	for (size_t i = 0; i < format.n; i++) {
		char ch = format.p[i], next = i + 1 < format.n ? format.p[i + 1] : '\0';
		const char *escape = next ? strchr(escapes, next) : NULL;

		if (ch != '\\' && ch != '%') {
			buf_addc(out, ch);
			continue;
		}
		if (ch == '\\' && escape && (escape - escapes) % 2 == 0) {
			buf_addc(out, escape[1]);
		} else if (ch == '%' && next == '%') {
			buf_addc(out, '%');
		} else if (ch == '%' && next == 's' && arg < c->sh->nwords && c->sh->words[arg].value.state == KNOWN) {
			buf_add(out, c->sh->words[arg++].value.text);
		} else {
			return false;
		}
		i++;
	}
	return arg == c->sh->nwords;
}

/* printf '%s\n' a b c: the format again for each. */
static bool print(struct buf *out, const struct command *c)
{
	size_t first = c->first + 1, n = c->sh->nwords;
	struct maybe format = first < n ? c->sh->words[first].value : maybe_unknown();

	if (format.state != KNOWN || text_starts(format.text, TEXT("-")))
		return false;
	if (!text_is(format.text, "%s\\n") || n == first + 1)
		return print_format(out, format.text, c, first + 1);
	for (size_t i = first + 1; i < n; i++) {
		if (c->sh->words[i].value.state != KNOWN)
			return false;
		buf_add(out, c->sh->words[i].value.text);
		buf_addc(out, '\n');
	}
	return true;
}

bool made_output(struct arena *a, const struct command *c, struct text *out)
{
	const struct sh_redir *h = heredoc_of(c);
	struct buf text = { 0 };
	bool whole = false;

	*out = TEXT_NONE;
	if (h && ((command_is(c, "cat") && c->first + 1 == c->sh->nwords) || command_is(c, "tee")))
		return body_text(a, text_range(c->list->text, h->body), h->op == SH_HEREDOC_TAB, h->expands, out);
	if (!h && command_is(c, "echo"))
		whole = echo(&text, c);
	else if (!h && command_is(c, "printf"))
		whole = print(&text, c);
	*out = arena_text(a, buf_text(&text));
	buf_release(&text);
	return whole;
}
