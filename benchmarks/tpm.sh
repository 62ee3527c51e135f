#!/usr/bin/env bash
# What a live TPM costs: swtpm, enrolment, quote, challenge, and what a verifier spends on a Proof of Trust; medians.
# Usage: benchmarks/tpm.sh [measurements of each, 200 unless told].
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
want_packages swtpm swtpm-tools || fail "this needs the Debian packages swtpm and swtpm-tools."
build_quietly benchmarks/Errand.Benchmarks -c Release
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
exec artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks tpm "${1:-200}"
