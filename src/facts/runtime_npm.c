/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts of a package.json, and programs whose arguments are what is started. */
#include "facts/runtime_walk.h"

#include <jansson.h>

/* --- package.json ---------------------------------------------------------- */

static json_t *read_package(struct walk *w)
{
	struct path_origin o = walk_origin(w, TEXT("./package.json"));

	return o.kind == MADE_BYTES && !o.cut ? json_loadb(o.bytes.p, o.bytes.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

static struct text package_script(struct walk *w, struct text name)
{
	json_t *j = read_package(w);
	const char *line = json_string_value(json_object_get(json_object_get(j, "scripts"), arena_cstr(w->a, name)));
	struct text found = TEXT_NONE;

	if (line)
		found = arena_text(w->a, text_of(line));
	else if (j && text_is(name, "start"))
		found = TEXT("node server.js");
	json_decref(j);
	return found;
}

/* npm and yarn run prestart and poststart around start. */
static bool walk_named(struct walk *w, struct text name)
{
	struct text line = package_script(w, name), pre = package_script(w, ARENA_JOIN(w->a, TEXT("pre"), name)),
		    post = package_script(w, ARENA_JOIN(w->a, TEXT("post"), name));

	if (!line.n)
		return false;
	if (pre.n)
		walk_line(w, pre);
	walk_line(w, line);
	if (post.n)
		walk_line(w, post);
	return true;
}

/* "start:*": all scripts of that kind. */
static bool walk_pattern(struct walk *w, struct text pattern)
{
	json_t *j;
	const char *key;
	json_t *value;
	bool any = false;

	if (!text_has(pattern, '*'))
		return walk_named(w, pattern);
	j = read_package(w);
	json_object_foreach(json_object_get(j, "scripts"), key, value) {
		if (text_starts(text_of(key), text_sub(pattern, 0, text_chr(pattern, '*', 0)))) {
			any = true;
			walk_named(w, arena_text(w->a, text_of(key)));
		}
	}
	json_decref(j);
	return any;
}

/* --- npm, yarn, pnpm ------------------------------------------------------- */

/* The values of the words from there on; of one that is not known, nothing. */
static const struct text *values(struct walk *w, const struct command *c, size_t first, size_t *n)
{
	struct text *out = ARENA_ARRAY(w->a, c->sh->nwords + 1, struct text);

	*n = 0;
	for (size_t i = first; i < c->sh->nwords; i++)
		out[(*n)++] = c->sh->words[i].value.state == KNOWN ? c->sh->words[i].value.text : TEXT_NONE;
	return out;
}

static bool takes_run(const struct arg *verb)
{
	return verb && (maybe_is(verb->value, "run") || maybe_is(verb->value, "run-script"));
}

/* yarn next start, pnpm exec next start: a program of the project's packages. */
static bool walk_program_of(struct walk *w, const struct command *c, const struct arg *verb)
{
	const struct text *words;
	struct daemon d;
	size_t n;
	bool exec = maybe_is(verb->value, "exec");

	words = values(w, c, verb->word + exec, &n);
	if (n && text_is(words[0], "--")) {
		words++;
		n--;
	}
	if (!n || (!exec && command_is(c, "npm")) || (walk_host_of(words[0]) < 0 && !walk_find(w, words[0], &d) && !walk_runs_others(words[0])))
		return false;
	walk_words(w, words, n);
	return true;
}

void walk_npm(struct walk *w, const struct command *c)
{
	const struct arg *folder = command_option(c, "--prefix -C --cwd --dir"), *verb = command_operand(c, 0), *name = verb;
	struct maybe cwd = w->cwd;

	walk_home(w, reason_with(w->because, c->name));
	if (takes_run(verb))
		name = command_operand(c, 1);
	if (folder && folder->value.state == KNOWN)
		w->cwd = walk_absolute(w, folder->value.text);
	else if (folder)
		w->cwd = maybe_unknown();
	if (!name || name->value.state != KNOWN || w->cwd.state != KNOWN || command_has(c, "-w --workspace --workspaces --filter -F -r --recursive"))
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
	else if (!walk_named(w, name->value.text) && !(name == verb && walk_program_of(w, c, verb)))
		walk_program(w, STARTED_UNSEEN, ARENA_JOIN(w->a, c->name, TEXT(" "), name->value.text), NULL);
	w->cwd = cwd;
}

/* --- programs that start others -------------------------------------------- */

/* How the arguments of a program say what it starts. */
enum runs {
	RUNS_REST,  /* behind its options and NAME=value: cross-env A=1 node x.js */
	RUNS_LINES, /* each operand is a shell line: concurrently "npm run a" "npm run b" */
	RUNS_NAMES  /* each operand names a script of package.json: run-p a b */
};

static const struct {
	const char *names;
	enum runs runs;
	const char *values; /* options with a value of its own */
} runners[] = {
	{ "cross-env cross-env-shell better-npm-run", RUNS_REST, "" },
	{ "dotenv dotenvx env-cmd", RUNS_REST, "-e -f -p -v --file --environments -r" },
	{ "npx bunx pnpx dlx", RUNS_REST, "" },
	{ "concurrently conc", RUNS_LINES,
	  "-n --names -c --prefix-colors -p --prefix -l --prefix-length -s --success -m --max-processes --restart-tries --restart-after" },
	{ "npm-run-all npm-run-all2 run-p run-s", RUNS_NAMES, "--max-parallel -n --npm-path" },
};

static size_t runner_of(struct text name)
{
	size_t i = 0;

	while (i < sizeof(runners) / sizeof(runners[0]) && !words_hold(runners[i].names, name))
		i++;
	return i;
}

bool walk_runs_others(struct text name)
{
	return runner_of(name) < sizeof(runners) / sizeof(runners[0]);
}

static void run_one(struct walk *w, enum runs runs, struct text word)
{
	if (runs == RUNS_LINES && text_starts(word, TEXT("npm:")))
		word = text_from(word, 4);
	else if (runs == RUNS_LINES) {
		walk_line(w, word);
		return;
	}
	/* "a -- --flag" */
	word = text_sub(word, 0, text_chr(word, ' ', 0));
	if (!walk_pattern(w, word))
		walk_program(w, STARTED_UNSEEN, word, NULL);
}

/* A package that npx would fetch is anybody's; one that is known here is what its row, or language, says. */
static void run_rest(struct walk *w, const struct command *c, const struct text *words, size_t n)
{
	struct daemon d;

	if (n && command_in(c, "npx bunx pnpx dlx") && walk_host_of(words[0]) < 0 && !walk_find(w, words[0], &d) && !walk_runs_others(words[0]))
		n = 0;
	if (n)
		walk_words(w, words, n);
	else
		walk_program(w, STARTED_UNSEEN, c->name, NULL);
}

bool walk_runner(struct walk *w, const struct command *c)
{
	size_t row = runner_of(c->name), n, i;
	const struct text *words = values(w, c, c->first + 1, &n);

	if (!walk_runs_others(c->name))
		return false;
	if (command_in(c, "npx bunx pnpx dlx"))
		walk_home(w, reason_with(w->because, c->name));
	for (i = 0; i < n; i++) {
		struct text word = words[i];

		if (text_is(word, "--"))
			continue;
		if (text_starts(word, TEXT("-"))) {
			i += words_hold(runners[row].values, word);
			continue;
		}
		if (runners[row].runs != RUNS_REST)
			run_one(w, runners[row].runs, word);
		else if (!text_has(word, '='))
			break;
	}
	if (runners[row].runs == RUNS_REST)
		run_rest(w, c, words + (i < n ? i : n), i < n ? n - i : 0);
	return true;
}
