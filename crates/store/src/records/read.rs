//! Looking records up: search, one entry, its lines, and who holds the numbers that it belongs to. Everything goes through the
//! secured sources.

use chrono::{DateTime, Days, NaiveDate, Utc};
use quaymaster_domain::access::{ReadScope, RecordKeyKind};
use quaymaster_domain::grants::RecordsScope;
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, GrantId, SubAccountId};
use quaymaster_domain::records::{
    EntryNumber, EntryType, Fee, FeeCheck, LiquidationStatus, Mode, Source, Sourced,
    StatementStatus,
};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, Func, LikeExpr, Order, Query, SelectStatement,
};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::facts::Numbers;
use super::source;
use crate::db::Handle;
use crate::error::{StoreError, corrupt};
use crate::grants::sql::Sql;
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};
use crate::row::{self, Cells};

/// How the liquidation of an entry stands, for a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiquidationFilter {
    /// Due from this day to that one.
    Due(NaiveDate, NaiveDate),
    /// Done: as entered, increase or refund.
    Liquidated,
    /// Not done, and not held.
    Open,
    /// Held with this status.
    Held(LiquidationStatus),
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    /// The beginning of an entry number, or a part of the importer's or filer's name.
    pub q: Option<String>,
    /// Of this importer, as the key that is kept.
    pub importer_key: Option<String>,
    /// Under this filer code.
    pub filer_code: Option<String>,
    /// At this port.
    pub port: Option<String>,
    /// Of this type.
    pub entry_type: Option<EntryType>,
    /// From this day of entry on.
    pub from: Option<NaiveDate>,
    /// Up to this day of entry.
    pub to: Option<NaiveDate>,
    /// With this liquidation.
    pub liquidation: Option<LiquidationFilter>,
    /// With this result of checking the fees.
    pub fee_check: Option<FeeCheck>,
}

/// An entry as the tables keep it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub number: EntryNumber,
    /// Type.
    pub entry_type: EntryType,
    /// The importer number, as the key that is kept.
    pub importer_key: String,
    /// What is shown of it.
    pub importer_shown: String,
    /// Name of the importer.
    pub importer_name: Option<String>,
    /// Name of the filer.
    pub filer_name: Option<String>,
    /// Port of entry.
    pub port: String,
    /// Mode of transport.
    pub mode: Option<Mode>,
    /// Day of entry.
    pub entry_date: NaiveDate,
    /// Day of the summary.
    pub summary_date: Option<NaiveDate>,
    /// Day of importation.
    pub importation_date: Option<NaiveDate>,
    /// The team that reviews.
    pub review_team: Option<String>,
    /// Reconciliation.
    pub reconciliation: Option<String>,
    /// How it was liquidated.
    pub liquidation_status: Option<LiquidationStatus>,
    /// When it is or was liquidated.
    pub liquidation: Option<Sourced>,
    /// The last day to protest.
    pub protest: Option<Sourced>,
    /// Statement.
    pub statement_number: Option<String>,
    /// How the statement is paid.
    pub statement_status: Option<StatementStatus>,
    /// By when it is to be paid.
    pub payment_due_date: Option<NaiveDate>,
    /// When it was paid.
    pub payment_date: Option<NaiveDate>,
    /// How many lines.
    pub line_count: i64,
    /// How many tariff ordinals.
    pub tariff_count: i64,
    /// Value, cents.
    pub value: i64,
    /// Duty, cents.
    pub duty: i64,
    /// Merchandise processing fee.
    pub mpf: Fee,
    /// Harbor maintenance fee.
    pub hmf: Fee,
    /// What checking the fees found.
    pub fee_check: FeeCheck,
    /// The moment that the newest file showed.
    pub state_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: [&str; 32] = [
    "entry_number",
    "entry_type",
    "importer_key",
    "importer_shown",
    "importer_name",
    "filer_name",
    "port",
    "mode",
    "entry_date",
    "summary_date",
    "importation_date",
    "review_team",
    "reconciliation",
    "liquidation_status",
    "liquidation_due",
    "liquidation_source",
    "protest_deadline",
    "protest_source",
    "statement_number",
    "statement_status",
    "payment_due_date",
    "payment_date",
    "line_count",
    "tariff_count",
    "value_cents",
    "duty_cents",
    "mpf_cents",
    "hmf_cents",
    "mpf_expected_cents",
    "hmf_expected_cents",
    "fee_check",
    "state_at",
];

