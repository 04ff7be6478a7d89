/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* --- which calls ----------------------------------------------------------- */

/* Options that npm ci has with the same meaning. */
static const char allowed[] =
	"--omit --include --only --production --prod --dev --ignore-scripts --legacy-peer-deps --strict-peer-deps --no-audit "
	"--audit --no-fund --fund --prefer-offline --prefer-online --offline --unsafe-perm --allow-root --silent -s "
	"--quiet -q --loglevel --verbose -d --registry --no-progress --progress --no-optional --force -f --cache "
	"--no-color --color --foreground-scripts --prefix --no-bin-links --no-update-notifier --no-shrinkwrap-warning "
	"--fetch-retries --fetch-timeout --maxsockets --userconfig --script-shell --no-save --save -y --yes";

static bool is_install(const struct package_op *op)
{
	const struct command *c = op->command;
	const struct arg *location = command_option(c, "--location");

	return text_is(text_of(op->manager->id), "npm") && command_is(c, "npm") && op->verb == PACKAGE_INSTALL &&
	       op->names_none && words_hold("install i", c->sh->words[op->verb_word].value.text) &&
	       !command_has(c, "-g --global") && !(location && maybe_is(location->value, "global"));
}

/* --- what is around it ----------------------------------------------------- */

struct call {
	size_t item;
	const struct script_facts *script;
	const struct package_op *op;
	struct text dir;                  /* of the project, in the image */
	struct path_origin package, lock; /* in the context */
};

static bool refuse(struct pass *p, struct finding *f, const char *code, const char *decide)
{
	finding_refuse(p, f, code, text_of(decide));
	return true;
}

static struct text in_dir(struct pass *p, struct text dir, const char *name)
{
	return ARENA_JOIN(pass_arena(p), text_is(dir, "/") ? TEXT_NONE : dir, TEXT("/"), text_of(name));
}

enum { MAX_BEFORE = 2048 }; /* commands; behind more of them the directory is not known */

/* WORKDIR, then each cd, then --prefix. */
static bool find_dir(struct pass *p, struct call *call)
{
	struct state there = *facts_before(pass_facts(p), call->item);
	const struct arg *prefix = command_option(call->op->command, "--prefix");

	if (call->op->nth > MAX_BEFORE)
		return false;
	for (size_t i = 0; i < call->op->nth; i++) {
		const struct command *c = &call->script->commands[i];
		const struct arg *to = command_operand(c, 0);

		if (!command_in(c, "cd pushd popd"))
			continue;
		if (!command_is(c, "cd") || c->list != call->op->command->list || !to || to->value.state != KNOWN)
			return false;
		there.workdir = state_path(&there, pass_arena(p), to->value.text);
	}
	if (prefix)
		there.workdir = prefix->value.state == KNOWN ? state_path(&there, pass_arena(p), prefix->value.text)
							     : maybe_unknown();
	call->dir = there.workdir.text;
	return there.workdir.state == KNOWN;
}

static struct path_origin find_lock(struct pass *p, const struct call *call)
{
	struct path_origin o = made_before(pass_facts(p), call->item, in_dir(p, call->dir, "npm-shrinkwrap.json"));

	return o.kind == MADE_ELSEWHERE
		       ? made_before(pass_facts(p), call->item, in_dir(p, call->dir, "package-lock.json"))
		       : o;
}

enum { MAX_LOCK = 8 * 1024 * 1024 };

static bool read_whole(struct pass *p, const struct path_origin *o, struct text *bytes)
{
	bool cut = false;

	*bytes = o->bytes;
	if (!o->cut)
		return true;
	return o->path.n &&
	       context_read(facts_context(pass_facts(p)), o->path, MAX_LOCK, pass_arena(p), bytes, &cut) ==
		       CONTEXT_FILE &&
	       !cut;
}

/* Beside package.json in the build context. */
static enum context_answer beside(struct pass *p, const struct call *call, const char *name)
{
	size_t slash = text_rchr(call->package.path, '/');
	struct text dir = text_sub(call->package.path, 0, slash == TEXT_NPOS ? 0 : slash + 1);

	return context_stat(facts_context(pass_facts(p)), ARENA_JOIN(pass_arena(p), dir, text_of(name))).answer;
}

/* --- refusals -------------------------------------------------------------- */

static bool refuse_files(struct pass *p, struct finding *f, const struct call *call)
{
	if (call->lock.kind == MADE_UNSEEN || !facts_context(pass_facts(p)))
		return refuse(
			p, f, "lock-unseen",
			"whether a lock file is there is not seen: write npm ci if package-lock.json is copied with package.json");
	if (call->lock.kind == MADE_BYTES)
		return false;
	if (beside(p, call, "package-lock.json") == CONTEXT_FILE ||
	    beside(p, call, "npm-shrinkwrap.json") == CONTEXT_FILE)
		return refuse(
			p, f, "lock-not-copied",
			"the lock file is in the build context, but not copied: copy it with package.json, and write npm ci");
	return refuse(
		p, f, "lock-missing",
		"the build gets no lock file: commit the package-lock.json that npm install writes, copy it with package.json, "
		"and write npm ci");
}

