//! Locks and the password reset against models that are obviously right: random walks over HTTP, and after every step the
//! portal says what the model says.

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use quaymaster_tests::{Caller, Company, PASSWORD, TestApp};
use serde_json::{Value, json};

const WRONG: &str = "not the password at all";

fn runner(seed: u64) -> TestRunner {
    TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    })
}

// Locks ---------------------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug)]
enum LockStep {
    /// From one of two browsers, or (2) from one that nobody has seen.
    Try {
        browser: usize,
        right: bool,
    },
    Reactivate,
    Suspend,
    LiftSuspension,
    WaitDays(i64),
}

fn lock_step() -> impl Strategy<Value = LockStep> {
    prop_oneof![
        12 => (0..3_usize, prop::bool::weighted(0.2)).prop_map(|(browser, right)| LockStep::Try { browser, right }),
        2 => Just(LockStep::Reactivate),
        1 => Just(LockStep::Suspend),
        1 => Just(LockStep::LiftSuspension),
        1 => (1..50_i64).prop_map(LockStep::WaitDays),
    ]
}

#[derive(Clone, Copy, Default)]
struct Count {
    failed: u32,
    locked: bool,
}

impl Count {
    /// True when this failure locked.
    fn fail(&mut self) -> bool {
        self.failed += 1;
        self.locked = self.failed == 5;
        self.locked
    }
}

/// The rules of DOMAIN section 5 as a person would tell them.
struct LockModel {
    elsewhere: Count,
    /// `None` until the browser has signed in once.
    browsers: [Option<Count>; 2],
    suspended: bool,
    last_active: DateTime<Utc>,
}

impl LockModel {
    fn dormant(&self, now: DateTime<Utc>) -> bool {
        now - self.last_active >= Duration::days(45)
    }

    fn kind(&self, now: DateTime<Utc>) -> &'static str {
        if self.suspended {
            "suspended"
        } else if self.elsewhere.locked {
            "failed_attempts"
        } else if self.dormant(now) {
            "dormant"
        } else {
            "active"
        }
    }

    /// Whether the try gets in.
    fn attempt(&mut self, browser: usize, right: bool, now: DateTime<Utc>) -> bool {
        if self.suspended || self.dormant(now) {
            return false;
        }
        let known = self.browsers.get_mut(browser).and_then(Option::as_mut);
        match known {
            Some(own) if own.locked => false,
            Some(own) if right => {
                *own = Count::default();
                self.last_active = now;
                true
            }
            Some(own) => {
                if own.fail() {
                    self.elsewhere.locked = true;
                }
                false
            }
            None if self.elsewhere.locked => false,
            None if right => {
                self.elsewhere = Count::default();
                if let Some(place) = self.browsers.get_mut(browser) {
                    *place = Some(Count::default());
                }
                self.last_active = now;
                true
            }
            None => {
                self.elsewhere.fail();
                false
            }
        }
    }

    fn reactivate(&mut self, now: DateTime<Utc>) -> bool {
        let locked = matches!(self.kind(now), "failed_attempts" | "dormant");
        if locked {
            self.elsewhere = Count::default();
            for browser in self.browsers.iter_mut().flatten() {
                *browser = Count::default();
            }
            if self.dormant(now) {
                self.last_active = now;
            }
        }
        locked
    }
}

/// The owner, signed in now, whatever time has passed.
async fn owner(app: &TestApp, company: &Company) -> Caller {
    app.world()
        .execute(
            "UPDATE users SET dormancy_starts_at = ? WHERE id = ?",
            vec![app.services.now().into(), company.owner.id.0.into()],
        )
        .await;
    app.sign_in(&company.owner.user_name).await
}

