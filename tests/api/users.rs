//! People of an account: the list and reactivation.

use quaymaster_tests::TestApp;
use serde_json::json;

#[tokio::test]
async fn the_owner_lists_people_and_reactivates_a_locked_one() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    app.world().lock(&company.user).await;
    let owner = app.sign_in("acme.owner").await;
    let users = format!("/accounts/{}/users", company.account);

    let locked = owner
        .get(&format!("{users}?state=failed_attempts"))
        .await
        .ok();
    assert_eq!(
        locked["items"].as_array().map(Vec::len),
        Some(1),
        "{locked}"
    );
    assert_eq!(locked["items"][0]["user_id"], "acme.user");

    let again = owner
        .post(
            &format!("{users}/{}/reactivation", company.user.id),
            &json!({ "temporary_password": false }),
        )
        .await;
    again.ok();
    let locked = owner
        .get(&format!("{users}?state=failed_attempts"))
        .await
        .ok();
    assert_eq!(locked["items"], json!([]));
}

#[tokio::test]
async fn a_stranger_cannot_tell_the_account_from_an_absent_one() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    app.world().company("other").await;
    let stranger = app.sign_in("other.owner").await;
    let answer = stranger
        .get(&format!("/accounts/{}/users", company.account))
        .await;
    assert_eq!(answer.outcome(), (404, "not-found".to_owned()));
}
