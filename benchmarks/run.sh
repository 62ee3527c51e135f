#!/usr/bin/env bash
# Every benchmark of the project in one run: about ten minutes on two quiet cores. docs/benchmarks.md holds the figures.
# Needs dotnet, age and openssl. Usage: benchmarks/run.sh [micro] [fold] [sealing] [task] [evidence]; all unless told.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
want_packages age openssl || true
build_quietly benchmarks/Errand.Benchmarks -c Release
run=artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks
parts=${*:-micro fold sealing task evidence}
echo "$(nproc) cores, $(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2-), load $(cut -d ' ' -f 1 /proc/loadavg)"

for part in $parts; do
  printf '\n== %s\n' "$part"
  case "$part" in
    micro) "$run" --filter '*Vrf*' '*Signature*' '*Hpke*' '*Attestation*' | grep -E '^\|' ;;
    fold) "$run" fold ;;
    sealing) benchmarks/sealing.sh 1024 3 && openssl speed -evp aes-256-gcm -bytes 65536 -seconds 2 2>/dev/null | tail -n 1 ;;
    task) benchmarks/task.sh ;;
    evidence) benchmarks/evidence.sh ;;
    *) fail "unknown part '$part': micro, fold, sealing, task or evidence" ;;
  esac
done
