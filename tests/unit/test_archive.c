/* SPDX-License-Identifier: Apache-2.0 */
/* Members of archives, and archives that are none, or mean harm. */
#include "facts/access.h"
#include "base/inflate.h"
#include "support/asserts.h"
#include "support/tar.h"

static struct arena arena;

static bool read_bytes(struct text bytes, const struct archive_member **m, size_t *n)
{
	struct context_file file = { .path = TEXT("x"), .bytes = bytes };
	struct context_tree *tree = context_tree_open_memory(&file, 1);
	struct context *c = context_open_all(tree);
	bool ok = archive_read(c, TEXT("x"), &arena, m, n);

	assert_true(ok || (!*m && !*n));
	context_close(c);
	context_tree_close(tree);
	return ok;
}

/* "MODE PATH[/|@]=BYTES" for each member; false gives "no". */
static struct text listing(struct text bytes)
{
	const struct archive_member *m;
	struct buf out = { 0 };
	struct text all;
	size_t n;

	if (!read_bytes(bytes, &m, &n))
		return TEXT("no");
	for (size_t i = 0; i < n; i++) {
		buf_addf(&out, "%s%o ", i ? " " : "", m[i].mode);
		buf_add(&out, m[i].path);
		buf_adds(&out, m[i].dir ? "/" : m[i].link ? "@" : "");
		if (m[i].bytes.n) {
			buf_addc(&out, '=');
			buf_add(&out, m[i].bytes);
		}
	}
	all = arena_text(&arena, buf_text(&out));
	buf_release(&out);
	return all;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

#define LIST(...) \
	tar_make(&arena, (struct tar_member[]){ __VA_ARGS__ }, COUNT(((struct tar_member[]){ __VA_ARGS__ })))

static void members(void **state)
{
	struct text t = LIST({ "d/", '5', 0755, NULL }, { "d/a", 0, 0600, "one" }, { "./b", '0', 0755, "" },
			     { "/abs", 0, 04711, "x" }, { "../up", 0, 0644, "x" }, { "s", '2', 0777, NULL },
			     { "h", '1', 0644, NULL }, { "fifo", '6', 0644, NULL });
	const char *want = "755 d/ 600 d/a=one 755 b 4711 abs=x 644 up=x 777 s@ 644 h@";
	char *twice;

	(void)state;
	assert_text(listing(t), want);
	assert_text(listing(tar_gzip(&arena, t)), want);
	/* without the zeros at its end, and in two gzip members */
	assert_text(listing(text_sub(t, 0, t.n - 1024)), want);
	twice = arena_bytes(&arena, 2 * t.n + 4096);
	{
		struct text one = tar_gzip(&arena, text_sub(t, 0, 1024)),
			    two = tar_gzip(&arena, text_from(t, 1024));

		memcpy(twice, one.p, one.n);
		memcpy(twice + one.n, two.p, two.n);
		memcpy(twice + one.n + two.n, "tail", 4);
		assert_text(listing((struct text){ twice, one.n + two.n + 4 }), want);
	}
}

static void long_names(void **state)
{
	struct text gnu = LIST({ "././@LongLink", 'L', 0644, "a/very/long/name" }, { "short", 0, 0640, "x" },
			       { "b", 0, 0644, NULL });
	struct text pax = LIST({ "PaxHeaders/x", 'x', 0644, "15 path=a/long\n12 mtime=12\n10 size=3\n" },
			       { "short", 0, 0640, "xyz" });
	struct text global = LIST({ "pax_global_header", 'g', 0644, "12 comment=\n" }, { "f", 0, 0644, "x" });
	struct text prefixed = LIST({ "name", 0, 0644, "x" });
	char *header = (char *)prefixed.p;

	(void)state;
	assert_text(listing(gnu), "640 a/very/long/name=x 644 b");
	assert_text(listing(pax), "640 a/long=xyz");
	assert_text(listing(global), "644 f=x");
	memcpy(header + 345, "some/dir", 8);
	tar_sum(header);
	assert_text(listing(prefixed), "644 some/dir/name=x");
	/* GNU tar's own form has something else there. */
	memcpy(header + 257, "ustar  ", 8);
	tar_sum(header);
	assert_text(listing(prefixed), "644 name=x");
}

static struct text with_size(const char *digits, size_t n)
{
	struct text t = LIST({ "a", 0, 0644, "x" }, { "b", 0, 0644, "y" });

