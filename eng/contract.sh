#!/usr/bin/env bash
# Compiles the ledger's contract and compares it with the committed result (--check), or writes that result (--write).
# Exit codes: 0 as committed or written, 1 differs or does not compile, 2 wrong use, 3 the compiler cannot be had here.
set -euo pipefail
mode=${1:---check}
case $mode in --check | --write) ;; *) echo "usage: eng/contract.sh [--check|--write]" >&2; exit 2 ;; esac
cd "$(dirname "$0")/../contracts"
command -v npm >/dev/null && command -v node >/dev/null || { echo "contract: npm or node is missing" >&2; exit 3; }

# A fresh copy in a folder of its own: runs side by side do not meet, and nothing installed before counts.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json package-lock.json build.mjs ErrandLog.sol "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000 --loglevel=error >&2) || { echo "contract: npm ci failed" >&2; exit 3; }
node "$work/build.mjs" >"$work/ErrandLog.json" || exit 1
if [ "$mode" = --write ]; then
  cp "$work/ErrandLog.json" ErrandLog.json
else
  diff -u ErrandLog.json "$work/ErrandLog.json" >&2 || { echo "contract: ErrandLog.json is not what its source compiles to" >&2; exit 1; }
fi
