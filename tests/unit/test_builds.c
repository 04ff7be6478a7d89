/* SPDX-License-Identifier: Apache-2.0 */
#include "app/builds.h"
#include "app/builds_claims.h"
#include "app/builds_hcl.h"
#include "app/yaml.h"
#include "base/buf.h"
#include "support/asserts.h"
#include "support/sandbox.h"

#include <unistd.h>

/* ---- the single readers: what rows a text gives ---- */

/* One row a line: "line dockerfile context target", "?" for unknown, "-" for unset. */
static void add_maybe(struct buf *out, struct maybe m)
{
	buf_addc(out, ' ');
	buf_add(out, m.state == KNOWN ? m.text : m.state == UNKNOWN ? TEXT("?") : TEXT("-"));
}

static void rows_of(void (*read)(struct claims *, struct text), const char *folder, const char *bytes,
		    const char *want)
{
	struct arena a = { 0 };
	struct claims c = { .arena = &a, .folder = text_of(folder), .file = TEXT("file") };
	struct buf out = { 0 };
	struct build_row row;

	read(&c, text_of(bytes));
	for (size_t i = 0; i < c.n; i++) {
		struct claim k = claims_resolve(&c, i);

		if (claims_replaced(&c, i) || !claim_row(&a, &k, &row))
			continue;
		buf_addf(&out, "%zu ", row.line);
		buf_add(&out, row.dockerfile);
		add_maybe(&out, row.context);
		add_maybe(&out, row.target);
		buf_addc(&out, '\n');
	}
	buf_addc(&out, '\0');
	assert_string_equal(out.p, want);
	buf_release(&out);
	arena_release(&a);
}

/* How compose starts the first service: kind, value, words. */
static void starts_of(const char *bytes, const char *want)
{
	struct arena a = { 0 };
	struct claims c = { .arena = &a, .folder = TEXT("."), .file = TEXT("file") };
	struct buf out = { 0 };

	claims_read_compose(&c, text_of(bytes));
	for (size_t i = 0; c.n && i < c.p[0].nstarts; i++) {
		const struct start_note *n = &c.p[0].starts[i];

		buf_addf(&out, "%d %.*s", (int)n->kind, TEXT_FMT(n->value));
		for (size_t k = 0; k < n->nwords; k++)
			buf_addf(&out, "<%.*s>", TEXT_FMT(n->words[k]));
		buf_addc(&out, '\n');
	}
	buf_addc(&out, '\0');
	assert_string_equal(out.p, want);
	buf_release(&out);
	arena_release(&a);
}

static void compose_starts(void **state)
{
	(void)state;
	starts_of("services:\n  a:\n    build: .\n", "");
	starts_of("services:\n  a:\n    build: .\n    privileged: true\n    cap_add: [NET_BIND_SERVICE, NET_ADMIN]\n    devices: [/dev/x]\n",
		  "0 privileged\n0 cap_add\n0 devices\n");
	starts_of("services:\n  a:\n    build: .\n    privileged: false\n    user: '0'\n", "");
	starts_of("services:\n  a:\n    build: .\n    volumes:\n      - ./d:/d/\n      - ./r:/r:ro\n      - n:/n\n      - ${X:-./y}:/y\n      - $Z:/z\n"
		  "      - /var/run/docker.sock:/var/run/docker.sock:ro\n      - /only\n      - {type: bind, source: s, target: /t}\n",
		  "2 /d\n3 /n\n2 /y\n2 /z\n1 /var/run/docker.sock\n2 /t\n");
	starts_of("services:\n  a:\n    build: .\n    entrypoint: sh -c \"echo 'a b'\"\n    command: [a, b c]\n", "4 <sh><-c><echo 'a b'>\n5 <a><b c>\n");
}

