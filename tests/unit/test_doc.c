/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "support/invariants.h"
#include "support/asserts.h"

#include <string.h>

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* Every reading of these tests holds what any reading must. */
static const struct doc *read_text(struct text t)
{
	const struct doc *d = doc_read(&arena, t);
	const char *why = check_reading(&arena, d);

	if (why)
		fail_msg("%s", why);
	return d;
}

static const struct doc *read_lines(const char *s)
{
	return read_text(text_of(s));
}

static void assert_item(const struct doc *d, size_t i, enum item_kind kind, const char *raw, size_t line,
			size_t line_end)
{
	assert_true(i < d->nitems);
	assert_int_equal(d->items[i].kind, kind);
	assert_text(text_range(d->text, d->items[i].raw), raw);
	assert_int_equal(d->items[i].line, line);
	assert_int_equal(d->items[i].line_end, line_end);
}

static void assert_range(const struct doc *d, const struct instruction *ins, size_t at, size_t n,
			 const char *want)
{
	struct range r;

	assert_true(ins_source_range(d, ins, at, n, &r));
	assert_text(text_range(d->text, r), want);
}

/* --- items ------------------------------------------------------------------- */

static void test_items(void **state)
{
	const struct doc *d = read_lines("# syntax=docker/dockerfile:1\n"
					 "\n  \t\n\n"
					 "  # note\n"
					 "FROM alpine:3.24 AS a\n"
					 "\n"
					 "RUN one \\\n"
					 "\n"
					 "  # two\n"
					 "  three\n"
					 "RUN <<EOF\n"
					 "# body\n"
					 "EOF\n"
					 "FROM scratch");

	(void)state;
	assert_int_equal(d->nitems, 8);
	assert_item(d, 0, ITEM_DIRECTIVE, "# syntax=docker/dockerfile:1\n", 1, 1);
	assert_item(d, 1, ITEM_BLANK, "\n  \t\n\n", 2, 4);
	assert_item(d, 2, ITEM_COMMENT, "  # note\n", 5, 5);
	assert_item(d, 3, ITEM_INSTRUCTION, "FROM alpine:3.24 AS a\n", 6, 6);
	assert_item(d, 4, ITEM_BLANK, "\n", 7, 7);
	assert_item(d, 5, ITEM_INSTRUCTION, "RUN one \\\n\n  # two\n  three\n", 8, 11);
	assert_item(d, 6, ITEM_INSTRUCTION, "RUN <<EOF\n# body\nEOF\n", 12, 14);
	assert_item(d, 7, ITEM_INSTRUCTION, "FROM scratch", 15, 15);
	assert_int_equal(d->items[2].stage, -1);
	assert_int_equal(d->items[3].stage, 0);
	assert_int_equal(d->items[6].stage, 0);
	assert_int_equal(d->items[7].stage, 1);
	assert_int_equal(d->nstages, 2);
	assert_int_equal(d->ninstructions, 4);
	assert_true(doc_ok(d));
	assert_null(doc_problem(d));
}

static void test_byte_order_mark(void **state)
{
	const struct doc *d = read_lines("\xEF\xBB\xBF" "FROM a\nRUN b\n");
	size_t line, column;

	(void)state;
	assert_item(d, 0, ITEM_BOM, "\xEF\xBB\xBF", 1, 1);
	assert_item(d, 1, ITEM_INSTRUCTION, "FROM a\n", 1, 1);
	assert_item(d, 2, ITEM_INSTRUCTION, "RUN b\n", 2, 2);
	doc_position(d, 10, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 1);
	d = read_lines("FROM a\n\xEF\xBB\xBF" "RUN b\n");
	assert_true(d->instructions.bad);
	assert_int_equal(d->instructions.line, 2);
}

static void test_newline(void **state)
{
	(void)state;
	assert_string_equal(read_lines("FROM a\r\nRUN b\r\nRUN c\n")->newline, "\r\n");
	assert_string_equal(read_lines("FROM a\r\nRUN b\n")->newline, "\n");
	assert_string_equal(read_lines("FROM a")->newline, "\n");
}

/* --- what is not read -------------------------------------------------------- */

