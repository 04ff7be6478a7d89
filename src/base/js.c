/* SPDX-License-Identifier: Apache-2.0 */
#include "base/js.h"

#include "base/utf8.h"

json_t *js_text(struct text t)
{
	struct buf b = { 0 };
	json_t *v;
	size_t width;

	if (utf8_valid(t))
		return json_stringn(t.p ? t.p : "", t.n);
	for (size_t at = 0; at < t.n; at += width)
		utf8_add(&b, utf8_decode(t, at, &width));
	v = json_stringn(b.p, b.n);
	buf_release(&b);
	return v;
}

json_t *js_size(size_t n)
{
	return json_integer((json_int_t)n);
}

static int add(const char *p, size_t n, void *out)
{
	buf_add(out, (struct text){ p, n });
	return 0;
}

static void dump(struct buf *out, json_t *v, size_t flags)
{
	json_dump_callback(v, add, out, flags);
	json_decref(v);
	buf_addc(out, '\n');
}

void js_line(struct buf *out, json_t *v)
{
	dump(out, v, JSON_COMPACT);
}

void js_pretty(struct buf *out, json_t *v)
{
	dump(out, v, JSON_INDENT(2));
}
