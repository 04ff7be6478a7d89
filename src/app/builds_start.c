/* SPDX-License-Identifier: Apache-2.0 */
/* How a compose service starts its container: https://github.com/compose-spec/compose-spec, spec.md. */
#include "app/builds_compose.h"

/* --- rights ---------------------------------------------------------------- */

/* Of a user other than root no capability is in force, and devices belong to root. */
static void read_rights(struct claims *c, struct claim *k, const struct yaml_node *service)
{
	static const char *const lists[] = { "cap_add", "devices" };
	const struct yaml_item *it = yaml_pair(service, "privileged");

	if (it && !maybe_is(yaml_text(service, "privileged"), "false"))
		claims_add_start(c, k, (struct start_note){ .kind = START_RIGHTS, .value = TEXT("privileged") }, it->key->line);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		it = yaml_pair(service, lists[i]);
		for (const struct yaml_item *one = it ? it->value->items : NULL; one; one = one->next)
			/* Docker lets every user open low ports. */
			if (!text_is(one->value->text, "NET_BIND_SERVICE") && !text_is(one->value->text, "CAP_NET_BIND_SERVICE"))
				claims_add_start(c, k, (struct start_note){ .kind = START_RIGHTS, .value = text_of(lists[i]) }, one->value->line);
	}
	it = yaml_pair(service, "pid");
	if (it && maybe_is(yaml_text(service, "pid"), "host"))
		claims_add_start(c, k, (struct start_note){ .kind = START_RIGHTS, .value = TEXT("pid: host") }, it->key->line);
}

/* --- mounts ---------------------------------------------------------------- */

static bool is_path(struct text source)
{
	return source.n && (text_has(TEXT("./~$"), source.p[0]) || text_has(source, '/'));
}

static void add_mount(struct claims *c, struct claim *k, struct text source, struct text target, bool bind, size_t line)
{
	struct start_note n = { .kind = bind ? START_BIND : START_VOLUME, .value = target };

	while (n.value.n > 1 && n.value.p[n.value.n - 1] == '/')
		n.value.n--;
	if (bind && text_ends(source, TEXT("/docker.sock")))
		n.kind = START_SOCKET;
	if (text_starts(target, TEXT("/")))
		claims_add_start(c, k, n, line);
}

/* source:target, source:target:ro,z */
static void read_short(struct claims *c, struct claim *k, const struct yaml_node *node)
{
	struct maybe m = compose_value(c->arena, maybe_known(node->text));
	/* A variable without a default is a folder of the host, as a rule. */
	struct text rest = m.state == KNOWN ? m.text : node->text, source, target, mode = TEXT_NONE;
	size_t close = text_starts(rest, TEXT("$")) ? text_chr(rest, '}', 0) : TEXT_NPOS, colon;

	colon = text_chr(rest, ':', close == TEXT_NPOS ? 0 : close);
	if (colon == TEXT_NPOS)
		return;
	source = text_sub(rest, 0, colon);
	rest = text_from(rest, colon + 1);
	colon = text_chr(rest, ':', 0);
	target = text_sub(rest, 0, colon);
	if (colon != TEXT_NPOS)
		mode = text_from(rest, colon + 1);
	if (text_has(target, '$') || (text_starts(mode, TEXT("ro")) && !text_ends(source, TEXT("/docker.sock"))))
		return;
	add_mount(c, k, source, target, is_path(source), node->line);
}

static void read_long(struct claims *c, struct claim *k, const struct yaml_node *node)
{
	struct maybe type = yaml_text(node, "type"), source = yaml_text(node, "source"), target = yaml_text(node, "target");

	if (target.state != KNOWN || maybe_is(type, "tmpfs") || maybe_is(yaml_text(node, "read_only"), "true"))
		return;
	add_mount(c, k, source.state == KNOWN ? source.text : TEXT_NONE, target.text, maybe_is(type, "bind"), node->line);
}

static void read_mounts(struct claims *c, struct claim *k, const struct yaml_node *list)
{
	size_t n = 0;

	for (const struct yaml_item *it = list ? list->items : NULL; it && n < 64; it = it->next, n++)
		if (it->value->kind == YAML_SCALAR)
			read_short(c, k, it->value);
		else if (it->value->kind == YAML_MAP)
			read_long(c, k, it->value);
}

/* --- commands -------------------------------------------------------------- */

enum { MAX_WORDS = 64 };

/* A line is split as a shell splits it, and not expanded. */
static size_t split(struct arena *a, struct text line, struct text *words)
{
	char *p = arena_alloc(a, line.n + 1);
	size_t n = 0, at = 0, start = 0;
	char quote = 0;
	bool open = false;

	for (size_t i = 0; i <= line.n && n < MAX_WORDS; i++) {
		char ch = i < line.n ? line.p[i] : ' ';

		if (quote ? ch == quote : ch == '\'' || ch == '"') {
			quote = quote ? 0 : ch;
			open = true;
		} else if (!quote && (ch == ' ' || ch == '\n' || ch == '\t')) {
			if (open)
				words[n++] = (struct text){ p + start, at - start };
			start = at;
			open = false;
		} else {
			if (ch == '\\' && quote != '\'' && i + 1 < line.n)
				ch = line.p[++i];
			p[at++] = ch;
			open = true;
		}
	}
	return n;
}

static void read_command(struct claims *c, struct claim *k, const struct yaml_item *pair, enum start_kind kind)
{
	struct text *words = ARENA_ARRAY(c->arena, MAX_WORDS, struct text);
	size_t n = 0;

	if (!pair || pair->value->null)
		return;
	if (pair->value->kind == YAML_SCALAR) {
		struct maybe m = compose_value(c->arena, maybe_known(pair->value->text));

		n = split(c->arena, m.state == KNOWN ? m.text : TEXT_NONE, words);
	}
	for (const struct yaml_item *it = pair->value->kind == YAML_LIST ? pair->value->items : NULL; it && n < MAX_WORDS; it = it->next) {
		struct maybe m = compose_value(c->arena, it->value->kind == YAML_SCALAR ? maybe_known(it->value->text) : maybe_unknown());

		words[n++] = m.state == KNOWN ? m.text : TEXT_NONE;
	}
	claims_add_start(c, k, (struct start_note){ .kind = kind, .words = words, .nwords = n }, pair->key->line);
}

void compose_read_starts(struct claims *c, struct claim *k, const struct yaml_node *service)
{
	read_rights(c, k, service);
	read_mounts(c, k, yaml_get(service, "volumes"));
	read_command(c, k, yaml_pair(service, "entrypoint"), START_ENTRY);
	read_command(c, k, yaml_pair(service, "command"), START_COMMAND);
}
