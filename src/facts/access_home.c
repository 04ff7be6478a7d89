/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_walk.h"

#include "facts/entry.h"

/* --- what puts things there ------------------------------------------------ */

/* What a command leaves below root's home, unless a variable says where else. */
static const struct {
	const char *programs, *sub, *with, *without;
	const char *elsewhere; /* variables that say so */
	const char *path;      /* below the home */
	const char *needed_by; /* the image needs it where what is started names one of these; "*": anyhow */
} installs[] = {
	{ "pip pip3 pip2", "install", "--user", NULL, "PYTHONUSERBASE", ".local", "*" },
	{ "pipx", "install", NULL, "--global", "PIPX_HOME", ".local", "*" },
	{ "uv", "tool", NULL, NULL, "UV_TOOL_DIR", ".local", "*" },
	{ "uv", "python", NULL, "--install-dir -i", "UV_PYTHON_INSTALL_DIR", ".local/share/uv", "*" },
	{ "poetry", "install", NULL, NULL,
	  "POETRY_VIRTUALENVS_CREATE POETRY_VIRTUALENVS_IN_PROJECT POETRY_VIRTUALENVS_PATH POETRY_CACHE_DIR "
	  "VIRTUAL_ENV",
	  ".cache/pypoetry", "poetry" },
	{ "pipenv", "install sync", NULL, "--system", "PIPENV_VENV_IN_PROJECT WORKON_HOME VIRTUAL_ENV",
	  ".local/share/virtualenvs", "pipenv" },
	{ "gem", "install", "--user-install", NULL, "GEM_HOME", ".gem", "*" },
	{ "cargo", "install", NULL, "--root", "CARGO_HOME CARGO_INSTALL_ROOT", ".cargo", "cargo" },
	{ "go", "install", NULL, NULL, "GOPATH GOBIN", "go", "go" },
	{ "stack", "install", NULL, "--local-bin-path", NULL, ".local", "stack" },
	{ "cabal", "install", NULL, "--installdir --prefix", "CABAL_DIR", ".cabal", "cabal" },
	{ "dotnet", "tool", "-g --global", NULL, "DOTNET_CLI_HOME", ".dotnet", "*" },
	{ "composer", "global", NULL, NULL, "COMPOSER_HOME", ".composer", "composer" },
	{ "playwright", "install", NULL, NULL, "PLAYWRIGHT_BROWSERS_PATH", ".cache/ms-playwright", "*" },
	{ "nvm", "install", NULL, NULL, "NVM_DIR", ".nvm", "*" },
};

/* Installers that are downloaded and run. From their own pages, 2026-11-24. */
static const struct {
	const char *address, *elsewhere, *path, *needed_by;
} installers[] = {
	{ "sh.rustup.rs", "CARGO_HOME", ".cargo", "cargo rustc" },
	{ "nvm-sh/nvm", "NVM_DIR", ".nvm", "*" },
	{ "creationix/nvm", "NVM_DIR", ".nvm", "*" },
	{ "pyenv.run", "PYENV_ROOT", ".pyenv", "*" },
	{ "pyenv/pyenv", "PYENV_ROOT", ".pyenv", "*" },
	{ "install.python-poetry.org", "POETRY_HOME", ".local", "poetry" },
	{ "get.sdkman.io", "SDKMAN_DIR", ".sdkman", "*" },
	{ "bun.sh/install", "BUN_INSTALL", ".bun", "*" },
	{ "deno.land/install", "DENO_INSTALL", ".deno", "*" },
	{ "deno.land/x/install", "DENO_INSTALL", ".deno", "*" },
	{ "astral.sh/uv", "UV_INSTALL_DIR XDG_BIN_HOME UV_UNMANAGED_INSTALL", ".local", "uv" },
	{ "claude.ai/install", NULL, ".local", "claude" },
	{ "get.pnpm.io", "PNPM_HOME", ".local/share/pnpm", "pnpm" },
	{ "get.volta.sh", "VOLTA_HOME", ".volta", "*" },
	{ "asdf-vm/asdf", "ASDF_DIR", ".asdf", "*" },
	{ "rbenv/rbenv", "RBENV_ROOT", ".rbenv", "*" },
	{ "get-ghcup.haskell.org", "GHCUP_INSTALL_BASE_PREFIX", ".ghcup", "ghc" },
};

