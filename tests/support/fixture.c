/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fixture.h"

#include "app/dump.h"
#include "base/js.h"
#include "edit/diff.h"
#include "support/variants.h"

#include <stdio.h>
#include <stdlib.h>

/* --- opening ---------------------------------------------------------------- */

static bool part(struct fixture *f, const char *name, struct text *out)
{
	return slurp(&f->arena, path_join(&f->arena, f->path, name), out);
}

static void read_args(struct fixture *f)
{
	const char **argv;
	struct text args, word;
	int argc = 1;
	bool more = true;

	part(f, "args", &args);
	argv = ARENA_ARRAY(&f->arena, args.n + 2, const char *);
	for (size_t i = 0; i < args.n; i++)
		((char *)args.p)[i] = args.p[i] == '\n' ? ' ' : args.p[i];
	while (text_cut(&args, ' ', &word, &more))
		if (word.n)
			argv[argc++] = arena_cstr(&f->arena, word);
	if (options_parse(&f->options, argc, argv, &f->usage) < 0)
		return;
	if (f->options.config && config_load(&f->config, path_join(&f->arena, f->path, f->options.config), &f->usage) != 0)
		return;
	f->usage.message[0] = '\0';
	f->harden.selection = settings_merge(&f->arena, &f->options.settings, &f->config.settings);
	f->harden.overlay = &f->config.overlay;
	f->harden.user = f->options.config ? &f->config.user : NULL;
}

/* A case in the folder of a transform is about that one alone, unless args says which. */
static void choose_pipeline(struct fixture *f)
{
	struct text path = text_of(f->path), folder;
	size_t slash;

	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	slash = text_rchr(path, '/');
	folder = text_sub(path, 0, slash == TEXT_NPOS ? 0 : slash);
	slash = text_rchr(folder, '/');
	f->alone = transform_find(text_from(folder, slash == TEXT_NPOS ? 0 : slash + 1));
	if (!f->alone || f->harden.selection.nonly)
		return;
	f->harden.transforms = &f->alone;
	f->harden.ntransforms = 1;
}

static void open_context(struct fixture *f)
{
	const char *root = path_join(&f->arena, f->path, "context");

	if (!path_is_folder(root))
		return;
	f->tree = context_tree_open_folder(root);
	f->context = context_open(f->tree, TEXT_NONE);
}

void fixture_open(struct fixture *f, const char *path)
{
	struct text here, above;

	*f = (struct fixture){ .path = path };
	part(f, "Dockerfile", &f->before);
	if (!part(f, "after.Dockerfile", &f->after))
		f->after = f->before;
	f->has_report = part(f, "report.txt", &f->report);
	f->has_dump = part(f, "dump.json", &f->dump);
	f->has_error = part(f, "error", &f->error);
	part(f, "variants", &here);
	part(f, "../variants", &above);
	f->skipped = ARENA_JOIN(&f->arena, here, TEXT("\n"), above);
	read_args(f);
	choose_pipeline(f);
	open_context(f);
}

void fixture_close(struct fixture *f)
{
	context_close(f->context);
	context_tree_close(f->tree);
	options_release(&f->options);
	config_release(&f->config);
	buf_release(&f->detail);
	arena_release(&f->arena);
}

struct harden_input fixture_input(const struct fixture *f, struct text text)
{
	const struct settings *s = &f->options.settings;
	struct surroundings around = {
		.context = f->context,
		.because = f->context ? TEXT("the case's folder context/") : TEXT("the case has no folder context/"),
		.targets = s->targets,
		.ntargets = s->ntargets,
	};

	return (struct harden_input){ .path = TEXT("Dockerfile"), .text = text, .around = around };
}

void fixture_differ(struct fixture *f, const char *what, struct text expected, struct text got)
{
	struct diff_options o = { .context = 1 };

	diff_unified(&f->detail, text_of(what), &expected, got, &o);
}

/* --- the reader --------------------------------------------------------------- */

static struct text problem_line(struct fixture *f, const struct doc *d)
{
	const struct problem *p = doc_problem(d);

	if (!p)
		return TEXT_NONE;
	return ARENA_JOIN(&f->arena, arena_printf(&f->arena, "%zu:%zu: ", p->line, p->column), p->message, TEXT("\n"));
}

