/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to the heap. Out of memory ends the program with a message and
 * exit status 2; no caller checks. Nothing is half-written then: files are
 * replaced by rename only. */
#ifndef DFH_BASE_MEM_H
#define DFH_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t n);            /* not cleared */
void *mem_zalloc(size_t n);           /* cleared */
void *mem_realloc(void *p, size_t n); /* p may be NULL */
char *mem_strdup(const char *s);
void mem_free(void *p);
/* What is asked for cannot be counted: ends the program likewise. */
void mem_too_much(void);

/* For a growing array: makes room for `need` elements of `size` bytes at *p,
 * doubling *cap (counted in elements). */
void mem_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
