/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/history.h"

#include "facts/package_sources.h"

/* Marks that end with the script that makes them. */
enum { OF_SCRIPT = HISTORY_EXPORTS | HISTORY_FRONTEND };

/* Programs that write down what stands in their words. */
static const struct {
	const char *programs, *part;
	unsigned mark;
} written[] = {
	{ "echo printf sed tee cat", "Assume-Yes", HISTORY_APT_YES },
	{ "echo printf sed tee cat", "Install-Recommends", HISTORY_APT_RECOMMENDS },
	{ "echo printf sed tee cat conda mamba micromamba", "always_yes", HISTORY_CONDA_YES },
	{ "echo printf debconf-set-selections", "debconf", HISTORY_DEBCONF },
	{ "ln cp", "/etc/localtime", HISTORY_LOCALTIME },
	{ "export", "DEBIAN_FRONTEND", HISTORY_FRONTEND },
};

static bool mentions(const struct command *c, struct text part)
{
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		if (text_find(command_word(c, i), part, 0) != TEXT_NPOS)
			return true;
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (text_find(text_range(c->list->text, c->sh->redirs[i].body), part, 0) != TEXT_NPOS)
			return true;
	return false;
}

static unsigned marks_of(const struct command *c, const struct package_op *op)
{
	unsigned marks = 0;

	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
		if (command_in(c, written[i].programs) && mentions(c, text_of(written[i].part)))
			marks |= written[i].mark;
	if (command_is(c, "debconf-set-selections") || (command_is(c, "dpkg-reconfigure") && mentions(c, TEXT("debconf"))))
		marks |= HISTORY_DEBCONF;
	if (command_changes_sources(c, op))
		marks |= HISTORY_SOURCES;
	if (command_in(c, "export eval source . set declare typeset"))
		marks |= HISTORY_EXPORTS;
	return marks;
}

static unsigned walk_run(struct facts *f, size_t item, unsigned marks, void (*each)(void *data, const struct history_place *at),
			 void *data)
{
	struct history_place at = { .item = item, .script = facts_commands(f, item), .marks = marks };
	size_t k = 0;

	for (size_t i = 0; i < at.script->n; i++) {
		at.command = &at.script->commands[i];
		at.op = k < at.script->nops && at.script->ops[k].nth == i ? &at.script->ops[k++] : NULL;
		each(data, &at);
		at.marks |= marks_of(at.command, at.op);
	}
	return at.marks & ~(unsigned)OF_SCRIPT;
}

static bool copies_sources(const struct instruction *ins)
{
	return ins->nwords && is_source_path(ins->words[ins->nwords - 1].value);
}

void history_walk(struct facts *f, void (*each)(void *data, const struct history_place *at), void *data)
{
	const struct doc *d = facts_doc(f);
	const struct stages *s = facts_stages(f);
	unsigned *end = ARENA_ARRAY(facts_arena(f), s->n + 1, unsigned);

	for (size_t stage = 0; stage < s->n; stage++) {
		unsigned marks = s->list[stage].parent >= 0 ? end[s->list[stage].parent] : 0;

		for (size_t i = s->list[stage].from; i < s->list[stage].end; i++) {
			if (!d->items[i].ins)
				continue;
			if (d->items[i].ins->keyword == KW_COPY || d->items[i].ins->keyword == KW_ADD)
				marks |= copies_sources(d->items[i].ins) ? HISTORY_SOURCES : 0;
			if (d->items[i].ins->keyword == KW_RUN)
				marks = walk_run(f, i, marks, each, data);
		}
		end[stage] = marks;
	}
}
