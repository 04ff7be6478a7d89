/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of unknown origin made fit for a terminal. */
#ifndef DFH_BASE_VISIBLE_H
#define DFH_BASE_VISIBLE_H

#include "base/buf.h"
#include "base/text.h"

enum visible {
	VISIBLE_TEXT, /* newlines and tabs stay */
	VISIBLE_LINE, /* they are escaped too: the result is one line */
};

/* Appends t. Control characters (C0, DEL) are written \n \t \r \xHH, bytes that
 * are no UTF-8 \xHH, C1 controls and the characters of Unicode's Bidi_Control
 * property <U+HHHH>. All else stays. Without mark: a backslash is not doubled. */
void visible_add(struct buf *out, struct text t, enum visible how);

/* For who wants to mark the escapes. The number of bytes from t[at] on that stay as they are. */
size_t visible_run(struct text t, size_t at, enum visible how);
/* Appends the escape of the character at t[at], at < t.n; returns its width in bytes. */
size_t visible_escape(struct buf *out, struct text t, size_t at);

#endif
