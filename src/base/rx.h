/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions, for values only (versions, secret shapes, letters);
 * structure is scanned by hand. The only room that knows PCRE2. */
#ifndef DFH_BASE_RX_H
#define DFH_BASE_RX_H

#include "base/text.h"

struct rx;

/* A pattern of ours; one that does not compile is a bug and ends the program.
 * Compiled patterns may be shared between threads. */
struct rx *rx_open(const char *pattern);
void rx_close(struct rx *rx);

/* Finds the first match at or after `from`. Matching is bounded: a subject on
 * which the limit is reached counts as not matching. */
bool rx_find(const struct rx *rx, struct text subject, size_t from, struct range *match);

enum rx_class { RX_LETTER, RX_DIGIT };
/* Unicode class of one rune: L* and Nd. */
bool rx_rune_is(enum rx_class class, uint32_t rune);

#endif
