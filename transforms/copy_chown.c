/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/shell_edit.h"

/* Where it copies to: absolute and clean. */
static struct maybe target_of(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	const struct state *st = facts_before(pass_facts(p), item);
	struct maybe m = state_expand(st, pass_arena(p), pass_doc(p), ins->words[ins->nwords - 1].value);

	return m.state == KNOWN ? state_path(st, pass_arena(p), m.text) : m;
}

/* The program writes to what is copied there, and to nothing around it: the file, or all of the folder. */
static const struct runtime_write *written(struct pass *p, size_t stage, size_t item, struct text target)
{
	const struct runtime *r = runtime_of(pass_facts(p), stage);
	const struct copied *c = copied_files(pass_facts(p), stage);

	for (size_t i = 0; i < r->nwrites; i++) {
		const struct runtime_write *w = &r->writes[i];

		if (w->kind == WRITE_DIR && text_eq(w->path, target))
			return w;
		for (size_t k = 0; w->kind == WRITE_FILE && k < c->n; k++)
			if (c->files[k].item == item && text_eq(c->files[k].target, w->path) && copy_sources(pass_doc(p)->items[item].ins) == 1 &&
			    (text_eq(w->path, target) || place_holds(target, w->path)))
				return w;
	}
	return NULL;
}

/* One of many files that one COPY brings: to give them all away would let the program change itself. */
static bool brings_more(struct pass *p, size_t stage, size_t item, struct text path)
{
	const struct copied *c = copied_files(pass_facts(p), stage);

	for (size_t k = 0; k < c->n; k++)
		if (c->files[k].item == item &&
		    (!place_holds(path, c->files[k].target) || c->files[k].language != SOURCE_NONE))
			return true;
	return false;
}

/* The one file of it once more, by itself. */
static void suggest(struct pass *p, struct finding *f, size_t stage, size_t item, struct text path, struct text owner)
{
	const struct copied *c = copied_files(pass_facts(p), stage);

	for (size_t k = 0; k < c->n && !ins_flag(pass_doc(p)->items[item].ins, "from"); k++)
		if (c->files[k].item == item && text_eq(c->files[k].target, path) && !text_has(path, ' ') && !text_has(c->files[k].path, ' ')) {
			finding_suggest(p, f, pass_in_front_of(p, item + 1),
					ARENA_JOIN(pass_arena(p), TEXT("COPY --chown="), owner, TEXT(" "), c->files[k].path, TEXT(" "), path));
			return;
		}
}

/* A RUN behind it says whose it is; of a folder, whose all in it is. */
static bool is_given(struct pass *p, size_t stage, size_t item, const struct account *a, const struct runtime_write *w)
{
	struct text path = w->kind == WRITE_DIR ? ARENA_JOIN(pass_arena(p), w->path, TEXT("/-")) : w->path;

	return plan_gives_later(pass_facts(p), stage, item, a, path);
}

static void look_at(struct pass *p, size_t stage, size_t item, const struct account *a)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	struct maybe target = target_of(p, item);
	const struct runtime_write *w = target.state == KNOWN && !ins_flag(ins, "chown") ? written(p, stage, item, target.text) : NULL;
	struct text owner = a->uid.state == KNOWN && a->gid.state == KNOWN ? ARENA_JOIN(pass_arena(p), a->uid.text, TEXT(":"), a->gid.text)
									   : a->name;
	struct finding *f;

	if (!w || is_given(p, stage, item, a, w))
		return;
	f = pass_find(p, item, ARENA_JOIN(pass_arena(p), TEXT("the program writes to "), w->path, TEXT(", which is root's")));
	finding_about(p, f, facts_stages(pass_facts(p))->list[stage].from);
	finding_because(p, f, w->because.file.n ? TEXT_NPOS : w->because.item,
			w->because.file.n ? ARENA_JOIN(pass_arena(p), w->because.file, TEXT(": "), w->because.words) : w->because.words);
	if (brings_more(p, stage, item, w->path)) {
		finding_refuse(p, f, "copy-too-broad",
			       ARENA_JOIN(pass_arena(p), TEXT("copy it by itself, with --chown="), owner,
					  TEXT(": with all that is copied here the program could change itself")));
		suggest(p, f, stage, item, w->path, owner);
	} else {
		finding_replace_logical(p, f, ins, ins->name_at + ins->name.n, 0, ARENA_JOIN(pass_arena(p), TEXT(" --chown="), owner));
	}
}

static void run_stage(struct pass *p, size_t stage)
{
	const struct stage *st = &facts_stages(pass_facts(p))->list[stage];
	struct maybe user = facts_after(pass_facts(p), stage)->user;
	const struct account *a;

	if (!st->exported || user.state != KNOWN || maybe_is(runner_user(user), "root") || facts_base(pass_facts(p), stage)->windows)
		return;
	a = plan_account(pass_facts(p), stage, user.text);
	for (size_t i = st->from; a && i < st->end; i++) {
		const struct instruction *ins = pass_doc(p)->items[i].ins;

		if (ins && (ins->keyword == KW_COPY || ins->keyword == KW_ADD) && ins->nwords > 1)
			look_at(p, stage, i, a);
	}
}

static void run(struct pass *p)
{
	for (size_t i = 0; i < facts_stages(pass_facts(p))->n; i++)
		run_stage(p, i);
}

static const struct rule maps[] = { { 0, NULL } };

const struct transform transform_copy_chown = {
	.id = "copy-chown",
	.title = "the user owns what the program writes",
	.level = LEVEL_HARDEN,
	.why = "COPY and ADD give files to root, whatever USER says. A program that runs as an ordinary user cannot write to them.",
	.risk = "The program may then change what it was given. Only what it is seen to write to gets an owner, never the program itself.",
	.maps = maps,
	.before = "FROM node:22\nWORKDIR /app\nUSER node\nCOPY index.js .\nCOPY data data\nCMD [\"node\", \"index.js\"]\n",
	.after = "FROM node:22\nWORKDIR /app\nUSER node\nCOPY index.js .\nCOPY --chown=1000:1000 data data\nCMD [\"node\", \"index.js\"]\n",
	.example_context = "index.js=require('fs').writeFileSync('data/x','y') data/x=y",
	.may = MAY(ASPECT_COPIES),
	.run = run,
};
