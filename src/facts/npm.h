/* SPDX-License-Identifier: Apache-2.0 */
/* Whether `npm ci` would take a project's lock file (docs.npmjs.com/cli/commands/npm-ci). */
#ifndef DFH_FACTS_NPM_H
#define DFH_FACTS_NPM_H

#include "facts/facts.h"

enum npm_lock {
	NPM_LOCK_FITS,
	NPM_LOCK_OLD,     /* lockfileVersion 1 does not say what package.json asked for */
	NPM_LOCK_DIFFERS, /* package.json has other dependencies, as far as their text tells */
	NPM_LOCK_WORKSPACES,
	NPM_LOCK_UNREADABLE /* one of the two is no JSON object, or too large */
};

/* package and lock: their bytes. *version: lockfileVersion, where it is read. */
enum npm_lock npm_lock_fits(struct text package, struct text lock, unsigned *version);

/* The oldest npm that an image has: 0 where it is not known. Official images of node: the one of the
 * first release of that line (nodejs.org/en/about/previous-releases). */
unsigned npm_of_base(const struct base *b);

#endif
