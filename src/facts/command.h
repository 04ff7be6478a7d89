/* SPDX-License-Identifier: Apache-2.0 */
/* The simple commands of a script as a person reads them: program, sub-command,
 * options and operands, seen through what only stands in front (sudo, env, exec ...). */
#ifndef DFH_FACTS_COMMAND_H
#define DFH_FACTS_COMMAND_H

#include "facts/script.h"

/* What stands in front of a program. */
enum command_prefix {
	PREFIX_SUDO = 1,  /* sudo, doas without another user */
	PREFIX_USER = 2,  /* runs as somebody else: sudo -u, gosu, su-exec, setpriv, runuser */
	PREFIX_ENV = 4,   /* env */
	PREFIX_EXEC = 8,  /* exec */
	PREFIX_XARGS = 16, /* operands come from standard input too */
	PREFIX_OTHER = 32 /* nice, timeout, nohup, time, command ... */
};

enum arg_kind { ARG_OPTION, ARG_OPERAND };

/* -y, --name, --name=value, -t value; of a cluster (-qy) one for each letter. */
struct arg {
	enum arg_kind kind;
	size_t word;        /* index in sh->words */
	struct text name;   /* of an option: "-y", "--target-release" */
	bool has_value;
	struct maybe value; /* of an option with a value; of an operand: itself. UNKNOWN: expanded by the shell */
	size_t value_word;  /* where the value stands; == word where it is glued */
};

struct command {
	const struct script *script;
	const struct sh_command *sh; /* SH_SIMPLE, of at least one word */
	unsigned prefix;   /* enum command_prefix */
	size_t first;      /* index of the word that names the program */
	struct text name;  /* without its directory; "pip" for python -m pip; empty where it is not known */
	/* Parsed by the table of the program's options (command_understood), else every word
	 * with a dash is an option without a value. */
	const struct arg *args;
	size_t nargs;
	bool understood;
	/* The list and step that it stands in, and its place in the pipeline. */
	const struct sh_list *list;
	size_t step, place;
	bool top;     /* a step of the script's own list, alone in its pipeline, in the foreground, not negated */
	/* The last of the pipeline of such a step; a script that succeeds has run it, with success. */
	bool certain;
};

/* All of a script, in the order of the text; none where it was not read or is doubtful. */
void commands_read(struct arena *a, const struct script *s, const struct command **out, size_t *n);

/* The program is `name`. */
bool command_is(const struct command *c, const char *name);
/* The program is one of the blank-separated names. */
bool command_in(const struct command *c, const char *names);
/* The program is `name` and its first operand `sub`. */
bool command_sub(const struct command *c, const char *name, const char *sub);
/* The n-th operand (0 is the first behind the program), or NULL. */
const struct arg *command_operand(const struct command *c, size_t n);
size_t command_operands(const struct command *c);
/* The last option that is one of the blank-separated names ("-y --yes"), or NULL. */
const struct arg *command_option(const struct command *c, const char *names);
static inline bool command_has(const struct command *c, const char *names)
{
	return command_option(c, names) != NULL;
}
/* An operand that is not known may be an option. */
bool command_open_ended(const struct command *c);
/* The word as it is written. */
struct text command_word(const struct command *c, size_t word);
/* An assignment in front of it, env's too: the value's text as written; UNSET: none. */
struct maybe command_env(const struct command *c, const char *name);

/* The script of sh -c '...' where that is literal, read; NULL for another command. */
const struct script *command_script(struct arena *a, const struct command *c);

/* `list` holds `word`, blank-separated. */
bool words_hold(const char *list, struct text word);

#endif
