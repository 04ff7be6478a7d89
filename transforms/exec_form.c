/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- the words ------------------------------------------------------------- */

/* The program and its words: a simple command without what stands before it (exec). */
struct line {
	const struct script *script;
	const struct sh_command *sh;
	size_t first;        /* 1 behind exec */
	struct text program; /* as it is written, without quotes */
};

static const unsigned expanded = SH_EXPANDS | SH_GLOB | SH_BRACE | SH_TILDE | SH_SPLITS;

/* What a shell does by itself; some are programs too, but not everywhere, and do not act the same. */
static const char builtins[] =
	". : [ [[ alias bg bind break builtin caller case cd command compgen complete continue declare dirs "
	"disown do done echo elif else enable esac eval exec exit export false fc fg fi for function "
	"getopts hash help history if in jobs kill let local logout mapfile popd printf pushd pwd read "
	"readarray readonly return select set shift shopt source suspend test then time times trap true "
	"type typeset ulimit umask unalias unset until wait while { } !";

static bool one_command(const struct script *s, const struct sh_command **out)
{
	const struct sh_list *l = s->tree.list;

	if (l->n != 1 || l->steps[0].n != 1 || l->steps[0].negated || l->steps[0].timed || l->steps[0].join != SH_END)
		return false;
	*out = &l->steps[0].commands[0];
	return true;
}

/* Words and nothing else: no redirection, assignment, expansion or comment. */
static bool is_plain(const struct script *s, const struct sh_command *c)
{
	if (c->kind != SH_SIMPLE || c->nassigns || c->nredirs || !c->nwords || s->tree.ncomments)
		return false;
	for (size_t i = 0; i < c->nwords; i++)
		if (c->words[i].value.state != KNOWN || (c->words[i].marks & expanded))
			return false;
	return true;
}

static bool read_line(const struct script *s, struct line *out)
{
	const struct sh_command *c;

	if (!one_command(s, &c) || !is_plain(s, c))
		return false;
	*out = (struct line){ .script = s, .sh = c };
	out->first = c->nwords > 1 && maybe_is(c->words[0].value, "exec");
	out->program = c->words[out->first].value.text;
	return out->program.n && !(out->first && out->program.p[0] == '-');
}

/* Its last step where that is one simple command, else NULL. */
static const struct sh_command *last_simple(const struct script *s)
{
	const struct sh_list *l = s->tree.list;
	const struct sh_step *step = l->n ? &l->steps[l->n - 1] : NULL;

	return step && step->n == 1 && step->commands[0].kind == SH_SIMPLE && step->commands[0].nwords
		       ? &step->commands[0]
		       : NULL;
}

/* exec in front of its last command: signals reach the program although a shell is needed. */
static bool ends_in_exec(const struct script *s)
{
	const struct sh_command *c = last_simple(s);

	return c && maybe_is(c->words[0].value, "exec");
}

static bool ends_simply(const struct script *s)
{
	const struct sh_command *c = last_simple(s);

	return c && !(c->words[0].value.state == KNOWN && words_hold(builtins, c->words[0].value.text));
}

/* ["a", 'b'] is meant as JSON; [ -f a ] is a test. */
static bool looks_like_json(struct text written)
{
	size_t i = 1;

	if (!text_starts(written, TEXT("[")))
		return false;
	while (i < written.n && text_has(TEXT(" \t"), written.p[i]))
		i++;
	return i == 1 || i >= written.n || text_has(TEXT("\"'`]"), written.p[i]);
}

/* --- refusals -------------------------------------------------------------- */

static void refuse(struct pass *p, struct finding *f, const char *code, const char *decide)
{
	finding_refuse(p, f, code, text_of(decide));
}

static bool refuse_line(struct pass *p, struct finding *f, const struct script *s, struct text written)
{
	struct line l;

	if (looks_like_json(written))
		refuse(p, f, "broken-json",
		       "this looks like a JSON array but is none, so a shell runs its brackets: use double quotes, "
		       "and a comma between two words");
	else if (!read_line(s, &l))
		refuse(p, f, "needs-shell",
		       ends_simply(s) ? "the line needs a shell: keep it, and put exec in front of its last command so that "
					"signals reach the program"
				      : "the line needs a shell: keep it, and let it end in exec and the program, so that "
					"signals reach that");
	else if (words_hold(builtins, l.program))
		refuse(p, f, "shell-builtin",
		       "the shell does this command itself: start the program that is meant, or keep the shell");
	else
		return false;
	return true;
}

