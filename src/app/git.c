/* SPDX-License-Identifier: Apache-2.0 */
#include "app/git.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, MAX_ARGS = 32 };

/* Handed on to git, not read for ourselves. */
extern char **environ;

/* A repository's own configuration may name programs; these are the ones that
 * reading calls would start. */
static const char *const common[] = {
	"git", "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null", "-C",
};

/* Given to git; of a variable with a value here, the user's own is not passed on.
 * The last two stop a partial clone from fetching what it lacks. */
static const char *const given[] = {
	"GIT_TERMINAL_PROMPT=0",
	"GIT_OPTIONAL_LOCKS=0",
	"GIT_NO_LAZY_FETCH=1",
	"GIT_ALLOW_PROTOCOL=",
};

/* Set inside hooks and by `git -C`-like callers: they speak of another repository. */
static const char *const withheld[] = {
	"GIT_DIR=",
	"GIT_WORK_TREE=",
	"GIT_INDEX_FILE=",
	"GIT_COMMON_DIR=",
	"GIT_OBJECT_DIRECTORY=",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES=",
	"GIT_PREFIX=",
	"GIT_NAMESPACE=",
	"GIT_LITERAL_PATHSPECS=",
	"GIT_EXTERNAL_DIFF=",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool same_name(const char *variable, const char *row)
{
	return strncmp(variable, row, strcspn(row, "=") + 1) == 0;
}

static bool passes(const char *variable)
{
	for (size_t i = 0; i < COUNT(withheld); i++)
		if (same_name(variable, withheld[i]))
			return false;
	for (size_t i = 0; i < COUNT(given); i++)
		if (same_name(variable, given[i]))
			return false;
	return true;
}

static char **child_environment(void)
{
	size_t n = 0, total = 0;
	char **env;

	while (environ && environ[total])
		total++;
	env = mem_alloc((total + COUNT(given) + 1) * sizeof(*env));
	for (size_t i = 0; i < total; i++)
		if (passes(environ[i]))
			env[n++] = environ[i];
	for (size_t i = 0; i < COUNT(given); i++)
		env[n++] = (char *)given[i];
	env[n] = NULL;
	return env;
}

static int spawn_with(posix_spawn_file_actions_t *actions, int out, const char *const *argv, pid_t *pid)
{
	char **env = child_environment();
	int err;

	/* The pipe first: its descriptor may be one that the next lines replace. */
	err = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
	if (err == 0)
		err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (err == 0)
		err = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (err == 0)
		err = posix_spawnp(pid, argv[0], actions, NULL, (char *const *)argv, env);
	mem_free(env);
	return err == 0 ? 0 : -1;
}

static int spawn(int out, const char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int r;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return -1;
	r = spawn_with(&actions, out, argv, pid);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 1: more may come, 0: the end, -1: an error or a limit. */
static int take_some(int fd, long long until, struct buf *out)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	long long left = until - now_ms();
	ssize_t n;

	if (left <= 0 || out->n > GIT_OUTPUT_MAX)
		return -1;
	n = poll(&ready, 1, (int)left);
	if (n == 0 || (n < 0 && errno == EINTR))
		return 1;
	if (n < 0)
		return -1;
	buf_reserve(out, CHUNK);
	n = read(fd, out->p + out->n, CHUNK);
	if (n < 0)
		return errno == EINTR ? 1 : -1;
	out->n += (size_t)n;
	return n > 0;
}

static int read_answer(int fd, struct buf *out)
{
	long long until = now_ms() + GIT_SECONDS * 1000LL;
	int r;

	do
		r = take_some(fd, until, out);
	while (r > 0);
	return r;
}

static int wait_for(pid_t pid)
{
	int status;
	pid_t r;

	do
		r = waitpid(pid, &status, 0);
	while (r < 0 && errno == EINTR);
	return r == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Another thread's child may inherit the ends between the two calls (pipe2() is
 * not everywhere); then our end of file comes when that child is done. */
static int open_pipe(int ends[2])
{
	if (pipe(ends) < 0)
		return -1;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

static int run(const char *const *argv, struct buf *out)
{
	int ends[2], r;
	pid_t pid;

	if (open_pipe(ends) < 0)
		return -1;
	r = spawn(ends[1], argv, &pid);
	close(ends[1]);
	if (r == 0) {
		r = read_answer(ends[0], out);
		if (r < 0)
			kill(pid, SIGKILL);
		if (wait_for(pid) < 0)
			r = -1;
	}
	close(ends[0]);
	return r;
}

int git_run(const char *dir, const char *const *args, struct buf *out)
{
	const char *argv[MAX_ARGS];
	size_t n = 0;

	for (; n < COUNT(common); n++)
		argv[n] = common[n];
	argv[n++] = dir;
	while (*args && n < MAX_ARGS - 1)
		argv[n++] = *args++;
	if (*args)
		return -1;
	argv[n] = NULL;
	buf_clear(out);
	return run(argv, out);
}

static bool has_git(struct buf *path)
{
	size_t n = path->n;
	bool found;

	buf_add(path, n == 1 ? TEXT(".git\0") : TEXT("/.git\0"));
	found = access(path->p, F_OK) == 0;
	path->n = n;
	return found;
}

struct text git_root(const char *dir, struct arena *a)
{
	struct buf path = { 0 };
	struct text root = TEXT_NONE;
	char *real = realpath(dir, NULL);
	bool found = false;

	buf_adds(&path, real);
	free(real);
	while (path.n > 0 && !(found = has_git(&path)) && path.n > 1) {
		size_t slash = text_rchr(buf_text(&path), '/');

		path.n = slash ? slash : 1;
	}
	if (found)
		root = arena_text(a, buf_text(&path));
	buf_release(&path);
	return root;
}
