/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/facts.h"

#include "syntax/imageref.h"

enum { BUDGET = 8 * 1024 * 1024 };

enum trigger { TRIGGER_ANY = 1, TRIGGER_USER = 2, TRIGGER_WORKDIR = 4 };

struct facts {
	struct arena *arena;
	struct facts_inputs in;
	struct stages stages;
	bool asked;
	struct facts_around around;
	const struct base **bases; /* by stage; shared with the parent */
	size_t budget;         /* of the states */
	unsigned *triggers;    /* by stage: enum trigger of its own ONBUILDs */
	struct state *before;  /* by item */
	struct state *after;   /* by stage */
	struct state *running; /* likewise, without ARGs */
	struct facts *usual;   /* the reading of a build without arguments */
	struct image *images;  /* by stage */
	bool *image_done;
	struct script_facts **scripts; /* by item */
	void **kept[KEPT_COUNT];       /* by stage */
};

struct facts *facts_open(struct arena *a, const struct facts_inputs *in)
{
	struct facts *f = ARENA_NEW(a, struct facts);

	f->arena = a;
	f->in = *in;
	f->budget = BUDGET;
	stages_read(a, in->doc, in->targets, in->ntargets, &f->stages);
	return f;
}

struct arena *facts_arena(const struct facts *f)
{
	return f->arena;
}

const struct doc *facts_doc(const struct facts *f)
{
	return f->in.doc;
}

static bool has_args(const struct facts *f)
{
	for (size_t i = 0; i < f->in.doc->nitems; i++)
		if (f->in.doc->items[i].ins && f->in.doc->items[i].ins->keyword == KW_ARG)
			return true;
	return false;
}

struct facts *facts_usual(struct facts *f)
{
	if (!f->usual && !has_args(f))
		f->usual = f;
	if (!f->usual) {
		f->usual = facts_open(f->arena, &f->in);
		f->usual->usual = f->usual;
		f->usual->asked = f->asked;
		f->usual->around = f->around;
	}
	return f->usual;
}

static const struct facts_around *need_around(struct facts *f)
{
	if (!f->asked && f->in.ask_around)
		f->in.ask_around(f->in.ask_data, &f->around);
	f->asked = true;
	return &f->around;
}

struct context *facts_context(struct facts *f)
{
	return need_around(f)->context;
}

const struct start_note *facts_starts(struct facts *f, size_t *n)
{
	*n = need_around(f)->nstarts;
	return need_around(f)->starts;
}

struct text facts_context_because(struct facts *f)
{
	return need_around(f)->because;
}

static struct text tag_or_latest(const struct imageref *ref)
{
	return ref->tag.n || ref->digest.n ? ref->tag : TEXT("latest");
}

static bool same_image(const struct imageref *x, const struct imageref *y)
{
	return text_eq(imageref_name(x), imageref_name(y)) && text_eq(tag_or_latest(x), tag_or_latest(y)) &&
	       text_eq(x->digest, y->digest);
}

const struct named_context *facts_named_context(struct facts *f, struct text image)
{
	const struct facts_around *around = need_around(f);
	const struct named_context *may = NULL;
	struct imageref want, name;
	bool parsed = imageref_parse(image, &want);

	for (size_t i = 0; i < around->nnamed; i++) {
		const struct named_context *c = &around->named[i];

		if (c->name.state != KNOWN)
			may = may ? may : c;
		else if (text_eq(c->name.text, image) ||
			 (parsed && imageref_parse(c->name.text, &name) && same_image(&name, &want)))
			return c;
	}
	return may;
}

const struct stages *facts_stages(const struct facts *f)
{
	return &f->stages;
}

/* A parent always comes before its child, so one pass in order does. */
static void need_bases(struct facts *f)
{
	if (f->bases)
		return;
	f->bases = ARENA_ARRAY(f->arena, f->stages.n + 1, const struct base *);
	for (size_t i = 0; i < f->stages.n; i++) {
		const struct stage *st = &f->stages.list[i];
		struct base *b;

		if (st->parent >= 0) {
			f->bases[i] = f->bases[st->parent];
			continue;
		}
		f->bases[i] = b = ARENA_NEW(f->arena, struct base);
		base_read(b, f->in.doc, st, f->in.overlay, f->usual == f, f->arena);
	}
}

/* The image that a stage starts from has triggers, which run right behind FROM. */
static bool has_triggers(const struct facts *f, size_t stage)
{
	const struct stage *list = f->stages.list;
	int parent = list[stage].parent;

	if (parent < 0)
		return f->bases[stage]->known && f->bases[stage]->config.onbuild.state != UNSET;
	return f->triggers[parent] != 0;
}

