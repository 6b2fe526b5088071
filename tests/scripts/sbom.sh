#!/usr/bin/env bash
# Writes the bill of materials to target/sbom.cdx.json, or to the file given.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out=${1:-$ROOT/target/sbom.cdx.json}
mkdir -p "$(dirname "$out")"
cd "$ROOT"
"$CARGO" metadata --format-version 1 --locked --filter-platform "$(rustc -vV | sed -n 's/^host: //p')" |
  node tests/scripts/sbom.mjs Cargo.lock frontend/package-lock.json >"$out"
say "wrote $out"
