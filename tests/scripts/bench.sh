#!/usr/bin/env bash
# The measurements of docs/PERFORMANCE.md, in the release profile. Arguments choose what is measured.
set -euo pipefail
# shellcheck source=tests/scripts/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

prepare run
use_locked_node
build_spa
cd "$ROOT"
"$CARGO" build --release --package quaymaster-server --package quaymaster-tests --bins --features quaymaster-tests/bench
# DuckDB is the yardstick of the reports and nothing else; without Python they are left out.
python_of_bench="$TOOLS/bench-venv/bin/python"
if ! "$python_of_bench" -c 'import duckdb' 2>/dev/null && python=$(find_python); then
  "$python" -m venv --clear "$TOOLS/bench-venv"
  "$python_of_bench" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$ROOT/tests/bench/requirements.txt"
fi
if [ -x "$python_of_bench" ]; then
  export QUAYMASTER_BENCH_PYTHON="$python_of_bench"
fi
bench="${CARGO_TARGET_DIR:-$ROOT/target}/release/quaymaster-bench"
if find_postgres_bin >/dev/null; then
  exec "$ROOT/tests/scripts/postgres.sh" run "$bench" "$@"
fi
exec "$bench" "$@"
