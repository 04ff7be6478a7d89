/* SPDX-License-Identifier: Apache-2.0 */
/* `mirrors` and `images` of the configuration file. */
#include "app/config_print.h"
#include "app/config_read.h"
#include "app/message.h"
#include "base/js.h"
#include "base/visible.h"
#include "syntax/imageref.h"

#include <stddef.h>

enum { MIRRORS_MAX = 64, IMAGES_MAX = 1024 };

/* --- mirrors --------------------------------------------------------------- */

/* REGISTRY or REGISTRY/PATH. What stands first is a registry, and no name on Docker Hub, where it has a dot or a port. */
static bool is_mirror(struct text t)
{
	struct text host = text_sub(t, 0, text_chr(t, '/', 0));
	struct imageref ref;
	struct arena a = { 0 };
	bool ok = (text_has(host, '.') || text_has(host, ':') || text_is(host, "localhost")) && !text_ends(t, TEXT("/"));

	/* With a name behind it, it is a reference without a tag. */
	ok = ok && imageref_parse(ARENA_JOIN(&a, t, TEXT("/x")), &ref) && text_eq(ref.registry, host);
	arena_release(&a);
	return ok;
}

int config_set_mirror(struct reading *r, const struct yaml_node *v)
{
	struct catalog_overlay *o = &r->config->overlay;
	struct text rest = v->text, part, *list = (void *)(uintptr_t)o->mirrors;
	bool more = true;

	while (text_cut(&rest, ',', &part, &more)) {
		part = text_trim(part);
		if (!is_mirror(part))
			return config_wrong(r, v, "a mirror is a registry, or a path on one, like registry.example.com/dockerhub");
		if (o->nmirrors == MIRRORS_MAX)
			return config_wrong(r, v, "too many mirrors");
		list = arena_grow(&r->config->arena, list, o->nmirrors, &r->mirrors_cap, sizeof(*list));
		list[o->nmirrors++] = part;
		o->mirrors = list;
	}
	return 0;
}

/* --- values of an image's keys --------------------------------------------- */

/* What is wrong with one value, or NULL; *t may be put right. */
typedef const char *check(struct arena *a, struct text *t);

static bool is_printable(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if ((unsigned char)t.p[i] <= ' ' || t.p[i] == 0x7f)
			return false;
	return t.n > 0;
}

static const char *check_like(struct arena *a, struct text *t)
{
	struct catalog_image known;
	struct imageref ref;

	(void)a;
	if (!imageref_parse(*t, &ref) || ref.tag.n || ref.digest.n)
		return "like names a public image without a tag, like python; tag says which one";
	*t = imageref_name(&ref);
	return catalog_image_find(*t, &known) ? NULL : "like names an image that is not in the catalog";
}

static const char *check_tag(struct arena *a, struct text *t)
{
	struct imageref ref;
	struct text with = ARENA_JOIN(a, TEXT("x:"), *t);

	return imageref_parse(with, &ref) && text_eq(ref.tag, *t) ? NULL : "tag is a tag, like 3.12-slim";
}

static const char *check_family(struct arena *a, struct text *t)
{
	struct text image, tag;

	(void)a;
	return catalog_family_image(*t, &image, &tag)
		       ? NULL
		       : "family is a distribution with its version, like debian12, ubuntu24.04, alpine3.22, fedora42 or ubi9";
}

static const char *check_user(struct arena *a, struct text *t)
{
	(void)a;
	return is_printable(*t) && t->p[0] != ':' ? NULL : "user is a name or number, maybe with a group: app:app";
}

static bool is_id(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return t.n > 0 && t.n <= 10;
}

bool config_account(struct text t, struct text *name, struct text *uid, struct text *gid)
{
	bool more = true;

	*name = *uid = *gid = TEXT_NONE;
	return text_cut(&t, ':', name, &more) && more && text_cut(&t, ':', uid, &more) && more && text_cut(&t, ':', gid, &more) &&
	       !more && is_printable(*name) && is_id(*uid) && is_id(*gid);
}

