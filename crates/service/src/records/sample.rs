//! Files of report ES-003 that look like real ones, for the demo world, tests and measurements: the same seed gives the same
//! file; a few importers, goods, countries and ports have most of the entries (Zipf); deadlines, fees and statements fit
//! together, with a few that do not, so that reports about the quality of data find something.

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
/// Those at the front of this and the following lists are the usual ones.
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

    /// One of the list, by the shares of [`zipf`].
    fn by_rank<'a, T>(&mut self, shares: &[u64], list: &'a [T]) -> Option<&'a T> {
        list.get(self.rank(shares)?)
    }

    fn rank(&mut self, shares: &[u64]) -> Option<usize> {
        let place = self.below(shares.last().copied()?);
        Some(shares.partition_point(|sum| *sum <= place))
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

/// How much text a piece has at least, bytes.
const PIECE: usize = 64 * 1024;

/// A file that is made piece by piece, whatever its length.
pub struct Pieces {
    sample: Sample,
    chance: Chance,
    serial: u32,
    lines: u64,
    rows: u64,
    begun: bool,
}

impl Pieces {
    /// A file with at least so many rows below the header, of whole entries.
    #[must_use]
    pub fn new(sample: Sample, lines: u64) -> Self {
        Self {
            chance: Chance::new(&sample),
            serial: sample.first_serial,
            sample,
            lines,
            rows: 0,
            begun: false,
        }
    }

    /// The rows written so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn header(text: &mut String) {
        for (index, column) in COLUMNS.iter().enumerate() {
            text.push_str(if index > 0 { "," } else { "" });
            text.push_str(column.name());
        }
        text.push_str("\r\n");
    }
}

