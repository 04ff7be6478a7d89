/* SPDX-License-Identifier: Apache-2.0 */
/* Values of settings, two sets of them put together, and how they are printed. */
#include "app/config.h"
#include "app/message.h"
#include "base/buf.h"
#include "support/asserts.h"

#include <string.h>

/* --- values --------------------------------------------------------------------- */

static void sizes(void **state)
{
	static const struct {
		const char *text;
		size_t bytes;
	} good[] = {
		{ "1", 1 },
		{ "65536", 65536 },
		{ "512KiB", 512 * 1024 },
		{ "512 kib", 512 * 1024 },
		{ "2MiB", 2u << 20 },
		{ "1024MiB", 1024u << 20 },
		{ "1073741824", 1024u << 20 },
		{ "007", 7 },
	};
	static const char *const bad[] = { "",
					   "0",
					   "0MiB",
					   "-1",
					   "+1",
					   "1.5MiB",
					   "2MB",
					   "2M",
					   "KiB",
					   " 2MiB",
					   "1025MiB",
					   "1073741825",
					   "99999999999999999999999999999999",
					   "18446744073709551617",
					   "17592186044416MiB",
					   "0x10" };
	struct error e;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(settings_size(text_of(good[i].text), &n, &e), 0);
		assert_int_equal(n, good[i].bytes);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (settings_size(text_of(bad[i]), &n, &e) != -1)
			fail_msg("%s", bad[i]);
	assert_string_equal(e.message,
			    "\"0x10\" is no size from 1 to 1024MiB; write it like 65536, 512KiB or 2MiB");
}

/* --- merging --------------------------------------------------------------------- */

static struct settings parsed(struct config *c, const char *yaml)
{
	struct error e;

	if (config_parse(c, TEXT("f.yaml"), text_of(yaml), &e) < 0)
		fail_msg("%s", e.message);
	return c->settings;
}

/* Both sides written as a file. */
static void merge(const char *line, const char *file, struct arena *a, struct selection *s)
{
	struct config cl, cf;
	struct settings first = parsed(&cl, line), second = parsed(&cf, file);

	*s = settings_merge(a, &first, file[0] ? &second : NULL);
	/* Ids are the pipeline's own words, but the lists lie in the arenas of the sides. */
	s->only =
		s->nonly ? memcpy(ARENA_ARRAY(a, s->nonly, struct text), s->only, s->nonly * sizeof(*s->only))
			 : NULL;
	config_release(&cl);
	config_release(&cf);
}

static void merged_scalars(void **state)
{
	struct arena a = { 0 };
	struct selection s;

	(void)state;
	merge("", "", &a, &s);
	assert_int_equal(s.level, LEVEL_HARDEN);
	assert_false(s.style || s.skip_all);
	assert_int_equal(s.nonly + s.nskip, 0);
	assert_int_equal(s.deny, SELECTION_DENY_DEFAULT);
	merge("", "level: strict\nstyle: true", &a, &s);
	assert_true(s.level == LEVEL_STRICT && s.style);
	merge("level: safe\nstyle: false", "level: strict\nstyle: true", &a, &s);
	assert_true(s.level == LEVEL_SAFE && !s.style);
	merge("level: safe", "style: true", &a, &s);
	assert_true(s.level == LEVEL_SAFE && s.style);
	arena_release(&a);
}

static void merged_lists(void **state)
{
	struct arena a = { 0 };
	struct selection s;

	(void)state;
	merge("only: use-copy", "only: [pin-tag, single-cmd]", &a, &s);
	assert_list(s.only, s.nonly, "use-copy");
	merge("", "only: [pin-tag, single-cmd]", &a, &s);
	assert_list(s.only, s.nonly, "pin-tag,single-cmd");
	merge("skip: [use-copy, pin-tag]", "skip: [pin-tag, single-cmd]", &a, &s);
	assert_list(s.skip, s.nskip, "pin-tag,single-cmd,use-copy");
	merge("only: pin-tag", "skip: pin-tag", &a, &s);
	assert_false(select_transform(&s, transform_find(TEXT("pin-tag"))));
	merge("skip: pin-tag", "skip: all", &a, &s);
	assert_true(s.skip_all);
	merge("skip: all", "skip: pin-tag", &a, &s);
	assert_true(s.skip_all);
	arena_release(&a);
}

