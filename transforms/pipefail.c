/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- what may fail, and who stops early ------------------------------------ */

/* Programs that tell something by failing: with pipefail, no match is an error. */
static const char telling[] =
	"grep egrep fgrep zgrep bzgrep xzgrep rg ag pgrep pidof diff cmp test [ expr let find ls ldd which type whereis dpkg dpkg-query "
	"rpm getent id nslookup host ping nc lsof fuser read false";

/* Programs that read all that is written to them, so that the writer never finds the pipe closed. */
static const char patient[] =
	"sh bash dash ash zsh tar bsdtar tee sort wc cut tr uniq sed awk gawk mawk cat grep egrep fgrep base64 gzip gunzip zcat bzip2 "
	"bunzip2 bzcat xz unxz xzcat zstd unzstd lz4 jq yq gpg gpg2 apt-key chpasswd passwd debconf-set-selections crontab python python2 "
	"python3 php node perl ruby psql mysql mariadb sqlite3 patch md5sum sha1sum sha256sum sha384sum sha512sum openssl column nl tac "
	"rev paste envsubst iconv dos2unix install dpkg-deb";

/* An option with which the program stops before the end. */
static const struct {
	const char *names, *options;
} hasty[] = {
	{ "grep egrep fgrep", "-q --quiet --silent -m --max-count -l --files-with-matches -L" },
	{ "tar bsdtar", "-q --fast-read --occurrence -t --list" },
	{ "sort", "-c --check -C" },
};

/* Its program (of sed, awk) ends before the input does. */
static bool quits(const struct command *c)
{
	bool sed = command_is(c, "sed");

	if (!sed && !command_in(c, "awk gawk mawk"))
		return false;
	for (size_t i = c->first + 1; i < c->sh->nwords; i++) {
		struct text t = command_word(c, i);

		if (sed ? text_has(t, 'q') || text_has(t, 'Q') : text_find(t, TEXT("exit"), 0) != TEXT_NPOS)
			return true;
	}
	return command_has(c, "-f --file");
}

static bool reads_all(const struct command *c)
{
	if (c->prefix & PREFIX_XARGS)
		return true;
	for (size_t i = 0; i < sizeof(hasty) / sizeof(hasty[0]); i++)
		if (command_in(c, hasty[i].names) && command_has(c, hasty[i].options))
			return false;
	return command_in(c, patient) && !quits(c);
}

/* What it writes is there at once, and cannot fail. */
static bool only_says(const struct command *c)
{
	return command_in(c, "echo printf : true") && !c->prefix;
}

static bool is_endless(const struct command *c)
{
	if (command_is(c, "yes"))
		return true;
	for (size_t i = 0; i < c->sh->nwords + c->sh->nredirs; i++) {
		struct maybe v = i < c->sh->nwords ? c->sh->words[i].value : c->sh->redirs[i - c->sh->nwords].word.value;

		if (maybe_is(v, "/dev/urandom") || maybe_is(v, "/dev/zero") || maybe_is(v, "/dev/random"))
			return true;
	}
	return false;
}

/* --- one script ------------------------------------------------------------ */

struct verdict {
	const struct command *writer; /* whose failure goes unseen; NULL: nobody's */
	bool unnamed;                 /* it is what stands before this one */
	const char *code, *decide;    /* why it must be the owner's decision, or NULL */
	bool done;                    /* pipefail is in force */
	bool errexit;
};

static const struct command *command_of(const struct script_facts *s, const struct sh_command *sh)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->commands[i].sh == sh)
			return &s->commands[i];
	return NULL;
}

static void doubt(struct verdict *v, const char *code, const char *decide)
{
	if (v->code)
		return;
	v->code = code;
	v->decide = decide;
}

static void judge_writer(struct verdict *v, const struct command *c, bool reader_waits)
{
	if (command_in(c, telling) || !c->name.n || (!command_is(c, "sed") && quits(c)))
		doubt(v, "writer-may-fail",
		      "a command in the pipe also fails where there is nothing to find: write set -o pipefail if that is to end the build");
	else if (!reader_waits)
		doubt(v, "reader-may-stop",
		      "the reader may stop before the end, and the writer then fails as well: write set -o pipefail if it reads all");
	if (!v->writer)
		v->writer = c;
}

/* A pipeline of which the outcome counts. */
static void judge_pipe(struct verdict *v, const struct script_facts *s, const struct sh_step *step)
{
	for (size_t i = 0; i + 1 < step->n; i++) {
		const struct command *c = command_of(s, &step->commands[i]), *next = command_of(s, &step->commands[i + 1]);

		if (!c || !next) {
			doubt(v, "pipe-nested", "a group or a loop is part of the pipe: write set -o pipefail if each failure in it is to count");
			v->unnamed = v->unnamed || (!v->writer && !c);
			v->writer = v->writer ? v->writer : c ? c : next;
			continue;
		}
		/* Such a writer always fails in the end; such a reader is there to hide it. */
		if (is_endless(c) || command_in(next, "true :"))
			doubt(v, "writer-ends-early", "a command of one pipe is always cut off, and would fail: write set -o pipefail in a RUN that has only the others");
		else if (!only_says(c))
			judge_writer(v, c, reads_all(next));
	}
}

/* ( ) or { } that stand alone. */
static const struct sh_list *inside(const struct sh_step *s)
{
	const struct sh_command *c = &s->commands[0];

	return s->n == 1 && !s->negated && (c->kind == SH_SUBSHELL || c->kind == SH_GROUP) ? c->lists[0] : NULL;
}

/* A failure of the step is seen: it is the last, or && or -e looks at it. */
static bool counts(const struct verdict *v, const struct sh_list *l, size_t i)
{
	return i + 1 == l->n || l->steps[i].join == SH_AND || v->errexit;
}

