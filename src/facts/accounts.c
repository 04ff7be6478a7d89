/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/accounts.h"

#include "facts/proof.h"
#include "facts/roster.h"
#include "facts/roster_words.h"

/* Stages that are looked at. It bounds the recursion through parents and COPY --from too: both lead to an earlier
 * stage. */
enum { MAX_STAGES = 256 };

/* --- the base ------------------------------------------------------------------ */

static struct text family_name(enum distro_family family)
{
	switch (family) {
	case DISTRO_DEBIAN:
		return TEXT("@debian");
	case DISTRO_UBUNTU:
		return TEXT("@ubuntu");
	case DISTRO_ALPINE:
		return TEXT("@alpine");
	case DISTRO_RHEL:
		return TEXT("@rhel");
	case DISTRO_SUSE:
		return TEXT("@suse");
	case DISTRO_ARCH:
		return TEXT("@arch");
	case DISTRO_WOLFI:
		return TEXT("@wolfi");
	default:
		return TEXT_NONE;
	}
}

static bool is_busybox(struct text image)
{
	struct catalog_image c;

	return catalog_image_find(image, &c) && text_is(c.family, "busybox");
}

/* Distroless: of its distribution's accounts it has but those in its own rows. */
static bool is_bare(struct text image)
{
	struct catalog_image c;

	if (words_match("gcr.io/distroless/* mcr.microsoft.com/*/distroless/*", image))
		return true;
	return catalog_image_find(image, &c) && text_find(c.os_family, TEXT("(no "), 0) != TEXT_NPOS;
}

/* "24.04": the number by which the table knows releases. */
static struct maybe release_number(struct arena *a, struct distro d)
{
	return d.version ? maybe_known(arena_printf(a, "%u.%02u", d.version / 100, d.version % 100)) : maybe_unknown();
}

void roster_add_image(struct roster *r, struct text image, struct maybe tag, struct distro d)
{
	struct text family = is_busybox(image) ? TEXT("@busybox") : family_name(d.family);
	bool all = true, all_of_family = true, found, left_out;
	bool bare = d.family == DISTRO_NONE || is_bare(image);

	if (family.n && !bare)
		roster_add_catalog(r, family, release_number(r->arena, d), &all_of_family);
	found = image.n && roster_add_catalog(r, image, tag, &all);
	/* What the family may have or not, the image's own rows may tell. */
	left_out = !all_of_family && !(d.family == DISTRO_UBUNTU && roster_find(r, TEXT("ubuntu")));
	if (!found || !all || left_out || (!family.n && !bare))
		r->complete = false;
}

