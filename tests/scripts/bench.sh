#!/usr/bin/env bash
# The measurements of docs/PERFORMANCE.md, in the release profile. Arguments choose what is measured.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare run
use_locked_node
build_spa
cd "$ROOT"
"$CARGO" build --release --package quaymaster-server --package quaymaster-tests --bins --features quaymaster-tests/bench
bench="${CARGO_TARGET_DIR:-$ROOT/target}/release/quaymaster-bench"
if find_postgres_bin >/dev/null; then
  exec "$ROOT/tests/scripts/postgres.sh" run "$bench" "$@"
fi
exec "$bench" "$@"
