/* SPDX-License-Identifier: Apache-2.0 */
/* Compose files: https://github.com/compose-spec/compose-spec, build.md. */
#include "app/builds_compose.h"

/* Takes "${NAME:-default}" or "${NAME-default}" off *rest. */
static bool take_default(struct text *rest, struct text *value)
{
	size_t close = text_chr(*rest, '}', 0), at = 2;
	struct text inside;

	if (close == TEXT_NPOS || !text_starts(*rest, TEXT("${")))
		return false;
	while (at < close && (ascii_alnum((unsigned char)rest->p[at]) || rest->p[at] == '_'))
		at++;
	inside = text_sub(*rest, at, close);
	if (text_starts(inside, TEXT(":-")))
		*value = text_from(inside, 2);
	else if (text_starts(inside, TEXT("-")))
		*value = text_from(inside, 1);
	else
		return false;
	*rest = text_from(*rest, close + 1);
	return !text_has(*value, '$');
}

struct maybe compose_value(struct arena *a, struct maybe m)
{
	struct text out = TEXT_NONE, rest = m.text, part;

	if (m.state != KNOWN || !text_has(m.text, '$'))
		return m;
	while (rest.n) {
		size_t dollar = text_chr(rest, '$', 0);

		part = text_sub(rest, 0, dollar);
		rest = text_from(rest, part.n);
		out = ARENA_JOIN(a, out, part);
		if (text_starts(rest, TEXT("$$"))) {
			part = TEXT("$");
			rest = text_from(rest, 2);
		} else if (rest.n == 0) {
			break;
		} else if (!take_default(&rest, &part)) {
			return maybe_unknown();
		}
		out = ARENA_JOIN(a, out, part);
		if (out.n > 4096)
			return maybe_unknown();
	}
	return maybe_known(out);
}

/* Interpolation does not reach into a mapping's keys. */
static void read_named_map(struct claims *c, struct claim *k, const struct yaml_node *map)
{
	for (const struct yaml_item *it = map->items; it; it = it->next) {
		bool known = it->key->kind == YAML_SCALAR && !text_is(it->key->text, "<<");

		claims_add_named(c, k, known ? maybe_known(it->key->text) : maybe_unknown(), it->key->line);
	}
}

static void read_named_list(struct claims *c, struct claim *k, const struct yaml_node *list)
{
	for (const struct yaml_item *it = list->items; it; it = it->next) {
		struct maybe name = maybe_unknown();

		if (it->value->kind == YAML_SCALAR)
			name = maybe_known(text_sub(it->value->text, 0, text_chr(it->value->text, '=', 0)));
		claims_add_named(c, k, compose_value(c->arena, name), it->value->line);
	}
}

static void read_named(struct claims *c, struct claim *k, const struct yaml_node *named)
{
	if (named && named->kind == YAML_MAP)
		read_named_map(c, k, named);
	else if (named && named->kind == YAML_LIST)
		read_named_list(c, k, named);
}

static void read_build(struct claims *c, struct claim *k, const struct yaml_node *build)
{
	if (build->kind == YAML_SCALAR) {
		k->context = compose_value(c->arena, maybe_known(build->text));
		return;
	}
	k->context = compose_value(c->arena, yaml_text(build, "context"));
	k->dockerfile = compose_value(c->arena, yaml_text(build, "dockerfile"));
	k->target = compose_value(c->arena, yaml_text(build, "target"));
	read_named(c, k, yaml_get(build, "additional_contexts"));
	k->silent = yaml_get(build, "dockerfile_inline") != NULL;
}

/* extends: name, or extends: {service: name, file: other}. */
static void read_extends(struct claims *c, struct claim *k, const struct yaml_node *extends)
{
	struct maybe name = yaml_text(extends, "service");
	struct text *base;

	if (!extends || (extends->kind == YAML_MAP && yaml_get(extends, "file")))
		return;
	if (extends->kind == YAML_SCALAR)
		name = maybe_known(extends->text);
	if (name.state != KNOWN)
		return;
	base = ARENA_NEW(c->arena, struct text);
	*base = name.text;
	k->bases = base;
	k->nbases = 1;
}

static void read_service(struct claims *c, const struct yaml_item *service)
{
	const struct yaml_item *build = yaml_pair(service->value, "build");
	struct claim *k;

	if (!build || build->value->null || service->key->kind != YAML_SCALAR)
		return;
	k = claims_add(c, CLAIM_COMPOSE, build->key->line);
	k->name = service->key->text;
	read_build(c, k, build->value);
	read_extends(c, k, yaml_get(service->value, "extends"));
	compose_read_starts(c, k, service->value);
}

void claims_read_compose(struct claims *c, struct text bytes)
{
	const struct yaml_node *root = yaml_read(c->arena, bytes), *services = yaml_get(root, "services");
	const struct yaml_item *it;
	size_t n = 0;

	/* The first format had the services at the top. */
	if (!services && root && root->kind == YAML_MAP && !yaml_get(root, "version"))
		services = root;
	if (!services || services->kind != YAML_MAP)
		return;
	for (it = services->items; it && n < CLAIMS_OF_A_FILE; it = it->next, n++)
		read_service(c, it);
}
