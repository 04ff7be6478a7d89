/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

enum { MAX_PARENTS = 64 };

#define KEY "org.opencontainers.image.authors"
#define ADD_BY_HAND "the stage has an authors label of its own: add the name to it and remove MAINTAINER"

/* The name as people mean it: quotes around the whole of it are not part of it. */
static struct text bare(struct text v)
{
	if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0] &&
	    text_chr(v, v.p[0], 1) == v.n - 1)
		return text_trim(text_sub(v, 1, v.n - 1));
	return v;
}

static void add_quoted(struct buf *out, struct text v, char escape)
{
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"' || v.p[i] == '$' || v.p[i] == escape)
			buf_addc(out, escape);
		buf_addc(out, v.p[i]);
	}
}

static size_t look_for_label(const struct pass *p, int stage, size_t *value)
{
	size_t item = facts_stages(pass_facts(p))->list[stage].from, found = TEXT_NPOS;

	while ((item = pass_next_in_stage(p, KW_LABEL, item)) != TEXT_NPOS) {
		const struct instruction *ins = pass_doc(p)->items[item].ins;

		for (size_t i = 0; i < ins->nwords; i += 2)
			if (text_is(bare(ins->words[i].value), KEY)) {
				found = item;
				*value = i + 1;
			}
	}
	return found;
}

/* What find_label() found, by stage: many stages may continue one. */
struct label {
	bool looked;
	size_t item, value;
};

/* The last pair of that key in a stage: its LABEL's item and the value's index. */
static size_t find_label(const struct pass *p, struct label *labels, int stage, size_t *value)
{
	struct label *l = &labels[stage];

	if (!l->looked)
		l->item = look_for_label(p, stage, &l->value);
	l->looked = true;
	if (l->item != TEXT_NPOS)
		*value = l->value;
	return l->item;
}

/* MAINTAINER becomes a LABEL of its own; those before it in the stage go into it. */
static void to_label(struct pass *p, struct finding *f, size_t first, size_t last)
{
	const struct doc *d = pass_doc(p);
	const struct instruction *ins = d->items[last].ins;
	struct buf out = { 0 };

	buf_add(&out, pass_keyword(p, ins, KW_LABEL));
	buf_adds(&out, " " KEY "=\"");
	for (size_t item = first; item != TEXT_NPOS && item <= last; item = pass_next_in_stage(p, KW_MAINTAINER, item)) {
		if (item != first)
			buf_adds(&out, ", ");
		add_quoted(&out, bare(ins_written(d->items[item].ins, &d->items[item].ins->words[0])), d->escape);
		if (item != last)
			finding_delete_item(p, f, item);
	}
	buf_addc(&out, '"');
	finding_replace_logical(p, f, ins, ins->name_at, ins->logical.n - ins->name_at, buf_text(&out));
	buf_release(&out);
}

/* One of the names, separated by commas, is that one. */
static bool lists(struct text names, struct text name)
{
	struct text one;
	bool more = true;

	while (text_cut(&names, ',', &one, &more))
		if (text_eq(text_trim(one), name))
			return true;
	return false;
}

/* The label of a stage that this one continues; it would be hidden by one of ours. */
static size_t inherited_label(const struct pass *p, struct label *labels, int stage, size_t *value)
{
	size_t found = TEXT_NPOS;

	for (int hops = 0; found == TEXT_NPOS && hops < MAX_PARENTS; hops++) {
		stage = facts_stages(pass_facts(p))->list[stage].parent;
		if (stage < 0)
			return TEXT_NPOS;
		found = find_label(p, labels, stage, value);
	}
	return found;
}

/* Puts the name behind what the label holds, unless it is there already. */
static bool into_label(struct pass *p, struct finding *f, size_t item, size_t label, size_t value)
{
	const struct doc *d = pass_doc(p);
	const struct instruction *ins = d->items[item].ins, *to = d->items[label].ins;
	struct text written = ins_written(to, &to->words[value]), name = bare(ins_written(ins, &ins->words[0]));
	bool quoted = written.n >= 2 && written.p[0] == '"' && text_chr(written, '"', 1) == written.n - 1;
	struct maybe known = state_expand(facts_before(pass_facts(p), label), pass_arena(p), d, to->words[value].value);
	struct buf out = { 0 };

	if (known.state == KNOWN && lists(known.text, name))
		return finding_delete_item(p, f, item);
	if (!quoted || known.state != KNOWN) {
		finding_refuse(p, f, "label-exists", TEXT(ADD_BY_HAND));
		return false;
	}
	buf_adds(&out, ", ");
	add_quoted(&out, name, d->escape);
	finding_insert(p, f, ins_source(to, to->words[value].at + to->words[value].n - 1), buf_text(&out));
	buf_release(&out);
	return finding_delete_item(p, f, item);
}

static void rewrite(struct pass *p, struct label *labels, size_t first)
{
	const struct doc *d = pass_doc(p);
	size_t last = first, value = 0, parent = TEXT_NPOS, label = find_label(p, labels, d->items[first].stage, &value);
	struct finding *f;

	for (size_t item = first; item != TEXT_NPOS; item = pass_next_in_stage(p, KW_MAINTAINER, item))
		last = item;
	f = pass_find(p, first, first == last ? TEXT("MAINTAINER is deprecated: the label " KEY " takes its place") :
						TEXT("several MAINTAINERs, of which only the last counts, become one label " KEY));
	if (label == TEXT_NPOS && (parent = inherited_label(p, labels, d->items[first].stage, &value)) == TEXT_NPOS) {
		to_label(p, f, first, last);
		return;
	}
	finding_because(p, f, label == TEXT_NPOS ? parent : label, TEXT("the label that the stage has already"));
	if (first != last)
		finding_refuse(p, f, "label-exists", TEXT("the stage has an authors label of its own: add the names to it and remove MAINTAINER"));
	else if (label == TEXT_NPOS)
		finding_refuse(p, f, "label-exists", TEXT(ADD_BY_HAND));
	else
		into_label(p, f, first, label, value);
}

static void run(struct pass *p)
{
	struct label *labels = ARENA_ARRAY(pass_arena(p), facts_stages(pass_facts(p))->n + 1, struct label);
	int stage = -1;

	for (size_t item = 0; pass_next(p, KW_MAINTAINER, &item); item++) {
		if (pass_doc(p)->items[item].stage != stage)
			rewrite(p, labels, item);
		stage = pass_doc(p)->items[item].stage;
	}
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL4000" },
	{ RULE_BUILDKIT, "MaintainerDeprecated" },
	{ RULE_HADOLINT, NULL },
};

const struct transform transform_maintainer_to_label = {
	.id = "maintainer-to-label",
	.title = "the authors label instead of MAINTAINER",
	.level = LEVEL_SAFE,
	.why = "MAINTAINER is deprecated and BuildKit warns of it. The OCI label " KEY " holds the same, can be "
	       "listed and queried, and stands with the other labels.",
	.risk = "The image's old `Author` field stays empty. A script that reads it with `docker inspect` must read the "
		"label. Where the stage has that label already, the name is added to it; where that cannot be done surely, "
		"nothing is changed.",
	.maps = maps,
	.before = "FROM alpine:3.24\nMAINTAINER Ada <ada@example.com>\n",
	.after = "FROM alpine:3.24\nLABEL org.opencontainers.image.authors=\"Ada <ada@example.com>\"\n",
	.may = MAY(ASPECT_LABELS),
	.run = run,
};
