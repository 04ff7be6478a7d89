# SPDX-License-Identifier: Apache-2.0
# What the README shows is what the program prints, and the examples can all be written.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

cp -r "$root/examples" .
"$DFHARDEN" --no-config examples/flask-notes >shown 2>report
awk '/^```diff$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >wanted
ok "the diff" diff wanted shown
awk '/^```dockerfile$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >wanted
ok "the file before" diff wanted examples/flask-notes/Dockerfile
status "every example changes" 1 --check --no-config --quiet examples
ok "five of them" sh -c '[ "$(wc -l <out)" -eq 5 ]'
status "they are written" 0 --write --no-config --quiet examples
status "and done" 0 --check --no-config --quiet examples
"$DFHARDEN" --help >help
for option in $(grep -o -- '`*dfharden [^`]*--[a-z-]*\|`--[a-z-]*' "$root/README.md" | grep -o -- '--[a-z-]*' | sort -u); do
	ok "the README's $option is in the help" grep -q -- "$option" help
done

for code in $(cat "$root"/transforms/*.c "$root"/src/pass/*.c "$root/src/app/select.c" "$root/src/app/harden.c" | tr '\n' ' ' |
	grep -oE '(finding_refuse\([^"]*|code = |\] = \{ |SOURCE_[A-Z]*,[[:space:]]*)"[a-z]+(-[a-z]+)+"' | grep -oE '"[a-z-]+"' | tr -d '"' | sort -u); do
	ok "docs/report.md tells of $code" grep -qF "\`$code\`" "$root/docs/report.md"
done

finish