static bool refuse_lock(struct pass *p, struct finding *f, const struct call *call)
{
	unsigned npm = npm_of_base(facts_before(pass_facts(p), call->item)->base), version = 0;
	struct text package, lock;
	enum npm_lock fits = NPM_LOCK_UNREADABLE;

	if (read_whole(p, &call->package, &package) && read_whole(p, &call->lock, &lock))
		fits = npm_lock_fits(package, lock, &version);
	if (call->lock.path.n)
		finding_because(p, f, call->lock.item, ARENA_JOIN(pass_arena(p), TEXT("copies "), call->lock.path));
	switch (fits) {
	case NPM_LOCK_FITS:
		break;
	case NPM_LOCK_OLD:
		return refuse(
			p, f, "lock-old",
			"the lock file is of version 1 and does not say what package.json asked for: write it anew with a current "
			"npm");
	case NPM_LOCK_DIFFERS:
		return refuse(
			p, f, "lock-differs",
			"package.json has other dependencies than the lock file, which npm ci refuses: run npm install and "
			"commit the lock file");
	case NPM_LOCK_WORKSPACES:
		return refuse(p, f, "workspaces",
			      "the project has workspaces, which npm ci wants all to be there: write it if they are");
	default:
		return refuse(p, f, "lock-unreadable",
			      "package.json or the lock file cannot be read as JSON, or is too large");
	}
	if (!npm || (version > 2 && npm < 7))
		return refuse(
			p, f, "npm-unknown",
			"whether npm here is new enough for npm ci and for the lock file is not known: write it if it is");
	return false;
}

/* What a command before it does to what npm ci works with. */
enum harm { HARM_NONE, HARM_MODULES, HARM_FILES, HARM_NPM };

static const struct {
	const char *code, *decide, *because;
} harms[] = {
	[HARM_MODULES] = { "node-modules-kept",
			   "npm ci starts from an empty node_modules, and what is in it may be meant to stay: write it if not",
			   "puts something into node_modules, or may do so" },
	[HARM_FILES] = { "lock-changed",
			 "package.json or the lock file is changed before: write npm ci if they still fit each other",
			 "changes a file" },
	[HARM_NPM] = { "npm-unknown",
		       "another npm is installed before: write npm ci if it is 5.7 or newer, and knows the lock file",
		       "installs npm" },
};

static bool names(struct text word, const char *list)
{
	size_t slash = text_rchr(word, '/');

	return words_hold(list, slash == TEXT_NPOS ? word : text_from(word, slash + 1));
}

static enum harm harm_of_words(const struct command *c)
{
	for (size_t i = c->first + 1; i < c->sh->nwords; i++) {
		struct text word = command_word(c, i);

		if (text_find(word, TEXT("node_modules"), 0) != TEXT_NPOS ||
		    (command_in(c, "npm yarn pnpm") && text_is(word, "link")))
			return HARM_MODULES;
		if (command_is(c, "npm") && words_hold("pkg set-script version", word))
			return HARM_FILES;
		if (names(word, "package.json package-lock.json npm-shrinkwrap.json .npmrc"))
			return HARM_FILES;
		if (text_is(word, "npm") || text_starts(word, TEXT("npm@")))
			return HARM_NPM;
	}
	return HARM_NONE;
}

/* An install in the same folder, or in one that is not known. */
static bool installs_there(struct pass *p, const struct call *call, size_t item, const struct script_facts *s,
			   const struct package_op *op)
{
	struct call other = { .item = item, .script = s, .op = op };

	if (op->verb != PACKAGE_INSTALL || !words_hold("npm yarn pnpm", text_of(op->manager->id)) ||
	    command_has(op->command, "-g --global"))
		return false;
	return !find_dir(p, &other) || text_eq(other.dir, call->dir);
}

static enum harm harm_of_script(struct pass *p, const struct call *call, size_t item)
{
	const struct script_facts *s = facts_commands(pass_facts(p), item);
	size_t end = item == call->item ? call->op->nth : s->n;
	enum harm harm = s->script && !s->script->tree.list ? HARM_MODULES : HARM_NONE;

	for (size_t i = 0; i < s->nops && s->ops[i].nth < end && harm == HARM_NONE; i++)
		if (installs_there(p, call, item, s, &s->ops[i]))
			harm = HARM_MODULES;
	for (size_t i = 0; i < end && harm == HARM_NONE; i++)
		harm = harm_of_words(&s->commands[i]);
	return harm;
}

