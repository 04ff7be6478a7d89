/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

enum { MAX_ARGS = 4 }; /* ARGs whose defaults lead from one to the next */

/* Where a tag is to be written: logical [at, at + n) of an instruction's item. */
struct spot {
	size_t item, at, n;
	bool colon; /* the ":" is written too */
	const struct global_arg *args[MAX_ARGS]; /* whose defaults lead there */
	size_t nargs;
};

/* What is said where the catalog gives no tag. */
static const struct {
	const char *code, *decide;
} refusals[CATALOG_PIN_VERDICTS] = {
	[CATALOG_PIN_UNKNOWN_IMAGE] = { "image-unknown",
		"choose a version: what `latest` of this image stands for is not known here" },
	[CATALOG_PIN_NOT_ADVISED] = { "image-retired",
		"choose another image: this one is no longer kept up, and no tag of it can be advised" },
	[CATALOG_PIN_NO_LATEST] = { "latest-unknown",
		"name the version that you build and test with: it is not known what `latest` of this image stands for" },
	[CATALOG_PIN_MOVING] = { "tag-moving",
		"name the version that you build and test with: all that is known of this image's `latest` is another name that moves on" },
};

/* --- finding the place ------------------------------------------------------ */

/* Cuts a pair of quotes around the whole of a word. */
static struct text unquote(struct text t, size_t *at)
{
	if (t.n >= 2 && (t.p[0] == '"' || t.p[0] == '\'') && text_chr(t, t.p[0], 1) == t.n - 1) {
		++*at;
		return text_sub(t, 1, t.n - 1);
	}
	return t;
}

/* The name in a text that is just $NAME or ${NAME}. */
static bool is_variable(struct text t, struct text *name)
{
	if (t.n < 2 || t.p[0] != '$')
		return false;
	*name = text_from(t, 1);
	if (name->p[0] == '{' && name->p[name->n - 1] == '}')
		*name = text_sub(*name, 1, name->n - 1);
	for (size_t i = 0; i < name->n; i++)
		if (!ascii_alnum((unsigned char)name->p[i]) && name->p[i] != '_')
			return false;
	return name->n > 0;
}

/* Steps to the default of an ARG: t and at become the text behind its "=". */
static bool enter_arg(const struct pass *p, struct text name, struct spot *s, struct text *t)
{
	const struct stages *st = facts_stages(pass_facts(p));
	/* A default sees only what stands before it. */
	size_t eq, n = s->nargs ? (size_t)(s->args[s->nargs - 1] - st->args) : st->nargs;
	const struct global_arg *arg = stages_arg(st, n, name);

	if (!arg || s->nargs == MAX_ARGS)
		return false;
	eq = text_chr(arg->word->value, '=', 0);
	if (eq == TEXT_NPOS)
		return false;
	s->args[s->nargs++] = arg;
	s->item = arg->item;
	s->at = arg->word->at + eq + 1;
	*t = unquote(text_from(arg->word->value, eq + 1), &s->at);
	return true;
}

/* Finds where the tag of a reference stands or belongs. t starts at s->at. */
static bool locate(const struct pass *p, struct text t, struct spot *s)
{
	struct imageref_split split;
	struct text name, whole;
	size_t colon;

	while (is_variable(t, &name))
		if (!enter_arg(p, name, s, &t))
			return false;
	whole = t;
	colon = text_rchr(t, ':');
	if (colon != TEXT_NPOS && is_variable(text_from(t, colon + 1), &name)) {
		do
			if (!enter_arg(p, name, s, &t))
				return false;
		while (is_variable(t, &name));
		s->n = t.n;
		return !text_has(t, '$');
	}
	if (!imageref_split_unexpanded(whole, IMAGEREF_VALUES_ANY, &split) || split.digest != IMAGEREF_ABSENT)
		return false;
	s->colon = true;
	s->at += split.tag_at.start;
	s->n = split.tag_at.end - split.tag_at.start;
	return true;
}

/* --- ARGs that others use too ------------------------------------------------ */

static bool mentions(struct text t, struct text name)
{
	for (size_t i = 0; (i = text_chr(t, '$', i)) != TEXT_NPOS; i++) {
		struct text rest = text_from(t, i + 1);

		if (rest.n && rest.p[0] == '{')
			rest = text_from(rest, 1);
		if (!text_starts(rest, name))
			continue;
		rest = text_from(rest, name.n);
		if (!rest.n || (!ascii_alnum((unsigned char)rest.p[0]) && rest.p[0] != '_'))
			return true;
	}
	return false;
}

static bool is_plain_name(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && t.p[i] != '_')
			return false;
	return true;
}

/* An ARG of a stage, or of a trigger, takes over the global default: one of that very
 * name, or one whose name has quotes or variables in it. */
