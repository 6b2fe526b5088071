#!/usr/bin/env bash
# A throw-away PostgreSQL cluster for the tests: its own folder, a free port on 127.0.0.1, nothing kept.
#
#   postgres.sh run CMD…   start, run CMD with QUAYMASTER_TEST_POSTGRES_URL set, always stop
#   postgres.sh start      start and print the URL; `stop` ends it
#   postgres.sh stop
#
# Durability is switched off: a test cluster that loses power is thrown away anyhow.
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PG_DIR=
PG_URL=
PG_STATE="$TOOLS/postgres.dir"

# PostgreSQL refuses to run as root, so root hands over to the user that Debian's package makes.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

pg_start() {
  local bin password port attempt
  bin=$(find_postgres_bin) || fail "PostgreSQL is not installed (Debian: postgresql)"
  if [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; then
    fail "PostgreSQL does not run as root, and there is no user postgres to run it"
  fi
  PG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/quaymaster-pg.XXXXXX")
  password=$(head -c 18 /dev/urandom | base64 | tr -d '+/=\n')
  printf '%s\n' "$password" >"$PG_DIR/password"
  if [ "$(id -u)" -eq 0 ]; then
    chown -R postgres "$PG_DIR"
  fi
  # md5 instead of scram: the tests open thousands of connections, and nobody but this machine gets in.
  as_postgres "$bin/initdb" --pgdata="$PG_DIR/data" --username=quaymaster --pwfile="$PG_DIR/password" \
    --auth=md5 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$PG_DIR/initdb.log" 2>&1 || {
    cat "$PG_DIR/initdb.log" >&2
    fail "initdb failed"
  }
  cat >>"$PG_DIR/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$PG_DIR'
max_connections = 200
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
timezone = 'UTC'
CONF
  # A port that is free now can be taken a moment later, so the server's own refusal decides.
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + (RANDOM << 1 ^ RANDOM) % 12000))
    if as_postgres "$bin/pg_ctl" --pgdata="$PG_DIR/data" --options="-p $port" --log="$PG_DIR/server.log" \
      --wait --timeout=60 --silent start >/dev/null 2>&1; then
      PG_URL="postgres://quaymaster:$password@127.0.0.1:$port/postgres"
      return 0
    fi
  done
  tail -n 20 "$PG_DIR/server.log" >&2 || true
  fail "PostgreSQL did not start after $attempt attempts"
}

pg_stop() {
  local bin
  [ -n "$PG_DIR" ] || return 0
  if [ -f "$PG_DIR/data/postmaster.pid" ]; then
    bin=$(find_postgres_bin)
    as_postgres "$bin/pg_ctl" --pgdata="$PG_DIR/data" --mode=immediate --wait --silent stop >/dev/null 2>&1 || true
  fi
  rm -rf "$PG_DIR"
  PG_DIR=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case "${1:-}" in
    run)
      shift
      [ $# -gt 0 ] || fail "usage: postgres.sh run CMD…"
      trap pg_stop EXIT
      trap 'exit 130' INT
      trap 'exit 143' TERM HUP
      pg_start
      QUAYMASTER_TEST_POSTGRES_URL="$PG_URL" "$@"
      ;;
    start)
      [ ! -f "$PG_STATE" ] || fail "already started; stop it first: tests/scripts/postgres.sh stop"
      trap pg_stop EXIT
      pg_start
      mkdir -p "$TOOLS"
      printf '%s\n' "$PG_DIR" >"$PG_STATE"
      trap - EXIT
      printf '%s\n' "$PG_URL"
      ;;
    stop)
      [ -f "$PG_STATE" ] || exit 0
      PG_DIR=$(cat "$PG_STATE")
      pg_stop
      rm -f "$PG_STATE"
      ;;
    *) fail "usage: postgres.sh run CMD… | start | stop" ;;
  esac
fi