static void compose(void **state)
{
	(void)state;
	rows_of(claims_read_compose, ".", "services:\n  a:\n    build: .\n  b:\n    build: ./b/\n  c:\n    image: x\n",
		"3 Dockerfile . -\n5 b/Dockerfile b -\n");
	rows_of(claims_read_compose, "deploy",
		"services:\n  a:\n    build:\n      context: ..\n      dockerfile: deploy/Dockerfile\n      target: dev\n"
		"  b: { build: { dockerfile: ../x.Dockerfile } }\n",
		"3 deploy/Dockerfile . dev\n7 x.Dockerfile deploy -\n");
	rows_of(claims_read_compose, ".",
		"services:\n  a: {build: {context: ., dockerfile_inline: 'FROM x'}}\n"
		"  b: {build: 'https://example.org/x.git#main'}\n  c: {build: ../out}\n  d: {build: }\n"
		"  e: {build: git@example.org:x}\n  f: {build: /abs}\n",
		"");
	rows_of(claims_read_compose, ".",
		"services:\n  a: {build: '${DIR:-app}/x'}\n  b: {build: '$DIR'}\n  c: {build: '${DIR}'}\n"
		"  d: {build: {context: '${D-d}', target: '${T}'}}\n  e: {build: '${A:-${B}}'}\n  f: {build: 'a$$b'}\n"
		"  g: {build: '${X:-'}\n",
		"2 app/x/Dockerfile app/x -\n5 d/Dockerfile d ?\n7 a$b/Dockerfile a$b -\n");
	rows_of(claims_read_compose, ".", "web:\n  build: web\n", "2 web/Dockerfile web -\n");
	rows_of(claims_read_compose, ".", "services: [a, b", "");
	rows_of(claims_read_compose, ".", "", "");
}

static void compose_anchors(void **state)
{
	(void)state;
	rows_of(claims_read_compose, ".",
		"x-build: &b\n  context: app\n  dockerfile: D\nx-svc: &s\n  build: *b\nservices:\n  one:\n    <<: *s\n"
		"  two:\n    build:\n      <<: *b\n      target: t\n  three:\n    <<: [*s, {image: i}]\n    build: other\n",
		"5 app/D app -\n10 app/D app t\n15 other/Dockerfile other -\n");
	rows_of(claims_read_compose, ".",
		"services:\n  base:\n    build: {context: app, target: prod}\n  dev:\n    extends: base\n"
		"    build: {target: dev}\n  qa:\n    extends: {service: dev}\n    build: {args: [x]}\n",
		"3 app/Dockerfile app prod\n6 app/Dockerfile app dev\n9 app/Dockerfile app dev\n");
	/* A node that names itself, and names that lead in a circle. */
	rows_of(claims_read_compose, ".", "services: &s\n  a: *s\n", "");
	rows_of(claims_read_compose, ".",
		"services:\n  a: {extends: b, build: {target: x}}\n  b: {extends: a, build: {target: y}}\n",
		"2 Dockerfile . x\n3 Dockerfile . y\n");
}

static void workflow(void **state)
{
	(void)state;
	rows_of(claims_read_workflow, ".github/workflows",
		"on: push\njobs:\n  a:\n    steps:\n    - uses: actions/checkout@v4\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: ., file: ./docker/Dockerfile, target: x}\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: web}\n"
		"    - uses: docker/build-push-action@v6\n"
		"    - uses: docker/build-push-action@v6\n      with: {file: d/Dockerfile}\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: '{{defaultContext}}:api'}\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: '${{ github.workspace }}/w'}\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: '${{ matrix.c }}', file: m/Dockerfile}\n"
		"    - uses: docker/build-push-action@v6\n      with: {context: ., file: '${{ matrix.f }}'}\n",
		"6 docker/Dockerfile . x\n8 web/Dockerfile web -\n10 Dockerfile . -\n11 d/Dockerfile . -\n"
		"13 api/Dockerfile api -\n15 w/Dockerfile w -\n");
	rows_of(claims_read_workflow, ".github/workflows",
		"jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v1\n      with: {path: p, dockerfile: p/D}\n",
		"4 p/D p -\n");
}

