/* SPDX-License-Identifier: Apache-2.0 */
#include "base/replace.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMP_TRIES = 1000, TEMP_NAME = 100, SLOTS = 128, SLOT_PATH = 1024 };

struct file_change {
	const char *name; /* as given, for messages */
	const char *path; /* without a link in it */
	size_t folder;    /* how many bytes of path name the folder, "/" at its end included */
	bool creates, done;
	struct text before, after;
	struct stat st;   /* of the file to be replaced */
	char *temp;       /* NULL: there is none */
	int slot;
};

/* The one state that all sets share, because a signal handler has no other way to
 * find the names. A path is written while its slot is CLAIMED, read while LIVE. */
enum { FREE, CLAIMED, LIVE };
static struct {
	atomic_int state;
	char path[SLOT_PATH];
} slots[SLOTS];

static int slot_take(const char *path)
{
	size_t n = strlen(path) + 1;

	for (int i = 0; i < SLOTS && n <= SLOT_PATH; i++) {
		int expected = FREE;

		if (!atomic_compare_exchange_strong(&slots[i].state, &expected, CLAIMED))
			continue;
		memcpy(slots[i].path, path, n);
		atomic_store(&slots[i].state, LIVE);
		return i;
	}
	return -1;
}

static void slot_drop(int slot)
{
	if (slot >= 0)
		atomic_store(&slots[slot].state, FREE);
}

void file_set_on_signal(void)
{
	int err = errno;

	for (int i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].state) == LIVE)
			unlink(slots[i].path);
	errno = err;
}

static bool step_fails(const struct file_set *set, const char *what)
{
	int err = set->step ? set->step(set->step_data, what) : 0;

	if (err)
		errno = err;
	return err != 0;
}

/* realpath() into the arena; NULL with errno. */
static char *real_path(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	char *copy = real ? arena_cstr(a, text_of(real)) : NULL;

	free(real);
	return copy;
}

int file_set_open(struct file_set *set, const char *root, struct error *e)
{
	*set = (struct file_set){ 0 };
	set->root = real_path(&set->arena, root);
	return set->root ? 0 : file_errno(e, errno, root, "cannot be used");
}

void file_set_close(struct file_set *set)
{
	arena_release(&set->arena);
	buf_release(&set->scratch);
	*set = (struct file_set){ 0 };
}

/* A file that does not exist has no real path, but its folder has. */
static char *real_path_new(struct arena *a, const char *path)
{
	struct text t = text_of(path), leaf;
	size_t slash = text_rchr(t, '/');
	const char *folder = ".";

	leaf = text_from(t, slash == TEXT_NPOS ? 0 : slash + 1);
	if (leaf.n == 0 || text_is(leaf, ".") || text_is(leaf, "..")) {
		errno = EISDIR;
		return NULL;
	}
	if (slash != TEXT_NPOS)
		folder = arena_cstr(a, text_sub(t, 0, slash + 1));
	folder = real_path(a, folder);
	if (!folder)
		return NULL;
	t = text_of(folder);
	return (char *)ARENA_JOIN(a, t, TEXT("/"), leaf).p + (text_is(t, "/") ? 1 : 0);
}

static bool inside(const char *root, const char *path)
{
	size_t n = strlen(root);

	return text_is(text_of(root), "/") || (strncmp(path, root, n) == 0 && path[n] == '/');
}

int file_set_add(struct file_set *set, const char *path, const struct text *before, struct text after,
		 struct error *e)
{
	struct arena *a = &set->arena;
	char *real;

	if (before && text_eq(*before, after))
		return 0;
	real = before ? real_path(a, path) : real_path_new(a, path);
	if (!real)
		return file_errno(e, errno, path, "cannot be written");
	if (!inside(set->root, real))
		return file_error(e, FILE_REFUSED, path, "is not written: it lies outside %.150s", set->root);
	set->changes = arena_grow(a, set->changes, set->n, &set->cap, sizeof(*set->changes));
	set->changes[set->n++] = (struct file_change){
		.name = arena_cstr(a, text_of(path)),
		.path = real,
		.folder = text_rchr(text_of(real), '/') + 1,
		.creates = !before,
		.before = before ? *before : TEXT_NONE,
		.after = after,
		.slot = -1,
	};
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct file_change *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Sorts, so that the order of a set does not matter, and drops repetitions. */
static int order_changes(struct file_set *set, struct error *e)
{
	size_t n = 0;

	if (set->n)
		qsort(set->changes, set->n, sizeof(*set->changes), by_path);
	for (size_t i = 0; i < set->n; i++) {
		struct file_change *c = &set->changes[i], *last = n ? &set->changes[n - 1] : NULL;

		if (!last || strcmp(last->path, c->path) != 0)
			set->changes[n++] = *c;
		else if (!text_eq(last->after, c->after))
			return file_error(e, FILE_REFUSED, c->name,
					  "is not written: %.150s is the same file, with another result",
					  last->name);
	}
	set->n = n;
	return 0;
}

/* That the target is a regular file with these bytes. */
static int check_bytes(struct file_set *set, const struct file_change *c, struct text want,
		       struct stat *st, struct error *e)
{
	int fd = file_open(c->path, c->name, false, st, e);
	int r;

