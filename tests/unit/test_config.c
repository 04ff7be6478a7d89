/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config.h"
#include "base/buf.h"
#include "support/asserts.h"

#include <string.h>

#define PARSE(c, lit, e) config_parse((c), TEXT("f.yaml"), TEXT(lit), (e))

static void wrong_text(struct text yaml, const char *message)
{
	struct config c;
	struct error e;

	assert_int_equal(config_parse(&c, TEXT("f.yaml"), yaml, &e), -1);
	assert_string_equal(e.message, message);
	config_release(&c);
}

#define WRONG(lit, message) wrong_text(TEXT(lit), message)

/* An error whose words are libyaml's: only the place is ours to promise. */
static void wrong_place(struct text yaml, const char *place)
{
	struct config c;
	struct error e;

	assert_int_equal(config_parse(&c, TEXT("f.yaml"), yaml, &e), -1);
	if (strncmp(e.message, place, strlen(place)) != 0)
		fail_msg("%s: not at %s", e.message, place);
	config_release(&c);
}

#define WRONG_PLACE(lit, place) wrong_place(TEXT(lit), place)

/* --- keys --------------------------------------------------------------------- */

static void all_keys(void **state)
{
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(PARSE(&c,
			       "# what we want\n"
			       "level: strict\n"
			       "style: true\n"
			       "only: [pin-tag, use-copy]\n"
			       "skip:\n"
			       "  - single-cmd # why\n"
			       "  - \"absolute-workdir\"\n"
			       "allow: [server]\n"
			       "deny: [port, volume-owner]\n"
			       "targets: [test, Build_2.x, 0]\n"
			       "max-size: 2MiB\n",
			       &e),
			 0);
	assert_true(text_is(c.path, "f.yaml"));
	assert_true(c.settings.has_level && c.settings.level == LEVEL_STRICT);
	assert_true(c.settings.has_style && c.settings.style);
	assert_list(c.settings.only, c.settings.nonly, "pin-tag,use-copy");
	assert_list(c.settings.skip, c.settings.nskip, "single-cmd,absolute-workdir");
	assert_false(c.settings.skip_all);
	assert_int_equal(c.settings.allow, 1u << CHANGES_SERVER);
	assert_int_equal(c.settings.deny, 1u << CHANGES_PORT | 1u << CHANGES_VOLUME_OWNER);
	assert_list(c.settings.targets, c.settings.ntargets, "test,Build_2.x,0");
	assert_true(c.has_max_size);
	assert_int_equal(c.max_size, 2 * 1024 * 1024);
	config_release(&c);
}

static void single_values_are_lists(void **state)
{
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(
		PARSE(&c,
		      "only: pin-tag, use-copy,pin-tag\nskip: all\nallow: server,port\ndeny: base-publisher\n"
		      "targets: a,b\nstyle: false\nmax-size: 1\n",
		      &e),
		0);
	assert_list(c.settings.only, c.settings.nonly, "pin-tag,use-copy");
	assert_true(c.settings.skip_all);
	assert_null(c.settings.skip);
	assert_int_equal(c.settings.allow, 1u << CHANGES_SERVER | 1u << CHANGES_PORT);
	assert_int_equal(c.settings.deny, 1u << CHANGES_BASE_PUBLISHER);
	assert_list(c.settings.targets, c.settings.ntargets, "a,b");
	assert_true(c.settings.has_style && !c.settings.style);
	assert_false(c.settings.has_level);
	config_release(&c);
}

static void sets_nothing(struct text yaml)
{
	struct config c;
	struct error e;
	struct settings none;

	memset(&none, 0, sizeof(none));
	if (config_parse(&c, TEXT("f.yaml"), yaml, &e) < 0)
		fail_msg("%s", e.message);
	assert_false(c.settings.has_level || c.settings.has_style || c.settings.skip_all || c.has_max_size);
	assert_null(c.settings.only);
	assert_int_equal(c.settings.nskip + c.settings.ntargets + c.settings.allow + c.settings.deny, 0);
	config_release(&c);
}

