//! Entry summaries: search, the page of one entry, its lines. Money is text in dollars.

use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::ScopeFilter;
use quaymaster_domain::identifiers::{FilerCode, ImporterNumber, PortCode};
use quaymaster_domain::records::{
    self as domain, EntryNumber, EntryType, Fee, HtsNumber, in_dollars, thousandths_in_words,
};
use quaymaster_service::Cursor;
use quaymaster_service::records::search::{
    self, Basis, Entry, EntryFilter, EntryLine as FoundLine, EntryPage, LiquidationFilter,
    ViewingAccount,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::common::wire_enums;
use crate::extract::{Authed, Path, Query};
use crate::input::Day;
use crate::lists::{PageQuery, page_request};
use crate::problem::{Code, Problem};

/// How many days ahead liquidation counts as due soon.
const SOON_DAYS: u64 = 30;

wire_enums! {
    /// How an entry was or is to be liquidated.
    LiquidationStatus = domain::LiquidationStatus {
        /// As entered.
        AsEntered,
        /// More is owed.
        Increase,
        /// Something is paid back.
        Refund,
        /// Later.
        Extended,
        /// Held.
        Suspended,
    }
}

wire_enums! {
    /// What comparing reported fees with the computed ones found.
    FeeCheck = domain::FeeCheck {
        /// They agree, as far as rounding of lines goes.
        Fits,
        /// They do not.
        Differs,
        /// One of them is not known.
        Unknown,
    }
}

wire_enums! {
    /// Where a date comes from.
    DateSource = domain::Source {
        /// The file says so.
        Reported,
        /// It follows by rule.
        Derived,
    }
}

wire_enums! {
    /// By what somebody sees an entry.
    EntryViewerBasis = Basis {
        /// The account holds the importer number.
        Importer,
        /// The account holds the filer code.
        Filer,
        /// A grant lets the account see it.
        Grant,
    }
}

/// Which liquidations.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LiquidationChoice {
    /// Due within 30 days.
    DueSoon,
    /// Done.
    Liquidated,
    /// Not done and not held.
    Open,
    /// Extended.
    Extended,
    /// Suspended.
    Suspended,
}

/// Which results of checking fees.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FeeCheckChoice {
    /// The reported fees agree with the computed ones.
    Fits,
    /// They do not.
    Differs,
    /// Not known.
    Unknown,
}

/// A date with where it comes from.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourcedDate {
    /// The day.
    date: NaiveDate,
    /// Where it comes from.
    source: DateSource,
}

impl From<domain::Sourced> for SourcedDate {
    fn from(from: domain::Sourced) -> Self {
        let domain::Sourced { date, source } = from;
        Self {
            date,
            source: source.into(),
        }
    }
}

/// An entry summary in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntrySummary {
    /// Its number, `FFF-NNNNNNN-C`.
    #[schema(example = "ABC-1234567-6")]
    entry_number: String,
    /// Code of its type.
    #[schema(example = "01")]
    entry_type: String,
    /// Its type in words.
    entry_type_label: String,
    /// Importer of record; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    importer_number: String,
    /// Name of the importer.
    importer_name: Option<String>,
    /// Filer code.
    #[schema(example = "ABC")]
    filer_code: String,
    /// Name of the filer.
    filer_name: Option<String>,
    /// Port of entry.
    #[schema(example = "2704")]
    port_code: String,
    /// Day of entry.
    entry_date: NaiveDate,
    /// How it was liquidated, or what holds it.
    liquidation_status: Option<LiquidationStatus>,
    /// When it is or was liquidated; `null` while that is held.
    liquidation: Option<SourcedDate>,
    /// The last day to protest.
    protest_deadline: Option<SourcedDate>,
    /// How many lines.
    line_count: i64,
    /// Value.
    #[schema(example = "1234.50")]
    entered_value: String,
    /// Duty.
    #[schema(example = "12.34")]
    duty: String,
    /// Currency of the amounts.
    #[schema(example = "USD")]
    currency: String,
    /// What checking the fees found.
    fee_check: FeeCheck,
}

