#!/bin/sh
# Builds app.wasm with clang and wasi-libc (Debian: clang lld wasi-libc libclang-rt-dev-wasm32). The same sources and tools give the same bytes.
set -eu
cd "$(dirname "$0")"
clang=$(command -v clang || command -v clang-14) || { echo "clang is not installed (Debian packages clang, lld, wasi-libc, libclang-rt-dev-wasm32)." >&2; exit 3; }
"$clang" --target=wasm32-wasi -std=c11 -O2 -ffp-contract=off -Wall -Wextra -Werror -Wl,--strip-all -o app.wasm main.c
