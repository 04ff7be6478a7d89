/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/conf.h"

#include "facts/command.h"
#include "facts/conf_table.h"
#include "facts/table.h"

#include <string.h>

enum { MAX_CONF = 1 << 20, MAX_SETTINGS = 4096, MAX_VALUE = 4096, MAX_NAME = 128 };

struct finder {
	struct arena *a;
	const struct conf_server *server;
	struct text name; /* the server's own name in the rows */
	struct conf *out;
	struct conf_setting *settings;
	size_t cap;
	size_t first, behind; /* the server's rows */
	struct text text;
	size_t line_at, line; /* the line of the offset line_at */
};

/* --- servers ------------------------------------------------------------------ */

static const struct conf_server *server_named(struct text name)
{
	for (size_t i = 0; i < conf_nservers; i++)
		if (words_hold(conf_servers[i].names, name))
			return &conf_servers[i];
	/* php-fpm8.2 */
	if (text_starts(name, TEXT("php-fpm")))
		return server_named(TEXT("php-fpm"));
	return NULL;
}

static struct text first_name(const struct conf_server *s)
{
	struct text rest = text_of(s->names), name = TEXT_NONE;
	bool more = true;

	text_cut(&rest, ' ', &name, &more);
	return name;
}

bool conf_knows(struct text server)
{
	return server_named(server) != NULL;
}

/* Keys, pages and what else lies beside a configuration. */
static bool other_kind(struct text path)
{
	static const char *const ends[] = { ".pem", ".crt", ".key", ".html", ".http",
					    ".map", ".lua", ".sh",  ".lst",  ".dpkg-dist" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_ends(path, text_of(ends[i])))
			return true;
	return false;
}

struct text conf_server_of(struct text path)
{
	if (path.n > MAX_VALUE || other_kind(path))
		return TEXT_NONE;
	for (size_t i = 0; i < conf_nservers; i++)
		if (table_matches(text_of(conf_servers[i].files), path))
			return first_name(&conf_servers[i]);
	return TEXT_NONE;
}

/* --- values --------------------------------------------------------------------- */

/* Of a variable at t[at]: the end of it and its name; `at` where none stands there. */
static size_t variable_at(struct text t, size_t at, struct text *name)
{
	struct text rest = text_sub(t, at, at + 2);
	bool percent = text_is(rest, "%(");
	size_t end, i = at + 1;

	if (percent || text_is(rest, "$(") || text_is(rest, "${")) {
		end = text_chr(text_sub(t, 0, at + MAX_NAME), rest.p[1] == '(' ? ')' : '}', at);
		*name = end == TEXT_NPOS ? TEXT_NONE : text_sub(t, at + 2, end);
		/* %(x)s has one more letter */
		return end == TEXT_NPOS ? at
					: end + 1 +
						  (percent && end + 1 < t.n &&
						   ascii_alpha((unsigned char)t.p[end + 1]));
	}
	while (rest.n && rest.p[0] == '$' && i < t.n && (ascii_alnum((unsigned char)t.p[i]) || t.p[i] == '_'))
		i++;
	*name = text_sub(t, at + 1, i);
	return i > at + 1 ? i : at;
}

static struct maybe variable_value(const struct finder *f, struct text section, struct text name)
{
	size_t colon = text_chr(section, ':', 0);

	/* the name of the program or pool is that of its section */
	if (text_is(name, "program_name") && colon != TEXT_NPOS)
		return maybe_known(text_from(section, colon + 1));
	if (text_is(name, "pool") && text_is(f->name, "php-fpm") && section.n)
		return maybe_known(section);
	for (size_t i = 0; i < conf_nvariables; i++)
		if (text_is(f->name, conf_variables[i].server) && text_is(name, conf_variables[i].name))
			return maybe_known(text_of(conf_variables[i].value));
	return maybe_unknown();
}

/* With variables filled in; a command's $x is its own affair. */
static struct maybe expanded(const struct finder *f, struct text section, struct text t, bool command)
{
	struct text name, done = TEXT_NONE;
	size_t from = 0;

	if (conf_template(t) || t.n > MAX_VALUE || text_has(t, '\0'))
		return maybe_unknown();
	for (size_t i = 0; i < t.n; i++) {
		size_t end = (t.p[i] == '$' && !command) || t.p[i] == '%' ? variable_at(t, i, &name) : i;
		struct maybe v;

		if (end == i)
			continue;
		v = variable_value(f, section, name);
		if (v.state != KNOWN || done.n > MAX_VALUE)
			return maybe_unknown();
		done = ARENA_JOIN(f->a, done, text_sub(t, from, i), v.text);
		from = end;
		i = end - 1;
	}
	return maybe_known(from ? ARENA_JOIN(f->a, done, text_from(t, from)) : t);
}

