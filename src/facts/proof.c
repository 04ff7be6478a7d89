/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/proof.h"

#include <string.h>

enum { MAX_LOOKED_AT = 1024 }; /* instructions; what is behind them proves nothing */

/* Which distribution has which manager of its own. */
static const struct {
	const char *manager;
	enum distro_family family;
} families[] = {
	{ "apt", DISTRO_DEBIAN }, { "apk", DISTRO_ALPINE }, { "dnf", DISTRO_RHEL },
	{ "yum", DISTRO_RHEL },   { "zypper", DISTRO_SUSE }, { "pacman", DISTRO_ARCH },
};

/* Options with which a package manager changes nothing, so that anybody may call it. */
static const char harmless[] = "-s --simulate --just-print --dry-run --recon --no-act --print-uris -d --download-only --downloadonly "
			       "--assume-no --assumeno -p --print -h --help -V --version -N -D";

/* A call of a system's own package manager that a build which succeeds has made with success. */
static bool proves(const struct package_op *op)
{
	return op->manager->system && op->command->certain && !command_has(op->command, harmless) &&
	       (op->verb == PACKAGE_INSTALL || op->verb == PACKAGE_UPDATE || op->verb == PACKAGE_UPGRADE || op->verb == PACKAGE_REMOVE);
}

static const struct package_op *proven_op(struct facts *f, size_t item)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	const struct script_facts *s;

	if (!ins || ins->keyword != KW_RUN)
		return NULL;
	s = facts_commands(f, item);
	for (size_t i = 0; i < s->nops; i++)
		if (proves(&s->ops[i]))
			return &s->ops[i];
	return NULL;
}

static enum distro_family family_of(const struct manager *m)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strcmp(families[i].manager, m->id) == 0)
			return families[i].family;
	return DISTRO_UNKNOWN;
}

struct distro facts_distro(struct facts *f, size_t stage, size_t *by)
{
	const struct stages *s = facts_stages(f);
	const struct base *b = facts_base(f, stage);
	struct distro d = { DISTRO_UNKNOWN, TEXT_NONE, 0 };
	size_t looked = 0;

	*by = TEXT_NPOS;
	if (b->name.n)
		d = distro_of(b->name, b->tag);
	for (int st = (int)stage; st >= 0 && d.family == DISTRO_UNKNOWN && !b->windows; st = s->list[st].parent)
		for (size_t i = s->list[st].from; i < s->list[st].end && d.family == DISTRO_UNKNOWN; i++) {
			const struct package_op *op = ++looked > MAX_LOOKED_AT ? NULL : proven_op(f, i);

			if (!op)
				continue;
			d.family = family_of(op->manager);
			*by = i;
		}
	return d;
}

static bool calls_as_itself(const struct package_op *op)
{
	return op && !(op->command->prefix & ~(unsigned)(PREFIX_ENV | PREFIX_EXEC));
}

/* The first RUN of [from, end) that proves it, up to a USER behind `item`. */
static size_t proof_between(struct facts *f, size_t from, size_t end, size_t item)
{
	const struct doc *d = facts_doc(f);

	for (size_t i = from, looked = 0; i < end && looked++ < MAX_LOOKED_AT; i++) {
		if (d->items[i].ins && d->items[i].ins->keyword == KW_USER && i >= item)
			break;
		if (calls_as_itself(proven_op(f, i)))
			return i;
	}
	return TEXT_NPOS;
}

/* Under the user that is in force at `item`: from the last USER, of the stage or those that it continues, to
 * the next. */
static size_t root_proof(struct facts *f, size_t item)
{
	const struct doc *d = facts_doc(f);
	const struct stages *s = facts_stages(f);

	for (int st = d->items[item].stage; st >= 0; st = s->list[st].parent) {
		size_t from = s->list[st].from, end = s->list[st].end, first = item < end ? item : end, found;

		while (first > from && (first == item || first == end || !d->items[first].ins || d->items[first].ins->keyword != KW_USER))
			first--;
		found = proof_between(f, first + 1, end, item);
		if (found != TEXT_NPOS || first > from)
			return found;
		item = s->list[st].parent >= 0 ? s->list[s->list[st].parent].end : item;
	}
	return TEXT_NPOS;
}

struct maybe facts_user(struct facts *f, size_t item, size_t *by)
{
	struct maybe user = facts_before(f, item)->user;

	*by = TEXT_NPOS;
	if (user.state != UNKNOWN)
		return user;
	*by = root_proof(f, item);
	return *by == TEXT_NPOS ? user : maybe_known(TEXT("root"));
}

bool facts_is_root(struct facts *f, size_t item, size_t *by)
{
	struct maybe user = facts_user(f, item, by);

	return user.state == UNSET ||
	       (user.state == KNOWN && words_hold("root 0 root:root 0:0 root:0 0:root", user.text));
}
