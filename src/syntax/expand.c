/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/expand.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "syntax/expand_glob.h"

#include <string.h>

enum {
	MAX_NESTED = 100,        /* ${a:-${b:-...}} */
	MAX_RESULT = 256 * 1024, /* a value that doubles itself line by line */
};

struct lex {
	struct arena *arena;
	struct text t;
	size_t at;
	const struct expand_options *o;
	const struct expand_env *env;
	bool raw_escapes;
	int nested;
	enum expand_status status;
	const char *message;
	struct buf word; /* shared by all levels, as in the reference */
};

/* Result of one level. */
struct level {
	struct buf result;
	struct text *words;
	size_t nwords, cap;
	bool in_word;
	bool unknown; /* some part of the result is not known */
};

static struct maybe get_nothing(void *data, struct text name)
{
	(void)data;
	(void)name;
	return maybe_unset();
}

const struct expand_env expand_nothing = { get_nothing, NULL };

static uint32_t peek(const struct lex *l)
{
	size_t width;

	return utf8_decode(l->t, l->at, &width);
}

static uint32_t next(struct lex *l)
{
	size_t width;
	uint32_t r = utf8_decode(l->t, l->at, &width);

	l->at += width;
	return r;
}

static bool fail(struct lex *l, const char *message)
{
	if (l->status == EXPAND_OK) {
		l->status = EXPAND_ERROR;
		l->message = message;
	}
	return false;
}

static bool over_bounds(struct lex *l)
{
	if (l->status == EXPAND_OK)
		l->status = EXPAND_UNKNOWN;
	return false;
}

static void end_word(struct lex *l, struct level *v)
{
	if (l->word.n == 0)
		return;
	v->words = arena_grow(l->arena, v->words, v->nwords, &v->cap, sizeof(*v->words));
	v->words[v->nwords++] = arena_text(l->arena, buf_text(&l->word));
	l->word.n = 0;
	v->in_word = false;
}

static void add_raw(struct lex *l, struct level *v, struct text t)
{
	buf_add(&l->word, t);
	v->in_word = true;
}

static void add_raw_rune(struct lex *l, struct level *v, uint32_t r)
{
	utf8_add(&l->word, r);
	v->in_word = true;
}

static void add_rune(struct lex *l, struct level *v, uint32_t r)
{
	if (!rune_space(r))
		add_raw_rune(l, v, r);
	else if (v->in_word)
		end_word(l, v);
}

static void add_split(struct lex *l, struct level *v, struct text t)
{
	size_t width;

	for (size_t at = 0; at < t.n; at += width)
		add_rune(l, v, utf8_decode(t, at, &width));
}

static bool stop_on(struct lex *l, uint32_t stop, bool raw_escapes, struct level *v);

/* A name, a run of digits, or one special parameter; may be empty. */
static struct text read_name(struct lex *l)
{
	size_t start = l->at;
	uint32_t r = peek(l);

	if (rune_digit(r)) {
		while (rune_digit(peek(l)))
			next(l);
	} else if (r < 0x80 && r && strchr("@*#?-$!", (int)r)) {
		next(l);
	} else {
		while ((r = peek(l)) != RUNE_EOF && (r == '_' || rune_letter(r) || rune_digit(r)))
			next(l);
	}
	return text_sub(l->t, start, l->at);
}

/* The raw text of ${...} with its word already expanded, for skip_unset. */
static void add_unset(struct buf *out, struct text name, struct text mid, struct text word)
{
	buf_adds(out, "${");
	buf_add(out, name);
	buf_add(out, mid);
	buf_add(out, word);
	buf_addc(out, '}');
}

static bool add_value(struct lex *l, struct buf *out, struct text value)
{
	if (out->n + value.n > MAX_RESULT)
		return over_bounds(l);
	buf_add(out, value);
	return true;
}

