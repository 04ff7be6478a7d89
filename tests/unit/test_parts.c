/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of a transform's parts, wherever ids are read and printed. The pipeline is one
 * of this file's own, in the place of src/pass/list.c. */
#include "app/config.h"
#include "app/explain.h"
#include "base/js.h"
#include "report/report.h"
#include "support/asserts.h"
#include "support/report_help.h"

#include <string.h>

static const struct rule no_rules[] = { { RULE_HADOLINT, NULL } };
static const char *const cache_parts[] = { "apt-lists",	     "apk-cache",	"dnf-cache",  "pip-cache",
					   "a-longer-cache", "another-cache", "last-cache", NULL };

static void run_nothing(struct pass *p)
{
	(void)p;
}

#define FAKE(name, id_, parts_)                                                                                  \
	static const struct transform name = { .id = id_, .parts = parts_, .title = "a title", .why = "w", .risk = "r", \
					       .maps = no_rules, .before = "USER a\n", .after = "USER b\n", .run = run_nothing }

FAKE(plain, "plain-thing", NULL);
FAKE(caches, "clean-caches", cache_parts);

const struct transform *const transforms[] = { &plain, &caches };
const size_t transforms_count = 2;

/* --- ids ---------------------------------------------------------------------- */

static void found(void **state)
{
	const char *part = "x";

	(void)state;
	assert_ptr_equal(transform_of(TEXT("apk-cache"), &part), &caches);
	assert_ptr_equal(part, cache_parts[1]);
	assert_ptr_equal(transform_of(TEXT("clean-caches"), &part), &caches);
	assert_null(part);
	assert_ptr_equal(transform_of(TEXT("plain-thing"), &part), &plain);
	assert_null(part);
	assert_null(transform_of(TEXT("apk"), &part));
	assert_null(part);
	assert_null(transform_find(TEXT("apk-cache")));
	assert_null(transform_of(TEXT_NONE, &part));
}

/* --- settings ------------------------------------------------------------------ */

static void listed(void **state)
{
	struct arena a = { 0 };
	const struct text *ids;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(settings_ids(&a, TEXT("apt-lists, clean-caches,apt-lists"), &ids, &n, &e), 0);
	assert_list(ids, n, "apt-lists,clean-caches");
	assert_ptr_equal(ids[0].p, cache_parts[0]);
	assert_int_equal(settings_ids(&a, TEXT("clean-caches,plain-thing,apt-lists,apk-cache,dnf-cache,pip-cache,"
					       "a-longer-cache,another-cache,last-cache"),
				      &ids, &n, &e),
			 0);
	assert_int_equal(n, 9);
	assert_int_equal(settings_ids(&a, TEXT("plain-thing,atp-lists"), &ids, &n, &e), -1);
	assert_string_equal(e.message, "unknown transform \"atp-lists\"; did you mean \"apt-lists\"?");
	arena_release(&a);
}

static void on_the_command_line(void **state)
{
	const char *const argv[] = { "dfharden", "--only", "apt-lists", "--skip=pip-cache", "--only", "plain-thing", NULL };
	struct options o;
	struct error e;

	(void)state;
	assert_int_equal(options_parse(&o, 6, argv, &e), 0);
	assert_list(o.settings.only, o.settings.nonly, "apt-lists,plain-thing");
	assert_list(o.settings.skip, o.settings.nskip, "pip-cache");
	options_release(&o);
}

static void in_the_file(void **state)
{
	struct options o = { .max_size = 1024 * 1024 };
	struct buf out = { 0 };
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(config_parse(&c, TEXT("f.yaml"), TEXT("only: [clean-caches]\nskip: [apt-lists, apk-cache]\n"), &e), 0);
	assert_list(c.settings.skip, c.settings.nskip, "apt-lists,apk-cache");
	config_print(&out, &o, &c);
	assert_true(text_find(buf_text(&out), TEXT("skip:\n  - \"apt-lists\" # f.yaml\n  - \"apk-cache\" # f.yaml\n"), 0) !=
		    TEXT_NPOS);
	config_release(&c);
	buf_release(&out);
}

/* --- list and explain ------------------------------------------------------------ */

static void lists(void **state)
{
	struct buf out = { 0 };
	json_t *v;

	(void)state;
	explain_list(&out);
	assert_text(buf_text(&out), "plain-thing            safe    a title\n"
				    "clean-caches           safe    a title\n"
				    "  parts: apt-lists, apk-cache, dnf-cache, pip-cache, a-longer-cache,\n"
				    "         another-cache, last-cache\n");
	buf_clear(&out);
	explain_list_json(&out);
	v = json_loadb(out.p, out.n, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(json_array_get(v, 0), "parts")), 0);
	assert_int_equal(json_array_size(json_object_get(json_array_get(v, 1), "parts")), 7);
	json_decref(v);
	buf_release(&out);
}

