/* SPDX-License-Identifier: Apache-2.0 */
/* Small archives, made of bytes. A header alone: not all that links tests/support needs zlib. */
#ifndef DFH_TESTS_TAR_H
#define DFH_TESTS_TAR_H

#include "base/arena.h"

#include <string.h>
#include <zlib.h>

struct tar_member {
	const char *path; /* of up to 100 bytes */
	char type;        /* 0: a file */
	unsigned mode;
	const char *bytes; /* may be NULL */
};

/* n octal digits */
static inline void tar_put(char *p, size_t n, unsigned long v)
{
	for (; n > 0; n--, v >>= 3)
		p[n - 1] = (char)('0' + (v & 7));
}

static inline void tar_sum(char *header)
{
	unsigned long sum = 0;

	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)header[i];
	tar_put(header + 148, 6, sum);
	header[154] = '\0';
}

static inline size_t tar_length(const struct tar_member *m)
{
	return m->bytes ? strlen(m->bytes) : 0;
}

static inline struct text tar_make(struct arena *a, const struct tar_member *m, size_t n)
{
	size_t at = 0, room = 1024;
	char *out;

	for (size_t i = 0; i < n; i++)
		room += 1024 + tar_length(&m[i]);
	out = arena_alloc(a, room);
	for (size_t i = 0; i < n; i++) {
		size_t length = tar_length(&m[i]);
		char *header = out + at;

		memcpy(header, m[i].path, strlen(m[i].path));
		tar_put(header + 100, 7, m[i].mode);
		tar_put(header + 124, 11, length);
		header[156] = m[i].type ? m[i].type : '0';
		memcpy(header + 257, "ustar\00000", 8);
		tar_sum(header);
		if (length)
			memcpy(header + 512, m[i].bytes, length);
		at += 512 + (length + 511) / 512 * 512;
	}
	return (struct text){ out, at + 1024 };
}

static inline struct text deflate_text(struct arena *a, struct text t, int bits)
{
	z_stream z = { 0 };
	size_t room = t.n + t.n / 100 + 1024;
	char *out = arena_bytes(a, room);

	deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (Bytef *)t.p;
	z.avail_in = (uInt)t.n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	deflate(&z, Z_FINISH);
	room = z.total_out;
	deflateEnd(&z);
	return (struct text){ out, room };
}

static inline struct text tar_gzip(struct arena *a, struct text t)
{
	return deflate_text(a, t, 31);
}

static inline void zip_put(char *p, size_t n, unsigned long v)
{
	for (; n > 0; n--, v >>= 8)
		*p++ = (char)(v & 0xFF);
}

/* A zip file of one member, deflated, from a Unix system. */
static inline struct text zip_make(struct arena *a, const char *path, unsigned mode, const char *bytes)
{
	struct text packed = deflate_text(a, text_of(bytes), -15);
	size_t name = strlen(path), local = 30 + name + packed.n, entry = 46 + name;
	char *out = arena_alloc(a, local + entry + 22), *e = out + local, *end = e + entry;

	memcpy(out, "PK\3\4", 4);
	zip_put(out + 26, 2, name);
	memcpy(out + 30, path, name);
	memcpy(out + 30 + name, packed.p, packed.n);
	memcpy(e, "PK\1\2", 4);
	e[5] = 3;
	e[10] = 8;
	zip_put(e + 20, 4, packed.n);
	zip_put(e + 24, 4, strlen(bytes));
	zip_put(e + 28, 2, name);
	zip_put(e + 38, 4, (unsigned long)(0100000 | mode) << 16);
	memcpy(e + 46, path, name);
	memcpy(end, "PK\5\6", 4);
	zip_put(end + 10, 2, 1);
	zip_put(end + 12, 4, entry);
	zip_put(end + 16, 4, local);
	return (struct text){ out, local + entry + 22 };
}

#endif
