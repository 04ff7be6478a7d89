/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config.h"

#include "app/config_print.h"
#include "app/config_read.h"
#include "app/message.h"
#include "base/file.h"
#include "base/lines.h"

/* Of a longer path the end is shown. */
enum { PATH_SHOWN = 160, TARGETS_MAX = 256 };

/* What a key's value may be. A list's setter is called for each entry, and a single
 * value is a list of one; a map's for the whole. */
enum kind { KIND_WORD, KIND_LIST, KIND_MAP };

struct key {
	const char *name;
	enum kind kind;
	int (*set)(struct reading *r, const struct yaml_node *value);
	void (*print)(const struct printing *p);
};

/* --- messages ---------------------------------------------------------------- */

static int wrong_at(struct reading *r, size_t line, size_t column, const char *what)
{
	struct text path = r->config->path;
	struct buf shown = { 0 };

	if (path.n > PATH_SHOWN)
		buf_adds(&shown, "...");
	message_show(&shown, text_from(path, path.n > PATH_SHOWN ? path.n - PATH_SHOWN : 0), PATH_SHOWN);
	buf_addc(&shown, '\0');
	error_set(r->e, "%s:%zu:%zu: %s", shown.p, line, column, what);
	buf_release(&shown);
	return -1;
}

static int wrong(struct reading *r, const struct yaml_node *node, const char *what)
{
	return wrong_at(r, node->line, node->column, what);
}

int config_wrong(struct reading *r, const struct yaml_node *node, const char *what)
{
	return wrong(r, node, what);
}

int config_wrong_kind(struct reading *r, const struct yaml_node *node, const char *name, const char *wanted)
{
	struct error e;

	error_set(&e, "%s must be %s", name, wanted);
	return wrong(r, node, e.message);
}

/* --- setters ----------------------------------------------------------------- */

static int set_level(struct reading *r, const struct yaml_node *v)
{
	struct settings *s = &r->config->settings;
	struct error e;

	s->has_level = true;
	return settings_level(v->text, &s->level, &e) < 0 ? wrong(r, v, e.message) : 0;
}

static int set_style(struct reading *r, const struct yaml_node *v)
{
	struct settings *s = &r->config->settings;

	s->has_style = true;
	s->style = text_is(v->text, "true");
	if (!v->plain || (!s->style && !text_is(v->text, "false")))
		return wrong(r, v, "style is true or false");
	return 0;
}

static void append(struct arena *a, const struct text **list, size_t *n, size_t *cap, struct text t)
{
	/* The list is const for its readers only. */
	struct text *own = arena_grow(a, (void *)(uintptr_t)*list, *n, cap, sizeof(t));

	own[(*n)++] = t;
	*list = own;
}

/* An id twice is no mistake, but stands once. */
static int add_ids(struct reading *r, const struct yaml_node *v, const struct text **list, size_t *n,
		   size_t *cap)
{
	struct arena *a = &r->config->arena;
	const struct text *ids;
	size_t nids;
	struct error e;

	if (settings_ids(a, v->text, &ids, &nids, &e) < 0)
		return wrong(r, v, e.message);
	for (size_t i = 0; i < nids; i++) {
		size_t j = 0;

		while (j < *n && !text_eq((*list)[j], ids[i]))
			j++;
		if (j == *n)
			append(a, list, n, cap, ids[i]);
	}
	return 0;
}

static int set_only(struct reading *r, const struct yaml_node *v)
{
	struct settings *s = &r->config->settings;

	return add_ids(r, v, &s->only, &s->nonly, &r->only_cap);
}

static int set_skip(struct reading *r, const struct yaml_node *v)
{
	struct settings *s = &r->config->settings;

	if (text_is(v->text, "all")) {
		s->skip_all = true;
		return 0;
	}
	return add_ids(r, v, &s->skip, &s->nskip, &r->skip_cap);
}

static int add_consequences(struct reading *r, const struct yaml_node *v, unsigned *bits)
{
	struct settings *s = &r->config->settings;
	struct error e;

	if (settings_consequences(v->text, bits, &e) < 0)
		return wrong(r, v, e.message);
	for (unsigned c = 0; c < CHANGES_COUNT; c++)
		if (s->allow & s->deny & 1u << c) {
			error_set(&e, "%s is both allowed and denied", consequence_name((enum consequence)c));
			return wrong(r, v, e.message);
		}
	return 0;
}

