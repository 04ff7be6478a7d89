/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster_words.h"

#include "facts/word_fill.h"
#include "facts/table.h"

enum { MAX_ASKED = 64, MAX_WORD = 4096 }; /* variables of an instruction; bytes of a word */

bool words_match(const char *patterns, struct text t)
{
	return table_matches(text_of(patterns), t);
}

/* --- variables --------------------------------------------------------------- */

static bool is_name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '_';
}

/* How often the script may give it a value: NAME=, for NAME, read NAME. */
static size_t assignments(struct text script, struct text name)
{
	size_t n = 0;

	for (size_t at = text_find(script, name, 0); at != TEXT_NPOS && n < 2; at = text_find(script, name, at + 1)) {
		struct text before = text_sub(script, 0, at), behind = text_from(script, at + name.n);

		if (text_ends(before, TEXT("for ")) || text_ends(before, TEXT("read ")) || text_ends(before, TEXT("read -r ")))
			return 2;
		n += text_starts(behind, TEXT("=")) && (!at || !is_name_byte(script.p[at - 1]));
	}
	return n;
}

/* By a step of the script's own list: NAME=value, export NAME=value. */
static struct maybe assigned(const struct script *s, struct text name)
{
	const struct sh_list *l = s->tree.list;

	for (size_t i = 0; i < l->n; i++) {
		const struct sh_command *c = l->steps[i].commands;

		if (l->steps[i].n != 1 || c->kind != SH_SIMPLE || (i > 0 && l->steps[i - 1].join == SH_OR))
			continue;
		for (size_t k = 0; k < c->nassigns && !c->nwords; k++)
			if (text_eq(c->assigns[k].name, name) && c->assigns[k].nvalue == 1 && !c->assigns[k].append)
				return c->assigns[k].value[0].value;
		for (size_t k = 1; k < c->nwords && maybe_is(c->words[0].value, "export"); k++) {
			struct maybe m = c->words[k].value;

			if (m.state == KNOWN && text_starts(m.text, name) && m.text.n > name.n && m.text.p[name.n] == '=')
				return maybe_known(text_from(m.text, name.n + 1));
		}
	}
	return maybe_unknown();
}

static struct maybe variable(struct words *w, struct text name)
{
	struct arena *a = facts_arena(w->facts);
	const struct script *s = w->script->script;
	size_t n = ++w->asked > MAX_ASKED ? 2 : assignments(s->tree.text, name);

	if (n > 1)
		return maybe_unknown();
	return n ? assigned(s, name) : state_get(facts_before(w->facts, w->item), a, name);
}

static bool by_value(void *data, struct buf *out, struct text name, bool quoted)
{
	struct maybe m = variable(data, name);

	if (m.state != KNOWN || (!quoted && text_has(m.text, ' ')))
		return false;
	buf_add(out, m.text);
	return true;
}

static struct maybe expand(struct words *w, const struct command *c, const struct sh_word *word)
{
	const struct word_filler by = { by_value, w, MAX_WORD };

	if ((word->marks & (SH_GLOB | SH_BRACE)) || (word->value.state != KNOWN && (word->marks & SH_TILDE)))
		return maybe_unknown();
	return word_fill(facts_arena(w->facts), c->list->text, word, &by);
}

struct maybe words_text(struct words *w, const struct command *c, size_t word)
{
	return expand(w, c, &c->sh->words[word]);
}

struct maybe words_target(struct words *w, const struct command *c, const struct sh_redir *r)
{
	return expand(w, c, &r->word);
}

/* --uid=$X, -u$X: behind the option's name. */
struct maybe words_value(struct words *w, const struct command *c, const struct arg *a)
{
	struct maybe m = words_text(w, c, a->value_word);

	if (m.state != KNOWN || a->value_word != a->word)
		return m;
	if (!text_starts(m.text, a->name))
		return maybe_unknown();
	m.text = text_from(m.text, a->name.n);
	if (text_starts(a->name, TEXT("--")))
		m.text = text_from(m.text, 1);
	return m;
}

/* --- what is written ----------------------------------------------------------- */

/* \n is a new line to printf and to the echo of most shells; with a % nothing is known. */
static void unescape(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		bool newline = t.p[i] == '\\' && i + 1 < t.n && t.p[i + 1] == 'n';

		buf_addc(out, newline ? '\n' : t.p[i]);
		i += newline;
	}
}

static struct maybe here_document(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++) {
		const struct sh_redir *r = &c->sh->redirs[i];
		struct text body = text_range(c->list->text, r->body);

		if (r->op == SH_HEREDOC || r->op == SH_HEREDOC_TAB)
			return r->expands && (text_has(body, '$') || text_has(body, '`')) ? maybe_unknown() : maybe_known(body);
	}
	return maybe_unknown();
}

struct maybe words_written(struct words *w, const struct command *c)
{
	struct buf out = { 0 };
	struct maybe m = maybe_known(TEXT_NONE);
	bool printf_ = command_is(c, "printf");

	if (command_is(c, "cat") && !command_operands(c))
		return here_document(c);
	if (!printf_ && !command_is(c, "echo"))
		return maybe_unknown();
	for (size_t i = c->first + 1; i < c->sh->nwords && m.state == KNOWN; i++) {
		m = words_text(w, c, i);
		if (m.state != KNOWN || (printf_ && (i > c->first + 1 || text_has(m.text, '%'))))
			m = maybe_unknown();
		else if (printf_ || (!text_is(m.text, "-e") && !text_is(m.text, "-n")))
			unescape(&out, m.text);
		if (!printf_)
			buf_addc(&out, i + 1 < c->sh->nwords ? ' ' : '\n');
	}
	if (m.state == KNOWN)
		m = maybe_known(arena_text(facts_arena(w->facts), buf_text(&out)));
	buf_release(&out);
	return m;
}
