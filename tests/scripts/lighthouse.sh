#!/usr/bin/env bash
# Lighthouse, as a desktop, on the pages that docs/PERFORMANCE.md names, in the release profile. The numbers are printed
# and written to target/lighthouse.md; nothing depends on them.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

VERSION=12.8.2

if [ -z "${QUAYMASTER_BIN:-}" ]; then
  prepare run
  build_spa
  (cd "$ROOT" && "$CARGO" build --release --package quaymaster-server)
  export QUAYMASTER_BIN="${CARGO_TARGET_DIR:-$ROOT/target}/release/quaymaster"
fi
use_locked_node
tool="$TOOLS/lighthouse/node_modules/lighthouse"
# Not among the frontend's packages: it is large, and only this needs it.
if ! grep -qs "\"version\": \"$VERSION\"" "$tool/package.json"; then
  npm install --silent --no-audit --no-fund --prefix "$TOOLS/lighthouse" "lighthouse@$VERSION"
fi
export LIGHTHOUSE="$tool/core/index.js"
exec "$ROOT/tests/scripts/e2e.sh" --config "$ROOT/tests/e2e/lighthouse.config.ts" "$@"
