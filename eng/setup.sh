# Shared by run, test and errand: says what is missing, installs it where it may.

say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }

fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET 10 SDK is missing. Install it (package dotnet-sdk-10.0, or from Microsoft) and run this again."
  case "$(dotnet --version 2>/dev/null)" in
    10.*) ;;
    *) fail "the .NET 10 SDK is needed, and 'dotnet --version' says '$(dotnet --version 2>&1 | head -n 1)'." ;;
  esac
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
}

# Debian packages: installed with apt as root, else named. Returns 1 where they are missing.
want_packages() {
  local missing=() name
  for name in "$@"; do [[ "$(dpkg-query -W -f='${Status}' "$name" 2>/dev/null)" == *"ok installed"* ]] || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing Debian packages: ${missing[*]}"
    # A machine without a network says so soon, and another installation is waited for.
    local apt=(apt-get -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 -o DPkg::Lock::Timeout=60)
    if "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 \
      || { "${apt[@]}" update >/dev/null 2>&1 && "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1; }; then return 0; fi
  fi
  say "missing, and not installed for lack of root or of a package source: ${missing[*]}"
  return 1
}

# Debian's kernel for clouds, laid down as file $1 without installing it, and beside it in modules/ those that a guest loads. Its name says which: 6.12
# measures command line and initrd itself.
want_kernel() {
  local package work modules name
  modules=$(dirname "$1")/modules
  [ -s "$1" ] && [ -s "$modules/tdx-guest.ko.xz" ] && return 0
  command -v apt-get >/dev/null 2>&1 || { say "no kernel to boot in tests: it comes from Debian's packages"; return 1; }
  package=$(apt-cache depends linux-image-6.12-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-6[^ ]*\)$/\1/p' | head -n 1)
  work=$(mktemp -d)
  if [ -n "$package" ] && (cd "$work" && apt-get download "$package" >/dev/null 2>&1 && dpkg-deb --fsys-tarfile "$package"_*.deb | tar -x --wildcards './boot/vmlinuz-*' './lib/modules/*/kernel/*') \
    && rm -rf "$modules" && mkdir -p "$modules" && cp "$work"/boot/vmlinuz-* "$1.part" && mv "$1.part" "$1" \
    && for name in crypto_null gf128mul ghash-generic gcm configfs tsm sev-guest tdx-guest; do find "$work/lib/modules" -name "$name.ko.xz" -exec cp {} "$modules/" \; || return 1; done \
    && [ -s "$modules/tdx-guest.ko.xz" ]; then
    rm -rf "$work"
    return 0
  fi
  rm -rf "$work"
  say "no kernel to boot in tests: linux-image-6.12-cloud-amd64 could not be fetched"
  return 1
}

# The image of the enclave's virtual machine; made anew when what goes into it is newer. Sources are those of the enclave's program alone.
want_image() {
  local image=artifacts/image/initrd
  if [ -s "$image" ] && [ -z "$(find src/Errand.Enclave src/Errand.Tpm src/Errand.Attestation src/Errand.Protocol src/Errand.Cryptography src/Errand.Primitives src/Errand.Node/Image Directory.*.props \
    -newer "$image" \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' \) -print -quit)" ]; then return 0; fi
  (image/build >&2) || { say "no image of a virtual machine could be made"; return 1; }
}

# Builds, showing output only when it fails.
build_quietly() {
  local log
  log=$(mktemp)
  if ! dotnet build "$@" -v q -nodeReuse:false >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed."
  fi
  rm -f "$log"
}
