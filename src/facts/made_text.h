/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that a Dockerfile writes to files itself: here-documents, and what echo, printf and cat are given. */
#ifndef DFH_FACTS_MADE_TEXT_H
#define DFH_FACTS_MADE_TEXT_H

#include "facts/command.h"
#include "facts/facts.h"

/* A here-document of COPY or ADD as the file is to be (parser.go: Heredoc). False: variables, or a back-slash whose
 * meaning depends on who reads it, stand in it; *out is its start all the same. */
bool made_heredoc(struct arena *a, const struct doc *d, const struct heredoc *h, struct text *out);

/* All that the command writes to its standard output: echo, printf, or cat and tee of a here-document. False: it is another
 * one, or a value is not known; *out is then what it begins with, or empty. */
bool made_output(struct arena *a, const struct command *c, struct text *out);

#endif
