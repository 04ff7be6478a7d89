/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/catalog.h"

#include "facts/table.h"
#include "syntax/json.h"

#include "gen/catalog_aliases.h"
#include "gen/catalog_configs.h"
#include "gen/catalog_eol.h"
#include "gen/catalog_images.h"
#include "gen/catalog_packages.h"
#include "gen/catalog_recommends.h"
#include "gen/catalog_tags.h"

bool catalog_tags_find(struct text image, struct catalog_tags *out)
{
	const struct table t = TABLE(tags, TAGS);
	size_t row = table_find(&t, image);

	*out = (struct catalog_tags){ .image = TEXT_NONE };
	if (row == NO_ROW)
		return false;
	out->image = table_cell(&t, row, TAGS_IMAGE);
	out->newest = table_cell(&t, row, TAGS_NEWEST_STABLE_VERSION);
	out->recommended_tag = table_cell(&t, row, TAGS_RECOMMENDED_TAG);
	out->latest_tag_equals = table_cell(&t, row, TAGS_LATEST_TAG_EQUALS);
	out->pin_tag = table_cell(&t, row, TAGS_PIN_TAG);
	out->supported_lines = table_cell(&t, row, TAGS_SUPPORTED_LINES);
	out->slim_tag = table_cell(&t, row, TAGS_RECOMMENDED_SLIM_TAG);
	out->alpine_tag = table_cell(&t, row, TAGS_RECOMMENDED_ALPINE_TAG);
	out->as_of = table_cell(&t, row, TAGS_AS_OF);
	out->source = table_cell(&t, row, TAGS_SOURCE);
	out->note = table_cell(&t, row, TAGS_NOTE);
	return true;
}

/* The dotted numbers that the tag starts with, without a leading "v"; empty where
 * it starts with none, or where letters follow at once ("8u504"). */
static struct text version_of(struct text tag)
{
	size_t n = 0;

	if (tag.n > 0 && tag.p[0] == 'v')
		tag = text_from(tag, 1);
	while (n < tag.n && (ascii_digit((unsigned char)tag.p[n]) || (tag.p[n] == '.' && n > 0)))
		n++;
	if (n < tag.n && ascii_alpha((unsigned char)tag.p[n]))
		return TEXT_NONE;
	return text_sub(tag, 0, n);
}

static size_t components(struct text version)
{
	size_t n = version.n > 0;

	for (size_t i = 0; i < version.n; i++)
		n += version.p[i] == '.';
	return n;
}

/* a is b, or b goes on behind a dot. */
static bool continues(struct text a, struct text b)
{
	return text_starts(b, a) && (a.n == b.n || b.p[a.n] == '.');
}

static bool same_line(const struct catalog_tags *row)
{
	struct text chosen = version_of(row->recommended_tag);
	struct text latest = version_of(row->latest_tag_equals);

	if (text_eq(row->recommended_tag, row->latest_tag_equals))
		return true;
	if (chosen.n == 0 || latest.n == 0 || (!continues(chosen, latest) && !continues(latest, chosen)))
		return false;
	return components(chosen) > 1 || components(latest) == 1 || components(version_of(row->newest)) == 1;
}

static bool moves_on(struct text tag)
{
	static const char words[][8] = { "latest", "stable", "base", "linux" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(tag, words[i]))
			return true;
	return false;
}

static enum catalog_pin_verdict decide(const struct catalog_tags *row, struct text *tag)
{
	if (text_starts(row->recommended_tag, TEXT("none")))
		return CATALOG_PIN_NOT_ADVISED;
	if (row->latest_tag_equals.n == 0)
		return CATALOG_PIN_NO_LATEST;
	*tag = row->pin_tag;
	if (tag->n == 0)
		*tag = same_line(row) ? row->recommended_tag : row->latest_tag_equals;
	return moves_on(*tag) ? CATALOG_PIN_MOVING : CATALOG_PIN_DECIDED;
}