/* Triggers that only copy, run or set variables leave the user, and the directory, of their parent in force. */
static void pass_triggers(const struct facts *f, size_t stage, struct state *s)
{
	int parent = f->stages.list[stage].parent;
	unsigned triggers = parent < 0 ? TRIGGER_USER | TRIGGER_WORKDIR : f->triggers[parent];
	struct maybe user = s->user, workdir = s->workdir;

	state_forget(s, f->arena);
	if (!(triggers & TRIGGER_USER))
		s->user = user;
	if (!(triggers & TRIGGER_WORKDIR))
		s->workdir = workdir;
}

static unsigned trigger_of(const struct instruction *ins)
{
	enum keyword kw = ins->inner ? ins->inner->keyword : KW_UNKNOWN;

	if (kw == KW_UNKNOWN)
		return TRIGGER_ANY | TRIGGER_USER | TRIGGER_WORKDIR;
	return TRIGGER_ANY | (kw == KW_USER ? TRIGGER_USER : 0) | (kw == KW_WORKDIR ? TRIGGER_WORKDIR : 0);
}

static void find_triggers(struct facts *f)
{
	f->triggers = ARENA_ARRAY(f->arena, f->stages.n + 1, unsigned);
	for (size_t i = 0; i < f->in.doc->nitems; i++) {
		const struct item *it = &f->in.doc->items[i];

		if (it->ins && it->ins->keyword == KW_ONBUILD && it->stage >= 0)
			f->triggers[it->stage] |= trigger_of(it->ins);
	}
}

static void step(struct state *s, struct arena *a, const struct doc *d, const struct instruction *ins)
{
	struct text link = script_links_sh(a, d, ins, s);

	s->bin_sh = link.n ? link : s->bin_sh;
	state_step(s, a, d, ins);
}

static void need_states(struct facts *f)
{
	const struct doc *d = f->in.doc;

	if (f->before)
		return;
	need_bases(f);
	find_triggers(f);
	f->before = ARENA_ARRAY(f->arena, d->nitems + 1, struct state);
	f->after = ARENA_ARRAY(f->arena, f->stages.n + 1, struct state);
	f->running = ARENA_ARRAY(f->arena, f->stages.n + 1, struct state);
	for (size_t i = 0; i < f->stages.n; i++) {
		const struct stage *st = &f->stages.list[i];
		struct state s = state_start(f->bases[i], st->parent >= 0 ? &f->after[st->parent] : NULL,
					     &f->budget);

		s.defaults = f->usual == f ? &f->stages : NULL;
		if (has_triggers(f, i))
			pass_triggers(f, i, &s);
		for (size_t k = st->from; k < st->end; k++) {
			f->before[k] = s;
			if (d->items[k].ins)
				step(&s, f->arena, d, d->items[k].ins);
		}
		f->after[i] = s;
		f->running[i] = state_in_container(&s, f->arena);
	}
}

const struct base *facts_base(struct facts *f, size_t stage)
{
	need_bases(f);
	return f->bases[stage];
}

const struct state *facts_before(struct facts *f, size_t item)
{
	need_states(f);
	return &f->before[item];
}

const struct state *facts_after(struct facts *f, size_t stage)
{
	need_states(f);
	return &f->after[stage];
}

const struct state *facts_running(struct facts *f, size_t stage)
{
	need_states(f);
	return &f->running[stage];
}

const struct image *facts_image(struct facts *f, size_t stage)
{
	if (!f->images) {
		f->images = ARENA_ARRAY(f->arena, f->stages.n + 1, struct image);
		f->image_done = ARENA_ARRAY(f->arena, f->stages.n + 1, bool);
	}
	if (!f->image_done[stage])
		image_read(f, stage, &f->images[stage]);
	f->image_done[stage] = true;
	return &f->images[stage];
}

void **facts_kept(struct facts *f, enum facts_kept what, size_t stage)
{
	if (!f->kept[what])
		f->kept[what] = ARENA_ARRAY(f->arena, f->stages.n + 1, void *);
	return &f->kept[what][stage];
}

static struct script_facts *need_script(struct facts *f, size_t item)
{
	const struct item *it = &f->in.doc->items[item];

	if (!f->scripts)
		f->scripts = ARENA_ARRAY(f->arena, f->in.doc->nitems + 1, struct script_facts *);
	if (!f->scripts[item]) {
		f->scripts[item] = ARENA_NEW(f->arena, struct script_facts);
		if (it->ins && it->stage >= 0)
			f->scripts[item]->script = script_read(f->arena, f->in.doc, it->ins, facts_before(f, item));
	}
	return f->scripts[item];
}

const struct script *facts_script(struct facts *f, size_t item)
{
	return need_script(f, item)->script;
}

const struct script_facts *facts_commands(struct facts *f, size_t item)
{
	struct script_facts *s = need_script(f, item);

	if (s->script && !s->read) {
		commands_read(f->arena, s->script, &s->commands, &s->n);
		packages_read(f->arena, s);
	}
	s->read = true;
	return s;
}
