/* SPDX-License-Identifier: Apache-2.0 */
/* data/daemons.tsv and data/drops.tsv. */
#include "facts/catalog.h"
#include "facts/daemons.h"
#include "facts/table.h"

#include "gen/catalog_daemons.h"
#include "gen/catalog_drops.h"
#include "gen/catalog_tools.h"

static enum daemon_verdict verdict_of(struct text word)
{
	static const struct {
		char word[8];
		enum daemon_verdict verdict;
	} words[] = { { "user", DAEMON_USER }, { "root", DAEMON_ROOT }, { "drops", DAEMON_DROPS } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_is(word, words[i].word))
			return words[i].verdict;
	return DAEMON_UNKNOWN;
}

static void read_row(const struct table *t, size_t row, struct daemon *out)
{
	out->program = table_cell(t, row, DAEMONS_PROGRAM);
	out->origin = table_cell(t, row, DAEMONS_ORIGIN);
	out->releases = table_cell(t, row, DAEMONS_RELEASES);
	out->verdict = verdict_of(table_cell(t, row, DAEMONS_VERDICT));
	out->account = table_cell(t, row, DAEMONS_ACCOUNT);
	out->any_account = text_is(table_cell(t, row, DAEMONS_ANY_ACCOUNT), "yes");
	out->dirs = table_cell(t, row, DAEMONS_DIRS);
	out->files = table_cell(t, row, DAEMONS_FILES);
	out->commands = table_cell(t, row, DAEMONS_COMMANDS);
	out->ports = table_cell(t, row, DAEMONS_PORTS);
	out->config = table_cell(t, row, DAEMONS_CONFIG);
	out->flags = table_cell(t, row, DAEMONS_FLAGS);
	out->when = table_cell(t, row, DAEMONS_WHEN);
	out->home = text_is(table_cell(t, row, DAEMONS_HOME), "yes");
	out->workdir = text_is(table_cell(t, row, DAEMONS_WORKDIR), "yes");
	out->hands_over = text_is(table_cell(t, row, DAEMONS_HANDS_OVER), "yes");
	out->why = table_cell(t, row, DAEMONS_WHY);
	out->source = table_cell(t, row, DAEMONS_SOURCE);
	out->as_of = table_cell(t, row, DAEMONS_AS_OF);
}

/* --- which row ------------------------------------------------------------- */

struct wanted {
	struct text packages, image, release;
	struct text own_name; /* of the image, where `image` is another name of it */
};

static bool is_version(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]) && t.p[i] != '.')
			return false;
	return true;
}

/* "debian" is any of Debian's, "debian12" that one alone. */
static bool release_fits(struct text releases, struct text release)
{
	struct text one;
	bool more = releases.n > 0;

	while (text_cut(&releases, ' ', &one, &more)) {
		if (text_eq(one, release))
			return true;
		if (text_starts(release, one) && one.n && !ascii_digit((unsigned char)one.p[one.n - 1]) &&
		    is_version(text_from(release, one.n)))
			return true;
	}
	return false;
}

/* How near a row's origin is: 0 is not at all. */
enum { NOWHERE, ANYWHERE, A_PACKAGE, THE_IMAGE };

static bool installs(struct text packages, struct text pattern)
{
	struct text one;
	bool more = packages.n > 0;

	while (text_cut(&packages, ' ', &one, &more))
		if (one.n && table_matches(pattern, one))
			return true;
	return false;
}

static int nearness(struct text origin, const struct wanted *w)
{
	const struct text mark = TEXT("image:");
	struct text one;
	bool more = origin.n > 0;
	int best = origin.n ? NOWHERE : ANYWHERE;

	while (text_cut(&origin, ' ', &one, &more)) {
		struct text name = text_from(one, mark.n);

		if (!text_starts(one, mark))
			best = best < A_PACKAGE && installs(w->packages, one) ? A_PACKAGE : best;
		else if (table_matches(name, w->image) || table_matches(name, w->own_name))
			return THE_IMAGE;
	}
	return best;
}

