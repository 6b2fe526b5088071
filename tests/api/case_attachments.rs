//! Files in cases and prepared answers: what is taken, who reads it, and how it is handed out.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Answer, Caller, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

async fn open(caller: &Caller) -> String {
    let made = caller
        .post(
            "/cases",
            &json!({ "topic": "reports", "subject": "A screen", "message": "See the file.", "account_id": null }),
        )
        .await;
    made.ok()["id"].as_str().unwrap().to_owned()
}

async fn add(caller: &Caller, case: &str, query: &str, kind: &str, content: &[u8]) -> Answer {
    let path = format!("/cases/{case}/attachments?{query}");
    caller
        .send(Method::POST, &path, Some(kind), content.to_vec())
        .await
}

struct Scene {
    app: TestApp,
    user: Caller,
    agent: Caller,
    case: String,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.leader", StaffRole::SupportLead),
    ] {
        app.world().person(name, Some(role)).await;
    }
    let user = app.sign_in("acme.user").await;
    let agent = app.sign_in("the.agent").await;
    let case = open(&user).await;
    Scene {
        app,
        user,
        agent,
        case,
    }
}

#[tokio::test]
async fn a_file_is_kept_and_handed_out_as_a_download() {
    let s = scene().await;
    let made = add(
        &s.user,
        &s.case,
        "file_name=what%20I%20see.exe",
        "text/plain; charset=utf-8",
        b"What I see.\n",
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.at("/file_name"), "what I see.exe.txt");
    assert_eq!(made.at("/size"), 12);
    assert_eq!(made.at("/author"), "customer");
    let note = add(
        &s.agent,
        &s.case,
        "file_name=log.csv&internal=true",
        "text/csv",
        b"a,b\n1,2\n",
    )
    .await;
    assert_eq!(note.status, 201);
    let listed = |page: Value| page["items"].as_array().unwrap().len();
    let list = format!("/cases/{}/attachments", s.case);
    assert_eq!(listed(s.user.get(&list).await.ok()), 1);
    assert_eq!(listed(s.agent.get(&list).await.ok()), 2);

    let file = format!("{list}/{}", made.json()["id"].as_str().unwrap());
    let got = s.agent.get(&file).await;
    assert_eq!(got.body, "What I see.\n");
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename*=UTF-8''what%20I%20see%2Eexe%2Etxt"
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    // Nobody else reads it, and a customer reads no internal file.
    let other = s.app.sign_in("acme.owner").await;
    assert_eq!(other.get(&list).await.status, 404);
    assert_eq!(other.get(&file).await.status, 404);
    let internal = format!("{list}/{}", note.json()["id"].as_str().unwrap());
    assert_eq!(s.user.get(&internal).await.status, 404);
    let forbidden = add(
        &s.user,
        &s.case,
        "file_name=a.txt&internal=true",
        "text/plain",
        b"a",
    )
    .await;
    assert_eq!(forbidden.code(), "forbidden");
}

