/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/managers.h"

#include "facts/command.h"

#include <string.h>

#define DNF_VALUES                                                                                                     \
	"-c --config -x --exclude --excludepkgs --disableexcludes --enablerepo --disablerepo --repo --repoid --releasever " \
	"--installroot --setopt -R --randomwait -d --debuglevel -e --errorlevel --rpmverbosity --color --comment "         \
	"--forcearch --destdir --downloaddir --advisory --advisories --cve --bz --secseverity --sec-severity --disableplugin --enableplugin --repofrompath --from-repo --transaction"
#define DNF_VERBS                                                                                                      \
	{                                                                                                              \
		[PACKAGE_UPDATE] = "makecache|check-update",                                                           \
		[PACKAGE_INSTALL] = "install|localinstall|groupinstall|group install|module install|reinstall|downgrade", \
		[PACKAGE_UPGRADE] = "update|upgrade|update-minimal|upgrade-minimal|distro-sync|distribution-synchronization", \
		[PACKAGE_REMOVE] = "remove|erase|autoremove|groupremove|group remove",                                 \
		[PACKAGE_CLEAN] = "clean all",                                                                         \
	}
#define PIP_VALUES                                                                                                     \
	"-r --requirement -c --constraint -e --editable -t --target --prefix --root --src -i --index-url --extra-index-url " \
	"-f --find-links --cache-dir --trusted-host --proxy --timeout --retries --log --python --platform --abi "          \
	"--implementation --python-version --global-option --install-option --config-settings -C --progress-bar "          \
	"--upgrade-strategy --root-user-action --default-timeout --group --no-binary --only-binary --use-feature --use-deprecated --report --exists-action --cert "     \
	"--client-cert --keyring-provider --build -b -d --dest"
#define UV_VALUES                                                                                                      \
	" -p --extra --package --project --directory --index --default-index --index-strategy --link-mode --resolution "   \
	"--prerelease --exclude-newer --no-install-package --no-group --only-group --config-file --color --fork-strategy "  \
	"--python-platform --reinstall-package --refresh-package -P --upgrade-package --with --with-editable --torch-backend"
#define NPM_VALUES                                                                                                     \
	"--prefix -C --registry --cache --loglevel --userconfig --globalconfig -w --workspace --tag --omit --include "     \
	"--before --only --scope --location --install-strategy --script-shell --fetch-retries --fetch-timeout --maxsockets " \
	"--fetch-retry-mintimeout --fetch-retry-maxtimeout --fetch-retry-factor --cafile --proxy --https-proxy --noproxy --depth " \
	"--save-prefix --min-release-age --allow-scripts "                                                              \
	"--audit-level --node-options --otp --cpu --os --libc"

/* Sources: the managers' manuals (apt-get(8), apk(8), dnf(8), yum(8), zypper(8), pacman(8),
 * pip.pypa.io, docs.npmjs.com, classic.yarnpkg.com, guides.rubygems.org, bundler.io,
 * getcomposer.org/doc, docs.conda.io, doc.rust-lang.org/cargo, go.dev/ref/mod). */
