#!/bin/sh
# Builds the sample app in AssemblyScript, into bin/ beside this script or the folder given, as a new project would be built. Installs nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/bin}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/errand-as.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$here/../../src/Errand.Cli/Templates/as/"* "$work"
cp "$here/histogram.ts" "$work/main.ts"
sh "$work/build.sh"
cp "$work/app.wasm" "$out/histogram.wasm"
