/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/distro.h"

#include "facts/catalog.h"

/* Words of a tag, between its dashes, that name a distribution. */
static const struct token {
	const char *word;
	enum distro_family family;
	const char *release;
} tokens[] = {
	{ "jessie", DISTRO_DEBIAN, "debian8" },     { "stretch", DISTRO_DEBIAN, "debian9" },
	{ "buster", DISTRO_DEBIAN, "debian10" },    { "bullseye", DISTRO_DEBIAN, "debian11" },
	{ "bookworm", DISTRO_DEBIAN, "debian12" },  { "trixie", DISTRO_DEBIAN, "debian13" },
	{ "forky", DISTRO_DEBIAN, "debian14" },     { "sid", DISTRO_DEBIAN, "" },
	{ "trusty", DISTRO_UBUNTU, "ubuntu14.04" }, { "xenial", DISTRO_UBUNTU, "ubuntu16.04" },
	{ "bionic", DISTRO_UBUNTU, "ubuntu18.04" }, { "focal", DISTRO_UBUNTU, "ubuntu20.04" },
	{ "jammy", DISTRO_UBUNTU, "ubuntu22.04" },  { "noble", DISTRO_UBUNTU, "ubuntu24.04" },
	{ "resolute", DISTRO_UBUNTU, "ubuntu26.04" },
};

/* Starts of such words, a version behind them: alpine3.24, ubi9, ubuntu22.04. */
static const struct token prefixes[] = {
	{ "alpine", DISTRO_ALPINE, NULL },	{ "debian", DISTRO_DEBIAN, NULL },
	{ "ubuntu", DISTRO_UBUNTU, NULL },	{ "ubi", DISTRO_RHEL, NULL },
	{ "centos", DISTRO_RHEL, NULL },	{ "rockylinux", DISTRO_RHEL, NULL },
	{ "almalinux", DISTRO_RHEL, NULL },	{ "oraclelinux", DISTRO_RHEL, NULL },
	{ "amazonlinux", DISTRO_RHEL, NULL },	{ "azurelinux", DISTRO_UNKNOWN, NULL },
	{ "mariner", DISTRO_UNKNOWN, NULL },	{ "cbl", DISTRO_UNKNOWN, NULL },
	{ "fedora", DISTRO_RHEL, NULL },	{ "ol", DISTRO_RHEL, NULL },
	{ "al20", DISTRO_RHEL, NULL },		{ "el", DISTRO_RHEL, NULL },
	{ "busybox", DISTRO_UNKNOWN, NULL },	{ "distroless", DISTRO_NONE, NULL },
	{ "chiseled", DISTRO_NONE, NULL },	{ "scratch", DISTRO_NONE, NULL },
};

/* What the column os_family calls them. */
static const struct {
	const char *word;
	enum distro_family family;
} families[] = {
	{ "debian", DISTRO_DEBIAN }, { "ubuntu", DISTRO_UBUNTU }, { "alpine", DISTRO_ALPINE },
	{ "rhel", DISTRO_RHEL },     { "suse", DISTRO_SUSE },     { "arch", DISTRO_ARCH },
	{ "wolfi", DISTRO_WOLFI },   { "scratch", DISTRO_NONE },  { "debian(no", DISTRO_NONE },
	{ "wolfi(no", DISTRO_NONE },
};

static bool is_version(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]) && t.p[i] != '.')
			return false;
	return true;
}

static bool by_prefix(struct text word, struct distro *out)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct text p = text_of(prefixes[i].word);

		if (!text_starts(word, p) || !is_version(text_from(word, p.n)))
			continue;
		out->family = prefixes[i].family;
		return true;
	}
	return false;
}

static bool by_word(struct text word, struct distro *out)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (text_is(word, tokens[i].word)) {
			*out = (struct distro){ tokens[i].family, text_of(tokens[i].release) };
			return true;
		}
	return by_prefix(word, out);
}

/* debian:12, debian:12.5-slim, ubuntu:22.04: the version is the distribution's own. */
static const struct {
	const char *image, *version, *release;
} versions[] = {
	{ "debian", "8", "debian8" },           { "debian", "9", "debian9" },
	{ "debian", "10", "debian10" },         { "debian", "11", "debian11" },
	{ "debian", "12", "debian12" },         { "debian", "13", "debian13" },
	{ "ubuntu", "14.04", "ubuntu14.04" },   { "ubuntu", "16.04", "ubuntu16.04" },
	{ "ubuntu", "18.04", "ubuntu18.04" },   { "ubuntu", "20.04", "ubuntu20.04" },
	{ "ubuntu", "22.04", "ubuntu22.04" },   { "ubuntu", "24.04", "ubuntu24.04" },
	{ "ubuntu", "26.04", "ubuntu26.04" },   { "alpine", "2.6", "alpine2.6" },
	{ "alpine", "2.7", "alpine2.7" },       { "alpine", "3.1", "alpine3.1" },
	{ "alpine", "3.2", "alpine3.2" },
};

static struct text own_release(struct text image, struct text version)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct text v = text_of(versions[i].version);

		if (text_is(image, versions[i].image) && text_starts(version, v) &&
		    (version.n == v.n || version.p[v.n] == '.'))
			return text_of(versions[i].release);
	}
	return TEXT_NONE;
}

/* A cell that tells versions apart by number is no answer for any tag. */
static enum distro_family of_default_tag(struct text image)
{
	struct catalog_image c;

	if (!catalog_image_find(image, &c) || text_find(c.os_family, TEXT(" up to "), 0) != TEXT_NPOS ||
	    text_find(c.os_family, TEXT(" from "), 0) != TEXT_NPOS)
		return DISTRO_UNKNOWN;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (text_is(c.family, families[i].word))
			return families[i].family;
	return DISTRO_UNKNOWN;
}

struct distro distro_of(struct text image, struct text tag)
{
	struct distro d = { DISTRO_UNKNOWN, TEXT_NONE }, one;
	struct text rest = tag, word, first = TEXT_NONE;
	bool more = true, found = false;

	/* The first word that names one; but noble-chiseled has no package manager. */
	while (text_cut(&rest, '-', &word, &more)) {
		one = (struct distro){ DISTRO_UNKNOWN, TEXT_NONE };
		if (!first.p)
			first = word;
		if (!by_word(word, &one))
			continue;
		if (!found)
			d = one;
		found = true;
		if (one.family == DISTRO_NONE)
			d.family = DISTRO_NONE;
	}
	if (found)
		return d;
	d.family = of_default_tag(image);
	d.release = own_release(image, first);
	return d;
}
