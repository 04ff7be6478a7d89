/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

/* Bytes that a word treats specially, and blanks that a line's end would lose: a path
 * with one is not written by us. */
static bool is_plain(const struct doc *d, struct text t)
{
	return utf8_trim(t).n == t.n && !text_has(t, '$') && !text_has(t, '"') && !text_has(t, '\'') && !text_has(t, d->escape);
}

/* C:\ or C:/ */
static bool has_drive(struct text t)
{
	return t.n > 2 && ascii_alpha((unsigned char)t.p[0]) && t.p[1] == ':' && (t.p[2] == '\\' || t.p[2] == '/');
}

static bool is_relative(struct maybe path)
{
	return path.state == KNOWN && path.text.n && path.text.p[0] != '/' && !has_drive(path.text);
}

/* The WORKDIR of the stage that set the directory in force, or TEXT_NPOS. */
static size_t set_by(const struct pass *p, size_t item)
{
	const struct doc *d = pass_doc(p);

	for (size_t i = item; i > 0 && d->items[i - 1].stage == d->items[item].stage; i--)
		if (d->items[i - 1].ins && d->items[i - 1].ins->keyword == KW_WORKDIR)
			return i - 1;
	return TEXT_NPOS;
}

static void refuse_unknown(struct pass *p, struct finding *f, size_t item)
{
	size_t by = set_by(p, item);

	finding_refuse(p, f, "workdir-unknown",
		       by == TEXT_NPOS ? TEXT("write the absolute path: the base image decides where this is, and it is not known here") :
					 TEXT("write the absolute path: the WORKDIR before it is not known here"));
	if (by != TEXT_NPOS)
		finding_because(p, f, by, TEXT("the WORKDIR that it counts from"));
}

/* A word with variables keeps them: only the directory is put in front of it. */
static void prefix(struct pass *p, struct finding *f, const struct instruction *ins, struct text dir)
{
	bool root = text_is(dir, "/");

	finding_replace_logical(p, f, ins, ins->words[0].at, 0,
				root ? TEXT("/") : ARENA_JOIN(pass_arena(p), dir, TEXT("/")));
}

static void make_absolute(struct pass *p, size_t item, const struct state *s, struct text path)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct word *w = &ins->words[0];
	struct maybe full = state_path(s, pass_arena(p), path);
	bool literal = is_plain(pass_doc(p), w->value);
	struct finding *f = pass_find(p, item, full.state == KNOWN
		? ARENA_JOIN(pass_arena(p), TEXT("a relative WORKDIR depends on what stands above it; here it is "), full.text)
		: TEXT("a relative WORKDIR depends on a directory that is not known here"));

	if (path.p[0] == '~' || path.p[0] == '[') {
		finding_refuse(p, f, "path-literal",
			       TEXT("WORKDIR knows no ~ and no JSON form, so this makes a folder of that very name: write the path you mean"));
		return;
	}
	if (full.state != KNOWN) {
		refuse_unknown(p, f, item);
		return;
	}
	finding_because(p, f, set_by(p, item), ARENA_JOIN(pass_arena(p), TEXT("the working directory before it is "), s->workdir.text));
	if (!literal && w->value.p[0] == '.')
		finding_refuse(p, f, "path-dots", TEXT("write the absolute path by hand: it starts with a dot and holds a variable"));
	else if (!is_plain(pass_doc(p), full.text) || (!literal && (w->value.p[0] == '"' || w->value.p[0] == '\'')))
		finding_refuse(p, f, "path-quoting", TEXT("write the absolute path by hand: it has characters that need quoting"));
	else if (literal)
		finding_replace_logical(p, f, ins, w->at, w->n, full.text);
	else
		prefix(p, f, ins, s->workdir.text);
}

static void run(struct pass *p)
{
	for (size_t item = 0; pass_next(p, KW_WORKDIR, &item); item++) {
		const struct state *s = facts_before(pass_facts(p), item);
		struct maybe path = state_expand(s, pass_arena(p), pass_doc(p), pass_doc(p)->items[item].ins->words[0].value);

		if (!s->base->windows && is_relative(path))
			make_absolute(p, item, s, path.text);
	}
}

static const struct rule maps[] = {
	{ RULE_HADOLINT, "DL3000" },
	{ RULE_BUILDKIT, "WorkdirRelativePath" },
	{ RULE_HADOLINT, NULL },
};

const struct transform transform_absolute_workdir = {
	.id = "absolute-workdir",
	.title = "absolute paths in WORKDIR",
	.level = LEVEL_SAFE,
	.why = "A relative WORKDIR counts from the one before it, or from the base image's, which may change: what is "
	       "copied and run then lands somewhere else.",
	.risk = "None: it is changed only where the directory in force is known, from an earlier WORKDIR or from the base "
		"image's configuration. Windows images are left alone.",
	.maps = maps,
	.before = "FROM alpine:3.24\nWORKDIR /srv\nWORKDIR app\n",
	.after = "FROM alpine:3.24\nWORKDIR /srv\nWORKDIR /srv/app\n",
	.may = 0,
	.run = run,
};
