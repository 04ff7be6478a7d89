/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/utf8.h"
#include "syntax/doc.h"
#include "syntax/grammar.h"
#include "syntax/directive.h"
#include "syntax/words.h"

#include <string.h>

enum {
	MAX_LINE = 65536, /* bufio.MaxScanTokenSize: with the newline */
	SHOWN = 60,       /* bytes of a word in a message */
};

struct parser {
	struct arena *a;
	struct doc *d;
	size_t at;   /* source offset of the next line */
	size_t line; /* lines read so far */
	bool too_long;
	struct directive_reader directives;
	size_t ncomments; /* that wait for an instruction */
	size_t items_cap, directives_cap;
	int stage;
	struct buf logical; /* scratch */
	struct segment *segments;
	size_t nsegments, segments_cap;
};

struct line {
	struct range raw;  /* with its newline */
	struct text body;  /* without trailing \r and \n */
	size_t body_at;    /* source offset of body */
};

static bool next_line(struct parser *p, struct line *l)
{
	struct text t = p->d->text;
	size_t end = text_chr(t, '\n', p->at), n;

	if (p->at >= t.n || p->too_long)
		return false;
	end = end == TEXT_NPOS ? t.n : end + 1;
	n = end - p->at;
	if (n > MAX_LINE || (n == MAX_LINE && t.p[end - 1] != '\n')) {
		p->too_long = true;
		return false;
	}
	l->raw = (struct range){ p->at, end };
	l->body_at = p->at;
	while (end > p->at && (t.p[end - 1] == '\n' || t.p[end - 1] == '\r'))
		end--;
	l->body = text_sub(t, p->at, end);
	p->at = l->raw.end;
	p->line++;
	return true;
}

static bool is_comment(struct text line)
{
	line = utf8_trim_left(line);
	return line.n && line.p[0] == '#';
}

/* ([^\\])\\[ \t]*$ or ^\\[ \t]*$: cuts the escape and what follows it. */
static bool cut_continuation(struct text *line, char escape)
{
	size_t n = line->n;

	while (n && (line->p[n - 1] == ' ' || line->p[n - 1] == '\t'))
		n--;
	if (n == 0 || line->p[n - 1] != escape || (n > 1 && line->p[n - 2] == escape))
		return false;
	line->n = n - 1;
	return true;
}

static struct item *add_item(struct parser *p, enum item_kind kind, struct range raw, size_t line)
{
	struct doc *d = p->d;
	struct item *it;

	d->items = arena_grow(p->a, (void *)d->items, d->nitems, &p->items_cap, sizeof(*it));
	it = (struct item *)&d->items[d->nitems++];
	*it = (struct item){ .kind = kind, .raw = raw, .line = line, .line_end = p->line, .stage = p->stage };
	return it;
}

/* A run of blank lines is one item. */
static void add_blank(struct parser *p, struct range raw)
{
	struct item *last = p->d->nitems ? (struct item *)&p->d->items[p->d->nitems - 1] : NULL;

	if (!last || last->kind != ITEM_BLANK) {
		add_item(p, ITEM_BLANK, raw, p->line);
		return;
	}
	last->raw.end = raw.end;
	last->line_end = p->line;
}

static bool stop(struct parser *p, struct problem *where, size_t at, size_t reported, const char *message)
{
	where->bad = true;
	where->line_reported = reported;
	where->message = text_of(message);
	doc_position(p->d, at, &where->line, &where->column);
	return false;
}

static void add_piece(struct parser *p, size_t src, struct text piece)
{
	p->segments = arena_grow(p->a, p->segments, p->nsegments, &p->segments_cap, sizeof(*p->segments));
	p->segments[p->nsegments++] = (struct segment){ p->logical.n, src, piece.n };
	buf_add(&p->logical, piece);
}

/* Reads on while lines continue. */
static void join_lines(struct parser *p, bool more)
{
	struct line l;

	while (more && next_line(p, &l)) {
		if (is_comment(l.body) || utf8_trim_left(l.body).n == 0)
			continue;
		more = cut_continuation(&l.body, p->d->escape);
		add_piece(p, l.body_at, l.body);
	}
}