/* What stands for no file. */
static bool no_file(struct text t)
{
	static const char *const starts[] = { "syslog", "memory:", "|",   "/dev/", "/proc/",
					      "udp:",   "tcp:",    "fd@", "ipv4@", "ipv6@" };

	if (!t.n || words_hold("off none stderr stdout NONE AUTO console - local0 None DAEMON", t))
		return true;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (text_starts(t, text_of(starts[i])))
			return true;
	return false;
}

/* --- settings -------------------------------------------------------------------- */

static size_t line_of(struct finder *f, size_t at)
{
	for (; f->line_at < at && f->line_at < f->text.n; f->line_at++)
		f->line += f->text.p[f->line_at] == '\n';
	return f->line;
}

static void setting(struct finder *f, const struct conf_statement *s, const struct conf_row *row,
		    enum conf_role role, struct maybe value, size_t at, size_t n)
{
	if (f->out->n >= MAX_SETTINGS) {
		f->out->read = false;
		return;
	}
	f->settings = arena_grow(f->a, f->settings, f->out->n, &f->cap, sizeof(*f->settings));
	f->settings[f->out->n++] =
		(struct conf_setting){ role, row->directive, s->section, value, at, n, line_of(f, s->at) };
}

static bool digits(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
	return t.n > 0 && t.n <= 5;
}

static bool all_addresses(struct text t)
{
	return words_hold("* 0.0.0.0 :: [::] 0 ::0 :::", t) || !t.n;
}

/* A word from which n bytes at the front are taken; its own quotes stand in the way of telling where in the file. */
static void part(struct finder *f, const struct conf_statement *s, const struct conf_row *row,
		 enum conf_role role, const struct conf_word *w, size_t from, size_t to)
{
	bool plain = !w->expression && w->n == w->text.n;

	setting(f, s, row, role, maybe_known(text_sub(w->text, from, to)), plain ? w->at + from : w->at,
		plain ? to - from : w->n);
}

/* 80, 127.0.0.1:80, [::]:80, :80, *:80, unix:/x, /x, http://127.0.0.1:80 */
static void listens(struct finder *f, const struct conf_statement *s, const struct conf_row *row,
		    const struct conf_word *w)
{
	struct text t = w->text;
	size_t start = 0, colon, comma = text_chr(t, ',', 0);

	if (text_starts(t, TEXT("unix:")) || text_starts(t, TEXT("unix@")))
		start = text_starts(t, TEXT("unix:unix:")) ? 10 : 5;
	while (start + 1 < t.n && t.p[start] == '/' && t.p[start + 1] == '/')
		start++;
	if (start < t.n && t.p[start] == '/') {
		if (!no_file(text_from(t, start)))
			part(f, s, row, CONF_SOCKET, w, start, t.n);
		return;
	}
	if (row->role == CONF_SOCKET && !text_has(t, ':'))
		return;
	start = text_find(t, TEXT("://"), 0);
	start = start == TEXT_NPOS ? 0 : start + 3;
	t = comma == TEXT_NPOS ? t : text_sub(t, 0, comma);
	if (digits(text_from(t, start))) {
		part(f, s, row, CONF_PORT, w, start, t.n);
		return;
	}
	colon = text_rchr(t, ':');
	if (colon != TEXT_NPOS && colon >= start && digits(text_from(t, colon + 1))) {
		part(f, s, row, CONF_PORT, w, colon + 1, t.n);
		if (!all_addresses(text_sub(t, start, colon)))
			part(f, s, row, CONF_ADDRESS, w, start, colon);
	} else if (text_is(f->name, "nginx")) {
		/* an address alone: port 80 */
		setting(f, s, row, CONF_PORT, maybe_known(TEXT("80")), w->at, w->n);
		if (!all_addresses(t))
			part(f, s, row, CONF_ADDRESS, w, 0, t.n);
	}
}

/* bind 127.0.0.1 -::1: alone only where no word means all. */
static void hosts(struct finder *f, const struct conf_statement *s, const struct conf_row *row,
		  struct maybe value)
{
	struct text t;
	size_t end;

	if (value.state != KNOWN) {
		setting(f, s, row, row->role, value, s->words[0].at, s->words[0].n);
		return;
	}
	for (size_t i = 0; i < s->nwords; i++) {
		t = s->words[i].text;
		t = text_starts(t, TEXT("-")) ? text_from(t, 1) : t;
		for (size_t k = 0; k < t.n; k = end + 1) {
			end = text_chr(t, ',', k);
			end = end == TEXT_NPOS ? t.n : end;
			if (all_addresses(text_trim(text_sub(t, k, end))))
				return;
		}
	}
	setting(f, s, row, row->role, value, s->words[0].at, s->words[0].n);
}

static bool is_path_role(enum conf_role r)
{
	return r == CONF_PID || r == CONF_LOG || r == CONF_DATA || r == CONF_SOCKET;
}

