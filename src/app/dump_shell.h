/* SPDX-License-Identifier: Apache-2.0 */
/* The part of `dfharden dump` that is about shell scripts. */
#ifndef DFH_APP_DUMP_SHELL_H
#define DFH_APP_DUMP_SHELL_H

#include "base/js.h"
#include "facts/facts.h"
#include "facts/script.h"

/* With nothing known of what lies around; NULL where the file does not read. */
struct facts *dump_facts(struct arena *a, const struct doc *d);
/* The script of an item, of ONBUILD that of its trigger; NULL where it has none. */
const struct script *dump_script(struct facts *f, size_t item);

/* What a word's substitutions hold is shown so many of them deep: a word holds its
 * substitutions' words, so all of them would not be linear. */
enum { DUMP_SUBSTITUTIONS = 8 };

/* An entry of "scripts" in docs/dump.md, but for the number of its instruction. */
json_t *dump_shell_json(const struct script *s);
/* A bounded number of lines, one a command, each indented by `indent`. */
void dump_shell_text(struct buf *out, const struct script *s, size_t indent);

/* Calls each() for the substitutions of a command's words, assignments, redirections
 * and patterns, not for those inside of them. */
void dump_substitutions(const struct sh_command *c, void (*each)(void *data, const struct sh_part *p), void *data);

#endif
