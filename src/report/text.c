/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"
#include "report/batch.h"
#include "report/show.h"

/* Lines of a section, of one id's share of it, and numbers in a list of lines. */
enum { GROUPS = 10, GROUPS_OF_ONE = 3, NUMBERS = 6, MUTED = 20 };
/* Bytes of a user's text, or of a sentence that may hold some. */
enum { WORDS_MAX = 100, SENTENCE_MAX = 300, PATH_MAX_SHOWN = 4096 };

/* --- parts of a line --------------------------------------------------------- */

/* The lines of a group, each once. */
static size_t *distinct_lines(struct arena *a, const struct batch *g, size_t *n)
{
	size_t *lines = ARENA_ARRAY(a, g->n + 1, size_t);

	*n = 0;
	for (size_t i = 0; i < g->n; i++)
		if (*n == 0 || lines[*n - 1] != g->entries[i].f->place.line)
			lines[(*n)++] = g->entries[i].f->place.line;
	return lines;
}

/* "line 4", "lines 4, 6 and 9", "lines 4, 6, 9, 12, 15, 18 and 13 more" */
static void show_lines(struct show *s, const struct batch *g)
{
	size_t n, *lines = distinct_lines(s->a, g, &n), shown = show_limit(s, n, NUMBERS);

	buf_adds(s->out, n == 1 ? "line " : "lines ");
	for (size_t i = 0; i < shown; i++) {
		bool last = i + 1 == n;

		buf_addf(s->out, "%s%zu", i == 0 ? "" : last ? " and " : ", ", lines[i]);
	}
	if (shown < n)
		buf_addf(s->out, " and %zu more", n - shown);
}

static void show_excerpt(struct show *s, const char *indent, const struct finding *f)
{
	if (!s->style->verbose || f->excerpt.n == 0)
		return;
	show_paint(s, PAINT_DIM);
	buf_addf(s->out, "%s%zu | ", indent, f->place.line);
	show_text(s, text_trim(f->excerpt), WORDS_MAX);
	show_plain(s);
	buf_addc(s->out, '\n');
}

/* Evidence from another line says which, unless its words do. */
static bool names_line(struct show *s, const struct evidence *e)
{
	return text_find(e->words, arena_printf(s->a, "line %zu", e->line), 0) != TEXT_NPOS;
}

static void show_evidence(struct show *s, const char *indent, const struct finding *f, const struct evidence *e,
			  size_t more)
{
	show_paint(s, PAINT_DIM);
	buf_addf(s->out, "%sbecause: ", indent);
	show_text(s, e->words, s->style->verbose ? SENTENCE_MAX : WORDS_MAX);
	if (e->line && e->line != f->place.line && !names_line(s, e))
		buf_addf(s->out, " (line %zu)", e->line);
	if (more)
		buf_addf(s->out, " (and %zu more)", more);
	show_plain(s);
	buf_addc(s->out, '\n');
}

/* One line of evidence stands for a group, unless all is asked for. */
static void show_because(struct show *s, const char *indent, const struct batch *g)
{
	const struct finding *first = g->entries->f;
	size_t more = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct finding *f = g->entries[i].f;

		show_excerpt(s, indent, f);
		for (size_t k = 0; k < f->nbecause; k++) {
			if (s->style->verbose)
				show_evidence(s, indent, f, &f->because[k], 0);
			else if (first->nbecause && !text_eq(f->because[k].words, first->because[0].words))
				more++;
		}
	}
	if (!s->style->verbose && first->nbecause)
		show_evidence(s, indent, first, &first->because[0], more);
}

static void title(struct show *s, const char *t)
{
	buf_addf(s->out, "  %s\n", t);
}

/* --- sections ---------------------------------------------------------------- */

static size_t count(const struct outcome *o, unsigned fates)
{
	size_t n = 0;

	for (size_t i = 0; i < o->nfindings; i++)
		n += (fates >> o->findings[i]->fate) & 1u;
	return n;
}

/* What is told: quiet ones only where all is asked for. */
static size_t count_told(const struct show *s, const struct outcome *o, unsigned fates)
{
	size_t n = count(o, fates);

	for (size_t i = 0; i < o->nfindings && !s->style->verbose; i++)
		n -= o->findings[i]->quiet && (fates >> o->findings[i]->fate) & 1u;
	return n;
}

/* Takes the quiet ones out. */
static void keep_told(const struct show *s, struct batches *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (s->style->verbose || !b->list[i].entries->f->quiet)
			b->list[n++] = b->list[i];
	b->n = n;
}

static const char *const consequences[CHANGES_COUNT] = {
	[CHANGES_PORT] = "another port answers",
	[CHANGES_VOLUME_OWNER] = "volumes that exist already need another owner (chown)",
	[CHANGES_BASE_PUBLISHER] = "the base image comes from another publisher",
	[CHANGES_SERVER] = "another server program runs",
};