static void bake(void **state)
{
	(void)state;
	rows_of(claims_read_bake_hcl, ".",
		"variable \"TAG\" { default = \"x\" }\n# target \"no\" {\ngroup \"default\" {\n  targets = [\"a\", \"b\"]\n}\n"
		"target \"_common\" {\n  context = \"app\" // here\n  args = {\n    A = \"${TAG}\"\n  }\n}\n"
		"target \"a\" {\n  inherits = [\"_common\"]\n  dockerfile = \"D\"\n  target = \"rel\"\n}\n"
		"target \"b\" {\n  context = \"./${TAG}\"\n}\n"
		"target \"c\" {\n  inherits = [\"a\"]\n  target = TAG\n}\n"
		"target \"d\" {\n  tags = [\"x\"]\n}\n"
		"target e {\n  dockerfile = <<EOF\ntarget \"f\" {\nEOF\n  context = \"e\"\n}\n",
		"6 app/Dockerfile app -\n12 app/D app rel\n20 app/D app ?\n");
	rows_of(claims_read_bake_hcl, ".",
		"target \"a\" {\n  context = \"x\"\n}\ntarget \"a\" {\n  target = \"t\"\n}\n", "4 x/Dockerfile x t\n");
	rows_of(claims_read_bake_hcl, ".", "target \"a\" {\n context = cond ? \"a\" : \"b\"\n target = \"x\" + \"y\"\n}\n", "");
	rows_of(claims_read_bake_hcl, ".", "target \"a\" { context = \"a\" }", "1 a/Dockerfile a -\n");
	rows_of(claims_read_bake_hcl, ".", "target \"a\" { context = \"a", "");
	rows_of(claims_read_bake_json, "sub",
		"{\n \"variable\": {},\n \"target\": {\n\t\"a\": {\"context\": \"..\", \"dockerfile\":\"D\"},\n"
		"  \"b\": {\"inherits\": [\"a\"], \"target\": \"t\"},\n  \"c\": {\"context\": \"${X}\"}\n }\n}\n",
		"4 D . -\n5 D . t\n");
}

/* One row a line: "dockerfile context line:name...", "?" for a name that is not known. */
static void names_of(void (*read)(struct claims *, struct text), const char *bytes, const char *want)
{
	struct arena a = { 0 };
	struct claims c = { .arena = &a, .folder = TEXT("."), .file = TEXT("file") };
	struct buf out = { 0 };
	struct build_row row;

	read(&c, text_of(bytes));
	for (size_t i = 0; i < c.n; i++) {
		struct claim k = claims_resolve(&c, i);

		if (claims_replaced(&c, i) || !claim_row(&a, &k, &row))
			continue;
		buf_add(&out, row.dockerfile);
		add_maybe(&out, row.context);
		for (size_t m = 0; m < row.nnamed; m++) {
			buf_addf(&out, " %zu:", row.named[m].line);
			buf_add(&out, row.named[m].name.state == KNOWN ? row.named[m].name.text : TEXT("?"));
		}
		buf_addc(&out, '\n');
	}
	buf_addc(&out, '\0');
	assert_string_equal(out.p, want);
	buf_release(&out);
	arena_release(&a);
}

static void named_in_compose(void **state)
{
	(void)state;
	names_of(claims_read_compose,
		 "services:\n  a:\n    build:\n      context: app\n      additional_contexts:\n        alpine: ./x\n"
		 "        'node:20': docker-image://mirror/node:20\n        <<: {y: z}\n"
		 "  b:\n    build:\n      additional_contexts:\n        - alpine=./x\n        - ${N:-busybox}=y\n        - $N=y\n"
		 "  c: {extends: b, build: {target: t, additional_contexts: {own: .}}}\n  d: {build: {additional_contexts: no}}\n",
		 "app/Dockerfile app 6:alpine 7:node:20 8:?\nDockerfile . 12:alpine 13:busybox 14:?\n"
		 "Dockerfile . 15:own 12:alpine 13:busybox 14:?\nDockerfile .\n");
}

