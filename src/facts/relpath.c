/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/relpath.h"

#include <string.h>

bool relpath_is_root(struct text path)
{
	return path.n == 0 || text_is(path, ".");
}

struct text relpath_dir(struct text path)
{
	size_t slash = text_rchr(path, '/');

	return slash == TEXT_NPOS ? TEXT(".") : text_sub(path, 0, slash);
}

struct text relpath_name(struct text path)
{
	size_t slash = text_rchr(path, '/');

	return slash == TEXT_NPOS ? path : text_from(path, slash + 1);
}

bool relpath_within(struct text dir, struct text path)
{
	if (relpath_is_root(dir) || text_eq(dir, path))
		return true;
	return path.n > dir.n && path.p[dir.n] == '/' && text_starts(path, dir);
}

/* A path that grows by components; floor is how far ".." may take it back. */
struct climb {
	char *p;
	size_t n, floor, depth;
};

static bool climb_up(struct climb *c, bool wall)
{
	if (c->n <= c->floor)
		return wall;
	while (c->n > c->floor && c->p[c->n - 1] != '/')
		c->n--;
	if (c->n > c->floor)
		c->n--;
	c->depth--;
	return true;
}

static bool climb_add(struct climb *c, struct text part, bool wall)
{
	if (part.n == 0 || text_is(part, "."))
		return true;
	if (text_is(part, ".."))
		return climb_up(c, wall);
	if (++c->depth > RELPATH_DEPTH || c->n + part.n + 1 > RELPATH_BYTES)
		return false;
	if (c->n)
		c->p[c->n++] = '/';
	memcpy(c->p + c->n, part.p, part.n);
	c->n += part.n;
	return true;
}

static bool climb_all(struct climb *c, struct text path, bool wall)
{
	struct text part;
	bool more = true;

	while (text_cut(&path, '/', &part, &more))
		if (!climb_add(c, part, wall))
			return false;
	return true;
}

static bool join(struct text base, struct text rel, bool wall, char p[RELPATH_BYTES + 1], struct text *out)
{
	struct climb c = { p, 0, 0, 0 };

	if (text_has(rel, '\0') || !climb_all(&c, base, false))
		return false;
	c.floor = wall ? c.n : 0;
	if (!climb_all(&c, rel, wall))
		return false;
	*out = c.n ? (struct text){ p, c.n } : TEXT(".");
	return true;
}

static bool keep(struct arena *a, bool ok, struct text *out)
{
	if (ok && !text_is(*out, "."))
		*out = arena_text(a, *out);
	return ok;
}

bool relpath_join(struct arena *a, struct text base, struct text rel, struct text *out)
{
	char p[RELPATH_BYTES + 1];

	return !(rel.n && rel.p[0] == '/') && keep(a, join(base, rel, false, p, out), out);
}

bool relpath_below(struct arena *a, struct text base, struct text rel, struct text *out)
{
	char p[RELPATH_BYTES + 1];

	return keep(a, join(base, rel, true, p, out), out);
}

bool relpath_clean(struct text rel, char buffer[RELPATH_BYTES + 1], struct text *out)
{
	return join(TEXT("."), rel, true, buffer, out);
}
