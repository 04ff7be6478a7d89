/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution that an image is made of, as far as its name and tag tell. */
#ifndef DFH_FACTS_DISTRO_H
#define DFH_FACTS_DISTRO_H

#include "base/text.h"

enum distro_family {
	DISTRO_UNKNOWN,
	DISTRO_NONE, /* scratch, distroless: no package manager */
	DISTRO_DEBIAN,
	DISTRO_UBUNTU,
	DISTRO_ALPINE,
	DISTRO_RHEL, /* Fedora, CentOS, UBI, Amazon Linux ... */
	DISTRO_SUSE,
	DISTRO_ARCH,
	DISTRO_WOLFI
};

struct distro {
	enum distro_family family;
	struct text release; /* "debian12", "ubuntu22.04"; empty where it is not known, or too old for us */
	unsigned version;    /* of the release, major * 100 + minor: 1200, 2204, 320 of Alpine 3.20; 0: not known */
};

/* image: as imageref_name() gives it. An empty tag is `latest`. */
struct distro distro_of(struct text image, struct text tag);

/* The image has no tag, or one of a line that is still supported: what is in it is of our days. */
bool distro_is_current(struct text image, struct text tag);

/* The same package manager and the same /bin/sh: Ubuntu counts as Debian. */
static inline bool distro_is_debian(struct distro d)
{
	return d.family == DISTRO_DEBIAN || d.family == DISTRO_UBUNTU;
}

#endif
