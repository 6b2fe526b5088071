//! Rights of plain users, checked against the account that they are for.

use std::collections::{BTreeSet, HashSet};

use quaymaster_domain::identifiers::PortCode;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::members::RecordsLevel;
use quaymaster_domain::members::{MemberRole, ReportsLevel, StructureLevel, SubAccountAccess};
use quaymaster_store::members::{self, Rights};
use quaymaster_store::{Handle, StoreError};

use crate::error::{Fault, FieldFault};

/// Checks that the sub-accounts are the account's and named once, that port codes are port codes, and that nobody gives
/// single rights to a proxy. What grants nothing is left out.
pub(crate) async fn check(
    db: &impl Handle,
    account: AccountId,
    role: MemberRole,
    wanted: &Rights,
) -> Result<Rights, Fault> {
    let Rights { access, ports } = wanted;
    let mut faults = Vec::new();
    let mut refuse = |pointer: String, detail: &str| {
        faults.push(FieldFault {
            pointer,
            code: "invalid",
            detail: detail.to_owned(),
        });
    };
    if role != MemberRole::User {
        if !access.is_empty() {
            refuse(
                "/access".to_owned(),
                "a Proxy Account Owner may do everything in the account; leave the list empty",
            );
        }
        if !ports.is_empty() {
            refuse(
                "/port_codes".to_owned(),
                "a Proxy Account Owner sees every port; leave the list empty",
            );
        }
    }
    let own: HashSet<_> = if access.is_empty() {
        HashSet::new()
    } else {
        members::places(db, account)
            .await?
            .into_iter()
            .map(|p| p.id)
            .collect()
    };
    let mut seen = HashSet::new();
    for (n, entry) in access.iter().enumerate() {
        let pointer = format!("/access/{n}/sub_account_id");
        if !own.contains(&entry.sub_account_id) {
            refuse(pointer, "this account has no such sub-account");
        } else if !seen.insert(entry.sub_account_id) {
            refuse(pointer, "this sub-account is named twice");
        }
    }
    let mut kept = BTreeSet::new();
    for (n, port) in ports.iter().enumerate() {
        match PortCode::parse(port) {
            Ok(port) => {
                kept.insert(port.as_str().to_owned());
            }
            Err(rule) => refuse(format!("/port_codes/{n}"), &rule.to_string()),
        }
    }
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults));
    }
    let mut access: Vec<_> = access.iter().filter(|a| grants(a)).copied().collect();
    access.sort_by_key(|a| a.sub_account_id);
    Ok(Rights {
        access,
        ports: kept.into_iter().collect(),
    })
}

fn grants(access: &SubAccountAccess) -> bool {
    access.structure != StructureLevel::None
        || access.records != RecordsLevel::None
        || access.reports != ReportsLevel::None
}

/// The rights of a member as they are kept.
pub(crate) async fn of(
    db: &impl Handle,
    account: AccountId,
    user: quaymaster_domain::ids::UserId,
) -> Result<Rights, StoreError> {
    let (access, ports) = members::access(db, account, user).await?;
    Ok(Rights { access, ports })
}

/// Role and rights as the audit trail keeps them.
pub(crate) fn json(role: MemberRole, rights: &Rights) -> String {
    serde_json::json!({
        "role": role.as_str(),
        "access": rights.access,
        "port_codes": rights.ports,
    })
    .to_string()
}
