/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON arrays of exec form, accepted and decoded as Go's encoding/json does. */
#ifndef DFH_SYNTAX_JSON_H
#define DFH_SYNTAX_JSON_H

#include "syntax/doc.h"

enum json_verdict {
	JSON_STRINGS,    /* an array of strings */
	JSON_OTHER,      /* a valid array with something else in it: BuildKit's hard error */
	JSON_NOT_ARRAY   /* anything else: the text is shell form */
};

/* t starts at logical offset `at`. The words' spans include the quotes. */
enum json_verdict json_strings(struct arena *a, struct text t, size_t at, const struct word **words, size_t *n);

#endif
