/* SPDX-License-Identifier: Apache-2.0 */
/* Reading whole files of unknown origin: bounded, and never waiting for a FIFO. */
#ifndef DFH_BASE_FILE_H
#define DFH_BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

struct stat;

/* What the functions on files return where they do not return 0. */
enum file_problem {
	FILE_IO = -1,           /* whatever no other row names */
	FILE_MISSING = -2,      /* no such file, or a part of its path is no folder */
	FILE_PERMISSION = -3,
	FILE_IS_DIRECTORY = -4,
	FILE_NOT_REGULAR = -5,  /* FIFO, socket, device */
	FILE_TOO_LARGE = -6,
	FILE_CHANGED = -7,      /* not as it was read any more (base/replace.h) */
	FILE_REFUSED = -8,      /* could be written, but something would break */
	FILE_EXISTS = -9,       /* is there, but was to be new */
};

/* Sets "NAME: detail" (of a very long name only the end) and returns the problem. */
int file_error(struct error *e, enum file_problem problem, const char *name, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 4, 5)))
#endif
	;
/* The same for the errno value of a failed call; `doing` is as in "cannot be read". */
int file_errno(struct error *e, int err, const char *name, const char *doing);

/* Replaces the content of *out by that of the regular file at path, which may
 * have at most max bytes (max < SIZE_MAX / 4). 0, or a negative enum file_problem with its sentence.
 * After an error the content of *out is unspecified; its memory stays usable. */
int file_read(const char *path, size_t max, struct buf *out, struct error *e);

/* The same for a descriptor of any kind, read to its end from where it stands
 * (standard input); name is for messages. Does not close it. */
int file_read_fd(int fd, const char *name, size_t max, struct buf *out, struct error *e);

/* Opens a regular file for reading and describes it in *st; link_ok says whether
 * path itself may be a symbolic link. The descriptor, or an enum file_problem. */
int file_open(const char *path, const char *name, bool link_ok, struct stat *st, struct error *e);

/* Reads fd, a regular file of which fstat() said st, as file_read() does. */
int file_read_stat(int fd, const struct stat *st, const char *name, size_t max, struct buf *out,
		   struct error *e);

#endif
