/* SPDX-License-Identifier: Apache-2.0 */
/* The report as JSON, of outcomes that the engine made and of some that no file gives. */
#include "base/js.h"
#include "report/report.h"
#include "support/asserts.h"
#include "support/report_help.h"

#include <stdio.h>

static json_t *parse(struct text t)
{
	json_error_t e;
	json_t *v = json_loadb(t.p, t.n, JSON_REJECT_DUPLICATES, &e);

	if (!v)
		print_error("%s: %.*s\n", e.text, TEXT_FMT(t));
	assert_non_null(v);
	return v;
}

static const char *string_at(const json_t *v, const char *key)
{
	return json_string_value(json_object_get(v, key));
}

static void check_ascii(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		assert_true(t.p[i] == '\n' || (t.p[i] >= ' ' && t.p[i] <= '~'));
}

static void test_json_file(void **state)
{
	struct outcome o = { 0 };
	struct buf b = { 0 };
	json_t *v, *f;

	(void)state;
	harden_text(text_of(ordinary), LEVEL_HARDEN, &o);
	report_json_file(&b, &o, false);
	assert_false(text_has(buf_text(&b), '\n'));
	assert_int_equal(text_find(buf_text(&b), TEXT("hunter2"), 0), TEXT_NPOS);
	v = parse(buf_text(&b));
	assert_string_equal(string_at(v, "path"), "app/Dockerfile");
	assert_string_equal(string_at(v, "status"), "changed");
	assert_true(json_is_null(json_object_get(v, "error")) && json_is_null(json_object_get(v, "problem")));
	f = json_array_get(json_object_get(v, "changes"), 0);
	assert_int_equal(json_integer_value(json_object_get(f, "added")), 5);
	assert_int_equal(json_integer_value(json_object_get(f, "removed")), 6);
	assert_int_equal(json_array_size(json_object_get(v, "findings")), 7);
	f = json_array_get(json_object_get(v, "findings"), 2);
	assert_string_equal(string_at(f, "excerpt"), "ENV DB_PASSWORD <hidden>");
	f = json_array_get(json_object_get(v, "findings"), 4);
	assert_string_equal(string_at(f, "code"), "context-unknown");
	assert_string_equal(string_at(f, "status"), "refused");
	assert_int_equal(json_array_size(json_object_get(v, "effects")), 2);
	json_decref(v);

	/* The form for reading holds the same. */
	v = parse(buf_text(&b));
	report_json_file(&b, &o, true);
	f = parse(buf_text(&b));
	assert_true(text_has(buf_text(&b), '\n') && json_equal(v, f));
	json_decref(v);
	json_decref(f);
	buf_release(&b);
	outcome_release(&o);
}

static void test_json_finding(void **state)
{
	struct outcome o = { .path = TEXT("D") };
	struct finding *f = add_finding(&o, &fake, 4, FATE_MUTED, "m");
	struct buf b = { 0 };

	(void)state;
	f->muted_by = TEXT("# x");
	f->rule = "4.1";
	f->changes = 1u << CHANGES_VOLUME_OWNER;
	f->excerpt = TEXT("A\xff\x7f\x1b\xe2\x80\xae");
	add_evidence(&o, f, 0, TEXT("w"));
	add_effect(&o, ASPECT_ENTRY, "CMD", TEXT_NONE, TEXT("exec\0a\0--token\0b"));
	add_effect(&o, ASPECT_ENTRY, "ENTRYPOINT", TEXT(""), TEXT("exec"));
	report_json_file(&b, &o, false);
	assert_text(buf_text(&b),
		"{\"path\":\"D\",\"status\":\"unchanged\",\"error\":null,\"problem\":null,\"changes\":[],\"findings\":["
		"{\"id\":\"non-root\",\"part\":null,\"level\":\"harden\",\"status\":\"muted\",\"line\":4,\"column\":1,\"message\":\"m\","
		"\"excerpt\":\"A\\uFFFD\\u007f\\u001B\\u202E\",\"because\":[{\"line\":null,\"words\":\"w\"}],\"code\":null,"
		"\"decide\":null,\"if_yes\":null,\"muted_by\":\"# x\",\"consequences\":[\"volume-owner\"],"
		"\"rules\":[{\"tool\":\"CIS Docker Benchmark\",\"rule\":\"4.1\"}]}],\"effects\":["
		"{\"stage\":\"0\",\"exported\":true,\"aspect\":\"entry\",\"key\":\"CMD\",\"before\":null,"
		"\"after\":[\"exec\",\"a\",\"--token\",\"<hidden>\"]},"
		"{\"stage\":\"0\",\"exported\":true,\"aspect\":\"entry\",\"key\":\"ENTRYPOINT\",\"before\":[],"
		"\"after\":[\"exec\"]}],\"faults\":[],\"readings\":0}");
	buf_release(&b);
	outcome_release(&o);
}

