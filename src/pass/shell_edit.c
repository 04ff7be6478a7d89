/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include "base/buf.h"

/* --- places ---------------------------------------------------------------- */

bool command_editable(const struct command *c)
{
	const struct script *s = c->script;

	return s->editable && c->list->text.p == s->tree.text.p && c->sh->at.end <= s->editable;
}

static const struct instruction *ins_of(const struct pass *p, size_t item)
{
	return pass_doc(p)->items[item].ins;
}

/* The source offset behind the byte that ends there: on its line, where a continuation follows. */
static size_t source_end(const struct instruction *ins, size_t at)
{
	return at ? ins_source(ins, at - 1) + 1 : 0;
}

/* The source from behind logical `start` to behind logical `end`; false over a comment. */
static bool behind(const struct pass *p, const struct instruction *ins, size_t start, size_t end, struct range *out)
{
	if (start == 0 || !ins_source_range(pass_doc(p), ins, start - 1, end - start + 1, out))
		return false;
	out->start++;
	return true;
}

static bool refuse_comment(struct pass *p, struct finding *f)
{
	finding_refuse(p, f, "comment-inside",
		       TEXT("a comment stands inside the instruction, and a comment is never removed: move it above and run again"));
	return false;
}

static bool refuse_script(struct pass *p, struct finding *f)
{
	finding_refuse(p, f, "script-not-editable",
		       TEXT("the command stands in a here-document or a JSON string, which are left as they are: change it there by hand"));
	return false;
}

/* --- words ----------------------------------------------------------------- */

bool edit_word(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text with)
{
	struct range at = c->sh->words[word].at;

	if (!command_editable(c))
		return refuse_script(p, f);
	return finding_replace_logical(p, f, ins_of(p, item), at.start, at.end - at.start, with);
}

/* Behind -- a dash is a dash. */
static bool options_ended(const struct command *c, size_t word)
{
	for (size_t i = c->first + 1; i <= word && i < c->sh->nwords; i++)
		if (maybe_is(c->sh->words[i].value, "--"))
			return true;
	return false;
}

bool edit_insert_behind(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text text)
{
	if (!command_editable(c))
		return refuse_script(p, f);
	if (text_starts(text, TEXT("-")) && options_ended(c, word)) {
		finding_refuse(p, f, "options-ended", TEXT("a -- ends the options before the place where this one goes: write it in front of that"));
		return false;
	}
	finding_insert(p, f, source_end(ins_of(p, item), c->sh->words[word].at.end), ARENA_JOIN(pass_arena(p), TEXT(" "), text));
	return true;
}

bool edit_insert_front(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t word, struct text text)
{
	if (!command_editable(c))
		return refuse_script(p, f);
	finding_insert(p, f, ins_source(ins_of(p, item), c->sh->words[word].at.start), ARENA_JOIN(pass_arena(p), text, TEXT(" ")));
	return true;
}

/* What comes before or behind a command's word may be an assignment or a redirection. */
static size_t end_before(const struct command *c, size_t at)
{
	size_t end = c->sh->at.start;

	for (size_t i = 0; i < c->sh->nwords; i++)
		if (c->sh->words[i].at.end <= at && c->sh->words[i].at.end > end)
			end = c->sh->words[i].at.end;
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].at.end <= at && c->sh->redirs[i].at.end > end)
			end = c->sh->redirs[i].at.end;
	for (size_t i = 0; i < c->sh->nassigns; i++)
		if (c->sh->assigns[i].at.end <= at && c->sh->assigns[i].at.end > end)
			end = c->sh->assigns[i].at.end;
	return end;
}

static bool redirects_between(const struct command *c, size_t start, size_t end)
{
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].at.start >= start && c->sh->redirs[i].at.end <= end)
			return true;
	return false;
}

/* Where `at` would become the first byte of the instruction's script, it must not read as a flag of RUN, nor as
 * JSON. True: it would, and the finding is a refusal now. */