bool catalog_pin(struct text image, struct text tag, struct catalog_pin *out)
{
	struct catalog_tags row;

	*out = (struct catalog_pin){ .verdict = CATALOG_PIN_UNKNOWN_IMAGE };
	if (catalog_tags_find(image, &row)) {
		out->as_of = row.as_of;
		out->source = row.source;
		out->note = row.note;
		out->verdict = decide(&row, &out->tag);
	}
	if (tag.n > 0 && !text_is(tag, "latest"))
		out->verdict = CATALOG_PIN_HAS_TAG;
	if (out->verdict != CATALOG_PIN_DECIDED)
		out->tag = TEXT_NONE;
	return out->verdict == CATALOG_PIN_DECIDED;
}

static struct maybe value(struct text t)
{
	if (t.n == 0)
		return maybe_unset();
	return text_is(t, "?") ? maybe_unknown() : maybe_known(t);
}

static struct maybe yes_or_no(struct text t)
{
	return text_is(t, "no") ? maybe_unset() : value(t);
}

static void read_config(const struct table *t, size_t row, struct catalog_config *out)
{
	out->user = value(table_cell(t, row, CONFIGS_USER));
	out->workdir = value(table_cell(t, row, CONFIGS_WORKDIR));
	out->entrypoint = value(table_cell(t, row, CONFIGS_ENTRYPOINT));
	out->cmd = value(table_cell(t, row, CONFIGS_CMD));
	out->env = value(table_cell(t, row, CONFIGS_ENV));
	out->exposed = value(table_cell(t, row, CONFIGS_EXPOSED));
	out->volumes = value(table_cell(t, row, CONFIGS_VOLUMES));
	out->stopsignal = value(table_cell(t, row, CONFIGS_STOPSIGNAL));
	out->shell = value(table_cell(t, row, CONFIGS_SHELL));
	out->healthcheck = yes_or_no(table_cell(t, row, CONFIGS_HEALTHCHECK));
	out->onbuild = yes_or_no(table_cell(t, row, CONFIGS_ONBUILD));
	out->as_of = table_cell(t, row, CONFIGS_AS_OF);
	out->source = table_cell(t, row, CONFIGS_SOURCE);
}

static void nothing_known(struct catalog_config *out)
{
	const struct maybe no = maybe_unknown();

	*out = (struct catalog_config){ no, no, no, no, no, no, no, no, no, no, no, TEXT_NONE, TEXT_NONE };
}

bool catalog_config_find(struct text image, struct text tag, struct catalog_config *out)
{
	const struct table t = TABLE(configs, CONFIGS);

	if (tag.n == 0)
		tag = TEXT("latest");
	for (size_t row = table_lower_bound(&t, image); row < t.rows && text_eq(table_cell(&t, row, 0), image); row++) {
		if (!table_matches(table_cell(&t, row, CONFIGS_TAGS), tag))
			continue;
		read_config(&t, row, out);
		return true;
	}
	nothing_known(out);
	return false;
}

bool catalog_list(struct maybe list, struct arena *a, const struct text **items, size_t *n)
{
	const struct word *words;
	struct text *texts;

	*items = NULL;
	*n = 0;
	if (list.state != KNOWN || json_strings(a, list.text, 0, &words, n) != JSON_STRINGS)
		return false;
	texts = ARENA_ARRAY(a, *n, struct text);
	for (size_t i = 0; i < *n; i++)
		texts[i] = words[i].value;
	*items = texts;
	return true;
}

enum maybe_state catalog_env(const struct catalog_config *config, struct arena *a, const struct catalog_env **env,
			     size_t *n)
{
	const struct text *items;
	struct catalog_env *list;

	*env = NULL;
	if (!catalog_list(config->env, a, &items, n))
		return config->env.state;
	list = ARENA_ARRAY(a, *n, struct catalog_env);
	for (size_t i = 0; i < *n; i++) {
		size_t equals = text_chr(items[i], '=', 0);
		struct text rest = text_from(items[i], equals + 1);

		list[i].key = text_sub(items[i], 0, equals);
		list[i].value = text_is(rest, "?") ? maybe_unknown() : maybe_known(rest);
	}
	*env = list;
	return KNOWN;
}

struct maybe catalog_env_get(const struct catalog_config *config, struct text key, struct arena *a)
{
	const struct catalog_env *env;
	size_t n;