/* What tools keep there for themselves: another user has a home of its own. */
static const char settings[] = ".ssh .bashrc .bash_profile .bash_aliases .bash_history .profile .zshrc "
			       ".vimrc .vim .gitconfig .git-credentials .npmrc .yarnrc .yarnrc.yml .m2 "
			       ".gradle .cache .npm .pip .netrc .docker .gnupg .inputrc .tmux.conf .condarc "
			       ".gemrc .bundle .ivy2 .sbt .nuget .curlrc .wgetrc .config .aws "
			       ".pypirc .oh-my-zsh .cargo .tmux .nanorc .screenrc .psqlrc";

/* --- the list -------------------------------------------------------------- */

bool access_in_home(struct text path)
{
	return text_is(path, "/root") || text_starts(path, TEXT("/root/"));
}

bool access_home_is_root(struct access_walk *w, size_t item)
{
	const struct state *st = facts_before(w->f, item);
	struct maybe home = state_get(st, w->a, TEXT("HOME"));
	struct text user = text_sub(st->user.text, 0, text_chr(st->user.text, ':', 0));

	if (home.state == KNOWN)
		return text_is(home.text, "/root");
	return st->user.state != KNOWN || !user.n || text_is(user, "root") || text_is(user, "0");
}

/* The one lies in the other. The home itself stands for all that is in it only where it is certain. */
static bool is_of_one(struct text x, bool x_certain, struct text y, bool y_certain)
{
	return text_eq(x, y) || (access_below(x, y) && (x_certain || !text_is(x, "/root"))) ||
	       (access_below(y, x) && (y_certain || !text_is(y, "/root")));
}

/* One fault for what lies in one another. */
void access_home_add(struct access_walk *w, size_t item, struct text path, bool certain)
{
	struct access_closed c = { .path = path, .dir = true, .tree = true };

	if (w->work < w->n)
		return;
	w->work -= w->n;
	for (size_t i = 0; i < w->n; i++) {
		struct access_closed *e = &w->list[i];
		struct access_group *g = &w->groups[e->group];

		if (!g->home || !is_of_one(e->path, g->certain, path, certain))
			continue;
		g->certain = g->certain || certain;
		g->item = item < g->item ? item : g->item;
		if (access_below(path, e->path))
			e->path = path;
		return;
	}
	c.group = access_group_add(w, (struct access_group){ .item = item,
							     .opener = OPEN_NEVER,
							     .top = path,
							     .certain = certain,
							     .home = true,
							     .why = TEXT("/root is closed to others") });
	access_close(w, c);
}

static struct text first_below_home(struct text path)
{
	path = text_from(path, sizeof("/root/") - 1);
	return text_sub(path, 0, text_chr(path, '/', 0));
}

/* --- what is started ------------------------------------------------------- */

static struct text of_entry(struct access_walk *w, const struct entry *e)
{
	const struct instruction *ins = e->item != TEXT_NPOS ? facts_doc(w->f)->items[e->item].ins : NULL;

	return e->state == KNOWN && ins ? ins->rest : TEXT_NONE;
}

/* A word that begins and ends as one: "cargo" in `cargo run`, not in cargo-x. */
static bool names_word(struct text line, struct text word)
{
	for (size_t at = 0; (at = text_find(line, word, at)) != TEXT_NPOS; at++) {
		unsigned char before = at ? (unsigned char)line.p[at - 1] : ' ',
			      after = at + word.n < line.n ? (unsigned char)line.p[at + word.n] : ' ';

		if (!ascii_alnum(before) && before != '-' && before != '_' && before != '.' &&
		    !ascii_alnum(after) && after != '-' && after != '_' && after != '.')
			return true;
	}
	return false;
}

static bool is_needed(struct access_walk *w, const char *needed_by)
{
	struct text rest = text_of(needed_by), word;
	bool more = true;

	if (text_is(rest, "*"))
		return true;
	if (!w->starts_read) {
		struct entry point = entry_of(w->f, w->stage), cmd = entry_cmd_of(w->f, w->stage);

		w->starts[0] = of_entry(w, &point);
		w->starts[1] = of_entry(w, &cmd);
		w->starts_read = true;
	}
	while (text_cut(&rest, ' ', &word, &more))
		if (names_word(w->starts[0], word) || names_word(w->starts[1], word))
			return true;
	return false;
}

