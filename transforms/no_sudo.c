/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

enum { MAX_BINDINGS = 512 }; /* variables looked at; more are not seen through */

/* --- the words of sudo ----------------------------------------------------- */

/* sudo [options] [NAME=value ...] program: indices of words. */
struct sudo {
	size_t at;      /* sudo itself */
	size_t rest;    /* the first word behind its options */
	size_t program; /* behind the assignments */
	bool keeps;     /* -E: the environment goes on as it is */
	bool strange;   /* an option that changes who runs the program, or how */
};

/* For root they change nothing: the environment kept, root's home, no question, groups kept. */
static const char plain_options[] = "-E --preserve-env -H --set-home -n --non-interactive -P --preserve-groups --";

static bool is_sudo(const struct sh_word *w)
{
	return maybe_is(w->value, "sudo") || maybe_is(w->value, "/usr/bin/sudo");
}

/* -EH is -E -H. */
static bool is_plain_option(struct text word)
{
	if (words_hold(plain_options, word))
		return true;
	if (text_starts(word, TEXT("--preserve-env=")))
		return true;
	for (size_t i = 1; i < word.n; i++)
		if (!text_has(TEXT("EHnP"), word.p[i]))
			return false;
	return word.n > 1;
}

static bool is_assignment(const struct command *c, size_t word)
{
	struct text t = command_word(c, word);
	size_t eq = text_chr(t, '=', 0);

	for (size_t i = 0; i < eq && i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && t.p[i] != '_')
			return false;
	return eq != TEXT_NPOS && eq > 0 && !ascii_digit((unsigned char)t.p[0]);
}

static bool find_sudo(const struct command *c, struct sudo *s)
{
	size_t i = 0;

	*s = (struct sudo){ 0 };
	while (i < c->first && !is_sudo(&c->sh->words[i]))
		i++;
	s->at = i++;
	if (s->at >= c->first || (s->at > 0 && (c->prefix & PREFIX_USER)))
		return false; /* gosu app sudo ... */
	for (; i < c->first; i++) {
		struct maybe v = c->sh->words[i].value;

		if (v.state == KNOWN && !text_starts(v.text, TEXT("-")))
			break;
		if (v.state != KNOWN && is_assignment(c, i))
			break;
		s->strange = s->strange || v.state != KNOWN || !is_plain_option(v.text);
		s->keeps = s->keeps || (v.state == KNOWN && words_hold("-E --preserve-env", v.text));
		if (s->strange || maybe_is(v, "--"))
			break;
	}
	s->rest = i + (i < c->first && maybe_is(c->sh->words[i].value, "--"));
	for (s->program = s->rest; s->program < c->first && is_assignment(c, s->program); s->program++)
		;
	return true;
}

/* --- what changes with it -------------------------------------------------- */

/* Programs that the shell has itself, with other options or other effects than the files that sudo starts. */
static const char builtins[] = ". : [ alias bg bind break builtin cd command continue coproc declare dirs disown echo enable eval exec exit "
			       "export fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd "
			       "read readarray readonly return select set shift shopt source suspend test time times trap type typeset ulimit "
			       "umask unalias unset until wait if while for case function";

/* echo without options and backslashes is the same everywhere. */
static bool is_plain_echo(const struct command *c, size_t program)
{
	if (!maybe_is(c->sh->words[program].value, "echo"))
		return false;
	for (size_t i = program + 1; i < c->sh->nwords; i++) {
		struct maybe v = c->sh->words[i].value;

		if (v.state != KNOWN || text_has(v.text, '\\') || text_starts(v.text, TEXT("-")))
			return false;
	}
	return true;
}

/* Variables that programs look at without doing anything else for them. */
static const char quiet_variables[] = "LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES TZ TERM DEBIAN_FRONTEND DEBCONF_NONINTERACTIVE_SEEN";

static bool sets_others(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nassigns; i++)
		if (!words_hold(quiet_variables, c->sh->assigns[i].name))
			return true;
	return false;
}

/* The image that all starts from sets no variable but such, as far as is known. */
static bool image_is_quiet(struct pass *p, const struct base *b)
{
	const struct catalog_env *env;
	size_t n;

	if (!b->known || catalog_env(&b->config, pass_arena(p), &env, &n) == UNKNOWN)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!words_hold(quiet_variables, env[i].key))
			return false;
	return true;
}