static bool reads_otherwise(struct pass *p, struct finding *f, size_t item, size_t start, size_t at)
{
	const struct script *s = facts_script(pass_facts(p), item);
	struct text rest = text_from(ins_of(p, item)->logical, at);

	if (!s || s->form != SCRIPT_LINE || !s->tree.list || start > s->tree.list->at.start ||
	    !(text_starts(rest, TEXT("--")) || text_starts(rest, TEXT("["))))
		return false;
	finding_refuse(p, f, "reads-otherwise",
		       TEXT("what would then come first is read as a flag of the instruction, or as JSON: put it behind another command"));
	return true;
}

bool edit_delete_words(struct pass *p, struct finding *f, size_t item, const struct command *c, size_t first, size_t last)
{
	const struct instruction *ins = ins_of(p, item);
	size_t start = c->sh->words[first].at.start, end = c->sh->words[last].at.end, before = end_before(c, start);
	struct range r;

	if (!command_editable(c))
		return refuse_script(p, f);
	if (last + 1 < c->sh->nwords && reads_otherwise(p, f, item, start, c->sh->words[last + 1].at.start))
		return false;
	if (redirects_between(c, start, end)) {
		finding_refuse(p, f, "redirection-between",
			       TEXT("a redirection stands between the words that would go: move it to the end of the command and run again"));
		return false;
	}
	if (before > c->sh->at.start && behind(p, ins, before, end, &r)) {
		finding_replace(p, f, r, TEXT_NONE);
		return true;
	}
	/* Up to the next word: the first one of a command, or one below a comment. */
	if (last + 1 < c->sh->nwords) {
		end = c->sh->words[last + 1].at.start;
		return finding_replace_logical(p, f, ins, start, end - start, TEXT_NONE);
	}
	return refuse_comment(p, f);
}

/* --- steps ----------------------------------------------------------------- */

/* In "a && b && \" with c on the next line, b goes with the join before it, and c stays where it is. */
static bool closes_line(const struct pass *p, const struct instruction *ins, const struct sh_list *list, size_t first, size_t last,
			struct range *out)
{
	struct range next;

	if (first == 0 || last + 1 >= list->n || list->steps[first - 1].join != list->steps[last].join)
		return false;
	return behind(p, ins, list->steps[first - 1].at.end, list->steps[last].at.end, out) &&
	       !text_has(text_range(pass_doc(p)->text, *out), '\n') &&
	       behind(p, ins, list->steps[last].at.end, list->steps[last + 1].at.start, &next) &&
	       text_has(text_range(pass_doc(p)->text, next), '\n');
}

static bool chains(enum sh_join j)
{
	return j == SH_AND || j == SH_OR;
}

/* Of "a && b; c" the join before b goes with it: c is to run whatever a does. */
static bool ends_chain(const struct sh_list *list, size_t first, size_t last)
{
	return first > 0 && chains(list->steps[first - 1].join) && !chains(list->steps[last].join);
}

bool edit_delete_steps(struct pass *p, struct finding *f, size_t item, const struct sh_list *list, size_t first, size_t last)
{
	const struct instruction *ins = ins_of(p, item);
	size_t start = list->steps[first].at.start, end = list->steps[last].at.end;
	struct range r;

	if (last + 1 < list->n && reads_otherwise(p, f, item, start, list->steps[last + 1].at.start))
		return false;
	if (closes_line(p, ins, list, first, last, &r)) {
		finding_replace(p, f, r, TEXT_NONE);
		return true;
	}
	if (last + 1 < list->n && !ends_chain(list, first, last) && ins_source_range(pass_doc(p), ins, start, list->steps[last + 1].at.start - start, &r)) {
		finding_replace(p, f, r, TEXT_NONE);
		return true;
	}
	if (first > 0 && behind(p, ins, list->steps[first - 1].at.end, end, &r)) {
		finding_replace(p, f, r, TEXT_NONE);
		return true;
	}
	return refuse_comment(p, f);
}

/* --- layout ---------------------------------------------------------------- */

enum { LONG_LINE = 100, MAX_LOOK = 1000 /* items of a file that are asked how they are laid out */ };

static struct text indent_of(struct text line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return text_sub(line, 0, n);
}

/* Where the source line that holds `at` begins. */
static size_t line_start(struct text t, size_t at)
{
	while (at > 0 && t.p[at - 1] != '\n')
		at--;
	return at;
}

