#!/usr/bin/env bash
# The clients for integrators, made from openapi/openapi.json: a package for npm in target/clients/typescript and one
# for pip in target/clients/python.
#
#   clients.sh write   make and pack both
#   clients.sh check   the same, then install each from its package and go one journey with it through a portal of its own,
#                      and run the examples of the page for developers as they are shown there
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

OPENAPI="$ROOT/openapi/openapi.json"
SOURCES="$ROOT/openapi/clients"
OUT="$ROOT/target/clients"
VENV="$TOOLS/clients"
BIN="$ROOT/frontend/node_modules/.bin"
BINARY="${CARGO_TARGET_DIR:-$ROOT/target}/debug/quaymaster"
FOLDER=
SERVER=

cleanup() {
  if [ -n "$SERVER" ]; then
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" 2>/dev/null || true
  fi
  [ -z "$FOLDER" ] || rm -rf "$FOLDER"
}

contract_version() {
  node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).info.version' "$OPENAPI"
}

make_typescript() {
  local to="$OUT/typescript"
  rm -rf "$to"
  mkdir -p "$to"
  cp "$SOURCES"/typescript/{package.json,tsconfig.json,README.md} "$ROOT"/LICENSE-{MIT,APACHE} "$to"
  OPENAPI="$OPENAPI" CLIENT_SOURCES="$to/src" \
    "$BIN/openapi-ts" --silent --file "$SOURCES/typescript/openapi-ts.config.mjs"
  "$BIN/tsc" --project "$to"
  (
    cd "$to"
    npm pkg set "version=$(contract_version)"
    npm pack --silent >/dev/null
  )
}

make_python() {
  local to="$OUT/python"
  rm -rf "$to"
  # What the generator cannot say is not left out in silence. It finds ruff, which puts the code in form, on PATH.
  PATH="$VENV/bin:$PATH" openapi-python-client generate --path "$OPENAPI" --output-path "$to" \
    --config "$SOURCES/python/config.yml" --fail-on-warning
  cp "$SOURCES/python/README.md" "$ROOT"/LICENSE-{MIT,APACHE} "$to"
  "$VENV/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$to/dist" "$to"
}

write() {
  mkdir -p "$OUT"
  make_typescript
  make_python
  say "target/clients/typescript and target/clients/python are made and packed"
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

start_server() {
  local port attempt
  port=$(free_port)
  export QUAYMASTER_URL="http://127.0.0.1:$port"
  (
    cd "$FOLDER"
    exec env QUAYMASTER_SERVER__LISTEN="127.0.0.1:$port" QUAYMASTER_DEMO__RECORD_LINES=0 \
      "$BINARY" serve --demo >out.log 2>err.log
  ) &
  SERVER=$!
  for attempt in $(seq 1 300); do
    if node -e "fetch('$QUAYMASTER_URL/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then
      return 0
    fi
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 0.2
  done
  fail "the server did not start (attempt $attempt): $(tail -n 3 "$FOLDER/err.log")"
}

# The first owner of the demo, as the journeys sign in.
choose_person() {
  local people
  people=$(cd "$FOLDER" && "$BINARY" demo --json)
  QUAYMASTER_USER=$(node -p 'JSON.parse(process.argv[1]).people.find((p) => p.role === "owner").user_id' "$people")
  QUAYMASTER_PASSWORD=$(node -p 'JSON.parse(process.argv[1]).people.find((p) => p.role === "owner").password' "$people")
  export QUAYMASTER_USER QUAYMASTER_PASSWORD
}

# The package alone, unpacked where Node.js looks for it, beside the journey.
journey_typescript() {
  local project="$FOLDER/typescript"
  mkdir -p "$project/node_modules/@quaymaster/client" "$project/node_modules/@types"
  tar -xzf "$OUT"/typescript/*.tgz --strip-components 1 -C "$project/node_modules/@quaymaster/client"
  cp "$ROOT"/tests/clients/{journey.ts,tsconfig.json} "$project"
  printf '{ "type": "module", "private": true }\n' >"$project/package.json"
  ln -s "$ROOT/frontend/node_modules/@types/node" "$project/node_modules/@types/node"
  "$BIN/tsc" --project "$project"
  node "$project/journey.ts"
}

journey_python() {
  "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall "$OUT"/python/dist/*.whl
  "$VENV/bin/python" "$ROOT/tests/clients/journey.py"
}

# run_example COMMAND WORDS…: runs it as the page says and looks for the words in what it prints.
run_example() {
  local heard words
  heard=$(cd "$FOLDER/examples" && $1) || fail "the example does not work: $1"
  for words in "${@:2}"; do
    grep -qF -- "$words" <<<"$heard" || fail "the example says nothing of $words: $1"
  done
  say "the example works: $1"
}

# refuse_example COMMAND: with a wrong secret it says that it is refused, and fails.
refuse_example() {
  local heard
  if heard=$(cd "$FOLDER/examples" && QUAYMASTER_CLIENT_SECRET=wrong $1 2>&1); then
    fail "the example does not notice a refusal: $1"
  fi
  grep -q 'refused: .*invalid_client' <<<"$heard" || fail "the example does not say what was refused: $1"
}

# The examples of the page, against the portal that the journeys went through.
run_examples() {
  local project="$FOLDER/examples" shown="$ROOT/frontend/src/features/developers/examples" example made
  mkdir -p "$project"
  cp "$shown"/*.{sh,py,ts} "$project"
  cp "$(dirname "$BINARY")"/{first_calls,list_accounts} "$project"
  for example in 'sh first-calls.sh' 'python3 first_calls.py' 'node first-calls.ts' './first_calls'; do
    # Somebody's address, the sub-account as it is still called, and the identifier.
    run_example "$example" '@' 'still called' 'added 17-1000001W2: '
  done
  mapfile -t made < <(python3 "$ROOT/tests/scripts/api_client.py" "Examples")
  [ ${#made[@]} -eq 2 ] || fail "the API client for the examples could not be made"
  export QUAYMASTER_CLIENT_ID=${made[0]} QUAYMASTER_CLIENT_SECRET=${made[1]}
  for example in 'sh list-accounts.sh' 'python3 list_accounts.py' 'node list-accounts.ts' './list_accounts'; do
    run_example "$example" 'may see QM-'
    refuse_example "$example"
  done
}

check() {
  [ -x "$BINARY" ] || fail "target/debug/quaymaster is missing; run cargo build --workspace"
  local example
  for example in first_calls list_accounts; do
    [ -x "$(dirname "$BINARY")/$example" ] || fail "target/debug/$example is missing; run cargo build --workspace"
  done
  write
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  FOLDER=$(mktemp -d)
  start_server
  choose_person
  journey_typescript
  journey_python
  run_examples
}

check_base
install_node_packages
install_client_tools
use_locked_node
case "${1:-}" in
  write) write ;;
  check) check ;;
  *) fail "usage: clients.sh write|check" ;;
esac