static const char *check_account(struct arena *a, struct text *t)
{
	struct text name, uid, gid;

	(void)a;
	return config_account(*t, &name, &uid, &gid) ? NULL : "account is NAME:UID:GID, like app:1001:1001";
}

static const char *check_path(struct arena *a, struct text *t)
{
	struct text rest = text_from(*t, 1), part;
	bool more = t->n > 1, ok = text_starts(*t, TEXT("/")) && !text_has(*t, '\0');

	(void)a;
	while (text_cut(&rest, '/', &part, &more))
		ok = ok && part.n && !text_is(part, ".") && !text_is(part, "..");
	return ok ? NULL : "it must be an absolute path, without . or .. and without a slash at its end";
}

static const char *check_word(struct arena *a, struct text *t)
{
	(void)a;
	return text_has(*t, '\0') ? "a NUL cannot stand there" : NULL;
}

static const char *check_variable(struct arena *a, struct text *t)
{
	size_t equals = text_chr(*t, '=', 0);

	(void)a;
	return equals && equals < t->n && !text_has(*t, '\0') ? NULL : "env is a list of NAME=VALUE";
}

static const char *check_port(struct arena *a, struct text *t)
{
	size_t slash = text_chr(*t, '/', 0), number = 0;
	struct text port = text_sub(*t, 0, slash), protocol = slash < t->n ? text_from(*t, slash + 1) : TEXT("tcp");

	for (size_t i = 0; i < port.n && i < 6; i++)
		number = number * 10 + (size_t)(port.p[i] - '0');
	if (!is_id(port) || port.n > 5 || number < 1 || number > 65535 ||
	    (!text_is(protocol, "tcp") && !text_is(protocol, "udp") && !text_is(protocol, "sctp")))
		return "ports are numbers, maybe with a protocol: 8080, 53/udp";
	*t = ARENA_JOIN(a, port, TEXT("/"), protocol);
	return NULL;
}

static const char *check_signal(struct arena *a, struct text *t)
{
	(void)a;
	return is_printable(*t) ? NULL : "stopsignal is a signal, like SIGQUIT";
}

/* --- the table ------------------------------------------------------------- */

enum shape {
	SHAPE_TEXT,  /* a text of the claim */
	SHAPE_WORD,  /* a cell of the configuration */
	SHAPE_WORDS, /* a list that must be written as one */
	SHAPE_LIST,  /* or a single value */
	SHAPE_FLAG,  /* true or false: there is some, or none */
	SHAPE_WINDOWS
};

struct image_key {
	const char *name;
	enum shape shape;
	unsigned said;
	size_t offset; /* in the claim */
	check *check;
};

#define OF(member) offsetof(struct catalog_claim, member)

static const struct image_key image_keys[] = {
	{ "like", SHAPE_TEXT, 0, OF(like), check_like },
	{ "tag", SHAPE_TEXT, 0, OF(like_tag), check_tag },
	{ "family", SHAPE_TEXT, 0, OF(family), check_family },
	{ "account", SHAPE_TEXT, 0, OF(account), check_account },
	{ "home", SHAPE_TEXT, 0, OF(home), check_path },
	{ "user", SHAPE_WORD, SAID_USER, OF(config.user), check_user },
	{ "workdir", SHAPE_WORD, SAID_WORKDIR, OF(config.workdir), check_path },
	{ "entrypoint", SHAPE_WORDS, SAID_ENTRYPOINT, OF(config.entrypoint), check_word },
	{ "cmd", SHAPE_WORDS, SAID_CMD, OF(config.cmd), check_word },
	{ "shell", SHAPE_WORDS, SAID_SHELL, OF(config.shell), check_word },
	{ "env", SHAPE_LIST, SAID_ENV, OF(config.env), check_variable },
	{ "ports", SHAPE_LIST, SAID_EXPOSED, OF(config.exposed), check_port },
	{ "volumes", SHAPE_LIST, SAID_VOLUMES, OF(config.volumes), check_path },
	{ "stopsignal", SHAPE_WORD, SAID_STOPSIGNAL, OF(config.stopsignal), check_signal },
	{ "healthcheck", SHAPE_FLAG, SAID_HEALTHCHECK, OF(config.healthcheck), NULL },
	{ "onbuild", SHAPE_FLAG, SAID_ONBUILD, OF(config.onbuild), NULL },
	{ "windows", SHAPE_WINDOWS, SAID_WINDOWS, OF(windows), NULL },
};

