/* SPDX-License-Identifier: Apache-2.0 */
#include "pass/transform.h"

/* What to say where an ADD might be a COPY and cannot be proved to be. A kind that
 * is not here is what ADD is for, and nothing is said. */
static const struct {
	enum source_kind kind;
	const char *code, *decide;
} unproved[] = {
	{ SOURCE_WILD, "source-wildcard",
	  "a wildcard may match an archive, which ADD unpacks: write COPY if none of the files is one" },
	{ SOURCE_MISSING, "source-missing",
	  "the build context has no such file yet: write COPY if what is made there for the build is no archive" },
	{ SOURCE_UNKNOWN, "source-unknown",
	  "what this names is not known here and might be an archive or an address: write COPY if it is a plain file or folder" },
};

static void refuse(struct pass *p, size_t item, enum source_kind kind)
{
	if (kind == SOURCE_UNKNOWN && !facts_context(pass_facts(p))) {
		struct finding *f = pass_find(p, item, TEXT("ADD may do more than copy"));

		finding_refuse(p, f, "context-unknown",
			       TEXT("name the build context with --context, or write COPY if it is a plain file or folder"));
		finding_because(p, f, TEXT_NPOS, ARENA_JOIN(pass_arena(p), TEXT("the build context is not known: "),
							    facts_context_because(pass_facts(p))));
		return;
	}
	for (size_t i = 0; i < sizeof(unproved) / sizeof(unproved[0]); i++)
		if (unproved[i].kind == kind)
			finding_refuse(p, pass_find(p, item, TEXT("ADD may do more than copy")), unproved[i].code,
				       text_of(unproved[i].decide));
}

/* "app.conf: a file of the build context (compose.yaml:7)" */
static void add_proof(struct pass *p, struct finding *f, size_t item, const struct word *w)
{
	struct maybe path;
	bool folder = copy_source(pass_facts(p), item, w, &path) == SOURCE_DIR;
	struct text words = TEXT("the root of the build context is a folder, wherever that is");

	/* Without a context only its root is known to be anything. */
	if (facts_context(pass_facts(p)))
		words = ARENA_JOIN(pass_arena(p), w->value, folder ? TEXT(": a folder") : TEXT(": a file"),
				   TEXT(" of the build context ("), facts_context_because(pass_facts(p)), TEXT(")"));
	finding_because(p, f, TEXT_NPOS, words);
}

static void replace(struct pass *p, size_t item)
{
	const struct instruction *ins = pass_doc(p)->items[item].ins;
	struct finding *f = pass_find(p, item,
		TEXT("ADD also fetches and unpacks; COPY says that these are plain files, and stays so"));

	for (size_t i = 0; i < copy_sources(ins); i++)
		add_proof(p, f, item, &ins->words[i]);
	finding_replace_logical(p, f, ins, ins->name_at, ins->name.n, pass_keyword(p, ins, KW_COPY));
}

static void run(struct pass *p)
{
	enum source_kind why;

	for (size_t item = 0; pass_next(p, KW_ADD, &item); item++) {
		if (copy_is_plain_add(pass_facts(p), item, &why))
			replace(p, item);
		else
			refuse(p, item, why);
	}
}

static const struct rule maps[] = { { RULE_HADOLINT, "DL3020" }, { RULE_CIS, "4.9" }, { RULE_HADOLINT, NULL } };

const struct transform transform_use_copy = {
	.id = "use-copy",
	.title = "COPY instead of ADD for plain files",
	.level = LEVEL_SAFE,
	.why = "ADD fetches addresses and unpacks archives. Where only files are copied, COPY says so, and a file that "
	       "is one day replaced by an archive or an address does not change what the image holds.",
	.risk = "None: only an ADD whose every source is proved a plain file or folder of the build context is changed. "
		"Addresses, git repositories, archives, wildcards, variables that are not known, and ADD's own flags are left.",
	.maps = maps,
	.before = "FROM alpine:3.24\nADD app.conf /etc/app.conf\n",
	.after = "FROM alpine:3.24\nCOPY app.conf /etc/app.conf\n",
	.example_context = "app.conf",
	.may = 0,
	.run = run,
};
