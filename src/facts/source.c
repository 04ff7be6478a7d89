/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source.h"

#include "facts/command.h"
#include "facts/source_find.h"

#include <string.h>

enum { MAX_BYTES = 1 << 20, MAX_CHAIN = 64, MAX_STEPS = 50000 };

/* --- languages ------------------------------------------------------------- */

static const struct {
	const char *ends; /* blank-separated */
	enum source_language language;
} endings[] = {
	{ "py pyw", SOURCE_PYTHON },
	{ "js mjs cjs jsx ts tsx mts cts", SOURCE_JAVASCRIPT },
	{ "php phtml php5 php7", SOURCE_PHP },
	{ "rb ru rake", SOURCE_RUBY },
	{ "pl pm psgi cgi", SOURCE_PERL },
	{ "go", SOURCE_GO },
	{ "java kt kts scala groovy", SOURCE_JAVA },
	{ "c h cc cpp cxx hpp hh", SOURCE_C },
	{ "rs", SOURCE_RUST },
	{ "cs", SOURCE_CSHARP },
};

static const struct {
	const char *starts;
	enum source_language language;
} interpreters[] = {
	{ "python", SOURCE_PYTHON },  { "node", SOURCE_JAVASCRIPT }, { "deno", SOURCE_JAVASCRIPT },
	{ "bun", SOURCE_JAVASCRIPT }, { "tsx", SOURCE_JAVASCRIPT },  { "ts-node", SOURCE_JAVASCRIPT },
	{ "php", SOURCE_PHP },        { "ruby", SOURCE_RUBY },       { "perl", SOURCE_PERL },
};

static const char *const names[] = {
	[SOURCE_NONE] = "",     [SOURCE_PYTHON] = "Python", [SOURCE_JAVASCRIPT] = "JavaScript",
	[SOURCE_PHP] = "PHP",   [SOURCE_RUBY] = "Ruby",     [SOURCE_PERL] = "Perl",
	[SOURCE_GO] = "Go",     [SOURCE_JAVA] = "Java",     [SOURCE_C] = "C",
	[SOURCE_RUST] = "Rust", [SOURCE_CSHARP] = "C#",
};

const char *source_language_name(enum source_language l)
{
	return names[l];
}

static enum source_language by_shebang(struct text bytes)
{
	struct text line = text_sub(bytes, 0, 256), word;
	size_t end = text_chr(line, '\n', 0);
	bool more = true;

	if (!text_starts(line, TEXT("#!")))
		return SOURCE_NONE;
	line = text_trim(text_sub(line, 2, end == TEXT_NPOS ? line.n : end));
	while (text_cut(&line, ' ', &word, &more)) {
		word = text_base(word);
		if (!word.n || text_is(word, "env") || word.p[0] == '-')
			continue;
		for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
			if (text_starts(word, text_of(interpreters[i].starts)))
				return interpreters[i].language;
		return SOURCE_NONE;
	}
	return SOURCE_NONE;
}

enum { LONGEST_END = 6 }; /* of those above */

enum source_language source_language(struct text path, struct text bytes)
{
	struct text name = text_base(path);
	size_t dot = text_rchr(name, '.');

