/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/grammar.h"

#include "base/utf8.h"

#include <string.h>

static const struct flag_rule no_flags[] = { { NULL, FLAG_BOOL } };
static const struct flag_rule add_flags[] = {
	{ "chown", FLAG_STRING },  { "chmod", FLAG_STRING },   { "link", FLAG_BOOL },       { "keep-git-dir", FLAG_BOOL },
	{ "checksum", FLAG_STRING }, { "unpack", FLAG_BOOL }, { "exclude", FLAG_STRINGS }, { NULL, FLAG_BOOL },
};
static const struct flag_rule copy_flags[] = {
	{ "chown", FLAG_STRING }, { "from", FLAG_STRING },     { "chmod", FLAG_STRING }, { "link", FLAG_BOOL },
	{ "exclude", FLAG_STRINGS }, { "parents", FLAG_BOOL }, { NULL, FLAG_BOOL },
};
static const struct flag_rule from_flags[] = { { "platform", FLAG_STRING }, { NULL, FLAG_BOOL } };
static const struct flag_rule run_flags[] = {
	{ "mount", FLAG_STRINGS }, { "security", FLAG_STRING }, { "network", FLAG_STRING },
	{ "device", FLAG_STRINGS }, { NULL, FLAG_BOOL },
};
static const struct flag_rule health_flags[] = {
	{ "interval", FLAG_STRING },       { "timeout", FLAG_STRING }, { "start-period", FLAG_STRING },
	{ "start-interval", FLAG_STRING }, { "retries", FLAG_STRING }, { NULL, FLAG_BOOL },
};

/* --- flags --------------------------------------------------------------- */

static const struct flag_rule *find_rule(const struct flag_rule *rules, struct text name)
{
	for (; rules->name; rules++)
		if (text_is(name, rules->name))
			return rules;
	return NULL;
}

static const char *check_flag(const struct instruction *ins, size_t i, const struct flag_rule *rules)
{
	const struct flag *f = &ins->flags[i];
	const struct flag_rule *rule = find_rule(rules, f->name);

	if (!rule)
		return "this instruction has no such flag";
	for (size_t k = 0; k < i && rule->kind != FLAG_STRINGS; k++)
		if (text_eq(ins->flags[k].name, f->name))
			return "a flag is given twice";
	if (rule->kind != FLAG_BOOL)
		return f->has_value ? NULL : "a flag has no value";
	if (f->has_value && f->value.n == 0)
		return "a flag has no value";
	if (f->value.n && !text_iis(f->value, "true") && !text_iis(f->value, "false"))
		return "a flag is neither true nor false";
	return NULL;
}

static const char *check_flags(const struct instruction *ins, const struct flag_rule *rules)
{
	const char *why = NULL;

	for (size_t i = 0; i < ins->nflags && !why; i++)
		why = check_flag(ins, i, rules);
	return why;
}

const struct flag *ins_flag(const struct instruction *ins, const char *name)
{
	for (size_t i = ins->nflags; i > 0; i--)
		if (text_is(ins->flags[i - 1].name, name))
			return &ins->flags[i - 1];
	return NULL;
}

/* --- one function an instruction that asks for more ----------------------- */

static const char *check_pairs(struct arena *a, const struct instruction *ins)
{
	(void)a;
	for (size_t i = 0; i < ins->nwords; i += 2)
		if (ins->words[i].value.n == 0)
			return "a name may not be blank";
	return NULL;
}

static const char *check_arg(struct arena *a, const struct instruction *ins)
{
	(void)a;
	for (size_t i = 0; i < ins->nwords; i++)
		if (text_starts(ins->words[i].value, TEXT("=")))
			return "a name may not be blank";
	return NULL;
}

static const char *check_copy(struct arena *a, const struct instruction *ins)
{
	struct heredoc h;
	bool error;

	if (words_heredoc(a, ins->words[ins->nwords - 1].value, &h, &error))
		return "a here-document cannot be the destination";
	return NULL;
}

/* strings.EqualFold("as"): U+017F folds to s */
static bool is_as(struct text w)
{
	return text_iis(w, "as") || text_eq(w, TEXT("a\xC5\xBF")) || text_eq(w, TEXT("A\xC5\xBF"));
}

