/* SPDX-License-Identifier: Apache-2.0 */
/* A growing run of bytes. Any byte may stand in it. */
#ifndef DFH_BASE_BUF_H
#define DFH_BASE_BUF_H

#include "base/text.h"

/* Zero-initialised is ready for use. The owner calls buf_release(). */
struct buf {
	char *p;
	size_t n, cap;
};

void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */

void buf_add(struct buf *b, struct text t);
void buf_adds(struct buf *b, const char *cstr);
void buf_addc(struct buf *b, char c);
/* Numbers and C strings only; bytes of a user's file go through buf_add(). */
void buf_addf(struct buf *b, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;
void buf_reserve(struct buf *b, size_t more);

static inline struct text buf_text(const struct buf *b)
{
	return (struct text){ b->p, b->n };
}

#endif