static void empty_files(void **state)
{
	(void)state;
	sets_nothing(TEXT_NONE);
	sets_nothing(TEXT("\n\n# nothing\n"));
	sets_nothing(TEXT("---\n"));
	sets_nothing(TEXT("---\n...\n"));
	sets_nothing(TEXT("~\n"));
	sets_nothing(TEXT("{}"));
	sets_nothing(TEXT("\xef\xbb\xbf"));
	sets_nothing(TEXT("skip:\n#  - pin-tag\nallow: []\ntargets: []\ndeny: ~\n"));
}

static void spellings_of_yaml(void **state)
{
	static const struct text same[] = {
		{ "level: safe\nskip: [pin-tag]\n", 31 },
		{ "level: safe\r\nskip:\r\n- pin-tag\r\n", 32 },
		{ "\xef\xbb\xbflevel: safe\nskip: pin-tag", 30 },
		{ "%YAML 1.1\n---\n\"level\": 'safe'\nskip: [\n 'pin-tag' ]\n...\n", 57 },
		{ "{\"level\": \"safe\", \"skip\": [\"pin-tag\"]}", 38 },
	};
	struct config c;
	struct error e;

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++) {
		if (config_parse(&c, TEXT("f.yaml"), text_of(same[i].p), &e) < 0)
			fail_msg("%s", e.message);
		assert_int_equal(c.settings.level, LEVEL_SAFE);
		assert_list(c.settings.skip, c.settings.nskip, "pin-tag");
		config_release(&c);
	}
}

/* --- mistakes ------------------------------------------------------------------ */

static void unknown_words(void **state)
{
	(void)state;
	WRONG("level: safe\nstyle: true\nlevle: safe\n",
	      "f.yaml:3:1: unknown key \"levle\"; did you mean \"level\"?");
	WRONG("max_size: 1\n", "f.yaml:1:1: unknown key \"max_size\"; did you mean \"max-size\"?");
	WRONG("Skip: all\n", "f.yaml:1:1: unknown key \"Skip\"; did you mean \"skip\"?");
	WRONG("target: a\n", "f.yaml:1:1: unknown key \"target\"; did you mean \"targets\"?");
	WRONG("zzzzzzzz: 1\n", "f.yaml:1:1: unknown key \"zzzzzzzz\"; docs/config.md has the keys");
	WRONG("<<: {level: safe}\n", "f.yaml:1:1: unknown key \"<<\"; docs/config.md has the keys");
	WRONG("level: hadren\n", "f.yaml:1:8: unknown level \"hadren\"; did you mean \"harden\"?");
	WRONG("level: 3\n", "f.yaml:1:8: unknown level \"3\"; it is safe, harden or strict");
	WRONG("skip:\n  - pin-tag\n  - use-cpy\n",
	      "f.yaml:3:5: unknown transform \"use-cpy\"; did you mean \"use-copy\"?");
	WRONG("only: all\n", "f.yaml:1:7: unknown transform \"all\"; see dfharden list");
	WRONG("allow: [port, sever]\n",
	      "f.yaml:1:15: unknown kind of change \"sever\"; did you mean \"server\"?");
	WRONG("deny: everything\n",
	      "f.yaml:1:7: unknown kind of change \"everything\"; it is port, volume-owner, "
	      "base-publisher or server");
}

static void wrong_types(void **state)
{
	(void)state;
	WRONG("- level\n", "f.yaml:1:1: the file must be a map of keys and values, like \"level: safe\"");
	WRONG("\n  level\n", "f.yaml:2:3: the file must be a map of keys and values, like \"level: safe\"");
	WRONG("level: [safe]\n", "f.yaml:1:8: level must be one value");
	WRONG("level:\nstyle: true\n", "f.yaml:1:7: level must be one value");
	WRONG("max-size: {a: b}\n", "f.yaml:1:11: max-size must be one value");
	WRONG("skip: {pin-tag: true}\n", "f.yaml:1:7: skip must be a value or a list of values");
	WRONG("skip: [[pin-tag]]\n", "f.yaml:1:8: skip must be a value or a list of values");
	WRONG("skip:\n  - pin-tag\n  -\n", "f.yaml:3:4: skip must be a value or a list of values");
	WRONG("? [a]\n: b\n", "f.yaml:1:3: a key must be a word");
	WRONG("style: yes\n", "f.yaml:1:8: style is true or false");
	WRONG("style: 'true'\n", "f.yaml:1:8: style is true or false");
	WRONG("only: []\n", "f.yaml:1:1: only names no transform");
	WRONG("only:\n", "f.yaml:1:1: only names no transform");
	WRONG("skip: pin-tag,,use-copy\n", "f.yaml:1:7: an id is missing in the list of transforms");
	WRONG("skip: ''\n", "f.yaml:1:7: an id is missing in the list of transforms");
	WRONG("deny: port,\n", "f.yaml:1:7: a name is missing in the list of kinds of change");
	WRONG("targets: [a b]\n",
	      "f.yaml:1:11: targets are names of stages: letters, digits, \"-\", \"_\" and \".\"");
	WRONG("targets: ''\n",
	      "f.yaml:1:10: targets are names of stages: letters, digits, \"-\", \"_\" and \".\"");
	WRONG("max-size: 2MB\n",
	      "f.yaml:1:11: \"2MB\" is no size from 1 to 1024MiB; write it like 65536, 512KiB or 2MiB");
	WRONG("allow: port\ndeny: [server, port]\n", "f.yaml:2:16: port is both allowed and denied");
}