/* ^[a-z][a-z0-9-_.]*$ after strings.ToLower, which takes U+212A to k and U+0130 to i */
static bool is_stage_name(struct text w)
{
	for (size_t i = 0, width; i < w.n; i += width) {
		uint32_t r = utf8_decode(w, i, &width);
		bool letter = (r < 0x80 && ascii_alpha((unsigned char)r)) || r == 0x212A || r == 0x130;

		if (!letter && (i == 0 || r >= 0x80 || (!ascii_digit((unsigned char)r) && r != '-' && r != '_' && r != '.')))
			return false;
	}
	return w.n > 0;
}

static const char *check_from(struct arena *a, const struct instruction *ins)
{
	(void)a;
	if (ins->nwords != 1 && !(ins->nwords == 3 && is_as(ins->words[1].value)))
		return "FROM takes an image, or an image, AS and a name";
	if (ins->nwords == 3 && !is_stage_name(ins->words[2].value))
		return "a stage name starts with a letter and holds only letters, digits, '-', '_' and '.'";
	return check_flags(ins, from_flags);
}

static const char *check_onbuild(struct arena *a, const struct instruction *ins)
{
	static const char *const banned[] = { "ONBUILD", "MAINTAINER", "FROM" };

	(void)a;
	if (!ins->inner)
		return "ONBUILD needs an instruction";
	if (ins->nflags)
		return "ONBUILD has no flags";
	for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		if (text_iis(ins->inner->name, banned[i]))
			return "this instruction is not allowed behind ONBUILD";
	return NULL;
}

/* The fields of a CSV record, as encoding/csv reads one. False where it is none. */
static bool csv_field(struct text t, size_t *at, struct text *field)
{
	size_t i = *at;

	if (i < t.n && t.p[i] == '"') {
		for (i++; i < t.n; i++) {
			if (t.p[i] != '"')
				continue;
			if (i + 1 < t.n && t.p[i + 1] == '"')
				i++;
			else
				break;
		}
		if (i >= t.n || (i + 1 < t.n && t.p[i + 1] != ','))
			return false;
		*field = text_sub(t, *at + 1, i);
		*at = i + 1;
		return true;
	}
	for (; i < t.n && t.p[i] != ','; i++)
		if (t.p[i] == '"')
			return false;
	*field = text_sub(t, *at, i);
	*at = i;
	return true;
}

typedef const char *field_check(struct text key, struct text value, bool has_value, int *state);

static const char *check_csv(struct text t, field_check *check)
{
	size_t at = 0, eq;
	int state = 0;
	const char *why = NULL;
	struct text field;

	if (t.n == 0)
		return "a flag has an empty value";
	for (;; at++) {
		if (!csv_field(t, &at, &field))
			return "a flag's quotes do not match";
		eq = text_chr(field, '=', 0);
		why = check(text_sub(field, 0, eq == TEXT_NPOS ? field.n : eq),
			    eq == TEXT_NPOS ? TEXT_NONE : text_from(field, eq + 1), eq != TEXT_NPOS, &state);
		if (why || at >= t.n)
			return why;
	}
}

static const char *mount_field(struct text key, struct text value, bool has_value, int *state)
{
	size_t at = text_chr(value, '$', 0);

	(void)state;
	if (has_value && text_iis(key, "from") && at != TEXT_NPOS && at != value.n - 1)
		return "--mount from= takes no variables: define a stage and name that";
	return NULL;
}

static const char *device_field(struct text key, struct text value, bool has_value, int *named)
{
	static const char *const bools[] = { "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False" };

	if (text_iis(key, "required")) {
		bool ok = !has_value;

		for (size_t i = 0; i < sizeof(bools) / sizeof(bools[0]); i++)
			ok = ok || text_is(value, bools[i]);
		return ok ? NULL : "--device required= is neither true nor false";
	}
	if (*named)
		return "--device has a field that is not known";
	*named = !(has_value && text_iis(key, "name") && value.n == 0);
	return NULL;
}

static bool one_of(const struct flag *f, const char *const *values)
{
	for (; *values; values++)
		if (text_is(f->value, *values))
			return true;
	return false;
}

static const char *check_run(struct arena *a, const struct instruction *ins)
{
	static const char *const networks[] = { "default", "none", "host", NULL };
	static const char *const securities[] = { "insecure", "sandbox", NULL };
	const char *why = NULL;

	(void)a;
	for (size_t i = 0; i < ins->nflags && !why; i++) {
		const struct flag *f = &ins->flags[i];

		if (text_is(f->name, "mount"))
			why = check_csv(f->value, mount_field);
		else if (text_is(f->name, "device"))
			why = check_csv(f->value, device_field);
		else if (text_is(f->name, "network") && !one_of(f, networks))
			why = "--network is not default, none or host";
		else if (text_is(f->name, "security") && !one_of(f, securities))
			why = "--security is not sandbox or insecure";
	}
	return why;
}

