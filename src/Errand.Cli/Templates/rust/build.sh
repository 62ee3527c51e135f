#!/bin/sh
# Builds app.wasm with rustc and its standard library for WASI: Debian's packages rustc and libstd-rust-dev-wasm32, or rustup target add wasm32-wasip1.
set -eu
cd "$(dirname "$0")"
for rustc in "$(command -v rustc || true)" /usr/bin/rustc; do
    [ -x "$rustc" ] || continue
    for target in wasm32-wasip1 wasm32-wasi; do
        [ -d "$("$rustc" --print sysroot)/lib/rustlib/$target" ] || continue
        # No path of this machine finds its way into the module.
        exec "$rustc" --target "$target" --edition 2021 --crate-name app -O -C strip=symbols -C panic=abort --remap-path-prefix "$PWD=." -o app.wasm main.rs
    done
done
echo "There is no rustc with a standard library for WASI (Debian packages rustc and libstd-rust-dev-wasm32, or: rustup target add wasm32-wasip1)." >&2
exit 3
