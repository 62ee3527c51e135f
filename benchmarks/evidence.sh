#!/usr/bin/env bash
# Evidence verified per second on one core, beside peers in the same run: a JavaScript DCAP verifier for TDX and SGX quotes (npm), and
# tpm2_checkquote as a whole process for TPM quotes.
# Usage: benchmarks/evidence.sh [seconds a measurement, 2 unless told]. Needs the folder of real evidence: ERRAND_VECTORS, ../shared/vectors unless told.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
want_packages tpm2-tools || true
build_quietly benchmarks/Errand.Benchmarks -c Release
seconds=${1:-2}
vectors=$(realpath "${ERRAND_VECTORS:-../shared/vectors}")
echo "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg); figures are for one core"
artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks evidence "$vectors" "$seconds"

peers=$(mktemp -d "${TMPDIR:-/tmp}/errand-peers.XXXXXX")
trap 'rm -rf "$peers"' EXIT
echo
if command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix "$peers" @phala/dcap-qvl@0.3.9 >"$peers/log" 2>&1; then
    NODE_PATH="$peers/node_modules" node benchmarks/peers/dcap-qvl.cjs "$vectors" "$seconds"
else
    echo "dcap-qvl: not measured, npm cannot install it here"
fi

quote=$vectors/tpm/swtpm-rsa-sha256
if command -v tpm2_checkquote >/dev/null && [ -d "$quote" ]; then
    openssl rsa -pubin -inform DER -in "$quote/ak-public.der" -out "$peers/ak.pem" 2>/dev/null
    nonce=$(sed -n 's/.*"nonce": "\([0-9a-f]*\)".*/\1/p' "$quote/case.json" | head -n 1)
    begin=$(date +%s%N)
    for ((i = 0; i < 50; i++)); do tpm2_checkquote -u "$peers/ak.pem" -m "$quote/quote.msg" -s "$quote/quote.sig" -g sha256 -q "$nonce" >/dev/null; done
    awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "tpm2_checkquote, a process each: %.0f/s\n", 50e9 / ns }'
else
    echo "tpm2_checkquote: not measured, it is not installed here"
fi
