/* SPDX-License-Identifier: Apache-2.0 */
/* Tools of the command line, and java: what they are told to write is among their arguments. */
#include "facts/runtime_walk.h"

#include "base/buf.h"
#include "facts/place.h"

/* What stands there is read. */
static bool is_read_only_place(struct text path)
{
	static const char *const places[] = { "/etc", "/usr", "/lib", "/lib64", "/bin", "/sbin", "/sys" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (place_holds(text_of(places[i]), path))
			return true;
	return place_is_open(path);
}

/* -i IN, --config=FILE: it reads that. */
static bool names_input(struct text option)
{
	return words_hold("-i -in --in --input -c --config --conf --load --from", option) ||
	       text_find(option, TEXT("config"), 0) != TEXT_NPOS;
}

/* The context, or the file itself, puts something to that path, or below it. */
static bool is_given(struct walk *w, struct text path)
{
	const struct copied *c = copied_files(w->f, w->stage);

	if (made_file(w->f, w->stage, path).kind == MADE_BYTES)
		return true;
	for (size_t i = 0; i < c->n; i++)
		if (c->files[i].target.n && place_holds(path, c->files[i].target))
			return true;
	return false;
}

static bool is_volume(struct walk *w, struct text path)
{
	const struct image *image = facts_image(w->f, w->stage);

	for (size_t i = 0; i < image->n; i++)
		if (image->traits[i].aspect == ASPECT_VOLUMES && text_eq(image->traits[i].key, path))
			return true;
	return false;
}

/* The file is in that folder; what has no dot in the root, or is a volume, is one. */
static struct text folder_of(struct walk *w, struct text path, bool slash)
{
	if (slash || is_volume(w, path) || (text_is(place_parent(path), "/") && !text_has(path, '.')))
		return path;
	return place_parent(path);
}

static void argument(struct walk *w, struct text name, struct text front, struct text arg)
{
	size_t eq = text_chr(arg, '=', 0);
	struct maybe path;
	struct text dir;

	if (eq != TEXT_NPOS) {
		front = text_sub(arg, 0, eq);
		arg = text_from(arg, eq + 1);
	}
	/* What holds blanks is a program of the tool's own language, or a sentence. */
	if (!text_starts(arg, TEXT("/")) || text_has(arg, ' ') || text_has(arg, ':') || names_input(front))
		return;
	path = walk_absolute(w, arg);
	if (path.state != KNOWN || text_is(path.text, "/") || is_read_only_place(path.text) || is_given(w, path.text))
		return;
	dir = folder_of(w, path.text, text_ends(arg, TEXT("/")));
	if (place_is_system(dir))
		walk_unknown(w, reason_with(w->because, ARENA_JOIN(w->a, name, TEXT(" "), arg)));
	else
		walk_write(w, WRITE_DIR, dir, reason_with(w->because, ARENA_JOIN(w->a, name, TEXT(" "), arg)));
}

void walk_tool_arguments(struct walk *w, struct text name, const struct text *args, size_t n)
{
	for (size_t i = 0; i < n; i++)
		argument(w, name, i ? args[i - 1] : TEXT_NONE, args[i]);
}

/* --- java ------------------------------------------------------------------ */

/* Options that name what is read. */
static bool names_reading(struct text option)
{
	static const char *const parts[] = { "Store", "store", "onfig", "egd", "policy", "agent", "-cp", "home", "path", "Path" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (text_find(option, text_of(parts[i]), 0) != TEXT_NPOS)
			return true;
	return false;
}

static void java_option(struct walk *w, struct text option)
{
	size_t path = text_find(option, TEXT("=/"), 0);
	struct text key = text_sub(option, 0, path);

	if (path == TEXT_NPOS)
		return;
	if (text_is(key, "-Djava.io.tmpdir"))
		walk_write_at(w, WRITE_DIR, text_from(option, path + 1), reason_with(w->because, key));
	else if (!names_reading(key))
		walk_unknown(w, reason_with(w->because, ARENA_JOIN(w->a, TEXT("a path in an option of java: "), key)));
}

static void java_options(struct walk *w, struct text options)
{
	struct text option;
	bool more = true;

	while (options.n && text_cut(&options, ' ', &option, &more))
		java_option(w, option);
}

void walk_java_options(struct walk *w, const struct command *c)
{
	static const char variables[] = "JAVA_OPTS JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CATALINA_OPTS JVM_OPTS";

	for (size_t i = c->first + 1; i < c->sh->nwords; i++)
		java_option(w, command_word(c, i));
	for (const struct binding *b = facts_running(w->f, w->stage)->env; b; b = b->older)
		if (b->value.state == KNOWN && words_hold(variables, b->name))
			java_options(w, b->value.text);
}
