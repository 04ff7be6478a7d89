/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of app/builds.h: what the readers of the single formats find. */
#ifndef DFH_APP_BUILDS_CLAIMS_H
#define DFH_APP_BUILDS_CLAIMS_H

#include "app/builds.h"

enum claim_kind { CLAIM_COMPOSE, CLAIM_BAKE, CLAIM_WORKFLOW };

/* One service, target or step as it is written. */
struct claim {
	enum claim_kind kind;
	struct text folder, file; /* file with folder, both relative to root */
	size_t line;
	struct text name; /* of the service or target */
	struct maybe context, dockerfile, target;
	/* What it takes over what it does not say itself: the later, the stronger. */
	const struct text *bases;
	size_t nbases;
	struct build_name *named;
	size_t nnamed, named_cap;
	struct start_note *starts;
	size_t nstarts, starts_cap;
	bool silent; /* builds nothing; only there for those that take it over */
	bool file_from_root; /* dockerfile is relative to root, not to the context */
};

struct claims {
	struct arena *arena;
	struct claim *p;
	size_t n, cap;
	struct text folder, file; /* of the file being read */
};

/* So many of one file are looked at. */
enum { CLAIMS_OF_A_FILE = 2000 };

/* Adds a claim of the file being read. The pointer holds until the next one. */
struct claim *claims_add(struct claims *c, enum claim_kind kind, size_t line);

/* Adds a named context that the file being read gives to k. */
void claims_add_named(struct claims *c, struct claim *k, struct maybe name, size_t line);

/* Adds how the service starts its container. */
void claims_add_start(struct claims *c, struct claim *k, struct start_note note, size_t line);

/* The readers. Their slices are borrowed from bytes or are in the arena. */
void claims_read_compose(struct claims *c, struct text bytes);
void claims_read_workflow(struct claims *c, struct text bytes);
void claims_read_bake_json(struct claims *c, struct text bytes);
void claims_read_bake_hcl(struct claims *c, struct text bytes);

/* Fills in what claim i takes over from its bases and from the same name in other
 * files of the folder, all in c. */
struct claim claims_resolve(const struct claims *c, size_t i);
/* True where a later claim of the same name replaces this one (bake files). */
bool claims_replaced(const struct claims *c, size_t i);

/* Relative to root, or false where the claim says nothing about a file there.
 * The row's target and evidence are set too. */
bool claim_row(struct arena *a, const struct claim *c, struct build_row *row);

#endif
