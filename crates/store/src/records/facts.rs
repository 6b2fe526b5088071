//! What the policy needs to make a reader's scope of trade records: importer numbers, filer codes, limits of ports, and
//! the grants in effect, as the rows are at that moment. Five statements, whatever the number of clients.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{
    Guest, HeldKey, RecordKeyKind, ScopeFacts, ScopeFilter, Seat, Seats, Standing,
};
use quaymaster_domain::grants::{GrantRights, GrantScope, RecordsScope, SubAccounts};
use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, CompanyId, GrantId, SubAccountId};
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::db::Handle;
use crate::error::{StoreError, corrupt};
use crate::grants::sql::{Sql, TEAMS, passed_on};

/// What a scope is needed for. The less that is, the less has to be read of a reader with thousands of clients.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Everything that the reader may see.
    Everything,
    /// What the reader may see through one account.
    Account(AccountId),
    /// What the reader may see of records under these numbers.
    Numbers(&'a Numbers),
}

impl From<ScopeFilter> for Wanted<'static> {
    fn from(filter: ScopeFilter) -> Self {
        match filter {
            ScopeFilter::All => Self::Everything,
            ScopeFilter::Account(account) => Self::Account(account),
        }
    }
}

/// The numbers under which a record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The key of the importer number.
    pub importer: String,
    /// The filer code.
    pub filer: String,
}

/// Reads them for a person with these seats.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of(
    db: &impl Handle,
    seats: &Seats,
    wanted: Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<ScopeFacts, StoreError> {
    let own: Vec<Uuid> = seats.own().iter().map(|(id, _)| id.0).collect();
    let guests = guests(db, seats, wanted, now).await?;
    Ok(ScopeFacts {
        keys: keys(db, &own, wanted).await?,
        ports: ports(db, seats).await?,
        guests,
    })
}

/// Importer numbers and filer codes of the own accounts, of those that let them see records, and of the one asked for.
async fn keys(
    db: &impl Handle,
    own: &[Uuid],
    wanted: Wanted<'_>,
) -> Result<BTreeMap<AccountId, Vec<HeldKey>>, StoreError> {
    let sql = Sql::new()
        .add(
            "SELECT s.account_id, s.sub_account_id, i.kind, i.lookup FROM sub_account_identifiers s \
             JOIN account_identifiers i ON i.id = s.identifier_id WHERE i.kind IN (",
        )
        .bind(IdentifierKind::ImporterNumber.as_str())
        .add(", ")
        .bind(IdentifierKind::FilerCode.as_str())
        .add(")");
    // Everywhere the account of the identifier, which has an index.
    let sql = match wanted {
        Wanted::Account(one) => sql
            .add(" AND i.account_id IN ")
            .list(own.iter().copied().chain([one.0])),
        _ if own.is_empty() => return Ok(BTreeMap::new()),
        Wanted::Everything => sql
            .add(" AND i.account_id IN (SELECT id FROM accounts WHERE id IN ")
            .list(own.iter().copied())
            .add(" UNION SELECT g.grantor_account_id FROM grants g WHERE g.state = 'active' AND g.recipient_account_id IN ")
            .list(own.iter().copied())
            .add(")"),
        Wanted::Numbers(numbers) => sql
            .add(" AND i.lookup IN ")
            .either(numbers)
            .add(" AND (i.account_id IN ")
            .list(own.iter().copied())
            .add(" OR EXISTS (SELECT 1 FROM grants g WHERE g.grantor_account_id = i.account_id AND g.state = 'active' AND g.recipient_account_id IN ")
            .list(own.iter().copied())
            .add("))"),
    };
    let mut found: BTreeMap<AccountId, Vec<HeldKey>> = BTreeMap::new();
    for row in sql.all(db).await? {
        let word: String = row.try_get_by_index(2)?;
        let kind = match IdentifierKind::from_word(&word) {
            Some(IdentifierKind::ImporterNumber) => RecordKeyKind::Importer,
            Some(IdentifierKind::FilerCode) => RecordKeyKind::Filer,
            _ => return Err(corrupt("account_identifiers", "kind", "", &word)),
        };
        found
            .entry(row.try_get_by_index::<Uuid>(0)?.into())
            .or_default()
            .push(HeldKey {
                sub_account: row.try_get_by_index::<Uuid>(1)?.into(),
                kind,
                key: row.try_get_by_index(3)?,
            });
    }
    Ok(found)
}

