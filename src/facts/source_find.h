/* SPDX-License-Identifier: Apache-2.0 */
/* How source.h is done: what the finders share. */
#ifndef DFH_FACTS_SOURCE_FIND_H
#define DFH_FACTS_SOURCE_FIND_H

#include "facts/source_table.h"
#include "facts/source_value.h"

#include "base/lines.h"

enum { MAX_MENTIONS = 32 };

struct finder {
	struct arena *a;
	const struct tokens *t;
	struct evaluation e;
	const struct source_rows *rows;
	struct lines lines;
	struct source *out;
	struct source_write *writes;
	struct source_port *ports;
	size_t writes_cap, ports_cap;
	struct mention {
		const char *word;
		bool there;
	} mentions[MAX_MENTIONS]; /* what was asked for already */
	size_t nmentions;
};

/* A call: its function is named by tokens [start, name], its arguments are tokens [from, to). */
struct call {
	size_t start, name, from, to;
};

/* The argument of a call, as argument() says. */
bool call_argument(const struct finder *f, const struct call *c, int n, const char *key, size_t *from,
		   size_t *to);
/* The word stands somewhere in the file. */
bool finder_mentions(struct finder *f, const char *word);

/* A finding of that value, unless it is no file. call: tokens [start, name]. */
void write_add(struct finder *f, enum call_role role, struct value v, size_t start, size_t name);

/* A database's URL without what stands before its path, and behind it. */
struct value write_path(const struct finder *f, struct value v);
/* What a program writes to that is no file of its own. */
bool write_nowhere(struct value v);

void find_write(struct finder *f, const struct call *c);
void find_port(struct finder *f, const struct call *c);
/* NAME: v, NAME = v, ['NAME'] = v at token i */
void find_key(struct finder *f, size_t i);
/* Addr: ":8080" at token i */
void find_port_key(struct finder *f, size_t i);
/* "sqlite:///x" at token i */
void find_database(struct finder *f, size_t i);

#endif
