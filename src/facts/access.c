/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/access_walk.h"

#include "base/buf.h"
#include "facts/glob.h"

#include <string.h>

enum {
	MAX_CLOSED = 2048,
	MAX_GROUPS = 512,
	MAX_WORK = 2 * 1024 * 1024, /* looks at the list, of one walk */
	MAX_LOOKS = 512,
	MAX_LOOK_STEPS = 200000,
	MAX_STEPS = 50000, /* instructions gone over for all stages together */
	MAX_DEPTH = 16,    /* stages that copy from stages */
	MAX_LISTED = 8     /* paths in one command */
};

/* --- paths ----------------------------------------------------------------- */

bool access_below(struct text dir, struct text path)
{
	return text_starts(path, dir) && path.n > dir.n && (dir.n == 1 || path.p[dir.n] == '/');
}

struct text access_join(struct arena *a, struct text dir, struct text rest)
{
	if (!rest.n)
		return dir;
	return dir.n == 1 ? ARENA_JOIN(a, dir, rest) : ARENA_JOIN(a, dir, TEXT("/"), rest);
}

bool access_covers(struct text pattern, bool tree, struct text path, struct text *rest)
{
	size_t slash = text_rchr(pattern, '/'), end;
	struct text dir = text_sub(pattern, 0, slash ? slash : 1), last = text_from(pattern, slash + 1), name;

	*rest = TEXT_NONE;
	if (!text_has(pattern, '*') && !text_has(pattern, '?')) {
		if (tree && access_below(pattern, path))
			*rest = text_from(path, pattern.n == 1 ? 1 : pattern.n + 1);
		return text_eq(pattern, path) || rest->n;
	}
	if (slash == TEXT_NPOS || !access_below(dir, path) || !glob_valid(last))
		return false;
	*rest = text_from(path, dir.n == 1 ? 1 : dir.n + 1);
	end = text_chr(*rest, '/', 0);
	name = text_sub(*rest, 0, end);
	/* The shell leaves out names with a dot in front. */
	return (end == TEXT_NPOS || tree) && glob_match(last, name) && (name.p[0] != '.' || last.p[0] == '.');
}

bool access_is_system_dir(struct text path)
{
	static const char dirs[] = "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root "
				   "/run /sbin /srv /sys /tmp /usr /var /usr/bin "
				   "/usr/include /usr/lib /usr/lib64 /usr/libexec /usr/local /usr/sbin "
				   "/usr/share /usr/src /usr/lib/jvm /usr/share/fonts "
				   "/usr/local/bin /usr/local/etc /usr/local/include /usr/local/lib "
				   "/usr/local/lib64 /usr/local/sbin /usr/local/share "
				   "/usr/local/src /var/cache /var/lib /var/log /var/run /var/tmp /var/www "
				   "/etc/ssl /etc/profile.d";

	return words_hold(dirs, path);
}

/* What only root has to do with, or nobody once the image is built. */
static bool is_private(struct text path)
{
	static const struct text below[] = {
		{ "/root", 5 },
		{ "/tmp", 4 },
		{ "/var/tmp", 8 },
		{ "/dev", 4 },
		{ "/proc", 5 },
		{ "/etc/sudoers.d", 14 },
		{ "/etc/cron.d", 11 },
		{ "/etc/crontabs", 13 },
		{ "/var/spool/cron", 15 },
		{ "/var/cache", 10 },
		{ "/etc/apt", 8 },
		{ "/var/lib/apt", 12 },
		{ "/run/sshd", 9 },
		{ "/var/run/sshd", 13 },
		{ "/etc/ssh", 8 },
		{ "/usr/src", 8 },
		{ "/usr/local/src", 14 },
		{ "/etc/polkit-1", 13 },
		{ "/var/run/secrets", 16 },
		{ "/run/secrets", 12 },
		{ "/etc/yum.repos.d", 16 },
		{ "/etc/apk", 8 },
	};
	static const char files[] =
		"/etc/sudoers /etc/shadow /etc/gshadow /etc/crontab /etc/cron.daily /etc/cron.hourly";

	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		if (text_eq(path, below[i]) || access_below(below[i], path))
			return true;
	/* ssh wants it so, and it is of use to that user alone. */
	return words_hold(files, path) || text_ends(path, TEXT("/.ssh")) ||
	       text_find(path, TEXT("/.ssh/"), 0) != TEXT_NPOS;
}