/* sudo hides the variables of the build from the program, and has a PATH of its own; without it they
 * come through, where there are any. */
static bool variables_are_quiet(struct pass *p, const struct history_place *at, const struct sudo *s)
{
	const struct state *state = facts_before(pass_facts(p), at->item);
	bool quiet = !(at->marks & HISTORY_EXPORTS) && image_is_quiet(p, state->base) && !sets_others(at->command);
	size_t seen = 0;

	for (const struct binding *b = state->env; quiet && b; b = b->older)
		quiet = ++seen <= MAX_BINDINGS && !b->barrier && (words_hold(quiet_variables, b->name) || (s->keeps && !text_is(b->name, "PATH")));
	return quiet;
}

/* --- who is in force ------------------------------------------------------- */

/* UNSET: another user is. */
static enum maybe_state is_root(struct pass *p, const struct history_place *at)
{
	size_t by;

	if (facts_is_root(pass_facts(p), at->item, &by))
		return KNOWN;
	return facts_user(pass_facts(p), at->item, &by).state == UNKNOWN ? UNKNOWN : UNSET;
}

/* In front of a command of the shell its variables would be read by other rules. */
static bool variables_change(const struct command *c, const struct sudo *s)
{
	for (size_t i = s->rest; i < s->program; i++)
		if (text_has(command_word(c, i), '~'))
			return true;
	return s->program > s->rest && (s->at > 0 || c->sh->nassigns);
}

static const char *message_of(enum maybe_state root, const struct sudo *s)
{
	if (root == UNKNOWN)
		return "sudo is of use only where another user than root is in force";
	return s->strange ? "sudo changes who runs this, or how" : "root is in force, and needs no sudo";
}

static bool refuse(struct pass *p, struct finding *f, const struct history_place *at, const struct sudo *s)
{
	const struct command *c = at->command;

	if (is_root(p, at) == UNKNOWN)
		finding_refuse(p, f, "user-unknown",
			       TEXT("the base image may have set another user: write USER root above if it has, or take sudo out if it has not"));
	else if (s->strange)
		finding_refuse(p, f, "sudo-options",
			       TEXT("to run a command as another user, USER or runuser (su-exec on Alpine) needs no sudo; to run it as root, "
				    "leave the options out"));
	else if (words_hold(builtins, c->sh->words[s->program].value.text) && !is_plain_echo(c, s->program))
		finding_refuse(p, f, "shell-builtin",
			       TEXT("without sudo the shell would run its own command of that name: take sudo out if that is meant"));
	else if (variables_change(c, s))
		finding_refuse(p, f, "sudo-variables",
			       TEXT("without sudo the variables that it gives the command would be read otherwise: give them with env"));
	else
		return false;
	return true;
}

static void each(void *data, const struct history_place *at)
{
	struct pass *p = data;
	const struct command *c = at->command;
	struct finding *f;
	struct sudo s;

	if (!c->name.n || text_has(c->name, '=') || !find_sudo(c, &s) || is_root(p, at) == UNSET)
		return;
	f = pass_find(p, at->item, text_of(message_of(is_root(p, at), &s)));
	if (command_editable(c))
		finding_at(p, f, pass_doc(p)->items[at->item].ins, c->sh->words[s.at].at.start);
	if (refuse(p, f, at, &s))
		return;
	if (!variables_are_quiet(p, at, &s) || command_runs_script(c))
		f->level = LEVEL_HARDEN;
	edit_delete_words(p, f, at->item, c, s.at, s.rest - 1);
}

static void run(struct pass *p)
{
	history_walk(pass_facts(p), each, p);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3004" }, { RULE_HADOLINT, NULL } };

const struct transform transform_no_sudo = {
	.id = "no-sudo",
	.title = "no sudo where root is in force",
	.level = LEVEL_SAFE,
	.why = "A RUN runs as root unless the file says otherwise, and root needs no sudo. It hides the variables of the build from the "
	       "command, stands between it and its signals, and makes sudo look needed in the image.",
	.risk = "sudo gives its command a fresh environment and a PATH of its own. Where the image, the file or the script sets a variable "
		"(but for the language, the time zone and the like), or the command is a script, which may look at SUDO_USER, the level is "
		"harden. Left alone: another user in force or named, a login shell, commands that the shell has itself. The package sudo "
		"stays installed.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN sudo mkdir -p /srv/data\n",
	.after = "FROM debian:13.6\nRUN mkdir -p /srv/data\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
