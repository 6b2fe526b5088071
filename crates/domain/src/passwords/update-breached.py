#!/usr/bin/env python3
"""Rebuilds breached.txt from the password list that Django ships.

    pip download --no-deps django==5.2.19
    unzip -p django-5.2.19-*.whl django/contrib/auth/common-passwords.txt.gz > common-passwords.txt.gz
    python3 update-breached.py common-passwords.txt.gz

Writes breached.txt beside itself: one password a line, lower case, printable ASCII, each once, in byte order. The few
entries that are not ASCII are left out: they are the debris of a wrong encoding and nobody can type them.
"""

import gzip
import pathlib
import sys


def main() -> None:
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as file:
        entries = {line.strip().lower() for line in file}
    kept = sorted(e for e in entries if e and all("!" <= c <= "~" for c in e))
    if len(kept) < 10_000:
        sys.exit(f"only {len(kept)} entries: is this the right file?")
    target = pathlib.Path(__file__).with_name("breached.txt")
    target.write_text("".join(f"{e}\n" for e in kept), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
