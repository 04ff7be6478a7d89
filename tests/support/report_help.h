/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes for the tests of reports: some that the engine made, and some made by hand. */
#ifndef DFH_TESTS_REPORT_HELP_H
#define DFH_TESTS_REPORT_HELP_H

#include "app/harden.h"
#include "base/buf.h"
#include "pass/transform.h"

/* A file with something of most kinds to report, a secret among them. */
extern const char ordinary[];

/* What a terminal must not get, and no UTF-8. */
#define EVIL "\033]0;x\a\xe2\x80\xae\xff\xc2\x9b\r\x08"
/* Appends a file full of it, some of it very long. */
void add_hostile(struct buf *b);

/* Hardens a text as app/Dockerfile; *out is the caller's to release. */
void harden_text(struct text text, enum level level, struct outcome *out);

/* Transforms for findings by hand: non-root (harden) and use-thing (strict). */
extern const struct transform fake, other;

/* They add to an outcome, in its arena. */
struct finding *add_finding(struct outcome *o, const struct transform *by, size_t line, enum fate fate,
			    const char *message);
struct effect *add_effect(struct outcome *o, enum aspect aspect, const char *key, struct text before,
			  struct text after);
void add_evidence(struct outcome *o, struct finding *f, size_t line, struct text words);

#endif
