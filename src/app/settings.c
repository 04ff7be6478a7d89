/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the values of settings, wherever they stand, and putting two sets of
 * settings together. */
#include "app/config.h"
#include "app/message.h"

enum { SIZE_MOST_MIB = 1024 };

/* --- values ----------------------------------------------------------------- */

int settings_level(struct text name, enum level *level, struct error *e)
{
	struct nearest near = nearest_to(name);

	for (int l = 0; l < LEVEL_COUNT; l++) {
		if (text_is(name, level_name((enum level)l))) {
			*level = (enum level)l;
			return 0;
		}
		nearest_try(&near, level_name((enum level)l));
	}
	return message_unknown(e, "level", &near, "it is safe, harden or strict");
}

/* *known: the id in our own words, of a transform or of a part of one. */
static int id_of(struct text id, struct text *known, struct error *e)
{
	struct nearest near = nearest_to(id);
	const char *part;
	const struct transform *t = transform_of(id, &part);

	*known = t ? text_of(part ? part : t->id) : TEXT_NONE;
	if (t)
		return 0;
	for (size_t i = 0; i < transforms_count; i++) {
		nearest_try(&near, transforms[i]->id);
		for (const char *const *p = transforms[i]->parts; p && *p; p++)
			nearest_try(&near, *p);
	}
	return message_unknown(e, "transform", &near, "see dfharden list");
}

static bool has(const struct text *list, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(list[i], t))
			return true;
	return false;
}

static size_t count_ids(void)
{
	size_t n = transforms_count;

	for (size_t i = 0; i < transforms_count; i++)
		for (const char *const *p = transforms[i]->parts; p && *p; p++)
			n++;
	return n;
}

/* Each id once, so that a list is never longer than there are ids. */
int settings_ids(struct arena *a, struct text list, const struct text **ids, size_t *n, struct error *e)
{
	struct text *out = ARENA_ARRAY(a, count_ids(), struct text), part, id;
	size_t count = 0;
	bool more = true;

	while (text_cut(&list, ',', &part, &more)) {
		part = text_trim(part);
		if (part.n == 0)
			return error_set(e, "an id is missing in the list of transforms");
		if (id_of(part, &id, e) < 0)
			return -1;
		if (!has(out, count, id))
			out[count++] = id;
	}
	*ids = out;
	*n = count;
	return 0;
}

static int consequence_of(struct text name, unsigned *bit, struct error *e)
{
	struct nearest near = nearest_to(name);

	for (int c = 0; c < CHANGES_COUNT; c++) {
		*bit = 1u << c;
		if (text_is(name, consequence_name((enum consequence)c)))
			return 0;
		nearest_try(&near, consequence_name((enum consequence)c));
	}
	return message_unknown(e, "kind of change", &near,
			       "it is port, volume-owner, base-publisher or server");
}

int settings_consequences(struct text list, unsigned *bits, struct error *e)
{
	struct text part;
	unsigned bit;
	bool more = true;

	while (text_cut(&list, ',', &part, &more)) {
		part = text_trim(part);
		if (part.n == 0)
			return error_set(e, "a name is missing in the list of kinds of change");
		if (consequence_of(part, &bit, e) < 0)
			return -1;
		*bits |= bit;
	}
	return 0;
}

static bool unit_of(struct text unit, size_t *bytes)
{
	static const struct {
		const char *name;
		size_t bytes;
	} units[] = { { "", 1 }, { "KiB", 1024 }, { "MiB", 1024 * 1024 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text_iis(unit, units[i].name)) {
			*bytes = units[i].bytes;
			return true;
		}
	return false;
}

int settings_size(struct text size, size_t *bytes, struct error *e)
{
	const size_t most = (size_t)SIZE_MOST_MIB * 1024 * 1024;
	size_t at = 0, n = 0, unit;
	struct buf shown = { 0 };

	for (; at < size.n && ascii_digit((unsigned char)size.p[at]) && n <= most; at++)
		n = n * 10 + (size_t)(size.p[at] - '0');
	if (at > 0 && n > 0 && unit_of(text_trim(text_from(size, at)), &unit) && n <= most / unit) {
		*bytes = n * unit;
		return 0;
	}
	message_show(&shown, size, 40);
	error_set(e, "\"%.*s\" is no size from 1 to %dMiB; write it like 65536, 512KiB or 2MiB",
		  TEXT_FMT(buf_text(&shown)), SIZE_MOST_MIB);
	buf_release(&shown);
	return -1;
}

/* --- putting together -------------------------------------------------------- */

/* The second's, then those of the first that it does not have. */
static const struct text *join(struct arena *a, const struct text *first, size_t nfirst,
			       const struct text *second, size_t nsecond, size_t *n)
{
	struct text *all = ARENA_ARRAY(a, nfirst + nsecond + 1, struct text);

	*n = 0;
	for (size_t i = 0; i < nsecond; i++)
		all[(*n)++] = second[i];
	for (size_t i = 0; i < nfirst; i++)
		if (!has(second, nsecond, first[i]))
			all[(*n)++] = first[i];
	return all;
}

/* Within one place what is denied is denied; the later place has the last word. */
static unsigned denied(unsigned before, const struct settings *s)
{
	return (before & ~s->allow) | s->deny;
}

struct selection settings_merge(struct arena *a, const struct settings *first, const struct settings *second)
{
	static const struct settings nothing;
	const struct settings *only;
	struct selection s = { .level = LEVEL_HARDEN };

	second = second ? second : &nothing;
	only = first->only ? first : second;
	if (first->has_level || second->has_level)
		s.level = first->has_level ? first->level : second->level;
	if (first->has_style || second->has_style)
		s.style = first->has_style ? first->style : second->style;
	s.only = only->only;
	s.nonly = only->nonly;
	s.skip = join(a, first->skip, first->nskip, second->skip, second->nskip, &s.nskip);
	s.skip_all = first->skip_all || second->skip_all;
	s.deny = denied(denied(SELECTION_DENY_DEFAULT, second), first);
	return s;
}
