/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- modes ----------------------------------------------------------------- */

/* Symbolic modes that let everybody write, and the same without that. */
static const struct {
	const char *wide, *narrow;
} symbolic[] = {
	{ "a+rwx", "u+rwx,go+rx" }, { "ugo+rwx", "u+rwx,go+rx" },
	{ "a=rwx", "u=rwx,go=rx" }, { "ugo=rwx", "u=rwx,go=rx" },
	{ "a+rw", "u+rw,go+r" },    { "ugo+rw", "u+rw,go+r" },
	{ "a+w", "u+w" },           { "ugo+w", "u+w" },
	{ "o+w", "u+w" },           { "go+w", "u+w" },
	{ "o+rwx", "o+rx" },        { "go+rwx", "go+rx" },
	{ "o+rw", "o+r" },          { "go+rw", "go+r" },
	{ "a+rwX", "u+rwX,go+rX" }, { "ugo+rwX", "u+rwX,go+rX" },
	{ "o+rwX", "o+rX" },        { "go+rwX", "go+rX" },
};

static bool is_octal(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] < '0' || t.p[i] > '7')
			return false;
	return t.n >= 3 && t.n <= 5;
}

static bool is_sticky(struct text octal)
{
	return octal.n > 3 && (octal.p[octal.n - 4] - '0') & 1;
}

/* A symbolic clause that lets others write, in a shape that is not in the table. */
static bool is_wide_clause(struct text clause)
{
	size_t op = 0;
	bool others = false;

	while (op < clause.n && text_has(TEXT("ugoa"), clause.p[op])) {
		others = others || clause.p[op] == 'o' || clause.p[op] == 'a';
		op++;
	}
	return others && op < clause.n && clause.p[op] != '-' && text_has(text_from(clause, op), 'w');
}

enum width { WIDTH_FINE, WIDTH_WIDE, WIDTH_UNSURE };

/* *narrow: the mode without what lets group and others write. */
static enum width width_of(struct pass *p, struct text mode, struct text *narrow)
{
	struct text rest = mode, clause;
	bool more = true;

	for (size_t i = 0; i < sizeof(symbolic) / sizeof(symbolic[0]); i++)
		if (text_is(mode, symbolic[i].wide)) {
			*narrow = text_of(symbolic[i].narrow);
			return WIDTH_WIDE;
		}
	if (is_octal(mode)) {
		char *out = arena_bytes(pass_arena(p), mode.n);

		for (size_t i = 0; i < mode.n; i++)
			out[i] = i + 2 < mode.n ? mode.p[i] : (char)('0' + ((mode.p[i] - '0') & 5));
		*narrow = (struct text){ out, mode.n };
		return (mode.p[mode.n - 1] - '0') & 2 && !is_sticky(mode) ? WIDTH_WIDE : WIDTH_FINE;
	}
	while (text_cut(&rest, ',', &clause, &more))
		if (is_wide_clause(clause))
			return WIDTH_UNSURE;
	return WIDTH_FINE;
}

/* --- paths ----------------------------------------------------------------- */

/* The folder whose entries a wildcard at its end stands for, else the path. */
static struct text without_glob(struct text path)
{
	size_t slash;

	if (!text_has(path, '*') && !text_has(path, '?') && !text_has(path, '['))
		return path;
	slash = text_rchr(path, '/');
	return slash == TEXT_NPOS ? TEXT(".") : slash == 0 ? TEXT("/") : text_sub(path, 0, slash);
}

enum { MAX_BEFORE = 2048 }; /* commands; behind more of them the directory at hand is not known */

/* The directory at hand before the nth command. */
static struct maybe directory(struct pass *p, size_t item, const struct script_facts *s, size_t nth)
{
	const struct state *st = facts_before(pass_facts(p), item);
	struct maybe cwd = nth > MAX_BEFORE ? maybe_unknown() : st->workdir;

	for (size_t i = 0; i < nth && nth <= MAX_BEFORE; i++) {
		const struct arg *to = command_operand(&s->commands[i], 0);
		struct state there = *st;

		if (!command_in(&s->commands[i], "cd pushd popd"))
			continue;
		there.workdir = cwd;
		cwd = to && to->value.state == KNOWN && to->value.text.n && command_is(&s->commands[i], "cd")
			      ? state_path(&there, pass_arena(p), to->value.text)
			      : maybe_unknown();
	}
	return cwd;
}

/* One operand of the command at hand. */
static struct maybe path_of(struct pass *p, size_t item, struct maybe cwd, struct maybe word)
{
	struct state there = *facts_before(pass_facts(p), item);

	if (word.state != KNOWN || !word.text.n || word.text.p[0] == '~')
		return maybe_unknown();
	there.workdir = cwd;
	return state_path(&there, pass_arena(p), without_glob(word.text));
}

/* --- one place where a mode is written ------------------------------------- */

struct spot {
	size_t item;
	const struct script_facts *script; /* NULL: a flag of COPY or ADD */
	size_t nth;
	struct text mode, narrow;
	size_t word;       /* of the command; its end is the mode */
	size_t first_path; /* operands from there on */
	bool recursive;
	struct maybe owner;
};