/* time.ParseDuration, and not under a millisecond. *ok: valid. */
static bool duration_valid(struct text t)
{
	static const struct {
		struct text name;
		double ns;
	} units[] = { { { "ns", 2 }, 1 },	 { { "us", 2 }, 1e3 },	{ { "\xC2\xB5s", 3 }, 1e3 },
		      { { "\xCE\xBCs", 3 }, 1e3 }, { { "ms", 2 }, 1e6 },	{ { "s", 1 }, 1e9 },
		      { { "m", 1 }, 6e10 },	 { { "h", 1 }, 3.6e12 } };
	double total = 0;
	size_t at = 0;
	bool negative = false;

	if (t.n && (t.p[0] == '-' || t.p[0] == '+'))
		negative = t.p[at++] == '-';
	if (text_is(text_from(t, at), "0"))
		return true;
	if (at == t.n)
		return false;
	while (at < t.n) {
		double v = 0, place = 1;
		size_t start, digits = 0, unit;

		for (; at < t.n && ascii_digit((unsigned char)t.p[at]); at++, digits++)
			v = v * 10 + (t.p[at] - '0');
		if (at < t.n && t.p[at] == '.')
			for (at++; at < t.n && ascii_digit((unsigned char)t.p[at]); at++, digits++)
				v += (t.p[at] - '0') * (place /= 10);
		if (digits == 0)
			return false;
		for (start = at; at < t.n && t.p[at] != '.' && !ascii_digit((unsigned char)t.p[at]);)
			at++;
		for (unit = 0; unit < 8 && !text_eq(text_sub(t, start, at), units[unit].name);)
			unit++;
		if (unit == 8)
			return false;
		total += v * units[unit].ns;
		if (total > 9.2233720368547758e18)
			return false;
	}
	return (unsigned long long)total == 0 || (!negative && total >= 1e6);
}

/* strconv.ParseInt(s, 10, 32), and not negative */
static bool count_valid(struct text t)
{
	uint64_t v = 0;
	size_t at = t.n && (t.p[0] == '+' || t.p[0] == '-');

	if (at == t.n)
		return false;
	for (size_t i = at; i < t.n; i++) {
		if (!ascii_digit((unsigned char)t.p[i]))
			return false;
		v = v * 10 + (uint64_t)(t.p[i] - '0');
		if (v > INT32_MAX)
			return false;
	}
	return v == 0 || t.p[0] != '-';
}

static const char *check_health(struct arena *a, const struct instruction *ins)
{
	const char *why;

	(void)a;
	/* NONE is looked at before the flags, which then nobody reads. */
	if (text_iis(ins->words[0].value, "none"))
		return ins->nwords > 1 ? "HEALTHCHECK NONE takes no arguments" : NULL;
	why = check_flags(ins, health_flags);
	if (why)
		return why;
	if (!text_iis(ins->words[0].value, "cmd"))
		return "HEALTHCHECK takes CMD or NONE";
	if (ins->nwords < 2)
		return "HEALTHCHECK CMD has no command";
	for (size_t i = 0; i < ins->nflags; i++) {
		const struct flag *f = &ins->flags[i];

		if (text_is(f->name, "retries") ? f->value.n && !count_valid(f->value) :
						  f->value.n && !duration_valid(f->value))
			return "a flag's value is no duration or number that Docker takes";
	}
	return NULL;
}

static const char *check_volume(struct arena *a, const struct instruction *ins)
{
	(void)a;
	for (size_t i = 0; i < ins->nwords; i++)
		if (utf8_trim(ins->words[i].value).n == 0)
			return "a volume may not be blank";
	return NULL;
}

static const char *check_shell(struct arena *a, const struct instruction *ins)
{
	(void)a;
	return ins->exec ? NULL : "SHELL takes a JSON array of strings";
}

/* --- the table ----------------------------------------------------------- */

#define SOME "this instruction needs at least one argument"
#define ONE "this instruction takes exactly one argument"
#define TWO "this instruction needs a source and a destination"

