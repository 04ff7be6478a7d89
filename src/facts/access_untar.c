/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_run.h"

#include "facts/made.h"

enum { MAX_ONLY = 32 };

struct taking {
	struct maybe archive; /* its path; UNSET: standard input */
	struct maybe dest;
	size_t strip;
	struct text only[MAX_ONLY];
	size_t nonly;
	bool all; /* which members is known */
	bool flat;
	bool unknown_strip;
};

/* --- tar ------------------------------------------------------------------- */

/* tar xzf: a first operand of letters; those that take a value take it from the operands behind. */
static bool is_bundle(const struct command *c)
{
	const struct arg *o = command_operand(c, 0);

	return o && c->nargs && &c->args[0] == o && o->value.state == KNOWN && o->value.text.n < 12 &&
	       text_has(o->value.text, 'x') && !text_has(o->value.text, '.') && !text_has(o->value.text, '/');
}

static void add_member(struct access_script *r, const struct command *c, size_t operand, struct taking *t)
{
	struct maybe m = access_word(r, c, command_operand(c, operand)->word);

	if (m.state == KNOWN && text_find(m.text, TEXT("${"), 0) == TEXT_NPOS && t->nonly < MAX_ONLY)
		t->only[t->nonly++] = m.text;
	else
		t->all = false;
}

static size_t read_bundle(struct access_script *r, const struct command *c, struct taking *t)
{
	struct text letters = command_operand(c, 0)->value.text;
	size_t next = 1;

	for (size_t i = 0; i < letters.n; i++) {
		if ((letters.p[i] != 'f' && letters.p[i] != 'C') || !command_operand(c, next))
			continue;
		if (letters.p[i] == 'f')
			t->archive = access_word(r, c, command_operand(c, next)->word);
		else
			t->dest = access_operand(r, c, next);
		next++;
	}
	return next;
}

static size_t decimal(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n && i < 3; i++)
		n = ascii_digit((unsigned char)t.p[i]) ? n * 10 + (size_t)(t.p[i] - '0') : n;
	return n;
}

static bool read_tar(struct access_script *r, const struct command *c, struct taking *t)
{
	bool bundle = is_bundle(c);
	struct maybe strip = access_option(r, c, "--strip-components --strip"),
		     dir = access_option(r, c, "-C --directory");
	struct maybe file = access_option(r, c, "-f --file");
	size_t first = bundle ? read_bundle(r, c, t) : 0;

	if ((!bundle && !command_has(c, "-x --extract --get")) ||
	    command_has(c, "-O --to-stdout --to-command -t --list"))
		return false;
	if (file.state != UNSET)
		t->archive = file;
	if (dir.state != UNSET)
		t->dest = access_path(r, dir);
	t->unknown_strip = strip.state == UNKNOWN || command_has(c, "--transform --xform -s --one-top-level");
	t->strip = strip.state == KNOWN ? decimal(strip.text) : 0;
	for (size_t i = first; i < command_operands(c); i++)
		add_member(r, c, i, t);
	if (maybe_is(t->archive, "-"))
		t->archive = maybe_unset();
	return true;
}

/* --- unzip ----------------------------------------------------------------- */

static bool read_unzip(struct access_script *r, const struct command *c, struct taking *t)
{
	struct maybe dir = access_option(r, c, "-d");

	if (!command_operands(c) || command_has(c, "-p -l -t -v -Z -z -c"))
		return false;
	t->archive = access_word(r, c, command_operand(c, 0)->word);
	if (t->archive.state == KNOWN && !text_has(text_base(t->archive.text), '.'))
		t->archive.text = ARENA_JOIN(r->w->a, t->archive.text, TEXT(".zip"));
	if (dir.state != UNSET)
		t->dest = access_path(r, dir);
	t->flat = command_has(c, "-j");
	for (size_t i = 1; i < command_operands(c); i++)
		add_member(r, c, i, t);
	return true;
}

/* --- the archive ----------------------------------------------------------- */

/* gunzip -c x.tar.gz | tar x, tar x < x.tar */
static struct maybe from_input(struct access_script *r, const struct command *c)
{
	for (size_t i = 0; i < c->sh->nredirs; i++)
		if (c->sh->redirs[i].op == SH_IN)
			return c->sh->redirs[i].word.value;
	for (const struct command *before = c; before > r->s->commands; before--) {
		const struct command *p = before - 1;

		if (p->list != c->list || p->step != c->step)
			break;
		if (command_in(p, "cat zcat gzip gunzip pigz") && command_operands(p) == 1)
			return access_word(r, p, command_operand(p, 0)->word);
	}
	return maybe_unset();
}

/* RUN --mount=type=bind,source=x.tar.gz,target=/x.tar.gz: the context's own file. */
static struct text bound(struct access_script *r, struct text path)
{
	const struct instruction *ins = facts_doc(r->w->f)->items[r->item].ins;

	for (size_t i = 0; i < ins->nflags; i++) {
		struct text rest = ins->flags[i].value, part, source = TEXT_NONE, target = TEXT_NONE, tail;
		bool more = true, plain = true;

		if (!text_is(ins->flags[i].name, "mount"))
			continue;
		while (text_cut(&rest, ',', &part, &more)) {
			struct text key = text_sub(part, 0, text_chr(part, '=', 0)),
				    value = text_from(part, key.n + 1);

			if (words_hold("source src", key))
				source = value;
			else if (words_hold("target dst destination", key))
				target = value;
			else if (words_hold("from", key) ||
				 (words_hold("type", key) && !text_is(value, "bind")))
				plain = false;
		}
		if (plain && target.n && access_covers(target, true, path, &tail))
			return tail.n ? access_join(r->w->a, source.n ? source : TEXT("."), tail) : source;
	}
	return TEXT_NONE;
}

/* Its path in the build context; empty where it is not from there. *copied: some COPY brought it. */
static struct text origin(struct access_script *r, struct maybe archive, bool *copied)
{
	struct maybe path = access_path(r, archive);
	struct path_origin o;
	struct text source;

	if (path.state != KNOWN || text_has(path.text, '*') || text_has(path.text, '$'))
		return TEXT_NONE;
	source = bound(r, path.text);
	if (source.n || !access_may_look(r->w, r->item))
		return source;
	o = made_before(r->w->f, r->item, path.text);
	*copied = o.item != TEXT_NPOS && facts_doc(r->w->f)->items[o.item].ins->keyword != KW_RUN;
	return o.kind == MADE_BYTES ? o.path : TEXT_NONE;
}

void access_untar(struct access_script *r, const struct command *c)
{
	struct taking t = { .archive = maybe_unset(), .dest = r->cwd, .all = true };
	struct access_unpack u = { .item = r->item,
				   .unseen = TEXT("modes in a downloaded archive are not seen") };
	bool copied = false;

	if (command_is(c, "unzip") ? !read_unzip(r, c, &t) : !read_tar(r, c, &t))
		return;
	if (t.dest.state != KNOWN)
		return;
	u.dest = t.dest.text;
	u.archive = origin(r, t.archive.state == UNSET ? from_input(r, c) : t.archive, &copied);
	if (copied)
		u.unseen = TEXT("modes in an archive that is not seen");
	if (u.archive.n)
		u.unseen = TEXT("modes in an archive that cannot be read here");
	/* Which members, or what they are called then, is not known. */
	u.unsure = !t.all || t.unknown_strip;
	if (u.unsure)
		u.archive = TEXT_NONE;
	u.strip = t.strip;
	u.only = t.only;
	u.nonly = t.nonly;
	u.flat = t.flat;
	access_unpack(r->w, &u);
}
