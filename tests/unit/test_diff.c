/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "edit/diff.h"
#include "edit/linediff.h"
#include "support/asserts.h"
#include "support/diff_help.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- texts ---- */

/* Few different lines, so that they repeat; some look like parts of a diff. */
static const struct text lines[] = { T("\n"),
				     T("a\n"),
				     T("a\n"),
				     T("b\n"),
				     T("c\n"),
				     T("RUN x && \\\n"),
				     T("a\r\n"),
				     T("\r\n"),
				     T("a\rb\n"),
				     T("-- a/f\n"),
				     T("++ b/f\n"),
				     T("@@ -1 +1 @@\n"),
				     T(" a\n"),
				     T("\\ No newline at end of file\n"),
				     T("diff --git a/f b/f\n"),
				     T("\xff\xfe\x80\n"),
				     T("trailing \t \n"),
				     T("\x1b[31m\f\v\n"),
				     T("d\n"),
				     T("e\n"),
				     T("nul\0nul\n"),
				     T("\0\n") };

static void add_line(struct buf *b, size_t kinds)
{
	buf_add(b, lines[below(kinds)]);
}

static void cut_newline(struct buf *b)
{
	if (b->n > 0 && below(4) == 0)
		b->n--;
}

/* after: before with some lines dropped, added and replaced. */
static void make_pair(struct buf *before, struct buf *after, size_t kinds)
{
	size_t n = below(4) == 0 ? below(3) : below(30), changes = 1 + below(10);

	for (size_t i = 0; i < n; i++) {
		size_t start = before->n;

		add_line(before, kinds);
		if (below(changes + 3) > 0)
			buf_add(after, text_from(buf_text(before), start));
		while (below(changes + 2) == 0)
			add_line(after, kinds);
	}
	if (below(8) == 0)
		after->n = 0;
	cut_newline(before);
	cut_newline(after);
}

/* ---- what a diff gives ---- */

static size_t number(struct text *t)
{
	size_t n = 0;

	for (; t->n > 0 && ascii_digit((unsigned char)t->p[0]); *t = text_from(*t, 1))
		n = 10 * n + (size_t)(t->p[0] - '0');
	return n;
}

static void range_of(struct text *t, char sign, size_t *line, size_t *n)
{
	assert_int_equal(t->p[0], sign);
	*t = text_from(*t, 1);
	*line = number(t);
	*n = 1;
	if (text_starts(*t, TEXT(","))) {
		*t = text_from(*t, 1);
		*n = number(t);
	}
	*t = text_from(*t, 1);
	*line -= *n > 0;
}

/* Reads one hunk as strictly as a machine can; `from` is what is left of before. */
static void apply_hunk(struct text *diff, struct text *from, size_t *at, size_t *now, struct buf *out)
{
	struct text head = one_line(diff), line, had;
	size_t a, na, b, nb;

	assert_true(text_starts(head, TEXT("@@ -")));
	head = text_from(head, 3);
	range_of(&head, '-', &a, &na);
	range_of(&head, '+', &b, &nb);
	assert_bytes(head, TEXT("@@\n"));
	for (; *at < a; ++*at, ++*now)
		buf_add(out, one_line(from));
	assert_int_equal(*now, b);
	*at += na;
	*now += nb;
	while (na + nb > 0) {
		char sign;

		line = one_line(diff);
		sign = line.p[0];
		line = text_from(line, 1);
		if (text_starts(*diff, TEXT("\\"))) {
			one_line(diff);
			line.n--;
		}
		if (sign != '+') {
			had = one_line(from);
			assert_bytes(line, had);
			na--;
		}
		if (sign != '-') {
			buf_add(out, line);
			nb--;
		}
	}
}

static void assert_gives(struct text diff, struct text before, struct text after)
{
	struct buf out = { 0 };
	size_t at = 0, now = 0;

	if (diff.n > 0) {
		assert_true(text_starts(one_line(&diff), TEXT("--- ")));
		assert_true(text_starts(one_line(&diff), TEXT("+++ ")));
	}
	while (diff.n > 0)
		apply_hunk(&diff, &before, &at, &now, &out);
	buf_add(&out, before);
	assert_bytes(buf_text(&out), after);
	buf_release(&out);
}

