/* SPDX-License-Identifier: Apache-2.0 */
#include "base/inflate.h"

#include "base/mem.h"

#include <string.h>
#include <zlib.h>

enum { STEP = 64 * 1024, WINDOW = 15, GZIP_ALONE = 16 };

static void *take(void *data, unsigned items, unsigned size)
{
	(void)data;
	return mem_alloc((size_t)items * size);
}

static void give(void *data, void *p)
{
	(void)data;
	mem_free(p);
}

/* zlib counts in unsigned int: what is longer goes in by parts. */
static void feed(z_stream *z, struct text *in)
{
	size_t n = in->n < STEP ? in->n : STEP;

	if (z->avail_in)
		return;
	z->next_in = (Bytef *)in->p;
	z->avail_in = (uInt)n;
	*in = text_from(*in, n);
}

/* One stream from the start of *in; what stands behind it is left there. */
static bool one_stream(struct text *in, int bits, size_t max, struct buf *out)
{
	z_stream z = { .zalloc = take, .zfree = give };
	size_t from = out->n;
	int status = inflateInit2(&z, bits);

	if (status != Z_OK)
		return false;
	while (status == Z_OK && out->n - from <= max) {
		feed(&z, in);
		buf_reserve(out, STEP);
		z.next_out = (Bytef *)out->p + out->n;
		z.avail_out = STEP;
		status = inflate(&z, Z_NO_FLUSH);
		out->n += STEP - z.avail_out;
	}
	in->p -= z.avail_in;
	in->n += z.avail_in;
	inflateEnd(&z);
	return status == Z_STREAM_END && out->n - from <= max;
}

bool inflate_gzip(struct text in, size_t max, struct buf *out)
{
	static const struct text magic = { "\x1F\x8B", 2 };
	size_t from = out->n;

	do {
		if (!text_starts(in, magic) ||
		    !one_stream(&in, WINDOW + GZIP_ALONE, max - (out->n - from), out))
			return false;
	} while (text_starts(in, magic));
	return true;
}

bool inflate_raw(struct text in, size_t max, struct buf *out)
{
	return one_stream(&in, -WINDOW, max, out);
}