static void merged_consequences(void **state)
{
	enum { PORT = 1u << CHANGES_PORT, SERVER = 1u << CHANGES_SERVER, OWNER = 1u << CHANGES_VOLUME_OWNER };
	static const struct {
		const char *line, *file;
		unsigned deny;
	} cases[] = {
		{ "", "deny: port", PORT | SERVER },
		{ "", "allow: server", 0 },
		{ "allow: server", "", 0 },
		{ "allow: port", "deny: port", SERVER },
		{ "deny: port", "allow: port", PORT | SERVER },
		{ "deny: port", "deny: volume-owner", PORT | OWNER | SERVER },
		{ "deny: server", "allow: server", SERVER },
		{ "allow: server", "deny: server", 0 },
	};
	struct arena a = { 0 };
	struct selection s;
	/* A command line may say both of one kind; then it is denied. */
	struct settings both = { .allow = PORT, .deny = PORT };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		merge(cases[i].line, cases[i].file, &a, &s);
		if (s.deny != cases[i].deny)
			fail_msg("line \"%s\", file \"%s\": %x", cases[i].line, cases[i].file, s.deny);
	}
	assert_int_equal(settings_merge(&a, &both, NULL).deny, PORT | SERVER);
	arena_release(&a);
}

/* --- printing -------------------------------------------------------------------- */

static void prints(const struct options *o, const struct config *file, const char *wanted)
{
	struct buf out = { 0 };

	config_print(&out, o, file);
	buf_addc(&out, '\0');
	assert_string_equal(out.p, wanted);
	buf_release(&out);
}

static void printed_defaults(void **state)
{
	struct options o = { .max_size = 1024 * 1024 };

	(void)state;
	prints(&o, NULL,
	       "level: harden # default\n"
	       "style: false # default\n"
	       "# only: every transform # default\n"
	       "skip: [] # default\n"
	       "allow:\n"
	       "  - \"port\" # default\n"
	       "  - \"volume-owner\" # default\n"
	       "  - \"base-publisher\" # default\n"
	       "deny:\n"
	       "  - \"server\" # default\n"
	       "targets: [] # default\n"
	       "max-size: 1MiB # default\naccount: app:10001:10001 # default\nuser-form: number # default\nprofile: usual # default\nmirrors: [] # default\nimages: {} # default\n");
}

static void printed(void **state)
{
	static const struct text skip[] = { { "use-copy", 8 }, { "pin-tag", 7 } };
	static const struct text targets[] = { { "a\"\\\x01", 4 } };
	struct options o = { .max_size = 1024 * 1024 };
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(config_parse(&c, TEXT("sub\n/f.yaml"),
				      TEXT("level: safe\nstyle: true\nonly: single-cmd\nskip: pin-tag\n"
					   "allow: [server, port]\ntargets: test\nmax-size: 3KiB\n"),
				      &e),
			 0);
	o.settings = (struct settings){ .has_level = true,
					.level = LEVEL_STRICT,
					.skip = skip,
					.nskip = 2,
					.deny = 1u << CHANGES_PORT,
					.targets = targets,
					.ntargets = 1 };
	prints(&o, &c,
	       "level: strict # command line\n"
	       "style: true # sub\\n/f.yaml\n"
	       "only:\n"
	       "  - \"single-cmd\" # sub\\n/f.yaml\n"
	       "skip:\n"
	       "  - \"pin-tag\" # sub\\n/f.yaml\n"
	       "  - \"use-copy\" # command line\n"
	       "allow:\n"
	       "  - \"volume-owner\" # default\n"
	       "  - \"base-publisher\" # default\n"
	       "  - \"server\" # sub\\n/f.yaml\n"
	       "deny:\n"
	       "  - \"port\" # command line\n"
	       "targets:\n"
	       "  - \"test\" # sub\\n/f.yaml\n"
	       "  - \"a\\\"\\\\\\x01\" # command line\n"
	       "max-size: 3KiB # sub\\n/f.yaml\naccount: app:10001:10001 # default\nuser-form: number # default\nprofile: usual # default\nmirrors: [] # default\nimages: {} # default\n");
	config_release(&c);
}

