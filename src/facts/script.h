/* SPDX-License-Identifier: Apache-2.0 */
/* The shell of RUN, and of CMD, ENTRYPOINT and HEALTHCHECK in shell form: which program
 * reads it, and what it reads (dockerfile2llb/convert.go: dispatchRun, withShell). */
#ifndef DFH_FACTS_SCRIPT_H
#define DFH_FACTS_SCRIPT_H

#include "facts/state.h"
#include "syntax/shell.h"

enum shell_program {
	SHELL_FOREIGN, /* PowerShell, cmd, an interpreter of another language, or not known at all */
	SHELL_SH,      /* a POSIX shell; which one is not known */
	SHELL_DASH,
	SHELL_ASH,     /* BusyBox */
	SHELL_BASH
};

enum script_form {
	SCRIPT_LINE,    /* RUN words: spans below `editable` are logical offsets of the instruction */
	SCRIPT_BODY,    /* RUN <<EOF: the here-document is the script; spans count in `sh.text` */
	SCRIPT_COMMAND  /* ["sh", "-c", "..."]: the JSON string; spans count in `sh.text` */
};

struct script {
	enum script_form form;
	enum shell_program program;
	bool errexit;  /* -e from its first command on */
	bool pipefail; /* -o pipefail likewise */
	bool nounset;  /* -u likewise */
	bool plain;    /* no other option is in force: what is written is all that happens */
	/* The text, the tree; tree.list is NULL where the program is foreign or the text
	 * cannot be read (tree.why). Where here-documents belong to the line, the text is
	 * the logical one with these behind it, as the build hands it to the shell. */
	struct sh_script tree;
	size_t editable; /* SCRIPT_LINE: spans that end at or below it may be edited; else 0 */
	/* sh.list is read in bash's dialect although the program is another: what it holds
	 * of bash's forms (tree.bash) is read otherwise by it, so prove nothing from it. */
	bool doubtful;
};

struct facts;

/* The script of a RUN, CMD, ENTRYPOINT or HEALTHCHECK CMD; NULL for other instructions
 * and for an exec form that is not a shell's -c. Cached for the reading. */
const struct script *facts_script(struct facts *f, size_t item);

/* The same of any instruction under a state, for triggers. Not cached. */
const struct script *script_read(struct arena *a, const struct doc *d, const struct instruction *ins,
				 const struct state *s);

/* What a RUN makes /bin/sh a link to: "bash", "?" where that is not told; empty: it leaves it. */
struct text script_links_sh(struct arena *a, const struct doc *d, const struct instruction *ins, const struct state *s);

/* The script that a shell by that name gets with -c; NULL where the name is no shell's. */
const struct script *script_of_text(struct arena *a, struct text program, const struct script *outer, struct text text);

const char *shell_program_name(enum shell_program p); /* "foreign", "sh", "dash", "ash", "bash" */

#endif
