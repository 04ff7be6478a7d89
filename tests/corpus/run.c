/* SPDX-License-Identifier: Apache-2.0 */
/* tests/corpus [PATH...], or CORPUS=PATH in the environment: the invariants on all
 * files below, at every level. The context is not known. */
#include "support/invariants.h"
#include "support/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CODES = 256, MAX_SHOWN = 50 };

/* How often a transform applied (code NULL) or refused something. */
struct count {
	const char *id, *code;
	size_t findings, files;
	size_t last; /* the file that counted last */
};

struct totals {
	size_t files, unreadable, failed, changed[LEVEL_COUNT];
	struct count counts[MAX_CODES];
	size_t ncounts;
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void add(struct totals *t, const char *id, const char *code, size_t file)
{
	size_t i = 0;

	while (i < t->ncounts && !(same(t->counts[i].id, id) && same(t->counts[i].code, code)))
		i++;
	if (i == MAX_CODES)
		return;
	if (i == t->ncounts)
		t->counts[t->ncounts++] = (struct count){ id, code, 0, 0, TEXT_NPOS };
	t->counts[i].findings++;
	t->counts[i].files += t->counts[i].last != file;
	t->counts[i].last = file;
}

/* Each finding once: at the highest level all that can be is applied. */
static void count(struct totals *t, const struct outcome *out, size_t file)
{
	t->unreadable += out->unreadable;
	for (size_t i = 0; i < out->nfindings; i++) {
		const struct finding *f = out->findings[i];

		if (f->fate == FATE_APPLIED)
			add(t, f->by->id, NULL, file);
		else if (f->fate == FATE_REFUSED)
			add(t, f->by->id, f->code, file);
		else if (f->fate == FATE_MUTED)
			add(t, f->by->id, "(muted)", file);
	}
}

static void run_file(struct totals *t, const char *path, size_t file)
{
	bool ok = true;

	for (int level = 0; level < LEVEL_COUNT && ok; level++) {
		struct harden_options o = { .selection = { .level = (enum level)level, .deny = SELECTION_DENY_DEFAULT } };
		struct harden_input in = { .path = text_of(path) };
		struct arena a = { 0 };
		struct outcome out = { 0 };
		const char *why;

		slurp(&a, path, &in.text);
		why = check_invariants(&a, &in, &o, &out);
		if (why && t->failed < MAX_SHOWN)
			printf("FAIL %s (%s): %s\n", path, level_name((enum level)level), why);
		ok = !why;
		t->changed[level] += !text_eq(out.before, out.after);
		if (level == LEVEL_COUNT - 1)
			count(t, &out, file);
		outcome_release(&out);
		arena_release(&a);
	}
	t->failed += !ok;
}

static int by_id(const void *x, const void *y)
{
	const struct count *a = x, *b = y;
	int c = strcmp(a->id, b->id);

	return c ? c : strcmp(a->code ? a->code : "", b->code ? b->code : "");
}

static void print_totals(struct totals *t)
{
	printf("%zu files, %zu of them BuildKit refuses\n", t->files, t->unreadable);
	for (int level = 0; level < LEVEL_COUNT; level++)
		printf("  changed at level %s: %zu\n", level_name((enum level)level), t->changed[level]);
	qsort(t->counts, t->ncounts, sizeof(t->counts[0]), by_id);
	printf("findings  files\n");
	for (size_t i = 0; i < t->ncounts; i++) {
		const struct count *c = &t->counts[i];

		printf("%8zu %6zu  %s %s\n", c->findings, c->files, c->id, c->code ? c->code : "applied");
	}
	printf("%zu passed, %zu failed\n", t->files - t->failed, t->failed);
}

int main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct paths files = { 0 };
	struct totals t = { 0 };
	const char *corpus = getenv("CORPUS");

	for (int i = 1; i < argc; i++)
		if (!walk_files(&a, argv[i], &files))
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
	if (argc < 2 && corpus && !walk_files(&a, corpus, &files))
		fprintf(stderr, "%s: cannot be read\n", corpus);
	t.files = files.n;
	for (size_t i = 0; i < files.n; i++)
		run_file(&t, files.list[i], i);
	arena_release(&a);
	print_totals(&t);
	return t.failed || !t.files;
}
