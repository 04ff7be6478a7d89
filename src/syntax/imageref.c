/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/imageref.h"

enum {
	PATH_MAX_BYTES = 255, /* RepositoryNameTotalLengthMax; counts "library/" even where it is left out */
	LIBRARY_BYTES = sizeof("library/") - 1,
	TAG_MAX_BYTES = 128,
	IDENTIFIER_BYTES = 64
};

static const char *const hub_hosts[] = { "docker.io", "index.docker.io", "registry-1.docker.io" };

/* github.com/opencontainers/go-digest knows these and refuses the rest. */
static const struct {
	const char *name;
	size_t digits;
} algorithms[] = { { "sha256", 64 }, { "sha384", 96 }, { "sha512", 128 } };

static bool is_hex_digit(char c)
{
	return ascii_digit((unsigned char)c) || (c >= 'a' && c <= 'f');
}

static bool is_hex(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!is_hex_digit(t.p[i]))
			return false;
	return true;
}

static bool is_path_char(char c)
{
	return (c >= 'a' && c <= 'z') || ascii_digit((unsigned char)c);
}

/* Bytes of the separator at t[i]: one of . _ __ or any number of -; else 0. */
static size_t separator(struct text t, size_t i)
{
	size_t n = 0;

	if (t.p[i] == '.')
		return 1;
	if (t.p[i] == '_')
		return i + 1 < t.n && t.p[i + 1] == '_' ? 2 : 1;
	while (i + n < t.n && t.p[i + n] == '-')
		n++;
	return n;
}

static bool valid_component(struct text t)
{
	size_t i = 0, n;

	for (;;) {
		if (i >= t.n || !is_path_char(t.p[i]))
			return false;
		while (i < t.n && is_path_char(t.p[i]))
			i++;
		if (i == t.n)
			return true;
		n = separator(t, i);
		if (n == 0)
			return false;
		i += n;
	}
}

static bool valid_path(struct text path)
{
	struct text part;
	bool more = true;

	while (text_cut(&path, '/', &part, &more))
		if (!valid_component(part))
			return false;
	return true;
}

/* The end of the bracketed IPv6 address or of the domain name that t starts with;
 * 0 where it starts with neither. */
static size_t host_end(struct text t)
{
	size_t i = 0;

	if (t.n > 0 && t.p[0] == '[') {
		for (i = 1; i < t.n && t.p[i] != ']'; i++)
			if (t.p[i] != ':' && !is_hex_digit(ascii_lower(t.p[i])))
				return 0;
		return i < t.n && i > 1 ? i + 1 : 0;
	}
	for (; i < t.n && t.p[i] != ':'; i++) {
		bool edge = i == 0 || i + 1 == t.n || t.p[i - 1] == '.' || t.p[i + 1] == '.' || t.p[i + 1] == ':';

		if (!ascii_alnum((unsigned char)t.p[i]) && (edge || (t.p[i] != '-' && t.p[i] != '.')))
			return 0;
	}
	return i;
}

static bool valid_host(struct text t)
{
	size_t i = host_end(t);

	if (i == 0)
		return false;
	if (i == t.n)
		return true;
	if (t.p[i] != ':' || i + 1 == t.n)
		return false;
	while (++i < t.n)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return true;
}

static bool valid_tag(struct text t)
{
	if (t.n == 0 || t.n > TAG_MAX_BYTES)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];

		if (!ascii_alnum((unsigned char)c) && c != '_' && (i == 0 || (c != '.' && c != '-')))
			return false;
	}
	return true;
}

static bool valid_digest(struct text t)
{
	size_t colon = text_chr(t, ':', 0);
	struct text digits;

	if (colon == TEXT_NPOS)
		return false;
	digits = text_from(t, colon + 1);
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
		if (text_is(text_sub(t, 0, colon), algorithms[i].name))
			return digits.n == algorithms[i].digits && is_hex(digits);
	return false;
}

/* The first component is a host only where it cannot be a Docker Hub namespace. */
static bool names_host(struct text first)
{
	if (text_is(first, "localhost"))
		return true;
	for (size_t i = 0; i < first.n; i++)
		if (first.p[i] == '.' || first.p[i] == ':' || ascii_upper((unsigned char)first.p[i]))
			return true;
	return false;
}

static bool on_hub(struct text registry)
{
	for (size_t i = 0; i < sizeof(hub_hosts) / sizeof(*hub_hosts); i++)
		if (text_is(registry, hub_hosts[i]))
			return true;
	return registry.n == 0;
}

static size_t chr_or_end(struct text t, char c, size_t from, size_t end)
{
	size_t at = text_chr(t, c, from);

	return at < end ? at : end;
}

/* Registry and path of the name source[0, end). A first component with a dot that is no
 * host may still be a path ("a_b.c/d"): the reference's pattern takes it so. */
static bool split_name(struct imageref *ref, size_t end)
{
	struct text name = text_sub(ref->source, 0, end);
	size_t slash = text_chr(name, '/', 0);
	struct text first = text_sub(name, 0, slash == TEXT_NPOS ? 0 : slash);
	size_t implied;

	ref->registry = TEXT_NONE;
	ref->path = name;
	if (slash != TEXT_NPOS && names_host(first) && valid_host(first)) {
		ref->registry = first;
		ref->path = text_from(name, slash + 1);
	}
	if (!valid_path(ref->path))
		return false;
	implied = on_hub(ref->registry) && !text_has(ref->path, '/') ? LIBRARY_BYTES : 0;
	return ref->path.n + implied <= PATH_MAX_BYTES;
}

