"""Compares the files of a report with its page, cell by cell: CSV with the standard library, XLSX with openpyxl, PDF with
pdftotext. Nothing of the portal is used to read them.

usage: report_files.py FOLDER, with page.json and report.csv, report.xlsx, report.pdf beside it
"""

import csv
import datetime
import decimal
import json
import pathlib
import subprocess
import sys

import openpyxl

TOTALS = {"subtotal": "Subtotal", "grand_total": "Grand total", "others": "Others"}
NUMBERS = {"integer", "decimal", "money", "percent"}
wrong = []


def differs(where, found, wanted):
    if found != wanted:
        wrong.append(f"{where}: {found!r} instead of {wanted!r}")


def shown(columns, row):
    """The texts of a row as a file shows them: a total says so where its group is empty."""
    cells = list(row["cells"])
    word = TOTALS.get(row["kind"])
    if word:
        for at, column in enumerate(columns):
            if not column["measure"] and cells[at] is None:
                cells[at] = word
                break
    return cells


def read_csv(path, columns, rows):
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, strict=True))
    differs("csv lines", len(lines), len(rows) + 1)
    differs("csv header", lines[0], [column["label"] for column in columns])
    for number, (line, row) in enumerate(zip(lines[1:], rows), 1):
        wanted = ["" if cell is None else cell for cell in row]
        # An apostrophe keeps a spreadsheet from taking a text for a formula.
        for at, cell in enumerate(wanted):
            if columns[at]["kind"] not in NUMBERS and cell[:1] in ("=", "+", "-", "@"):
                wanted[at] = "'" + cell
        differs(f"csv line {number}", line, wanted)


def exact(value):
    return decimal.Decimal(repr(value))


def read_xlsx(path, columns, rows):
    book = openpyxl.load_workbook(path)
    differs("xlsx sheets", book.sheetnames, ["Report", "About this report"])
    sheet = book["Report"]
    differs("xlsx lines", sheet.max_row, len(rows) + 1)
    differs("xlsx header", [cell.value for cell in sheet[1]], [column["label"] for column in columns])
    for number, row in enumerate(rows, 1):
        for at, (cell, wanted) in enumerate(zip(sheet[number + 1], row)):
            where = f"xlsx line {number} column {at}"
            if cell.data_type == "f":
                wrong.append(f"{where} is a formula")
            kind = columns[at]["kind"]
            if wanted is None:
                differs(where, cell.value, None)
            elif wanted in TOTALS.values():
                differs(where, cell.value, wanted)
            elif kind in NUMBERS:
                differs(where + " type", cell.data_type, "n")
                differs(where, exact(cell.value), decimal.Decimal(wanted))
            elif kind == "date":
                if not isinstance(cell.value, datetime.datetime):
                    wrong.append(f"{where} is no date: {cell.value!r}")
                else:
                    differs(where, cell.value.date().isoformat(), wanted)
            else:
                differs(where + " type", cell.data_type, "s")
                differs(where, cell.value, wanted)
    about = {}
    for line in book["About this report"].iter_rows(min_row=2, max_col=2, values_only=True):
        about.setdefault(line[0], line[1])
    differs("xlsx cover", about.get("Rows"), str(len(rows)))
    if not about.get("Why these rows"):
        wrong.append("the cover does not say why these rows")


def read_pdf(path, columns, rows):
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    words = " ".join(text.split())
    # A long heading stands on several lines, so its words are looked for one by one.
    for word in " ".join(column["label"] for column in columns).split():
        if word not in words:
            wrong.append(f"the document has no heading {word!r}")
    at = 0
    for number, row in enumerate(rows, 1):
        # A cell without a value has a dash, so that nobody takes it for one that was left out.
        line = " ".join("–" if cell is None else " ".join(cell.split()) for cell in row)
        found = words.find(line, at)
        if found < 0:
            wrong.append(f"pdf line {number}: {line!r} does not follow what stands before it; there stands {words[at:at + 160]!r}")
            return
        at = found + len(line)


folder = pathlib.Path(sys.argv[1])
page = json.loads((folder / "page.json").read_text(encoding="utf-8"))
columns = page["columns"]
rows = [shown(columns, row) for row in page["rows"]]
read_csv(folder / "report.csv", columns, rows)
read_xlsx(folder / "report.xlsx", columns, rows)
read_pdf(folder / "report.pdf", columns, rows)
for line in wrong[:20]:
    print(line)
print(f"{len(rows)} rows, {len(wrong)} differences")
sys.exit(1 if wrong else 0)
