/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bulk.h"

#include "app/config.h"
#include "app/harden.h"
#include "app/inputs.h"
#include "app/message.h"
#include "app/project.h"
#include "app/version.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/replace.h"
#include "base/visible.h"
#include "edit/diff.h"
#include "report/report.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WINDOW = 32, MANY = 64, MAX_WORKERS = 64 };

/* One file on its way through. */
struct job {
	const struct input *input;
	size_t index;
	bool done;
	int problem; /* of reading the file; enum file_problem */
	struct error error;
	struct buf text;
	struct outcome outcome;
	struct arena arena;
	struct text context_folder;
	struct buf shown; /* the diff, or the text */
	struct buf report;
};

struct bulk {
	const struct options *o;
	const struct terminal *t;
	struct inputs inputs;
	struct projects *projects;
	struct configs *configs;
	struct report_totals totals;
	unsigned exits; /* 1u << status */
	/* Shared by the workers. */
	pthread_mutex_t lock;
	pthread_cond_t done; /* the file that is to be printed next */
	pthread_cond_t room; /* a slot is free, and somebody waits for one */
	struct job *slots;
	size_t nslots, taken, emitted, waiting;
};

struct worker {
	struct bulk *b;
	struct trees *trees;
};

/* --- one file ---------------------------------------------------------------- */

static void job_release(struct job *j)
{
	outcome_release(&j->outcome);
	arena_release(&j->arena);
	buf_release(&j->text);
	buf_release(&j->shown);
	buf_release(&j->report);
	*j = (struct job){ 0 };
}

static int read_input(struct job *j, size_t max)
{
	if (j->input->is_stdin)
		return file_read_fd(STDIN_FILENO, "standard input", max, &j->text, &j->error);
	return file_read(j->input->path, max, &j->text, &j->error);
}

/* The settings in force for a file: the command line before the nearest file. */
static int find_settings(struct bulk *b, struct job *j, struct harden_options *o, struct settings *config, size_t *max)
{
	const struct config *c = NULL;
	struct settings none = { 0 };

	if (!b->o->no_config && configs_for(b->configs, j->input->path, &c, &j->error) < 0)
		return FILE_IO;
	*config = c ? c->settings : none;
	o->selection = settings_merge(&j->arena, &b->o->settings, config);
	o->overlay = c ? &c->overlay : NULL;
	o->user = c ? &c->user : NULL;
	*max = c && c->has_max_size && !b->o->has_max_size ? c->max_size : b->o->max_size;
	return 0;
}

static void show_diff(struct bulk *b, struct job *j)
{
	struct diff_options o = { b->o->unified, b->t->out };

	for (size_t i = 0; i < j->outcome.nchanges; i++) {
		const struct change *c = &j->outcome.changes[i];

		diff_unified(&j->shown, c->path, c->is_new ? NULL : &c->before, c->after, &o);
	}
	/* In colour the diff is fit for a terminal already. */
	if (b->t->out_is_terminal && !o.color) {
		struct buf fit = { 0 };

		visible_add(&fit, buf_text(&j->shown), VISIBLE_TEXT);
		buf_release(&j->shown);
		j->shown = fit;
	}
}

static void show_text_report(struct bulk *b, struct job *j)
{
	struct report_style style = { .color = b->t->err, .verbose = b->o->verbose };

	if (!b->o->quiet || j->outcome.unreadable)
		report_text(&j->report, &j->outcome, &style);
}

static void show(struct bulk *b, struct job *j)
{
	if (b->o->format != FORMAT_TEXT) {
		report_json_file(&j->report, &j->outcome, b->o->format == FORMAT_JSON);
		return;
	}
	if (b->o->diff)
		show_diff(b, j);
	if (b->o->to_stdout || (b->o->write && j->input->is_stdin))
		buf_add(&j->shown, j->outcome.after);
	show_text_report(b, j);
}

static void targets_of(struct bulk *b, const struct settings *config, struct job *j, struct place_on_disk *at)
{
	size_t n = b->o->settings.ntargets, m = config->ntargets;
	struct text *all = ARENA_ARRAY(&j->arena, n + m + 1, struct text);

	for (size_t i = 0; i < n; i++)
		all[i] = b->o->settings.targets[i];
	for (size_t i = 0; i < m; i++)
		all[n + i] = config->targets[i];
	at->targets = all;
	at->ntargets = n + m;
}