static void test_json_lines_to_write(void **state)
{
	struct outcome o = { .path = TEXT("D") };
	struct finding *f = add_finding(&o, &fake, 4, FATE_REFUSED, "m");
	struct buf b = { 0 };

	(void)state;
	f->code = "no-way";
	f->decide = TEXT("decide it");
	f->yes_where = TEXT("at the end");
	f->yes_lines = TEXT("RUN a\nUSER 1:1");
	report_json_file(&b, &o, false);
	assert_true(text_find(buf_text(&b), TEXT("\"decide\":\"decide it\",\"if_yes\":{\"where\":\"at the end\",\"lines\":[\"RUN a\",\"USER 1:1\"]},"), 0) !=
		    TEXT_NPOS);
	buf_release(&b);
	outcome_release(&o);
}

static struct text written(struct arena *a, FILE *f)
{
	struct buf b = { 0 };
	struct text t;
	int c;

	rewind(f);
	while ((c = getc(f)) != EOF)
		buf_addc(&b, (char)c);
	t = arena_text(a, buf_text(&b));
	buf_release(&b);
	fclose(f);
	return t;
}

static void test_json_run(void **state)
{
	struct report_totals t = { .version = "1.2.3", .skipped = 2 };
	struct outcome o = { 0 }, bad = { .path = TEXT("bad\033"), .unreadable = true, .problem = TEXT("x") };
	struct buf b = { 0 };
	struct arena a = { 0 };
	FILE *f = tmpfile();
	json_t *v, *totals;

	(void)state;
	harden_text(text_of(ordinary), LEVEL_HARDEN, &o);
	report_json_file(&b, &o, true);
	report_json_next(f, &t, &b, true);
	report_totals_add(&t, &o);
	/* What the buffer held gives way to the error. */
	report_json_error(&b, TEXT("gone"), TEXT("gone: no such file"), true);
	report_json_next(f, &t, &b, true);
	report_totals_error(&t);
	report_json_file(&b, &bad, true);
	report_json_next(f, &t, &b, true);
	report_totals_add(&t, &bad);
	report_json_close(f, &t);
	v = parse(written(&a, f));
	assert_string_equal(string_at(v, "dfharden"), "1.2.3");
	assert_int_equal(json_array_size(json_object_get(v, "files")), 3);
	assert_string_equal(string_at(json_array_get(json_object_get(v, "files"), 1), "error"), "gone: no such file");
	totals = json_object_get(v, "totals");
	assert_int_equal(json_integer_value(json_object_get(totals, "files")), 3);
	assert_int_equal(json_integer_value(json_object_get(totals, "error")), 1);
	assert_int_equal(json_integer_value(json_object_get(totals, "skipped")), 2);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(totals, "findings"), "applied")), 6);
	json_decref(v);
	assert_text((buf_clear(&b), report_text_summary(&b, &t, &(struct report_style){ 0 }), buf_text(&b)),
		   "3 files: 1 with changes, 1 that BuildKit refuses, 1 in error; 6 changes, 1 left to you; "
		   "skipped: 2 files\n");
	buf_release(&b);
	outcome_release(&o);
	arena_release(&a);
}

