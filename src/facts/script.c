/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/script.h"

#include "base/buf.h"
#include "facts/command.h"
#include "facts/distro.h"
#include "facts/facts.h"

/* --- which program --------------------------------------------------------- */

static const struct {
	const char *name;
	enum shell_program program;
} programs[] = {
	{ "sh", SHELL_SH }, { "dash", SHELL_DASH }, { "ash", SHELL_ASH }, { "bash", SHELL_BASH },
};

const char *shell_program_name(enum shell_program p)
{
	static const char *const names[] = { "foreign", "sh", "dash", "ash", "bash" };

	return names[p];
}

/* What /bin/sh is in the base image. */
static enum shell_program base_sh(const struct base *b)
{
	static const enum shell_program by_family[] = {
		[DISTRO_DEBIAN] = SHELL_DASH, [DISTRO_UBUNTU] = SHELL_DASH, [DISTRO_ALPINE] = SHELL_ASH,
		[DISTRO_RHEL] = SHELL_BASH,   [DISTRO_SUSE] = SHELL_BASH,   [DISTRO_ARCH] = SHELL_BASH,
		[DISTRO_WOLFI] = SHELL_ASH,
	};
	struct distro d = distro_of(b->name, b->tag);

	/* A digest without a tag may be any variant. */
	if (!b->name.n || (!b->known && !b->tag.n) || d.family >= sizeof(by_family) / sizeof(by_family[0]))
		return SHELL_SH;
	return by_family[d.family] ? by_family[d.family] : SHELL_SH;
}

static enum shell_program by_name(struct text name)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (text_is(name, programs[i].name))
			return programs[i].program;
	return SHELL_FOREIGN;
}

/* What /bin/sh is there. */
static enum shell_program bin_sh(const struct state *s)
{
	return s->bin_sh.n ? (by_name(s->bin_sh) == SHELL_BASH ? SHELL_BASH : SHELL_SH) : base_sh(s->base);
}

static enum shell_program program_of(struct text path, const struct state *s)
{
	enum shell_program p = by_name(text_base(path));

	return p == SHELL_SH ? bin_sh(s) : p;
}

/* --- its options ----------------------------------------------------------- */

static void set_option(struct script *s, struct text name)
{
	if (text_is(name, "pipefail"))
		s->pipefail = true;
	else if (text_is(name, "errexit"))
		s->errexit = true;
	else if (text_is(name, "nounset"))
		s->nounset = true;
	else if (!text_is(name, "xtrace"))
		s->plain = false;
}

/* One word of options: -e, -euxo (its name is the next word), -c. Returns false where
 * it is none. */
static bool read_option(struct script *s, struct text word, bool *command, bool *name_follows)
{
	if (word.n < 2 || word.p[0] != '-')
		return false;
	if (text_starts(word, TEXT("--"))) {
		s->plain = s->plain && (text_is(word, "--norc") || text_is(word, "--noprofile"));
		return true;
	}
	for (size_t i = 1; i < word.n; i++)
		switch (word.p[i]) {
		case 'c':
			*command = true;
			break;
		case 'o':
			*name_follows = true;
			break;
		case 'e':
			s->errexit = true;
			break;
		case 'u':
			s->nounset = true;
			break;
		case 'x':
		case 's':
			break;
		default:
			s->plain = false;
		}
	return true;
}

/* Reads program and options; the index of the word behind them. *command: -c is there. */
static size_t read_words(struct script *s, const struct text *words, size_t n, const struct state *st, bool *command)
{
	bool name_follows = false;
	size_t i = 1;

	*command = false;
	s->plain = true;
	s->errexit = s->pipefail = s->nounset = false;
	s->program = n ? program_of(words[0], st) : SHELL_FOREIGN;
	for (; i < n; i++) {
		if (name_follows)
			set_option(s, words[i]);
		else if (!read_option(s, words[i], command, &name_follows))
			break;
		else
			continue;
		name_follows = false;
	}
	return i;
}

/* The shell in force for a shell form. */
static void take_shell(struct script *s, struct arena *a, const struct state *st)
{
	struct text *words;
	bool command;

	s->program = st->base->windows ? SHELL_FOREIGN : bin_sh(st);
	s->plain = st->shell_state == UNSET;
	if (st->shell_state != KNOWN)
		return;
	words = ARENA_ARRAY(a, st->nshell + 1, struct text);
	for (size_t i = 0; i < st->nshell; i++)
		words[i] = st->shell[i].value;
	if (read_words(s, words, st->nshell, st, &command) != st->nshell || !command)
		s->program = SHELL_FOREIGN;
}

/* --- reading --------------------------------------------------------------- */

static void read_tree(struct arena *a, struct script *s, struct text text, struct range at)
{
	s->tree.text = text;
	s->tree.why = "the shell is not a POSIX shell or bash";
	if (s->program == SHELL_FOREIGN)
		return;
	if (s->program == SHELL_DASH)
		sh_read(a, text, at, SH_POSIX, &s->tree);
	else
		sh_read_any(a, text, at, &s->tree);
	s->doubtful = s->tree.list && s->tree.bash && s->program != SHELL_BASH;
}