static bool trim_pattern(struct lex *l, struct buf *out, char mode, struct text pattern, struct text value)
{
	bool longest = pattern.n && pattern.p[0] == mode;
	struct range keep;

	if (longest)
		pattern = text_from(pattern, 1);
	switch (glob_trim(pattern, value, mode == '%', longest, &keep)) {
	case GLOB_BAD:
		return fail(l, "a pattern in ${...} has an escape that BuildKit does not know");
	case GLOB_TOO_LARGE:
		return over_bounds(l);
	default:
		return add_value(l, out, text_range(value, keep));
	}
}

/* ${name OP word}, with OP one of - + ? # %; colon: the :OP forms. */
static bool apply_operator(struct lex *l, struct buf *out, struct text name, uint32_t op, bool colon,
			   struct level *word, bool *unknown)
{
	struct maybe m = l->env->get(l->env->data, name);
	char chs[3] = { colon ? ':' : (char)op, colon ? (char)op : '\0', '\0' };
	bool missing = m.state == UNSET || (colon && m.state == KNOWN && m.text.n == 0);

	if (l->o->skip_unset && m.state == UNSET) {
		add_unset(out, name, text_of(chs), buf_text(&word->result));
		return true;
	}
	if (m.state == UNKNOWN) {
		*unknown = true;
		return true;
	}
	if (op == '+' || (op == '-' && missing)) {
		if (op == '+' && missing)
			return true;
		*unknown = *unknown || word->unknown;
		return add_value(l, out, buf_text(&word->result));
	}
	if (op == '?' && missing)
		return fail(l, m.state == UNSET ? "a variable that must be set is not" :
						  "a variable that must not be empty is");
	if (op == '-' || op == '?')
		return add_value(l, out, m.text);
	if (word->unknown) {
		*unknown = true;
		return true;
	}
	return trim_pattern(l, out, (char)op, buf_text(&word->result), m.text);
}

static bool operator_form(struct lex *l, struct buf *out, struct text name, uint32_t op, bool *unknown)
{
	struct level word = { 0 };
	bool colon = op == ':', ok;

	if (colon)
		op = next(l);
	if (colon && (op == '#' || op == '%'))
		return fail(l, "a ${...} has an operator that BuildKit does not know");
	ok = stop_on(l, '}', op == '#' || op == '%', &word);
	if (ok && (op >= 0x80 || !op || !strchr("-+?#%", (int)op)))
		ok = fail(l, "a ${...} has an operator that BuildKit does not know");
	ok = ok && apply_operator(l, out, name, op, colon, &word, unknown);
	buf_release(&word.result);
	return ok;
}

static bool apply_replace(struct lex *l, struct buf *out, struct text name, bool all, struct level *pattern,
			  struct level *with, bool *unknown)
{
	struct maybe m = l->env->get(l->env->data, name);
	struct text p = buf_text(&pattern->result), w = buf_text(&with->result);

	if (l->o->skip_unset && m.state == UNSET) {
		add_unset(out, name, ARENA_JOIN(l->arena, TEXT("/"), p, TEXT("/")), w);
		return true;
	}
	/* In the reference a $ in the replacement of // is a template of Go's regexp. */
	if (m.state == UNKNOWN || pattern->unknown || with->unknown || (all && text_has(w, '$'))) {
		*unknown = true;
		return true;
	}
	switch (glob_replace(p, w, m.text, all, out, MAX_RESULT)) {
	case GLOB_BAD:
		return fail(l, "a pattern in ${...} has an escape that BuildKit does not know");
	case GLOB_TOO_LARGE:
		return over_bounds(l);
	default:
		return true;
	}
}

static bool replace_form(struct lex *l, struct buf *out, struct text name, bool *unknown)
{
	struct level pattern = { 0 }, with = { 0 };
	bool all = peek(l) == '/', ok;

	if (all)
		next(l);
	ok = stop_on(l, '/', true, &pattern) && stop_on(l, '}', true, &with) &&
	     apply_replace(l, out, name, all, &pattern, &with, unknown);
	buf_release(&pattern.result);
	buf_release(&with.result);
	return ok;
}

