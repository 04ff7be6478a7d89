/* SPDX-License-Identifier: Apache-2.0 */
#include "app/yaml.h"

#include <string.h>
#include <yaml.h>

enum {
	MAX_DEPTH = 48,
	MAX_NODES = 200 * 1000,
	MAX_ANCHORS = 500,
	MAX_MERGES = 32, /* maps looked into for one key */
	MAX_PAIRS = 512, /* and pairs of each */
};

struct anchor {
	struct text name;
	const struct yaml_node *node;
};

/* A collection that is still open. */
struct level {
	struct yaml_node *node;
	struct yaml_item *last;
	const struct yaml_node *key; /* read, and waiting for its value */
	struct text anchor;
};

struct reader {
	struct arena *a;
	bool strict;
	struct level levels[MAX_DEPTH];
	size_t depth, nodes;
	struct anchor anchors[MAX_ANCHORS];
	size_t nanchors;
	struct yaml_node *root;
	size_t ndocuments;
	bool failed;
	struct yaml_mistake mistake; /* the first, where failed */
};

static void fail(struct reader *r, yaml_mark_t at, const char *what)
{
	if (!r->failed)
		r->mistake = (struct yaml_mistake){ at.line + 1, at.column + 1, what };
	r->failed = true;
}

static void refuse(struct reader *r, yaml_mark_t at, const char *what)
{
	if (r->strict)
		fail(r, at, what);
}

static void put(struct reader *r, const struct yaml_node *node)
{
	struct level *l = &r->levels[r->depth - 1];
	struct yaml_item *item;

	if (l->node->kind == YAML_MAP && !l->key) {
		l->key = node;
		return;
	}
	item = ARENA_NEW(r->a, struct yaml_item);
	item->key = l->key;
	item->value = node;
	l->key = NULL;
	if (l->last)
		l->last->next = item;
	else
		l->node->items = item;
	l->last = item;
}

/* Anchors are known once their node is whole, so no node can contain itself. */
static void name_node(struct reader *r, struct text anchor, const struct yaml_node *node)
{
	yaml_mark_t at = { .line = node->line - 1, .column = node->column - 1 };

	if (anchor.n == 0)
		return;
	refuse(r, at, "anchors and aliases are not allowed here");
	if (r->nanchors == MAX_ANCHORS)
		fail(r, at, "too many anchors");
	else
		r->anchors[r->nanchors++] = (struct anchor){ anchor, node };
}

static struct text copy(struct reader *r, const yaml_char_t *p, size_t n)
{
	return arena_text(r->a, (struct text){ (const char *)p, n });
}

static struct text anchor_of(struct reader *r, const yaml_char_t *p)
{
	return p ? copy(r, p, strlen((const char *)p)) : TEXT_NONE;
}

static void count_node(struct reader *r, const yaml_event_t *e)
{
	if (++r->nodes > MAX_NODES)
		fail(r, e->start_mark, "too many values");
}

static struct yaml_node *new_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *e,
				  const yaml_char_t *tag)
{
	struct yaml_node *node = ARENA_NEW(r->a, struct yaml_node);

	node->kind = kind;
	node->line = e->start_mark.line + 1;
	node->column = e->start_mark.column + 1;
	count_node(r, e);
	if (tag)
		refuse(r, e->start_mark, "tags are not allowed here");
	if (r->depth)
		put(r, node);
	else
		r->root = node;
	return node;
}

static void read_scalar(struct reader *r, const yaml_event_t *e)
{
	struct yaml_node *node = new_node(r, YAML_SCALAR, e, e->data.scalar.tag);

	node->text = copy(r, e->data.scalar.value, e->data.scalar.length);
	node->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->null = node->plain &&
		     (node->text.n == 0 || text_is(node->text, "~") || text_iis(node->text, "null"));
	name_node(r, anchor_of(r, e->data.scalar.anchor), node);
}

static void read_alias(struct reader *r, const yaml_event_t *e)
{
	struct text name = text_of((const char *)e->data.alias.anchor);

	refuse(r, e->start_mark, "anchors and aliases are not allowed here");
	for (size_t i = r->nanchors; i > 0; i--) {
		if (!text_eq(r->anchors[i - 1].name, name))
			continue;
		count_node(r, e);
		if (r->depth)
			put(r, r->anchors[i - 1].node);
		return;
	}
	fail(r, e->start_mark, "an alias of nothing");
}

static void begin(struct reader *r, enum yaml_kind kind, const yaml_event_t *e, const yaml_char_t *anchor,
		  const yaml_char_t *tag)
{
	struct yaml_node *node = new_node(r, kind, e, tag);

	if (r->depth == MAX_DEPTH)
		fail(r, e->start_mark, "nested too deeply");
	else
		r->levels[r->depth++] = (struct level){ .node = node, .anchor = anchor_of(r, anchor) };
}

