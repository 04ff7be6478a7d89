/* SPDX-License-Identifier: Apache-2.0 */
/* What the source code of a program tells of what it does where it runs: which files it writes, on which
 * ports it listens. Calls are found by a table of each language's functions; nothing is executed. */
#ifndef DFH_FACTS_SOURCE_H
#define DFH_FACTS_SOURCE_H

#include "base/arena.h"
#include "base/maybe.h"

enum source_language {
	SOURCE_NONE, /* no language that is known */
	SOURCE_PYTHON,
	SOURCE_JAVASCRIPT, /* and TypeScript */
	SOURCE_PHP,
	SOURCE_RUBY,
	SOURCE_PERL,
	SOURCE_GO,
	SOURCE_JAVA, /* and Kotlin, Scala, Groovy */
	SOURCE_C,    /* and C++ */
	SOURCE_RUST,
	SOURCE_CSHARP
};

/* By the file's name, else by its #! line. */
enum source_language source_language(struct text path, struct text bytes);
const char *source_language_name(enum source_language l);

enum source_place {
	PLACE_ABSOLUTE, /* "/data/x" */
	PLACE_CWD,      /* relative to the working directory: "cache/x" */
	PLACE_FILE,     /* relative to the folder of this source file: __dirname, __DIR__, Path(__file__).parent */
	PLACE_HOME,     /* below the home folder: "~/.x", os.homedir() */
	PLACE_TEMP,     /* where temporary files go: tempfile, os.tmpdir() */
	PLACE_UNKNOWN   /* an expression that is not followed */
};

enum source_effect {
	EFFECT_FILE,       /* makes or writes a file: where it lies must be writable, or itself where it is there */
	EFFECT_FOLDER,     /* makes a folder, if need be */
	EFFECT_NEW_FOLDER, /* makes a folder, and fails where it is there already */
	EFFECT_BELOW       /* writes files, or takes some away, in a folder: the path names that */
};

struct source_write {
	enum source_effect effect;
	enum source_place place;
	/* Clean, without what `place` says ("/data/x", else "cache/x"; "../x" leads above the place); up to the first part
	 * that is not known, and then cut at the slash before it (effect is EFFECT_BELOW then). Empty: the place itself. */
	struct text path;
	struct text env; /* a variable of the environment decides it and `path` is the default, or (PLACE_UNKNOWN) there is none */
	/* With env: clean, what follows the variable's value ("db/x" of process.env.DATA + '/db/x'; ".." is the folder that
	 * the value lies in). Empty: the value itself. */
	struct text rest;
	size_t line;     /* 1-based */
	struct text call; /* the function, as it is written: "fs.writeFileSync" */
};

struct source_port {
	struct text port; /* decimal; empty: only a variable of the environment tells */
	struct text env;  /* process.env.PORT || 3000 */
	bool local;       /* it listens on 127.0.0.1 alone */
	size_t line;
};

struct source {
	const struct source_write *writes; /* in the order of the text */
	size_t nwrites;
	const struct source_port *ports;
	size_t nports;
	bool starts; /* it starts other programs (subprocess, child_process, exec) whose names are not literal */
	bool privileged; /* it asks to be root, or changes its user: setuid, os.setuid, process.setuid */
	size_t privileged_line;
	bool cut; /* it was too large to be read to its end */
};

/* Reads at most 1 MiB; what holds a NUL is no source (nothing found, cut set). */
void source_read(struct arena *a, enum source_language l, struct text bytes, struct source *out);

#endif