enum { NKEYS = sizeof(image_keys) / sizeof(image_keys[0]) };

static const struct text *text_in(const struct catalog_claim *c, const struct image_key *k)
{
	return (const void *)((const char *)c + k->offset);
}

static const struct maybe *cell_in(const struct catalog_claim *c, const struct image_key *k)
{
	return (const void *)((const char *)c + k->offset);
}

/* --- reading --------------------------------------------------------------- */

static int read_word(struct reading *r, const struct image_key *k, const struct yaml_node *v, struct text *out)
{
	const char *why;

	if (v->kind != YAML_SCALAR || v->null)
		return config_wrong_kind(r, v, k->name, "one value");
	*out = v->text;
	why = k->check(&r->config->arena, out);
	return why ? config_wrong(r, v, why) : 0;
}

static int read_flag(struct reading *r, const struct image_key *k, const struct yaml_node *v, bool *out)
{
	*out = v->kind == YAML_SCALAR && v->plain && text_is(v->text, "true");
	if (!*out && (v->kind != YAML_SCALAR || !v->plain || !text_is(v->text, "false")))
		return config_wrong_kind(r, v, k->name, "true or false");
	return 0;
}

/* A list as the tables have it: an array of JSON; none where it is empty. */
static int read_list(struct reading *r, const struct image_key *k, const struct yaml_node *v, struct maybe *out)
{
	const struct yaml_item one = { .value = v };
	const struct yaml_item *it = v->kind == YAML_LIST ? v->items : &one;
	json_t *all;
	struct buf line = { 0 };
	struct text t;

	if (v->kind == YAML_MAP || (v->kind != YAML_LIST && k->shape == SHAPE_WORDS))
		return config_wrong_kind(r, v, k->name, k->shape == SHAPE_WORDS ? "a list of words" : "a value or a list of values");
	*out = maybe_unset();
	if (!it || (it == &one && v->null))
		return 0;
	all = json_array();
	for (; it; it = it->next) {
		if (read_word(r, k, it->value, &t) < 0) {
			json_decref(all);
			return -1;
		}
		json_array_append_new(all, js_text(t));
	}
	js_line(&line, all);
	*out = maybe_known(arena_text(&r->config->arena, text_trim(buf_text(&line))));
	buf_release(&line);
	return 0;
}

static int read_value(struct reading *r, const struct image_key *k, const struct yaml_node *v, struct catalog_claim *c)
{
	void *to = (char *)c + k->offset;
	struct text t = TEXT_NONE;
	bool flag = false;
	int rc;

	switch (k->shape) {
	case SHAPE_TEXT:
		rc = read_word(r, k, v, to);
		break;
	case SHAPE_WORD:
		rc = read_word(r, k, v, &t);
		*(struct maybe *)to = maybe_known(t);
		break;
	case SHAPE_WORDS:
	case SHAPE_LIST:
		rc = read_list(r, k, v, to);
		break;
	case SHAPE_FLAG:
		rc = read_flag(r, k, v, &flag);
		*(struct maybe *)to = flag ? maybe_known(TEXT("yes")) : maybe_unset();
		break;
	default:
		rc = read_flag(r, k, v, to);
	}
	c->said |= k->said;
	return rc;
}

static const struct image_key *find_key(struct reading *r, const struct yaml_node *name)
{
	struct nearest near = nearest_to(name->text);
	struct error e;

	if (name->kind != YAML_SCALAR) {
		config_wrong(r, name, "a key must be a word");
		return NULL;
	}
	for (size_t i = 0; i < NKEYS; i++) {
		if (text_is(name->text, image_keys[i].name))
			return &image_keys[i];
		nearest_try(&near, image_keys[i].name);
	}
	message_unknown(&e, "key", &near, "docs/config.md has the keys of an image");
	config_wrong(r, name, e.message);
	return NULL;
}

