/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of public images and of packages without asking a registry: tables in
 * data/, made into constants at build time (data/README.md says where each column is
 * from).
 *
 * `image` is always a name as imageref_name() gives it. Texts are borrowed from the
 * program itself and live for ever; those given out "in the arena" may too.
 * Nothing here has state: every function may run in any thread. */
#ifndef DFH_FACTS_CATALOG_H
#define DFH_FACTS_CATALOG_H

#include "base/arena.h"
#include "base/maybe.h"

/* ---- tags: which tags an official image has; a cell may be empty ---- */
struct catalog_tags {
	struct text image;
	struct text newest;          /* newest stable version */
	struct text recommended_tag; /* "none..." where there is none to recommend */
	struct text latest_tag_equals;
	struct text pin_tag; /* our own word where the two above lead astray */
	struct text supported_lines; /* separated by blanks */
	struct text slim_tag, alpine_tag; /* of the recommended line */
	struct text as_of;                /* YYYY-MM-DD */
	struct text source, note;
};

bool catalog_tags_find(struct text image, struct catalog_tags *out);

enum catalog_pin_verdict {
	CATALOG_PIN_DECIDED,
	CATALOG_PIN_HAS_TAG,       /* the tag given is neither empty nor "latest" */
	CATALOG_PIN_UNKNOWN_IMAGE, /* no row */
	CATALOG_PIN_NOT_ADVISED,   /* the row recommends no tag of this image; see note */
	CATALOG_PIN_NO_LATEST,     /* the row names nothing that `latest` equals */
	CATALOG_PIN_MOVING,        /* what `latest` equals is another name that moves on ("stable") */
	CATALOG_PIN_VERDICTS
};

struct catalog_pin {
	enum catalog_pin_verdict verdict;
	struct text tag;    /* where decided */
	struct text as_of;  /* where there is a row: YYYY-MM-DD */
	struct text source; /* likewise */
	struct text note;   /* likewise; may be empty */
};

/* The tag to write for an image that has none or `latest`, so that it stays what
 * `latest` meant on the day as_of: the recommended tag where that is of the same
 * line as latest_tag_equals, else the latter (or data/tags.tsv's own pin_tag).
 *
 * Same line: the versions at the start of the two tags (a leading "v" and all
 * behind the dotted numbers left out) are equal or one continues the other; and the
 * recommended one says at least major.minor, unless the image counts in single
 * numbers. A release's code name ("trixie", "p11") is a line as its number is: it
 * never becomes the next release. "stable", "base" and the like do.
 * True where decided. */
bool catalog_pin(struct text image, struct text tag, struct catalog_pin *out);

/* ---- configs: what an image hands down to FROM ---- */
/* UNSET: the image does not set it. UNKNOWN: not recorded, or differs among the tags
 * that share the row. Lists are JSON arrays of strings, as text. */
struct catalog_config {
	struct maybe user; /* unset means root */
	struct maybe workdir;
	struct maybe entrypoint, cmd; /* lists */
	struct maybe env;             /* a list of KEY=value; read it with catalog_env() */
	struct maybe exposed;         /* a list of port/protocol */
	struct maybe volumes;         /* a list */
	struct maybe stopsignal;
	struct maybe shell; /* a list */
	/* Known: there are some, the text says no more than "yes". */
	struct maybe healthcheck, onbuild;
	struct text as_of, source; /* of the row; "?" where it is not recorded */
};

/* The first row of the image whose tag patterns match; an empty tag is `latest`. (A
 * reference that has only a digest has no tag: do not ask.) False where there is
 * none: all of *out is then unknown. `scratch` is a row in which all is unset. */
bool catalog_config_find(struct text image, struct text tag, struct catalog_config *out);

struct catalog_env {
	struct text key;
	struct maybe value; /* never UNSET: UNKNOWN where the value differs, or only some of the tags set it */
};

/* The variables recorded, in order, in the arena; UNKNOWN where that is not known.
 * PATH is listed only where it is not CATALOG_USUAL_PATH. */
enum maybe_state catalog_env(const struct catalog_config *config, struct arena *a, const struct catalog_env **env,
			     size_t *n);
/* One variable. PATH is never unset: the usual one is assumed where none is listed. */
struct maybe catalog_env_get(const struct catalog_config *config, struct text key, struct arena *a);

#define CATALOG_USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The strings of a list cell, in the arena. False where the state is not KNOWN. */
bool catalog_list(struct maybe cell, struct arena *a, const struct text **items, size_t *n);

/* ---- images: what is inside ---- */
/* Cells are prose for people: they describe the default tag and name others behind
 * it ("apt (alpine: apk)"). "?" = not known, "none" = there is none. */
struct catalog_image {
	struct text image;  /* the row's own name; may end in a slash and a star */
	struct text family; /* first word of os_family: the default tag's */
	struct text os_family, package_manager, default_user;
	struct text nonroot_user; /* name:uid:gid */
	struct text shell;
	struct text other_names, source;
	bool windows; /* leave alone */
};

/* By name, by another name (data/aliases.tsv), or by the nearest row that covers
 * every image below a path. */
bool catalog_image_find(struct text image, struct catalog_image *out);

/* An image of Windows, as far as name and tag tell. */
bool catalog_is_windows(struct text image, struct text tag);

/* ---- recommends: what is missed without a Debian package's Recommends ---- */
struct catalog_recommends {
	struct text package;
	struct text keep; /* names to install beside it, comma-separated; empty: nothing is missed */
	struct text why;  /* a few words; may speak of the other release too */
	struct text as_of, source;
};

/* package: without an architecture ("curl", not "curl:amd64"); release: "debian12" or
 * "debian13", of any other nothing is known. False where there is no row, where the
 * release has no such package, and where what is missed was not verified. */
bool catalog_recommends_find(struct text package, struct text release, struct catalog_recommends *out);

#endif