bool access_is_secret(struct text path)
{
	static const struct text endings[] = { { ".key", 4 },    { ".pem", 4 },      { ".p12", 4 },
					       { ".pfx", 4 },    { ".jks", 4 },      { ".keytab", 7 },
					       { ".pgpass", 7 }, { ".htpasswd", 9 }, { ".netrc", 6 } };
	struct text name = text_base(path);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (text_iends(name, endings[i]))
			return true;
	return text_starts(name, TEXT("id_rsa")) || text_starts(name, TEXT("id_ed25519")) ||
	       text_find(name, TEXT("secret"), 0) != TEXT_NPOS ||
	       text_find(name, TEXT("passw"), 0) != TEXT_NPOS || text_ends(path, TEXT("/ssl/private"));
}

/* --- the list -------------------------------------------------------------- */

size_t access_group_add(struct access_walk *w, struct access_group g)
{
	if (w->ngroups >= MAX_GROUPS)
		return TEXT_NPOS;
	w->groups = arena_grow(w->a, w->groups, w->ngroups, &w->groups_cap, sizeof(*w->groups));
	w->groups[w->ngroups] = g;
	return w->ngroups++;
}

static bool spend(struct access_walk *w)
{
	bool enough = w->work >= w->n;

	w->work -= enough ? w->n : 0;
	return enough;
}

struct access_closed access_unseen(struct text path)
{
	return (struct access_closed){
		.path = path, .dir = true, .tree = true, .mode = 0700, .file = 0600, .program = 0700
	};
}

void access_close(struct access_walk *w, struct access_closed c)
{
	bool home = c.group != TEXT_NPOS && w->groups[c.group].home;

	if (c.group == TEXT_NPOS || w->n >= MAX_CLOSED || !spend(w))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (text_eq(w->list[i].path, c.path) && w->groups[w->list[i].group].home == home) {
			w->list[i] = c;
			return;
		}
	w->list = arena_grow(w->a, w->list, w->n, &w->cap, sizeof(*w->list));
	w->list[w->n++] = c;
}

bool access_may_look(struct access_walk *w, size_t item)
{
	w->look_steps += item;
	return w->looks++ < MAX_LOOKS && w->look_steps < MAX_LOOK_STEPS;
}

void access_forget(struct access_walk *w, struct text path, bool tree)
{
	size_t kept = 0;
	struct text rest;

	if (!spend(w))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (!access_covers(path, tree, w->list[i].path, &rest))
			w->list[kept++] = w->list[i];
	w->n = kept;
}

/* --- the cure -------------------------------------------------------------- */

/* As a word of a shell; false where we had rather not write it. */
static bool quote(struct buf *out, struct text path)
{
	bool plain = true, variable = text_find(path, TEXT("${"), 0) != TEXT_NPOS;

	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (c < ' ' || c == 0x7F || strchr("'\"\\`*?[", c) ||
		    (c == '$' && (i + 1 == path.n || path.p[i + 1] != '{')))
			return false;
		plain = plain && (ascii_alnum(c) || c >= 0x80 || strchr("/._-+@%:,=", c));
	}
	buf_adds(out, plain ? "" : variable ? "\"" : "'");
	buf_add(out, path);
	buf_adds(out, plain ? "" : variable ? "\"" : "'");
	return true;
}

struct text access_command(const struct access_walk *w, size_t group)
{
	const struct access_group *g = &w->groups[group];
	struct buf out = { 0 };
	struct text command = TEXT_NONE;
	size_t listed = 0;
	bool ok = true;

	if (g->opener == OPEN_NEVER || g->spell == SPELL_GIVEN)
		return g->command;
	buf_adds(&out, g->spell == SPELL_TREE ? "chmod -R a+rX" : "chmod a+rX");
	for (size_t i = 0; i < w->n && ok; i++) {
		if (w->list[i].group != group || (g->spell == SPELL_TREE && listed))
			continue;
		buf_addc(&out, ' ');
		ok = ++listed <= MAX_LISTED && quote(&out, g->spell == SPELL_TREE ? g->top : w->list[i].path);
	}
	if (ok && listed)
		command = arena_text(w->a, buf_text(&out));
	buf_release(&out);
	return command;
}

/* One fault a group: all that is still closed of it. */
static bool fault_of(const struct access_walk *w, size_t group, size_t alive, const struct access_closed *one,
		     struct access_fault *out)
{
	const struct access_group *g = &w->groups[group];
	bool symbolic = text_has(one->path, '$');