static struct text line_at(struct text t, size_t at)
{
	size_t start = line_start(t, at);

	return text_sub(t, start, text_chr(t, '\n', start));
}

/* How a joined command is laid out: by the instruction at hand, else by the file. */
struct layout {
	bool leading; /* && at the start of a line */
	struct text indent;
};

/* Looks at one instruction; true where it joins commands over lines. */
static bool layout_of(const struct doc *d, const struct instruction *ins, struct layout *out)
{
	for (size_t i = 0; i + 1 < ins->nsegments; i++) {
		struct text above = text_sub(ins->logical, ins->segments[i].at, ins->segments[i + 1].at);
		struct text below = text_sub(ins->logical, ins->segments[i + 1].at,
					     ins->segments[i + 1].at + ins->segments[i + 1].n);
		bool leading = text_starts(text_trim(below), TEXT("&&"));

		if (!leading && !text_ends(text_trim(above), TEXT("&&")))
			continue;
		out->leading = leading;
		out->indent = indent_of(line_at(d->text, ins->segments[i + 1].src));
		return true;
	}
	return false;
}

static struct layout layout_find(const struct pass *p, size_t item)
{
	struct layout l = { false, TEXT("    ") };
	const struct doc *d = pass_doc(p);
	const struct instruction *ins = ins_of(p, item);

	if (layout_of(d, ins, &l))
		return l;
	for (size_t i = 0; i < d->nitems && i < MAX_LOOK; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_RUN && layout_of(d, d->items[i].ins, &l))
			break;
	if (ins->nsegments > 1)
		l.indent = indent_of(line_at(d->text, ins->segments[ins->nsegments - 1].src));
	return l;
}

/* " && \" and a new line, or " \", a new line and "&& ". */
static struct text join_text(const struct pass *p, struct layout l)
{
	const struct doc *d = pass_doc(p);
	struct text escape = arena_printf(pass_arena(p), "%c%s", d->escape, d->newline);

	if (l.leading)
		return ARENA_JOIN(pass_arena(p), TEXT(" "), escape, l.indent, TEXT("&& "));
	return ARENA_JOIN(pass_arena(p), TEXT(" && "), escape, l.indent);
}

struct text edit_run_text(struct pass *p, size_t like, const struct text *commands, size_t n)
{
	const struct doc *d = pass_doc(p);
	struct layout l = { false, TEXT("    ") };
	struct buf out = { 0 };
	struct text t, join, run = pass_keyword(p, ins_of(p, like), KW_RUN);

	for (size_t i = 0; i < d->nitems && i < MAX_LOOK; i++)
		if (d->items[i].ins && d->items[i].ins->keyword == KW_RUN && layout_of(d, d->items[i].ins, &l))
			break;
	join = join_text(p, l);
	for (size_t i = 0; i < n; i++) {
		buf_add(&out, i ? join : ARENA_JOIN(pass_arena(p), run, TEXT(" ")));
		buf_add(&out, commands[i]);
	}
	buf_adds(&out, d->newline);
	t = arena_text(pass_arena(p), buf_text(&out));
	buf_release(&out);
	return t;
}

/* --- in front and behind --------------------------------------------------- */

/* A lone backslash at the end is itself; with more behind it, it would quote that. */
static bool ends_in_backslash(const struct script *s)
{
	size_t end = s->tree.list->steps[s->tree.list->n - 1].at.end;

	return end > 0 && s->tree.text.p[end - 1] == '\\';
}

/* A script that a command can be joined to at its ends. */
static const struct script *joinable(struct pass *p, struct finding *f, size_t item)
{
	const struct script *s = facts_script(pass_facts(p), item);

	if (!s || !s->tree.list || s->doubtful || !s->tree.list->n || !s->editable) {
		refuse_script(p, f);
		return NULL;
	}
	if (ends_in_backslash(s)) {
		finding_refuse(p, f, "backslash-at-end", TEXT("the line ends in a backslash, which would quote what is put behind it: take it away and run again"));
		return NULL;
	}
	if (s->tree.ncomments) {
		finding_refuse(p, f, "comment-in-script", TEXT("a shell comment ends the line: move it above the RUN and run again"));
		return NULL;
	}
	for (size_t i = 0; i < s->tree.list->n; i++)
		if (s->tree.list->steps[i].join == SH_AMP) {
			finding_refuse(p, f, "background-job",
				       TEXT("a command runs in the background (&) and may still be at work then: say what the script is to wait for"));
			return NULL;
		}
	return s;
}