	if (catalog_env(config, a, &env, &n) == UNKNOWN)
		return maybe_unknown();
	for (size_t i = 0; i < n; i++)
		if (text_eq(env[i].key, key))
			return env[i].value;
	return text_is(key, "PATH") ? maybe_known(TEXT(CATALOG_USUAL_PATH)) : maybe_unset();
}

/* The row of images.tsv that aliases.tsv names in its row `alias`. */
static size_t follow(const struct table *images, const struct table *aliases, size_t alias)
{
	return alias == NO_ROW ? NO_ROW : table_find(images, table_cell(aliases, alias, ALIASES_IMAGE));
}

static size_t find_image(const struct table *images, struct text image)
{
	const struct table aliases = TABLE(aliases, ALIASES);
	size_t row = table_find(images, image);

	if (row == NO_ROW)
		row = follow(images, &aliases, table_find(&aliases, image));
	while (row == NO_ROW && image.n > 0) {
		size_t slash = text_rchr(text_sub(image, 0, image.n - 1), '/');

		image = text_sub(image, 0, slash == TEXT_NPOS ? 0 : slash + 1);
		row = table_find_folder(images, image);
		if (row == NO_ROW)
			row = follow(images, &aliases, table_find_folder(&aliases, image));
	}
	return row;
}

static struct text first_word(struct text t)
{
	size_t n = 0;

	while (n < t.n && (ascii_alnum((unsigned char)t.p[n]) || t.p[n] == '-'))
		n++;
	return text_sub(t, 0, n);
}

bool catalog_image_find(struct text image, struct catalog_image *out)
{
	const struct table t = TABLE(images, IMAGES);
	size_t row = find_image(&t, image);

	*out = (struct catalog_image){ .windows = false };
	if (row == NO_ROW)
		return false;
	out->image = table_cell(&t, row, IMAGES_IMAGE);
	out->os_family = table_cell(&t, row, IMAGES_OS_FAMILY);
	out->family = first_word(out->os_family);
	out->package_manager = table_cell(&t, row, IMAGES_PACKAGE_MANAGER);
	out->default_user = table_cell(&t, row, IMAGES_DEFAULT_USER);
	out->nonroot_user = table_cell(&t, row, IMAGES_NONROOT_USER);
	out->shell = table_cell(&t, row, IMAGES_SHELL);
	out->other_names = table_cell(&t, row, IMAGES_OTHER_NAMES);
	out->source = table_cell(&t, row, IMAGES_SOURCE);
	out->windows = text_is(out->os_family, "windows");
	return true;
}

bool catalog_is_windows(struct text image, struct text tag)
{
	static const char in_tags[][12] = { "windows", "nanoserver", "ltsc20" };
	static const char in_names[][20] = { "windowsservercore", "nanoserver" };
	struct catalog_image row;

	for (size_t i = 0; i < sizeof(in_tags) / sizeof(*in_tags); i++)
		if (text_find(tag, text_of(in_tags[i]), 0) != TEXT_NPOS)
			return true;
	for (size_t i = 0; i < sizeof(in_names) / sizeof(*in_names); i++)
		if (text_find(image, text_of(in_names[i]), 0) != TEXT_NPOS)
			return true;
	return catalog_image_find(image, &row) && row.windows;
}

