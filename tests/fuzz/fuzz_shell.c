/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer: any bytes are a script; in both dialects every span lies in its text and
 * within what holds it, and the commands of the script can be told. */
#include "facts/command.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct range r, struct range around, const char *what)
{
	if (r.start <= r.end && r.start >= around.start && r.end <= around.end)
		return;
	fprintf(stderr, "%s [%zu, %zu) is not inside [%zu, %zu)\n", what, r.start, r.end, around.start, around.end);
	abort();
}

static void check_list(const struct sh_list *l, struct range around);

static void check_parts(const struct sh_part *parts, size_t n, struct range around)
{
	for (size_t i = 0; i < n; i++) {
		inside(parts[i].at, around, "part");
		check_parts(parts[i].parts, parts[i].nparts, parts[i].at);
		if (parts[i].list)
			check_list(parts[i].list, (struct range){ 0, parts[i].list->text.n });
	}
}

static void check_words(const struct sh_word *words, size_t n, struct range around)
{
	for (size_t i = 0; i < n; i++) {
		inside(words[i].at, around, "word");
		check_parts(words[i].parts, words[i].nparts, words[i].at);
	}
}

static void check_command(const struct sh_command *c, struct range around)
{
	inside(c->at, around, "command");
	for (size_t i = 0; i < c->nassigns; i++) {
		inside(c->assigns[i].at, c->at, "assignment");
		check_words(c->assigns[i].value, c->assigns[i].nvalue, c->assigns[i].at);
	}
	check_words(c->words, c->nwords, c->at);
	for (size_t i = 0; i < c->nredirs; i++) {
		inside(c->redirs[i].at, c->at, "redirection");
		check_words(&c->redirs[i].word, 1, c->redirs[i].at);
	}
	for (size_t i = 0; i < c->nlists; i++)
		check_list(c->lists[i], c->at);
	for (size_t i = 0; i < c->narms; i++) {
		inside(c->arms[i].at, c->at, "arm");
		check_words(c->arms[i].patterns, c->arms[i].npatterns, c->arms[i].at);
		if (c->arms[i].list)
			check_list(c->arms[i].list, c->arms[i].at);
	}
}

static void check_list(const struct sh_list *l, struct range around)
{
	size_t from = around.start;

	inside(l->at, around, "list");
	for (size_t i = 0; i < l->n; i++) {
		inside(l->steps[i].at, (struct range){ from, around.end }, "step");
		from = l->steps[i].at.end;
		for (size_t k = 0; k < l->steps[i].n; k++)
			check_command(&l->steps[i].commands[k], l->steps[i].at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum sh_dialect dialects[] = { SH_POSIX, SH_BASH };
	struct text text = { (const char *)data, size };

	for (size_t i = 0; i < 2; i++) {
		struct arena a = { 0 };
		struct script s = { .program = SHELL_BASH, .editable = size };
		const struct command *commands;
		size_t n;

		sh_read(&a, text, (struct range){ 0, size }, dialects[i], &s.tree);
		if (s.tree.list) {
			check_list(s.tree.list, (struct range){ 0, size });
			commands_read(&a, &s, &commands, &n);
		} else if (!s.tree.why || s.tree.at > size) {
			abort();
		}
		arena_release(&a);
	}
	return 0;
}
