//! Every gate of every shipped definition in the real window: what is missing is said before the button is pressed, and
//! again when it is pressed in vain.

use std::path::Path;
use std::process::Command;

use qianban_testkit::{Cases, PASSWORD, Stuck, Words, stuck};

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{Person, sit_down};
use crate::window::Window;

/// Where the window keeps its data, under the home folder of the driver.
const DATA: &str = "data/qianban";

/// Pictures are kept of these: a content, a box of a step, a do-table, a seal, a closing.
const SHOWN: [&str; 5] =
    ["GATE-BACKUP-THIS-YEAR", "GATE-CHECK-CLEAN", "GATE-SCRIPT-SAME", "GATE-DEPLOYED", "GATE-FINAL-REPORT"];

#[tokio::test]
async fn every_shut_gate_is_named_before_and_after_the_button() {
    let album = Album::open("gates");
    let driver = Driver::start(&album).await;
    let cases = prepared(driver.home());
    let mut window = driver.open(album).await;
    let mut sitting = "";
    let mut wrong = Vec::new();
    for case in &cases {
        if case.person != sitting {
            sit_down(&window, &person(&case.person)).await;
            sitting = &case.person;
        }
        let told = told(&window, case).await;
        if told != (case.shut.clone(), case.shut.clone()) {
            wrong.push(format!("{} {}: {told:?}", case.gate.form, case.gate.code));
        }
        if SHOWN.contains(&case.gate.code.as_str()) {
            window.shot(&case.gate.code.to_lowercase()).await;
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    window.close().await;
}

/// Lays the data of a bureau in which a form waits before every gate into the home folder; who
/// sits at the desk changes seldom.
fn prepared(home: &Path) -> Vec<Stuck> {
    let (bureau, mut cases) = stuck(701, Cases::First);
    cases.sort_by(|one, other| one.person.cmp(&other.person));
    let premises = bureau.at_office_cost(702).left();
    let data = home.join(DATA);
    std::fs::create_dir_all(data.parent().expect("a folder")).expect("a folder for the data");
    let copied = Command::new("cp").arg("-r").arg(premises.data()).arg(&data).status();
    assert!(copied.expect("cp starts").success(), "the data is laid out");
    cases
}

fn person(name: &str) -> Person {
    let known = ["张三", "李四", "王五", "赵六", "钱七", "孙八"].into_iter().find(|known| *known == name);
    Person { name: known.expect("one of the bureau"), unit: "", roles: &[], password: Some(PASSWORD) }
}

/// What the page says before the button is pressed, and then.
async fn told(window: &Window, case: &Stuck) -> (Words, Words) {
    let kind = case.action["kind"].as_str().expect("a kind");
    let place = case.action["step"].as_str().or(case.action["table"].as_str());
    let place = place.unwrap_or(if kind == "close" { "close" } else { "" });
    window.script(&format!("location.hash = '#/form/{}'", case.form)).await;
    window.is("form", "data-form", &case.form).await;
    window.see("actions").await;
    let unfold = format!("unfold-{place}");
    if window.shows(&unfold).await {
        window.click(&unfold).await;
    }
    let button = if place.is_empty() { format!("act-{kind}") } else { format!("act-{kind}-{place}") };
    window.there(&button).await;
    let before = words(window, &format!("lacks-{kind}-{place}")).await;
    window.click(&button).await;
    // The remark may be what is missing: it is asked for, and then it is judged.
    if before.is_empty() {
        window.click("reason-confirm").await;
        window.see("refusal").await;
        let after = words(window, "refusal").await;
        window.click("reason-cancel").await;
        return (after.clone(), after);
    }
    window.see("blocked").await;
    (before, words(window, "blocked").await)
}

async fn words(window: &Window, name: &str) -> Words {
    let script = format!(
        "return Object.fromEntries([...document.querySelectorAll('[data-test=\"{name}\"] li[data-code]')]
            .map((line) => [line.dataset.code, line.textContent.trim()]))"
    );
    let told = window.script(&script).await;
    let text = |(code, words): (&String, &serde_json::Value)| {
        (code.clone(), words.as_str().unwrap_or_default().to_owned())
    };
    told.as_object().map(|told| told.iter().map(text).collect()).unwrap_or_default()
}
