/* SPDX-License-Identifier: Apache-2.0 */
#include "app/options.h"

#include <stddef.h>
#include <string.h>

enum { DEFAULT_MAX_SIZE = 1024 * 1024, MAX_JOBS = 64, MAX_CONTEXT = 1000000 };

struct option {
	const char *name; /* without the dashes */
	char letter;      /* or 0 */
	const char *argument; /* what the help calls its value; NULL: it takes none */
	/* What it does: sets a bool, keeps the word (both by their place in struct
	 * options), or calls a function. */
	enum { SETS_BOOL, KEEPS_WORD, CALLS } kind;
	size_t place;
	int (*set)(struct options *o, const char *value, struct error *e);
	const char *help;
};

#define BOOL(field) SETS_BOOL, offsetof(struct options, field), NULL
#define WORD(field) KEEPS_WORD, offsetof(struct options, field), NULL
#define CALL(function) CALLS, 0, function

/* --- setters ---------------------------------------------------------------- */

static int set_level(struct options *o, const char *v, struct error *e)
{
	o->settings.has_level = true;
	return settings_level(text_of(v), &o->settings.level, e);
}

/* Given twice, a list goes on. */
static int add_list(struct arena *a, const struct text **list, size_t *n, const struct text *more, size_t m)
{
	struct text *all = ARENA_ARRAY(a, *n + m + 1, struct text);

	for (size_t i = 0; i < *n; i++)
		all[i] = (*list)[i];
	for (size_t i = 0; i < m; i++)
		all[*n + i] = more[i];
	*list = all;
	*n += m;
	return 0;
}

static int set_only(struct options *o, const char *v, struct error *e)
{
	const struct text *ids;
	size_t n;

	if (settings_ids(&o->arena, text_of(v), &ids, &n, e) < 0)
		return -1;
	return add_list(&o->arena, &o->settings.only, &o->settings.nonly, ids, n);
}

static int set_skip(struct options *o, const char *v, struct error *e)
{
	const struct text *ids;
	size_t n;

	if (strcmp(v, "all") == 0) {
		o->settings.skip_all = true;
		return 0;
	}
	if (settings_ids(&o->arena, text_of(v), &ids, &n, e) < 0)
		return -1;
	return add_list(&o->arena, &o->settings.skip, &o->settings.nskip, ids, n);
}

static int set_allow(struct options *o, const char *v, struct error *e)
{
	return settings_consequences(text_of(v), &o->settings.allow, e);
}

static int set_deny(struct options *o, const char *v, struct error *e)
{
	return settings_consequences(text_of(v), &o->settings.deny, e);
}

static int set_target(struct options *o, const char *v, struct error *e)
{
	struct text rest = text_of(v), part;
	bool more = true;

	while (text_cut(&rest, ',', &part, &more)) {
		if (part.n == 0)
			return error_set(e, "--target: a stage name is empty");
		add_list(&o->arena, &o->settings.targets, &o->settings.ntargets, &part, 1);
	}
	return 0;
}

static int number(const char *option, const char *v, size_t max, size_t *out, struct error *e)
{
	size_t n = 0;

	for (const char *p = v; *p || p == v; p++) {
		if (!ascii_digit((unsigned char)*p) || n > max / 10)
			return error_set(e, "%s: \"%.40s\" is not a number from 0 to %zu", option, v, max);
		n = n * 10 + (size_t)(*p - '0');
	}
	if (n > max)
		return error_set(e, "%s: \"%.40s\" is not a number from 0 to %zu", option, v, max);
	*out = n;
	return 0;
}

static int set_max_size(struct options *o, const char *v, struct error *e)
{
	o->has_max_size = true;
	return settings_size(text_of(v), &o->max_size, e);
}

static int set_jobs(struct options *o, const char *v, struct error *e)
{
	return number("--jobs", v, MAX_JOBS, &o->jobs, e);
}

static int set_unified(struct options *o, const char *v, struct error *e)
{
	return number("-U", v, MAX_CONTEXT, &o->unified, e);
}

static const char *const format_names[] = { "text", "json", "jsonl", "sarif", "gnu", "github", "markdown", "html" };

static int set_format(struct options *o, const char *v, struct error *e)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (strcmp(v, format_names[i]) != 0)
			continue;
		if (i >= FORMAT_SARIF)
			return error_set(e, "--format %s is not there yet; text, json and jsonl are", v);
		o->format = (enum format)i;
		return 0;
	}
	return error_set(e, "--format: \"%.40s\" is none of text, json, jsonl", v);
}

static int set_color(struct options *o, const char *v, struct error *e)
{
	static const char *const names[] = { "auto", "always", "never" };

	for (size_t i = 0; i < 3; i++)
		if (strcmp(v, names[i]) == 0) {
			o->color = (enum color)i;
			return 0;
		}
	return error_set(e, "--color: \"%.40s\" is none of auto, always, never", v);
}

