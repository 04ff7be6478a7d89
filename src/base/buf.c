/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_release(struct buf *b)
{
	mem_free(b->p);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
}

void buf_reserve(struct buf *b, size_t more)
{
	mem_grow(&b->p, &b->cap, b->n + more, 1);
}

void buf_add(struct buf *b, struct text t)
{
	if (t.n == 0)
		return;
	buf_reserve(b, t.n);
	memcpy(b->p + b->n, t.p, t.n);
	b->n += t.n;
}

void buf_adds(struct buf *b, const char *cstr)
{
	buf_add(b, text_of(cstr));
}

void buf_addc(struct buf *b, char c)
{
	buf_reserve(b, 1);
	b->p[b->n++] = c;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	buf_reserve(b, (size_t)n + 1);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
	va_end(again);
	b->n += (size_t)n;
}