static int set_allow(struct reading *r, const struct yaml_node *v)
{
	return add_consequences(r, v, &r->config->settings.allow);
}

static int set_deny(struct reading *r, const struct yaml_node *v)
{
	return add_consequences(r, v, &r->config->settings.deny);
}

/* What BuildKit takes as the name of a stage, or its number. */
static bool stage_name(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && !text_has(TEXT("-_."), t.p[i]))
			return false;
	return t.n > 0 && ascii_alnum((unsigned char)t.p[0]);
}

static int set_targets(struct reading *r, const struct yaml_node *v)
{
	struct settings *s = &r->config->settings;
	struct text rest = v->text, part;
	bool more = true;

	while (text_cut(&rest, ',', &part, &more)) {
		part = text_trim(part);
		if (!stage_name(part))
			return wrong(r, v,
				     "targets are names of stages: letters, digits, \"-\", \"_\" and \".\"");
		if (s->ntargets == TARGETS_MAX)
			return wrong(r, v, "too many targets");
		append(&r->config->arena, &s->targets, &s->ntargets, &r->targets_cap, part);
	}
	return 0;
}

/* Names and numbers go into command lines as they are. */
static bool is_login(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!(t.p[i] == '_' || (t.p[i] >= 'a' && t.p[i] <= 'z') || (i > 0 && (ascii_digit((unsigned char)t.p[i]) || t.p[i] == '-'))))
			return false;
	return t.n > 0 && t.n <= 32;
}

static int set_account(struct reading *r, const struct yaml_node *v)
{
	struct user_wish *u = &r->config->user;
	struct text name, uid, gid;

	if (!config_account(v->text, &name, &uid, &gid) || !is_login(name) || text_is(uid, "0"))
		return wrong(r, v, "account is NAME:UID:GID of an ordinary user, like app:10001:10001");
	u->name = name;
	u->uid = uid;
	u->gid = gid;
	r->config->has_account = true;
	return 0;
}

static int set_user_form(struct reading *r, const struct yaml_node *v)
{
	r->config->user.by_name = text_is(v->text, "name");
	r->config->has_form = true;
	return text_is(v->text, "name") || text_is(v->text, "number") ? 0 : wrong(r, v, "user-form is number or name");
}

static int set_profile(struct reading *r, const struct yaml_node *v)
{
	r->config->user.openshift = text_is(v->text, "openshift");
	r->config->has_profile = true;
	return text_is(v->text, "openshift") || text_is(v->text, "usual") ? 0 : wrong(r, v, "profile is usual or openshift");
}

static int set_max_size(struct reading *r, const struct yaml_node *v)
{
	struct error e;

	r->config->has_max_size = true;
	return settings_size(v->text, &r->config->max_size, &e) < 0 ? wrong(r, v, e.message) : 0;
}

/* --- the table ---------------------------------------------------------------- */

static const struct key keys[] = {
	{ "level", KIND_WORD, set_level, print_level },
	{ "style", KIND_WORD, set_style, print_style },
	{ "only", KIND_LIST, set_only, print_only },
	{ "skip", KIND_LIST, set_skip, print_skip },
	{ "allow", KIND_LIST, set_allow, print_allow },
	{ "deny", KIND_LIST, set_deny, print_deny },
	{ "targets", KIND_LIST, set_targets, print_targets },
	{ "max-size", KIND_WORD, set_max_size, print_max_size },
	{ "account", KIND_WORD, set_account, print_account },
	{ "user-form", KIND_WORD, set_user_form, print_user_form },
	{ "profile", KIND_WORD, set_profile, print_profile },
	{ "mirrors", KIND_LIST, config_set_mirror, print_mirrors },
	{ "images", KIND_MAP, config_set_images, print_images },
};

enum { NKEYS = sizeof(keys) / sizeof(keys[0]) };

void config_print(struct buf *out, const struct options *o, const struct config *file)
{
	for (size_t i = 0; i < NKEYS; i++)
		keys[i].print(&(struct printing){ out, o, file, keys[i].name });
}

/* --- reading ------------------------------------------------------------------ */

static int wrong_kind(struct reading *r, const struct key *k, const struct yaml_node *v)
{
	static const char *const wanted[] = { "one value", "a value or a list of values", "a map of names" };

	return config_wrong_kind(r, v, k->name, wanted[k->kind]);
}

