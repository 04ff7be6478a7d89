/* SPDX-License-Identifier: Apache-2.0 */
#include "app/dump_shell.h"

#include "base/visible.h"

enum {
	MAX_LINES = 200,   /* of one script */
	LONGEST = 100,     /* bytes of words in a line */
	DEEPEST = 20,      /* levels that are indented further */
	PROGRAM_WIDTH = 6
};

struct printer {
	struct buf *out;
	struct text text; /* of the list that is printed */
	size_t indent;    /* of the outermost list */
	size_t level;     /* of indentation below that */
	size_t depth;     /* of substitutions */
	size_t lines;
	size_t left;      /* bytes of words that the line may still take */
	bool first;       /* the line that it stands in has been begun */
};

/* --- lines ------------------------------------------------------------------- */

static bool is_full(const struct printer *p)
{
	return p->lines > MAX_LINES;
}

/* The first line of a script stands behind the name of its shell. */
static void begin(struct printer *p)
{
	size_t levels = p->level < DEEPEST ? p->level : DEEPEST;

	for (size_t i = p->first ? p->indent : 0; i < p->indent + 2 * levels; i++)
		buf_addc(p->out, ' ');
	p->first = false;
	p->left = LONGEST;
}

static void end(struct printer *p)
{
	buf_addc(p->out, '\n');
	p->lines++;
}

static void add_blank(struct printer *p)
{
	if (p->out->n && p->out->p[p->out->n - 1] != ' ')
		buf_addc(p->out, ' ');
}

static void add_written(struct printer *p, struct range at)
{
	struct text t = text_range(p->text, at), shown = text_sub(t, 0, p->left);

	if (!p->left)
		return;
	add_blank(p);
	visible_add(p->out, shown, VISIBLE_LINE);
	if (shown.n < t.n || shown.n == p->left)
		buf_adds(p->out, "...");
	p->left -= shown.n;
}

static void add_word(struct printer *p, const char *word)
{
	add_blank(p);
	buf_adds(p->out, word);
}

static void line(struct printer *p, const char *word)
{
	if (is_full(p))
		return;
	begin(p);
	buf_adds(p->out, word);
	end(p);
}

/* --- the tree ---------------------------------------------------------------- */

static void print_list(struct printer *p, const struct sh_list *l);

/* By kind: what stands before the words, behind them, and before the further lists. */
static const struct {
	const char *before, *behind, *further[2];
} labels[] = {
	[SH_SIMPLE] = { "", "", { "", "" } },
	[SH_SUBSHELL] = { "(", "", { "", "" } },
	[SH_GROUP] = { "{", "", { "", "" } },
	[SH_IF] = { "if", "", { "then", "elif" } },
	[SH_FOR] = { "for", "do", { "", "" } },
	[SH_SELECT] = { "select", "do", { "", "" } },
	[SH_WHILE] = { "while", "", { "do", "" } },
	[SH_UNTIL] = { "until", "", { "do", "" } },
	[SH_CASE] = { "case", "in", { "", "" } },
	[SH_FUNCTION] = { "", "()", { "", "" } },
	[SH_TEST] = { "[[", "]]", { "", "" } },
	[SH_ARITHMETIC] = { "", "", { "", "" } },
	[SH_COPROC] = { "coproc", "", { "", "" } },
};

static const char *further_label(const struct sh_command *c, size_t i)
{
	bool is_else = c->kind == SH_IF && i % 2 == 0 && i + 1 == c->nlists;

	return is_else ? "else" : labels[c->kind].further[(i - 1) % 2];
}

static void print_head(struct printer *p, const struct sh_command *c)
{
	if (*labels[c->kind].before)
		add_word(p, labels[c->kind].before);
	for (size_t i = 0; i < c->nassigns; i++)
		add_written(p, c->assigns[i].at);
	for (size_t i = 0; i < c->nwords; i++) {
		add_written(p, c->words[i].at);
		if (i == 0 && c->in)
			add_word(p, "in");
	}
	if (c->kind == SH_ARITHMETIC)
		add_written(p, c->at);
	else
		for (size_t i = 0; i < c->nredirs; i++)
			add_written(p, c->redirs[i].at);
	if (*labels[c->kind].behind)
		add_word(p, labels[c->kind].behind);
	end(p);
}