/// Reads typed cells of one entry; says which column does not fit.
struct Typed<'r> {
    cells: Cells<'r>,
    id: String,
}

impl Typed<'_> {
    fn text(&mut self) -> Result<String, StoreError> {
        Ok(self.cells.take()?)
    }

    fn maybe(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.cells.take()?)
    }

    fn word<T>(
        &mut self,
        column: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.maybe()? {
            None => Ok(None),
            Some(word) => read(&word)
                .map(Some)
                .ok_or_else(|| corrupt("entries", column, &self.id, &word)),
        }
    }

    fn needed<T>(
        &mut self,
        column: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        self.word(column, read)?
            .ok_or_else(|| corrupt("entries", column, &self.id, "it is empty"))
    }

    fn date(&mut self, column: &'static str) -> Result<Option<NaiveDate>, StoreError> {
        self.word(column, |text| text.parse().ok())
    }

    fn sourced(&mut self, column: &'static str) -> Result<Option<Sourced>, StoreError> {
        let date = self.date(column)?;
        let source = self.word(column, Source::from_word)?;
        Ok(date
            .zip(source)
            .map(|(date, source)| Sourced { date, source }))
    }

    fn number(&mut self) -> Result<i64, StoreError> {
        Ok(self.cells.take()?)
    }

    fn some_number(&mut self) -> Result<Option<i64>, StoreError> {
        Ok(self.cells.take()?)
    }
}

fn fee(reported: Option<i64>, computed: Option<i64>, lines: i64) -> Fee {
    let check = match (reported, computed) {
        (Some(a), Some(b)) if (a - b).abs() <= Ord::max(lines, 1) => FeeCheck::Fits,
        (Some(_), Some(_)) => FeeCheck::Differs,
        _ => FeeCheck::Unknown,
    };
    Fee {
        reported,
        computed,
        check,
    }
}

fn entry(row: &QueryResult) -> Result<Entry, StoreError> {
    let mut cells = Cells::of(row)?;
    let updated_at = cells.take()?;
    let id: String = cells.take()?;
    let number =
        EntryNumber::parse(&id).map_err(|why| corrupt("entries", "entry_number", &id, why))?;
    let mut t = Typed { cells, id };
    let entry_type = t.needed("entry_type", EntryType::from_word)?;
    let importer_key = t.text()?;
    let importer_shown = t.text()?;
    let importer_name = t.maybe()?;
    let filer_name = t.maybe()?;
    let port = t.text()?;
    let mode = t.word("mode", Mode::from_word)?;
    let entry_date = t.needed("entry_date", |text| text.parse().ok())?;
    let summary_date = t.date("summary_date")?;
    let importation_date = t.date("importation_date")?;
    let review_team = t.maybe()?;
    let reconciliation = t.maybe()?;
    let liquidation_status = t.word("liquidation_status", LiquidationStatus::from_word)?;
    let liquidation = t.sourced("liquidation_due")?;
    let protest = t.sourced("protest_deadline")?;
    let statement_number = t.maybe()?;
    let statement_status = t.word("statement_status", StatementStatus::from_word)?;
    let payment_due_date = t.date("payment_due_date")?;
    let payment_date = t.date("payment_date")?;
    let line_count = t.number()?;
    let tariff_count = t.number()?;
    let value = t.number()?;
    let duty = t.number()?;
    let (mpf, hmf) = (t.some_number()?, t.some_number()?);
    let (mpf_computed, hmf_computed) = (t.some_number()?, t.some_number()?);
    let fee_check = t.needed("fee_check", FeeCheck::from_word)?;
    let state_at = t.cells.take()?;
    Ok(Entry {
        number,
        entry_type,
        importer_key,
        importer_shown,
        importer_name,
        filer_name,
        port,
        mode,
        entry_date,
        summary_date,
        importation_date,
        review_team,
        reconciliation,
        liquidation_status,
        liquidation,
        protest,
        statement_number,
        statement_status,
        payment_due_date,
        payment_date,
        line_count,
        tariff_count,
        value,
        duty,
        mpf: fee(mpf, mpf_computed, line_count),
        hmf: fee(hmf, hmf_computed, line_count),
        fee_check,
        state_at,
        updated_at,
    })
}

