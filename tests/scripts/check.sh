#!/usr/bin/env bash
# The checks that run nothing: format, lints and types of both languages. The quick half of `make test`.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

check_base
install_node_packages
mkdir -p "$ROOT/frontend/dist"
cd "$ROOT"
"$CARGO" fmt --all --check
"$CARGO" clippy --workspace --all-targets --all-features -- -D warnings
tests/scripts/lint-frontend.sh
