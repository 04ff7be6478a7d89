/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

#include <string.h>

/* What two RUNs may grow to together: a reader must still find his way. */
struct limits {
	size_t commands, bytes;
};

static const struct limits readable = { 30, 4000 }, at_all = { 120, 16000 };

/* Why a RUN is to be one with the RUN before it. */
enum cause { REASON_NONE, REASON_SHORT, REASON_REWRITES, REASON_DELETES };

struct part {
	size_t item;
	struct joining joining;
	const struct touch *touches;
	size_t ntouches;
	bool small;           /* nothing but quick commands */
	const char *apart;    /* code: it cannot follow the one before it */
	bool commented;       /* comments stand above it */
	enum cause reason;   /* to join it to the one before it */
	const struct touch *made, *later; /* of that reason, at its end */
	size_t maker;         /* the part that made it */
};

/* RUNs in a row, with only blank lines and comments between them. */
struct row {
	struct pass *p;
	struct part *parts;
	size_t n;
	struct merge_part *merged; /* scratch: of the group looked at */
};

/* --- what a RUN is --------------------------------------------------------- */

/* Commands that take no time worth a layer of their own: nothing that downloads or compiles. */
static const char quick[] =
	"mkdir rmdir chmod chown chgrp ln touch rm unlink mv cp install sed awk echo printf cat tee head tail cut tr sort uniq grep "
	"true : test [ set export umask cd ls stat id pwd which getent basename dirname date useradd groupadd adduser addgroup usermod "
	"groupmod userdel groupdel deluser delgroup gpasswd passwd chpasswd chsh setcap a2enmod a2dismod a2ensite a2dissite a2enconf "
	"a2disconf update-alternatives update-rc.d rc-update ldconfig locale-gen localedef update-locale update-ca-certificates "
	"dos2unix mkfifo mktemp command type docker-php-ext-enable phpenmod phpdismod";

static const struct {
	const char *name, *subs;
} quick_subs[] = {
	{ "git", "config" }, { "npm", "config set" }, { "yarn", "config" }, { "pip", "config" }, { "bundle", "config" },
	{ "systemctl", "enable disable mask unmask" }, { "composer", "config" }, { "corepack", "enable" },
};

static bool is_quick(const struct command *c)
{
	const struct arg *first = command_operand(c, 0);

	if (command_in(c, quick))
		return true;
	for (size_t i = 0; first && first->value.state == KNOWN && i < sizeof(quick_subs) / sizeof(quick_subs[0]); i++)
		if (command_is(c, quick_subs[i].name) && words_hold(quick_subs[i].subs, first->value.text))
			return true;
	return c->nargs == 1 && command_has(c, "--version");
}

enum { SMALL_COMMANDS = 8 };

static bool is_small(const struct part *part, const struct script_facts *s)
{
	if (part->joining.bar || !part->joining.flat || part->joining.idle || s->n > SMALL_COMMANDS)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (!is_quick(&s->commands[i]))
			return false;
	return true;
}

/* "#RUN make" between the two: taken out of its comment, it would stand inside of a script. */
static bool holds_instruction(const struct doc *d, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		struct text t = text_trim(text_range(d->text, d->items[i].raw));
		size_t n = 0;

		while (t.n && (t.p[0] == '#' || ascii_space((unsigned char)t.p[0])))
			t = text_from(t, 1);
		while (n < t.n && ascii_upper((unsigned char)t.p[n]))
			n++;
		if (d->items[i].kind == ITEM_COMMENT && keyword_of(text_sub(t, 0, n)) != KW_UNKNOWN)
			return true;
	}
	return false;
}

