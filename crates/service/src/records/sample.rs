//! Files of report ES-003 that look like real ones, for the demo world, tests and measurements: the same seed gives the same
//! file, a few importers have most of the entries (Zipf), and deadlines, fees and statements fit together, with a few that do
//! not.

use std::io::{self, Write};

use chrono::{Datelike, Days, NaiveDate};
use quaymaster_domain::records::{
    COLUMNS, EntryNumber, EntryType, FeeBasis, LIQUIDATION_DAYS, Mode, fees, in_dollars,
};

/// What a file is made of.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Where chance starts.
    pub seed: u64,
    /// Importer numbers with names; the first have the most entries.
    pub importers: Vec<(String, String)>,
    /// Filer codes with names; importers are spread over them.
    pub filers: Vec<(String, String)>,
    /// The last day of entry.
    pub today: NaiveDate,
    /// How many days back the first entries were made.
    pub days: u32,
    /// The first serial number of entries.
    pub first_serial: u32,
}

/// Goods: tariff number, unit, duty in hundredths of a percent, typical value of a line in dollars, countries.
const GOODS: [(&str, &str, i64, u64, &[&str]); 16] = [
    ("8471300100", "NO", 0, 42_000, &["CN", "VN", "TW"]),
    ("8517130000", "NO", 0, 65_000, &["CN", "IN", "VN"]),
    ("8528722000", "NO", 390, 18_000, &["MX", "CN", "TH"]),
    ("6109100012", "DOZ", 1650, 9_500, &["BD", "VN", "HN", "IN"]),
    ("6203424511", "DOZ", 1660, 12_000, &["BD", "PK", "MX"]),
    ("6403996075", "PRS", 850, 15_500, &["VN", "IT", "CN"]),
    ("8708295160", "KG", 250, 27_000, &["MX", "CA", "DE", "JP"]),
    ("8703230190", "NO", 250, 310_000, &["JP", "DE", "KR"]),
    ("9403608093", "NO", 0, 8_800, &["VN", "MY", "CN"]),
    ("9401616011", "NO", 0, 7_400, &["CN", "VN", "MX"]),
    ("2204215040", "L", 0, 22_000, &["FR", "IT", "AU", "CL"]),
    ("0901110025", "KG", 0, 33_000, &["CO", "BR", "GT"]),
    ("3926909985", "X", 530, 5_600, &["CN", "TW", "MX"]),
    ("7308903000", "KG", 0, 19_500, &["CA", "CN", "TR"]),
    ("3004909244", "KG", 0, 88_000, &["IE", "DE", "CH"]),
    ("9503000073", "X", 0, 11_000, &["CN", "VN"]),
];

/// Ports with the mode of transport that is usual there.
const PORTS: [(&str, Mode); 12] = [
    ("2704", Mode::VesselContainer),
    ("2709", Mode::VesselContainer),
    ("4601", Mode::VesselContainer),
    ("1703", Mode::VesselContainer),
    ("5301", Mode::VesselContainer),
    ("3001", Mode::VesselContainer),
    ("1401", Mode::VesselContainer),
    ("2720", Mode::Air),
    ("4701", Mode::Air),
    ("3901", Mode::Air),
    ("2304", Mode::Truck),
    ("3801", Mode::Truck),
];

/// Chance that is the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let len = u64::try_from(list.len()).ok()?;
        list.get(usize::try_from(self.below(len)).ok()?)
    }
}

/// Shares by rank: the n-th has an n-th of what the first has. In millionths of the whole, added up.
fn zipf(count: usize) -> Vec<u64> {
    let mut sums = Vec::with_capacity(count);
    let mut sum = 0;
    for rank in 1..=u64::try_from(count).unwrap_or(1) {
        sum += 1_000_000 / rank;
        sums.push(sum);
    }
    sums
}

/// One row, cell by cell in the order of the columns.
type Cells = [String; COLUMNS.len()];

