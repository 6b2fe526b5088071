#!/usr/bin/env bash
# Fuzzes the running server by its own contract with schemathesis, as nobody, user, owner and staff: no 5xx, no status
# that the contract does not name, no answer that does not fit its schema. Makes a demo world of its own and throws it
# away.
#
#   contract-fuzz.sh [SECONDS]   how long for each caller; 60 unless given
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

SECONDS_EACH=${1:-60}
WANTED="$ROOT/tests/scripts/contract-fuzz.requirements.txt"
VENV="$TOOLS/contract-fuzz"
BINARY="$ROOT/target/debug/quaymaster"
FOLDER=
SERVER=

# Operations that would end the caller's own session, change the caller's password or take the caller's rights.
LEAVE_OUT=(end_current_session end_session change_password choose_challenge_questions hand_over_ownership
  suspend_staff update_staff suspend_staff_old_path update_staff_old_path suspend_person remove_user publish_terms)

# What is not held against an answer: a rule of the domain may refuse what the schema allows (an identifier that is no
# right one, a stale version), so data that fits the schema may well be answered 4xx.
LEFT_OUT_CHECKS=positive_data_acceptance

cleanup() {
  if [ -n "$SERVER" ]; then
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" 2>/dev/null || true
  fi
  [ -z "$FOLDER" ] || rm -rf "$FOLDER"
}

install_schemathesis() {
  if [ -x "$VENV/bin/schemathesis" ] && cmp -s "$WANTED" "$VENV/installed"; then
    return 0
  fi
  local python
  python=$(find_python) || fail "python3 cannot make a virtual environment (Debian: python3-venv)"
  say "installing schemathesis"
  rm -rf "$VENV"
  mkdir -p "$TOOLS"
  "$python" -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r "$WANTED"
  cp "$WANTED" "$VENV/installed"
}

free_port() {
  "$VENV/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# person ROLE: the User ID of the first one of this role.
person() {
  "$BINARY" demo --json | "$VENV/bin/python" -c '
import json, sys
print(next(p["user_id"] for p in json.load(sys.stdin)["people"] if p["role"] == sys.argv[1]))' "$1"
}

start_server() {
  local port attempt
  port=$(free_port)
  export QUAYMASTER_SERVER__LISTEN="127.0.0.1:$port"
  # Wrong secrets by the thousand are what a fuzz sends; being locked out would only hide the rest.
  export QUAYMASTER_POLICY__NETWORK_FAILURES=1000000 QUAYMASTER_POLICY__MAX_FAILURES=100
  export QUAYMASTER_FUZZ_URL="http://127.0.0.1:$port"
  cd "$FOLDER"
  "$BINARY" serve --demo >out.log 2>err.log &
  SERVER=$!
  for attempt in $(seq 1 300); do
    if "$VENV/bin/python" -c "import urllib.request as u; u.urlopen('$QUAYMASTER_FUZZ_URL/readyz')" 2>/dev/null; then
      return 0
    fi
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 0.2
  done
  fail "the server did not start (attempt $attempt): $(tail -n 3 err.log)"
}

fuzz() {
  local caller=$1 user=$2 leave=() id
  for id in "${LEAVE_OUT[@]}"; do leave+=(--exclude-operation-id "$id"); done
  say "== as $caller"
  QUAYMASTER_FUZZ_USER=$user SCHEMATHESIS_HOOKS="$ROOT/tests/scripts/contract_fuzz.py" \
    "$VENV/bin/schemathesis" --config-file "$ROOT/tests/scripts/contract-fuzz.toml" run "$QUAYMASTER_FUZZ_URL/api/openapi.json" --no-color --checks all \
    --exclude-checks "$LEFT_OUT_CHECKS" --max-time "$SECONDS_EACH" --generation-database none \
    --request-timeout 30 --continue-on-failure "${leave[@]}"
}

[ -x "$BINARY" ] || fail "target/debug/quaymaster is missing; run cargo build"
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
install_schemathesis
FOLDER=$(mktemp -d)
start_server
QUAYMASTER_FUZZ_PASSWORD=$("$BINARY" demo --json | "$VENV/bin/python" -c '
import json, sys
print(next(p["password"] for p in json.load(sys.stdin)["people"] if p["password"]))')
export QUAYMASTER_FUZZ_PASSWORD
failed=0
fuzz nobody "" || failed=1
for role in user owner support_lead administrator; do
  fuzz "$role" "$(person "$role")" || failed=1
done
# What the HTTP library says of requests that are none is the callers' doing.
if grep -n "panicked\|ERROR quaymaster" err.log >&2; then
  say "the server complained of itself"
  failed=1
fi
exit "$failed"
