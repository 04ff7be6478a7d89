/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file, `.dfharden.yaml` (docs/config.md has its keys). It is
 * ours to be strict about: what is not understood is an error with its place. */
#ifndef DFH_APP_CONFIG_H
#define DFH_APP_CONFIG_H

#include "app/options.h"
#include "facts/wish.h"
#include "facts/catalog.h"

#define CONFIG_NAME ".dfharden.yaml"
enum { CONFIG_BYTES_MAX = 1024 * 1024 };

struct config {
	struct arena arena; /* holds all that follows */
	struct text path;   /* as given */
	struct settings settings;
	bool has_max_size;
	size_t max_size; /* bytes of a Dockerfile */
	struct catalog_overlay overlay; /* images, mirrors */
	struct user_wish user;          /* account, user-form, profile */
	bool has_account, has_form, has_profile;
};

/* Fills *c from the bytes of a file; both texts are copied. An empty file sets
 * nothing. -1: "PATH:LINE:COLUMN: what is wrong" (of a long path the end). The
 * caller releases c, also then. */
int config_parse(struct config *c, struct text path, struct text yaml, struct error *e);
/* The same for the regular file at path. -1, or an enum file_problem. */
int config_load(struct config *c, const char *path, struct error *e);
void config_release(struct config *c);

/* --- finding it -------------------------------------------------------------- */

/* The path of the file in dir or its nearest ancestor that has one, never above
 * root; TEXT_NONE where there is none. Both are real paths; where root is no
 * ancestor only dir counts. A NUL follows the text. -1 where one is there that
 * cannot be looked at, or is a link that leads out of root. */
int config_nearest(const char *dir, const char *root, struct arena *a, struct text *path, struct error *e);

/* The configurations in force, each file read once. May be used by many threads;
 * what it hands out lives until it is closed. */
struct configs;

/* file: the one for everything (--config), or NULL: the nearest. Borrowed. */
struct configs *configs_open(const char *file);
void configs_close(struct configs *cs);

/* The configuration for the Dockerfile called path; NULL where there is none. The
 * search goes from its folder up to the root of the repository that it is in; in no
 * repository up to the working directory where that is an ancestor, else it stops
 * there. -1: the same error again for each Dockerfile that the file is in force for. */
int configs_for(struct configs *cs, const char *path, const struct config **out, struct error *e);

/* --- what is in force -------------------------------------------------------- */

/* --print-config, for the first path or the working directory: a configuration file
 * that says the same, with a comment behind each value that tells where it is from. */
int config_show(struct buf *out, const struct options *o, struct error *e);
/* The same for a configuration; NULL is none. */
void config_print(struct buf *out, const struct options *o, const struct config *file);

#endif
