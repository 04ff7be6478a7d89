/* SPDX-License-Identifier: Apache-2.0 */
/* One case of tests/fixtures (tests/fixtures/run.c says what is in its folder). */
#ifndef DFH_TESTS_FIXTURE_H
#define DFH_TESTS_FIXTURE_H

#include "app/config.h"
#include "app/options.h"
#include "support/invariants.h"
#include "support/walk.h"

struct fixture {
	struct arena arena;
	const char *path;
	struct text before;
	struct text after, report;    /* expected; after is before where nothing changes */
	bool has_report;
	struct text dump, error;      /* expected of the reader */
	bool has_dump, has_error;
	struct text skipped;          /* variants that do not apply */
	struct options options;
	struct error usage;           /* of the file args; empty where it is right */
	struct config config; /* of --config, a file of the case */
	struct harden_options harden;
	const struct transform *alone; /* the pipeline of a case in a transform's folder */
	struct context_tree *tree;
	struct context *context;
	struct buf detail;            /* for people: what differs */
};

void fixture_open(struct fixture *f, const char *path);
void fixture_close(struct fixture *f);

/* NULL where all is as expected, else which part is not; f->detail says more. */
const char *fixture_judge(struct fixture *f);
/* Writes what comes out as the expectation. */
void fixture_accept(struct fixture *f);

struct harden_input fixture_input(const struct fixture *f, struct text text);
/* Appends to f->detail a small diff of two texts of many lines. */
void fixture_differ(struct fixture *f, const char *what, struct text expected, struct text got);

/* An outcome in a few stable lines:
 *   unreadable LINE:COLUMN: why
 *   LINE:COLUMN ID applied|refused|advice|muted|level [CODE]: message
 *     because: [line N: ]words
 *     decide: what
 *     by: the comment that mutes it
 *   effect STAGE[ (exported)] ASPECT [KEY]: before -> after
 *   fault ID: why
 * Control characters, and bytes that are not UTF-8, are written as \xHH. */
void fixture_report(struct buf *out, const struct outcome *o);

#endif
