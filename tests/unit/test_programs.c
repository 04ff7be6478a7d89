/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of programs and package managers: each row is well formed, and nothing stands in two. */
#include "facts/command.h"
#include "facts/managers.h"
#include "facts/programs.h"
#include "support/asserts.h"

#include <string.h>

struct seen {
	struct text names[512];
	size_t n;
};

static void assert_once(struct seen *seen, const char *list)
{
	struct text rest = text_of(list), word;
	bool more = rest.n > 0;

	while (text_cut(&rest, ' ', &word, &more)) {
		if (!word.n)
			print_error("two blanks, or one at an end: \"%s\"\n", list);
		assert_true(word.n > 0);
		for (size_t i = 0; i < seen->n; i++) {
			if (text_eq(seen->names[i], word))
				print_error("twice: %.*s\n", TEXT_FMT(word));
			assert_false(text_eq(seen->names[i], word));
		}
		assert_true(seen->n < COUNT(seen->names));
		seen->names[seen->n++] = word;
	}
}

static void check_program(const struct program *p, struct seen *programs)
{
	struct text rest = text_of(p->values), word;
	bool more = rest.n > 0;
	struct seen options = { .n = 0 };

	assert_true(strlen(p->names) > 0);
	assert_once(programs, p->names);
	assert_once(&options, p->values);
	while (text_cut(&rest, ' ', &word, &more)) {
		bool letter = word.n == 2 && (word.p[0] == '-' || word.p[0] == '+') && word.p[1] != '-';

		if (p->style == STYLE_GETOPT && !letter && !(word.n > 3 && text_starts(word, TEXT("--"))))
			print_error("%s: no option: %.*s\n", p->names, TEXT_FMT(word));
		assert_true(p->style == STYLE_WORDS || letter || (word.n > 3 && text_starts(word, TEXT("--"))));
	}
}

static void rows_of_programs(void **state)
{
	struct seen names = { .n = 0 };

	(void)state;
	for (size_t i = 0; program_at(i); i++)
		check_program(program_at(i), &names);
	for (size_t i = 0; manager_at(i); i++)
		check_program(&manager_at(i)->program, &names);
	for (size_t i = 0; prefix_at(i); i++)
		check_program(&prefix_at(i)->program, &names);
}

static void rows_of_prefixes(void **state)
{
	(void)state;
	for (size_t i = 0; prefix_at(i); i++) {
		const struct prefix_program *p = prefix_at(i);
		struct seen user = { .n = 0 }, not = { .n = 0 };

		assert_true(p->program.stops);
		assert_true(p->prefix != 0);
		assert_once(&user, p->user);
		assert_once(&not, p->not);
		for (size_t k = 0; k < user.n; k++)
			assert_true(words_hold(p->program.values, user.names[k]));
	}
}

static void rows_of_managers(void **state)
{
	struct seen ids = { .n = 0 };

	(void)state;
	for (size_t i = 0; manager_at(i); i++) {
		const struct manager *m = manager_at(i);
		struct seen verbs = { .n = 0 }, yes = { .n = 0 };

		assert_once(&ids, m->id);
		assert_ptr_equal(manager_find(m->id), m);
		for (int v = 0; v < PACKAGE_VERBS; v++) {
			struct text rest = text_of(m->verbs[v]), verb;
			bool more = rest.n > 0;

			while (text_cut(&rest, '|', &verb, &more)) {
				assert_true(verb.n > 0 && verb.p[0] != ' ' && verb.p[verb.n - 1] != ' ');
				assert_int_equal(text_find(verb, TEXT("  "), 0), TEXT_NPOS);
				for (size_t k = 0; k < verbs.n; k++) {
					if (text_eq(verbs.names[k], verb))
						print_error("%s: twice: %.*s\n", m->id, TEXT_FMT(verb));
					assert_false(text_eq(verbs.names[k], verb));
				}
				verbs.names[verbs.n++] = verb;
			}
		}
		assert_once(&yes, m->yes);
		assert_int_equal(m->cure == CURE_NONE, m->cache_id == NULL);
		assert_int_equal(m->cure == CURE_NONE, m->clean == NULL);
		assert_non_null(m->paths);
		assert_true(m->cure != CURE_OPTION || words_hold(m->cleans, text_of(m->clean)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_programs),
		cmocka_unit_test(rows_of_prefixes),
		cmocka_unit_test(rows_of_managers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