/* What the owner says of an image of his own: NAME:UID:GID. */
static void add_claim(struct roster *r, const struct catalog_claim *c)
{
	struct account a = { .from = ACCOUNT_BASE, .item = TEXT_NPOS, .main = true, .source = TEXT("the configuration") };
	struct text rest = c->account, part[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	bool more = rest.n > 0;

	if (!c->like.n)
		r->complete = false;
	for (size_t i = 0; i < 3 && text_cut(&rest, ':', &part[i], &more); i++)
		;
	a.name = part[0];
	a.uid = account_number(part[1]);
	a.gid = account_number(part[2]);
	a.group = roster_group_name(r, a.gid);
	a.home = c->home.n ? maybe_known(c->home) : maybe_unknown();
	a.home_made = c->home.n > 0;
	roster_set(r, &a);
}

/* python:${VERSION}-slim: the image is certain, and what its tag ends in. */
static void start_any_tag(struct roster *r, const struct stage *st)
{
	struct text name, tail;
	struct distro d = { DISTRO_UNKNOWN, TEXT_NONE, 0 };

	r->complete = false;
	if (!account_base(st, &name, &tail))
		return;
	if (tail.n)
		d = distro_of(name, ARENA_JOIN(r->arena, TEXT("x"), tail));
	roster_add_image(r, name, maybe_unknown(), d);
}

static void start_base(struct roster *r, struct facts *f, size_t stage)
{
	const struct base *b = facts_base(f, stage);
	struct catalog_config config;
	struct maybe tag = maybe_known(b->tag.n ? b->tag : TEXT("latest"));
	size_t by;

	if (b->scratch)
		return;
	if (b->windows || !b->name.n) {
		start_any_tag(r, &facts_stages(f)->list[stage]);
		return;
	}
	/* A digest alone: the tag is not latest. */
	if (!b->tag.n && !b->known && catalog_config_find(b->name, tag.text, &config))
		tag = maybe_unknown();
	roster_add_image(r, b->name, tag, facts_distro(f, stage, &by));
	if (b->claim)
		add_claim(r, b->claim);
}

/* Triggers of a parent do what they want. */
static bool has_trigger(struct facts *f, size_t stage)
{
	const struct stage *st = &facts_stages(f)->list[stage];
	const struct doc *d = facts_doc(f);

	for (size_t i = st->from; i < st->end; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_ONBUILD)
			return true;
	return false;
}

/* --- stages ----------------------------------------------------------------------- */

static void read_stage(struct facts *f, size_t stage, struct accounts *out)
{
	const struct stages *stages = facts_stages(f);
	const struct doc *d = facts_doc(f);
	struct distro distro;
	struct roster r;
	size_t by;

	*out = (struct accounts){ .complete = false };
	if (stage >= MAX_STAGES)
		return;
	distro = facts_distro(f, stage, &by);
	if (stages->list[stage].parent >= 0) {
		size_t parent = (size_t)stages->list[stage].parent;

		roster_start(&r, facts_arena(f), accounts_of(f, parent));
		r.complete = r.complete && !has_trigger(f, parent);
	} else {
		roster_start(&r, facts_arena(f), NULL);
		start_base(&r, f, stage);
	}
	for (size_t i = stages->list[stage].from; i < stages->list[stage].end; i++) {
		const struct instruction *ins = d->items[i].ins;

		if (ins && ins->keyword == KW_RUN)
			roster_run(&r, f, i, distro);
		else if (ins && (ins->keyword == KW_COPY || ins->keyword == KW_ADD))
			roster_copy(&r, f, i);
	}
	*out = roster_end(&r);
}

const struct accounts *accounts_of(struct facts *f, size_t stage)
{
	void **kept = facts_kept(f, KEPT_ACCOUNTS, stage);

	if (!*kept) {
		struct accounts *a = ARENA_NEW(facts_arena(f), struct accounts);

		*kept = a;
		read_stage(f, stage, a);
	}
	return *kept;
}

/* --- questions ---------------------------------------------------------------------- */

const struct account *accounts_find(const struct accounts *a, struct text user)
{
	struct text name = text_sub(user, 0, text_chr(user, ':', 0));
	struct maybe number = account_number(name);

	if (!name.n || text_is(name, "root") || maybe_is(number, "0"))
		return NULL;
	for (size_t i = 0; i < a->n; i++)
		if (text_eq(a->list[i].name, name))
			return &a->list[i];
	for (size_t i = 0; i < a->n && number.state == KNOWN; i++)
		if (maybe_eq(a->list[i].uid, number))
			return &a->list[i];
	return NULL;
}

/* Shorter numbers are smaller: no leading zeros. */
static bool at_most(struct text number, const char *limit)
{
	struct text l = text_of(limit);

	return number.n < l.n || (number.n == l.n && text_cmp(number, l) <= 0);
}

bool accounts_taken(const struct accounts *a, struct text number)
{
	struct maybe m = account_number(number);

	/* The last two are what the kernel calls no user, in 32 and in 16 bits. */
	if (m.state != KNOWN || at_most(m.text, "999") || !at_most(m.text, "4294967293") ||
	    (!at_most(m.text, "65533") && at_most(m.text, "65535")))
		return true;
	for (size_t i = 0; i < a->n; i++)
		if (maybe_eq(a->list[i].uid, m) || maybe_eq(a->list[i].gid, m))
			return true;
	for (size_t i = 0; i < a->ngroups; i++)
		if (maybe_eq(a->groups[i].gid, m))
			return true;
	return !a->complete && at_most(m.text, "10000");
}
