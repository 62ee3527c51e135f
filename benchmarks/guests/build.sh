#!/bin/sh
# Builds the guests of the benchmarks twice, for the sandbox and for this processor, into the folder given.
set -eu
out=$1
cd "$(dirname "$0")"
for app in readall kernels; do
    clang-14 --target=wasm32-wasi -std=gnu11 -O2 -msimd128 -ffp-contract=off -Wall -Wextra -Werror -Wl,--strip-all -o "$out/$app.wasm" "$app.c"
    gcc -std=gnu11 -O2 -ffp-contract=off -Wall -Wextra -Werror -o "$out/$app" "$app.c"
done
