//! Another system of the vendor's: it reads forms as JSON, follows their changes, and answers under its own key.

use qianban_journal::{Change, Envelope, Policy, SealMode, Snapshot, TablePolicy, digest};
use qianban_protocol::blobs::SmallBlobs;
use qianban_protocol::events::Envelopes;
use qianban_protocol::{Fates, RefusalCode, path};
use serde_json::{Value, json};

use crate::bureau::{Bureau, DEF, OTHER_UNIT, UNIT, Who};
use crate::pc::{Answer, Pc};
use crate::world::{World, quota};

fn value(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// The definition is active: forms of it are legal, and their fields are read.
fn activated(bureau: &mut Bureau) {
    let (ledger, pc) = (qianban_journal::Ledger::from("permission"), Who::Registrar.certificate().pc());
    bureau.change(Change::LedgerOpen { ledger: ledger.clone(), title: "权限申请台账".into(), pc });
    let all = vec![qianban_journal::Phase::Drafting];
    let names = ["close", "export", "note", "paper", "print", "remind"];
    let table =
        |name: &str| TablePolicy { name: name.into(), roles: vec![], phases: all.clone(), single: false };
    let roles = vec![qianban_journal::Role::from("clerk"), qianban_journal::Role::from("service_manager")];
    let policy = Policy {
        ledger,
        series: None,
        create_roles: roles.clone(),
        edit_roles: roles,
        tables: names.map(table).to_vec(),
        register: false,
        seal_mode: SealMode::Plain,
    };
    bureau.change(Change::ActivateDefinition { def: DEF, policy });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_desk_reads_what_its_roles_show_and_answers_with_its_own_key() {
    let (world, mut bureau) = (World::on_sqlite(quota()).await, Bureau::founded(41));
    activated(&mut bureau);
    for who in [Who::Clerk, Who::ServiceDesk] {
        bureau.certify(who);
    }
    world.let_in(&bureau).await;
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    let desk = Pc::new(world.at, &bureau, Who::ServiceDesk).await;
    let fields = [("title".to_owned(), qianban_journal::Item::Text("报表打不开".into()))].into();
    let snapshot = Snapshot { def: DEF, fields, attachments: vec![], links: vec![] }.encode();
    let (seen, hidden) = (
        bureau.form(Who::Clerk, UNIT, digest(&snapshot)),
        bureau.form(Who::Registrar, OTHER_UNIT, digest(&snapshot)),
    );
    let all = Envelopes([seen.clone(), hidden].concat().iter().map(Envelope::encode).collect());
    assert!(clerk.post(path::EVENTS, &all).await.message::<Fates>().0.iter().all(|fate| fate.is_here()));

    let page = value(&desk.get("/v1/forms").await);
    assert_eq!((&page["head"], &page["last"]), (&json!(4), &json!(4)));
    let [form] = page["forms"].as_array().expect("forms").as_slice() else { panic!("one form: {page}") };
    assert_eq!(form["form"], json!(seen[0].id().to_string()));
    let shown = [&form["ledgerTitle"], &form["unitName"], &form["phase"]];
    assert_eq!(shown, [&json!("权限申请台账"), &json!("预算科"), &json!("drafting")]);
    assert_eq!(form["content"]["missing"], json!(true), "the words have not come yet");
    clerk.post(path::BLOBS_PUT, &SmallBlobs(vec![snapshot])).await.message::<Fates>();
    let one = value(&desk.get(&format!("/v1/forms/{}", seen[0].id())).await);
    assert_eq!(one["content"]["fields"]["title"], json!("报表打不开"));
    assert_eq!(one["envelopes"].as_array().map(Vec::len), Some(2));
    assert_eq!(value(&desk.get("/v1/forms?after=4").await)["forms"], json!([]));

    let answered = bureau.form(Who::ServiceDesk, UNIT, digest(b"answer"));
    let sent = |envelopes: &[Envelope]| {
        let list: Vec<String> = envelopes.iter().map(|one| base64(&one.encode())).collect();
        json!({ "envelopes": list }).to_string().into_bytes()
    };
    let fates = value(&desk.ask_with("POST", "/v1/forms", "", &sent(&answered)).await);
    assert_eq!(fates, json!({ "fates": [{ "fate": "stored" }, { "fate": "stored" }] }));
    let page = value(&desk.get("/v1/forms?after=4&limit=1").await);
    assert_eq!((&page["last"], &page["forms"][0]["changed"]), (&json!(6), &json!(6)));

    let other = desk.ask_with("POST", "/v1/forms", "", &sent(&seen)).await;
    assert_eq!((other.status, refused(&other)), (403, json!("not-allowed")), "another's signature");
    let person = clerk.get("/v1/forms").await;
    assert_eq!((person.status, refused(&person)), (403, json!("not-allowed")), "people have the program");
    let none = desk.get(&format!("/v1/forms/{}", qianban_journal::FormId([1; 32]))).await;
    assert_eq!((none.status, refused(&none)), (404, json!(RefusalCode::NotFound.name())));
    let page = value(&desk.get("/v1/forms?limit=0").await);
    assert_eq!((page["forms"].as_array().map(Vec::len), &page["last"]), (Some(1), &json!(2)), "one at least");
}

fn refused(answer: &Answer) -> Value {
    serde_json::from_slice::<Value>(&answer.body).expect("JSON")["refused"].clone()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
