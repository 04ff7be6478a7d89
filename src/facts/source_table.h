/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of each language that write files, listen on ports or say where files lie: a new function is
 * a row. For the room of facts/source.h alone. */
#ifndef DFH_FACTS_SOURCE_TABLE_H
#define DFH_FACTS_SOURCE_TABLE_H

#include "facts/source_lex.h"

/* How a row names a function, a dot for whatever joins names in the language:
 * "open"          on its own
 * "os.makedirs"   of os (an alias that looks like it, or imported by name, counts)
 * ".write_text"   of any object
 * "*rimraf"       either */
struct row_name {
	enum source_language language;
	const char *name;
};

enum { ARG_RECEIVER = -1, ARG_ABSENT = -2 };

enum call_role {
	CALL_FILE,   /* EFFECT_FILE */
	CALL_FOLDER, /* EFFECT_FOLDER */
	CALL_NEW,    /* EFFECT_NEW_FOLDER, or EFFECT_FOLDER where the condition holds */
	CALL_BELOW,  /* EFFECT_BELOW of the argument */
	CALL_BESIDE, /* EFFECT_BELOW of the argument's folder */
	CALL_TEMP,   /* in the folder of the argument; without one where temporary files go */
	CALL_START,  /* another program */
	CALL_PRIVILEGE
};

enum call_condition {
	IF_ALWAYS,
	IF_MODE,    /* a string of letters with w, a, x or + stands in the argument `when` or `when_key` */
	IF_FLAGS,   /* O_CREAT, O_WRONLY, FileMode.Create ... stand there, or such letters */
	IF_TRUE,    /* it is there, and not false */
	IF_TEXT,    /* a string that holds when_key stands in the argument `when` */
	IF_LITERAL, /* the same; without any string there it does not */
	IF_CHAIN, /* when_key's words, one of them, stand in what the function is called of: OpenOptions::new().write(true) */
	IF_FILE, /* when_key stands in the file */
	IF_ZERO, /* the result is compared with 0 */
	IF_PERL  /* the mode of Perl's open */
};

struct call_row {
	struct row_name name;
	enum call_role role;
	int arg;         /* ARG_RECEIVER, or from 0 */
	const char *key; /* the argument's name, where it may have one */
	enum call_condition condition;
	int when;
	const char *when_key;
	bool known; /* a finding only where the path is known in part at least: the name is common */
};

/* Assignments and entries of objects that name a file. */
struct key_row {
	enum source_language language;
	const char *key;
	enum call_role role;
	const char *ends; /* blank-separated: the value must end with one; NULL: any that is known */
	bool entry;       /* of an object alone (NAME: v), not a variable */
};

enum port_form {
	PORT_NUMBER,  /* 8080 */
	PORT_ADDRESS, /* ":8080", "0.0.0.0:8080", "http://0.0.0.0:8080" */
	PORT_PAIR     /* ("", 8080), of which the second is the port */
};

struct port_row {
	struct row_name name;
	enum port_form form;
	int arg;
	const char *key;
	int host;
	const char *host_key;
	const char *port;  /* where no argument tells; NULL: then it is no port */
	bool local;        /* where no argument tells the host */
	const char *needs; /* stands in the file; NULL: nothing */
	const char *first; /* the 0th argument must be that word; NULL: any */
};

/* Assignments and entries of objects that say where it listens. */
struct port_key {
	enum source_language language;
	const char *key;
	enum port_form form;
};

enum path_op {
	PATH_SAME, /* the argument, or the receiver */
	PATH_JOIN, /* the arguments from `arg` on (of the receiver, if arg is one); an absolute one begins anew */
	PATH_APPEND,  /* likewise, but an absolute one is appended too */
	PATH_RESOLVE, /* PATH_JOIN from the working directory */
	PATH_EXPAND,  /* ~ is the home folder; arg + 1: what it is relative to */
	PATH_FOLDER,  /* the folder of the argument */
	PATH_BESIDE,  /* the argument in the receiver's folder; without one a name that is not known */
	PATH_THIS,    /* the source file */
	PATH_HERE,    /* its folder */
	PATH_HOME,
	PATH_TEMP,
	PATH_CWD, /* the working directory, joined with `prefix` and the arguments */
	PATH_ENV, /* a variable, and its default behind it */
	PATH_ENVIRONMENT,
	PATH_OTHERWISE, /* the receiver, or the argument where it is not set */
	PATH_FORMAT,    /* the argument is a template with %s, or {}, for those behind it */
	PATH_TEXT,      /* `prefix`: a separator */
	PATH_NONE       /* standard output and the like */
};

struct path_row {
	struct row_name name;
	enum path_op op;
	int arg;
	bool call; /* brackets must follow */
	const char *prefix;
};

extern const struct call_row source_calls[];
extern const size_t source_ncalls;
extern const struct key_row source_keys[];
extern const size_t source_nkeys;
extern const struct port_row source_ports[];
extern const size_t source_nports;
extern const struct port_key source_port_keys[];
extern const size_t source_nport_keys;
extern const struct path_row source_paths[];
extern const size_t source_npaths;

/* The rows of one language, by the last part of their names. */
struct row_index {
	const void *rows;
	size_t stride;
	uint16_t heads[128];
	const uint16_t *next; /* 1 + a row's index; 0: no more */
};

struct source_rows {
	const struct tokens *tokens;
	struct row_index calls, ports, paths;
	const bool *imported; /* by row of calls: it is imported by its name, so it may stand alone */
};

void source_rows_open(struct arena *a, const struct tokens *t, struct source_rows *out);

/* The row at or behind `row` (0: from the start) for what tokens [start, last] name, last being the function's name; 0, or 1 +
 * its index. */
size_t row_find(const struct source_rows *r, const struct row_index *x, size_t start, size_t last,
		size_t row);

#endif