static int set_list(struct reading *r, const struct key *k, const struct yaml_node *list)
{
	for (const struct yaml_item *it = list->items; it; it = it->next) {
		if (it->value->kind != YAML_SCALAR || it->value->null)
			return wrong_kind(r, k, it->value);
		if (k->set(r, it->value) < 0)
			return -1;
	}
	return 0;
}

static int set(struct reading *r, const struct key *k, const struct yaml_node *v)
{
	if (k->kind == KIND_LIST && v->kind == YAML_LIST)
		return set_list(r, k, v);
	if (k->kind == KIND_MAP && v->kind == YAML_MAP)
		return k->set(r, v);
	if (v->kind != YAML_SCALAR || (k->kind == KIND_MAP && !v->null) || (v->null && k->kind == KIND_WORD))
		return wrong_kind(r, k, v);
	/* A list whose entries are all commented out is an empty one. */
	return v->null ? 0 : k->set(r, v);
}

static int read_key(struct reading *r, const struct yaml_node *name, const struct key **key)
{
	struct nearest near = nearest_to(name->text);
	struct error e;

	if (name->kind != YAML_SCALAR)
		return wrong(r, name, "a key must be a word");
	for (size_t i = 0; i < NKEYS; i++) {
		*key = &keys[i];
		if (text_is(name->text, keys[i].name))
			return 0;
		nearest_try(&near, keys[i].name);
	}
	message_unknown(&e, "key", &near, "docs/config.md has the keys");
	return wrong(r, name, e.message);
}

static int read_pair(struct reading *r, const struct yaml_item *it, size_t *seen)
{
	struct settings *s = &r->config->settings;
	const struct key *key = NULL;
	struct error e;
	size_t *line;

	if (read_key(r, it->key, &key) < 0)
		return -1;
	line = &seen[key - keys];
	if (*line) {
		error_set(&e, "%s was set in line %zu already", key->name, *line);
		return wrong(r, it->key, e.message);
	}
	*line = it->key->line;
	if (set(r, key, it->value) < 0)
		return -1;
	/* No transform at all is what `skip: all` says; here it is a slip. */
	if (key->set == set_only && s->nonly == 0)
		return wrong(r, it->key, "only names no transform");
	return 0;
}

static bool indented_by_tab(struct text yaml, size_t line)
{
	struct arena a = { 0 };
	struct lines l = lines_open(&a, yaml);
	struct text t = line <= l.n ? lines_text(&l, line - 1) : TEXT_NONE;
	size_t at = 0;

	while (at < t.n && t.p[at] == ' ')
		at++;
	arena_release(&a);
	return at < t.n && t.p[at] == '\t';
}

static int not_yaml(struct reading *r, const struct yaml_mistake *m)
{
	struct error e;

	if (indented_by_tab(r->yaml, m->line))
		return wrong_at(r, m->line, m->column, "YAML is indented by spaces, not by tabs");
	error_set(&e, "cannot be read: %s", m->what);
	return wrong_at(r, m->line, m->column, e.message);
}

static int read_yaml(struct reading *r)
{
	size_t seen[NKEYS] = { 0 };
	const struct yaml_node *root;
	struct yaml_mistake mistake;

	if (yaml_read_strict(&r->config->arena, r->yaml, &root, &mistake) < 0)
		return not_yaml(r, &mistake);
	if (!root || root->null)
		return 0;
	if (root->kind != YAML_MAP)
		return wrong(r, root, "the file must be a map of keys and values, like \"level: safe\"");
	for (const struct yaml_item *it = root->items; it; it = it->next)
		if (read_pair(r, it, seen) < 0)
			return -1;
	return 0;
}

int config_parse(struct config *c, struct text path, struct text yaml, struct error *e)
{
	struct reading r = { .config = c, .yaml = yaml, .e = e };

	*c = (struct config){ .user = user_wish_usual };
	c->path = arena_text(&c->arena, path);
	if (yaml.n > CONFIG_BYTES_MAX)
		return wrong_at(&r, 1, 1, "a configuration file has at most 1 MiB");
	return read_yaml(&r);
}

int config_load(struct config *c, const char *path, struct error *e)
{
	struct buf bytes = { 0 };
	int rc = file_read(path, CONFIG_BYTES_MAX, &bytes, e);

	*c = (struct config){ .user = user_wish_usual };
	if (rc == 0)
		rc = config_parse(c, text_of(path), buf_text(&bytes), e);
	buf_release(&bytes);
	return rc;
}

void config_release(struct config *c)
{
	arena_release(&c->arena);
	*c = (struct config){ 0 };
}
