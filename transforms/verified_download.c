/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- what turns a check off ------------------------------------------------ */

enum check {
	CHECK_HOST,    /* the certificate of what the command names */
	CHECK_INDEX,   /* that of a host that the option names */
	CHECK_PACKAGE, /* the signature of packages from the system's repositories */
	CHECK_FILE     /* the signature of a package file */
};

struct off {
	const char *programs, *options;
	const char *values; /* of the option, blank-separated, in lower case; NULL: it has none */
	enum check check;
};

static const char pip[] = "pip pip3 pip2 pip3.6 pip3.7 pip3.8 pip3.9 pip3.10 pip3.11 pip3.12 pip3.13 pip3.14";

static const struct off offs[] = {
	{ "curl", "-k --insecure", NULL, CHECK_HOST },
	{ "wget", "--no-check-certificate", NULL, CHECK_HOST },
	{ "git", "-c", "http.sslverify=false http.sslverify=0", CHECK_HOST },
	{ pip, "--trusted-host", "pypi.org pypi.python.org files.pythonhosted.org", CHECK_INDEX },
	{ "apt-get apt aptitude", "--allow-unauthenticated --allow-insecure-repositories --force-yes", NULL,
	  CHECK_PACKAGE },
	{ "apt-get apt", "-o --option",
	  "acquire::https::verify-peer=false acquire::https::verify-host=false apt::get::allowunauthenticated=true "
	  "apt::get::allowunauthenticated=1 acquire::allowinsecurerepositories=true acquire::allowinsecurerepositories=1",
	  CHECK_PACKAGE },
	{ "dnf dnf5 yum microdnf tdnf", "--nogpgcheck", NULL, CHECK_PACKAGE },
	{ "dnf dnf5 yum microdnf tdnf", "--setopt", "sslverify=0 sslverify=false gpgcheck=0 gpgcheck=false",
	  CHECK_PACKAGE },
	{ "zypper", "--no-gpg-checks", NULL, CHECK_PACKAGE },
	{ "apk", "--allow-untrusted", NULL, CHECK_PACKAGE },
	{ "rpm", "--nosignature --nogpg", NULL, CHECK_FILE },
};

static struct text lower(struct pass *p, struct text t)
{
	char *out = arena_bytes(pass_arena(p), t.n + 1);

	for (size_t i = 0; i < t.n; i++)
		out[i] = ascii_lower(t.p[i]);
	return (struct text){ out, t.n };
}

static const struct off *off_of(struct pass *p, const struct command *c, const struct arg *arg)
{
	for (size_t i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		if (arg->kind != ARG_OPTION || !command_in(c, offs[i].programs) ||
		    !words_hold(offs[i].options, arg->name))
			continue;
		if (!offs[i].values || (arg->has_value && arg->value.state == KNOWN &&
					words_hold(offs[i].values, lower(p, arg->value.text))))
			return &offs[i];
	}
	return NULL;
}

/* --- refusals -------------------------------------------------------------- */

static bool refuse(struct pass *p, struct finding *f, const char *code, const char *decide)
{
	finding_refuse(p, f, code, text_of(decide));
	return true;
}

/* The word up to its first variable, quotes left out. */
static struct text start_of(const struct command *c, size_t word)
{
	const struct sh_word *w = &c->sh->words[word];
	struct text t = command_word(c, word);
	size_t end = 0;

	if (w->value.state == KNOWN)
		return w->value.text;
	if (t.n && (t.p[0] == '"' || t.p[0] == '\''))
		t = text_from(t, 1);
	while (end < t.n && t.p[end] != '$' && t.p[end] != '`' && t.p[end] != '\\' && t.p[end] != '"')
		end++;
	return text_sub(t, 0, end);
}

/* The words of a command that name what it fetches: all operands; of git, all that look like addresses. */
static bool is_target(const struct command *c, const struct arg *arg)
{
	if (arg->kind != ARG_OPERAND)
		return command_is(c, "curl") && text_is(arg->name, "--url");
	return !command_is(c, "git") || text_find(command_word(c, arg->word), TEXT("://"), 0) != TEXT_NPOS;
}

enum { MAX_LOOKED_AT = 1024 }; /* variables; one beyond may be a proxy */

static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

