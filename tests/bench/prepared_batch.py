"""How long SQLite itself takes for the rows of a file of ours: prepared statements, a batch in one transaction, into the same
tables with the same indexes and the same care for the disk.

    prepared_batch.py SOURCE TARGET

Prints the seconds. TARGET has the tables, and nothing in them; the rows are in memory before the time begins.
"""

import sqlite3
import sys
import time

source, target = (sqlite3.connect(path, isolation_level=None) for path in sys.argv[1:3])
tables = {}
for name in ("entries", "entry_lines"):
    rows = source.execute(f"SELECT * FROM {name}").fetchall()
    tables[name] = (rows, ", ".join("?" * len(rows[0])))
target.execute("PRAGMA synchronous = FULL")
begun = time.perf_counter()
target.execute("BEGIN IMMEDIATE")
for name, (rows, places) in tables.items():
    target.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
target.execute("COMMIT")
print(time.perf_counter() - begun)
