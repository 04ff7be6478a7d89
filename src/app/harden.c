/* SPDX-License-Identifier: Apache-2.0 */
#include "app/harden.h"

#include "app/hold.h"
#include "base/lines.h"
#include "pass/pass.h"

#include <stdlib.h>

enum { MAX_ROUNDS = 4, MAX_PASSES = 8 };

/* One reading and what is known from it; dies with its arena. */
struct revision {
	struct arena arena;
	struct doc *doc;
	struct facts *facts; /* NULL where the text does not read */
};

struct run {
	const struct harden_input *in;
	const struct harden_options *o;
	const struct transform *const *list;
	size_t n;
	bool *off; /* by transform: taken out of this run */
	bool *acted; /* by transform: in this round */
	struct outcome *out;
	struct lines original;
	struct surroundings around;
	bool looked;
	struct revision *first; /* the reading of the original: kept for the effects */
	struct revision *now;
	struct text text; /* of now */
	struct origins origins;
	struct finding **applied;
	size_t napplied, applied_cap;
	struct finding **left; /* of this round: what was not applied */
	size_t nleft, left_cap;
	size_t nkept; /* the first ones of left: of transforms that are off */
	struct file_edit *files;
	size_t nfiles, files_cap;
};

/* --- revisions ------------------------------------------------------------- */

static const struct surroundings *look_around(struct run *r, const struct doc *d)
{
	if (!r->looked && r->in->look)
		r->in->look(r->in->look_data, d, &r->around);
	r->looked = true;
	return &r->around;
}

/* The answer to the facts' question for what is around, which few ask. */
static void ask_around(void *data, struct facts_around *out)
{
	struct run *r = data;
	const struct surroundings *s = look_around(r, r->now->doc);

	*out = (struct facts_around){ s->context, s->because, s->named, s->nnamed, s->starts, s->nstarts };
}

static struct revision *revision_open(struct run *r, struct text text)
{
	struct arena first = { 0 };
	struct revision *rev = ARENA_NEW(&first, struct revision);
	struct facts_inputs in = { .ask_around = ask_around, .ask_data = r, .overlay = r->o->overlay };

	rev->arena = first;
	in.doc = rev->doc = doc_read(&rev->arena, text);
	r->out->readings++;
	/* Which stages are exported is a question only where there are several. */
	if (rev->doc->nstages > 1) {
		in.targets = look_around(r, rev->doc)->targets;
		in.ntargets = r->around.ntargets;
	}
	if (doc_ok(rev->doc))
		rev->facts = facts_open(&rev->arena, &in);
	return rev;
}

static void revision_close(struct revision *rev)
{
	struct arena a;

	if (!rev)
		return;
	a = rev->arena; /* rev itself lies in it */
	arena_release(&a);
}

/* The current revision is left behind. */
static void leave(struct run *r)
{
	if (r->now != r->first)
		revision_close(r->now);
}

/* --- one transform --------------------------------------------------------- */

static void add_left(struct run *r, struct finding *f)
{
	r->left = arena_grow(&r->out->arena, r->left, r->nleft, &r->left_cap, sizeof(f));
	r->left[r->nleft++] = f;
}

static void add_fault(struct run *r, const struct transform *t, struct text message)
{
	struct outcome *o = r->out;

	o->faults = arena_grow(&o->arena, o->faults, o->nfaults, &o->faults_cap, sizeof(*o->faults));
	o->faults[o->nfaults++] = (struct fault){ t, arena_text(&o->arena, message) };
}

/* A finding that only makes files, and made just these before: done. */
static bool is_done(const struct run *r, const struct finding *f)
{
	if (f->nedits || !f->nfiles)
		return false;
	for (size_t i = 0; i < f->nfiles; i++) {
		size_t k = 0;

		while (k < r->nfiles && !(text_eq(r->files[k].path, f->files[i].path) &&
					  text_eq(r->files[k].after, f->files[i].after)))
			k++;
		if (k == r->nfiles)
			return false;
	}
	return true;
}