#define PAGE                                                                                              \
	"A title. Level `safe`.\n\nWhy: w\n\nWhat could break: r\n\n```diff\n-USER a\n+USER b\n```\n\n"   \
	"Its parts can be selected and left out one by one:\n"                                          \
	"`apt-lists`, `apk-cache`, `dnf-cache`, `pip-cache`, `a-longer-cache`, `another-cache`, `last-cache`.\n\n"

static void explained(struct text id, const char *page)
{
	struct buf out = { 0 };
	struct error e;

	assert_int_equal(explain(&out, id, &e), 0);
	assert_text(buf_text(&out), page);
	buf_release(&out);
}

static void explains(void **state)
{
	struct buf out = { 0 };
	struct error e;

	(void)state;
	explained(TEXT("clean-caches"),
		  "## clean-caches\n\n" PAGE
		  "Leave it out with `--skip clean-caches`, with `skip: [clean-caches]` in .dfharden.yaml, or with\n"
		  "`# dfharden ignore=clean-caches` above an instruction (`# dfharden global ignore=clean-caches` for the file).\n");
	explained(TEXT("apt-lists"),
		  "## clean-caches\n\n`apt-lists` is a part of it.\n\n" PAGE
		  "Leave that part out with `--skip apt-lists`, with `skip: [apt-lists]` in .dfharden.yaml, or with\n"
		  "`# dfharden ignore=apt-lists` above an instruction (`# dfharden global ignore=apt-lists` for the file).\n");
	assert_int_equal(explain(&out, TEXT("apt"), &e), -1);
	buf_release(&out);
}

/* --- reports ------------------------------------------------------------------- */

static void add_part(struct outcome *o, const char *part, size_t line, enum fate fate, const char *message)
{
	add_finding(o, &caches, line, fate, message)->part = part;
}

static void in_text(void **state)
{
	struct outcome o = { .path = TEXT("D") };
	struct buf out = { 0 };

	(void)state;
	add_part(&o, "apt-lists", 2, FATE_APPLIED, "lists stay");
	add_part(&o, NULL, 3, FATE_APPLIED, "lists stay");
	add_part(&o, "pip-cache", 4, FATE_APPLIED, "a cache stays");
	add_part(&o, "apt-lists", 5, FATE_APPLIED, "lists stay");
	add_part(&o, "apt-lists", 6, FATE_REFUSED, "lists stay");
	add_part(&o, "apk-cache", 7, FATE_LEVEL, "x");
	add_part(&o, "dnf-cache", 8, FATE_LEVEL, "x");
	report_text(&out, &o, &(struct report_style){ 0 });
	assert_text(buf_text(&out), "D: 4 changes, 1 left to you\n"
				    "  What changed\n"
				    "    apt-lists (safe), lines 2 and 5: lists stay\n"
				    "    clean-caches (safe), line 3: lists stay\n"
				    "    pip-cache (safe), line 4: a cache stays\n"
				    "  Left to you\n"
				    "    apt-lists, line 6 [some-code]: lists stay\n"
				    "  2 more with --level safe (apk-cache, dnf-cache)\n");
	buf_release(&out);
	outcome_release(&o);
}

static void in_json(void **state)
{
	struct outcome o = { .path = TEXT("D") };
	struct buf out = { 0 };
	json_t *v, *f;

	(void)state;
	add_part(&o, "apt-lists", 2, FATE_APPLIED, "m");
	add_part(&o, NULL, 3, FATE_APPLIED, "m");
	report_json_file(&out, &o, false);
	v = json_loadb(out.p, out.n, 0, NULL);
	f = json_array_get(json_object_get(v, "findings"), 0);
	assert_string_equal(json_string_value(json_object_get(f, "id")), "clean-caches");
	assert_string_equal(json_string_value(json_object_get(f, "part")), "apt-lists");
	f = json_array_get(json_object_get(v, "findings"), 1);
	assert_true(json_is_null(json_object_get(f, "part")));
	json_decref(v);
	buf_release(&out);
	outcome_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),    cmocka_unit_test(listed),	cmocka_unit_test(on_the_command_line),
		cmocka_unit_test(in_the_file), cmocka_unit_test(lists), cmocka_unit_test(explains),
		cmocka_unit_test(in_text),  cmocka_unit_test(in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
