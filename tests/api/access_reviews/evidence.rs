//! The evidence: what stands in the files, and that no cell of them can be run.

use super::*;

#[tokio::test]
async fn the_table_says_who_decided_what_and_cannot_be_run() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "suspend").await;
    let item = item_of(&owner, &review, &acme.user).await;
    let path = format!("{review}/items/{}/decision", item["id"].as_str().unwrap());
    let body = json!({ "decision": "keep", "reason": "=HYPERLINK(\"http://evil.example\",\"x\")", "change": null });
    owner.post(&path, &body).await.ok();
    app.clock.advance(Duration::days(20));
    let file = owner.get(&format!("{review}/evidence?format=csv")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let name = file.header("content-disposition");
    assert!(
        name.starts_with("attachment; filename=\"access-review-QM-"),
        "{name}"
    );
    let mut rows = csv::Reader::from_reader(file.body.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let cell = |user: &str, column: &str| {
        let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
        let row = rows.iter().find(|r| &r[at("user_id")] == user).unwrap();
        row[at(column)].to_owned()
    };
    assert_eq!(cell("acme.user", "decision"), "keep");
    assert_eq!(
        cell("acme.user", "reason"),
        "'=HYPERLINK(\"http://evil.example\",\"x\")"
    );
    assert_eq!(cell("acme.user", "decided_by"), "Test owner");
    assert_eq!(
        cell("acme.user", "access_at_start"),
        "The account's profile only"
    );
    assert_eq!(cell("acme.proxy", "state"), "suspended");
    assert_eq!(
        cell("acme.proxy", "access_suspended_at"),
        "2026-03-17T00:00:00Z"
    );
    let unknown = owner.get(&format!("{review}/evidence?format=xlsx")).await;
    assert_eq!(unknown.status, 422);
    assert_eq!(owner.get(&format!("{review}/evidence")).await.status, 422);
}

#[tokio::test]
async fn the_document_is_a_pdf_with_tags() {
    let app = TestApp::start_with(patient()).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let review = started(&owner, &acme, "suspend").await;
    let file = owner.get(&format!("{review}/evidence?format=pdf")).await;
    assert_eq!(file.status, 200, "{}", file.body);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert!(file.body.starts_with("%PDF-1.7"));
    assert!(file.body.contains("/StructTreeRoot"));
    assert!(file.body.contains("pdfuaid:part"));
    let staff = app
        .world()
        .person(
            "staff.auditor",
            Some(quaymaster_domain::members::StaffRole::Auditor),
        )
        .await;
    let auditor = app.sign_in(&staff.user_name).await;
    let read = auditor.get(&format!("{review}/evidence?format=csv")).await;
    assert_eq!(read.status, 200);
    let user = app.sign_in("acme.user").await;
    let refused = user.get(&format!("{review}/evidence?format=pdf")).await;
    assert_eq!(refused.outcome(), (403, "forbidden".to_owned()));
}
