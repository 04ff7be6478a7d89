/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/rx.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <assert.h>
#include <pcre2.h>
#include <pthread.h>

struct rx {
	pcre2_code *code;
	pcre2_match_context *limits;
};

static struct rx *open_with(const char *pattern, uint32_t options)
{
	int errcode;
	PCRE2_SIZE at;
	struct rx *rx = mem_alloc(sizeof(*rx));

	rx->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &errcode, &at, NULL);
	assert(rx->code);
	rx->limits = pcre2_match_context_create(NULL);
	assert(rx->limits);
	pcre2_set_match_limit(rx->limits, 1000000);
	pcre2_set_depth_limit(rx->limits, 1000);
	return rx;
}

struct rx *rx_open(const char *pattern)
{
	return open_with(pattern, PCRE2_NEVER_BACKSLASH_C);
}

void rx_close(struct rx *rx)
{
	if (!rx)
		return;
	pcre2_code_free(rx->code);
	pcre2_match_context_free(rx->limits);
	mem_free(rx);
}

bool rx_find(const struct rx *rx, struct text subject, size_t from, struct range *match)
{
	pcre2_match_data *md = pcre2_match_data_create(1, NULL);
	PCRE2_SIZE *v;
	int rc;

	assert(md);
	rc = pcre2_match(rx->code, (PCRE2_SPTR)(subject.p ? subject.p : ""), subject.n, from, 0, md, rx->limits);
	v = pcre2_get_ovector_pointer(md);
	if (rc >= 0 && match)
		*match = (struct range){ v[0], v[1] };
	pcre2_match_data_free(md);
	return rc >= 0;
}

static struct rx *classes[2];
static pthread_once_t classes_once = PTHREAD_ONCE_INIT;

static void open_classes(void)
{
	classes[RX_LETTER] = open_with("\\A\\p{L}\\z", PCRE2_UTF);
	classes[RX_DIGIT] = open_with("\\A\\p{Nd}\\z", PCRE2_UTF);
}

bool rx_rune_is(enum rx_class class, uint32_t rune)
{
	char out[4];

	/* A surrogate is no scalar value and cannot be put into UTF-8. */
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF))
		return false;
	pthread_once(&classes_once, open_classes);
	return rx_find(classes[class], (struct text){ out, utf8_bytes(rune, out) }, 0, NULL);
}