	/* types alone */
	if (text_ends(name, TEXT(".d.ts")))
		return SOURCE_NONE;
	for (size_t i = 0; dot != TEXT_NPOS && name.n - dot <= LONGEST_END + 1 && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (words_hold(endings[i].ends, text_from(name, dot + 1)))
			return endings[i].language;
	return by_shebang(bytes);
}

/* --- calls ------------------------------------------------------------------- */

bool finder_mentions(struct finder *f, const char *word)
{
	bool there;

	for (size_t i = 0; i < f->nmentions; i++)
		if (f->mentions[i].word == word)
			return f->mentions[i].there;
	there = text_find(f->t->text, text_of(word), 0) != TEXT_NPOS;
	if (f->nmentions < MAX_MENTIONS)
		f->mentions[f->nmentions++] = (struct mention){ word, there };
	return there;
}

/* The first token of what a function is called of: a.b(c).d of a.b(c).d.write() */
static size_t chain_start(const struct tokens *t, size_t i)
{
	for (unsigned k = 0; k < MAX_CHAIN && i >= 2 && token_joins(t, i - 1); k++) {
		size_t before = i - 2;

		/* path! and path? */
		if (before &&
		    (token_is(t, before, "!") || (token_is(t, before, "?") && t->language == SOURCE_RUST)))
			before--;
		if (token_is(t, before, ")") || token_is(t, before, "]")) {
			if (t->list[before].match >= before)
				return i;
			before = t->list[before].match;
			if (before && token_is(t, before - 1, "!") && t->language == SOURCE_RUST)
				before--;
			/* a bracket that opens a line opens a statement */
			if (before && !t->list[before].line && token_has_kind(t, before - 1, TOKEN_NAME) &&
			    !token_in(t, before - 1,
				      "return await in of case if not and or with assert raise yield elif "
				      "else while for lambda del "
				      "unless until when"))
				before--;
		} else if (token_has_kind(t, before, TOKEN_STRING)) {
			return before;
		} else if (!token_has_kind(t, before, TOKEN_NAME)) {
			return i;
		}
		i = before;
	}
	return i;
}

/* Ruby and Perl do without brackets: the arguments end with the line, or before what hangs on to it. */
static size_t line_arguments(const struct tokens *t, size_t from)
{
	size_t i = from;

	while (i < t->n && i < from + 256 && !(t->list[i].line && !(i && token_is(t, i - 1, ",")))) {
		if (token_in(t, i, "do if unless rescue and or then while until") || token_is(t, i, ";") ||
		    token_is(t, i, ")") || token_is(t, i, "]") || token_is(t, i, "}") ||
		    (token_is(t, i, "||") && token_in(t, i + 1, "die raise exit abort croak return")))
			break;
		i = token_over(t, i);
	}
	return i < t->n ? i : t->n;
}

static bool bare_call(const struct tokens *t, size_t i)
{
	if ((t->language != SOURCE_RUBY && t->language != SOURCE_PERL) || i + 1 >= t->n ||
	    t->list[i + 1].line || !t->list[i + 1].gap)
		return false;
	return token_has_kind(t, i + 1, TOKEN_STRING) || token_has_kind(t, i + 1, TOKEN_NUMBER) ||
	       (token_has_kind(t, i + 1, TOKEN_NAME) &&
		!token_in(t, i + 1, "do if unless rescue and or then while until in eq ne x")) ||
	       (token_is(t, i + 1, ":") && token_has_kind(t, i + 2, TOKEN_NAME));
}

/* int mkdir(const char *path, ...); and writeFile(path) { are no calls. */
static bool declared(const struct tokens *t, const struct call *c)
{
	static const char before_call[] =
		"return else case await new do yield throw not and or in if unless echo print die require "
		"elif "
		"while until when then typeof void delete of defer go assert with async co_await match is";
	size_t behind = c->to + 1;
	bool braces = t->language == SOURCE_JAVASCRIPT || t->language == SOURCE_JAVA ||
		      t->language == SOURCE_C || t->language == SOURCE_CSHARP;

	if (c->start != c->name || !c->start)
		return false;
	if (token_in(t, c->start - 1, "def function func fn fun sub"))
		return true;
	if (!braces || token_in(t, c->start - 1, "new"))
		return false;
	if (token_has_kind(t, c->start - 1, TOKEN_NAME) && !token_in(t, c->start - 1, before_call))
		return true;
	return token_is(t, behind, "{") && t->language != SOURCE_JAVA;
}

/* std::ofstream out("x"): the type is what is called. */
static bool declared_stream(const struct tokens *t, size_t i)
{
	return t->language == SOURCE_C && i && token_in(t, i - 1, "ofstream fstream") &&
	       token_is(t, i + 1, "(");
}

static bool read_call(const struct finder *f, size_t i, struct call *c)
{
	const struct tokens *t = f->t;
	size_t open = i + 1;

	if (token_is(t, open, "!") && t->language == SOURCE_RUST)
		open++;
	/* mkdir -p of a shell, and a C call over two lines, aside */
	if (token_is(t, open, "(") && token_over(t, open) > open + 1) {
		c->from = open + 1;
		c->to = token_over(t, open) - 1;
	} else if (bare_call(t, i)) {
		c->from = i + 1;
		c->to = line_arguments(t, i + 1);
	} else {
		return false;
	}
	c->name = declared_stream(t, i) ? i - 1 : i;
	c->start = chain_start(t, c->name);
	return c->name != i || !declared(t, c);
}

bool call_argument(const struct finder *f, const struct call *c, int n, const char *key, size_t *from,
		   size_t *to)
{
	return n != ARG_ABSENT && n != ARG_RECEIVER &&
	       argument_in(f->t, c->from, c->to, (size_t)n, key, from, to);
}

/* --- the file ------------------------------------------------------------------ */

static void find_all(struct finder *f)
{
	for (size_t i = 0; i < f->t->n; i++) {
		struct call c;

		if (f->t->list[i].kind == TOKEN_STRING)
			find_database(f, i);
		if (f->t->list[i].kind == TOKEN_NAME && read_call(f, i, &c)) {
			find_write(f, &c);
			find_port(f, &c);
		}
		find_key(f, i);
		find_port_key(f, i);
	}
}

/* What was found, out of the memory that was needed to find it. */
static void keep(struct arena *a, const struct finder *f, struct source *out)
{
	struct source_write *writes = ARENA_ARRAY(a, out->nwrites, struct source_write);
	struct source_port *ports = ARENA_ARRAY(a, out->nports, struct source_port);

	for (size_t i = 0; i < out->nwrites; i++) {
		writes[i] = f->writes[i];
		writes[i].path = arena_text(a, writes[i].path);
		writes[i].env = arena_text(a, writes[i].env);
		writes[i].rest = arena_text(a, writes[i].rest);
		writes[i].call = arena_text(a, writes[i].call);
	}
	for (size_t i = 0; i < out->nports; i++) {
		ports[i] = f->ports[i];
		ports[i].port = arena_text(a, ports[i].port);
		ports[i].env = arena_text(a, ports[i].env);
	}
	out->writes = writes;
	out->ports = ports;
}

void source_read(struct arena *a, enum source_language l, struct text bytes, struct source *out)
{
	struct arena own = { 0 };
	struct tokens t;
	struct names n;
	struct source_rows rows;
	struct finder f = { .a = &own, .t = &t, .rows = &rows, .out = out };

	*out = (struct source){ .cut = bytes.n > MAX_BYTES };
	bytes = text_sub(bytes, 0, MAX_BYTES);
	if (l == SOURCE_NONE)
		return;
	if (text_has(bytes, '\0')) {
		out->cut = true;
		return;
	}
	tokens_read(&own, l, bytes, false, &t);
	names_read(&own, &t, &n);
	source_rows_open(&own, &t, &rows);
	f.lines = lines_open(&own, bytes);
	f.e = (struct evaluation){ &own, &t, &n, &rows, MAX_STEPS };
	find_all(&f);
	out->cut = out->cut || t.cut || !f.e.spare;
	keep(a, &f, out);
	arena_release(&own);
}
