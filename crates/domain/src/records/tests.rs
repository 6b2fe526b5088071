//! Rows of ES-003: what is read, what is refused in which column, and entries put together.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn good() -> HashMap<Column2, String> {
    [
        (Column::Number, "ABC-1234567-6"),
        (Column::Type, "01"),
        (Column::Importer, "08-123456700"),
        (Column::ImporterName, "Harbor Lights\nTrading"),
        (Column::FilerName, "Meridian"),
        (Column::Port, "2704"),
        (Column::EntryDate, "03/02/2026"),
        (Column::LineNumber, "001"),
        (Column::Origin, "cn"),
        (Column::Ordinal, "1"),
        (Column::Hts, "8471.30.0100"),
        (Column::Value, "1,234.50"),
        (Column::Duty, "0.00"),
    ]
    .into_iter()
    .map(|(c, t)| (c as Column2, t.to_owned()))
    .collect()
}

type Column2 = usize;

fn read(
    cells: &HashMap<Column2, String>,
) -> (Option<EntryNumber>, Result<RecordRow, Vec<RowFault>>) {
    let mut row = [""; COLUMNS.len()];
    for (column, text) in cells {
        row[*column] = text;
    }
    read_row(&row)
}

fn with(column: Column, text: &str) -> HashMap<Column2, String> {
    let mut cells = good();
    cells.insert(column as usize, text.to_owned());
    cells
}

#[test]
fn a_good_row_is_read() {
    let row = read(&good()).1.unwrap();
    assert_eq!(row.number.to_string(), "ABC-1234567-6");
    assert_eq!(
        row.header.importer_name.as_deref(),
        Some("Harbor Lights Trading")
    );
    assert_eq!(row.line.value, Some(123_450));
    assert_eq!(row.line.country_origin, "CN");
}

#[test]
fn every_slip_is_named_in_its_column() {
    for (column, text, code) in [
        (Column::Number, "ABC-1234567-5", "check-digit"),
        (Column::Number, "", "missing"),
        (Column::Type, "99", "unknown-entry-type"),
        (Column::Importer, "123456789", "invalid"),
        (Column::Port, "2799", "unknown-port"),
        (Column::EntryDate, "02/31/2026", "date"),
        (Column::LineNumber, "0", "invalid"),
        (Column::Ordinal, "-1", "invalid"),
        (Column::Origin, "CHN", "invalid"),
        (Column::Hts, "8471.30", "invalid"),
        (Column::Value, "1e308", "amount"),
        (Column::Value, "", "missing"),
        (Column::Duty, "-5", "amount"),
        (Column::ImporterName, "=HYPERLINK(\"http://x\")", "formula"),
        (Column::FilerName, "+1", "formula"),
        (Column::Manufacturer, "@SUM(A1)", "formula"),
        (Column::Quantity1, "many", "amount"),
        (Column::Mode, "99", "invalid"),
        (Column::LiquidationStatus, "perhaps", "invalid"),
        (Column::StatementStatus, "XX", "invalid"),
    ] {
        let faults = read(&with(column, text)).1.unwrap_err();
        assert_eq!(faults.len(), 1, "{column:?} {text}: {faults:?}");
        assert_eq!(
            (faults[0].column, faults[0].code),
            (column.name(), code),
            "{text}"
        );
        assert!(
            text.is_empty() || !faults[0].detail.contains(text) || text.len() < 3,
            "{column:?} repeats the cell"
        );
    }
}

#[test]
fn amounts_may_be_empty_on_chapter_99() {
    let mut cells = with(Column::Hts, "9903.88.03");
    cells.insert(Column::Value as usize, String::new());
    cells.insert(Column::Duty as usize, String::new());
    let row = read(&cells).1.unwrap();
    assert_eq!((row.line.value, row.line.duty), (None, None));
}

#[test]
fn importers_come_in_three_forms() {
    for (text, normal) in [
        ("08-1234567", "08-123456700"),
        ("123-45-6789", "123-45-6789"),
        ("261234-00001", "261234-00001"),
    ] {
        let row = read(&with(Column::Importer, text)).1.unwrap();
        assert_eq!(row.header.importer.normal(), normal);
    }
}

#[test]
fn names_of_columns_are_folded() {
    assert_eq!(column_of(" line tariff uom (1)  CODE"), Some(Column::Uom1));
    assert_eq!(column_of("line_tariff_uom_1_code"), Some(Column::Uom1));
    assert_eq!(column_of("HTS Number - Full"), Some(Column::Hts));
    assert_eq!(column_of("Trade Agreement"), None);
    for column in COLUMNS {
        assert_eq!(column_of(column.name()), Some(*column));
    }
}

#[test]
fn an_entry_is_put_together() {
    let first = read(&with(Column::Mpf, "34.64")).1.unwrap();
    let mut second = with(Column::Mpf, "34.64");
    second.insert(Column::Ordinal as usize, "2".to_owned());
    second.insert(Column::Hts as usize, "9903.88.03".to_owned());
    second.insert(Column::Value as usize, String::new());
    second.insert(Column::Duty as usize, "100.00".to_owned());
    let second = read(&second).1.unwrap();
    let done = assemble(vec![
        (2, first.clone()),
        (3, first.clone()),
        (4, second.clone()),
    ])
    .unwrap();
    assert_eq!(done.duplicates, 1);
    let record = done.record;
    assert_eq!(
        (
            record.value,
            record.duty,
            record.line_count,
            record.lines.len()
        ),
        (123_450, 10_000, 1, 2)
    );
    // A line's fee is counted once, although both rows of the line repeat it.
    assert_eq!(record.fees.mpf.reported, Some(3_464));
    assert_eq!(record.fees.mpf.computed, Some(3_358));
    assert_eq!(record.fees.mpf.check, FeeCheck::Differs);
    assert_eq!(
        (record.lines[0].mpf, record.lines[1].mpf),
        (Some(3_464), None)
    );

    let mut other = second;
    other.header.port = "1001".to_owned();
    let faults = assemble(vec![(2, first.clone()), (4, other)]).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(
        (faults[0].0, faults[0].1.code, faults[0].1.column),
        (4, "contradiction", Column::Port.name())
    );
    let mut other = first.clone();
    other.line.duty = Some(1);
    assert_eq!(assemble(vec![(2, first), (9, other)]).unwrap_err()[0].0, 9);
}

#[test]
fn the_fingerprint_tells_changes() {
    let row = read(&good()).1.unwrap();
    let record = |row: RecordRow| assemble(vec![(2, row)]).unwrap().record;
    let one = record(row.clone()).fingerprint("k");
    assert_eq!(one, record(row.clone()).fingerprint("k"));
    assert_ne!(one, record(row.clone()).fingerprint("l"));
    let mut changed = row;
    changed.line.duty = Some(7);
    assert_ne!(one, record(changed).fingerprint("k"));
}

proptest! {
    /// No text anywhere makes the reader fall over, and what it accepts it accepts again.
    #[test]
    fn any_text_is_read_or_refused(cells in proptest::collection::vec(".{0,24}", COLUMNS.len())) {
        let (number, row) = read_row(&std::array::from_fn(|n| cells[n].as_str()));
        if let Ok(row) = row {
            prop_assert_eq!(Some(row.number), number);
        }
    }
}
