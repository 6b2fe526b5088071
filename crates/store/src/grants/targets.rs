//! Which account a proposal goes to: by number and owner, or by the identifier that a client's company holds.

use quaymaster_domain::identifiers::IdentifierKind;
use quaymaster_domain::ids::{AccountId, PartyId, SubAccountId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::accounts::{Account, InnerJoinCompany, account};
use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::{
    account_activities, account_identifiers, accounts, companies, sub_account_identifiers,
    subsidiaries, users,
};
use crate::error::StoreError;

/// The account with this number, if its owner has this User ID. Both are always looked up, so that every mismatch costs
/// the same.
///
/// # Errors
/// When the database cannot answer.
pub async fn by_number_and_owner(
    tx: &WriteTx,
    number: &str,
    owner_key: &str,
) -> Result<Option<Account>, StoreError> {
    let conn = tx.conn();
    let place = accounts::Entity::find()
        .inner_join_company()
        .filter(accounts::Column::AccountNumber.eq(number))
        .one(&conn)
        .await?;
    let person = users::Entity::find()
        .filter(users::Column::UserKey.eq(owner_key))
        .one(&conn)
        .await?;
    match (place, person) {
        (Some((row, company)), Some(person)) if row.owner_user_id == person.id => {
            account(row, company).map(Some)
        }
        _ => Ok(None),
    }
}

/// An account by its id, for a proposal on its way.
///
/// # Errors
/// When the database cannot answer.
pub async fn by_id(tx: &WriteTx, id: AccountId) -> Result<Option<Account>, StoreError> {
    Ok(crate::accounts::by_ids(tx, vec![id.0]).await?.pop())
}

/// Whom to ask for a client's records: the account that holds the identifier, with the sub-accounts in which it stands;
/// or else, of the open accounts of the party's company, the oldest that holds an activity which carries such an
/// identifier; or else the oldest.
///
/// # Errors
/// When the database cannot answer.
pub async fn by_identifier(
    tx: &WriteTx,
    kind: IdentifierKind,
    lookup: &str,
    party: Option<PartyId>,
) -> Result<Option<(Account, Vec<SubAccountId>)>, StoreError> {
    let conn = tx.conn();
    let held = account_identifiers::Entity::find()
        .filter(account_identifiers::Column::Kind.eq(kind.as_str()))
        .filter(account_identifiers::Column::Lookup.eq(lookup))
        .one(&conn)
        .await?;
    if let Some(held) = held {
        let holder = by_id(tx, held.account_id.into()).await?;
        if let Some(holder) = holder.filter(|a| a.open) {
            let subs: Vec<Uuid> = sub_account_identifiers::Entity::find()
                .select_only()
                .column(sub_account_identifiers::Column::SubAccountId)
                .filter(sub_account_identifiers::Column::IdentifierId.eq(held.id))
                .into_tuple()
                .all(&conn)
                .await?;
            return Ok(Some((holder, subs.into_iter().map(Into::into).collect())));
        }
    }
    let Some(party) = party else { return Ok(None) };
    let own: Vec<Uuid> = companies::Entity::find()
        .select_only()
        .column(companies::Column::Id)
        .filter(companies::Column::PartyId.eq(party.0))
        .into_tuple()
        .all(&conn)
        .await?;
    let parents: Vec<Uuid> = subsidiaries::Entity::find()
        .select_only()
        .column(subsidiaries::Column::CompanyId)
        .filter(subsidiaries::Column::PartyId.eq(party.0))
        .into_tuple()
        .all(&conn)
        .await?;
    let open = accounts::Entity::find()
        .inner_join_company()
        .filter(accounts::Column::CompanyId.is_in(own.into_iter().chain(parents)))
        .filter(accounts::Column::State.eq("open"))
        .order_by_asc(accounts::Column::CreatedAt)
        .order_by_asc(accounts::Column::Id)
        .all(&conn)
        .await?;
    let fitting: Vec<&str> = quaymaster_domain::activities::BusinessActivity::all()
        .iter()
        .filter(|a| a.takes(kind))
        .map(|a| a.as_str())
        .collect();
    let holding: Vec<Uuid> = account_activities::Entity::find()
        .select_only()
        .column(account_activities::Column::AccountId)
        .filter(account_activities::Column::AccountId.is_in(open.iter().map(|(a, _)| a.id)))
        .filter(account_activities::Column::Activity.is_in(fitting))
        .into_tuple()
        .all(&conn)
        .await?;
    let at = open
        .iter()
        .position(|(a, _)| holding.contains(&a.id))
        .unwrap_or(0);
    match open.into_iter().nth(at) {
        None => Ok(None),
        Some((row, company)) => Ok(Some((account(row, company)?, Vec::new()))),
    }
}
