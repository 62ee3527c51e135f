#!/usr/bin/env bash
# Installs anvil, an EVM chain on this machine, into artifacts/anvil if it is not there, and prints the path of its program.
# Elsewhere than on Linux with an amd64 processor, ERRAND_ANVIL names the program (of Foundry, 1.7 or later).
# Exit codes: 0 there, 3 it cannot be had here (the reason is on stderr).
set -euo pipefail
[ -z "${ERRAND_ANVIL:-}" ] || { printf '%s\n' "$ERRAND_ANVIL"; exit 0; }
top=$(cd "$(dirname "$0")/.." && pwd)
place=$top/artifacts/anvil
find_program() { find "$place/node_modules/@foundry-rs" -path '*/bin/anvil' -type f 2>/dev/null | head -n 1; }

mkdir -p "$place"
# Several tests may ask at once.
exec 9>"$place/.lock"
flock 9
if ! cmp -s "$top/eng/anvil/package-lock.json" "$place/package-lock.json" || [ -z "$(find_program)" ]; then
  command -v npm >/dev/null && command -v node >/dev/null || { echo "anvil: npm or node is missing (Debian packages npm, nodejs)" >&2; exit 3; }
  # The lock file is taken first and put back last: with it the folder counts as done.
  rm -f "$place/package-lock.json"
  work=$(mktemp -d "$place/install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cp "$top/eng/anvil/package.json" "$top/eng/anvil/package-lock.json" "$work"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 --loglevel=error >&2) || { echo "anvil: npm ci failed" >&2; exit 3; }
  rm -rf "$place/node_modules"
  mv "$work/node_modules" "$place/node_modules"
  cp "$work/package-lock.json" "$place"
fi
program=$(find_program)
[ -n "$program" ] || { echo "anvil: there is none for this machine" >&2; exit 3; }
"$program" --version >/dev/null 2>&1 || { echo "anvil: it does not run here" >&2; exit 3; }
printf '%s\n' "$program"
