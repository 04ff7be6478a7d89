/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- one RUN --------------------------------------------------------------- */

/* Bytes that WORKDIR and the shell both take as they stand. */
static bool is_plain(struct text path)
{
	for (size_t i = 0; i < path.n; i++)
		if (!ascii_alnum((unsigned char)path.p[i]) && !text_has(TEXT("/._-+@"), path.p[i]))
			return false;
	return path.n > 0 && path.p[0] == '/';
}

/* What tells by which way the shell came where it is: a link in the path would then show. */
static bool looks_back(const struct script_facts *s, struct text script)
{
	static const char *const marks[] = { "PWD", "~-", "~+" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (text_find(script, text_of(marks[i]), 0) != TEXT_NPOS)
			return true;
	for (size_t i = 0; i < s->n; i++) {
		const struct command *c = &s->commands[i];
		const struct arg *to = command_operand(c, 0);

		if (command_in(c, "pwd popd pushd dirs realpath readlink") ||
		    (command_is(c, "cd") && i > 0 && (!to || to->value.state != KNOWN || to->value.text.p[0] != '/')))
			return true;
	}
	return false;
}

/* RUN cd /path && ...: true, and the clean path, where a shell that starts there does the same. */
static bool starts_in(struct pass *p, size_t item, struct text *path)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	struct joining j;
	struct maybe clean;

	joining_read(pass_facts(p), item, &j);
	if (j.bar || !j.to_dir || pass_doc(p)->items[item].ins->nflags || s->commands[0].prefix || s->commands[0].sh->nassigns ||
	    s->script->tree.list->n < 2 || s->script->tree.list->steps[0].join != SH_AND || looks_back(s, j.text))
		return false;
	*path = command_operand(&s->commands[0], 0)->value.text;
	clean = state_path(facts_before(pass_facts(p), item), pass_arena(p), *path);
	if (!is_plain(*path) || command_operand(&s->commands[0], 0)->word != 1 || clean.state != KNOWN)
		return false;
	*path = clean.text;
	return true;
}

static bool drop_cd(struct pass *p, struct finding *f, size_t item)
{
	return edit_delete_steps(p, f, item, facts_script(pass_facts(p), item)->tree.list, 0, 0);
}

/* --- what follows ---------------------------------------------------------- */

/* Of one item. */
struct step {
	bool starts;      /* a RUN that starts_in() a directory */
	struct text path; /* that */
	size_t run;       /* the next RUN before another WORKDIR, or TEXT_NPOS */
	size_t workdir;   /* the next instruction that looks at the directory, where it is a WORKDIR that does not count from it */
};

/* Instructions that do the same in any directory. */
static bool is_indifferent(enum keyword kw)
{
	switch (kw) {
	case KW_ENV:
	case KW_ARG:
	case KW_LABEL:
	case KW_EXPOSE:
	case KW_USER:
	case KW_CMD:
	case KW_ENTRYPOINT:
	case KW_HEALTHCHECK:
	case KW_STOPSIGNAL:
	case KW_SHELL:
	case KW_MAINTAINER:
		return true;
	default:
		return false;
	}
}

/* What is behind an item follows from what its neighbour is, and has behind it. */
static void look_behind(const struct doc *d, struct step *steps, size_t item)
{
	const struct instruction *next = item + 1 < d->nitems ? d->items[item + 1].ins : NULL;
	struct step *s = &steps[item];

	s->run = s->workdir = TEXT_NPOS;
	if (item + 1 >= d->nitems || d->items[item + 1].stage != d->items[item].stage)
		return;
	if (next && next->keyword == KW_WORKDIR) {
		s->workdir = text_starts(next->words[0].value, TEXT("/")) ? item + 1 : TEXT_NPOS;
		return;
	}
	s->run = next && next->keyword == KW_RUN ? item + 1 : s[1].run;
	if (!next || is_indifferent(next->keyword) || s[1].starts)
		s->workdir = s[1].workdir;
}

static struct step *read_steps(struct pass *p)
{
	const struct doc *d = pass_doc(p);
	struct step *steps = ARENA_ARRAY(pass_arena(p), d->nitems + 1, struct step);

