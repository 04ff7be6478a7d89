/* SPDX-License-Identifier: Apache-2.0 */
/* What messages have in common: the line of an error, words of unknown origin shown so
 * that no terminal obeys them, and the nearest word of ours. */
#ifndef DFH_APP_MESSAGE_H
#define DFH_APP_MESSAGE_H

#include "base/buf.h"
#include "base/error.h"

/* Appends the line that an error is printed as: "dfharden: error: MESSAGE\n". */
void message_error(struct buf *out, const char *message, bool color);

/* Appends t as visible_add() does, on one line; what is longer than about max bytes
 * ends in "...". */
void message_show(struct buf *out, struct text t, size_t max);

/* The name that word was most likely meant to be: start with nearest_to(), then try
 * all names there are. name stays NULL where none is near enough to be suggested. */
struct nearest {
	struct text word;
	const char *name;
	size_t distance;
};
struct nearest nearest_to(struct text word);
void nearest_try(struct nearest *n, const char *name);

/* `unknown WHAT "WORD"; did you mean "NAME"?`, or with `otherwise` as its end where
 * nothing is near. Returns -1. */
int message_unknown(struct error *e, const char *what, const struct nearest *n, const char *otherwise);

#endif
