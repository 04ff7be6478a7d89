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

/* ---- overlay: what an owner says of images of his own ---- */
enum catalog_said {
	SAID_USER = 1 << 0,
	SAID_WORKDIR = 1 << 1,
	SAID_ENTRYPOINT = 1 << 2,
	SAID_CMD = 1 << 3,
	SAID_ENV = 1 << 4,
	SAID_EXPOSED = 1 << 5,
	SAID_VOLUMES = 1 << 6,
	SAID_STOPSIGNAL = 1 << 7,
	SAID_SHELL = 1 << 8,
	SAID_HEALTHCHECK = 1 << 9,
	SAID_ONBUILD = 1 << 10,
	SAID_WINDOWS = 1 << 11,
	SAID_ALL_CONFIG = (1 << 11) - 1
};

struct catalog_claim {
	struct text image; /* as imageref_name() gives it; with a slash and a star at its end: all images below */
	struct text like, like_tag; /* it is as that public image; without a tag: of the reference's own. Empty: not said */
	struct text family;         /* "debian12": what it is made of, whatever it is like; empty: not said */
	struct text account, home;  /* NAME:UID:GID that it is meant to run as, and the home of that; empty: not said */
	unsigned said;              /* enum catalog_said: what of these is said; of `windows` too */
	bool windows;
	struct catalog_config config;
};

/* Immutable; borrowed by whoever reads with it. */
struct catalog_overlay {
	const struct catalog_claim *claims;
	size_t nclaims;
	const struct text *mirrors; /* REGISTRY or REGISTRY/PATH under which the names of Docker Hub are found */
	size_t nmirrors;
};

/* The claim for an image: of its very name, else of the nearest path above it; NULL: none. */
const struct catalog_claim *catalog_claim_find(const struct catalog_overlay *o, struct text image);
/* The name that an image has without the mirror that it comes from: a slice of image, or image itself. */
struct text catalog_unmirrored(const struct catalog_overlay *o, struct text image);
/* The public image that a distribution's release is ("debian12" is debian, 12); false where it is none that is known. */
bool catalog_family_image(struct text family, struct text *image, struct text *tag);
/* What is known of the configuration of an image with that claim and tag (UNKNOWN: any version). Without `like`, SHELL, VOLUME, EXPOSE,
 * HEALTHCHECK, STOPSIGNAL and ONBUILD are taken as not set where nothing is said of them. New texts lie in the arena.
 * False where nothing is known. */
bool catalog_claim_config(const struct catalog_claim *c, struct maybe tag, struct arena *a, struct catalog_config *out);

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

/* ---- eol: until when the lines of an image's versions are maintained ---- */
enum catalog_life {
	CATALOG_LIFE_UNKNOWN,
	CATALOG_LIFE_DATED,   /* until eol_date */
	CATALOG_LIFE_ENDLESS, /* no end was announced */
	CATALOG_LIFE_ENDED    /* over, on a day that is not recorded */
};

struct catalog_eol {
	struct text line;     /* "3.11", "12" */
	struct text codename; /* may be empty */
	enum catalog_life life;
	struct text eol_date;          /* YYYY-MM-DD, where dated */
	struct text extended_eol_date; /* of paid or others' support; may be empty */
	struct text successor;         /* the line to take instead; empty: none newer */
	struct text as_of, source;
};

/* The line that a tag is of: the longest that it starts with, or whose code name's first word its own first word
 * is ("bookworm-slim"). Of no tag, `latest` and what names no line nothing is known: false. */
bool catalog_eol_find(struct text image, struct text tag, struct catalog_eol *out);

/* ---- packages: what is needed to build alone ---- */
struct catalog_package {
	struct text package;
	bool headers;         /* of a library: what it builds needs `runtime` */
	bool build_tool;
	struct maybe runtime; /* packages, blank-separated, that what was built with it needs; UNSET: none */
	struct text note;     /* may be empty */
	struct text as_of, source;
};

/* package: without an architecture; release: "debian12" or "debian13", of any other `runtime` is UNKNOWN. False where
 * there is no row, and where the release has no such package. */
bool catalog_package_find(struct text package, struct text release, struct catalog_package *out);

#endif
