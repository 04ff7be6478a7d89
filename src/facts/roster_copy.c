/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster.h"
#include "facts/roster_words.h"
#include "syntax/imageref.h"

enum { MAX_SOURCES = 64 }; /* of one COPY */

enum part { PART_PASSWD = 1, PART_GROUP = 2 };

struct source {
	struct accounts accounts; /* of the stage or image that is copied from */
	int stage;                /* or -1 */
	bool known;
};

static struct source source_of(struct facts *f, size_t item, const struct flag *from)
{
	const struct stages *stages = facts_stages(f);
	struct source s = { .stage = stages_find(stages, from->value) };
	struct roster r;
	struct imageref ref;

	if (s.stage >= 0) {
		s.known = s.stage < facts_doc(f)->items[item].stage;
		if (s.known)
			s.accounts = *accounts_of(f, (size_t)s.stage);
	} else if (!text_has(from->value, '$') && imageref_parse(from->value, &ref) && !(ref.digest.n && !ref.tag.n)) {
		struct text tag = ref.tag.n ? ref.tag : TEXT("latest");

		roster_start(&r, facts_arena(f), NULL);
		roster_add_image(&r, imageref_name(&ref), maybe_known(tag), distro_of(imageref_name(&ref), tag));
		s.accounts = roster_end(&r);
		s.known = true;
	}
	return s;
}

/* Another root's accounts in the place of ours; their home folders do not come along. */
static void take(struct roster *r, const struct accounts *from, unsigned parts, bool homes)
{
	if (parts & PART_GROUP)
		r->ngroups = 0;
	for (size_t i = 0; i < from->ngroups && (parts & PART_GROUP); i++)
		roster_set_group(r, from->groups[i].name, from->groups[i].gid);
	if (!(parts & PART_PASSWD))
		return;
	r->n = 0;
	r->complete = from->complete;
	for (size_t i = 0; i < from->n; i++) {
		struct account a = from->list[i];

		a.home_made = a.home_made && homes;
		a.main = a.main && homes;
		roster_set(r, &a);
	}
}

static void take_lines(struct roster *r, struct text lines, unsigned part, size_t item)
{
	if (part == PART_PASSWD) {
		r->n = 0;
		r->complete = roster_add_passwd(r, lines, item);
	} else {
		r->ngroups = 0;
		r->complete = roster_add_group(r, lines) && r->complete;
	}
}

/* One file of another stage: its own passwd or group, or one that a RUN there wrote. */
static void take_file(struct roster *r, struct facts *f, const struct source *s, struct text path, unsigned part, size_t item)
{
	struct text lines;

	if (s->known && text_is(path, part == PART_PASSWD ? "/etc/passwd" : "/etc/group"))
		take(r, &s->accounts, part, false);
	else if (s->known && s->stage >= 0 && roster_file(f, (size_t)s->stage, path, r->arena, &lines))
		take_lines(r, lines, part, item);
	else
		r->complete = false;
}

static void take_context_file(struct roster *r, struct facts *f, struct text path, unsigned part, size_t item)
{
	struct context *c = facts_context(f);
	struct text bytes;
	bool cut = false;

	if (c && context_read(c, path, 0, r->arena, &bytes, &cut) == CONTEXT_FILE && !cut)
		take_lines(r, bytes, part, item);
	else
		r->complete = false;
}

/* A here-document of the COPY itself. */
static bool take_heredoc(struct roster *r, struct facts *f, size_t item, unsigned part)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	struct text body;

	if (!ins->nheredocs)
		return false;
	body = text_range(facts_doc(f)->text, ins->heredocs[0].body);
	if (ins->nheredocs > 1 || (ins->heredocs[0].expand && text_has(body, '$')))
		r->complete = false;
	else
		take_lines(r, body, part, item);
	return true;
}

/* The part of /etc that a source becomes below the destination; 0: neither. */
static unsigned part_of(struct text source, struct text dest, bool below)
{
	struct text last = text_base(source);

	if (!below)
		return text_is(dest, "/etc/passwd") ? PART_PASSWD : text_is(dest, "/etc/group") ? PART_GROUP : 0;
	if (!text_is(dest, "/etc"))
		return 0;
	return text_is(last, "passwd") ? PART_PASSWD : text_is(last, "group") ? PART_GROUP : 0;
}

