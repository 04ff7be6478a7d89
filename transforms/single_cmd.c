/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

/* Instructions of which the last of a stage counts alone. */
static const struct {
	enum keyword keyword;
	const char *rule;
} once[] = { { KW_CMD, "DL4003" }, { KW_ENTRYPOINT, "DL4004" }, { KW_HEALTHCHECK, "DL3012" } };

/* A comment right above speaks of the instruction, and would then of the next. */
static bool comment_above(const struct pass *p, size_t item)
{
	return item > 0 && pass_doc(p)->items[item - 1].kind == ITEM_COMMENT;
}

static size_t last_in_stage(const struct pass *p, enum keyword kw, size_t item)
{
	size_t next;

	while ((next = pass_next_in_stage(p, kw, item)) != TEXT_NPOS)
		item = next;
	return item;
}

static void remove_one(struct pass *p, size_t item, size_t later, const char *rule)
{
	const char *name = keyword_name(pass_doc(p)->items[item].ins->keyword);
	struct finding *f = pass_find(p, item, arena_printf(pass_arena(p),
		"this %s never takes effect: only the last one of a stage does", name));

	f->rule = rule;
	finding_because(p, f, later, arena_printf(pass_arena(p), "the %s that counts", name));
	if (comment_above(p, item))
		finding_refuse(p, f, "comment-above", TEXT("remove it together with the comment above it, if that speaks of it alone"));
	else
		finding_delete_item(p, f, item);
}

static void run(struct pass *p)
{
	for (size_t k = 0; k < sizeof(once) / sizeof(once[0]); k++)
		for (size_t item = 0, last; pass_next(p, once[k].keyword, &item); item = last + 1) {
			last = last_in_stage(p, once[k].keyword, item);
			for (; item != last; item = pass_next_in_stage(p, once[k].keyword, item))
				remove_one(p, item, last, once[k].rule);
		}
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL4003" },
	{ RULE_HADOLINT, "DL4004" },
	{ RULE_HADOLINT, "DL3012" },
	{ RULE_BUILDKIT, "MultipleInstructionsDisallowed" },
	{ RULE_HADOLINT, NULL },
};

const struct transform transform_single_cmd = {
	.id = "single-cmd",
	.title = "one CMD, ENTRYPOINT and HEALTHCHECK a stage",
	.level = LEVEL_SAFE,
	.why = "Docker keeps only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage. The earlier ones look as if they did "
	       "something, and mislead whoever reads or changes the file.",
	.risk = "None at run time: what is removed never took effect. Triggers (ONBUILD CMD) are left alone, and so is an "
		"instruction with a linter's comment above it or a comment inside it.",
	.maps = maps,
	.before = "FROM alpine:3.24\nCMD [\"sh\"]\nCMD [\"date\"]\n",
	.after = "FROM alpine:3.24\nCMD [\"date\"]\n",
	.may = 0,
	.run = run,
};
