/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of here-documents, read when their line ends. */
#include "syntax/shell_read.h"

#include <string.h>

/* Does the line at `at` consist of the delimiter? Bash joins continued lines first. */
static bool is_delimiter(const struct sh_reader *r, size_t at, const struct sh_pending *p, size_t *after)
{
	bool joins = p->redir->expands && shr_in_bash(r);

	for (size_t i = 0; i < p->delimiter.n; i++, at++) {
		if (joins)
			at = shr_skip_joins(r, at);
		if (at >= r->end || r->text.p[at] != p->delimiter.p[i])
			return false;
	}
	if (joins)
		at = shr_skip_joins(r, at);
	*after = at;
	/* Bash lets the parenthesis of $( ) follow on the delimiter's line. */
	if (r->in_paren && shr_in_bash(r) && at < r->end && r->text.p[at] != '\n') {
		const char *line_end = memchr(r->text.p + at, '\n', r->end - at);
		size_t n = line_end ? (size_t)(line_end - r->text.p) - at : r->end - at;

		return memchr(r->text.p + at, ')', n) != NULL;
	}
	if (at < r->end && r->text.p[at] == '\n')
		*after = at + 1;
	return *after > at || at == r->end;
}

/* Behind the line's newline; where backslash-newline joins, behind that of the last one. */
static size_t line_end(const struct sh_reader *r, size_t at, bool joins)
{
	for (; at < r->end && r->text.p[at] != '\n'; at++)
		if (joins && r->text.p[at] == '\\' && at + 1 < r->end)
			at++;
	return at < r->end ? at + 1 : r->end;
}

static void read_body(struct sh_reader *r, const struct sh_pending *p)
{
	size_t start = r->at, line = start, after = start;

	for (; line < r->end; line = line_end(r, line, p->redir->expands)) {
		size_t from = line;

		while (p->redir->op == SH_HEREDOC_TAB && from < r->end && r->text.p[from] == '\t')
			from++;
		if (is_delimiter(r, from, p, &after)) {
			r->at = after;
			break;
		}
	}
	p->redir->body = (struct range){ start, line };
	if (line >= r->end)
		r->at = r->end;
}

void shr_take_newline(struct sh_reader *r)
{
	size_t n = r->pending.n;

	r->at++;
	for (size_t i = r->first_pending; i < n; i++)
		read_body(r, (struct sh_pending *)r->pending.p + i);
	r->pending.n = r->first_pending;
}

void shr_flush_pending(struct sh_reader *r)
{
	for (size_t i = r->first_pending; i < r->pending.n; i++)
		((struct sh_pending *)r->pending.p)[i].redir->body = (struct range){ r->at, r->at };
	r->pending.n = r->first_pending;
}
