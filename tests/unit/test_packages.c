/* SPDX-License-Identifier: Apache-2.0 */
/* What the scripts of a Dockerfile do with package managers. */
#include "facts/facts.h"
#include "facts/packages.h"
#include "support/asserts.h"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct script_facts *read_line(const char *line)
{
	struct facts_inputs in = { .doc = doc_read(&arena, ARENA_JOIN(&arena, TEXT("FROM fedora:42\nRUN "), text_of(line), TEXT("\n"))) };

	assert_true(doc_ok(in.doc));
	return facts_commands(facts_open(&arena, &in), 1);
}

static const char *const verbs[] = { "other", "update", "install", "upgrade", "remove", "clean", "tidy" };
static const char *const kinds[] = { "", "file:", "url:", "group:", "list:", "glob:", "unknown:" };

/* "apt install curl|=1.2 file:./x.deb": the manager, the verb, marks, the packages with their versions. */
static struct text describe(const struct package_op *op)
{
	struct text t = ARENA_JOIN(&arena, text_of(op->manager->id), TEXT(" "), text_of(verbs[op->verb]), op->updates ? TEXT(" +updates") : TEXT_NONE,
				   op->names_none ? TEXT(" +none") : TEXT_NONE);

	for (size_t i = 0; i < op->n; i++) {
		const struct package *p = &op->packages[i];

		t = ARENA_JOIN(&arena, t, TEXT(" "), text_of(kinds[p->kind]), p->name, p->version.n ? TEXT("|") : TEXT_NONE, p->version);
	}
	return t;
}

static struct text describe_all(const struct script_facts *s)
{
	struct text t = TEXT_NONE;

	for (size_t i = 0; i < s->nops; i++)
		t = ARENA_JOIN(&arena, t, i ? TEXT("; ") : TEXT_NONE, describe(&s->ops[i]));
	return t;
}

struct row {
	const char *line, *want;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct text got = describe_all(read_line(rows[i].line));

		if (!text_is(got, rows[i].want))
			print_error("of: %s\n", rows[i].line);
		assert_text(got, rows[i].want);
	}
}

/* --- each manager ------------------------------------------------------------------ */

