/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/distro.h"

#include "facts/catalog.h"
#include "facts/command.h"

/* Words of a tag, between its dashes, that name a distribution. */
static const struct token {
	const char *word;
	enum distro_family family;
	const char *release;
	unsigned version;
} tokens[] = {
	{ "lenny", DISTRO_DEBIAN, "", 500 },               { "squeeze", DISTRO_DEBIAN, "", 600 },
	{ "wheezy", DISTRO_DEBIAN, "", 700 },              { "jessie", DISTRO_DEBIAN, "debian8", 800 },
	{ "stretch", DISTRO_DEBIAN, "debian9", 900 },      { "buster", DISTRO_DEBIAN, "debian10", 1000 },
	{ "bullseye", DISTRO_DEBIAN, "debian11", 1100 },   { "bookworm", DISTRO_DEBIAN, "debian12", 1200 },
	{ "trixie", DISTRO_DEBIAN, "debian13", 1300 },     { "forky", DISTRO_DEBIAN, "debian14", 1400 },
	{ "sid", DISTRO_DEBIAN, "", 0 },                   { "lucid", DISTRO_UBUNTU, "", 1004 },
	{ "precise", DISTRO_UBUNTU, "", 1204 },            { "quantal", DISTRO_UBUNTU, "", 1210 },
	{ "raring", DISTRO_UBUNTU, "", 1304 },             { "saucy", DISTRO_UBUNTU, "", 1310 },
	{ "trusty", DISTRO_UBUNTU, "ubuntu14.04", 1404 },  { "utopic", DISTRO_UBUNTU, "", 1410 },
	{ "vivid", DISTRO_UBUNTU, "", 1504 },              { "wily", DISTRO_UBUNTU, "", 1510 },
	{ "xenial", DISTRO_UBUNTU, "ubuntu16.04", 1604 },  { "bionic", DISTRO_UBUNTU, "ubuntu18.04", 1804 },
	{ "focal", DISTRO_UBUNTU, "ubuntu20.04", 2004 },   { "jammy", DISTRO_UBUNTU, "ubuntu22.04", 2204 },
	{ "noble", DISTRO_UBUNTU, "ubuntu24.04", 2404 },   { "resolute", DISTRO_UBUNTU, "ubuntu26.04", 2604 },
};

/* Starts of such words, a version behind them: alpine3.24, ubi9, ubuntu22.04. */
static const struct token prefixes[] = {
	{ "alpine", DISTRO_ALPINE, NULL, 0 },	{ "debian", DISTRO_DEBIAN, NULL, 0 },
	{ "ubuntu", DISTRO_UBUNTU, NULL, 0 },	{ "ubi", DISTRO_RHEL, NULL, 0 },
	{ "centos", DISTRO_RHEL, NULL, 0 },	{ "rockylinux", DISTRO_RHEL, NULL, 0 },
	{ "almalinux", DISTRO_RHEL, NULL, 0 },	{ "oraclelinux", DISTRO_RHEL, NULL, 0 },
	{ "amazonlinux", DISTRO_RHEL, NULL, 0 },	{ "azurelinux", DISTRO_UNKNOWN, NULL, 0 },
	{ "mariner", DISTRO_UNKNOWN, NULL, 0 },	{ "cbl", DISTRO_UNKNOWN, NULL, 0 },
	{ "fedora", DISTRO_RHEL, NULL, 0 },	{ "ol", DISTRO_RHEL, NULL, 0 },
	{ "al20", DISTRO_RHEL, NULL, 0 },		{ "el", DISTRO_RHEL, NULL, 0 },
	{ "busybox", DISTRO_UNKNOWN, NULL, 0 },	{ "distroless", DISTRO_NONE, NULL, 0 },
	{ "chiseled", DISTRO_NONE, NULL, 0 },	{ "scratch", DISTRO_NONE, NULL, 0 },
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

/* "14.04.3" is 1404, "8" is 800; 0 where it does not start with a number. */
static unsigned number_of(struct text t)
{
	unsigned part[2] = { 0, 0 };
	size_t k = 0;

	for (size_t i = 0; i < t.n && k < 2; i++) {
		if (t.p[i] == '.' && i > 0)
			k++;
		else if (ascii_digit((unsigned char)t.p[i]) && part[k] < 10000)
			part[k] = part[k] * 10 + (unsigned)(t.p[i] - '0');
		else
			break;
	}
	return part[0] * 100 + (part[1] < 100 ? part[1] : 0);
}

/* The release that facts are kept of, by its number. */
static struct text release_of(enum distro_family family, unsigned version)
{
	for (size_t i = 0; version && i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (tokens[i].family == family && (family == DISTRO_DEBIAN ? tokens[i].version / 100 == version / 100 : tokens[i].version == version))
			return text_of(tokens[i].release);
	return TEXT_NONE;
}

static bool by_prefix(struct text word, struct distro *out)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct text p = text_of(prefixes[i].word);

		if (!text_starts(word, p) || !is_version(text_from(word, p.n)))
			continue;
		out->family = prefixes[i].family;
		out->version = number_of(text_from(word, p.n));
		out->release = release_of(out->family, out->version);
		return true;
	}
	return false;
}

static bool by_word(struct text word, struct distro *out)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (text_is(word, tokens[i].word)) {
			*out = (struct distro){ tokens[i].family, text_of(tokens[i].release), tokens[i].version };
			return true;
		}
	return by_prefix(word, out);
}

/* Images whose tag is the version of the distribution itself: debian:12.5, ubuntu:22.04. */
static const char own_versions[] = "debian ubuntu alpine centos fedora rockylinux almalinux oraclelinux";

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

/* What the catalog calls it: gliderlabs/alpine is alpine. */
static struct text own_name(struct text image)
{
	struct catalog_image c;

	return catalog_image_find(image, &c) ? c.image : image;
}

struct distro distro_of(struct text image, struct text tag)
{
	struct distro d = { DISTRO_UNKNOWN, TEXT_NONE, 0 }, one;
	struct text rest = tag, word, first = TEXT_NONE;
	bool more = true, found = false;

	/* The first word that names one; but noble-chiseled has no package manager. */
	while (text_cut(&rest, '-', &word, &more)) {
		one = (struct distro){ DISTRO_UNKNOWN, TEXT_NONE, 0 };
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
	if (words_hold(own_versions, own_name(image)))
		d.version = number_of(first);
	d.release = release_of(d.family, d.version);
	return d;
}

bool distro_is_current(struct text image, struct text tag)
{
	struct catalog_tags t;
	struct text rest, line;
	bool more;

	if (!catalog_tags_find(image, &t))
		return false;
	if (!tag.n || text_is(tag, "latest"))
		return true;
	rest = t.supported_lines;
	more = rest.n > 0;
	while (text_cut(&rest, ' ', &line, &more))
		if (line.n && text_starts(tag, line) && (tag.n == line.n || !ascii_digit((unsigned char)tag.p[line.n])))
			return true;
	return false;
}
