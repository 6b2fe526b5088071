#!/usr/bin/env bash
# Takes the pictures of the help guides anew, by the browser of the journeys from the demo world. Look at them
# before committing. Build first: cargo build -p quaymaster-server, npm run build.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

QUAYMASTER_GUIDES="$ROOT/frontend/src/features/help/pictures"
export QUAYMASTER_GUIDES
mkdir -p "$QUAYMASTER_GUIDES"
exec "$ROOT/tests/scripts/e2e.sh" --config "$ROOT/tests/e2e/guides.config.ts" "$@"
