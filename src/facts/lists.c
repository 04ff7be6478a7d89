/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/lists.h"

#include "facts/mount.h"

#include <string.h>

/* Commands that one question looks at, stages and bytes of nested scripts counted in; what is behind them may
 * need the lists. */
enum { MAX_SEARCH = 1024, BYTES_A_COMMAND = 16, MAX_STAGES = 256 };

/* Programs beside apt-get that read its lists, or install with it. */
static const char apt_readers[] = "apt-cache aptitude apt-file apt-rdepends apt-show-versions mk-build-deps gdebi rosdep tasksel "
				  "ansible ansible-playbook puppet chef-solo chef-client salt-call unattended-upgrade pbuilder checkinstall";

/* Scripts by name that build and install nothing from a distribution. */
static const char build_scripts[] = "configure config Configure gradlew mvnw autogen.sh buildconf b2 waf";

static const char system_dirs[] = "/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin";

/* A program by its path, outside of where the system has its own. */
static bool is_script_path(const struct command *c)
{
	struct text path = c->sh->words[c->first].value.text, dir;
	size_t slash;

	if (c->sh->words[c->first].value.state != KNOWN)
		return true;
	if (text_ends(path, TEXT(".sh")))
		return !words_hold(build_scripts, c->name);
	slash = text_rchr(path, '/');
	if (slash == TEXT_NPOS)
		return false;
	dir = text_sub(path, 0, slash);
	return !words_hold(system_dirs, dir) && !program_find(c->name) && !words_hold(build_scripts, c->name) &&
	       !text_starts(c->name, TEXT("python"));
}

/* . /etc/os-release, source venv/bin/activate: what only sets variables. */
static bool sources_settings(const struct command *c)
{
	static const char *const ends[] = { "/activate", "/os-release", "/lsb-release", "rc", "profile", "/nvm.sh", "/env", ".env",
					    "/envvars", "/setup.bash", "/conda.sh", "/sdkman-init.sh", "/setvars.sh" };
	const struct arg *file = command_operand(c, 0);
	struct text word = file ? command_word(c, file->word) : TEXT_NONE;

	if (text_ends(word, TEXT("\"")))
		word.n--;
	for (size_t i = 0; file && i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_ends(word, text_of(ends[i])))
			return true;
	return !file;
}

/* make install-deps, python3 bootstrap.py: what else runs files of a project, where a name speaks of more than building. */
static bool runs_setup(const struct command *c)
{
	static const char *const parts[] = { "deps", "dependenc", "bootstrap", "provision", "packages" };

	if (!command_in(c, "make python python2 python3 ruby perl node rake just task"))
		return false;
	for (size_t i = 0; i < c->nargs; i++)
		for (size_t k = 0; c->args[i].kind == ARG_OPERAND && k < sizeof(parts) / sizeof(parts[0]); k++)
			if (text_find(command_word(c, c->args[i].word), text_of(parts[k]), 0) != TEXT_NPOS)
				return true;
	return false;
}

bool command_runs_script(const struct command *c)
{
	if (runs_setup(c))
		return true;
	if (!c->name.n)
		return true;
	/* sh x.sh, bash -c "...", and sh alone, which reads what is piped to it */
	if (command_in(c, "sh bash dash ash zsh eval"))
		return true;
	/* what it runs was not seen: sudo -i apt-get ... */
	if (command_in(c, "sudo doas"))
		return true;
	return command_in(c, ". source") ? !sources_settings(c) : is_script_path(c);
}

static bool is_manager(const struct package_op *op, const struct manager *m)
{
	return strcmp(op->manager->id, m->id) == 0;
}

/* A script that is not read, or read by an unknown program. */
bool script_is_closed(const struct script_facts *s)
{
	return !s->script->tree.list || s->script->doubtful;
}

/* ["mkdir", "-p", "/data"]: a program of the system that is no manager installs nothing. */
bool exec_installs_nothing(const struct instruction *ins)
{
	struct text path = ins->nwords ? ins->words[0].value : TEXT_NONE, name = path;
	size_t slash = text_rchr(path, '/');

	if (slash != TEXT_NPOS) {
		name = text_from(path, slash + 1);
		if (!words_hold(system_dirs, text_sub(path, 0, slash)))
			return false;
	}
	return !manager_of_program(name) && !words_hold(apt_readers, name) && !words_hold("sh bash dash ash zsh env sudo", name);
}

/* Scripts by a part of their name or address that install nothing from a distribution; or that fetch the
 * lists anew before they do (as the scripts themselves stood in November 2026). */
static const struct {
	const char *part;
	bool updates;
} installers[] = {
	{ "conda", false },          { "mambaforge", false },  { "miniforge", false },       { "nvm-sh/nvm/", false },
	{ "creationix/nvm/", false }, { "sh.rustup.rs", false }, { "install.python-poetry.org", false },
	{ "deb.nodesource.com/setup", true },
};