/* The nearest of the rows of that very name, the first of these; or NO_ROW. */
static size_t nearest(const struct table *t, struct text program, const struct wanted *w)
{
	size_t row = table_find(t, program), best = NO_ROW;
	int best_near = NOWHERE;

	for (; row < t->rows && text_eq(table_cell(t, row, DAEMONS_PROGRAM), program); row++) {
		struct text releases = table_cell(t, row, DAEMONS_RELEASES);
		int near = nearness(table_cell(t, row, DAEMONS_ORIGIN), w);

		if (near <= best_near || (releases.n && !release_fits(releases, w->release)))
			continue;
		best = row;
		best_near = near;
	}
	return best;
}

static struct text without_version(struct text program)
{
	size_t n = program.n;

	while (n && (ascii_digit((unsigned char)program.p[n - 1]) || program.p[n - 1] == '.'))
		n--;
	if (n && n < program.n && program.p[n - 1] == '-')
		n--;
	return text_sub(program, 0, n);
}

bool daemon_find(struct text program, struct text packages, struct text image, struct text release, struct daemon *out)
{
	const struct table t = TABLE(daemons, DAEMONS);
	struct wanted w = { packages, image, release, image };
	struct catalog_image known;
	size_t row;

	*out = (struct daemon){ .verdict = DAEMON_UNKNOWN };
	if (!program.n)
		return false;
	if (image.n && catalog_image_find(image, &known))
		w.own_name = known.image;
	row = nearest(&t, program, &w);
	if (row == NO_ROW)
		row = nearest(&t, without_version(program), &w);
	if (row == NO_ROW)
		return false;
	read_row(&t, row, out);
	return true;
}

struct text daemon_release(struct distro d)
{
	static const struct {
		enum distro_family family;
		char name[8];
	} names[] = {
		{ DISTRO_DEBIAN, "debian" }, { DISTRO_UBUNTU, "ubuntu" }, { DISTRO_ALPINE, "alpine" }, { DISTRO_RHEL, "rhel" },
		{ DISTRO_SUSE, "suse" },     { DISTRO_ARCH, "arch" },     { DISTRO_WOLFI, "wolfi" },
	};

	for (size_t i = 0; !d.release.n && i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].family == d.family)
			return text_of(names[i].name);
	return d.release;
}

/* --- tools ----------------------------------------------------------------- */

enum tool_needs tool_find(struct text program, struct text *why)
{
	const struct table t = TABLE(tools, TOOLS);
	size_t row = table_find(&t, program);

	*why = row == NO_ROW ? TEXT_NONE : table_cell(&t, row, TOOLS_WHY);
	if (row == NO_ROW)
		return TOOL_UNKNOWN;
	return text_is(table_cell(&t, row, TOOLS_NEEDS), "files")  ? TOOL_FILES
	       : text_is(table_cell(&t, row, TOOLS_NEEDS), "home") ? TOOL_HOME
								   : TOOL_MORE;
}

/* --- images ---------------------------------------------------------------- */

enum daemon_verdict daemon_of_image(struct text image, struct text tag, struct text *why)
{
	const struct table t = TABLE(drops, DROPS);
	struct catalog_image known;
	size_t row = table_find(&t, image);

	*why = TEXT_NONE;
	if (row == NO_ROW && image.n && catalog_image_find(image, &known)) {
		image = known.image;
		row = table_find(&t, image);
	}
	if (!tag.n)
		tag = TEXT("latest");
	for (; row < t.rows && text_eq(table_cell(&t, row, DROPS_IMAGE), image); row++)
		if (table_matches(table_cell(&t, row, DROPS_TAGS), tag)) {
			*why = table_cell(&t, row, DROPS_WHY);
			return verdict_of(table_cell(&t, row, DROPS_VERDICT));
		}
	return DAEMON_UNKNOWN;
}
