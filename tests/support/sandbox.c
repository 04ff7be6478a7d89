/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sandbox.h"

#include "base/file.h"
#include "support/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS = 120, LIMIT = 1 << 20 };

static char top[SANDBOX_MAX];

/* Not in $TMPDIR: that may lie in a git repository, or where another user may not look. */
int sandbox_enter(void **state)
{
	char name[] = "/tmp/dfharden-test-XXXXXX";

	(void)state;
	alarm(SECONDS);
	if (!mkdtemp(name) || chmod(name, 0755) < 0 || chdir(name) < 0)
		return -1;
	return getcwd(top, sizeof(top)) ? 0 : -1;
}

/* rm, since trees of any depth and of any permissions are to go. */
int sandbox_leave(void **state)
{
	char command[2 * sizeof(top) + 64];

	(void)state;
	alarm(0);
	if (getuid() == 0 && seteuid(0) < 0)
		return -1;
	snprintf(command, sizeof(command), "chmod -R u+rwx '%s'; rm -rf '%s'", top, top);
	return chdir("/") < 0 || system(command) != 0;
}

const char *sandbox_top(void)
{
	return top;
}

void put(const char *path, struct text bytes)
{
	struct arena a = { 0 };
	char *folder = arena_cstr(&a, text_of(path));

	for (char *p = folder; (p = strchr(p + 1, '/')) != NULL;) {
		*p = '\0';
		mkdir(folder, 0755);
		*p = '/';
	}
	arena_release(&a);
	spit(path, bytes);
}

bool holds(const char *path, struct text bytes)
{
	struct buf b = { 0 };
	struct error e;
	bool same = file_read(path, LIMIT, &b, &e) == 0 && text_eq(buf_text(&b), bytes);

	buf_release(&b);
	return same;
}
