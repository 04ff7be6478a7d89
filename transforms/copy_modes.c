/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* The user can read it all the same: it is his. */
static bool is_owner(struct pass *p, const struct access_fault *fault, size_t stage, struct text user)
{
	const struct accounts *list = accounts_of(pass_facts(p), stage);
	const struct account *a = fault->owner.n ? accounts_find(list, fault->owner) : NULL;

	user = text_sub(user, 0, text_chr(user, ':', 0));
	return fault->owner.n && (text_eq(text_sub(fault->owner, 0, text_chr(fault->owner, ':', 0)), user) ||
				  (a && a == accounts_find(list, user)));
}

static void leave(struct pass *p, struct finding *f, const struct access_fault *fault, struct text user)
{
	struct text command = plan_opening(pass_arena(p), fault, user);

	finding_refuse(p, f, "unreadable", TEXT("open it where it is made, or put it where all can reach it"));
	if (facts_is_root(pass_facts(p), fault->item, &(size_t){ 0 }))
		finding_suggest(p, f, pass_in_front_of(p, fault->item + 1), ARENA_JOIN(pass_arena(p), TEXT("RUN "), command));
}

static void mend(struct pass *p, size_t stage, const struct access_fault *fault, struct text user)
{
	const struct instruction *ins = pass_doc(p)->items[fault->item].ins;
	struct finding *f;

	if (is_owner(p, fault, stage, user) || !fault->certain)
		return;
	f = pass_find(p, fault->item, ARENA_JOIN(pass_arena(p), TEXT("the user whom the container runs as cannot read "), fault->path));
	finding_about(p, f, facts_stages(pass_facts(p))->list[stage].from);
	finding_because(p, f, fault->item, fault->why);
	/* Who closes it by a command may mean it. */
	if (ins->keyword == KW_RUN)
		f->level = LEVEL_STRICT;
	if (fault->opener == OPEN_FLAG && !ins_flag(ins, "chmod"))
		finding_replace_logical(p, f, ins, ins->name_at + ins->name.n, 0,
					ARENA_JOIN(pass_arena(p), TEXT(" --chmod="), fault->mode));
	else if (fault->opener == OPEN_CHMOD && ins->keyword == KW_RUN)
		edit_append(p, f, fault->item, fault->command);
	else
		leave(p, f, fault, user);
}

static void run(struct pass *p)
{
	const struct stages *s = facts_stages(pass_facts(p));

	for (size_t i = 0; i < s->n; i++) {
		struct maybe user = facts_after(pass_facts(p), i)->user;
		const struct access *list;

		if (!s->list[i].exported || user.state != KNOWN || maybe_is(runner_user(user), "root") ||
		    facts_base(pass_facts(p), i)->windows)
			continue;
		list = access_of(pass_facts(p), i);
		for (size_t k = 0; k < list->n; k++)
			if (pass_doc(p)->items[list->faults[k].item].stage == (int)i)
				mend(p, i, &list->faults[k], user.text);
	}
}

static const struct rule maps[] = { { 0, NULL } };

const struct transform transform_copy_modes = {
	.id = "copy-modes",
	.title = "the user can read what is copied",
	.level = LEVEL_HARDEN,
	.why = "Files keep the modes that they have in the build context or in an archive, and belong to root. A container that runs as "
	       "an ordinary user fails on the first one that is closed to it, on one machine and not on another.",
	.risk = "What was closed on purpose is opened for reading. It is done only where the file itself says that the container runs as an "
		"ordinary user, and the modes are seen.",
	.maps = maps,
	.before = "FROM debian:13\nRUN useradd -u 10001 app\nRUN mkdir /srv/app && chmod 700 /srv/app\nUSER 10001\nCMD [\"ls\", \"/srv/app\"]\n",
	.after = "FROM debian:13\nRUN useradd -u 10001 app\nRUN mkdir /srv/app && chmod 700 /srv/app && chmod a+rX /srv/app\nUSER 10001\nCMD [\"ls\", \"/srv/app\"]\n",
	.may = MAY(ASPECT_RUNS) | MAY(ASPECT_COPIES),
	.run = run,
};
