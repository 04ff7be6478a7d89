/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/replace.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OLD TEXT("FROM old\n")
#define NEW TEXT("FROM new:1\nUSER 1\n")
enum { NOBODY = 65534 };

static bool absent(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && errno == ENOENT;
}

static struct stat stat_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st;
}

static int temporaries(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d));)
		n += strstr(entry->d_name, ".dfharden-") != NULL;
	closedir(d);
	return n;
}

struct plan {
	const char *path;
	bool creates;
};

/* What a test does at the steps of a commit: fails or ends at one, or calls. */
struct trouble {
	int at, seen, err;
	void (*call)(void);
	char name[32]; /* of the step it happened at */
};

static int make_trouble(void *data, const char *what)
{
	struct trouble *t = data;

	if (t->seen++ != t->at)
		return 0;
	snprintf(t->name, sizeof(t->name), "%s", what);
	if (t->call)
		t->call();
	return t->err;
}

static int commit(const char *root, const struct plan *plans, struct trouble *t, struct error *e)
{
	struct text before = OLD;
	struct file_set set;
	int r = file_set_open(&set, root, e);

	for (; r == 0 && plans->path; plans++)
		r = file_set_add(&set, plans->path, plans->creates ? NULL : &before, NEW, e);
	if (t) {
		set.step = make_trouble;
		set.step_data = t;
	}
	if (r == 0)
		r = file_set_commit(&set, e);
	file_set_close(&set);
	return r;
}

static int write_one(const char *path, bool creates, struct error *e)
{
	return commit(".", (struct plan[]){ { path, creates }, { NULL, false } }, NULL, e);
}

static void refused(const char *path, bool creates, enum file_problem problem, const char *words)
{
	struct error e = { "" };

	assert_int_equal(write_one(path, creates, &e), problem);
	if (!strstr(e.message, words))
		fail_msg("%s: lacks: %s", e.message, words);
	assert_int_equal(temporaries("."), 0);
}

static void replaces_and_keeps_mode_and_owner(void **state)
{
	static const mode_t modes[] = { 0644, 0600, 0640, 0755, 0444, 04755 };
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		unlink("f");
		put("f", OLD);
		if (geteuid() == 0)
			assert_int_equal(chown("f", 1234, 4321), 0);
		assert_int_equal(chmod("f", modes[i]), 0);
		assert_int_equal(write_one("f", false, &e), 0);
		assert_true(holds("f", NEW));
		assert_int_equal(stat_of("f").st_mode & 07777, modes[i]);
		assert_int_equal(stat_of("f").st_uid, geteuid() == 0 ? 1234 : geteuid());
		assert_int_equal(temporaries("."), 0);
	}
}

static void makes_new_files(void **state)
{
	mode_t mask = umask(027);
	struct error e;

	(void)state;
	assert_int_equal(mkdir("sub", 0755), 0);
	assert_int_equal(write_one("sub/.dockerignore", true, &e), 0);
	assert_int_equal(write_one("plain", true, &e), 0);
	umask(mask);
	assert_true(holds("sub/.dockerignore", NEW) && holds("plain", NEW));
	assert_int_equal(stat_of("plain").st_mode & 07777, 0640);
	assert_int_equal(stat_of("plain").st_nlink, 1);
	assert_int_equal(temporaries(".") + temporaries("sub"), 0);
}

static void never_takes_the_place_of_a_file(void **state)
{
	(void)state;
	put("there", OLD);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	refused("there", true, FILE_EXISTS, "there: is there already");
	refused("dangling", true, FILE_EXISTS, "dangling: is there already");
	refused("no/folder", true, FILE_MISSING, "no/folder: no such file");
	refused(".", true, FILE_IS_DIRECTORY, "directory");
	refused("there/", true, FILE_IS_DIRECTORY, "directory");
	assert_true(holds("there", OLD) && absent("nowhere"));
}

static void leaves_unchanged_files_alone(void **state)
{
	struct timespec times[2] = { { 1000, 5 }, { 2000, 7 } };
	struct text old = OLD;
	struct file_set set;
	struct error e;
	ino_t inode;

	(void)state;
	put("same", old);
	put("other", old);
	inode = stat_of("same").st_ino;
	assert_int_equal(utimensat(AT_FDCWD, "same", times, 0), 0);
	assert_int_equal(file_set_open(&set, sandbox_top(), &e), 0);
	assert_int_equal(file_set_add(&set, "same", &old, OLD, &e), 0);
	assert_int_equal(file_set_add(&set, "other", &old, NEW, &e), 0);
	assert_int_equal(file_set_commit(&set, &e), 0);
	file_set_close(&set);
	assert_int_equal(stat_of("same").st_mtime, 2000);
	assert_int_equal(stat_of("same").st_ino, inode);
	assert_true(holds("other", NEW));
}

