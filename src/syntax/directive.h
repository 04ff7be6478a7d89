/* SPDX-License-Identifier: Apache-2.0 */
/* Parser directives (parser/directives.go): `# key=value` at the very top. */
#ifndef DFH_SYNTAX_DIRECTIVE_H
#define DFH_SYNTAX_DIRECTIVE_H

#include "syntax/doc.h"

/* Zero-initialised is ready for use. */
struct directive_reader {
	bool done;         /* the first line that is none was seen */
	unsigned int seen; /* bits of the known keys */
	const char *mark;  /* what starts a line; NULL is "#" */
};

/* Looks at the next line (without its newline). True where it is a directive; else
 * *why is a sentence where the reference refuses the file, or NULL. */
bool directive_next(struct directive_reader *r, struct text line, struct directive *out, const char **why);

/* The front end image that the text asks for, behind a shebang or not, by #, by //
 * or as a JSON object; empty where none. Cut at the first blank. */
struct text directive_syntax(struct arena *a, struct text text);

#endif