enum use { USE_NONE, USE_MAYBE, USE_SURE, USE_ENDS };

static bool match_installer(const struct sh_word *w, bool *updates)
{
	for (size_t i = 0; w->value.state == KNOWN && i < sizeof(installers) / sizeof(installers[0]); i++)
		if (text_find(w->value.text, text_of(installers[i].part), 0) != TEXT_NPOS) {
			*updates = installers[i].updates;
			return true;
		}
	return false;
}

enum { NEAR = 8 }; /* commands before it in its pipeline that are looked at */

/* bash miniconda.sh -b, curl https://... | sh */
static bool is_installer(const struct command *c, bool *updates)
{
	const struct sh_step *s = &c->list->steps[c->step];

	for (size_t place = c->place < NEAR ? 0 : c->place - NEAR; place <= c->place; place++)
		for (size_t i = 1; i < s->commands[place].nwords; i++)
			if (match_installer(&s->commands[place].words[i], updates))
				return true;
	return false;
}

struct search {
	struct facts *f;
	const struct manager *m;
	size_t left; /* of MAX_SEARCH */
};

static bool spend(struct search *x, size_t n)
{
	x->left -= n < x->left ? n : x->left;
	return x->left > 0;
}

static enum use scan(struct search *x, const struct script_facts *s, size_t from, int depth);

/* Nothing decides whether it runs: not [ -e x ] && c, nor a || c. What stands before && may fail, but then so
 * does what is chained behind it. */
static bool runs_always(const struct command *c)
{
	size_t i = c->step;

	if (c->certain)
		return true;
	for (; c->top && i > 0 && c->list->steps[i - 1].join == SH_AND; i--) {
		const struct sh_command *before = &c->list->steps[i - 1].commands[0];

		if (before->kind != SH_SIMPLE || (before->nwords && before->words[0].value.state == KNOWN &&
						  words_hold("[ test command which type grep false", before->words[0].value.text)))
			return false;
	}
	return c->top && (i == 0 || c->list->steps[i - 1].join != SH_OR);
}

/* What sh -c '...' runs. */
static enum use use_of_nested(struct search *x, const struct command *c, int depth)
{
	struct arena a = { 0 }; /* each question reads it again: nothing of it is kept */
	struct script_facts inner = { .script = depth ? command_script(&a, c) : NULL };
	enum use u = USE_MAYBE;

	if (inner.script && !script_is_closed(&inner) && spend(x, inner.script->tree.text.n / BYTES_A_COMMAND)) {
		commands_read(&a, inner.script, &inner.commands, &inner.n);
		packages_read(&a, &inner);
		u = scan(x, &inner, 0, depth - 1);
	}
	arena_release(&a);
	return u == USE_ENDS && !runs_always(c) ? USE_NONE : u;
}

static enum use use_of_op(const struct package_op *op)
{
	if (op->verb == PACKAGE_UPDATE || op->updates)
		return runs_always(op->command) ? USE_ENDS : USE_NONE;
	if (op->verb == PACKAGE_OTHER)
		return command_operands(op->command) ? USE_MAYBE : USE_NONE;
	return op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_UPGRADE ? USE_SURE : USE_NONE;
}

static enum use use_of_command(struct search *x, const struct script_facts *s, size_t nth, int depth)
{
	const struct command *c = &s->commands[nth];
	const struct package_op *op = script_op(s, nth);
	bool updates;

	if (op)
		return is_manager(op, x->m) ? use_of_op(op) : USE_NONE;
	if (text_is(text_of(x->m->id), "apt") && command_in(c, apt_readers))
		return USE_MAYBE;
	if (!command_runs_script(c))
		return USE_NONE;
	if (is_installer(c, &updates))
		return updates && c->certain ? USE_ENDS : USE_NONE;
	return use_of_nested(x, c, depth);
}

static enum use scan(struct search *x, const struct script_facts *s, size_t from, int depth)
{
	for (size_t i = from; i < s->n; i++) {
		enum use u = spend(x, 1) ? use_of_command(x, s, i, depth) : USE_MAYBE;

		if (u != USE_NONE)
			return u;
	}
	return USE_NONE;
}

enum { NESTED = 2 }; /* sh -c 'sh -c ...' that is looked into */

static enum use use_of_script(struct search *x, const struct instruction *ins, const struct script_facts *s, size_t from)
{
	if (!s->script)
		return exec_installs_nothing(ins) ? USE_NONE : USE_MAYBE;
	return script_is_closed(s) ? USE_MAYBE : scan(x, s, from, NESTED);
}