fn summary(entry: &Entry) -> EntrySummary {
    EntrySummary {
        entry_number: entry.number.to_string(),
        entry_type: entry.entry_type.as_str().to_owned(),
        entry_type_label: entry.entry_type.label().to_owned(),
        importer_number: entry.importer_shown.clone(),
        importer_name: entry.importer_name.clone(),
        filer_code: entry.number.filer_code().to_owned(),
        filer_name: entry.filer_name.clone(),
        port_code: entry.port.clone(),
        entry_date: entry.entry_date,
        liquidation_status: entry.liquidation_status.map(Into::into),
        liquidation: entry.liquidation.map(Into::into),
        protest_deadline: entry.protest.map(Into::into),
        line_count: entry.line_count,
        entered_value: in_dollars(entry.value),
        duty: in_dollars(entry.duty),
        currency: "USD".to_owned(),
        fee_check: entry.fee_check.into(),
    }
}

/// A page of entry summaries.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntrySummaryPage {
    /// The rows.
    items: Vec<EntrySummary>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A fee as it was reported and as it is computed.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryFee {
    /// Accounting class.
    #[schema(example = "499")]
    class: String,
    /// Its name.
    label: String,
    /// What the file says.
    #[schema(example = "34.64")]
    reported: Option<String>,
    /// What the rule gives.
    #[schema(example = "34.64")]
    computed: Option<String>,
    /// Whether they agree.
    check: FeeCheck,
    /// The rule in words.
    why: String,
}

/// The statement by which an entry is paid.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryStatement {
    /// Its number.
    number: Option<String>,
    /// Code of the payment status: AU, NP or PD.
    #[schema(example = "PD")]
    payment_status: Option<String>,
    /// The payment status in words.
    payment_status_label: Option<String>,
    /// By when it is to be paid.
    due_date: Option<NaiveDate>,
    /// When it was paid.
    payment_date: Option<NaiveDate>,
}

/// A person who sees an entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryViewerPerson {
    /// Full name.
    name: String,
    /// Why.
    why: String,
}

/// An account whose people see an entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryViewer {
    /// By what.
    basis: EntryViewerBasis,
    /// The reason in words.
    why: String,
    /// Name of the account, where the reader may know it.
    account_name: Option<String>,
    /// Name of the company, where the reader may know it.
    company_name: Option<String>,
    /// The people, where the reader may know them.
    people: Vec<EntryViewerPerson>,
}

impl From<ViewingAccount> for EntryViewer {
    fn from(found: ViewingAccount) -> Self {
        let ViewingAccount {
            basis,
            why,
            account,
            company,
            people,
        } = found;
        Self {
            basis: basis.into(),
            why,
            account_name: account,
            company_name: company,
            people: people
                .into_iter()
                .map(|search::Viewer { name, why }| EntryViewerPerson { name, why })
                .collect(),
        }
    }
}

/// An entry summary with everything but its lines.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntrySummaryDetail {
    /// Its number, `FFF-NNNNNNN-C`.
    #[schema(example = "ABC-1234567-6")]
    entry_number: String,
    /// Code of its type.
    #[schema(example = "01")]
    entry_type: String,
    /// Its type in words.
    entry_type_label: String,
    /// Importer of record; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    importer_number: String,
    /// Name of the importer.
    importer_name: Option<String>,
    /// Filer code.
    #[schema(example = "ABC")]
    filer_code: String,
    /// Name of the filer.
    filer_name: Option<String>,
    /// Port of entry.
    #[schema(example = "2704")]
    port_code: String,
    /// Day of entry.
    entry_date: NaiveDate,
    /// How it was liquidated, or what holds it.
    liquidation_status: Option<LiquidationStatus>,
    /// When it is or was liquidated; `null` while that is held.
    liquidation: Option<SourcedDate>,
    /// The last day to protest.
    protest_deadline: Option<SourcedDate>,
    /// How many lines.
    line_count: i64,
    /// Value.
    #[schema(example = "1234.50")]
    entered_value: String,
    /// Duty.
    #[schema(example = "12.34")]
    duty: String,
    /// Currency of the amounts.
    #[schema(example = "USD")]
    currency: String,
    /// What checking the fees found.
    fee_check: FeeCheck,
    /// Code of the mode of transport.
    #[schema(example = "11")]
    mode_code: Option<String>,
    /// The mode of transport in words.
    mode_label: Option<String>,
    /// Day of the summary.
    entry_summary_date: Option<NaiveDate>,
    /// Day of importation.
    importation_date: Option<NaiveDate>,
    /// The team that reviews.
    review_team: Option<String>,
    /// Reconciliation.
    reconciliation: Option<String>,
    /// How many tariff ordinals its lines have.
    tariff_count: i64,
    /// The statement; `null` when nothing is known of one.
    statement: Option<EntryStatement>,
    /// Fees.
    fees: Vec<EntryFee>,
    /// The moment that the newest file showed.
    state_at: DateTime<Utc>,
    /// When it was last written here.
    updated_at: DateTime<Utc>,
    /// Who sees it, and why.
    viewers: Vec<EntryViewer>,
}

