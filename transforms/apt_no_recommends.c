/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

enum { MAX_NAMES = 256 }; /* names kept in mind; a name beyond may be added once more */

/* Names of packages. */
struct names {
	struct text list[MAX_NAMES];
	size_t n;
};

struct hunt {
	struct pass *p;
	size_t stage;
	struct names installed; /* in the stage so far, by name */
	bool *sweeps;           /* by stage: something is removed by name, and what came with it after it */
};

static bool holds(const struct names *s, struct text name)
{
	for (size_t i = 0; i < s->n; i++)
		if (text_eq(s->list[i], name))
			return true;
	return false;
}

static void add_name(struct names *s, struct text name)
{
	if (s->n < MAX_NAMES && !holds(s, name))
		s->list[s->n++] = name;
}

static bool is_apt(const struct package_op *op)
{
	return op && strcmp(op->manager->id, "apt") == 0;
}

/* --- what autoremove takes ------------------------------------------------- */

static bool takes_more(const struct package_op *op)
{
	const struct arg *sub = command_operand(op->command, 0);

	return command_has(op->command, "--auto-remove --autoremove") ||
	       (sub && sub->value.state == KNOWN && words_hold("autoremove auto-remove autopurge", sub->value.text));
}

/* What is named is marked as wanted, and an autoremove then leaves it. */
static bool *find_sweeps(struct pass *p)
{
	const struct stages *st = facts_stages(pass_facts(p));
	bool *sweeps = ARENA_ARRAY(pass_arena(p), st->n + 1, bool);

	for (size_t stage = 0; stage < st->n; stage++) {
		bool removes = false, more = false;

		for (size_t item = st->list[stage].from; pass_next(p, KW_RUN, &item) && item < st->list[stage].end; item++) {
			const struct script_facts *s = facts_commands(pass_facts(p), item);

			for (size_t i = 0; i < s->nops; i++)
				if (is_apt(&s->ops[i]) && s->ops[i].verb == PACKAGE_REMOVE) {
					removes = removes || s->ops[i].n;
					more = more || takes_more(&s->ops[i]);
				}
		}
		sweeps[stage] = removes && more;
	}
	return sweeps;
}

/* --- one install ----------------------------------------------------------- */

/* Said already, one way or the other; or nothing is installed. */
static const char said[] = "--no-install-recommends --install-recommends --no-recommends --with-recommends --without-recommends "
			   "-s --simulate --just-print --dry-run --recon --no-act --print-uris --download-only -d --only-upgrade -h --help";

static bool is_said(const struct command *c)
{
	if (command_has(c, said))
		return true;
	for (size_t i = 0; i < c->nargs; i++) {
		const struct arg *a = &c->args[i];

		if (a->kind == ARG_OPTION && words_hold("-o --option -c --config-file", a->name) &&
		    (a->value.state != KNOWN || text_find(a->value.text, TEXT("-Recommends"), 0) != TEXT_NPOS))
			return true;
	}
	return false;
}

static bool is_candidate(const struct history_place *at)
{
	return is_apt(at->op) && at->op->verb == PACKAGE_INSTALL && at->op->n && command_in(at->command, "apt-get apt") &&
	       maybe_is(command_operand(at->command, 0)->value, "install") && !(at->marks & HISTORY_APT_RECOMMENDS) && !is_said(at->command);
}

/* What is missed without a package's recommends is named, and what is missed of that. */
struct missed {
	const struct names *have;
	struct names add;
	const char *unknown; /* why the table does not tell, or NULL */
	struct text whose;   /* the package that it does not tell of */
};

/* Packages that depend on others which would be named. */
static const struct {
	const char *package, *needs;
} bundles[] = { { "build-essential", "gcc g++ make libc6-dev dpkg-dev" }, { "g++", "gcc libc6-dev" } };

static bool comes_anyway(const struct missed *m, struct text name)
{
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (words_hold(bundles[i].needs, name) &&
		    (holds(m->have, text_of(bundles[i].package)) || holds(&m->add, text_of(bundles[i].package))))
			return true;
	return holds(m->have, name);
}

