/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OLD TEXT("FROM old\n")
enum { NOBODY = 65534, LIMIT = 1 << 20 };

static void expect_problem(const char *path, size_t max, enum file_problem problem, const char *words)
{
	struct buf b = { 0 };
	struct error e = { "" };

	assert_int_equal(file_read(path, max, &b, &e), problem);
	if (!strstr(e.message, words))
		fail_msg("%s: lacks: %s", e.message, words);
	buf_release(&b);
}

static void reads_whole_files(void **state)
{
	struct text binary = TEXT("a\0b\xff\r\n\0");
	struct buf b = { 0 };
	struct error e;

	(void)state;
	put("a", binary);
	put("empty", TEXT_NONE);
	put("b", TEXT("short"));
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(file_read("a", LIMIT, &b, &e), 0);
	assert_true(text_eq(buf_text(&b), binary));
	assert_int_equal(file_read("link", binary.n, &b, &e), 0);
	assert_true(text_eq(buf_text(&b), binary));
	assert_int_equal(file_read("b", LIMIT, &b, &e), 0);
	assert_true(text_eq(buf_text(&b), TEXT("short")));
	assert_int_equal(file_read("empty", 0, &b, &e), 0);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

static void says_what_cannot_be_read(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	put("file", TEXT("12345"));
	expect_problem("none", LIMIT, FILE_MISSING, "none: no such file");
	expect_problem("", LIMIT, FILE_MISSING, "no such file");
	expect_problem("file/x", LIMIT, FILE_MISSING, "a part of its path");
	expect_problem(".", LIMIT, FILE_IS_DIRECTORY, ".: is a directory");
	expect_problem("fifo", LIMIT, FILE_NOT_REGULAR, "fifo: is not a regular file");
	expect_problem("socket", LIMIT, FILE_NOT_REGULAR, "not a regular file");
	expect_problem("/dev/null", LIMIT, FILE_NOT_REGULAR, "not a regular file");
	expect_problem("file", 4, FILE_TOO_LARGE,
		       "file: is 5 bytes, over the limit of 4; raise it with --max-size");
	close(fd);
}

/* A gigabyte of hole: refused by its size, not by reading. */
static void refuses_large_files_unread(void **state)
{
	int fd = open("big", O_WRONLY | O_CREAT, 0600);
	struct buf b = { 0 };
	struct error e;

	(void)state;
	assert_int_equal(ftruncate(fd, 1 << 30), 0);
	close(fd);
	assert_int_equal(file_read("big", LIMIT, &b, &e), FILE_TOO_LARGE);
	assert_int_equal(b.cap, 0);
	buf_release(&b);
}

static void reads_files_of_unknown_size(void **state)
{
	struct buf b = { 0 };
	struct error e;

	(void)state;
	if (access("/proc/self/status", R_OK) < 0)
		skip();
	assert_int_equal(file_read("/proc/self/status", LIMIT, &b, &e), 0);
	assert_true(b.n > 0);
	assert_int_equal(file_read("/proc/self/status", 10, &b, &e), FILE_TOO_LARGE);
	buf_release(&b);
}

static void keeps_the_end_of_long_names(void **state)
{
	char name[3000];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	for (size_t i = 100; i < sizeof(name) - 5; i += 100)
		name[i] = '/';
	strcpy(name + sizeof(name) - 5, "/End");
	expect_problem(name, LIMIT, FILE_MISSING, "x/End: no such file");
}

static void says_who_may_not_read(void **state)
{
	(void)state;
	put("secret", OLD);
	assert_int_equal(chmod("secret", 0), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	expect_problem("secret", LIMIT, FILE_PERMISSION, "secret: cannot be read: Permission denied");
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void write_slowly(int fd, size_t n)
{
	char block[1000];

	memset(block, 'y', sizeof(block));
	for (size_t i = 0; i < n; i += sizeof(block)) {
		if (write(fd, block, sizeof(block)) != (ssize_t)sizeof(block))
			_exit(1);
		if (i % 50000 == 0)
			nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
	_exit(0);
}

/* What file_read_fd() says of a pipe that gives n bytes; non-blocking on our side. */
static int read_pipe(size_t n, size_t max, struct buf *b, struct error *e)
{
	int ends[2], r;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		write_slowly(ends[1], n);
	close(ends[1]);
	r = file_read_fd(ends[0], "standard input", max, b, e);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return r;
}

static void reads_descriptors(void **state)
{
	struct buf b = { 0 };
	struct error e;
	int fd;

	(void)state;
	assert_int_equal(read_pipe(0, 0, &b, &e), 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(read_pipe(300000, 300000, &b, &e), 0);
	assert_int_equal(b.n, 300000);
	assert_int_equal(read_pipe(300000, 299999, &b, &e), FILE_TOO_LARGE);
	assert_string_equal(e.message,
			    "standard input: is over the limit of 299999 bytes; raise it with --max-size");
	fd = open(".", O_RDONLY);
	assert_int_equal(file_read_fd(fd, "-", LIMIT, &b, &e), FILE_IS_DIRECTORY);
	close(fd);
	assert_int_equal(file_read_fd(-1, "-", LIMIT, &b, &e), FILE_IO);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SANDBOXED(reads_whole_files),
		SANDBOXED(says_what_cannot_be_read),
		SANDBOXED(refuses_large_files_unread),
		SANDBOXED(reads_files_of_unknown_size),
		SANDBOXED(keeps_the_end_of_long_names),
		SANDBOXED(says_who_may_not_read),
		SANDBOXED(reads_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
