#!/usr/bin/env bash
# The documentation of the code, with broken links as errors, and the generated tables of docs/.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir -p "$ROOT/frontend/dist"
cd "$ROOT"
node tests/scripts/asvs.mjs write
RUSTDOCFLAGS="-D warnings" "$CARGO" doc --workspace --no-deps --document-private-items
