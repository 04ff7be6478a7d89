/* SPDX-License-Identifier: Apache-2.0 */
/* What of the files that a stage puts into its image a user other than their owner cannot read, execute or
 * reach: the modes of copied files, of unpacked archives, of what RUN makes and changes. */
#ifndef DFH_FACTS_ACCESS_H
#define DFH_FACTS_ACCESS_H

#include "facts/facts.h"

enum access_opener {
	OPEN_NEVER,  /* none that is known: to be refused */
	OPEN_CHMOD, /* `command`, appended to the RUN that makes it */
	OPEN_FLAG   /* --chmod= of the COPY or ADD: `mode` */
};

struct access_fault {
	size_t item; /* the instruction that makes it so */
	struct text path; /* of the image, absolute; a folder: all below it */
	bool tree;
	bool certain; /* false: the modes are not seen (an archive of the Internet), or what lies there is not */
	enum access_opener opener;
	struct text command, mode;
	struct text why; /* a few words: "mode 0700 in the archive", "/root is closed to others" */
	struct text owner; /* --chown= or chown gave it to that user, who can read it; empty: root */
};

struct access {
	const struct access_fault *faults; /* in the order of the file */
	size_t n;
};

/* At the end of a stage, its parents' instructions included, for a user who is neither root nor in root's group. Cached
 * for the reading. What a later instruction takes away, or opens, is not listed. */
const struct access *access_of(struct facts *f, size_t stage);

/* The members of a tar archive (plain, or inside gzip) of the context, or a zip's: their paths, clean and relative,
 * and modes. False where it cannot be read to its end (another compression, over 64 MiB unpacked, over 20,000
 * members). The bytes of a member of at most 64 KiB are kept. */
struct archive_member {
	struct text path;
	unsigned mode;
	bool dir, link;
	struct text bytes;
};
bool archive_read(struct context *c, struct text path, struct arena *a, const struct archive_member **members, size_t *n);

#endif