static const char *judge_error(struct fixture *f, const struct doc *d)
{
	struct text got = problem_line(f, d);

	if (text_eq(f->error, got))
		return NULL;
	fixture_differ(f, "error", f->error, got);
	return got.n ? "it is refused for another reason" : "it is not refused";
}

/* One layout for both: keys sorted, indented. */
static struct text laid_out(struct fixture *f, json_t *v)
{
	char *s = json_dumps(v, JSON_INDENT(1) | JSON_SORT_KEYS);
	struct text t = ARENA_JOIN(&f->arena, text_of(s), TEXT("\n"));

	free(s);
	return t;
}

static json_t *dump(const struct doc *d)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	json_t *v;

	dump_json(&a, &b, TEXT("Dockerfile"), d);
	v = json_loadb(b.p, b.n, 0, NULL);
	buf_release(&b);
	arena_release(&a);
	return v;
}

static const char *judge_dump(struct fixture *f, const struct doc *d)
{
	json_t *expected = json_loadb(f->dump.p, f->dump.n, 0, NULL), *got = dump(d);
	const char *why = NULL;

	if (!expected)
		why = "dump.json is no JSON";
	else if (!got)
		why = "the dump is no JSON";
	else if (!json_equal(expected, got)) {
		why = "the dump differs";
		fixture_differ(f, "dump.json", laid_out(f, expected), laid_out(f, got));
	}
	json_decref(expected);
	json_decref(got);
	return why;
}

static const char *judge_reading(struct fixture *f)
{
	const struct doc *d = doc_read(&f->arena, f->before);
	const char *why = check_reading(&f->arena, d);

	if (!why && f->has_error)
		why = judge_error(f, d);
	if (!why && f->has_dump)
		why = judge_dump(f, d);
	return why;
}

/* --- the outcome ------------------------------------------------------------- */

static const char *judge_outcome(struct fixture *f)
{
	struct harden_input in = fixture_input(f, f->before);
	struct outcome out = { 0 };
	struct buf report = { 0 };
	const char *why = check_invariants(&f->arena, &in, &f->harden, &out);

	fixture_report(&report, &out);
	if (!why && f->has_report && !text_eq(out.after, f->after)) {
		why = "another text comes out";
		fixture_differ(f, "after.Dockerfile", f->after, out.after);
	}
	if (!why && f->has_report && !text_eq(buf_text(&report), f->report)) {
		why = "another report comes out";
		fixture_differ(f, "report.txt", f->report, buf_text(&report));
	}
	if (!why && f->has_report && !out.unreadable)
		why = variants_judge(f);
	buf_release(&report);
	outcome_release(&out);
	return why;
}

const char *fixture_judge(struct fixture *f)
{
	const char *why = NULL;

	if (f->usage.message[0])
		return f->usage.message;
	if (!f->has_report && !f->has_dump && !f->has_error)
		return "no report.txt, dump.json or error: what is expected? (--accept writes it)";
	if (f->has_dump || f->has_error)
		why = judge_reading(f);
	return why ? why : judge_outcome(f);
}

/* --- accepting ---------------------------------------------------------------- */

static void write_part(struct fixture *f, const char *name, struct text bytes)
{
	spit(path_join(&f->arena, f->path, name), bytes);
	printf("wrote %s/%s\n", f->path, name);
}

static void accept_reading(struct fixture *f)
{
	const struct doc *d = doc_read(&f->arena, f->before);
	json_t *v;

	if (f->has_error)
		write_part(f, "error", problem_line(f, d));
	if (!f->has_dump)
		return;
	v = dump(d);
	write_part(f, "dump.json", laid_out(f, v));
	json_decref(v);
}

static void accept_outcome(struct fixture *f)
{
	struct harden_input in = fixture_input(f, f->before);
	struct outcome out = { 0 };
	struct buf report = { 0 };

	harden(&in, &f->harden, &out);
	fixture_report(&report, &out);
	write_part(f, "report.txt", buf_text(&report));
	if (!text_eq(out.after, out.before))
		write_part(f, "after.Dockerfile", out.after);
	else
		remove(path_join(&f->arena, f->path, "after.Dockerfile"));
	buf_release(&report);
	outcome_release(&out);
}

void fixture_accept(struct fixture *f)
{
	if (f->usage.message[0])
		printf("%s: %s\n", f->path, f->usage.message);
	else if (f->has_dump || f->has_error)
		accept_reading(f);
	else
		accept_outcome(f);
}
