/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, NAME_SHOWN = 240 };

int file_error(struct error *e, enum file_problem problem, const char *name, const char *fmt, ...)
{
	char detail[256];
	size_t n = strlen(name);
	bool cut = n > NAME_SHOWN;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	error_set(e, "%s%s: %s", cut ? "..." : "", cut ? name + n - NAME_SHOWN : name, detail);
	return problem;
}

static const struct {
	int err;
	enum file_problem problem;
	const char *detail; /* NULL: "cannot be ...: " and the system's words */
} problems[] = {
	{ ENOENT, FILE_MISSING, "no such file" },
	{ ENOTDIR, FILE_MISSING, "no such file; a part of its path is not a folder" },
	{ EACCES, FILE_PERMISSION, NULL },
	{ EPERM, FILE_PERMISSION, NULL },
	{ EROFS, FILE_PERMISSION, NULL },
	{ EISDIR, FILE_IS_DIRECTORY, "is a directory, not a file" },
	/* What open() says of a socket, or of a device without a driver. */
	{ ENXIO, FILE_NOT_REGULAR, "is not a regular file; give a file" },
	{ EOPNOTSUPP, FILE_NOT_REGULAR, "is not a regular file; give a file" },
};

int file_errno(struct error *e, int err, const char *name, const char *doing)
{
	for (size_t i = 0; i < sizeof(problems) / sizeof(*problems); i++) {
		if (problems[i].err != err)
			continue;
		if (problems[i].detail)
			return file_error(e, problems[i].problem, name, "%s", problems[i].detail);
		return file_error(e, problems[i].problem, name, "%s: %s", doing, strerror(err));
	}
	return file_error(e, FILE_IO, name, "%s: %s", doing, strerror(err));
}

static int too_large(struct error *e, const char *name, size_t max)
{
	return file_error(e, FILE_TOO_LARGE, name, "is over the limit of %zu bytes; raise it with --max-size",
			  max);
}

int file_open(const char *path, const char *name, bool link_ok, struct stat *st, struct error *e)
{
	/* Without O_NONBLOCK the open of a FIFO waits for a writer. */
	int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (link_ok ? 0 : O_NOFOLLOW);
	int fd, err;

	do
		fd = open(path, flags);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return file_errno(e, errno, name, "cannot be read");
	if (fstat(fd, st) < 0)
		err = errno;
	else if (S_ISREG(st->st_mode))
		return fd;
	else
		err = S_ISDIR(st->st_mode) ? EISDIR : ENXIO;
	close(fd);
	return file_errno(e, err, name, "cannot be read");
}

/* read() until it has an answer; also where somebody made the descriptor non-blocking. */
static ssize_t read_some(int fd, char *p, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t got;

	while ((got = read(fd, p, n)) < 0) {
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			poll(&ready, 1, -1);
		else if (errno != EINTR)
			break;
	}
	return got;
}

/* Appends up to the end of the file, or up to size bytes where that is not 0: a
 * file that gives just the bytes that it has by fstat() needs no second read(). */
static int read_rest(int fd, const char *name, size_t size, size_t max, struct buf *out, struct error *e)
{
	size_t chunk = size ? size + 1 : CHUNK;
	ssize_t got;

	assert(max < SIZE_MAX / 4);
	buf_clear(out);
	do {
		buf_reserve(out, chunk);
		got = read_some(fd, out->p + out->n, chunk);
		if (got < 0)
			return file_errno(e, errno, name, "cannot be read");
		out->n += (size_t)got;
		if (out->n > max)
			return too_large(e, name, max);
		chunk = CHUNK;
	} while (got > 0 && out->n != size);
	return 0;
}

int file_read_stat(int fd, const struct stat *st, const char *name, size_t max, struct buf *out,
		   struct error *e)
{
	if ((uintmax_t)st->st_size > max)
		return file_error(e, FILE_TOO_LARGE, name,
				  "is %ju bytes, over the limit of %zu; raise it with --max-size",
				  (uintmax_t)st->st_size, max);
	return read_rest(fd, name, (size_t)st->st_size, max, out, e);
}

int file_read(const char *path, size_t max, struct buf *out, struct error *e)
{
	struct stat st;
	int fd = file_open(path, path, true, &st, e);
	int r;

	if (fd < 0)
		return fd;
	r = file_read_stat(fd, &st, path, max, out, e);
	close(fd);
	return r;
}

int file_read_fd(int fd, const char *name, size_t max, struct buf *out, struct error *e)
{
	return read_rest(fd, name, 0, max, out, e);
}
