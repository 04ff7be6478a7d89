/* SPDX-License-Identifier: Apache-2.0 */
/* What a container of a stage's image runs, and what that needs: which files it writes, whether it must be
 * root, on which ports it listens. */
#ifndef DFH_FACTS_RUNTIME_H
#define DFH_FACTS_RUNTIME_H

#include "facts/daemons.h"
#include "facts/facts.h"
#include "facts/source.h"

/* What a fact rests on: a line of the Dockerfile, a file of the context, or the catalog. */
struct reason {
	size_t item;       /* of the Dockerfile, or TEXT_NPOS */
	struct text file;  /* path in the context; empty: none */
	size_t line;       /* of that file; 0: none */
	struct text words; /* "fs.writeFileSync", "nginx, Debian 12" */
};

enum started_kind {
	STARTED_UNSEEN, /* neither its sources nor a row of the catalog tell what it does */
	STARTED_SERVER, /* a row of the catalog tells */
	STARTED_SEEN,   /* its sources are in the context, and were read */
	STARTED_SCRIPT, /* a shell script that was read; what it starts stands behind it */
	STARTED_PUBLIC, /* a package's, or installed where all users find it: made for any user */
};

struct started {
	enum started_kind kind;
	struct text name;    /* as it is started */
	struct daemon server; /* of STARTED_SERVER */
	struct reason because;
};

enum write_kind {
	WRITE_FILE,  /* the file itself, if it is there, else its folder */
	WRITE_DIR,   /* files in that folder; it is made where it is not there */
	WRITE_PARENT /* it makes the folder itself, and fails where it is there */
};

struct runtime_write {
	enum write_kind kind;
	struct text path; /* absolute and clean */
	struct reason because;
};

enum runtime_state {
	RUNTIME_UNKNOWN, /* what is started is not known (an unknown base's) */
	RUNTIME_NOTHING, /* nothing of its own */
	RUNTIME_KNOWN
};

struct runtime {
	enum runtime_state state;
	struct reason because; /* of the state */
	const struct started *programs;
	size_t nprograms;
	const struct runtime_write *writes; /* each path once; none below /tmp, /dev, /proc */
	size_t nwrites;
	const struct reason *unknown_writes; /* it writes somewhere that is not followed */
	size_t nunknown;
	bool drops;      /* gives up root by itself, or hands out to accounts of its own */
	bool needs_root; /* init, cron, sshd ... */
	struct reason root_because;
	bool home;       /* it wants a home folder that it can write to */
	struct reason home_because;
	bool workdir;    /* it may write to its working directory */
	struct reason workdir_because;
	const struct source_port *ports; /* it listens on, or may */
	size_t nports;
};

/* Of the image of a stage. Cached for the reading. */
const struct runtime *runtime_of(struct facts *f, size_t stage);

#endif