static void doubled(void **state)
{
	(void)state;
	WRONG("level: safe\nstyle: true\nlevel: strict\n", "f.yaml:3:1: level was set in line 1 already");
	WRONG("{skip: all, skip: all}", "f.yaml:1:13: skip was set in line 1 already");
	WRONG("level: safe\n---\nlevel: safe\n", "f.yaml:2:1: cannot be read: "
						 "a second document is not allowed here");
}

/* --- hostile bytes --------------------------------------------------------------- */

static void aliases_and_tags(void **state)
{
	(void)state;
	WRONG("level: &a safe\n", "f.yaml:1:8: cannot be read: anchors and aliases are not allowed here");
	WRONG("skip: *a\n", "f.yaml:1:7: cannot be read: anchors and aliases are not allowed here");
	WRONG("skip: &a [pin-tag]\n", "f.yaml:1:7: cannot be read: anchors and aliases are not allowed here");
	WRONG("style: !!bool true\n", "f.yaml:1:8: cannot be read: tags are not allowed here");
	WRONG("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
	      "f.yaml:1:4: cannot be read: anchors and aliases are not allowed here");
}

static void bytes_that_are_no_text(void **state)
{
	(void)state;
	WRONG_PLACE("level: safe\nskip: \xff\n", "f.yaml:2:7: cannot be read: ");
	WRONG_PLACE("\xff\xfel\0e\0", "f.yaml:1:1: ");
	WRONG_PLACE("l\0e\0v\0", "f.yaml:1:2: ");
	WRONG_PLACE("\x7f"
		    "ELF\x02\x01\x01\0\0\0",
		    "f.yaml:1:1: ");
	WRONG_PLACE("# \xc3\xa4\xc3\n", "f.yaml:1:5: ");
	WRONG_PLACE("skip: \"a\x1b[31m\"\n", "f.yaml:1:9: ");
	WRONG_PLACE("skip: [pin-tag\n", "f.yaml:2:1: ");
	WRONG_PLACE("\"level\n", "f.yaml:2:1: ");
	WRONG_PLACE("level: safe\n  style: true\n", "f.yaml:2:8: ");
	WRONG("\tlevel: safe\n", "f.yaml:1:1: YAML is indented by spaces, not by tabs");
	WRONG("skip:\n\t- pin-tag\n", "f.yaml:2:1: YAML is indented by spaces, not by tabs");
}

/* Escapes of YAML bring in any character; none goes out as it is. */
static void words_are_shown_safely(void **state)
{
	(void)state;
	WRONG("\"a\\e[31m\\0\\n\\\"\": 1\n",
	      "f.yaml:1:1: unknown key \"a\\x1b[31m\\x00\\n\"\"; docs/config.md has the keys");
	WRONG("level: \"\xe2\x80\xae"
	      "b\xc3\xa4\"\n",
	      "f.yaml:1:8: unknown level \"<U+202E>b\xc3\xa4\"; it is safe, harden or strict");
	WRONG("level: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	      "f.yaml:1:8: unknown level "
	      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\"; "
	      "it is safe, harden or strict");
}