static void work_on(struct worker *w, struct job *j)
{
	struct bulk *b = w->b;
	struct harden_options options = { 0 };
	struct settings config;
	size_t max = 0;
	struct place_on_disk at = { .projects = b->projects, .path = j->input->path, .context = b->o->context,
				    .trees = w->trees, .arena = &j->arena };
	struct harden_input in = { .path = text_of(j->input->path), .look = project_look, .look_data = &at };

	j->problem = find_settings(b, j, &options, &config, &max);
	if (j->problem == 0)
		j->problem = read_input(j, max);
	if (j->problem < 0)
		return;
	targets_of(b, &config, j, &at);
	in.text = buf_text(&j->text);
	harden(&in, &options, &j->outcome);
	trees_done(w->trees);
	j->context_folder = at.context_folder;
	show(b, j);
}

/* --- writing ------------------------------------------------------------------ */

/* Where a change lies: the Dockerfile as it was called, another file in the context. */
static const char *change_path(struct job *j, const struct change *c)
{
	if (text_eq(c->path, j->outcome.path))
		return j->input->path;
	return arena_cstr(&j->arena, ARENA_JOIN(&j->arena, j->context_folder, TEXT("/"), c->path));
}

static int write_changes(struct bulk *b, struct job *j)
{
	struct file_set set;
	bool repository;
	struct text root = project_root(b->projects, j->input->path, &j->arena, &repository);
	int rc = file_set_open(&set, root.p, &j->error);

	for (size_t i = 0; rc == 0 && i < j->outcome.nchanges; i++) {
		const struct change *c = &j->outcome.changes[i];

		rc = file_set_add(&set, change_path(j, c), c->is_new ? NULL : &c->before, c->after, &j->error);
	}
	if (rc == 0)
		rc = file_set_commit(&set, &j->error);
	file_set_close(&set);
	return rc;
}

/* --- printing, in order -------------------------------------------------------- */

static void print(FILE *to, const struct buf *b)
{
	if (b->n)
		fwrite(b->p, 1, b->n, to);
}

static void print_error(struct bulk *b, const char *message)
{
	struct buf out = { 0 };

	message_error(&out, message, b->t->err);
	fflush(stdout);
	print(stderr, &out);
	buf_release(&out);
}

static void note_exit(struct bulk *b, int status)
{
	b->exits |= 1u << status;
}

static void print_name(const struct job *j)
{
	struct buf out = { 0 };

	diff_add_path(&out, text_of(j->input->path));
	buf_addc(&out, '\n');
	print(stdout, &out);
	buf_release(&out);
}

static void fail_job(struct bulk *b, struct job *j)
{
	note_exit(b, EXIT_TROUBLE);
	report_totals_error(&b->totals);
	print_error(b, j->error.message);
	if (b->o->format == FORMAT_TEXT)
		return;
	report_json_error(&j->report, text_of(j->input->path), text_of(j->error.message), b->o->format == FORMAT_JSON);
	report_json_next(stdout, &b->totals, &j->report, b->o->format == FORMAT_JSON);
}

static void emit(struct bulk *b, struct job *j)
{
	bool changed = j->outcome.nchanges;

	if (j->problem == 0 && b->o->write && changed && !j->input->is_stdin)
		j->problem = write_changes(b, j);
	if (j->problem < 0) {
		fail_job(b, j);
		return;
	}
	if (j->outcome.unreadable && j->input->named)
		note_exit(b, EXIT_NO_DOCKERFILE);
	if (changed && b->o->check)
		note_exit(b, EXIT_WOULD_CHANGE);
	if (b->o->format != FORMAT_TEXT) {
		report_json_next(stdout, &b->totals, &j->report, b->o->format == FORMAT_JSON);
	} else {
		if (changed && b->o->check && !b->o->diff)
			print_name(j);
		print(stdout, &j->shown);
		if (j->report.n)
			fflush(stdout);
		print(stderr, &j->report);
	}
	report_totals_add(&b->totals, &j->outcome);
}

static void progress(struct bulk *b, size_t done)
{
	size_t n = b->inputs.n;

	if (!b->t->progress || b->o->quiet || n < MANY)
		return;
	if (done == n)
		fputs("\r\033[K", stderr);
	else if (done * 100 / n != (done + 1) * 100 / n || done == 0)
		fprintf(stderr, "\r\033[K%zu of %zu files", done, n);
}

/* --- workers ------------------------------------------------------------------ */

static struct job *slot(struct bulk *b, size_t i)
{
	return &b->slots[i % b->nslots];
}

static struct job *take(struct bulk *b)
{
	struct job *j = NULL;

	pthread_mutex_lock(&b->lock);
	while (b->taken < b->inputs.n && b->taken >= b->emitted + b->nslots) {
		b->waiting++;
		pthread_cond_wait(&b->room, &b->lock);
		b->waiting--;
	}
	if (b->taken < b->inputs.n) {
		j = slot(b, b->taken);
		j->index = b->taken;
		j->input = &b->inputs.list[b->taken++];
	}
	pthread_mutex_unlock(&b->lock);
	return j;
}