/* The joined line as an instruction; one line alone is a slice of the source. */
static struct instruction *new_instruction(struct parser *p)
{
	struct instruction *ins = ARENA_NEW(p->a, struct instruction);

	ins->nsegments = p->nsegments;
	ins->segments = p->segments;
	if (p->nsegments == 1)
		ins->logical = text_sub(p->d->text, p->segments[0].src, p->segments[0].src + p->segments[0].n);
	else
		ins->logical = arena_text(p->a, buf_text(&p->logical));
	ins->ncomments = p->ncomments;
	return ins;
}

static bool may_have_heredocs(const struct instruction *ins)
{
	if (ins->keyword == KW_ONBUILD && ins->inner)
		ins = ins->inner;
	return grammar_of(ins->keyword)->heredocs && ins->keyword != KW_ONBUILD && !ins->exec;
}

static bool read_body(struct parser *p, struct heredoc *h)
{
	struct line l;

	h->body = (struct range){ p->at, p->at };
	while (next_line(p, &l)) {
		struct text t = l.body;

		while (h->chomp && t.n && t.p[0] == '\t')
			t = text_from(t, 1);
		if (text_eq(t, h->name)) {
			h->terminator = l.raw;
			return true;
		}
		h->body.end = l.raw.end;
		h->lines++;
	}
	return false;
}

static bool read_heredocs(struct parser *p, struct instruction *ins, size_t first_line)
{
	struct heredoc *docs;
	size_t n, at = ins_source(ins, ins->name_at);
	const char *why;

	if (!may_have_heredocs(ins))
		return true;
	why = words_heredocs(p->a, ins->logical, &docs, &n);
	if (why)
		return stop(p, &p->d->parse, at, first_line, why);
	for (size_t i = 0; i < n; i++)
		if (!read_body(p, &docs[i]))
			return stop(p, &p->d->parse, at, first_line,
				    "unterminated here-document: no line holds just its closing word");
	ins->heredocs = docs;
	ins->nheredocs = n;
	return true;
}

/* The typed instruction's verdict; the first refusal is the file's. */
static void judge(struct parser *p, struct instruction *ins, size_t first_line)
{
	struct problem *where = &p->d->instructions;

	ins->refusal = grammar_check(p->a, ins);
	if (where->bad)
		return;
	if (ins->refusal)
		stop(p, where, ins_source(ins, ins->name_at), first_line, ins->refusal);
	if (ins->keyword == KW_UNKNOWN)
		where->message = ARENA_JOIN(p->a, TEXT("\""), text_sub(ins->name, 0, SHOWN), TEXT("\" is no instruction"));
	else if (!ins->refusal && p->stage < 0 && ins->keyword != KW_ARG && ins->keyword != KW_FROM)
		stop(p, where, ins_source(ins, ins->name_at), first_line,
		     "only ARG may stand before the first FROM");
}

static bool read_instruction(struct parser *p, struct line *first, struct text body, bool more)
{
	size_t first_line = p->line, bad_at = 0;
	struct instruction *ins;
	struct item *it;
	const char *why;

	buf_clear(&p->logical);
	p->segments = NULL;
	p->nsegments = p->segments_cap = 0;
	add_piece(p, (size_t)(body.p - p->d->text.p), body);
	join_lines(p, more);
	ins = new_instruction(p);
	why = words_read(p->a, ins, 0, p->d->escape, &bad_at);
	if (why)
		return stop(p, &p->d->parse, ins_source(ins, bad_at), first_line, why);
	if (!read_heredocs(p, ins, first_line))
		return false;
	judge(p, ins, first_line);
	if (ins->keyword == KW_FROM && !ins->refusal)
		p->stage++;
	it = add_item(p, ITEM_INSTRUCTION, (struct range){ first->raw.start, p->at }, first_line);
	it->ins = ins;
	p->d->ninstructions++;
	p->ncomments = 0;
	return true;
}

static void count_comment(struct parser *p, struct text line)
{
	/* The reference cuts the first byte, not the #, of an indented comment. */
	p->ncomments = utf8_trim(text_from(line, 1)).n ? p->ncomments + 1 : 0;
}

