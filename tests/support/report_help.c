/* SPDX-License-Identifier: Apache-2.0 */
#include "support/report_help.h"

const char ordinary[] = "FROM scratch\n"
			"MAINTAINER Ada <ada@example.com>\n"
			"ENV LANG C.UTF-8\n"
			"ENV DB_PASSWORD hunter2\n"
			"WORKDIR app\n"
			"ADD a.txt b.txt ./\n"
			"WORKDIR sub\n"
			"ADD *.tar ./\n"
			"CMD [\"one\", \"two words\"]\n"
			"CMD three $LANG\n";

/* What the reports under test are of, whatever transforms there are besides. */
static struct harden_options at_level(enum level l)
{
	static const struct text ids[] = { { "single-cmd", 10 }, { "use-copy", 8 }, { "absolute-workdir", 16 },
					   { "key-value-format", 16 }, { "maintainer-to-label", 19 }, { "pin-tag", 7 } };

	return (struct harden_options){ .selection = { .level = l, .deny = SELECTION_DENY_DEFAULT, .only = ids,
						       .nonly = sizeof(ids) / sizeof(ids[0]) } };
}

void harden_text(struct text text, enum level level, struct outcome *out)
{
	struct harden_options o = at_level(level);
	struct harden_input in = { .path = TEXT("app/Dockerfile"), .text = text, .around = { .because = TEXT("a test") } };

	harden(&in, &o, out);
}

void add_hostile(struct buf *b)
{
	buf_adds(b, "FROM scratch\nMAINTAINER " EVIL "\nENV " EVIL " " EVIL "\nWORKDIR a" EVIL "\nADD " EVIL " x\nCMD a" EVIL);
	buf_adds(b, "\nCMD b" EVIL "\nENV A ");
	for (size_t i = 0; i < 20000; i++)
		buf_adds(b, EVIL);
	buf_adds(b, "\nWORKDIR ");
	for (size_t i = 0; i < 20000; i++)
		buf_adds(b, "\xc3\xa9\x1b");
}

static const struct rule fake_maps[] = { { RULE_HADOLINT, "DL1" }, { RULE_CIS, "4.1" }, { RULE_HADOLINT, NULL } };
const struct transform fake = { .id = "non-root", .title = "t", .level = LEVEL_HARDEN, .maps = fake_maps };
const struct transform other = { .id = "use-thing", .title = "t", .level = LEVEL_STRICT, .maps = fake_maps };

struct finding *add_finding(struct outcome *o, const struct transform *by, size_t line, enum fate fate,
			    const char *message)
{
	struct finding *f = ARENA_NEW(&o->arena, struct finding);
	struct finding **list = ARENA_ARRAY(&o->arena, o->nfindings + 1, struct finding *);

	*f = (struct finding){ .by = by, .place = { line, 1 }, .message = text_of(message), .level = by->level, .fate = fate,
			       .code = fate == FATE_REFUSED ? "some-code" : NULL };
	for (size_t i = 0; i < o->nfindings; i++)
		list[i] = o->findings[i];
	list[o->nfindings++] = f;
	o->findings = list;
	return f;
}

struct effect *add_effect(struct outcome *o, enum aspect aspect, const char *key, struct text before,
			  struct text after)
{
	struct effect *list = ARENA_ARRAY(&o->arena, o->neffects + 1, struct effect);

	for (size_t i = 0; i < o->neffects; i++)
		list[i] = o->effects[i];
	o->effects = list;
	list[o->neffects] = (struct effect){ .stage = TEXT("0"), .exported = true, .aspect = aspect, .key = text_of(key),
					     .had = before.p, .has = after.p, .before = before, .after = after };
	return &list[o->neffects++];
}

void add_evidence(struct outcome *o, struct finding *f, size_t line, struct text words)
{
	f->because = arena_grow(&o->arena, f->because, f->nbecause, &f->because_cap, sizeof(*f->because));
	f->because[f->nbecause++] = (struct evidence){ line, words };
}