static void show_consequence(struct show *s, const struct batches *b, unsigned bit, const char *sentence)
{
	size_t shown = 0;

	buf_addf(s->out, "    %s", sentence);
	for (size_t i = 0; i < b->n; i++) {
		if (!(b->list[i].entries->f->changes & bit))
			continue;
		if (++shown > NUMBERS && !s->style->verbose)
			continue;
		buf_addf(s->out, "%s%s, ", shown > 1 ? "; " : ": ", finding_id(b->list[i].entries->f));
		show_lines(s, &b->list[i]);
	}
	if (shown > NUMBERS && !s->style->verbose)
		buf_addf(s->out, " and %zu more", shown - NUMBERS);
	buf_addc(s->out, '\n');
}

static void show_before_deploying(struct show *s, const struct outcome *o, const struct batches *b)
{
	unsigned changes = 0;

	for (size_t i = 0; i < o->nfindings; i++)
		if (o->findings[i]->fate == FATE_APPLIED)
			changes |= o->findings[i]->changes;
	if (!changes)
		return;
	show_painted(s, PAINT_BOLD, "  Before you deploy\n");
	for (int c = 0; c < CHANGES_COUNT; c++)
		if (changes & 1u << c)
			show_consequence(s, b, 1u << c, consequences[c]);
}

/* The other files of the change set. */
static void show_files(struct show *s, const struct outcome *o)
{
	size_t shown = show_limit(s, o->nchanges, GROUPS);

	for (size_t i = 0; i < shown; i++) {
		if (text_eq(o->changes[i].path, o->path))
			continue;
		buf_adds(s->out, "    with it: ");
		show_visible(s, o->changes[i].path, PATH_MAX_SHOWN);
		buf_adds(s->out, o->changes[i].is_new ? " (new)\n" : "\n");
	}
	show_more(s, "    ", o->nchanges - shown);
}

static void show_head(struct show *s, const struct batch *g)
{
	buf_addf(s->out, "    %s (%s)", finding_id(g->entries->f), level_name(g->entries->f->level));
}

static void show_change(struct show *s, const struct batch *g, bool alone)
{
	if (!alone)
		buf_adds(s->out, "      ");
	show_lines(s, g);
	buf_adds(s->out, ": ");
	show_text(s, g->entries->f->message, SENTENCE_MAX);
	buf_addc(s->out, '\n');
	show_because(s, alone ? "      " : "        ", g);
}

/* The groups of one id: on its line if it is one, else below it. */
static void show_transform(struct show *s, const struct batch *g, size_t n)
{
	size_t shown = show_limit(s, n, GROUPS_OF_ONE), left = 0;

	show_head(s, g);
	buf_adds(s->out, n == 1 ? ", " : "\n");
	for (size_t i = 0; i < n; i++) {
		if (i >= shown) {
			left += g[i].n;
			continue;
		}
		show_change(s, &g[i], n == 1);
	}
	show_more(s, "      ", left);
}

static void show_changes(struct show *s, const struct outcome *o, const struct batches *b)
{
	size_t end, budget = show_limit(s, b->n, GROUPS), i;

	if (b->n == 0)
		return;
	title(s, "What changed");
	for (i = 0; i < b->n && budget; i = end) {
		size_t lines;

		for (end = i + 1; end < b->n && batch_has_head(&b->list[i], &b->list[end]);)
			end++;
		lines = show_limit(s, end - i, GROUPS_OF_ONE);
		budget -= lines < budget ? lines : budget;
		show_transform(s, &b->list[i], end - i);
	}
	show_more(s, "    ", batches_size(b, i));
	show_files(s, o);
}

/* The lines that would do it. */
static void show_lines_to_add(struct show *s, const struct finding *f)
{
	struct text rest = f->yes_lines, line;
	bool more = true;

	if (!s->style->verbose || f->fate != FATE_REFUSED || !rest.n)
		return;
	buf_adds(s->out, "      if so, ");
	show_text(s, f->yes_where, SENTENCE_MAX);
	buf_adds(s->out, ":\n");
	while (text_cut(&rest, '\n', &line, &more)) {
		buf_adds(s->out, "        ");
		show_text(s, line, SENTENCE_MAX);
		buf_addc(s->out, '\n');
	}
}

static void show_refusal(struct show *s, const struct batch *g)
{
	const struct finding *f = g->entries->f;

	buf_addf(s->out, "    %s, ", finding_id(f));
	show_lines(s, g);
	if (f->fate == FATE_REFUSED) {
		buf_adds(s->out, " ");
		show_paint(s, PAINT_YELLOW);
		buf_addf(s->out, "[%s]", f->code);
		show_plain(s);
	}
	buf_adds(s->out, ": ");
	show_text(s, f->message, SENTENCE_MAX);
	buf_addc(s->out, '\n');
	if (f->fate == FATE_REFUSED && f->decide.n) {
		buf_adds(s->out, "      ");
		show_text(s, f->decide, SENTENCE_MAX);
		buf_addc(s->out, '\n');
	}
	for (size_t i = 0; i < g->n; i++)
		show_lines_to_add(s, g->entries[i].f);
	if (s->style->verbose)
		show_because(s, "      ", g);
}

