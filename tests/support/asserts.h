/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka, and what its assertions lack. A header alone: not all that links tests/support has cmocka. */
#ifndef DFH_TESTS_ASSERTS_H
#define DFH_TESTS_ASSERTS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"

#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Macros, so that the line that is reported is the caller's. */
#define assert_that_(holds)     \
	do {                    \
		if (!(holds))   \
			fail(); \
	} while (0)

/* A text is that C string. */
#define assert_text(got, want) assert_that_(asserts_same((got), text_of(want)))
/* Two texts, which may hold NUL, are the same. */
#define assert_bytes(got, want) assert_that_(asserts_same((got), (want)))
/* An array of n texts is "a,b". */
#define assert_list(list, n, want) assert_that_(asserts_joined((list), (n), (want)))
/* A shell command succeeds. */
#define sh(command) assert_that_(asserts_runs(command))

static inline bool asserts_same(struct text got, struct text want)
{
	if (text_eq(got, want))
		return true;
	print_error("got %zu bytes:\n%.*s\nwanted %zu:\n%.*s\n", got.n, TEXT_FMT(got), want.n, TEXT_FMT(want));
	return false;
}

static inline bool asserts_joined(const struct text *list, size_t n, const char *want)
{
	struct buf b = { 0 };
	bool same;

	for (size_t i = 0; i < n; i++) {
		buf_adds(&b, i ? "," : "");
		buf_add(&b, list[i]);
	}
	same = asserts_same(buf_text(&b), text_of(want));
	buf_release(&b);
	return same;
}

static inline bool asserts_runs(const char *command)
{
	int status = system(command);

	if (status != 0)
		print_error("status %d of: %s\n", status, command);
	return status == 0;
}

#endif
