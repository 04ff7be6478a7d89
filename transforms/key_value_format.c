/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

/* The bytes of a legacy value, as BuildKit takes them. */
enum part {
	PART_TEXT,
	PART_BLANK,   /* white space outside quotes */
	PART_QUOTE,   /* opens or closes a quotation */
	PART_ESCAPE,  /* an escape outside quotes; the character behind it is of the part too */
	PART_LITERAL, /* inside single quotes, but special inside double ones */
	/* Inside ${...} that stands outside quotes: */
	PART_BRACE_BLANK,
	PART_BRACE_SPECIAL /* a quote or an escape */
};

typedef void visitor(void *data, enum part part, size_t at, size_t n);

static enum part part_of(uint32_t c, char quote, size_t braces, char escape)
{
	bool blank = rune_space(c), special = c == (unsigned char)escape || c == '"' || c == '\'';

	if (quote == '\'')
		return c == '\'' ? PART_QUOTE : c == '"' || c == '$' || c == (unsigned char)escape ? PART_LITERAL : PART_TEXT;
	if (quote)
		return c == '"' ? PART_QUOTE : PART_TEXT;
	if (braces && (blank || special))
		return blank ? PART_BRACE_BLANK : PART_BRACE_SPECIAL;
	if (c == (unsigned char)escape)
		return PART_ESCAPE;
	return blank ? PART_BLANK : special ? PART_QUOTE : PART_TEXT;
}

static void walk(struct text v, char escape, visitor *visit, void *data)
{
	char quote = 0;
	size_t width, next, braces = 0;

	for (size_t at = 0; at < v.n; at += width) {
		uint32_t c = utf8_decode(v, at, &width);
		enum part part = part_of(c, quote, braces, escape);

		if (!quote && text_starts(text_from(v, at), TEXT("${")))
			braces++;
		else if (!quote && c == '}' && braces)
			braces--;
		if (c == (unsigned char)escape && quote != '\'') {
			utf8_decode(v, at + width, &next);
			width += next;
		}
		if (part == PART_QUOTE)
			quote = quote ? 0 : (char)c;
		visit(data, part, at, width);
	}
}

/* --- what a value is like ---------------------------------------------------- */

struct shape {
	const struct instruction *ins;
	struct text v;
	bool blanks;   /* outside quotes: it has to be quoted */
	bool specials; /* quotes and escapes */
	bool tangled;  /* some stand inside ${...}, or end the name of a variable, or the like */
	bool pairs;    /* it seems to hold what was meant as further pairs or as another line */
	bool after_blank;
	size_t segment; /* of the byte looked at */
};

static size_t name_length(struct text t)
{
	size_t n = 0;

	while (n < t.n && (ascii_alnum((unsigned char)t.p[n]) || t.p[n] == '_' || (n && (t.p[n] == '.' || t.p[n] == '-'))))
		n++;
	return n;
}

/* Only blanks stand before it on its line of the source, and that is not the first. */
static bool starts_line(const struct shape *s, size_t at)
{
	const struct segment *seg = &s->ins->segments[s->segment];

	return s->segment > 0 && text_trim(text_sub(s->ins->logical, seg->at, s->ins->words[1].at + at)).n == 0;
}

static bool is_capitals(struct text word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] >= 'a' && word.p[i] <= 'z')
			return false;
	return word.n > 1;
}

/* A word behind a blank: NAME=..., or at the start of a line an instruction, NAME
 * "..." or CAPITALS and a value. */
static bool is_pair(const struct shape *s, size_t at)
{
	struct text t = text_from(s->v, at), word = text_sub(t, 0, name_length(t)), rest = text_from(t, word.n);

	if (word.n == 0)
		return false;
	if (text_starts(rest, TEXT("=")))
		return true;
	if (!starts_line(s, at) || rest.n == 0 || !ascii_space((unsigned char)rest.p[0]))
		return false;
	rest = text_trim(rest);
	return is_capitals(word) || text_starts(rest, TEXT("\"")) || text_starts(rest, TEXT("'"));
}