impl Iterator for Pieces {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut text = String::with_capacity(PIECE * 2);
        if !std::mem::replace(&mut self.begun, true) {
            Self::header(&mut text);
        }
        while self.rows < self.lines && text.len() < PIECE {
            let Some(entry) = entry(&self.sample, &mut self.chance, self.serial) else {
                self.lines = self.rows;
                break;
            };
            self.serial += 1;
            for row in entry {
                for (index, cell) in row.iter().enumerate() {
                    text.push_str(if index > 0 { "," } else { "" });
                    if cell.contains([',', '"']) {
                        text.push('"');
                        text.push_str(&cell.replace('"', "\"\""));
                        text.push('"');
                    } else {
                        text.push_str(cell);
                    }
                }
                text.push_str("\r\n");
                self.rows += 1;
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// Writes a file with at least so many rows below the header, of whole entries. Tells how many.
///
/// # Errors
/// When `out` does not take it.
pub fn write(sample: &Sample, lines: u64, out: &mut impl Write) -> io::Result<u64> {
    let mut pieces = Pieces::new(sample.clone(), lines);
    for piece in pieces.by_ref() {
        out.write_all(piece.as_bytes())?;
    }
    Ok(pieces.rows())
}

/// Chance with the shares of everything that is chosen by rank.
struct Chance {
    dice: Dice,
    importers: Vec<u64>,
    goods: Vec<u64>,
    ports: Vec<u64>,
    /// For the longest list of countries; a shorter one takes its beginning.
    countries: Vec<u64>,
}

impl Chance {
    fn new(sample: &Sample) -> Self {
        Self {
            dice: Dice(sample.seed),
            importers: zipf(sample.importers.len()),
            goods: zipf(GOODS.len()),
            ports: zipf(PORTS.len()),
            countries: zipf(GOODS.iter().map(|g| g.4.len()).max().unwrap_or(1)),
        }
    }

    fn country(&mut self, list: &[&'static str]) -> Option<&'static str> {
        let shares = self.countries.get(..list.len())?;
        self.dice.by_rank(shares, list).copied()
    }
}

fn us(date: NaiveDate) -> String {
    date.format("%m/%d/%Y").to_string()
}

/// Goods of one line.
struct Goods {
    hts: &'static str,
    unit: &'static str,
    /// Duty in hundredths of a percent.
    rate: i64,
    country: &'static str,
    /// Cents.
    value: i64,
    /// Of the agreement with Mexico and Canada: free of duty and of the merchandise processing fee.
    agreed: bool,
}

impl Goods {
    fn mpf_value(&self) -> i64 {
        if self.agreed { 0 } else { self.value }
    }
}

/// Goods under the agreement between the United States, Mexico and Canada.
const AGREEMENT: &str = "S";

fn goods(chance: &mut Chance, entry_type: EntryType) -> Option<Goods> {
    let (hts, unit, rate, typical, countries) = *chance.dice.by_rank(&chance.goods, &GOODS)?;
    let country = chance.country(countries)?;
    let dice = &mut chance.dice;
    let dollars = if entry_type == EntryType::Informal {
        50 + dice.below(700)
    } else {
        typical / 4 + dice.below(typical * 2)
    };
    let agreed = matches!(country, "MX" | "CA") && !dice.one_in(3);
    Some(Goods {
        hts,
        unit,
        rate: if agreed { 0 } else { rate },
        country,
        value: i64::try_from(dollars).ok()? * 100,
        agreed,
    })
}

/// The part of `whole` that `value` has in `all`, rounded down.
fn share(whole: i64, value: i64, all: i64) -> i64 {
    i64::try_from(i128::from(whole) * i128::from(value) / i128::from(all.max(1))).unwrap_or(0)
}

fn entry(sample: &Sample, chance: &mut Chance, serial: u32) -> Option<Vec<Cells>> {
    let rank = chance.dice.rank(&chance.importers)?;
    let (port, mode) = *chance.dice.by_rank(&chance.ports, &PORTS)?;
    let dice = &mut chance.dice;
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
    let entry_type = match dice.below(100) {
        0..=84 => EntryType::Consumption,
        85..=89 => EntryType::AntiDumping,
        90..=93 => EntryType::Ftz,
        94..=97 => EntryType::Informal,
        _ => EntryType::Warehouse,
    };
    // Few entries have many lines.
    let count = 1 + dice.below(3) + if dice.one_in(8) { dice.below(14) } else { 0 };
    let lines: Option<Vec<Goods>> = (0..count).map(|_| goods(chance, entry_type)).collect();
    let (lines, dice) = (lines?, &mut chance.dice);
    let value: i64 = lines.iter().map(|g| g.value).sum();
    let mpf_value: i64 = lines.iter().map(Goods::mpf_value).sum();
    let count = i64::try_from(lines.len()).ok()?;
    let basis = FeeBasis {
        entry_type,
        mode: Some(mode),
        entry_date: date,
        value,
        mpf_value,
        lines: count,
    };
    let computed = fees(&basis, None, None);
    // One entry in fifty that owe the fee reports one that does not fit.
    let slip = if mpf_value > 0 && dice.one_in(50) {
        2_500
    } else {
        0
    };
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
    let (mut mpf_base, mut hmf_base) = (mpf_value, value);
    for (index, goods) in lines.into_iter().enumerate() {
        let Goods {
            hts,
            unit,
            rate,
            country,
            value: line_value,
            agreed,
        } = goods;
        // Of what is left, so that the last line takes what rounding leaves.
        let line_mpf = share(mpf_left, goods.mpf_value(), mpf_base);
        let line_hmf = share(hmf_left, line_value, hmf_base);
        mpf_left -= line_mpf;
        hmf_left -= line_hmf;
        mpf_base -= goods.mpf_value();
        hmf_base -= line_value;
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
                if agreed { AGREEMENT } else { "" }.to_owned(),
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

    fn sample(seed: u64) -> Sample {
        Sample {
            seed,
            importers: (1..40)
                .map(|n| (format!("28-{n:07}00"), format!("Importer {n}, Ltd")))
                .collect(),
            filers: vec![
                ("Q7M".to_owned(), "One".to_owned()),
                ("BWC".to_owned(), "Two".to_owned()),
            ],
            today: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
            days: 1_000,
            first_serial: 1,
        }
    }

    fn file(sample: &Sample, lines: u64) -> Vec<u8> {
        let mut file = Vec::new();
        let rows = write(sample, lines, &mut file).unwrap();
        assert!(rows >= lines && rows < lines + 40, "{rows}");
        file
    }

    #[test]
    fn the_seed_decides_about_the_file() {
        assert_eq!(file(&sample(7), 3_000), file(&sample(7), 3_000));
        assert_ne!(file(&sample(7), 3_000), file(&sample(8), 3_000));
        // A longer file begins as the shorter one does, up to its last entry.
        assert!(file(&sample(7), 3_000).starts_with(&file(&sample(7), 500)));
    }

    #[test]
    fn every_row_fits_and_the_shares_are_as_stated() {
        let file = file(&sample(7), 20_000);
        let mut entries = std::collections::BTreeMap::new();
        let mut reader = csv::Reader::from_reader(file.as_slice());
        let (mut rows, mut additional) = (0, 0);
        let mut countries = std::collections::BTreeMap::<_, u32>::new();
        for (number, record) in reader.records().enumerate() {
            let record = record.unwrap();
            let cells = std::array::from_fn(|n| record.get(n).unwrap());
            let row = read_row(&cells).1.unwrap();
            rows += 1;
            if row.line.ordinal > 1 {
                additional += 1;
                assert_eq!(row.line.value, None);
            }
            *countries
                .entry(row.line.country_origin.clone())
                .or_default() += 1;
            entries
                .entry(row.number.clone())
                .or_insert_with(Vec::new)
                .push((number as u64, row));
        }
        assert!(additional * 10 > rows, "{additional} of {rows}");
        assert!(
            countries.values().max() > Some(&(rows / 4)),
            "{countries:?}"
        );
        let (mut fits, mut differs, mut liquidated) = (0, 0, 0);
        let mut importers = std::collections::BTreeMap::<_, u32>::new();
        let mut years = std::collections::BTreeSet::new();
        let all = entries.len();
        for rows in entries.into_values() {
            let record = assemble(rows).unwrap().record;
            match record.fees.check() {
                FeeCheck::Fits => fits += 1,
                FeeCheck::Differs => differs += 1,
                FeeCheck::Unknown => {}
            }
            *importers
                .entry(record.header.importer.to_string())
                .or_default() += 1;
            years.insert(quaymaster_domain::records::fiscal_year(
                record.header.entry_date,
            ));
            liquidated += usize::from(record.header.liquidation_status.is_some());
        }
        // One in fifty, less those of types that owe no fee.
        assert!(
            differs * 100 > fits && differs * 25 < fits,
            "{fits} fit, {differs} do not"
        );
        assert_eq!(
            years.into_iter().collect::<Vec<_>>(),
            [2024, 2025, 2026, 2027]
        );
        assert!(
            liquidated * 2 > all && liquidated < all,
            "{liquidated} of {all}"
        );
        // The first of 39 has more than a fifth, the last less than a fiftieth.
        let most = importers.get("28-000000100").copied().unwrap_or_default() as usize;
        let least = importers.get("28-000003900").copied().unwrap_or_default() as usize;
        assert!(
            most * 5 > all && least * 50 < all,
            "{most}, {least} of {all}"
        );
    }
}