static void check_pair(struct text before, struct text after, size_t context)
{
	struct diff_options o = { context, false };
	struct buf diff = { 0 };

	diff_unified(&diff, TEXT("f"), &before, after, &o);
	assert_int_equal(diff.n == 0, text_eq(before, after));
	assert_gives(buf_text(&diff), before, after);
	buf_release(&diff);
}

static void every_diff_gives_the_text(void **state)
{
	(void)state;
	seed = 1;
	for (size_t i = 0; i < 3000; i++) {
		struct buf before = { 0 }, after = { 0 };

		make_pair(&before, &after, 2 + below(COUNT(lines) - 1));
		check_pair(buf_text(&before), buf_text(&after), below(5));
		buf_release(&before);
		buf_release(&after);
	}
}

/* ---- minimal ---- */

static size_t common(struct pieces a, struct pieces b)
{
	size_t best[64][64] = { { 0 } };

	assert_true(a.n < 64 && b.n < 64);
	for (size_t i = 0; i < a.n; i++)
		for (size_t k = 0; k < b.n; k++) {
			size_t skip = best[i][k + 1] > best[i + 1][k] ? best[i][k + 1] : best[i + 1][k];

			best[i + 1][k + 1] =
				text_eq(pieces_get(&a, i), pieces_get(&b, k)) ? best[i][k] + 1 : skip;
		}
	return best[a.n][b.n];
}

static void as_few_lines_as_possible(void **state)
{
	(void)state;
	seed = 2;
	for (size_t i = 0; i < 3000; i++) {
		struct buf before = { 0 }, after = { 0 };
		struct arena m = { 0 };
		struct pieces a, b;
		size_t added, removed, kinds = 2 + below(6);

		for (size_t n = below(60); n > 0; n--)
			add_line(&before, kinds);
		for (size_t n = below(60); n > 0; n--)
			add_line(&after, kinds);
		diff_count(buf_text(&before), buf_text(&after), &added, &removed);
		a = pieces_lines(&m, buf_text(&before));
		b = pieces_lines(&m, buf_text(&after));
		assert_int_equal(removed, a.n - common(a, b));
		assert_int_equal(added, b.n - common(a, b));
		arena_release(&m);
		buf_release(&before);
		buf_release(&after);
	}
}

/* ---- large: the search is cut short, the result is right ---- */

enum { LARGE = 100000 };

static void numbered(struct buf *b, const char *word, size_t n, size_t step)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s %zu\n", word, i * step % n);
}

static void large_texts(void **state)
{
	struct buf a = { 0 }, b = { 0 };
	size_t added, removed;

	(void)state;
	numbered(&a, "one", LARGE, 1);
	numbered(&b, "two", LARGE, 1);
	check_pair(buf_text(&a), buf_text(&b), 3);
	diff_count(buf_text(&a), buf_text(&b), &added, &removed);
	assert_int_equal(added, LARGE);
	assert_int_equal(removed, LARGE);
	buf_clear(&b);
	numbered(&b, "one", LARGE, 48271); /* the same lines in another order */
	check_pair(buf_text(&a), buf_text(&b), 3);
	buf_clear(&a);
	buf_clear(&b);
	seed = 3;
	for (size_t i = 0; i < LARGE; i++) {
		add_line(&a, 5);
		add_line(&b, 5);
	}
	check_pair(buf_text(&a), buf_text(&b), 3);
	buf_clear(&a);
	for (size_t i = 0; i < LARGE; i++)
		buf_addc(&a, '\n');
	check_pair(buf_text(&a), text_from(buf_text(&a), LARGE / 2), 3);
	check_pair(text_from(buf_text(&a), LARGE / 2), buf_text(&a), 3);
	buf_release(&a);
	buf_release(&b);
}

/* ---- the form ---- */

