#!/bin/sh
# Makes app.wasm of query.sql. Needs nothing but errand.
set -eu
cd "$(dirname "$0")"
rm -f app.wasm
"${ERRAND:-errand}" app from-sql query.sql -o app.wasm
