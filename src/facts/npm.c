/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/npm.h"

#include "base/js.h"

/* --- lock files ------------------------------------------------------------ */

/* What npm ci compares between package.json and the lock file. */
static const char *const compared[] = { "dependencies", "devDependencies", "optionalDependencies", "peerDependencies" };

static json_t *read_object(struct text t)
{
	json_t *v = t.n ? json_loadb(t.p, t.n, 0, NULL) : NULL;

	if (!json_is_object(v)) {
		json_decref(v);
		return NULL;
	}
	return v;
}

/* The same keys with the same values; one that is missing is empty. */
static bool same_object(const json_t *a, const json_t *b)
{
	if (json_object_size(a) == 0 && json_object_size(b) == 0)
		return (!a || json_is_object(a)) && (!b || json_is_object(b));
	return a && b && json_equal(a, b);
}

static enum npm_lock compare(const json_t *package, const json_t *lock, unsigned *version)
{
	json_int_t v = json_integer_value(json_object_get(lock, "lockfileVersion"));
	const json_t *root = json_object_get(json_object_get(lock, "packages"), "");

	*version = v > 0 && v < 100 ? (unsigned)v : 0;
	if (json_object_get(package, "workspaces"))
		return NPM_LOCK_WORKSPACES;
	if (*version < 2)
		return NPM_LOCK_OLD;
	if (!json_is_object(root))
		return NPM_LOCK_DIFFERS;
	for (size_t i = 0; i < sizeof(compared) / sizeof(compared[0]); i++)
		if (!same_object(json_object_get(package, compared[i]), json_object_get(root, compared[i])))
			return NPM_LOCK_DIFFERS;
	return NPM_LOCK_FITS;
}

enum npm_lock npm_lock_fits(struct text package, struct text lock, unsigned *version)
{
	json_t *p = read_object(package), *l = read_object(lock);
	enum npm_lock r = p && l ? compare(p, l, version) : NPM_LOCK_UNREADABLE;

	json_decref(p);
	json_decref(l);
	return r;
}

/* --- versions -------------------------------------------------------------- */

static const struct {
	unsigned node, npm;
} versions[] = { { 20, 9 }, { 16, 7 }, { 15, 7 }, { 10, 6 } };

static const char current[] =
	"latest lts current alpine slim bookworm bullseye trixie lts-alpine lts-slim current-alpine current-slim";

unsigned npm_of_base(const struct base *b)
{
	struct text tag = b->tag, word;
	unsigned major = 0;
	bool more = true;

	if (!text_is(b->name, "node") || !b->known)
		return 0;
	if (!tag.n || words_hold(current, tag))
		return versions[0].npm;
	text_cut(&tag, '-', &word, &more);
	for (size_t i = 0; i < word.n && i < 3 && ascii_digit((unsigned char)word.p[i]); i++)
		major = major * 10 + (unsigned)(word.p[i] - '0');
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (major >= versions[i].node)
			return versions[i].npm;
	return 0;
}
