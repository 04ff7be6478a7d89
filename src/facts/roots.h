/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a download can be checked there: the certificates of public authorities, and
 * where packages come from. */
#ifndef DFH_FACTS_ROOTS_H
#define DFH_FACTS_ROOTS_H

#include "facts/facts.h"

enum roots {
	ROOTS_PRESENT,
	ROOTS_MISSING,  /* the image has none, and nothing before is seen to install them */
	ROOTS_OUTDATED, /* a release whose certificates have run out */
	ROOTS_UNKNOWN   /* the base image is not known well enough */
};

/* Before the nth command of an instruction's script. */
enum roots roots_before(struct facts *f, size_t item, size_t nth);
/* Of the base image alone. */
enum roots roots_of_base(const struct base *b);

/* The instruction that adds a package repository, or may do so, before the nth command of one; the same
 * instruction where its own commands do. TEXT_NPOS: packages come from the base's own repositories. */
size_t repository_added(struct facts *f, size_t item, size_t nth);

/* The host of an https address, or of the start of one up to a variable; empty where it is not
 * certain, has a port or credentials. */
struct text https_host(struct text address);
/* A name of the public Internet: a dotted one that is no address, in no private domain, and not
 * called as what companies keep to themselves. */
bool host_is_public(struct text host);

#endif
