#!/usr/bin/env bash
# The ledger in one run: durable appends alone and in groups, replay with and without signatures and from a snapshot, follow latency in
# process and over HTTP, checkpoint to quorum. Usage: benchmarks/ledger.sh [entries, 1000000 unless told]; some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
build_quietly benchmarks/Errand.Benchmarks -c Release
echo "$(nproc) cores, $(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2-), load $(cut -d ' ' -f 1 /proc/loadavg)"
exec artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks ledger "$@"