#[tokio::test]
async fn locks_do_what_the_model_says() {
    let mut runner = runner(11);
    let steps = proptest::collection::vec(lock_step(), 60);
    for case in 0..6 {
        let app = TestApp::start().await;
        let acme = app.world().company("acme").await;
        let person = format!("/accounts/{}/users/{}", acme.account, acme.user.id);
        let mut browsers = [app.anon(), app.anon()];
        let mut model = LockModel {
            elsewhere: Count::default(),
            browsers: [None, None],
            suspended: false,
            last_active: app.services.now(),
        };
        for (n, step) in steps
            .new_tree(&mut runner)
            .unwrap()
            .current()
            .into_iter()
            .enumerate()
        {
            app.clock.advance(Duration::seconds(1));
            let now = app.services.now();
            let context = format!("case {case}, step {n}: {step:?}");
            match step {
                LockStep::Try { browser, right } => {
                    let password = if right { PASSWORD } else { WRONG };
                    let answer = match browsers.get_mut(browser) {
                        Some(known) => known.sign_in("acme.user", password).await,
                        None => app.anon().sign_in("acme.user", password).await,
                    };
                    let expected = if model.attempt(browser, right, now) {
                        201
                    } else {
                        401
                    };
                    assert_eq!(answer.status, expected, "{context}");
                }
                LockStep::Reactivate => {
                    let answer = owner(&app, &acme)
                        .await
                        .post(
                            &format!("{person}/reactivation"),
                            &json!({ "temporary_password": false }),
                        )
                        .await;
                    let expected = if model.reactivate(now) { 200 } else { 409 };
                    assert_eq!(answer.status, expected, "{context}: {}", answer.body);
                }
                LockStep::Suspend => {
                    owner(&app, &acme)
                        .await
                        .post(
                            &format!("{person}/suspension"),
                            &json!({ "reason": "Left the company" }),
                        )
                        .await
                        .ok();
                    model.suspended = true;
                }
                LockStep::LiftSuspension => {
                    let answer = owner(&app, &acme)
                        .await
                        .delete(&format!("{person}/suspension"))
                        .await;
                    let expected = if model.suspended { 200 } else { 409 };
                    assert_eq!(answer.status, expected, "{context}: {}", answer.body);
                    if model.suspended && model.dormant(now) {
                        model.last_active = now;
                    }
                    model.suspended = false;
                }
                LockStep::WaitDays(days) => app.clock.advance(Duration::days(days)),
            }
            let seen = owner(&app, &acme).await.get(&person).await.ok();
            assert_eq!(
                seen["state"]["kind"],
                model.kind(app.services.now()),
                "{context}"
            );
        }
    }
}

// The password reset -----------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug)]
enum ResetStep {
    Start,
    Answer { walk: usize, right: bool },
    Redeem { walk: usize },
    SignIn,
    SignInTemporarily { walk: usize, change: bool },
    WaitMinutes(i64),
}