/* run.sh, app.py; an archive may be unpacked. */
static bool looks_like_file(struct text source)
{
	struct text name = text_base(source);
	size_t dot = text_rchr(name, '.');

	return dot != TEXT_NPOS && dot > 0 && name.n - dot > 1 && name.n - dot <= 6 && !text_has(name, '*') &&
	       !words_match("*.tar *.tar.* *.tgz *.txz *.tbz *.gz *.xz *.bz2 *.zst *.d *.fs *.root", name);
}

/* The source is a folder that may bring an /etc with it: certainly not where the context shows none. */
static bool may_bring_etc(struct facts *f, struct text source, struct text dest, bool from)
{
	struct context *c = facts_context(f);
	const char *below = text_is(dest, "/") ? "/etc/passwd" : "/passwd";
	struct context_info info;

	if (text_is(dest, "/etc/passwd") || text_is(dest, "/etc/group"))
		return true;
	if (!text_is(dest, "/") && !text_is(dest, "/etc"))
		return false;
	if (from || !c)
		return !looks_like_file(source);
	info = context_stat(c, ARENA_JOIN(facts_arena(f), source, text_of(below)));
	return text_has(source, '*') || info.answer != CONTEXT_MISSING || context_archive(c, source) != CONTEXT_ARCHIVE_NO;
}

static void copy_one(struct roster *r, struct facts *f, size_t item, const struct source *s, struct text source, struct text dest,
		     bool below)
{
	unsigned part = part_of(source, dest, below);

	if (part && s)
		take_file(r, f, s, source, part, item);
	else if (part)
		take_context_file(r, f, source, part, item);
	else if (s && s->known && text_is(dest, "/") && text_is(source, "/"))
		take(r, &s->accounts, PART_PASSWD | PART_GROUP, true);
	else if (s && s->known && text_is(dest, "/etc") && text_is(source, "/etc"))
		take(r, &s->accounts, PART_PASSWD | PART_GROUP, false);
	else if (may_bring_etc(f, source, dest, s != NULL))
		r->complete = false;
}

/* Clean and, of another stage, absolute. */
static struct maybe source_path(struct facts *f, size_t item, struct text word, bool from)
{
	struct state root = *facts_before(f, item);
	struct maybe m = state_expand(&root, facts_arena(f), facts_doc(f), word);

	root.workdir = maybe_known(TEXT("/"));
	if (m.state != KNOWN || !from)
		return m;
	return state_path(&root, facts_arena(f), m.text);
}

void roster_copy(struct roster *r, struct facts *f, size_t item)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	const struct flag *from = ins_flag(ins, "from");
	size_t n = ins->nwords ? ins->nwords - 1 : 0;
	struct maybe word = source_path(f, item, ins->words[n].value, false);
	struct maybe dest = word.state == KNOWN ? state_path(facts_before(f, item), facts_arena(f), word.text) : word;
	struct source s;

	/* Most lead elsewhere. A destination that is not known is hardly /etc. */
	if (dest.state != KNOWN || (!text_is(dest.text, "/") && !text_is(dest.text, "/etc") && !text_is(dest.text, "/etc/passwd") &&
				    !text_is(dest.text, "/etc/group")))
		return;
	if (++r->copies > MAX_ACCOUNTS) {
		r->complete = false;
		return;
	}
	if (take_heredoc(r, f, item, part_of(TEXT_NONE, dest.text, false)))
		return;
	if (from)
		s = source_of(f, item, from);
	for (size_t i = 0; i < n; i++) {
		struct maybe source = source_path(f, item, ins->words[i].value, from != NULL);
		bool below = text_is(dest.text, "/etc") || text_is(dest.text, "/");

		if (source.state == KNOWN && i < MAX_SOURCES)
			copy_one(r, f, item, from ? &s : NULL, source.text, dest.text, below);
		else
			r->complete = false;
	}
}
