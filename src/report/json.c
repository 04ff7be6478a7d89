/* SPDX-License-Identifier: Apache-2.0 */
#include "base/js.h"
#include "edit/diff.h"
#include "pass/transform.h"
#include "report/report.h"
#include "report/secret.h"

#include <string.h>

enum { SCHEMA = 1 };

/* A file's object as it is written: lists go out element by element, so that no tree
 * of a whole file is in memory. */
struct writer {
	struct buf *out;
	struct arena *a;
	bool document;
	bool empty; /* the list or object that is open has no element yet */
};

static const char *const statuses[] = {
	[FATE_APPLIED] = "applied", [FATE_REFUSED] = "refused",	    [FATE_ADVICE] = "advice",
	[FATE_MUTED] = "muted",	    [FATE_LEVEL] = "needs-level",
};

static const char *const tools[] = {
	[RULE_HADOLINT] = "hadolint", [RULE_BUILDKIT] = "BuildKit", [RULE_CIS] = "CIS Docker Benchmark",
};

/* --- values ------------------------------------------------------------------ */

static int add_piece(const char *p, size_t n, void *data)
{
	struct buf *out = data;
	const char *del;

	/* DEL is the one control character that jansson leaves; it stands in strings only. */
	while ((del = memchr(p, 0x7f, n))) {
		buf_add(out, (struct text){ p, (size_t)(del - p) });
		buf_adds(out, "\\u007f");
		n -= (size_t)(del - p) + 1;
		p = del + 1;
	}
	buf_add(out, (struct text){ p, n });
	return 0;
}

/* In ASCII: no terminal obeys what a file holds. Gives up the reference. */
static void add_json(struct buf *out, json_t *v)
{
	json_dump_callback(v, add_piece, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
	json_decref(v);
}

static json_t *hidden(struct arena *a, struct text t)
{
	return js_text(secret_hide(a, t));
}

static json_t *hidden_or_null(struct arena *a, struct text t)
{
	return t.n ? hidden(a, t) : json_null();
}

static json_t *string_or_null(const char *cstr)
{
	return cstr ? json_string(cstr) : json_null();
}

static json_t *size_or_null(size_t n)
{
	return n ? js_size(n) : json_null();
}

/* --- the object's frame ------------------------------------------------------- */

static void separate(struct writer *w, const char *line)
{
	if (!w->empty)
		buf_addc(w->out, ',');
	if (w->document)
		buf_adds(w->out, line);
	w->empty = false;
}

static void name(struct writer *w, const char *key)
{
	bool first = w->empty;

	separate(w, first ? "" : "\n  ");
	buf_addf(w->out, "\"%s\":", key);
}

static void member(struct writer *w, const char *key, json_t *v)
{
	name(w, key);
	add_json(w->out, v);
}

static void list_open(struct writer *w, const char *key)
{
	name(w, key);
	buf_addc(w->out, '[');
	w->empty = true;
}

static void element(struct writer *w, json_t *v)
{
	separate(w, "\n    ");
	add_json(w->out, v);
}

static void list_close(struct writer *w)
{
	buf_addc(w->out, ']');
	w->empty = false;
}

/* --- parts -------------------------------------------------------------------- */

static json_t *change_json(const struct change *c)
{
	size_t added, removed;

	diff_count(c->is_new ? TEXT_NONE : c->before, c->after, &added, &removed);
	return json_pack("{s:o, s:b, s:o, s:o}", "path", js_text(c->path), "new", (int)c->is_new, "added", js_size(added),
			 "removed", js_size(removed));
}

static json_t *because_json(struct arena *a, const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->nbecause; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "line", size_or_null(f->because[i].line), "words",
						      hidden(a, f->because[i].words)));
	return list;
}

static json_t *consequences_json(const struct finding *f)
{
	json_t *list = json_array();

	for (int c = 0; c < CHANGES_COUNT; c++)
		if (f->changes & 1u << c)
			json_array_append_new(list, json_string(consequence_name((enum consequence)c)));
	return list;
}

static json_t *lines_json(struct arena *a, const struct finding *f)
{
	struct text rest = f->yes_lines, line;
	json_t *list;
	bool more = true;

	if (f->fate != FATE_REFUSED || !rest.n)
		return json_null();
	list = json_array();
	while (text_cut(&rest, '\n', &line, &more))
		json_array_append_new(list, hidden(a, line));
	return json_pack("{s:o, s:o}", "where", hidden(a, f->yes_where), "lines", list);
}

static json_t *rules_json(const struct finding *f)
{
	json_t *list = json_array();

	for (const struct rule *r = f->by->maps; r && r->id; r++)
		if (!f->rule || strcmp(f->rule, r->id) == 0)
			json_array_append_new(list, json_pack("{s:s, s:s}", "tool", tools[r->of], "rule", r->id));
	return list;
}

static json_t *finding_json(struct arena *a, const struct finding *f)
{
	bool refused = f->fate == FATE_REFUSED;

	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", f->by->id, "part",
			 string_or_null(f->part), "level", level_name(f->level), "status", statuses[f->fate], "line",
			 js_size(f->place.line), "column", js_size(f->place.column), "message", hidden(a, f->message), "excerpt", hidden(a, f->excerpt),
			 "because", because_json(a, f), "code", refused ? string_or_null(f->code) : json_null(), "decide",
			 refused ? hidden_or_null(a, f->decide) : json_null(), "if_yes", lines_json(a, f), "muted_by",
			 f->fate == FATE_MUTED ? hidden_or_null(a, f->muted_by) : json_null(), "consequences",
			 consequences_json(f), "rules", rules_json(f));
}

