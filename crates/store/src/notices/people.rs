//! Who is in the audience of a notice at this moment, and what they have done with it. For a service that has asked the
//! policy about notices.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{NoticeId, UserId};
use quaymaster_domain::notices::Audience;
use sea_orm::Value;
use uuid::Uuid;

use super::Reading;
use crate::db::Handle;
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};
use crate::row::{self, Cells};

/// Values of a statement and the places that stand for them.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    fn place(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    fn places<T: Into<Value>>(&mut self, all: impl IntoIterator<Item = T>) -> String {
        let places: Vec<String> = all.into_iter().map(|one| self.place(one)).collect();
        places.join(", ")
    }
}

/// People with a User ID who belong to an account of the audience.
fn belongs(audience: &Audience, values: &mut Values) -> String {
    let which = match audience {
        Audience::All => String::new(),
        Audience::Roles(roles) => format!(
            " AND memberships.role IN ({})",
            values.places(roles.iter().map(|r| r.as_str()))
        ),
        Audience::Activities(kinds) => format!(
            " AND EXISTS (SELECT 1 FROM account_activities WHERE account_activities.account_id = memberships.account_id \
             AND account_activities.activity IN ({}))",
            values.places(kinds.iter().map(|a| a.as_str()))
        ),
        Audience::Companies(ids) => format!(
            " AND EXISTS (SELECT 1 FROM accounts WHERE accounts.id = memberships.account_id AND accounts.company_id IN ({}))",
            values.places(ids.iter().map(|c| c.0))
        ),
    };
    format!(
        "users.user_name IS NOT NULL AND EXISTS (SELECT 1 FROM memberships WHERE memberships.user_id = users.id{which})"
    )
}

/// How many people of an audience there are, and what they have done with its notice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// People in the audience now.
    pub addressed: u64,
    /// Those of them who have opened it.
    pub read: u64,
    /// Those of them who have acknowledged it.
    pub acknowledged: u64,
}

/// Counts the audience. Without a notice nobody has read anything.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(
    db: &impl Handle,
    audience: &Audience,
    notice: Option<NoticeId>,
) -> Result<Counts, StoreError> {
    let mut values = Values::default();
    let id = values.place(notice.map_or_else(Uuid::nil, |n| n.0));
    let belongs = belongs(audience, &mut values);
    let sql = format!(
        "SELECT COUNT(*), COUNT(notice_reads.read_at), COUNT(notice_reads.acknowledged_at) FROM users \
         LEFT JOIN notice_reads ON notice_reads.user_id = users.id AND notice_reads.notice_id = {id} WHERE {belongs}"
    );
    let rows = row::all(&db.conn(), &sql, values.0).await?;
    let Some(row) = rows.first() else {
        return Ok(Counts::default());
    };
    let mut cells = Cells::of(row)?;
    let mut next = || -> Result<u64, StoreError> {
        let number: i64 = cells.take()?;
        Ok(u64::try_from(number).unwrap_or(0))
    };
    Ok(Counts {
        addressed: next()?,
        read: next()?,
        acknowledged: next()?,
    })
}

/// A person and what became of a notice there.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// Identity.
    pub id: UserId,
    /// The User ID.
    pub user_name: Option<String>,
    /// Given and family name.
    pub name: String,
    /// The address on file.
    pub email: String,
    /// What the person has done with it.
    pub reading: Option<Reading>,
    name_key: String,
}

/// Everybody who has acknowledged a notice, also who left its audience since; or who of the audience has not. By name.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    notice: NoticeId,
    audience: &Audience,
    acknowledged: bool,
    page: &PageRequest,
) -> Result<Page<Addressee>, StoreError> {
    let mut values = Values::default();
    let id = values.place(notice.0);
    let mut wanted = if acknowledged {
        "notice_reads.acknowledged_at IS NOT NULL".to_owned()
    } else {
        let belongs = belongs(audience, &mut values);
        format!("notice_reads.acknowledged_at IS NULL AND {belongs}")
    };
    if let Some(after) = &page.after {
        let name = values.place(after.part(0));
        let same = values.place(after.part(0));
        let last = values.place(after.id());
        wanted.push_str(&format!(
            " AND (users.name_key > {name} OR (users.name_key = {same} AND users.id > {last}))"
        ));
    }
    let sql = format!(
        "SELECT users.id, users.user_name, users.given_name, users.family_name, users.email, users.name_key, \
         notice_reads.read_at, notice_reads.acknowledged_at FROM users \
         LEFT JOIN notice_reads ON notice_reads.user_id = users.id AND notice_reads.notice_id = {id} \
         WHERE {wanted} ORDER BY users.name_key, users.id LIMIT {}",
        page.reach()
    );
    let rows = row::all(&db.conn(), &sql, values.0).await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let id: Uuid = cells.take()?;
        let user_name = cells.take()?;
        let given: String = cells.take()?;
        let family: String = cells.take()?;
        let email = cells.take()?;
        let name_key = cells.take()?;
        let read_at: Option<DateTime<Utc>> = cells.take()?;
        let acknowledged_at = cells.take()?;
        people.push(Addressee {
            id: id.into(),
            user_name,
            name: format!("{given} {family}"),
            email,
            reading: read_at.map(|read_at| Reading {
                read_at,
                acknowledged_at,
            }),
            name_key,
        });
    }
    Ok(Page::cut(people, page, |p| {
        Cursor::new([p.name_key.clone(), p.id.to_string()])
    }))
}
