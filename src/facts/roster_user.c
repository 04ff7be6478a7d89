/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/roster_call.h"

/* A group by the account's name, of the same number where that is free. */
static void make_own_group(struct call *k, struct account *a, bool same)
{
	struct account_group *g = roster_group(k->r, a->name);

	a->group = maybe_known(a->name);
	if (g)
		a->gid = g->gid;
	else if (same && (k->sure == SURE || k->r->complete) && (roster_gid_free(k->r, a->uid) || call_number(a->uid).state == KNOWN))
		a->gid = a->uid;
	else
		a->gid = maybe_unknown();
	if (!g)
		call_add_group(k, a->name, a->gid);
}

static void set_home(struct call *k, struct account *a, const char *names)
{
	struct maybe home = call_option(k, names);

	a->home = home.state != UNSET ? home : maybe_known(ARENA_JOIN(k->r->arena, TEXT("/home/"), a->name));
}

/* useradd and Debian's adduser leave a folder as it is that is there already. */
static bool is_there(const struct call *k, struct maybe home)
{
	return home.state == KNOWN && home.text.n && text_starts(k->workdir, home.text) &&
	       (k->workdir.n == home.text.n || k->workdir.p[home.text.n] == '/');
}

/* --- programs ---------------------------------------------------------------- */

/* Whose adduser it is. */
enum style { STYLE_SHADOW, STYLE_BUSYBOX, STYLE_DEBIAN };

static bool start_account(struct call *k, struct account *a)
{
	struct maybe name = call_operand(k, 0);

	*a = (struct account){ .from = ACCOUNT_MADE, .item = k->w.item };
	if (name.state != KNOWN || command_has(k->c, "-R --root -P --prefix")) {
		k->r->complete = k->r->complete && name.state == UNSET;
		return false;
	}
	a->name = name.text;
	return true;
}

void call_useradd(struct call *k)
{
	bool system = command_has(k->c, "-r --system"), always;
	struct maybe group = call_option(k, "-g --gid"), base = call_option(k, "-b --base-dir");
	struct account a;

	if (!start_account(k, &a))
		return;
	a.uid = call_number(call_option(k, "-u --uid"));
	a.uid = a.uid.state == UNSET ? maybe_unknown() : a.uid;
	if (group.state != UNSET)
		call_set_group(k, &a, group);
	else if (command_has(k->c, "-N --no-user-group") || (k->distro.family == DISTRO_SUSE && !command_has(k->c, "-U --user-group")))
		call_set_group(k, &a, maybe_known(TEXT("users")));
	else
		make_own_group(k, &a, !system);
	set_home(k, &a, "-d --home-dir --home");
	if (base.state != UNSET && !command_has(k->c, "-d --home-dir --home"))
		a.home = base.state == KNOWN ? maybe_known(ARENA_JOIN(k->r->arena, base.text, TEXT("/"), a.name)) : base;
	/* CREATE_HOME of /etc/login.defs */
	always = !system && (k->distro.family == DISTRO_RHEL || k->distro.family == DISTRO_SUSE);
	a.home_made = (always || command_has(k->c, "-m --create-home")) && !command_has(k->c, "-M --no-create-home") &&
		      !is_there(k, a.home);
	call_add(k, &a);
}

static void by_busybox(struct call *k)
{
	struct maybe group = call_option(k, "-G --ingroup");
	struct account a;

	if (!start_account(k, &a))
		return;
	a.uid = call_number(call_option(k, "-u --uid"));
	a.uid = a.uid.state == UNSET ? maybe_unknown() : a.uid;
	if (group.state != UNSET)
		call_set_group(k, &a, group);
	else if (command_has(k->c, "-S --system"))
		call_set_group(k, &a, maybe_known(TEXT("nogroup")));
	else
		make_own_group(k, &a, true);
	set_home(k, &a, "-h --home");
	a.home_made = !command_has(k->c, "-H --no-create-home");
	call_add(k, &a);
}

/* adduser 3.122 and newer give a system account no home: Debian 12, Ubuntu 23.04. */
static void set_system_home(struct call *k, struct account *a)
{
	unsigned since = k->distro.family == DISTRO_UBUNTU ? 2304 : 1200;

	if (command_has(k->c, "--home") || !command_has(k->c, "--system"))
		return;
	if (k->distro.version >= since)
		a->home = maybe_known(TEXT("/nonexistent"));
	else if (!k->distro.version)
		a->home = maybe_unknown();
}

static void by_debian(struct call *k)
{
	bool system = command_has(k->c, "--system");
	struct maybe group = call_option(k, "--ingroup --gid");
	struct account a;

	if (!start_account(k, &a))
		return;
	if (command_has(k->c, "--group") && !system) {
		call_add_group(k, a.name, group.state == UNSET ? maybe_unknown() : call_number(group));
		return;
	}
	a.uid = call_number(call_option(k, "-u --uid"));
	a.uid = a.uid.state == UNSET ? maybe_unknown() : a.uid;
	if (group.state != UNSET)
		call_set_group(k, &a, group);
	else if (system && !command_has(k->c, "--group"))
		call_set_group(k, &a, maybe_known(TEXT("nogroup")));
	else
		make_own_group(k, &a, true);
	set_home(k, &a, "--home");
	set_system_home(k, &a);
	a.home_made = !command_has(k->c, "--no-create-home") && a.home.state == KNOWN &&
		      !text_starts(a.home.text, TEXT("/nonexist")) && !is_there(k, a.home);
	call_add(k, &a);
}

/* What only one of them takes tells more than the name of the base. */
static enum style adduser_style(const struct call *k)
{
	if (command_has(k->c, "-D -H -S -h") && !command_has(k->c, "--gecos --disabled-login"))
		return STYLE_BUSYBOX;
	if (command_has(k->c, "--disabled-login --group"))
		return STYLE_DEBIAN;
	switch (k->distro.family) {
	case DISTRO_ALPINE:
	case DISTRO_WOLFI:
		return STYLE_BUSYBOX;
	case DISTRO_RHEL:
	case DISTRO_SUSE:
	case DISTRO_ARCH:
		return STYLE_SHADOW;
	case DISTRO_DEBIAN:
	case DISTRO_UBUNTU:
		return STYLE_DEBIAN;
	default:
		return command_has(k->c, "-m -M -r -c -d --create-home --no-user-group") ? STYLE_SHADOW : STYLE_DEBIAN;
	}
}

void call_adduser(struct call *k)
{
	enum style s = adduser_style(k);

	if (s != STYLE_SHADOW && command_operands(k->c) > 1)
		return; /* adduser NAME GROUP */
	if (s == STYLE_SHADOW)
		call_useradd(k);
	else if (s == STYLE_BUSYBOX)
		by_busybox(k);
	else
		by_debian(k);
}
