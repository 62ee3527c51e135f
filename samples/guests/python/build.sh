#!/bin/sh
# Builds the Python runtime, CPython with its standard library in one module, from Debian's sources of Python 3.11. Some two minutes on two cores; installs nothing.
# The module has some ten megabytes and is not committed: it goes where `errand app from-python` looks for it, or into the folder given.
# Usage: build.sh [folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/errand/guests}
mkdir -p "$out"
out=$(cd "$out" && pwd)
version=3.11.2-6+deb12u8

missing=
[ -x /usr/bin/clang-14 ] || missing="$missing clang-14"
[ -x /usr/bin/wasm-ld-14 ] || missing="$missing lld-14"
[ -x /usr/bin/llvm-ar-14 ] || missing="$missing llvm-14"
[ -f /usr/lib/wasm32-wasi/libc.a ] || missing="$missing wasi-libc"
[ -f /usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a ] || missing="$missing libclang-rt-14-dev-wasm32"
for tool in make patch dpkg-source; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
# It compiles the library for the other: the same minor version gives the same code.
python=$(command -v python3.11) || missing="$missing python3.11"
if [ -n "$missing" ]; then
    echo "Missing (Debian packages or tools of them; dpkg-source is in dpkg-dev):$missing" >&2
    exit 3
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/errand-python.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The sources of the packages that this machine's own lists name; the lists themselves stay as they are.
mkdir -p "$work/lists/partial" "$work/source" "$work/build"
for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] && { sed 's/^Types:.*/Types: deb-src/' "$list"; echo; } >>"$work/all.sources"
done
[ ! -s /etc/apt/sources.list ] || sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/all.list"
apt_source() { apt-get -qq -o Dir::Etc::sourcelist="$lists" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$work/lists" -o APT::Sandbox::User= "$@"; }
echo "fetching the sources of Python $version"
for lists in "$work"/all.sources "$work"/all.list; do
    [ -s "$lists" ] || continue
    apt_source update
    if (cd "$work/source" && apt_source source "python3.11=$version" >"$work/log" 2>&1); then break; fi
done
source=$work/source/python3.11-3.11.2
[ -d "$source" ] || { echo "Debian's source package python3.11 $version cannot be fetched:" >&2; cat "$work/log" >&2; exit 3; }

cd "$work/build"
echo "building the interpreter"
# The same sources give the same module on any day.
sed -i 's/#ifdef __DATE__/#if 0/; s/#ifdef __TIME__/#if 0/' "$source/Modules/getbuildinfo.c"
# No library of this machine's own: pkg-config would offer them. No path of this machine's in the module: it is built with relative ones.
CONFIG_SITE=../source/python3.11-3.11.2/Tools/wasm/config.site-wasm32-wasi PKG_CONFIG=false \
    CC="clang-14 --target=wasm32-wasi" CPP="clang-14 --target=wasm32-wasi -E" AR=llvm-ar-14 RANLIB=llvm-ranlib-14 CFLAGS="-O2 -ffp-contract=off -fno-strict-aliasing -w" \
    ../source/python3.11-3.11.2/configure --host=wasm32-unknown-wasi --build=x86_64-pc-linux-gnu --with-build-python="$python" --prefix=/ \
    --disable-ipv6 --disable-test-modules --with-ensurepip=no --without-doc-strings >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
printf '%s\n' '*disabled*' '_bz2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _multibytecodec _crypt _elementtree _lsprof _lzma _socket _uuid audioop pyexpat select xxsubtype zlib' >Modules/Setup.local
make -j"$(nproc)" libpython3.11.a Modules/_decimal/libmpdec/libmpdec.a >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
echo "putting its library in"
"$python" -I "$here/freeze.py" "$source/Lib" "$work/build/library.c"
cp "$here/python.c" "$work/build/"
include="-I. -I../source/python3.11-3.11.2/Include"
# shellcheck disable=SC2086 # several words
clang-14 --target=wasm32-wasi -O1 $include -c -o library.o library.c
# shellcheck disable=SC2086
clang-14 --target=wasm32-wasi -std=c11 -O2 -Wall -Wextra -Wno-unused-parameter -Werror $include -c -o python.o python.c
clang-14 --target=wasm32-wasi -Wl,--strip-all -Wl,-z,stack-size=1048576 -o "$out/python.wasm.part" python.o library.o libpython3.11.a Modules/_decimal/libmpdec/libmpdec.a \
    -lwasi-emulated-signal -lwasi-emulated-mman -lwasi-emulated-getpid -lwasi-emulated-process-clocks -lm
mv "$out/python.wasm.part" "$out/python.wasm"
ls -l "$out/python.wasm"
