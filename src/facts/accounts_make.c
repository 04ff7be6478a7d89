/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/accounts.h"

#include "facts/proof.h"
#include "facts/roster.h"
#include "facts/table.h"

#include <string.h>

enum { MAX_LOOKED_AT = 1024 }; /* instructions; what is behind them proves nothing */

/* --- by the name of the base ----------------------------------------------------- */

#define AMAZON "amazonlinux amazoncorretto public.ecr.aws/amazonlinux/amazonlinux amazon/aws-cli"

/* Images whose tools are not those of their distribution's full image: the first row that fits. The manager, and the
 * package that has groupadd and useradd; where one is there already, its installation does nothing. */
static const struct row {
	const char *images, *tags;
	enum account_means means;
	const char *manager, *package;
} rows[] = {
	{ "*", "*azurelinux*distroless* *mariner*distroless* *chiseled*", MEANS_NUMBER, NULL, NULL },
	{ "gcr.io/distroless/* mcr.microsoft.com/*/distroless/*", "*", MEANS_NUMBER, NULL, NULL },
	{ "*", "*azurelinux* *mariner*", MEANS_INSTALL, "tdnf", "shadow-utils" },
	{ "mcr.microsoft.com/azurelinux/* mcr.microsoft.com/cbl-mariner/*", "*", MEANS_INSTALL, "tdnf", "shadow-utils" },
	{ "photon", "*", MEANS_INSTALL, "tdnf", "shadow" },
	{ "*ubi*-micro *ubi-micro registry.suse.com/bci/bci-micro", "*", MEANS_NUMBER, NULL, NULL },
	{ "*ubi*-minimal *ubi-minimal", "*", MEANS_INSTALL, "microdnf", "shadow-utils" },
	{ "almalinux rockylinux rockylinux/rockylinux", "*minimal*", MEANS_INSTALL, "microdnf", "shadow-utils" },
	{ "almalinux rockylinux rockylinux/rockylinux", "*micro*", MEANS_NUMBER, NULL, NULL },
	{ "oraclelinux", "8-slim* 9-slim* 10*-slim* 8.*-slim* 9.*-slim*", MEANS_INSTALL, "microdnf", "shadow-utils" },
	{ "oraclelinux", "7*-slim*", MEANS_INSTALL, "yum", "shadow-utils" },
	{ "mysql openjdk", "*oracle*", MEANS_INSTALL, "microdnf", "shadow-utils" },
	{ AMAZON, "2022* 2023* *al2023*", MEANS_INSTALL, "dnf", "shadow-utils" },
	{ AMAZON, "*alpine*", MEANS_BUSYBOX, NULL, NULL },
	{ AMAZON, "*debian*", MEANS_SHADOW, NULL, NULL },
	{ AMAZON, "*", MEANS_INSTALL, "yum", "shadow-utils" },
	{ "public.ecr.aws/lambda/*", "*", MEANS_UNKNOWN, NULL, NULL },
	{ "*ubi9/openjdk-* *ubi8/openjdk-* *ubi10/openjdk-*", "*", MEANS_INSTALL, "microdnf", "shadow-utils" },
	{ "elasticsearch kibana logstash", "*", MEANS_UNKNOWN, NULL, NULL },
	/* Not every build of BusyBox has adduser (Debian's has not), but each image of it has a shell and the files. */
	{ "registry.suse.com/bci/bci-busybox busybox", "*", MEANS_LINES, NULL, NULL },
};

static const struct row *row_of(struct text image, struct text tag)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (table_matches(text_of(rows[i].images), image) && table_matches(text_of(rows[i].tags), tag.n ? tag : TEXT("latest")))
			return &rows[i];
	return NULL;
}

