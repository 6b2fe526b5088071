//! The demo's identifier register, loaded by its registrar as one file, like any register.

use quaymaster_domain::access::Actor;
use quaymaster_domain::ids::PartyId;
use quaymaster_service::Services;
use quaymaster_service::register;
use quaymaster_service::register::import::{Format, Spool};

use super::cast;
use crate::failure::Failure;

/// Loads the register.
pub(super) async fn load(s: &Services, registrar: &Actor) -> Result<(), Failure> {
    let broken =
        |error: &dyn std::fmt::Display| Failure::new(format!("the demo's register: {error}"));
    let mut spool = Spool::begin(registrar, s)?;
    spool
        .write(file().as_bytes())
        .await
        .map_err(|e| broken(&e))?;
    let name = Some("register-2026.csv".to_owned());
    let done = register::import::load(registrar, s, Format::Csv, name, spool)
        .await
        .map_err(|e| broken(&e))?;
    if done.refused > 0 {
        return Err(broken(&"it has rows that are refused"));
    }
    Ok(())
}

/// The party with this key.
pub(super) async fn party(s: &Services, registrar: &Actor, key: &str) -> Result<PartyId, Failure> {
    let found = register::list_parties(registrar, s, Some(key), None, &super::first_page()).await?;
    found
        .items
        .first()
        .map(|found| found.party.id)
        .ok_or_else(|| Failure::new(format!("the demo's register has no {key}")))
}

/// The register as the CSV file that a registrar would load.
fn file() -> String {
    let mut text = "kind,value,party_key,party_name,contact_email\n".to_owned();
    let mut row = |kind: &str, value: &str, key: &str, name: &str, contact: &str| {
        text.push_str(&format!("{kind},{value},{key},\"{name}\",{contact}\n"));
    };
    for (key, name, contact, identifiers) in cast::REGISTER {
        for (kind, value) in *identifiers {
            row(kind.as_str(), value, key, name, contact);
        }
    }
    for (index, name) in cast::CLIENTS.iter().enumerate() {
        let ein = cast::client_ein(index);
        let key = cast::client_party(index);
        let contact = format!("customs@{}", cast::client_domain(index));
        row("ein", &ein, &key, name, &contact);
        row("importer_number", &format!("{ein}00"), &key, name, &contact);
    }
    text
}
