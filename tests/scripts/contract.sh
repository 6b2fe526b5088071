#!/usr/bin/env bash
# The published contract and the client that is generated from it.
#
#   contract.sh write   write openapi/openapi.json from the server and regenerate frontend/src/api/gen
#   contract.sh check   fail when either differs from what the server says today, breaks what was released, or is not
#                       clean under Redocly's recommended rules; changes no file
#   contract.sh release what the contract says becomes what is promised to clients (openapi/released.txt)
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CONTRACT="$ROOT/openapi/openapi.json"
GENERATED="$ROOT/frontend/src/api/gen"

# Prints the contract of the server as it is now; needs no configuration and no database.
print_contract() {
  build_programs
  "${CARGO_TARGET_DIR:-$ROOT/target}/debug/quaymaster" openapi
}

generate_client() {
  (cd "$ROOT/frontend" && npm run --silent gen)
}

write() {
  local fresh
  fresh=$(mktemp)
  print_contract >"$fresh"
  mkdir -p "$(dirname "$CONTRACT")"
  # Only a whole contract replaces the old one.
  cat "$fresh" >"$CONTRACT"
  rm -f "$fresh"
  generate_client
}

# Redocly's recommended rules, by openapi/redocly.yaml. It is told twice to call nobody.
lint() {
  REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
    "$ROOT/frontend/node_modules/.bin/redocly" lint --config "$ROOT/openapi/redocly.yaml" "$CONTRACT"
}

check() {
  local work code=0
  work=$(mktemp -d)
  print_contract >"$work/openapi.json"
  if ! diff -u "$CONTRACT" "$work/openapi.json"; then
    say "openapi/openapi.json is not what the server says; run make openapi"
    code=1
  fi
  [ -d "$GENERATED" ] || fail "frontend/src/api/gen is missing; run make openapi"
  cp -a "$GENERATED" "$work/before"
  generate_client
  if ! diff -ru "$work/before" "$GENERATED"; then
    say "frontend/src/api/gen is not what openapi/openapi.json generates; run make openapi"
    code=1
  fi
  rm -rf "$GENERATED"
  mv "$work/before" "$GENERATED"
  rm -rf "$work"
  node --test --test-reporter=dot "$ROOT/tests/scripts/contract-surface.test.mjs" || code=1
  (cd "$ROOT" && node tests/scripts/contract-surface.mjs check) || code=1
  lint || code=1
  return "$code"
}

mkdir -p "$ROOT/frontend/dist"
use_locked_node
case "${1:-}" in
  write) write ;;
  check) check ;;
  release) (cd "$ROOT" && node tests/scripts/contract-surface.mjs release) ;;
  *) fail "usage: contract.sh write|check|release" ;;
esac
