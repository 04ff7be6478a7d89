/* SPDX-License-Identifier: Apache-2.0 */
/* What would be done with an image that is left alone, if its owner decides so: as far as it is known. */
#include "facts/plan_parts.h"

#include "facts/access_walk.h"
#include "facts/place.h"

static void clear(struct planning *p)
{
	p->out->nopened = p->out->ncommands = 0;
	p->out->volume = false;
	buf_clear(&p->dirs);
	buf_clear(&p->deep);
	buf_clear(&p->files);
	buf_clear(&p->given);
}

/* Without an account, numbers do. */
static void give_by_number(struct planning *p)
{
	struct text dirs = arena_text(p->a, buf_text(&p->dirs));
	struct text *all = ARENA_ARRAY(p->a, 2, struct text);

	p->out->ncommands = 0;
	p->out->commands = all;
	if (!dirs.n || p->out->account)
		return;
	all[0] = ARENA_JOIN(p->a, TEXT("mkdir -p "), dirs);
	all[1] = ARENA_JOIN(p->a, TEXT("chown "), p->uid, TEXT(":"), p->gid, TEXT(" "), dirs);
	p->out->ncommands = 2;
}

/* A key stays closed to all but the account; else everybody may read, and pass. */
struct text plan_opening(struct arena *a, const struct access_fault *fault, struct text owner)
{
	struct text deep = fault->tree ? TEXT("-R ") : TEXT_NONE;

	if (place_holds(TEXT("/etc/ssl/private"), fault->path) && fault->path.n > 16)
		return ARENA_JOIN(a, TEXT("chmod a+x /etc/ssl/private && chown "), deep, owner, TEXT(" "), fault->path);
	if (access_is_secret(fault->path))
		return ARENA_JOIN(a, TEXT("chown "), deep, owner, TEXT(" "), fault->path);
	if (fault->command.n)
		return fault->command;
	if (place_holds(TEXT("/root"), fault->path) && fault->path.n > 5)
		return ARENA_JOIN(a, TEXT("chmod a+x /root && chmod "), deep, TEXT("a+rX "), fault->path);
	return ARENA_JOIN(a, TEXT("chmod "), deep, TEXT("a+rX "), fault->path);
}

/* The account that a public image becomes by itself has its name; another would not do. */
static const struct account *own_account(struct planning *p)
{
	return accounts_find(p->accounts, text_base(facts_base(p->f, p->stage)->name));
}

static bool is_public(struct planning *p)
{
	const struct base *b = facts_base(p->f, p->stage);
	struct text why;

	return text_is(text_of(p->out->code), "drops-privileges") && daemon_of_image(b->name, b->tag, &why) == DAEMON_DROPS;
}

void plan_draft(struct planning *p, const struct account *given)
{
	const char *code = p->out->code;
	struct text decide = p->out->decide, place = p->out->place;
	size_t nreasons = p->out->nreasons, by;

	clear(p);
	if (!given && is_public(p)) {
		given = own_account(p);
		if (!given)
			return;
	}
	plan_choose_account(p, given);
	if (p->r->state == RUNTIME_KNOWN) {
		plan_give_servers(p);
		plan_give_writes(p);
		plan_give_workdir(p);
		plan_give_home(p);
	}
	if (!plan_write_commands(p))
		p->out->ncommands = 0;
	if (accounts_means(p->f, p->stage, &by) == MEANS_UNKNOWN)
		give_by_number(p);
	if (p->out->closed)
		p->out->opening = plan_opening(p->a, p->out->closed, ARENA_JOIN(p->a, p->uid, TEXT(":"), p->gid));
	p->out->code = code;
	p->out->decide = decide;
	p->out->place = place;
	p->out->nreasons = nreasons;
	p->out->volume = false;
}
