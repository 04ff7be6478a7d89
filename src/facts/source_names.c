/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/source_names.h"

#include "facts/command.h"

#include <string.h>

/* MAX_PROBES: names that were chosen to share a place in the table are not found. */
enum { MAX_PARAMETERS = 256, MAX_TYPE = 14, MAX_BLOCKS = 64, MAX_PROBES = 256 };

/* --- names ------------------------------------------------------------------ */

static bool self_name(struct text t)
{
	return words_hold("self this cls $this static $self @", t);
}

struct owned_name name_at(const struct tokens *t, size_t i)
{
	struct owned_name key = { TEXT_NONE, token_text(t, i) };

	if (i >= 2 && token_joins(t, i - 1) && token_has_kind(t, i - 2, TOKEN_NAME)) {
		key.owner = token_text(t, i - 2);
		if (self_name(key.owner))
			key.owner = TEXT(".");
	}
	if (t->language == SOURCE_PHP && text_is(key.owner, ".") && text_starts(key.name, TEXT("$")))
		key.name = text_from(key.name, 1);
	return key;
}

static uint64_t key_hash(struct owned_name k)
{
	return text_fnv1a(k.name, text_fnv1a(TEXT("/"), text_fnv1a(k.owner, FNV1A_INIT)));
}

static bool key_eq(struct owned_name a, struct owned_name b)
{
	return text_eq(a.name, b.name) && text_eq(a.owner, b.owner);
}

/* --- collecting -------------------------------------------------------------- */

struct collector {
	struct arena *a;
	const struct tokens *t;
	struct assigned *list;
	size_t n, cap;
	size_t depth;  /* of brackets */
	size_t params; /* up to this token, what is assigned to is a parameter */
};

static struct assigned *bind_key(struct collector *c, struct owned_name key, size_t at, size_t value)
{
	struct assigned *b;

	c->list = arena_grow(c->a, c->list, c->n, &c->cap, sizeof(*c->list));
	b = &c->list[c->n++];
	*b = (struct assigned){ .key = key, .at = (uint32_t)at, .value = (uint32_t)value };
	return b;
}

static struct assigned *bind(struct collector *c, size_t at, size_t value)
{
	struct owned_name key = name_at(c->t, at);

	/* private $dir = 'x', as $this->dir reads it */
	if (c->t->language == SOURCE_PHP && at && !key.owner.n &&
	    token_in(c->t, at - 1, "private protected public static var readonly string ?string")) {
		key.owner = TEXT(".");
		key.name = text_from(key.name, text_starts(key.name, TEXT("$")) ? 1 : 0);
	}
	return bind_key(c, key, at, value);
}

/* All names of a list of parameters, whose defaults are left aside. */
static void bind_parameters(struct collector *c, size_t open)
{
	size_t close = c->t->list[open].match;
	bool value = false;

	if (close <= open)
		return;
	c->params = close > c->params ? close : c->params;
	for (size_t i = open + 1; i < close && i < open + MAX_PARAMETERS; i++) {
		if (token_is(c->t, i, ","))
			value = false;
		else if (token_is(c->t, i, "="))
			value = true;
		else if (!value && token_has_kind(c->t, i, TOKEN_NAME))
			bind(c, i, 0);
	}
}

/* def f(x), function (x), func (r T) f(x): */
static void after_keyword(struct collector *c, size_t i)
{
	size_t k = i + 1;

	if (c->t->language == SOURCE_GO && token_is(c->t, k, "(") &&
	    token_has_kind(c->t, token_over(c->t, k), TOKEN_NAME)) {
		bind_parameters(c, k);
		k = token_over(c->t, k);
	}
	for (size_t end = k + 8; k < end && k < c->t->n && !token_is(c->t, k, "{"); k++)
		if (token_is(c->t, k, "(")) {
			bind_parameters(c, k);
			return;
		}
}

/* name(x) { and (x) => : without a word before them. */
static void at_bracket(struct collector *c, size_t open)
{
	static const char control[] = "if for while switch catch with match when until unless elseif foreach "
				      "synchronized using lock return";
	size_t behind = token_over(c->t, open);
	bool bare = c->t->language == SOURCE_JAVASCRIPT || c->t->language == SOURCE_JAVA ||
		    c->t->language == SOURCE_C || c->t->language == SOURCE_CSHARP;

	if (behind == open + 1)
		return;
	if (token_is(c->t, behind, "=>") || token_is(c->t, behind, "->"))
		bind_parameters(c, open);
	else if (bare && open && token_has_kind(c->t, open - 1, TOKEN_NAME) &&
		 !token_in(c->t, open - 1, control) &&
		 (token_is(c->t, behind, "{") || token_is(c->t, behind, "throws") ||
		  token_is(c->t, behind, ":")))
		bind_parameters(c, open);
}