static void test_unread_rest(void **state)
{
	const struct doc *d = read_lines("FROM a\n# note\nRUN <<EOF\nbody\nmore\n");

	(void)state;
	assert_true(d->parse.bad);
	assert_int_equal(d->parse.line, 3);
	assert_int_equal(d->parse.column, 1);
	assert_int_equal(d->nitems, 3);
	assert_item(d, 2, ITEM_UNREAD, "RUN <<EOF\nbody\nmore\n", 3, 5);
	d = read_lines("FROM a\nENV b\nUSER c\n");
	assert_item(d, 1, ITEM_UNREAD, "ENV b\nUSER c\n", 2, 3);
	assert_int_equal(d->parse.column, 5);
	d = read_lines("# escape=x\nFROM a\n");
	assert_int_equal(d->parse.line, 1);
	assert_text(text_range(d->text, d->items[d->nitems - 1].raw), "FROM a\n");
}

static void test_no_instruction(void **state)
{
	(void)state;
	assert_true(read_text(TEXT_NONE)->parse.bad);
	assert_int_equal(read_text(TEXT_NONE)->nitems, 0);
	assert_true(read_lines("\n\n# only notes\n")->parse.bad);
	assert_true(read_lines("\xEF\xBB\xBF")->parse.bad);
	assert_true(read_lines("\\\n")->nitems > 0);
}

static void test_instructions_are_judged_apart(void **state)
{
	const struct doc *d = read_lines("RUN early\nFROM a\nFOO b\nUSER c\n");

	(void)state;
	assert_false(d->parse.bad);
	assert_true(d->instructions.bad);
	assert_int_equal(d->instructions.line, 1); /* the first one counts */
	assert_int_equal(d->nitems, 4);
	assert_non_null(d->items[2].ins->refusal);
	assert_null(d->items[3].ins->refusal);
	assert_ptr_equal(doc_problem(d), &d->instructions);
}

static struct text long_line(const char *start, size_t n, const char *end)
{
	struct buf b = { 0 };
	struct text t;

	buf_adds(&b, start);
	while (b.n < n)
		buf_addc(&b, 'x');
	buf_adds(&b, end);
	t = arena_text(&arena, buf_text(&b));
	buf_release(&b);
	return t;
}

