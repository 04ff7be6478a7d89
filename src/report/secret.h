/* SPDX-License-Identifier: Apache-2.0 */
/* Values that look like credentials are never repeated in a report. What is known by
 * its shape (tokens, keys, addresses with a password) and what stands behind a name
 * that says so (DB_PASSWORD=..., --token ..., "secret": ...) is replaced. Names of
 * files, paths and addresses (*_FILE, *_PATH, *_URL), variables ($TOKEN) and empty
 * values stay. A guess: it may hide too much, and cannot know every secret. */
#ifndef DFH_REPORT_SECRET_H
#define DFH_REPORT_SECRET_H

#include "base/arena.h"

#define SECRET_HIDDEN "<hidden>"

/* Of longer texts only so many bytes are looked at, and given back. */
enum { SECRET_TEXT_MAX = 4096 };

/* True where the name of a variable, option or label says that its value is secret. */
bool secret_key(struct text key);

/* The text with such values replaced by SECRET_HIDDEN, and "..." for what is behind
 * SECRET_TEXT_MAX: t itself where nothing is, else a copy in the arena. NUL separates
 * words, as blanks do. */
struct text secret_hide(struct arena *a, struct text t);
/* The same for a value whose name is known. */
struct text secret_hide_value(struct arena *a, struct text key, struct text value);

#endif