static void read_whole(struct arena *a, struct script *s, struct text text)
{
	read_tree(a, s, text, (struct range){ 0, text.n });
}

/* --- here-documents -------------------------------------------------------- */

/* The line is nothing but one here-document's word: <<EOF, 3<<-"EOF", <<'E F'. */
static bool is_lone_heredoc(struct text line)
{
	size_t i = 0;
	char quote = 0;

	while (i < line.n && ascii_digit((unsigned char)line.p[i]))
		i++;
	if (!text_starts(text_from(line, i), TEXT("<<")))
		return false;
	i += 2;
	for (; i < line.n && line.p[i] != '<' && (quote || !ascii_space((unsigned char)line.p[i])); i++)
		if (line.p[i] == quote)
			quote = 0;
		else if (!quote && (line.p[i] == '"' || line.p[i] == '\''))
			quote = line.p[i];
	return i == line.n;
}

/* <<- takes the tabs off each line. */
static struct text without_tabs(struct arena *a, struct text body)
{
	struct buf out = { 0 };
	struct text line, t;
	bool more = true;
	const char *newline = "";

	while (text_cut(&body, '\n', &line, &more)) {
		while (line.n && line.p[0] == '\t')
			line = text_from(line, 1);
		buf_adds(&out, newline);
		buf_add(&out, line);
		newline = "\n";
	}
	t = arena_text(a, buf_text(&out));
	buf_release(&out);
	return t;
}

enum { MAX_WORDS = 16 };

/* #!/bin/bash -e, #!/usr/bin/env bash: what the kernel starts, in one or two words. */
static void take_shebang(struct script *s, struct text body, const struct state *st)
{
	struct text line = text_trim(text_sub(body, 2, text_chr(body, '\n', 0))), words[MAX_WORDS];
	size_t n = 0, start = 0;
	bool command;

	for (size_t i = 0; i <= line.n && n < MAX_WORDS; i++)
		if (i == line.n || ascii_space((unsigned char)line.p[i])) {
			if (i > start)
				words[n++] = text_sub(line, start, i);
			start = i + 1;
		}
	start = n > 1 && text_is(text_base(words[0]), "env");
	/* SHELL's options are not those of this program. */
	s->errexit = s->pipefail = s->nounset = false;
	if (read_words(s, words + start, n - start, st, &command) != n - start || command)
		s->program = SHELL_FOREIGN;
}

static void read_body(struct arena *a, const struct doc *d, const struct heredoc *h, struct script *s, const struct state *st)
{
	struct text body = text_range(d->text, h->body);

	s->form = SCRIPT_BODY;
	if (text_starts(body, TEXT("#!")))
		take_shebang(s, body, st);
	read_whole(a, s, h->chomp ? without_tabs(a, body) : body);
}

/* The line with the bodies behind it, as the shell gets it. */
static struct text with_bodies(struct arena *a, const struct doc *d, const struct instruction *ins, size_t end)
{
	struct buf out = { 0 };
	struct text t;

	buf_add(&out, text_sub(ins->logical, 0, end));
	for (size_t i = 0; i < ins->nheredocs; i++) {
		buf_addc(&out, '\n');
		buf_add(&out, text_range(d->text, ins->heredocs[i].body));
		buf_add(&out, ins->heredocs[i].name);
	}
	t = arena_text(a, buf_text(&out));
	buf_release(&out);
	return t;
}

/* The one command of a script, or NULL. */
static const struct sh_command *only_command(const struct script *s)
{
	const struct sh_list *l = s->tree.list;

	return l && l->n == 1 && l->steps[0].n == 1 && !l->steps[0].negated && l->steps[0].join == SH_END ? &l->steps[0].commands[0] : NULL;
}

/* Nothing in a body is expanded before the inner shell sees it. */
static bool is_literal(const struct sh_redir *r, struct text body)
{
	return !r->expands || (!text_has(body, '$') && !text_has(body, '`') && !text_has(body, '\\'));
}

/* RUN bash -e <<EOF: the body is the script of that shell. */
static void read_interpreter(struct arena *a, struct script *s, const struct state *st)
{
	const struct sh_command *c = only_command(s);
	struct script inner = { .form = SCRIPT_BODY };
	struct text words[MAX_WORDS], body;
	bool command;

	if (!c || c->kind != SH_SIMPLE || c->nassigns || c->nwords == 0 || c->nwords > MAX_WORDS || c->nredirs != 1 ||
	    (c->redirs[0].op != SH_HEREDOC && c->redirs[0].op != SH_HEREDOC_TAB) || c->redirs[0].fd.n)
		return;
	for (size_t i = 0; i < c->nwords; i++) {
		if (c->words[i].value.state != KNOWN)
			return;
		words[i] = c->words[i].value.text;
	}
	body = text_range(s->tree.text, c->redirs[0].body);
	if (read_words(&inner, words, c->nwords, st, &command) != c->nwords || command || inner.program == SHELL_FOREIGN ||
	    !is_literal(&c->redirs[0], body))
		return;
	read_whole(a, &inner, c->redirs[0].op == SH_HEREDOC_TAB ? without_tabs(a, body) : body);
	*s = inner;
}

