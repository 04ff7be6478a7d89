/* SPDX-License-Identifier: Apache-2.0 */
/* What a transform found and proposes: the unit that a user accepts, mutes or reads
 * about. A finding owns its texts (they live as long as the outcome). */
#ifndef DFH_PASS_FINDING_H
#define DFH_PASS_FINDING_H

#include "base/arena.h"
#include "edit/edit.h"

/* The engine applies what is at or below the chosen level. */
enum level {
	LEVEL_SAFE,   /* the image behaves the same */
	LEVEL_HARDEN, /* who runs, what is inside, what is pinned; on evidence */
	LEVEL_STRICT, /* needs the owner's judgement */
	LEVEL_COUNT
};

enum group {
	GROUP_MAIN,
	GROUP_STYLE /* spelling and layout: only with --style or --only */
};

/* What somebody outside the Dockerfile must know before a deployment. */
enum consequence {
	CHANGES_PORT,
	CHANGES_VOLUME_OWNER,
	CHANGES_BASE_PUBLISHER,
	CHANGES_SERVER,
	CHANGES_COUNT
};

const char *level_name(enum level l);
const char *consequence_name(enum consequence c);

/* Of the original text, 1-based. */
struct place {
	size_t line, column;
};

/* What a decision rests on: a place of the file and its words, or a fact. */
struct evidence {
	size_t line; /* 0: not in this file */
	struct text words;
};

/* A file beside the Dockerfile that a finding changes or makes. */
struct file_edit {
	struct text path;  /* relative to the context's root */
	bool is_new;
	struct text before; /* where !is_new */
	struct text after;
};

enum fate {
	FATE_APPLIED,
	FATE_REFUSED, /* code and message say why and what to decide */
	FATE_ADVICE,  /* nothing can be edited; the message is the point */
	FATE_MUTED,   /* by a comment in the file */
	FATE_LEVEL    /* needs a higher level */
};

struct transform;

struct finding {
	const struct transform *by;
	const char *part; /* the one of by->parts that it belongs to, or NULL */
	struct place place;
	size_t item; /* of the reading it was found in */
	struct text message; /* one sentence: what and why */
	struct text excerpt; /* the line it is about, cut at 200 bytes */
	enum level level;
	enum group group; /* of by, unless it says otherwise */
	enum fate fate;
	const char *code;   /* of a refusal: kebab-case, stable */
	struct text decide; /* of a refusal: what the owner must decide, one sentence; may be empty */
	/* Of a refusal: what to write if the owner says yes; empty: nothing that is known here. */
	struct text yes_where; /* "in front of line 7", "in the place of line 3", "in .dfharden.yaml" */
	struct text yes_lines; /* whole lines, with \n between them */
	bool quiet;            /* nothing that most owners would act on: told only where all is asked for */
	struct text muted_by; /* of a muted one: the comment's words */
	/* Further items of that reading that it is about: a comment above one of them mutes it, too. */
	size_t *about;
	size_t nabout, about_cap;
	const char *rule;   /* the one rule of `by` that it answers, or NULL for all of them */
	unsigned changes;   /* 1u << enum consequence */
	struct evidence *because;
	size_t nbecause, because_cap;
	/* Edits of the reading it was found in; all or none are made. */
	struct edit *edits;
	size_t nedits, edits_cap;
	struct file_edit *files;
	size_t nfiles, files_cap;
};

/* The id that a report prints and that a user writes to mute it: its part's, else the
 * transform's. */
const char *finding_id(const struct finding *f);

#endif