static void read_part(struct row *r, size_t k)
{
	const struct doc *d = pass_doc(r->p);
	struct part *part = &r->parts[k];

	joining_read(pass_facts(r->p), part->item, &part->joining);
	touches_read(pass_facts(r->p), part->item, &part->touches, &part->ntouches);
	part->small = is_small(part, facts_commands(pass_facts(r->p), part->item));
	if (k == 0)
		return;
	for (size_t i = r->parts[k - 1].item + 1; i < part->item; i++)
		part->commented = part->commented || d->items[i].kind == ITEM_COMMENT;
	if (pass_pragma_above(r->p, part->item))
		part->apart = "pragma-above";
	else if (part->commented && holds_instruction(d, r->parts[k - 1].item + 1, part->item))
		part->apart = "instruction-commented";
	else if (!ins_same_flags(d->items[r->parts[k - 1].item].ins, d->items[part->item].ins))
		part->apart = "flags-differ";
}

/* --- what a group would be ------------------------------------------------- */

/* How part k must be wrapped, the parts behind it up to `last` being settled. */
static enum wrap wrap_of(const struct row *r, size_t k, size_t last, const struct merge_part *settled)
{
	const struct joining *j = &r->parts[k].joining;
	unsigned long moved = j->brings;

	for (size_t i = k + 1; i <= last; i++) {
		if (joining_leaks(j, &r->parts[i].joining) || (j->runs & moved & r->parts[i].joining.runs))
			return WRAP_SUBSHELL;
		moved |= r->parts[i].joining.brings;
	}
	if (k < last && j->cd && (!r->parts[k + 1].joining.to_dir || settled[1].wrap == WRAP_SUBSHELL))
		return WRAP_SUBSHELL;
	return j->chain ? WRAP_NONE : WRAP_GROUP;
}

/* Why parts first to last cannot become one, or NULL; else r->merged tells how. */
static const char *settle(struct row *r, size_t first, size_t last, const struct limits *limits)
{
	size_t commands = 0, bytes = 0;

	for (size_t k = first; k <= last; k++) {
		const struct joining *j = &r->parts[k].joining;

		commands += j->commands;
		bytes += j->text.n;
		if (j->bar)
			return j->bar;
		if (j->idle)
			return "no-effect";
		if (k < last && j->bar_behind)
			return j->bar_behind;
		if (k > first && r->parts[k].apart)
			return r->parts[k].apart;
		/* -e looks at the last command of an && list only, and inside of the others at none. */
		if (k < last && j->errexit && !j->flat)
			return "errexit";
		if (commands > limits->commands || bytes > limits->bytes)
			return "too-long";
	}
	for (size_t k = last + 1; k-- > first;)
		r->merged[k - first] = (struct merge_part){ r->parts[k].item, wrap_of(r, k, last, &r->merged[k - first]) };
	return NULL;
}

/* The group, as far as it is known, that a part is in. */
static size_t group_first(const struct row *r, size_t k)
{
	while (k > 0 && r->parts[k].reason)
		k--;
	return k;
}

static size_t group_last(const struct row *r, size_t k)
{
	while (k + 1 < r->n && r->parts[k + 1].reason)
		k++;
	return k;
}

/* Joins parts i to k, and the groups at both ends; the code where that cannot be. */
static const char *join(struct row *r, size_t i, size_t k, enum cause reason)
{
	size_t first = group_first(r, i), last = group_last(r, k);
	const char *why = settle(r, first, last, &readable);

	if (why)
		return why;
	/* Where only a layer is saved, the text must stay as plain as it was. */
	if (reason == REASON_SHORT && (r->merged[i - first].wrap || r->merged[k - first].wrap))
		return "wrapped";
	for (size_t x = i + 1; x <= k; x++)
		if (r->parts[x].reason < reason)
			r->parts[x].reason = reason;
	return NULL;
}

/* --- reasons --------------------------------------------------------------- */

/* A touch of `later` is about what `maker` made; whole: it deletes all of that. Noted in `note`. */
static bool meets(const struct row *r, size_t maker, size_t later, bool whole, struct part *note)
{
	const struct part *m = &r->parts[maker], *l = &r->parts[later];

	for (size_t i = 0; i < l->ntouches; i++)
		for (size_t k = 0; k < m->ntouches; k++) {
			const struct touch *x = &m->touches[k], *y = &l->touches[i];

			if (y->kind < TOUCH_REWRITTEN || !(whole ? y->kind == TOUCH_GONE && touch_covers(y, x) : touch_meets(x, y)))
				continue;
			note->made = x;
			note->later = y;
			note->maker = maker;
			return true;
		}
	return false;
}