fn column(name: &'static str) -> Expr {
    Expr::col((Alias::new("e"), Alias::new(name)))
}

/// A select over the entries of the scope, named `e`.
fn over(scope: &ReadScope, db: &impl Handle) -> SelectStatement {
    let backend = db.conn().get_database_backend();
    let mut names = vec!["updated_at"];
    names.extend(COLUMNS);
    names.push("filer_code");
    let inner = source::entries(scope, backend, &names);
    let mut select = Query::select();
    for name in names.iter().take(1 + COLUMNS.len()) {
        select.expr(column(name));
    }
    select.from_subquery(inner, Alias::new("e"));
    select.take()
}

fn condition(filter: &EntryFilter) -> Condition {
    let EntryFilter {
        q,
        importer_key,
        filer_code,
        port,
        entry_type,
        from,
        to,
        liquidation,
        fee_check,
    } = filter;
    let iso = |date: &NaiveDate| date.format("%Y-%m-%d").to_string();
    let mut all = Condition::all();
    if let Some(q) = q {
        let number: String = q
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let part = LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\');
        let named = |name| Func::lower(column(name)).like(part.clone());
        let mut any = Condition::any()
            .add(named("importer_name"))
            .add(named("filer_name"));
        if !number.is_empty() && number.len() <= 11 {
            // The end of the range: no character of a number sorts after `Z`.
            any = any.add(
                column("entry_number")
                    .gte(number.clone())
                    .and(column("entry_number").lte(format!("{number}ZZZZZZZZZZZ"))),
            );
        }
        all = all.add(any);
    }
    let equals = [
        ("importer_key", importer_key.clone()),
        ("filer_code", filer_code.clone()),
        ("port", port.clone()),
        ("entry_type", entry_type.map(|t| t.as_str().to_owned())),
        ("fee_check", fee_check.map(|c| c.as_str().to_owned())),
    ];
    for (name, value) in equals {
        if let Some(value) = value {
            all = all.add(column(name).eq(value));
        }
    }
    if let Some(from) = from {
        all = all.add(column("entry_date").gte(iso(from)));
    }
    if let Some(to) = to {
        all = all.add(column("entry_date").lte(iso(to)));
    }
    let done = [
        LiquidationStatus::AsEntered,
        LiquidationStatus::Increase,
        LiquidationStatus::Refund,
    ]
    .map(|s| s.as_str().to_owned());
    match liquidation {
        None => {}
        Some(LiquidationFilter::Due(from, to)) => {
            all = all
                .add(column("liquidation_due").gte(iso(from)))
                .add(column("liquidation_due").lte(iso(to)));
        }
        Some(LiquidationFilter::Liquidated) => {
            all = all.add(column("liquidation_status").is_in(done));
        }
        Some(LiquidationFilter::Open) => {
            all = all.add(column("liquidation_status").is_null());
        }
        Some(LiquidationFilter::Held(status)) => {
            all = all.add(column("liquidation_status").eq(status.as_str()));
        }
    }
    all
}

