//! Inviting people from a CSV file: dry run, real run, run again; every way in which a file or a row does not fit.

use chrono::Duration;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, Caller, Company, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const HEADER: &str =
    "email,given_name,family_name,role,sub_account,structure,records,reports,port_codes";

async fn import(caller: &Caller, company: &Company, dry_run: bool, file: &[u8]) -> Answer {
    let path = format!(
        "/accounts/{}/user-imports?dry_run={dry_run}",
        company.account
    );
    caller
        .send(
            Method::POST,
            &path,
            Some("text/csv; charset=utf-8"),
            file.to_vec(),
        )
        .await
}

fn file(rows: &[&str]) -> Vec<u8> {
    format!("{HEADER}\n{}\n", rows.join("\n")).into_bytes()
}

fn outcomes(report: &Value) -> Vec<(u64, String)> {
    report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["row"].as_u64().unwrap(),
                r["outcome"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

async fn invited(caller: &Caller, company: &Company) -> usize {
    let path = format!(
        "/accounts/{}/users?state=invited&limit=200",
        company.account
    );
    caller.get(&path).await.ok()["items"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn a_dry_run_tells_and_the_real_run_does_it_once() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    owner
        .post(
            &format!("/accounts/{}/sub-accounts", acme.account),
            &json!({ "name": "Importer, West Coast", "activity": "importer" }),
        )
        .await
        .ok();
    let rows = file(&[
        "ana.lee@harbor.example,Ana,Lee,user,First,read,read,run,2704 2709",
        "bo.ray@harbor.example,Bo,Ray,proxy,,,,,",
        "ANA.LEE@harbor.example,Ana,Lee,,\"importer, west coast\",write,,,0901",
        "broken,Cy,Dane,user,,,,,",
        ",,,,,,,,",
        "dee@harbor.example,Dee,Fox,user,Nowhere,read,none,none,",
        "dee@harbor.example,Dee,Fox,user,First,read,none,none,",
    ]);
    let dry = import(&owner, &acme, true, &rows).await.ok();
    assert_eq!(dry["dry_run"], true);
    assert_eq!(
        (
            dry["rows_total"].as_u64(),
            dry["rows_ok"].as_u64(),
            dry["rows_refused"].as_u64()
        ),
        (Some(6), Some(3), Some(3)),
        "{dry}"
    );
    let expected = [
        (2, "ok"),
        (3, "ok"),
        (4, "ok"),
        (5, "refused"),
        (7, "refused"),
        (8, "refused"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(n, o)| (*n, (*o).to_owned()))
        .collect();
    assert_eq!(outcomes(&dry), expected);
    assert_eq!(dry["rows"][3]["errors"][0]["column"], "email");
    assert_eq!(dry["rows"][4]["errors"][0]["column"], "sub_account");
    assert_eq!(dry["rows"][5]["errors"][0]["code"], "other-row-refused");
    assert_eq!(invited(&owner, &acme).await, 0);
    assert!(app.mails_to("ana.lee@harbor.example").await.is_empty());

    let real = import(&owner, &acme, false, &rows).await.ok();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(n, o)| (n, if o == "ok" { "invited".to_owned() } else { o }))
        .collect();
    assert_eq!(outcomes(&real), expected);
    assert_eq!(invited(&owner, &acme).await, 2);
    assert_eq!(app.mails_to("ana.lee@harbor.example").await.len(), 1);
    let list = owner
        .get(&format!("/accounts/{}/users?q=ana.lee", acme.account))
        .await
        .ok();
    let id = list["items"][0]["id"].as_str().unwrap();
    let ana = owner
        .get(&format!("/accounts/{}/users/{id}", acme.account))
        .await
        .ok();
    assert_eq!(ana["access"].as_array().unwrap().len(), 2);
    assert_eq!(ana["port_codes"], json!(["0901", "2704", "2709"]));

    // Sent again, it does nothing more.
    let again = import(&owner, &acme, false, &rows).await.ok();
    assert_eq!(outcomes(&again), outcomes(&dry));
    assert_eq!(invited(&owner, &acme).await, 2);
    assert_eq!(app.mails_to("ana.lee@harbor.example").await.len(), 1);
    // With other rights it is refused, not passed over.
    let other = import(
        &owner,
        &acme,
        false,
        &file(&["ana.lee@harbor.example,Ana,Lee,user,First,write,read,run,2704 2709"]),
    )
    .await
    .ok();
    assert_eq!(other["rows"][0]["errors"][0]["code"], "already-exists");
    let member = import(
        &owner,
        &acme,
        true,
        &file(&[&format!("{},Test,user,proxy,,,,,", acme.user.email)]),
    )
    .await
    .ok();
    assert_eq!(member["rows"][0]["errors"][0]["code"], "already-member");
}

#[tokio::test]
async fn every_cell_that_does_not_fit_is_named() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    for (row, column) in [
        ("@x,Ana,Lee,user,,,,,", "email"),
        ("a@b.example,,Lee,user,,,,,", "given_name"),
        ("a@b.example,Ana,,user,,,,,", "family_name"),
        ("a@b.example,Ana,Lee,owner,,,,,", "role"),
        ("a@b.example,Ana,Lee,user,First,all,,,", "structure"),
        ("a@b.example,Ana,Lee,user,First,,write,,", "records"),
        ("a@b.example,Ana,Lee,user,First,,,read,", "reports"),
        ("a@b.example,Ana,Lee,user,,read,,,", "structure"),
        ("a@b.example,Ana,Lee,user,,,,run,", "reports"),
        ("a@b.example,Ana,Lee,proxy,First,read,,,", "sub_account"),
        ("a@b.example,Ana,Lee,proxy,,,,,2704", "port_codes"),
        ("a@b.example,Ana,Lee,user,First,read,,,27O4", "port_codes"),
    ] {
        let report = import(&owner, &acme, false, &file(&[row])).await.ok();
        assert_eq!(report["rows"][0]["outcome"], "refused", "{row}: {report}");
        assert_eq!(
            report["rows"][0]["errors"][0]["column"], column,
            "{row}: {report}"
        );
    }
    for (first, second, column) in [
        (
            "a@b.example,Ana,Lee,user,First,read,,,",
            "a@b.example,Anna,Lee,user,,,,,",
            "given_name",
        ),
        (
            "a@b.example,Ana,Lee,user,First,read,,,",
            "a@b.example,Ana,Lee,proxy,,,,,",
            "role",
        ),
        (
            "a@b.example,Ana,Lee,user,First,read,,,",
            "a@b.example,Ana,Lee,user,first,,,run,",
            "sub_account",
        ),
    ] {
        let report = import(&owner, &acme, false, &file(&[first, second]))
            .await
            .ok();
        assert_eq!(report["rows"][1]["errors"][0]["column"], column, "{report}");
        assert_eq!(report["rows"][0]["outcome"], "refused");
    }
    let ragged = import(&owner, &acme, false, &file(&["a@b.example,Ana,Lee"]))
        .await
        .ok();
    assert_eq!(ragged["rows"][0]["errors"][0]["column"], Value::Null);
    assert_eq!(invited(&owner, &acme).await, 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_stores_nothing() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let row = "ana.lee@harbor.example,Ana,Lee,user,,,,,";
    let wide = vec!["x"; 100_000].join(",");
    let many = vec![row; 2_001];
    for (bytes, words) in [
        (Vec::new(), "empty"),
        (format!("{HEADER}\n").into_bytes(), "no rows"),
        (wide.into_bytes(), "100000 columns"),
        (format!("email,,given_name\n{row}").into_bytes(), "empty"),
        (
            format!("email,Email,given_name\n{row}").into_bytes(),
            "twice",
        ),
        (
            format!("email;given_name;family_name\n{row}").into_bytes(),
            "semicolons",
        ),
        (
            [HEADER.as_bytes(), b"\n\xE9,", row.as_bytes()].concat(),
            "ine 2 is not UTF-8",
        ),
        (b"\xFF\xFEe\0".to_vec(), "UTF-16"),
        (file(&many), "more than 2000 rows"),
    ] {
        let answer = import(&owner, &acme, false, &bytes).await;
        assert_eq!(
            answer.outcome(),
            (422, "invalid".to_owned()),
            "{words}: {}",
            answer.body
        );
        let detail = answer.at("/errors/0/detail");
        assert!(detail.as_str().unwrap().contains(words), "{detail}");
        assert_eq!(answer.at("/errors/0/pointer"), "");
    }
    let large = vec![b'x'; 1024 * 1024 + 1];
    let answer = import(&owner, &acme, false, &large).await;
    assert_eq!(answer.outcome(), (413, "too-large".to_owned()));
    let path = format!("/accounts/{}/user-imports", acme.account);
    for kind in ["application/json", "text/csv; charset=iso-8859-1"] {
        let answer = owner
            .send(Method::POST, &path, Some(kind), file(&[row]))
            .await;
        assert_eq!(answer.outcome(), (415, "unsupported-media-type".to_owned()));
    }
    let bom = [b"\xEF\xBB\xBF".as_slice(), &file(&[row])].concat();
    let crlf = String::from_utf8(bom).unwrap().replace('\n', "\r\n");
    assert_eq!(invited(&owner, &acme).await, 0);
    let fine = import(&owner, &acme, false, crlf.as_bytes()).await.ok();
    assert_eq!(outcomes(&fine), [(2, "invited".to_owned())], "{fine}");
}

#[tokio::test]
async fn proxies_are_the_owners_to_import() {
    let settings = Settings {
        access_token_life: Duration::minutes(14),
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let user = app.sign_in("acme.user").await;
    let rows = file(&[
        "ana.lee@harbor.example,Ana,Lee,proxy,,,,,",
        "bo.ray@harbor.example,Bo,Ray,user,,,,,",
    ]);
    let report = import(&proxy, &acme, false, &rows).await.ok();
    assert_eq!(report["rows"][0]["errors"][0]["code"], "owner-only");
    assert_eq!(report["rows"][0]["errors"][0]["column"], "role");
    assert_eq!(report["rows"][1]["outcome"], "invited");
    let refused = import(&user, &acme, true, &rows).await;
    assert_eq!(refused.outcome(), (403, "forbidden".to_owned()));
    app.clock.advance(Duration::minutes(11));
    let late = import(&owner, &acme, true, &rows).await.ok();
    assert_eq!(late["rows"][0]["errors"][0]["code"], "proof-required");
    assert_eq!(late["rows"][1]["outcome"], "ok");
}