fn fee(class: &str, label: &str, fee: &Fee, why: String) -> EntryFee {
    EntryFee {
        class: class.to_owned(),
        label: label.to_owned(),
        reported: fee.reported.map(in_dollars),
        computed: fee.computed.map(in_dollars),
        check: fee.check.into(),
        why,
    }
}

fn detail(page: EntryPage) -> EntrySummaryDetail {
    let EntryPage { entry, viewers } = page;
    let year = domain::fiscal_year(entry.entry_date);
    let mpf_why = match entry.mpf.computed {
        Some(_) => format!(
            "0.3464 % of the value of the entry, with the least and the most of fiscal year {year}; goods of some special programs owe none."
        ),
        None => format!(
            "Not computed: it is known for consumption entries of the fiscal years 2024 to 2027; this entry is of type {} and fiscal year {year}.",
            entry.entry_type.as_str()
        ),
    };
    let hmf_why = match entry.hmf.computed {
        Some(_) => "0.125 % of the value of what came over the ocean; nothing otherwise.",
        None => "Not computed: the mode of transport is not known.",
    };
    let statement = EntryStatement {
        number: entry.statement_number.clone(),
        payment_status: entry.statement_status.map(|s| s.as_str().to_owned()),
        payment_status_label: entry.statement_status.map(|s| s.label().to_owned()),
        due_date: entry.payment_due_date,
        payment_date: entry.payment_date,
    };
    let some = statement.number.is_some()
        || statement.payment_status.is_some()
        || statement.due_date.is_some()
        || statement.payment_date.is_some();
    let EntrySummary {
        entry_number,
        entry_type,
        entry_type_label,
        importer_number,
        importer_name,
        filer_code,
        filer_name,
        port_code,
        entry_date,
        liquidation_status,
        liquidation,
        protest_deadline,
        line_count,
        entered_value,
        duty,
        currency,
        fee_check,
    } = summary(&entry);
    EntrySummaryDetail {
        entry_number,
        entry_type,
        entry_type_label,
        importer_number,
        importer_name,
        filer_code,
        filer_name,
        port_code,
        entry_date,
        liquidation_status,
        liquidation,
        protest_deadline,
        line_count,
        entered_value,
        duty,
        currency,
        fee_check,
        mode_code: entry.mode.map(|m| m.as_str().to_owned()),
        mode_label: entry.mode.map(|m| m.label().to_owned()),
        entry_summary_date: entry.summary_date,
        importation_date: entry.importation_date,
        review_team: entry.review_team,
        reconciliation: entry.reconciliation,
        tariff_count: entry.tariff_count,
        statement: some.then_some(statement),
        fees: vec![
            fee("499", "Merchandise processing fee", &entry.mpf, mpf_why),
            fee(
                "501",
                "Harbor maintenance fee",
                &entry.hmf,
                hmf_why.to_owned(),
            ),
        ],
        state_at: entry.state_at,
        updated_at: entry.updated_at,
        viewers: viewers.into_iter().map(Into::into).collect(),
    }
}

/// A quantity with its unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryQuantity {
    /// How much.
    #[schema(example = "12.5")]
    quantity: Option<String>,
    /// Unit of measure.
    #[schema(example = "KG")]
    unit: Option<String>,
}