static void apt(void **state)
{
	static const struct row rows[] = {
		{ "apt-get update", "apt update" },
		{ "apt-get -qq update && apt-get install -y --no-install-recommends curl git", "apt update; apt install curl git" },
		{ "apt install -y curl=7.88.1-10 libc6:i386 nginx/bookworm-backports libfoo:amd64=1.2*",
		  "apt install curl|=7.88.1-10 libc6 nginx|/bookworm-backports libfoo|=1.2*" },
		{ "apt-get install ./a.deb /tmp/b.deb ../c.deb", "apt install file:./a.deb file:/tmp/b.deb file:../c.deb" },
		{ "apt-get install 'lib*' php8.?", "apt install glob:lib* glob:php8.?" },
		{ "apt-get install $A \"$B\" c{1,2} d$E", "apt install unknown:$A unknown:\"$B\" unknown:c{1,2} unknown:d$E" },
		{ "apt-get install g++ libstdc++6", "apt install g++ libstdc++6" },
		{ "apt-get install -t bookworm-backports curl", "apt install curl" },
		{ "apt-get -f install -y", "apt install +none" },
		{ "apt-get install", "apt install +none" },
		{ "apt-get upgrade; apt-get dist-upgrade; apt full-upgrade", "apt upgrade; apt upgrade; apt upgrade" },
		{ "apt-get purge -y --auto-remove gcc", "apt remove gcc" },
		{ "apt-get autoremove -y", "apt remove" },
		{ "apt-get clean; apt-get autoclean; apt-get distclean", "apt tidy; apt tidy; apt clean" },
		{ "apt-get build-dep x; apt-get download x; apt list; apt-get $X; apt-get", "apt other; apt other; apt other; apt other; apt other" },
		{ "aptitude install curl", "apt install curl" },
		{ "sudo DEBIAN_FRONTEND=x apt-get install curl", "apt install curl" },
		{ "xargs apt-get install <list", "apt install +none" },
		{ "apt-cache policy; apt-mark hold x; dpkg -i x.deb", "" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void apk(void **state)
{
	static const struct row rows[] = {
		{ "apk update", "apk update" },
		{ "apk add --no-cache curl git", "apk install +updates curl git" },
		{ "apk --no-cache add curl", "apk install +updates curl" },
		{ "apk add -U curl; apk add --update curl", "apk install +updates curl; apk install +updates curl" },
		{ "apk add curl=8.5-r0 'git>2' 'jq~1.7' x@edge", "apk install curl|=8.5-r0 git|>2 jq|~1.7 x|@edge" },
		{ "apk add --virtual .build gcc make", "apk install gcc make" },
		{ "apk add -t .build -X https://e/x gcc", "apk install gcc" },
		{ "apk del .build", "apk remove .build" },
		{ "apk upgrade --no-cache", "apk upgrade +updates" },
		{ "apk add ./x.apk", "apk install file:./x.apk" },
		{ "apk info; apk fix", "apk other; apk other" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void rpm_managers(void **state)
{
	static const struct row rows[] = {
		{ "dnf makecache; dnf -y install curl git-2.1", "dnf update; dnf install curl git-2.1" },
		{ "yum install -y https://e/x.rpm ./y.rpm @development 'perl-*'", "yum install url:https://e/x.rpm file:./y.rpm group:@development glob:perl-*" },
		{ "dnf --enablerepo crb --setopt=a=b install -y a", "dnf install a" },
		{ "dnf --repofrompath x,https://e install a", "dnf install a" },
		{ "yum update -y; dnf upgrade; dnf distro-sync", "yum upgrade; dnf upgrade; dnf upgrade" },
		{ "yum groupinstall -y \"Development Tools\"; dnf group install x; dnf module install nodejs:18",
		  "yum install Development Tools; dnf install x; dnf install nodejs:18" },
		{ "dnf remove a; dnf autoremove", "dnf remove a; dnf remove" },
		{ "dnf clean all; yum clean metadata; microdnf clean all; tdnf clean all", "dnf clean; yum other; dnf clean; dnf clean" },
		{ "microdnf install --nodocs a", "dnf install a" },
		{ "dnf config-manager --add-repo x; dnf module enable x", "dnf other; dnf other" },
		{ "zypper -n refresh; zypper --non-interactive in --no-recommends a 'b>=2' c=1", "zypper update; zypper install a b|>=2 c|=1" },
		{ "zypper install -y -t pattern devel", "zypper install devel" },
		{ "zypper up; zypper rm a; zypper clean -a; zypper ar x y", "zypper upgrade; zypper remove a; zypper clean; zypper other" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void pacman(void **state)
{
	static const struct row rows[] = {
		{ "pacman -Sy", "pacman update +updates" },
		{ "pacman -Syu --noconfirm", "pacman upgrade +updates" },
		{ "pacman -Syu --noconfirm a b", "pacman install +updates a b" },
		{ "pacman -S --needed a", "pacman install a" },
		{ "pacman --sync --refresh a", "pacman install +updates a" },
		{ "pacman -U https://e/x.pkg.tar.zst", "pacman install url:https://e/x.pkg.tar.zst" },
		{ "pacman -Rns a", "pacman remove a" },
		{ "pacman -Scc --noconfirm", "pacman clean" },
		{ "pacman -Ss a; pacman -Si a; pacman -Sw a; pacman -Q; pacman -Qy", "pacman other; pacman other; pacman other; pacman other; pacman other" },
		{ "pacman -r /mnt -S a", "pacman install a" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void python(void **state)
{
	static const struct row rows[] = {
		{ "pip install a b==1.0 'c>=2,<3' d~=1.1 'e!=2'", "pip install a b|==1.0 c|>=2,<3 d|~=1.1 e|!=2" },
		{ "pip install 'a[x]' 'b[x,y]==2.0' \"c ; python_version<'3'\" 'd >= 1'", "pip install a b|==2.0 c|; python_version<'3' d|>= 1" },
		{ "pip install . .[dev] ./x ../y /z x.whl", "pip install file:. file:.[dev] file:./x file:../y file:/z file:x.whl" },
		{ "pip install git+https://e/x.git@v1 'a @ https://e/a.zip'", "pip install url:git+https://e/x.git@v1 url:a @ https://e/a.zip" },
		{ "pip install -r requirements.txt -e .", "pip install list:requirements.txt list:." },
		{ "pip install --requirement=r.txt", "pip install list:r.txt" },
		{ "pip install -f https://e/links -i https://e/simple -c c.txt a", "pip install a" },
		{ "pip install --default-timeout 100 a", "pip install a" },
		{ "pip3.11 install -U pip setuptools", "pip install pip setuptools" },
		{ "python3 -m pip install a", "pip install a" },
		{ "pip uninstall -y a; pip cache purge; pip download a; pip list", "pip remove a; pip clean; pip other; pip other" },
		{ "uv pip install --system a==1; uv sync --frozen; uv add b; uv tool install c", "uv install a|==1; uv install +none; uv install b; uv install c" },
		{ "uv sync --extra dev --no-install-package x", "uv install +none" },
		{ "uv pip sync requirements.txt; uv cache clean", "uv install list:requirements.txt; uv clean" },
		{ "conda install -y -c conda-forge a=1.2 'b>=3'", "conda install a|=1.2 b|>=3" },
		{ "conda env create -f environment.yml; mamba env update -n base -f /tmp/e.yaml", "conda install list:environment.yml; conda install list:/tmp/e.yaml" },
		{ "conda install --file r.lock; conda clean -afy; conda update conda", "conda install list:r.lock; conda clean; conda upgrade" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void javascript(void **state)
{
	static const struct row rows[] = {
		{ "npm ci; npm install; npm i", "npm install +none; npm install +none; npm install +none" },
		{ "npm install -g a@1.2 @s/b @s/c@^2 d@latest", "npm install a|@1.2 @s/b @s/c|@^2 d|@latest" },
		{ "npm i ./x x.tgz git+ssh://git@e/x", "npm install file:./x file:x.tgz url:git+ssh://git@e/x" },
		{ "npm ci --omit=dev --registry https://e", "npm install +none" },
		{ "npm run build; npm cache clean --force; npm update; npm uninstall a", "npm other; npm clean; npm upgrade; npm remove a" },
		{ "yarn; yarn install --frozen-lockfile; yarn --production", "yarn install +none; yarn install +none; yarn install +none" },
		{ "yarn --version; yarn -h; yarn build", "yarn other; yarn other; yarn other" },
		{ "yarn global add a@1; yarn add @s/b; yarn cache clean", "yarn install a|@1; yarn install @s/b; yarn clean" },
		{ "yarn --cwd x", "yarn install +none" },
		{ "pnpm install --frozen-lockfile; pnpm add -w a; pnpm store prune", "pnpm install +none; pnpm install a; pnpm clean" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void others(void **state)
{
	static const struct row rows[] = {
		{ "gem install bundler:2.4 rails -v 7.0 --no-document", "gem install bundler|:2.4 rails" },
		{ "gem install x.gem; gem update --system", "gem install file:x.gem; gem upgrade" },
		{ "bundle install --jobs 4 --retry 3", "bundle install +none" },
		{ "composer install --no-dev; composer require a/b:^1 c/d=2", "composer install +none; composer install a/b|:^1 c/d|=2" },
		{ "composer global require a/b; composer clear-cache", "composer install a/b; composer clean" },
		{ "cargo install --version 1.2 a; cargo install b@2; cargo build", "cargo install a; cargo install b|@2; cargo other" },
		{ "go install -tags x e.org/x@v1; go get -u ./...; go build .", "go install e.org/x|@v1; go install file:./...; go other" },
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void places(void **state)
{
	const struct script_facts *s = read_line("true && apt-get -y install a && echo x && apt-get clean");

	(void)state;
	assert_int_equal(s->n, 4);
	assert_int_equal(s->nops, 2);
	assert_null(script_op(s, 0));
	assert_ptr_equal(script_op(s, 1), &s->ops[0]);
	assert_null(script_op(s, 2));
	assert_ptr_equal(script_op(s, 3), &s->ops[1]);
	assert_null(script_op(s, 4));
	assert_int_equal(s->ops[0].verb_word, 2);
	assert_int_equal(s->ops[0].packages[0].word, 3);
	s = read_line("python3 -m pip --isolated cache purge");
	assert_int_equal(s->ops[0].verb_word, 5);
	s = read_line("yarn");
	assert_int_equal(s->ops[0].verb_word, 0);
	assert_int_equal(read_line("if x")->nops, 0);
}

/* --- questions ----------------------------------------------------------------------- */

static void yes(void **state)
{
	static const struct {
		const char *line;
		bool yes;
	} rows[] = {
		{ "apt-get install a", false },
		{ "apt-get install -y a", true },
		{ "apt-get install a --yes", true },
		{ "apt-get -qy install a", true },
		{ "apt-get -q install a", false },
		{ "apt-get -qq install a", true },
		{ "apt-get -q -q install a", true },
		{ "apt-get -q=2 install a", true },
		{ "apt-get -q=1 install a", false },
		{ "apt-get --quiet=2 install a", true },
		{ "apt-get install -t y a", false },
		{ "apt-get install -o y a", false },
		{ "dnf install a", false },
		{ "dnf install -y a", true },
		{ "yum --assumeyes install a", true },
		{ "zypper install a", false },
		{ "zypper install -y a", true },
		{ "zypper -n install a", true },
		{ "zypper install -n a", false }, /* --name */
		{ "zypper --non-interactive install a", true },
		{ "pacman -S a", false },
		{ "pacman -S --noconfirm a", true },
		{ "conda install a", false },
		{ "conda clean -afy", true },
		{ "apk add a", true }, /* asks nothing */
		{ "pip install a", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (op_assumes_yes(&read_line(rows[i].line)->ops[0]) != rows[i].yes)
			print_error("of: %s\n", rows[i].line);
		assert_int_equal(op_assumes_yes(&read_line(rows[i].line)->ops[0]), rows[i].yes);
	}
}

static void removes(void **state)
{
	static const struct {
		const char *line, *path;
		bool removes;
	} rows[] = {
		{ "rm -rf /var/lib/apt/lists", "/var/lib/apt/lists", true },
		{ "rm -rf /var/lib/apt/lists/", "/var/lib/apt/lists", true },
		{ "rm -rf /var/lib/apt/lists/*", "/var/lib/apt/lists", true },
		{ "rm -fr /tmp/* /var/lib/apt/lists/* /x", "/var/lib/apt/lists", true },
		{ "sudo rm -r --force /var/lib/apt", "/var/lib/apt/lists", true },
		{ "rm --recursive /var/lib/*", "/var/lib/apt/lists", true },
		{ "rm -rf /var/lib/apt/lists/*.lz4", "/var/lib/apt/lists", true },
		{ "rm -rf /var/lib/apt/lists/partial/*", "/var/lib/apt/lists", false },
		{ "rm -rf /var/lib/apt/lists/x", "/var/lib/apt/lists", false },
		{ "rm -rf /var/lib/apt/lists2", "/var/lib/apt/lists", false },
		{ "rm -rf /var/lib/ap", "/var/lib/apt/lists", false },
		{ "rm -rf '/var/lib/apt/lists/*'", "/var/lib/apt/lists", false }, /* a name with a star */
		{ "rm -rf \"/var/lib/apt/lists\"", "/var/lib/apt/lists", true },
		{ "rm -rf $X", "/var/lib/apt/lists", false },
		{ "rm -rf", "/var/lib/apt/lists", false },
		{ "rmdir /var/lib/apt/lists", "/var/lib/apt/lists", false },
		{ "ls -R /var/lib/apt/lists", "/var/lib/apt/lists", false },
		/* without -r: files alone */
		{ "rm -f /var/cache/apk/*", "/var/cache/apk", true },
		{ "rm /var/cache/apk/*", "/var/cache/apk", true },
		{ "rm -f /var/cache/apk", "/var/cache/apk", false },
		{ "rm -f /var/cache/*", "/var/cache/apk", false },
		/* the home */
		{ "rm -rf ~/.npm", "~/.npm", true },
		{ "rm -rf /root/.npm/", "~/.npm", true },
		{ "rm -rf $HOME/.npm/*", "~/.npm", true },
		{ "rm -rf \"$HOME/.npm\"", "~/.npm", true },
		{ "rm -rf \"${HOME}\"/.npm", "~/.npm", true },
		{ "rm -rf /root/.cache", "~/.cache/pip", true },
		{ "rm -rf ~/.cache/*", "~/.cache/pip", true },
		{ "rm -rf /home/app/.npm", "~/.npm", false },
		{ "rm -rf ~/*", "~/.npm", false },
		{ "rm -rf '~/.npm'", "~/.npm", false },
		{ "rm -rf .npm", "~/.npm", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct command *c = &read_line(rows[i].line)->commands[0];

		if (command_removes(c, text_of(rows[i].path)) != rows[i].removes)
			print_error("of: %s\n", rows[i].line);
		assert_int_equal(command_removes(c, text_of(rows[i].path)), rows[i].removes);
	}
}

static void misses(void **state)
{
	const struct manager *apt_row = manager_find("apt");

	(void)state;
	assert_true(command_misses(&read_line("rm -r /var/lib/apt/lists/*")->commands[0], apt_row));
	assert_false(command_misses(&read_line("rm -rf /var/lib/apt/lists/*")->commands[0], apt_row));
	assert_false(command_misses(&read_line("rm -r /x")->commands[0], apt_row));
}

/* The call that leaves something in the image. */
static void leaves(void **state)
{
	static const struct {
		const char *manager, *line;
		int op; /* which call, or -1 */
	} rows[] = {
		{ "apt", "apt-get update && apt-get install a", 0 },
		{ "apt", "apt-get install a", -1 },
		{ "apt", "apt-get update && rm -rf /var/lib/apt/lists/*", -1 },
		{ "apt", "rm -rf /var/lib/apt/lists/*; apt-get update", 0 },
		{ "apt", "apt-get update; rm -rf /var/lib/apt/lists/*; apt-get update", 1 },
		{ "apt", "apt-get update; apt-get clean", 0 },
		{ "apt", "apt-get update; apt-get distclean", -1 },
		{ "dnf", "dnf install a", 0 },
		{ "dnf", "dnf install a && dnf clean all", -1 },
		{ "yum", "yum install a && dnf clean all", -1 },
		{ "yum", "yum install a && rm -rf /var/cache/yum", -1 },
		{ "yum", "yum install a && zypper clean", 0 },
		{ "pip", "pip install a", 0 },
		{ "pip", "pip install --no-cache-dir a", -1 },
		{ "pip", "pip install a && uv cache clean", 0 },
		{ "pip", "pip install a && pip cache purge", -1 },
		{ "npm", "npm ci && npm cache clean --force", -1 },
		{ "npm", "npm ci && npm run x", 0 },
		{ "npm", "npm ci && rm -rf ~/.npm", -1 },
		{ "pnpm", "pnpm install && go clean -modcache", 0 },
		{ "gem", "gem install a -N", -1 },
		{ "conda", "conda install -y a && conda clean -afy", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct script_facts *s = read_line(rows[i].line);
		const struct package_op *op = script_leaves(s, manager_find(rows[i].manager)), *want = rows[i].op < 0 ? NULL : &s->ops[rows[i].op];

		if (op != want)
			print_error("of: %s\n", rows[i].line);
		assert_ptr_equal(op, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(apt, teardown),	 cmocka_unit_test_teardown(apk, teardown),
		cmocka_unit_test_teardown(rpm_managers, teardown), cmocka_unit_test_teardown(pacman, teardown),
		cmocka_unit_test_teardown(python, teardown),	 cmocka_unit_test_teardown(javascript, teardown),
		cmocka_unit_test_teardown(others, teardown),	 cmocka_unit_test_teardown(places, teardown),
		cmocka_unit_test_teardown(yes, teardown),	 cmocka_unit_test_teardown(removes, teardown),
		cmocka_unit_test_teardown(misses, teardown),	 cmocka_unit_test_teardown(leaves, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
