#!/bin/sh
# Builds the SQL runtime from Debian's sources of SQLite, into the folder given, or bin/ beside the other sample apps. About a minute; installs nothing.
# Usage: build.sh [folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../bin}
mkdir -p "$out"
out=$(cd "$out" && pwd)

missing=
[ -x /usr/bin/clang-14 ] || missing="$missing clang-14"
[ -x /usr/bin/wasm-ld-14 ] || missing="$missing lld-14"
[ -f /usr/lib/wasm32-wasi/libc.a ] || missing="$missing wasi-libc"
[ -f /usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a ] || missing="$missing libclang-rt-14-dev-wasm32"
for tool in gcc make tclsh patch dpkg-source; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then
    echo "Missing (Debian packages or tools of them; dpkg-source is in dpkg-dev, tclsh in tcl):$missing" >&2
    exit 3
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/errand-sqlite.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The sources of the packages that this machine's own lists name; the lists themselves stay as they are.
mkdir -p "$work/lists/partial" "$work/source"
for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] && { sed 's/^Types:.*/Types: deb-src/' "$list"; echo; } >>"$work/all.sources"
done
[ ! -s /etc/apt/sources.list ] || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/all.list"
for lists in "$work"/all.sources "$work"/all.list; do [ ! -e "$lists" ] || set -- "$lists"; done
apt_source() { apt-get -qq -o Dir::Etc::sourcelist="$lists" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists" -o APT::Sandbox::User= "$@"; }
for lists in "$work"/all.sources "$work"/all.list; do
    [ -s "$lists" ] || continue
    apt_source update
    if (cd "$work/source" && apt_source source sqlite3=3.40.1-2+deb12u2 >"$work/log" 2>&1); then break; fi
done
[ -d "$work/source/sqlite3-3.40.1" ] || { echo "Debian's source package sqlite3 3.40.1-2+deb12u2 cannot be fetched:" >&2; cat "$work/log" >&2; exit 3; }
cd "$work/source/sqlite3-3.40.1"
(./configure -q && make -s sqlite3.c) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

cp "$here/sql.c" "$work/"
cp sqlite3.c sqlite3.h "$work/"
# The folder is entered so that no path can find its way into a module.
cd "$work"
clang-14 --target=wasm32-wasi -std=c11 -O2 -ffp-contract=off -w -DNDEBUG \
    -DSQLITE_OS_OTHER=1 -DSQLITE_THREADSAFE=0 -DSQLITE_TEMP_STORE=3 -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DQS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS \
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_LOCALTIME -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_WAL \
    -DSQLITE_ENABLE_MATH_FUNCTIONS -c -o sqlite3.o sqlite3.c
clang-14 --target=wasm32-wasi -std=c11 -D_GNU_SOURCE -O2 -ffp-contract=off -Wall -Wextra -Werror -Wl,--strip-all -o "$out/sql.wasm" sql.c sqlite3.o
