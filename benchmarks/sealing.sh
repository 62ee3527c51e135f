#!/usr/bin/env bash
# Seals and opens a file beside age, openssl and cp, each as a whole process, and prints GB/s and ratios.
# Usage: benchmarks/sealing.sh [MiB, 1024 unless told] [rounds, 3 unless told]
# Needs dotnet, age, openssl, and three times the size free in ${TMPDIR:-/tmp}; deletes what it wrote.
set -euo pipefail
cd "$(dirname "$0")/.."
mib=${1:-1024} rounds=${2:-3} cores=$(nproc)
export LC_ALL=C

dotnet build benchmarks/Errand.Benchmarks -c Release -v q -nodeReuse:false >/dev/null
run=artifacts/bin/Errand.Benchmarks/release/Errand.Benchmarks
dir=$(mktemp -d "${TMPDIR:-/tmp}/errand-sealing.XXXXXX")
trap 'rm -rf "$dir"' EXIT
head -c "${mib}M" /dev/urandom >"$dir/plain"
age-keygen -o "$dir/identity" 2>/dev/null
recipient=$(age-keygen -y "$dir/identity")

# Best of the rounds, as "elapsed processor": the machine's other work only ever adds.
best() {
    local TIMEFORMAT='%R %U %S' round times fastest=
    for ((round = 0; round < rounds; round++)); do
        times=$({ time "$@" >"$dir/log" 2>&1; } 2>&1) || { cat "$dir/log" >&2; return 1; }
        fastest=$(awk -v fastest="$fastest" '{ split(fastest, f, " "); print (fastest == "" || $1 < f[1]) ? $1 " " $2 + $3 : fastest }' <<<"$times")
    done
    echo "$fastest"
}

# kind, name, command…: rate, processor time, and how many times the rate of age doing the same.
age=0
measure() {
    local kind=$1 name=$2 elapsed processor
    shift 2
    read -r elapsed processor < <(best "$@")
    if [ "$name" = age ]; then age=$elapsed; fi
    awk -v name="$kind, $name" -v s="$elapsed" -v cpu="$processor" -v age="$age" -v gb="$(awk -v m="$mib" 'BEGIN { print m * 1048576 / 1e9 }')" \
        'BEGIN { printf "%-28s %6.2f GB/s  %5.2f processor s/GB  %5.2f x age\n", name, gb / s, cpu / gb, age / s }'
}

echo "$mib MiB, best of $rounds, $cores cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
measure seal age age -r "$recipient" -o "$dir/age" "$dir/plain"
for chunk in 65536 262144; do
    for workers in 1 "$cores"; do
        measure seal "$((chunk / 1024)) KiB, $workers workers" "$run" sealing seal "$dir/plain" "$dir/sealed-$chunk" "$workers" "$chunk"
    done
done
measure open age age -d -i "$dir/identity" -o "$dir/opened" "$dir/age"
rm "$dir/age"
for workers in 1 "$cores"; do
    measure open "64 KiB, $workers workers" "$run" sealing open "$dir/sealed-65536" "$dir/opened" "$workers"
done
cmp "$dir/plain" "$dir/opened"
measure verify "64 KiB, $cores workers" "$run" sealing verify "$dir/sealed-65536" "$cores"
measure copy cp cp "$dir/plain" "$dir/opened"

echo; echo "One core, processor time, no files:"
"$run" sealing core 2
echo "openssl speed, 64 KiB:"
openssl speed -elapsed -seconds 2 -bytes 65536 -evp aes-256-gcm 2>/dev/null | awk '/AES-256-GCM/ { printf "%-30s %6.2f GB/s\n", $1, $NF / 1e6 }'
openssl speed -elapsed -seconds 2 -bytes 65536 -evp sha256 2>/dev/null | awk '/sha256/ { printf "%-30s %6.2f GB/s\n", $1, $NF / 1e6 }'

echo; echo "Memory, 1 GiB generated, $cores workers:"
for chunk in 65536 1048576; do "$run" sealing generated 1073741824 "$cores" "$chunk" | tail -n 1; done
