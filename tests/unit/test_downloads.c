/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "facts/npm.h"
#include "facts/roots.h"
#include "facts/runner.h"

#include <string.h>

/* --- hosts --- */

static void test_https_host(void **state)
{
	static const struct {
		const char *address, *host;
	} rows[] = {
		{ "https://example.org/a", "example.org" },    { "https://example.org", "example.org" },
		{ "https://example.org:443/a", "example.org" }, { "https://example.org?a", "example.org" },
		{ "https://example.org:4430/a", "" },	       { "https://example.org:8443/a", "" },
		{ "https://me@example.org/a", "" },	       { "http://example.org/a", "" },
		{ "https://$HOST/a", "" },		       { "https://", "" },
		{ "https://gr\xc3\xb6\xc3\x9f" "e.example.org/", "" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(text_is(https_host(text_of(rows[i].address)), rows[i].host));
}

static void test_public_hosts(void **state)
{
	static const char *const public[] = { "github.com", "a.b.example.org", "example.net", "xn--e1afmkfd.xn--p1ai" };
	static const char *const private[] = { "", "localhost", "files", "10.0.0.1", "a.local", "nexus.example.org", "x.corp.example.com",
					       "a..org", "host.internal", "a.test", "x.y.example", ".org", "org." };

	(void)state;
	for (size_t i = 0; i < sizeof(public) / sizeof(public[0]); i++)
		assert_true(host_is_public(text_of(public[i])));
	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		assert_false(host_is_public(text_of(private[i])));
}

/* --- bases --- */

static void test_roots_of_bases(void **state)
{
	static const struct {
		const char *name, *tag;
		enum roots roots;
	} rows[] = {
		{ "debian", "13", ROOTS_MISSING },	 { "debian", "stable-slim", ROOTS_MISSING }, { "debian", "wheezy", ROOTS_OUTDATED },
		{ "debian", "9.3", ROOTS_OUTDATED },	 { "ubuntu", "16.04", ROOTS_OUTDATED },	     { "ubuntu", "18.04", ROOTS_MISSING },
		{ "alpine", "3.24", ROOTS_PRESENT },	 { "alpine", "3.9", ROOTS_OUTDATED },	     { "alpine", "", ROOTS_PRESENT },
		{ "node", "22", ROOTS_PRESENT },	 { "node", "22-slim", ROOTS_MISSING },	     { "node", "12", ROOTS_OUTDATED },
		{ "node", "22-alpine3.9", ROOTS_OUTDATED }, { "python", "3", ROOTS_PRESENT },	     { "python", "3.7", ROOTS_OUTDATED },
		{ "python", "3.14-slim", ROOTS_PRESENT }, { "centos", "7", ROOTS_OUTDATED },	     { "centos", "stream9", ROOTS_PRESENT },
		{ "team/base", "1", ROOTS_UNKNOWN },	 { "", "", ROOTS_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct base b = { .known = true, .name = text_of(rows[i].name), .tag = text_of(rows[i].tag) };

		assert_int_equal(roots_of_base(&b), rows[i].roots);
	}
}

static void test_npm_of_bases(void **state)
{
	static const struct {
		const char *tag;
		unsigned npm;
	} rows[] = { { "26.7", 9 }, { "18-alpine", 7 }, { "15", 7 }, { "14", 6 }, { "10.1.0-slim", 6 }, { "8", 0 }, { "", 9 }, { "lts", 9 },
		     { "dubnium", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct base b = { .known = true, .name = TEXT("node"), .tag = text_of(rows[i].tag) };

		assert_int_equal(npm_of_base(&b), rows[i].npm);
	}
}

/* --- lock files --- */

static void test_lock_files(void **state)
{
	static const struct {
		const char *package, *lock;
		enum npm_lock fits;
	} rows[] = {
		{ "{}", "{\"lockfileVersion\":3,\"packages\":{\"\":{}}}", NPM_LOCK_FITS },
		{ "{\"dependencies\":{}}", "{\"lockfileVersion\":2,\"packages\":{\"\":{}}}", NPM_LOCK_FITS },
		{ "{\"dependencies\":{\"a\":\"1\"}}", "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}}}}", NPM_LOCK_FITS },
		{ "{\"dependencies\":{\"a\":\"2\"}}", "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}}}}", NPM_LOCK_DIFFERS },
		{ "{\"devDependencies\":{\"a\":\"1\"}}", "{\"lockfileVersion\":3,\"packages\":{\"\":{\"dependencies\":{\"a\":\"1\"}}}}", NPM_LOCK_DIFFERS },
		{ "{\"dependencies\":[]}", "{\"lockfileVersion\":3,\"packages\":{\"\":{}}}", NPM_LOCK_DIFFERS },
		{ "{}", "{\"lockfileVersion\":3}", NPM_LOCK_DIFFERS },
		{ "{}", "{\"lockfileVersion\":1}", NPM_LOCK_OLD },
		{ "{}", "{\"lockfileVersion\":\"3\",\"packages\":{\"\":{}}}", NPM_LOCK_OLD },
		{ "{\"workspaces\":[\"a\"]}", "{\"lockfileVersion\":3,\"packages\":{\"\":{}}}", NPM_LOCK_WORKSPACES },
		{ "[]", "{}", NPM_LOCK_UNREADABLE },
		{ "{}", "", NPM_LOCK_UNREADABLE },
		{ "{", "{}", NPM_LOCK_UNREADABLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned version = 0;

		assert_int_equal(npm_lock_fits(text_of(rows[i].package), text_of(rows[i].lock), &version), rows[i].fits);
	}
}

/* --- users --- */

static void test_users(void **state)
{
	(void)state;
	assert_true(maybe_is(runner_user(maybe_unset()), "root"));
	assert_true(maybe_is(runner_user(maybe_known(TEXT("0:0"))), "root"));
	assert_true(maybe_is(runner_user(maybe_known(TEXT("app:www"))), "app"));
	assert_int_equal(runner_user(maybe_unknown()).state, UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_https_host),     cmocka_unit_test(test_public_hosts), cmocka_unit_test(test_roots_of_bases),
		cmocka_unit_test(test_npm_of_bases), cmocka_unit_test(test_lock_files),   cmocka_unit_test(test_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