static void print_inner(struct printer *p, const struct sh_list *l, size_t levels)
{
	p->level += levels;
	print_list(p, l);
	p->level -= levels;
}

static void print_arm(struct printer *p, const struct sh_arm *arm)
{
	if (is_full(p))
		return;
	p->level++;
	begin(p);
	for (size_t i = 0; i < arm->npatterns; i++) {
		if (i)
			add_word(p, "|");
		add_written(p, arm->patterns[i].at);
	}
	buf_addc(p->out, ')');
	end(p);
	p->level--;
	print_inner(p, arm->list, 2);
}

static void print_substitution(void *data, const struct sh_part *part)
{
	struct printer *p = data;

	p->level++;
	line(p, part->kind == SH_PROCESS ? "<()" : "$()");
	p->level--;
	p->depth++;
	print_inner(p, part->list, 2);
	p->depth--;
}

static void print_command(struct printer *p, const struct sh_command *c)
{
	print_head(p, c);
	if (p->depth < DUMP_SUBSTITUTIONS)
		dump_substitutions(c, print_substitution, p);
	for (size_t i = 0; i < c->nlists; i++) {
		if (i)
			line(p, further_label(c, i));
		print_inner(p, c->lists[i], 1);
	}
	for (size_t i = 0; i < c->narms; i++)
		print_arm(p, &c->arms[i]);
}

/* join: what stands between it and the one before. A newline is not shown. */
static void print_step(struct printer *p, const struct sh_step *step, enum sh_join join)
{
	for (size_t i = 0; i < step->n && !is_full(p); i++) {
		begin(p);
		if (i)
			buf_adds(p->out, "| ");
		else if (join != SH_END && join != SH_NEWLINE)
			buf_addf(p->out, "%s ", sh_join_name(join));
		buf_adds(p->out, !i && step->timed ? "time " : "");
		buf_adds(p->out, !i && step->negated ? "! " : "");
		print_command(p, &step->commands[i]);
	}
}

static void print_list(struct printer *p, const struct sh_list *l)
{
	struct text text = p->text;

	p->text = l->text;
	for (size_t i = 0; i < l->n && !is_full(p); i++)
		print_step(p, &l->steps[i], i ? l->steps[i - 1].join : SH_END);
	if (l->n && l->steps[l->n - 1].join == SH_AMP)
		line(p, "&");
	p->text = text;
}

/* --- the whole --------------------------------------------------------------- */

static void add_notes(struct buf *out, const struct script *s)
{
	const struct {
		bool holds;
		const char *note;
	} notes[] = {
		{ s->errexit, "-e" },
		{ s->nounset, "-u" },
		{ s->pipefail, "-o pipefail" },
		{ s->doubtful, "(holds forms of bash's)" },
	};

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i].holds)
			buf_addf(out, "%s ", notes[i].note);
}

static void add_why(struct buf *out, const struct script *s)
{
	buf_adds(out, "not read");
	if (s->program != SHELL_FOREIGN)
		buf_addf(out, " from byte %zu on", s->tree.at);
	buf_addf(out, "%s%s\n", s->tree.why ? ": " : "", s->tree.why ? s->tree.why : "");
}

static void end_first(struct buf *out)
{
	while (out->p[out->n - 1] == ' ')
		out->n--;
	buf_addc(out, '\n');
}

void dump_shell_text(struct buf *out, const struct script *s, size_t indent)
{
	struct printer p = { .out = out, .indent = indent + PROGRAM_WIDTH };
	size_t start = out->n, notes;

	while (out->n - start < indent)
		buf_addc(out, ' ');
	buf_adds(out, shell_program_name(s->program));
	buf_addc(out, ' ');
	while (out->n - start < p.indent)
		buf_addc(out, ' ');
	notes = out->n;
	add_notes(out, s);
	if (!s->tree.list) {
		add_why(out, s);
		return;
	}
	p.first = out->n == notes && s->tree.list->n;
	if (!p.first)
		end_first(out);
	print_list(&p, s->tree.list);
	if (is_full(&p))
		buf_addf(out, "%*s...\n", (int)p.indent, "");
}