/* --- forms ----------------------------------------------------------------- */

static void read_line(struct arena *a, const struct doc *d, const struct instruction *ins, size_t first,
		      const struct state *st, struct script *s)
{
	const struct word *w = &ins->words[first];
	struct text line = text_sub(ins->logical, w->at, w->at + w->n);

	take_shell(s, a, st);
	if (ins->nheredocs == 1 && is_lone_heredoc(line)) {
		read_body(a, d, &ins->heredocs[0], s, st);
		return;
	}
	s->editable = w->at + w->n;
	if (!ins->nheredocs) {
		read_tree(a, s, ins->logical, (struct range){ w->at, s->editable });
		return;
	}
	line = with_bodies(a, d, ins, s->editable);
	read_tree(a, s, line, (struct range){ w->at, line.n });
	read_interpreter(a, s, st);
}

/* ["sh", "-c", "..."]; false where it is another program. */
static bool read_exec(struct arena *a, const struct instruction *ins, size_t first, const struct state *st, struct script *s)
{
	struct text words[MAX_WORDS];
	size_t n = 0, i;
	bool command;

	for (i = first; i < ins->nwords && n < MAX_WORDS; i++)
		words[n++] = ins->words[i].value;
	if (n == 0)
		return false;
	i = read_words(s, words, n, st, &command);
	if (!command || s->program == SHELL_FOREIGN || i >= n)
		return false;
	s->form = SCRIPT_COMMAND;
	read_whole(a, s, words[i]);
	return true;
}

const struct script *script_of_text(struct arena *a, struct text program, const struct script *outer, struct text text)
{
	struct script *s = ARENA_NEW(a, struct script);

	s->form = SCRIPT_COMMAND;
	s->program = text_is(text_base(program), "sh") ? (outer->program == SHELL_BASH ? SHELL_SH : outer->program) : SHELL_FOREIGN;
	for (size_t i = 1; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (text_is(text_base(program), programs[i].name))
			s->program = programs[i].program;
	if (s->program == SHELL_FOREIGN)
		return NULL;
	read_whole(a, s, text);
	return s;
}

const struct script *script_read(struct arena *a, const struct doc *d, const struct instruction *ins,
				 const struct state *st)
{
	size_t first = ins->keyword == KW_HEALTHCHECK;
	struct script *s;

	if (ins->keyword != KW_RUN && ins->keyword != KW_CMD && ins->keyword != KW_ENTRYPOINT &&
	    ins->keyword != KW_HEALTHCHECK)
		return NULL;
	if (ins->nwords <= first)
		return NULL;
	s = ARENA_NEW(a, struct script);
	if (!ins->exec)
		read_line(a, d, ins, first, st, s);
	else if (!read_exec(a, ins, first, st, s))
		return NULL;
	return s;
}

/* ln -sf /bin/bash /bin/sh; dpkg-reconfigure dash; rm or mv of /bin/sh. */
static struct text links_sh(const struct command *c)
{
	size_t n = command_operands(c);
	const struct arg *last = n ? command_operand(c, n - 1) : NULL;

	if (command_is(c, "dpkg-reconfigure") && last && maybe_is(last->value, "dash"))
		return TEXT("?");
	if (!command_in(c, "ln mv rm") || !last || !(maybe_is(last->value, "/bin/sh") || maybe_is(last->value, "/usr/bin/sh")))
		return TEXT_NONE;
	if (!command_is(c, "ln") || n != 2 || command_operand(c, 0)->value.state != KNOWN)
		return TEXT("?");
	return text_base(command_operand(c, 0)->value.text);
}

/* ["ln", "-sf", "bash", "/bin/sh"]: that it does is enough. */
static struct text links_in_exec(const struct instruction *ins)
{
	struct text last = ins->nwords ? ins->words[ins->nwords - 1].value : TEXT_NONE;

	return text_is(last, "/bin/sh") || text_is(last, "/usr/bin/sh") || text_is(last, "dash") ? TEXT("?") : TEXT_NONE;
}

struct text script_links_sh(struct arena *a, const struct doc *d, const struct instruction *ins, const struct state *s)
{
	const struct script *script;
	const struct command *commands;
	struct text link = TEXT_NONE;
	size_t n;

	/* Rare, so that the text is asked first. */
	if (ins->keyword != KW_RUN || (text_find(ins->rest, TEXT("bin/sh"), 0) == TEXT_NPOS && text_find(ins->rest, TEXT(" dash"), 0) == TEXT_NPOS))
		return TEXT_NONE;
	script = script_read(a, d, ins, s);
	if (!script)
		return links_in_exec(ins);
	commands_read(a, script, &commands, &n);
	for (size_t i = 0; i < n; i++) {
		struct text one = links_sh(&commands[i]);

		link = one.n ? one : link;
	}
	return link;
}
