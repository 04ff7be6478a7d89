/* SPDX-License-Identifier: Apache-2.0 */
/* The command line (docs: README, `dfharden --help`). Every option is a row of one
 * table, from which the help is printed too. */
#ifndef DFH_APP_OPTIONS_H
#define DFH_APP_OPTIONS_H

#include "app/select.h"
#include "base/error.h"

enum subcommand {
	COMMAND_RUN, /* harden files */
	COMMAND_LIST,
	COMMAND_EXPLAIN,
	COMMAND_DUMP,
	COMMAND_MIGRATE,
	COMMAND_HELP,
	COMMAND_VERSION
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_SARIF, /* this one and those behind it: not yet */
	FORMAT_GNU,
	FORMAT_GITHUB,
	FORMAT_MARKDOWN,
	FORMAT_HTML
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What decides which findings are applied; each part only where it was given, so
 * that a configuration file can fill in the rest. All texts are borrowed. */
struct settings {
	bool has_level, has_style;
	enum level level;
	bool style;
	const struct text *only, *skip, *targets; /* NULL: not given */
	size_t nonly, nskip, ntargets;
	bool skip_all;
	unsigned allow, deny; /* 1u << enum consequence */
};

struct options {
	struct arena arena; /* holds what the lists below point to */
	enum subcommand command;
	bool help, version;
	bool diff, write, check, to_stdout; /* --diff is set where none of the others is */
	struct settings settings;
	const char *context;        /* NULL: not given */
	const char *stdin_filename; /* NULL: not given */
	bool has_max_size;
	size_t max_size;            /* bytes */
	size_t jobs;                /* 0: as many as there are processors */
	size_t unified;             /* context lines of a diff */
	enum format format;
	enum color color;
	bool quiet, verbose;
	const char *config; /* NULL: the nearest one */
	bool no_config, print_config;
	const char *const *paths; /* for explain: ids */
	size_t npaths;
};

/* argv[0] is skipped. -1: a usage error; the message says what and what to do. The
 * caller releases o, also then. */
int options_parse(struct options *o, int argc, const char *const *argv, struct error *e);
void options_release(struct options *o);

/* The text of --help. */
void options_help(struct buf *out);

/* A list of ids, separated by commas; each must be a transform's or that of a part of one. */
int settings_ids(struct arena *a, struct text list, const struct text **ids, size_t *n, struct error *e);
/* Names of consequences, separated by commas, as bits. */
int settings_consequences(struct text list, unsigned *bits, struct error *e);
int settings_level(struct text name, enum level *level, struct error *e);
/* Bytes, or a number with KiB or MiB behind it. */
int settings_size(struct text size, size_t *bytes, struct error *e);

/* What is in force where `first` (the command line) goes before `second` (a file). */
struct selection settings_merge(struct arena *a, const struct settings *first, const struct settings *second);

#endif