	if (fd < 0)
		return fd;
	r = file_read_stat(fd, st, c->name, want.n, &set->scratch, e);
	close(fd);
	if (r == FILE_TOO_LARGE || (r == 0 && !text_eq(buf_text(&set->scratch), want)))
		return file_error(e, FILE_CHANGED, c->name, "was changed since it was read; run again");
	return r;
}

static int check_absent(const struct file_change *c, struct error *e)
{
	struct stat st;

	if (lstat(c->path, &st) == 0)
		return file_error(e, FILE_EXISTS, c->name, "is there already; run again");
	return errno == ENOENT ? 0 : file_errno(e, errno, c->name, "cannot be written");
}

static int check_target(struct file_set *set, struct file_change *c, struct error *e)
{
	int r;

	if (c->creates)
		return check_absent(c, e);
	r = check_bytes(set, c, c->before, &c->st, e);
	if (r == 0 && c->st.st_nlink > 1)
		return file_error(e, FILE_REFUSED, c->name,
				  "is not written: the file has further names (hard links), which would "
				  "keep the old text; make it a file of its own first");
	return r;
}

/* The same check once more, and that nobody gave the file another mode or owner. */
static int check_again(struct file_set *set, struct file_change *c, struct error *e)
{
	struct stat was = c->st, *is = &c->st;
	int r = check_target(set, c, e);

	if (r < 0 || c->creates)
		return r;
	if (was.st_dev != is->st_dev || was.st_ino != is->st_ino || was.st_mode != is->st_mode ||
	    was.st_uid != is->st_uid || was.st_gid != is->st_gid)
		return file_error(e, FILE_CHANGED, c->name, "was replaced since it was read; run again");
	return 0;
}

/* The path of the n-th try. A long name is cut, at the end of a UTF-8 sequence. */
static char *temp_path(struct arena *a, const struct file_change *c, int n)
{
	struct text path = text_of(c->path), name = text_from(path, c->folder);
	char end[64];

	if (name.n > TEMP_NAME)
		for (name.n = TEMP_NAME; name.n > 0 && (name.p[name.n] & 0xC0) == 0x80;)
			name.n--;
	snprintf(end, sizeof(end), ".dfharden-%ld-%d.tmp", (long)getpid(), n);
	return (char *)ARENA_JOIN(a, text_sub(path, 0, c->folder), TEXT("."), name, text_of(end)).p;
}

static int temp_open(struct file_set *set, struct file_change *c, struct error *e)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = -1;
	char *path = NULL;

	for (int i = 0; i < TEMP_TRIES && fd < 0; i++) {
		path = temp_path(&set->arena, c, i);
		fd = step_fails(set, "create") ? -1 : open(path, flags, c->creates ? 0666 : 0600);
		if (fd < 0 && errno != EEXIST && errno != EINTR)
			break;
	}
	if (fd < 0)
		return file_error(e, errno == EACCES || errno == EROFS ? FILE_PERMISSION : FILE_IO, c->name,
				  "cannot be written: no temporary file can be made in its folder: %s",
				  strerror(errno));
	c->temp = path;
	c->slot = slot_take(path);
	return fd;
}

static void temp_forget(struct file_change *c)
{
	slot_drop(c->slot);
	c->slot = -1;
	c->temp = NULL;
}

static void temp_remove(struct file_set *set, struct file_change *c)
{
	if (!c->temp)
		return;
	if (!step_fails(set, "unlink"))
		unlink(c->temp);
	temp_forget(c);
}

static int keep_owner(int fd, const struct file_change *c, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return file_errno(e, errno, c->name, "cannot be written");
	if ((st.st_uid != c->st.st_uid || st.st_gid != c->st.st_gid) &&
	    fchown(fd, c->st.st_uid, c->st.st_gid) < 0 && st.st_uid != c->st.st_uid)
		return file_error(e, FILE_PERMISSION, c->name,
				  "is not written: it belongs to another user (%ju) and would change hands; "
				  "run as that user",
				  (uintmax_t)c->st.st_uid);
	return 0;
}

