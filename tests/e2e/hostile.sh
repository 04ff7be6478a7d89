# SPDX-License-Identifier: Apache-2.0
# Input that nobody means well with: a clear error, bounded time and memory, the rest goes on.
. "$(dirname "$0")/../lib.sh"

printf 'FROM scratch\nMAINTAINER Ada\n' >good
# An address space that is large for us and small for the input (not with sanitizers).
if ! grep -qa __asan_init "$DFHARDEN" 2>/dev/null; then ulimit -v 600000 2>/dev/null || true; fi
if command -v timeout >/dev/null 2>&1; then limit='timeout 120'; else limit=; fi
real=$DFHARDEN
printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$limit" "$real" >bounded
chmod +x bounded
DFHARDEN=$tmp/bounded

# bad NAME STATUS WORDS: ./input, with a good file beside it.
bad() {
	status "$1" "$2" input good
	says "$1: what is said" "$3" err
	says "$1: the good file is done" '+LABEL' out
}

: >input
bad "empty" 4 'input:1:1: error:'
printf '\000\001\002\377\376binary\000\n\n' >input
bad "binary" 4 'input:1:1: error:'
printf 'FROM scratch\nRUN <<EOF\necho\n' >input
bad "here-document without end" 4 'input:2:1: error:'
printf 'FROM scratch\nCMD ["a", 1]\n' >input
bad "JSON that holds a number" 4 'input:2:5: error:'
printf 'FROM scratch\nCMD ["a\n' >input
status "JSON without end is shell form" 0 input
printf 'FROM scratch\nLABEL a="\033[31mred \377"\nMAINTAINER \033]0;x\007Ada\n' >input
status "escape sequences" 0 --color always input
ok "none reaches the terminal" sh -c '! tr -d "\n" <err | grep -q "$(printf "\033")\]0"'
ok "nor in a coloured diff" sh -c '! tr -d "\n" <out | grep -q "$(printf "\033")\]0"'
printf 'FROM scratch\nENV a="\000b"\nMAINTAINER x\000y\n' >input
status "NUL bytes" 0 --stdout --quiet input
ok "are kept" sh -c 'tr -d -c "\000" <out | wc -c | grep -q 2'

mkdir folder
rm input && ln -s folder/nothing input
bad "a broken link" 2 'input'
rm input
if mkfifo input 2>/dev/null; then bad "a FIFO" 2 'input'; rm input; fi
if [ "$(id -u)" != 0 ]; then
	printf 'FROM scratch\n' >input && chmod 0 input
	bad "unreadable" 2 'input'
	rm -f input
fi
head -c 104857600 /dev/zero >input 2>/dev/null
bad "100 MB" 2 'max-size'
rm input
dd if=/dev/zero bs=70000 count=1 2>/dev/null | tr '\000' 'a' >long
(printf 'FROM scratch\nRUN echo '; cat long; printf '\n') >input
bad "a line over 65,535 bytes" 4 'input:2'

# Shapes that make a careless reader slow: each near a megabyte.
many() { awk -v n="$2" -v line="$1" 'BEGIN { for (i = 0; i < n; i++) print line }'; }
shape() {
	status "$1: in time" "$2" --quiet input
}
(printf 'FROM scratch\nRUN true'; many ' \\' 300000; printf '\n') >input; shape "a RUN of 300,000 lines" 0
(printf 'FROM scratch\n'; many 'MAINTAINER a b c d' 50000) >input; shape "50,000 MAINTAINERs" 0
many 'FROM a AS b' 80000 >input; shape "80,000 stages" 0
(printf 'FROM scratch\n'; many 'ENV a=$a$a' 80000) >input; shape "a value that doubles" 0
(printf 'FROM scratch\nENV a 1\n'; many 'ENV b=$c' 100000) >input; shape "100,000 variables" 0
(printf 'FROM scratch\n'; many 'WORKDIR a' 80000) >input; shape "80,000 WORKDIRs" 0
(printf 'FROM scratch\nENV A 0123456789abcdef\n'; many 'ENV A $A$A' 13; many 'LABEL a $A' 50000) >input; shape "50,000 long values" 0
(printf 'FROM scratch\nENV A='; awk 'BEGIN { for (i = 0; i < 30000; i++) printf "/a" }'; printf '\n'; many 'WORKDIR $A' 3000; many 'WORKDIR b' 3000) >input; shape "3,000 long paths" 0
(printf 'FROM scratch\nENV A b '; head -c 65527 /dev/zero | tr '\000' x; printf '\nMAINTAINER Ada\n') >input; status "a line at the limit" 0 input
says "it is refused" 'line-too-long' err
(printf 'FROM scratch\n'; many 'CMD a' 150000) >input; shape "150,000 CMDs" 0
many '' 1000000 >input; shape "a million blank lines" 4
many '#' 500000 >input; shape "500,000 comments" 4
(printf 'FROM scratch\n'; many '# hadolint global ignore=DL1' 20000; many 'ENV a b' 40000) >input; shape "20,000 pragmas" 0
(printf 'ENV x '; awk 'BEGIN { for (i = 0; i < 20000; i++) printf "${a:-" }'; printf '\n') | tr -d '\n' | fold -w 60000 | sed 's/$/\\/' >nested
(printf 'FROM scratch\n'; cat nested) >input; shape "20,000 nested variables" 0
(printf 'ONBUILD '; awk 'BEGIN { for (i = 0; i < 8000; i++) printf "ONBUILD " }'; printf '\n') >input; shape "8,000 ONBUILDs" 4
(printf 'FROM a\n'; awk 'BEGIN { for (i = 0; i < 40000; i++) print "ONBU\304\260LD \\" }'; printf 'RUN x\n') >input; shape "40,000 ONBUILDs, folded" 4
(printf 'ARG V=latest\nFROM alpine:$V\n'; many 'FROM alpine' 80000; printf 'FROM alpine:$V\n') >input; shape "80,000 FROMs" 0
(many '#' 100000; printf 'FROM scratch\nRUN '; awk 'BEGIN { for (i = 0; i < 20000; i++) printf "--mount=from=alpine \\\n" }'; printf ' true\n') >input; shape "20,000 mounts" 0
(printf 'FROM scratch\nENV A='; head -c 60000 /dev/zero | tr '\000' a; printf '\n'; many 'ENV B=$A$A$A$A' 3000; printf 'WORKDIR a\n') >input; shape "3,000 growing values" 0
(printf 'FROM scratch\nENV A='; head -c 60000 /dev/zero | tr '\000' a; printf '\n'; many 'ENV B=${A%%%%aaaaaaaaaaaaaaaa*b}' 5000) >input; shape "5,000 patterns" 0
(printf 'ARG A='; head -c 60000 /dev/zero | tr '\000' a; printf '\n'; many 'ARG B=$A$A$A$A' 2000; printf 'FROM $B\n') >input; shape "2,000 global arguments" 0
(printf 'FROM scratch AS a\n'; many 'LABEL a=b' 40000; many 'FROM a' 1; awk 'BEGIN { for (i = 0; i < 25000; i++) print "FROM a\nMAINTAINER x" }') >input; shape "25,000 children" 0
(printf 'FROM scratch\nCMD '; awk 'BEGIN { for (i = 0; i < 60000; i++) printf "[" }'; printf '\n') >input; shape "60,000 brackets" 0

finish