static int read_claim(struct reading *r, const struct yaml_item *image, struct catalog_claim *c)
{
	size_t seen[NKEYS] = { 0 };
	struct error e;

	if (image->value->kind != YAML_MAP || !image->value->items)
		return config_wrong_kind(r, image->value, "an image", "a map of keys, like \"like: python\"");
	for (const struct yaml_item *it = image->value->items; it; it = it->next) {
		const struct image_key *k = find_key(r, it->key);

		if (!k)
			return -1;
		if (seen[k - image_keys]) {
			error_set(&e, "%s was set in line %zu already", k->name, seen[k - image_keys]);
			return config_wrong(r, it->key, e.message);
		}
		seen[k - image_keys] = it->key->line;
		if (read_value(r, k, it->value, c) < 0)
			return -1;
	}
	if (c->like_tag.n && !c->like.n)
		return config_wrong(r, image->key, "tag stands beside like");
	if (c->home.n && !c->account.n)
		return config_wrong(r, image->key, "home stands beside account, whose home it is");
	return 0;
}

/* A name as the facts have it, without what Docker Hub's own may leave out. */
static int read_name(struct reading *r, const struct yaml_node *v, struct text *out)
{
	bool below = text_ends(v->text, TEXT("/*"));
	struct text name = text_sub(v->text, 0, v->text.n - (below ? 2 : 0));
	struct imageref ref;

	/* What stands before the star may be a registry alone. */
	if (v->kind == YAML_SCALAR && below && is_mirror(name)) {
		*out = v->text;
		return 0;
	}
	if (v->kind != YAML_SCALAR || !imageref_parse(name, &ref) || ref.tag.n || ref.digest.n)
		return config_wrong(r, v, "an image is named without a tag, like registry.example.com/base/python, or with /* at its end");
	*out = below ? ARENA_JOIN(&r->config->arena, imageref_name(&ref), TEXT("/*")) : imageref_name(&ref);
	return 0;
}

int config_set_images(struct reading *r, const struct yaml_node *map)
{
	struct catalog_overlay *o = &r->config->overlay;
	struct catalog_claim *list = NULL;

	for (const struct yaml_item *it = map->items; it; it = it->next) {
		struct catalog_claim c = { .said = 0 };

		if (read_name(r, it->key, &c.image) < 0 || read_claim(r, it, &c) < 0)
			return -1;
		for (size_t i = 0; i < o->nclaims; i++)
			if (text_eq(list[i].image, c.image))
				return config_wrong(r, it->key, "this image was described already");
		if (o->nclaims == IMAGES_MAX)
			return config_wrong(r, it->key, "too many images");
		list = arena_grow(&r->config->arena, list, o->nclaims, &r->claims_cap, sizeof(*list));
		list[o->nclaims++] = c;
		o->claims = list;
	}
	return 0;
}

/* --- printing -------------------------------------------------------------- */

/* The value as YAML; empty where nothing is said. */
void config_image_value(struct buf *out, const struct catalog_claim *c, size_t key)
{
	const struct image_key *k = &image_keys[key];
	struct text t;

	if (k->shape == SHAPE_TEXT) {
		t = *text_in(c, k);
		if (t.n)
			config_print_quoted(out, t);
	} else if (!(c->said & k->said)) {
		return;
	} else if (k->shape == SHAPE_WINDOWS) {
		buf_adds(out, c->windows ? "true" : "false");
	} else if (k->shape == SHAPE_FLAG) {
		buf_adds(out, cell_in(c, k)->state == KNOWN ? "true" : "false");
	} else if (k->shape == SHAPE_WORD) {
		config_print_quoted(out, cell_in(c, k)->text);
	} else {
		visible_add(out, cell_in(c, k)->state == KNOWN ? cell_in(c, k)->text : TEXT("[]"), VISIBLE_LINE);
	}
}

const char *config_image_key(size_t key)
{
	return key < NKEYS ? image_keys[key].name : NULL;
}
