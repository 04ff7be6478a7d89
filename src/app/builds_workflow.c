/* SPDX-License-Identifier: Apache-2.0 */
/* GitHub workflows: steps that use docker/build-push-action. Its inputs are
 * context (default: the repository, as Git context), file (default: Dockerfile in
 * the context; relative to the work folder, or to a Git context's folder), target. */
#include "app/builds_claims.h"
#include "app/yaml.h"

#include "facts/relpath.h"

static const struct text action = { "docker/build-push-action", 24 };
static const struct text workspace = { "${{ github.workspace }}", 23 };
static const struct text git_context = { "{{defaultContext}}", 18 };

/* An expression is not known, but for the work folder's own name in front. */
static struct maybe input(const struct yaml_node *with, const char *name)
{
	struct maybe m = yaml_text(with, name);

	if (m.state != KNOWN)
		return m;
	m.text = text_trim(m.text);
	if (text_starts(m.text, workspace)) {
		m.text = text_from(m.text, workspace.n);
		while (m.text.n && m.text.p[0] == '/')
			m.text = text_from(m.text, 1);
		if (m.text.n == 0)
			m.text = TEXT(".");
	}
	if (m.text.n == 0)
		return maybe_unset();
	return text_find(m.text, TEXT("${{"), 0) == TEXT_NPOS ? m : maybe_unknown();
}

/* A line each: name=value. Only a value may hold an expression without harm. */
static void read_named(struct claims *c, struct claim *k, const struct yaml_item *lines)
{
	struct text rest, line;
	bool more = true;

	if (!lines || lines->value->kind != YAML_SCALAR)
		return;
	rest = lines->value->text;
	while (text_cut(&rest, '\n', &line, &more)) {
		struct text name = text_trim(text_sub(line, 0, text_chr(line, '=', 0)));

		if (text_starts(name, TEXT("\""))) /* it is read as CSV */
			name = text_from(name, 1);
		if (name.n)
			claims_add_named(c, k, text_find(name, TEXT("${{"), 0) == TEXT_NPOS ? maybe_known(name) : maybe_unknown(),
					 lines->key->line);
	}
}

static void read_step(struct claims *c, const struct yaml_node *step)
{
	const struct yaml_item *uses = yaml_pair(step, "uses");
	const struct yaml_node *with = yaml_get(step, "with");
	struct claim *k;

	if (!uses || uses->value->kind != YAML_SCALAR || !text_starts(uses->value->text, action))
		return;
	k = claims_add(c, CLAIM_WORKFLOW, uses->key->line);
	k->context = input(with, "context");
	k->dockerfile = input(with, "file");
	/* as the first version called them */
	if (k->context.state == UNSET)
		k->context = input(with, "path");
	if (k->dockerfile.state == UNSET)
		k->dockerfile = input(with, "dockerfile");
	k->target = input(with, "target");
	read_named(c, k, yaml_pair(with, "build-contexts"));
	k->file_from_root = k->context.state == KNOWN && !text_starts(k->context.text, git_context);
	if (k->context.state == KNOWN && !k->file_from_root) {
		struct text sub = text_from(k->context.text, git_context.n);

		k->context.text = sub.n > 1 && sub.p[0] == ':' ? text_from(sub, 1) : TEXT(".");
	}
}

void claims_read_workflow(struct claims *c, struct text bytes)
{
	const struct yaml_node *jobs, *steps;
	const struct yaml_item *job, *step;
	size_t n = 0;

	/* Most workflows build no image, and reading is most of the cost. */
	if (text_find(bytes, action, 0) == TEXT_NPOS)
		return;
	jobs = yaml_get(yaml_read(c->arena, bytes), "jobs");
	for (job = jobs && jobs->kind == YAML_MAP ? jobs->items : NULL; job; job = job->next) {
		steps = yaml_get(job->value, "steps");
		step = steps && steps->kind == YAML_LIST ? steps->items : NULL;
		for (; step && n < CLAIMS_OF_A_FILE; step = step->next, n++)
			read_step(c, step->value);
	}
}