static enum account_means of_family(enum distro_family family)
{
	switch (family) {
	case DISTRO_DEBIAN:
	case DISTRO_UBUNTU:
	case DISTRO_RHEL:
	case DISTRO_ARCH:
		return MEANS_SHADOW;
	case DISTRO_ALPINE:
	case DISTRO_WOLFI:
		return MEANS_BUSYBOX;
	case DISTRO_SUSE:
		return MEANS_INSTALL;
	case DISTRO_NONE:
		return MEANS_NUMBER;
	default:
		return MEANS_UNKNOWN;
	}
}

/* By the default tag of an image of which no word of the tag tells more: one without a package manager has no tools
 * for accounts either; Debian in some versions and Ubuntu in others has the same. */
static enum account_means of_default_tag(struct text image)
{
	struct catalog_image c;

	if (!catalog_image_find(image, &c))
		return MEANS_UNKNOWN;
	if (text_find(c.os_family, TEXT("(no "), 0) != TEXT_NPOS)
		return MEANS_NUMBER;
	return text_is(c.family, "debian") || text_is(c.family, "ubuntu") ? MEANS_SHADOW : MEANS_UNKNOWN;
}

static enum account_means means_of_name(struct text image, struct text tag)
{
	enum account_means means = of_family(distro_of(image, tag).family), usual = of_default_tag(image);

	return means == MEANS_UNKNOWN || usual == MEANS_NUMBER ? usual : means;
}

/* --- by what the stage has done ---------------------------------------------------- */

struct proof {
	size_t shadow, busybox, shell, manager; /* the items that prove them, or TEXT_NPOS */
	const struct package_op *op;            /* of the manager */
};

static void note(size_t *where, size_t item)
{
	*where = *where == TEXT_NPOS ? item : *where;
}

static void prove_command(struct proof *p, const struct script_facts *s, size_t nth, size_t item)
{
	const struct command *c = &s->commands[nth];
	const struct package_op *op = script_op(s, nth);

	if (!c->certain)
		return;
	note(&p->shell, item);
	if (command_in(c, "useradd groupadd"))
		note(&p->shadow, item);
	if (command_in(c, "adduser addgroup") && command_has(c, "-D -S -H"))
		note(&p->busybox, item);
	if (op && op->manager->system && op->verb == PACKAGE_INSTALL && p->manager == TEXT_NPOS) {
		p->manager = item;
		p->op = op;
	}
}

/* Of a stage and those that it continues. */
static struct proof prove(struct facts *f, size_t stage)
{
	const struct stages *s = facts_stages(f);
	struct proof p = { TEXT_NPOS, TEXT_NPOS, TEXT_NPOS, TEXT_NPOS, NULL };
	size_t looked = 0;

	for (int st = (int)stage; st >= 0; st = s->list[st].parent)
		for (size_t i = s->list[st].from; i < s->list[st].end && ++looked < MAX_LOOKED_AT; i++) {
			const struct instruction *ins = facts_doc(f)->items[i].ins;
			const struct script_facts *script = ins && ins->keyword == KW_RUN ? facts_commands(f, i) : NULL;

			for (size_t k = 0; script && k < script->n; k++)
				prove_command(&p, script, k, i);
		}
	return p;
}

/* Managers of images that are not known: the package is there, or is installed. */
static const struct {
	const char *manager, *package;
	enum account_means means;
} by_manager[] = {
	{ "apt", NULL, MEANS_SHADOW },		     { "apk", NULL, MEANS_BUSYBOX },
	{ "dnf", "shadow-utils", MEANS_INSTALL },    { "yum", "shadow-utils", MEANS_INSTALL },
	{ "zypper", "shadow", MEANS_INSTALL },	     { "pacman", NULL, MEANS_SHADOW },
};

/* How, and with which program and package where one must be installed. */
struct plan {
	enum account_means means;
	struct text manager;
	const char *package;
	size_t by;
};

