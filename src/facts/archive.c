/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access.h"

#include "base/inflate.h"
#include "facts/relpath.h"

#include <string.h>

enum {
	MAX_PACKED = 32 * 1024 * 1024,
	MAX_UNPACKED = 64 * 1024 * 1024,
	MAX_MEMBERS = 20000,
	MAX_KEPT = 64 * 1024,
	DIR_MODE = 0755, FILE_MODE = 0644
};

struct reading {
	struct arena *a;
	struct text text; /* the archive */
	struct archive_member *list;
	size_t n, cap;
	uint64_t unpacked;
};

/* The next member; NULL where there are too many, or its path is none that we look at. */
static struct archive_member *add_member(struct reading *r, struct text path)
{
	struct archive_member *m;
	struct text clean;

	if (r->n >= MAX_MEMBERS || !relpath_below(r->a, TEXT("."), path, &clean))
		return NULL;
	r->list = arena_grow(r->a, r->list, r->n, &r->cap, sizeof(*r->list));
	m = &r->list[r->n++];
	*m = (struct archive_member){ .path = clean };
	return m;
}

/* --- tar ------------------------------------------------------------------- */

/* Fields of a header (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar's manual, "Basic Tar Format"). */
enum {
	BLOCK = 512,
	NAME_LENGTH = 100,
	MODE_AT = 100, MODE_LENGTH = 8,
	SIZE_AT = 124, SIZE_LENGTH = 12,
	SUM_AT = 148, SUM_LENGTH = 8,
	TYPE_AT = 156,
	MAGIC_AT = 257,
	PREFIX_AT = 345, PREFIX_LENGTH = 155,
	SPARSE_MORE_AT = 482, SPARSE_NEXT_AT = 504 /* more blocks of a sparse file's map follow */
};

struct tar {
	struct reading *r;
	size_t at;
	/* What an extended header says of the member behind it. */
	struct text path;
	bool has_path, has_size;
	uint64_t size;
};

static struct text cut_at_nul(struct text t)
{
	return text_sub(t, 0, text_chr(t, '\0', 0));
}

/* Octal digits between blanks and NULs, or base 256 where the first bit is set; negative ones are refused. */
static bool tar_number(struct text t, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	if ((unsigned char)t.p[0] & 0x80) {
		for (i = 0; i < t.n; i++) {
			unsigned char c = (unsigned char)t.p[i];

			if (*value >> 48 || (i == 0 && c != 0x80))
				return false;
			*value = (*value << 8) | (i ? c : 0);
		}
		return true;
	}
	while (i < t.n && t.p[i] == ' ')
		i++;
	for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '7'; i++)
		*value = (*value << 3) | (uint64_t)(t.p[i] - '0');
	return i == t.n || t.p[i] == ' ' || t.p[i] == '\0';
}

static bool sum_is_right(struct text header)
{
	uint64_t want, sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_LENGTH ? ' ' : (unsigned char)header.p[i];
	return tar_number(text_sub(header, SUM_AT, SUM_AT + SUM_LENGTH), &want) && want == sum;
}

static bool is_zero(struct text block)
{
	for (size_t i = 0; i < block.n; i++)
		if (block.p[i])
			return false;
	return true;
}

/* The n bytes at the place where the reading is; moves it over them, to the end of their last block. */
static bool take_bytes(struct tar *t, uint64_t n, struct text *bytes)
{
	struct text rest = text_from(t->r->text, t->at);
	uint64_t blocks = (n + BLOCK - 1) / BLOCK * BLOCK;

	if (n > rest.n)
		return false;
	*bytes = text_sub(rest, 0, (size_t)n);
	t->at += blocks < rest.n ? (size_t)blocks : rest.n;
	return true;
}

static bool decimal(struct text t, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
		*value = *value * 10 + (uint64_t)(t.p[i] - '0');
	}
	return t.n > 0 && t.n < 16;
}

static bool read_record(struct tar *t, struct text record)
{
	size_t eq = text_chr(record, '=', 0);
	struct text key = text_sub(record, 0, eq), value = text_from(record, eq == TEXT_NPOS ? record.n : eq + 1);

	if (text_is(key, "path") && value.n) {
		t->path = value;
		t->has_path = true;
	}
	if (!text_is(key, "size"))
		return eq != TEXT_NPOS;
	t->has_size = true;
	return decimal(value, &t->size);
}

