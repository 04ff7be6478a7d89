/* SPDX-License-Identifier: Apache-2.0 */
/* Edits inside a RUN, as small as they can be: words, commands, and whole RUNs joined. In
 * each, false means that the finding was turned into a refusal (a comment is in the way, or
 * the script is not one that may be edited). */
#ifndef DFH_PASS_SHELL_EDIT_H
#define DFH_PASS_SHELL_EDIT_H

#include "facts/distro.h"
#include "facts/history.h"
#include "facts/entry.h"
#include "facts/joining.h"
#include "facts/lists.h"
#include "facts/package_sources.h"
#include "facts/made.h"
#include "facts/mount.h"
#include "facts/place.h"
#include "facts/plan.h"
#include "facts/touch.h"
#include "facts/proof.h"
#include "facts/npm.h"
#include "facts/roots.h"
#include "facts/runner.h"
#include "facts/copied.h"
#include "pass/transform.h"

/* The account that the owner wants where one has to be made. */
const struct user_wish *pass_user_wish(const struct pass *p);

/* The command stands in the instruction's own line (not in a here-document, a JSON string or
 * inside backquotes), so that its words may be edited. */
bool command_editable(const struct command *c);

/* Replaces a word; puts text, with a blank before it, behind a word; takes words [first,
 * last] out with the blank before them. */
bool edit_word(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text with);
bool edit_insert_behind(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text text);
bool edit_delete_words(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t first, size_t last);
/* Puts text, with a blank behind it, in front of a word. */
bool edit_insert_front(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text text);

/* Takes steps [first, last] of a list out with the join that is then not needed. Others are left. */
bool edit_delete_steps(struct pass *p, struct finding *f, size_t item, const struct sh_list *list, size_t first, size_t last);

/* Puts "text && " (or "text; ", where -e is what sees a failure) in front of a command; refused where a failure
 * there would go unseen. */
bool edit_before(struct pass *p, struct finding *f, size_t item, const struct command *c, struct text text);
/* Puts " && text" (or "; text") right behind a command; refused where that runs under a condition. */
bool edit_behind(struct pass *p, struct finding *f, size_t item, const struct command *c, struct text text);
/* Puts " && text" behind the script, laid out as the instruction is. The script must end in the
 * foreground, with no comment. */
bool edit_append(struct pass *p, struct finding *f, size_t item, struct text text);

/* A RUN of commands joined by &&, one a line, laid out as the file's own are, with its end of line; in the letter case of
 * the instruction of an item. */
struct text edit_run_text(struct pass *p, size_t like, const struct text *commands, size_t n);

/* How the commands of a RUN are wrapped when it becomes part of another. */
enum wrap { WRAP_NONE, WRAP_GROUP, WRAP_SUBSHELL };

struct merge_part {
	size_t item; /* a RUN */
	enum wrap wrap;
};

/* Makes one RUN of several, joined by &&. Between them stand only blank lines and comments, which stay
 * where they are; the keywords and flags of all but the first go. */
bool edit_merge_runs(struct pass *p, struct finding *f, const struct merge_part *parts, size_t n);

#endif