/// How many days before the newest that may be shown are looked at first, then next, and so on; then all days.
const STRETCHES: [u64; 3] = [8, 64, 512];

/// Entries within the scope, the newest day of entry first.
///
/// A reader with hundreds of importers has rows in as many places of the index, and sorting all of them for one page takes
/// the longer the more they have. So the days are looked at from the newest on, in stretches that grow, until the page is
/// full: whether the rows are many or few, little more is read than is shown.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &ReadScope,
    filter: &EntryFilter,
    today: NaiveDate,
    page: &PageRequest,
) -> Result<Page<Entry>, StoreError> {
    let mut select = over(scope, db);
    select.cond_where(condition(filter));
    let mut newest = filter.to.unwrap_or(today);
    if let Some(after) = &page.after {
        let (date, number) = (after.part(0).to_owned(), after.part(1).to_owned());
        newest = date.parse().unwrap_or(newest);
        select.cond_where(
            Condition::all()
                // Said by itself, too: an index is of use for this and not for the two below.
                .add(column("entry_date").lte(date.clone()))
                .add(
                    Condition::any()
                        .add(column("entry_date").lt(date.clone()))
                        .add(
                            column("entry_date")
                                .eq(date)
                                .and(column("entry_number").lt(number)),
                        ),
                ),
        );
    }
    select
        .order_by_expr(column("entry_date"), Order::Desc)
        .order_by_expr(column("entry_number"), Order::Desc);
    let mut rows = Vec::new();
    let begins = STRETCHES
        .iter()
        .map(|days| newest.checked_sub_days(Days::new(*days)));
    for from in begins.chain([None]) {
        let mut stretch = select.clone();
        if let Some(from) = from {
            stretch.and_where(column("entry_date").gte(from.format("%Y-%m-%d").to_string()));
        }
        rows = row::page(&db.conn(), &stretch, page).await?;
        let full = u64::try_from(rows.len()).unwrap_or(u64::MAX) > page.limit;
        // Nothing is older than what the reader asked for.
        let done = from
            .zip(filter.from)
            .is_some_and(|(from, asked)| from <= asked);
        if full || done {
            break;
        }
    }
    let found = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |e| {
        Cursor::new([
            e.entry_date.format("%Y-%m-%d").to_string(),
            e.number.as_str().to_owned(),
            Uuid::nil().to_string(),
        ])
    }))
}

/// Under which numbers an entry stands, whoever asks: for narrowing what has to be known of the reader. Says nothing to anybody.
///
/// # Errors
/// When the database cannot answer.
pub async fn numbers(
    db: &impl Handle,
    number: &EntryNumber,
) -> Result<Option<Numbers>, StoreError> {
    let rows = Sql::new()
        .add("SELECT importer_key, filer_code FROM entries WHERE entry_number = ")
        .bind(number.as_str())
        .all(db)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Numbers {
        importer: row.try_get_by_index(0)?,
        filer: row.try_get_by_index(1)?,
    }))
}

/// One entry within the scope.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &ReadScope,
    number: &EntryNumber,
) -> Result<Option<Entry>, StoreError> {
    let mut select = over(scope, db);
    select.and_where(column("entry_number").eq(number.as_str()));
    let conn = db.conn();
    let statement = conn.get_database_backend().build(&select);
    let rows = conn.query_all_raw(statement).await?;
    rows.first().map(entry).transpose()
}

/// A tariff ordinal of a line as the tables keep it.
#[derive(Clone, Debug)]
pub struct EntryLine {
    /// The line.
    pub line_no: i64,
    /// The ordinal within it.
    pub ordinal: i64,
    /// Tariff number, digits.
    pub hts: String,
    /// Origin.
    pub country_origin: String,
    /// Export.
    pub country_export: Option<String>,
    /// Manufacturer.
    pub manufacturer_id: Option<String>,
    /// Exporter abroad.
    pub foreign_exporter_id: Option<String>,
    /// Special program.
    pub spi: Option<String>,
    /// Three quantities, thousandths, each with its unit.
    pub quantities: [(Option<i64>, Option<String>); 3],
    /// Value, cents.
    pub value: Option<i64>,
    /// Duty, cents.
    pub duty: Option<i64>,
    /// Merchandise processing fee, cents.
    pub mpf: Option<i64>,
    /// Harbor maintenance fee, cents.
    pub hmf: Option<i64>,
}