/* A directive's line; false where it is none. *ok: it does not stop the reading. */
static bool read_directive(struct parser *p, const struct line *l, struct text body, bool *ok)
{
	struct directive dir;
	const char *why = NULL;

	*ok = true;
	if (!directive_next(&p->directives, body, &dir, &why) && !why)
		return false;
	if (!why && text_is(dir.name, "escape")) {
		if (text_is(dir.value, "\\") || text_is(dir.value, "`"))
			p->d->escape = dir.value.p[0];
		else
			why = "escape must be \\ or `";
	}
	if (why) {
		/* The reference counts the line only after it was read. */
		*ok = stop(p, &p->d->parse, l->raw.start, p->line - 1, why);
		return true;
	}
	dir.line = p->line;
	p->d->directives = arena_grow(p->a, (void *)p->d->directives, p->d->ndirectives, &p->directives_cap, sizeof(dir));
	((struct directive *)p->d->directives)[p->d->ndirectives++] = dir;
	return true;
}

static bool read_line(struct parser *p, struct line *l)
{
	struct text body = utf8_trim_left(l->body);
	bool comment = is_comment(body), ok, more;

	if (read_directive(p, l, body, &ok)) {
		add_item(p, ITEM_DIRECTIVE, l->raw, p->line);
		return ok;
	}
	if (comment) {
		count_comment(p, l->body);
		add_item(p, ITEM_COMMENT, l->raw, p->line);
		return true;
	}
	more = cut_continuation(&body, p->d->escape);
	if (!more && body.n == 0) {
		add_blank(p, l->raw);
		return true;
	}
	return read_instruction(p, l, body, more);
}

static void add_unread(struct parser *p, size_t start)
{
	struct text rest = text_from(p->d->text, start);
	size_t first = p->d->nitems ? p->d->items[p->d->nitems - 1].line_end + 1 : 1, lines = 0;

	if (p->d->nitems && p->d->items[p->d->nitems - 1].kind == ITEM_BOM)
		first = 1;
	for (size_t at = 0; (at = text_chr(rest, '\n', at)) != TEXT_NPOS; at++)
		lines++;
	p->line = first + lines - text_ends(rest, TEXT("\n"));
	add_item(p, ITEM_UNREAD, (struct range){ start, p->d->text.n }, first);
}

static void read_all(struct parser *p)
{
	struct doc *d = p->d;
	struct line l;
	size_t start = 0;

	if (text_starts(d->text, TEXT("\xEF\xBB\xBF"))) {
		add_item(p, ITEM_BOM, (struct range){ 0, 3 }, 1)->line_end = 1;
		p->at = start = 3;
	}
	while (next_line(p, &l)) {
		if (!read_line(p, &l))
			break;
		start = p->at;
	}
	d->line_too_long = p->too_long;
	if (!d->parse.bad && p->too_long)
		stop(p, &d->parse, p->at, p->line, "this line is longer than 65,535 bytes, which BuildKit refuses");
	if (!d->parse.bad && d->ninstructions == 0)
		stop(p, &d->parse, d->text.n, p->line, "the file holds no instruction");
	if (d->parse.bad && d->nitems && d->items[d->nitems - 1].raw.end > start)
		start = d->items[d->nitems - 1].raw.end;
	if (start < d->text.n)
		add_unread(p, start);
}

static const char *newline_of(struct text t)
{
	size_t crlf = 0, lf = 0;

	for (size_t at = 0; (at = text_chr(t, '\n', at)) != TEXT_NPOS; at++) {
		if (at && t.p[at - 1] == '\r')
			crlf++;
		else
			lf++;
	}
	return crlf > lf ? "\r\n" : "\n";
}

struct doc *doc_read(struct arena *a, struct text text)
{
	struct doc *d = ARENA_NEW(a, struct doc);
	struct parser p = { .a = a, .d = d, .stage = -1 };

	d->text = text;
	d->escape = '\\';
	d->newline = newline_of(text);
	read_all(&p);
	d->nstages = p.stage < 0 ? 0 : (size_t)p.stage + 1;
	d->syntax = directive_syntax(a, text);
	buf_release(&p.logical);
	return d;
}