/* What stands before `at` is $ or $name: without the quote there, more would belong to
 * the name. */
static bool ends_name(struct text v, size_t at)
{
	while (at > 0 && (ascii_alnum((unsigned char)v.p[at - 1]) || v.p[at - 1] == '_' || (unsigned char)v.p[at - 1] >= 0x80))
		at--;
	return at > 0 && v.p[at - 1] == '$';
}

/* The value's next line begins: an instruction there was swallowed. */
static void note_line(struct shape *s)
{
	const struct segment *seg = &s->ins->segments[++s->segment];
	struct text line = text_trim(text_sub(s->ins->logical, seg->at, seg->at + seg->n));
	struct text word = text_sub(line, 0, name_length(line));

	s->pairs = s->pairs || (is_capitals(word) && keyword_of(word) != KW_UNKNOWN && word.n < line.n);
}

static void note(void *data, enum part part, size_t at, size_t n)
{
	struct shape *s = data;
	size_t logical = s->ins->words[1].at + at;

	(void)n;
	while (s->segment + 1 < s->ins->nsegments && s->ins->segments[s->segment + 1].at <= logical)
		note_line(s);
	s->blanks = s->blanks || part == PART_BLANK || part == PART_BRACE_BLANK;
	s->specials = s->specials || part == PART_QUOTE || part == PART_ESCAPE;
	s->tangled = s->tangled || part == PART_BRACE_SPECIAL ||
		     ((part == PART_QUOTE || part == PART_ESCAPE) && ends_name(s->v, at));
	if (part != PART_BLANK && s->after_blank && !s->pairs)
		s->pairs = is_pair(s, at);
	s->after_blank = part == PART_BLANK;
}

static struct shape shape_of(const struct instruction *ins, char escape)
{
	struct shape s = { .ins = ins, .v = ins_written(ins, &ins->words[1]) };

	s.pairs = text_starts(s.v, TEXT("="));
	/* A byte order mark is dropped at the start of a value, but not behind a quote. */
	s.tangled = text_starts(s.v, TEXT("\xEF\xBB\xBF"));
	walk(s.v, escape, note, &s);
	/* Stray bytes could become a character when what stands between them goes. */
	s.tangled = s.tangled || (s.specials && !utf8_valid(s.v));
	return s;
}

/* --- writing it as one quoted word --------------------------------------------- */

struct quoter {
	struct pass *p;
	struct finding *f;
	const struct instruction *ins;
	struct text v;
	char escape;
};

/* Inside the double quotes that we put around it, quotes of the value's own go, and
 * what is special there gets an escape. */
static void quote_part(void *data, enum part part, size_t at, size_t n)
{
	struct quoter *q = data;
	size_t base = q->ins->words[1].at + at;
	char next = n > 1 ? q->v.p[at + 1] : '\0';
	bool needless = part == PART_ESCAPE && next != '"' && next != '$' && next != q->escape;

	if (part == PART_QUOTE || needless)
		finding_replace_logical(q->p, q->f, q->ins, base, 1, TEXT_NONE);
	else if (part == PART_LITERAL)
		finding_replace_logical(q->p, q->f, q->ins, base, 0, (struct text){ &q->escape, 1 });
}

/* The blanks between key and value become "=" and the opening quote. Where they all
 * stand on the value's line, the value is pulled up to its key. */
static bool join_key(struct pass *p, struct finding *f, const struct instruction *ins, struct text with)
{
	const struct word *key = &ins->words[0], *value = &ins->words[1];
	size_t end = key->at + key->n;
	struct range r, after_key;

	if (!ins_source_range(pass_doc(p), ins, end - 1, value->at - end + 1, &after_key) ||
	    !ins_source_range(pass_doc(p), ins, end, value->at - end, &r))
		return finding_replace_logical(p, f, ins, end - 1, value->at - end + 1, with); /* refuses */
	finding_replace(p, f, (struct range){ after_key.start + 1, r.end }, with);
	return true;
}

