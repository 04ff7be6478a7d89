/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config_print.h"

#include "base/visible.h"

enum source { FROM_DEFAULT, FROM_FILE, FROM_LINE };

static const struct settings *line_settings(const struct printing *p)
{
	return &p->options->settings;
}

static const struct settings *file_settings(const struct printing *p)
{
	static const struct settings nothing;

	return p->file ? &p->file->settings : &nothing;
}

static enum source source_of(bool in_line, bool in_file)
{
	return in_line ? FROM_LINE : in_file ? FROM_FILE : FROM_DEFAULT;
}

static void print_source(const struct printing *p, enum source from)
{
	buf_adds(p->out, " # ");
	if (from == FROM_FILE)
		visible_add(p->out, p->file->path, VISIBLE_LINE);
	else
		buf_adds(p->out, from == FROM_LINE ? "command line" : "default");
	buf_addc(p->out, '\n');
}

static void print_value(const struct printing *p, const char *value, enum source from)
{
	buf_addf(p->out, "%s: %s", p->key, value);
	print_source(p, from);
}

/* --- lists ------------------------------------------------------------------- */

/* In double quotes; the names of stages on a command line may be anything. */
void config_print_quoted(struct buf *out, struct text t)
{
	size_t from = 0;

	buf_addc(out, '"');
	for (size_t at = 0; at < t.n; at++) {
		if (t.p[at] != '"' && t.p[at] != '\\')
			continue;
		visible_add(out, text_sub(t, from, at), VISIBLE_LINE);
		buf_addc(out, '\\');
		from = at; /* the character itself goes with what follows */
	}
	visible_add(out, text_from(t, from), VISIBLE_LINE);
	buf_addc(out, '"');
}

static void print_entry(const struct printing *p, struct text t, enum source from)
{
	buf_adds(p->out, "  - ");
	config_print_quoted(p->out, t);
	print_source(p, from);
}

static void print_entries(const struct printing *p, const struct text *list, size_t n, enum source from)
{
	for (size_t i = 0; i < n; i++)
		print_entry(p, list[i], from);
}

/* What the command line repeats is shown as the file's: it stays without it, too. */
static void print_added(const struct printing *p, const struct text *file, size_t nfile,
			const struct text *line, size_t nline)
{
	for (size_t i = 0; i < nline; i++) {
		size_t j = 0;

		while (j < nfile && !text_eq(file[j], line[i]))
			j++;
		if (j == nfile)
			print_entry(p, line[i], FROM_LINE);
	}
}

static void print_joined(const struct printing *p, const struct text *file, size_t nfile,
			 const struct text *line, size_t nline)
{
	if (nfile + nline == 0) {
		print_value(p, "[]", FROM_DEFAULT);
		return;
	}
	buf_addf(p->out, "%s:\n", p->key);
	print_entries(p, file, nfile, FROM_FILE);
	print_added(p, file, nfile, line, nline);
}

/* --- the keys ---------------------------------------------------------------- */

void print_level(const struct printing *p)
{
	struct arena a = { 0 };
	struct selection s = settings_merge(&a, line_settings(p), file_settings(p));

	print_value(p, level_name(s.level),
		    source_of(line_settings(p)->has_level, file_settings(p)->has_level));
	arena_release(&a);
}

void print_style(const struct printing *p)
{
	struct arena a = { 0 };
	struct selection s = settings_merge(&a, line_settings(p), file_settings(p));

	print_value(p, s.style ? "true" : "false",
		    source_of(line_settings(p)->has_style, file_settings(p)->has_style));
	arena_release(&a);
}

void print_only(const struct printing *p)
{
	enum source from = source_of(line_settings(p)->only != NULL, file_settings(p)->only != NULL);
	const struct settings *s = from == FROM_LINE ? line_settings(p) : file_settings(p);

	/* An empty list is no value of this key. */
	if (from == FROM_DEFAULT) {
		buf_addf(p->out, "# %s: every transform # default\n", p->key);
		return;
	}
	buf_addf(p->out, "%s:\n", p->key);
	print_entries(p, s->only, s->nonly, from);
}