static void named_in_bake(void **state)
{
	(void)state;
	names_of(claims_read_bake_hcl,
		 "target \"_c\" {\n  contexts = { \"docker.io/library/alpine\" = \"x\" }\n}\n"
		 "target \"a\" {\n  inherits = [\"_c\"]\n  context = \"app\"\n  contexts = {\n    base-app = \"target:base\" # why\n"
		 "    \"node:20\" : merge({\n k = v }, w), busybox = c ? x : y\n    (v) = \"x\"\n    \"${v}\" = \"x\"\n  }\n  target = \"t\"\n}\n"
		 "target \"b\" {\n  context = \"b\"\n  contexts = merge(x, y)\n}\ntarget \"c\" {\n  context = \"c\"\n  contexts = null\n}\n",
		 "Dockerfile ? 2:docker.io/library/alpine\n"
		 "app/Dockerfile app 8:base-app 9:node:20 10:busybox 11:? 12:? 2:docker.io/library/alpine\n"
		 "b/Dockerfile b 18:?\nc/Dockerfile c\n");
	names_of(claims_read_bake_hcl, "target \"a\" { contexts = { alpine = \"x", "Dockerfile ? 1:alpine\n");
	names_of(claims_read_bake_json,
		 "{\"target\": {\n\"a\": {\"context\": \".\",\n\"contexts\": {\"alpine\": \"x\",\n\"${V}\": \"y\"}},\n"
		 "\"b\": {\"inherits\": [\"a\"], \"contexts\": {\"b\": \"c\"}}}}\n",
		 "Dockerfile . 3:alpine 4:?\nDockerfile . 5:b 3:alpine 4:?\n");
}

static void named_in_workflow(void **state)
{
	(void)state;
	names_of(claims_read_workflow,
		 "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: .\n"
		 "        build-contexts: |\n          alpine=docker-image://alpine:${{ matrix.v }}\n\n          \"busybox=x\"\n"
		 "          ${{ matrix.name }}=x\n",
		 "Dockerfile . 7:alpine 7:busybox 7:?\n");
}

/* However many there are, an answer is bounded, and says that it is. */
static void many_named(void **state)
{
	struct buf text = { 0 };
	struct arena a = { 0 };
	struct claims c = { .arena = &a, .folder = TEXT("."), .file = TEXT("file") };
	struct claim k;

	(void)state;
	buf_adds(&text, "target \"a\" {\n contexts = {\n");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "n%d = \"x\"\n", i);
	buf_adds(&text, "}\n}\n");
	claims_read_bake_hcl(&c, buf_text(&text));
	assert_int_equal(c.n, 1);
	k = claims_resolve(&c, 0);
	assert_true(k.nnamed < 100);
	assert_int_equal(k.named[k.nnamed - 1].name.state, UNKNOWN);
	buf_release(&text);
	arena_release(&a);
}

static void hostile(void **state)
{
	struct arena a = { 0 };
	struct buf deep = { 0 };

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		buf_addc(&deep, '[');
	assert_null(yaml_read(&a, buf_text(&deep)));
	buf_clear(&deep);
	for (size_t i = 0; i < 200000; i++)
		buf_adds(&deep, "\"\" ");
	struct hcl h = { &a, buf_text(&deep), 0, 1 };

	while (hcl_next(&h).kind != HCL_END)
		;
	assert_null(yaml_read(&a, TEXT("a: *none\n")));
	assert_null(yaml_read(&a, TEXT("\0\xFF\xFE")));
	buf_release(&deep);
	arena_release(&a);
}

/* ---- on disk ---- */

