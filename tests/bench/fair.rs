//! Whether a caller who floods costs another one time: the limits of requests as a deployment has them.

use std::time::{Duration, Instant};

use quaymaster_tests::ServerProcess;

use crate::Options;
use crate::load::{Connection, closed_loop, get};
use crate::report::Row;
use crate::stage::{Stage, token};

/// Connections of the caller who floods.
const FLOOD: usize = 8;

/// The other one asks so often, well within the limit.
const PACE: Duration = Duration::from_millis(60);

/// # Errors
/// When the calm caller is refused, or the flood is not.
pub async fn fair(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let limit = [("QUAYMASTER_LIMITS__REQUESTS_PER_MINUTE", "1200")];
    let server = ServerProcess::start(&o.server, &stage.database, &limit);
    let path = format!("/api/v1/accounts/{}/users?limit=50", stage.acme.account);
    let calm = get(&path, &token(&server, "acme.owner").await?);
    let flood = get(&path, &token(&server, "acme.user").await?);
    let mut turns = Vec::new();
    let mut refused = 0.0;
    for _ in 0..3 {
        let quiet = paced(&server, &calm, o.time).await?;
        let request = flood.clone();
        let storm = tokio::spawn(closed_loop(server.address, FLOOD, o.time, move |_, _| {
            request.clone()
        }));
        let loud = paced(&server, &calm, o.time).await?;
        let storm = storm.await.map_err(|e| e.to_string())??;
        if !storm.statuses.contains_key(&429) {
            return Err("the flood was not refused".to_owned());
        }
        refused = storm.rate();
        turns.push((quiet, loud));
    }
    turns.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    let (quiet, loud) = turns[turns.len() / 2];
    Ok(vec![Row::at_most(
        "p99 of one caller while another one floods, against without",
        loud / quiet,
        2.0,
        "×",
        format!(
            "{loud:.1} ms against {quiet:.1} ms for 16 requests/s, {FLOOD} connections flood with {refused:.0} requests/s; the middle of 3 turns"
        ),
    )])
}

/// The 99th percentile of requests that come at a steady pace, in milliseconds.
async fn paced(server: &ServerProcess, request: &[u8], time: Duration) -> Result<f64, String> {
    let words = |e: std::io::Error| e.to_string();
    let mut http = Connection::open(server.address).await.map_err(words)?;
    let mut times = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < time {
        let sent = Instant::now();
        let (status, _) = http.exchange(request).await.map_err(words)?;
        if status != 200 {
            return Err(format!("the calm caller got {status}"));
        }
        times.push(sent.elapsed());
        tokio::time::sleep(PACE.saturating_sub(sent.elapsed())).await;
    }
    times.sort_unstable();
    let at = (times.len() * 99).div_ceil(100).saturating_sub(1);
    Ok(times[at].as_secs_f64() * 1000.0)
}