	for (size_t i = d->nitems; i-- > 0;) {
		if (d->items[i].stage >= 0 && d->items[i].ins && d->items[i].ins->keyword == KW_RUN)
			steps[i].starts = starts_in(p, i, &steps[i].path);
		look_behind(d, steps, i);
	}
	return steps;
}

/* --- findings -------------------------------------------------------------- */

static void insert_workdir(struct pass *p, struct finding *f, size_t item, struct text path)
{
	const struct doc *d = pass_doc(p);
	const struct instruction *ins = d->items[item].ins;
	size_t at = ins_source(ins, ins->name_at);
	struct text indent = text_sub(d->text, d->items[item].raw.start, at);

	finding_insert(p, f, at, ARENA_JOIN(pass_arena(p), pass_keyword(p, ins, KW_WORKDIR), TEXT(" "), path, text_of(d->newline), indent));
}

/* The WORKDIR that follows names the same directory, so it has nothing left to do; a comment keeps it. */
static void drop_repeated(struct pass *p, struct finding *f, size_t workdir, struct text path)
{
	const struct doc *d = pass_doc(p);
	struct maybe after = maybe_unknown();

	if (workdir + 1 < d->nitems && d->items[workdir + 1].stage == d->items[workdir].stage)
		after = facts_before(pass_facts(p), workdir + 1)->workdir;
	if (d->items[workdir - 1].kind != ITEM_COMMENT && after.state == KNOWN && text_eq(after.text, path))
		finding_delete_item(p, f, workdir);
}

static void drop_needless(struct pass *p, size_t item)
{
	drop_cd(p, pass_find(p, item, TEXT("the working directory is this one already")), item);
}

/* The RUN, and those behind it that start in the same place; the last of them. */
static size_t move(struct pass *p, const struct step *steps, size_t item)
{
	struct finding *f = pass_find(p, item, TEXT("WORKDIR says where the steps run, and makes the directory where it is missing"));
	struct text path = steps[item].path;

	insert_workdir(p, f, item, path);
	drop_cd(p, f, item);
	if (steps[item].run == TEXT_NPOS)
		drop_repeated(p, f, steps[item].workdir, path);
	for (size_t next = steps[item].run; next != TEXT_NPOS; next = steps[item].run) {
		if (pass_pragma_above(p, next) || !text_eq(path, steps[next].path))
			break;
		drop_cd(p, f, next);
		item = next;
	}
	return item;
}

/* RUN cd /x and nothing else. */
static bool is_lost_cd(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	return s->script && s->script->tree.list && s->n == 1 && s->script->tree.list->n == 1 && command_is(&s->commands[0], "cd") &&
	       s->commands[0].top;
}

static void run(struct pass *p)
{
	const struct step *steps = read_steps(p);

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		const struct maybe now = facts_before(pass_facts(p), item)->workdir;

		if (pass_doc(p)->items[item].stage < 0)
			continue;
		if (is_lost_cd(p, item))
			finding_refuse(p, pass_find(p, item, TEXT("a cd ends with the RUN that it stands in")), "cd-without-effect",
				       TEXT("write WORKDIR if the steps behind it are to run there, else take it out"));
		else if (steps[item].starts && now.state == KNOWN && text_eq(now.text, steps[item].path))
			drop_needless(p, item);
		else if (steps[item].starts && !pass_pragma_above(p, item) && steps[item].workdir != TEXT_NPOS)
			item = move(p, steps, item);
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3003" }, { RULE_HADOLINT, NULL } };

const struct transform transform_cd_to_workdir = {
	.id = "cd-to-workdir",
	.title = "WORKDIR instead of cd",
	.level = LEVEL_HARDEN,
	.why = "A reader sees at once where a step runs, and so do tools; the shell has one thing less to get wrong.",
	.risk = "None: it is done only where the next thing that looks at the working directory is another absolute WORKDIR, so that "
		"nothing else runs, or is copied, elsewhere, and where the script does not ask by which way it came there.",
	.maps = maps,
	.before = "FROM alpine:3.24\nRUN cd /src && make\nWORKDIR /app\n",
	.after = "FROM alpine:3.24\nWORKDIR /src\nRUN make\nWORKDIR /app\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
