#!/usr/bin/env bash
# The measurements of docs/PERFORMANCE.md, in the release profile. Arguments choose what is measured.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare run
use_locked_node
build_spa
cd "$ROOT"
"$CARGO" build --release --package quaymaster-server --package quaymaster-tests --bins
exec "${CARGO_TARGET_DIR:-$ROOT/target}/release/quaymaster-bench" "$@"