static void test_json_without_files(void **state)
{
	struct report_totals t = { .version = "1" };
	struct arena a = { 0 };
	struct buf b = { 0 };
	FILE *f = tmpfile();
	json_t *v;

	(void)state;
	report_json_close(f, &t);
	v = parse(written(&a, f));
	assert_int_equal(json_array_size(json_object_get(v, "files")), 0);
	json_decref(v);
	report_text_summary(&b, &t, &(struct report_style){ 0 });
	assert_int_equal(b.n, 0);
	arena_release(&a);
}

static void test_jsonl(void **state)
{
	struct report_totals t = { 0 };
	struct outcome o = { .path = TEXT("D") };
	struct buf b = { 0 };
	struct arena a = { 0 };
	FILE *f = tmpfile();
	struct text all, line;
	bool more = true;
	size_t n = 0;

	(void)state;
	report_json_file(&b, &o, false);
	report_json_next(f, &t, &b, false);
	report_json_next(f, &t, &b, false);
	all = written(&a, f);
	while (text_cut(&all, '\n', &line, &more) && line.n) {
		json_decref(parse(line));
		n++;
	}
	assert_int_equal(n, 2);
	buf_release(&b);
	arena_release(&a);
}

/* --- the schema ---------------------------------------------------------------- */

static json_t *load_schema(void)
{
	json_error_t e;
	json_t *v = json_load_file("docs/report.schema.json", 0, &e);

	if (!v)
		print_error("docs/report.schema.json: %s (line %d)\n", e.text, e.line);
	return v;
}

/* Every key of an object is required, and every required one is there. */
static void check_keys(const json_t *schema, const char *def, json_t *object)
{
	json_t *d = json_object_get(json_object_get(schema, "$defs"), def);
	json_t *required = json_object_get(d ? d : schema, "required"), *properties = json_object_get(d ? d : schema, "properties");
	const char *key;
	json_t *v;
	size_t i;

	json_array_foreach(required, i, v)
		assert_non_null(json_object_get(object, json_string_value(v)));
	json_object_foreach(object, key, v)
		assert_non_null(json_object_get(properties, key));
	assert_int_equal(json_array_size(required), json_object_size(object));
}

static void test_schema(void **state)
{
	struct outcome o = { 0 };
	struct buf b = { 0 };
	struct report_totals t = { 0 };
	struct arena a = { 0 };
	FILE *f = tmpfile();
	json_t *schema = load_schema(), *run, *file;

	(void)state;
	assert_non_null(schema);
	harden_text(text_of(ordinary), LEVEL_HARDEN, &o);
	report_json_file(&b, &o, true);
	report_json_next(f, &t, &b, true);
	report_json_close(f, &t);
	run = parse(written(&a, f));
	file = json_array_get(json_object_get(run, "files"), 0);
	check_keys(schema, "", run);
	check_keys(schema, "file", file);
	check_keys(schema, "change", json_array_get(json_object_get(file, "changes"), 0));
	check_keys(schema, "finding", json_array_get(json_object_get(file, "findings"), 0));
	check_keys(schema, "effect", json_array_get(json_object_get(file, "effects"), 0));
	check_keys(schema, "totals", json_object_get(run, "totals"));
	json_decref(run);
	json_decref(schema);
	buf_release(&b);
	outcome_release(&o);
	arena_release(&a);
}

/* --- hostile files -------------------------------------------------------------- */

static void test_hostile(void **state)
{
	struct buf text = { 0 }, b = { 0 };
	struct outcome o = { 0 };

	(void)state;
	add_hostile(&text);
	harden_text(buf_text(&text), LEVEL_HARDEN, &o);
	o.path = TEXT("Docker\033[1mfile\n");
	report_json_file(&b, &o, true);
	check_ascii(buf_text(&b));
	json_decref(parse(buf_text(&b)));
	buf_release(&b);
	buf_release(&text);
	outcome_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_file),
		cmocka_unit_test(test_json_finding), cmocka_unit_test(test_json_lines_to_write),
		cmocka_unit_test(test_json_run),
		cmocka_unit_test(test_json_without_files),
		cmocka_unit_test(test_jsonl),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
