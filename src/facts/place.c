/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/place.h"

#include "facts/command.h"

static const char system_paths[] =
	"/ /bin /boot /dev /etc /home /lib /lib64 /proc /root /run /sbin /sys /tmp /usr /usr/bin /usr/lib "
	"/usr/local /usr/local/bin /usr/local/lib /usr/sbin /usr/share /var /var/cache /var/lib /var/lock "
	"/var/log /var/run /var/spool /var/tmp";

/* What is put there may be several programs'. */
static const char parents[] = "/media /mnt /opt /srv /usr/local/etc /usr/local/sbin /usr/local/share /usr/src /var/www";

/* Services of the system keep what is theirs there. */
static const char *const shared_below[] = { "/dev",	"/proc",    "/sys",	 "/run",     "/tmp",	  "/home",     "/var/run",
					    "/var/tmp", "/var/lock", "/var/lib", "/var/log", "/var/cache", "/var/spool", "/var/www" };

static const char *const open_below[] = { "/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/run/lock", "/var/lock" };

bool place_holds(struct text dir, struct text path)
{
	return text_starts(path, dir) && (path.n == dir.n || dir.n == 1 || path.p[dir.n] == '/');
}

static bool is_below(struct text path, const char *const *dirs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (place_holds(text_of(dirs[i]), path))
			return true;
	}
	return false;
}

bool place_is_system(struct text path)
{
	return words_hold(system_paths, path) || words_hold(parents, path);
}

bool place_is_shared(struct text path)
{
	return words_hold(system_paths, path) || is_below(path, shared_below, sizeof(shared_below) / sizeof(shared_below[0]));
}

bool place_is_open(struct text path)
{
	return is_below(path, open_below, sizeof(open_below) / sizeof(open_below[0]));
}

struct text place_parent(struct text path)
{
	size_t slash = text_rchr(path, '/');

	return slash == TEXT_NPOS || slash == 0 ? TEXT("/") : text_sub(path, 0, slash);
}