static void printed_all_and_none(void **state)
{
	struct options o = { .settings = { .skip_all = true }, .has_max_size = true, .max_size = 1500 };
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(
		config_parse(&c, TEXT("f.yaml"),
			     TEXT("deny: [port,server,volume-owner,base-publisher]\nmax-size: 2MiB\n"), &e),
		0);
	prints(&o, &c,
	       "level: harden # default\n"
	       "style: false # default\n"
	       "# only: every transform # default\n"
	       "skip: all # command line\n"
	       "allow: []\n"
	       "deny:\n"
	       "  - \"port\" # f.yaml\n"
	       "  - \"volume-owner\" # f.yaml\n"
	       "  - \"base-publisher\" # f.yaml\n"
	       "  - \"server\" # f.yaml\n"
	       "targets: [] # default\n"
	       "max-size: 1500 # command line\naccount: app:10001:10001 # default\nuser-form: number # default\nprofile: usual # default\nmirrors: [] # default\nimages: {} # default\n");
	config_release(&c);
}

/* What is printed, read as a file, gives the same again. */
static void printed_reads_back(void **state)
{
	struct options o = { .max_size = 1024 * 1024 }, none = { .max_size = 1024 * 1024 };
	struct buf out = { 0 };
	struct config c, again;
	struct arena a = { 0 };
	struct selection s, t;
	struct error e;

	(void)state;
	assert_int_equal(config_parse(&c, TEXT("f.yaml"),
				      TEXT("level: safe\nonly: single-cmd\nskip: pin-tag\nallow: "
					   "server\ndeny: port\ntargets: x\n"),
				      &e),
			 0);
	config_print(&out, &o, &c);
	assert_int_equal(config_parse(&again, TEXT("g"), buf_text(&out), &e), 0);
	s = settings_merge(&a, &o.settings, &c.settings);
	t = settings_merge(&a, &none.settings, &again.settings);
	assert_true(s.level == t.level && s.style == t.style && s.deny == t.deny);
	assert_list(t.only, t.nonly, "single-cmd");
	assert_list(t.skip, t.nskip, "pin-tag");
	assert_list(again.settings.targets, again.settings.ntargets, "x");
	assert_int_equal(again.max_size, o.max_size);
	config_release(&c);
	config_release(&again);
	arena_release(&a);
	buf_release(&out);
}

/* --- the nearest word --------------------------------------------------------------- */

static const char *near(const char *word, const char *name)
{
	struct nearest n = nearest_to(text_of(word));

	nearest_try(&n, name);
	return n.name;
}

static void nearest_words(void **state)
{
	struct nearest n = nearest_to(TEXT("skpi"));

	(void)state;
	nearest_try(&n, "style");
	nearest_try(&n, "only");
	nearest_try(&n, "skip");
	nearest_try(&n, "deny");
	assert_string_equal(n.name, "skip");
	assert_non_null(near("LEVEL", "level"));
	assert_null(near("", "level"));
	assert_null(near("x", "a"));
	assert_null(near("no", "only-this"));
	assert_null(near("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "level"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(merged_scalars),
		cmocka_unit_test(merged_lists),
		cmocka_unit_test(merged_consequences),
		cmocka_unit_test(printed_defaults),
		cmocka_unit_test(printed),
		cmocka_unit_test(printed_all_and_none),
		cmocka_unit_test(printed_reads_back),
		cmocka_unit_test(nearest_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
