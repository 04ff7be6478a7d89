/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster_call.h"

/* --- values ------------------------------------------------------------------ */

struct maybe call_operand(struct call *k, size_t n)
{
	const struct arg *a = command_operand(k->c, n);

	return a ? words_text(&k->w, k->c, a->word) : maybe_unset();
}

struct maybe call_option(struct call *k, const char *names)
{
	const struct arg *a = command_option(k->c, names);

	if (!a)
		return maybe_unset();
	return !a->has_value || a->value.state == KNOWN ? a->value : words_value(&k->w, k->c, a);
}

struct maybe call_number(struct maybe m)
{
	return m.state == KNOWN ? account_number(m.text) : m;
}

/* --- what is known of it afterwards ------------------------------------------ */

struct maybe call_agreed(struct maybe a, struct maybe b)
{
	return maybe_eq(a, b) ? a : maybe_unknown();
}

/* Where it may have been there before, nobody knows which of the two it is. */
void call_add(struct call *k, struct account *a)
{
	struct account *old = roster_find(k->r, a->name);

	a->from = ACCOUNT_MADE;
	if (old && k->sure != SURE) {
		old->uid = call_agreed(old->uid, a->uid);
		old->gid = call_agreed(old->gid, a->gid);
		old->group = call_agreed(old->group, a->group);
		old->home = call_agreed(old->home, a->home);
		old->home_made = old->home_made && a->home_made;
		return;
	}
	if (k->sure == MAYBE)
		return;
	if (k->sure == GUARDED && !k->r->complete)
		a->uid = a->gid = maybe_unknown();
	roster_set(k->r, a);
}

void call_add_group(struct call *k, struct text name, struct maybe gid)
{
	struct account_group *old = roster_group(k->r, name);

	if (k->sure == MAYBE && !old)
		return;
	if (old && k->sure != SURE)
		gid = call_agreed(old->gid, gid);
	else if (k->sure == GUARDED && !k->r->complete)
		gid = maybe_unknown();
	roster_set_group(k->r, name, gid);
}

/* -g, --gid, --ingroup: by name or number. */
void call_set_group(struct call *k, struct account *a, struct maybe group)
{
	struct account_group *g = group.state == KNOWN ? roster_group(k->r, group.text) : NULL;

	a->gid = g ? g->gid : call_number(group);
	a->group = g || (group.state == KNOWN && a->gid.state != KNOWN) ? group : roster_group_name(k->r, a->gid);
	if (maybe_is(group, "root"))
		a->gid = maybe_known(TEXT("0"));
}

/* --- programs ---------------------------------------------------------------- */

void call_groupadd(struct call *k)
{
	struct maybe name = call_operand(k, 0), gid = call_number(call_option(k, "-g --gid"));
	struct account_group *old;

	if (command_operands(k->c) > 1 || command_has(k->c, "-R --root -P --prefix"))
		return; /* addgroup NAME GROUP */
	if (name.state != KNOWN) {
		k->r->complete = k->r->complete && name.state == UNSET;
		return;
	}
	old = roster_group(k->r, name.text);
	if (command_has(k->c, "-f --force")) {
		/* It takes another number where that is somebody's. */
		gid = old ? old->gid : roster_gid_free(k->r, gid) ? gid : maybe_unknown();
		k->sure = k->sure == SURE && old ? LIKELY : k->sure;
	}
	call_add_group(k, name.text, gid.state == UNSET ? maybe_unknown() : gid);
}

void call_usermod(struct call *k)
{
	struct maybe name = call_operand(k, 0), uid = call_option(k, "-u --uid"), group = call_option(k, "-g --gid");
	struct maybe home = call_option(k, "-d --home"), login = call_option(k, "-l --login");
	struct account *old, a = { .from = ACCOUNT_BASE, .item = TEXT_NPOS };

	if (uid.state == UNSET && group.state == UNSET && home.state == UNSET && login.state == UNSET)
		return;
	old = name.state == KNOWN ? roster_find(k->r, name.text) : NULL;
	if (name.state != KNOWN || (!old && k->sure == MAYBE)) {
		k->r->complete = false;
		return;
	}
	a.name = name.text;
	a.uid = a.gid = a.group = a.home = maybe_unknown();
	a = old ? *old : a;
	if (uid.state != UNSET)
		a.uid = k->sure == SURE || k->sure == LIKELY ? call_number(uid) : call_agreed(a.uid, call_number(uid));
	if (group.state != UNSET)
		call_set_group(k, &a, group);
	if (home.state != UNSET) {
		a.home = home;
		a.home_made = a.home_made && command_has(k->c, "-m --move-home");
	}
	if (login.state == KNOWN)
		roster_remove(k->r, a.name);
	a.name = login.state == KNOWN ? login.text : a.name;
	roster_set(k->r, &a);
}

void call_groupmod(struct call *k)
{
	struct maybe name = call_operand(k, 0), gid = call_number(call_option(k, "-g --gid")), to = call_option(k, "-n --new-name");
	struct roster *r = k->r;

	if (name.state != KNOWN || to.state == UNKNOWN) {
		r->complete = false;
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (r->list[i].group.state != KNOWN || !text_eq(r->list[i].group.text, name.text))
			continue;
		if (gid.state != UNSET)
			r->list[i].gid = k->sure <= LIKELY ? gid : maybe_unknown();
		if (to.state == KNOWN)
			r->list[i].group = to;
	}
	if (gid.state == UNSET)
		gid = roster_group(r, name.text) ? roster_group(r, name.text)->gid : maybe_unknown();
	if (to.state == KNOWN)
		roster_remove_group(r, name.text);
	roster_set_group(r, to.state == KNOWN ? to.text : name.text, k->sure <= LIKELY ? gid : maybe_unknown());
}

void call_userdel(struct call *k)
{
	struct maybe name = call_operand(k, 0);

	if (command_operands(k->c) > 1 && command_is(k->c, "deluser"))
		return; /* deluser NAME GROUP */
	if (name.state != KNOWN) {
		k->r->complete = false;
		return;
	}
	roster_remove(k->r, name.text);
	roster_remove_group(k->r, name.text);
}

void call_groupdel(struct call *k)
{
	struct maybe name = call_operand(k, 0);

	if (name.state == KNOWN && command_operands(k->c) == 1)
		roster_remove_group(k->r, name.text);
}