static const struct {
	const char *path, *before, *after; /* before NULL: a new file */
	size_t context;
	const char *diff;
} forms[] = {
	{ "f", "a\n", "a\n", 3, "" },
	{ "f", "", "", 3, "" },
	{ "./sub/f", "a\nb\n", "a\nc\n", 3, "--- a/sub/f\n+++ b/sub/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n" },
	{ "/x/f", "a\n", "b\n", 3, "--- a/x/f\n+++ b/x/f\n@@ -1 +1 @@\n-a\n+b\n" },
	{ "f", NULL, "a\n", 3, "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n" },
	{ "a b", NULL, "", 3, "diff --git \"a/a b\" \"b/a b\"\nnew file mode 100644\n\n" },
	{ "f", "", "a\nb", 3, "--- a/f\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n" },
	{ "f", "a\nb\n", "", 3, "--- a/f\n+++ b/f\n@@ -1,2 +0,0 @@\n-a\n-b\n" },
	{ "f", "a", "a\n", 3, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n" },
	{ "f", "a\nb", "c\nb", 3,
	  "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n" },
	{ "f", "a\r\n", "a\n", 3, "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\r\n+a\n" },
	{ "f", "a\nb\nc\n", "a\nc\n", 0, "--- a/f\n+++ b/f\n@@ -2 +1,0 @@\n-b\n" },
	{ "f", "a\nc\n", "a\nb\nc\n", 0, "--- a/f\n+++ b/f\n@@ -1,0 +2 @@\n+b\n" },
	/* two lines apart: one hunk with a context of 1, two without */
	{ "f", "a\n1\n2\nb\n", "c\n1\n2\nd\n", 1,
	  "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-a\n+c\n 1\n 2\n-b\n+d\n" },
	{ "f", "a\n1\n2\n3\nb\n", "c\n1\n2\n3\nd\n", 1,
	  "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+c\n 1\n@@ -4,2 +4,2 @@\n 3\n-b\n+d\n" },
	{ "f", "a\n1\nb\n", "a\n1\nc\n", (size_t)-1, "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n 1\n-b\n+c\n" },
	/* a block goes down as far as it can */
	{ "f", "x\n}\ny\n", "x\n}\nz\n}\ny\n", 1, "--- a/f\n+++ b/f\n@@ -2,2 +2,4 @@\n }\n+z\n+}\n y\n" },
	/* but rather beside a change of the other side */
	{ "f", "k\na\na\nz\n", "m\na\nz\n", 0, "--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-k\n-a\n+m\n" },
	{ "my file", "a\n", "b\n", 3, "--- a/my file\t\n+++ b/my file\t\n@@ -1 +1 @@\n-a\n+b\n" },
	{ "\xc3\xa4 \"\\\t\n\x01\x7f", "a\n", "b\n", 3,
	  "--- \"a/\\303\\244 \\\"\\\\\\t\\n\\001\\177\"\t\n+++ \"b/\\303\\244 \\\"\\\\\\t\\n\\001\\177\"\t\n"
	  "@@ -1 +1 @@\n-a\n+b\n" },
};

static void the_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct diff_options o = { forms[i].context, false };
		struct text before = text_of(forms[i].before);
		struct buf out = { 0 };

		diff_unified(&out, text_of(forms[i].path), forms[i].before ? &before : NULL,
			     text_of(forms[i].after), &o);
		assert_text(buf_text(&out), forms[i].diff);
		buf_release(&out);
	}
}

/* ---- git and patch ---- */

/* Many files go into one diff: starting programs is what takes the time. */
enum { ROUNDS = 10, FILES = 40 };

