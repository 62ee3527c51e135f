#!/bin/sh
# Builds the sample app in Rust with Debian's rustc 1.63, into bin/ beside this script or the folder given. Installs nothing. Other versions make a module that does the same and has other bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/bin}
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ "$(/usr/bin/rustc --version 2>/dev/null | cut -d' ' -f2)" != 1.63.0 ] || [ ! -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/wasm32-wasi/lib" ]; then
    echo "Missing Debian packages: rustc libstd-rust-dev-wasm32 (1.63)" >&2
    exit 3
fi
# The folder is entered so that no path can find its way into a module.
cd "$here"
/usr/bin/rustc --target wasm32-wasi --edition 2021 --crate-name ols -O -C strip=symbols -C panic=abort -C codegen-units=1 --remap-path-prefix "$PWD=." -o "$out/ols.wasm" ols.rs
