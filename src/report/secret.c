/* SPDX-License-Identifier: Apache-2.0 */
#include "report/secret.h"

#include "base/buf.h"
#include "base/rx.h"
#include "report/cut.h"

#include <pthread.h>
#include <stdlib.h>

/* --- names ------------------------------------------------------------------ */

enum fit {
	ENDS,  /* a part of the name ends in the word */
	WHOLE, /* a part of the name is the word */
	PART,  /* the same, and the name has other parts */
	NEVER  /* a part that is the word says the contrary */
};

static const struct {
	const char *word;
	enum fit fit;
} words[] = {
	{ "nopasswd", NEVER },  /* sudoers */
	{ "password", ENDS },   { "passwords", ENDS },  { "passwd", ENDS },      { "passphrase", ENDS },
	{ "secret", ENDS },     { "secrets", ENDS },    { "token", ENDS },       { "apikey", ENDS },
	{ "credential", ENDS }, { "credentials", ENDS }, { "privatekey", ENDS }, { "accesskey", ENDS },
	{ "auth", WHOLE },      { "pass", WHOLE },      { "pwd", PART },
};

/* With "key" behind them. */
static const char *const key_kinds[] = { "api", "private", "access", "encryption", "signing", "account" };

/* A name that ends so tells where something is or how it is, not what it is. */
static const char *const places[] = { "file", "path", "dir", "url", "uri", "host",
				     "port", "sock", "type", "size", "length", "timeout", "ttl" };

static bool among(struct text t, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_iis(t, list[i]))
			return true;
	return false;
}

static bool is_separator(char c)
{
	return c == '_' || c == '-' || c == '.';
}

/* True where a part begins at `at`: dbPassword, APIKey. */
static bool case_turns(struct text key, size_t at)
{
	if (at == 0 || !ascii_upper((unsigned char)key.p[at]))
		return false;
	return !ascii_upper((unsigned char)key.p[at - 1]) ||
	       (at + 1 < key.n && ascii_alpha((unsigned char)key.p[at + 1]) && !ascii_upper((unsigned char)key.p[at + 1]));
}

/* The part of the name at or behind *at, without digits at its end; false at the end. */
static bool next_part(struct text key, size_t *at, struct text *part)
{
	size_t start;

	while (*at < key.n && is_separator(key.p[*at]))
		++*at;
	start = *at;
	while (*at < key.n && !is_separator(key.p[*at]) && (*at == start || !case_turns(key, *at)))
		++*at;
	*part = text_sub(key, start, *at);
	while (part->n > 1 && ascii_digit((unsigned char)part->p[part->n - 1]))
		part->n--;
	return part->n > 0;
}

static bool is_secret_word(struct text part, bool alone)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].fit == ENDS ? text_iends(part, text_of(words[i].word)) : text_iis(part, words[i].word))
			return words[i].fit != NEVER && (words[i].fit != PART || !alone);
	}
	return false;
}

/* at_end: only where the name's last part says so. */
static bool says_secret(struct text key, bool at_end)
{
	enum { LONGEST = 256 };
	struct text part, last = TEXT_NONE;
	bool found = false;

	key = text_from(key, key.n > LONGEST ? key.n - LONGEST : 0);
	for (size_t at = 0; next_part(key, &at, &part); last = part)
		found = (found && !at_end) || is_secret_word(part, part.n == key.n) ||
			(text_iis(part, "key") && among(last, key_kinds, sizeof(key_kinds) / sizeof(key_kinds[0])));
	return found && !among(last, places, sizeof(places) / sizeof(places[0]));
}

bool secret_key(struct text key)
{
	return says_secret(key, false);
}

/* --- shapes ----------------------------------------------------------------- */

/* Many of a class of characters; fewer do where the text is cut behind them. */
#define RUN(class, n) "(?:" class "{" n ",}+|" class "{6,}+\\z)"
#define ALNUM RUN("[A-Za-z0-9]", "16")
#define WORD RUN("[\\w-]", "16")
#define SQL_PASSWORD "(?i)\\bpassword(?:\\s++|\\s*+\\(\\s*+)[\"']\\K[^\"']++(?=[\"'])"
#define IDENTIFIED "(?i)\\bidentified\\s++(?:with\\s++\\S++\\s++)?by\\s++(?:password\\s++)?[\"']\\K[^\"']++"

