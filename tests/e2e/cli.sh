# SPDX-License-Identifier: Apache-2.0
# The command line: modes, exit statuses, several paths, standard input, configuration.
. "$(dirname "$0")/../lib.sh"

OLD='FROM scratch\nMAINTAINER Ada\n'
NEW='FROM scratch\nLABEL org.opencontainers.image.authors="Ada"\n'
fresh() {
	rm -rf work && mkdir work && printf "$OLD" >work/Dockerfile && printf 'FROM scratch\n' >work/app.dockerfile
}

fresh
status "a diff is the default" 0 work
says "the diff's head" '--- a/work/Dockerfile' out
says "the diff's body" '-MAINTAINER Ada' out
says "the report names the transform" 'maintainer-to-label' err
is work/Dockerfile "$OLD"
ok "the diff applies" sh -c 'cp -r work w2 && mkdir -p x && (cd x && cp -r ../w2 work && git apply ../out) && diff -r x/work w2 >/dev/null; grep -q LABEL x/work/Dockerfile'
ok "patch takes it" sh -c 'mkdir y && cp -r w2 y/work && cd y && patch -s -p1 <../out && cmp work/Dockerfile ../x/work/Dockerfile'

status "check finds something" 1 --check work
is out 'work/Dockerfile\n'
status "check with diff" 1 --check --diff work
says "both: the diff" '+LABEL' out
status "write" 0 --write work
is work/Dockerfile "$NEW"
status "check finds nothing more" 0 --check work
is out ''
status "a second write" 0 --write work

fresh
touch -d '2001-02-03 04:05:06' work/app.dockerfile 2>/dev/null || touch -t 200102030405 work/app.dockerfile
cp -p work/app.dockerfile stamp
status "write leaves the others" 0 --write --quiet work
ok "no newer, no older" sh -c '! [ work/app.dockerfile -nt stamp ] && ! [ work/app.dockerfile -ot stamp ]'
is err ''

fresh
status "stdout prints the text" 0 --stdout --quiet work/Dockerfile
is out "$NEW"
ok "standard input" sh -c 'printf "FROM scratch\nMAINTAINER Ada\n" | "$DFHARDEN" --stdout --quiet - >out'
is out "$NEW"
ok "standard input, write" sh -c 'printf "FROM scratch\nMAINTAINER Ada\n" | "$DFHARDEN" --write --quiet - >out'
is out "$NEW"
ok "standard input, diff" sh -c 'printf "FROM scratch\nMAINTAINER Ada\n" | "$DFHARDEN" --stdin-filename sub/Dockerfile - >out 2>err'
says "the name of standard input" '+++ b/sub/Dockerfile' out

status "no file" 2 work/nothing
says "which one" 'work/nothing' err
mkdir empty
status "nothing found" 3 empty
printf 'this is no Dockerfile\n' >work/notes
status "no Dockerfile, by name" 4 work/notes
says "where and what" 'work/notes:1:1: error:' err
cp work/notes work/Dockerfile.bad
status "no Dockerfile, found" 0 work
says "it is told" 'work/Dockerfile.bad:1:1: error:' err
says "the others are done" '-MAINTAINER Ada' out
status "trouble goes before all" 2 work/nothing work/notes work
status "by name goes before check" 4 --check work/notes work
status "unknown option" 2 --nothing
says "it is named" '--nothing' err
status "unknown level" 2 --level hard
status "unknown id" 2 --only nothing
status "modes that exclude each other" 2 --write --check
status "a format to come" 2 --format sarif
says "it says so" 'not there yet' err
status "migrate to come" 2 migrate
status "context that is none" 2 --context nowhere work

status "level safe" 0 --level safe --quiet work/Dockerfile
says "safe is applied" '+LABEL' out
status "skip" 0 --skip maintainer-to-label --quiet work/Dockerfile
is out ''
status "skip all" 0 --skip all --quiet work/Dockerfile
is out ''
status "only another" 0 --only pin-tag --quiet work/Dockerfile
is out ''
status "lines of context" 0 -U0 --quiet work/Dockerfile
says "none" '@@ -2 +2 @@' out

