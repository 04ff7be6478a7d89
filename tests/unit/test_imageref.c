/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/imageref.h"
#include "support/asserts.h"

#include <stdlib.h>
#include <string.h>

#define HEX32 "0123456789abcdef0123456789abcdef"
#define SHA256 "sha256:" HEX32 HEX32
#define SHA512 "sha512:" HEX32 HEX32 HEX32 HEX32
#define A50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define A127 A50 A50 "aaaaaaaaaabbbbbbbbbbccccccc"

struct good {
	const char *ref, *registry, *path, *tag, *digest, *name;
};

static const struct good goods[] = {
	{ "nginx", "", "nginx", "", "", "nginx" },
	{ "nginx:1.27", "", "nginx", "1.27", "", "nginx" },
	{ "library/nginx", "", "library/nginx", "", "", "nginx" },
	{ "docker.io/nginx", "docker.io", "nginx", "", "", "nginx" },
	{ "docker.io/library/nginx:1", "docker.io", "library/nginx", "1", "", "nginx" },
	{ "index.docker.io/library/nginx", "index.docker.io", "library/nginx", "", "", "nginx" },
	{ "registry-1.docker.io/foo/bar", "registry-1.docker.io", "foo/bar", "", "", "foo/bar" },
	{ "docker.io/foo/bar@" SHA256, "docker.io", "foo/bar", "", SHA256, "foo/bar" },
	{ "library/foo/bar", "", "library/foo/bar", "", "", "library/foo/bar" },
	{ "docker.io:443/library/x", "docker.io:443", "library/x", "", "", "docker.io:443/library/x" },
	{ "gcr.io/distroless/base-debian12:nonroot", "gcr.io", "distroless/base-debian12", "nonroot", "",
	  "gcr.io/distroless/base-debian12" },
	{ "localhost/x", "localhost", "x", "", "", "localhost/x" },
	{ "localhost:5000/x:latest", "localhost:5000", "x", "latest", "", "localhost:5000/x" },
	{ "localhost:5000", "", "localhost", "5000", "", "localhost" },
	{ "host:1/2", "host:1", "2", "", "", "host:1/2" },
	{ "Foo/bar", "Foo", "bar", "", "", "Foo/bar" },
	{ "[::1]:5000/x", "[::1]:5000", "x", "", "", "[::1]:5000/x" },
	{ "[2001:DB8::1]/x/y:z", "[2001:DB8::1]", "x/y", "z", "", "[2001:DB8::1]/x/y" },
	{ "1.2.3.4:80/a", "1.2.3.4:80", "a", "", "", "1.2.3.4:80/a" },
	{ "a__b---c.d_e/f", "", "a__b---c.d_e/f", "", "", "a__b---c.d_e/f" },
	{ "foo:_a-B.9@" SHA512, "", "foo", "_a-B.9", SHA512, "foo" },
	{ "foo:" A127 "x", "", "foo", A127 "x", "", "foo" },
	{ A50 A50 A50 A50 "aaaaaaaaaabbbbbbbbbbcccccccccc1234567890abcdefg", "",
	  A50 A50 A50 A50 "aaaaaaaaaabbbbbbbbbbcccccccccc1234567890abcdefg", "", "",
	  A50 A50 A50 A50 "aaaaaaaaaabbbbbbbbbbcccccccccc1234567890abcdefg" }, /* 247 */
	{ HEX32 HEX32 ":1", "", HEX32 HEX32, "1", "", HEX32 HEX32 },
};

static const char *const bads[] = {
	"", ":", "@", "/", ":tag", "/x", "x/", "x//y", "X", "x/Y", "Foo", "foo.io/Bar", "x:", "x@", "x: 1", " x", "x ",
	"x:-a", "x:.a", "x:a:b", "x:a/b", "x@sha256", "x@sha256:", "x@sha256:" HEX32, "x@SHA256:" HEX32 HEX32,
	"x@sha256:0123456789ABCDEF0123456789abcdef" HEX32, "x@md5:" HEX32, "x@" SHA256 "0", "x@" SHA256 ":t",
	"x@" SHA256 "@" SHA256, HEX32 HEX32, "a..b", "a___b", "a._b", "_a", "a_", "-a", "a-", "a.-b/c", "a..b/c",
	"host:/x", "host:a/x", "host:5/", "[::1/x", "[]/x", "[::g]/x", "[::1]x/y", "x:" A127 "xx", "${X}", "x:$Y",
	"x\xc3\xa9", "docker.io/", "https://docker.io/x",
	A50 A50 A50 A50 "aaaaaaaaaabbbbbbbbbbcccccccccc1234567890abcdefgh", /* 248: "library/" makes it 256 */
};

static void reads_what_the_reference_reads(void **state)
{
	struct imageref r;

	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(*goods); i++) {
		const struct good *g = &goods[i];
		struct text t = text_of(g->ref);

		if (!imageref_parse(t, &r))
			fail_msg("refused: %s", g->ref);
		assert_text(r.registry, g->registry);
		assert_text(r.path, g->path);
		assert_text(r.tag, g->tag);
		assert_text(r.digest, g->digest);
		assert_text(imageref_name(&r), g->name);
		assert_int_equal(r.tag_at.end, r.digest_at.start);
		assert_int_equal(r.digest_at.end, t.n);
		assert_int_equal(r.tag_at.end - r.tag_at.start, r.tag.n ? r.tag.n + 1 : 0);
	}
}