	memcpy((char *)t.p + 124, digits, n);
	tar_sum((char *)t.p);
	return t;
}

static void hostile(void **state)
{
	static const char *const pax[] = { "0 path=a\n",  "99 path=a\n",
					   "11 path=abc", "path=a\n",
					   " path=a\n",   "12 size=-123\n",
					   "9 nothing\n", "99999999999999999999 path=a\n" };
	struct text t = LIST({ "a", 0, 0644, "x" }, { "b", 0, 0644, "y" }), z = tar_gzip(&arena, t);
	char *bytes;

	(void)state;
	assert_text(listing(TEXT("")), "no");
	assert_text(listing(TEXT("hello")), "no");
	assert_text(listing(TEXT("\x1F\x8B")), "no");
	assert_text(listing((struct text){ arena_alloc(&arena, 2048), 2048 }), "no");
	/* cut anywhere: within a header, within bytes, within what is packed */
	for (size_t n = 1; n < t.n - 1024; n += 97)
		if (n % 512)
			assert_text(listing(text_sub(t, 0, n)), n > 1024 + 512 && n < 2048 ? "644 a=x 644 b=y"
								: n > 512 && n < 1024      ? "644 a=x"
											   : "no");
	for (size_t n = 0; n + 1 < z.n; n++)
		assert_text(listing(text_sub(z, 0, n)), "no");
	/* sizes: too large, negative, base 256 */
	assert_text(listing(with_size("77777777777", 11)), "no");
	assert_text(listing(with_size("-0000000001", 11)), "no");
	assert_text(listing(with_size("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12)), "no");
	assert_text(listing(with_size("\x80\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12)), "no");
	assert_text(listing(with_size("\x80\0\0\0\0\0\0\0\0\0\0\1", 12)), "644 a=x 644 b=y");
	for (size_t i = 0; i < COUNT(pax); i++)
		assert_text(listing(LIST({ "p", 'x', 0644, pax[i] }, { "a", 0, 0644, "x" })), "no");
	/* a sum that is not right */
	bytes = arena_bytes(&arena, t.n);
	memcpy(bytes, t.p, t.n);
	bytes[1024] ^= 1;
	assert_text(listing((struct text){ bytes, t.n }), "no");
	/* a path that is none */
	assert_text(listing(LIST({ "p", 'x', 0644, "9 path=/\n" }, { "a", 0, 0644, "x" })), "644 ./=x");
}

/* What unpacks to more than we take, from few bytes. */
static void bombs(void **state)
{
	size_t n = 65 * 1024 * 1024;
	char *zeros = arena_alloc(&arena, n);
	struct text bomb, many;
	struct buf out = { 0 };

	(void)state;
	tar_put(zeros + 124, 11, n - 1024);
	tar_put(zeros + 100, 7, 0644);
	zeros[0] = 'a';
	zeros[156] = '0';
	tar_sum(zeros);
	bomb = tar_gzip(&arena, (struct text){ zeros, n });
	assert_true(bomb.n < 1024 * 1024);
	assert_text(listing(bomb), "no");
	assert_false(inflate_gzip(bomb, 1024, &out));
	buf_release(&out);
	/* too many members */
	memcpy(zeros, LIST({ "a", 0, 0644, NULL }).p, 512);
	for (size_t i = 1; i < 20001; i++)
		memcpy(zeros + 512 * i, zeros, 512);
	many = (struct text){ zeros, 512 * 20001 };
	assert_text(listing(many), "no");
	assert_true(listing(text_sub(many, 0, many.n - 512)).n > 2);
}

static void zips(void **state)
{
	struct text z = zip_make(&arena, "d/run", 0700, "#!/bin/sh\n"), t;
	char *bytes;

	(void)state;
	assert_text(listing(z), "700 d/run=#!/bin/sh\n");
	assert_text(listing(zip_make(&arena, "d/", 0755, "")), "755 d/");
	for (size_t n = 4; n < z.n; n++)
		assert_text(listing(text_sub(z, 0, n)), "no");
	for (size_t i = 0; i < z.n; i++) {
		/* Every byte in turn: whatever comes of it, it ends. */
		t = arena_text(&arena, z);
		bytes = (char *)t.p;
		bytes[i] = (char)0xFF;
		listing(t);
		bytes[i] = 0;
		listing(t);
	}
	/* not of a Unix system: it has no modes */
	t = arena_text(&arena, z);
	((char *)t.p)[z.n - 22 - 46 - 5 + 5] = 0;
	assert_text(listing(t), "644 d/run=#!/bin/sh\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(members, teardown), cmocka_unit_test_teardown(long_names, teardown),
		cmocka_unit_test_teardown(hostile, teardown), cmocka_unit_test_teardown(bombs, teardown),
		cmocka_unit_test_teardown(zips, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
