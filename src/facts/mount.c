/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/mount.h"

/* The value of a key of type=cache,target=/x. */
static bool find_key(struct text options, const char *keys, struct text *value)
{
	struct text part;
	bool more = true;

	while (text_cut(&options, ',', &part, &more)) {
		size_t eq = text_chr(part, '=', 0);

		if (eq == TEXT_NPOS || !words_hold(keys, text_sub(part, 0, eq)))
			continue;
		*value = text_from(part, eq + 1);
		return true;
	}
	return false;
}

static bool lies_over(struct text target, struct text path)
{
	while (target.n > 1 && target.p[target.n - 1] == '/')
		target.n--;
	return text_eq(target, path) || text_is(target, "/") ||
	       (text_starts(path, target) && path.p[target.n] == '/');
}

static enum maybe_state covers(struct facts *f, size_t item, struct text options, struct text path)
{
	const struct state *s = facts_before(f, item);
	struct text target;
	struct maybe m;

	if (!find_key(options, "target dst destination", &target))
		return UNSET;
	m = state_expand(s, facts_arena(f), facts_doc(f), target);
	if (m.state == KNOWN)
		m = state_path(s, facts_arena(f), m.text);
	if (m.state != KNOWN)
		return UNKNOWN;
	return lies_over(m.text, path) ? KNOWN : UNSET;
}

enum maybe_state mount_covers(struct facts *f, size_t item, struct text path)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	enum maybe_state result = UNSET;

	if (text_starts(path, TEXT("~/")))
		path = ARENA_JOIN(facts_arena(f), TEXT("/root"), text_from(path, 1));
	for (size_t i = 0; i < ins->nflags && result != KNOWN; i++) {
		enum maybe_state one;

		if (!text_is(ins->flags[i].name, "mount"))
			continue;
		one = covers(f, item, ins->flags[i].value, path);
		result = one == UNSET ? result : one;
	}
	return result;
}

/* Caches of tools that are no package managers of ours. */
static const char *const other_caches[] = { "/root/.cache/go-build", "/go", "/root/.m2", "/root/.gradle", "/usr/local/cargo", "/root/.ccache" };

static bool is_others(struct text target, const struct manager *m)
{
	const struct manager *row;

	for (size_t i = 0; i < sizeof(other_caches) / sizeof(other_caches[0]); i++)
		if (lies_over(text_of(other_caches[i]), target))
			return true;
	for (size_t i = 0; (row = manager_at(i)); i++) {
		struct text rest = text_of(row->paths), path;
		bool more = rest.n > 0;

		while (row != m && row->system && text_cut(&rest, ' ', &path, &more))
			if (lies_over(path, target) || lies_over(target, path))
				return true;
	}
	return lies_over(TEXT("/var/cache/apt"), target);
}

bool mount_of_cache(struct facts *f, size_t item, const struct manager *m)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;

	for (size_t i = 0; i < ins->nflags; i++) {
		struct text type, target;

		if (!text_is(ins->flags[i].name, "mount") || !find_key(ins->flags[i].value, "type", &type) || !text_is(type, "cache"))
			continue;
		if (!find_key(ins->flags[i].value, "target dst destination", &target) || !is_others(target, m))
			return true;
	}
	return false;
}

bool mount_takes(const struct instruction *ins, const struct stages *s, size_t stage)
{
	for (size_t i = 0; i < ins->nflags; i++) {
		struct text from;

		if (text_is(ins->flags[i].name, "mount") && find_key(ins->flags[i].value, "from", &from) && stages_find(s, from) == (int)stage)
			return true;
	}
	return false;
}
