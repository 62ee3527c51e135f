#!/usr/bin/env bash
# Coverage-guided fuzzing of all that parses bytes of strangers. Without arguments: 10 s for each target.
# Usage: eng/fuzz.sh [TARGET…] [--seconds N] [--seed N] [--findings DIR] [--replay FILE]; a long run: eng/fuzz.sh --seconds 3600
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/setup.sh
need_dotnet
build_quietly fuzz/Errand.Fuzz -c Release
exec artifacts/bin/Errand.Fuzz/release/Errand.Fuzz "$@"