/* "LENGTH KEY=VALUE\n", one after the other; LENGTH counts itself. */
static bool read_pax(struct tar *t, struct text records)
{
	while (records.n) {
		size_t blank = text_chr(records, ' ', 0);
		uint64_t n;

		if (blank == TEXT_NPOS || !decimal(text_sub(records, 0, blank), &n) || n < blank + 3 || n > records.n ||
		    records.p[n - 1] != '\n' || !read_record(t, text_sub(records, blank + 1, (size_t)n - 1)))
			return false;
		records = text_from(records, (size_t)n);
	}
	return true;
}

static struct text path_of(const struct tar *t, struct text header)
{
	struct text name = cut_at_nul(text_sub(header, 0, NAME_LENGTH));
	struct text prefix = cut_at_nul(text_sub(header, PREFIX_AT, PREFIX_AT + PREFIX_LENGTH));

	if (t->has_path)
		return t->path;
	/* GNU tar's own form ("ustar" and two blanks) has times in the prefix's place. */
	if (!text_starts(text_from(header, MAGIC_AT), TEXT("ustar\0")) || !prefix.n)
		return name;
	return ARENA_JOIN(t->r->a, prefix, TEXT("/"), name);
}

static bool skip_sparse_map(struct tar *t, struct text header)
{
	bool more = header.p[SPARSE_MORE_AT];
	struct text block;

	while (more) {
		if (!take_bytes(t, BLOCK, &block))
			return false;
		more = block.p[SPARSE_NEXT_AT];
	}
	return true;
}

/* Links and devices have no bytes, whatever their size says. */
static bool has_bytes(char type)
{
	return !strchr("123456", type) || !type;
}

static bool read_member(struct tar *t, struct text header, uint64_t size)
{
	char type = header.p[TYPE_AT];
	struct text path = path_of(t, header), bytes = TEXT_NONE;
	struct archive_member *m;
	uint64_t mode;

	if (t->has_size)
		size = t->size;
	if (!tar_number(text_sub(header, MODE_AT, MODE_AT + MODE_LENGTH), &mode) ||
	    (type == 'S' && !skip_sparse_map(t, header)) || (has_bytes(type) && !take_bytes(t, size, &bytes)))
		return false;
	t->has_path = t->has_size = false;
	if (type && strchr("346", type))
		return true;
	m = add_member(t->r, path);
	if (!m)
		return false;
	m->mode = (unsigned)mode & 07777;
	m->dir = type == '5' || type == 'D' || ((type == '0' || !type) && text_ends(path, TEXT("/")));
	m->link = type == '1' || type == '2';
	if (bytes.n <= MAX_KEPT && type != 'S')
		m->bytes = arena_text(t->r->a, bytes);
	return true;
}

static bool read_header(struct tar *t, struct text header)
{
	char type = header.p[TYPE_AT];
	struct text bytes;
	uint64_t size;

	if (!sum_is_right(header) || !tar_number(text_sub(header, SIZE_AT, SIZE_AT + SIZE_LENGTH), &size))
		return false;
	if (!type || !strchr("LKxgXVMN", type))
		return read_member(t, header, size);
	if (!take_bytes(t, size, &bytes))
		return false;
	if (type == 'L') {
		t->path = cut_at_nul(bytes);
		t->has_path = true;
	}
	return (type != 'x' && type != 'X') || read_pax(t, bytes);
}

/* To the block of zeros, or to the end where there is none. */
static bool read_tar(struct reading *r)
{
	struct tar t = { .r = r };
	struct text header;

	while (t.at < r->text.n) {
		if (!take_bytes(&t, BLOCK, &header))
			return false;
		if (is_zero(header))
			break;
		if (!read_header(&t, header))
			return false;
	}
	return r->n > 0;
}

/* --- zip ------------------------------------------------------------------- */

/* Fields of a zip file's records, little-endian (PKWARE's APPNOTE.TXT, 4.3 and 4.4). */
enum {
	END_LENGTH = 22, END_ENTRIES = 10, END_SIZE = 12, END_OFFSET = 16, COMMENT_MAX = 65535,
	ENTRY_LENGTH = 46, ENTRY_HOST = 5, ENTRY_METHOD = 10, ENTRY_PACKED = 20, ENTRY_SIZE = 24, ENTRY_NAME = 28,
	ENTRY_EXTRA = 30, ENTRY_COMMENT = 32, ENTRY_ATTRIBUTES = 38, ENTRY_OFFSET = 42,
	LOCAL_LENGTH = 30, LOCAL_NAME = 26, LOCAL_EXTRA = 28,
	STORED = 0, DEFLATED = 8,
	HOST_UNIX = 3, HOST_OSX = 19,
	TYPE_MASK = 0170000, TYPE_LINK = 0120000
};

static uint32_t number(struct text t, size_t at, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = (v << 8) | (unsigned char)t.p[at + n];
	return v;
}

