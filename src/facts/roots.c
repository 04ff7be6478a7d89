/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roots.h"

#include "facts/distro.h"
#include "facts/lists.h"

/* --- the base image -------------------------------------------------------- */

enum brings { BRINGS_NONE, BRINGS_FULL /* not the slim tags */, BRINGS_ALL };

/* The oldest version of an image whose certificates hold today, and which of its tags have
 * ca-certificates. From the images' Dockerfiles; what is not here is not known. */
static const struct {
	const char *image;
	unsigned major, minor;
	enum brings brings;
} images[] = {
	{ "debian", 10, 0, BRINGS_NONE },
	{ "ubuntu", 18, 4, BRINGS_NONE },
	{ "alpine", 3, 12, BRINGS_ALL },
	{ "fedora", 30, 0, BRINGS_ALL },
	{ "centos", 8, 0, BRINGS_ALL },
	{ "rockylinux", 8, 0, BRINGS_ALL },
	{ "rockylinux/rockylinux", 8, 0, BRINGS_ALL },
	{ "almalinux", 8, 0, BRINGS_ALL },
	{ "oraclelinux", 8, 0, BRINGS_ALL },
	{ "amazonlinux", 2, 0, BRINGS_ALL },
	{ "node", 14, 0, BRINGS_FULL },
	{ "python", 3, 8, BRINGS_ALL },
	{ "golang", 1, 16, BRINGS_ALL },
	{ "ruby", 2, 7, BRINGS_ALL },
	{ "php", 7, 4, BRINGS_ALL },
	{ "rust", 1, 50, BRINGS_ALL },
	{ "perl", 5, 34, BRINGS_FULL },
	{ "openjdk", 11, 0, BRINGS_ALL },
	{ "eclipse-temurin", 8, 0, BRINGS_ALL },
	{ "maven", 3, 8, BRINGS_ALL },
	{ "gradle", 7, 0, BRINGS_ALL },
	{ "nginx", 1, 21, BRINGS_ALL },
	{ "buildpack-deps", 0, 0, BRINGS_ALL },
	{ "curlimages/curl", 0, 0, BRINGS_ALL },
	{ "mcr.microsoft.com/dotnet/sdk", 6, 0, BRINGS_ALL },
	{ "mcr.microsoft.com/dotnet/aspnet", 6, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi8", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi9", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi10", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi9/ubi", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi8/ubi", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi9/ubi-minimal", 0, 0, BRINGS_ALL },
	{ "registry.access.redhat.com/ubi8/ubi-minimal", 0, 0, BRINGS_ALL },
};

static const char old_releases[] = "debian8 debian9 ubuntu14.04 ubuntu16.04";
static const char old_names[] =
	"lenny squeeze wheezy jessie stretch lucid precise quantal raring saucy trusty utopic vivid wily xenial "
	"yakkety zesty artful cosmic disco eoan";

static unsigned number(struct text t, size_t *at)
{
	unsigned n = 0;

	for (; *at < t.n && ascii_digit((unsigned char)t.p[*at]) && n < 100000; (*at)++)
		n = n * 10 + (unsigned)(t.p[*at] - '0');
	return n;
}

/* The version at the start of a word, letters before it left out, is older. A word without one is not. */
static bool is_older(struct text word, unsigned major, unsigned minor)
{
	size_t at = 0, start;
	unsigned first, second;

	while (at < word.n && ascii_alpha((unsigned char)word.p[at]))
		at++;
	start = at;
	first = number(word, &at);
	if (at == start)
		return false;
	if (first != major)
		return first < major;
	if (at + 1 >= word.n || word.p[at] != '.')
		return false; /* 3 is the newest of 3.x */
	at++;
	second = number(word, &at);
	return second < minor;
}

/* A word of the tag names a system that is too old: 18-alpine3.9 */
static bool on_old_system(const struct base *b)
{
	struct text rest = b->tag, word;
	bool more = true;

	if (words_hold(old_releases, distro_of(b->name, b->tag).release))
		return true;
	while (text_cut(&rest, '-', &word, &more))
		if (words_hold(old_names, word) || (text_starts(word, TEXT("alpine")) && is_older(word, 3, 12)))
			return true;
	return false;
}

