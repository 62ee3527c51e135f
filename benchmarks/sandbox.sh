#!/usr/bin/env bash
# What the sandbox costs: compute kernels against gcc -O2, compiling and starting an app, and a large sealed file through an enclave against the same
# program reading the clear file. Usage: benchmarks/sandbox.sh [GiB of the large file, 2 unless told; from 4 on it is sparse]
# Needs clang-14, lld-14, wasi-libc, libclang-rt-14-dev-wasm32, gcc, and three times the size free in ${TMPDIR:-/tmp}; deletes what it wrote.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
gib=${1:-2}
need_dotnet
want_packages clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 gcc libc6-dev || fail "this needs the Debian packages clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 gcc."
build_quietly benchmarks/Errand.Benchmarks -c Release
run=artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks
dir=$(mktemp -d "${TMPDIR:-/tmp}/errand-sandbox.XXXXXX")
trap 'rm -rf "$dir"' EXIT
sh benchmarks/guests/build.sh "$dir"
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
"$run" sandbox "$dir"
if [ "$gib" -ge 4 ]; then truncate -s "${gib}G" "$dir/clear"; else head -c "${gib}G" /dev/urandom >"$dir/clear"; fi
exec "$run" stream "$dir"