static void note_keep(struct pass *p, struct finding *f, struct missed *m, const struct catalog_recommends *r)
{
	struct text rest = r->keep, name;
	bool more = rest.n > 0, any = false;

	while (text_cut(&rest, ',', &name, &more))
		if (!comes_anyway(m, name)) {
			any = true;
			add_name(&m->add, name);
		}
	if (any)
		finding_because(p, f, TEXT_NPOS, ARENA_JOIN(pass_arena(p), r->package, TEXT(" only recommends "), r->keep, TEXT(": "), r->why));
}

/* Of another release only what the two agree on, for what it is worth there. */
static bool find_row(struct text package, struct text release, struct catalog_recommends *out)
{
	struct catalog_recommends other;

	if (words_hold("debian12 debian13", release))
		return catalog_recommends_find(package, release, out);
	return catalog_recommends_find(package, TEXT("debian12"), &other) && catalog_recommends_find(package, TEXT("debian13"), out) &&
	       text_eq(other.keep, out->keep);
}

static void judge_package(struct pass *p, struct finding *f, struct missed *m, const struct package *pkg, struct text release)
{
	struct catalog_recommends r;

	/* pkg/release is another release's */
	if (pkg->kind == PACKAGE_NAME && !text_starts(pkg->version, TEXT("/")) && find_row(pkg->name, release, &r)) {
		note_keep(p, f, m, &r);
	} else if (!m->unknown) {
		m->unknown = "what is missed without the packages that it recommends is not known";
		m->whose = pkg->name;
	}
}

/* A bundle that came later makes its parts needless. */
static void drop_bundled(struct missed *m)
{
	struct names all = m->add;

	m->add.n = 0;
	for (size_t i = 0; i < all.n; i++) {
		struct missed rest = { .have = m->have, .add = all };

		if (!comes_anyway(&rest, all.list[i]))
			m->add.list[m->add.n++] = all.list[i];
	}
}

static void judge(struct pass *p, struct finding *f, const struct history_place *at, struct missed *m)
{
	const struct base *b = facts_before(pass_facts(p), at->item)->base;
	struct text release = b->name.n ? distro_of(b->name, b->tag).release : TEXT_NONE;
	struct catalog_recommends r;

	for (size_t i = 0; i < at->op->n; i++)
		judge_package(p, f, m, &at->op->packages[i], release);
	for (size_t i = 0; i < m->add.n; i++)
		if (find_row(m->add.list[i], release, &r))
			note_keep(p, f, m, &r);
	drop_bundled(m);
	if (!words_hold("debian12 debian13", release)) {
		m->unknown = "what is missed without recommended packages is known of Debian 12 and 13 alone";
		m->whose = TEXT_NONE;
	} else if (command_has(at->command, "-t --target-release --default-release")) {
		m->unknown = "another release's packages are asked for";
		m->whose = TEXT_NONE;
	} else if (at->command->prefix & PREFIX_XARGS) {
		m->unknown = "the packages are read from elsewhere";
		m->whose = TEXT_NONE;
	}
}

/* --- edits ----------------------------------------------------------------- */

/* No letter of the word takes a value, which might be the next word. */
static bool is_bare_option(const struct command *c, size_t word)
{
	bool option = false;

	for (size_t i = 0; i < c->nargs; i++) {
		if (c->args[i].word != word)
			continue;
		option = c->args[i].kind == ARG_OPTION && !c->args[i].has_value;
		if (!option)
			return false;
	}
	return option;
}

/* The last of the options that follow the sub-command: install -y. */
static size_t option_place(const struct package_op *op)
{
	size_t word = op->verb_word;

	while (is_bare_option(op->command, word + 1))
		word++;
	return word;
}

/* The blanks in front of a word that begins its line; false where it does not. */
static bool own_line(struct pass *p, size_t item, size_t at, struct text *indent)
{
	struct text t = pass_doc(p)->text;
	size_t word = ins_source(pass_doc(p)->items[item].ins, at), start = word;

	while (start > 0 && (t.p[start - 1] == ' ' || t.p[start - 1] == '\t'))
		start--;
	*indent = text_sub(t, start, word);
	return start > 0 && t.p[start - 1] == '\n';
}

/* One package a line where the list is written so. */
static struct text name_list(struct pass *p, const struct history_place *at, const struct names *add)
{
	const struct package *last = &at->op->packages[at->op->n - 1];
	struct buf out = { 0 };
	struct text indent, all;
	bool lines = own_line(p, at->item, at->command->sh->words[last->word].at.start, &indent) && at->op->n > 1;