/* The command in one line. */
static struct text one_line(struct row *r, const struct command *c)
{
	struct text t = command_word(c, 0);

	for (size_t i = 1; i < c->sh->nwords && t.n < 120; i++)
		t = ARENA_JOIN(pass_arena(r->p), t, TEXT(" "), command_word(c, i));
	return text_trim(t);
}

/* Codes of which the owner is told, since the other level cannot help either. */
static const struct {
	const char *code, *decide;
} told[] = {
	{ "script-not-editable", "one of the two is a here-document, a JSON form or no shell script that is read: make them one by hand" },
	{ "comment-in-script", "a comment stands inside one of the two scripts: move it above the RUN and run again" },
	{ "background-job", "a background job of the one would live on into the other: make them one by hand, and stop it before" },
	{ "starts-service", "a service that the one starts would live on into the other: make them one by hand, and stop it before" },
	{ "flags-differ", "the two RUNs have other flags: give them the same, or make them one by hand" },
	{ "errexit", "-e would not end the first script any more once another follows: join its commands with && by hand" },
};

static void refuse(struct row *r, const struct part *part, const char *code)
{
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (strcmp(code, told[i].code) == 0) {
			struct finding *f = pass_find(r->p, part->item,
				TEXT("what a layer before it made is deleted here, and stays in the image all the same"));

			finding_because(r->p, f, r->parts[part->maker].item, one_line(r, part->made->command));
			finding_refuse(r->p, f, told[i].code, text_of(told[i].decide));
			return;
		}
}

/* A RUN that deletes what one before it made, however many stand between. */
static void find_deleting(struct row *r, size_t k)
{
	struct part *part = &r->parts[k];
	const char *why = NULL;
	size_t commands = part->joining.commands;
	bool joined = false;

	for (size_t i = k; i > 0 && commands <= readable.commands; i--) {
		/* A step in between that has its own comment is one of its own to its owner. */
		if (i < k && r->parts[i].commented)
			break;
		commands += r->parts[i - 1].joining.commands + (r->parts[i - 1].joining.bar != NULL);
		if (!meets(r, i - 1, k, true, part))
			continue;
		why = join(r, i - 1, k, REASON_DELETES);
		joined = joined || !why;
	}
	if (why && !joined)
		refuse(r, part, why);
}

/* A RUN whose group stores again, or deletes, what the group of the RUN before it made. */
static enum cause touches_again(struct row *r, size_t k)
{
	size_t first = group_first(r, k - 1), last = group_last(r, k);

	for (size_t i = first; i < k; i++)
		for (size_t x = k; x <= last; x++)
			if (meets(r, i, x, false, &r->parts[k]))
				return r->parts[k].later->kind == TOUCH_GONE ? REASON_DELETES : REASON_REWRITES;
	return REASON_NONE;
}

static void find_reasons(struct row *r)
{
	bool again = true;

	for (size_t k = 1; k < r->n; k++)
		find_deleting(r, k);
	/* A group that grows may come to hold what the next RUN rewrites. */
	while (again) {
		again = false;
		for (size_t k = 1; k < r->n; k++) {
			enum cause why;

			if (r->parts[k].reason)
				continue;
			why = touches_again(r, k);
			if (why && !join(r, k - 1, k, why))
				again = true;
			else if (r->parts[k - 1].small && r->parts[k].small && !r->parts[k].commented && !join(r, k - 1, k, REASON_SHORT))
				again = true;
		}
	}
}

/* --- findings -------------------------------------------------------------- */

static const char *const messages[] = {
	[REASON_NONE] = "RUNs in a row are a layer each: one RUN does the same in one",
	[REASON_SHORT] = "these quick steps are a layer each: one RUN does the same in one",
	[REASON_REWRITES] = "a new mode, owner or line makes a layer hold the whole file again: in the RUN that makes it, it is stored once",
	[REASON_DELETES] = "what one layer makes and a later one deletes stays in the image: in one RUN it never gets there",
};