static bool plain_variable(struct lex *l, struct buf *out, struct text name, bool braces, bool *unknown)
{
	struct maybe m = l->env->get(l->env->data, name);

	if (m.state == UNSET && l->o->skip_unset) {
		buf_adds(out, braces ? "${" : "$");
		buf_add(out, name);
		buf_adds(out, braces ? "}" : "");
		return true;
	}
	*unknown = *unknown || m.state == UNKNOWN;
	return m.state != KNOWN || add_value(l, out, m.text);
}

static bool dollar(struct lex *l, struct buf *out, bool *unknown)
{
	struct text name;
	uint32_t r;

	next(l);
	if (peek(l) != '{') {
		name = read_name(l);
		if (name.n == 0) {
			buf_addc(out, '$');
			return true;
		}
		return plain_variable(l, out, name, false, unknown);
	}
	next(l);
	r = peek(l);
	if (r == RUNE_EOF)
		return fail(l, "a ${ is not closed");
	if (r == '{' || r == '}' || r == ':')
		return fail(l, "a ${...} names no variable");
	name = read_name(l);
	r = next(l);
	switch (r) {
	case '}':
		return plain_variable(l, out, name, true, unknown);
	case ':':
	case '+':
	case '-':
	case '?':
	case '#':
	case '%':
		return operator_form(l, out, name, r, unknown);
	case '/':
		return replace_form(l, out, name, unknown);
	default:
		return fail(l, "a ${...} has an operator that BuildKit does not know");
	}
}

static bool single_quote(struct lex *l, struct buf *out)
{
	uint32_t r = next(l);

	if (l->o->raw_quotes)
		utf8_add(out, r);
	while ((r = next(l)) != '\'') {
		if (r == RUNE_EOF)
			return fail(l, "a single quote is not closed");
		utf8_add(out, r);
	}
	if (l->o->raw_quotes)
		utf8_add(out, r);
	return true;
}

/* An escape character inside double quotes and what it may escape. */
static void escape_in_quotes(struct lex *l, struct buf *out)
{
	uint32_t r = next(l), esc = (unsigned char)l->o->escape, n = peek(l);

	if (l->raw_escapes)
		utf8_add(out, r);
	if (n == RUNE_EOF)
		return;
	if (n == '"' || n == '$' || n == esc)
		r = next(l);
	utf8_add(out, r);
}

static bool double_quote(struct lex *l, struct buf *out, bool *unknown)
{
	uint32_t r = next(l);

	if (l->o->raw_quotes)
		utf8_add(out, r);
	for (;;) {
		r = peek(l);
		if (r == RUNE_EOF)
			return fail(l, "a double quote is not closed");
		if (r == '$') {
			if (!dollar(l, out, unknown))
				return false;
		} else if (r == (unsigned char)l->o->escape) {
			escape_in_quotes(l, out);
		} else {
			next(l);
			if (r != '"' || l->o->raw_quotes)
				utf8_add(out, r);
			if (r == '"')
				return true;
		}
	}
}

/* << and the blanks behind it stay one word with what follows. */
static void possible_heredoc(struct lex *l, struct buf *out)
{
	uint32_t r;

	utf8_add(out, next(l));
	if (peek(l) != '<')
		return;
	utf8_add(out, next(l));
	while ((r = peek(l)) == '\t' || r == '\r' || r == ' ')
		utf8_add(out, next(l));
}

static bool special(struct lex *l, struct level *v, uint32_t r)
{
	struct buf part = { 0 };
	bool ok = true;

	switch (r) {
	case '$':
		ok = dollar(l, &part, &v->unknown);
		break;
	case '\'':
		ok = single_quote(l, &part);
		break;
	case '"':
		ok = double_quote(l, &part, &v->unknown);
		break;
	default:
		possible_heredoc(l, &part);
	}
	if (ok) {
		buf_add(&v->result, buf_text(&part));
		if (r == '$')
			add_split(l, v, buf_text(&part));
		else
			add_raw(l, v, buf_text(&part));
	}
	buf_release(&part);
	return ok;
}