static void plan_by_proof(struct plan *p, const struct proof *proof)
{
	if (proof->shadow != TEXT_NPOS || proof->busybox != TEXT_NPOS) {
		*p = (struct plan){ .means = proof->shadow != TEXT_NPOS ? MEANS_SHADOW : MEANS_BUSYBOX,
				    .by = proof->shadow != TEXT_NPOS ? proof->shadow : proof->busybox };
		return;
	}
	for (size_t i = 0; proof->op && i < sizeof(by_manager) / sizeof(by_manager[0]); i++) {
		if (strcmp(by_manager[i].manager, proof->op->manager->id) != 0)
			continue;
		p->by = p->means == by_manager[i].means ? p->by : proof->manager;
		p->means = by_manager[i].means;
		/* Of two names of one program the one that the file uses. */
		p->manager = proof->op->command->name;
		p->package = p->package ? p->package : by_manager[i].package;
		return;
	}
	if (p->means != MEANS_INSTALL && p->means != MEANS_LINES && proof->shell != TEXT_NPOS) {
		p->means = MEANS_LINES;
		p->by = proof->shell;
	}
}

/* Images all of whose tags have the same tools. */
static const char all_alike[] = "debian ubuntu alpine fedora archlinux";

/* python:${VERSION}-slim: what the tag ends in tells enough, or the image does. */
static bool name_any_tag(struct facts *f, size_t stage, struct text *image, struct text *tag)
{
	const struct stages *s = facts_stages(f);
	struct text name, tail;

	while (s->list[stage].parent >= 0)
		stage = (size_t)s->list[stage].parent;
	if (!account_base(&s->list[stage], &name, &tail) || (!tail.n && !words_hold(all_alike, name)))
		return false;
	*image = name;
	*tag = ARENA_JOIN(facts_arena(f), TEXT("x"), tail);
	return true;
}

static struct plan plan_of(struct facts *f, size_t stage)
{
	const struct base *b = facts_base(f, stage);
	struct text image = b->name, tag = b->tag;
	bool named = image.n || name_any_tag(f, stage, &image, &tag);
	const struct row *row = named ? row_of(image, tag) : NULL;
	struct plan p = { .by = TEXT_NPOS };
	struct proof proof;

	if (b->windows)
		return p;
	if (row)
		p = (struct plan){ row->means, row->manager ? text_of(row->manager) : TEXT_NONE, row->package, TEXT_NPOS };
	else if (named)
		p.means = means_of_name(image, tag);
	if (p.means == MEANS_INSTALL && !row) {
		p.manager = TEXT("zypper");
		p.package = "shadow";
	}
	if (p.means == MEANS_SHADOW || p.means == MEANS_BUSYBOX)
		return p;
	proof = prove(f, stage);
	/* A scratch that runs something got its shell by COPY or ADD. */
	if (p.means != MEANS_NUMBER || proof.shell != TEXT_NPOS)
		plan_by_proof(&p, &proof);
	return p;
}

enum account_means accounts_means(struct facts *f, size_t stage, size_t *by)
{
	struct plan p = plan_of(f, stage);

	*by = p.by;
	return p.means;
}

/* --- the commands --------------------------------------------------------------------- */

enum { MAX_COMMANDS = 4 };

struct making {
	struct arena *a;
	const struct account_wish *wish;
	struct text *list;
	size_t n;
};

static void add(struct making *m, struct text t)
{
	m->list[m->n++] = t;
}

static struct text home_or_none(const struct account_wish *w)
{
	return w->home.n ? w->home : TEXT("/nonexistent");
}

static struct text nologin(enum distro_family family)
{
	if (family == DISTRO_DEBIAN || family == DISTRO_UBUNTU)
		return TEXT("/usr/sbin/nologin");
	return family == DISTRO_ARCH ? TEXT("/usr/bin/nologin") : TEXT("/sbin/nologin");
}