/* --- the table -------------------------------------------------------------- */

static const struct option options[] = {
	{ "diff", 0, NULL, BOOL(diff), "show what would change (the default)" },
	{ "write", 0, NULL, BOOL(write), "change the files in place" },
	{ "check", 0, NULL, BOOL(check), "name the files that would change; exit 1 if there are any" },
	{ "stdout", 0, NULL, BOOL(to_stdout), "print the whole text" },
	{ "level", 0, "LEVEL", CALL(set_level), "safe, harden (default) or strict" },
	{ "style", 0, NULL, BOOL(settings.style), "also what is only spelling and layout" },
	{ "only", 0, "IDS", CALL(set_only), "just these transforms (see `dfharden list`)" },
	{ "skip", 0, "IDS", CALL(set_skip), "not these transforms, or `all`" },
	{ "allow", 0, "KINDS", CALL(set_allow), "allow changes that others must know of:" },
	{ "deny", 0, "KINDS", CALL(set_deny), "deny them: port, volume-owner, base-publisher, server" },
	{ "context", 0, "DIR", WORD(context), "the build context of the files named" },
	{ "target", 0, "STAGES", CALL(set_target), "stages that are built for themselves, beside the last" },
	{ "stdin-filename", 0, "PATH", WORD(stdin_filename), "what standard input is called and where it lies" },
	{ "max-size", 0, "SIZE", CALL(set_max_size), "leave larger files alone (default 1MiB)" },
	{ "jobs", 0, "N", CALL(set_jobs), "files worked on at a time (default: few one by one, many one a processor)" },
	{ "unified", 'U', "N", CALL(set_unified), "lines of context in a diff (default 3)" },
	{ "format", 0, "FORMAT", CALL(set_format), "text (default), json or jsonl" },
	{ "color", 0, "WHEN", CALL(set_color), "auto (default), always or never" },
	{ "quiet", 'q', NULL, BOOL(quiet), "no report, only errors" },
	{ "verbose", 'v', NULL, BOOL(verbose), "the report at full length" },
	{ "config", 0, "FILE", WORD(config), "this configuration (default: the nearest .dfharden.yaml)" },
	{ "no-config", 0, NULL, BOOL(no_config), "no configuration" },
	{ "print-config", 0, NULL, BOOL(print_config), "print the settings in force and where each is from" },
	{ "help", 'h', NULL, BOOL(help), "this text" },
	{ "version", 0, NULL, BOOL(version), "the version" },
};

enum { NOPTIONS = sizeof(options) / sizeof(options[0]) };

static const struct {
	const char *name;
	enum subcommand command;
} commands[] = {
	{ "list", COMMAND_LIST },
	{ "explain", COMMAND_EXPLAIN },
	{ "dump", COMMAND_DUMP },
	{ "migrate", COMMAND_MIGRATE },
};

void options_help(struct buf *out)
{
	buf_adds(out,
		 "usage: dfharden [OPTION...] [PATH...]      show, or make, what hardens Dockerfiles\n"
		 "       dfharden list | explain ID | dump FILE...\n\n"
		 "A PATH is a file, a folder to search, or - for standard input; without one it is\n"
		 "the current folder. The diff goes to standard output, the report to standard error.\n\n");
	for (size_t i = 0; i < NOPTIONS; i++) {
		const struct option *p = &options[i];
		size_t start = out->n;

		buf_adds(out, "  ");
		if (p->letter)
			buf_addf(out, "-%c, ", p->letter);
		buf_addf(out, "--%s", p->name);
		if (p->argument)
			buf_addf(out, " %s", p->argument);
		do
			buf_addc(out, ' ');
		while (out->n - start < 26);
		buf_addf(out, "%s\n", p->help);
	}
	buf_adds(out,
		 "\nlevels: safe (the image behaves the same), harden (who runs, what is inside, what\n"
		 "is pinned; only on evidence), strict (needs your judgement).\n"
		 "exit status: 0 done, 1 something would change (--check), 2 usage or I/O, 3 nothing\n"
		 "found, 4 a file given by name is no Dockerfile.\n");
}

/* --- reading argv ------------------------------------------------------------ */

static const struct option *find_long(struct text name)
{
	for (size_t i = 0; i < NOPTIONS; i++)
		if (text_is(name, options[i].name))
			return &options[i];
	return NULL;
}

static const struct option *find_letter(char letter)
{
	for (size_t i = 0; i < NOPTIONS; i++)
		if (options[i].letter && options[i].letter == letter)
			return &options[i];
	return NULL;
}

struct args {
	int argc, at;
	const char *const *argv;
};