static void long_path(void **state)
{
	struct config c;
	struct error e;
	struct buf path = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_adds(&path, "x/");
	buf_adds(&path, "a\nb.yaml");
	assert_int_equal(config_parse(&c, buf_text(&path), TEXT("levle: safe\n"), &e), -1);
	assert_non_null(
		strstr(e.message, "x/a\\nb.yaml:1:1: unknown key \"levle\"; did you mean \"level\"?"));
	assert_int_equal(c.path.n, path.n);
	config_release(&c);
	buf_release(&path);
}

static void repeat(struct buf *b, const char *what, size_t n)
{
	buf_clear(b);
	while (b->n + strlen(what) <= n)
		buf_adds(b, what);
}

static void large_and_deep(void **state)
{
	static const char *const bodies[] = { "[",     "{",      "- ",    "? ",  "[{",  "a: {", "\"",
					      "- a\n", "a: b\n", "!",     "&a ", "*a ", "|\n",  "[a,",
					      "---\n", "%",      "a:\n ", "'\n", "#",   "\\",   "{a: [" };
	struct buf b = { 0 };
	struct config c;
	struct error e;

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		repeat(&b, bodies[i], CONFIG_BYTES_MAX);
		assert_int_equal(config_parse(&c, TEXT("f.yaml"), buf_text(&b), &e),
				 bodies[i][0] == '#' ? 0 : -1);
		config_release(&c);
	}
	repeat(&b, "[", 100);
	wrong_text(buf_text(&b), "f.yaml:1:49: cannot be read: nested too deeply");
	repeat(&b, "#", CONFIG_BYTES_MAX + 1);
	wrong_text(buf_text(&b), "f.yaml:1:1: a configuration file has at most 1 MiB");
	buf_release(&b);
}

static void long_lists(void **state)
{
	struct buf b = { 0 };
	struct config c;
	struct error e;

	(void)state;
	buf_adds(&b, "skip: [");
	while (b.n < CONFIG_BYTES_MAX - 20)
		buf_adds(&b, "pin-tag,");
	buf_adds(&b, "use-copy]");
	assert_int_equal(config_parse(&c, TEXT("f.yaml"), buf_text(&b), &e), 0);
	assert_int_equal(c.settings.nskip, 2);
	config_release(&c);

	buf_clear(&b);
	buf_adds(&b, "targets: a");
	while (b.n < CONFIG_BYTES_MAX - 20)
		buf_adds(&b, ",a");
	wrong_text(buf_text(&b), "f.yaml:1:10: too many targets");
	buf_release(&b);
}

/* Every prefix of a file, and every single byte of it changed, has an answer. */
static void mangled(void **state)
{
	static const char whole[] =
		"level: safe\nskip: [pin-tag, 'use-copy']\nallow:\n  - port\nmax-size: 2MiB\nmirrors: r.io/x\n"
		"images:\n  a/b/*: {like: python, ports: [80, 1/udp], env: A=b, cmd: [x], onbuild: false, home: /h, account: 'a:1:2'}\n";
	static const char bytes[] = { 0,   '\t', '\n', '"', '\'', '[',    '{',   ':',
				      '&', '*',  '!',  '|', '\\', '\x80', '\xff' };
	char copy[sizeof(whole)];
	struct config c;
	struct error e;

	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		config_parse(&c, TEXT("f"), (struct text){ whole, n }, &e);
		config_release(&c);
		for (size_t i = 0; n < sizeof(whole) - 1 && i < sizeof(bytes); i++) {
			memcpy(copy, whole, sizeof(whole));
			copy[n] = bytes[i];
			config_parse(&c, TEXT("f"), (struct text){ copy, sizeof(whole) - 1 }, &e);
			config_release(&c);
		}
	}
}

/* --- images and mirrors ------------------------------------------------------------ */