static const char message[] = "any user in the container may write to what this leaves";

static bool refuse(struct pass *p, struct finding *f, const char *code, const char *decide)
{
	finding_refuse(p, f, code, text_of(decide));
	return true;
}

static bool refuse_runner(struct pass *p, struct finding *f, const struct spot *s)
{
	size_t where;
	enum runner r = runner_after(pass_facts(p), s->item, s->script ? s->nth : TEXT_NPOS, s->owner, &where);

	switch (r) {
	case RUNNER_OWNER:
		return false;
	case RUNNER_OTHER:
		refuse(p, f, "runtime-user-writes",
		       "another user than the owner is there, and may have to write to it: give it to that user (chown), "
		       "and take the mode back");
		break;
	case RUNNER_DAEMON:
		refuse(p, f, "daemon-user",
		       "what runs there may change to a user of its own, who may have to write to it: give it to that user "
		       "(chown), and take the mode back");
		break;
	case RUNNER_ANYBODY:
		refuse(p, f, "runtime-user-open",
		       "the image starts nothing of its own, so others build on it, or work in it, as whichever user they "
		       "are: take the mode back if that is only the owner");
		break;
	default:
		refuse(p, f, "user-unknown",
		       "as whom the image runs is not known here: take the mode back if that is the owner");
	}
	if (where != TEXT_NPOS)
		finding_because(p, f, where, r == RUNNER_OTHER ? TEXT("another user") : TEXT("what decides it"));
	return true;
}

/* The command's operands are all of this stage's own. */
static bool refuse_paths(struct pass *p, struct finding *f, const struct spot *s)
{
	const struct command *c = &s->script->commands[s->nth];
	struct maybe cwd = directory(p, s->item, s->script, s->nth);
	const struct arg *arg;

	if (!command_operand(c, s->first_path))
		return refuse(p, f, "path-unknown",
			      "what it is done to is not seen here: take the mode back if only the owner writes to it");
	for (size_t i = s->first_path; (arg = command_operand(c, i)) != NULL; i++) {
		struct maybe path = path_of(p, s->item, cwd, arg->value);

		if (path.state != KNOWN)
			return refuse(
				p, f, "path-unknown",
				"what it is done to is not seen here: take the mode back if only the owner writes to it");
		if (place_is_shared(path.text))
			return refuse(
				p, f, "system-path",
				"this is a place of the system, which others use too: leave its mode as the base image has it");
	}
	return false;
}

/* chmod 777 /tmp: it is for all, but nobody may take away what is another's. */
static bool is_tmp(struct pass *p, const struct spot *s)
{
	const struct command *c = &s->script->commands[s->nth];
	const struct arg *arg;

	if (s->recursive || !words_hold("777 0777 a+rwx ugo+rwx a=rwx", s->mode) || !command_is(c, "chmod"))
		return false;
	for (size_t i = s->first_path; (arg = command_operand(c, i)) != NULL; i++) {
		struct maybe path = path_of(p, s->item, directory(p, s->item, s->script, s->nth), arg->value);

		if (path.state != KNOWN || !words_hold("/tmp /var/tmp", path.text))
			return false;
	}
	return command_operand(c, s->first_path) != NULL;
}

/* chmod 777 /tmp && chmod +t /tmp */
static bool is_made_sticky(const struct spot *s)
{
	for (size_t i = s->nth + 1; i < s->script->n && i < s->nth + MAX_BEFORE; i++) {
		const struct arg *mode = command_is(&s->script->commands[i], "chmod")
						 ? command_operand(&s->script->commands[i], 0)
						 : NULL;

		if (mode && mode->value.state == KNOWN && words_hold("+t o+t a+t u+t 1777 01777", mode->value.text))
			return true;
	}
	return false;
}

/* The word ends in the mode: 777, -m777, --mode=777. */
static void write_mode(struct pass *p, struct finding *f, const struct spot *s, struct text with)
{
	const struct command *c = &s->script->commands[s->nth];
	struct text word = command_word(c, s->word);

	if (!text_ends(word, s->mode))
		refuse(p, f, "mode-quoted", "the mode is quoted: take what lets others write out of it");
	else
		edit_word(p, f, s->item, c, s->word,
			  ARENA_JOIN(pass_arena(p), text_sub(word, 0, word.n - s->mode.n), with));
}

static void judge(struct pass *p, struct spot *s)
{
	enum width width = width_of(p, s->mode, &s->narrow);
	const struct command *c = &s->script->commands[s->nth];
	struct finding *f;

	if (width == WIDTH_FINE || (is_tmp(p, s) && is_made_sticky(s)))
		return;
	f = pass_find(p, s->item, text_of(message));
	if (command_editable(c))
		finding_at(p, f, pass_doc(p)->items[s->item].ins, c->sh->words[s->word].at.start);
	if (is_tmp(p, s))
		write_mode(p, f, s, TEXT("1777"));
	else if (width == WIDTH_UNSURE)
		refuse(p, f, "mode-symbolic",
		       "take what lets others write out of the mode, if only the owner writes to it");
	else if (!refuse_paths(p, f, s) && !refuse_runner(p, f, s))
		write_mode(p, f, s, s->narrow);
}

