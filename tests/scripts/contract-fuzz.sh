#!/usr/bin/env bash
# Fuzzes the running server by its own contract with schemathesis, as nobody, user, owner, staff and an API client: no 5xx,
# no status that the contract does not name, no answer that does not fit its schema. Makes a demo world of its own and
# throws it away.
#
#   contract-fuzz.sh [SECONDS]   how long for the breadth of each caller, 60 unless given; the chains take twice as much again
#   contract-fuzz.sh quick       a few requests to each operation as each caller, the same ones every time
#
# QUAYMASTER_FUZZ_REPORTS names the folder in which each run's report is left.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

LENGTH=${1:-60}
VENV="$TOOLS/contract-fuzz"
BINARY="${CARGO_TARGET_DIR:-$ROOT/target}/debug/quaymaster"
FOLDER=
SERVER=
FAILED=0

# Operations that would end the caller's own session, change the caller's password or take the caller's rights.
LEAVE_OUT=(end_current_session end_session change_password choose_challenge_questions hand_over_ownership
  suspend_staff update_staff suspend_staff_old_path update_staff_old_path suspend_person remove_user publish_terms)

# What is not held against an answer: a rule of the domain may refuse what the schema allows (an identifier that is no
# right one, a stale version), so data that fits the schema may well be answered 4xx.
LEFT_OUT_CHECKS=positive_data_acceptance

# Where no answer names anything that another request could take.
NO_CHAINS=(sessions me setup demo)

cleanup() {
  if [ -n "$SERVER" ]; then
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" 2>/dev/null || true
  fi
  [ -z "$FOLDER" ] || rm -rf "$FOLDER"
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
  # Wrong secrets by the thousand are what a fuzz sends, faster than any caller may; being locked out or told to wait would
  # only hide the rest.
  export QUAYMASTER_POLICY__NETWORK_FAILURES=1000000 QUAYMASTER_POLICY__MAX_FAILURES=100
  export QUAYMASTER_LIMITS__REQUESTS_PER_MINUTE=0
  # Enough to have pages of them; importing more would take the time of the fuzz.
  export QUAYMASTER_DEMO__RECORD_LINES=2000
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

# contract EXPRESSION: prints what it lists of the contract `c`, one a line.
contract() {
  "$VENV/bin/python" -c '
import json, os, sys, urllib.request
with urllib.request.urlopen(os.environ["QUAYMASTER_FUZZ_URL"] + "/api/openapi.json") as answer:
    print("\n".join(eval(sys.argv[1], {"c": json.load(answer)})))' "$1"
}

# fuzz NAME ARGUMENT…: one run of schemathesis as the caller that the environment names.
fuzz() {
  local name=$1 leave=() id
  shift
  for id in "${LEAVE_OUT[@]}"; do leave+=(--exclude-operation-id "$id"); done
  say "== $name"
  SCHEMATHESIS_HOOKS="$ROOT/tests/scripts/contract_fuzz.py" \
    "$VENV/bin/schemathesis" --config-file "$ROOT/tests/scripts/contract-fuzz.toml" run "$QUAYMASTER_FUZZ_URL/api/openapi.json" --no-color --checks all \
    --exclude-checks "$LEFT_OUT_CHECKS" --generation-database none --request-timeout 30 --continue-on-failure \
    --report json --report-json-path "$REPORTS/${name//[ ,]/-}.json" "${leave[@]}" "$@" || FAILED=1
}

# chains CALLER AREA ARGUMENT…: requests that take what others have answered, in one area of the contract and from the list
# of accounts on. With the whole contract at once the search gives up before it takes the first of so many steps.
chains() {
  fuzz "$1, chains in $2" --include-tag "$2" --include-operation-id list_accounts --phases stateful "${@:3}"
}

# for_long CALLER: everything that is tried as a person or nobody; a tenth of the time goes into the chains of each area.
for_long() {
  local area
  fuzz "$1" --phases examples,coverage,fuzzing --max-time "$LENGTH"
  for area in "${AREAS[@]}"; do
    [[ " ${NO_CHAINS[*]} " == *" $area "* ]] || chains "$1" "$area" --max-time "$(((LENGTH + 9) / 10))"
  done
}

# What a program may do, and what is for people.
for_long_as_program() {
  fuzz "API client, its own" "${OWN[@]/#/--include-operation-id=}" --max-time "$LENGTH"
  fuzz "API client, what is for people" "${OWN[@]/#/--exclude-operation-id=}" \
    --phases examples,coverage,fuzzing --max-time "$LENGTH"
}

# The same with a few cases of each kind, which a seed makes the same in every run.
SAME=(--seed 20260302 --warnings off)

quickly() {
  local cases=1 areas area
  # Those who get through to most.
  case $1 in owner | administrator) cases=2 ;; esac
  fuzz "$1" "${SAME[@]}" --phases fuzzing --max-examples "$cases"
  case $1 in
    nobody) areas=(applications) ;;
    user) areas=(records) ;;
    owner) areas=(structure users) ;;
    support_lead) areas=(cases) ;;
    administrator) areas=(notices) ;;
  esac
  for area in "${areas[@]}"; do chains "$1" "$area" "${SAME[@]}" --max-examples 20; done
}

quickly_as_program() {
  fuzz "API client, its own" "${OWN[@]/#/--include-operation-id=}" "${SAME[@]}" --max-examples 10
  fuzz "API client, what is for people" "${OWN[@]/#/--exclude-operation-id=}" "${SAME[@]}" \
    --phases fuzzing --max-examples 1
}

[ -x "$BINARY" ] || fail "target/debug/quaymaster is missing; run cargo build"
case $LENGTH in
  quick) how=quickly ;;
  '' | *[!0-9]* | 0) fail "usage: contract-fuzz.sh [SECONDS|quick]" ;;
  *) how=for_long ;;
esac
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
install_fuzz_tools
FOLDER=$(mktemp -d)
REPORTS=${QUAYMASTER_FUZZ_REPORTS:-$FOLDER/reports}
mkdir -p "$REPORTS"
start_server
PASSWORD=$("$BINARY" demo --json | "$VENV/bin/python" -c '
import json, sys
print(next(p["password"] for p in json.load(sys.stdin)["people"] if p["password"]))')
mapfile -t AREAS < <(contract '[tag["name"] for tag in c["tags"]]')
[ ${#AREAS[@]} -gt 0 ] || fail "the contract could not be read"
"$how" nobody
# Before the owner, whose requests change the account.
mapfile -t OWN < <(contract '[o["operationId"] for i in c["paths"].values() for o in i.values() if any("api_client" in s for s in o["security"])]')
mapfile -t MADE < <(QUAYMASTER_URL="$QUAYMASTER_FUZZ_URL" QUAYMASTER_USER="$(person owner)" QUAYMASTER_PASSWORD="$PASSWORD" \
  "$VENV/bin/python" "$ROOT/tests/scripts/api_client.py" "Contract fuzz")
[ ${#OWN[@]} -gt 0 ] && [ ${#MADE[@]} -eq 2 ] || fail "the API client could not be made"
QUAYMASTER_FUZZ_CLIENT=${MADE[0]} QUAYMASTER_FUZZ_SECRET=${MADE[1]} "${how}_as_program"
for role in user owner support_lead administrator; do
  QUAYMASTER_FUZZ_USER=$(person "$role") QUAYMASTER_FUZZ_PASSWORD=$PASSWORD "$how" "$role"
done
# What the HTTP library says of requests that are none is the callers' doing.
if grep -n "panicked\|ERROR quaymaster" err.log >&2; then
  say "the server complained of itself"
  FAILED=1
fi
exit "$FAILED"