/* --- commands -------------------------------------------------------------- */

/* One of the variables is set, or the script speaks of it. */
static bool goes_elsewhere(struct access_walk *w, size_t item, const struct command *c, const char *names)
{
	struct text rest = text_of(names), name;
	bool more = true;

	while (names && text_cut(&rest, ' ', &name, &more)) {
		struct maybe m = state_get(facts_before(w->f, item), w->a, name);

		if (m.state == KNOWN ? !access_in_home(m.text)
				     : text_find(c->script->tree.text, name, 0) != TEXT_NPOS)
			return true;
	}
	return false;
}

static bool has_sub(const struct command *c, const char *sub)
{
	const struct arg *o = command_operand(c, 0);

	return o && o->value.state == KNOWN && words_hold(sub, o->value.text);
}

/* uv tool install, dotnet tool install, composer global require: not list, not search */
static bool is_install(const struct command *c)
{
	for (size_t i = c->first; i < c->sh->nwords; i++)
		if (words_hold("install require update sync", command_word(c, i)))
			return true;
	return false;
}

static bool option_word(const struct command *c, const char *names)
{
	for (size_t i = c->first + 1; names && i < c->sh->nwords; i++)
		if (words_hold(names, text_sub(command_word(c, i), 0, text_chr(command_word(c, i), '=', 0))))
			return true;
	return false;
}

static bool is_set_prefix(const struct command *c)
{
	return command_in(c, "npm pnpm") && c->sh->nwords > c->first + 4 &&
	       text_is(command_word(c, c->first + 3), "prefix");
}

static void by_installer(struct access_walk *w, size_t item, const struct command *c, size_t word, bool sure)
{
	struct text t = command_word(c, word);

	for (size_t k = 0; k < sizeof(installers) / sizeof(installers[0]); k++) {
		struct text path = ARENA_JOIN(w->a, TEXT("/root/"), text_of(installers[k].path));

		if (text_find(t, text_of(installers[k].address), 0) != TEXT_NPOS &&
		    !goes_elsewhere(w, item, c, installers[k].elsewhere))
			access_home_add(w, item, path, sure && is_needed(w, installers[k].needed_by));
	}
}

void access_home_command(struct access_walk *w, size_t item, const struct command *c)
{
	/* A base that is not known may have another user. */
	bool sure = facts_before(w->f, item)->user.state != UNKNOWN;

	if (!c->name.n || !access_home_is_root(w, item))
		return;
	for (size_t i = 0; i < sizeof(installs) / sizeof(installs[0]); i++)
		if (command_in(c, installs[i].programs) && has_sub(c, installs[i].sub) && is_install(c) &&
		    (!installs[i].with || option_word(c, installs[i].with)) &&
		    !option_word(c, installs[i].without) &&
		    !goes_elsewhere(w, item, c, installs[i].elsewhere))
			access_home_add(w, item, ARENA_JOIN(w->a, TEXT("/root/"), text_of(installs[i].path)),
					sure && is_needed(w, installs[i].needed_by));
	/* git clone ADDRESS FOLDER says where. */
	if (command_in(c, "curl wget") || (command_is(c, "git") && c->sh->nwords - c->first == 3))
		for (size_t i = c->first + 1; i < c->sh->nwords; i++)
			by_installer(w, item, c, i, sure);
	if (is_set_prefix(c) && (text_starts(command_word(c, c->first + 4), TEXT("~")) ||
				 text_starts(command_word(c, c->first + 4), TEXT("/root"))))
		access_home_add(w, item, TEXT("/root/.npm-global"), sure);
}

/* --- instructions ---------------------------------------------------------- */

/* Nothing that a program reads. */
static bool is_document(struct text name)
{
	return text_find(name, TEXT("LICEN"), 0) != TEXT_NPOS || text_starts(name, TEXT("README")) ||
	       text_iends(name, TEXT(".md")) || text_starts(name, TEXT("THIRD_PARTY"));
}