fn reset_step() -> impl Strategy<Value = ResetStep> {
    // Counted back from the walk that began last, which is the one that most steps are about.
    let walk = || prop_oneof![5 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    prop_oneof![
        2 => Just(ResetStep::Start),
        5 => (walk(), prop::bool::weighted(0.6)).prop_map(|(walk, right)| ResetStep::Answer { walk, right }),
        6 => walk().prop_map(|walk| ResetStep::Redeem { walk }),
        2 => Just(ResetStep::SignIn),
        6 => (walk(), prop::bool::weighted(0.3)).prop_map(|(walk, change)| ResetStep::SignInTemporarily { walk, change }),
        4 => prop_oneof![12 => 1..16_i64, 1 => Just(25 * 60)].prop_map(ResetStep::WaitMinutes),
    ]
}

impl ResetStep {
    /// The same step with the walk counted from the first on; beyond all walks when there are not so many.
    fn of(self, walks: usize) -> Self {
        let at = |back: usize| walks.checked_sub(back + 1).unwrap_or(usize::MAX);
        match self {
            Self::Answer { walk, right } => Self::Answer {
                walk: at(walk),
                right,
            },
            Self::Redeem { walk } => Self::Redeem { walk: at(walk) },
            Self::SignInTemporarily { walk, change } => Self::SignInTemporarily {
                walk: at(walk),
                change,
            },
            other => other,
        }
    }
}

/// What is on record about one walk, in minutes.
#[derive(Default)]
struct Walk {
    id: String,
    questions: Vec<String>,
    started: i64,
    wrong: u32,
    answered: Option<i64>,
    token: Option<String>,
    redeemed: Option<i64>,
    temporary: Option<String>,
    signed_in: bool,
    ended: bool,
}

#[derive(Default)]
struct ResetModel {
    minute: i64,
    walks: Vec<Walk>,
    /// Tries to answer since the last right ones, and when they locked.
    tries: u32,
    tries_locked: Option<i64>,
    /// The walk whose temporary password is the one in force.
    temporary_of: Option<usize>,
    must_change: bool,
    passwords: Count,
    changes: usize,
}

impl ResetModel {
    /// Whether a mail goes out.
    fn answer(&mut self, at: usize, right: bool) -> bool {
        if self
            .tries_locked
            .is_some_and(|since| self.minute >= since + 24 * 60)
        {
            (self.tries, self.tries_locked) = (0, None);
        }
        let heard = self.tries_locked.is_none();
        if heard {
            self.tries += 1;
            if self.tries == 5 {
                self.tries_locked = Some(self.minute);
            }
        }
        let right = right && heard;
        if right {
            (self.tries, self.tries_locked) = (0, None);
        }
        let walk = &mut self.walks[at];
        let awaited = !walk.ended
            && walk.answered.is_none()
            && walk.wrong < 5
            && self.minute < walk.started + 30;
        if awaited && right {
            walk.answered = Some(self.minute);
        } else if awaited {
            walk.wrong += 1;
        }
        awaited && right
    }

    /// Whether the link works.
    fn redeem(&mut self, at: usize) -> bool {
        let walk = &self.walks[at];
        let works = !walk.ended
            && walk.redeemed.is_none()
            && walk.answered.is_some_and(|then| self.minute < then + 30);
        if works {
            for (n, other) in self.walks.iter_mut().enumerate() {
                if n != at && other.answered.is_some() {
                    other.ended = true;
                }
            }
            self.walks[at].redeemed = Some(self.minute);
            self.temporary_of = Some(at);
        }
        works
    }

    /// Whether the temporary password of a walk lets in.
    fn temporarily(&mut self, at: usize) -> bool {
        let walk = &mut self.walks[at];
        let works = self.temporary_of == Some(at)
            && !walk.signed_in
            && walk.redeemed.is_some_and(|then| self.minute < then + 15);
        if works {
            walk.signed_in = true;
            self.must_change = true;
        } else if !self.passwords.locked {
            self.passwords.fail();
        }
        works
    }

    fn change(&mut self) {
        self.changes += 1;
        for walk in &mut self.walks {
            walk.ended = true;
        }
        (self.tries, self.tries_locked) = (0, None);
        self.temporary_of = None;
        self.must_change = false;
        self.passwords = Count::default();
    }

    fn password(&self) -> String {
        match self.changes {
            0 => PASSWORD.to_owned(),
            n => format!("seven quiet lanterns number {n:02}"),
        }
    }
}

fn right(question: &str) -> String {
    format!("Answer to {question}, Exactly So")
}

#[tokio::test]
async fn resets_do_what_the_model_says() {
    let mut runner = runner(23);
    let steps = proptest::collection::vec(reset_step(), 120);
    // How often a link and a temporary password worked, and how often they did not.
    let mut met = [0; 4];
    for case in 0..8 {
        let app = TestApp::start().await;
        let ana = app.world().person("ana.lee", None).await;
        app.world()
            .execute(
                "UPDATE users SET has_challenge_questions = FALSE WHERE id = ?",
                vec![ana.id.0.into()],
            )
            .await;
        let five: Value = ["q02", "q05", "q09", "q13", "q20"]
            .map(|id| json!({ "question_id": id, "answer": right(id) }))
            .into_iter()
            .collect();
        let body = json!({ "current_password": null, "answers": five });
        let first = app.sign_in("ana.lee").await;
        assert_eq!(
            first.put("/me/challenge-questions", &body).await.status,
            204
        );

        let mut model = ResetModel::default();
        let mut mails = 0;
        for (n, step) in steps
            .new_tree(&mut runner)
            .unwrap()
            .current()
            .into_iter()
            .enumerate()
        {
            let context = format!("case {case}, step {n}: {step:?}");
            let anon = app.anon();
            let step = step.of(model.walks.len());
            match step {
                ResetStep::Start => {
                    let begun = anon
                        .post("/password-resets", &json!({ "user_id": "ana.lee" }))
                        .await
                        .ok();
                    let questions = begun["questions"].as_array().unwrap();
                    let walk = Walk {
                        id: begun["id"].as_str().unwrap().to_owned(),
                        questions: questions
                            .iter()
                            .map(|q| q["id"].as_str().unwrap().to_owned())
                            .collect(),
                        started: model.minute,
                        ..Walk::default()
                    };
                    if model.walks.len() == 3 {
                        // The oldest is out of reach of the steps from here on; it stays as it is.
                        if model.temporary_of == Some(0) {
                            continue;
                        }
                        model.walks.remove(0);
                        model.temporary_of = model.temporary_of.map(|at| at - 1);
                    }
                    model.walks.push(walk);
                }
                ResetStep::Answer { walk, right: good } => {
                    let Some(kept) = model.walks.get(walk) else {
                        continue;
                    };
                    let answers: Value = kept
                        .questions
                        .iter()
                        .enumerate()
                        .map(|(at, id)| {
                            // One wrong answer of three is enough to be wrong.
                            let answer = if good || at != 1 {
                                right(id)
                            } else {
                                right(id).to_lowercase()
                            };
                            json!({ "question_id": id, "answer": answer })
                        })
                        .collect();
                    let path = format!("/password-resets/{}/answers", kept.id);
                    let answer = anon.post(&path, &json!({ "answers": answers })).await;
                    assert_eq!(answer.status, 202, "{context}");
                    if model.answer(walk, good) {
                        mails += 1;
                        let token = app.mailed_token(&ana.email, "reset-password").await;
                        model.walks[walk].token = Some(token);
                    }
                }
                ResetStep::Redeem { walk } => {
                    let Some(token) = model.walks.get(walk).and_then(|w| w.token.clone()) else {
                        continue;
                    };
                    let answer = anon
                        .post("/password-resets/redemptions", &json!({ "token": token }))
                        .await;
                    let expected = if model.redeem(walk) { 200 } else { 409 };
                    met[usize::from(expected != 200)] += 1;
                    assert_eq!(answer.status, expected, "{context}");
                    if expected == 200 {
                        let shown = answer.at("/temporary_password");
                        model.walks[walk].temporary = shown.as_str().map(str::to_owned);
                    }
                }
                ResetStep::SignIn => {
                    let mut caller = app.anon();
                    let answer = caller.sign_in("ana.lee", &model.password()).await;
                    if model.passwords.locked {
                        assert_eq!(answer.status, 401, "{context}");
                    } else {
                        assert_eq!(answer.status, 201, "{context}");
                        let step = answer.at("/next_step");
                        assert_eq!(step == "change_password", model.must_change, "{context}");
                        model.passwords = Count::default();
                    }
                }
                ResetStep::SignInTemporarily { walk, change } => {
                    let shown = model.walks.get(walk).and_then(|w| w.temporary.clone());
                    let Some(temporary) = shown else { continue };
                    let mut caller = app.anon();
                    let answer = caller.sign_in("ana.lee", &temporary).await;
                    let expected = if model.temporarily(walk) { 201 } else { 401 };
                    met[2 + usize::from(expected != 201)] += 1;
                    assert_eq!(answer.status, expected, "{context}");
                    if expected == 201 {
                        assert_eq!(answer.at("/next_step"), "change_password", "{context}");
                    }
                    if expected == 201 && change {
                        model.change();
                        mails += 1;
                        let body = json!({ "current_password": temporary, "new_password": model.password() });
                        let changed = caller.put("/me/password", &body).await;
                        assert_eq!(changed.status, 204, "{context}: {}", changed.body);
                    }
                }
                ResetStep::WaitMinutes(minutes) => {
                    model.minute += minutes;
                    app.clock.advance(Duration::minutes(minutes));
                }
            }
            let sent = app.mails(&ana.email).await;
            let without_locks = sent.iter().filter(|m| !m.contains("was locked")).count();
            assert_eq!(without_locks, mails, "{context}");
        }
    }
    assert!(
        met.iter().all(|times| *times >= 10),
        "too little was met: {met:?}"
    );
}