static void refuses_what_the_reference_refuses(void **state)
{
	struct imageref r;

	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(*bads); i++)
		if (imageref_parse(text_of(bads[i]), &r))
			fail_msg("accepted: %s", bads[i]);
	assert_false(imageref_parse((struct text){ "a\0b", 3 }, &r));
	assert_false(imageref_parse(TEXT_NONE, &r));
}

static void counts_the_path_alone(void **state)
{
	char buf[320] = "example.org/";
	struct imageref r;

	(void)state;
	memset(buf + 12, 'a', 256);
	assert_true(imageref_parse((struct text){ buf, 12 + 255 }, &r));
	assert_false(imageref_parse((struct text){ buf, 12 + 256 }, &r));
}

struct split {
	const char *ref;
	enum imageref_values values;
	enum imageref_part tag, digest;
	const char *tag_text; /* with ":"; where the tag is present */
	size_t name_end;      /* where the tag is sure */
};

#define ANY IMAGEREF_VALUES_ANY
#define PLAIN IMAGEREF_VALUES_PLAIN
#define NO IMAGEREF_ABSENT
#define YES IMAGEREF_PRESENT
#define MAY IMAGEREF_UNSURE

static const struct split splits[] = {
	{ "nginx", ANY, NO, NO, NULL, 5 },
	{ "h:5/nginx:1", ANY, YES, NO, ":1", 9 },
	{ "x:1@" SHA256, ANY, YES, YES, ":1", 1 },
	{ "${REG}/nginx:${TAG}", ANY, YES, MAY, ":${TAG}", 12 },
	{ "${REG}/nginx:1", ANY, YES, NO, ":1", 12 },
	{ "${REG}/nginx", ANY, NO, NO, NULL, 12 },
	{ "$REG/nginx", ANY, NO, NO, NULL, 10 },
	{ "${REG:-a.b/c:d}/nginx", ANY, NO, NO, NULL, 21 },
	{ "${A:-${B:-x}}/nginx:1", ANY, YES, NO, ":1", 19 },
	{ "${REG}nginx", ANY, MAY, MAY, NULL, 0 },
	{ "${REG}nginx", PLAIN, NO, NO, NULL, 11 },
	{ "nginx:${TAG}", ANY, MAY, MAY, NULL, 0 },
	{ "nginx:${TAG}", PLAIN, YES, NO, ":${TAG}", 5 },
	{ "nginx:${TAG}-slim@" SHA256, PLAIN, YES, YES, ":${TAG}-slim", 5 },
	{ "${IMAGE}:latest", ANY, YES, NO, ":latest", 8 },
	{ "${IMAGE}:" HEX32 HEX32, ANY, MAY, MAY, NULL, 0 },
	{ "a/${B}:${C}", ANY, MAY, MAY, NULL, 0 },
	{ "a/${B}:${C}", PLAIN, YES, NO, ":${C}", 6 },
	{ "${IMAGE}@" SHA256, ANY, MAY, YES, NULL, 0 },
	{ "x@${D}", ANY, NO, YES, NULL, 1 },
	{ "$X", ANY, MAY, MAY, NULL, 0 },
	{ "${X", ANY, MAY, MAY, NULL, 0 },
	{ "${X", PLAIN, MAY, MAY, NULL, 0 },
	{ "$", ANY, MAY, MAY, NULL, 0 },
	{ "\"x\"", ANY, MAY, MAY, NULL, 0 },
	{ "", ANY, NO, NO, NULL, 0 },
};

static void finds_the_tag_before_expansion(void **state)
{
	struct imageref_split s;

	(void)state;
	for (size_t i = 0; i < sizeof(splits) / sizeof(*splits); i++) {
		const struct split *w = &splits[i];
		struct text t = text_of(w->ref);
		bool sure = imageref_split_unexpanded(t, w->values, &s);

		if (s.tag != w->tag || s.digest != w->digest || sure != (w->tag != IMAGEREF_UNSURE))
			fail_msg("%s: tag %d digest %d", w->ref, s.tag, s.digest);
		if (!sure)
			continue;
		assert_int_equal(s.tag_at.start, w->name_end);
		assert_text(text_range(t, s.tag_at), w->tag_text ? w->tag_text : "");
	}
}

/* Whatever the bytes are, the answer comes and the ranges lie inside. */
static void takes_any_bytes(void **state)
{
	static const char alphabet[] = "a0Z.:@/-_${}[]\0\xff\"";
	char buf[24];
	uint32_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 200000; round++) {
		struct imageref r;
		struct imageref_split s;
		struct text t = { buf, round % sizeof(buf) };
		char *exact;

		for (size_t i = 0; i < t.n; i++) {
			seed = seed * 1103515245u + 12345u;
			buf[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		exact = malloc(t.n + 1); /* a read past the end is then seen */
		assert_non_null(exact);
		memcpy(exact, buf, t.n);
		t.p = exact;
		if (imageref_parse(t, &r)) {
			assert_true(r.tag_at.start <= r.tag_at.end && r.digest_at.end == t.n);
			assert_true(imageref_split_unexpanded(t, IMAGEREF_VALUES_ANY, &s));
			assert_int_equal(s.tag_at.start, r.tag_at.start);
			assert_int_equal(s.digest_at.start, r.digest_at.start);
		}
		imageref_split_unexpanded(t, IMAGEREF_VALUES_PLAIN, &s);
		assert_true(s.tag_at.start <= s.tag_at.end && s.digest_at.end <= t.n);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_the_reference_reads),
		cmocka_unit_test(refuses_what_the_reference_refuses),
		cmocka_unit_test(counts_the_path_alone),
		cmocka_unit_test(finds_the_tag_before_expansion),
		cmocka_unit_test(takes_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
