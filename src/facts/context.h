/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a build context: read-only, lazy, bounded. Looking costs one
 * listing a folder, kept by the tree; a name that the listing does not have
 * costs no system call.
 *
 * A tree is the files below one root; a context is the view of it that the build
 * of one Dockerfile gets: without what its .dockerignore leaves out. A tree and
 * its contexts are used by one thread at a time. No context (NULL) answers every
 * question with "unknown", and so does everything that cannot be looked at: a
 * folder that may not be read, one of over 100,000 entries, paths over the
 * limits of facts/relpath.h, and a question that costs too much.
 *
 * Paths are relative to the root, with slashes; "" and "." are the root. They
 * are made clean first, with the root as a wall ("/a" is "a", ".." stays in). */
#ifndef DFH_FACTS_CONTEXT_H
#define DFH_FACTS_CONTEXT_H

#include "base/arena.h"
#include "base/text.h"

struct context_tree;
struct context;

enum context_answer {
	CONTEXT_UNKNOWN,
	CONTEXT_MISSING,  /* also: left out, a dangling link */
	CONTEXT_FILE,
	CONTEXT_DIR,
	CONTEXT_LINK_OUT, /* a link that leads out of the root: never followed */
	CONTEXT_OTHER     /* FIFO, socket, device; a chain of too many links */
};

/* With link set, the path itself is a symbolic link and the rest tells of what
 * it leads to; target is that place's clean path, empty where it is not inside. */
struct context_info {
	enum context_answer answer;
	unsigned mode; /* permission bits, 07777 */
	uint64_t size; /* of a file, in bytes */
	bool link;
	struct text target; /* until the tree's next question */
};

/* ---- trees ---- */

/* A folder on disk. Nothing is opened before the first question. */
struct context_tree *context_tree_open_folder(const char *root);

/* Files in memory, borrowed until the close. Folders follow from the paths, a
 * path that ends in a slash is an empty folder, and mode 0 means 0644. A link is
 * an entry whose link is not empty. */
struct context_file {
	struct text path, bytes;
	unsigned mode;
	struct text link;
};
struct context_tree *context_tree_open_memory(const struct context_file *files, size_t n);

void context_tree_close(struct context_tree *t); /* NULL is nothing */

/* ---- views ---- */

/* The context that the build of this Dockerfile gets: its own
 * DOCKERFILE.dockerignore decides what is left out, else the root's
 * .dockerignore. dockerfile is its path in the tree, or empty where it lies
 * elsewhere. NULL for a NULL tree. Costs nothing until asked. */
struct context *context_open(struct context_tree *t, struct text dockerfile);
/* Everything in the tree. */
struct context *context_open_all(struct context_tree *t);
void context_close(struct context *c); /* NULL is nothing; the tree stays */

/* For a Dockerfile outside the tree: the bytes of the ignore file beside it.
 * To be called before the first question. */
void context_use_ignore(struct context *c, struct text bytes);

/* The ignore file in force. CONTEXT_MISSING: there is none. CONTEXT_FILE: path
 * and bytes (both as long as the context). CONTEXT_UNKNOWN: it cannot be read,
 * or docker would refuse it (bad_line is set then, and path and bytes too); the
 * context does not know then what of its tree is sent. */
struct context_ignore {
	enum context_answer answer;
	struct text path, bytes; /* path is empty for context_use_ignore() */
	size_t bad_line;
};
struct context_ignore context_ignore(struct context *c);

/* ---- questions ---- */

/* What is left out is missing; but the Dockerfile and the ignore file are always
 * sent, so these three see them. A COPY does not: see context_glob(). */
struct context_info context_stat(struct context *c, struct text path);

/* One name in a folder. A link says so and no more: ask context_stat(). */
struct context_entry {
	struct text name;
	enum context_answer answer; /* UNKNOWN for a link */
	bool link;
	unsigned mode; /* of context_list_modes(), where it is no link */
};

/* CONTEXT_DIR: what is in the folder, sorted bytewise by name, in the arena. Else
 * what the path is instead. */
enum context_answer context_list(struct context *c, struct text dir, struct arena *a,
				 const struct context_entry **entries, size_t *n);

/* The same, with the modes: for a whole folder cheaper than to ask for each name. */
enum context_answer context_list_modes(struct context *c, struct text dir, struct arena *a,
				       const struct context_entry **entries, size_t *n);

/* CONTEXT_FILE: at most max bytes of it (0: 1 MiB), in the arena; *cut tells that
 * there are more (cut may be NULL). Else what the path is instead. */
enum context_answer context_read(struct context *c, struct text path, size_t max, struct arena *a,
				 struct text *bytes, bool *cut);

/* ---- COPY and ADD sources ---- */

enum context_kind {
	CONTEXT_NONE, /* nothing there that is sent */
	CONTEXT_FILES,
	CONTEXT_DIRS,
	CONTEXT_MIXED,
	CONTEXT_UNSURE
};

struct context_match {
	enum context_kind kind;
	size_t count;
	bool wild; /* the pattern has wildcards; BuildKit lets one match nothing */
};

/* What the source of a COPY or ADD names: Go's wildcards, component by
 * component; before the first wildcard links are followed, behind it only those
 * at the very end. Not for URLs, here-documents and unexpanded variables. */
struct context_match context_glob(struct context *c, struct text pattern);
/* The same with `folder` of the tree in the place of the root. */
struct context_match context_glob_in(struct context *c, struct text folder, struct text pattern);

/* Whether ADD would unpack it. BuildKit looks at the content, not at the name:
 * a tar header whose checksum is right, plain or inside gzip, bzip2, xz or zstd.
 * We do not decompress: compressed content is YES only if the name says tar too,
 * else UNKNOWN. Folders and what is missing: NO. */
enum context_archive { CONTEXT_ARCHIVE_UNKNOWN, CONTEXT_ARCHIVE_NO, CONTEXT_ARCHIVE_YES };
enum context_archive context_archive(struct context *c, struct text path);

#endif