static int enter(void **state)
{
	if (sandbox_enter(state) < 0)
		return -1;
	/* Whatever the user's own git does, here it does what it does out of the box. */
	setenv("GIT_CEILING_DIRECTORIES", "/tmp", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("HOME", sandbox_top(), 1);
	setenv("XDG_CONFIG_HOME", sandbox_top(), 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("POSIXLY_CORRECT");
	return 0;
}

static const char *const names[] = {
	"plain",       "with blank", " ",     "a\tb",  "\xc3\xa4\xc3\xb6", "\xff\xfe x", "quo\"te",
	"back\\slash", "new\nline",  "-dash", "sub/f", "sub/two words/f",  "\x01\x7f",
};

struct file {
	char name[64];
	bool is_new;
	struct buf before, after;
};

struct tool {
	const char *probe, *run;
	size_t context;  /* at least */
	bool empty_new;  /* may come before other files */
	bool no_newline; /* at the end */
};

static bool wanted(const struct file *f, bool empty_new)
{
	if (f->is_new)
		return empty_new || f->after.n > 0;
	return !text_eq(buf_text(&f->before), buf_text(&f->after));
}

static void add_newline(struct buf *b)
{
	if (b->n > 0 && b->p[b->n - 1] != '\n')
		buf_addc(b, '\n');
}

static void make_file(const struct tool *tool, struct file *f, size_t i)
{
	bool last = i + 1 == FILES;

	*f = (struct file){ .is_new = below(6) == 0 };
	snprintf(f->name, sizeof(f->name), "%s%zu", names[below(COUNT(names))], i);
	do {
		buf_clear(&f->before);
		buf_clear(&f->after);
		make_pair(&f->before, &f->after, COUNT(lines));
		if (!tool->no_newline) {
			add_newline(&f->before);
			add_newline(&f->after);
		}
	} while (!wanted(f, tool->empty_new || last));
	if (last && below(2)) {
		f->is_new = true;
		buf_clear(&f->after);
	}
}

static void one_round(const struct tool *tool)
{
	struct file files[FILES];
	struct buf diff = { 0 };
	struct diff_options o = { tool->context + below(4), false };

	sh("rm -rf w && mkdir -p w/sub/'two words'");
	assert_int_equal(chdir("w"), 0);
	for (size_t i = 0; i < FILES; i++) {
		struct file *f = &files[i];
		struct text before;

		make_file(tool, f, i);
		before = buf_text(&f->before);
		diff_unified(&diff, text_of(f->name), f->is_new ? NULL : &before, buf_text(&f->after), &o);
		if (!f->is_new)
			put(f->name, before);
	}
	put("../diff", buf_text(&diff));
	sh(tool->run);
	for (size_t i = 0; i < FILES; i++) {
		if (!holds(files[i].name, buf_text(&files[i].after)))
			fail_msg("%s is not what it should be", files[i].name);
		buf_release(&files[i].before);
		buf_release(&files[i].after);
	}
	buf_release(&diff);
	assert_int_equal(chdir(".."), 0);
}

static const struct tool git = {
	.probe = "git --version >probe 2>&1",
	.run = "git apply --check ../diff && git apply --whitespace=nowarn ../diff",
	.context = 1,
	.empty_new = true,
	.no_newline = true,
};
/* Without context git begins one line too early, and there takes "a\n" for an "a" at the end. */
static const struct tool git_bare = {
	.probe = "git --version >probe 2>&1",
	.run = "git apply --unidiff-zero --whitespace=nowarn ../diff",
	.empty_new = true,
};
/* GNU patch: others do not read quoted names. A diff's head that only names an empty
 * file it takes for that of the next file too. */
static const struct tool patch = {
	.probe = "patch --version 2>&1 | grep 'GNU patch [2-9]' >probe",
	.run = "patch -p1 -s -f <../diff && test -z \"$(find . -name '*.orig' -o -name '*.rej')\"",
	.no_newline = true,
};

static void applied_by(const struct tool *tool, uint64_t start)
{
	if (system(tool->probe) != 0)
		return;
	seed = start;
	for (size_t i = 0; i < ROUNDS; i++)
		one_round(tool);
}

static void applied_by_git(void **state)
{
	(void)state;
	applied_by(&git, 5);
	applied_by(&git_bare, 6);
}

static void applied_by_patch(void **state)
{
	(void)state;
	applied_by(&patch, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form),
		cmocka_unit_test(every_diff_gives_the_text),
		cmocka_unit_test(as_few_lines_as_possible),
		cmocka_unit_test(large_texts),
		cmocka_unit_test_setup_teardown(applied_by_git, enter, sandbox_leave),
		cmocka_unit_test_setup_teardown(applied_by_patch, enter, sandbox_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
