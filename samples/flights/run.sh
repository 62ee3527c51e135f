#!/usr/bin/env bash
# Two tasks over three million flights within the USA (vega-datasets, BSD): delays by airport in SQL, and delay as a straight line of distance in Rust. The flights come from npm, 17 MB, and become 60 MB of
# CSV in artifacts/flights; the apps run as errand app test runs them, in the enclave's sandbox. Some minutes the first time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
place=$top/artifacts/flights
mkdir -p "$place"
command -v npm >/dev/null && command -v node >/dev/null || { echo "npm or node is missing (Debian packages npm, nodejs)" >&2; exit 3; }
if [ ! -s "$place/flights.csv" ]; then
  cp "$here"/package.json "$here"/package-lock.json "$here"/flights.mjs "$place"
  echo "fetching and unpacking the flights"
  (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 && node flights.mjs >flights.csv.part && mv flights.csv.part flights.csv && rm -rf node_modules)
fi
rm -rf "$place"/by-airport.wasm "$place"/out-*
"$top/errand" app from-sql "$here/by-airport.sql" -o "$place/by-airport.wasm"
echo "── delays by airport, SQL"
time "$top/errand" app test "$place/by-airport.wasm" --data flights.csv="$place/flights.csv" --memory $((1 << 30)) --fuel 200000000000 --log 1000 --save "$place/out-sql"
head -6 "$place/out-sql/result.csv"
echo "── delay by distance, Rust"
time "$top/errand" app test "$top/samples/guests/bin/ols.wasm" --data flights.csv="$place/flights.csv" --arg flights.csv --arg delay --arg distance --fuel 200000000000 --log 1000 --save "$place/out-ols"
cat "$place/out-ols/model.csv"
