/* SPDX-License-Identifier: Apache-2.0 */
/* What is being read, and how it becomes part of the tree. */
#include "syntax/shell_read.h"

#include "base/mem.h"

#include <string.h>

void shr_push(struct sh_stack *s, const void *item, size_t size)
{
	mem_grow(&s->p, &s->cap, s->n + 1, size);
	memcpy((char *)s->p + s->n++ * size, item, size);
}

const void *shr_keep(struct sh_reader *r, struct sh_stack *s, size_t base, size_t size, size_t *n)
{
	void *kept = NULL;

	*n = s->n - base;
	if (*n) {
		kept = arena_array(r->arena, *n, size);
		memcpy(kept, (char *)s->p + base * size, *n * size);
	}
	s->n = base;
	return kept;
}

void shr_push_list(struct sh_reader *r, const struct sh_list *l)
{
	SHR_PUSH(&r->lists, l);
}

void shr_keep_lists(struct sh_reader *r, size_t base, struct sh_command *c)
{
	c->lists = shr_keep(r, &r->lists, base, sizeof(const struct sh_list *), &c->nlists);
}

void shr_one_list(struct sh_reader *r, struct sh_command *c, const struct sh_list *l)
{
	size_t base = r->lists.n;

	shr_push_list(r, l);
	shr_keep_lists(r, base, c);
}

void shr_keep_words(struct sh_reader *r, size_t base, struct sh_command *c)
{
	c->words = SHR_KEEP(r, &r->words, base, struct sh_word, &c->nwords);
}

void shr_expect_word(struct sh_reader *r, enum sh_use use)
{
	struct sh_word w;

	shr_blanks(r);
	if (shr_word(r, use, &w))
		SHR_PUSH(&r->words, w);
	else
		shr_unexpected(r);
}

const struct sh_list *shr_wrap(struct sh_reader *r, const struct sh_command *c)
{
	struct sh_list *l = ARENA_NEW(r->arena, struct sh_list);
	struct sh_step *s = ARENA_NEW(r->arena, struct sh_step);
	struct sh_command *copy = ARENA_NEW(r->arena, struct sh_command);

	*copy = *c;
	*s = (struct sh_step){ .at = c->at, .commands = copy, .n = 1, .op = { c->at.end, c->at.end } };
	*l = (struct sh_list){ r->text, c->at, s, 1 };
	return l;
}

void shr_check_name(struct sh_reader *r, const struct sh_word *w, const char *why)
{
	bool good = !(w->marks & SH_QUOTED) && w->value.state == KNOWN && shr_is_name(w->value.text);

	if (!good && !shr_in_bash(r))
		shr_fail(r, w->at.start, why);
	r->bash |= !good;
}