static bool refuse_harm(struct pass *p, struct finding *f, const struct call *call)
{
	const struct stages *stages = facts_stages(pass_facts(p));
	const struct doc *d = pass_doc(p);
	size_t end = call->item + 1;

	for (int stage = d->items[call->item].stage; stage >= 0; stage = stages->list[stage].parent, end = TEXT_NPOS)
		for (size_t i = stages->list[stage].from + 1; i < stages->list[stage].end && i < end; i++) {
			enum harm harm = HARM_NONE;

			if (d->items[i].ins && d->items[i].ins->keyword == KW_RUN)
				harm = harm_of_script(p, call, i);
			if (harm == HARM_NONE)
				continue;
			finding_because(p, f, i, text_of(harms[harm].because));
			return refuse(p, f, harms[harm].code, harms[harm].decide);
		}
	return false;
}

static bool refuse_modules(struct pass *p, struct finding *f, const struct call *call)
{
	struct text modules = in_dir(p, call->dir, "node_modules");

	if (refuse_harm(p, f, call))
		return true;
	if (!made_folder_before(pass_facts(p), call->item, modules) &&
	    mount_covers(pass_facts(p), call->item, modules) == UNSET)
		return false;
	return refuse(
		p, f, "node-modules-kept",
		"node_modules is copied or mounted, and npm ci would take it away: leave it out by .dockerignore, and write "
		"npm ci");
}

/* An .npmrc may turn lock files off. */
static bool refuse_options(struct pass *p, struct finding *f, const struct call *call)
{
	const struct command *c = call->op->command;

	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].kind == ARG_OPTION && !words_hold(allowed, c->args[i].name))
			return refuse(p, f, "npm-options",
				      "npm ci may not know all of these options: write it if they are not needed");
	if (beside(p, call, ".npmrc") == CONTEXT_FILE) {
		struct path_origin rc = { .kind = MADE_BYTES,
					  .cut = true,
					  .path = ARENA_JOIN(pass_arena(p),
							     text_sub(call->package.path, 0, call->package.path.n - 12),
							     TEXT(".npmrc")) };
		struct text bytes;

		if (!read_whole(p, &rc, &bytes) || text_find(bytes, TEXT("package-lock"), 0) != TEXT_NPOS)
			return refuse(p, f, "npm-options",
				      ".npmrc says something about lock files: write npm ci if they are used");
	}
	return false;
}

/* --- one call -------------------------------------------------------------- */

static void run_call(struct pass *p, struct call *call)
{
	struct finding *f;

	if (!find_dir(p, call))
		return;
	call->package = made_before(pass_facts(p), call->item, in_dir(p, call->dir, "package.json"));
	/* Seen to be copied from the context; what else there may be is nothing to speak of. */
	if (call->package.kind != MADE_BYTES || !text_ends(call->package.path, TEXT("package.json")))
		return;
	call->lock = find_lock(p, call);
	f = pass_find(p, call->item,
		      TEXT("npm install may take other versions than the lock file says; npm ci installs just these"));
	if (command_editable(call->op->command))
		finding_at(p, f, pass_doc(p)->items[call->item].ins,
			   call->op->command->sh->words[call->op->verb_word].at.start);
	/* What failed and was passed over may then succeed, or the other way round. */
	if (!call->op->command->certain)
		f->level = LEVEL_STRICT;
	if (!refuse_files(p, f, call) && !refuse_options(p, f, call) && !refuse_lock(p, f, call) &&
	    !refuse_modules(p, f, call))
		edit_word(p, f, call->item, call->op->command, call->op->verb_word, TEXT("ci"));
}

/* Each of them reads two files; a Dockerfile with more was not written by people. */
enum { MAX_CALLS = 32 };

static void run(struct pass *p)
{
	size_t n = 0;

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		const struct script_facts *s = facts_commands(pass_facts(p), item);

		for (size_t i = 0; i < s->nops; i++) {
			struct call call = { .item = item, .script = s, .op = &s->ops[i] };

			if (is_install(&s->ops[i]) && n++ < MAX_CALLS)
				run_call(p, &call);
		}
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, NULL } };

const struct transform transform_npm_ci = {
	.id = "npm-ci",
	.title = "npm ci instead of npm install",
	.level = LEVEL_HARDEN,
	.why = "npm install takes what is newest on the day of the build where the lock file leaves room, or when it does not fit package.json. "
	       "npm ci installs exactly what the lock file lists, checks it by its hashes, and stops where the two do not fit.",
	.risk = "The build stops when somebody changes package.json without the lock file. It acts only where both are in the build context and "
		"copied before the call, ask for the same packages, and nothing is in node_modules that has to stay.",
	.maps = maps,
	.before = "FROM node:26.7\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install --omit=dev\n",
	.after = "FROM node:26.7\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n",
	.example_context = "package.json={} package-lock.json={\"lockfileVersion\":3,\"packages\":{\"\":{}}}",
	.may = MAY(ASPECT_RUNS),
	.run = run,
};
