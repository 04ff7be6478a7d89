/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in /etc/ssl/private. */
#include "facts/plan_parts.h"

#include "facts/place.h"
#include "facts/proof.h"
#include "facts/touch.h"

static const struct text keys = { "/etc/ssl/private", 16 };

/* The file sets its mode, or owner, itself. */
static bool is_opened(struct planning *p, struct text path)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;

		if (ins && ins->keyword == KW_RUN && text_find(ins->logical, path, 0) != TEXT_NPOS &&
		    (text_find(ins->logical, TEXT("chmod"), 0) != TEXT_NPOS || text_find(ins->logical, TEXT("chown"), 0) != TEXT_NPOS))
			return true;
	}
	return false;
}

/* Where a COPY or ADD puts one there: the file, or (not one alone) the folder; empty: nowhere. */
static struct text key_of(struct planning *p, size_t item)
{
	const struct instruction *ins = facts_doc(p->f)->items[item].ins;
	const struct state *at = facts_before(p->f, item);
	struct maybe to;
	struct text name;

	if (!ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD) || ins->nwords < 2)
		return TEXT_NONE;
	to = state_expand(at, p->a, facts_doc(p->f), ins->words[ins->nwords - 1].value);
	to = to.state == KNOWN ? state_path(at, p->a, to.text) : to;
	if (to.state != KNOWN || !place_holds(keys, to.text))
		return TEXT_NONE;
	name = text_base(ins->words[0].value);
	return ins->nwords == 2 && text_eq(to.text, keys) && name.n && !text_has(name, '*') ? ARENA_JOIN(p->a, to.text, TEXT("/"), name) : to.text;
}

/* Debian's openssl, which ca-certificates needs, closes the folder to all but root (0700), and ssl-cert to a group: whatever
 * mode a key has. (Debian 12's packages openssl, ssl-cert and ca-certificates, 2026-11-24) */
bool plan_open_keys(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];
	enum distro_family family;
	struct access_fault *fault;
	size_t by;

	family = facts_distro(p->f, p->stage, &by).family;
	for (size_t i = st->from; i < st->end && !is_opened(p, keys); i++) {
		struct text key = key_of(p, i);
		struct reason because = { .item = i, .words = TEXT("a key in /etc/ssl/private") };

		if (!key.n)
			continue;
		if (family != DISTRO_DEBIAN && family != DISTRO_UBUNTU) {
			plan_judge(p, TEXT("a key lies in /etc/ssl/private, which the base image may close to all but root"), because);
			continue;
		}
		fault = ARENA_NEW(p->a, struct access_fault);
		*fault = (struct access_fault){ .item = i, .path = key, .tree = text_eq(key, keys), .certain = true, .opener = OPEN_NEVER };
		return plan_leave_closed(p, fault, "/etc/ssl/private is closed to all but root: put the key where the user can read it, or open that to it", &because);
	}
	return true;
}

/* --- keys that are made ------------------------------------------------------- */

/* openssl's commands whose -out is a key; req has -keyout for it. */
static const char makes_keys[] = "genrsa genpkey gendsa ecparam rsa pkey ec";

static struct text key_made(struct planning *p, size_t item, const struct command *c)
{
	const struct sh_command *sh = c->sh;
	struct maybe sub = c->first + 1 < sh->nwords ? sh->words[c->first + 1].value : maybe_unknown();
	const struct state *at = facts_before(p->f, item);

	for (size_t i = c->first + 2; sub.state == KNOWN && i + 1 < sh->nwords; i++) {
		struct maybe path = sh->words[i + 1].value;

		if (path.state != KNOWN || !(maybe_is(sh->words[i].value, "-keyout") ||
					     (maybe_is(sh->words[i].value, "-out") && words_hold(makes_keys, sub.text))))
			continue;
		path = state_path(at, p->a, path.text);
		return path.state == KNOWN && !place_is_open(path.text) ? path.text : TEXT_NONE;
	}
	return TEXT_NONE;
}

/* A later RUN may take it away. */
static bool is_gone(struct planning *p, size_t item, struct text key)
{
	const struct touch *list;
	size_t n;

	for (size_t i = item; i < facts_stages(p->f)->list[p->stage].end; i++) {
		if (!facts_doc(p->f)->items[i].ins || facts_doc(p->f)->items[i].ins->keyword != KW_RUN)
			continue;
		touches_read(p->f, i, &list, &n);
		for (size_t k = 0; k < n; k++)
			if (list[k].kind == TOUCH_GONE && place_holds(list[k].path, key))
				return true;
	}
	return false;
}

static void give_key(struct planning *p, size_t item, struct text key)
{
	const struct text open = TEXT("chmod a+x /etc/ssl/private");

	if (is_opened(p, key) || is_gone(p, item, key))
		return;
	plan_give_path(p, key);
	plan_reason(p, (struct reason){ .item = item, .words = ARENA_JOIN(p->a, key, TEXT(": a key that openssl makes, with mode 0600")) });
	for (size_t i = 0; i < p->out->ncommands; i++)
		if (text_eq(p->commands[i], open))
			return;
	if (place_holds(keys, key) && !is_opened(p, keys))
		plan_command(p, open);
}

void plan_give_keys(struct planning *p)
{
	const struct stage *st = &facts_stages(p->f)->list[p->stage];
	size_t by;

	for (size_t i = st->from; i < st->end; i++) {
		const struct instruction *ins = facts_doc(p->f)->items[i].ins;
		const struct script_facts *s = ins && ins->keyword == KW_RUN && facts_is_root(p->f, i, &by) ? facts_commands(p->f, i) : NULL;

		for (size_t k = 0; s && k < s->n; k++) {
			struct text key = command_is(&s->commands[k], "openssl") && s->commands[k].certain ? key_made(p, i, &s->commands[k]) : TEXT_NONE;

			if (key.n)
				give_key(p, i, key);
		}
	}
}
