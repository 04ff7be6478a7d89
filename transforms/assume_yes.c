/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

enum { MAX_BINDINGS = 512 }; /* looked through for one variable; with more it may be set */

/* --- what asks before it acts ---------------------------------------------- */

/* Sources: the managers' manuals; apt-private/private-install.cc, conda's confirm_yn(). */
static const struct asking {
	const char *manager;
	const char *option;
	const char *also;   /* sub-commands beside install, upgrade and remove, separated by "|" */
	const char *not;    /* options with which it does not ask, or does nothing */
	unsigned mark;      /* of its configuration, that says the same */
	const char *variable; /* likewise */
	const char *rule;
} askings[] = {
	{ "apt", "-y", "build-dep|satisfy",
	  "-s --simulate --just-print --dry-run --recon --no-act --print-uris --assume-no --trivial-only -h --help -v --version",
	  HISTORY_APT_YES, NULL, "DL3014" },
	{ "dnf", "-y", "builddep|swap|downgrade|module install|module enable|module disable|module reset|module switch-to|copr enable",
	  "--assumeno -h --help --version", 0, NULL, "DL3038" },
	{ "yum", "-y", "builddep|swap|downgrade|module install|module enable|module disable|module reset|module switch-to|copr enable",
	  "--assumeno -h --help --version", 0, NULL, "DL3030" },
	{ "zypper", "-y", "", "-D --dry-run -h --help", 0, NULL, "DL3034" },
	{ "pacman", "--noconfirm", "", "-s --search -i --info -l --list -g --groups -p --print -h --help", 0, NULL, NULL },
	{ "conda", "-y", "clean", "-d --dry-run -h --help", HISTORY_CONDA_YES, "CONDA_ALWAYS_YES", NULL },
};

static const struct asking *asking_of(const struct package_op *op)
{
	for (size_t i = 0; i < sizeof(askings) / sizeof(askings[0]); i++)
		if (strcmp(askings[i].manager, op->manager->id) == 0)
			return &askings[i];
	return NULL;
}

/* The operands from the first on are these words: the index of the last, else TEXT_NPOS. */
static size_t word_of(const struct command *c, struct text words)
{
	struct text word;
	bool more = true;
	const struct arg *arg = NULL;

	for (size_t n = 0; text_cut(&words, ' ', &word, &more); n++) {
		arg = command_operand(c, n);
		if (!arg || arg->value.state != KNOWN || !text_eq(arg->value.text, word))
			return TEXT_NPOS;
	}
	return arg ? arg->word : TEXT_NPOS;
}

/* pacman -S: the option is the sub-command. */
static size_t word_of_option(const struct package_op *op)
{
	const struct arg *arg = command_option(op->command, "-S --sync -R --remove -U --upgrade");

	return arg ? arg->word : TEXT_NPOS;
}

/* The word behind which the option goes, or TEXT_NPOS where nothing is asked. */
static size_t asking_word(const struct asking *a, const struct package_op *op)
{
	struct text rest = text_of(a->also), words;
	bool more = rest.n > 0;
	size_t word;

	while (text_cut(&rest, '|', &words, &more))
		if ((word = word_of(op->command, words)) != TEXT_NPOS)
			return word;
	if (op->verb != PACKAGE_INSTALL && op->verb != PACKAGE_UPGRADE && op->verb != PACKAGE_REMOVE)
		return TEXT_NPOS;
	if (op->verb == PACKAGE_INSTALL && strcmp(a->manager, "conda") == 0 && word_of(op->command, TEXT("env")) != TEXT_NPOS)
		return TEXT_NPOS; /* conda env create */
	return op->manager->verbs[PACKAGE_INSTALL] ? op->verb_word : word_of_option(op);
}

/* --- who answers ----------------------------------------------------------- */

static bool reads(const struct sh_redir *r)
{
	if (r->op == SH_IN)
		return !maybe_is(r->word.value, "/dev/null");
	return r->op == SH_INOUT || r->op == SH_DUP_IN || r->op == SH_HEREDOC || r->op == SH_HEREDOC_TAB || r->op == SH_HERESTRING;
}

/* yes | apt-get ..., apt-get ... < answers. What xargs reads, its command does not. */
static bool is_answered(const struct command *c)
{
	if (c->prefix & PREFIX_XARGS)
		return false;
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (reads(&c->sh->redirs[i]))
			return true;
	return c->place > 0;
}

/* The variable is given a value by the file (a build argument counts), or by the image. */
static bool is_set(struct pass *p, size_t item, struct text name)
{
	const struct state *s = facts_before(pass_facts(p), item);
	size_t seen = 0;

	if (s->base->known)
		return state_get(s, pass_arena(p), name).state != UNSET;
	for (const struct binding *b = s->env; b; b = b->older)
		if (++seen > MAX_BINDINGS || b->barrier || text_eq(b->name, name))
			return true;
	return false;
}

/* A script that succeeds has run it, with success: nothing but the answer changes. */
static struct finding *find(struct pass *p, const struct history_place *at, struct text message)
{
	const struct command *c = at->command;
	struct finding *f = pass_find(p, at->item, message);

	if (!c->certain)
		f->level = LEVEL_HARDEN;
	if (command_editable(c))
		finding_at(p, f, pass_doc(p)->items[at->item].ins, c->sh->words[c->first].at.start);
	return f;
}