static void merge(struct row *r, size_t first, size_t last, enum level level)
{
	struct finding *f;
	enum cause why = REASON_NONE;

	if (settle(r, first, last, level == LEVEL_STRICT ? &at_all : &readable))
		return;
	for (size_t k = first + 1; k <= last; k++)
		why = r->parts[k].reason > why ? r->parts[k].reason : why;
	f = pass_find(r->p, r->parts[first].item, text_of(messages[why]));
	f->level = level;
	for (size_t k = first + 1; k <= last; k++)
		if (r->parts[k].reason == why && r->parts[k].later)
			finding_because(r->p, f, r->parts[k].item, one_line(r, r->parts[k].later->command));
	edit_merge_runs(r->p, f, r->merged, last - first + 1);
}

static bool merge_groups(struct row *r)
{
	bool any = false;

	for (size_t k = 0, last; k < r->n; k = last + 1) {
		last = group_last(r, k);
		if (last > k)
			merge(r, k, last, LEVEL_HARDEN);
		any = any || last > k;
	}
	return any;
}

/* All that may be one. What is merged for a better reason comes first; these find the rest then. */
static void merge_all(struct row *r)
{
	for (size_t k = 0, last; k < r->n; k = last + 1) {
		last = k;
		while (last + 1 < r->n && last - k < at_all.commands && !settle(r, k, last + 1, &at_all))
			last++;
		if (last > k)
			merge(r, k, last, LEVEL_STRICT);
	}
}

/* --- rows ------------------------------------------------------------------ */

static size_t read_row(struct row *r, size_t item)
{
	size_t last = item;

	r->n = 0;
	for (size_t i = item; i != TEXT_NPOS; i = pass_next_run(r->p, i)) {
		last = i;
		r->n++;
	}
	if (r->n < 2)
		return last;
	r->parts = ARENA_ARRAY(pass_arena(r->p), r->n, struct part);
	r->merged = ARENA_ARRAY(pass_arena(r->p), r->n + 1, struct merge_part);
	for (size_t i = item, k = 0; i != TEXT_NPOS; i = pass_next_run(r->p, i), k++) {
		r->parts[k].item = i;
		read_part(r, k);
	}
	return last;
}

static void run(struct pass *p)
{
	const struct stages *s = facts_stages(pass_facts(p));

	for (size_t item = 0; pass_next(p, KW_RUN, &item); item++) {
		struct row r = { .p = p };

		if (pass_doc(p)->items[item].stage < 0 || !s->list[pass_doc(p)->items[item].stage].kept)
			continue;
		item = read_row(&r, item);
		if (r.n < 2)
			continue;
		find_reasons(&r);
		if (!merge_groups(&r))
			merge_all(&r);
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3059" }, { RULE_HADOLINT, NULL } };

const struct transform transform_merge_runs = {
	.id = "merge-runs",
	.title = "RUNs that belong together become one",
	.level = LEVEL_HARDEN,
	.why = "A layer keeps what it holds for ever: a file that a later RUN deletes is still shipped, one whose mode or owner it "
	       "changes is shipped twice, and each quick step is a layer more to pull.",
	.risk = "Little: a change to one of the commands makes the build do all of the RUN again. Merged are RUNs in a row with the same "
		"flags, in stages that are shipped. What one would leave to the next (a directory, variables, options) is kept in by "
		"a subshell; services, background jobs, here-documents and comments in the script keep them apart.",
	.maps = maps,
	.before = "FROM alpine:3.24\nRUN wget -O /tmp/x.tgz https://example.com/x.tgz\nRUN tar -C /opt -xzf /tmp/x.tgz\nRUN rm /tmp/x.tgz\n",
	.after = "FROM alpine:3.24\nRUN wget -O /tmp/x.tgz https://example.com/x.tgz && \\\n    tar -C /opt -xzf /tmp/x.tgz && \\\n"
		 "    rm /tmp/x.tgz\n",
	.may = 0,
	.run = run,
};
