/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster.h"

#include "base/buf.h"
#include "facts/roster_words.h"

/* A file in the making. */
struct writing {
	struct words w;
	struct text path;
	struct buf out;
	bool found, good;
};

static void over_command(struct writing *x, const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++) {
		const struct sh_redir *r = &c->sh->redirs[i];
		struct maybe to = words_target(&x->w, c, r), lines;

		if (to.state != KNOWN || !text_eq(to.text, x->path) || (r->op != SH_OUT && r->op != SH_APPEND && r->op != SH_CLOBBER))
			continue;
		lines = words_written(&x->w, c);
		if (r->op != SH_APPEND)
			buf_clear(&x->out);
		x->good = (r->op != SH_APPEND || x->good || !x->found) && c->certain && lines.state == KNOWN;
		x->found = true;
		buf_add(&x->out, lines.state == KNOWN ? lines.text : TEXT_NONE);
	}
}

/* What else would touch it: a program that has its path among its operands, unless it only reads. */
static void note_others(struct writing *x, const struct command *c)
{
	for (size_t i = 0; i < command_operands(c); i++)
		if (maybe_is(command_operand(c, i)->value, "/") ||
		    (text_eq(command_operand(c, i)->value.text, x->path) && !command_in(c, "cat chmod chown chgrp ls test [ grep")))
			x->good = false;
}

static void over_run(struct writing *x, struct facts *f, size_t item)
{
	const struct script_facts *s = facts_commands(f, item);

	x->w = (struct words){ .facts = f, .item = item, .script = s };
	/* Most RUNs do not speak of it. */
	if (!s->script || text_find(s->script->tree.text, text_base(x->path), 0) == TEXT_NPOS)
		return;
	for (size_t i = 0; i < s->n; i++) {
		over_command(x, &s->commands[i]);
		note_others(x, &s->commands[i]);
	}
}

bool roster_file(struct facts *f, size_t stage, struct text path, struct arena *a, struct text *lines)
{
	const struct stage *st = &facts_stages(f)->list[stage];
	const struct doc *d = facts_doc(f);
	struct writing x = { .path = path };

	for (size_t i = st->from; i < st->end; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_RUN)
			over_run(&x, f, i);
	*lines = arena_text(a, buf_text(&x.out));
	buf_release(&x.out);
	return x.found && x.good;
}
