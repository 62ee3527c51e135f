#!/usr/bin/env bash
# Kills a process that appends to an embedded ledger with SIGKILL, again and again, and checks after each time that every acknowledged
# entry is there, in its place and unchanged. Usage: eng/kill-ledger.sh [times, 500 unless told]; about a second each.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
build_quietly tests/Errand.Ledger.Tests -c Release
ERRAND_KILL_ROUNDS=${1:-500} exec artifacts/bin/Errand.Ledger.Tests/release/Errand.Ledger.Tests -noColor -noLogo -method '*Killing_the_process_loses_no_acknowledged_entry_and_leaves_no_gap'
