#!/usr/bin/env bash
# Builds the portal and serves its demo world on http://localhost:8080. The data lives under var/ and is
# kept; remove the folder to start afresh.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare run
use_locked_node
build_spa
cd "$ROOT"
"$CARGO" build --release --package quaymaster-server
exec "${CARGO_TARGET_DIR:-$ROOT/target}/release/quaymaster" serve --demo
