#!/bin/sh
# Builds the sample apps to WebAssembly, into bin/ beside this script or the folder given. Installs nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/bin}

missing=
[ -x /usr/bin/clang-14 ] || missing="$missing clang-14"
[ -x /usr/bin/wasm-ld-14 ] || missing="$missing lld-14"
[ -f /usr/lib/wasm32-wasi/libc.a ] || missing="$missing wasi-libc"
[ -f /usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a ] || missing="$missing libclang-rt-14-dev-wasm32"
if [ -n "$missing" ]; then
    echo "Missing Debian packages:$missing" >&2
    exit 3
fi

mkdir -p "$out"
# The folder is entered so that no path can find its way into a module.
cd "$here"
for app in logreg cheat intersect variants tally; do
    clang-14 --target=wasm32-wasi -std=c11 -O2 -ffp-contract=off -Wall -Wextra -Werror -Wl,--strip-all -o "$out/$app.wasm" "$app.c"
done
