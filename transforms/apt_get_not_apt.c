/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* Sub-commands of apt that other programs of the same package have with the same function and options
 * (GetCommands() of apt.cc, apt-get.cc and apt-cache.cc; addArgumentsAPT()). What apt lists for people (list,
 * search, show) has no twin that prints the same. */
static const struct twin {
	const char *subs;    /* blank-separated */
	const char *program;
	const char *instead; /* the sub-command's name there; NULL: the same */
	const char *option;  /* what apt does unasked; NULL: nothing */
} twins[] = {
	{ "update install reinstall remove purge autoremove auto-remove autopurge dist-upgrade build-dep satisfy source download "
	  "changelog clean autoclean auto-clean distclean dist-clean",
	  "apt-get", NULL, NULL },
	{ "full-upgrade", "apt-get", "dist-upgrade", NULL },
	{ "upgrade", "apt-get", NULL, "--with-new-pkgs" },
	{ "policy depends rdepends showsrc", "apt-cache", NULL, NULL },
};

static const struct twin *twin_of(const struct command *c, size_t *word)
{
	const struct arg *sub = command_operand(c, 0);

	if (!command_is(c, "apt") || !sub || sub->value.state != KNOWN)
		return NULL;
	*word = sub->word;
	for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
		if (words_hold(twins[i].subs, sub->value.text))
			return &twins[i];
	return NULL;
}

/* Written plainly: nothing of the word is a quote. */
static bool is_plain(const struct command *c, size_t word)
{
	return text_eq(command_word(c, word), c->sh->words[word].value.text);
}

static void replace(struct pass *p, size_t item, const struct command *c, const struct twin *t, size_t sub)
{
	struct text path = command_word(c, c->first), folder = text_sub(path, 0, path.n - c->name.n);
	struct finding *f = pass_find(p, item, ARENA_JOIN(pass_arena(p),
		TEXT("apt is for people at a terminal, and may change from release to release; "), text_of(t->program), TEXT(" stays as it is")));

	if (command_editable(c))
		finding_at(p, f, pass_doc(p)->items[item].ins, c->sh->words[c->first].at.start);
	if (!edit_word(p, f, item, c, c->first, ARENA_JOIN(pass_arena(p), folder, text_of(t->program))))
		return;
	if (t->instead && !edit_word(p, f, item, c, sub, text_of(t->instead)))
		return;
	if (t->option && !command_has(c, "--with-new-pkgs --without-new-pkgs --no-new-pkgs --new-pkgs"))
		edit_insert_behind(p, f, item, c, sub, text_of(t->option));
}

static void run(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		const struct script_facts *s = facts_commands(pass_facts(p), item);

		for (size_t i = 0; i < s->n; i++) {
			const struct command *c = &s->commands[i];
			size_t sub;
			const struct twin *t = twin_of(c, &sub);

			if (t && is_plain(c, c->first) && (!t->instead || is_plain(c, sub)))
				replace(p, item, c, t, sub);
		}
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3027" }, { RULE_HADOLINT, NULL } };

const struct transform transform_apt_get_not_apt = {
	.id = "apt-get-not-apt",
	.title = "apt-get instead of apt in scripts",
	.level = LEVEL_SAFE,
	.why = "apt is made for people: its manual says that its behaviour may change from release to release, and it warns whenever "
	       "its output is not a terminal. apt-get and apt-cache do the same, and keep doing it.",
	.risk = "None for packages: the two are one program with other defaults. `apt upgrade` becomes `apt-get upgrade --with-new-pkgs`, "
		"which is what it did. apt deletes what it has downloaded and apt-get does not, but the images of Debian and Ubuntu are set "
		"up to delete it. `apt list`, `apt search` and `apt show` print what no other program prints, and are left alone.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN apt update && apt install -y curl && rm -rf /var/lib/apt/lists/*\n",
	.after = "FROM debian:13.6\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
