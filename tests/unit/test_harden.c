/* SPDX-License-Identifier: Apache-2.0 */
/* The engine, with transforms made for the purpose. */
#include "app/harden.h"
#include "support/asserts.h"

#include <pthread.h>

static const struct rule rules[] = { { RULE_HADOLINT, "DL9999" }, { RULE_BUILDKIT, "SomeRule" }, { RULE_HADOLINT, NULL } };

/* --- transforms ------------------------------------------------------------- */

/* Makes each USER that is not root numeric 7. */
static void run_user(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_USER, &item); item++) {
		const struct instruction *ins = pass_doc(p)->items[item].ins;
		struct finding *f;

		if (text_is(ins->words[0].value, "7"))
			continue;
		f = pass_find(p, item, TEXT("the user is not 7"));
		finding_because(p, f, item, TEXT("it says so"));
		finding_changes(f, CHANGES_PORT);
		finding_replace_logical(p, f, ins, ins->words[0].at, ins->words[0].n, TEXT("7"));
	}
}

#define FAKE(name, run_, may_)                                                                      \
	static const struct transform name = { .id = #name, .title = "t", .level = LEVEL_HARDEN, .why = "w", \
					       .risk = "r", .maps = rules, .may = may_, .run = run_ }

FAKE(honest, run_user, MAY(ASPECT_USER));
FAKE(liar, run_user, 0);

static void run_broken(struct pass *p)
{
	struct finding *f = pass_find(p, 0, TEXT("breaks the file"));

	finding_insert(p, f, 0, TEXT("NOT AN INSTRUCTION\n"));
}
FAKE(broken, run_broken, 0);

static void run_restless(struct pass *p)
{
	struct finding *f = pass_find(p, 0, TEXT("never enough"));

	finding_insert(p, f, pass_doc(p)->text.n, TEXT("\nLABEL a=b\n"));
}
FAKE(restless, run_restless, MAY(ASPECT_LABELS));

static void run_thief(struct pass *p)
{
	for (size_t i = 0; i < pass_doc(p)->nitems; i++)
		if (pass_doc(p)->items[i].kind == ITEM_COMMENT)
			finding_replace(p, pass_find(p, i, TEXT("who reads comments")), pass_doc(p)->items[i].raw, TEXT_NONE);
}
FAKE(thief, run_thief, 0);

static void run_lift(struct pass *p)
{
	if (pass_doc(p)->ndirectives)
		finding_insert(p, pass_find(p, 0, TEXT("a line on top")), 0, TEXT("# hello\n"));
}
FAKE(lift, run_lift, MAY(ASPECT_COMMENTS));

static void run_clash(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_EXPOSE, &item); item++) {
		struct range raw = pass_doc(p)->items[item].raw;

		finding_replace(p, pass_find(p, item, TEXT("first")), raw, TEXT("EXPOSE 8080\n"));
		finding_replace(p, pass_find(p, item, TEXT("second")), raw, TEXT("EXPOSE 9090\n"));
		break;
	}
}

static void run_clash_once(struct pass *p)
{
	if (text_find(pass_doc(p)->text, TEXT("EXPOSE 80\n"), 0) != TEXT_NPOS)
		run_clash(p);
}
FAKE(clash, run_clash_once, MAY(ASPECT_PORTS));

static void run_files(struct pass *p)
{
	struct finding *f = pass_find(p, 0, TEXT("an ignore file is missing"));

	finding_file(p, f, TEXT(".dockerignore"), NULL, TEXT(".git\n"));
}
FAKE(files, run_files, 0);

/* One transform with parts: it wants USER 7, EXPOSE 8080 and, under no part, SIGINT. */
static const char *const part_ids[] = { "seven", "high-port", NULL };

static void run_parts(struct pass *p)
{
	static const struct {
		enum keyword kw;
		const char *wanted, *part;
	} rows[] = { { KW_USER, "7", "seven" }, { KW_EXPOSE, "8080", "high-port" }, { KW_STOPSIGNAL, "SIGINT", NULL } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t item = 0; pass_next(p, rows[i].kw, &item); item++) {
			const struct instruction *ins = pass_doc(p)->items[item].ins;
			struct finding *f;

			if (text_is(ins->words[0].value, rows[i].wanted))
				continue;
			f = pass_find(p, item, TEXT("not as wanted"));
			f->part = rows[i].part;
			finding_replace_logical(p, f, ins, ins->words[0].at, ins->words[0].n, text_of(rows[i].wanted));
		}
}
static const struct transform parted = { .id = "parted", .parts = part_ids, .title = "t", .level = LEVEL_HARDEN,
					 .why = "w", .risk = "r", .maps = rules, .run = run_parts,
					 .may = MAY(ASPECT_USER) | MAY(ASPECT_PORTS) | MAY(ASPECT_SIGNAL) };