/* stdio:/x of squid, file:/x of uWSGI: without what stands before the path. */
static struct text without_kind(struct text t)
{
	static const char *const kinds[] = { "stdio:", "daemon:", "file:" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (text_starts(t, text_of(kinds[i])))
			return text_from(t, strlen(kinds[i]));
	return t;
}

static void plain(struct finder *f, const struct conf_statement *s, const struct conf_row *row,
		  const struct conf_word *w, struct maybe value)
{
	if (is_path_role(row->role) && value.state == KNOWN) {
		value.text = without_kind(value.text);
		if (no_file(value.text))
			return;
		/* names of facilities and plugins, where a path may stand as well */
		if (row->role == CONF_LOG && words_hold("dnsmasq uwsgi", f->name) &&
		    !text_has(value.text, '/'))
			return;
	}
	if ((row->role == CONF_USER || row->role == CONF_GROUP || row->role == CONF_ROOT ||
	     row->role == CONF_WORKDIR) &&
	    value.state == KNOWN && (!value.text.n || text_is(value.text, "None")))
		return;
	if (row->role == CONF_PORT && value.state == KNOWN &&
	    (!digits(value.text) || text_is(value.text, "0")))
		return;
	setting(f, s, row, row->role, value, w->at, w->n);
}

static void apply(struct finder *f, const struct conf_statement *s, const struct conf_row *row)
{
	struct conf_word w;
	struct maybe value;

	/* daemon, of haproxy, and keep-in-foreground have no word */
	if (row->role == CONF_DAEMON && (!s->nwords || !s->words[0].text.n)) {
		setting(f, s, row, CONF_DAEMON, maybe_known(TEXT_NONE), s->at, s->end - s->at);
		return;
	}
	if (row->word >= s->nwords ||
	    (row->before && !(row->word && text_is(s->words[row->word - 1].text, row->before))))
		return;
	w = s->words[row->word];
	if (row->form == FORM_REST && s->nwords > row->word + (size_t)1) {
		w.text = text_sub(f->text, w.at, s->end);
		w.n = w.text.n;
	}
	value = w.expression ? maybe_unknown() : expanded(f, s->section, w.text, row->role == CONF_COMMAND);
	if (row->form == FORM_HOST) {
		hosts(f, s, row, value);
	} else if (row->form == FORM_LISTEN && value.state == KNOWN) {
		w.expression = !text_eq(w.text, value.text);
		w.text = value.text;
		listens(f, s, row, &w);
	} else {
		plain(f, s, row, &w, value);
	}
}

static bool folded_eq(struct text a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = ascii_lower(a.p[i]), y = ascii_lower(b[i]);

		if ((x == '_' ? '-' : x) != (y == '_' ? '-' : y))
			return false;
	}
	return true;
}

static bool section_fits(const char *sections, struct text section)
{
	struct text rest = text_of(sections), start;
	bool more = true;

	while (text_cut(&rest, ' ', &start, &more))
		if (text_ieq(text_sub(section, 0, start.n), start) &&
		    (section.n == start.n || text_ends(start, TEXT(":")) ||
		     !ascii_alnum((unsigned char)section.p[start.n])))
			return true;
	return false;
}

static void each(void *data, const struct conf_statement *s)
{
	struct finder *f = data;

	for (size_t i = f->first; i < f->behind; i++) {
		const struct conf_row *row = &conf_rows[i];

		if ((f->server->fold ? folded_eq(s->directive, row->directive)
				     : text_is(s->directive, row->directive)) &&
		    (!row->sections || section_fits(row->sections, s->section)))
			apply(f, s, row);
	}
}

/* The rows of a server stand together. */
static void find_rows(struct finder *f)
{
	while (f->first < conf_nrows && !text_is(f->name, conf_rows[f->first].server))
		f->first++;
	for (f->behind = f->first; f->behind < conf_nrows && text_is(f->name, conf_rows[f->behind].server);)
		f->behind++;
}

void conf_read(struct arena *a, struct text server, struct text bytes, struct conf *out)
{
	const struct conf_server *s = server_named(server);
	struct finder f = { .a = a, .server = s, .out = out, .text = bytes, .line = 1 };
	struct conf_reader r = { .a = a, .server = s, .text = bytes, .each = each, .data = &f };

	*out = (struct conf){ .read = s != NULL && bytes.n <= MAX_CONF && !text_has(bytes, '\0') };
	if (!out->read)
		return;
	if (text_starts(bytes, TEXT("\xEF\xBB\xBF")))
		r.at = f.line_at = 3;
	f.name = first_name(s);
	find_rows(&f);
	conf_statements(&r);
	out->read = out->read && !r.broken;
	out->settings = f.settings;
	if (!out->read)
		out->n = 0;
}
