#!/usr/bin/env bash
# Lints and types of everything written in TypeScript: the single-page app and the browser journeys.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

use_locked_node
cd "$ROOT/frontend"
npm run --silent lint
npm run --silent typecheck
cd "$ROOT"
frontend/node_modules/.bin/biome check --config-path=frontend tests/e2e tests/scripts
frontend/node_modules/.bin/tsc -p tests/e2e
