/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_walk.h"

static bool octal(struct text t, unsigned *mode)
{
	*mode = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '7')
			return false;
		*mode = *mode * 8 + (unsigned)(t.p[i] - '0');
	}
	return t.n > 0 && t.n <= 5;
}

/* Three bits of what stands behind + - or =. */
static bool bits_of(char c, unsigned was, bool dir, unsigned *bits)
{
	switch (c) {
	case 'r':
		*bits |= 4;
		return true;
	case 'w':
		*bits |= 2;
		return true;
	case 'X':
		*bits |= dir || (was & 0111) ? 1 : 0;
		return true;
	case 'x':
		*bits |= 1;
		return true;
	case 'u':
		*bits |= was >> 6 & 7;
		return true;
	case 'g':
		*bits |= was >> 3 & 7;
		return true;
	case 'o':
		*bits |= was & 7;
		return true;
	default:
		return c == 's' || c == 't';
	}
}

static unsigned act(char op, unsigned who, unsigned bits, unsigned was)
{
	for (unsigned shift = 0; shift <= 6; shift += 3) {
		unsigned mask = 7u << shift;

		if (!(who & mask))
			continue;
		was = op == '-'   ? was & ~(bits << shift)
		      : op == '+' ? was | (bits << shift)
				  : (was & ~mask) | (bits << shift);
	}
	return was;
}

/* [ugoa]*([-+=][rwxXstugo]*)+ ; without a "who" the umask takes away nothing that we ask for. */
static bool clause(struct text t, bool dir, unsigned *mode)
{
	unsigned who = 0;
	size_t i = 0;

	for (; i < t.n && (t.p[i] == 'u' || t.p[i] == 'g' || t.p[i] == 'o' || t.p[i] == 'a'); i++)
		who |= t.p[i] == 'u' ? 0700 : t.p[i] == 'g' ? 0070 : t.p[i] == 'o' ? 0007 : 0777;
	if (i == t.n)
		return false;
	while (i < t.n) {
		unsigned bits = 0, was = *mode;
		char op = t.p[i++];

		if (op != '+' && op != '-' && op != '=')
			return false;
		for (; i < t.n && t.p[i] != '+' && t.p[i] != '-' && t.p[i] != '='; i++)
			if (!bits_of(t.p[i], was, dir, &bits))
				return false;
		*mode = act(op, who ? who : 0777, bits, was);
	}
	return true;
}

bool access_mode(struct text change, unsigned was, bool dir, unsigned *mode)
{
	struct text part;
	bool more = true;

	if (octal(change, mode))
		return true;
	*mode = was;
	while (text_cut(&change, ',', &part, &more))
		if (!clause(part, dir, mode))
			return false;
	return true;
}

bool access_is_open(unsigned mode, bool dir, bool program)
{
	if (dir)
		return (mode & 05) == 05;
	/* What runs as its owner, for others, is often not to be read. */
	if ((mode & 06000) && (mode & 01))
		return true;
	return (mode & 04) && (!program || !(mode & 0100) || (mode & 01));
}

bool access_is_program(struct text bytes)
{
	return bytes.n < 4 || text_starts(bytes, TEXT("#!")) ||
	       text_starts(bytes, TEXT("\x7F"
				       "ELF"));
}

struct text access_mode_text(struct arena *a, unsigned mode)
{
	return arena_printf(a, "%04o", mode & 07777);
}