bool imageref_parse(struct text t, struct imageref *out)
{
	size_t slash = text_chr(t, '/', 0), from = 0, at, colon;

	*out = (struct imageref){ .source = t };
	if (t.n == IDENTIFIER_BYTES && is_hex(t))
		return false; /* an image id */
	if (slash != TEXT_NPOS && names_host(text_sub(t, 0, slash)))
		from = slash; /* a port's colon starts no tag */
	at = chr_or_end(t, '@', from, t.n);
	colon = chr_or_end(t, ':', from, at);
	out->tag_at = (struct range){ colon, at };
	out->digest_at = (struct range){ at, t.n };
	if (colon < at)
		out->tag = text_sub(t, colon + 1, at);
	if (at < t.n)
		out->digest = text_from(t, at + 1);
	return split_name(out, colon) && (colon == at || valid_tag(out->tag)) &&
	       (at == t.n || valid_digest(out->digest));
}

struct text imageref_name(const struct imageref *ref)
{
	struct text name = text_sub(ref->source, 0, ref->tag_at.start), rest;

	if (!on_hub(ref->registry))
		return name;
	if (!text_starts(ref->path, TEXT("library/")))
		return ref->path;
	rest = text_from(ref->path, LIBRARY_BYTES);
	return text_has(rest, '/') ? ref->path : rest;
}

/* The end of the variable at t[i] == '$'; braces nest. TEXT_NPOS: never closed. */
static size_t variable_end(struct text t, size_t i)
{
	size_t depth = 0;

	i++;
	if (i >= t.n || t.p[i] != '{') {
		while (i < t.n && (ascii_alnum((unsigned char)t.p[i]) || t.p[i] == '_'))
			i++;
		return i;
	}
	for (; i < t.n; i++) {
		if (t.p[i] == '{' && t.p[i - 1] == '$')
			depth++;
		else if (t.p[i] == '}' && --depth == 0)
			return i + 1;
	}
	return TEXT_NPOS;
}

/* Where the literal parts stand; t.n where there is none. */
struct landmarks {
	size_t base;         /* behind the last slash, else 0 */
	size_t colon, at;    /* the first of each from base on; a colon behind at does not count */
	bool var_before;     /* a variable in [base, colon or at) */
	bool var_behind;     /* a variable from the colon to at */
};

static void note_variable(struct landmarks *m, size_t n)
{
	if (m->at < n)
		return;
	if (m->colon < n)
		m->var_behind = true;
	else
		m->var_before = true;
}

static bool find_landmarks(struct text t, struct landmarks *m)
{
	*m = (struct landmarks){ .colon = t.n, .at = t.n };
	for (size_t i = 0; i < t.n; i++) {
		switch (t.p[i]) {
		case '$':
			note_variable(m, t.n);
			i = variable_end(t, i);
			if (i == TEXT_NPOS)
				return false;
			i--;
			break;
		case '/':
			*m = (struct landmarks){ .base = i + 1, .colon = t.n, .at = t.n };
			break;
		case ':':
			if (m->colon == t.n && m->at == t.n)
				m->colon = i;
			break;
		case '@':
			if (m->at == t.n)
				m->at = i;
			break;
		case '\'':
		case '"':
		case '\\':
		case '`':
			return false;
		default:
			break;
		}
	}
	return true;
}

/* "${X}:0123..." may be a digest whose algorithm is at the end of X. */
static bool digest_digits(struct text t)
{
	return t.n >= 32 && is_hex(t);
}

static enum imageref_part tag_part(struct text t, const struct landmarks *m)
{
	if (m->colon == t.n)
		return m->var_before ? IMAGEREF_UNSURE : IMAGEREF_ABSENT;
	if (m->var_before && (m->var_behind || digest_digits(text_from(t, m->colon + 1))))
		return IMAGEREF_UNSURE;
	/* "host:${X}": X may be "5000/image". */
	return m->base == 0 && m->var_behind ? IMAGEREF_UNSURE : IMAGEREF_PRESENT;
}

static enum imageref_part digest_part(struct text t, const struct landmarks *m, enum imageref_part tag)
{
	if (m->at < t.n)
		return IMAGEREF_PRESENT;
	return tag == IMAGEREF_UNSURE || m->var_behind ? IMAGEREF_UNSURE : IMAGEREF_ABSENT;
}

bool imageref_split_unexpanded(struct text t, enum imageref_values values, struct imageref_split *out)
{
	struct landmarks m;

	*out = (struct imageref_split){ .tag = IMAGEREF_UNSURE, .digest = IMAGEREF_UNSURE };
	if (!find_landmarks(t, &m))
		return false;
	if (values == IMAGEREF_VALUES_PLAIN)
		m.var_before = m.var_behind = false;
	out->tag = tag_part(t, &m);
	out->digest = digest_part(t, &m, out->tag);
	out->tag_at = (struct range){ m.colon < m.at ? m.colon : m.at, m.at };
	out->digest_at = (struct range){ m.at, t.n };
	return out->tag != IMAGEREF_UNSURE;
}