/* A proxy may open TLS. A build argument without a value may have one. */
static bool has_proxy(struct pass *p, const struct command *c, const struct state *st)
{
	size_t seen = 0;

	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		if (command_env(c, proxies[i]).state != UNSET)
			return true;
		if (st->base->known && state_get(st, pass_arena(p), text_of(proxies[i])).state != UNSET)
			return true;
		for (const struct binding *b = st->base->known ? NULL : st->env; b; b = b->older)
			if (++seen > MAX_LOOKED_AT || text_is(b->name, proxies[i]))
				return true;
	}
	return false;
}

/* The file brings an authority of its own: its downloads may need it. */
static bool has_authority(struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	for (size_t i = facts_stages(pass_facts(p))->list[d->items[item].stage].from; i < item; i++) {
		const struct instruction *ins = d->items[i].ins;

		if (ins && (ins->keyword == KW_COPY || ins->keyword == KW_ADD) && ins->nwords &&
		    (text_find(ins->words[ins->nwords - 1].value, TEXT("ca-certificates"), 0) != TEXT_NPOS ||
		     text_find(ins->words[ins->nwords - 1].value, TEXT("ca-trust"), 0) != TEXT_NPOS))
			return true;
	}
	return false;
}

static bool refuse_target(struct pass *p, struct finding *f, size_t item, const struct command *c)
{
	const struct state *st = facts_before(pass_facts(p), item);
	size_t n = 0;

	for (size_t i = 0; i < c->nargs; i++) {
		struct text start, host;

		if (!is_target(c, &c->args[i]))
			continue;
		start = start_of(c, c->args[i].value_word);
		host = https_host(start);
		/* A variable right behind the host's name may go on with it. */
		if (!host.n || (c->args[i].value.state != KNOWN && start.n <= 8 + host.n))
			return refuse(p, f, "target-unknown",
				      "where it fetches from is not known, or is no plain https address: take the "
				      "option out if that is a public https server");
		if (!host_is_public(host))
			return refuse(p, f, "target-private",
				      "the server has a name of a private network: give the build its certificate "
				      "authority (--cacert, or update-ca-certificates) and take the option out");
		n++;
	}
	if (!n || command_has(c, "-x --proxy -K --config -i --input-file --resolve --connect-to") ||
	    has_proxy(p, c, st) || has_authority(p, item))
		return refuse(p, f, "target-unknown",
			      "where it fetches from is not seen here: take the option out if that is a public https "
			      "server");
	return false;
}

static bool refuse_roots(struct pass *p, struct finding *f, enum roots roots)
{
	switch (roots) {
	case ROOTS_PRESENT:
		return false;
	case ROOTS_MISSING:
		return refuse(
			p, f, "ca-missing",
			"nothing before it installs ca-certificates, which the check needs: install it first, and take "
			"the option out");
	case ROOTS_OUTDATED:
		return refuse(p, f, "ca-outdated",
			      "the certificates of this release have run out: move to a supported base image first");
	default:
		return refuse(
			p, f, "ca-unknown",
			"whether the base image has ca-certificates is not known here: take the option out if it does");
	}
}

/* Only the system's own packages, by name. --force-yes also takes an older version in the place of a newer. */
static bool names_own(const struct package_op *op)
{
	bool any_version = !command_has(op->command, "--force-yes");

	if (op->verb != PACKAGE_INSTALL && op->verb != PACKAGE_UPDATE && op->verb != PACKAGE_UPGRADE)
		return false;
	for (size_t i = 0; i < op->n; i++)
		if (op->packages[i].kind != PACKAGE_NAME || (op->packages[i].version.n && !any_version))
			return false;
	return true;
}

static bool refuse_packages(struct pass *p, struct finding *f, size_t item, const struct script_facts *s, size_t nth)
{
	const struct package_op *op = script_op(s, nth);
	enum roots roots = roots_of_base(facts_before(pass_facts(p), item)->base);
	size_t added;

	if (!op || !names_own(op))
		return refuse(
			p, f, "package-unsigned",
			"a file, a version or something that is not known here may be what is not signed: take the "
			"option out, and verify a file by its checksum");
	if (roots == ROOTS_OUTDATED)
		return refuse(p, f, "release-archived",
			      "the keys of this release may have run out: move to a supported base image first");
	if (roots == ROOTS_UNKNOWN)
		return refuse(p, f, "repository-unknown",
			      "the repositories of the base image are not known here: take the option out if they are "
			      "signed");
	added = repository_added(pass_facts(p), item, nth + 1);
	if (added == TEXT_NPOS)
		return false;
	finding_because(p, f, added, TEXT("may add a repository"));
	return refuse(
		p, f, "repository-added",
		"a repository that is added here may have no key: import its key (signed-by, rpm --import), and take "
		"the option out");
}

