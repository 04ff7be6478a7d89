/* SPDX-License-Identifier: Apache-2.0 */
/* Bake files: https://docs.docker.com/build/bake/reference. */
#include "app/builds_claims.h"
#include "app/builds_hcl.h"
#include "app/yaml.h"

/* Which attribute goes where. */
static struct maybe *attribute(struct claim *k, struct text name)
{
	if (text_is(name, "context"))
		return &k->context;
	if (text_is(name, "dockerfile"))
		return &k->dockerfile;
	return text_is(name, "target") ? &k->target : NULL;
}

static struct claim *add_target(struct claims *c, struct text name, size_t line)
{
	struct claim *k = claims_add(c, CLAIM_BAKE, line);

	k->name = name;
	return k;
}

/* ---- HCL ---- */

/* The value behind "=": a string alone is known. */
static struct maybe read_value(struct hcl *h)
{
	struct hcl_token t = hcl_peek(h), after;
	struct maybe value = maybe_unknown();

	if (t.kind == HCL_NAME && text_is(t.text, "null"))
		value = maybe_unset();
	if (t.kind == HCL_STRING && !t.template) {
		hcl_next(h);
		after = hcl_peek(h);
		if (after.kind == HCL_NEWLINE || after.kind == HCL_END || hcl_is(after, '}'))
			value = maybe_known(t.text);
	}
	hcl_skip_expression(h);
	return value;
}

/* `name =` or `"name" :`; any other expression gives a name that is not known. */
static struct maybe read_key(struct hcl_token t, struct hcl_token next)
{
	bool literal = t.kind == HCL_NAME || (t.kind == HCL_STRING && !t.template);

	return literal && (hcl_is(next, '=') || hcl_is(next, ':')) ? maybe_known(t.text) : maybe_unknown();
}

/* The keys of an object. */
static void read_named(struct claims *c, struct claim *k, struct hcl *h)
{
	struct hcl_token t = hcl_peek(h);
	bool key = true; /* here one may stand */

	if (!hcl_is(t, '{')) {
		if (!(t.kind == HCL_NAME && text_is(t.text, "null")))
			claims_add_named(c, k, maybe_unknown(), t.line);
		hcl_skip_expression(h);
		return;
	}
	hcl_next(h);
	while ((t = hcl_next(h)).kind != HCL_END && !hcl_is(t, '}')) {
		bool between = t.kind == HCL_NEWLINE || hcl_is(t, ',');

		if (key && !between)
			claims_add_named(c, k, read_key(t, hcl_peek(h)), t.line);
		key = between;
		if (hcl_is(t, '{') || hcl_is(t, '[') || hcl_is(t, '('))
			hcl_skip_block(h);
	}
}

static void read_inherits(struct claims *c, struct claim *k, struct hcl *h)
{
	struct text *bases = NULL;
	size_t n = 0, cap = 0;
	struct hcl_token t = hcl_peek(h);

	if (!hcl_is(t, '[')) {
		hcl_skip_expression(h);
		return;
	}
	hcl_next(h);
	while ((t = hcl_next(h)).kind != HCL_END && !hcl_is(t, ']')) {
		if (t.kind != HCL_STRING || t.template)
			continue;
		bases = arena_grow(c->arena, bases, n, &cap, sizeof(*bases));
		bases[n++] = t.text;
	}
	k->bases = bases;
	k->nbases = n;
}

static void read_target(struct claims *c, struct claim *k, struct hcl *h)
{
	struct hcl_token t, next;

	while ((t = hcl_next(h)).kind != HCL_END && !hcl_is(t, '}')) {
		next = hcl_peek(h);
		if (hcl_is(t, '{') || hcl_is(t, '[')) {
			hcl_skip_block(h);
		} else if (t.kind == HCL_NAME && hcl_is(next, '=')) {
			struct maybe *value = attribute(k, t.text);

			hcl_next(h);
			if (value)
				*value = read_value(h);
			else if (text_is(t.text, "inherits"))
				read_inherits(c, k, h);
			else if (text_is(t.text, "contexts"))
				read_named(c, k, h);
			else
				hcl_skip_expression(h);
		}
	}
}

void claims_read_bake_hcl(struct claims *c, struct text bytes)
{
	struct hcl h = { c->arena, bytes, 0, 1 };
	struct hcl_token t, label;
	size_t n = 0;

	while ((t = hcl_next(&h)).kind != HCL_END && n < CLAIMS_OF_A_FILE) {
		if (hcl_is(t, '{')) {
			hcl_skip_block(&h);
			continue;
		}
		if (t.kind != HCL_NAME)
			continue;
		label = hcl_peek(&h);
		if (hcl_is(label, '=')) {
			hcl_next(&h);
			hcl_skip_expression(&h);
		} else if (text_is(t.text, "target") && (label.kind == HCL_STRING || label.kind == HCL_NAME)) {
			hcl_next(&h);
			if (!hcl_is(hcl_next(&h), '{'))
				continue;
			read_target(c, add_target(c, label.text, t.line), &h);
			n++;
		}
	}
}

/* ---- JSON ---- */

/* In JSON a template is written as in HCL. */
static struct maybe plain(struct maybe m)
{
	bool template = m.state == KNOWN && (text_find(m.text, TEXT("${"), 0) != TEXT_NPOS ||
					     text_find(m.text, TEXT("%{"), 0) != TEXT_NPOS);

	return template ? maybe_unknown() : m;
}

static void read_json_bases(struct claims *c, struct claim *k, const struct yaml_node *list)
{
	struct text *bases = NULL;
	size_t n = 0, cap = 0;

	if (!list || list->kind != YAML_LIST)
		return;
	for (const struct yaml_item *it = list->items; it; it = it->next) {
		if (it->value->kind != YAML_SCALAR)
			continue;
		bases = arena_grow(c->arena, bases, n, &cap, sizeof(*bases));
		bases[n++] = it->value->text;
	}
	k->bases = bases;
	k->nbases = n;
}

static void read_json_named(struct claims *c, struct claim *k, const struct yaml_node *map)
{
	if (map && map->kind != YAML_MAP && !map->null)
		claims_add_named(c, k, maybe_unknown(), map->line);
	for (const struct yaml_item *it = map && map->kind == YAML_MAP ? map->items : NULL; it; it = it->next)
		claims_add_named(c, k, it->key->kind == YAML_SCALAR ? plain(maybe_known(it->key->text)) : maybe_unknown(),
				 it->key->line);
}

static void read_json_target(struct claims *c, const struct yaml_item *target)
{
	struct claim *k;

	if (target->key->kind != YAML_SCALAR || target->value->kind != YAML_MAP)
		return;
	k = add_target(c, target->key->text, target->key->line);
	k->context = plain(yaml_text(target->value, "context"));
	k->dockerfile = plain(yaml_text(target->value, "dockerfile"));
	k->target = plain(yaml_text(target->value, "target"));
	read_json_named(c, k, yaml_get(target->value, "contexts"));
	read_json_bases(c, k, yaml_get(target->value, "inherits"));
}

/* JSON is YAML, and the YAML reader knows the lines. */
void claims_read_bake_json(struct claims *c, struct text bytes)
{
	const struct yaml_node *targets = yaml_get(yaml_read(c->arena, bytes), "target");
	const struct yaml_item *it = targets && targets->kind == YAML_MAP ? targets->items : NULL;

	for (size_t n = 0; it && n < CLAIMS_OF_A_FILE; it = it->next, n++)
		read_json_target(c, it);
}
