/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a set of files, whole or not at all. Whatever happens, and whenever it
 * happens, each file has its old bytes or its new ones, never anything else.
 *
 * A replaced file keeps its mode and owner, and its group where the system lets
 * us; ACLs and extended attributes are not carried over. A new file never takes
 * the place of one that is there. After a kill or a loss of power in the middle,
 * some files of a set may be new and the others old, and a `.NAME.dfharden-*.tmp`
 * may lie beside one; it can be deleted. */
#ifndef DFH_BASE_REPLACE_H
#define DFH_BASE_REPLACE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

struct file_change;

struct file_set {
	struct arena arena;
	char *root;                  /* real path */
	struct file_change *changes;
	size_t n, cap;
	struct buf scratch;
	/* For tests, else NULL: called before each call that changes the disk with
	 * its name ("create" "write" "fsync" "rename" "link" "unlink"
	 * "fsync-folder"). An errno value makes that call fail; it may not return. */
	int (*step)(void *data, const char *what);
	void *step_data;
};

/* root: the folder that the files must lie in once symbolic links are followed
 * (it may be given through links itself). 0, or an enum file_problem. Close it in
 * either case. */
int file_set_open(struct file_set *set, const char *root, struct error *e);

/* Plans to give the file at path the bytes `after`. *before are the bytes that it
 * was read with; NULL says that the file does not exist, though its folder does.
 * Both texts stay the caller's and must live until the commit. Equal texts are no
 * change. A symbolic link is followed and stays; a target outside the root is
 * refused. Touches nothing on disk. 0, or an enum file_problem. */
int file_set_add(struct file_set *set, const char *path, const struct text *before, struct text after,
		 struct error *e);

/* Writes all of it. All is checked, and written to temporary files, before the
 * first file is replaced. On an error nothing is changed and no temporary file is
 * left; the message says so where that is not true: a file could not be put back,
 * or all was written but a folder not flushed. Refused besides what the system
 * refuses: a target that is not as it was read, is no regular file, has further
 * names (hard links), whose owner cannot be kept, or that two paths of the set
 * lead to with different bytes. Call it once. 0, or an enum file_problem. */
int file_set_commit(struct file_set *set, struct error *e);

void file_set_close(struct file_set *set);

/* Removes the temporary files of every set of this process (of the first 128 at a
 * time; longer paths than 1023 bytes are left). Async-signal-safe: for a handler
 * that then ends the process. */
void file_set_on_signal(void);

#endif
