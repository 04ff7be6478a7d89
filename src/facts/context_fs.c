/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/context_tree.h"

#include "base/buf.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the listing itself tells the kind, it saves one call a name. The numbers
 * are the kernel's; the headers show their names only to GNU and BSD sources. */
#if defined(__linux__) && defined(_DIRENT_HAVE_D_TYPE)
#define LISTED_TYPE(d) ((d)->d_type)
#else
#define LISTED_TYPE(d) 0
#endif
enum { LISTED_DIR = 4, LISTED_FILE = 8, LISTED_LINK = 10 };

struct fs {
	char *root;
	int root_fd; /* -1: not open */
	bool failed;
	/* The folder that was needed last, kept open: the next name is often in it. */
	struct buf at;
	int at_fd;
};

static int open_folder(int at, struct text name, int nofollow)
{
	char cstr[RELPATH_BYTES + 1];

	if (name.n > RELPATH_BYTES)
		return -1;
	memcpy(cstr, name.p, name.n);
	cstr[name.n] = '\0';
	return openat(at, cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);
}

static int root_fd(struct fs *fs)
{
	/* The root is the user's word; a link there is followed. */
	if (fs->root_fd < 0 && !fs->failed)
		fs->root_fd = open_folder(AT_FDCWD, text_of(fs->root), 0);
	fs->failed = fs->root_fd < 0;
	return fs->root_fd;
}

/* Component by component, so that a folder that has become a link meanwhile is
 * not followed out of the root. */
static int open_path(struct fs *fs, struct text path)
{
	struct text part;
	bool more = true;
	int root = root_fd(fs), fd = root, next;

	if (root < 0 || text_is(path, "."))
		return root < 0 ? -1 : open_folder(root, TEXT("."), 0);
	while (fd >= 0 && text_cut(&path, '/', &part, &more)) {
		next = open_folder(fd, part, O_NOFOLLOW);
		if (fd != root)
			close(fd);
		fd = next;
	}
	return fd;
}

static void drop_folder(struct fs *fs)
{
	if (fs->at_fd >= 0)
		close(fs->at_fd);
	fs->at_fd = -1;
}

static int folder_fd(struct fs *fs, struct text path)
{
	if (fs->at_fd >= 0 && text_eq(buf_text(&fs->at), path))
		return fs->at_fd;
	drop_folder(fs);
	buf_clear(&fs->at);
	buf_add(&fs->at, path);
	fs->at_fd = open_path(fs, path);
	return fs->at_fd;
}

static int open_to_list(struct fs *fs, struct text path)
{
	int parent;

	if (text_is(path, "."))
		return open_path(fs, path);
	parent = folder_fd(fs, relpath_dir(path));
	return parent < 0 ? -1 : open_folder(parent, relpath_name(path), O_NOFOLLOW);
}

static uint8_t kind_of_type(int type)
{
	return type == LISTED_DIR ? ENTRY_DIR : type == LISTED_FILE ? ENTRY_FILE :
	       type == LISTED_LINK ? ENTRY_LINK : ENTRY_UNASKED;
}

/* The names go to one run of bytes first: how many there are is not known, and
 * an arena does not take back what was outgrown. */
struct listing {
	struct buf names;
	struct tree_entry *entries;
	size_t n, cap;
};

