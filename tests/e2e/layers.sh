# SPDX-License-Identifier: Apache-2.0
# tools/layers and tools/rooms on small trees: what is permitted says nothing,
# each breach is named with its file and line.
. "$(dirname "$0")/../lib.sh"
set -u

# layers FILE LINE...: what tools/layers says of a tree with that one file.
layers() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/$(dirname "$1")"
	file=$1
	shift
	printf '%s\n' "$@" >"$tmp/tree/$file"
	sh "$root/tools/layers" "$tmp/tree"
	echo "exit $?"
}

permits() { verdict "permits $1: $2" 'exit 0' "$(layers "$@")"; }

# refuses WHAT FILE LINE...: WHAT is the message, and is about the last line.
refuses() {
	what=$1
	shift
	verdict "refuses $1" "$1:$(($# - 1)): $what
exit 1" "$(layers "$@")"
}

for pair in base:base syntax:base syntax:syntax edit:base edit:edit facts:syntax facts:base pass:facts pass:syntax \
	pass:edit pass:base report:pass report:edit report:base app:report app:pass app:facts app:syntax app:edit app:base; do
	permits "src/${pair%:*}/x.c" "#include \"${pair#*:}/y.h\""
done
permits src/main.c '#include "app/harden.h"' '#include <stdio.h>' 'int main(void) { return !getenv("HOME"); }'
permits transforms/pin_tag.c '#include "pass/transform.h"' '#include <string.h>'
permits src/base/rx.c '#include <pcre2.h>'
permits src/base/inflate.c '#include <zlib.h>'
permits src/app/bulk.c '#include <time.h>' 'time_t t = time(NULL);'
permits src/pass/list.c '#include "transforms/transforms.def"'
permits src/facts/catalog.c '#include "gen/catalog_tags.h"'

for pair in base:syntax syntax:edit syntax:facts edit:syntax edit:facts facts:edit facts:pass pass:report pass:app \
	report:facts report:syntax base:app transforms:facts transforms:base transforms:app transforms:transforms; do
	from=${pair%:*} to=${pair#*:}
	file=src/$from/x.c
	[ "$from" != transforms ] || file=transforms/x.c
	verdict "refuses $pair" 1 "$(layers $file '' "#  include \"$to/y.h\"" | grep -c "^$file:2: room $from includes \"$to/y.h\"")"
done
refuses 'room main includes "facts/stages.h"; it may include: app base' src/main.c '#include "facts/stages.h"'
refuses 'includes "y.h", which is not of the form "room/file.h"' src/edit/x.c '#include "y.h"'
refuses 'includes "../syntax/y.h", which is not of the form "room/file.h"' src/edit/x.h '#include "../syntax/y.h"'
refuses 'includes "src/app/y.h", which is not of the form "room/file.h"' src/edit/x.h '#include "src/app/y.h"'
refuses 'an include whose file cannot be read off the line' src/edit/x.c '#include HEADER'
refuses 'includes pcre2.h, which is for src/base/rx.c only' src/base/text.c '#include <pcre2.h>'
refuses 'includes zlib.h, which is for src/base/inflate.c only' src/base/text.c '#include <zlib.h>'
refuses 'includes transforms/transforms.def, which is for src/pass/list.c only' src/pass/x.c '#include "transforms/transforms.def"'
refuses 'includes gen/catalog_tags.h, which is for src/facts/catalog.c src/facts/catalog_daemons.c src/facts/catalog_accounts.c only' src/facts/image.c '#include "gen/catalog_tags.h"'
refuses 'room transforms includes <stdio.h>' transforms/x.c '#include <stdio.h>'
refuses 'room report includes <time.h>' src/report/x.c '#include <time.h>'
refuses 'room app calls getenv()' src/app/x.c 'f(getenv("HOME"));'
for call in clock gettimeofday localtime setlocale rand random socket getaddrinfo; do
	refuses "room facts calls $call()" src/facts/x.c '/* two' 'lines */' "int x = 1 + $call (y);"
done
refuses 'a file outside the rooms' src/attic/x.c 'int x;'
permits src/edit/x.c '/* time() and' ' * rand(), "' '#include "app/y.h" */' 'f("rand()"); // clock()' 's->time(1); runtime(2);' "c = '\"'; /* socket() */ d = '\\''; char *time;"

# rooms: a tree with what a transform needs, less what a case takes away.
rooms() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/transforms" "$tmp/tree/tests/fixtures/pin-tag/change" "$tmp/tree/tests/fixtures/reader/x"
	cd "$tmp/tree" || exit 1
	: >transforms/pin_tag.c
	printf '/* in run order */\nTRANSFORM(pin_tag)\n' >transforms/transforms.def
	eval "$1"
	sh "$root/tools/rooms" . 2>&1
	echo "exit $?"
}

verdict 'rooms: complete' 'exit 0' "$(rooms :)"
verdict 'rooms: nothing yet' 'exit 0' "$(rooms 'rm -r transforms tests')"
verdict 'rooms: no line' 'transforms/pin_tag.c: no line TRANSFORM(pin_tag) in transforms/transforms.def
exit 1' "$(rooms ': >transforms/transforms.def')"
verdict 'rooms: two lines' 'transforms/transforms.def: TRANSFORM(pin_tag) stands twice
exit 1' "$(rooms 'echo "TRANSFORM(pin_tag)" >>transforms/transforms.def')"
verdict 'rooms: no cases' 'transforms/pin_tag.c: no case in tests/fixtures/pin-tag/
exit 1' "$(rooms 'rm -r tests/fixtures/pin-tag/change')"
verdict 'rooms: no file' 2 "$(rooms 'rm transforms/pin_tag.c' | grep -c 'there is no transforms/pin_tag.c')"

finish