/* The and-or list that the step is in is the last one: its status is the script's. */
static bool in_last_list(const struct command *c)
{
	size_t end = c->step;

	while (end + 1 < c->list->n && chains(c->list->steps[end].join))
		end++;
	return end + 1 == c->list->n;
}

bool edit_before(struct pass *p, struct finding *f, size_t item, const struct command *c, struct text text)
{
	if (!command_editable(c))
		return refuse_script(p, f);
	if (c->place > 0 || !c->certain) {
		finding_refuse(p, f, "not-a-chain", TEXT("a failure of what would stand before the command would go unseen: join them with && by hand"));
		return false;
	}
	/* Elsewhere -e is what sees a failure, and it does not look at what stands in front of &&. */
	finding_insert(p, f, ins_source(ins_of(p, item), c->sh->at.start),
		       ARENA_JOIN(pass_arena(p), text, in_last_list(c) ? TEXT(" && ") : TEXT("; ")));
	return true;
}

static size_t source_column(const struct pass *p, size_t at)
{
	return at - line_start(pass_doc(p)->text, at);
}

/* How a command goes behind what ends at a source offset. */
static struct text join_at(const struct pass *p, size_t item, size_t at, struct text text)
{
	if (ins_of(p, item)->nsegments > 1 || source_column(p, at) + text.n > LONG_LINE)
		return join_text(p, layout_find(p, item));
	return TEXT(" && ");
}

bool edit_append(struct pass *p, struct finding *f, size_t item, struct text text)
{
	const struct script *s = joinable(p, f, item);
	size_t at;

	if (!s)
		return false;
	at = source_end(ins_of(p, item), s->tree.list->steps[s->tree.list->n - 1].at.end);
	finding_insert(p, f, at, ARENA_JOIN(pass_arena(p), join_at(p, item, at, text), text));
	return true;
}

/* -e is, or may come to be, in force. */
static bool has_errexit(const struct script *s)
{
	const struct sh_list *l = s->tree.list;

	for (size_t i = 0; l && i < l->n; i++)
		if (l->steps[i].commands[0].kind == SH_SIMPLE && l->steps[i].commands[0].nwords &&
		    maybe_is(l->steps[i].commands[0].words[0].value, "set"))
			return true;
	return s->errexit || !s->plain;
}

/* How a command goes behind a step, so that all that follows is run, or not, as before; empty: it cannot. */
static struct text join_behind(const struct pass *p, size_t item, const struct command *c, size_t at, struct text text)
{
	const struct sh_step *s = &c->list->steps[c->step];
	bool chained = c->step > 0 && chains(s[-1].join);

	if (!c->top || c->script->tree.text.p[c->sh->at.end - 1] == '\\' || s->join == SH_OR || (c->step > 0 && s[-1].join == SH_OR))
		return TEXT_NONE;
	if (s->join == SH_AND || in_last_list(c) || !has_errexit(c->script))
		return join_at(p, item, at, text);
	/* -e looks at the last command of a list only: a list of one command stays one. */
	return chained ? TEXT_NONE : TEXT("; ");
}

bool edit_behind(struct pass *p, struct finding *f, size_t item, const struct command *c, struct text text)
{
	size_t at = source_end(ins_of(p, item), c->sh->at.end);
	struct text join;

	if (!command_editable(c))
		return refuse_script(p, f);
	join = join_behind(p, item, c, at, text);
	if (!join.n) {
		finding_refuse(p, f, "not-a-chain", TEXT("the command runs under a condition, or its failure is passed over: put it behind by hand"));
		return false;
	}
	finding_insert(p, f, at, ARENA_JOIN(pass_arena(p), join, text));
	return true;
}

/* --- merging --------------------------------------------------------------- */

static const struct {
	const char *open, *close;
} wraps[] = { [WRAP_NONE] = { "", "" }, [WRAP_GROUP] = { "{ ", "; }" }, [WRAP_SUBSHELL] = { "(", ")" } };