	for (size_t i = 0; i < add->n; i++) {
		if (lines) {
			buf_addc(&out, pass_doc(p)->escape);
			buf_add(&out, text_of(pass_doc(p)->newline));
			buf_add(&out, indent);
		} else if (out.n) {
			buf_addc(&out, ' ');
		}
		buf_add(&out, add->list[i]);
		if (lines)
			buf_addc(&out, ' ');
	}
	all = arena_text(pass_arena(p), text_trim(buf_text(&out)));
	buf_release(&out);
	return all;
}

static void note_installed(struct hunt *h, const struct package_op *op)
{
	for (size_t i = 0; i < op->n; i++)
		if (op->packages[i].kind == PACKAGE_NAME)
			add_name(&h->installed, op->packages[i].name);
}

static void propose(struct hunt *h, const struct history_place *at)
{
	struct pass *p = h->p;
	struct finding *f = pass_find(p, at->item, TEXT("packages that are only recommended are installed along, and stay"));
	size_t before = h->installed.n;
	struct missed m = { .have = &h->installed };
	struct text add;

	note_installed(h, at->op);
	judge(p, f, at, &m);
	add = name_list(p, at, &m.add);
	if (!at->command->certain)
		h->installed.n = before;
	if (m.unknown) {
		f->level = LEVEL_STRICT;
		finding_because(p, f, TEXT_NPOS, m.whose.n ? ARENA_JOIN(pass_arena(p), m.whose, TEXT(": "), text_of(m.unknown)) :
							     text_of(m.unknown));
	}
	if (!facts_stages(pass_facts(p))->list[h->stage].kept) {
		f->level = LEVEL_STRICT;
		f->group = GROUP_STYLE;
	}
	if (command_editable(at->command))
		finding_at(p, f, pass_doc(p)->items[at->item].ins, at->command->sh->words[at->command->first].at.start);
	if (add.n && h->sweeps[h->stage]) {
		finding_refuse(p, f, "removed-again",
			       TEXT("a later autoremove would no longer take away what has to be named here: name what is needed, and remove it there"));
		return;
	}
	if (!edit_insert_behind(p, f, at->item, at->command, option_place(at->op), TEXT("--no-install-recommends")) || !add.n)
		return;
	edit_insert_behind(p, f, at->item, at->command, at->op->packages[at->op->n - 1].word, add);
	for (size_t i = 0; at->command->certain && i < m.add.n; i++)
		add_name(&h->installed, m.add.list[i]);
}

static void each(void *data, const struct history_place *at)
{
	struct hunt *h = data;
	size_t stage = (size_t)pass_doc(h->p)->items[at->item].stage;

	if (stage != h->stage)
		h->installed.n = 0;
	h->stage = stage;
	if (is_candidate(at))
		propose(h, at);
	else if (is_apt(at->op) && at->op->verb == PACKAGE_INSTALL && at->command->certain)
		note_installed(h, at->op);
	else if (is_apt(at->op) && at->op->verb == PACKAGE_REMOVE)
		h->installed.n = 0;
}

static void run(struct pass *p)
{
	struct hunt *h = ARENA_NEW(pass_arena(p), struct hunt);

	h->p = p;
	h->sweeps = find_sweeps(p);
	history_walk(pass_facts(p), each, h);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3015" }, { RULE_HADOLINT, NULL } };

const struct transform transform_apt_no_recommends = {
	.id = "apt-no-recommends",
	.title = "apt-get installs what is named, not what is recommended",
	.level = LEVEL_HARDEN,
	.why = "apt-get installs what a package recommends as if it were needed: documentation tools, mail servers, desktop parts. That is "
	       "up to hundreds of megabytes, and every package more is one more to have holes in. What would be missed is named instead.",
	.risk = "At harden only where a table tells for each package what is missed without its recommends in this release of Debian, and "
		"that is added by name. For other packages, files, variables and releases the level is strict: build and try it. A stage "
		"that is in no image is left alone.",
	.maps = maps,
	.before = "FROM debian:13.6\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
	.after = "FROM debian:13.6\nRUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates && rm -rf /var/lib/apt/lists/*\n",
	.may = MAY(ASPECT_RUNS),
	.adds = MAY(ASPECT_PACKAGES),
	.run = run,
};
