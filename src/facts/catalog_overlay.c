/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner says of images of his own, over what the tables say. */
#include "facts/catalog.h"

#include "base/js.h"
#include "syntax/imageref.h"

/* --- names ----------------------------------------------------------------- */

/* How much of the image's name the claim names: 0 is nothing, all of it the most. */
static size_t covers(struct text claim, struct text image)
{
	if (text_eq(claim, image))
		return image.n + 1;
	if (!text_ends(claim, TEXT("/*")))
		return 0;
	claim.n--;
	return image.n > claim.n && text_starts(image, claim) ? claim.n : 0;
}

const struct catalog_claim *catalog_claim_find(const struct catalog_overlay *o, struct text image)
{
	const struct catalog_claim *best = NULL;
	size_t most = 0;

	for (size_t i = 0; o && i < o->nclaims; i++) {
		size_t n = covers(o->claims[i].image, image);

		if (n > most)
			best = &o->claims[i];
		most = n > most ? n : most;
	}
	return best;
}

struct text catalog_unmirrored(const struct catalog_overlay *o, struct text image)
{
	size_t longest = 0;
	struct imageref ref;

	for (size_t i = 0; o && i < o->nmirrors; i++) {
		struct text m = o->mirrors[i];

		if (m.n > longest && image.n > m.n + 1 && text_starts(image, m) && image.p[m.n] == '/')
			longest = m.n;
	}
	if (!longest || !imageref_parse(text_from(image, longest + 1), &ref))
		return image;
	return imageref_name(&ref);
}

/* --- families -------------------------------------------------------------- */

bool catalog_family_image(struct text family, struct text *image, struct text *tag)
{
	static const struct {
		char family[16], image[32];
		bool in_name; /* the version is part of the image's name */
	} families[] = {
		{ "debian", "debian", false },           { "ubuntu", "ubuntu", false },
		{ "alpine", "alpine", false },           { "fedora", "fedora", false },
		{ "centos", "centos", false },           { "rockylinux", "rockylinux", false },
		{ "almalinux", "almalinux", false },     { "oraclelinux", "oraclelinux", false },
		{ "amazonlinux", "amazonlinux", false }, { "ubi8", "redhat/ubi8", true },
		{ "ubi9", "redhat/ubi9", true },         { "ubi10", "redhat/ubi10", true },
		{ "opensuse", "opensuse/leap", true },   { "archlinux", "archlinux", true },
		{ "wolfi", "cgr.dev/chainguard/wolfi-base", true },
	};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct text name = text_of(families[i].family), version = text_from(family, name.n);
		bool digits = version.n > 0;

		if (!text_starts(family, name))
			continue;
		for (size_t k = 0; k < version.n; k++)
			digits = digits && (ascii_digit((unsigned char)version.p[k]) || (k && version.p[k] == '.'));
		if (families[i].in_name ? version.n : !digits)
			continue;
		*image = text_of(families[i].image);
		*tag = version;
		return true;
	}
	return false;
}

/* --- the configuration ----------------------------------------------------- */

static struct text key_of(struct text variable)
{
	return text_sub(variable, 0, text_chr(variable, '=', 0));
}

static bool sets(const struct text *list, size_t n, struct text key)
{
	for (size_t i = 0; i < n; i++)
		if (text_eq(key_of(list[i]), key))
			return true;
	return false;
}

/* The owner's variables, then those of the public image that he does not set. */
static struct maybe join_env(struct maybe own, struct maybe public, struct arena *a)
{
	const struct text *first, *second;
	size_t n, m;
	json_t *all;
	struct buf out = { 0 };

	if (!catalog_list(own, a, &first, &n) || !catalog_list(public, a, &second, &m))
		return own;
	all = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(all, js_text(first[i]));
	for (size_t i = 0; i < m; i++)
		if (!sets(first, n, key_of(second[i])))
			json_array_append_new(all, js_text(second[i]));
	js_line(&out, all);
	own.text = arena_text(a, text_trim(buf_text(&out)));
	buf_release(&out);
	return own;
}

/* What images seldom set, and an owner who does would say. */
static void assume_unset(struct catalog_config *c)
{
	c->exposed = c->volumes = c->stopsignal = c->shell = c->healthcheck = c->onbuild = maybe_unset();
}

bool catalog_claim_config(const struct catalog_claim *c, struct maybe tag, struct arena *a, struct catalog_config *out)
{
	bool certain = c->like_tag.n || tag.state != UNKNOWN;
	bool known = catalog_config_find(certain ? c->like : TEXT_NONE, c->like_tag.n ? c->like_tag : tag.text, out);
	const struct {
		unsigned bit;
		struct maybe from, *to;
	} cells[] = {
		{ SAID_USER, c->config.user, &out->user },
		{ SAID_WORKDIR, c->config.workdir, &out->workdir },
		{ SAID_ENTRYPOINT, c->config.entrypoint, &out->entrypoint },
		{ SAID_CMD, c->config.cmd, &out->cmd },
		{ SAID_ENV, join_env(c->config.env, out->env, a), &out->env },
		{ SAID_EXPOSED, c->config.exposed, &out->exposed },
		{ SAID_VOLUMES, c->config.volumes, &out->volumes },
		{ SAID_STOPSIGNAL, c->config.stopsignal, &out->stopsignal },
		{ SAID_SHELL, c->config.shell, &out->shell },
		{ SAID_HEALTHCHECK, c->config.healthcheck, &out->healthcheck },
		{ SAID_ONBUILD, c->config.onbuild, &out->onbuild },
	};

	if (!c->like.n)
		assume_unset(out);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		if (c->said & cells[i].bit)
			*cells[i].to = cells[i].from;
	if (c->said & SAID_ALL_CONFIG)
		out->source = TEXT("images: of the configuration");
	return known || !c->like.n || (c->said & SAID_ALL_CONFIG);
}