/* What is done by words is a list of them, whatever their number. */
static bool has_words(enum aspect a)
{
	return a == ASPECT_ENTRY || a == ASPECT_HEALTH || a == ASPECT_COPIES || a == ASPECT_RUNS;
}

static json_t *value_json(struct arena *a, const struct effect *e, bool there, struct text value)
{
	bool by_key = e->aspect == ASPECT_ENV || e->aspect == ASPECT_LABELS, more = value.n > 0;
	struct text rest, word;
	json_t *list;

	if (!there)
		return json_null();
	rest = by_key ? secret_hide_value(a, e->key, value) : secret_hide(a, value);
	if (!has_words(e->aspect))
		return js_text(rest);
	list = json_array();
	while (text_cut(&rest, '\0', &word, &more))
		json_array_append_new(list, js_text(word));
	return list;
}

static json_t *effect_json(struct arena *a, const struct effect *e)
{
	return json_pack("{s:o, s:b, s:s, s:o, s:o, s:o}", "stage", js_text(e->stage), "exported", (int)e->exported,
			 "aspect", aspect_name(e->aspect), "key", hidden(a, e->key), "before", value_json(a, e, e->had, e->before),
			 "after", value_json(a, e, e->has, e->after));
}

static json_t *problem_json(struct arena *a, const struct outcome *o)
{
	if (!o->unreadable)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "line", js_size(o->problem_place.line), "column",
			 js_size(o->problem_place.column), "message", hidden(a, o->problem));
}

/* --- a file's object ------------------------------------------------------------ */

static void write_findings(struct writer *w, const struct outcome *o)
{
	enum { KEPT = 64 };

	list_open(w, "findings");
	for (size_t i = 0; i < o->nfindings; i++) {
		element(w, finding_json(w->a, o->findings[i]));
		if (i % KEPT == 0)
			arena_reset(w->a);
	}
	list_close(w);
}

static void write_lists(struct writer *w, const struct outcome *o)
{
	list_open(w, "changes");
	for (size_t i = 0; i < o->nchanges; i++)
		element(w, change_json(&o->changes[i]));
	list_close(w);
	write_findings(w, o);
	list_open(w, "effects");
	for (size_t i = 0; i < o->neffects; i++)
		element(w, effect_json(w->a, &o->effects[i]));
	list_close(w);
	list_open(w, "faults");
	for (size_t i = 0; i < o->nfaults; i++)
		element(w, json_pack("{s:s, s:o}", "id", o->faults[i].by->id, "message", hidden(w->a, o->faults[i].message)));
	list_close(w);
}

/* message: of an error, or NULL. */
static void write_file(struct buf *out, const struct outcome *o, const struct text *message, bool document)
{
	struct arena a = { 0 };
	struct writer w = { out, &a, document, true };

	buf_clear(out);
	buf_addc(out, '{');
	member(&w, "path", js_text(o->path));
	member(&w, "status", json_string(message ? "error" : o->unreadable ? "refused-by-buildkit" :
					 o->nchanges ? "changed" : "unchanged"));
	member(&w, "error", message ? hidden(&a, *message) : json_null());
	member(&w, "problem", problem_json(&a, o));
	write_lists(&w, o);
	member(&w, "readings", js_size(o->readings));
	buf_addc(out, '}');
	arena_release(&a);
}

void report_json_file(struct buf *out, const struct outcome *o, bool document)
{
	write_file(out, o, NULL, document);
}

void report_json_error(struct buf *out, struct text path, struct text message, bool document)
{
	struct outcome none = { .path = path };

	write_file(out, &none, &message, document);
}

/* --- a run's document ------------------------------------------------------------ */

static void write_bytes(FILE *to, const struct buf *b)
{
	if (b->n)
		fwrite(b->p, 1, b->n, to);
}

static void write_head(FILE *to, const struct report_totals *t)
{
	struct buf b = { 0 };

	buf_adds(&b, "{\"dfharden\":");
	add_json(&b, json_string(t->version ? t->version : ""));
	buf_addf(&b, ",\"schema\":%d,\"files\":[", SCHEMA);
	write_bytes(to, &b);
	buf_release(&b);
}

void report_json_next(FILE *to, struct report_totals *t, const struct buf *object, bool document)
{
	if (document && t->written == 0)
		write_head(to, t);
	if (document)
		fputs(t->written ? ",\n" : "\n", to);
	t->written++;
	write_bytes(to, object);
	if (!document)
		fputc('\n', to);
}

static json_t *totals_json(const struct report_totals *t)
{
	json_t *findings = json_object();

	for (size_t i = 0; i < sizeof(t->findings) / sizeof(t->findings[0]); i++)
		json_object_set_new(findings, statuses[i], js_size(t->findings[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "files", js_size(t->files), "unchanged",
			 js_size(t->unchanged), "changed", js_size(t->changed), "refused-by-buildkit", js_size(t->unreadable),
			 "error", js_size(t->errors), "skipped", js_size(t->skipped), "findings", findings, "faults",
			 js_size(t->faults));
}

void report_json_close(FILE *to, struct report_totals *t)
{
	struct buf b = { 0 };

	if (t->written == 0)
		write_head(to, t);
	buf_adds(&b, "\n],\"totals\":");
	add_json(&b, totals_json(t));
	buf_adds(&b, "}\n");
	write_bytes(to, &b);
	buf_release(&b);
}
