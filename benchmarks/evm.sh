#!/usr/bin/env bash
# A ledger on an EVM chain (anvil), in one run: gas by size and by task, appends alone and together, time until final, reading. Usage: benchmarks/evm.sh; some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
build_quietly benchmarks/Errand.Benchmarks -c Release
anvil=$(eng/anvil.sh)
echo "$(nproc) cores, $(grep -m 1 'model name' /proc/cpuinfo | cut -d : -f 2-), load $(cut -d ' ' -f 1 /proc/loadavg), $("$anvil" --version | head -n 1)"
run() { # how the chain makes blocks …: a fresh chain for each part
  "$anvil" --host 127.0.0.1 --port 18545 --preserve-historical-states --silent "${@:2}" &
  local chain=$!
  artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks evm "$1" http://127.0.0.1:18545 || { kill $chain; wait $chain || true; exit 1; }
  kill $chain
  wait $chain || true
}
run gas
run task
run rate
run latency --block-time 1 --slots-in-an-epoch 1