/* --- taking it out --------------------------------------------------------- */

/* The letter of a cluster is the one at the place that it has among the options of that word. */
static bool drop_letter(struct pass *p, struct finding *f, size_t item, const struct command *c, const struct arg *arg)
{
	struct text word = command_word(c, arg->word);
	size_t at = 1;

	for (const struct arg *a = c->args; a < arg; a++)
		at += a->word == arg->word;
	return edit_word(p, f, item, c, arg->word,
			 ARENA_JOIN(pass_arena(p), text_sub(word, 0, at), text_from(word, at + 1)));
}

static bool is_cluster(const struct command *c, const struct arg *arg)
{
	struct text word = command_word(c, arg->word);

	return word.n > 2 && word.p[0] == '-' && word.p[1] != '-' && !arg->has_value &&
	       text_eq(word, c->sh->words[arg->word].value.text);
}

static void take_out(struct pass *p, struct finding *f, size_t item, const struct command *c, const struct arg *arg)
{
	if (is_cluster(c, arg))
		drop_letter(p, f, item, c, arg);
	else if (text_is(arg->name, "--force-yes") && !command_has(c, "-y --yes --assume-yes"))
		edit_word(p, f, item, c, arg->word, TEXT("-y"));
	else
		edit_delete_words(p, f, item, c, arg->word, arg->value_word);
}

/* --- one option ------------------------------------------------------------ */

static struct finding *find(struct pass *p, size_t item, const struct command *c, size_t word, const char *message)
{
	struct finding *f = pass_find(p, item, text_of(message));

	if (c->script->editable && c->list->text.p == c->script->tree.text.p)
		finding_at(p, f, pass_doc(p)->items[item].ins, c->sh->words[word].at.start);
	return f;
}

static const char *const messages[] = {
	[CHECK_HOST] =
		"the server's certificate is not checked, so whoever is on the way can put something else in the place of the download",
	[CHECK_INDEX] =
		"the index's certificate is not checked, so whoever is on the way can put something else in the place of packages",
	[CHECK_PACKAGE] =
		"signatures are not checked, so whoever is on the way can put something else in the place of packages",
	[CHECK_FILE] = "the package's signature is not checked, so it may be anybody's",
};

static bool refuse_check(struct pass *p, struct finding *f, size_t item, const struct script_facts *s, size_t nth,
			 enum check check)
{
	const struct command *c = &s->commands[nth];
	enum roots roots;

	switch (check) {
	case CHECK_HOST:
		return refuse_target(p, f, item, c) || refuse_roots(p, f, roots_before(pass_facts(p), item, nth));
	case CHECK_INDEX:
		roots = roots_of_base(facts_before(pass_facts(p), item)->base);
		return roots != ROOTS_MISSING && refuse_roots(p, f, roots);
	case CHECK_PACKAGE:
		return refuse_packages(p, f, item, s, nth);
	default:
		return refuse(
			p, f, "package-unsigned",
			"import the key that signed it (rpm --import) and take the option out, or verify the file by "
			"its checksum");
	}
}

/* The options of one command that turn a check off: one finding for each. */
static void run_options(struct pass *p, size_t item, const struct script_facts *s, size_t nth)
{
	const struct command *c = &s->commands[nth];

	for (size_t i = 0; i < c->nargs; i++) {
		const struct off *off = off_of(p, c, &c->args[i]);
		struct finding *f;

		if (!off)
			continue;
		f = find(p, item, c, c->args[i].word, messages[off->check]);
		if (!refuse_check(p, f, item, s, nth, off->check))
			take_out(p, f, item, c, &c->args[i]);
	}
}

/* --- settings -------------------------------------------------------------- */

/* Variables that turn checks off for every program that reads them. */
static const struct {
	const char *name, *on; /* values that do so; NULL: any */
} variables[] = {
	{ "GIT_SSL_NO_VERIFY", NULL },
	{ "NODE_TLS_REJECT_UNAUTHORIZED", "0 \"0\" '0'" },
	{ "PYTHONHTTPSVERIFY", "0 \"0\" '0'" },
};

static const char setting[] = "it turns the check of certificates off for all that runs after it";
static const char decide_setting[] =
	"which servers it is meant for is not seen here: give the build the certificate authority of the one that needs "
	"it, and take the setting out";

static bool is_off(struct text name, struct text value)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (text_is(name, variables[i].name))
			return value.n && (!variables[i].on || words_hold(variables[i].on, value));
	return false;
}

