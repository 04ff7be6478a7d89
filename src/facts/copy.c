/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/copy.h"

#include "syntax/words.h"

#include <string.h>

size_t copy_sources(const struct instruction *ins)
{
	return ins->nwords ? ins->nwords - 1 : 0;
}

static bool is_url(struct text s)
{
	size_t colon = text_find(s, TEXT("://"), 0);

	for (size_t i = 0; colon != TEXT_NPOS && i < colon; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) && !strchr("+-.", s.p[i]))
			return false;
	return colon != TEXT_NPOS && colon > 0;
}

/* user@host:path, as ssh and scp write it */
static bool is_scp(struct text s)
{
	size_t at = text_chr(s, '@', 0), colon = at == TEXT_NPOS ? TEXT_NPOS : text_chr(s, ':', at);

	if (colon == TEXT_NPOS || at == 0 || colon == at + 1)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (i != at && !ascii_alnum((unsigned char)s.p[i]) && !strchr(i < at ? "-_" : "-.", s.p[i]))
			return false;
	return true;
}

/* BuildKit's gitutil: ssh's own form, the schemes of git, and http(s) ending in .git */
static bool is_git(struct text s)
{
	struct text bare = text_sub(s, 0, text_chr(s, '#', 0));

	return is_scp(s) || text_starts(s, TEXT("git://")) || text_starts(s, TEXT("ssh://")) ||
	       (text_ends(bare, TEXT(".git")) && is_url(s));
}

static enum source_kind source_in_context(struct context *c, struct text path)
{
	struct context_match m = context_glob(c, path);

	if (m.wild)
		return SOURCE_WILD;
	switch (m.kind) {
	case CONTEXT_DIRS:
		return SOURCE_DIR;
	case CONTEXT_NONE:
		return SOURCE_MISSING;
	case CONTEXT_FILES:
		break;
	default:
		return SOURCE_UNKNOWN;
	}
	switch (context_archive(c, path)) {
	case CONTEXT_ARCHIVE_NO:
		return SOURCE_FILE;
	case CONTEXT_ARCHIVE_YES:
		return SOURCE_ARCHIVE;
	default:
		return SOURCE_UNKNOWN;
	}
}

/* Endings that only archives have: without a context to look into, ADD is right. */
static bool is_called_archive(struct text name)
{
	static const char *const endings[] = { ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2",
					       ".tar.xz", ".txz", ".tar.zst", ".tar.Z", ".tar.lzma" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (text_iends(name, text_of(endings[i])))
			return true;
	return false;
}

/* The root of the context is a folder, whichever it is. */
static bool is_root(struct text path)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] != '/' && !(path.p[i] == '.' && (i + 1 == path.n || path.p[i + 1] == '/') && (i == 0 || path.p[i - 1] == '/')))
			return false;
	return path.n > 0;
}

enum source_kind copy_source(struct facts *f, size_t item, const struct word *w, struct maybe *path)
{
	struct heredoc h;
	bool error;

	*path = maybe_unset();
	if (words_heredoc(facts_arena(f), w->value, &h, &error) || error)
		return SOURCE_HEREDOC;
	/* A scheme before the first variable settles it. */
	if (is_url(text_sub(w->value, 0, text_chr(w->value, '$', 0))))
		return SOURCE_URL;
	*path = state_expand(facts_before(f, item), facts_arena(f), facts_doc(f), w->value);
	if (path->state != KNOWN || path->text.n == 0)
		return SOURCE_UNKNOWN;
	if (is_git(path->text))
		return SOURCE_GIT;
	if (is_url(path->text))
		return SOURCE_URL;
	if (is_root(path->text))
		return SOURCE_DIR;
	if (!facts_context(f) && is_called_archive(path->text))
		return SOURCE_ARCHIVE;
	return source_in_context(facts_context(f), path->text);
}

/* The flags that COPY has too, with the same meaning. */
static bool shared_flags(const struct instruction *ins)
{
	static const char *const shared[] = { "chown", "chmod", "link", "exclude" };

	for (size_t i = 0; i < ins->nflags; i++) {
		size_t k = 0;

		while (k < 4 && !text_is(ins->flags[i].name, shared[k]))
			k++;
		if (k == 4)
			return false;
	}
	return true;
}

bool copy_is_plain_add(struct facts *f, size_t item, enum source_kind *why)
{
	const struct instruction *ins = facts_doc(f)->items[item].ins;
	struct maybe path;

	*why = SOURCE_ADD_ONLY;
	if (!shared_flags(ins))
		return false;
	for (size_t i = 0; i < copy_sources(ins); i++) {
		*why = copy_source(f, item, &ins->words[i], &path);
		if (*why != SOURCE_FILE && *why != SOURCE_DIR)
			return false;
	}
	return true;
}

static bool needs_context(struct arena *a, struct text word)
{
	struct heredoc h;
	bool error;

	return word.n && !text_has(word, '$') && !is_url(word) && !is_git(word) && !words_heredoc(a, word, &h, &error) && !error;
}

void copy_context_sources(struct arena *a, const struct doc *d, const struct text **list, size_t *n)
{
	struct text *out = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < d->nitems; i++) {
		const struct instruction *ins = d->items[i].ins;

		if (!ins || (ins->keyword != KW_COPY && ins->keyword != KW_ADD) || ins_flag(ins, "from"))
			continue;
		for (size_t w = 0; w < copy_sources(ins); w++) {
			if (!needs_context(a, ins->words[w].value))
				continue;
			out = arena_grow(a, out, *n, &cap, sizeof(*out));
			out[(*n)++] = ins->words[w].value;
		}
	}
	*list = out;
}
