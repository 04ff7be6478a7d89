/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong in the world (files, usage, configuration). The Dockerfile
 * itself is never an error here: it gives findings and refusals. */
#ifndef DFH_BASE_ERROR_H
#define DFH_BASE_ERROR_H

/* One message, without a final newline. Functions that can fail return 0 or a
 * negative int and fill it; main prints it once. */
struct error {
	char message[512];
};

/* Always returns -1, so that a caller can write `return error_set(...)`. */
int error_set(struct error *e, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;

#endif
