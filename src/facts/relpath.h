/* SPDX-License-Identifier: Apache-2.0 */
/* Clean slash paths below some root: no empty, "." or ".." component, no slash
 * at either end; "." is the root itself. */
#ifndef DFH_FACTS_RELPATH_H
#define DFH_FACTS_RELPATH_H

#include "base/arena.h"
#include "base/text.h"

/* A longer path, or a deeper one, is not looked at. */
enum { RELPATH_BYTES = 4096, RELPATH_DEPTH = 128 };

/* base joined with rel. False where rel is absolute or leads above the root,
 * holds a NUL, or is over the limits. base is clean; *out is in the arena. */
bool relpath_join(struct arena *a, struct text base, struct text rel, struct text *out);

/* The same with the root as a wall, as in a COPY source: "/x" is x below the
 * base, and ".." at the base stays there. False only for NUL and the limits. */
bool relpath_below(struct arena *a, struct text base, struct text rel, struct text *out);

/* The same for base ".", into a buffer of the caller's instead of an arena. */
bool relpath_clean(struct text rel, char buffer[RELPATH_BYTES + 1], struct text *out);

bool relpath_is_root(struct text path);      /* "" or "." */
struct text relpath_dir(struct text path);   /* "." for "a" and for "." */
struct text relpath_name(struct text path);  /* the last component */
/* True where path is dir or lies below it. */
bool relpath_within(struct text dir, struct text path);

#endif