/* --- helpers ---------------------------------------------------------------- */

static struct outcome run_with(const char *text, const struct selection *s, const struct transform *const *list, size_t n)
{
	struct outcome out = { 0 };
	struct harden_input in = { .path = TEXT("Dockerfile"), .text = text_of(text) };
	struct harden_options o = { .selection = *s, .transforms = list, .ntransforms = n };

	harden(&in, &o, &out);
	return out;
}

static const struct selection by_default = { .level = LEVEL_HARDEN, .deny = SELECTION_DENY_DEFAULT };

static struct outcome run_one(const char *text, const struct transform *t)
{
	return run_with(text, &by_default, &t, 1);
}

#define PLAIN "FROM scratch\nUSER app\nEXPOSE 80\n"

/* The words of a list of at most two, separated by a blank. */
static size_t split(const char *list, struct text *out)
{
	struct text rest = text_of(list);
	bool more = rest.n > 0;
	size_t n = 0;

	while (n < 2 && text_cut(&rest, ' ', &out[n], &more))
		n++;
	return n;
}

/* --- tests ------------------------------------------------------------------ */

static void applies(void **state)
{
	struct outcome o = run_one(PLAIN, &honest);

	(void)state;
	assert_text(o.after, "FROM scratch\nUSER 7\nEXPOSE 80\n");
	assert_int_equal(o.nchanges, 1);
	assert_int_equal(o.nfindings, 1);
	assert_int_equal(o.findings[0]->fate, FATE_APPLIED);
	assert_int_equal(o.findings[0]->place.line, 2);
	assert_int_equal(o.findings[0]->because[0].line, 2);
	assert_text(o.findings[0]->excerpt, "USER app");
	assert_int_equal(o.neffects, 1);
	assert_int_equal(o.effects[0].aspect, ASPECT_USER);
	assert_text(o.effects[0].before, "app");
	assert_text(o.effects[0].after, "7");
	outcome_release(&o);
}

static void counts_readings(void **state)
{
	const struct transform *two[] = { &honest, &clash };
	struct outcome o = run_one("FROM scratch\nUSER 7\n", &honest);

	(void)state;
	assert_int_equal(o.readings, 1);
	assert_int_equal(o.nchanges, 0);
	outcome_release(&o);
	o = run_one(PLAIN, &honest);
	assert_int_equal(o.readings, 2);
	outcome_release(&o);
	o = run_with(PLAIN, &by_default, two, 2);
	assert_int_equal(o.readings, 3);
	outcome_release(&o);
}

