//! The disk is full under the running binary: writes are refused in words, nothing breaks, and it goes on when there is
//! room again. SQLite only; on PostgreSQL the disk is another machine's.

use std::path::PathBuf;
use std::process::Command;

use reqwest::Client;
use serde_json::{Value, json};

use crate::process::Place;

/// A small file system in memory, taken away with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount; then the limit of the database in tests/api/outage.rs stands for it.
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"])
            .arg(&at)
            .output()
            .ok()?;
        done.status.success().then_some(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_writes_in_words_and_spoils_nothing() {
    let mut place = Place::new().await;
    if place.is_postgres() {
        return;
    }
    let Some(disk) = SmallDisk::mount(place.folder.path().join("var")) else {
        return;
    };
    place.set("QUAYMASTER_POLICY__NETWORK_FAILURES", "1000000");
    let server = place.serve(&[]).await;
    let client = Client::new();
    let write = async |n: usize| -> (u16, Value) {
        let answer = client
            .post(place.url("/api/v1/password-resets"))
            .json(&json!({ "user_id": format!("nobody.{n}") }))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    };
    assert_eq!(write(0).await.0, 202);
    let ballast = disk.0.join("ballast");
    let mut size = 6 * 1024 * 1024;
    // As much as goes on it.
    while size >= 1024 && std::fs::write(&ballast, vec![1_u8; size]).is_err() {
        size -= 16 * 1024;
    }
    let mut acknowledged = 1;
    let refused = loop {
        let (status, told) = write(acknowledged).await;
        if status != 202 {
            break (status, told);
        }
        acknowledged += 1;
        assert!(acknowledged < 2000, "the disk has no end");
    };
    assert_eq!(refused.0, 503, "{}", refused.1);
    assert_eq!(refused.1["code"], "busy", "{}", refused.1);
    let reading = client.get(place.url("/api/v1/setup")).send().await.unwrap();
    assert_eq!(reading.status().as_u16(), 200, "reading goes on");
    let log = place.read("log");
    assert!(log.contains("no room left"), "the operator is told: {log}");
    assert!(!log.contains("panicked"), "{log}");

    std::fs::remove_file(&ballast).unwrap();
    let (status, told) = write(acknowledged).await;
    assert_eq!(status, 202, "without a restart: {told}");
    server.kill();
    let server = place.serve(&[]).await;
    let database = place.database().await;
    let sound = crate::process::text_of(&database, "PRAGMA integrity_check").await;
    assert_eq!(sound.as_deref(), Some("ok"));
    let kept = "SELECT CAST(COUNT(*) AS TEXT) FROM password_resets";
    let kept: usize = crate::process::text_of(&database, kept)
        .await
        .unwrap()
        .parse()
        .unwrap();
    assert!(kept > acknowledged, "{kept} of {acknowledged} and one");
    database.close().await.unwrap();
    drop(server);
    drop(disk);
}