static void show_left(struct show *s, const struct outcome *o)
{
	struct batches b = batches_make(s->a, o, 1u << FATE_REFUSED | 1u << FATE_ADVICE);
	size_t shown;

	keep_told(s, &b);
	shown = show_limit(s, b.n, GROUPS);
	if (b.n == 0)
		return;
	title(s, "Left to you");
	for (size_t i = 0; i < shown; i++)
		show_refusal(s, &b.list[i]);
	show_more(s, "    ", batches_size(&b, shown));
}

/* One line a level: what would be done there. */
static void show_level(struct show *s, const struct batches *b, enum level l)
{
	size_t n = 0, end;
	const char *before = " (";

	for (size_t i = 0; i < b->n; i++)
		n += b->list[i].entries->f->level == l ? b->list[i].n : 0;
	if (n == 0)
		return;
	buf_addf(s->out, "  %zu more with --level %s", n, level_name(l));
	for (size_t i = 0; i < b->n; i = end) {
		size_t own = 0;

		for (end = i; end < b->n && batch_has_head(&b->list[i], &b->list[end]); end++)
			own += b->list[end].n;
		if (b->list[i].entries->f->level != l)
			continue;
		buf_addf(s->out, "%s%s", before, finding_id(b->list[i].entries->f));
		if (own > 1)
			buf_addf(s->out, " %zu", own);
		before = ", ";
	}
	buf_adds(s->out, ")\n");
}

static void show_levels(struct show *s, const struct outcome *o)
{
	struct batches b = batches_make(s->a, o, 1u << FATE_LEVEL);

	for (int l = 0; l < LEVEL_COUNT; l++) {
		show_level(s, &b, (enum level)l);
		for (size_t i = 0; s->style->verbose && i < b.n; i++)
			if (b.list[i].entries->f->level == (enum level)l)
				show_refusal(s, &b.list[i]);
	}
}

static void show_muted(struct show *s, const struct outcome *o)
{
	struct batches b = { 0 };

	if (s->style->verbose)
		b = batches_make(s->a, o, 1u << FATE_MUTED);
	if (b.n)
		title(s, "Muted by the file");
	for (size_t i = 0; i < b.n; i++) {
		const struct finding *f = b.list[i].entries->f;

		buf_addf(s->out, "    %s, ", finding_id(f));
		show_lines(s, &b.list[i]);
		buf_adds(s->out, ": ");
		show_text(s, f->muted_by, WORDS_MAX);
		buf_addc(s->out, '\n');
	}
}

static void show_faults(struct show *s, const struct outcome *o)
{
	for (size_t i = 0; i < o->nfaults; i++) {
		show_painted(s, PAINT_RED, "  a bug of ours:");
		buf_addf(s->out, " %s was taken back: ", o->faults[i].by->id);
		show_text(s, o->faults[i].message, SENTENCE_MAX);
		buf_adds(s->out, "; please report it\n");
	}
}

/* --- the whole --------------------------------------------------------------- */

static void show_path(struct show *s, const struct outcome *o)
{
	show_paint(s, PAINT_BOLD);
	show_visible(s, o->path, PATH_MAX_SHOWN);
	show_plain(s);
}

static void show_problem(struct show *s, const struct outcome *o)
{
	show_path(s, o);
	buf_addf(s->out, ":%zu:%zu: ", o->problem_place.line, o->problem_place.column);
	show_painted(s, PAINT_RED, "error:");
	buf_addc(s->out, ' ');
	show_text(s, o->problem, SENTENCE_MAX);
	buf_adds(s->out, " (the file is left alone)\n");
}

static void show_headline(struct show *s, const struct outcome *o)
{
	size_t applied = count(o, 1u << FATE_APPLIED), left = count_told(s, o, 1u << FATE_REFUSED | 1u << FATE_ADVICE);

	show_path(s, o);
	buf_adds(s->out, ": ");
	if (applied)
		show_count(s, applied, "change", "changes");
	else
		buf_adds(s->out, count_told(s, o, ~(1u << FATE_MUTED)) || o->nfaults ? "nothing changed" : "nothing to do");
	if (left)
		buf_addf(s->out, ", %zu left to you", left);
	buf_addc(s->out, '\n');
}

static void show_outcome(struct show *s, const struct outcome *o)
{
	struct batches applied = batches_make(s->a, o, 1u << FATE_APPLIED);

	show_headline(s, o);
	show_before_deploying(s, o, &applied);
	show_changes(s, o, &applied);
	show_effects(s, o);
	show_left(s, o);
	show_levels(s, o);
	show_muted(s, o);
	show_faults(s, o);
}

void report_text(struct buf *out, const struct outcome *o, const struct report_style *style)
{
	struct arena a = { 0 };
	struct show s = { out, &a, style };
	bool silent = count_told(&s, o, ~(1u << FATE_MUTED)) == 0 && o->nfaults == 0;

	if (o->unreadable)
		show_problem(&s, o);
	else if (!silent || style->verbose)
		show_outcome(&s, o);
	arena_release(&a);
}
