"""Runs the reports of the benchmark in DuckDB on the file that was imported: the yardstick, not a dependency.

Arguments: the CSV file of ES-003, and a JSON file {"keys": [...], "turns": N, "reports": {name: sql}}. Prints
{name: {"ms": the median, "compared": the sum of the column "compared"}}. `lines` is the table, `keys` the importers.
"""

import json
import statistics
import sys
import time

import duckdb

csv, wanted = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
db = duckdb.connect()
db.execute(
    """
    CREATE TABLE lines AS
    SELECT "Entry Summary Number" AS entry_number, "Importer Number" AS importer_key, "HTS Number - Full" AS hts,
           "Country of Origin Code" AS country_origin, "Line SPI Code" AS spi,
           strftime(strptime("Entry Date", '%m/%d/%Y'), '%Y-%m-%d') AS entry_date,
           CAST(round(CAST("Line Tariff Goods Value Amount" AS DECIMAL(18, 2)) * 100) AS BIGINT) AS value_cents,
           CAST(round(CAST("Line Tariff Duty Amount" AS DECIMAL(18, 2)) * 100) AS BIGINT) AS duty_cents,
           CAST("Entry Summary Line Number" = '001' AND "Tariff Ordinal Number" = '1' AS INTEGER) AS is_first
    FROM read_csv(?, header = true, all_varchar = true)
    """,
    [csv],
)
keys = ", ".join("'" + key.replace("'", "''") + "'" for key in wanted["keys"])
found = {}
for name, sql in wanted["reports"].items():
    sql = sql.replace("$keys", keys)
    times = []
    # The first turn warms up.
    for turn in range(wanted["turns"] + 1):
        begun = time.perf_counter()
        answer = db.execute(sql)
        compared = [column[0] for column in answer.description].index("compared")
        rows = answer.fetchall()
        if turn:
            times.append((time.perf_counter() - begun) * 1000)
    found[name] = {"ms": statistics.median(times), "compared": sum(int(row[compared]) for row in rows)}
print(json.dumps(found))