/* False for a release that the table knows nothing of. */
static bool keep_column(struct text release, size_t *column)
{
	static const struct {
		char release[12];
		size_t column;
	} columns[] = {
		{ "debian12", RECOMMENDS_KEEP_DEBIAN12 },
		{ "debian13", RECOMMENDS_KEEP_DEBIAN13 },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (text_is(release, columns[i].release)) {
			*column = columns[i].column;
			return true;
		}
	return false;
}

bool catalog_recommends_find(struct text package, struct text release, struct catalog_recommends *out)
{
	const struct table t = TABLE(recommends, RECOMMENDS);
	size_t row = table_find(&t, package), column;
	struct text keep;

	*out = (struct catalog_recommends){ .package = TEXT_NONE };
	if (row == NO_ROW || !keep_column(release, &column))
		return false;
	keep = table_cell(&t, row, column);
	if (text_is(keep, "absent") || text_is(keep, "?"))
		return false;
	out->package = table_cell(&t, row, RECOMMENDS_PACKAGE);
	out->keep = text_is(keep, "none") ? TEXT_NONE : keep;
	out->why = table_cell(&t, row, RECOMMENDS_WHY);
	out->as_of = table_cell(&t, row, RECOMMENDS_AS_OF);
	out->source = table_cell(&t, row, RECOMMENDS_SOURCE);
	return true;
}

/* --- ends of life ---------------------------------------------------------- */

/* How much of the tag the row's line, or its code name, accounts for: 0 is nothing. */
static size_t names_line(struct text tag, struct text line, struct text codename)
{
	struct text word = first_word(tag);

	word = text_sub(word, 0, text_chr(word, '-', 0));
	if (text_starts(tag, line) && (tag.n == line.n || !ascii_digit((unsigned char)tag.p[line.n])))
		return line.n;
	codename = text_sub(codename, 0, text_chr(codename, ' ', 0));
	return word.n > 0 && text_ieq(word, codename) ? word.n : 0;
}

static enum catalog_life life_of(struct text date)
{
	if (text_is(date, "none"))
		return CATALOG_LIFE_ENDLESS;
	if (text_is(date, "ended"))
		return CATALOG_LIFE_ENDED;
	return text_is(date, "?") ? CATALOG_LIFE_UNKNOWN : CATALOG_LIFE_DATED;
}

bool catalog_eol_find(struct text image, struct text tag, struct catalog_eol *out)
{
	const struct table t = TABLE(eol, EOL);
	size_t best = NO_ROW, longest = 0;
	struct text date;

	*out = (struct catalog_eol){ .line = TEXT_NONE };
	for (size_t row = table_lower_bound(&t, image); row < t.rows && text_eq(table_cell(&t, row, EOL_IMAGE), image); row++) {
		size_t n = names_line(tag, table_cell(&t, row, EOL_VERSION_LINE), table_cell(&t, row, EOL_CODENAME));

		if (n > longest)
			best = row;
		longest = n > longest ? n : longest;
	}
	if (best == NO_ROW)
		return false;
	date = table_cell(&t, best, EOL_EOL_DATE);
	out->line = table_cell(&t, best, EOL_VERSION_LINE);
	out->codename = table_cell(&t, best, EOL_CODENAME);
	out->life = life_of(date);
	out->eol_date = out->life == CATALOG_LIFE_DATED ? date : TEXT_NONE;
	out->extended_eol_date = table_cell(&t, best, EOL_EXTENDED_EOL_DATE);
	out->successor = table_cell(&t, best, EOL_SUCCESSOR);
	out->as_of = table_cell(&t, best, EOL_AS_OF);
	out->source = table_cell(&t, best, EOL_SOURCE);
	return true;
}

/* --- packages -------------------------------------------------------------- */

static struct text runtime_cell(const struct table *t, size_t row, struct text release)
{
	if (text_is(release, "debian12"))
		return table_cell(t, row, PACKAGES_RUNTIME_DEBIAN12);
	return text_is(release, "debian13") ? table_cell(t, row, PACKAGES_RUNTIME_DEBIAN13) : TEXT("?");
}

bool catalog_package_find(struct text package, struct text release, struct catalog_package *out)
{
	const struct table t = TABLE(packages, PACKAGES);
	size_t row = table_find(&t, package);
	struct text runtime;

	*out = (struct catalog_package){ .package = TEXT_NONE };
	if (row == NO_ROW)
		return false;
	runtime = runtime_cell(&t, row, release);
	if (text_is(runtime, "absent"))
		return false;
	out->package = table_cell(&t, row, PACKAGES_PACKAGE);
	out->headers = text_is(table_cell(&t, row, PACKAGES_HEADERS), "yes");
	out->build_tool = text_is(table_cell(&t, row, PACKAGES_BUILD_TOOL), "yes");
	out->runtime = text_is(runtime, "none") ? maybe_unset() : value(runtime);
	out->note = table_cell(&t, row, PACKAGES_NOTE);
	out->as_of = table_cell(&t, row, PACKAGES_AS_OF);
	out->source = table_cell(&t, row, PACKAGES_SOURCE);
	return true;
}
