/* SPDX-License-Identifier: Apache-2.0 */
#include "support/spawn.h"

#include "base/file.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_OUTPUT = 256 * 1024 * 1024 };

extern char **environ;

/* An unnamed file that holds the text, at its start: no pipe can fill up. */
static FILE *file_of(struct text t)
{
	FILE *f = tmpfile();

	if (!f || fwrite(t.p ? t.p : "", 1, t.n, f) != t.n || fflush(f) != 0 || lseek(fileno(f), 0, SEEK_SET) < 0) {
		perror("a temporary file");
		exit(2);
	}
	return f;
}

static int wait_for(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int run(const char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return rc == 0 ? wait_for(pid) : -1;
}

int spawn(struct arena *a, const char *const *argv, struct text input, struct text *output)
{
	FILE *in = file_of(input), *out = file_of(TEXT_NONE);
	struct buf b = { 0 };
	struct error e;
	int rc = run(argv, fileno(in), fileno(out));

	if (output && (lseek(fileno(out), 0, SEEK_SET) < 0 || file_read_fd(fileno(out), argv[0], MAX_OUTPUT, &b, &e) < 0))
		rc = -1;
	if (output)
		*output = arena_text(a, buf_text(&b));
	buf_release(&b);
	fclose(in);
	fclose(out);
	return rc;
}

bool spawn_has(const char *program)
{
	const char *const argv[] = { "sh", "-c", "command -v \"$1\"", "sh", program, NULL };

	return spawn(NULL, argv, TEXT_NONE, NULL) == 0;
}
