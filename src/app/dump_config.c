/* SPDX-License-Identifier: Apache-2.0 */
#include "app/dump_config.h"

#include "base/visible.h"

enum {
	INDENT = 4,
	WIDTH = 13,
	LONGEST = 100, /* bytes of a value */
	MANY = 50      /* values in a line */
};

/* --- JSON --------------------------------------------------------------------- */

static json_t *unknown(void)
{
	json_t *o = json_object();

	json_object_set_new(o, "unknown", json_true());
	return o;
}

static json_t *value_json(struct maybe m)
{
	return m.state == UNKNOWN ? unknown() : m.state == UNSET ? json_null() : js_text(m.text);
}

static json_t *words_json(const struct config_words *w)
{
	json_t *list;

	if (w->state != KNOWN)
		return value_json((struct maybe){ w->state, TEXT_NONE });
	list = json_array();
	for (size_t i = 0; i < w->n; i++)
		json_array_append_new(list, js_text(w->words[i]));
	return list;
}

static void add_pairs(json_t *o, const struct config_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		json_t *key = js_text(l->values[i].key);

		json_object_set_new(o, json_string_value(key), value_json(l->values[i].value));
		json_decref(key);
	}
}

static json_t *pairs_json(const struct config_list *l)
{
	json_t *o;

	if (l->n == 0)
		return value_json((struct maybe){ l->state, TEXT_NONE });
	o = json_object();
	add_pairs(o, l);
	return o;
}

static json_t *keys_json(const struct config_list *l)
{
	json_t *list;

	if (l->n == 0)
		return value_json((struct maybe){ l->state, TEXT_NONE });
	list = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(list, js_text(l->values[i].key));
	return list;
}

static json_t *health_json(const struct image_config *c)
{
	json_t *o;

	if (c->healthcheck.state != KNOWN)
		return words_json(&c->healthcheck);
	o = json_object();
	json_object_set_new(o, "test", words_json(&c->healthcheck));
	add_pairs(o, &c->health_options);
	return o;
}

static void add_list(json_t *o, json_t *incomplete, const char *name, const struct config_list *l, json_t *v)
{
	json_object_set_new(o, name, v);
	if (l->n && l->state == UNKNOWN)
		json_array_append_new(incomplete, json_string(name));
}

json_t *dump_config_json(struct facts *f, size_t stage)
{
	json_t *o = json_object(), *incomplete = json_array();
	struct image_config c;

	image_config(f, stage, &c);
	json_object_set_new(o, "user", value_json(c.user));
	json_object_set_new(o, "workdir", value_json(c.workdir));
	json_object_set_new(o, "entrypoint", words_json(&c.entrypoint));
	json_object_set_new(o, "cmd", words_json(&c.cmd));
	json_object_set_new(o, "shell", words_json(&c.shell));
	json_object_set_new(o, "healthcheck", health_json(&c));
	json_object_set_new(o, "stopsignal", value_json(c.stopsignal));
	add_list(o, incomplete, "env", &c.env, pairs_json(&c.env));
	add_list(o, incomplete, "labels", &c.labels, pairs_json(&c.labels));
	add_list(o, incomplete, "exposed", &c.exposed, keys_json(&c.exposed));
	add_list(o, incomplete, "volumes", &c.volumes, keys_json(&c.volumes));
	json_object_set_new(o, "incomplete", incomplete);
	return o;
}

/* --- for people ----------------------------------------------------------------- */

struct printer {
	struct buf *out;
	struct buf unknown; /* names of what is not known at all */
};

/* The start of a line, where there is something to say on it. */
static bool begin(struct printer *p, const char *name, enum maybe_state state)
{
	if (state == UNKNOWN)
		buf_addf(&p->unknown, " %s", name);
	if (state == KNOWN)
		buf_addf(p->out, "%*s%-*s", INDENT, "", WIDTH, name);
	return state == KNOWN;
}

static void add_quoted(struct buf *out, struct text t)
{
	buf_addc(out, '"');
	visible_add(out, text_sub(t, 0, LONGEST), VISIBLE_LINE);
	buf_adds(out, t.n > LONGEST ? "...\"" : "\"");
}

static void value_line(struct printer *p, const char *name, struct maybe m)
{
	if (!begin(p, name, m.state))
		return;
	add_quoted(p->out, m.text);
	buf_addc(p->out, '\n');
}

/* Without values: of ports and volumes. */
static void add_list_values(struct buf *out, const struct config_list *l, bool values)
{
	for (size_t i = 0; i < l->n && i < MANY; i++) {
		buf_adds(out, i ? " " : "");
		visible_add(out, text_sub(l->values[i].key, 0, LONGEST), VISIBLE_LINE);
		buf_adds(out, values ? "=" : "");
		if (values && l->values[i].value.state == KNOWN)
			add_quoted(out, l->values[i].value.text);
		else
			buf_adds(out, values ? "?" : "");
	}
	buf_adds(out, l->n > MANY ? " ..." : "");
}

static void words_line(struct printer *p, const char *name, const struct config_words *w, const struct config_list *options)
{
	if (!begin(p, name, w->state))
		return;
	for (size_t i = 0; i < w->n && i < MANY; i++) {
		buf_adds(p->out, i ? " " : "");
		add_quoted(p->out, w->words[i]);
	}
	buf_adds(p->out, w->n > MANY ? " ..." : "");
	if (options && options->n) {
		buf_addc(p->out, ' ');
		add_list_values(p->out, options, true);
	}
	buf_addc(p->out, '\n');
}

/* A lone "?" at the end: there may be others. */
static void list_line(struct printer *p, const char *name, const struct config_list *l, bool values)
{
	if (!begin(p, name, l->n ? KNOWN : l->state))
		return;
	add_list_values(p->out, l, values);
	buf_adds(p->out, l->state == UNKNOWN ? " ?\n" : "\n");
}

void dump_config_text(struct buf *out, struct facts *f, size_t stage)
{
	struct printer p = { .out = out };
	struct image_config c;

	image_config(f, stage, &c);
	value_line(&p, "user", c.user);
	value_line(&p, "workdir", c.workdir);
	words_line(&p, "entrypoint", &c.entrypoint, NULL);
	words_line(&p, "cmd", &c.cmd, NULL);
	words_line(&p, "shell", &c.shell, NULL);
	words_line(&p, "healthcheck", &c.healthcheck, &c.health_options);
	value_line(&p, "stopsignal", c.stopsignal);
	list_line(&p, "env", &c.env, true);
	list_line(&p, "labels", &c.labels, true);
	list_line(&p, "exposed", &c.exposed, false);
	list_line(&p, "volumes", &c.volumes, false);
	if (p.unknown.n && begin(&p, "not known", KNOWN)) {
		buf_add(out, text_from(buf_text(&p.unknown), 1));
		buf_addc(out, '\n');
	}
	buf_release(&p.unknown);
}