static bool redeclares(const struct instruction *ins, struct text name)
{
	for (size_t i = 0; i < ins->nwords; i++) {
		struct text word = ins->words[i].value;

		if (text_eq(word, name) || (!text_has(word, '=') && !is_plain_name(word)))
			return true;
	}
	return false;
}

static bool redeclared(const struct pass *p, struct text name)
{
	const struct doc *d = pass_doc(p);

	for (size_t item = 0; item < d->nitems; item++) {
		const struct instruction *ins = d->items[item].ins;

		if (!ins || d->items[item].stage < 0)
			continue;
		if (ins->keyword == KW_ONBUILD && ins->inner)
			ins = ins->inner;
		if (ins->keyword == KW_ARG && redeclares(ins, name))
			return true;
	}
	return false;
}

/* Anything but FROMs with the very same words makes use of the ARG. */
static bool shared(const struct pass *p, const struct spot *s, struct text base)
{
	const struct stages *st = facts_stages(pass_facts(p));

	for (size_t a = 0; a < s->nargs; a++) {
		struct text name = s->args[a]->name;
		size_t uses = 0;

		for (size_t i = 0; i < st->n; i++) {
			const struct flag *platform = ins_flag(st->list[i].ins, "platform");

			if ((platform && mentions(platform->value, name)) ||
			    (mentions(st->list[i].base, name) && !text_eq(st->list[i].base, base)))
				return true;
		}
		for (size_t i = 0; i < st->nargs; i++)
			uses += mentions(st->args[i].word->value, name);
		if (uses > (a > 0) || redeclared(p, name))
			return true;
	}
	return false;
}

/* --- saying and doing -------------------------------------------------------- */

static struct finding *find(struct pass *p, size_t item, const struct imageref *ref, const struct catalog_pin *pin)
{
	struct arena *a = pass_arena(p);
	struct text what = ref->tag.n ? TEXT(":latest moves") : TEXT(" has no tag, so it moves");
	struct finding *f;

	if (pin->verdict == CATALOG_PIN_DECIDED)
		f = pass_find(p, item, ARENA_JOIN(a, imageref_name(ref), what, TEXT(" with every release; `latest` was "), pin->tag,
						  TEXT(" on "), pin->as_of));
	else
		f = pass_find(p, item, ARENA_JOIN(a, imageref_name(ref), what, TEXT(" with every release")));
	f->rule = ref->tag.n ? "DL3007" : "DL3006";
	return f;
}

static void write_tag(struct pass *p, struct finding *f, const struct spot *s, struct text tag)
{
	const struct instruction *ins = pass_doc(p)->items[s->item].ins;

	finding_replace_logical(p, f, ins, s->at, s->n, s->colon ? ARENA_JOIN(pass_arena(p), TEXT(":"), tag) : tag);
}

static void add_source(struct pass *p, struct finding *f, const struct catalog_pin *pin)
{
	finding_because(p, f, TEXT_NPOS, ARENA_JOIN(pass_arena(p), TEXT("the image catalog, from "), pin->source));
}

/* A tag would be another name than the build context's, which would no longer be taken
 * in the image's place. */
static bool refuse_named(struct pass *p, struct finding *f, struct text image)
{
	struct arena *a = pass_arena(p);
	const struct named_context *c = facts_named_context(pass_facts(p), image);

	if (!c)
		return false;
	if (c->name.state == KNOWN) {
		finding_because(p, f, TEXT_NPOS, ARENA_JOIN(a, c->because, TEXT(" gives the build context "), c->name.text));
		finding_refuse(p, f, "named-context", TEXT("the repository's build files replace this image by a build context "
							   "of that name: choose the version there"));
	} else {
		finding_because(p, f, TEXT_NPOS, ARENA_JOIN(a, c->because, TEXT(" gives a build context whose name is not known")));
		finding_refuse(p, f, "named-context", TEXT("the repository's build files may replace this image, by a build context "
							   "whose name is not known here: choose the version there or here"));
	}
	return true;
}

/* The reference that a text is, where its tag is to be decided. */
static bool undecided(struct text full, struct imageref *ref, struct catalog_pin *pin)
{
	if (!imageref_parse(full, ref) || ref->digest.n || text_is(full, "scratch"))
		return false;
	catalog_pin(imageref_name(ref), ref->tag, pin);
	return pin->verdict != CATALOG_PIN_HAS_TAG;
}

static bool same_base_before(const struct stages *st, size_t stage)
{
	for (size_t i = stage > 64 ? stage - 64 : 0; i < stage; i++)
		if (text_eq(st->list[i].base, st->list[stage].base))
			return true;
	return false;
}

