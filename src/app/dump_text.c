/* SPDX-License-Identifier: Apache-2.0 */
#include "app/dump.h"

#include "app/dump_config.h"
#include "app/dump_shell.h"
#include "base/visible.h"
#include "facts/facts.h"

enum { LONGEST = 100, INDENT = 11 };

static void add_value(struct buf *out, struct text t)
{
	buf_addc(out, '"');
	visible_add(out, text_sub(t, 0, LONGEST), VISIBLE_LINE);
	buf_adds(out, t.n > LONGEST ? "...\"" : "\"");
}

static void add_words(struct buf *out, const struct instruction *ins)
{
	bool pairs = ins->keyword == KW_ENV || ins->keyword == KW_LABEL;

	for (size_t i = 0; i < ins->nwords; i++) {
		buf_addc(out, pairs && i % 2 ? '=' : ' ');
		add_value(out, ins->words[i].value);
	}
}

static void add_instruction(struct buf *out, const struct instruction *ins)
{
	visible_add(out, ins->name, VISIBLE_LINE);
	if (ins->exec)
		buf_adds(out, " [exec]");
	if (ins->legacy)
		buf_adds(out, " [legacy]");
	for (size_t i = 0; i < ins->nflags; i++) {
		buf_addc(out, ' ');
		visible_add(out, ins->flags[i].text, VISIBLE_LINE);
	}
	add_words(out, ins);
	if (ins->inner) {
		buf_addc(out, ' ');
		add_instruction(out, ins->inner);
	}
}

static void add_heredocs(struct buf *out, const struct instruction *ins)
{
	for (size_t i = 0; i < ins->nheredocs; i++) {
		const struct heredoc *h = &ins->heredocs[i];

		buf_adds(out, "           here-document ");
		add_value(out, h->name);
		buf_addf(out, ": %zu lines, %zu bytes%s%s\n", h->lines, h->body.end - h->body.start,
			 h->expand ? ", expanded" : "", h->chomp ? ", tabs cut" : "");
	}
}

static void add_item(struct buf *out, const struct doc *d, size_t i, const struct script *script)
{
	static const char *const kinds[] = { "byte order mark", "", "", "directive", "", "not read" };
	const struct item *it = &d->items[i];
	size_t start = out->n;

	if (it->kind == ITEM_BLANK || it->kind == ITEM_COMMENT)
		return;
	buf_addf(out, it->line_end > it->line ? "%5zu-%zu" : "%5zu", it->line, it->line_end);
	while (out->n - start < INDENT)
		buf_addc(out, ' ');
	if (it->ins)
		add_instruction(out, it->ins);
	else
		buf_adds(out, kinds[it->kind]);
	if (it->kind == ITEM_DIRECTIVE) {
		buf_addc(out, ' ');
		visible_add(out, text_trim(text_range(d->text, it->raw)), VISIBLE_LINE);
	}
	buf_addc(out, '\n');
	if (it->ins)
		add_heredocs(out, it->ins);
	if (script)
		dump_shell_text(out, script, INDENT);
}

static void add_stage(struct buf *out, const struct stages *s, size_t i)
{
	const struct stage *st = &s->list[i];

	buf_addf(out, "  stage %zu", i);
	if (st->name.n) {
		buf_addc(out, ' ');
		visible_add(out, st->name, VISIBLE_LINE);
	}
	buf_adds(out, ": from ");
	if (st->parent >= 0)
		buf_addf(out, "stage %d", st->parent);
	else
		visible_add(out, st->base_default.state == KNOWN ? st->base_default.text : st->base, VISIBLE_LINE);
	buf_adds(out, st->exported ? ", exported\n" : "\n");
}

void dump_text(struct arena *a, struct buf *out, struct text path, const struct doc *d)
{
	const struct problem *p = doc_problem(d);
	struct facts *f = dump_facts(a, d);
	const struct stages *s = f ? facts_stages(f) : NULL;

	visible_add(out, path, VISIBLE_LINE);
	if (p) {
		buf_addf(out, ":%zu:%zu: error: ", p->line, p->column);
		visible_add(out, p->message, VISIBLE_LINE);
		buf_addc(out, '\n');
	} else {
		buf_addf(out, ": %zu instructions, %zu stages, escape %c\n", d->ninstructions, s->n, d->escape);
	}
	for (size_t i = 0; s && i < s->n; i++) {
		add_stage(out, s, i);
		if (i < DUMP_CONFIGS)
			dump_config_text(out, f, i);
	}
	for (size_t i = 0; i < d->nitems; i++)
		add_item(out, d, i, dump_script(f, i));
}
