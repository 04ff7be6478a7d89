# SPDX-License-Identifier: Apache-2.0
# For the other scripts here: a scratch folder, checks that count, the closing line.
# DFHARDEN is the program, $root the checkout, $tmp the scratch folder and working directory.
passed=0 failed=0
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dfharden-e2e.XXXXXX") || exit 1
trap 'chmod -R u+rwx "$tmp" 2>/dev/null; rm -rf "$tmp"' EXIT
export HOME="$tmp" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost
cd "$tmp" || exit 1

# ok NAME COMMAND...: the command succeeds.
ok() {
	name=$1
	shift
	if "$@" >"$tmp/.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name: $*" >&2
		sed 's/^/  /' "$tmp/.out" >&2
	fi
}

# verdict NAME WANTED GOT: two strings are the same.
verdict() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAILED: %s\n--- wanted\n%s\n--- got\n%s\n' "$1" "$2" "$3" >&2
	fi
}

# status NAME WANTED ARGS...: the program ends with that status; out and err are kept.
status() {
	name=$1 wanted=$2
	shift 2
	got=0
	"$DFHARDEN" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || got=$?
	ok "$name: exit $wanted" test "$got" = "$wanted"
}

# says NAME TEXT FILE: the file holds that text.
says() {
	ok "$1" grep -qF -- "$2" "$tmp/$3"
}

# is FILE TEXT: the file's whole content.
is() {
	printf "$2" >"$tmp/.want"
	ok "content of $1" diff "$tmp/.want" "$1"
}

finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
