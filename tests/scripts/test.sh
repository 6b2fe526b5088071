#!/usr/bin/env bash
# Everything that must hold before a change is taken, in order of cost: stops at the first stage that
# fails and names it. Ends with one line, `N passed, N failed`, counted over all stages.
#
# The output of each stage is shown and kept in target/test-logs/.
set -uo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
# shellcheck source=tests/scripts/postgres.sh
source "$ROOT/tests/scripts/postgres.sh"
# shellcheck source=tests/scripts/smtp.sh
source "$ROOT/tests/scripts/smtp.sh"
# A stage's failure is judged by `stage`, not by leaving the script at the first non-zero status.
set +e

LOGS="$ROOT/target/test-logs"
PASSED=0
FAILED=0
FAILED_STAGE=
STARTED=$SECONDS

finish() {
  local code=$?
  trap - EXIT INT TERM HUP
  smtp_stop
  [ -z "$SMTP_DIR" ] || rm -rf "$SMTP_DIR"
  pg_stop
  if [ -n "$FAILED_STAGE" ]; then
    echo "stage failed: $FAILED_STAGE"
    # A stage that broke without a failed test (a lint, a build) counts as one.
    [ "$FAILED" -gt 0 ] || FAILED=1
    code=1
  elif [ "$code" -ne 0 ] && [ "$FAILED" -eq 0 ]; then
    FAILED=1
  fi
  echo "total $((SECONDS - STARTED)) s"
  echo "$PASSED passed, $FAILED failed"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# stage NAME COUNTER COMMAND…: runs one stage. COUNTER prints "passed failed" from the stage's log, or is
# `none` for a stage without tests; one that should have run tests and ran none has failed.
stage() {
  local name=$1 counter=$2 log code=0 begun=$SECONDS passed failed
  shift 2
  log="$LOGS/${name// /-}.log"
  echo "== $name"
  (
    set -e
    "$@"
  ) 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  if [ "$counter" != none ]; then
    read -r passed failed < <("$counter" "$log")
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
    if [ "$failed" -gt 0 ]; then
      code=1
    elif [ "$code" -eq 0 ] && [ "$passed" -eq 0 ]; then
      echo "$name ran no test"
      code=1
    fi
    echo "== $name: $passed passed, $failed failed, $((SECONDS - begun)) s"
  else
    echo "== $name: $((SECONDS - begun)) s"
  fi
  if [ "$code" -ne 0 ]; then
    FAILED_STAGE=$name
    exit 1
  fi
}

count_cargo() {
  awk '/^test result: / {
    for (i = 1; i < NF; i++) {
      if ($(i + 1) ~ /^passed;/) passed += $i
      if ($(i + 1) ~ /^failed;/) failed += $i
    }
  } END { print passed + 0, failed + 0 }' "$1"
}

count_vitest() {
  node -e '
    let r = {};
    try { r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); } catch {}
    console.log((r.numPassedTests ?? 0), (r.numFailedTests ?? 0));
  ' "$LOGS/vitest.json"
}

count_playwright() {
  node -e '
    let s = {};
    try { s = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).stats; } catch {}
    console.log((s.expected ?? 0), (s.unexpected ?? 0) + (s.flaky ?? 0));
  ' "$LOGS/playwright.json"
}

# Operations that were tried, once for each caller and way, and the failures and errors that were found.
count_fuzz() {
  node -e '
    const fs = require("fs");
    const folder = process.argv[1];
    const reports = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    let passed = 0, failed = 0;
    for (const name of reports) {
      const report = JSON.parse(fs.readFileSync(`${folder}/${name}`, "utf8"));
      const broken = report.errors.reduce((sum, error) => sum + error.count, 0);
      const wrong = report.test_cases.unique_failures + broken + (report.complete ? 0 : 1);
      failed += wrong;
      passed += Math.max(0, report.operations.tested - wrong);
    }
    console.log(passed, failed);
  ' "$LOGS/contract-fuzz"
}

frontend() {
  "$ROOT/tests/scripts/lint-frontend.sh"
  build_spa
  cd "$ROOT/frontend"
  rm -f "$LOGS/vitest.json"
  npm test --silent -- --reporter=default --reporter=json --outputFile.json="$LOGS/vitest.json"
}

rust_tests_sqlite() {
  QUAYMASTER_TEST_DATABASE=sqlite "$CARGO" test --workspace --no-fail-fast
}

rust_tests_postgres() {
  QUAYMASTER_TEST_DATABASE=postgres QUAYMASTER_TEST_POSTGRES_URL="$PG_URL" \
    "$CARGO" test -p quaymaster-tests -p quaymaster-server --no-fail-fast
}

contract() {
  tests/scripts/contract.sh check
  node tests/scripts/asvs.mjs check
}

clients() {
  build_programs
  tests/scripts/clients.sh check
}

contract_fuzz() {
  build_programs
  rm -rf "$LOGS/contract-fuzz"
  QUAYMASTER_FUZZ_REPORTS="$LOGS/contract-fuzz" tests/scripts/contract-fuzz.sh quick
}

browser() {
  build_programs
  rm -f "$LOGS/playwright.json"
  "$ROOT/tests/scripts/e2e.sh"
}

mkdir -p "$LOGS"
cd "$ROOT" || exit 1
# Colour codes would break the counting and make the logs unreadable.
export CARGO_TERM_COLOR=never NO_COLOR=1 CI=1

stage "set-up" none "$ROOT/tests/scripts/setup.sh" test
use_locked_node
# The server embeds this folder, so it must be there before anything compiles.
mkdir -p frontend/dist

stage "format" none "$CARGO" fmt --all --check
stage "lints" none "$CARGO" clippy --workspace --all-targets --all-features -- -D warnings
stage "frontend" count_vitest frontend

# Named beforehand, so that a server that does not start is reported like a failing stage.
FAILED_STAGE="mail server"
smtp_start "$(mktemp -d "${TMPDIR:-/tmp}/quaymaster-smtp.XXXXXX")"
export QUAYMASTER_TEST_SMTP_URL="$SMTP_URL" QUAYMASTER_TEST_SMTP_DIR="$SMTP_DIR"
FAILED_STAGE=
stage "rust tests sqlite" count_cargo rust_tests_sqlite
FAILED_STAGE="database server"
pg_start
FAILED_STAGE=
stage "rust tests postgres" count_cargo rust_tests_postgres
pg_stop
stage "contract" none contract
stage "clients" none clients
stage "contract fuzz" count_fuzz contract_fuzz
stage "browser" count_playwright browser