static void with_shadow(struct making *m, struct text shell)
{
	const struct account_wish *w = m->wish;

	if (!text_is(w->gid, "0"))
		add(m, ARENA_JOIN(m->a, TEXT("groupadd --gid "), w->gid, TEXT(" "), w->name));
	add(m, ARENA_JOIN(m->a, TEXT("useradd --uid "), w->uid, TEXT(" --gid "), w->gid,
			  w->home.n ? TEXT(" --create-home --home-dir ") : TEXT(" --no-create-home --home-dir "), home_or_none(w),
			  TEXT(" --shell "), shell, TEXT(" "), w->name));
}

static void with_busybox(struct making *m)
{
	const struct account_wish *w = m->wish;

	if (!text_is(w->gid, "0"))
		add(m, ARENA_JOIN(m->a, TEXT("addgroup -S -g "), w->gid, TEXT(" "), w->name));
	add(m, ARENA_JOIN(m->a, TEXT("adduser -S -D "), w->home.n ? TEXT_NONE : TEXT("-H "), TEXT("-u "), w->uid, TEXT(" -G "),
			  text_is(w->gid, "0") ? TEXT("root") : w->name,
			  TEXT(" -h "), home_or_none(w), TEXT(" -s /sbin/nologin "), w->name));
}

static void with_lines(struct making *m)
{
	const struct account_wish *w = m->wish;

	if (!text_is(w->gid, "0"))
		add(m, ARENA_JOIN(m->a, TEXT("echo '"), w->name, TEXT(":x:"), w->gid, TEXT(":' >> /etc/group")));
	add(m, ARENA_JOIN(m->a, TEXT("echo '"), w->name, TEXT(":x:"), w->uid, TEXT(":"), w->gid, TEXT("::"), home_or_none(w),
			  TEXT(":/sbin/nologin' >> /etc/passwd")));
	if (!w->home.n)
		return;
	add(m, ARENA_JOIN(m->a, TEXT("mkdir -p "), w->home));
	add(m, ARENA_JOIN(m->a, TEXT("chown "), w->uid, TEXT(":"), w->gid, TEXT(" "), w->home));
}

static void with_install(struct making *m, const struct plan *p, struct text shell)
{
	const struct manager *manager = manager_of_program(p->manager);
	bool zypper = text_is(p->manager, "zypper");

	add(m, ARENA_JOIN(m->a, p->manager, zypper ? TEXT(" -n install ") : TEXT(" install -y "), text_of(p->package)));
	with_shadow(m, shell);
	add(m, ARENA_JOIN(m->a, p->manager, TEXT(" "), text_of(manager->clean)));
}

/* It stands in a command as it is. */
static bool is_plain(struct text t, const char *more)
{
	for (size_t i = 0; i < t.n; i++)
		if (!ascii_alnum((unsigned char)t.p[i]) && !text_has(text_of(more), t.p[i]))
			return false;
	return true;
}

bool accounts_commands(struct facts *f, size_t stage, const struct account_wish *wish, const struct text **commands,
		       size_t *n)
{
	struct plan p = plan_of(f, stage);
	struct making m = { .a = facts_arena(f), .wish = wish };
	struct distro d;
	size_t by;

	*commands = m.list = ARENA_ARRAY(m.a, MAX_COMMANDS, struct text);
	*n = 0;
	if (p.means == MEANS_UNKNOWN || p.means == MEANS_NUMBER || !wish->name.n || !wish->uid.n || !wish->gid.n ||
	    !is_plain(wish->name, "_-") || !is_plain(wish->uid, "") || !is_plain(wish->gid, "") || !is_plain(wish->home, "_-./"))
		return false;
	d = facts_distro(f, stage, &by);
	if (p.means == MEANS_SHADOW)
		with_shadow(&m, nologin(d.family));
	else if (p.means == MEANS_BUSYBOX)
		with_busybox(&m);
	else if (p.means == MEANS_INSTALL)
		with_install(&m, &p, nologin(d.family));
	else
		with_lines(&m);
	*n = m.n;
	return true;
}