static void follows_links_inside_the_root_only(void **state)
{
	static const char *const outside[] = { "root/out", "root/way-out/f", "rootless/f" };
	struct error e = { "" };

	(void)state;
	assert_int_equal(mkdir("root", 0755) | mkdir("root/real", 0755) | mkdir("rootless", 0755), 0);
	put("root/real/f", OLD);
	put("rootless/f", OLD);
	assert_int_equal(symlink("real/f", "root/link") | symlink("real", "root/folder"), 0);
	assert_int_equal(symlink("../rootless/f", "root/out") | symlink("../rootless", "root/way-out"), 0);
	assert_int_equal(symlink("root", "to-root"), 0);

	assert_int_equal(commit("root", (struct plan[]){ { "root/link", false }, { NULL, false } }, NULL, &e), 0);
	assert_true(S_ISLNK(stat_of("root/link").st_mode) && holds("root/real/f", NEW));
	put("root/real/f", OLD);
	assert_int_equal(
		commit("to-root/", (struct plan[]){ { "root/folder/f", false }, { NULL, false } }, NULL, &e), 0);
	assert_true(S_ISLNK(stat_of("root/folder").st_mode) && holds("root/real/f", NEW));

	for (int i = 0; i < 3; i++) {
		assert_int_equal(commit("root", (struct plan[]){ { outside[i], false }, { NULL, false } }, NULL, &e),
				 FILE_REFUSED);
		assert_non_null(strstr(e.message, "lies outside"));
	}
	assert_int_equal(commit("root", (struct plan[]){ { "root/way-out/g", true }, { NULL, false } }, NULL, &e),
			 FILE_REFUSED);
	assert_true(holds("rootless/f", OLD) && absent("rootless/g") && S_ISLNK(stat_of("root/out").st_mode));
	assert_int_equal(commit("no-root", (struct plan[]){ { NULL, false } }, NULL, &e), FILE_MISSING);
}

static void refuses_what_is_not_as_it_was_read(void **state)
{
	(void)state;
	put("same-size", TEXT("FROM odd\n"));
	put("longer", TEXT("FROM old\nUSER x\n"));
	put("linked", OLD);
	assert_int_equal(link("linked", "second-name"), 0);
	assert_int_equal(mkdir("folder", 0755) | mkfifo("fifo", 0600), 0);
	refused("same-size", false, FILE_CHANGED, "was changed since");
	refused("longer", false, FILE_CHANGED, "was changed since");
	refused("gone", false, FILE_MISSING, "gone: no such file");
	refused("linked", false, FILE_REFUSED, "hard links");
	refused("folder", false, FILE_IS_DIRECTORY, "folder: is a directory");
	refused("fifo", false, FILE_NOT_REGULAR, "fifo: is not a regular file");
	assert_true(holds("longer", TEXT("FROM old\nUSER x\n")) && holds("second-name", OLD));
}

static void refuses_without_permission(void **state)
{
	bool root = geteuid() == 0;

	(void)state;
	put("f", OLD);
	assert_int_equal(mkdir("shut", 0755), 0);
	put("shut/f", OLD);
	if (!root)
		assert_int_equal(chmod("shut", 0555), 0);
	if (root)
		assert_int_equal(chmod(".", 0777) | seteuid(NOBODY), 0);
	refused("shut/f", false, FILE_PERMISSION, "no temporary file can be made");
	if (root) {
		refused("f", false, FILE_PERMISSION, "belongs to another user (0)");
		assert_int_equal(seteuid(0), 0);
	}
	assert_true(holds("f", OLD) && holds("shut/f", OLD));
}

static void knows_two_paths_to_one_file(void **state)
{
	struct text old = OLD;
	struct file_set set;
	struct error e;

	(void)state;
	put("f", old);
	assert_int_equal(symlink("f", "link"), 0);
	for (int same = 0; same <= 1; same++) {
		assert_int_equal(file_set_open(&set, ".", &e), 0);
		assert_int_equal(file_set_add(&set, "./f", &old, NEW, &e), 0);
		assert_int_equal(file_set_add(&set, "link", &old, same ? NEW : TEXT("x"), &e), 0);
		assert_int_equal(file_set_commit(&set, &e), same ? 0 : FILE_REFUSED);
		file_set_close(&set);
		assert_true(holds("f", same ? NEW : OLD));
	}
}

static void writes_the_longest_names(void **state)
{
	char name[256];
	struct error e;

	(void)state;
	memset(name, 'n', 255);
	name[99] = '\xc3', name[100] = '\xa4', name[255] = '\0';
	put(name, OLD);
	assert_int_equal(write_one(name, false, &e), 0);
	assert_true(holds(name, NEW));
}

/* Without hard links (the step fails as on such a file system) a new file still comes. */
static void makes_new_files_without_links(void **state)
{
	struct plan plans[] = { { "fresh", true }, { NULL, false } };
	struct trouble t = { .at = 3, .err = EPERM };
	struct error e;

	(void)state;
	assert_int_equal(commit(".", plans, &t, &e), 0);
	assert_string_equal(t.name, "link");
	assert_true(holds("fresh", NEW));
	assert_int_equal(temporaries("."), 0);
}

static const struct plan three[] = { { "a", false }, { "b/new", true }, { "c", false }, { NULL, false } };

