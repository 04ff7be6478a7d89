/* SPDX-License-Identifier: Apache-2.0 */
#include "app/explain.h"

#include "base/js.h"
#include "edit/diff.h"
#include "pass/transform.h"

#include <string.h>

static const char *const tools[] = { "hadolint", "BuildKit", "CIS Docker Benchmark" };

enum { LIST_WIDTH = 78 };

static void list_parts(struct buf *out, const struct transform *t)
{
	size_t start = out->n;

	if (!t->parts)
		return;
	buf_adds(out, "  parts:");
	for (const char *const *p = t->parts; *p; p++) {
		if (out->n - start + strlen(*p) + 2 > LIST_WIDTH) {
			buf_adds(out, "\n        ");
			start = out->n - 8;
		}
		buf_addf(out, " %s%s", *p, p[1] ? "," : "\n");
	}
}

void explain_list(struct buf *out)
{
	for (size_t i = 0; i < transforms_count; i++) {
		buf_addf(out, "%-22s %-7s %s%s\n", transforms[i]->id, level_name(transforms[i]->level), transforms[i]->title,
			 transforms[i]->group == GROUP_STYLE ? " (style)" : "");
		list_parts(out, transforms[i]);
	}
}

static json_t *parts_json(const struct transform *t)
{
	json_t *list = json_array();

	for (const char *const *p = t->parts; p && *p; p++)
		json_array_append_new(list, json_string(*p));
	return list;
}

static json_t *rules_json(const struct transform *t)
{
	json_t *list = json_array();

	for (const struct rule *r = t->maps; r && r->id; r++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "tool", tools[r->of], "rule", r->id));
	return list;
}

static json_t *may_json(const struct transform *t)
{
	json_t *list = json_array();

	for (int a = 0; a < ASPECT_COUNT; a++)
		if (t->may & MAY(a))
			json_array_append_new(list, json_string(aspect_name((enum aspect)a)));
	return list;
}

void explain_list_json(struct buf *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < transforms_count; i++) {
		const struct transform *t = transforms[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s}", "id", t->id,
						      "parts", parts_json(t), "title", t->title, "level", level_name(t->level),
						      "group", t->group == GROUP_STYLE ? "style" : "main", "why", t->why, "risk",
						      t->risk, "answers", rules_json(t), "may", may_json(t), "before", t->before,
						      "after", t->after));
	}
	js_pretty(out, list);
}

static void add_rules(struct buf *out, const struct transform *t)
{
	for (const struct rule *r = t->maps; r && r->id; r++)
		buf_addf(out, "%s %s %s", r == t->maps ? ". Answers" : ",", tools[r->of], r->id);
}

/* The example as a diff, without the lines that name files. */
static void add_example(struct buf *out, const struct transform *t)
{
	struct buf diff = { 0 };
	struct text before = text_of(t->before), rest;
	struct diff_options o = { .context = 3 };

	diff_unified(&diff, TEXT("Dockerfile"), &before, text_of(t->after), &o);
	rest = buf_text(&diff);
	rest = text_from(rest, text_find(rest, TEXT("\n@@"), 0) + 1);
	buf_adds(out, "\n```diff\n");
	buf_add(out, text_from(rest, text_chr(rest, '\n', 0) + 1));
	buf_adds(out, "```\n");
	buf_release(&diff);
}

static void add_parts(struct buf *out, const struct transform *t)
{
	if (!t->parts)
		return;
	buf_adds(out, "\nIts parts can be selected and left out one by one:\n");
	for (const char *const *p = t->parts; *p; p++)
		buf_addf(out, "`%s`%s", *p, p[1] ? ", " : ".\n");
}

/* part: the id that was asked for, of a part of t; else NULL. */
static void explain_one(struct buf *out, const struct transform *t, const char *part)
{
	char first = ascii_alpha((unsigned char)t->title[0]) ? (char)(t->title[0] & ~0x20) : t->title[0];
	const char *id = part ? part : t->id;

	buf_addf(out, "## %s\n\n", t->id);
	if (part)
		buf_addf(out, "`%s` is a part of it.\n\n", part);
	buf_addf(out, "%c%s. Level `%s`%s", first, t->title + 1, level_name(t->level),
		 t->group == GROUP_STYLE ? ", group `style`" : "");
	add_rules(out, t);
	buf_addf(out, ".\n\nWhy: %s\n\nWhat could break: %s\n", t->why, t->risk);
	add_example(out, t);
	add_parts(out, t);
	buf_addf(out, "\nLeave %s out with `--skip %s`, with `skip: [%s]` in .dfharden.yaml, or with\n"
		      "`# dfharden ignore=%s` above an instruction (`# dfharden global ignore=%s` for the file).\n",
		 part ? "that part" : "it", id, id, id, id);
}

int explain(struct buf *out, struct text id, struct error *e)
{
	const char *part;
	const struct transform *t = transform_of(id, &part);

	if (t) {
		explain_one(out, t, part);
		return 0;
	}
	if (!text_is(id, "all"))
		return error_set(e, "there is no transform \"%.*s\"; see dfharden list", id.n > 60 ? 60 : (int)id.n, id.p);
	buf_adds(out, "# The transforms\n\nIn the order in which they run. `dfharden explain ID` prints one of them.\n");
	for (size_t i = 0; i < transforms_count; i++) {
		buf_addc(out, '\n');
		explain_one(out, transforms[i], NULL);
	}
	return 0;
}