/* |a, b| of a block or a closure. */
static void at_bar(struct collector *c, size_t i)
{
	if (c->t->language != SOURCE_RUBY && c->t->language != SOURCE_RUST)
		return;
	if (!i ||
	    !(token_is(c->t, i - 1, "{") || token_is(c->t, i - 1, "(") || token_in(c->t, i - 1, "do move")))
		return;
	for (size_t k = i + 1; k < i + 16 && k < c->t->n && !token_is(c->t, k, "|"); k++)
		if (token_has_kind(c->t, k, TOKEN_NAME))
			bind(c, k, 0);
}

/* const { a, b } = x */
static void at_pattern(struct collector *c, size_t close)
{
	size_t open = c->t->list[close].match;
	bool env;

	if (!token_is(c->t, close + 1, "=") || open >= close || !open ||
	    !token_in(c->t, open - 1, "const let var"))
		return;
	env = token_is(c->t, close + 2, "process") && token_is(c->t, close + 4, "env");
	for (size_t k = open + 1; k < close && k < open + MAX_PARAMETERS; k++)
		if (token_has_kind(c->t, k, TOKEN_NAME)) {
			struct assigned *b = bind(c, k, env ? k : 0);

			/* it holds in the block around the braces */
			b->at = (uint32_t)close;
			b->variable = env;
		}
}

/* a, b = f(): how many names stand before the last, commas between. */
static size_t names_in_front(const struct collector *c, size_t i)
{
	size_t k = 0;

	if (c->t->language != SOURCE_PYTHON && c->t->language != SOURCE_GO && c->t->language != SOURCE_RUBY)
		return 0;
	while (i >= 2 * (k + 1) && k < 8 && token_is(c->t, i - 2 * k - 1, ",") &&
	       token_has_kind(c->t, i - 2 * k - 2, TOKEN_NAME))
		k++;
	return k;
}

static void bind_several(struct collector *c, size_t i, size_t more, size_t value)
{
	struct assigned *b;

	bind(c, i - 2 * more, value);
	for (size_t k = 1; k < more; k++)
		bind(c, i - 2 * k, 0);
	b = bind(c, i, more == 1 ? value : 0);
	b->second = true;
}

static void assign(struct collector *c, size_t i, size_t value)
{
	size_t more = names_in_front(c, i);

	if (i < c->params)
		value = 0;
	if (more)
		bind_several(c, i, more, value);
	else
		bind(c, i, value);
}

/* let x: T = v; x: T = v; var x T = v */
static void at_typed(struct collector *c, size_t i)
{
	static const char declares[] =
		"let const var val static readonly private public protected mut def override lateinit";
	size_t k;

	if (c->t->language == SOURCE_GO) {
		if (token_has_kind(c->t, i + 1, TOKEN_NAME) && token_is(c->t, i + 2, "="))
			bind(c, i, i + 3);
		return;
	}
	if (!token_is(c->t, i + 1, ":") || !((i && token_in(c->t, i - 1, declares)) ||
					     (c->t->language == SOURCE_PYTHON && c->t->list[i].line)))
		return;
	for (k = i + 2; k < i + MAX_TYPE && k < c->t->n; k++) {
		if (token_is(c->t, k, "=")) {
			bind(c, i, k + 1);
			return;
		}
		if (token_is(c->t, k, ";") || token_is(c->t, k, ",") || token_is(c->t, k, ")") ||
		    token_is(c->t, k, "{"))
			return;
	}
}

/* for x in, with f() as x */
static void at_word(struct collector *c, size_t i)
{
	size_t start;

	if (i && token_in(c->t, i + 1, "in of") && token_in(c->t, i - 1, "for let const var foreach"))
		bind(c, i, 0);
	if (i < 2 || c->t->language != SOURCE_PYTHON || !token_is(c->t, i - 1, "as"))
		return;
	start = token_is(c->t, i - 2, ")") ? c->t->list[i - 2].match : 0;
	while (start > 0 && (token_has_kind(c->t, start - 1, TOKEN_NAME) || token_joins(c->t, start - 1)) &&
	       !token_in(c->t, start - 1, "with async"))
		start--;
	bind(c, i, start);
}

