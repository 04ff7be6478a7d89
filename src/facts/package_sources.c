/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/package_sources.h"

#include "facts/lists.h"

bool op_changes_sources(const struct package_op *op)
{
	static const char *const ends[] = { "-release", "-keyring", "-apt-source", "-config", "-repo" };
	/* With these a source can be read that could not be before. */
	static const char readers[] = "ca-certificates apt-transport-https apt-transport-s3 neurodebian";

	if (op->verb == PACKAGE_OTHER && op->manager->cure == CURE_COMMAND && !op->manager->lists && op->manager->system)
		return true; /* dnf config-manager, dnf copr, zypper addrepo */
	for (size_t i = 0; op->verb == PACKAGE_INSTALL && i < op->n; i++) {
		const struct package *p = &op->packages[i];

		if (p->kind != PACKAGE_NAME || words_hold(readers, p->name))
			return true;
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
			if (text_ends(p->name, text_of(ends[k])))
				return true;
	}
	return false;
}

/* Where the package managers keep what they install from. */
static const char *const source_dirs[] = { "/etc/apt", "/etc/apk", "/etc/yum", "/etc/dnf", "/etc/zypp", "/etc/pacman", "/etc/dpkg" };

bool is_source_path(struct text path)
{
	for (size_t i = 0; i < sizeof(source_dirs) / sizeof(source_dirs[0]); i++)
		if (text_find(path, text_of(source_dirs[i]), 0) != TEXT_NPOS)
			return true;
	return false;
}

static const char source_programs[] = "add-apt-repository apt-add-repository yum-config-manager subscription-manager dnf-config-manager "
				      "amazon-linux-extras extrepo";

static bool is_config_manager(const struct command *c)
{
	const struct arg *sub = command_operand(c, 0);

	return sub && sub->value.state == KNOWN && words_hold("config-manager copr addrepo ar removerepo rr modifyrepo mr", sub->value.text);
}

bool command_changes_sources(const struct command *c, const struct package_op *op)
{
	if (command_in(c, source_programs) || (op && (command_has(c, "--releasever") || is_config_manager(c))))
		return true;
	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		if (is_source_path(command_word(c, i)) && !command_in(c, "ls cat grep test"))
			return true;
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (is_source_path(text_range(c->list->text, c->sh->redirs[i].word.at)) && c->sh->redirs[i].op != SH_IN)
			return true;
	return false;
}

/* > "$FILE": of which not even the start is known. */
static bool is_open_target(const struct command *c, const struct sh_redir *r)
{
	struct text word = text_range(c->list->text, r->word.at);
	bool writes = r->op == SH_OUT || r->op == SH_APPEND || r->op == SH_CLOBBER || r->op == SH_OUT_BOTH || r->op == SH_APPEND_BOTH;

	return writes && r->word.value.state != KNOWN && (text_starts(word, TEXT("$")) || text_starts(word, TEXT("\"$")));
}

/* The same, or it is not seen through. */
static bool may_change_sources(const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (is_open_target(c, &c->sh->redirs[i]))
			return true;
	return command_changes_sources(c, NULL) || command_runs_script(c) || command_in(c, "apt-key dpkg rpm cd pushd rsync") ||
	       (command_in(c, "tar unzip") && command_has(c, "-C --directory -d")) || command_has(c, "--cacheonly") ||
	       (c->prefix & PREFIX_XARGS);
}

static bool run_changes_sources(struct facts *f, size_t item, size_t from, size_t to)
{
	const struct script_facts *s = facts_commands(f, item);

	if (!s->script)
		return !exec_installs_nothing(facts_doc(f)->items[item].ins);
	if (script_is_closed(s))
		return true;
	for (size_t i = from; i < s->n && i < to; i++) {
		const struct package_op *op = script_op(s, i);

		if (op ? op_changes_sources(op) || command_changes_sources(&s->commands[i], op) : may_change_sources(&s->commands[i]))
			return true;
	}
	return false;
}

/* The destination lies where sources are, or above. */
static bool copy_changes_sources(struct facts *f, size_t item)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	const struct state *s = facts_before(f, item);
	struct maybe dest = state_expand(s, facts_arena(f), facts_doc(f), ins->words[ins->nwords - 1].value);

	if (dest.state == KNOWN)
		dest = state_path(s, facts_arena(f), dest.text);
	return dest.state != KNOWN || text_is(dest.text, "/") || text_is(dest.text, "/etc") || is_source_path(dest.text);
}

bool sources_may_change(struct facts *f, size_t item, size_t from, size_t to)
{
	switch (facts_doc(f)->items[item].ins->keyword) {
	case KW_RUN:
		return run_changes_sources(f, item, from, to);
	case KW_COPY:
	case KW_ADD:
		return copy_changes_sources(f, item);
	default:
		return false;
	}
}
