#!/usr/bin/env bash
# Brings a fresh Debian-like machine to where `make run` and `make test` work. What the machine must bring
# itself (Rust, Node.js, a C compiler) is checked and named; the rest is installed from the ordinary
# package registries. Doing it again changes nothing.
#
#   setup.sh run | test    prepare for `make run` or `make test`
#   setup.sh --dry-run …   say what would be installed, install nothing
set -euo pipefail
# shellcheck source=tests/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DRY_RUN=${DRY_RUN:-}

# Stops with one line that names everything the machine lacks.
check_base() {
  local missing=()
  have "$CARGO" || missing+=("Rust (https://rustup.rs)")
  if ! have node; then
    missing+=("Node.js 20 or newer")
  elif ! at_least "$(node_version)" 20; then
    missing+=("Node.js 20 or newer (found $(node_version))")
  elif ! have npm; then
    missing+=("npm")
  fi
  have cc || have gcc || have clang || missing+=("a C compiler (Debian: build-essential)")
  if [ ${#missing[@]} -gt 0 ]; then
    local list
    list=$(printf ', %s' "${missing[@]}")
    fail "missing: ${list:2}"
  fi
}

# The Debian packages the tests need and the machine does not have, one a line.
missing_packages() {
  find_postgres_bin >/dev/null || echo postgresql
  find_chromium >/dev/null || echo chromium
  have pdftotext || echo poppler-utils
  if ! find_python >/dev/null; then
    echo python3
    echo python3-venv
  fi
}

# Prints a python3 that can make virtual environments. Debian ships the module without its payload, so
# asking for `ensurepip` is what tells.
find_python() {
  local python
  for python in /usr/bin/python3 "$(command -v python3 2>/dev/null || true)"; do
    if [ -n "$python" ] && "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
      printf '%s\n' "$python"
      return 0
    fi
  done
  return 1
}

install_packages() {
  [ $# -gt 0 ] || return 0
  local line="apt-get update && apt-get install -y --no-install-recommends $*"
  local sudo=()
  if [ -n "$DRY_RUN" ]; then
    say "would run: $line"
    return 0
  fi
  if ! have apt-get; then
    fail "missing: $*. This system has no apt-get; install them with its package manager and start again"
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! have sudo || ! sudo -n true 2>/dev/null; then
      local become="sudo sh -c"
      have sudo || become="su -c"
      say "missing: $*. Run this line, then start again:"
      say "  $become '$line'"
      exit 1
    fi
    sudo=(sudo -n)
  fi
  say "installing $*"
  "${sudo[@]}" apt-get update -q
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# install_python_packages FOLDER LOCK WORDS: a virtual environment under target/test-tools with what the lock names,
# made anew only when the lock has changed.
install_python_packages() {
  local venv="$TOOLS/$1" wanted="$ROOT/$2" python
  if [ -f "$venv/installed" ] && cmp -s "$wanted" "$venv/installed" && [ -x "$venv/bin/python" ]; then
    return 0
  fi
  if [ -n "$DRY_RUN" ]; then
    say "would install $2 into ${venv#"$ROOT"/}"
    return 0
  fi
  python=$(find_python) || fail "python3 cannot make a virtual environment (Debian: python3-venv)"
  say "installing $3"
  rm -rf "$venv"
  mkdir -p "$TOOLS"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$wanted"
  cp "$wanted" "$venv/installed"
}

# What makes, packs and runs the Python client for integrators.
install_client_tools() {
  install_python_packages clients openapi/clients/python/requirements.txt "the generator of the Python client"
}

# What sends the server requests by its contract.
install_fuzz_tools() {
  install_python_packages contract-fuzz tests/scripts/contract-fuzz.requirements.txt "the fuzz of the contract"
}

# `npm ci`, only when the lock differs from what was installed last.
install_node_packages() {
  local dir="$ROOT/frontend"
  local stamp="$dir/node_modules/.installed-lock"
  if ! cmp -s "$dir/package-lock.json" "$stamp"; then
    if [ -n "$DRY_RUN" ]; then
      say "would run: npm ci (frontend)"
      return 0
    fi
    say "installing the node packages"
    # Left over from an interrupted or another install, npm ci clears it away by itself.
    (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error)
    cp "$dir/package-lock.json" "$stamp"
  fi
  # Node looks for modules upwards from a file; the browser journeys live outside frontend/.
  mkdir -p "$ROOT/tests/e2e"
  ln -sfn ../../frontend/node_modules "$ROOT/tests/e2e/node_modules"
}

# Builds the single-page app into frontend/dist, unless its sources are those of the last build: a new
# build would make cargo link the server again.
build_spa() {
  local stamp="$TOOLS/spa.sha256" sources
  sources=$(
    cd "$ROOT/frontend"
    find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
  )
  if [ -f "$ROOT/frontend/dist/index.html" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sources" ]; then
    return 0
  fi
  rm -f "$stamp"
  (cd "$ROOT/frontend" && npm run --silent build) || return 1
  mkdir -p "$TOOLS"
  printf '%s\n' "$sources" >"$stamp"
}

prepare() {
  check_base
  if [ "$1" = test ]; then
    local packages
    mapfile -t packages < <(missing_packages)
    install_packages "${packages[@]}"
    install_python_packages venv tests/scripts/requirements.txt "the Python packages of the tests"
    install_client_tools
    install_fuzz_tools
  fi
  install_node_packages
}

# Sourced by the other scripts for its functions; run by hand for its effect.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  if [ "${1:-}" = --dry-run ]; then
    DRY_RUN=1
    shift
  fi
  case "${1:-}" in
    run | test) prepare "$1" ;;
    *) fail "usage: setup.sh [--dry-run] run|test" ;;
  esac
fi
