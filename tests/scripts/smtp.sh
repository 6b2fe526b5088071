#!/usr/bin/env bash
# Starts the SMTP server of the tests (smtp.py) on a free port.
#
#   smtp.sh run FOLDER CMD…   run CMD with QUAYMASTER_TEST_SMTP_URL and QUAYMASTER_TEST_SMTP_DIR set, always stop
#   smtp.sh serve FOLDER [--port PORT]   stay in the foreground and print the URL; for a program that starts its own
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SMTP_PID=
SMTP_URL=
SMTP_DIR=

smtp_start() {
  local out attempt
  SMTP_DIR=$1
  [ -x "$TOOLS/venv/bin/python" ] || fail "the SMTP server is not installed; run tests/scripts/setup.sh test"
  mkdir -p "$SMTP_DIR"
  out="$SMTP_DIR/.url"
  rm -f "$out"
  "$TOOLS/venv/bin/python" "$ROOT/tests/scripts/smtp.py" "$SMTP_DIR" >"$out" &
  SMTP_PID=$!
  for attempt in $(seq 1 100); do
    SMTP_URL=$(head -n 1 "$out" 2>/dev/null || true)
    [ -z "$SMTP_URL" ] || return 0
    kill -0 "$SMTP_PID" 2>/dev/null || break
    sleep 0.1
  done
  fail "the SMTP server did not start (attempt $attempt)"
}

smtp_stop() {
  [ -n "$SMTP_PID" ] || return 0
  kill "$SMTP_PID" 2>/dev/null || true
  wait "$SMTP_PID" 2>/dev/null || true
  SMTP_PID=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case "${1:-}" in
    run)
      [ $# -gt 2 ] || fail "usage: smtp.sh run FOLDER CMD…"
      folder=$2
      shift 2
      trap smtp_stop EXIT
      trap 'exit 130' INT
      trap 'exit 143' TERM HUP
      smtp_start "$folder"
      QUAYMASTER_TEST_SMTP_URL="$SMTP_URL" QUAYMASTER_TEST_SMTP_DIR="$folder" "$@"
      ;;
    serve)
      [ $# -ge 2 ] || fail "usage: smtp.sh serve FOLDER [--port PORT]"
      [ -x "$TOOLS/venv/bin/python" ] || fail "the SMTP server is not installed; run tests/scripts/setup.sh test"
      mkdir -p "$2"
      exec "$TOOLS/venv/bin/python" "$ROOT/tests/scripts/smtp.py" "${@:2}"
      ;;
    *) fail "usage: smtp.sh run FOLDER CMD… | serve FOLDER" ;;
  esac
fi