/* done, by global ARG: its default was judged. */
static void pin_from(struct pass *p, size_t stage, bool *done)
{
	const struct stages *st = facts_stages(pass_facts(p));
	const struct stage *s = &st->list[stage];
	const struct word *w = &s->ins->words[0];
	struct spot spot = { .item = s->from, .at = w->at };
	struct imageref ref;
	struct catalog_pin pin;
	struct finding *f;
	bool located;

	if (s->parent >= 0 || s->base_default.state != KNOWN || facts_base(pass_facts(p), stage)->windows ||
	    !undecided(s->base_default.text, &ref, &pin) || (!s->base_fixed && same_base_before(st, stage)))
		return;
	located = pin.verdict == CATALOG_PIN_DECIDED && locate(p, unquote(w->value, &spot.at), &spot);
	if (spot.nargs && located) {
		bool *judged = &done[spot.args[spot.nargs - 1] - st->args];

		if (*judged)
			return;
		*judged = true;
	}
	f = find(p, s->from, &ref, &pin);
	if (pin.verdict != CATALOG_PIN_DECIDED) {
		finding_refuse(p, f, refusals[pin.verdict].code, text_of(refusals[pin.verdict].decide));
		return;
	}
	if (refuse_named(p, f, s->base_default.text))
		return;
	add_source(p, f, &pin);
	if (!located)
		finding_refuse(p, f, "tag-in-variable", TEXT("the tag comes out of an expression: write the version where it is decided"));
	else if (shared(p, &spot, s->base))
		finding_refuse(p, f, "arg-shared", TEXT("the ARG that holds the tag is used elsewhere too: give it a version that suits all of them"));
	else
		write_tag(p, f, &spot, pin.tag);
	if (spot.nargs) {
		finding_because(p, f, s->from, ARENA_JOIN(pass_arena(p), TEXT("the FROM that uses ARG "), spot.args[0]->name));
		finding_at(p, f, pass_doc(p)->items[spot.item].ins, spot.at);
	}
}

/* A flag's part that names an image: value is a slice of what is written. */
static void pin_flag(struct pass *p, size_t item, size_t at, struct text value)
{
	struct spot spot = { .item = item, .at = at };
	struct imageref ref;
	struct catalog_pin pin;
	struct finding *f;

	if (stages_find(facts_stages(pass_facts(p)), value) >= 0 || text_has(value, '$') || !undecided(value, &ref, &pin) ||
	    pin.verdict != CATALOG_PIN_DECIDED)
		return; /* a name that is not known may be a further build context */
	f = find(p, item, &ref, &pin);
	finding_at(p, f, pass_doc(p)->items[item].ins, at);
	if (refuse_named(p, f, value))
		return;
	add_source(p, f, &pin);
	if (locate(p, value, &spot))
		write_tag(p, f, &spot, pin.tag);
}

/* from= in a --mount, else the whole value; only where it is written plainly. */
static void pin_flags(struct pass *p, size_t item, const char *name, bool mount)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;

	for (size_t i = 0; i < ins->nflags; i++) {
		const struct flag *f = &ins->flags[i];
		struct text rest = f->value, part;
		size_t at = f->at + f->n - f->value.n;
		bool more = true;

		if (!text_is(f->name, name) || !text_eq(text_sub(ins->logical, at, at + f->value.n), f->value))
			continue;
		if (!mount)
			pin_flag(p, item, at, f->value);
		while (mount && text_cut(&rest, ',', &part, &more))
			if (text_starts(part, TEXT("from=")))
				pin_flag(p, item, at + (size_t)(part.p - f->value.p) + 5, text_from(part, 5));
	}
}

static void run(struct pass *p)
{
	const struct stages *st = facts_stages(pass_facts(p));
	bool *done = ARENA_ARRAY(pass_arena(p), st->nargs + 1, bool);

	for (size_t i = 0; i < st->n; i++)
		pin_from(p, i, done);
	for (size_t item = 0; pass_next(p, KW_COPY, &item); item++)
		pin_flags(p, item, "from", false);
	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++)
		pin_flags(p, item, "mount", true);
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3006" }, { RULE_HADOLINT, "DL3007" }, { RULE_HADOLINT, NULL } };

const struct transform transform_pin_tag = {
	.id = "pin-tag",
	.title = "a version for images without a tag or with latest",
	.level = LEVEL_HARDEN,
	.why = "An image without a tag, or with `latest`, is another image after its next release: the build changes, or "
	       "breaks, without a change of the file. The tag written is what `latest` was on the day that the message names.",
	.risk = "The image no longer follows `latest`: it has to be raised on purpose, as a dependency is. Stages, scratch, "
		"digests, images that the catalog does not know, ARGs that are used elsewhere and images that the repository "
		"replaces by a named build context are left alone.",
	.maps = maps,
	.before = "FROM alpine\nCOPY --from=busybox:latest /bin/busybox /bin/\n",
	.after = "FROM alpine:3.24\nCOPY --from=busybox:1.38 /bin/busybox /bin/\n",
	.may = MAY(ASPECT_BASE) | MAY(ASPECT_COPIES) | MAY(ASPECT_ARGS),
	.run = run,
};