	if (!alive || (g->home && w->home_open))
		return false;
	*out = (struct access_fault){ .item = g->item,
				      .path = one->path,
				      .tree = one->tree || one->dir,
				      .certain = g->certain,
				      .opener = g->opener,
				      .command = access_command(w, group),
				      .mode = g->mode,
				      .why = g->why };
	if (alive > 1) {
		out->path = g->top;
		out->tree = true;
	}
	out->owner = one->owner;
	out->certain = out->certain && !symbolic;
	if (g->meant && out->owner.n) {
		out->certain = false;
		out->opener = OPEN_NEVER;
		out->command = TEXT_NONE;
	}
	if (out->opener == OPEN_CHMOD && !out->command.n)
		out->opener = OPEN_NEVER;
	return true;
}

/* Groups are nearly in the order of the file. */
static void put(struct access_fault *list, size_t *n, struct access_fault f)
{
	size_t at = (*n)++;

	for (; at > 0 && list[at - 1].item > f.item; at--)
		list[at] = list[at - 1];
	list[at] = f;
}

static void conclude(struct access_walk *w)
{
	struct access_fault *faults = ARENA_ARRAY(w->a, w->ngroups + 1, struct access_fault), one;
	size_t *alive = ARENA_ARRAY(w->a, w->ngroups + 1, size_t),
	       *first = ARENA_ARRAY(w->a, w->ngroups + 1, size_t), n = 0;

	for (size_t i = 0; i < w->n; i++) {
		size_t g = w->list[i].group;

		if (is_private(w->list[i].path) && !w->groups[g].home)
			continue;
		first[g] = alive[g] ? first[g] : i;
		if (alive[g]++ && !text_eq(w->list[first[g]].owner, w->list[i].owner))
			w->list[first[g]].owner = TEXT_NONE;
	}
	for (size_t g = 0; g < w->ngroups; g++)
		if (fault_of(w, g, alive[g], &w->list[alive[g] ? first[g] : 0], &one))
			put(faults, &n, one);
	w->result = (struct access){ faults, n };
}

/* --- the stage ------------------------------------------------------------- */

static void walk_item(struct access_walk *w, size_t item)
{
	const struct instruction *ins = facts_doc(w->f)->items[item].ins;

	switch (ins ? ins->keyword : KW_UNKNOWN) {
	case KW_COPY:
	case KW_ADD:
		access_copy(w, item);
		break;
	case KW_RUN:
		access_run(w, item);
		break;
	case KW_ENV:
		access_home_env(w, item);
		break;
	default:
		break;
	}
}

/* The stage's parents first. False where it is too much. */
static bool walk_chain(struct access_walk *w, size_t stage)
{
	const struct stages *s = facts_stages(w->f);
	size_t n = 1, *chain;

	for (int p = s->list[stage].parent; p >= 0; p = s->list[p].parent)
		n++;
	chain = ARENA_ARRAY(w->a, n, size_t);
	for (size_t i = n, at = stage; i-- > 0; at = i ? (size_t)s->list[at].parent : at)
		chain[i] = at;
	for (size_t i = 0; i < n; i++)
		for (size_t k = s->list[chain[i]].from; k < s->list[chain[i]].end; k++) {
			if (!w->steps)
				return false;
			w->steps--;
			w->here = chain[i];
			walk_item(w, k);
		}
	return true;
}

const struct access_walk *access_walk_of(struct facts *f, size_t stage, struct access_walk *outer)
{
	void **kept = facts_kept(f, KEPT_ACCESS, stage);
	struct access_walk *w = *kept;

	if (!w && (!outer || (outer->depth < MAX_DEPTH && outer->steps))) {
		*kept = w = ARENA_NEW(facts_arena(f), struct access_walk);
		*w = (struct access_walk){ .f = f, .a = facts_arena(f), .stage = stage, .work = MAX_WORK };
		w->steps = outer ? outer->steps : MAX_STEPS;
		w->depth = outer ? outer->depth + 1 : 0;
		if (!facts_base(f, stage)->windows && walk_chain(w, stage)) {
			access_home_end(w);
			conclude(w);
		}
		if (outer)
			outer->steps = w->steps;
		w->done = true;
	}
	return w && w->done ? w : NULL;
}

const struct access *access_of(struct facts *f, size_t stage)
{
	static const struct access nothing = { NULL, 0 };
	const struct access_walk *w = access_walk_of(f, stage, NULL);

	return w ? &w->result : &nothing;
}