#[tokio::test]
async fn lying_foreign_large_and_many_files_are_refused_and_nothing_is_lost() {
    let s = scene().await;
    for (kind, content) in [
        ("application/pdf", &b"MZ\x90\x00 this is a program"[..]),
        ("image/png", b"%PDF-1.7"),
        ("image/jpeg", b"GIF89a"),
        ("text/plain", b"<html><script>alert(1)</script>"),
        ("text/csv", b"\x00\x01\x02"),
    ] {
        let refused = add(&s.user, &s.case, "file_name=a.pdf", kind, content).await;
        assert_eq!(refused.outcome(), (422, "invalid".to_owned()), "{kind}");
        assert_eq!(refused.at("/errors/0/code"), "attachment-type-lies");
    }
    let foreign = add(&s.user, &s.case, "file_name=a.html", "text/html", b"x").await;
    assert_eq!(foreign.code(), "unsupported-media-type");
    let large = vec![b'a'; 5 * 1024 * 1024 + 1];
    let refused = add(&s.user, &s.case, "file_name=a.txt", "text/plain", &large).await;
    assert_eq!(refused.outcome(), (413, "too-large".to_owned()));
    let name = add(
        &s.user,
        &s.case,
        "file_name=..%2F..%2Fpasswd",
        "text/plain",
        b"x",
    )
    .await;
    assert_eq!(name.at("/errors/0/pointer"), "?file_name");
    for n in 0..10 {
        let query = format!("file_name={n}.txt");
        let made = add(&s.user, &s.case, &query, "text/plain", b"x").await;
        assert_eq!(made.status, 201);
    }
    let more = add(&s.user, &s.case, "file_name=11.txt", "text/plain", b"x").await;
    assert_eq!(more.outcome(), (409, "too-many-attachments".to_owned()));

    // A case and a message of 200,000 characters are refused in words, and what was written before is there.
    let cases = async || s.user.get("/cases").await.ok()["items"].clone();
    let before = cases().await;
    for field in ["subject", "message"] {
        let mut new = json!({ "topic": "other", "subject": "A long story", "message": "It begins.", "account_id": null });
        new[field] = json!("x".repeat(200_000));
        let refused = s.user.post("/cases", &new).await;
        assert_eq!(refused.outcome(), (422, "invalid".to_owned()), "{field}");
        assert_eq!(refused.at("/errors/0/pointer"), format!("/{field}"));
        let words = refused.at("/errors/0/detail");
        assert!(words.as_str().unwrap().contains("characters"), "{words}");
        let help = json!({ "user_id": "acme.user", "message": "x".repeat(200_000) });
        let refused = s.app.anon().post("/access-help", &help).await;
        assert_eq!(refused.at("/errors/0/pointer"), "/message");
    }
    assert_eq!(cases().await, before);
    let long = json!({ "body": "x".repeat(200_000), "internal": false });
    let messages = format!("/cases/{}/messages", s.case);
    let refused = s.user.post(&messages, &long).await;
    assert_eq!(refused.outcome(), (422, "invalid".to_owned()));
    assert_eq!(refused.at("/errors/0/pointer"), "/body");
    let kept = s.user.get(&messages).await.ok();
    assert_eq!(kept["items"][0]["body"], "See the file.");
}

#[tokio::test]
async fn prepared_answers_are_written_by_leads_and_used_by_agents() {
    let s = scene().await;
    let lead = s.app.sign_in("the.leader").await;
    let new =
        json!({ "title": "Locked", "topic": "access_and_lock", "body": "Ask your owner first." });
    let made = lead.post("/canned-answers", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        s.agent.post("/canned-answers", &new).await.code(),
        "forbidden"
    );
    let twice = json!({ "title": "LOCKED", "topic": null, "body": "Another one." });
    assert_eq!(
        lead.post("/canned-answers", &twice).await.outcome(),
        (409, "already-exists".to_owned())
    );
    let other = json!({ "title": "Thanks", "topic": null, "body": "Thank you for writing." });
    lead.post("/canned-answers", &other).await.ok();
    let titles = async |query: &str| {
        let page = s.agent.get(&format!("/canned-answers{query}")).await.ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles("").await, ["Locked", "Thanks"]);
    assert_eq!(titles("?topic=reports").await, ["Thanks"]);
    let path = format!("/canned-answers/{}", made.json()["id"].as_str().unwrap());
    let edit = lead.with_header("if-match", made.header("etag"));
    let better =
        json!({ "title": "Locked", "topic": null, "body": "Ask your owner or a proxy first." });
    let changed = edit.put(&path, &better).await;
    assert_eq!(changed.at("/version"), 2);
    assert_eq!(edit.put(&path, &better).await.code(), "stale");
    let deleted = lead.delete_match(&path, changed.header("etag")).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(titles("").await, ["Thanks"]);
    assert_eq!(s.user.get("/canned-answers").await.status, 403);
}