static bool is_off_pair(struct text pair)
{
	size_t eq = text_chr(pair, '=', 0);

	return eq != TEXT_NPOS && is_off(text_sub(pair, 0, eq), text_from(pair, eq + 1));
}

static void run_env(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;

	for (size_t i = 0; i + 1 < ins->nwords; i += 2)
		if (is_off(ins->words[i].value, ins->words[i + 1].value)) {
			struct finding *f = pass_find(
				p, item,
				TEXT("it turns the check of certificates off for all that runs after it, in the "
				     "container too"));

			finding_at(p, f, ins, ins->words[i].at);
			refuse(p, f, "setting-for-all", decide_setting);
		}
}

/* GIT_SSL_NO_VERIFY=1 git clone https://...: the assignment goes as an option would. */
static void run_assigns(struct pass *p, size_t item, const struct script_facts *s, size_t nth)
{
	const struct command *c = &s->commands[nth];
	const struct sh_assign *a = c->sh->assigns;

	for (size_t i = 0; i < c->sh->nassigns; i++) {
		struct text name = a[i].name,
			    value = a[i].nvalue ? text_range(c->list->text, a[i].value[0].at) : TEXT_NONE;
		size_t next = i + 1 < c->sh->nassigns ? a[i + 1].at.start : c->sh->words[0].at.start;
		struct finding *f;

		if (!is_off(name, value))
			continue;
		f = find(p, item, c, 0, messages[CHECK_HOST]);
		if (!command_is(c, "git") || !command_editable(c) || c->sh->words[0].at.start < a[i].at.start)
			refuse(p, f, "target-unknown",
			       "where it fetches from is not seen here: take the variable out if that is a public https server");
		else if (!refuse_check(p, f, item, s, nth, CHECK_HOST))
			finding_replace_logical(p, f, pass_doc(p)->items[item].ins, a[i].at.start, next - a[i].at.start,
						TEXT_NONE);
	}
}

/* What stands behind "config ... KEY", for npm, yarn and git. */
static bool sets(const struct command *c, const char *program, const char *key, const char *values)
{
	const struct sh_word *w = c->sh->words;
	bool config = false;

	if (!command_in(c, program))
		return false;
	for (size_t i = c->first + 1; i < c->sh->nwords; i++) {
		struct text t = w[i].value.state == KNOWN ? w[i].value.text : TEXT_NONE, k = text_of(key);

		config = config || text_is(t, "config") || text_is(t, "set");
		if (config && text_ieq(t, k))
			return i + 1 < c->sh->nwords && w[i + 1].value.state == KNOWN &&
			       words_hold(values, w[i + 1].value.text);
		if (config && t.n > k.n && text_ieq(text_sub(t, 0, k.n), k) && t.p[k.n] == '=')
			return words_hold(values, text_from(t, k.n + 1));
	}
	return false;
}

static bool mentions_registry(const struct command *c)
{
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		if (text_find(command_word(c, i), TEXT("registry"), 0) != TEXT_NPOS)
			return true;
	return false;
}

/* npm and yarn fetch from their public registry: nothing here, and no .npmrc, says otherwise. */
static bool registry_is_public(struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	for (size_t i = 0; i < d->nitems; i++) {
		const struct script_facts *s = facts_commands(pass_facts(p), i);

		for (size_t k = 0; k < s->n; k++)
			if (command_in(&s->commands[k], "npm yarn pnpm") && mentions_registry(&s->commands[k]))
				return false;
	}
	return state_get(facts_before(pass_facts(p), item), pass_arena(p), TEXT("NPM_CONFIG_REGISTRY")).state !=
		       KNOWN &&
	       state_get(facts_before(pass_facts(p), item), pass_arena(p), TEXT("npm_config_registry")).state !=
		       KNOWN &&
	       context_stat(facts_context(pass_facts(p)), TEXT(".npmrc")).answer == CONTEXT_MISSING;
}

static void run_settings(struct pass *p, size_t item, const struct command *c)
{
	bool npm = sets(c, "npm yarn pnpm", "strict-ssl", "false 0"),
	     git = sets(c, "git", "http.sslverify", "false 0 no off");
	enum roots roots = roots_of_base(facts_before(pass_facts(p), item)->base);
	struct finding *f;

	if (command_in(c, "export") && c->sh->nwords > 1)
		for (size_t i = 1; i < c->sh->nwords; i++)
			git = git || is_off_pair(command_word(c, i));
	if (!npm && !git)
		return;
	f = find(p, item, c, c->first, setting);
	if (npm && (roots == ROOTS_OUTDATED || roots == ROOTS_UNKNOWN))
		refuse_roots(p, f, roots);
	else if (!npm || !c->top || !registry_is_public(p, item))
		refuse(p, f, "setting-for-all", decide_setting);
	else if (!command_editable(c))
		edit_word(p, f, item, c, 0, TEXT_NONE);
	else if (c->list->n > 1)
		edit_delete_steps(p, f, item, c->list, c->step, c->step);
	else
		finding_delete_item(p, f, item);
}

