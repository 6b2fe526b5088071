#!/usr/bin/env bash
# The browser journeys of tests/e2e in Chromium, against the built server. Arguments go to Playwright, so
# `e2e.sh sign-in` runs one file. Build first: cargo build -p quaymaster-server, npm run build.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

use_locked_node
CHROMIUM=$(find_chromium) || fail "Chromium is not installed (Debian: chromium)"
export CHROMIUM
export QUAYMASTER_BIN=${QUAYMASTER_BIN:-${CARGO_TARGET_DIR:-$ROOT/target}/debug/quaymaster}
[ -x "$QUAYMASTER_BIN" ] || fail "not built: ${QUAYMASTER_BIN#"$ROOT"/}"
cd "$ROOT/tests/e2e"
# Playwright sets FORCE_COLOR for its workers, and Node complains about having both.
exec env -u NO_COLOR "$ROOT/frontend/node_modules/.bin/playwright" test "$@"
