/* SPDX-License-Identifier: Apache-2.0 */
/* The few things that jansson leaves to its users. */
#ifndef DFH_BASE_JS_H
#define DFH_BASE_JS_H

#include "base/buf.h"

#include <jansson.h>

/* A JSON string of any bytes; what is no UTF-8 becomes U+FFFD. */
json_t *js_text(struct text t);
json_t *js_size(size_t n);
/* Appends one line of compact JSON and gives up the reference. */
void js_line(struct buf *out, json_t *v);
/* The same, indented by two. */
void js_pretty(struct buf *out, json_t *v);

#endif