const LINE_COLUMNS: [&str; 18] = [
    "line_no",
    "ordinal",
    "hts",
    "country_origin",
    "country_export",
    "manufacturer_id",
    "foreign_exporter_id",
    "spi",
    "quantity_1",
    "uom_1",
    "quantity_2",
    "uom_2",
    "quantity_3",
    "uom_3",
    "value_cents",
    "duty_cents",
    "mpf_cents",
    "hmf_cents",
];

/// The lines of an entry within the scope, by line and ordinal.
///
/// # Errors
/// When the database cannot answer.
pub async fn lines(
    db: &impl Handle,
    scope: &ReadScope,
    number: &EntryNumber,
    page: &PageRequest,
) -> Result<Page<EntryLine>, StoreError> {
    let backend = db.conn().get_database_backend();
    let mut names = LINE_COLUMNS.to_vec();
    names.push("entry_number");
    let inner = source::entry_lines(scope, backend, &names);
    let mut select = Query::select();
    for name in LINE_COLUMNS {
        select.expr(column(name));
    }
    select
        .from_subquery(inner, Alias::new("e"))
        .and_where(column("entry_number").eq(number.as_str()));
    if let Some(after) = &page.after {
        let line: i64 = after.part(0).parse().unwrap_or(0);
        let ordinal: i64 = after.part(1).parse().unwrap_or(0);
        select.cond_where(
            Condition::any().add(column("line_no").gt(line)).add(
                column("line_no")
                    .eq(line)
                    .and(column("ordinal").gt(ordinal)),
            ),
        );
    }
    select
        .order_by_expr(column("line_no"), Order::Asc)
        .order_by_expr(column("ordinal"), Order::Asc);
    let mut found = Vec::new();
    for row in row::page(&db.conn(), &select, page).await? {
        let mut c = Cells::of(&row)?;
        found.push(EntryLine {
            line_no: c.take()?,
            ordinal: c.take()?,
            hts: c.take()?,
            country_origin: c.take()?,
            country_export: c.take()?,
            manufacturer_id: c.take()?,
            foreign_exporter_id: c.take()?,
            spi: c.take()?,
            quantities: [
                (c.take()?, c.take()?),
                (c.take()?, c.take()?),
                (c.take()?, c.take()?),
            ],
            value: c.take()?,
            duty: c.take()?,
            mpf: c.take()?,
            hmf: c.take()?,
        });
    }
    Ok(Page::cut(found, page, |l| {
        Cursor::new([
            l.line_no.to_string(),
            l.ordinal.to_string(),
            Uuid::nil().to_string(),
        ])
    }))
}

/// An account that holds a number of an entry.
#[derive(Clone, Debug)]
pub struct Holder {
    /// By which number.
    pub kind: RecordKeyKind,
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// The company that holds it.
    pub company: String,
    /// The sub-accounts where the number stands.
    pub sub_accounts: Vec<SubAccountId>,
}