/* inline_value: what follows "=" or the letter; NULL where nothing does. */
static int apply(struct options *o, struct args *args, const struct option *p, const char *word, const char *inline_value,
		 struct error *e)
{
	if (!p)
		return error_set(e, "no such option: %.80s; see dfharden --help", word);
	if (!p->argument && inline_value)
		return error_set(e, "--%s takes no value", p->name);
	if (p->argument && !inline_value) {
		if (args->at >= args->argc)
			return error_set(e, "--%s needs a value: %s", p->name, p->argument);
		inline_value = args->argv[args->at++];
	}
	if (p->kind == CALLS)
		return p->set(o, inline_value, e);
	if (p->kind == SETS_BOOL)
		*(bool *)((char *)o + p->place) = true;
	else
		*(const char **)(void *)((char *)o + p->place) = inline_value;
	return 0;
}

static int read_long(struct options *o, struct args *args, const char *word, struct error *e)
{
	const char *eq = strchr(word, '=');
	struct text name = { word + 2, eq ? (size_t)(eq - word) - 2 : strlen(word) - 2 };

	return apply(o, args, find_long(name), word, eq ? eq + 1 : NULL, e);
}

/* -q, -qv, -U5, -U 5 */
static int read_short(struct options *o, struct args *args, const char *word, struct error *e)
{
	for (const char *c = word + 1; *c; c++) {
		const struct option *p = find_letter(*c);

		if (p && p->argument)
			return apply(o, args, p, word, c[1] ? c + 1 : NULL, e);
		if (apply(o, args, p, word, NULL, e) < 0)
			return -1;
	}
	return 0;
}

static bool read_command(struct options *o, const char *word)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(word, commands[i].name) == 0) {
			o->command = commands[i].command;
			return true;
		}
	return false;
}

static int read_all(struct options *o, struct args *args, const char **paths, struct error *e)
{
	bool only_paths = false, first = true;

	while (args->at < args->argc) {
		const char *word = args->argv[args->at++];
		int rc = 0;

		if (!only_paths && strcmp(word, "--") == 0)
			only_paths = true;
		else if (!only_paths && strncmp(word, "--", 2) == 0)
			rc = read_long(o, args, word, e);
		else if (!only_paths && word[0] == '-' && word[1])
			rc = read_short(o, args, word, e);
		else if (!first || only_paths || !read_command(o, word))
			paths[o->npaths++] = word;
		if (word[0] != '-')
			first = false;
		if (rc < 0)
			return -1;
	}
	return 0;
}

static bool names_stdin(const struct options *o)
{
	for (size_t i = 0; i < o->npaths; i++)
		if (strcmp(o->paths[i], "-") == 0)
			return true;
	return false;
}

static int check(struct options *o, struct error *e)
{
	o->settings.has_style = o->settings.style;
	if (o->help || o->version)
		o->command = o->help ? COMMAND_HELP : COMMAND_VERSION;
	if (o->help || o->version)
		return 0;
	if (o->command == COMMAND_MIGRATE)
		return error_set(e, "migrate is not there yet: run dfharden --write in each repository");
	if (o->write && o->to_stdout)
		return error_set(e, "--write and --stdout exclude each other");
	if (o->write && o->check)
		return error_set(e, "--write and --check exclude each other");
	if (o->to_stdout && (o->diff || o->check))
		return error_set(e, "--stdout prints the text alone: leave out --diff and --check");
	if (o->format != FORMAT_TEXT && (o->to_stdout || (o->write && names_stdin(o))))
		return error_set(e, "a report in JSON and the text cannot both go to standard output: leave out --format");
	if (o->command == COMMAND_LIST && o->npaths)
		return error_set(e, "list takes no paths; see dfharden explain ID");
	if (o->config && o->no_config)
		return error_set(e, "--config and --no-config exclude each other");
	if ((o->command == COMMAND_EXPLAIN || o->command == COMMAND_DUMP) && o->npaths == 0)
		return error_set(e, o->command == COMMAND_DUMP ? "dump needs a file" : "explain needs an id; see dfharden list");
	for (size_t i = 0; i < o->npaths; i++)
		if (!o->paths[i][0])
			return error_set(e, "a path is empty");
	if (!o->write && !o->check && !o->to_stdout)
		o->diff = true;
	return 0;
}

int options_parse(struct options *o, int argc, const char *const *argv, struct error *e)
{
	struct args args = { argc, 1, argv };
	const char **paths;

	*o = (struct options){ .max_size = DEFAULT_MAX_SIZE, .unified = 3 };
	o->paths = paths = ARENA_ARRAY(&o->arena, (size_t)argc + 1, const char *);
	if (read_all(o, &args, paths, e) < 0)
		return -1;
	return check(o, e);
}

void options_release(struct options *o)
{
	arena_release(&o->arena);
}