static void takes_back(void **state)
{
	static const struct {
		const struct transform *by;
		const char *text, *why;
	} cases[] = {
		{ &liar, PLAIN, "an effect that it does not declare: user" },
		{ &broken, PLAIN, "its result does not read" },
		{ &thief, "FROM scratch\n# a word\nUSER app\n", "a comment was lost" },
		{ &lift, "# syntax=docker/dockerfile:1\nFROM scratch\n", "a parser directive came or went" },
		{ &restless, PLAIN, "it did not come to rest" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome o = run_one(cases[i].text, cases[i].by);

		assert_text(o.after, cases[i].text);
		assert_int_equal(o.nchanges, 0);
		assert_int_equal(o.nfaults, 1);
		assert_ptr_equal(o.faults[0].by, cases[i].by);
		assert_text(o.faults[0].message, cases[i].why);
		outcome_release(&o);
	}
}

static void others_go_on(void **state)
{
	const struct transform *list[] = { &broken, &restless, &honest };
	struct outcome o = run_with(PLAIN, &by_default, list, 3);

	(void)state;
	assert_text(o.after, "FROM scratch\nUSER 7\nEXPOSE 80\n");
	assert_true(o.nfaults >= 2);
	outcome_release(&o);
}

static void first_of_clashing(void **state)
{
	struct outcome o = run_one(PLAIN, &clash);

	(void)state;
	assert_text(o.after, "FROM scratch\nUSER app\nEXPOSE 8080\n");
	assert_int_equal(o.nfaults, 0);
	outcome_release(&o);
}

static void levels(void **state)
{
	struct selection safe = by_default;
	const struct transform *t = &honest;
	struct outcome o;

	(void)state;
	safe.level = LEVEL_SAFE;
	o = run_with(PLAIN, &safe, &t, 1);
	assert_int_equal(o.nchanges, 0);
	assert_int_equal(o.findings[0]->fate, FATE_LEVEL);
	outcome_release(&o);
}

static void consequences(void **state)
{
	struct selection s = by_default;
	const struct transform *t = &honest;
	struct outcome o;

	(void)state;
	s.deny |= 1u << CHANGES_PORT;
	o = run_with(PLAIN, &s, &t, 1);
	assert_int_equal(o.nchanges, 0);
	assert_int_equal(o.findings[0]->fate, FATE_REFUSED);
	assert_string_equal(o.findings[0]->code, "denied-port");
	outcome_release(&o);
}

static void selection(void **state)
{
	struct text ids[] = { TEXT("honest") };
	struct selection s = by_default;
	const struct transform *list[] = { &honest, &clash };
	struct outcome o;

	(void)state;
	s.only = ids;
	s.nonly = 1;
	o = run_with(PLAIN, &s, list, 2);
	assert_text(o.after, "FROM scratch\nUSER 7\nEXPOSE 80\n");
	outcome_release(&o);
	s = by_default;
	s.skip = ids;
	s.nskip = 1;
	o = run_with(PLAIN, &s, list, 2);
	assert_text(o.after, "FROM scratch\nUSER app\nEXPOSE 8080\n");
	outcome_release(&o);
	s.skip_all = true;
	o = run_with(PLAIN, &s, list, 2);
	assert_text(o.after, PLAIN);
	outcome_release(&o);
}

#define PARTED "FROM scratch\nUSER app\nEXPOSE 80\nSTOPSIGNAL 9\n"

/* What is not selected leaves nothing behind, and the rest of the transform is done. */
static void parts(void **state)
{
	static const struct {
		const char *only, *skip, *after;
		size_t findings;
	} cases[] = {
		{ "", "", "FROM scratch\nUSER 7\nEXPOSE 8080\nSTOPSIGNAL SIGINT\n", 3 },
		{ "seven", "", "FROM scratch\nUSER 7\nEXPOSE 80\nSTOPSIGNAL 9\n", 1 },
		{ "seven high-port", "", "FROM scratch\nUSER 7\nEXPOSE 8080\nSTOPSIGNAL 9\n", 2 },
		{ "parted high-port", "", "FROM scratch\nUSER 7\nEXPOSE 8080\nSTOPSIGNAL SIGINT\n", 3 },
		{ "", "seven", "FROM scratch\nUSER app\nEXPOSE 8080\nSTOPSIGNAL SIGINT\n", 2 },
		{ "", "seven high-port", "FROM scratch\nUSER app\nEXPOSE 80\nSTOPSIGNAL SIGINT\n", 1 },
		{ "parted", "high-port", "FROM scratch\nUSER 7\nEXPOSE 80\nSTOPSIGNAL SIGINT\n", 2 },
		{ "seven", "seven", PARTED, 0 },
		{ "seven", "parted", PARTED, 0 },
		{ "honest", "", PARTED, 0 },
	};
	const struct transform *t = &parted;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text only[2], skip[2];
		struct selection s = by_default;
		struct outcome o;

		s.only = only;
		s.nonly = split(cases[i].only, only);
		s.skip = skip;
		s.nskip = split(cases[i].skip, skip);
		o = run_with(PARTED, &s, &t, 1);
		assert_text(o.after, cases[i].after);
		assert_int_equal(o.nfindings, cases[i].findings);
		assert_int_equal(o.nfaults, 0);
		assert_int_equal(o.readings, cases[i].findings ? 2 : 1);
		outcome_release(&o);
	}
}

static void finding_ids(void **state)
{
	struct outcome o = run_one(PARTED, &parted);

	(void)state;
	assert_int_equal(o.nfindings, 3);
	assert_string_equal(finding_id(o.findings[0]), "seven");
	assert_string_equal(finding_id(o.findings[1]), "high-port");
	assert_string_equal(finding_id(o.findings[2]), "parted");
	assert_ptr_equal(transform_part(&parted, TEXT("high-port")), part_ids[1]);
	assert_null(transform_part(&parted, TEXT("parted")));
	assert_null(transform_part(&honest, TEXT("seven")));
	outcome_release(&o);
}