/* ONBUILD RUN: what runs in the builds that start from the image. */
static enum use use_of_trigger(struct search *x, size_t item)
{
	const struct instruction *inner = facts_doc(x->f)->items[item].ins->inner;
	struct arena a = { 0 };
	struct script_facts s = { 0 };
	enum use u;

	if (!inner || inner->keyword != KW_RUN)
		return USE_NONE;
	if (!spend(x, inner->logical.n / BYTES_A_COMMAND))
		return USE_MAYBE;
	s.script = script_read(&a, facts_doc(x->f), inner, facts_before(x->f, item));
	if (s.script) {
		commands_read(&a, s.script, &s.commands, &s.n);
		packages_read(&a, &s);
	}
	u = use_of_script(x, inner, &s, 0);
	arena_release(&a);
	return u;
}

/* What a container starts with may install too; its scripts are another matter. */
static enum use use_of_start(struct search *x, size_t item)
{
	const struct script_facts *s = facts_commands(x->f, item);

	for (size_t i = 0; i < s->nops && spend(x, 1); i++)
		if (is_manager(&s->ops[i], x->m) && use_of_op(&s->ops[i]) != USE_NONE)
			return use_of_op(&s->ops[i]) == USE_ENDS ? USE_NONE : USE_SURE;
	return USE_NONE;
}

static enum use use_in(struct search *x, size_t item, size_t from)
{
	const struct instruction *ins = facts_doc(x->f)->items[item].ins;

	if (ins->keyword == KW_ONBUILD)
		return use_of_trigger(x, item);
	if (ins->keyword == KW_CMD || ins->keyword == KW_ENTRYPOINT)
		return use_of_start(x, item);
	return ins->keyword == KW_RUN ? use_of_script(x, ins, facts_commands(x->f, item), from) : USE_NONE;
}

bool lists_use_in(struct facts *f, size_t item, size_t from, const struct manager *m, bool *certain, bool *ends)
{
	struct search x = { f, m, MAX_SEARCH };
	enum use u = use_in(&x, item, from);

	*certain = u == USE_SURE;
	*ends = u == USE_ENDS;
	return u == USE_MAYBE || u == USE_SURE;
}

/* The instructions of one stage from `from` on; true where the search is over. */
static bool search_stage(struct search *x, size_t stage, size_t from, struct lists_use *use)
{
	const struct doc *d = facts_doc(x->f);
	size_t end = facts_stages(x->f)->list[stage].end;

	for (size_t i = from; i < end; i++) {
		enum use u = USE_NONE;

		if (d->items[i].ins)
			u = spend(x, 1) ? use_in(x, i, 0) : USE_MAYBE;
		if (u == USE_NONE)
			continue;
		if (u == USE_ENDS)
			use->ended_by = i;
		else
			*use = (struct lists_use){ i, u == USE_SURE, TEXT_NPOS };
		return true;
	}
	return false;
}

/* How a path of another stage is to the lists. */
enum reach { REACH_NONE, REACH_LISTS /* they are meant: it is theirs, their folder's, or in them */, REACH_ABOVE };

static enum reach reach_of(struct search *x, struct text path)
{
	struct text rest = text_of(x->m->paths), list;
	bool more = rest.n > 0;

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	while (text_cut(&rest, ' ', &list, &more)) {
		if (text_starts(path, list) || text_eq(path, text_sub(list, 0, text_rchr(list, '/'))))
			return REACH_LISTS;
		if (text_is(path, "/") || (text_starts(list, path) && list.p[path.n] == '/'))
			return REACH_ABOVE;
	}
	return REACH_NONE;
}

/* COPY --from=stage /var/lib/apt ..., RUN --mount=from=stage,source=/var/lib/apt/lists */
static enum reach copies_lists(struct search *x, const struct instruction *ins, size_t stage)
{
	const struct stages *s = facts_stages(x->f);
	const struct flag *from = ins_flag(ins, "from");
	enum reach reach = REACH_NONE;

	if (ins->keyword == KW_RUN)
		return mount_takes(ins, s, stage) ? REACH_LISTS : REACH_NONE;
	if (ins->keyword != KW_COPY || !from || stages_find(s, from->value) != (int)stage)
		return REACH_NONE;
	for (size_t i = 0; i + 1 < ins->nwords && reach != REACH_LISTS; i++) {
		enum reach one = reach_of(x, ins->words[i].value);

		reach = one == REACH_NONE ? reach : one;
	}
	return reach;
}

/* Any instruction of the file that takes them out of the stage by its name. */
static size_t taken_by(struct search *x, size_t stage)
{
	const struct doc *d = facts_doc(x->f);

	for (size_t i = facts_stages(x->f)->list[stage].end; i < d->nitems; i++)
		if (d->items[i].ins && (!spend(x, 1) || copies_lists(x, d->items[i].ins, stage) == REACH_LISTS))
			return i;
	return TEXT_NPOS;
}