/* want: the folder, or NULL for unknown; because: how the reason begins. */
static void root_is(struct builds *b, const char *dockerfile, const char *const *sources, size_t n,
		    const char *want, const char *because)
{
	struct text s[8];
	struct arena a = { 0 };
	struct context_root out;

	for (size_t i = 0; i < n; i++)
		s[i] = text_of(sources[i]);
	builds_context_root(b, text_of(dockerfile), NULL, s, n, &a, &out);
	if (out.folder.state != (want ? KNOWN : UNKNOWN) || (want && !text_is(out.folder.text, want)) ||
	    !text_starts(out.because, text_of(because)))
		fail_msg("%s: %.*s: %.*s", dockerfile, TEXT_FMT(out.folder.text), TEXT_FMT(out.because));
	arena_release(&a);
}

#define SOURCES(...) (const char *const[]){ __VA_ARGS__ }, COUNT(((const char *const[]){ __VA_ARGS__ }))
#define NO_SOURCES NULL, 0

/* The working directory is another one: folders are found by their paths alone. */
static void make_repository(void)
{
	put("compose.yaml", TEXT("services:\n  a:\n    build: app\n  b:\n    build:\n      context: .\n"
				 "      dockerfile: web/Dockerfile\n      target: run\n"));
	put("compose.override.yaml", TEXT("services:\n  b:\n    build:\n      target: debug\n"));
	put("web/docker-compose.yml", TEXT("services:\n  b:\n    build: .\n"));
	put("ci/docker-bake.hcl", TEXT("target \"t\" {\n  context = \"tools\"\n  target = \"x\"\n}\n"));
	put(".github/workflows/ci.yaml",
	    TEXT("jobs:\n  j:\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {context: app}\n"));
	put("node_modules/x/compose.yaml", TEXT("services: {a: {build: ../../app2}}\n"));
	put("app/Dockerfile", TEXT(""));
	put("app2/Dockerfile", TEXT(""));
	put("app2/go.mod", TEXT(""));
	put("web/Dockerfile", TEXT(""));
	put("tools/Dockerfile", TEXT(""));
	put("deep/er/Dockerfile", TEXT(""));
	put("deep/er/x.sh", TEXT(""));
	put("deep/src/main.c", TEXT(""));
	put("low/dockerfile", TEXT(""));
	put("low/compose.yml", TEXT("services: {a: {build: .}}\n"));
	put("broken/compose.yml", TEXT("services: {a: {build: \n"));
	assert_int_equal(chdir("/"), 0);
}

static void context_roots(void **state)
{
	struct builds *b;
	struct arena a = { 0 };
	struct context_root out;
	size_t n;

	(void)state;
	make_repository();
	b = builds_open(sandbox_top(), true);
	root_is(b, "app/Dockerfile", SOURCES("nothing"), "app", ".github/workflows/ci.yaml:4");
	root_is(b, "web/Dockerfile", NO_SOURCES, NULL,
		"compose.override.yaml:3 builds it in ., web/docker-compose.yml:3");
	root_is(b, "tools/Dockerfile", NO_SOURCES, "tools", "ci/docker-bake.hcl:1");
	root_is(b, "low/dockerfile", SOURCES("."), "low", "low/compose.yml:1");
	root_is(b, "app2/Dockerfile", SOURCES("go.mod", "none*"), "app2", "the only folder");
	root_is(b, "app2/Dockerfile", SOURCES("go.mod", "main.go"), NULL, "no folder");
	root_is(b, "app2/Dockerfile", SOURCES("."), NULL, "several folders");
	root_is(b, "app2/Dockerfile", NO_SOURCES, "app2", "the Dockerfile's own folder");
	root_is(b, "deep/er/Dockerfile", SOURCES("er/x.sh", "src/*.c"), "deep", "the only folder");
	root_is(b, "deep/er/Dockerfile", SOURCES("../x.sh"), "deep/er", "the only folder");
	root_is(b, "../Dockerfile", NO_SOURCES, NULL, "the Dockerfile lies outside");
	builds_context_root(b, TEXT("app/Dockerfile"), "/somewhere", NULL, 0, &a, &out);
	assert_true(out.given && maybe_is(out.folder, "/somewhere"));
	builds_rows(b, &n);
	assert_int_equal(n, 7);
	builds_close(b);
	arena_release(&a);
}