static void finish(struct reader *r)
{
	struct level *l = &r->levels[--r->depth];

	name_node(r, l->anchor, l->node);
}

/* False at the end: of the first document, or (strict) of all. */
static bool read_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		read_scalar(r, e);
		break;
	case YAML_ALIAS_EVENT:
		read_alias(r, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		begin(r, YAML_LIST, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		begin(r, YAML_MAP, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		finish(r);
		break;
	case YAML_DOCUMENT_START_EVENT:
		if (r->ndocuments++ > 0)
			fail(r, e->start_mark, "a second document is not allowed here");
		break;
	case YAML_DOCUMENT_END_EVENT:
		return r->strict;
	case YAML_STREAM_END_EVENT:
		return false;
	default:
		break;
	}
	return !r->failed;
}

/* Where libyaml stopped. Its reader tells only an offset, in bytes. */
static void fail_to_parse(struct reader *r, const yaml_parser_t *parser, struct text bytes)
{
	const char *what = parser->problem ? parser->problem : "it cannot be read";
	yaml_mark_t at = parser->problem_mark;

	if (parser->error == YAML_READER_ERROR) {
		at = (yaml_mark_t){ 0 };
		for (size_t i = 0; i < parser->problem_offset && i < bytes.n; i++) {
			at.line += bytes.p[i] == '\n';
			at.column = bytes.p[i] == '\n'
					    ? 0
					    : at.column + (((unsigned char)bytes.p[i] & 0xc0) != 0x80);
		}
	}
	fail(r, at, what);
}

static void read_all(struct reader *r, struct text bytes)
{
	yaml_parser_t parser;
	yaml_event_t e;
	bool more = true;

	if (!yaml_parser_initialize(&parser)) {
		fail(r, (yaml_mark_t){ 0 }, "out of memory");
		return;
	}
	if (r->strict)
		yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n);
	while (more) {
		if (!yaml_parser_parse(&parser, &e)) {
			fail_to_parse(r, &parser, bytes);
			break;
		}
		more = read_event(r, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
}

const struct yaml_node *yaml_read(struct arena *a, struct text bytes)
{
	struct reader r = { .a = a };

	read_all(&r, bytes);
	return r.failed ? NULL : r.root;
}

int yaml_read_strict(struct arena *a, struct text bytes, const struct yaml_node **root,
		     struct yaml_mistake *m)
{
	struct reader r = { .a = a, .strict = true };

	if (text_starts(bytes, TEXT("\xef\xbb\xbf")))
		bytes = text_from(bytes, 3);
	read_all(&r, bytes);
	*m = r.mistake;
	*root = r.failed ? NULL : r.root;
	return r.failed ? -1 : 0;
}

/* ---- questions ---- */

/* Maps still to look into, the nearest last. */
struct merges {
	const struct yaml_node *maps[MAX_MERGES];
	size_t n, seen;
};

static void merge_add(struct merges *m, const struct yaml_node *node)
{
	if (node->kind == YAML_MAP && m->seen < MAX_MERGES) {
		m->maps[m->n++] = node;
		m->seen++;
	}
}

static void merge_in(struct merges *m, const struct yaml_node *value)
{
	size_t from = m->n, to;

	merge_add(m, value);
	if (value->kind != YAML_LIST)
		return;
	for (const struct yaml_item *it = value->items; it; it = it->next)
		merge_add(m, it->value);
	/* The first of a list is the strongest, so it goes to the top. */
	for (to = m->n; from + 1 < to; from++, to--) {
		const struct yaml_node *swap = m->maps[from];

		m->maps[from] = m->maps[to - 1];
		m->maps[to - 1] = swap;
	}
}

static const struct yaml_item *own_pair(const struct yaml_node *map, const char *key)
{
	const struct yaml_item *it = map->items;

	for (size_t n = 0; it && n < MAX_PAIRS; n++, it = it->next)
		if (it->key->kind == YAML_SCALAR && text_is(it->key->text, key))
			return it;
	return NULL;
}

const struct yaml_item *yaml_pair(const struct yaml_node *map, const char *key)
{
	struct merges m = { .n = 0 };
	const struct yaml_item *pair;

	if (!map || map->kind != YAML_MAP)
		return NULL;
	merge_add(&m, map);
	while (m.n) {
		map = m.maps[--m.n];
		pair = own_pair(map, key);
		if (pair)
			return pair;
		for (const struct yaml_item *it = map->items; it; it = it->next)
			if (it->key->kind == YAML_SCALAR && text_is(it->key->text, "<<"))
				merge_in(&m, it->value);
	}
	return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	const struct yaml_item *pair = yaml_pair(map, key);

	return pair ? pair->value : NULL;
}

struct maybe yaml_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *value = yaml_get(map, key);

	if (!value || value->null)
		return maybe_unset();
	return value->kind == YAML_SCALAR ? maybe_known(value->text) : maybe_unknown();
}
