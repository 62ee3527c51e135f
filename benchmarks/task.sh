#!/usr/bin/env bash
# Runs a task several times on a development network and prints the median time of each phase.
# Usage: benchmarks/task.sh [tasks, 9 unless told]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
tasks=${1:-9}
dir=$(mktemp -d "${TMPDIR:-/tmp}/errand-task.XXXXXX")
cd "$dir"
errand() { "$top/errand" "$@"; }
trap 'errand devnet down >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT

errand devnet up >/dev/null
errand --as hospital data seal "$top/samples/data/breast-cancer-wisconsin.csv" -o table.sealed >/dev/null
errand --as lab app seal "$top/samples/guests/bin/logreg.wasm" -o logreg.sealed >/dev/null
id() { grep -oE '^asset +[0-9a-f]{64}' | grep -oE '[0-9a-f]{64}'; }
sed 's/"accepts": 10/"accepts": 1000/' "$top/samples/policies/data.json" >data.json
sed 's/"accepts": 10/"accepts": 1000/' "$top/samples/policies/app.json" >app.json
data=$(errand --as hospital data publish table.sealed --policy data.json --site hospital-campus | id)
app=$(errand --as lab app publish logreg.sealed --policy app.json | id)

for ((i = 0; i < tasks; i++)); do
  errand --as researcher task submit --app "$app" --data "table.csv=$data" --arg table.csv --wait 2>/dev/null | sed -n '/^Time in each step/,$p' | tail -n +2 >>times
done
echo "$tasks tasks, median seconds of each phase (the first task warms up):"
sed -E 's/^ +//; s/ \(attempt [0-9]+\)//; s/ s$//' times | awk '{ name = $1; times[name] = times[name] " " $NF; if (!(name in seen)) { seen[name] = 1; order[++n] = name } }
  END { for (i = 1; i <= n; i++) { m = split(times[order[i]], t, " "); for (a = 2; a <= m; a++) for (b = a; b > 1 && t[b] + 0 < t[b - 1] + 0; b--) { x = t[b]; t[b] = t[b - 1]; t[b - 1] = x } printf "  %-12s %.3f\n", order[i], t[int((m + 1) / 2)] } }'