/* Startup files would change what the words find: bash -l, BASH_ENV. */
static bool refuse_shell(struct pass *p, struct finding *f, size_t item, const struct script *s)
{
	const struct state *st = facts_before(pass_facts(p), item);
	const struct state *end = facts_after(pass_facts(p), (size_t)pass_doc(p)->items[item].stage);

	if (st->shell_state == UNKNOWN)
		refuse(p, f, "base-unknown",
		       "what the base image sets (SHELL, ENTRYPOINT) is not known here: write the JSON form if it "
		       "sets neither");
	else if (!s->plain ||
		 (st->shell_state == KNOWN && state_get(end, pass_arena(p), TEXT("BASH_ENV")).state != UNSET))
		refuse(p, f, "shell-startup",
		       "the shell in force may read startup files, which can set PATH: write the JSON form if "
		       "the program needs none of it");
	else
		return false;
	return true;
}

static bool refuse_entrypoint(struct pass *p, struct finding *f, size_t stage)
{
	size_t cmd = entry_cmd(pass_facts(p), stage);

	if (cmd == TEXT_NPOS)
		return false;
	refuse(p, f, "cmd-appended",
	       "in shell form it ignores CMD, in JSON form CMD becomes its arguments: remove CMD, or write both as JSON "
	       "if that is meant");
	finding_because(p, f, cmd, TEXT("a CMD"));
	return true;
}

static bool refuse_cmd(struct pass *p, struct finding *f, size_t stage)
{
	struct entry e = entry_of(pass_facts(p), stage);

	if (e.state == UNSET || entry_hands_over(pass_facts(p), stage, &e))
		return false;
	if (e.state == UNKNOWN)
		refuse(p, f, "base-unknown",
		       "the base image may have an ENTRYPOINT, which would get other arguments: write the JSON form if "
		       "it has none");
	else
		refuse(p, f, "entrypoint-arguments",
		       "ENTRYPOINT gets other arguments from the JSON form, and may do something else with them: "
		       "write it if that is meant");
	if (e.state == KNOWN)
		finding_because(p, f, e.item,
				e.item == TEXT_NPOS ? TEXT("the base image's ENTRYPOINT") : TEXT("an ENTRYPOINT"));
	return true;
}

/* --- the program ----------------------------------------------------------- */

static const char system_dirs[] = "/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin";

/* The base image starts it in JSON form itself. */
static bool base_starts(struct pass *p, size_t stage, struct text program)
{
	const struct catalog_config *c = &facts_base(pass_facts(p), stage)->config;
	const struct maybe lists[] = { c->entrypoint, c->cmd };
	const struct text *words;
	size_t n;

	for (int i = 0; i < 2; i++)
		if (catalog_list(lists[i], pass_arena(p), &words, &n) && n && text_eq(words[0], program))
			return true;
	return false;
}

static bool is_executable(struct text bytes)
{
	return text_starts(bytes, TEXT("#!")) || text_starts(bytes, TEXT("\x7f"
									 "ELF"));
}

/* The system's own, or a package's, by name: these have a "#!" or are binaries. */
static bool is_installed(struct pass *p, size_t stage, struct text program)
{
	size_t slash = text_rchr(program, '/');

	if (base_starts(p, stage, program))
		return true;
	return !text_ends(program, TEXT(".sh")) &&
	       (slash == TEXT_NPOS || words_hold(system_dirs, text_sub(program, 0, slash)));
}

/* A shell runs a file that is no program as a script of its own; without it that fails. */
static bool refuse_program(struct pass *p, struct finding *f, size_t stage, struct text program)
{
	struct path_origin o;

	if (facts_base(pass_facts(p), stage)->scratch)
		return false; /* no shell is there to do so */
	o = made_program(pass_facts(p), stage, program);
	if (o.kind == MADE_COMPILED || (o.kind == MADE_BYTES && is_executable(o.bytes)) ||
	    (o.kind == MADE_ELSEWHERE && is_installed(p, stage, program)))
		return false;
	if (o.kind == MADE_BYTES)
		refuse(p, f, "no-shebang",
		       "the script does not start with #!, so only a shell can start it: write #!/bin/sh at its top");
	else
		refuse(p, f, "script-unseen",
		       "the program is not seen here: write the JSON form if it starts with #! or is a binary");
	if (o.item != TEXT_NPOS)
		finding_because(p, f, o.item,
				o.kind == MADE_BYTES ? TEXT("the script") : TEXT("the step that makes the program"));
	return true;
}

/* --- writing --------------------------------------------------------------- */

static bool add_json(struct buf *b, struct text word)
{
	if (!utf8_valid(word) || text_has(word, '\0'))
		return false;
	buf_addc(b, '"');
	for (size_t i = 0; i < word.n; i++) {
		unsigned char c = (unsigned char)word.p[i];

		if (c == '"' || c == '\\')
			buf_addc(b, '\\');
		if (c == '\t')
			buf_adds(b, "\\t");
		else if (c < 0x20)
			buf_addf(b, "\\u%04x", c);
		else
			buf_addc(b, (char)c);
	}
	buf_addc(b, '"');
	return true;
}

