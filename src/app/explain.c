/* SPDX-License-Identifier: Apache-2.0 */
#include "app/explain.h"

#include "base/js.h"
#include "edit/diff.h"
#include "pass/transform.h"

#include <string.h>

static const char *const tools[] = { "hadolint", "BuildKit", "CIS Docker Benchmark" };

void explain_list(struct buf *out)
{
	for (size_t i = 0; i < transforms_count; i++)
		buf_addf(out, "%-22s %-7s %s%s\n", transforms[i]->id, level_name(transforms[i]->level), transforms[i]->title,
			 transforms[i]->group == GROUP_STYLE ? " (style)" : "");
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

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s}", "id", t->id, "title",
						      t->title, "level", level_name(t->level), "group",
						      t->group == GROUP_STYLE ? "style" : "main", "why", t->why, "risk", t->risk,
						      "answers", rules_json(t), "may", may_json(t), "before", t->before,
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

static void explain_one(struct buf *out, const struct transform *t)
{
	char first = ascii_alpha((unsigned char)t->title[0]) ? (char)(t->title[0] & ~0x20) : t->title[0];

	buf_addf(out, "## %s\n\n%c%s. Level `%s`%s", t->id, first, t->title + 1, level_name(t->level),
		 t->group == GROUP_STYLE ? ", group `style`" : "");
	add_rules(out, t);
	buf_addf(out, ".\n\nWhy: %s\n\nWhat could break: %s\n", t->why, t->risk);
	add_example(out, t);
	buf_addf(out, "\nLeave it out with `--skip %s`, with `skip: [%s]` in .dfharden.yaml, or with\n"
		      "`# dfharden ignore=%s` above an instruction (`# dfharden global ignore=%s` for the file).\n",
		 t->id, t->id, t->id, t->id);
}

int explain(struct buf *out, struct text id, struct error *e)
{
	const struct transform *t = transform_find(id);

	if (t) {
		explain_one(out, t);
		return 0;
	}
	if (!text_is(id, "all"))
		return error_set(e, "there is no transform \"%.*s\"; see dfharden list", id.n > 60 ? 60 : (int)id.n, id.p);
	buf_adds(out, "# The transforms\n\nIn the order in which they run. `dfharden explain ID` prints one of them.\n");
	for (size_t i = 0; i < transforms_count; i++) {
		buf_addc(out, '\n');
		explain_one(out, transforms[i]);
	}
	return 0;
}