static const struct {
	const char *hint; /* stands in every match: spares the search */
	const char *pattern;
	const char *until; /* the match goes on to here, or to the end; may be NULL */
} shapes[] = {
	{ "AKIA", "\\bAKIA[A-Z0-9]{8,}+", NULL }, /* AWS */
	{ "AKIA",
	  "\\bAKIA[A-Z0-9]{8,}+[^A-Za-z0-9/+].{0,40}?(?<![A-Za-z0-9/+])\\K[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])", NULL },
	{ "secret_access_key", "secret_access_key[\\s\\0]++\\K[^\\s\\0]++", NULL },
	{ "ASIA", "\\bASIA[A-Z0-9]{8,}+", NULL },
	{ "gh", "\\bgh[pousr]_" ALNUM, NULL },
	{ "github_pat_", "\\bgithub_pat_" WORD, NULL },
	{ "gl", "\\bgl(?:pat|ptt|dt|rt|cbt|soat|ft)-" WORD, NULL },
	{ "xox", "\\bxox[a-z]-[\\w-]{6,}+", NULL }, /* Slack */
	{ "xapp-", "\\bxapp-[\\w-]{6,}+", NULL },
	{ "hooks.slack.com", "hooks\\.slack\\.com/(?:services|workflows)/\\K[\\w/]++", NULL },
	{ "npm_", "\\bnpm_" ALNUM, NULL },
	{ "pypi-", "\\bpypi-" WORD, NULL },
	{ "dckr_pat_", "\\bdckr_pat_" WORD, NULL },
	{ "AIza", "\\bAIza" WORD, NULL }, /* Google */
	{ "k_", "\\b[spr]k_(?:live|test)_[A-Za-z0-9]{6,}+", NULL }, /* Stripe */
	{ "sk-", "\\bsk-" WORD, NULL },
	{ "hvs.", "\\bhvs\\." WORD, NULL }, /* Vault */
	{ "SG.", "\\bSG\\.[\\w-]{6,}+(?:\\.[\\w-]*+)?", NULL }, /* SendGrid */
	{ "eyJ", "\\beyJ[\\w-]{8,}+(?:\\.[\\w-]*+){0,2}", NULL }, /* JSON Web Token */
	{ "PRIVATE KEY", "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY", "-----END" },
	/* Addresses: a password before the @; a name there that is too long for one. */
	{ "://", "://[^\\s\\0/@:\"']*+:\\K[^\\s\\0/\"']+(?=@)", NULL },
	{ "://", "://[^\\s\\0/@:\"']++:\\K(?!\\d)[^\\s\\0/@\"']++\\z", NULL },
	{ "://", "://\\K[^\\s\\0/@:\"'$]{16,}+(?=@)", NULL },
	{ "earer", "(?i)\\bbearer[\\s\\0]++\\K[^\\s\\0\"']{8,}+", NULL },
	{ "uthorization",
	  "(?i)\\bauthorization[\"']?\\s*+(?:=|:(?!:))\\s*+[\"']?"
	  "(?:(?:basic|bearer|digest|token|apikey)\\s++)?\\K[^\\s\\0\"',]++", NULL },
	{ "curl",
	  "\\bcurl\\b[^|;&]{0,200}?[\\s\\0](?:-u|--user|--proxy-user|-U)[\\s\\0=]*+[\"']?[^\\s\\0:\"'$]++:\\K[^\\s\\0\"']++", NULL },
	{ "chpasswd", "[\\w.${}-]:\\K[^\\s\\0\"'|:]++(?=[\"']?\\s*+\\|[^|]{0,60}\\bchpasswd)", NULL },
	{ "password", SQL_PASSWORD, NULL },
	{ "PASSWORD", SQL_PASSWORD, NULL },
	{ "dentified", IDENTIFIED, NULL },
	{ "DENTIFIED", IDENTIFIED, NULL },
	{ "password", "pass[\\w/.-]*+[\\s\\0]++password[\\s\\0]++\\K[^\\s\\0\"';]++", NULL }, /* debconf */
	{ "mysql", "\\bmysql(?:admin|dump)?\\b[^|;&]{0,200}?[\\s\\0]-p\\K[^\\s\\0]++", NULL },
	{ "sshpass", "\\bsshpass[\\s\\0]++-p[\\s\\0]*+\\K[^\\s\\0]++", NULL },
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

static struct rx *compiled[SHAPES];
static pthread_once_t compiled_once = PTHREAD_ONCE_INIT;

static void compile(void)
{
	for (size_t i = 0; i < SHAPES; i++)
		compiled[i] = rx_open(shapes[i].pattern);
}

/* --- what is to be hidden --------------------------------------------------- */

struct hider {
	struct arena *a;
	struct text t;
	struct range *list;
	size_t n, cap;
};

/* What says nothing: yes and no, a variable that is filled in elsewhere, nothing. */
static bool is_harmless(struct text v)
{
	static const char *const plain[] = { "", "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1",
					     "enabled", "disabled", "\\", "`" };
	size_t i = 1;

	if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0])
		v = text_sub(v, 1, v.n - 1);
	if (v.n > 1 && v.p[0] == '\\' && v.p[1] == '$')
		v = text_from(v, 1);
	if (among(v, plain, sizeof(plain) / sizeof(plain[0])) || text_is(v, SECRET_HIDDEN))
		return true;
	if (v.n < 2 || v.p[0] != '$')
		return false;
	if (v.p[1] == '(')
		return true;
	i += v.p[1] == '{';
	while (i < v.n && (ascii_alnum((unsigned char)v.p[i]) || v.p[i] == '_'))
		i++;
	return i == v.n || (v.p[1] == '{' && v.p[i] == '}' && i + 1 == v.n);
}

