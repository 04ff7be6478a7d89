/* SPDX-License-Identifier: Apache-2.0 */
/* Going over a shell script's tree, and the names of what is in it. */
#include "syntax/shell.h"

#include <assert.h>

struct walk {
	void (*each)(const struct sh_command *c, void *data);
	void *data;
};

static void walk_parts(const struct walk *w, const struct sh_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		walk_parts(w, parts[i].parts, parts[i].nparts);
		if (parts[i].list)
			sh_each_command(parts[i].list, w->each, w->data);
	}
}

static void walk_words(const struct walk *w, const struct sh_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		walk_parts(w, words[i].parts, words[i].nparts);
}

static void walk_arms(const struct walk *w, const struct sh_arm *arms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		walk_words(w, arms[i].patterns, arms[i].npatterns);
		sh_each_command(arms[i].list, w->each, w->data);
	}
}

static void walk_redirs(const struct walk *w, const struct sh_redir *redirs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		walk_words(w, &redirs[i].word, 1);
}

/* Only of commands without lists may redirections stand before something else. */
static void walk_command(const struct walk *w, const struct sh_command *c)
{
	w->each(c, w->data);
	for (size_t i = 0; i < c->nassigns; i++) {
		walk_parts(w, c->assigns[i].index, c->assigns[i].nindex);
		walk_words(w, c->assigns[i].value, c->assigns[i].nvalue);
	}
	walk_words(w, c->words, c->nwords);
	walk_parts(w, c->parts, c->nparts);
	for (size_t i = 0; i < c->nlists; i++)
		sh_each_command(c->lists[i], w->each, w->data);
	walk_arms(w, c->arms, c->narms);
	walk_redirs(w, c->redirs, c->nredirs);
}

void sh_each_command(const struct sh_list *list, void (*each)(const struct sh_command *c, void *data),
		     void *data)
{
	struct walk w = { each, data };

	for (size_t i = 0; list && i < list->n; i++)
		for (size_t k = 0; k < list->steps[i].n; k++)
			walk_command(&w, &list->steps[i].commands[k]);
}

/* --- names --- */

const char *sh_kind_name(enum sh_kind k)
{
	static const char *const names[] = { "simple", "subshell",   "group", "if",   "for",
					     "select", "while",      "until", "case", "function",
					     "test",   "arithmetic", "coproc" };

	assert((size_t)k < sizeof(names) / sizeof(names[0]));
	return names[k];
}

const char *sh_join_name(enum sh_join j)
{
	static const char *const names[] = { "", "&&", "||", ";", "&", "newline" };

	assert((size_t)j < sizeof(names) / sizeof(names[0]));
	return names[j];
}

const char *sh_redir_name(enum sh_redir_op op)
{
	static const char *const names[] = { "<",  ">",  ">>",  "<>",  ">|", "<&",
					     ">&", "<<", "<<-", "<<<", "&>", "&>>" };

	assert((size_t)op < sizeof(names) / sizeof(names[0]));
	return names[op];
}