static const struct manager managers[] = {
	{ .id = "apt", .version_marks = "=/",
	  .program = { "apt-get apt aptitude",
		       "-c --config-file -o --option -t --target-release --default-release -a --host-architecture -P --build-profiles",
		       STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_UPDATE] = "update", [PACKAGE_INSTALL] = "install|reinstall",
		     [PACKAGE_UPGRADE] = "upgrade|dist-upgrade|full-upgrade|safe-upgrade",
		     [PACKAGE_REMOVE] = "remove|purge|autoremove|auto-remove|autopurge", [PACKAGE_CLEAN] = "distclean",
		     [PACKAGE_TIDY] = "clean|autoclean|auto-clean" },
	  .system = true, .yes = "-y --yes --assume-yes --force-yes",
	  .cache_id = "apt-lists", .cure = CURE_COMMAND, .clean = "rm -rf /var/lib/apt/lists/*",
	  .paths = "/var/lib/apt/lists", .lists = true },
	{ .id = "apk", .version_marks = "=<>~@",
	  .program = { "apk",
		       "-p --root -X --repository -t --virtual --keys-dir --repositories-file --wait --arch --cache-dir "
		       "--cache-max-age --progress-fd --timeout",
		       STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_UPDATE] = "update", [PACKAGE_INSTALL] = "add", [PACKAGE_UPGRADE] = "upgrade",
		     [PACKAGE_REMOVE] = "del" },
	  .system = true, .cache_id = "apk-cache", .cure = CURE_OPTION, .clean = "--no-cache", .cleans = "--no-cache",
	  .paths = "/var/cache/apk", .lists = true },
	{ .id = "dnf", .program = { "dnf dnf5 microdnf tdnf", DNF_VALUES, STYLE_GETOPT, false }, .verbs = DNF_VERBS,
	  .system = true, .yes = "-y --assumeyes", .cache_id = "dnf-cache", .cure = CURE_COMMAND, .clean = "clean all",
	  .paths = "/var/cache/dnf /var/cache/libdnf5 /var/cache/yum /var/cache/tdnf" },
	{ .id = "yum", .program = { "yum", DNF_VALUES, STYLE_GETOPT, false }, .verbs = DNF_VERBS,
	  .system = true, .yes = "-y --assumeyes", .cache_id = "dnf-cache", .cure = CURE_COMMAND, .clean = "clean all",
	  .paths = "/var/cache/yum /var/cache/dnf" },
	{ .id = "zypper", .version_marks = "=<>",
	  .program = { "zypper",
		       "-c --config -R --root --installroot -C --cache-dir --pkg-cache-dir --raw-cache-dir --solv-cache-dir "
		       "-D --reposd-dir -p --plus-repo --releasever --userdata -r --repo --from -t --type",
		       STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_UPDATE] = "refresh|ref", [PACKAGE_INSTALL] = "install|in",
		     [PACKAGE_UPGRADE] = "update|up|patch|dist-upgrade|dup", [PACKAGE_REMOVE] = "remove|rm",
		     [PACKAGE_CLEAN] = "clean|cc" },
	  .system = true, .yes = "-y --no-confirm --non-interactive", .yes_before = "-n", .cache_id = "zypper-cache", .cure = CURE_COMMAND,
	  .clean = "clean --all", .paths = "/var/cache/zypp" },
	{ .id = "pacman", .version_marks = "=<>",
	  .program = { "pacman", "-b --dbpath -r --root --sysroot --arch --cachedir --config --logfile --gpgdir --hookdir --color --ignore "
				 "--ignoregroup --overwrite --assume-installed --print-format",
		       STYLE_GETOPT, false },
	  .system = true, .yes = "--noconfirm", .cache_id = "pacman-cache", .cure = CURE_COMMAND,
	  .clean = "rm -rf /var/cache/pacman/pkg/*", .paths = "/var/cache/pacman/pkg" },
	{ .id = "pip", .version_marks = "=<>!~[;@", .program = { "pip pip2 pip3 pip3.6 pip3.7 pip3.8 pip3.9 pip3.10 pip3.11 pip3.12 pip3.13 pip3.14 pip2.7",
				    PIP_VALUES, STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install", [PACKAGE_REMOVE] = "uninstall", [PACKAGE_CLEAN] = "cache purge" },
	  .cache_id = "pip-cache", .cure = CURE_OPTION, .clean = "--no-cache-dir", .cleans = "--no-cache-dir --cache-dir --no-cache",
	  .paths = "~/.cache/pip" },
	{ .id = "uv", .version_marks = "=<>!~[;@", .program = { "uv", PIP_VALUES UV_VALUES, STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "pip install|pip sync|sync|add|tool install", [PACKAGE_REMOVE] = "pip uninstall|remove|tool uninstall",
		     [PACKAGE_CLEAN] = "cache clean|clean" },
	  .cache_id = "pip-cache", .cure = CURE_OPTION, .clean = "--no-cache", .cleans = "--no-cache -n --cache-dir",
	  .paths = "~/.cache/uv" },
	{ .id = "npm", .version_marks = "@", .program = { "npm", NPM_VALUES, STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|i|in|add|ci|ic|clean-install|install-clean|it|install-test|cit|install-ci-test",
		     [PACKAGE_UPGRADE] = "update|up|upgrade", [PACKAGE_REMOVE] = "uninstall|remove|rm|r|un|unlink",
		     [PACKAGE_CLEAN] = "cache clean|cache clear|cache rm" },
	  .cache_id = "npm-cache", .cure = CURE_COMMAND, .clean = "cache clean --force", .cleans = "--cache",
	  .paths = "~/.npm" },
	{ .id = "yarn", .version_marks = "@", .program = { "yarn yarnpkg", "--cwd --cache-folder --modules-folder --registry --network-timeout "
						     "--network-concurrency --mutex --preferred-cache-folder --global-folder --link-folder --prefix --proxy --https-proxy --otp",
				     STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|add|global add|workspaces focus", [PACKAGE_UPGRADE] = "upgrade|up|global upgrade",
		     [PACKAGE_REMOVE] = "remove|global remove", [PACKAGE_CLEAN] = "cache clean" },
	  .cache_id = "yarn-cache", .cure = CURE_COMMAND, .clean = "cache clean", .cleans = "--cache-folder",
	  .paths = "~/.cache/yarn /usr/local/share/.cache" },
	{ .id = "pnpm", .version_marks = "@", .program = { "pnpm", "--prefix -C --dir --filter -F --store-dir --registry --loglevel --reporter --virtual-store-dir --modules-dir "
						     "--lockfile-dir --network-concurrency --child-concurrency --cpu --os --libc", STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|i|add|import|fetch", [PACKAGE_UPGRADE] = "update|up|upgrade",
		     [PACKAGE_REMOVE] = "remove|rm|uninstall|un", [PACKAGE_CLEAN] = "store prune" },
	  .paths = "~/.local/share/pnpm" },
	{ .id = "gem", .version_marks = ":", .program = { "gem",
				    "-v --version -i --install-dir -n --bindir -P --trust-policy -s --source -p --http-proxy "
				    "--platform --config-file --build-root -B --bulk-threshold -g --file --without --target-rbconfig",
				    STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|i", [PACKAGE_UPGRADE] = "update", [PACKAGE_REMOVE] = "uninstall" },
	  .cache_id = "gem-docs", .cure = CURE_OPTION, .clean = "--no-document",
	  .cleans = "--no-document -N --no-ri --no-rdoc --document", .paths = "" },
	{ .id = "bundle", .program = { "bundle bundler", "--path --gemfile --jobs -j --retry --without --with --binstubs --deployment-path --target-rbconfig --trust-policy --shebang",
				       STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install", [PACKAGE_UPGRADE] = "update", [PACKAGE_CLEAN] = "clean" }, .paths = "~/.bundle" },
	{ .id = "composer", .version_marks = ":=", .program = { "composer composer.phar", "-d --working-dir --prefer-install --ignore-platform-req --apcu-autoloader-prefix "
					 "-s --stability --repository --repository-url",
					 STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|i|require|req|create-project|global require", [PACKAGE_UPGRADE] = "update|upgrade|u",
		     [PACKAGE_REMOVE] = "remove|rm", [PACKAGE_CLEAN] = "clear-cache|clearcache|cc" },
	  .cache_id = "composer-cache", .cure = CURE_COMMAND, .clean = "clear-cache", .cleans = "--no-cache",
	  .paths = "~/.composer/cache ~/.cache/composer" },
	{ .id = "conda", .version_marks = "=<>", .program = { "conda mamba micromamba", "-n --name -p --prefix -c --channel --file --clone --repodata-fn --revision --solver --platform --subdir -r --root-prefix",
				      STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|create|env create|env update", [PACKAGE_UPGRADE] = "update|upgrade",
		     [PACKAGE_REMOVE] = "remove|uninstall|env remove", [PACKAGE_CLEAN] = "clean" },
	  .yes = "-y --yes", .cache_id = "conda-cache", .cure = CURE_COMMAND, .clean = "clean -ay", .paths = "/opt/conda/pkgs" },
	{ .id = "cargo", .version_marks = "@", .program = { "cargo", "--version --git --branch --tag --rev --path --root --index --registry --target --target-dir "
					       "--profile -j --jobs -F --features --bin --example --manifest-path --color --config -Z -p --package",
				      STYLE_GETOPT, false },
	  .verbs = { [PACKAGE_INSTALL] = "install", [PACKAGE_REMOVE] = "uninstall" }, .paths = "~/.cargo/registry" },
	{ .id = "go", .version_marks = "@", .program = { "go", "-o -tags -ldflags -gcflags -mod -modfile -C -p -asmflags -buildmode -compiler -exec -gccgoflags "
									     "-installsuffix -overlay -pgo -pkgdir -toolexec -covermode -coverpkg", STYLE_WORDS, false },
	  .verbs = { [PACKAGE_INSTALL] = "install|get", [PACKAGE_CLEAN] = "clean" }, .paths = "~/go/pkg/mod" },
};

const struct manager *manager_of_program(struct text name)
{
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
		if (words_hold(managers[i].program.names, name))
			return &managers[i];
	return NULL;
}

const struct manager *manager_at(size_t i)
{
	return i < sizeof(managers) / sizeof(managers[0]) ? &managers[i] : NULL;
}

const struct manager *manager_find(const char *id)
{
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
		if (strcmp(managers[i].id, id) == 0)
			return &managers[i];
	return NULL;
}

bool manager_shares_cache(const struct manager *a, const struct manager *b)
{
	return a == b || (a->cure == CURE_COMMAND && b->cure == CURE_COMMAND && strcmp(a->cache_id, b->cache_id) == 0);
}
