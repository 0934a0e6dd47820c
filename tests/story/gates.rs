//! Every gate of every shipped definition, once for every single thing that can be amiss before it: one call of the
//! program each, refused by the gate's own words.

use std::collections::BTreeMap;

use qianban_testkit::{Cases, Gate, PASSWORD, Words, gates, stuck};
use serde_json::{Value, json};

use crate::ctl::{Outcome, qianbanctl};

#[test]
fn each_single_missing_condition_is_refused_by_name() {
    let (bureau, stuck) = stuck(700, Cases::Every);
    let mut reached: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for case in &stuck {
        *reached.entry((&case.gate.form, &case.gate.code)).or_default() += 1;
    }
    let shipped = gates();
    let cases = |gate: &Gate| reached.get(&(&gate.form, &gate.code)).copied().unwrap_or_default();
    let bare: Vec<&Gate> = shipped.iter().filter(|gate| cases(gate) < gate.conditions).collect();
    assert!(bare.is_empty(), "gates with fewer cases than conditions: {bare:#?}");

    let premises = bureau.left();
    let mut wrong = Vec::new();
    for case in &stuck {
        let person = premises.id(&case.person);
        let request = json!({ "action": case.action }).to_string();
        let mut call = qianbanctl(&premises.data());
        call.args(["call", "sign_prepare", &request, "--person", &person]);
        let outcome = Outcome::of(&mut call, &format!("{PASSWORD}\n"));
        if words(&outcome) != case.shut {
            wrong.push(format!("{} {} with {}: {outcome:?}", case.gate.form, case.gate.code, case.amiss));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), stuck.len(), wrong.join("\n"));
}

/// The words of every gate that stayed shut, by its code; none where something else was said.
fn words(outcome: &Outcome) -> Words {
    let refusal: Value = serde_json::from_str(&outcome.standard_output).unwrap_or_default();
    let shut = outcome.exit == 1 && refusal["code"] == "SIGN-GATE";
    let problems = refusal["problems"].as_array().filter(|_| shut).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    problems.iter().map(|problem| (text(&problem["code"]), text(&problem["message"]))).collect()
}