static void lay_out_three(void)
{
	unlink("b/new");
	mkdir("b", 0755);
	put("a", OLD);
	put("c", OLD);
}

static bool all_old(void)
{
	return holds("a", OLD) && absent("b/new") && holds("c", OLD);
}

static bool all_new(void)
{
	return holds("a", NEW) && holds("b/new", NEW) && holds("c", NEW);
}

/* Whichever call fails, nothing is changed; or all is written, and what failed came after. */
static void holds_when_any_step_fails(void **state)
{
	int failed = 0;

	(void)state;
	for (int at = 0;; at++) {
		struct trouble t = { .at = at, .err = at % 2 ? EIO : ENOSPC };
		struct error e = { "" };
		int r;

		lay_out_three();
		r = commit(".", three, &t, &e);
		if (t.seen <= at)
			break;
		failed += r < 0;
		assert_true(strcmp(t.name, "unlink") == 0 || strcmp(t.name, "fsync-folder") == 0 ||
			    (r < 0 && all_old()));
		assert_true(all_old() || all_new());
		assert_true(r < 0 || all_new());
		if (strcmp(t.name, "unlink") != 0)
			assert_int_equal(temporaries(".") + temporaries("b"), 0);
		else
			sh("rm -f .*.tmp b/.*.tmp");
	}
	assert_true(failed >= 12);
}

static void die(void)
{
	_exit(9);
}

static void holds_when_killed_at_any_step(void **state)
{
	int status = 1;

	(void)state;
	for (int at = 0; status != 0; at++) {
		struct trouble t = { .at = at, .call = die };
		struct error e;
		pid_t pid;

		lay_out_three();
		pid = fork();
		if (pid == 0)
			_exit(commit(".", three, &t, &e) < 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 9 || status == 0));
		assert_true(holds("a", OLD) || holds("a", NEW));
		assert_true(absent("b/new") || holds("b/new", NEW));
		assert_true(holds("c", OLD) || holds("c", NEW));
		assert_true(status != 0 || all_new());
		sh("rm -f .*.tmp b/.*.tmp");
	}
}

static void on_signal(int sig)
{
	file_set_on_signal();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void be_interrupted(void)
{
	raise(SIGTERM);
}

static void removes_temporaries_on_a_signal(void **state)
{
	struct trouble t = { .at = 9, .call = be_interrupted };
	struct error e;
	int status;
	pid_t pid;

	(void)state;
	lay_out_three();
	pid = fork();
	if (pid == 0) {
		signal(SIGTERM, on_signal);
		_exit(commit(".", three, &t, &e) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_true(all_old());
	assert_int_equal(temporaries(".") + temporaries("b"), 0);
}

static void change_c(void)
{
	put("c", TEXT("theirs\n"));
}

static void take_new(void)
{
	put("b/new", TEXT("theirs\n"));
}

/* Somebody writes while we do: theirs stays, and ours goes back to what was. */
static void yields_to_others(void **state)
{
	struct plan plans[] = { { "a", false }, { "c", false }, { "d", false }, { NULL, false } };
	struct trouble t = { .at = 9, .call = change_c };
	struct error e;

	(void)state;
	lay_out_three();
	put("d", OLD);
	assert_int_equal(commit(".", plans, &t, &e), FILE_CHANGED);
	assert_string_equal(t.name, "rename");
	assert_true(holds("a", OLD) && holds("c", TEXT("theirs\n")) && holds("d", OLD));

	lay_out_three();
	t = (struct trouble){ .at = 9, .call = take_new };
	assert_int_equal(commit(".", three, &t, &e), FILE_EXISTS);
	assert_true(holds("a", OLD) && holds("b/new", TEXT("theirs\n")) && holds("c", OLD));
	assert_int_equal(temporaries(".") + temporaries("b"), 0);
}

static void *write_many(void *name)
{
	struct error e;

	for (int i = 0; i < 50; i++) {
		put(name, OLD);
		if (write_one(name, false, &e) < 0)
			return name;
	}
	return NULL;
}

static void writes_from_many_threads(void **state)
{
	char names[4][2] = { "a", "b", "c", "d" };
	pthread_t threads[4];
	void *failed;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(temporaries("."), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SANDBOXED(replaces_and_keeps_mode_and_owner),
		SANDBOXED(makes_new_files),
		SANDBOXED(never_takes_the_place_of_a_file),
		SANDBOXED(leaves_unchanged_files_alone),
		SANDBOXED(follows_links_inside_the_root_only),
		SANDBOXED(refuses_what_is_not_as_it_was_read),
		SANDBOXED(refuses_without_permission),
		SANDBOXED(knows_two_paths_to_one_file),
		SANDBOXED(writes_the_longest_names),
		SANDBOXED(makes_new_files_without_links),
		SANDBOXED(holds_when_any_step_fails),
		SANDBOXED(holds_when_killed_at_any_step),
		SANDBOXED(removes_temporaries_on_a_signal),
		SANDBOXED(yields_to_others),
		SANDBOXED(writes_from_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