static void *work(void *data)
{
	struct worker w = { data, trees_open() };
	struct job *j;

	while ((j = take(w.b))) {
		work_on(&w, j);
		pthread_mutex_lock(&w.b->lock);
		j->done = true;
		if (j->index == w.b->emitted)
			pthread_cond_signal(&w.b->done);
		pthread_mutex_unlock(&w.b->lock);
	}
	trees_close(w.trees);
	return NULL;
}

/* False where not one thread could be had. */
static bool run_threaded(struct bulk *b, size_t n)
{
	pthread_t threads[MAX_WORKERS];
	size_t started = 0;

	while (started < n && pthread_create(&threads[started], NULL, work, b) == 0)
		started++;
	for (size_t i = 0; started && i < b->inputs.n; i++) {
		struct job *j = slot(b, i);

		pthread_mutex_lock(&b->lock);
		while (!j->done)
			pthread_cond_wait(&b->done, &b->lock);
		pthread_mutex_unlock(&b->lock);
		progress(b, i);
		emit(b, j);
		job_release(j);
		pthread_mutex_lock(&b->lock);
		b->emitted++;
		if (b->waiting)
			pthread_cond_broadcast(&b->room);
		pthread_mutex_unlock(&b->lock);
	}
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return started > 0;
}

static void run_alone(struct bulk *b)
{
	struct worker w = { b, trees_open() };

	for (size_t i = 0; i < b->inputs.n; i++) {
		struct job j = { .input = &b->inputs.list[i] };

		work_on(&w, &j);
		progress(b, i);
		emit(b, &j);
		job_release(&j);
	}
	trees_close(w.trees);
}

static size_t worker_count(const struct bulk *b)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = b->o->jobs ? b->o->jobs : cpus > 0 ? (size_t)cpus : 1;

	if (!b->o->jobs && b->inputs.n < MANY)
		n = 1; /* a thread costs more than a few files */
	return n < MAX_WORKERS ? n : MAX_WORKERS;
}

static void run_all(struct bulk *b)
{
	size_t n = worker_count(b);

	b->nslots = n * WINDOW;
	b->slots = mem_zalloc(b->nslots * sizeof(*b->slots));
	if (n < 2 || !run_threaded(b, n))
		run_alone(b);
	progress(b, b->inputs.n);
	mem_free(b->slots);
}

/* --- the whole ---------------------------------------------------------------- */

static int worst(unsigned exits)
{
	static const int order[] = { EXIT_TROUBLE, EXIT_NO_DOCKERFILE, EXIT_NOTHING_FOUND, EXIT_WOULD_CHANGE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (exits & 1u << order[i])
			return order[i];
	return EXIT_DONE;
}

static void find_inputs(struct bulk *b)
{
	struct buf errors = { 0 };

	if (inputs_find(&b->inputs, b->o, &errors) < 0)
		note_exit(b, EXIT_TROUBLE);
	if (!b->o->quiet)
		print(stderr, &b->inputs.notes);
	print(stderr, &errors);
	buf_release(&errors);
	b->totals.skipped = b->inputs.nskipped;
	if (b->inputs.n == 0 && !b->exits) {
		note_exit(b, EXIT_NOTHING_FOUND);
		print_error(b, "no Dockerfile found: name a file, or a folder that holds one");
	}
}

static void print_summary(struct bulk *b)
{
	struct buf out = { 0 };
	struct report_style style = { .color = b->t->err, .verbose = b->o->verbose };

	if (b->o->format == FORMAT_JSON)
		report_json_close(stdout, &b->totals);
	else if (b->o->format == FORMAT_TEXT && !b->o->quiet)
		report_text_summary(&out, &b->totals, &style);
	fflush(stdout);
	print(stderr, &out);
	buf_release(&out);
}

int bulk_run(const struct options *o, const struct terminal *t)
{
	struct bulk b = { .o = o, .t = t, .projects = projects_open(), .configs = configs_open(o->config) };

	b.totals.version = DFHARDEN_VERSION;
	pthread_mutex_init(&b.lock, NULL);
	pthread_cond_init(&b.done, NULL);
	pthread_cond_init(&b.room, NULL);
	find_inputs(&b);
	run_all(&b);
	print_summary(&b);
	pthread_cond_destroy(&b.room);
	pthread_cond_destroy(&b.done);
	pthread_mutex_destroy(&b.lock);
	inputs_release(&b.inputs);
	configs_close(b.configs);
	projects_close(b.projects);
	return worst(b.exits);
}