enum roots roots_of_base(const struct base *b)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		bool slim = text_find(b->tag, TEXT("slim"), 0) != TEXT_NPOS;

		if (!text_is(b->name, images[i].image))
			continue;
		if (on_old_system(b) ||
		    is_older(text_sub(b->tag, 0, text_chr(b->tag, '-', 0)), images[i].major, images[i].minor))
			return ROOTS_OUTDATED;
		return images[i].brings == BRINGS_ALL || (images[i].brings == BRINGS_FULL && !slim) ? ROOTS_PRESENT
												    : ROOTS_MISSING;
	}
	return ROOTS_UNKNOWN;
}

/* --- what was installed ---------------------------------------------------- */

/* Depends on them, or (with recommended packages) recommends them, on Debian. */
static const char depending[] =
	"ca-certificates software-properties-common ca-certificates-java default-jdk default-jre "
	"default-jdk-headless default-jre-headless python3-pip";
static const char recommending[] = "curl wget git";

static bool without_recommends(const struct command *c)
{
	if (command_has(c, "--no-install-recommends --without-recommends"))
		return true;
	for (size_t i = 0; i < c->nargs; i++)
		if (words_hold("-o --option", c->args[i].name))
			return true;
	return false;
}

static bool installs_roots(const struct package_op *op)
{
	bool apt = text_is(text_of(op->manager->id), "apt");

	if (op->verb != PACKAGE_INSTALL || !op->manager->system || !(op->command->top || op->command->certain))
		return false;
	for (size_t i = 0; i < op->n; i++)
		if (words_hold(depending, op->packages[i].name) ||
		    (words_hold(recommending, op->packages[i].name) && (!apt || !without_recommends(op->command))))
			return true;
	return false;
}

/* Goes back over a stage and those that it continues, from the nth command of an item on. */
struct step {
	size_t item, nth;
};

enum { MAX_BEFORE = 2048, MAX_COMMANDS = 2048 }; /* looked at; what is over it counts as holding or not, as is safe */

static bool any_before(struct facts *f, size_t item, size_t nth, bool (*holds)(struct facts *f, struct step at),
		       bool beyond, size_t *found)
{
	const struct doc *d = facts_doc(f);
	int stage = d->items[item].stage;
	size_t seen = 0;

	for (size_t i = item + 1; stage >= 0; stage = facts_stages(f)->list[stage].parent) {
		const struct stage *st = &facts_stages(f)->list[stage];

		i = i > st->end || (int)d->items[item].stage != stage ? st->end : i;
		for (; i > st->from; i--) {
			*found = i - 1;
			if (++seen > MAX_BEFORE)
				return beyond;
			if (i - 1 > st->from && d->items[i - 1].ins &&
			    holds(f, (struct step){ i - 1, i - 1 == item ? nth : TEXT_NPOS }))
				return true;
		}
	}
	return false;
}

static bool step_installs_roots(struct facts *f, struct step at)
{
	const struct script_facts *s;

	if (facts_doc(f)->items[at.item].ins->keyword != KW_RUN)
		return false;
	s = facts_commands(f, at.item);
	for (size_t i = 0; i < s->nops && i < MAX_COMMANDS && s->ops[i].nth < at.nth; i++)
		if (installs_roots(&s->ops[i]))
			return true;
	return false;
}

enum roots roots_before(struct facts *f, size_t item, size_t nth)
{
	enum roots r = roots_of_base(facts_before(f, item)->base);
	size_t found;

	return r == ROOTS_MISSING && any_before(f, item, nth, step_installs_roots, false, &found) ? ROOTS_PRESENT : r;
}

/* --- repositories ---------------------------------------------------------- */

static const char *const repository_paths[] = { "/etc/apt/sources", "/etc/yum.repos.d",      "/etc/yum.conf",
						"/etc/dnf",         "/etc/apk/repositories", "/etc/zypp",
						"/etc/pacman" };

static bool names_repositories(struct text word)
{
	for (size_t i = 0; i < sizeof(repository_paths) / sizeof(repository_paths[0]); i++)
		if (text_find(word, text_of(repository_paths[i]), 0) != TEXT_NPOS)
			return true;
	return false;
}

static bool words_name_repositories(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nwords; i++)
		if (names_repositories(command_word(c, i)))
			return true;
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (names_repositories(text_range(c->list->text, c->sh->redirs[i].word.at)))
			return true;
	return false;
}