static void add_entry(struct listing *l, const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	if (n == 0 || strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
		return;
	mem_grow(&l->entries, &l->cap, l->n + 1, sizeof(*l->entries));
	l->entries[l->n++] = (struct tree_entry){ .n = (uint32_t)n, .kind = kind_of_type(LISTED_TYPE(d)) };
	buf_add(&l->names, (struct text){ d->d_name, n });
}

static bool read_names(DIR *dir, struct listing *l)
{
	struct dirent *d;

	while (l->n <= TREE_FOLDER_ENTRIES && (errno = 0, d = readdir(dir)) != NULL)
		add_entry(l, d);
	return l->n <= TREE_FOLDER_ENTRIES && errno == 0;
}

static void keep(struct context_tree *t, const struct listing *l, struct tree_folder *f)
{
	const char *name = arena_text(&t->arena, buf_text(&l->names)).p;

	f->entries = ARENA_ARRAY(&t->arena, l->n, struct tree_entry);
	f->n = l->n;
	for (size_t i = 0; i < l->n; i++) {
		f->entries[i] = l->entries[i];
		f->entries[i].name = name;
		name += l->entries[i].n;
	}
}

static bool fs_list(struct context_tree *t, struct tree_folder *f)
{
	struct listing l = { 0 };
	int fd = open_to_list(t->own, f->path);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	bool ok;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = read_names(dir, &l);
	if (ok && l.n)
		keep(t, &l, f);
	closedir(dir);
	buf_release(&l.names);
	mem_free(l.entries);
	return ok;
}

static const char *entry_cstr(const struct tree_entry *e, char name[RELPATH_BYTES + 1])
{
	if (e->n > RELPATH_BYTES)
		return "";
	memcpy(name, e->name, e->n);
	name[e->n] = '\0';
	return name;
}

static void look_link(struct context_tree *t, int fd, const char *name, struct tree_entry *e)
{
	char target[RELPATH_BYTES + 1];
	ssize_t n = readlinkat(fd, name, target, sizeof(target));
	struct text *link;

	if (n <= 0 || n > RELPATH_BYTES)
		return;
	link = ARENA_NEW(&t->arena, struct text);
	*link = arena_text(&t->arena, (struct text){ target, (size_t)n });
	e->link = link;
}

static void fs_look(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e)
{
	char name[RELPATH_BYTES + 1];
	struct stat st;
	int fd = folder_fd(t->own, f->path);

	e->kind = ENTRY_UNKNOWN;
	if (fd < 0 || fstatat(fd, entry_cstr(e, name), &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	e->mode = (uint16_t)(st.st_mode & 07777);
	e->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	e->kind = S_ISDIR(st.st_mode) ? ENTRY_DIR : S_ISREG(st.st_mode) ? ENTRY_FILE :
		  S_ISLNK(st.st_mode) ? ENTRY_LINK : ENTRY_OTHER;
	if (e->kind == ENTRY_LINK)
		look_link(t, fd, name, e);
}

static bool read_all(int fd, size_t max, struct buf *b)
{
	ssize_t got = 1;

	while (b->n < max && got != 0) {
		size_t want = max - b->n < 65536 ? max - b->n : 65536;

		buf_reserve(b, want);
		got = read(fd, b->p + b->n, want);
		if (got < 0 && errno != EINTR)
			return false;
		b->n += got > 0 ? (size_t)got : 0;
	}
	return true;
}

static bool fs_read(struct context_tree *t, const struct tree_folder *f, const struct tree_entry *e,
		    size_t max, struct arena *a, struct text *bytes)
{
	char name[RELPATH_BYTES + 1];
	struct buf b = { 0 };
	struct stat st;
	int dir = folder_fd(t->own, f->path), fd;
	bool ok;

	if (dir < 0)
		return false;
	/* It may have become a FIFO since it was looked at. */
	fd = openat(dir, entry_cstr(e, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_all(fd, max, &b);
	if (ok)
		*bytes = arena_text(a, buf_text(&b));
	buf_release(&b);
	close(fd);
	return ok;
}

static void fs_forget(struct context_tree *t)
{
	drop_folder(t->own);
}

static void fs_close(struct context_tree *t)
{
	struct fs *fs = t->own;

	drop_folder(fs);
	if (fs->root_fd >= 0)
		close(fs->root_fd);
	buf_release(&fs->at);
	mem_free(fs->root);
	mem_free(fs);
}

struct context_tree *context_tree_open_folder(const char *root)
{
	static const struct tree_source source = { fs_list, fs_look, fs_read, fs_forget, fs_close };
	struct fs *fs = mem_zalloc(sizeof(*fs));

	fs->root = mem_strdup(root);
	fs->root_fd = -1;
	fs->at_fd = -1;
	return tree_open(&source, fs);
}