/// A tariff ordinal of a line.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryLine {
    /// The line.
    line_number: i64,
    /// The ordinal within the line.
    ordinal: i64,
    /// Number of the tariff schedule.
    #[schema(example = "8471.30.0100")]
    hts_number: String,
    /// Country of origin.
    #[schema(example = "CN")]
    country_of_origin: String,
    /// Country of export.
    country_of_export: Option<String>,
    /// Manufacturer.
    manufacturer_id: Option<String>,
    /// Exporter abroad.
    foreign_exporter_id: Option<String>,
    /// Special program.
    spi: Option<String>,
    /// Up to three quantities.
    quantities: Vec<EntryQuantity>,
    /// Value.
    #[schema(example = "1234.50")]
    entered_value: Option<String>,
    /// Duty.
    #[schema(example = "12.34")]
    duty: Option<String>,
    /// Merchandise processing fee; on the first ordinal of a line.
    mpf: Option<String>,
    /// Harbor maintenance fee; on the first ordinal of a line.
    hmf: Option<String>,
}

impl From<FoundLine> for EntryLine {
    fn from(found: FoundLine) -> Self {
        let FoundLine {
            line_no,
            ordinal,
            hts,
            country_origin,
            country_export,
            manufacturer_id,
            foreign_exporter_id,
            spi,
            quantities,
            value,
            duty,
            mpf,
            hmf,
        } = found;
        Self {
            line_number: line_no,
            ordinal,
            hts_number: HtsNumber::dotted(&hts),
            country_of_origin: country_origin,
            country_of_export: country_export,
            manufacturer_id,
            foreign_exporter_id,
            spi,
            quantities: quantities
                .into_iter()
                .filter(|(quantity, unit)| quantity.is_some() || unit.is_some())
                .map(|(quantity, unit)| EntryQuantity {
                    quantity: quantity.map(thousandths_in_words),
                    unit,
                })
                .collect(),
            entered_value: value.map(in_dollars),
            duty: duty.map(in_dollars),
            mpf: mpf.map(in_dollars),
            hmf: hmf.map(in_dollars),
        }
    }
}

/// A page of lines.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryLinePage {
    /// The rows.
    items: Vec<EntryLine>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the search.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntrySummaryQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only what is seen through this account.
    account_id: Option<Uuid>,
    /// The beginning of an entry number, or a part of the importer's or the filer's name.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Of this importer. A Social Security number does not stand in an address: search by name instead.
    #[param(max_length = 20)]
    importer_number: Option<String>,
    /// Under this filer code.
    #[param(max_length = 3)]
    filer_code: Option<String>,
    /// At this port.
    #[param(max_length = 4)]
    port_code: Option<String>,
    /// Of this type, e.g. `01`.
    #[param(max_length = 2)]
    entry_type: Option<String>,
    /// From this day of entry on.
    #[param(value_type = Option<NaiveDate>)]
    entry_date_from: Option<Day>,
    /// Up to this day of entry.
    #[param(value_type = Option<NaiveDate>)]
    entry_date_to: Option<Day>,
    /// With this liquidation.
    #[param(inline)]
    liquidation: Option<LiquidationChoice>,
    /// With this result of checking the fees.
    #[param(inline)]
    fee_check: Option<FeeCheckChoice>,
}

