use super::*;
use proptest::prelude::*;

fn read(format: Format, file: &[u8]) -> Result<Vec<Row>, FileProblem> {
    let mut rows = Rows::open(format, file)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(row);
    }
    Ok(all)
}

fn csv(file: &str) -> Vec<Row> {
    read(Format::Csv, file.as_bytes()).unwrap()
}

fn codes(rows: &[Row]) -> Vec<(u64, &'static str, &'static str)> {
    rows.iter()
        .filter_map(|row| row.cells.as_ref().err().map(|faults| (row.number, faults)))
        .flat_map(|(number, faults)| faults.iter().map(move |f| (number, f.column, f.code)))
        .collect()
}

#[test]
fn columns_stand_in_any_order() {
    let rows = csv(
        "\u{feff}Party_Name,VALUE, kind ,party_key\r\n\"Harbor, \"\"Lane\"\"\r\nInc.\",08-1234567,ein,P-1\r\n\r\nB,2,scac,P-2",
    );
    assert_eq!(rows.len(), 2);
    let first = rows[0].cells.as_ref().unwrap();
    assert_eq!(rows[0].number, 2);
    assert_eq!(first.party_name, "Harbor, \"Lane\"\r\nInc.");
    assert_eq!(
        (
            first.kind.as_str(),
            first.value.as_str(),
            first.party_key.as_str()
        ),
        ("ein", "08-1234567", "P-1")
    );
    assert_eq!(first.contact_email, None);
    assert_eq!(rows[1].cells.as_ref().unwrap().party_name, "B");
}

#[test]
fn a_blank_contact_clears() {
    let rows =
        csv("kind,value,party_key,party_name,contact_email\nein,1,P,N,\nein,2,P,N,a@b.example\n");
    let contacts: Vec<_> = rows
        .iter()
        .map(|r| r.cells.as_ref().unwrap().contact_email.clone())
        .collect();
    assert_eq!(contacts, [Some(None), Some(Some("a@b.example".to_owned()))]);
}

#[test]
fn headers_that_cannot_be_read_are_refused_in_words() {
    let wide = vec!["kind"; 100_000].join(",");
    let long = format!("kind,{}", "x".repeat(200_000));
    for (file, problem) in [
        ("", FileProblem::Empty),
        ("\u{feff}", FileProblem::Empty),
        ("\n\n", FileProblem::Empty),
        (wide.as_str(), FileProblem::HeaderTooLong),
        (long.as_str(), FileProblem::HeaderTooLong),
        ("kind,,value", FileProblem::BlankName(2)),
        ("kind,value,kind", FileProblem::Duplicate("kind")),
        ("kind,value,123-45-6789", FileProblem::Unknown(3)),
        ("kind,value,party_key", FileProblem::Missing("party_name")),
    ] {
        let found = read(Format::Csv, file.as_bytes()).unwrap_err();
        assert_eq!(found, problem);
        assert!(!found.to_string().contains("123-45-6789"));
    }
    let utf16: Vec<u8> = "\u{feff}kind,value"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for file in [utf16.as_slice(), b"PK\x03\x04\x00", b"kind,va\xfflue"] {
        assert_eq!(read(Format::Csv, file), Err(FileProblem::NotUtf8));
    }
}

#[test]
fn a_bad_row_does_not_spoil_the_others() {
    let mut file = b"kind,value,party_key,party_name\n".to_vec();
    file.extend(b"ein,1,P,N\n");
    file.extend(b"ein,1,P\n");
    file.extend(b"ein,,P,\n");
    file.extend(b"ein,\xff,P,N\n");
    file.extend([b"ein,".as_slice(), &[b'x'; 1001], b",P,N\n"].concat());
    file.extend([b"ein,".as_slice(), &[b'x'; 100_000], b",P,N\n"].concat());
    file.extend([b"ein".as_slice(), &[b','; 100_000], b"\n"].concat());
    file.extend(b"ein,9,P,N\n");
    let rows = read(Format::Csv, &file).unwrap();
    assert_eq!(
        codes(&rows),
        [
            (3, "", "wrong-column-count"),
            (4, "value", "missing"),
            (4, "party_name", "missing"),
            (5, "value", "wrong-encoding"),
            (6, "value", "too-large"),
            (7, "", "too-large"),
            (8, "", "too-large"),
        ]
    );
    assert_eq!(rows.len(), 8);
    assert!(rows[7].cells.is_ok());
}

#[test]
fn an_open_quotation_mark_ends_with_the_file() {
    let file = format!(
        "kind,value,party_key,party_name\nein,1,P,N\nein,\"1,P,N\n{}",
        "ein,2,P,N\n".repeat(50_000)
    );
    let rows = csv(&file);
    assert_eq!(rows.len(), 2);
    assert_eq!(codes(&rows), [(3, "", "too-large")]);
}

#[test]
fn lines_of_json() {
    let long = format!("{{\"kind\":\"{}\"}}", "x".repeat(70_000));
    let file = [
        "\u{feff}{\"kind\":\"ein\",\"value\":\"1\",\"party_key\":\"P\",\"party_name\":\"N\"}",
        "",
        "{\"kind\":\"ein\",\"value\":\"1\",\"party_key\":\"P\",\"party_name\":\"N\",\"contact_email\":null}",
        "{\"kind\":\"ein\",\"value\":123456789,\"party_key\":\"P\",\"party_name\":\"N\"}",
        "{\"kind\":\"ein\"}",
        "{\"kind\":\"ein\",\"value\":\"1\",\"party_key\":\"P\",\"party_name\":\"N\",\"ssn\":\"123-45-6789\"}",
        "[1,2]",
        &long,
        "{\"kind\":\"ein\",\"value\":\"9\",\"party_key\":\"P\",\"party_name\":\"N\",\"contact_email\":\"a@b.example\"}",
    ]
    .join("\r\n");
    let rows = read(Format::Ndjson, file.as_bytes()).unwrap();
    assert_eq!(
        codes(&rows),
        [
            (4, "", "unreadable"),
            (5, "value", "missing"),
            (5, "party_key", "missing"),
            (5, "party_name", "missing"),
            (6, "", "unreadable"),
            (7, "", "unreadable"),
            (8, "", "too-large"),
        ]
    );
    let contact = |index: usize| rows[index].cells.as_ref().unwrap().contact_email.clone();
    assert_eq!(contact(0), None);
    assert_eq!(contact(1), Some(None));
    assert_eq!(contact(7), Some(Some("a@b.example".to_owned())));
    let words = format!("{rows:?}");
    assert!(!words.contains("123456789") && !words.contains("123-45-6789"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(file in proptest::collection::vec(any::<u8>(), 0..4000), csv in any::<bool>()) {
        let format = if csv { Format::Csv } else { Format::Ndjson };
        let with_header = [b"kind,value,party_key,party_name\n".as_slice(), &file].concat();
        for bytes in [&file, &with_header] {
            if let Ok(rows) = read(format, bytes) {
                prop_assert!(rows.windows(2).all(|two| two[0].number < two[1].number));
            }
        }
    }
}
