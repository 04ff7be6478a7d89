/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

/* How a legacy value has to be written to stay one word. */
struct shape {
	bool blanks;     /* unquoted, unescaped white space */
	bool specials;   /* quotes or escapes */
	bool braced;     /* a blank inside ${...}, where an escape may stay in the value */
};

/* Calls for each unquoted blank; out may be NULL. */
static struct shape scan(struct text v, char escape, void (*blank)(void *data, size_t at), void *data)
{
	struct shape s = { 0 };
	char quote = 0;
	size_t width, braces = 0;

	for (size_t at = 0; at < v.n; at += width) {
		uint32_t c = utf8_decode(v, at, &width);

		if (text_starts(text_from(v, at), TEXT("${")))
			braces++;
		else if (c == '}' && braces)
			braces--;
		if (c == (unsigned char)escape && quote != '\'') {
			s.specials = true;
			at += width;
			utf8_decode(v, at, &width);
		} else if (c == '\'' || c == '"') {
			s.specials = true;
			if (!quote)
				quote = (char)c;
			else if (quote == (char)c)
				quote = 0;
		} else if (!quote && rune_space(c)) {
			s.blanks = true;
			s.braced = s.braced || braces;
			if (blank)
				blank(data, at);
		}
	}
	return s;
}

struct escaper {
	struct pass *p;
	struct finding *f;
	const struct instruction *ins;
	size_t base; /* logical offset of the value */
	char escape;
};

static void escape_blank(void *data, size_t at)
{
	struct escaper *e = data;

	finding_replace_logical(e->p, e->f, e->ins, e->base + at, 0, (struct text){ &e->escape, 1 });
}

static bool is_plain_key(struct text key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!ascii_alnum((unsigned char)key.p[i]) && key.p[i] != '_' && key.p[i] != '-' && key.p[i] != '.' && key.p[i] != '/')
			return false;
	return key.n > 0;
}

static void write_value(struct pass *p, struct finding *f, const struct instruction *ins, struct shape s)
{
	const struct word *v = &ins->words[1];
	struct escaper e = { p, f, ins, v->at, pass_doc(p)->escape };

	if (!s.blanks)
		return;
	if (s.specials) {
		scan(ins_written(ins, v), e.escape, escape_blank, &e);
		return;
	}
	finding_replace_logical(p, f, ins, v->at, 0, TEXT("\""));
	finding_insert(p, f, ins_source(ins, v->at + v->n - 1) + 1, TEXT("\""));
}

static void rewrite(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct word *key = &ins->words[0], *value = &ins->words[1];
	struct shape s = scan(ins_written(ins, value), pass_doc(p)->escape, NULL, NULL);
	const char *why = state_refuses(facts_before(pass_facts(p), item), pass_arena(p), pass_doc(p), value->value);
	struct finding *f = pass_find(p, item, arena_printf(pass_arena(p),
		"`%s key value` is the legacy form, in which a second pair would become part of the first value",
		keyword_name(ins->keyword)));

	if (!is_plain_key(key->value)) {
		finding_refuse(p, f, "key-quoting", TEXT("the key holds more than letters, digits, and . _ - /: write key=value by hand"));
		return;
	}
	if (why) {
		finding_refuse(p, f, "value-invalid", ARENA_JOIN(pass_arena(p), TEXT("no build takes this value: mend it first ("),
								 text_of(why), TEXT(")")));
		return;
	}
	if (s.braced && s.specials) {
		finding_refuse(p, f, "value-quoting", TEXT("blanks stand inside ${...} beside quotes: write key=value by hand"));
		return;
	}
	if (finding_replace_logical(p, f, ins, key->at + key->n, value->at - key->at - key->n, TEXT("=")))
		write_value(p, f, ins, s);
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
	.risk = "None: the value that the image gets is compared before and after, byte by byte, and quotes or escapes are "
		"added only where blanks need them.",
	.maps = maps,
	.before = "FROM alpine:3.24\nENV GREETING hello there\nENV LANG C.UTF-8\n",
	.after = "FROM alpine:3.24\nENV GREETING=\"hello there\"\nENV LANG=C.UTF-8\n",
	.may = 0,
	.run = run,
};