/* --- what is run as it comes ----------------------------------------------- */

static const char shells[] = "sh bash dash ash zsh ksh python python3 perl ruby node";

/* It reads its program from standard input. */
static bool reads_stdin(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);

	return command_in(c, shells) && !command_has(c, "-c -m -e") &&
	       (!first || command_has(c, "-s") || maybe_is(first->value, "-"));
}

static bool holds_list(const struct sh_part *parts, size_t n, const struct sh_list *l)
{
	for (size_t i = 0; i < n; i++)
		if (parts[i].list == l || holds_list(parts[i].parts, parts[i].nparts, l))
			return true;
	return false;
}

/* bash <(curl ...), sh -c "$(curl ...)", eval "$(curl ...)" */
static bool runs_list(const struct command *c, const struct sh_list *l)
{
	if (!command_in(c, shells) && !command_in(c, "eval source ."))
		return false;
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		if (holds_list(c->sh->words[i].parts, c->sh->words[i].nparts, l))
			return true;
	return false;
}

enum { NEAR = 32 }; /* commands to both sides that are looked at */

static bool is_run_as_it_comes(const struct script_facts *s, size_t nth)
{
	const struct command *c = &s->commands[nth];

	for (size_t i = nth > NEAR ? nth - NEAR : 0; i < s->n && i < nth + NEAR; i++) {
		const struct command *other = &s->commands[i];

		if (other->list == c->list && other->step == c->step && other->place == c->place + 1 &&
		    reads_stdin(other))
			return true;
		if (other->list != c->list && runs_list(other, c->list))
			return true;
	}
	return false;
}

static void advise(struct pass *p, size_t item, const struct script_facts *s, size_t nth)
{
	const struct command *c = &s->commands[nth];

	if (command_in(c, "curl wget") && is_run_as_it_comes(s, nth))
		finding_advise(
			find(p, item, c, c->first,
			     "what it downloads is run unseen: download it to a file, check its checksum, then run "
			     "that"));
}

/* --- all ------------------------------------------------------------------- */

static void run_script(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);

	for (size_t i = 0; i < s->n; i++) {
		run_options(p, item, s, i);
		run_assigns(p, item, s, i);
		run_settings(p, item, &s->commands[i]);
		advise(p, item, s, i);
	}
}

/* Each of them is a search through what stands before it; a file with more was not written by people. */
enum { MAX_OPTIONS = 512 };

static size_t count_options(struct pass *p, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->commands[i].nargs; k++)
			n += off_of(p, &s->commands[i], &s->commands[i].args[k]) != NULL;
	return n;
}

static void run(struct pass *p)
{
	size_t n = 0;

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++)
		n += count_options(p, item);
	if (n > MAX_OPTIONS)
		return;
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++)
		if (pass_doc(p)->items[item].stage >= 0)
			run_script(p, item);
	for (size_t item = 0; pass_next(p, KW_ENV, &item); item++)
		run_env(p, item);
}

static const struct rule maps[] = { { RULE_CIS, "4.11" }, { RULE_HADOLINT, NULL } };

const struct transform transform_verified_download = {
	.id = "verified-download",
	.title = "downloads are checked",
	.level = LEVEL_HARDEN,
	.why = "Without the check of certificates or signatures, whoever sits between the build and a server decides what is in the image. "
	       "Public servers and the distributions' packages pass these checks as they are.",
	.risk = "The build fails where something is on the way, such as a company's proxy that opens TLS: give the build its certificate "
		"authority then. It acts only for public https names, where ca-certificates are seen to be there and not too old, and for "
		"packages that come by name from the base image's own repositories.",
	.maps = maps,
	.before =
		"FROM alpine:3.24\nRUN apk add --no-cache curl && curl -fsSkL https://example.org/tool.tar.gz -o /tmp/tool.tar.gz\n",
	.after =
		"FROM alpine:3.24\nRUN apk add --no-cache curl && curl -fsSL https://example.org/tool.tar.gz -o /tmp/tool.tar.gz\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
