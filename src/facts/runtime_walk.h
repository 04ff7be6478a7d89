/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of facts/runtime, for its own files alone. */
#ifndef DFH_FACTS_RUNTIME_WALK_H
#define DFH_FACTS_RUNTIME_WALK_H

#include "facts/runtime.h"
#include "facts/made.h"
#include "facts/copied.h"

struct walk {
	struct facts *f;
	struct arena *a;
	size_t stage;
	struct runtime *out;
	struct started *programs;
	struct runtime_write *writes;
	struct reason *unknown;
	struct source_port *ports;
	size_t programs_cap, writes_cap, unknown_cap, ports_cap;
	unsigned languages;  /* 1u << enum source_language: of programs whose sources are to be read */
	struct reason language_because;
	struct maybe cwd;    /* where the command being looked at runs */
	struct reason because; /* what names it */
	const struct text *args; /* "$@" of the script being read */
	size_t nargs;
	size_t steps;
	struct text included[64]; /* configuration that includes led to, by its path in the context */
	size_t nincluded;
	int depth;
	struct maybe source_cwd; /* where the programs with sources were started; UNSET: none was */
	struct text *assigned;   /* names of variables that scripts and command lines set */
	size_t nassigned, assigned_cap;
	bool many_assigned;      /* more than are kept: any may be */
	struct text *functions;  /* of the scripts being read */
	size_t nfunctions, functions_cap;
	const struct sh_list *guarded[32]; /* of those scripts: what only root gets to */
	size_t nguarded;
	bool moves;          /* the source being read changes its directory */
	bool idle;           /* the last program was started without an argument */
	bool commands;       /* a configuration names what is started */
	struct text packages; /* that the stage installs, blank-separated */
};

/* --- what is found (runtime.c) --- */
void walk_program(struct walk *w, enum started_kind kind, struct text name, const struct daemon *server);
void walk_write(struct walk *w, enum write_kind kind, struct text path, struct reason because);
/* Where a path leads from w->cwd: absolute and clean. */
struct maybe walk_absolute(struct walk *w, struct text path);
/* A path with ${NAME} in it, or relative to w->cwd. */
void walk_write_at(struct walk *w, enum write_kind kind, struct text path, struct reason because);
void walk_unknown(struct walk *w, struct reason because);
/* It listens there; a port of the image, of which few are kept. */
void walk_port(struct walk *w, const struct source_port *p);
void walk_home(struct walk *w, struct reason because);
void walk_workdir(struct walk *w, struct reason because);
void walk_root(struct walk *w, struct reason because);
void walk_drops(struct walk *w, struct reason because);
struct reason reason_with(struct reason r, struct text words);

/* --- what is started (runtime_start.c) --- */
/* The catalog's row of a program, as it is in this image. */
bool walk_find(struct walk *w, struct text name, struct daemon *out);
void walk_words(struct walk *w, const struct text *words, size_t n);
void walk_script(struct walk *w, const struct script *s);
/* The text of a shell line. */
void walk_line(struct walk *w, struct text line);

/* --- programs (runtime_program.c) --- */
/* The row of a program that runs what is written in a language, or -1. */
int walk_host_of(struct text name);
void walk_language(struct walk *w, enum source_language l, struct text name);
void walk_path(struct walk *w, struct text name, const struct text *args, size_t n);
void walk_module(struct walk *w, struct text module);
void walk_server(struct walk *w, const struct daemon *d, struct text name);
void walk_host(struct walk *w, int host, const struct command *c);
struct path_origin walk_origin(struct walk *w, struct text name);
void walk_shell_file(struct walk *w, struct text name, const struct path_origin *o, const struct text *args, size_t n);
enum source_language walk_host_language(int host);

/* --- tools (runtime_tool.c) --- */
/* What a tool without a row of its own may write is among its arguments. */
void walk_tool_arguments(struct walk *w, struct text name, const struct text *args, size_t n);
/* java's, of the command line and of the image's variables. */
void walk_java_options(struct walk *w, const struct command *c);

/* --- npm and its like (runtime_npm.c) --- */
void walk_npm(struct walk *w, const struct command *c);
/* cross-env, concurrently, npx ...: a program that starts what its arguments say. */
bool walk_runs_others(struct text name);
/* Starts that; false: it is no such program. */
bool walk_runner(struct walk *w, const struct command *c);

/* --- files of the context (runtime_files.c) --- */
/* Files and packages that say that there is more to it. */
void walk_signs(struct walk *w);
/* The sources of w->languages, and what they write. */
void walk_sources(struct walk *w);
/* One of them, whatever folder it lies in. */
void walk_source(struct walk *w, struct text path, struct text target, enum source_language l);
/* A text of that language, lying at `target` (empty: nowhere), is started as `name`. */
void walk_source_text(struct walk *w, struct text bytes, struct text target, enum source_language l, struct text name);
/* The sources of a language that was compiled are among the files copied. */
unsigned walk_compiled(struct walk *w);

/* --- configuration (runtime_conf.c) --- */
/* Configuration that the stage copies, or writes, for a server. */
void walk_conf(struct walk *w, const struct started *p);
/* Configuration that the command line names, and that lies elsewhere. */
void walk_conf_file(struct walk *w, struct text server, struct text path);

#endif