static void assume(struct pass *p, const struct history_place *at)
{
	const struct asking *a = asking_of(at->op);
	size_t word = a ? asking_word(a, at->op) : TEXT_NPOS;
	struct finding *f;

	if (word == TEXT_NPOS || op_assumes_yes(at->op) || command_has(at->command, a->not) || (at->marks & a->mark) ||
	    is_answered(at->command) || (a->variable && is_set(p, at->item, text_of(a->variable))))
		return;
	f = find(p, at, ARENA_JOIN(pass_arena(p), TEXT("nobody answers during a build: without "), text_of(a->option), TEXT(" "),
				   at->command->name, TEXT(" asks, and gives up")));
	f->rule = a->rule;
	edit_insert_behind(p, f, at->item, at->command, word, text_of(a->option));
}

/* --- debconf --------------------------------------------------------------- */

/* Packages whose config script asks at priority high or critical in a new system (the
 * packages of Debian 12), and what about. */
static const struct question {
	const char *packages, *about;
	unsigned settled; /* the mark of what answers it */
} questions[] = {
	{ "tzdata", "the time zone", HISTORY_LOCALTIME },
	{ "keyboard-configuration console-setup", "the keyboard", 0 },
	{ "postfix nullmailer", "how mail is delivered", 0 },
	{ "iptables-persistent", "saving the rules", 0 },
	{ "krb5-config krb5-user", "the Kerberos realm", 0 },
	{ "slapd", "the administrator's password", 0 },
	{ "nslcd libnss-ldapd", "the LDAP server", 0 },
	{ "wireshark-common wireshark tshark", "who may capture packets", 0 },
	{ "jackd2", "real-time priority", 0 },
	{ "localepurge", "the locales to keep", 0 },
	{ "msmtp", "its AppArmor profile", 0 },
	{ "macchanger", "changing addresses by itself", 0 },
	{ "sslh", "how it is started", 0 },
	{ "phpmyadmin", "the web server", 0 },
};

static const struct question *question_of(const struct package_op *op, unsigned marks, struct text *name)
{
	for (size_t k = 0; k < op->n; k++)
		for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
			if (op->packages[k].kind == PACKAGE_NAME && words_hold(questions[i].packages, op->packages[k].name) &&
			    !(marks & questions[i].settled)) {
				*name = op->packages[k].name;
				return &questions[i];
			}
	return NULL;
}

/* The word before which an assignment counts for the command, or TEXT_NPOS: behind sudo and env, which would drop
 * or take it, else in front of all. */
static size_t assignment_word(const struct command *c)
{
	if (c->prefix == PREFIX_ENV || (c->prefix == PREFIX_SUDO && maybe_is(c->sh->words[0].value, "sudo")))
		return c->first;
	return c->prefix & (PREFIX_ENV | PREFIX_SUDO | PREFIX_USER) ? TEXT_NPOS : 0;
}

static void answer(struct pass *p, const struct history_place *at)
{
	const struct package_op *op = at->op;
	size_t word = assignment_word(at->command);
	const struct question *q;
	struct finding *f;
	struct text name;

	if (strcmp(op->manager->id, "apt") != 0 || op->verb != PACKAGE_INSTALL || word == TEXT_NPOS || is_answered(at->command) ||
	    (at->marks & (HISTORY_DEBCONF | HISTORY_FRONTEND)) || command_has(at->command, askings[0].not))
		return;
	if (command_env(at->command, "DEBIAN_FRONTEND").state != UNSET || !(q = question_of(op, at->marks, &name)) ||
	    is_set(p, at->item, TEXT("DEBIAN_FRONTEND")))
		return;
	f = find(p, at, ARENA_JOIN(pass_arena(p), name, TEXT(" asks about "), text_of(q->about),
				   TEXT(" when it is installed, and a build waits for the answer or goes on without one")));
	edit_insert_front(p, f, at->item, at->command, word, TEXT("DEBIAN_FRONTEND=noninteractive"));
}

static void each(void *data, const struct history_place *at)
{
	struct pass *p = data;

	if (!at->op)
		return;
	assume(p, at);
	answer(p, at);
}

static void run(struct pass *p)
{
	history_walk(pass_facts(p), each, p);
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL3014" }, { RULE_HADOLINT, "DL3030" }, { RULE_HADOLINT, "DL3034" },
	{ RULE_HADOLINT, "DL3038" }, { RULE_HADOLINT, NULL },
};

const struct transform transform_assume_yes = {
	.id = "assume-yes",
	.title = "package managers do not wait for an answer",
	.level = LEVEL_SAFE,
	.why = "Nobody sits at a build. A package manager that asks finds no answer and gives up, or the build hangs; it asks when it "
	       "would do more than it was told, which another day's package versions decide. Packages that ask at their installation "
	       "get DEBIAN_FRONTEND=noninteractive for that one command, so that it does not stay in the image.",
	.risk = "None where the command has to succeed. Where its failure is passed over (behind ||, or with ; behind it), the level is "
		"harden: what failed may then be installed. Left alone: what is answered on standard input, dry runs, configured answers, "
		"and debconf where the file sets DEBIAN_FRONTEND or gives answers.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN apt-get update && apt-get install curl tzdata && rm -rf /var/lib/apt/lists/*\n",
	.after = "FROM debian:13.6\nRUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y curl tzdata && "
		 "rm -rf /var/lib/apt/lists/*\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