static void hide(struct hider *h, size_t start, size_t end)
{
	if (start >= end || is_harmless(text_sub(h->t, start, end)))
		return;
	h->list = arena_grow(h->a, h->list, h->n, &h->cap, sizeof(*h->list));
	h->list[h->n++] = (struct range){ start, end };
}

static void find_shape(struct hider *h, size_t shape)
{
	struct text t = h->t;
	struct range m;

	for (size_t at = 0; at < t.n && rx_find(compiled[shape], t, at, &m); at = m.end > at ? m.end : at + 1) {
		if (shapes[shape].until) {
			size_t end = text_find(t, text_of(shapes[shape].until), m.end);
			size_t line = end == TEXT_NPOS ? TEXT_NPOS : text_chr(t, '\n', end);

			m.end = line == TEXT_NPOS ? t.n : line;
		}
		hide(h, m.start, m.end);
	}
}

static void find_shapes(struct hider *h)
{
	for (size_t i = 0; i < SHAPES; i++) {
		if (text_find(h->t, text_of(shapes[i].hint), 0) == TEXT_NPOS)
			continue;
		pthread_once(&compiled_once, compile);
		find_shape(h, i);
	}
}

/* --- names and their values -------------------------------------------------- */

static bool is_key_char(char c)
{
	return ascii_alnum((unsigned char)c) || is_separator(c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

static size_t skip(struct text t, size_t at, const char *chars)
{
	while (at < t.n && (text_has(text_of(chars), t.p[at]) || t.p[at] == '\0'))
		at++;
	return at;
}

static size_t skip_blanks(struct text t, size_t at)
{
	while (at < t.n && is_blank(t.p[at]))
		at++;
	return at;
}

/* A name that opens a line, but for list marks, or stands in quotes: no prose. */
static bool opens_entry(struct text t, size_t at)
{
	if (at > 0 && is_quote(t.p[at - 1]))
		return true;
	while (at > 0 && (is_blank(t.p[at - 1]) || t.p[at - 1] == '{' || t.p[at - 1] == '-'))
		at--;
	return at == 0 || t.p[at - 1] == '\n' || t.p[at - 1] == '\0';
}

/* Where the value of the name at [start, end) begins, or TEXT_NPOS. */
static size_t value_start(struct text t, size_t start, size_t end)
{
	size_t at = skip_blanks(t, end);

	if (at < t.n && t.p[at] == '=') {
		if (at + 1 < t.n && t.p[at + 1] == '=')
			return TEXT_NPOS; /* a comparison, a version */
		return at == end ? at + 1 : skip_blanks(t, at + 1);
	}
	if (t.p[start] == '-') {
		at = skip(t, end, " \t\"',");
		if (at == end || at == t.n || text_has(TEXT("-]})"), t.p[at]))
			return TEXT_NPOS;
		return at - is_quote(t.p[at - 1]);
	}
	if (start > 0 && t.p[start - 1] == '{' && end + 1 < t.n && t.p[end] == ':' &&
	    (t.p[end + 1] == '-' || t.p[end + 1] == '='))
		return end + 2; /* ${NAME:-value} */
	at += at < t.n && is_quote(t.p[at]);
	at = skip_blanks(t, at);
	if (at < t.n && t.p[at] == ':' && opens_entry(t, start))
		return skip_blanks(t, at + 1);
	return TEXT_NPOS;
}

/* A quote that is closed here, though it was opened before the value: a blank or the
 * like follows it. */
static bool closes_outer(struct text t, size_t at)
{
	return at + 1 == t.n || t.p[at + 1] == '\0' || text_has(TEXT(" \t\n;,)}]|&>"), t.p[at + 1]);
}

static size_t value_end(struct text t, size_t at)
{
	size_t start = at;
	char quote = 0;

	for (; at < t.n; at++) {
		char c = t.p[at];

		if ((c == '\\' || c == '`') && at + 1 < t.n) {
			at++;
		} else if (quote) {
			quote = c == quote ? 0 : quote;
			if (!quote && closes_outer(t, at))
				return at + 1;
		} else if (is_quote(c)) {
			if (at > start && closes_outer(t, at))
				return at;
			quote = c;
		} else if (ascii_space((unsigned char)c) || c == '\0') {
			return at;
		}
	}
	return t.n;
}

/* `--name value`: what follows an option need not be its value. */
static bool is_option(struct text t, size_t start, size_t end)
{
	size_t next = skip_blanks(t, end);

	return t.p[start] == '-' && !(next < t.n && t.p[next] == '=');
}

static void find_values(struct hider *h)
{
	struct text t = h->t;

	for (size_t at = 0; at < t.n;) {
		size_t start = at, value;

		if (!is_key_char(t.p[at])) {
			at++;
			continue;
		}
		while (at < t.n && is_key_char(t.p[at]))
			at++;
		value = value_start(t, start, at);
		if (value != TEXT_NPOS && says_secret(text_sub(t, start, at), is_option(t, start, at)))
			hide(h, value, value_end(t, value));
	}
}

static bool take_word(struct text t, size_t *at, struct text *word)
{
	size_t start = *at = skip_blanks(t, *at);

	while (*at < t.n && !ascii_space((unsigned char)t.p[*at]))
		++*at;
	*word = text_sub(t, start, *at);
	return word->n > 0;
}

/* `ENV name value`: the value is all of the line. */
static void find_legacy(struct hider *h)
{
	struct text word;
	size_t at = 0, nl;

	if (take_word(h->t, &at, &word) && text_iis(word, "ONBUILD"))
		take_word(h->t, &at, &word);
	if (!text_iis(word, "ENV") && !text_iis(word, "LABEL"))
		return;
	if (!take_word(h->t, &at, &word) || text_has(word, '=') || !secret_key(word))
		return;
	nl = text_chr(h->t, '\n', at);
	hide(h, skip_blanks(h->t, at), nl == TEXT_NPOS ? h->t.n : nl);
}

/* --- hiding ------------------------------------------------------------------ */

static int by_start(const void *x, const void *y)
{
	const struct range *a = x, *b = y;

	return a->start < b->start ? -1 : a->start > b->start;
}

static struct text replaced(struct hider *h)
{
	struct buf out = { 0 };
	struct text t;
	size_t at = 0;

	qsort(h->list, h->n, sizeof(*h->list), by_start);
	for (size_t i = 0; i < h->n;) {
		size_t end = h->list[i].end;

		buf_add(&out, text_sub(h->t, at, h->list[i].start));
		buf_adds(&out, SECRET_HIDDEN);
		while (i < h->n && h->list[i].start < end) {
			end = h->list[i].end > end ? h->list[i].end : end;
			i++;
		}
		at = end;
	}
	buf_add(&out, text_from(h->t, at));
	t = arena_text(h->a, buf_text(&out));
	buf_release(&out);
	return t;
}

struct text secret_hide(struct arena *a, struct text t)
{
	struct hider h = { .a = a, .t = t };
	bool cut = t.n > SECRET_TEXT_MAX;

	if (cut)
		h.t.n = cut_at(t, SECRET_TEXT_MAX);
	find_legacy(&h);
	find_values(&h);
	find_shapes(&h);
	if (h.n)
		h.t = replaced(&h);
	return cut ? ARENA_JOIN(a, h.t, TEXT("...")) : h.t;
}

struct text secret_hide_value(struct arena *a, struct text key, struct text value)
{
	return secret_key(key) && !is_harmless(value) ? TEXT(SECRET_HIDDEN) : secret_hide(a, value);
}