static const struct grammar grammars[KW_COUNT] = {
	[KW_UNKNOWN] = { "", WORDS_NONE, false, true, 0, 0, NULL, no_flags, NULL },
	[KW_ADD] = { "ADD", WORDS_JSON_OR_LIST, true, false, 2, 0, TWO, add_flags, check_copy },
	[KW_ARG] = { "ARG", WORDS_QUOTED, false, true, 1, 0, SOME, no_flags, check_arg },
	[KW_CMD] = { "CMD", WORDS_JSON_OR_LINE, false, false, 0, 0, NULL, no_flags, NULL },
	[KW_COPY] = { "COPY", WORDS_JSON_OR_LIST, true, false, 2, 0, TWO, copy_flags, check_copy },
	[KW_ENTRYPOINT] = { "ENTRYPOINT", WORDS_JSON_OR_LINE, false, false, 0, 0, NULL, no_flags, NULL },
	[KW_ENV] = { "ENV", WORDS_PAIRS, false, false, 1, 0, SOME, no_flags, check_pairs },
	[KW_EXPOSE] = { "EXPOSE", WORDS_LIST, false, false, 1, 0, SOME, no_flags, NULL },
	[KW_FROM] = { "FROM", WORDS_LIST, false, true, 0, 0, NULL, from_flags, check_from },
	[KW_HEALTHCHECK] = { "HEALTHCHECK", WORDS_HEALTH, false, true, 1, 0, SOME, health_flags, check_health },
	[KW_LABEL] = { "LABEL", WORDS_PAIRS, false, false, 1, 0, SOME, no_flags, check_pairs },
	[KW_MAINTAINER] = { "MAINTAINER", WORDS_LINE, false, false, 1, 1, ONE, no_flags, NULL },
	[KW_ONBUILD] = { "ONBUILD", WORDS_INSTRUCTION, true, true, 0, 0, NULL, no_flags, check_onbuild },
	[KW_RUN] = { "RUN", WORDS_JSON_OR_LINE, true, false, 0, 0, NULL, run_flags, check_run },
	[KW_SHELL] = { "SHELL", WORDS_JSON_OR_LINE, false, false, 1, 0, SOME, no_flags, check_shell },
	[KW_STOPSIGNAL] = { "STOPSIGNAL", WORDS_LINE, false, true, 1, 1, ONE, no_flags, NULL },
	[KW_USER] = { "USER", WORDS_LINE, false, false, 1, 1, ONE, no_flags, NULL },
	[KW_VOLUME] = { "VOLUME", WORDS_JSON_OR_LIST, false, false, 1, 0, SOME, no_flags, check_volume },
	[KW_WORKDIR] = { "WORKDIR", WORDS_LINE, false, false, 1, 1, ONE, no_flags, NULL },
};

const struct grammar *grammar_of(enum keyword kw)
{
	return &grammars[kw];
}

const char *keyword_name(enum keyword kw)
{
	return grammars[kw].name;
}

/* strings.ToLower maps two letters beyond ASCII into it. */
static const struct {
	struct text from;
	char to;
} folded[] = { { { "\xE2\x84\xAA", 3 }, 'k' }, { { "\xC4\xB0", 2 }, 'i' } };

static bool fold_eq(struct text name, const char *upper)
{
	size_t at = 0, k;

	for (; *upper; upper++) {
		struct text rest = text_from(name, at);

		if (rest.n && ascii_lower(rest.p[0]) == ascii_lower(*upper)) {
			at++;
			continue;
		}
		for (k = 0; k < 2; k++)
			if (folded[k].to == ascii_lower(*upper) && text_starts(rest, folded[k].from))
				break;
		if (k == 2)
			return false;
		at += folded[k].from.n;
	}
	return at == name.n;
}

enum keyword keyword_of(struct text name)
{
	for (int kw = KW_UNKNOWN + 1; kw < KW_COUNT; kw++)
		if (name.n && (ascii_lower(name.p[0]) == ascii_lower(grammars[kw].name[0]) || (unsigned char)name.p[0] >= 0x80) &&
		    fold_eq(name, grammars[kw].name))
			return (enum keyword)kw;
	return KW_UNKNOWN;
}

const char *grammar_check(struct arena *a, const struct instruction *ins)
{
	const struct grammar *g = grammar_of(ins->keyword);
	const char *why = NULL;

	if (ins->keyword == KW_UNKNOWN)
		return "this is no instruction";
	if (ins->nwords < g->min_words || (g->max_words && ins->nwords > g->max_words))
		return g->count_error;
	if (!g->any_flags)
		why = check_flags(ins, g->flags);
	if (!why && g->check)
		why = g->check(a, ins);
	return why;
}