/* Gathers the edits of the findings that are to be applied. */
static size_t gather(struct run *r, const struct pass *p, struct edit **edits, struct finding **taken, size_t *ntaken)
{
	size_t total = 0, n = 0;

	for (size_t i = 0; i < p->n; i++)
		total += p->findings[i]->nedits;
	*edits = ARENA_ARRAY(&r->out->arena, total + 1, struct edit);
	*ntaken = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct finding *f = p->findings[i];

		if (f->fate != FATE_APPLIED) {
			add_left(r, f);
			continue;
		}
		if (is_done(r, f))
			continue;
		for (size_t k = 0; k < f->nedits; k++)
			(*edits)[n + k] = f->edits[k];
		edits_sort(*edits + n, f->nedits);
		if (edits_clash(*edits + n, f->nedits, r->text.n)) {
			add_fault(r, f->by, TEXT("the edits of one finding overlap"));
			continue;
		}
		n += f->nedits;
		taken[(*ntaken)++] = f;
	}
	edits_sort(*edits, n);
	return n;
}

/* An edit and the finding, by its place in `taken`, that it belongs to. */
struct owned {
	struct edit edit;
	size_t owner;
};

static int by_start(const void *x, const void *y)
{
	const struct owned *a = x, *b = y;

	if (a->edit.at.start != b->edit.at.start)
		return a->edit.at.start < b->edit.at.start ? -1 : 1;
	return a->owner < b->owner ? -1 : a->owner > b->owner;
}

/* Marks the later finding of each two whose edits overlap; true where there were any. */
static bool mark_clashes(const struct owned *list, size_t n, bool *dropped)
{
	const struct owned *last = NULL;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (dropped[list[i].owner])
			continue;
		if (last && list[i].edit.at.start < last->edit.at.end && list[i].owner != last->owner) {
			any = true;
			dropped[list[i].owner > last->owner ? list[i].owner : last->owner] = true;
			if (list[i].owner > last->owner)
				continue;
		}
		last = &list[i];
	}
	return any;
}

/* Leaves out findings whose edits overlap those of earlier ones: what is still worth
 * saying then, the transform finds again in the next round. */
static size_t settle(struct run *r, const struct pass *p, struct edit **edits, struct finding **taken, size_t *ntaken)
{
	size_t n = gather(r, p, edits, taken, ntaken), total = 0, kept = 0, m = 0;
	struct arena scratch = { 0 };
	struct owned *list;
	bool *dropped;

	if (!edits_clash(*edits, n, r->text.n))
		return n;
	list = ARENA_ARRAY(&scratch, n, struct owned);
	dropped = ARENA_ARRAY(&scratch, *ntaken, bool);
	for (size_t i = 0; i < *ntaken; i++)
		for (size_t k = 0; k < taken[i]->nedits; k++)
			list[total++] = (struct owned){ taken[i]->edits[k], i };
	qsort(list, total, sizeof(*list), by_start);
	for (int pass = 0; pass < MAX_PASSES && mark_clashes(list, total, dropped);)
		pass++;
	for (size_t i = 0; i < *ntaken; i++) {
		for (size_t k = 0; !dropped[i] && k < taken[i]->nedits; k++)
			(*edits)[m++] = taken[i]->edits[k];
		if (!dropped[i])
			taken[kept++] = taken[i];
	}
	arena_release(&scratch);
	*ntaken = kept;
	edits_sort(*edits, m);
	if (edits_clash(*edits, m, r->text.n))
		*ntaken = m = 0; /* too tangled for that many passes */
	return m;
}

static void accept(struct run *r, struct revision *next, struct text text, const struct edit *edits, size_t n)
{
	r->origins = origins_splice(&r->out->arena, &r->origins, edits, n);
	leave(r);
	r->now = next;
	r->text = text;
}

static void add_applied(struct run *r, struct finding *f)
{
	struct outcome *o = r->out;

	r->applied = arena_grow(&o->arena, r->applied, r->napplied, &r->applied_cap, sizeof(f));
	r->applied[r->napplied++] = f;
	for (size_t i = 0; i < f->nfiles; i++) {
		r->files = arena_grow(&o->arena, r->files, r->nfiles, &r->files_cap, sizeof(*r->files));
		r->files[r->nfiles++] = f->files[i];
	}
}

/* A result with a line longer than BuildKit takes is nobody's fault: the findings of
 * that transform are refused, for the rest of the run. */