status "version" 0 --version
status "help" 0 --help
says "options are listed" '--stdin-filename' out
status "list" 0 list
says "an id a line" 'pin-tag' out
status "list as JSON" 0 list --format json
status "explain" 0 explain pin-tag
says "why" 'Why:' out
status "explain nothing" 2 explain nothing
status "dump" 0 dump work/Dockerfile
status "dump as JSON" 0 dump --format json work/Dockerfile work/app.dockerfile
ok "a line a file" sh -c '[ "$(wc -l <out)" = 2 ]'

fresh
ln -s Dockerfile work/Dockerfile.link
status "a link to a file is that file" 0 --quiet work
ok "it is done once" sh -c '[ "$(grep -c ^+++ out)" = 1 ]'
status "and written" 0 --write --quiet work
is work/Dockerfile "$NEW"
ok "the link stays" test -L work/Dockerfile.link
fresh
ln -s work/Dockerfile linked
status "a link by name" 0 --quiet linked
says "shows its target" '+++ b/work/Dockerfile' out
status "one file under two names" 0 --write --quiet work/Dockerfile "$tmp/work/Dockerfile"
fresh
status "slashes behind the dot" 0 --quiet .//work/Dockerfile
says "are no root" '+++ b/work/Dockerfile' out
printf '# syntax=example.com/own/packer:1\nFROM scratch\nMAINTAINER Ada\n' >work/other
status "another front end" 4 work/other
says "is named" 'example.com/own/packer:1' err
printf '# syntax=registry.example.com/docker/dockerfile:1\nFROM scratch\nMAINTAINER Ada\n' >work/other
status "BuildKit's own, mirrored" 0 --quiet work/other
says "is read" '+LABEL' out
printf 'ARG a=1\n' >work/other
status "no FROM" 4 work/other
status "text and report on one stream" 2 --stdout --format json work/Dockerfile
status "list with a path" 2 list work
for i in 1 2 3 4 5 6 7 8 9 0; do for k in 1 2 3 4 5 6 7 8; do cp work/Dockerfile work/Dockerfile.$i$k; done; done
status "many files, several threads" 0 --jobs 4 work
cp out four && cp err four.err
status "many files, one thread" 0 --jobs 1 work
ok "the same diff" cmp out four
ok "the same report" cmp err four.err
printf '#!/bin/sh\nulimit -s unlimited 2>/dev/null; ulimit -v 60000 2>/dev/null; exec "%s" "$@"\n' "$DFHARDEN" >nothreads
chmod +x nothreads
if ./nothreads --version >/dev/null 2>&1; then
	ok "no threads to be had: done all the same" sh -c './nothreads --jobs 4 --quiet work >out2; cmp out out2'
fi

fresh
printf 'skip: [maintainer-to-label]\n' >work/.dfharden.yaml
status "configuration" 0 --quiet work
is out ''
status "no configuration" 0 --quiet --no-config work
says "it is left out" '+LABEL' out
printf 'levle: safe\n' >work/.dfharden.yaml
status "a wrong key" 2 work
says "its place" 'work/.dfharden.yaml:1:1:' err
says "what was meant" 'level' err

fresh
status "json" 0 --format json work
ok "json is an object" sh -c 'head -c 1 out | grep -q "{"'
status "color" 0 --color always --quiet work/Dockerfile
ok "escapes" grep -q "$(printf '\033')\[" out
status "no color" 0 --quiet work/Dockerfile
ok "no escapes" sh -c '! grep -q "$(printf "\033")" out'

mkdir named && git init -q named
printf 'FROM alpine\nCOPY --from=docker.io/library/busybox /bin/busybox /bin/\n' >named/Dockerfile
status "an image without a tag" 0 --only pin-tag --quiet named
says "is pinned" '-FROM alpine' out
says "and copied from" '-COPY' out
printf 'services:\n  app:\n    build:\n      context: .\n      additional_contexts:\n        alpine: ./rootfs\n        busybox: ./box\n' \
	>named/compose.yaml
status "unless a build context replaces it" 0 --only pin-tag named
is out ''
says "the refusal" 'choose the version there' err
status "and says where" 0 --only pin-tag --format json named
says "its code" 'named-context' out
says "its place" 'compose.yaml:6 gives the build context alpine' out
printf 'FROM debian\n' >>named/Dockerfile
status "another image" 0 --only pin-tag --quiet named
says "is pinned all the same" '-FROM debian' out
ok "and only that" sh -c '[ "$(grep -c "^-[A-Z]" out)" = 1 ]'

finish