static void parts_opt_out(void **state)
{
	static const struct {
		const char *text;
		size_t muted;
	} cases[] = {
		{ "FROM scratch\n# dfharden ignore=seven\nUSER app\nEXPOSE 80\n", 1 },
		{ "FROM scratch\n# dfharden ignore=parted\nUSER app\nEXPOSE 80\n", 1 },
		{ "FROM scratch\n# dfharden ignore=high-port\nUSER app\nEXPOSE 80\n", 0 },
		{ "FROM scratch\n# dfharden ignore=high-port,seven why\nUSER app\nEXPOSE 80\n", 1 },
		{ "FROM scratch\nUSER app\nEXPOSE 80\nSTOPSIGNAL 9\n# dfharden global ignore=seven\n", 1 },
		{ "FROM scratch\nUSER app\nEXPOSE 80\nSTOPSIGNAL 9\n# dfharden global ignore=parted\n", 3 },
		{ "FROM scratch\n# hadolint ignore=DL9999\nUSER app\nEXPOSE 80\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome o = run_one(cases[i].text, &parted);
		size_t muted = 0;

		for (size_t k = 0; k < o.nfindings; k++)
			muted += o.findings[k]->fate == FATE_MUTED;
		if (muted != cases[i].muted)
			fail_msg("%zu muted in %s", muted, cases[i].text);
		outcome_release(&o);
	}
}

static void opt_outs(void **state)
{
	static const char *const muted[] = {
		"FROM scratch\n# dfharden ignore=honest\nUSER app\n",
		"FROM scratch\n# dfharden ignore=other,honest we need the name\nUSER app\n",
		"FROM scratch\n#dfharden  ignore = honest\n\nUSER app\n",
		"# dfharden global ignore=honest\nFROM scratch\nUSER app\n",
		"FROM scratch\nUSER app\n# dfharden global ignore=honest\n",
		"FROM scratch\n# hadolint ignore=DL3000,DL9999\nUSER app\n",
		"FROM scratch\n# hadolint global ignore=DL9999\nUSER app\n",
		"# check=skip=SomeRule\nFROM scratch\nUSER app\n",
		"# check=skip=all;error=true\nFROM scratch\nUSER app\n",
		"FROM scratch\n# check=skip=SomeRule\nUSER app\n",
	};
	static const char *const not_muted[] = {
		"FROM scratch\n# dfharden ignore=honesty\nUSER app\n",
		"# dfharden ignore=honest\nFROM scratch\nUSER app\n",
		"FROM scratch\n# hadolint ignore=DL9998\nUSER app\n",
		"FROM scratch\n# please do not ignore=honest\nUSER app\n",
		"# check=error=true\nFROM scratch\nUSER app\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(muted) / sizeof(muted[0]); i++) {
		struct outcome o = run_one(muted[i], &honest);

		assert_text(o.after, muted[i]);
		assert_int_equal(o.findings[0]->fate, FATE_MUTED);
		outcome_release(&o);
	}
	for (size_t i = 0; i < sizeof(not_muted) / sizeof(not_muted[0]); i++) {
		struct outcome o = run_one(not_muted[i], &honest);

		assert_int_equal(o.nchanges, 1);
		outcome_release(&o);
	}
}

static void change_sets(void **state)
{
	struct outcome o = run_one(PLAIN, &files);

	(void)state;
	assert_int_equal(o.nfaults, 0);
	assert_int_equal(o.nchanges, 1);
	assert_text(o.changes[0].path, ".dockerignore");
	assert_true(o.changes[0].is_new);
	assert_text(o.changes[0].after, ".git\n");
	assert_int_equal(o.nfindings, 1);
	outcome_release(&o);
}

static void unreadable(void **state)
{
	struct outcome o = run_one("FROM scratch\nRUN <<EOF\nnever ends\n", &honest);

	(void)state;
	assert_true(o.unreadable);
	assert_int_equal(o.problem_place.line, 2);
	assert_int_equal(o.problem_place.column, 1);
	assert_int_equal(o.nchanges, 0);
	outcome_release(&o);
}

/* Lines are told as in the text that the user has, whatever was done before. */
static void original_lines(void **state)
{
	const struct transform *list[] = { &clash, &honest };
	struct outcome o = run_with("FROM scratch\nEXPOSE 80\n\n\nUSER app\n", &by_default, list, 2);

	(void)state;
	assert_int_equal(o.findings[1]->place.line, 5);
	outcome_release(&o);
}

static void *harden_often(void *data)
{
	for (int i = 0; i < 200; i++) {
		struct outcome o = run_one(PLAIN, &honest);

		if (!text_eq(o.after, TEXT("FROM scratch\nUSER 7\nEXPOSE 80\n")))
			*(int *)data = 1;
		outcome_release(&o);
	}
	return NULL;
}

static void threads(void **state)
{
	pthread_t t[4];
	int wrong[4] = { 0 };

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, harden_often, &wrong[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applies),	cmocka_unit_test(counts_readings), cmocka_unit_test(takes_back),
		cmocka_unit_test(others_go_on), cmocka_unit_test(first_of_clashing), cmocka_unit_test(levels),
		cmocka_unit_test(consequences), cmocka_unit_test(selection),	   cmocka_unit_test(opt_outs),
		cmocka_unit_test(change_sets),	cmocka_unit_test(unreadable),	   cmocka_unit_test(original_lines),
		cmocka_unit_test(threads),	cmocka_unit_test(parts),	   cmocka_unit_test(finding_ids),
		cmocka_unit_test(parts_opt_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