static void refuse_long_line(struct run *r, struct finding **taken, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		taken[i]->fate = FATE_REFUSED;
		taken[i]->code = "line-too-long";
		taken[i]->decide = TEXT("the line would be longer than the 65,535 bytes that BuildKit takes: break it first");
		add_left(r, taken[i]);
		/* to the front, behind those kept before */
		r->left[r->nleft - 1] = r->left[r->nkept];
		r->left[r->nkept++] = taken[i];
	}
}

/* Reads the result; true where it holds and is now the text. */
static bool try_edits(struct run *r, const struct transform *t, const struct edit *edits, size_t n, struct finding **taken,
		      size_t ntaken)
{
	struct text text = edits_splice(&r->out->arena, r->text, edits, n), why;
	struct revision *next = revision_open(r, text);

	if (!next->facts && next->doc->line_too_long) {
		refuse_long_line(r, taken, ntaken);
		revision_close(next);
		return false;
	}
	if (!next->facts)
		why = TEXT("its result does not read");
	else
		why = hold_check(&r->out->arena, r->now->facts, next->facts, t);
	if (why.n) {
		add_fault(r, t, why);
		revision_close(next);
		return false;
	}
	accept(r, next, text, edits, n);
	return true;
}

/* What is not selected drops out. */
static void select_findings(struct run *r, struct pass *p)
{
	struct opt_outs opt_outs = opt_outs_read(&r->now->arena, r->now->doc);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (select_finding(&r->o->selection, &r->out->arena, &opt_outs, p->findings[i]))
			p->findings[n++] = p->findings[i];
	p->n = n;
}

/* True where the text, or a file beside it, changed. */
static bool run_transform(struct run *r, size_t index)
{
	const struct transform *t = r->list[index];
	struct pass p = { .by = t, .facts = r->now->facts, .wish = r->o->user, .outcome = &r->out->arena, .original = &r->original,
			  .origins = &r->origins };
	struct edit *edits;
	struct finding **taken;
	size_t n, ntaken;

	t->run(&p);
	if (p.n)
		select_findings(r, &p);
	if (p.n == 0)
		return false;
	taken = ARENA_ARRAY(&r->out->arena, p.n, struct finding *);
	n = settle(r, &p, &edits, taken, &ntaken);
	if (ntaken == 0)
		return false;
	if (n && !try_edits(r, t, edits, n, taken, ntaken)) {
		r->off[index] = true;
		return false;
	}
	for (size_t i = 0; i < ntaken; i++)
		add_applied(r, taken[i]);
	return true;
}

/* --- rounds ---------------------------------------------------------------- */

/* True where something changed. */
static bool run_round(struct run *r)
{
	bool any = false;

	r->nleft = r->nkept;
	for (size_t i = 0; i < r->n; i++) {
		r->acted[i] = !r->off[i] && select_transform(&r->o->selection, r->list[i]) && run_transform(r, i);
		any = any || r->acted[i];
	}
	return any;
}

static void start(struct run *r)
{
	leave(r);
	r->text = r->in->text;
	r->now = r->first;
	r->origins = origins_start(&r->out->arena, r->text.n);
	r->napplied = r->nfiles = 0;
	r->nleft = r->nkept;
}

/* Runs until nothing changes. Where it does not settle, whoever acted in the last
 * round is left out, and it starts again. */
static void run_until_stable(struct run *r)
{
	for (size_t tries = 0; tries <= r->n; tries++) {
		int round = 0;

		while (round < MAX_ROUNDS && run_round(r))
			round++;
		if (round < MAX_ROUNDS)
			return;
		for (size_t i = 0; i < r->n; i++) {
			if (!r->acted[i])
				continue;
			r->off[i] = true;
			add_fault(r, r->list[i], TEXT("it did not come to rest"));
		}
		start(r);
	}
}

/* --- the outcome ----------------------------------------------------------- */

