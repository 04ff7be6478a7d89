/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"
#include "edit/diff.h"
#include "support/asserts.h"
#include "support/diff_help.h"

/* ---- colour ---- */

#define GONE "\x1b[31m-"
#define COME "\x1b[32m+"
#define OFF "\x1b[m\n"
#define PICK(words) "\x1b[7m" words "\x1b[27m"
#define CR "\x1b[2m^M\x1b[22m"
#define NONE "\\ No newline at end of file\n"

static const struct {
	struct text before, after;
	const char *lines; /* below the @@ line */
} colored[] = {
	{ T("FROM node\n"), T("FROM node:22\n"), GONE "FROM node" OFF COME "FROM node" PICK(":22") OFF },
	{ T("ENV k v\n"), T("ENV k=v\n"), GONE "ENV k" PICK(" ") "v" OFF COME "ENV k" PICK("=") "v" OFF },
	{ T("same one two end\n"), T("same three four end\n"),
	  GONE "same " PICK("one two") " end" OFF COME "same " PICK("three four") " end" OFF },
	{ T("alpha beta\n"), T("gamma delta\n"), GONE "alpha beta" OFF COME "gamma delta" OFF },
	/* the line that it came from, not the one at its place */
	{ T("RUN make all\n"), T("USER nobody\nRUN make it all\n"),
	  GONE "RUN make all" OFF COME "USER nobody" OFF COME "RUN make " PICK("it ") "all" OFF },
	{ T("a\r\n"), T("a\n"), GONE "a" CR OFF COME "a" OFF },
	{ T("a b\r\n"), T("a c\r\n"), GONE "a " PICK("b") OFF COME "a " PICK("c") OFF },
	{ T("k\r\n"), T("k\r\nx\r\n"), " k\n" COME "x" OFF },
	{ T("\x1b[2J\n"), T("\xc2\x9b\xff\n"), GONE PICK("\\x1b") "[2J" OFF COME PICK("<U+009B>\\xff") OFF },
	{ T("a \0b\n"), T("a \x7f"), GONE "a " PICK("\\x00b") OFF COME "a " PICK("\\x7f") OFF NONE },
	{ T("k\x07\xe2\x80\xae\n"), T("k\x07\xe2\x80\xae\nx\n"),
	  " k" PICK("\\x07<U+202E>") "\n" COME "x" OFF },
	{ T("a\rb"), T("a\r\r\n"), GONE "a" PICK("\\rb") OFF NONE COME "a" PICK("\\r") OFF },
};

static void the_colours(void **state)
{
	const struct diff_options o = { 3, true };

	(void)state;
	for (size_t i = 0; i < COUNT(colored); i++) {
		struct buf out = { 0 };
		struct text got;

		diff_unified(&out, TEXT("f"), &colored[i].before, colored[i].after, &o);
		got = buf_text(&out);
		assert_bytes(one_line(&got), TEXT("\x1b[1m--- a/f\x1b[m\n"));
		assert_bytes(one_line(&got), TEXT("\x1b[1m+++ b/f\x1b[m\n"));
		assert_true(text_starts(got, TEXT("\x1b[36m@@ -")));
		assert_true(text_ends(one_line(&got), TEXT(" @@\x1b[m\n")));
		assert_text(got, colored[i].lines);
		buf_release(&out);
	}
}

/* Takes our own colours out; nothing else may control the terminal. */
static void assert_harmless(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c == 0x1b) {
			assert_int_equal(t.p[++i], '[');
			while (ascii_digit((unsigned char)t.p[++i]))
				;
			assert_int_equal(t.p[i], 'm');
			continue;
		}
		assert_true(c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f));
	}
	assert_int_equal(text_find(t, TEXT("\xe2\x80\xae"), 0), TEXT_NPOS);
}

static void coloured_noise(void **state)
{
	const struct diff_options o = { 3, true };

	(void)state;
	seed = 4;
	for (size_t i = 0; i < 300; i++) {
		struct buf before = { 0 }, after = { 0 }, out = { 0 };
		struct text t;

		for (size_t n = below(400); n > 0; n--) {
			char c = below(6) ? (char)below(256) : "\n\n ab\r"[below(6)];

			if (below(10))
				buf_addc(&before, c);
			if (below(10))
				buf_addc(&after, c);
		}
		buf_adds(&after, "\xe2\x80\xae");
		t = buf_text(&before);
		diff_unified(&out, TEXT("\x1b\x9b"), &t, buf_text(&after), &o);
		assert_harmless(buf_text(&out));
		buf_release(&before);
		buf_release(&after);
		buf_release(&out);
	}
}

enum { LARGE = 100000 };

static void large_coloured(void **state)
{
	const struct diff_options o = { 3, true };
	struct buf a = { 0 }, b = { 0 }, out = { 0 };
	struct text t;

	(void)state;
	for (size_t i = 0; i < LARGE / 4; i++) {
		buf_addf(&a, "one %zu\n", i);
		buf_addf(&b, "two %zu\n", i);
	}
	for (size_t i = 0; i < LARGE; i++) {
		buf_addf(&a, " %zu", below(9));
		buf_addf(&b, " %zu", below(9));
	}
	t = buf_text(&a);
	diff_unified(&out, TEXT("f"), &t, buf_text(&b), &o);
	assert_harmless(buf_text(&out));
	buf_release(&a);
	buf_release(&b);
	buf_release(&out);
}

/* ---- base/visible.h ---- */

static const struct {
	struct text in;
	const char *text, *line;
} shown[] = {
	{ T(""), "", "" },
	{ T("plain \xc3\xa4 \xef\xbf\xbd \xf0\x9f\x98\x80"), "plain \xc3\xa4 \xef\xbf\xbd \xf0\x9f\x98\x80",
	  "plain \xc3\xa4 \xef\xbf\xbd \xf0\x9f\x98\x80" },
	{ T("a\n\tb\r\n"), "a\n\tb\\r\n", "a\\n\\tb\\r\\n" },
	{ T("\0\x1b[0m\x7f"), "\\x00\\x1b[0m\\x7f", "\\x00\\x1b[0m\\x7f" },
	{ T("\xc2\x80\xc2\x9f\xc2\xa0"), "<U+0080><U+009F>\xc2\xa0", "<U+0080><U+009F>\xc2\xa0" },
	{ T("\xff\xc3\xe2\x80"), "\\xff\\xc3\\xe2\\x80", "\\xff\\xc3\\xe2\\x80" },
	{ T("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" }, /* a surrogate is no UTF-8 */
	{ T("\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9"), "<U+202A><U+202E><U+2066><U+2069>",
	  "<U+202A><U+202E><U+2066><U+2069>" },
	{ T("\xd8\x9c\xe2\x80\x8f\xe2\x80\xaf"), "<U+061C><U+200F>\xe2\x80\xaf",
	  "<U+061C><U+200F>\xe2\x80\xaf" },
};

static void made_visible(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shown); i++) {
		struct buf out = { 0 };

		visible_add(&out, shown[i].in, VISIBLE_TEXT);
		assert_text(buf_text(&out), shown[i].text);
		buf_clear(&out);
		visible_add(&out, shown[i].in, VISIBLE_LINE);
		assert_text(buf_text(&out), shown[i].line);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_colours),
		cmocka_unit_test(coloured_noise),
		cmocka_unit_test(large_coloured),
		cmocka_unit_test(made_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
