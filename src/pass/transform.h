/* SPDX-License-Identifier: Apache-2.0 */
/* The contract between the engine and a transform: the one header that a transform
 * includes. A transform looks at one immutable reading and proposes findings; the
 * engine chooses, splices, reads again and takes back what does not hold. */
#ifndef DFH_PASS_TRANSFORM_H
#define DFH_PASS_TRANSFORM_H

#include "base/buf.h"
#include "base/utf8.h"
#include "facts/copy.h"
#include "facts/facts.h"
#include "pass/finding.h"
#include "syntax/imageref.h"

struct pass;

/* A rule of another tool or guide that a transform answers. */
struct rule {
	enum { RULE_HADOLINT, RULE_BUILDKIT, RULE_CIS } of;
	const char *id; /* DL3006, MaintainerDeprecated, 4.2 */
};

struct transform {
	const char *id;    /* kebab-case; stable */
	/* Ids under which its findings are selected and muted one by one, ended by NULL;
	 * of the shape of `id`, and no other transform's or part's. NULL: it has none. */
	const char *const *parts;
	const char *title; /* a few words */
	enum level level;  /* of its findings, unless one says otherwise */
	enum group group;
	const char *why;   /* what is gained */
	const char *risk;  /* what could break, and when it leaves the file alone */
	const struct rule *maps; /* ended by a NULL id */
	/* An example that is run as a test: before becomes after. */
	const char *before, *after;
	/* What exists in the example's context, blank-separated: PATH, or PATH=BYTES; NULL: unknown. */
	const char *example_context;
	unsigned may;  /* MAY(aspect) | ...: the effects it may have */
	unsigned adds; /* likewise: what it may add to, and takes nothing from */
	void (*run)(struct pass *p);
};

/* --- what a transform may ask ---------------------------------------------- */

const struct doc *pass_doc(const struct pass *p);
struct facts *pass_facts(const struct pass *p);
/* Lives as long as the reading. */
struct arena *pass_arena(const struct pass *p);

/* The next instruction of that keyword at or after *item; false at the end. Triggers
 * of ONBUILD do not count. Start with *item = 0 and step it yourself. */
bool pass_next(const struct pass *p, enum keyword kw, size_t *item);
/* The next one of that keyword behind `item` in the same stage, or TEXT_NPOS. */
size_t pass_next_in_stage(const struct pass *p, enum keyword kw, size_t item);
/* The RUN that follows the item with only blank lines and comments between, or TEXT_NPOS. */
size_t pass_next_run(const struct pass *p, size_t item);
/* True where a comment right above the instruction speaks to a linter (or to us). */
bool pass_pragma_above(const struct pass *p, size_t item);
/* The line of the original text that an item stands in: what a message names. */
size_t pass_line(struct pass *p, size_t item);
/* A keyword in the letter case that `like` is written in. */
struct text pass_keyword(const struct pass *p, const struct instruction *like, enum keyword kw);

/* --- what it may say ------------------------------------------------------- */

/* A new finding about an instruction. message is copied. */
struct finding *pass_find(struct pass *p, size_t item, struct text message);
/* Moves it to a word of the instruction (the column that the report names). */
void finding_at(struct pass *p, struct finding *f, const struct instruction *ins, size_t logical);
/* It is about that instruction, too: a comment there may opt out of it. */
void finding_about(struct pass *p, struct finding *f, size_t item);
/* Evidence: words at an item of this file, or (item == TEXT_NPOS) a fact. Copied. */
void finding_because(struct pass *p, struct finding *f, size_t item, struct text words);
/* Turns it into a refusal. code is stable; decide is what the owner must decide. */
void finding_refuse(struct pass *p, struct finding *f, const char *code, struct text decide);
/* Of a refusal: the lines that would do it, whole and with \n between them, and where they go. */
void finding_suggest(struct pass *p, struct finding *f, struct text where, struct text lines);
/* "in front of line 7": of an instruction, or a comment, of this file; behind its last one: "at the end". */
struct text pass_in_front_of(struct pass *p, size_t item);
/* Of a refusal: most owners have nothing to decide; the text report says it with -v alone. */
void finding_quiet(struct finding *f);
void finding_advise(struct finding *f);
void finding_changes(struct finding *f, enum consequence c);

/* Edits, in source offsets of this reading. Texts are copied. */
void finding_replace(struct pass *p, struct finding *f, struct range at, struct text with);
void finding_insert(struct pass *p, struct finding *f, size_t at, struct text text);
/* Replaces logical [at, at + n) of an instruction. Where a comment inside a
 * continuation is in the way, the finding becomes a refusal and false is returned. */
bool finding_replace_logical(struct pass *p, struct finding *f, const struct instruction *ins, size_t at, size_t n,
			     struct text with);
/* Takes a whole instruction away with its line; comments above it stay. Refused
 * where comments stand inside it. */
bool finding_delete_item(struct pass *p, struct finding *f, size_t item);
/* A file of the context that is changed (before) or made (before == NULL). */
void finding_file(struct pass *p, struct finding *f, struct text path, const struct text *before, struct text after);

/* --- the list -------------------------------------------------------------- */

/* transforms/transforms.def, in run order. */
extern const struct transform *const transforms[];
extern const size_t transforms_count;
/* By its own id only. */
const struct transform *transform_find(struct text id);
/* By its own id (*part is NULL then) or that of one of its parts. */
const struct transform *transform_of(struct text id, const char **part);
/* t's own spelling of a part's id; NULL where it has no such part. */
const char *transform_part(const struct transform *t, struct text id);

#endif