/* --- commands -------------------------------------------------------------- */

static void run_command(struct pass *p, size_t item, const struct script_facts *sf, size_t nth)
{
	const struct command *c = &sf->commands[nth];
	const struct arg *mode = command_is(c, "chmod") ? command_operand(c, 0) : NULL;
	struct spot s = { .item = item, .script = sf, .nth = nth, .owner = facts_before(pass_facts(p), item)->user };

	if (command_in(c, "install mkdir"))
		mode = command_option(c, "-m --mode");
	if (!mode || mode->value.state != KNOWN || !mode->value.text.n || command_has(c, "--reference"))
		return;
	/* With sudo it need not be of the user at hand. */
	if (c->prefix & PREFIX_SUDO)
		s.owner = maybe_unset();
	s.mode = mode->value.text;
	s.word = mode->value_word;
	s.recursive = command_has(c, "-R --recursive");
	s.first_path = command_is(c, "chmod");
	/* Of install only the last operand is written to. */
	if (command_is(c, "install") && !command_has(c, "-d --directory") && command_operands(c))
		s.first_path = command_operands(c) - 1;
	judge(p, &s);
}

/* --- COPY --chmod ---------------------------------------------------------- */

static struct maybe copy_owner(struct pass *p, size_t item)
{
	const struct flag *chown = ins_flag(pass_doc(p)->items[item].ins, "chown");

	if (!chown)
		return maybe_unset();
	return state_expand(facts_before(pass_facts(p), item), pass_arena(p), pass_doc(p), chown->value);
}

static void run_copy(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct flag *chmod = ins_flag(ins, "chmod");
	struct spot s = { .item = item, .owner = copy_owner(p, item) };
	struct finding *f;
	size_t at;

	if (!chmod || !is_octal(chmod->value) || width_of(p, chmod->value, &s.narrow) != WIDTH_WIDE)
		return;
	at = chmod->at + chmod->n - chmod->value.n;
	f = pass_find(p, item, text_of(message));
	finding_at(p, f, ins, chmod->at);
	if (refuse_runner(p, f, &s))
		return;
	if (text_eq(text_sub(ins->logical, at, at + chmod->value.n), chmod->value))
		finding_replace_logical(p, f, ins, at, chmod->value.n, s.narrow);
	else
		refuse(p, f, "mode-quoted", "the mode is quoted: take what lets others write out of it");
}

/* --- all ------------------------------------------------------------------- */

/* Each of them is a search through what stands around it; a file with more was not written by people. */
enum { MAX_MODES = 512 };

static bool is_too_many(struct pass *p)
{
	size_t n = 0;

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		const struct script_facts *s = facts_commands(pass_facts(p), item);

		for (size_t i = 0; i < s->n; i++)
			n += command_in(&s->commands[i], "chmod install mkdir");
	}
	for (size_t item = 0; pass_next(p, KW_COPY, &item); item++)
		n += ins_flag(pass_doc(p)->items[item].ins, "chmod") != NULL;
	return n > MAX_MODES;
}

static bool is_kept(struct pass *p, size_t item)
{
	int stage = pass_doc(p)->items[item].stage;

	return stage >= 0 && facts_stages(pass_facts(p))->list[stage].kept &&
	       !facts_base(pass_facts(p), (size_t)stage)->windows;
}

static void run(struct pass *p)
{
	static const enum keyword copies[] = { KW_COPY, KW_ADD };

	if (is_too_many(p))
		return;
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		const struct script_facts *s = facts_commands(pass_facts(p), item);

		for (size_t i = 0; is_kept(p, item) && i < s->n; i++)
			run_command(p, item, s, i);
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t item = 0; pass_next(p, copies[k], &item); item++)
			if (is_kept(p, item))
				run_copy(p, item);
}

static const struct rule maps[] = { { RULE_HADOLINT, NULL } };

const struct transform transform_narrow_modes = {
	.id = "narrow-modes",
	.title = "only the owner may write",
	.level = LEVEL_HARDEN,
	.why = "With mode 777 any process of the container, also one that was broken into under another user, may change what is run next. "
	       "Where only root or the owner works with a file, nothing else needs to.",
	.risk = "Who starts the container with another user (`docker run -u`, Kubernetes' runAsUser) can no longer write there. It acts only "
		"where the image runs as root or as the owner, starts no server that changes its user, and makes no other user; places of "
		"the system are left alone, but /tmp gets its sticky bit.",
	.maps = maps,
	.before =
		"FROM python:3.14\nCOPY run.py /srv/\nRUN mkdir /data && chmod 777 /srv/run.py /data\nCMD [\"python\", \"/srv/run.py\"]\n",
	.after =
		"FROM python:3.14\nCOPY run.py /srv/\nRUN mkdir /data && chmod 755 /srv/run.py /data\nCMD [\"python\", \"/srv/run.py\"]\n",
	.may = MAY(ASPECT_RUNS) | MAY(ASPECT_COPIES),
	.run = run,
};