async fn ports(
    db: &impl Handle,
    seats: &Seats,
) -> Result<BTreeMap<AccountId, Vec<String>>, StoreError> {
    if seats.own().iter().all(|(_, owner)| *owner) {
        return Ok(BTreeMap::new());
    }
    let rows = Sql::new()
        .add("SELECT account_id, port_code FROM membership_ports WHERE user_id = ")
        .bind(seats.user().0)
        .all(db)
        .await?;
    let mut found: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
    for row in rows {
        found
            .entry(row.try_get_by_index::<Uuid>(0)?.into())
            .or_default()
            .push(row.try_get_by_index(1)?);
    }
    Ok(found)
}

/// So many grants are read at once: what is read is larger than what is kept of it.
const AT_ONCE: usize = 1_000;

/// The foreign accounts with every seat that the person has in them (R9): the grants in effect, between open accounts, as
/// far as they were passed on, without those from which the person was taken off or suspended.
async fn guests(
    db: &impl Handle,
    seats: &Seats,
    wanted: Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Guest>, StoreError> {
    let own: Vec<Uuid> = seats.own().iter().map(|(id, _)| id.0).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<AccountId, Guest> = BTreeMap::new();
    let mut passing = None;
    let mut last = None;
    loop {
        let rows = in_effect(db, seats, &own, wanted, last, now).await?;
        let passed_on = match passing.take() {
            None => Passing::read(db, seats, &own, &rows).await?,
            Some(known) => known,
        };
        for row in &rows {
            last = Some(row.try_get("", "id")?);
            let Some((company, grantor, seat)) = seat(row, seats, &passed_on)? else {
                continue;
            };
            let guest = found.entry(grantor).or_insert_with(|| Guest {
                account: grantor,
                company,
                standing: Standing::Seated(Vec::new()),
            });
            if let Standing::Seated(list) = &mut guest.standing {
                list.push(seat);
            }
        }
        if rows.len() < AT_ONCE {
            return Ok(found.into_values().collect());
        }
        passing = Some(passed_on);
    }
}

/// The next grants that may lead the person somewhere, behind the last one.
async fn in_effect(
    db: &impl Handle,
    seats: &Seats,
    own: &[Uuid],
    wanted: Wanted<'_>,
    last: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Vec<QueryResult>, StoreError> {
    let user = seats.user().0;
    let mut sql = Sql::new()
        .add(
            "SELECT g.id, g.grantor_account_id, g.recipient_account_id, a.company_id, g.all_sub_accounts, g.top_level, \
             g.structure AS g_structure, g.records AS g_records, g.reports AS g_reports, g.users AS g_users, g.ends_at, \
             p.user_id AS assigned, p.structure AS p_structure, p.records AS p_records, p.reports AS p_reports, \
             p.users AS p_users FROM grants g \
             JOIN accounts a ON a.id = g.grantor_account_id AND a.state = 'open' \
             JOIN accounts r ON r.id = g.recipient_account_id AND r.state = 'open' \
             LEFT JOIN grant_people p ON p.grant_id = g.id AND p.user_id = ",
        )
        .bind(user)
        .add(" WHERE g.recipient_account_id IN ")
        .list(own.iter().copied());
    match wanted {
        Wanted::Everything => {}
        Wanted::Account(one) => sql = sql.add(" AND g.grantor_account_id = ").bind(one.0),
        Wanted::Numbers(numbers) => {
            sql = sql
                .add(" AND g.grantor_account_id IN (SELECT account_id FROM account_identifiers WHERE kind IN (")
                .bind(IdentifierKind::ImporterNumber.as_str())
                .add(", ")
                .bind(IdentifierKind::FilerCode.as_str())
                .add(") AND lookup IN ")
                .either(numbers)
                .add(")");
        }
    }
    if let Some(last) = last {
        sql = sql.add(" AND g.id > ").bind(last);
    }
    sql.add(" AND ")
        .in_effect(now)
        .add(" AND NOT EXISTS (SELECT 1 FROM grant_removals x WHERE x.grant_id = g.id AND x.user_id = ")
        .bind(user)
        .add(") AND NOT EXISTS (SELECT 1 FROM access_review_items y WHERE y.user_id = ")
        .bind(user)
        .add(" AND (y.grant_id = g.id OR (y.grant_id IS NULL AND y.account_id = g.recipient_account_id)) AND y.lapses_at <= ")
        .bind(now)
        .add(&format!(") ORDER BY g.id LIMIT {AT_ONCE}"))
        .all(db)
        .await
}

/// The seat that a grant gives the person, with the company and the account where it stands.
fn seat(
    row: &QueryResult,
    seats: &Seats,
    passing: &Passing,
) -> Result<Option<(CompanyId, AccountId, Seat)>, StoreError> {
    let grant: Uuid = row.try_get("", "id")?;
    let grantor: Uuid = row.try_get("", "grantor_account_id")?;
    let recipient: Uuid = row.try_get("", "recipient_account_id")?;
    let mut passed = GrantRights::NONE;
    if seats
        .own()
        .iter()
        .any(|(id, owner)| *owner && id.0 == recipient)
    {
        passed = GrantRights::ALL;
    }
    if row.try_get::<Option<Uuid>>("", "assigned")?.is_some() {
        passed = passed.join(passed_on(row, "p_")?.unwrap_or(GrantRights::ALL));
    }
    if let Some(more) = passing.teams.get(&(recipient, grantor)) {
        passed = passed.join(*more);
    }
    let word: String = row.try_get("", "g_records")?;
    let granted = GrantRights {
        structure: row.try_get("", "g_structure")?,
        records: RecordsScope::from_word(&word)
            .ok_or_else(|| corrupt("grants", "records", grant, &word))?,
        reports: row.try_get("", "g_reports")?,
        users: row.try_get("", "g_users")?,
    };
    let rights = passed.meet(granted);
    if rights.is_nothing() {
        return Ok(None);
    }
    let all: bool = row.try_get("", "all_sub_accounts")?;
    let sub_accounts = if all {
        SubAccounts::All
    } else {
        SubAccounts::Named(passing.named.get(&grant).cloned().unwrap_or_default())
    };
    let company: Uuid = row.try_get("", "company_id")?;
    let seat = Seat {
        grant: GrantId(grant),
        recipient: recipient.into(),
        scope: GrantScope {
            sub_accounts,
            top_level: row.try_get("", "top_level")?,
            rights,
        },
        until: row.try_get("", "ends_at")?,
        last_used_at: None,
    };
    Ok(Some((company.into(), grantor.into(), seat)))
}

/// When the grants and reviews that matter for these seats next begin or end by the clock alone; `None` when none does.
///
/// # Errors
/// When the database cannot answer.
pub async fn next_turn(
    db: &impl Handle,
    seats: &Seats,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let own: Vec<Uuid> = seats.own().iter().map(|(id, _)| id.0).collect();
    let mut sql =
        Sql::new().add("SELECT MIN(y.lapses_at) FROM access_review_items y WHERE y.user_id = ");
    sql = sql
        .bind(seats.user().0)
        .add(" AND y.lapses_at > ")
        .bind(now);
    if !own.is_empty() {
        for moment in ["starts_at", "ends_at"] {
            sql = sql
                .add(&format!(
                    " UNION ALL SELECT MIN(g.{moment}) FROM grants g WHERE g.state = 'active' AND g.{moment} > "
                ))
                .bind(now)
                .add(" AND g.recipient_account_id IN ")
                .list(own.iter().copied());
        }
    }
    let mut next = None;
    for row in sql.all(db).await? {
        let one: Option<DateTime<Utc>> = row.try_get_by_index(0)?;
        next = match (next, one) {
            (Some(a), Some(b)) => Some(std::cmp::min(a, b)),
            (a, b) => a.or(b),
        };
    }
    Ok(next)
}

/// What is passed on by teams, and the sub-accounts that grants name.
struct Passing {
    teams: HashMap<(Uuid, Uuid), GrantRights>,
    named: HashMap<Uuid, BTreeSet<SubAccountId>>,
}

impl Passing {
    /// For the first grants, or for all when these are not few.
    async fn read(
        db: &impl Handle,
        seats: &Seats,
        own: &[Uuid],
        rows: &[QueryResult],
    ) -> Result<Self, StoreError> {
        if rows.is_empty() {
            return Ok(Self {
                teams: HashMap::new(),
                named: HashMap::new(),
            });
        }
        let few = few(rows)?;
        Ok(Self {
            teams: teams(db, seats.user().0, own, few.as_deref()).await?,
            named: named(db, own, few.as_deref()).await?,
        })
    }
}

/// Grants and who gave them, as long as they are few: then the rest needs to be read for these only.
fn few(rows: &[QueryResult]) -> Result<Option<Vec<(Uuid, Uuid)>>, StoreError> {
    const FEW: usize = 16;
    if rows.len() > FEW {
        return Ok(None);
    }
    let pair = |row: &QueryResult| -> Result<(Uuid, Uuid), StoreError> {
        Ok((
            row.try_get("", "id")?,
            row.try_get("", "grantor_account_id")?,
        ))
    };
    rows.iter().map(pair).collect::<Result<_, _>>().map(Some)
}

/// What teams pass on to the person: by own account and client.
async fn teams(
    db: &impl Handle,
    user: Uuid,
    own: &[Uuid],
    few: Option<&[(Uuid, Uuid)]>,
) -> Result<HashMap<(Uuid, Uuid), GrantRights>, StoreError> {
    let mut sql = Sql::new()
        .add("SELECT c.account_id, c.client_account_id, t.structure, t.records, t.reports, t.users FROM ")
        .add(TEAMS)
        .add(" WHERE m.user_id = ")
        .bind(user)
        .add(" AND c.account_id IN ")
        .list(own.iter().copied());
    if let Some(few) = few {
        sql = sql
            .add(" AND c.client_account_id IN ")
            .list(few.iter().map(|(_, grantor)| *grantor));
    }
    let rows = sql.all(db).await?;
    let mut found: HashMap<(Uuid, Uuid), GrantRights> = HashMap::new();
    for row in &rows {
        let rights = passed_on(row, "")?.unwrap_or(GrantRights::ALL);
        let sum = found
            .entry((
                row.try_get("", "account_id")?,
                row.try_get("", "client_account_id")?,
            ))
            .or_insert(GrantRights::NONE);
        *sum = sum.join(rights);
    }
    Ok(found)
}

/// The sub-accounts that grants to the own accounts name.
async fn named(
    db: &impl Handle,
    own: &[Uuid],
    few: Option<&[(Uuid, Uuid)]>,
) -> Result<HashMap<Uuid, BTreeSet<SubAccountId>>, StoreError> {
    let mut sql = Sql::new()
        .add(
            "SELECT n.grant_id, n.sub_account_id FROM grant_sub_accounts n JOIN grants g ON g.id = n.grant_id \
             WHERE g.state = 'active' AND g.recipient_account_id IN ",
        )
        .list(own.iter().copied());
    if let Some(few) = few {
        sql = sql
            .add(" AND n.grant_id IN ")
            .list(few.iter().map(|(grant, _)| *grant));
    }
    let rows = sql.all(db).await?;
    let mut found: HashMap<Uuid, BTreeSet<SubAccountId>> = HashMap::new();
    for row in rows {
        found
            .entry(row.try_get_by_index(0)?)
            .or_default()
            .insert(row.try_get_by_index::<Uuid>(1)?.into());
    }
    Ok(found)
}

impl Sql {
    /// One of the two numbers.
    fn either(self, numbers: &Numbers) -> Self {
        self.add("(")
            .bind(numbers.importer.as_str())
            .add(", ")
            .bind(numbers.filer.as_str())
            .add(")")
    }
}