/* bufio.Scanner's buffer of 65,536 bytes holds a line with its newline. */
static void test_long_lines(void **state)
{
	static const struct {
		size_t n;
		const char *end;
		bool bad;
	} rows[] = { { 65535, "\n", false }, { 65536, "\n", true }, { 65535, "", false }, { 65536, "", true },
		     { 65534, "\r\n", false }, { 65535, "\r\n", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text line = long_line("RUN ", rows[i].n, rows[i].end);
		const struct doc *d = read_text(ARENA_JOIN(&arena, TEXT("FROM a\n"), line));

		if (d->parse.bad != rows[i].bad)
			fail_msg("%zu bytes and %zu of newline", rows[i].n, strlen(rows[i].end));
		if (rows[i].bad) {
			assert_int_equal(d->parse.line, 2);
			assert_int_equal(d->items[1].kind, ITEM_UNREAD);
			assert_int_equal(d->items[1].raw.end - d->items[1].raw.start, line.n);
		}
	}
}

static void test_long_joined_lines(void **state)
{
	struct text first = long_line("RUN ", 60000, "\\\n"), more = long_line("", 60000, "\n");
	const struct doc *d = read_text(ARENA_JOIN(&arena, TEXT("FROM a\n"), first, more));

	(void)state;
	assert_true(doc_ok(d));
	assert_int_equal(d->items[1].ins->words[0].n, 60000 - 4 + 60000);
	/* In a body too, where each line counts for itself. */
	d = read_text(ARENA_JOIN(&arena, TEXT("FROM a\nRUN <<E\n"), more, more, TEXT("E\n")));
	assert_true(doc_ok(d));
	assert_int_equal(d->items[1].ins->heredocs[0].lines, 2);
	d = read_text(ARENA_JOIN(&arena, TEXT("FROM a\nRUN <<E\n"), long_line("", 65536, "\n"), TEXT("E\n")));
	assert_true(d->parse.bad);
}

static void test_nul_bytes(void **state)
{
	const struct doc *d = read_text(TEXT("FROM a\nRUN a\0b \\\n\0\n# c\0\nENV A=\0 B=c\n\0"));

	(void)state;
	assert_true(text_eq(d->items[1].ins->rest, TEXT("a\0b \0")));
	assert_int_equal(d->items[1].line_end, 3);
	assert_int_equal(d->items[2].kind, ITEM_COMMENT);
	assert_true(text_eq(d->items[3].ins->words[1].value, TEXT("\0")));
	assert_true(d->instructions.bad); /* the last line is one NUL */
}

/* --- positions --------------------------------------------------------------- */

static void test_positions(void **state)
{
	struct text t = TEXT("\xEF\xBB\xBF" "FROM \xC3\xA4\r\n\n\nRUN a \\\n  b\nRUN <<E\nx\nE\n");
	const struct doc *d = read_text(t);
	size_t want_line = 1, start = 0;

	(void)state;
	for (size_t at = 0; at <= t.n; at++) {
		size_t line, column;

		doc_position(d, at, &line, &column);
		assert_int_equal(line, want_line);
		/* The mark has no column of its own. */
		assert_int_equal(column, at - start + 1 - (line == 1 && at >= 3 ? 3 : 0));
		if (at < t.n && t.p[at] == '\n') {
			want_line++;
			start = at + 1;
		}
	}
}

static void test_item_at(void **state)
{
	const struct doc *d = read_lines("FROM a\n\nRUN b\n");

	(void)state;
	assert_int_equal(doc_item_at(d, 0), 0);
	assert_int_equal(doc_item_at(d, 6), 0);
	assert_int_equal(doc_item_at(d, 7), 1);
	assert_int_equal(doc_item_at(d, 8), 2);
	assert_int_equal(doc_item_at(d, 13), 2);
	assert_int_equal(doc_item_at(d, 14), 2); /* the end counts to the last */
}

/* --- segments ---------------------------------------------------------------- */

static void test_one_line_is_a_slice(void **state)
{
	const struct doc *d = read_lines("FROM a\n  RUN  b  c \n");
	const struct instruction *ins = d->items[1].ins;

	(void)state;
	assert_int_equal(ins->nsegments, 1);
	assert_ptr_equal(ins->logical.p, d->text.p + ins->segments[0].src);
	assert_text(ins->rest, "b  c");
	assert_text(ins_written(ins, &ins->words[0]), "b  c");
	assert_range(d, ins, ins->name_at, ins->name.n, "RUN");
	assert_range(d, ins, ins->words[0].at, ins->words[0].n, "b  c");
	assert_int_equal(ins_source(ins, ins->name_at), 9);
}

static void test_segments_of_a_continuation(void **state)
{
	const struct doc *d = read_lines("FROM a\nCOPY one \\ \t\n\n  two\\\n/thr\\\nee\\\n\n");
	const struct instruction *ins = d->items[1].ins;

	(void)state;
	assert_text(ins->logical, "COPY one   two/three");
	assert_int_equal(ins->nwords, 2);
	assert_text(ins->words[1].value, "two/three");
	assert_range(d, ins, ins->words[0].at, ins->words[0].n, "one");
	assert_range(d, ins, ins->words[1].at, 3, "two");
	assert_range(d, ins, ins->words[1].at, ins->words[1].n, "two\\\n/thr\\\nee");
	assert_range(d, ins, ins->words[1].at + 3, 4, "/thr");
	/* An empty range behind a byte stands at the next byte's place. */
	assert_range(d, ins, ins->words[1].at, 0, "");
	assert_int_equal(d->items[1].line, 2);
	assert_int_equal(d->items[1].line_end, 7);
}

static void test_ranges_over_comments(void **state)
{
	const struct doc *d = read_lines("FROM a\nCOPY one\\\n# it's here\ntwo \\\n  # and here\n  /three # four\n");
	const struct instruction *ins = d->items[1].ins;
	struct range r;

	(void)state;
	assert_text(ins->logical, "COPY onetwo   /three # four");
	assert_range(d, ins, 5, 3, "one");
	assert_range(d, ins, 8, 3, "two");
	assert_false(ins_source_range(d, ins, 5, 6, &r));
	assert_false(ins_source_range(d, ins, 7, 2, &r));
	assert_false(ins_source_range(d, ins, 8, 10, &r));
	assert_false(ins_source_range(d, ins, 0, ins->logical.n, &r));
	/* A # that is part of the instruction is no comment. */
	assert_range(d, ins, ins->words[1].at, 13, "/three # four");
}

static void test_escape_of_a_file(void **state)
{
	const struct doc *d = read_lines("# escape=`\nFROM a\nRUN dir C:\\ `\n  D:\\\nUSER x\n");

	(void)state;
	assert_int_equal(d->escape, '`');
	assert_text(d->items[2].ins->rest, "dir C:\\   D:\\");
	assert_text(d->items[3].ins->name, "USER");
}

static void test_trigger_shares_the_text(void **state)
{
	const struct doc *d = read_lines("FROM a\nONBUILD \\\n COPY --from=b c \\\n d\n");
	const struct instruction *ins = d->items[1].ins, *inner = ins->inner;

	(void)state;
	assert_int_equal(ins->keyword, KW_ONBUILD);
	assert_non_null(inner);
	assert_int_equal(inner->keyword, KW_COPY);
	assert_range(d, inner, inner->name_at, inner->name.n, "COPY");
	assert_range(d, inner, inner->words[1].at, inner->words[1].n, "d");
	assert_text(ins_flag(inner, "from")->value, "b");
	assert_null(ins_flag(inner, "chown"));
}

static void test_flags(void **state)
{
	const struct doc *d = read_lines("FROM a\nRUN --mount=\"type=cache\"\\\n,target=/x "
					 "--mount=type=tmpfs,target=/y --network=none -- --go\n");
	const struct instruction *ins = d->items[1].ins;

	(void)state;
	assert_int_equal(ins->nflags, 3);
	assert_text(ins->flags[0].value, "type=cache,target=/x");
	assert_text(ins_flag(ins, "mount")->value, "type=tmpfs,target=/y"); /* the last one */
	assert_range(d, ins, ins->flags[0].at, ins->flags[0].n, "--mount=\"type=cache\"\\\n,target=/x");
	assert_text(ins->rest, "--go");
}

static void test_words_of_pairs(void **state)
{
	const struct doc *d = read_lines("FROM a\nENV A=\"b c\" \\\n  D=e=f\nENV G h i \nLABEL \"j k\"='l'\n");
	const struct instruction *pairs = d->items[1].ins, *legacy = d->items[2].ins, *label = d->items[3].ins;

	(void)state;
	assert_int_equal(pairs->nwords, 4);
	assert_false(pairs->legacy);
	assert_text(ins_written(pairs, &pairs->words[1]), "\"b c\"");
	assert_range(d, pairs, pairs->words[3].at, pairs->words[3].n, "e=f");
	assert_true(legacy->legacy);
	assert_text(legacy->words[1].value, "h i");
	assert_text(label->words[0].value, "\"j k\"");
	assert_text(label->words[1].value, "'l'");
}

static void test_heredoc_ranges(void **state)
{
	const struct doc *d = read_lines("FROM a\nCOPY <<A <<-\"B\" /d/\n1\nA\n\t2\n\n\tB\nUSER x\n");
	const struct instruction *ins = d->items[1].ins;

	(void)state;
	assert_int_equal(ins->nheredocs, 2);
	assert_text(text_range(d->text, ins->heredocs[0].body), "1\n");
	assert_text(text_range(d->text, ins->heredocs[0].terminator), "A\n");
	assert_true(ins->heredocs[0].expand && !ins->heredocs[0].chomp);
	assert_text(text_range(d->text, ins->heredocs[1].body), "\t2\n\n");
	assert_text(text_range(d->text, ins->heredocs[1].terminator), "\tB\n");
	assert_true(!ins->heredocs[1].expand && ins->heredocs[1].chomp);
	assert_int_equal(d->items[2].line, 8);
}

static void test_keywords(void **state)
{
	(void)state;
	for (int kw = KW_UNKNOWN + 1; kw < KW_COUNT; kw++)
		assert_int_equal(keyword_of(text_of(keyword_name((enum keyword)kw))), kw);
	assert_int_equal(keyword_of(TEXT("from")), KW_FROM);
	assert_int_equal(keyword_of(TEXT("wor\xE2\x84\xAA" "dir")), KW_WORKDIR); /* the Kelvin sign folds to k */
	assert_int_equal(keyword_of(TEXT("FROMM")), KW_UNKNOWN);
	assert_int_equal(keyword_of(TEXT_NONE), KW_UNKNOWN);
	assert_string_equal(keyword_name(KW_UNKNOWN), "");
}

/* --- any bytes --------------------------------------------------------------- */

static uint32_t seed = 7;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void add_piece(struct buf *b)
{
	static const char *const pieces[] = {
		"FROM a\n", "RUN ", "COPY ", "ENV ", "ONBUILD ", "HEALTHCHECK CMD ", "LABEL ", "\\\n", "`\n", "\\ \n",
		"# ", "# escape=`\n", "# syntax=x\n", "\n", "\r\n", "\r", " ", "\t", "<<EOF", "EOF\n",
		"<<-'X Y'", "X Y\n", "\"",
		"'", "[\"a\", \"b\"]", "--from=x", "--", "=", "$", "${x:-", "}", "\\", "\xEF\xBB\xBF", "\xC2\xA0", "\xFF",
		"a", "b c",
	};
	uint32_t i = draw(sizeof(pieces) / sizeof(pieces[0]) + 2);

	if (i < sizeof(pieces) / sizeof(pieces[0]))
		buf_adds(b, pieces[i]);
	else
		buf_addc(b, (char)draw(256));
}

static void test_any_bytes_have_a_reading(void **state)
{
	(void)state;
	for (size_t round = 0; round < 4000; round++) {
		struct arena a = { 0 };
		struct buf b = { 0 };
		const char *why;

		for (uint32_t n = draw(60); n > 0; n--)
			add_piece(&b);
		why = check_reading(&a, doc_read(&a, buf_text(&b)));
		if (why)
			fail_msg("round %zu: %s", round, why);
		buf_release(&b);
		arena_release(&a);
	}
}

static struct text repeated(const char *s, size_t times)
{
	struct buf b = { 0 };
	struct text t;

	buf_adds(&b, "FROM a\n");
	while (times--)
		buf_adds(&b, s);
	t = arena_text(&arena, buf_text(&b));
	buf_release(&b);
	return t;
}

static void test_large_files_take_linear_time(void **state)
{
	static const char *const pieces[] = {
		"RUN a \\\n", "# note\n", "\n", "ONBUILD ", "RUN <<EOF\n", "ENV a b\n", "RUN x <<A <<B\n", "COPY [\"a\",",
		"\\", "FROM a\n", "ENV A=${b:-", "<<", "\"", "a=b ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct text t = repeated(pieces[i], 20000);

		doc_read(&arena, t);
		assert_int_equal(doc_read(&arena, t)->text.n, t.n);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_items, teardown),
		cmocka_unit_test_teardown(test_byte_order_mark, teardown),
		cmocka_unit_test_teardown(test_newline, teardown),
		cmocka_unit_test_teardown(test_unread_rest, teardown),
		cmocka_unit_test_teardown(test_no_instruction, teardown),
		cmocka_unit_test_teardown(test_instructions_are_judged_apart, teardown),
		cmocka_unit_test_teardown(test_long_lines, teardown),
		cmocka_unit_test_teardown(test_long_joined_lines, teardown),
		cmocka_unit_test_teardown(test_nul_bytes, teardown),
		cmocka_unit_test_teardown(test_positions, teardown),
		cmocka_unit_test_teardown(test_item_at, teardown),
		cmocka_unit_test_teardown(test_one_line_is_a_slice, teardown),
		cmocka_unit_test_teardown(test_segments_of_a_continuation, teardown),
		cmocka_unit_test_teardown(test_ranges_over_comments, teardown),
		cmocka_unit_test_teardown(test_escape_of_a_file, teardown),
		cmocka_unit_test_teardown(test_trigger_shares_the_text, teardown),
		cmocka_unit_test_teardown(test_flags, teardown),
		cmocka_unit_test_teardown(test_words_of_pairs, teardown),
		cmocka_unit_test_teardown(test_heredoc_ranges, teardown),
		cmocka_unit_test_teardown(test_keywords, teardown),
		cmocka_unit_test_teardown(test_any_bytes_have_a_reading, teardown),
		cmocka_unit_test_teardown(test_large_files_take_linear_time, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
