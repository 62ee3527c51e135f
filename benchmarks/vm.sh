#!/usr/bin/env bash
# An enclave as a virtual machine beside one as a process, in one run: size of the image, start by phase, standby, memory, channel, speed of an app.
# Some minutes. Needs qemu-system-x86 and what image/build and benchmarks/sandbox.sh need.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
want_packages qemu-system-x86 clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 gcc libc6-dev || fail "this needs the Debian packages qemu-system-x86 clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 gcc."
image/build
build_quietly benchmarks/Errand.Benchmarks -c Release
dir=$(mktemp -d "${TMPDIR:-/tmp}/errand-vm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
sh benchmarks/guests/build.sh "$dir"
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks vm artifacts/image "$dir"