void access_home_copy(struct access_walk *w, size_t item, struct text dest)
{
	const struct instruction *ins = facts_doc(w->f)->items[item].ins;

	if (!access_in_home(dest))
		return;
	if (!text_is(dest, "/root") && words_hold(settings, first_below_home(dest)))
		return;
	for (size_t i = 0; i + 1 < ins->nwords; i++) {
		struct text name = text_base(ins->words[i].value);

		if ((text_is(dest, "/root") && words_hold(settings, name)) || is_document(name))
			continue;
		if (text_has(name, '*') || text_has(name, '?') || text_has(name, '[') || text_has(name, '$'))
			name = TEXT_NONE;
		/* Into the home itself: under the name of a single source, where that is told. */
		access_home_add(w, item,
				text_is(dest, "/root") && ins->nwords == 2 && name.n
					? access_join(w->a, dest, name)
					: dest,
				false);
	}
}

/* ~/.pulumi/bin in PATH is there for pulumi; what is seen to put something there makes it certain too. */
static bool starts_out_of(struct access_walk *w, struct text dir)
{
	struct text name = first_below_home(dir);

	return is_needed(w, arena_cstr(w->a, text_from(name, text_starts(name, TEXT(".")) ? 1 : 0)));
}

static void in_path(struct access_walk *w, size_t item, struct text dirs)
{
	bool more = true;
	struct text dir;

	while (text_cut(&dirs, ':', &dir, &more)) {
		if (text_starts(dir, TEXT("~/")))
			dir = ARENA_JOIN(w->a, TEXT("/root"), text_from(dir, 1));
		while (dir.n > 1 && dir.p[dir.n - 1] == '/')
			dir.n--;
		if (access_below(TEXT("/root"), dir))
			access_home_add(w, item, dir, starts_out_of(w, dir));
	}
}

void access_home_env(struct access_walk *w, size_t item)
{
	const struct instruction *ins = facts_doc(w->f)->items[item].ins;
	const struct state *st = facts_before(w->f, item);

	for (size_t i = 0; i + 1 < ins->nwords; i += 2) {
		struct maybe m;

		if (!text_is(ins->words[i].value, "PATH") && !text_is(ins->words[i].value, "HOME"))
			continue;
		m = state_expand_symbolic(st, w->a, facts_doc(w->f), ins->words[i + 1].value);
		if (m.state == KNOWN && text_is(ins->words[i].value, "PATH"))
			in_path(w, item, m.text);
		else if (maybe_is(m, "/root"))
			access_home_add(w, item, TEXT("/root"), false);
	}
}

/* The last instruction of a kind, of the stage or those that it continues. */
static size_t last_of(struct access_walk *w, enum keyword kw)
{
	const struct stages *s = facts_stages(w->f);
	int stage = (int)w->stage;

	for (; stage >= 0; stage = s->list[stage].parent)
		for (size_t i = s->list[stage].end; i > s->list[stage].from; i--)
			if (facts_doc(w->f)->items[i - 1].ins &&
			    facts_doc(w->f)->items[i - 1].ins->keyword == kw)
				return i - 1;
	return TEXT_NPOS;
}

/* CMD ["/root/app"], CMD cd /root/app && ... */
static void by_entry(struct access_walk *w, const struct entry *e)
{
	struct text line = of_entry(w, e), path;
	size_t at = text_find(line, TEXT("/root/"), 0), end;

	if (at == TEXT_NPOS || (at && (ascii_alnum((unsigned char)line.p[at - 1]) || line.p[at - 1] == '.')))
		return;
	path = text_from(line, at);
	for (end = 0; end < path.n &&
		      (ascii_alnum((unsigned char)path.p[end]) || text_has(TEXT("/._-+@"), path.p[end]));
	     end++)
		;
	path.n = end;
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	access_home_add(w, e->item, path, true);
}

void access_home_end(struct access_walk *w)
{
	const struct state *st = facts_after(w->f, w->stage);
	size_t workdir = last_of(w, KW_WORKDIR);
	struct entry e[2];

	e[0] = entry_of(w->f, w->stage);
	e[1] = entry_cmd_of(w->f, w->stage);
	if (st->workdir.state == KNOWN && access_in_home(st->workdir.text) && workdir != TEXT_NPOS)
		access_home_add(w, workdir, st->workdir.text, true);
	by_entry(w, &e[0]);
	by_entry(w, &e[1]);
}
