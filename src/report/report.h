/* SPDX-License-Identifier: Apache-2.0 */
/* What a run tells: as text for people and as JSON for programs. A report prints
 * what an outcome holds and concludes nothing. Nothing of a user's file controls the
 * terminal (base/visible.h), no value that looks like a secret is repeated
 * (report/secret.h); the same outcomes give the same bytes. */
#ifndef DFH_REPORT_REPORT_H
#define DFH_REPORT_REPORT_H

#include "base/buf.h"
#include "pass/outcome.h"

#include <stdio.h>

struct report_style {
	bool color;   /* for a terminal */
	bool verbose; /* lists are not cut; excerpts, all evidence, and what the file mutes */
};

/* Sums of a run. Zero-initialised is ready; the owner sets version and skipped. */
struct report_totals {
	const char *version; /* of the program; NULL is written "" */
	size_t files;        /* all that were looked at; each is one of the next four */
	size_t unchanged, changed, unreadable, errors;
	size_t skipped; /* found, but left out unread (templates) */
	size_t findings[FATE_LEVEL + 1];
	size_t quiet; /* of those that are refused: not told without -v */
	size_t faults;
	size_t written; /* JSON objects so far */
};

void report_totals_add(struct report_totals *t, const struct outcome *o);
/* A file that could not be read, or whose changes could not be written. */
void report_totals_error(struct report_totals *t);

/* --- text (docs/report.md) ---------------------------------------------------- */

/* Appends what there is to say about one file; nothing where there is nothing and
 * not verbose. */
void report_text(struct buf *out, const struct outcome *o, const struct report_style *s);
/* Appends the closing line; nothing for a single file. */
void report_text_summary(struct buf *out, const struct report_totals *t, const struct report_style *s);

/* --- JSON (docs/report.md, docs/report.schema.json) ---------------------------- */

/* The object of a file, in the place of what out holds, without a newline behind it.
 * document: broken into lines for reading; else on one line. */
void report_json_file(struct buf *out, const struct outcome *o, bool document);
/* The same where there is no outcome, or it could not be written. */
void report_json_error(struct buf *out, struct text path, struct text message, bool document);

/* Writes one object, of jsonl or (document) of the one document of a run, whose head
 * goes before the first. Who writes no object still closes the document. Errors of
 * writing stay in the stream. */
void report_json_next(FILE *to, struct report_totals *t, const struct buf *object, bool document);
void report_json_close(FILE *to, struct report_totals *t);

#endif
