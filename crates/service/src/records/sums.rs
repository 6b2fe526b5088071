//! The hourly look at the monthly sums: samples are compared with the records that they are made of. Sums that differ are
//! taken out of use at once and made anew.

use quaymaster_domain::access::Permit;
use quaymaster_store::records::months;

use crate::Services;
use crate::error::Fault;

/// How many importers are looked at.
const SAMPLES: usize = 20;

/// Compares samples. True when all agree.
///
/// # Errors
/// When the database is away.
pub async fn check(s: &Services) -> Result<bool, Fault> {
    let reader = s.db.reader();
    for _ in 0..SAMPLES {
        let mut random = [0_u8; 2];
        s.rng.fill(&mut random);
        // Importer numbers begin with two digits; digests of personal ones come round from the beginning as well.
        let place = format!("{:02}", u16::from_le_bytes(random) % 100);
        let importer = match months::importer_after(&reader, &place).await? {
            None => months::importer_after(&reader, "").await?,
            found => found,
        };
        let Some(importer) = importer else {
            return Ok(true);
        };
        if !months::agree(&reader, &importer).await? {
            tracing::error!(
                "the monthly sums of records differ from the records; they are made anew"
            );
            repair(s).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes the sums anew.
///
/// # Errors
/// When the database is away.
pub async fn repair(s: &Services) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    months::distrust(&tx).await?;
    tx.commit_bookkeeping().await?;
    let tx = s.db.begin_write().await?;
    months::rebuild(&tx).await?;
    Ok(
        s.commit(tx, Permit::system("record.rebuild_sums", "record sums"))
            .await?,
    )
}