void print_skip(const struct printing *p)
{
	const struct settings *line = line_settings(p), *file = file_settings(p);

	if (line->skip_all || file->skip_all)
		print_value(p, "all", file->skip_all ? FROM_FILE : FROM_LINE);
	else
		print_joined(p, file->skip, file->nskip, line->skip, line->nskip);
}

static void print_consequences(const struct printing *p, bool want_denied)
{
	struct arena a = { 0 };
	unsigned deny = settings_merge(&a, line_settings(p), file_settings(p)).deny;
	unsigned line = line_settings(p)->allow | line_settings(p)->deny;
	unsigned file = file_settings(p)->allow | file_settings(p)->deny;
	bool any = false;

	for (unsigned c = 0, bit = 1; c < CHANGES_COUNT; c++, bit <<= 1) {
		if (want_denied != ((deny & bit) != 0))
			continue;
		if (!any)
			buf_addf(p->out, "%s:\n", p->key);
		print_entry(p, text_of(consequence_name((enum consequence)c)),
			    source_of(line & bit, file & bit));
		any = true;
	}
	/* Where the other list has them all, each entry there says where it is from. */
	if (!any)
		buf_addf(p->out, "%s: []\n", p->key);
	arena_release(&a);
}

void print_allow(const struct printing *p)
{
	print_consequences(p, false);
}

void print_deny(const struct printing *p)
{
	print_consequences(p, true);
}

void print_targets(const struct printing *p)
{
	const struct settings *line = line_settings(p), *file = file_settings(p);

	print_joined(p, file->targets, file->ntargets, line->targets, line->ntargets);
}

void print_max_size(const struct printing *p)
{
	enum source from = source_of(p->options->has_max_size, p->file && p->file->has_max_size);
	size_t n = from == FROM_FILE ? p->file->max_size : p->options->max_size, unit = 1;
	const char *name = "";

	if (n % (1024 * 1024) == 0) {
		unit = 1024 * 1024;
		name = "MiB";
	} else if (n % 1024 == 0) {
		unit = 1024;
		name = "KiB";
	}
	buf_addf(p->out, "%s: %zu%s", p->key, n / unit, name);
	print_source(p, from);
}

static const struct catalog_overlay *file_overlay(const struct printing *p)
{
	static const struct catalog_overlay nothing;

	return p->file ? &p->file->overlay : &nothing;
}

static const struct user_wish *user_of(const struct printing *p)
{
	return p->file ? &p->file->user : &user_wish_usual;
}

void print_account(const struct printing *p)
{
	const struct user_wish *u = user_of(p);

	buf_addf(p->out, "%s: %.*s:%.*s:%.*s", p->key, TEXT_FMT(u->name), TEXT_FMT(u->uid), TEXT_FMT(u->gid));
	print_source(p, source_of(false, p->file && p->file->has_account));
}

void print_user_form(const struct printing *p)
{
	print_value(p, user_of(p)->by_name ? "name" : "number", source_of(false, p->file && p->file->has_form));
}

void print_profile(const struct printing *p)
{
	print_value(p, user_of(p)->openshift ? "openshift" : "usual", source_of(false, p->file && p->file->has_profile));
}

void print_mirrors(const struct printing *p)
{
	const struct catalog_overlay *o = file_overlay(p);

	print_joined(p, o->mirrors, o->nmirrors, NULL, 0);
}

static void print_claim(const struct printing *p, const struct catalog_claim *c)
{
	buf_adds(p->out, "  ");
	config_print_quoted(p->out, c->image);
	buf_adds(p->out, ":");
	print_source(p, FROM_FILE);
	for (size_t key = 0; config_image_key(key); key++) {
		size_t start = p->out->n, before;

		buf_addf(p->out, "    %s: ", config_image_key(key));
		before = p->out->n;
		config_image_value(p->out, c, key);
		if (p->out->n == before)
			p->out->n = start;
		else
			buf_addc(p->out, '\n');
	}
}

void print_images(const struct printing *p)
{
	const struct catalog_overlay *o = file_overlay(p);

	if (!o->nclaims) {
		print_value(p, "{}", FROM_DEFAULT);
		return;
	}
	buf_addf(p->out, "%s:\n", p->key);
	for (size_t i = 0; i < o->nclaims; i++)
		print_claim(p, &o->claims[i]);
}