/// Writes a file with at least so many rows below the header, of whole entries. Tells how many.
///
/// # Errors
/// When `out` does not take it.
pub fn write(sample: &Sample, lines: u64, out: &mut impl Write) -> io::Result<u64> {
    let names: Vec<&str> = COLUMNS.iter().map(|c| c.name()).collect();
    writeln!(out, "{}", names.join(","))?;
    let mut dice = Dice(sample.seed);
    let shares = zipf(sample.importers.len());
    let mut rows = 0;
    let mut serial = sample.first_serial;
    while rows < lines {
        let Some(entry) = entry(sample, &shares, &mut dice, serial) else {
            break;
        };
        serial += 1;
        for row in entry {
            for (index, cell) in row.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                if cell.contains([',', '"']) {
                    write!(out, "{comma}\"{}\"", cell.replace('"', "\"\""))?;
                } else {
                    write!(out, "{comma}{cell}")?;
                }
            }
            out.write_all(b"\r\n")?;
            rows += 1;
        }
    }
    Ok(rows)
}

fn us(date: NaiveDate) -> String {
    date.format("%m/%d/%Y").to_string()
}

fn entry(sample: &Sample, shares: &[u64], dice: &mut Dice, serial: u32) -> Option<Vec<Cells>> {
    let place = dice.below(shares.last().copied()?);
    let rank = shares.partition_point(|sum| *sum <= place);
    let (importer, importer_name) = sample.importers.get(rank)?;
    // An importer stays with a filer, mostly.
    let own = rank % sample.filers.len();
    let (filer, filer_name) = if dice.one_in(20) {
        dice.of(&sample.filers)?
    } else {
        sample.filers.get(own)?
    };
    let number = EntryNumber::make(filer, serial)?;
    let ago = dice.below(u64::from(sample.days.max(1)));
    let date = sample.today.checked_sub_days(Days::new(ago))?;
    let (port, mode) = *dice.of(&PORTS)?;
    let entry_type = match dice.below(100) {
        0..=84 => EntryType::Consumption,
        85..=89 => EntryType::AntiDumping,
        90..=93 => EntryType::Ftz,
        94..=97 => EntryType::Informal,
        _ => EntryType::Warehouse,
    };
    let mut goods = Vec::new();
    // Few entries have many lines.
    let lines = 1 + dice.below(3) + if dice.one_in(8) { dice.below(14) } else { 0 };
    for _ in 0..lines {
        let (hts, unit, rate, typical, countries) = *dice.of(&GOODS)?;
        let country = *dice.of(countries)?;
        let dollars = if entry_type == EntryType::Informal {
            50 + dice.below(700)
        } else {
            typical / 4 + dice.below(typical * 2)
        };
        let value = i64::try_from(dollars).ok()? * 100;
        goods.push((hts, unit, rate, country, value));
    }
    let value: i64 = goods.iter().map(|g| g.4).sum();
    let count = i64::try_from(goods.len()).ok()?;
    let basis = FeeBasis {
        entry_type,
        mode: Some(mode),
        entry_date: date,
        value,
        mpf_value: value,
        lines: count,
    };
    let computed = fees(&basis, None, None);
    // One entry in fifty reports a fee that does not fit.
    let slip = if dice.one_in(50) { 2_500 } else { 0 };
    let mpf = computed.mpf.computed.map_or(0, |mpf| mpf + slip);
    let hmf = computed.hmf.computed.unwrap_or(0);
    let due = date.checked_add_days(Days::new(LIQUIDATION_DAYS))?;
    let (liquidation_date, status) = match (due <= sample.today, dice.below(100)) {
        (_, 0..=2) => (String::new(), "Suspended"),
        (_, 3..=5) => (String::new(), "Extended"),
        (true, 6..=9) => (us(due), "Increase"),
        (true, 10..=13) => (us(due), "Refund"),
        (true, _) => (us(due), "As Entered"),
        (false, _) => (String::new(), ""),
    };
    let statement_day = date.checked_add_days(Days::new(10))?;
    let paid = statement_day <= sample.today;
    let mut rows = Vec::new();
    let (mut mpf_left, mut hmf_left) = (mpf, hmf);
    for (index, (hts, unit, rate, country, line_value)) in goods.into_iter().enumerate() {
        let last = i64::try_from(index + 1).ok()? == count;
        // The last line takes what rounding leaves.
        let share = |whole: i64, left: i64| {
            if last {
                left
            } else {
                i64::try_from(i128::from(whole) * i128::from(line_value) / i128::from(value.max(1)))
                    .unwrap_or(0)
            }
        };
        let (line_mpf, line_hmf) = (share(mpf, mpf_left), share(hmf, hmf_left));
        mpf_left -= line_mpf;
        hmf_left -= line_hmf;
        let additional = country == "CN" && !dice.one_in(4);
        let ordinals = if additional { 2 } else { 1 };
        let maker = format!(
            "{country}{:05}FAC{:03}",
            dice.below(90_000),
            dice.below(999)
        );
        let quantity = 1 + dice.below(5_000);
        for ordinal in 1..=ordinals {
            let main = ordinal == 1;
            let duty = if main {
                line_value * rate / 10_000
            } else {
                line_value / 4
            };
            let text = |main: bool, text: String| if main { text } else { String::new() };
            rows.push([
                number.to_string(),
                entry_type.as_str().to_owned(),
                importer.clone(),
                importer_name.clone(),
                filer_name.clone(),
                port.to_owned(),
                us(date),
                us(statement_day),
                us(date),
                format!("{:03}", index + 1),
                format!("{:03}", 1 + date.month()),
                country.to_owned(),
                country.to_owned(),
                maker.clone(),
                String::new(),
                String::new(),
                String::new(),
                ordinal.to_string(),
                if main {
                    hts.to_owned()
                } else {
                    "99038803".to_owned()
                },
                text(main, quantity.to_string()),
                String::new(),
                String::new(),
                text(main, unit.to_owned()),
                String::new(),
                String::new(),
                text(main, in_dollars(line_value)),
                in_dollars(duty),
                liquidation_date.clone(),
                status.to_owned(),
                mode.as_str().to_owned(),
                in_dollars(line_mpf),
                in_dollars(line_hmf),
                format!(
                    "{:02}{:02}{:05}",
                    date.year() % 100,
                    date.month(),
                    serial % 100_000
                ),
                if paid { "PD" } else { "AU" }.to_owned(),
                us(statement_day),
                if paid {
                    us(statement_day)
                } else {
                    String::new()
                },
            ]);
        }
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quaymaster_domain::records::{FeeCheck, assemble, read_row};

    #[test]
    fn every_row_fits_and_the_same_seed_gives_the_same_file() {
        let sample = Sample {
            seed: 7,
            importers: (1..40)
                .map(|n| (format!("28-{n:07}00"), format!("Importer {n}, Ltd")))
                .collect(),
            filers: vec![
                ("Q7M".to_owned(), "One".to_owned()),
                ("BWC".to_owned(), "Two".to_owned()),
            ],
            today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            days: 700,
            first_serial: 1,
        };
        let mut file = Vec::new();
        let rows = write(&sample, 3_000, &mut file).unwrap();
        let mut again = Vec::new();
        write(&sample, 3_000, &mut again).unwrap();
        assert_eq!(file, again);
        let mut entries = std::collections::BTreeMap::new();
        let mut reader = csv::Reader::from_reader(file.as_slice());
        let mut read = 0;
        for (number, record) in reader.records().enumerate() {
            let record = record.unwrap();
            let cells = std::array::from_fn(|n| record.get(n).unwrap());
            let row = read_row(&cells).1.unwrap();
            entries
                .entry(row.number.clone())
                .or_insert_with(Vec::new)
                .push((number as u64, row));
            read += 1;
        }
        assert_eq!(read, rows);
        let (mut fits, mut differs) = (0, 0);
        for rows in entries.into_values() {
            match assemble(rows).unwrap().record.fees.check() {
                FeeCheck::Fits => fits += 1,
                FeeCheck::Differs => differs += 1,
                FeeCheck::Unknown => {}
            }
        }
        assert!(
            fits > differs * 10 && differs > 0,
            "{fits} fit, {differs} do not"
        );
    }
}