/* COPY --from=stage / /: the stage goes on as that one, lists and all. */
static bool copies_all(struct search *x, const struct stage *st, size_t stage)
{
	const struct doc *d = facts_doc(x->f);

	for (size_t i = st->from; i < st->end; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_COPY && copies_lists(x, d->items[i].ins, stage) == REACH_ABOVE)
			return true;
	return false;
}

/* Triggers above the item are run in the builds of others as those below. */
static bool trigger_uses(struct search *x, size_t stage, size_t item, struct lists_use *use)
{
	const struct doc *d = facts_doc(x->f);

	for (size_t i = facts_stages(x->f)->list[stage].from; i < item; i++) {
		enum use u = d->items[i].ins && d->items[i].ins->keyword == KW_ONBUILD ? use_of_trigger(x, i) : USE_NONE;

		if (u != USE_MAYBE && u != USE_SURE)
			continue;
		*use = (struct lists_use){ i, u == USE_SURE, TEXT_NPOS };
		return true;
	}
	return false;
}

/* FROM ${B} may be any stage above. */
static bool may_continue(const struct stage *st)
{
	return st->parent < 0 && st->base_default.state != KNOWN;
}

struct lists_use lists_use_after(struct facts *f, size_t item, const struct manager *m)
{
	const struct stages *s = facts_stages(f);
	size_t stage = (size_t)facts_doc(f)->items[item].stage;
	bool open[MAX_STAGES]; /* from that stage on: the lists are still there at its end */
	struct search x = { f, m, MAX_SEARCH };
	struct lists_use use = { .item = TEXT_NPOS, .ended_by = TEXT_NPOS }, other = use;

	if (trigger_uses(&x, stage, item, &use))
		return use;
	open[0] = !search_stage(&x, stage, item + 1, &use);
	if (open[0] && (use.item = taken_by(&x, stage)) != TEXT_NPOS)
		return use;
	for (size_t i = stage + 1; i < s->n && use.item == TEXT_NPOS; i++) {
		int parent = s->list[i].parent;

		if (i - stage == MAX_STAGES)
			return (struct lists_use){ .item = s->list[i].from, .ended_by = TEXT_NPOS };
		open[i - stage] = (parent >= (int)stage && open[(size_t)parent - stage]) || (open[0] && (may_continue(&s->list[i]) || copies_all(&x, &s->list[i], stage)));
		if (!open[i - stage])
			continue;
		open[i - stage] = !search_stage(&x, i, s->list[i].from + 1, &other);
		use.item = other.item;
		use.certain = other.certain && parent >= 0;
	}
	return use;
}

/* --- who misses the cache -------------------------------------------------- */

/* rm without -f of something in it. */
static bool needs_its_files(const struct command *c, const struct manager *m)
{
	struct text rest = text_of(m->paths), path;
	bool more = rest.n > 0;

	if (!command_is(c, "rm") || command_has(c, "-f --force"))
		return false;
	while (text_cut(&rest, ' ', &path, &more))
		for (size_t i = 0; i < c->nargs; i++)
			if (c->args[i].kind == ARG_OPERAND && text_starts(command_word(c, c->args[i].word), path))
				return true;
	return false;
}

static bool misses(struct search *x, size_t item, size_t from)
{
	const struct script_facts *s = facts_commands(x->f, item);

	for (size_t i = from; i < s->n; i++)
		if (!spend(x, 1) || command_misses(&s->commands[i], x->m) || needs_its_files(&s->commands[i], x->m))
			return true;
	return false;
}

/* In one stage, from `from` on. */
static size_t missed_in(struct search *x, size_t from, size_t end)
{
	const struct doc *d = facts_doc(x->f);

	for (size_t i = from; i < end; i++)
		if (d->items[i].ins && (!spend(x, 1) || (d->items[i].ins->keyword == KW_RUN && misses(x, i, 0))))
			return i;
	return TEXT_NPOS;
}

size_t cache_missed_after(struct facts *f, size_t item, size_t nth, const struct manager *m)
{
	const struct stages *s = facts_stages(f);
	size_t stage = (size_t)facts_doc(f)->items[item].stage, at;
	bool continues[MAX_STAGES] = { true }; /* from that stage on */
	struct search x = { f, m, MAX_SEARCH };

	if (misses(&x, item, nth + 1))
		return item;
	at = missed_in(&x, item + 1, s->list[stage].end);
	for (size_t i = stage + 1; i < s->n && at == TEXT_NPOS; i++) {
		int parent = s->list[i].parent;

		if (i - stage == MAX_STAGES)
			return s->list[i].from;
		continues[i - stage] = parent >= (int)stage && continues[(size_t)parent - stage];
		if (continues[i - stage])
			at = missed_in(&x, s->list[i].from + 1, s->list[i].end);
	}
	return at;
}