static size_t find_end(struct text t)
{
	size_t first = t.n > END_LENGTH + COMMENT_MAX ? t.n - END_LENGTH - COMMENT_MAX : 0;

	for (size_t i = t.n >= END_LENGTH ? t.n - END_LENGTH + 1 : 0; i > first; i--)
		if (memcmp(t.p + i - 1, "PK\5\6", 4) == 0)
			return i - 1;
	return TEXT_NPOS;
}

/* The bytes of a small member: behind its local header, whose name and extra field have lengths of their own. */
static bool unpack(struct reading *r, struct text entry, struct archive_member *m)
{
	uint32_t at = number(entry, ENTRY_OFFSET, 4), size = number(entry, ENTRY_SIZE, 4), method = number(entry, ENTRY_METHOD, 2);
	struct text local = text_from(r->text, at);
	struct buf out = { 0 };
	bool ok;

	if (local.n < LOCAL_LENGTH || !text_starts(local, TEXT("PK\3\4")))
		return false;
	local = text_from(local, LOCAL_LENGTH + number(local, LOCAL_NAME, 2) + number(local, LOCAL_EXTRA, 2));
	if (number(entry, ENTRY_PACKED, 4) > local.n)
		return false;
	local.n = number(entry, ENTRY_PACKED, 4);
	/* Another method, or one that is encrypted: it has bytes that are not seen. */
	ok = method != DEFLATED || inflate_raw(local, size, &out);
	if (method == STORED && local.n == size)
		m->bytes = arena_text(r->a, local);
	else if (method == DEFLATED && ok)
		m->bytes = arena_text(r->a, buf_text(&out));
	buf_release(&out);
	return ok;
}

static bool read_entry(struct reading *r, struct text entry, struct text name)
{
	unsigned host = (unsigned char)entry.p[ENTRY_HOST], mode = number(entry, ENTRY_ATTRIBUTES, 4) >> 16;
	uint32_t size = number(entry, ENTRY_SIZE, 4);
	struct archive_member *m = add_member(r, name);

	r->unpacked += size;
	if (!m || r->unpacked > MAX_UNPACKED)
		return false;
	m->dir = text_ends(name, TEXT("/"));
	m->link = (host == HOST_UNIX || host == HOST_OSX) && (mode & TYPE_MASK) == TYPE_LINK;
	m->mode = host == HOST_UNIX || host == HOST_OSX ? mode & 07777 : m->dir ? DIR_MODE : FILE_MODE;
	return m->dir || !size || size > MAX_KEPT || unpack(r, entry, m);
}

static bool read_zip(struct reading *r)
{
	size_t end = find_end(r->text), at, n;

	if (end == TEXT_NPOS)
		return false;
	n = number(r->text, end + END_ENTRIES, 2);
	at = number(r->text, end + END_OFFSET, 4);
	for (size_t i = 0; i < n; i++) {
		struct text entry = at < end ? text_sub(r->text, at, end) : TEXT_NONE;
		size_t length;

		if (entry.n < ENTRY_LENGTH || !text_starts(entry, TEXT("PK\1\2")))
			return false;
		length = number(entry, ENTRY_NAME, 2);
		if (length > entry.n - ENTRY_LENGTH || !read_entry(r, entry, text_sub(entry, ENTRY_LENGTH, ENTRY_LENGTH + length)))
			return false;
		at += ENTRY_LENGTH + length + number(entry, ENTRY_EXTRA, 2) + number(entry, ENTRY_COMMENT, 2);
	}
	return n > 0;
}

/* --- which of them --------------------------------------------------------- */

static bool read_any(struct reading *r, struct text packed, struct buf *unpacked)
{
	r->text = packed;
	if (text_starts(packed, TEXT("PK\3\4")))
		return read_zip(r);
	if (text_starts(packed, TEXT("\x1F\x8B"))) {
		if (!inflate_gzip(packed, MAX_UNPACKED, unpacked))
			return false;
		r->text = buf_text(unpacked);
	}
	return r->text.n >= BLOCK && read_tar(r);
}

bool archive_read(struct context *c, struct text path, struct arena *a, const struct archive_member **members, size_t *n)
{
	struct arena scratch = { 0 };
	struct reading r = { .a = a };
	struct buf unpacked = { 0 };
	struct text packed;
	bool cut = false, ok;

	*members = NULL;
	*n = 0;
	ok = context_read(c, path, MAX_PACKED, &scratch, &packed, &cut) == CONTEXT_FILE && !cut && read_any(&r, packed, &unpacked);
	if (ok) {
		*members = r.list;
		*n = r.n;
	}
	buf_release(&unpacked);
	arena_release(&scratch);
	return ok;
}
