/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bulk.h"
#include "app/config.h"
#include "app/dump.h"
#include "app/explain.h"
#include "app/message.h"
#include "app/version.h"
#include "base/file.h"
#include "base/replace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static int usage(const struct error *e)
{
	struct buf out = { 0 };

	message_error(&out, e->message, false);
	fwrite(out.p, 1, out.n, stderr);
	buf_release(&out);
	return EXIT_TROUBLE;
}

static int put(struct buf *out)
{
	fwrite(out->p ? out->p : "", 1, out->n, stdout);
	buf_release(out);
	return EXIT_DONE;
}

static bool shows_color(enum color when, int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static int run(const struct options *o)
{
	struct terminal t = { shows_color(o->color, STDOUT_FILENO), shows_color(o->color, STDERR_FILENO),
			      isatty(STDOUT_FILENO), isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) };
	struct error e;
	struct stat st;

	if (o->context && (stat(o->context, &st) < 0 || !S_ISDIR(st.st_mode))) {
		error_set(&e, "--context: %s is no folder", o->context);
		return usage(&e);
	}
	return bulk_run(o, &t);
}

static int dump_file(const struct options *o, const char *path, struct buf *out)
{
	struct arena a = { 0 };
	struct buf text = { 0 };
	struct error e;
	struct doc *d;
	int rc = EXIT_DONE;

	if ((strcmp(path, "-") == 0 ? file_read_fd(STDIN_FILENO, "standard input", o->max_size, &text, &e) :
				      file_read(path, o->max_size, &text, &e)) < 0) {
		rc = usage(&e);
		if (o->format != FORMAT_TEXT)
			dump_json_error(out, text_of(path), e.message);
	} else {
		d = doc_read(&a, buf_text(&text));
		if (o->format == FORMAT_TEXT)
			dump_text(&a, out, text_of(path), d);
		else
			dump_json(&a, out, text_of(path), d);
		if (!doc_ok(d))
			rc = EXIT_NO_DOCKERFILE;
	}
	buf_release(&text);
	arena_release(&a);
	return rc;
}

static int dump(const struct options *o)
{
	struct buf out = { 0 };
	int rc = EXIT_DONE, one;

	for (size_t i = 0; i < o->npaths; i++) {
		one = dump_file(o, o->paths[i], &out);
		put(&out);
		if (one == EXIT_TROUBLE || rc == EXIT_DONE)
			rc = one;
	}
	return rc;
}

static int list(const struct options *o)
{
	struct buf out = { 0 };

	if (o->format == FORMAT_TEXT)
		explain_list(&out);
	else
		explain_list_json(&out);
	return put(&out);
}

static int explain_ids(const struct options *o)
{
	struct buf out = { 0 };
	struct error e;

	for (size_t i = 0; i < o->npaths; i++) {
		if (explain(&out, text_of(o->paths[i]), &e) < 0) {
			buf_release(&out);
			return usage(&e);
		}
	}
	return put(&out);
}

static int print_config(const struct options *o)
{
	struct buf out = { 0 };
	struct error e;

	if (config_show(&out, o, &e) < 0)
		return usage(&e);
	return put(&out);
}

static int dispatch(const struct options *o)
{
	struct buf out = { 0 };

	switch (o->command) {
	case COMMAND_HELP:
		options_help(&out);
		return put(&out);
	case COMMAND_VERSION:
		buf_adds(&out, "dfharden " DFHARDEN_VERSION "\n");
		return put(&out);
	case COMMAND_LIST:
		return list(o);
	case COMMAND_EXPLAIN:
		return explain_ids(o);
	case COMMAND_DUMP:
		return dump(o);
	default:
		return o->print_config ? print_config(o) : run(o);
	}
}

/* A write that is cut short leaves no temporary file behind. */
static void on_signal(int sig)
{
	file_set_on_signal();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
			continue;
		memset(&sa, 0, sizeof(sa));
		sigemptyset(&sa.sa_mask);
		sa.sa_handler = on_signal;
		sigaction(signals[i], &sa, NULL);
	}
}

/* Memory of one file serves the next: to hand it back between them, and to fault it in again, took a sixth of the time. */
static void keep_memory(void)
{
#ifdef M_TRIM_THRESHOLD
	mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
	mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
#endif
}

int main(int argc, char **argv)
{
	struct options o;
	struct error e;
	int rc;

	keep_memory();
	catch_signals();
	if (options_parse(&o, argc, (const char *const *)argv, &e) < 0)
		rc = usage(&e);
	else
		rc = dispatch(&o);
	options_release(&o);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		error_set(&e, "standard output: %s", strerror(errno));
		rc = usage(&e);
	}
	return rc;
}
