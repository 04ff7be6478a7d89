/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of facts/context.h: listings, kept, and how a path is walked. */
#ifndef DFH_FACTS_CONTEXT_TREE_H
#define DFH_FACTS_CONTEXT_TREE_H

#include "facts/context.h"
#include "facts/dockerignore.h"
#include "facts/relpath.h"

enum {
	TREE_FOLDER_ENTRIES = 100 * 1000,
	TREE_ENTRIES = 500 * 1000, /* new ones in one question */
	TREE_FOLDERS = 16 * 1024,
	TREE_KEEP_ENTRIES = 200 * 1000, /* with more, all listings are dropped before */
	TREE_KEEP_FOLDERS = 8192,       /* the next question */
	TREE_BUCKETS = 1024,
	TREE_LINKS = 40, /* in one walk */
};

enum entry_kind { ENTRY_UNASKED, ENTRY_FILE, ENTRY_DIR, ENTRY_LINK, ENTRY_OTHER, ENTRY_UNKNOWN };

/* One name of a folder. A listing may give the kind alone; `looked` tells that
 * mode, size and link are there too. */
struct tree_entry {
	const char *name;
	uint32_t n;
	uint16_t mode;
	uint8_t kind;
	bool looked;
	uint64_t size;
	const struct text *link;   /* where an ENTRY_LINK points, as written */
	const struct text *target; /* and leads, once a walk has found out */
	uint32_t at;               /* for the source: index of the file */
};

/* The listing of one folder, sorted bytewise by name. */
struct tree_folder {
	struct text path; /* clean, without links */
	bool known;       /* false: it cannot be listed */
	struct tree_entry *entries;
	size_t n;
	struct tree_folder *next;
};

/* Where a tree comes from. Folders are named without links on the way. */
struct tree_source {
	/* Fills entries and n, in the tree's arena, in any order. False: unknown. */
	bool (*list)(struct context_tree *t, struct tree_folder *f);
	/* Fills kind, mode, size, link. */
	void (*look)(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e);
	/* At most max bytes. False: unknown. */
	bool (*read)(struct context_tree *t, const struct tree_folder *f, const struct tree_entry *e,
		     size_t max, struct arena *a, struct text *bytes);
	void (*forget)(struct context_tree *t); /* the listings go */
	void (*close)(struct context_tree *t);
};

struct context_tree {
	const struct tree_source *source;
	void *own; /* the source's */
	struct arena arena;
	struct tree_folder *buckets[TREE_BUCKETS];
	struct tree_folder beyond; /* stands for all that is over the limits */
	size_t nfolders, nentries;
	size_t old_folders, old_entries; /* as the question began */
	struct arena kept; /* outlives the listings */
	bool ignore_asked; /* the root's .dockerignore, once for all views */
	struct context_ignore ignore;
	struct dockerignore rules;
};

struct context_tree *tree_open(const struct tree_source *source, void *own);
/* To be called as a question begins: what an earlier one gave may go. */
void tree_begin(struct context_tree *t);
/* Never NULL; see known. */
struct tree_folder *tree_folder(struct context_tree *t, struct text path);
struct tree_entry *tree_find(const struct tree_folder *f, struct text name);
enum entry_kind tree_kind(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e);
/* Makes sure of mode, size and link. */
void tree_look(struct context_tree *t, const struct tree_folder *f, struct tree_entry *e);

/* Where a walk ended. folder and entry: of a file, or what else is no folder. */
struct tree_place {
	struct context_info info;
	struct tree_folder *folder;
	struct tree_entry *entry;
	size_t n; /* the place's path, without links */
	char path[RELPATH_BYTES + 1];
};

/* path is clean. ignore may be NULL: links that it leaves out are missing. */
void tree_walk(struct context_tree *t, struct dockerignore *ignore, struct text path, struct tree_place *out);

static inline struct text place_path(const struct tree_place *p)
{
	return (struct text){ p->path, p->n };
}

/* How many bytes a read of a file takes at most where the caller does not say. */
enum { TREE_READ_MAX = 1024 * 1024 };

struct context {
	struct context_tree *tree;
	struct text dockerfile;
	bool all, own_given, asked;
	struct arena arena;
	struct context_ignore ignore;
	struct dockerignore own;     /* its own rules, if it has some */
	struct dockerignore *rules;  /* in force; NULL: nothing is left out */
};

/* A question begins: the rules are there, the limits count anew. */
void context_begin(struct context *c);
/* Walks to a clean path and takes what is left out for missing; `copy`: as a
 * COPY sees it, so the Dockerfile may be left out as well. */
void context_walk(struct context *c, struct text path, bool copy, struct tree_place *out);

#endif
