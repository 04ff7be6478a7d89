/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/invariants.h"

#include <stdio.h>
#include <string.h>

enum { MAX_FILES = 32 };

/* The paths of example_context as files. */
static size_t files_of(const char *paths, struct context_file *files)
{
	struct text rest = text_of(paths), path;
	size_t n = 0;
	bool more = true;

	while (text_cut(&rest, ' ', &path, &more))
		if (path.n) {
			size_t eq = text_chr(path, '=', 0);

			assert_true(n < MAX_FILES);
			files[n++] = (struct context_file){ .path = text_sub(path, 0, eq),
							    .bytes = eq == TEXT_NPOS ? TEXT("") : text_from(path, eq + 1) };
		}
	return n;
}

static void run_example(const struct transform *t, struct context *c, const char *before, const char *after)
{
	struct harden_input in = { .path = TEXT("Dockerfile"), .text = text_of(before),
				   .around = { .context = c, .because = TEXT("an example") } };
	struct harden_options o = { .selection = { .level = LEVEL_STRICT, .style = true },
				    .transforms = &t, .ntransforms = 1 };
	struct arena a = { 0 };
	struct outcome out = { 0 };
	const char *why = check_invariants(&a, &in, &o, &out);

	if (why)
		print_error("%s: %s\n", t->id, why);
	assert_null(why);
	if (!text_is(out.after, after))
		print_error("%s: the example gives\n%.*s", t->id, TEXT_FMT(out.after));
	assert_true(text_is(out.after, after));
	outcome_release(&out);
	arena_release(&a);
}

static void with_context(const struct transform *t, const char *before, const char *after)
{
	struct context_file files[MAX_FILES];
	struct context_tree *tree = NULL;
	struct context *c = NULL;

	if (t->example_context) {
		tree = context_tree_open_memory(files, files_of(t->example_context, files));
		c = context_open(tree, TEXT("Dockerfile"));
	}
	run_example(t, c, before, after);
	context_close(c);
	context_tree_close(tree);
}

static void test_examples_are_true(void **state)
{
	(void)state;
	for (size_t i = 0; i < transforms_count; i++)
		with_context(transforms[i], transforms[i]->before, transforms[i]->after);
}

static void test_what_is_good_is_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < transforms_count; i++)
		with_context(transforms[i], transforms[i]->after, transforms[i]->after);
}

static bool is_kebab(const char *id)
{
	return id[0] && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id) && id[0] != '-' &&
	       id[strlen(id) - 1] != '-' && !strstr(id, "--");
}

static void assert_words(const char *id, const char *field, const char *s)
{
	if (!s || !s[0] || s[0] == ' ' || s[strlen(s) - 1] == ' ' || s[strlen(s) - 1] == '\n' || strstr(s, "  "))
		fail_msg("%s: %s is empty or badly spaced", id, field);
}

static void test_no_field_is_missing(void **state)
{
	(void)state;
	assert_true(transforms_count > 0);
	for (size_t i = 0; i < transforms_count; i++) {
		const struct transform *t = transforms[i];

		assert_non_null(t->id);
		if (!is_kebab(t->id))
			fail_msg("%s: the id is not kebab-case", t->id);
		assert_words(t->id, "title", t->title);
		assert_words(t->id, "why", t->why);
		assert_words(t->id, "risk", t->risk);
		assert_true(t->level < LEVEL_COUNT);
		assert_non_null(t->maps);
		assert_non_null(t->run);
		assert_true(strlen(t->before) > 0 && strlen(t->after) > 0);
		assert_string_not_equal(t->before, t->after);
		assert_true(t->before[strlen(t->before) - 1] == '\n' && t->after[strlen(t->after) - 1] == '\n');
		assert_true(t->may < 1u << ASPECT_COUNT);
	}
}

/* How many transforms and parts have the id. */
static size_t uses(const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < transforms_count; i++) {
		n += strcmp(transforms[i]->id, id) == 0;
		for (const char *const *p = transforms[i]->parts; p && *p; p++)
			n += strcmp(*p, id) == 0;
	}
	return n;
}

static void assert_id(const char *id, const struct transform *of, const char *of_part)
{
	const char *part;

	if (!is_kebab(id) || uses(id) != 1 || strcmp(id, "all") == 0)
		fail_msg("%s: not kebab-case, `all`, or the id of several", id);
	assert_ptr_equal(transform_of(text_of(id), &part), of);
	assert_ptr_equal(part, of_part);
}

static void test_ids_are_unique_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < transforms_count; i++) {
		const struct transform *t = transforms[i];

		assert_ptr_equal(transform_find(text_of(t->id)), t);
		assert_id(t->id, t, NULL);
		assert_true(!t->parts || t->parts[0]);
		for (const char *const *p = t->parts; p && *p; p++) {
			assert_id(*p, t, *p);
			assert_null(transform_find(text_of(*p)));
		}
	}
	assert_null(transform_find(TEXT("no-such-transform")));
	assert_null(transform_find(TEXT_NONE));
}

static bool matches(const char *s, const char *prefix, size_t digits)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 && strspn(s + n, "0123456789") == digits && strlen(s) == n + digits;
}

/* Mapped rules have the shape of their tool's ids. */
static void test_rules_look_like_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < transforms_count; i++)
		for (const struct rule *r = transforms[i]->maps; r->id; r++) {
			bool ok = r->of == RULE_HADOLINT ? matches(r->id, "DL", 4) || matches(r->id, "SC", 4) :
				  r->of == RULE_BUILDKIT ? ascii_upper((unsigned char)r->id[0]) && !strpbrk(r->id, " -_") :
				  strspn(r->id, "0123456789.") == strlen(r->id) && strchr(r->id, '.');

			if (!ok)
				fail_msg("%s: %s is no id of its tool", transforms[i]->id, r->id);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples_are_true),      cmocka_unit_test(test_what_is_good_is_kept),
		cmocka_unit_test(test_no_field_is_missing),    cmocka_unit_test(test_ids_are_unique_and_found),
		cmocka_unit_test(test_rules_look_like_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