/* A package that brings a repository, or may. */
static bool brings_repository(const struct package *p)
{
	return p->kind == PACKAGE_FILE || p->kind == PACKAGE_URL || p->kind == PACKAGE_UNKNOWN ||
	       text_ends(p->name, TEXT("-release")) || text_ends(p->name, TEXT("-repo")) ||
	       text_ends(p->name, TEXT("-keyring"));
}

static bool adds_repository(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);

	if (command_in(c, "add-apt-repository apt-add-repository yum-config-manager extrepo rpm dpkg") ||
	    command_runs_script(c) || words_name_repositories(c))
		return true;
	if (command_in(c, "dnf dnf5 yum zypper microdnf") && first && first->value.state == KNOWN &&
	    words_hold("config-manager copr addrepo ar", first->value.text))
		return true;
	return manager_of_program(c->name) &&
	       command_has(c, "-X --repository --repofrompath --plus-repo -p --repositories-file");
}

static bool script_adds(struct facts *f, struct step at)
{
	const struct script_facts *s = facts_commands(f, at.item);

	if (!s->script || !s->script->tree.list || s->script->doubtful || s->n > MAX_COMMANDS)
		return true;
	for (size_t i = 0; i < s->n && i < at.nth; i++)
		if (adds_repository(&s->commands[i]))
			return true;
	for (size_t i = 0; i < s->nops && s->ops[i].nth < at.nth; i++)
		for (size_t k = 0; s->ops[i].manager->system && s->ops[i].verb == PACKAGE_INSTALL && k < s->ops[i].n;
		     k++)
			if (brings_repository(&s->ops[i].packages[k]))
				return true;
	return false;
}

/* What is copied to the root, or below /etc, may be a list of repositories. */
static bool copy_adds(struct facts *f, struct step at)
{
	const struct instruction *ins = facts_doc(f)->items[at.item].ins;
	const struct state *st = facts_before(f, at.item);
	struct maybe dest = ins->nwords
				    ? state_expand(st, facts_arena(f), facts_doc(f), ins->words[ins->nwords - 1].value)
				    : maybe_unknown();

	if (dest.state == KNOWN)
		dest = state_path(st, facts_arena(f), dest.text);
	return dest.state != KNOWN || text_is(dest.text, "/") || text_is(dest.text, "/etc") ||
	       names_repositories(dest.text) || text_starts(dest.text, TEXT("/etc/apt"));
}

static bool step_adds_repository(struct facts *f, struct step at)
{
	switch (facts_doc(f)->items[at.item].ins->keyword) {
	case KW_RUN:
		return script_adds(f, at);
	case KW_COPY:
	case KW_ADD:
		return copy_adds(f, at);
	default:
		return false;
	}
}

size_t repository_added(struct facts *f, size_t item, size_t nth)
{
	size_t found;

	return any_before(f, item, nth, step_adds_repository, true, &found) ? found : TEXT_NPOS;
}

/* --- hosts ----------------------------------------------------------------- */

struct text https_host(struct text address)
{
	struct text host;
	size_t end = 0;

	if (!text_starts(address, TEXT("https://")))
		return TEXT_NONE;
	host = text_from(address, 8);
	while (end < host.n && (ascii_alnum((unsigned char)host.p[end]) || host.p[end] == '-' || host.p[end] == '.'))
		end++;
	if (end < host.n && host.p[end] == ':' && text_starts(text_from(host, end), TEXT(":443")) &&
	    (end + 4 == host.n || host.p[end + 4] == '/'))
		return text_sub(host, 0, end);
	return end == host.n || host.p[end] == '/' || host.p[end] == '?' ? text_sub(host, 0, end) : TEXT_NONE;
}

/* Labels of what a company runs for itself, with certificates of its own. */
static const char private_labels[] =
	"localhost local localdomain internal intranet corp lan home private priv test example invalid "
	"onion nexus artifactory artifacts-internal";

bool host_is_public(struct text host)
{
	struct text rest = host, label = TEXT_NONE;
	bool more = true;
	size_t n = 0;

	while (text_cut(&rest, '.', &label, &more)) {
		bool documentation = text_is(label, "example") && more && !text_has(rest, '.'); /* example.org */

		if (!label.n || (words_hold(private_labels, label) && !documentation))
			return false;
		n++;
	}
	return n > 1 && label.n > 1 && ascii_alpha((unsigned char)label.p[0]);
}
