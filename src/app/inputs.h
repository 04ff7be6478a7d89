/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the paths of a command line stand for. */
#ifndef DFH_APP_INPUTS_H
#define DFH_APP_INPUTS_H

#include "app/options.h"

struct input {
	const char *path; /* as it is called in messages and diffs */
	bool named;       /* given by name, not found in a folder */
	bool is_stdin;
	uintmax_t device, inode; /* 0 where it cannot be looked at */
};

struct inputs {
	struct arena arena;
	struct input *list;
	size_t n, cap;
	size_t nskipped;
	struct buf notes; /* a line for each file or folder that was skipped */
};

/* Each file once. -1: a path cannot be searched; the others are there. */
int inputs_find(struct inputs *in, const struct options *o, struct buf *errors);
void inputs_release(struct inputs *in);

#endif