static void ordinary(struct lex *l, struct level *v)
{
	uint32_t r = next(l);

	if (r == (unsigned char)l->o->escape) {
		if (l->raw_escapes) {
			add_raw_rune(l, v, r);
			utf8_add(&v->result, r);
		}
		r = next(l);
		if (r == RUNE_EOF)
			return;
		add_raw_rune(l, v, r);
	} else {
		add_rune(l, v, r);
	}
	utf8_add(&v->result, r);
}

static bool loop(struct lex *l, uint32_t stop, struct level *v)
{
	uint32_t r;

	while ((r = peek(l)) != RUNE_EOF) {
		if (r == stop) {
			next(l);
			return true;
		}
		if (v->result.n > MAX_RESULT)
			return over_bounds(l);
		if (r == '$' || r == '<' || ((r == '\'' || r == '"') && !l->o->skip_quotes)) {
			if (!special(l, v, r))
				return false;
		} else {
			ordinary(l, v);
		}
	}
	return stop == RUNE_EOF || fail(l, "a ${ is not closed");
}

/* Reads up to `stop`; the caller releases v->result, also on failure. */
static bool stop_on(struct lex *l, uint32_t stop, bool raw_escapes, struct level *v)
{
	bool outer = l->raw_escapes, ok;

	if (l->nested >= MAX_NESTED)
		return over_bounds(l);
	l->nested++;
	l->raw_escapes = raw_escapes;
	l->word.n = 0;
	ok = loop(l, stop, v);
	if (ok)
		end_word(l, v);
	l->raw_escapes = outer;
	l->nested--;
	return ok;
}

static struct lex lex_open(struct arena *a, struct text t, const struct expand_options *o, const struct expand_env *env)
{
	struct lex l = { .arena = a, .t = t, .o = o, .env = env, .raw_escapes = o->raw_escapes };

	/* Go's text/scanner drops a byte order mark at the start of its input. */
	if (text_starts(t, TEXT("\xEF\xBB\xBF")))
		l.at = 3;
	return l;
}

/* True where expansion gives the text itself. */
static bool is_plain(struct text t, const struct expand_options *o)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c >= 0x80 || c == '$' || c == '\'' || c == '"' || c == (unsigned char)o->escape)
			return false;
	}
	return t.n <= MAX_RESULT;
}

struct expanded expand_word(struct arena *a, struct text t, const struct expand_options *o, const struct expand_env *env)
{
	struct lex l;
	struct level v = { 0 };
	struct expanded out = { .status = EXPAND_OK, .text = t };

	if (is_plain(t, o))
		return out;
	l = lex_open(a, t, o, env);
	if (stop_on(&l, RUNE_EOF, o->raw_escapes, &v) && v.unknown)
		l.status = EXPAND_UNKNOWN;
	out.status = l.status;
	out.message = l.message;
	out.text = l.status == EXPAND_OK ? arena_text(a, buf_text(&v.result)) : TEXT_NONE;
	buf_release(&v.result);
	buf_release(&l.word);
	return out;
}

enum expand_status expand_words(struct arena *a, struct text t, const struct expand_options *o,
				const struct expand_env *env, struct text **words, size_t *n)
{
	struct lex l = lex_open(a, t, o, env);
	struct level v = { 0 };

	if (stop_on(&l, RUNE_EOF, o->raw_escapes, &v) && v.unknown)
		l.status = EXPAND_UNKNOWN;
	*words = v.words;
	*n = l.status == EXPAND_OK ? v.nwords : 0;
	buf_release(&v.result);
	buf_release(&l.word);
	return l.status;
}