static void write_pair(struct pass *p, struct finding *f, const struct instruction *ins, const struct shape *s)
{
	const struct word *v = &ins->words[1];
	struct quoter q = { p, f, ins, s->v, pass_doc(p)->escape };

	if (!join_key(p, f, ins, s->blanks ? TEXT("=\"") : TEXT("=")) || !s->blanks)
		return;
	if (s->specials)
		walk(s->v, q.escape, quote_part, &q);
	finding_insert(p, f, ins_source(ins, v->at + v->n - 1) + 1, TEXT("\""));
}

/* --- the transform ------------------------------------------------------------- */

static bool is_plain_key(struct text key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!ascii_alnum((unsigned char)key.p[i]) && key.p[i] != '_' && key.p[i] != '-' && key.p[i] != '.' && key.p[i] != '/')
			return false;
	return key.n > 0;
}

/* True where it was refused. */
static bool refuse(struct pass *p, struct finding *f, size_t item, const struct shape *s)
{
	const struct instruction *ins = s->ins;
	const char *why = state_refuses(facts_before(pass_facts(p), item), pass_arena(p), pass_doc(p), ins->words[1].value);

	if (why)
		finding_refuse(p, f, "value-invalid", ARENA_JOIN(pass_arena(p), TEXT("no build takes this value: mend it first ("),
								 text_of(why), TEXT(")")));
	else if (!is_plain_key(ins->words[0].value))
		finding_refuse(p, f, "key-quoting", TEXT("the key holds more than letters, digits, and . _ - /: write key=value by hand"));
	else if (s->pairs)
		finding_refuse(p, f, "value-holds-pairs",
			       TEXT("all behind the key is one value, and it looks as if further pairs, or another line, were meant: write each as key=value"));
	else if (s->tangled && s->blanks)
		finding_refuse(p, f, "value-quoting", TEXT("its quotes or escapes cannot be moved without changing the value: write key=value by hand"));
	return f->fate == FATE_REFUSED;
}

static void rewrite(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	struct shape s = shape_of(ins, pass_doc(p)->escape);
	struct finding *f = pass_find(p, item, arena_printf(pass_arena(p),
		"`%s key value` is the legacy form; key=value gives the same value", keyword_name(ins->keyword)));

	if (!refuse(p, f, item, &s))
		write_pair(p, f, ins, &s);
}

static void run(struct pass *p)
{
	static const enum keyword keywords[] = { KW_ENV, KW_LABEL };

	for (size_t k = 0; k < 2; k++)
		for (size_t item = 0; pass_next(p, keywords[k], &item); item++)
			if (pass_doc(p)->items[item].ins->legacy)
				rewrite(p, item);
}

static const struct rule maps[] = { { RULE_BUILDKIT, "LegacyKeyValueFormat" }, { RULE_HADOLINT, NULL } };

const struct transform transform_key_value_format = {
	.id = "key-value-format",
	.title = "key=value in ENV and LABEL",
	.level = LEVEL_SAFE,
	.why = "In the legacy form `ENV key value` all that follows the key is its value, also what was meant as a second "
	       "pair. BuildKit warns of it and may drop it.",
	.risk = "None: the value that the image gets is compared before and after, byte by byte, and quotes are added only "
		"where blanks need them. A value that looks as if it had swallowed further pairs is left for you to split, and "
		"triggers (ONBUILD ENV) are left alone.",
	.maps = maps,
	.before = "FROM alpine:3.24\nENV GREETING hello there\nENV LANG C.UTF-8\n",
	.after = "FROM alpine:3.24\nENV GREETING=\"hello there\"\nENV LANG=C.UTF-8\n",
	.may = 0,
	.run = run,
};