/* #define X v, define('X', v), use constant X => v, char x[] = v */
static void at_constant(struct collector *c, size_t i)
{
	const struct tokens *t = c->t;

	if (t->language == SOURCE_C && i >= 2 && token_is(t, i - 1, "define") && token_is(t, i - 2, "#") &&
	    !(token_is(t, i + 1, "(") && !t->list[i + 1].gap) && i + 1 < t->n && !t->list[i + 1].line)
		bind(c, i, i + 1);
	else if (t->language == SOURCE_C && i && token_is(t, i + 1, "[") &&
		 token_is(t, token_over(t, i + 1), "=") && token_has_kind(t, i - 1, TOKEN_NAME))
		bind(c, i, token_over(t, i + 1) + 1);
	else if (t->language == SOURCE_C && token_in(t, i, "snprintf sprintf strcpy") &&
		 token_is(t, i + 1, "(") && token_has_kind(t, i + 2, TOKEN_NAME))
		bind(c, i + 2, i);
	else if (t->language == SOURCE_C && token_in(t, i, "strcat strncat") && token_is(t, i + 1, "("))
		bind(c, i + 2 < t->n ? i + 2 : i, 0);
	else if (t->language == SOURCE_PHP && token_is(t, i, "define") && token_is(t, i + 1, "(") &&
		 token_has_kind(t, i + 2, TOKEN_STRING) && token_is(t, i + 3, ","))
		bind_key(c, (struct owned_name){ TEXT_NONE, token_inside(t, i + 2) }, i, i + 4);
	else if (t->language == SOURCE_PERL && i && token_is(t, i - 1, "constant") &&
		 token_is(t, i + 1, "=>"))
		bind(c, i, i + 2);
}

static void at_name(struct collector *c, size_t i)
{
	const struct tokens *t = c->t;
	bool member = i && token_joins(t, i - 1);

	if (!member && token_in(t, i, "def function func fn fun sub"))
		after_keyword(c, i);
	if (token_is(t, i + 1, "=") || token_is(t, i + 1, ":=") || token_is(t, i + 1, "||=") ||
	    token_is(t, i + 1, "\?\?=")) {
		/* in a call's brackets Python names its arguments so */
		if (t->language != SOURCE_PYTHON || !c->depth)
			assign(c, i, i + 2);
	} else if (token_is(t, i + 1, "+=") || token_is(t, i + 1, ".=")) {
		bind(c, i, i + 2)->appends = true;
	} else if (token_is(t, i + 1, "/=")) {
		bind(c, i, 0);
	} else if (token_is(t, i + 1, "=>") && !token_in(t, i, "default _") &&
		   t->language == SOURCE_JAVASCRIPT) {
		bind(c, i, 0);
	} else {
		at_typed(c, i);
		at_word(c, i);
		at_constant(c, i);
	}
}

static void collect(struct collector *c)
{
	for (size_t i = 0; i < c->t->n; i++) {
		if (c->t->list[i].kind == TOKEN_NAME) {
			at_name(c, i);
		} else if (c->t->list[i].kind == TOKEN_MARK) {
			char mark = c->t->text.p[c->t->list[i].at];

			if (mark == '(' || mark == '[' || mark == '{')
				c->depth++;
			else if ((mark == ')' || mark == ']' || mark == '}') && c->depth)
				c->depth--;
			if (mark == '(')
				at_bracket(c, i);
			else if (mark == '}')
				at_pattern(c, i);
			else if (mark == '|')
				at_bar(c, i);
		}
	}
}

/* --- finding ----------------------------------------------------------------- */

/* The place of a key in the table, or TEXT_NPOS. */
static size_t slot_of(const struct names *n, struct owned_name key)
{
	size_t i = (size_t)key_hash(key) & n->mask;

	for (unsigned k = 0; k < MAX_PROBES; k++, i = (i + 1) & n->mask)
		if (!n->table[i] || key_eq(n->list[n->table[i] - 1].key, key))
			return i;
	return TEXT_NPOS;
}

void names_read(struct arena *a, const struct tokens *t, struct names *out)
{
	struct collector c = { .a = a, .t = t };
	size_t size = 16;
	uint32_t *table;

	collect(&c);
	while (size < 2 * c.n)
		size *= 2;
	table = ARENA_ARRAY(a, size, uint32_t);
	*out = (struct names){ t, c.list, c.n, table, size - 1 };
	for (size_t i = 0; i < c.n; i++) {
		size_t slot = slot_of(out, c.list[i].key);

		if (slot == TEXT_NPOS)
			continue;
		c.list[i].before = table[slot];
		table[slot] = (uint32_t)i + 1;
	}
}

const struct assigned *names_last(const struct names *n, struct owned_name key)
{
	size_t slot = slot_of(n, key);

	return slot != TEXT_NPOS && n->table[slot] ? &n->list[n->table[slot] - 1] : NULL;
}

const struct assigned *names_before(const struct names *n, const struct assigned *b)
{
	return b->before ? &n->list[b->before - 1] : NULL;
}

bool token_within(const struct tokens *t, size_t outer, size_t inner)
{
	uint32_t want = t->list[outer].block, block = t->list[inner].block;

	for (unsigned k = 0; k < MAX_BLOCKS && block != want && block; k++)
		block = t->list[block - 1].block;
	return block == want;
}
