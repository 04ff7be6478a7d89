/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

/* Layout of a tar header (POSIX.1-2017, pax, "ustar Interchange Format"). Go's
 * reader takes every header whose checksum is right, "ustar" or older. */
enum { TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_LENGTH = 8 };

static const struct text compressed[] = {
	{ "\x1F\x8B\x08", 3 },       /* gzip */
	{ "BZh", 3 },                /* bzip2 */
	{ "\xFD" "7zXZ\x00", 6 },    /* xz */
	{ "\x28\xB5\x2F\xFD", 4 },   /* zstd */
};

static const struct text archive_names[] = {
	{ ".tar.gz", 7 }, { ".tgz", 4 }, { ".tar.bz2", 8 }, { ".tbz2", 5 }, { ".tbz", 4 },
	{ ".tar.xz", 7 }, { ".txz", 4 }, { ".tar.zst", 8 }, { ".tzst", 5 }, { ".tar", 4 },
};

static bool is_compressed(struct text t)
{
	for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++)
		if (text_starts(t, compressed[i]))
			return true;
	/* zstd's skippable frames: 184D2A50 to 184D2A5F, little-endian */
	return t.n >= 4 && ((unsigned char)t.p[0] & 0xF0) == 0x50 &&
	       text_eq(text_sub(t, 1, 4), TEXT("\x2A\x4D\x18"));
}

static bool names_archive(struct text path)
{
	for (size_t i = 0; i < sizeof(archive_names) / sizeof(archive_names[0]); i++)
		if (text_iends(path, archive_names[i]))
			return true;
	return false;
}

static bool octal(struct text t, long *value)
{
	size_t from = 0;

	while (t.n && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\0'))
		t.n--;
	while (from < t.n && (t.p[from] == ' ' || t.p[from] == '\0'))
		from++;
	*value = 0;
	for (; from < t.n; from++) {
		if (t.p[from] < '0' || t.p[from] > '7')
			return false;
		*value = *value * 8 + (t.p[from] - '0');
	}
	return true;
}

static bool is_tar(struct text t)
{
	long want, as_unsigned = 0, as_signed = 0;

	if (t.n < TAR_BLOCK || !octal(text_sub(t, TAR_SUM, TAR_SUM + TAR_SUM_LENGTH), &want))
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool sum = i >= TAR_SUM && i < TAR_SUM + TAR_SUM_LENGTH;

		as_unsigned += sum ? ' ' : (unsigned char)t.p[i];
		as_signed += sum ? ' ' : (signed char)t.p[i];
	}
	return want == as_unsigned || want == as_signed;
}

enum context_archive context_archive(struct context *c, struct text path)
{
	struct arena scratch = { 0 };
	struct text head;
	enum context_answer answer = context_read(c, path, TAR_BLOCK, &scratch, &head, NULL);
	enum context_archive archive = CONTEXT_ARCHIVE_NO;

	if (answer == CONTEXT_FILE && is_compressed(head))
		archive = names_archive(path) ? CONTEXT_ARCHIVE_YES : CONTEXT_ARCHIVE_UNKNOWN;
	else if (answer == CONTEXT_FILE && is_tar(head))
		archive = CONTEXT_ARCHIVE_YES;
	else if (answer != CONTEXT_FILE && answer != CONTEXT_DIR && answer != CONTEXT_MISSING)
		archive = CONTEXT_ARCHIVE_UNKNOWN;
	arena_release(&scratch);
	return archive;
}