static bool write_all(const struct file_set *set, int fd, struct text t)
{
	while (t.n > 0) {
		ssize_t n = step_fails(set, "write") ? -1 : write(fd, t.p, t.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			t = text_from(t, (size_t)n);
	}
	return true;
}

/* The mode comes last: fchown() and write() clear the set-user-ID bit. */
static int temp_fill(const struct file_set *set, const struct file_change *c, int fd, struct text t,
		     struct error *e)
{
	int r = c->creates ? 0 : keep_owner(fd, c, e);

	if (r < 0)
		return r;
	if (!write_all(set, fd, t) || (!c->creates && fchmod(fd, c->st.st_mode & 07777) < 0) ||
	    step_fails(set, "fsync") || fsync(fd) < 0)
		return file_errno(e, errno, c->name, "cannot be written");
	return 0;
}

static int temp_write(struct file_set *set, struct file_change *c, struct text t, struct error *e)
{
	int fd = temp_open(set, c, e);
	int r;

	if (fd < 0)
		return fd;
	r = temp_fill(set, c, fd, t, e);
	/* Some file systems tell only here that the disk or a quota is full. */
	if (close(fd) < 0 && r == 0 && errno != EINTR)
		r = file_errno(e, errno, c->name, "cannot be written");
	if (r < 0)
		temp_remove(set, c);
	return r;
}

static int rename_temp(struct file_set *set, struct file_change *c, struct error *e)
{
	if (step_fails(set, "rename") || rename(c->temp, c->path) < 0)
		return file_errno(e, errno, c->name, "cannot be replaced");
	temp_forget(c);
	return 0;
}

/* Where there are no hard links the name is claimed with an empty file: better
 * that one is left by a loss of power than that somebody's file is lost. */
static int claim_and_rename(struct file_set *set, struct file_change *c, struct error *e)
{
	int fd = open(c->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	int r;

	if (fd < 0)
		return file_errno(e, errno, c->name, "cannot be made");
	close(fd);
	r = rename_temp(set, c, e);
	if (r < 0)
		unlink(c->path);
	return r;
}

static int link_temp(struct file_set *set, struct file_change *c, struct error *e)
{
	if (!step_fails(set, "link") && link(c->temp, c->path) == 0) {
		temp_remove(set, c);
		return 0;
	}
	if (errno == EEXIST)
		return file_error(e, FILE_EXISTS, c->name, "is there already; run again");
	if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOTSUP || errno == ENOSYS)
		return claim_and_rename(set, c, e);
	return file_errno(e, errno, c->name, "cannot be made");
}

static int prepare(struct file_set *set, struct file_change *c, struct error *e)
{
	int r = check_target(set, c, e);

	return r < 0 ? r : temp_write(set, c, c->after, e);
}

static int put_in_place(struct file_set *set, struct file_change *c, struct error *e)
{
	int r = check_again(set, c, e);

	if (r == 0)
		r = c->creates ? link_temp(set, c, e) : rename_temp(set, c, e);
	c->done = r == 0;
	return r;
}

static int put_back(struct file_set *set, struct file_change *c, struct error *e)
{
	struct stat st;
	int r = check_bytes(set, c, c->after, &st, e);

	if (r < 0)
		return r;
	if (!c->creates) {
		r = temp_write(set, c, c->before, e);
		return r < 0 ? r : rename_temp(set, c, e);
	}
	if (step_fails(set, "unlink") || unlink(c->path) < 0)
		return file_errno(e, errno, c->name, "cannot be removed");
	return 0;
}

/* What is already new when a later file fails becomes old again. */
static void put_all_back(struct file_set *set, struct error *e)
{
	for (size_t i = set->n; i-- > 0;) {
		struct error second, first = *e;
		struct file_change *c = &set->changes[i];

		if (c->done && put_back(set, c, &second) < 0)
			error_set(e, "%s; already written, not put back: %s", first.message, second.message);
	}
}

static int sync_folder(struct file_set *set, const struct file_change *c, struct error *e)
{
	char *folder = arena_cstr(&set->arena, text_sub(text_of(c->path), 0, c->folder));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	/* A folder may be writable and not readable; then it cannot be flushed. */
	if (fd < 0)
		return 0;
	if (step_fails(set, "fsync-folder") || fsync(fd) < 0)
		err = errno;
	close(fd);
	/* EINVAL and the like: a file system that has no such thing. */
	if (err != EIO && err != ENOSPC && err != EDQUOT)
		return 0;
	return file_error(e, FILE_IO, c->name, "was written, but its folder could not be flushed to the disk: %s",
			  strerror(err));
}

static int sync_folders(struct file_set *set, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct file_change *c = &set->changes[i];
		struct text folder = text_sub(text_of(c->path), 0, c->folder);
		struct file_change *next = i + 1 < set->n ? c + 1 : NULL;

		if (c->done && !(next && next->folder == c->folder && text_starts(text_of(next->path), folder)) &&
		    sync_folder(set, c, e) < 0)
			r = FILE_IO;
	}
	return r;
}

int file_set_commit(struct file_set *set, struct error *e)
{
	struct error unused;
	int r = order_changes(set, e);

	for (size_t i = 0; r == 0 && i < set->n; i++)
		r = prepare(set, &set->changes[i], e);
	for (size_t i = 0; r == 0 && i < set->n; i++)
		r = put_in_place(set, &set->changes[i], e);
	if (r < 0)
		put_all_back(set, e);
	for (size_t i = 0; i < set->n; i++)
		temp_remove(set, &set->changes[i]);
	if (r < 0) {
		sync_folders(set, &unused);
		return r;
	}
	return sync_folders(set, e);
}