static int by_place(const void *x, const void *y)
{
	const struct finding *a = *(struct finding *const *)x, *b = *(struct finding *const *)y;

	if (a->place.line != b->place.line)
		return a->place.line < b->place.line ? -1 : 1;
	if (a->place.column != b->place.column)
		return a->place.column < b->place.column ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static void collect_findings(struct run *r)
{
	struct outcome *o = r->out;

	o->findings = ARENA_ARRAY(&o->arena, r->napplied + r->nleft + 1, struct finding *);
	for (size_t i = 0; i < r->napplied; i++)
		o->findings[o->nfindings++] = r->applied[i];
	for (size_t i = 0; i < r->nleft; i++)
		o->findings[o->nfindings++] = r->left[i];
	/* A transform's own order stays where two stand at one place. */
	for (size_t i = 0; i < o->nfindings; i++)
		o->findings[i]->item = i;
	qsort(o->findings, o->nfindings, sizeof(*o->findings), by_place);
}

/* One change a path: the last text of it counts. */
static void collect_changes(struct run *r)
{
	struct outcome *o = r->out;

	o->changes = ARENA_ARRAY(&o->arena, r->nfiles + 1, struct change);
	if (!text_eq(o->before, o->after))
		o->changes[o->nchanges++] = (struct change){ o->path, false, o->before, o->after };
	for (size_t i = 0; i < r->nfiles; i++) {
		const struct file_edit *e = &r->files[i];
		size_t k = 0;

		while (k < o->nchanges && !text_eq(o->changes[k].path, e->path))
			k++;
		if (k == o->nchanges)
			o->changes[o->nchanges++] = (struct change){ e->path, e->is_new, e->before, e->after };
		else
			o->changes[k].after = e->after;
	}
}

static void collect_effects(struct run *r)
{
	if (r->now != r->first)
		hold_effects(&r->out->arena, r->first->facts, r->now->facts, &r->out->effects, &r->out->neffects);
}

static void refuse_file(struct run *r, size_t line, size_t column, struct text why)
{
	r->out->unreadable = true;
	r->out->problem = arena_text(&r->out->arena, why);
	r->out->problem_place = (struct place){ line, column };
}

/* Front ends that are BuildKit's own, whatever registry they come through. Another one
 * may read the file in another way. */
static bool is_own_front_end(struct text syntax)
{
	static const char *const names[] = { "docker/dockerfile", "docker/dockerfile-upstream" };
	struct imageref ref;

	if (syntax.n == 0)
		return true;
	if (!imageref_parse(syntax, &ref))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text name = text_of(names[i]), behind = ref.path;

		if (text_ends(behind, name) && (behind.n == name.n || behind.p[behind.n - name.n - 1] == '/'))
			return true;
	}
	return false;
}

/* False where the file is left alone, and why. */
static bool accept_file(struct run *r)
{
	const struct doc *d = r->first->doc;
	const struct problem *p = doc_problem(d);

	if (p)
		refuse_file(r, p->line, p->column, p->message);
	else if (d->nstages == 0)
		refuse_file(r, 1, 1, TEXT("the file has no FROM"));
	else if (!is_own_front_end(d->syntax))
		refuse_file(r, 1, 1, ARENA_JOIN(&r->out->arena, TEXT("the file asks for a front end that is not BuildKit's own, "),
						d->syntax, TEXT(", and only that knows how to read it")));
	return !r->out->unreadable;
}

void harden(const struct harden_input *in, const struct harden_options *o, struct outcome *out)
{
	struct run r = { .in = in, .o = o, .out = out, .around = in->around };

	r.list = o->transforms ? o->transforms : transforms;
	r.n = o->transforms ? o->ntransforms : transforms_count;
	r.off = ARENA_ARRAY(&out->arena, r.n + 1, bool);
	r.acted = ARENA_ARRAY(&out->arena, r.n + 1, bool);
	out->path = arena_text(&out->arena, in->path);
	out->before = out->after = in->text;
	r.original = lines_open(&out->arena, in->text);
	r.now = r.first = revision_open(&r, in->text);
	start(&r);
	if (accept_file(&r)) {
		run_until_stable(&r);
		out->after = r.text;
		collect_findings(&r);
		collect_changes(&r);
		collect_effects(&r);
	}
	leave(&r);
	revision_close(r.first);
}

void outcome_release(struct outcome *o)
{
	arena_release(&o->arena);
	*o = (struct outcome){ 0 };
}