static const char own_images[] = "mirrors: [registry.example.com/dockerhub, localhost:5000]\n"
				 "images:\n"
				 "  registry.example.com/base/python:\n"
				 "    like: docker.io/library/python\n"
				 "    tag: 3.12-slim\n"
				 "    user: 1001\n"
				 "    account: app:1001:1002\n"
				 "    home: /home/app\n"
				 "    env: [A=1, 'B=x \"y\"']\n"
				 "    entrypoint: []\n"
				 "  registry.example.com/base/*:\n"
				 "    family: debian12\n"
				 "    workdir: /srv/app\n"
				 "    cmd: [/bin/run, '-x']\n"
				 "    shell: [/bin/bash, -c]\n"
				 "    ports: [8080, 53/udp]\n"
				 "    volumes: /data\n"
				 "    stopsignal: SIGQUIT\n"
				 "    healthcheck: false\n"
				 "    onbuild: true\n"
				 "  library/own: {windows: true}\n"
				 "  localhost:5000/*: {like: alpine}\n";

static void images_are_read(void **state)
{
	const struct catalog_claim *first, *second;
	struct config c;
	struct error e;

	(void)state;
	if (config_parse(&c, TEXT("f.yaml"), text_of(own_images), &e) < 0)
		fail_msg("%s", e.message);
	assert_list(c.overlay.mirrors, c.overlay.nmirrors, "registry.example.com/dockerhub,localhost:5000");
	assert_int_equal(c.overlay.nclaims, 4);
	first = &c.overlay.claims[0];
	second = &c.overlay.claims[1];
	assert_text(first->image, "registry.example.com/base/python");
	assert_text(first->like, "python");
	assert_text(first->like_tag, "3.12-slim");
	assert_text(first->account, "app:1001:1002");
	assert_text(first->home, "/home/app");
	assert_text(first->config.user.text, "1001");
	assert_text(first->config.env.text, "[\"A=1\",\"B=x \\\"y\\\"\"]");
	assert_int_equal(first->config.entrypoint.state, UNSET);
	assert_int_equal(first->said, SAID_USER | SAID_ENV | SAID_ENTRYPOINT);
	assert_text(second->family, "debian12");
	assert_text(second->config.cmd.text, "[\"/bin/run\",\"-x\"]");
	assert_text(second->config.exposed.text, "[\"8080/tcp\",\"53/udp\"]");
	assert_text(second->config.volumes.text, "[\"/data\"]");
	assert_int_equal(second->config.healthcheck.state, UNSET);
	assert_int_equal(second->config.onbuild.state, KNOWN);
	assert_text(c.overlay.claims[2].image, "own");
	assert_true(c.overlay.claims[2].windows && c.overlay.claims[2].said == SAID_WINDOWS);
	assert_text(c.overlay.claims[3].image, "localhost:5000/*");
	config_release(&c);
}

/* What is printed says the same. */
static void images_are_printed(void **state)
{
	struct options o = { .max_size = 1024 * 1024 };
	struct buf once = { 0 }, again = { 0 };
	struct config c, d;
	struct error e;

	(void)state;
	assert_int_equal(config_parse(&c, TEXT("f.yaml"), text_of(own_images), &e), 0);
	config_print(&once, &o, &c);
	if (config_parse(&d, TEXT("f.yaml"), buf_text(&once), &e) < 0)
		fail_msg("%s in\n%.*s", e.message, TEXT_FMT(buf_text(&once)));
	config_print(&again, &o, &d);
	/* Before them stand the keys whose values are defaults. */
	assert_bytes(text_from(buf_text(&again), text_find(buf_text(&again), TEXT("\nmirrors:"), 0)),
		     text_from(buf_text(&once), text_find(buf_text(&once), TEXT("\nmirrors:"), 0)));
	assert_int_equal(d.overlay.nclaims, 4);
	assert_true(text_find(buf_text(&once), TEXT("  \"registry.example.com/base/*\": # f.yaml\n    family: \"debian12\"\n"), 0) !=
		    TEXT_NPOS);
	buf_release(&once);
	buf_release(&again);
	config_release(&c);
	config_release(&d);
}

static void empty_images(void **state)
{
	struct config c;
	struct error e;

	(void)state;
	assert_int_equal(PARSE(&c, "images:\nmirrors:\n", &e), 0);
	assert_int_equal(c.overlay.nclaims + c.overlay.nmirrors, 0);
	config_release(&c);
	assert_int_equal(PARSE(&c, "images: {}\nmirrors: []\n", &e), 0);
	config_release(&c);
}

