//! Tables as CSV (RFC 4180, UTF-8). Cells that a spreadsheet would run as a formula are made text.

use super::Sheet;

/// The table of a document as CSV: the header first; facts and title are left to the PDF.
///
/// # Errors
/// Never in practice: the bytes go to memory.
pub fn to_csv(sheet: &Sheet) -> Result<Vec<u8>, std::io::Error> {
    let header: Vec<_> = sheet.columns.iter().map(|c| c.heading.as_ref()).collect();
    rows_to_csv(Some(&header), &sheet.rows, &[])
}

/// Rows as CSV, for files that are written piece by piece: the header belongs to the first piece only. `numbers` names
/// the columns that hold nothing but numbers made by the portal, where a minus is no formula; columns beyond it hold texts.
///
/// # Errors
/// Never in practice: the bytes go to memory.
pub fn rows_to_csv(
    header: Option<&[&str]>,
    rows: &[Vec<String>],
    numbers: &[bool],
) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if let Some(header) = header {
        writer.write_record(header)?;
    }
    for row in rows {
        writer.write_record(row.iter().enumerate().map(|(place, cell)| {
            if numbers.get(place) == Some(&true) && is_number(cell) {
                cell.clone()
            } else {
                harmless(cell)
            }
        }))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Spreadsheets take a cell for a formula by its first sign, also after blanks, and in its full-width form; an apostrophe
/// before it makes it text (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}']).chars().next();
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    fn written(cell: &str) -> String {
        let sheet = Sheet {
            title: String::new(),
            facts: Vec::new(),
            chart: None,
            columns: vec![Column {
                heading: "Name".into(),
                share: 1.0,
            }],
            rows: vec![vec![cell.to_owned()]],
            made_at: chrono::DateTime::UNIX_EPOCH,
        };
        String::from_utf8(to_csv(&sheet).unwrap()).unwrap()
    }

    #[test]
    fn formulas_become_text() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            " =cmd|' /C calc'!A0",
            "＝1",
        ] {
            let file = written(cell);
            let cell = file.strip_prefix("Name\r\n").unwrap();
            assert!(cell.trim_start_matches('"').starts_with('\''), "{cell}");
        }
        assert_eq!(written("Ana Lee"), "Name\r\nAna Lee\r\n");
        assert_eq!(written("a \"b\", c"), "Name\r\n\"a \"\"b\"\", c\"\r\n");
    }
}
