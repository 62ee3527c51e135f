#!/bin/sh
# Makes app.wasm of main.py. Needs errand and its Python runtime: errand says how to get it.
set -eu
cd "$(dirname "$0")"
rm -f app.wasm
"${ERRAND:-errand}" app from-python main.py -o app.wasm
