#!/bin/sh
# Prints every conformance case, T-01 to T-109, with the tests that are named after it, or "open".
# With --check it fails where docs/conformance.md says another thing than the tests:
# a test that the table lacks, a name in the table that is no test, or a case that is open in one and not in the other.
set -eu
cd "$(dirname "$0")/.."
cases=109
document=docs/conformance.md

tests=$(grep -rhoE --include='*.cs' 'T_[0-9]+_[A-Za-z_0-9]+' tests | sort -u)

list() {
    number=1
    while [ "$number" -le "$cases" ]; do
        id=$(printf '%02d' "$number")
        found=$(printf '%s\n' "$tests" | grep -E "^T_0*${number}_" || true)
        if [ -z "$found" ]; then
            printf 'T-%s open\n' "$id"
        else
            printf '%s\n' "$found" | sed "s/^/T-$id /"
        fi
        number=$((number + 1))
    done
}

# A row of the table begins with "| T-nn"; its tests stand in backquotes, an open case says "open".
documented() {
    grep -E '^\| T-[0-9]+ ' "$document" | while IFS= read -r row; do
        id=$(printf '%s' "$row" | sed -E 's/^\| (T-[0-9]+) .*/\1/')
        named=$(printf '%s' "$row" | grep -oE '`T_[0-9]+_[A-Za-z_0-9]+`' | tr -d '`' | sort -u || true)
        if [ -z "$named" ]; then
            printf '%s open\n' "$id"
        else
            printf '%s\n' "$named" | sed "s/^/$id /"
        fi
    done
}

if [ "${1:-}" != --check ]; then
    list
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list | LC_ALL=C sort >"$work/tests"
documented | LC_ALL=C sort >"$work/document"
if ! diff -u "$work/document" "$work/tests"; then
    echo "conformance: $document (-) and the tests (+) differ" >&2
    exit 1
fi
echo "conformance: $(list | grep -vc ' open$') tests, $(list | grep -c ' open$') open cases; $document agrees"
