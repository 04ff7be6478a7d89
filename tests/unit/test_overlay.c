/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner says of his images, and what the facts make of it. */
#include "facts/facts.h"

#include "facts/distro.h"
#include "support/asserts.h"

static struct arena arena;

static const struct text mirrors[] = { { "registry.example.com/dockerhub", 30 }, { "cache.example.com", 17 } };

static struct catalog_claim claims[7];

static const struct catalog_overlay *overlay(void)
{
	static struct catalog_overlay o = { .claims = claims, .nclaims = COUNT(claims), .mirrors = mirrors, .nmirrors = COUNT(mirrors) };

	claims[0] = (struct catalog_claim){ .image = TEXT("registry.example.com/base/python"), .like = TEXT("python") };
	claims[1] = (struct catalog_claim){ .image = TEXT("registry.example.com/base/*"), .like = TEXT("alpine"), .like_tag = TEXT("3.22"),
					    .said = SAID_USER | SAID_ENV };
	claims[1].config.user = maybe_known(TEXT("app"));
	claims[1].config.env = maybe_known(TEXT("[\"A=b c\",\"PATH=/opt/bin:/bin\"]"));
	claims[2] = (struct catalog_claim){ .image = TEXT("own"), .family = TEXT("debian12"), .said = SAID_USER,
					    .account = TEXT("app:1001:1001") };
	claims[2].config.user = maybe_known(TEXT("1001"));
	claims[3] = (struct catalog_claim){ .image = TEXT("win"), .said = SAID_WINDOWS, .windows = true };
	claims[4] = (struct catalog_claim){ .image = TEXT("acme/node"), .like = TEXT("node"), .family = TEXT("ubi9"), .said = SAID_CMD };
	claims[4].config.cmd = maybe_unset();
	claims[5] = (struct catalog_claim){ .image = TEXT("registry.example.com/dockerhub/own/*"), .family = TEXT("ubuntu24.04") };
	claims[6] = (struct catalog_claim){ .image = TEXT("acme/lean"), .like = TEXT("python"), .said = SAID_ONBUILD };
	claims[6].config.onbuild = maybe_known(TEXT("yes"));
	return &o;
}

static struct facts *facts_of(const char *from)
{
	struct facts_inputs in = { .overlay = overlay() };

	arena_reset(&arena);
	in.doc = doc_read(&arena, ARENA_JOIN(&arena, TEXT("FROM "), text_of(from), TEXT("\nRUN x\n")));
	return facts_open(&arena, &in);
}