static void targets(void **state)
{
	struct builds *b;
	struct arena a = { 0 };
	const struct text *names;
	bool unknown;
	size_t n;

	(void)state;
	make_repository();
	b = builds_open(sandbox_top(), true);
	builds_targets(b, TEXT("web/Dockerfile"), &a, &names, &n, &unknown);
	assert_int_equal(n, 2);
	assert_true(text_is(names[0], "debug") && text_is(names[1], "run"));
	assert_false(unknown);
	builds_targets(b, TEXT("app/Dockerfile"), &a, &names, &n, &unknown);
	assert_int_equal(n, 0);
	builds_close(b);
	arena_release(&a);
}

static void named_contexts(void **state)
{
	struct builds *b;
	struct arena a = { 0 };
	const struct named_context *named;
	size_t n;

	(void)state;
	put("compose.yaml", TEXT("services:\n  a: {build: {context: ., additional_contexts: {node: x, alpine: x}}}\n"
				 "  b: {build: {context: ., additional_contexts: ['alpine=y', '$A=z', '$B=z']}}\n"));
	put("docker-bake.json", TEXT("{\"target\": {\"a\": {\"contexts\": {\"alpine\": \"x\", \"debian\": \"x\"}}}}\n"));
	assert_int_equal(chdir("/"), 0);
	b = builds_open(sandbox_top(), true);
	builds_named_contexts(b, TEXT("Dockerfile"), &a, &named, &n);
	assert_int_equal(n, 4);
	assert_int_equal(named[0].name.state, UNKNOWN);
	assert_text(named[0].because, "compose.yaml:3");
	assert_true(maybe_is(named[1].name, "alpine") && maybe_is(named[2].name, "debian") && maybe_is(named[3].name, "node"));
	assert_text(named[1].because, "compose.yaml:2");
	assert_text(named[2].because, "docker-bake.json:1");
	builds_named_contexts(b, TEXT("sub/Dockerfile"), &a, &named, &n);
	assert_int_equal(n, 0);
	builds_close(b);
	arena_release(&a);
}

static void no_repository(void **state)
{
	struct builds *b = builds_open(sandbox_top(), false);

	(void)state;
	put("Dockerfile", TEXT(""));
	put("a", TEXT(""));
	put("other.Dockerfile", TEXT(""));
	put("compose.yml", TEXT("services: {x: {build: {context: ., dockerfile: other.Dockerfile}}}\n"));
	put("sub/compose.yml", TEXT("services: {x: {build: {context: .., target: t}}}\n"));
	assert_int_equal(chdir("/"), 0);
	root_is(b, "Dockerfile", SOURCES("a"), ".", "the only folder");
	root_is(b, "Dockerfile", SOURCES("b"), NULL, "no folder");
	root_is(b, "other.Dockerfile", SOURCES("b"), ".", "compose.yml:1");
	builds_close(b);
	b = builds_open("/nonexistent/folder", true);
	root_is(b, "Dockerfile", SOURCES("a"), NULL, "not all sources");
	builds_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compose),
		cmocka_unit_test(compose_starts),
		cmocka_unit_test(compose_anchors),
		cmocka_unit_test(workflow),
		cmocka_unit_test(bake),
		cmocka_unit_test(named_in_compose),
		cmocka_unit_test(named_in_bake),
		cmocka_unit_test(named_in_workflow),
		cmocka_unit_test(many_named),
		cmocka_unit_test(hostile),
		SANDBOXED(context_roots),
		SANDBOXED(targets),
		SANDBOXED(named_contexts),
		SANDBOXED(no_repository),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
