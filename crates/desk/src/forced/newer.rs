//! A definition in use that this program cannot read: its forms rest, everything else goes on.

use qianban_journal::{Change, Digest};

use super::*;

/// Signs a definition of a newer program into the registry, under the policy of the sample.
fn take_up_newer(desk: &Desk) -> Digest {
    let Sitting { opened, person } = desk.sitting().unwrap();
    let now_ms = desk.ambient().now_ms();
    let taken: Result<Digest, Refused> = opened.store.write(|writer| {
        let def = writer.put_blob("id = \"forced\"\nshape = \"of a newer program\"".as_bytes())?;
        let chain = writer.registry().clone();
        let registry = Opened::registry(&chain)?;
        let sample = registry.definitions().find(|(_, policy, _)| policy.ledger.as_str() == "forced");
        let policy = sample.unwrap().1.clone();
        let mut entry = chain.draft(chain.workspace().unwrap(), Change::ActivateDefinition { def, policy });
        let (seat, _) = opened.seat(registry, person).unwrap();
        entry.sign(0, &key(&opened, person, seat, now_ms)?)?;
        writer.append_registry(&entry, now_ms)?;
        Ok(def)
    });
    taken.unwrap()
}

/// A form of that definition, sent by the newer program.
fn sent_by_newer(desk: &Desk, def: Digest) -> String {
    let form = begun(desk, "forced");
    signed(desk, |look| {
        let record = Record::read(look, &form)?;
        let bytes = snapshot::encode(&record.definition, def, &Section::Content, &record.content.values)?;
        let unit = forms::home_unit(record.registry()?, look.person).unwrap();
        let create = Act::Create { def, ledger: Ledger("forced".to_owned()), unit };
        let save = Act::Save { content: digest(&bytes), def };
        let submit = Act::Submit { plan: Plan(Vec::new()), number: None, carry: Vec::new() };
        Ok(vec![unasked(record, vec![create, save, submit], bytes)])
    })
}

#[test]
fn one_definition_that_cannot_be_read_stops_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let known = sent(&desk, "1");
    assert_eq!(call(&desk, "workbench", json!({}))["unreadable"], json!([]));
    let def = take_up_newer(&desk);
    let newer = sent_by_newer(&desk, def);

    let workbench = call(&desk, "workbench", json!({}));
    let told = &workbench["unreadable"][0];
    let digits: String = def.to_string().chars().take(8).collect();
    assert_eq!((&told["definition"], &told["ledger_title"]), (&json!(digits), &json!("样例台账")));
    assert_eq!(told["problem"]["code"], "DEFINITION-BAD");
    let forms = |rows: &Value, of: fn(&Value) -> &Value| -> Vec<Value> {
        rows.as_array().unwrap().iter().map(|row| of(row).clone()).collect()
    };
    assert_eq!(forms(&workbench["mine"], |row| &row["form"]), [known.as_str()], "to be sealed");
    let definitions = call(&desk, "definitions", json!({}));
    assert_eq!(definitions["definitions"].as_array().unwrap().len(), 2, "those that can be read");
    let candidates = call(&desk, "seal_candidates", json!({}));
    assert_eq!(forms(&candidates["rows"], |row| &row["row"]["form"]), [known.as_str()]);
    let query =
        json!({ "ledger": "forced", "text": "", "status": null, "year": null, "cursor": null, "limit": 10 });
    let listed = call(&desk, "ledger_list", query);
    assert_eq!(forms(&listed["rows"], |row| &row["form"]), [newer.as_str(), known.as_str()]);
    let refusal = desk.call("form_get", json!({ "form": newer })).unwrap_err();
    assert_eq!(refusal.code, "DEFINITION-BAD");
    for file in ["ledger_xlsx", "ledger_pdf"] {
        let file = call(&desk, file, json!({ "ledger": "forced", "year": 2026 }));
        assert_eq!(file["rows"], 2, "both stand in the book");
    }
    let active = call(&desk, "designs", json!({}))["active"].clone();
    assert_eq!(active.as_array().unwrap().len(), 2, "the designer works on the others");
    call(&desk, "design_open", json!({ "definition": active[0]["digest"] }));
    call(&desk, "form_get", json!({ "form": known }));
    sign(&desk, json!({ "kind": "seal", "form": known })).unwrap();
}