/* Between the two stand blank lines, which a continuation must not hold, and comments. */
static void drop_blank_lines(struct pass *p, struct finding *f, size_t before, size_t item)
{
	const struct doc *d = pass_doc(p);

	for (size_t i = before + 1; i < item; i++)
		if (d->items[i].kind == ITEM_BLANK)
			finding_replace(p, f, d->items[i].raw, TEXT_NONE);
}

/* From behind the last command to the end of its line: what stands there is a ";" or blanks. */
static struct range line_rest(const struct pass *p, size_t from, size_t item)
{
	struct text t = pass_doc(p)->text;
	size_t end = pass_doc(p)->items[item].raw.end;

	if (end > from && t.p[end - 1] == '\n')
		end--;
	if (end > from && t.p[end - 1] == '\r')
		end--;
	return (struct range){ from, end };
}

/* What ends a part that another follows, to the end of its line. */
static void end_part(struct pass *p, struct finding *f, const struct merge_part *part, struct text join)
{
	const struct sh_list *l = facts_script(pass_facts(p), part->item)->tree.list;
	size_t end = source_end(ins_of(p, part->item), l->steps[l->n - 1].at.end);

	finding_replace(p, f, line_rest(p, end, part->item),
			ARENA_JOIN(pass_arena(p), text_of(wraps[part->wrap].close), join));
}

/* What starts a part in the place of its keyword and flags; the first one keeps them. */
static void start_part(struct pass *p, struct finding *f, const struct merge_part *part, bool first, struct text join)
{
	const struct sh_list *l = facts_script(pass_facts(p), part->item)->tree.list;
	size_t script = ins_source(ins_of(p, part->item), l->at.start);
	struct range at = { first ? script : pass_doc(p)->items[part->item].raw.start, script };

	if (!first || part->wrap)
		finding_replace(p, f, at, ARENA_JOIN(pass_arena(p), first ? TEXT_NONE : join, text_of(wraps[part->wrap].open)));
}

/* Between a keyword and its script, or behind the script, where all that stands there goes. */
static bool loses_comment(struct pass *p, const struct merge_part *part, bool first, bool last)
{
	const struct instruction *ins = ins_of(p, part->item);
	const struct sh_list *l = facts_script(pass_facts(p), part->item)->tree.list;
	struct range r = line_rest(p, source_end(ins, l->steps[l->n - 1].at.end), part->item);

	if (!first && !ins_source_range(pass_doc(p), ins, 0, l->at.start + 1, &(struct range){ 0, 0 }))
		return true;
	return (!last || part->wrap) && text_has(text_range(pass_doc(p)->text, r), '#');
}

static bool may_merge(struct pass *p, struct finding *f, const struct merge_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!joinable(p, f, parts[i].item))
			return false;
		if (ins_of(p, parts[i].item)->nheredocs)
			return refuse_script(p, f);
		if (loses_comment(p, &parts[i], i == 0, i + 1 == n))
			return refuse_comment(p, f);
		if (i > 0 && pass_pragma_above(p, parts[i].item)) {
			finding_refuse(p, f, "pragma-above",
				       TEXT("a comment above it speaks to a linter and would then stand inside another RUN: merge them by hand"));
			return false;
		}
	}
	return true;
}

bool edit_merge_runs(struct pass *p, struct finding *f, const struct merge_part *parts, size_t n)
{
	struct layout l = layout_find(p, parts[0].item);
	struct text escape = arena_printf(pass_arena(p), "%c", pass_doc(p)->escape);
	struct text above = ARENA_JOIN(pass_arena(p), l.leading ? TEXT(" ") : TEXT(" && "), escape);
	struct text below = ARENA_JOIN(pass_arena(p), l.indent, l.leading ? TEXT("&& ") : TEXT_NONE);

	if (!may_merge(p, f, parts, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n;

		start_part(p, f, &parts[i], i == 0, below);
		if (!last || parts[i].wrap)
			end_part(p, f, &parts[i], last ? TEXT_NONE : above);
		if (i > 0)
			drop_blank_lines(p, f, parts[i - 1].item, parts[i].item);
	}
	return true;
}
