# SPDX-License-Identifier: Apache-2.0
# What tools/deps would run on each system. The package managers here are stubs
# that note their calls; nothing is installed and no network is used.
. "$(dirname "$0")/../lib.sh"
set -u

# stub NAME BODY...: a program on the fake PATH that notes its call.
stub() {
	name=$1
	shift
	printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$name" "$tmp" "$*" >"$tmp/bin/$name"
	chmod +x "$tmp/bin/$name"
}

tools=
for tool in sh awk sed tr cat mktemp rm env chmod cp; do
	tools="$tools $(command -v $tool):$tool"
done

# machine UID ID_LINES: a system on which nothing is installed.
machine() {
	rm -rf "${tmp:?}/bin" "$tmp/calls"
	mkdir "$tmp/bin"
	for tool in $tools; do
		ln -s "${tool%:*}" "$tmp/bin/${tool#*:}"
	done
	printf '#!/bin/sh\necho %s\n' "$1" >"$tmp/bin/id"
	chmod +x "$tmp/bin/id"
	printf '%s\n' "$2" >"$tmp/os-release"
	: >"$tmp/calls"
}

# Everything is there but the names given.
equip() {
	for name in cc make awk cmp pkg-config git patch; do
		case " $* " in *" $name "*) continue ;; esac
		[ -e "$tmp/bin/$name" ] || { printf '#!/bin/sh\n' >"$tmp/bin/$name" && chmod +x "$tmp/bin/$name"; }
	done
	printf '#!/bin/sh\ncase " %s " in *" $2 "*) exit 1 ;; esac\n' "$*" >"$tmp/bin/pkg-config"
}

deps() {
	env -i PATH="$tmp/bin" TMPDIR="$tmp" OS_RELEASE="$tmp/os-release" "$@" "$tmp/bin/sh" "$root/tools/deps"
}

printed() {
	deps DEPS=print 2>/dev/null
	echo "exit $?"
}

debian='ID=debian'
ubuntu='ID=ubuntu
ID_LIKE=debian'
apt_packages='gcc libc6-dev make diffutils pkg-config libpcre2-dev libjansson-dev libyaml-dev zlib1g-dev libcmocka-dev git patch'
apt_install='env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends'

machine 0 "$debian"
stub apt-get
verdict 'Debian, root, package lists there' "$apt_install $apt_packages
exit 0" "$(printed)"
verdict 'Debian: print only simulates' "apt-get install -s -y --no-install-recommends $apt_packages" \
	"$(cat "$tmp/calls")"

machine 1000 "$ubuntu"
stub apt-get 'exit 100'
verdict 'Ubuntu, user, no package lists' "sudo env DEBIAN_FRONTEND=noninteractive apt-get update
sudo $apt_install $apt_packages
exit 0" "$(printed)"

machine 1000 'ID="fedora"'
stub dnf
stub apt-get
verdict 'Fedora, user' 'sudo dnf install -y --setopt=install_weak_deps=False gcc make diffutils pkgconf-pkg-config pcre2-devel jansson-devel libyaml-devel zlib-devel libcmocka-devel git patch
exit 0' "$(printed)"

machine 0 'ID="rocky"
ID_LIKE="rhel centos fedora"'
stub dnf
equip libpcre2-8
verdict 'Rocky, root, one library missing' 'dnf install -y --setopt=install_weak_deps=False pcre2-devel
exit 0' "$(printed)"

machine 0 'ID=alpine'
stub apk
verdict 'Alpine, root' 'apk add --no-cache build-base make diffutils pkgconf pcre2-dev jansson-dev yaml-dev zlib-dev zlib-static cmocka-dev git patch
exit 0' "$(printed)"
verdict 'printing calls no manager' '' "$(cat "$tmp/calls")"

machine 501 ''
rm "$tmp/os-release"
stub brew
equip libpcre2-8 jansson yaml-0.1 zlib cmocka patch
verdict 'macOS' 'brew install pcre2 jansson libyaml zlib cmocka gpatch
exit 0' "$(printed)"
rm "$tmp/bin/cc"
verdict 'macOS without a compiler' 'exit 1' "$(printed)"

machine 0 'ID=plan9'
verdict 'no known manager' 'exit 1' "$(printed)"

machine 1000 "$debian"
stub apt-get
equip
verdict 'nothing missing: nothing printed' 'exit 0' "$(printed)"
verdict 'nothing missing: nothing said, no manager called' 'exit 0' "$(deps 2>&1; echo "exit $?"; cat "$tmp/calls")"

machine 1000 "$debian"
stub apt-get
verdict 'DEPS=skip' 'exit 0' "$(deps DEPS=skip 2>&1; echo "exit $?"; cat "$tmp/calls")"
verdict 'DEPS with another value' 'exit 2' "$(deps DEPS=maybe 2>/dev/null; echo "exit $?")"
verdict 'a user without sudo' "exit 1
apt-get install -s -y --no-install-recommends $apt_packages" "$(deps 2>/dev/null; echo "exit $?"; cat "$tmp/calls")"

# The real run: lists are too old at first; sudo and the second install do their work.
machine 1000 "$debian"
equip git
stub sudo 'exec "$@"'
stub apt-get "case \"\$*\" in
-*|'install -s'*) ;;
update) : >'$tmp/fresh' ;;
*) [ -e '$tmp/fresh' ] || exit 100; cp '$tmp/bin/patch' '$tmp/bin/git' ;;
esac"
verdict 'install, after an update that the first try asked for' "exit 0
apt-get install -s -y --no-install-recommends git
sudo $apt_install git
apt-get install -y --no-install-recommends git
sudo env DEBIAN_FRONTEND=noninteractive apt-get update
apt-get update
sudo $apt_install git
apt-get install -y --no-install-recommends git" "$(deps 2>/dev/null; echo "exit $?"; cat "$tmp/calls")"

machine 0 'ID=alpine'
equip git
stub apk
verdict 'a manager that succeeds and installs nothing' 'exit 1' "$(deps 2>/dev/null; echo "exit $?")"
stub apk 'exit 3'
verdict 'a manager that fails' 'exit 1' "$(deps 2>/dev/null; echo "exit $?")"

# make stops where DEPS=print is asked for.
if command -v make >/dev/null 2>&1; then
	machine 0 'ID=alpine'
	stub apk
	equip libpcre2-8
	ln -sf "$(command -v make)" "$tmp/bin/make"
	for target in deps demo test; do
		got=$(cd "$root" && env -i PATH="$tmp/bin" TMPDIR="$tmp" OS_RELEASE="$tmp/os-release" \
			make "$target" DEPS=print BUILD="$tmp/build" 2>/dev/null; echo "exit $?")
		verdict "make $target DEPS=print" 'apk add --no-cache pcre2-dev
exit 0' "$got"
	done
	verdict 'make DEPS=print builds nothing' no "$([ -e "$tmp/build" ] && echo yes || echo no)"
fi

finish