static void names_become_those_of_public_images(void **state)
{
	static const struct {
		const char *from, *name, *tag;
	} rows[] = {
		{ "registry.example.com/base/python:3.12-slim", "python", "3.12-slim" },
		{ "registry.example.com/base/other:7", "alpine", "3.22" },
		{ "registry.example.com/base/x/y", "alpine", "3.22" },
		{ "registry.example.com/base", "registry.example.com/base", "" },
		{ "registry.example.com/dockerhub/library/node:22", "node", "22" },
		{ "registry.example.com/dockerhub/node:22", "node", "22" },
		{ "registry.example.com/dockerhub/bitnami/redis", "bitnami/redis", "" },
		{ "registry.example.com/dockerhubs/node:22", "registry.example.com/dockerhubs/node", "22" },
		{ "registry.example.com/dockerhub/own/app:1", "ubuntu", "24.04" },
		{ "cache.example.com/library/debian:12", "debian", "12" },
		{ "cache.example.com/acme/node:5", "redhat/ubi9", "" },
		{ "docker.io/library/own:5", "debian", "12" },
		{ "node:22", "node", "22" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct base *b = facts_base(facts_of(rows[i].from), 0);

		assert_text(b->name, rows[i].name);
		assert_text(b->tag, rows[i].tag);
		assert_false(b->windows);
	}
}

static void what_is_said_goes_over_what_it_is_like(void **state)
{
	const struct base *b = facts_base(facts_of("registry.example.com/base/other:7"), 0);

	(void)state;
	assert_true(b->known && b->claim == &claims[1]);
	assert_text(b->config.user.text, "app");
	assert_text(b->config.cmd.text, "[\"/bin/sh\"]");
	assert_text(catalog_env_get(&b->config, TEXT("A"), &arena).text, "b c");
	assert_text(catalog_env_get(&b->config, TEXT("PATH"), &arena).text, "/opt/bin:/bin");
	b = facts_base(facts_of("acme/node:22"), 0);
	assert_int_equal(b->config.cmd.state, UNSET);
	assert_int_equal(b->config.entrypoint.state, KNOWN);
	assert_int_equal(catalog_env_get(&b->config, TEXT("NODE_VERSION"), &arena).state, UNKNOWN);
	assert_int_equal(distro_of(b->name, b->tag).family, DISTRO_RHEL);
}

static void variables_are_joined(void **state)
{
	struct catalog_claim c = { .like = TEXT("python"), .said = SAID_ENV };
	struct catalog_config config;

	(void)state;
	c.config.env = maybe_known(TEXT("[\"LANG=C\"]"));
	assert_true(catalog_claim_config(&c, maybe_known(TEXT("3.12-slim-bookworm")), &arena, &config));
	assert_text(catalog_env_get(&config, TEXT("LANG"), &arena).text, "C");
	assert_text(catalog_env_get(&config, TEXT("PATH"), &arena).text, "/usr/local/bin:" CATALOG_USUAL_PATH);
	assert_int_equal(catalog_env_get(&config, TEXT("PYTHON_VERSION"), &arena).state, UNKNOWN);
	assert_int_equal(catalog_env_get(&config, TEXT("OTHER"), &arena).state, UNSET);
}

static void without_like_the_rest_is_not_known(void **state)
{
	struct facts *f = facts_of("own:5");
	const struct base *b = facts_base(f, 0);
	const struct state *s = facts_before(f, 1);

	(void)state;
	assert_true(b->known);
	assert_text(s->user.text, "1001");
	assert_int_equal(s->workdir.state, UNKNOWN);
	assert_int_equal(s->shell_state, UNSET);
	assert_int_equal(b->config.entrypoint.state, UNKNOWN);
	assert_int_equal(b->config.onbuild.state, UNSET);
	assert_text(b->claim->account, "app:1001:1001");
}

/* ONBUILD runs what is not seen; a digest alone may be any version. */
static void what_is_uncertain_stays_so(void **state)
{
	static const char digest[] = "@sha256:0123456789012345678901234567890123456789012345678901234567890123";
	char from[128] = "registry.example.com/base/python";
	const struct base *b;

	(void)state;
	assert_int_equal(facts_before(facts_of("acme/lean:3.12"), 1)->user.state, UNKNOWN);
	for (size_t n = 0; n < sizeof(digest); n++)
		from[32 + n] = digest[n];
	b = facts_base(facts_of(from), 0);
	assert_text(b->name, "python");
	assert_false(b->known);
	b = facts_base(facts_of("example.com/unknown:1"), 0);
	assert_false(b->known || b->claim);
	assert_true(facts_base(facts_of("win"), 0)->windows);
}

static void families_are_images(void **state)
{
	static const struct {
		const char *family, *image, *tag;
	} rows[] = {
		{ "debian12", "debian", "12" },	  { "ubuntu24.04", "ubuntu", "24.04" }, { "alpine3.22", "alpine", "3.22" },
		{ "ubi10", "redhat/ubi10", "" },  { "archlinux", "archlinux", "" },	{ "debian", NULL, NULL },
		{ "debian.1", NULL, NULL },	  { "ubi91", NULL, NULL },		{ "", NULL, NULL },
		{ "debian12-slim", NULL, NULL },
	};
	struct text image, tag;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(catalog_family_image(text_of(rows[i].family), &image, &tag), rows[i].image != NULL);
		if (!rows[i].image)
			continue;
		assert_text(image, rows[i].image);
		assert_text(tag, rows[i].tag);
	}
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_those_of_public_images),
		cmocka_unit_test(what_is_said_goes_over_what_it_is_like),
		cmocka_unit_test(variables_are_joined),
		cmocka_unit_test(without_like_the_rest_is_not_known),
		cmocka_unit_test(what_is_uncertain_stays_so),
		cmocka_unit_test(families_are_images),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
