#!/bin/sh
# Builds app.wasm with the AssemblyScript compiler that package-lock.json pins. Needs node (20 or later) and npm: Debian packages nodejs and npm.
set -eu
cd "$(dirname "$0")"
command -v node >/dev/null && command -v npm >/dev/null || { echo "node or npm is missing (Debian packages nodejs and npm)." >&2; exit 3; }
[ "$(node --print 'process.versions.node.split(".")[0] >= 20')" = true ] || { echo "node 20 or later is needed; this is $(node --version)." >&2; exit 3; }
# Installed once for each lock file, whole or not at all.
if ! cmp -s package-lock.json node_modules/.errand-lock; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { echo "The compiler cannot be had: npm ci failed." >&2; exit 3; }
    cp package-lock.json node_modules/.errand-lock
fi
# The app is what stands at the top level of main.ts; a check that fails calls onAbort.
exec node node_modules/assemblyscript/bin/asc.js main.ts --exportStart _start --use abort=errand/onAbort -O3 --outFile app.wasm
