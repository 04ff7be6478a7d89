/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as the Go standard library reads it, because BuildKit's reader is
 * written in Go: an invalid byte is one U+FFFD of width 1. */
#ifndef DFH_BASE_UTF8_H
#define DFH_BASE_UTF8_H

#include "base/buf.h"
#include "base/text.h"

#define RUNE_ERROR UINT32_C(0xFFFD)
#define RUNE_EOF UINT32_MAX

/* The rune at t[at] and its width in bytes; RUNE_EOF with width 0 at the end. */
uint32_t utf8_decode(struct text t, size_t at, size_t *width);
/* True where a RUNE_ERROR of width 1 stands for a byte that is no UTF-8. */
bool utf8_valid(struct text t);
void utf8_add(struct buf *b, uint32_t rune);
/* Bytes of the rune; at most 4. */
size_t utf8_bytes(uint32_t rune, char out[4]);

/* unicode.IsSpace, unicode.IsLetter, unicode.IsDigit */
bool rune_space(uint32_t rune);
bool rune_letter(uint32_t rune);
bool rune_digit(uint32_t rune);

/* strings.TrimSpace and TrimLeftFunc(unicode.IsSpace) */
struct text utf8_trim(struct text t);
struct text utf8_trim_left(struct text t);

#endif