/// Who holds the numbers of an entry that the reader has found. Whom it is told is the service's matter.
///
/// # Errors
/// When the database cannot answer.
pub async fn holders(db: &impl Handle, entry: &Entry) -> Result<Vec<Holder>, StoreError> {
    let rows = Sql::new()
        .add(
            "SELECT i.kind, a.id, a.name, c.name, s.sub_account_id FROM account_identifiers i \
             JOIN sub_account_identifiers s ON s.identifier_id = i.id JOIN accounts a ON a.id = i.account_id \
             JOIN companies c ON c.id = a.company_id WHERE (i.kind = ",
        )
        .bind(IdentifierKind::ImporterNumber.as_str())
        .add(" AND i.lookup = ")
        .bind(entry.importer_key.as_str())
        .add(") OR (i.kind = ")
        .bind(IdentifierKind::FilerCode.as_str())
        .add(" AND i.lookup = ")
        .bind(entry.number.filer_code())
        .add(") ORDER BY i.kind DESC, s.sub_account_id")
        .all(db)
        .await?;
    let mut found: Vec<Holder> = Vec::new();
    for row in rows {
        let word: String = row.try_get_by_index(0)?;
        let kind = if word == IdentifierKind::ImporterNumber.as_str() {
            RecordKeyKind::Importer
        } else {
            RecordKeyKind::Filer
        };
        let account: AccountId = row.try_get_by_index::<Uuid>(1)?.into();
        let sub_account = row.try_get_by_index::<Uuid>(4)?.into();
        match found
            .iter_mut()
            .find(|h| h.kind == kind && h.account == account)
        {
            Some(holder) => holder.sub_accounts.push(sub_account),
            None => found.push(Holder {
                kind,
                account,
                name: row.try_get_by_index(2)?,
                company: row.try_get_by_index(3)?,
                sub_accounts: vec![sub_account],
            }),
        }
    }
    Ok(found)
}

/// A grant in effect that reaches an entry.
#[derive(Clone, Debug)]
pub struct Reaching {
    /// The grant.
    pub grant: GrantId,
    /// The account that sees through it.
    pub recipient: AccountId,
    /// Its name.
    pub name: String,
    /// The company that holds it.
    pub company: String,
    /// Which records.
    pub records: RecordsScope,
}

/// The grants by which others see the records of a holder's sub-accounts at this moment. Those of one's own filings are
/// among them only where the recipient filed.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn reaching(
    db: &impl Handle,
    holder: &Holder,
    filer_code: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Reaching>, StoreError> {
    if holder.sub_accounts.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Sql::new()
        .add(
            "SELECT g.id, g.recipient_account_id, r.name, c.name, g.records FROM grants g \
             JOIN accounts a ON a.id = g.grantor_account_id AND a.state = 'open' \
             JOIN accounts r ON r.id = g.recipient_account_id AND r.state = 'open' JOIN companies c ON c.id = r.company_id \
             WHERE g.grantor_account_id = ",
        )
        .bind(holder.account.0)
        .add(" AND ")
        .in_effect(now)
        .add(" AND (g.all_sub_accounts OR EXISTS (SELECT 1 FROM grant_sub_accounts n WHERE n.grant_id = g.id AND n.sub_account_id IN ")
        .list(holder.sub_accounts.iter().map(|s| s.0))
        .add(")) AND (g.records = 'all' OR (g.records = 'own_filings' AND EXISTS (SELECT 1 FROM account_identifiers f WHERE f.account_id = g.recipient_account_id AND f.kind = ")
        .bind(IdentifierKind::FilerCode.as_str())
        .add(" AND f.lookup = ")
        .bind(filer_code)
        .add("))) ORDER BY g.recipient_key, g.id")
        .all(db)
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let word: String = row.try_get_by_index(4)?;
        let records = RecordsScope::from_word(&word)
            .ok_or_else(|| corrupt("grants", "records", "", &word))?;
        // What somebody else's filer code filed was not filed by the recipient.
        if holder.kind == RecordKeyKind::Filer && records == RecordsScope::OwnFilings {
            continue;
        }
        found.push(Reaching {
            grant: row.try_get_by_index::<Uuid>(0)?.into(),
            recipient: row.try_get_by_index::<Uuid>(1)?.into(),
            name: row.try_get_by_index(2)?,
            company: row.try_get_by_index(3)?,
            records,
        });
    }
    Ok(found)
}