static void judge_list(struct verdict *v, const struct script_facts *s, const struct sh_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct sh_step *step = &l->steps[i];
		bool decides = step->join == SH_OR || (i > 0 && l->steps[i - 1].join == SH_OR) || step->negated;

		if (step->join == SH_AMP)
			doubt(v, "background-job", "a job runs in the background: write set -o pipefail where it is to hold");
		if (inside(step) && !decides)
			judge_list(v, s, inside(step));
		if (step->n < 2)
			continue;
		if (decides)
			doubt(v, "pipe-decides", "what is done next depends on the pipe: write set -o pipefail if each failure in it is to count");
		else if (counts(v, l, i))
			judge_pipe(v, s, step);
	}
}

/* The list is the script's, or one in ( ) or { } that judge_list() goes into. */
static bool is_judged(const struct sh_list *top, const struct sh_list *l)
{
	if (top == l)
		return true;
	for (size_t i = 0; i < top->n; i++)
		if (inside(&top->steps[i]) && is_judged(inside(&top->steps[i]), l))
			return true;
	return false;
}

/* set -e and set -o pipefail anywhere; pipes in conditions, loops and substitutions. */
static void judge_commands(struct verdict *v, const struct script_facts *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct command *c = &s->commands[i];

		for (size_t k = 0; command_is(c, "set") && k < c->nargs; k++) {
			v->done = v->done || maybe_is(c->args[k].value, "pipefail");
			v->errexit = v->errexit || maybe_is(c->args[k].value, "errexit") ||
				     (c->args[k].kind == ARG_OPTION && text_is(c->args[k].name, "-e"));
		}
		if (c->list->steps[c->step].n > 1 && !is_judged(s->script->tree.list, c->list))
			doubt(v, "pipe-nested", "there are pipes in conditions, loops or $( ) too: write set -o pipefail if each failure in them is to count");
	}
}

/* --- the change ------------------------------------------------------------ */

static const struct {
	enum shell_program program;
	const char *code, *decide;
} without[] = {
	{ SHELL_DASH, "shell-without-pipefail",
	  "dash, which is /bin/sh here, has no pipefail: write SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] above it if all below it means the same to bash" },
	{ SHELL_SH, "shell-unknown",
	  "which shell /bin/sh is here is not known: write set -o pipefail if it is bash or BusyBox's" },
};

/* set -ex && ...: its options take one more. */
static const struct command *leading_set(const struct script_facts *s)
{
	const struct command *c = s->n ? &s->commands[0] : NULL;

	if (!c || !command_is(c, "set") || !c->top || c->step || c->prefix || c->list != s->script->tree.list || !c->nargs ||
	    command_operands(c) || c->sh->nredirs || c->sh->nassigns)
		return NULL;
	return c->list->n > 1 && c->list->steps[0].join != SH_OR ? c : NULL;
}

static void set_pipefail(struct pass *p, struct finding *f, size_t item, const struct script_facts *s)
{
	const struct command *set = leading_set(s);
	const struct instruction *ins = pass_doc(p)->items[item].ins;

	if (set)
		edit_insert_behind(p, f, item, set, set->sh->nwords - 1, TEXT("-o pipefail"));
	else
		finding_insert(p, f, ins_source(ins, s->script->tree.list->at.start), TEXT("set -o pipefail && "));
}

static void report(struct pass *p, size_t item, const struct script_facts *s, const struct verdict *v)
{
	struct finding *f = pass_find(p, item, v->writer->name.n && !v->unnamed
		? ARENA_JOIN(pass_arena(p), TEXT("where "), v->writer->name, TEXT(" fails the build goes on: of a pipe only the last command counts"))
		: TEXT("of a pipe only the last command counts: where one before it fails the build goes on"));

	if (v->writer->list == s->script->tree.list)
		finding_at(p, f, pass_doc(p)->items[item].ins, v->writer->sh->at.start);
	if (v->code) {
		finding_refuse(p, f, v->code, text_of(v->decide));
		return;
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (s->script->program == without[i].program) {
			finding_refuse(p, f, without[i].code, text_of(without[i].decide));
			return;
		}
	set_pipefail(p, f, item, s);
}

static void run_one(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	struct verdict v = { 0 };

	if (!s->script || !s->script->tree.list || !s->n || !s->script->editable || s->script->pipefail ||
	    pass_doc(p)->items[item].ins->nheredocs)
		return;
	v.errexit = s->script->errexit;
	judge_commands(&v, s);
	if (v.done)
		return;
	judge_list(&v, s, s->script->tree.list);
	if (v.writer)
		report(p, item, s, &v);
}

static void run(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++)
		if (pass_doc(p)->items[item].stage >= 0)
			run_one(p, item);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL4006" }, { RULE_HADOLINT, NULL } };

const struct transform transform_pipefail = {
	.id = "pipefail",
	.title = "a failure inside a pipe ends the build",
	.level = LEVEL_STRICT,
	.why = "The outcome of a pipe is that of its last command: where a download fails, what unpacks or runs it may still succeed, and "
	       "the image is built without what it is for.",
	.risk = "A build that hid a failure ends. It is left to you where a command may fail without harm (grep that finds nothing), "
		"where the reader may stop early (head, grep -q), where something is decided by the pipe, and where the shell has no "
		"pipefail (dash).",
	.maps = maps,
	.before = "FROM alpine:3.24\nRUN wget -qO- https://example.com/x.tgz | tar -xz -C /opt\n",
	.after = "FROM alpine:3.24\nRUN set -o pipefail && wget -qO- https://example.com/x.tgz | tar -xz -C /opt\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