/* All stands in one line of the source. */
static bool on_one_line(struct pass *p, const struct instruction *ins, struct range at)
{
	struct range r;

	return ins_source_range(pass_doc(p), ins, at.start, at.end - at.start, &r) &&
	       !text_has(text_range(pass_doc(p)->text, r), '\n');
}

/* Word by word, so that line breaks and comments between them stay. */
static bool write_words(struct pass *p, struct finding *f, const struct instruction *ins, const struct line *l,
			struct buf *b)
{
	const struct sh_word *words = l->sh->words;
	size_t start = words[0].at.start, n = l->sh->nwords;
	bool one_line = on_one_line(p, ins, l->sh->at);

	buf_addc(b, '[');
	for (size_t i = l->first; i < n; i++) {
		if (!add_json(b, words[i].value.text)) {
			refuse(p, f, "not-utf8",
			       "JSON cannot hold bytes that are not UTF-8: keep the shell, or rename what they name");
			return false;
		}
		buf_adds(b, i + 1 < n ? "," : "]");
		if (one_line && i + 1 < n) {
			buf_addc(b, ' ');
			continue;
		}
		if (!finding_replace_logical(p, f, ins, start, words[i].at.end - start, buf_text(b)))
			return false;
		buf_clear(b);
		start = i + 1 < n ? words[i + 1].at.start : 0;
	}
	return true;
}

/* --- one instruction ------------------------------------------------------- */

static const char message_cmd[] = "a shell stands between the container and its program, and may keep signals from it";

static struct finding *find(struct pass *p, size_t item)
{
	struct finding *f = pass_find(p, item, text_of(message_cmd));
	const struct instruction *ins = pass_doc(p)->items[item].ins;

	finding_at(p, f, ins, ins->words[0].at);
	return f;
}

static void run_one(struct pass *p, size_t item, enum keyword kw)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct script *s = facts_script(pass_facts(p), item);
	size_t stage = (size_t)pass_doc(p)->items[item].stage;
	struct buf b = { 0 };
	struct line l;
	struct finding *f;

	if (ins->exec || !s || s->form != SCRIPT_LINE || !s->tree.list || s->doubtful || !s->tree.list->n)
		return;
	if (kw == KW_CMD && entry_of(pass_facts(p), stage).shell)
		return; /* it is ignored */
	if (!read_line(s, &l) && ends_in_exec(s))
		return;
	f = find(p, item);
	if (refuse_line(p, f, s, ins->rest) || refuse_shell(p, f, item, s) ||
	    (kw == KW_CMD ? refuse_cmd(p, f, stage) : refuse_entrypoint(p, f, stage)))
		return;
	if (!read_line(s, &l) || refuse_program(p, f, stage, l.program))
		return;
	write_words(p, f, ins, &l, &b);
	buf_release(&b);
}

/* Each of them is a search through its stage; a file with more was not written by people. */
enum { MAX_LINES = 256 };

static size_t count_lines(struct pass *p, enum keyword kw)
{
	size_t n = 0;

	for (size_t item = 0; pass_next(p, kw, &item); item++)
		n += !pass_doc(p)->items[item].ins->exec;
	return n;
}

static void run_all(struct pass *p, enum keyword kw)
{
	for (size_t item = 0; pass_next(p, kw, &item); item++)
		if (pass_doc(p)->items[item].stage >= 0 && pass_next_in_stage(p, kw, item) == TEXT_NPOS)
			run_one(p, item, kw);
}

static void run(struct pass *p)
{
	if (count_lines(p, KW_ENTRYPOINT) + count_lines(p, KW_CMD) > MAX_LINES)
		return;
	run_all(p, KW_ENTRYPOINT);
	run_all(p, KW_CMD);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3025" },
				    { RULE_BUILDKIT, "JSONArgsRecommended" },
				    { RULE_HADOLINT, NULL } };

const struct transform transform_exec_form = {
	.id = "exec-form",
	.title = "CMD and ENTRYPOINT in JSON form",
	.level = LEVEL_HARDEN,
	.why = "In shell form a shell is the container's first process. It does not pass on the signal that `docker stop` sends, so the "
	       "program is killed after ten seconds without having saved anything; and it is one more thing to break into.",
	.risk = "The program itself is the first process: signals reach it, and it has to reap orphans if it makes any. An ENTRYPOINT in "
		"JSON form takes the arguments of `docker run`, which the shell form ignored. It acts only on plain words, with no startup "
		"file of a shell, no ENTRYPOINT that looks at them and no CMD that would become arguments, and where the program is seen "
		"to need no shell.",
	.maps = maps,
	.before = "FROM python:3.14\nCOPY app.py /srv/\nCMD python /srv/app.py --title 'my app'\n",
	.after = "FROM python:3.14\nCOPY app.py /srv/\nCMD [\"python\", \"/srv/app.py\", \"--title\", \"my app\"]\n",
	.may = MAY(ASPECT_ENTRY),
	.run = run,
};