impl EntrySummaryQuery {
    fn filter(&self, authed: &Authed) -> Result<EntryFilter, Problem> {
        let services = authed.services();
        let q = self.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        if q.is_some_and(|q| q.chars().count() > 100 || q.contains('\0')) {
            return Err(Problem::field(
                "?q",
                "invalid",
                "A search has at most 100 characters.",
            ));
        }
        let importer_key = match &self.importer_number {
            None => None,
            Some(text) => {
                let number = ImporterNumber::parse(text).map_err(|rule| {
                    Problem::field("?importer_number", "identifier-malformed", rule.rule)
                })?;
                if number.is_personal() {
                    return Err(Problem::field(
                        "?importer_number",
                        "invalid",
                        "A Social Security number does not stand in an address; search by the importer's name.",
                    ));
                }
                Some(search::importer_key(services, &number)?)
            }
        };
        let filer_code = match &self.filer_code {
            None => None,
            Some(text) => Some(String::from(FilerCode::parse(text).map_err(|rule| {
                Problem::field("?filer_code", "identifier-malformed", rule.rule)
            })?)),
        };
        let port = match &self.port_code {
            None => None,
            Some(text) => {
                Some(String::from(PortCode::parse(text).map_err(|rule| {
                    Problem::field("?port_code", "invalid", rule.rule)
                })?))
            }
        };
        let entry_type = match &self.entry_type {
            None => None,
            Some(code) => Some(EntryType::from_word(code).ok_or_else(|| {
                Problem::field("?entry_type", "invalid", "There is no such entry type.")
            })?),
        };
        let today = services.now().date_naive();
        Ok(EntryFilter {
            q: q.map(str::to_owned),
            importer_key,
            filer_code,
            port,
            entry_type,
            from: self.entry_date_from.map(|d| d.0),
            to: self.entry_date_to.map(|d| d.0),
            liquidation: self.liquidation.map(|choice| match choice {
                LiquidationChoice::DueSoon => {
                    LiquidationFilter::Due(today, today + chrono::Days::new(SOON_DAYS))
                }
                LiquidationChoice::Liquidated => LiquidationFilter::Liquidated,
                LiquidationChoice::Open => LiquidationFilter::Open,
                LiquidationChoice::Extended => {
                    LiquidationFilter::Held(domain::LiquidationStatus::Extended)
                }
                LiquidationChoice::Suspended => {
                    LiquidationFilter::Held(domain::LiquidationStatus::Suspended)
                }
            }),
            fee_check: self.fee_check.map(|choice| match choice {
                FeeCheckChoice::Fits => domain::FeeCheck::Fits,
                FeeCheckChoice::Differs => domain::FeeCheck::Differs,
                FeeCheckChoice::Unknown => domain::FeeCheck::Unknown,
            }),
        })
    }
}

/// Search entry summaries
///
/// The newest day of entry first. Everybody sees the entries of the own importer numbers and filer codes, and those of clients
/// within their grants; a location limit narrows by port.
#[utoipa::path(tag = "records", params(EntrySummaryQuery), responses((status = 200, description = "A page of entries", body = EntrySummaryPage)))]
#[get("/entry-summaries")]
pub(crate) async fn list_entry_summaries(
    authed: Authed,
    query: Query<EntrySummaryQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.0;
    let page = page_request(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(&authed)?;
    let within = query
        .account_id
        .map_or(ScopeFilter::All, |id| ScopeFilter::Account(id.into()));
    let found = search::list(&authed.actor, authed.services(), within, &filter, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(EntrySummaryPage {
        items: found.items.iter().map(summary).collect(),
        next_cursor,
    }))
}

fn number_of(text: &str) -> Result<EntryNumber, Problem> {
    // A number that cannot exist is as absent as one that does not.
    EntryNumber::parse(text).map_err(|_problem| {
        Problem::new(
            Code::NotFound,
            "There is no such entry here, or you may not see it.",
        )
    })
}

/// Read an entry summary
///
/// Header, fees, dates, and who can see it and why. The number may be written with or without hyphens.
#[utoipa::path(tag = "records", params(("entry_number" = String, Path, description = "The number, FFF-NNNNNNN-C")), responses((status = 200, description = "The entry", body = EntrySummaryDetail)))]
#[get("/entry-summaries/{entry_number}")]
pub(crate) async fn get_entry_summary(
    authed: Authed,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let number = number_of(&path.0)?;
    let found = search::find(&authed.actor, authed.services(), &number).await?;
    Ok(HttpResponse::Ok().json(detail(found)))
}

/// List the lines of an entry summary
///
/// One row for each tariff ordinal, by line and ordinal.
#[utoipa::path(tag = "records", params(("entry_number" = String, Path, description = "The number, FFF-NNNNNNN-C"), PageQuery), responses((status = 200, description = "A page of lines", body = EntryLinePage)))]
#[get("/entry-summaries/{entry_number}/lines")]
pub(crate) async fn list_entry_lines(
    authed: Authed,
    path: Path<String>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let number = number_of(&path.0)?;
    let found = search::lines(&authed.actor, authed.services(), &number, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(EntryLinePage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}