static void wrong_images(void **state)
{
	(void)state;
	WRONG("mirrors: dockerhub\n", "f.yaml:1:10: a mirror is a registry, or a path on one, like registry.example.com/dockerhub");
	WRONG("mirrors: [registry.example.com/]\n",
	      "f.yaml:1:11: a mirror is a registry, or a path on one, like registry.example.com/dockerhub");
	WRONG("mirrors: https://registry.example.com\n",
	      "f.yaml:1:10: a mirror is a registry, or a path on one, like registry.example.com/dockerhub");
	WRONG("images: [a]\n", "f.yaml:1:9: images must be a map of names");
	WRONG("images: a\n", "f.yaml:1:9: images must be a map of names");
	WRONG("images:\n  a: python\n", "f.yaml:2:6: an image must be a map of keys, like \"like: python\"");
	WRONG("images:\n  a: {}\n", "f.yaml:2:6: an image must be a map of keys, like \"like: python\"");
	WRONG("images:\n  'a:1': {like: python}\n",
	      "f.yaml:2:3: an image is named without a tag, like registry.example.com/base/python, or with /* at its end");
	WRONG("images:\n  a*: {like: python}\n",
	      "f.yaml:2:3: an image is named without a tag, like registry.example.com/base/python, or with /* at its end");
	WRONG("images:\n  a: {lik: python}\n", "f.yaml:2:7: unknown key \"lik\"; did you mean \"like\"?");
	WRONG("images:\n  a: {like: python, like: node}\n", "f.yaml:2:21: like was set in line 2 already");
	WRONG("images:\n  a: {like: 'python:3'}\n",
	      "f.yaml:2:13: like names a public image without a tag, like python; tag says which one");
	WRONG("images:\n  a: {like: example.com/nobody/knows}\n", "f.yaml:2:13: like names an image that is not in the catalog");
	WRONG("images:\n  a: {tag: '1'}\n", "f.yaml:2:3: tag stands beside like");
	WRONG("images:\n  a: {home: /x}\n", "f.yaml:2:3: home stands beside account, whose home it is");
	WRONG("images:\n  a: {family: debian}\n",
	      "f.yaml:2:15: family is a distribution with its version, like debian12, ubuntu24.04, alpine3.22, fedora42 or ubi9");
	WRONG("images:\n  a: {account: app}\n", "f.yaml:2:16: account is NAME:UID:GID, like app:1001:1001");
	WRONG("images:\n  a: {account: 'app:x:1'}\n", "f.yaml:2:16: account is NAME:UID:GID, like app:1001:1001");
	WRONG("images:\n  a: {workdir: app/}\n",
	      "f.yaml:2:16: it must be an absolute path, without . or .. and without a slash at its end");
	WRONG("images:\n  a: {entrypoint: /run}\n", "f.yaml:2:19: entrypoint must be a list of words");
	WRONG("images:\n  a: {cmd: [[x]]}\n", "f.yaml:2:13: cmd must be one value");
	WRONG("images:\n  a: {env: {A: b}}\n", "f.yaml:2:12: env must be a value or a list of values");
	WRONG("images:\n  a: {env: A}\n", "f.yaml:2:12: env is a list of NAME=VALUE");
	WRONG("images:\n  a: {ports: 70000}\n", "f.yaml:2:14: ports are numbers, maybe with a protocol: 8080, 53/udp");
	WRONG("images:\n  a: {ports: 80/icmp}\n", "f.yaml:2:14: ports are numbers, maybe with a protocol: 8080, 53/udp");
	WRONG("images:\n  a: {onbuild: 'false'}\n", "f.yaml:2:16: onbuild must be true or false");
	WRONG("images:\n  a: {windows: true}\n  library/a: {windows: true}\n", "f.yaml:3:3: this image was described already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys),
		cmocka_unit_test(single_values_are_lists),
		cmocka_unit_test(empty_files),
		cmocka_unit_test(spellings_of_yaml),
		cmocka_unit_test(unknown_words),
		cmocka_unit_test(wrong_types),
		cmocka_unit_test(doubled),
		cmocka_unit_test(aliases_and_tags),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(words_are_shown_safely),
		cmocka_unit_test(long_path),
		cmocka_unit_test(large_and_deep),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(mangled),
		cmocka_unit_test(images_are_read),
		cmocka_unit_test(images_are_printed),
		cmocka_unit_test(empty_images),
		cmocka_unit_test(wrong_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
