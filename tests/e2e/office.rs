//! The people of the office PC, and what each story does again and again: sit down, sign, leave.

use fantoccini::Locator;
use fantoccini::key::Key;

use crate::window::Window;

/// Someone with a name, a unit (empty: the bureau itself), roles, and a password unless they sign on paper only.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) roles: &'static [&'static str],
    pub(crate) password: Option<&'static str>,
}

pub(crate) const BUREAU: &str = "样例县财政局";
pub(crate) const SCHOOL: &str = "样例县第一中学";
pub(crate) const UNITS: [&str; 3] = [SCHOOL, "教科文科", "国库科"];

/// The founder: administrator and registrar, by the founding itself.
pub(crate) const REGISTRAR: Person =
    Person { name: "赵六", unit: "", roles: &[], password: Some("台账登记 2026 春") };
pub(crate) const APPLICANT: Person =
    Person { name: "张三", unit: SCHOOL, roles: &["applicant"], password: Some("一中财务 8848 号") };
pub(crate) const UNIT_HEAD: Person =
    Person { name: "李四", unit: SCHOOL, roles: &["unit_head"], password: Some("校长办公室 301") };
pub(crate) const DIVISION: Person =
    Person { name: "王五", unit: "教科文科", roles: &["division"], password: None };
pub(crate) const MAINTAINER: Person =
    Person { name: "钱七", unit: "", roles: &["maintainer"], password: Some("运维值班 7 乘 24") };
pub(crate) const INFO_CENTER: Person =
    Person { name: "孙八", unit: "", roles: &["info_center"], password: Some("信息中心 主任 吴") };

pub(crate) const PEOPLE: [&Person; 6] =
    [&REGISTRAR, &APPLICANT, &UNIT_HEAD, &DIVISION, &MAINTAINER, &INFO_CENTER];

/// Somebody who may do everything: what each role may do is another story's matter.
pub(crate) const EVERYBODY: Person = Person {
    name: "吴十",
    unit: "",
    roles: &[
        "applicant",
        "unit_head",
        "clerk",
        "section_chief",
        "division",
        "payment_center",
        "maintainer",
        "info_center",
        "auditor",
        "resident_manager",
        "service_engineer",
        "service_manager",
        "supervisor",
        "integrator",
        "tester",
        "budget",
        "treasury",
        "leader",
        "reviewer",
    ],
    password: Some("一人多岗 值班 2026"),
};
/// Somebody else, where a form wants two people.
pub(crate) const OUTSIDE: Person =
    Person { name: "郑一", unit: "国库科", roles: &["service_engineer"], password: None };

/// First start: opens the ledger of the bureau and enters everybody.
pub(crate) async fn found(window: &mut Window) {
    found_with(window, &PEOPLE).await;
}

/// First start with these people, the first as the founder.
pub(crate) async fn found_with(window: &mut Window, people: &[&Person]) {
    window.see("first-start").await;
    window.shot("first-start").await;
    window.click("door-found").await;
    window.fill("found-bureau", BUREAU).await;
    window.click("found-level-county").await;
    window.fill("found-units", &UNITS.join("\n")).await;
    window.shot("found-bureau").await;
    window.click("found-next").await;
    for (number, person) in people.iter().enumerate() {
        if number > 0 {
            window.click("person-add").await;
        }
        enter(window, number, person).await;
    }
    window.shot("found-people").await;
    window.click("found-next").await;
    window.see("found-review").await;
    window.shot("found-review").await;
    window.click("found-next").await;
    window.see("recovery-code-shown").await;
    window.see_pdf().await;
    window.shot("recovery-sheet").await;
    window.click("recovery-kept").await;
    window.click("recovery-done").await;
}

async fn enter(window: &Window, number: usize, person: &Person) {
    let at = |what: &str| format!("person-{number}-{what}");
    window.fill(&at("name"), person.name).await;
    if !person.unit.is_empty() {
        window.choose(&at("unit"), person.unit).await;
    }
    for role in person.roles {
        window.click(&at(&format!("role-{role}"))).await;
    }
    let has_seat = window.see(&at("seat")).await.is_selected().await.expect("a tick box");
    if has_seat != person.password.is_some() {
        window.click(&at("seat")).await;
    }
    if let Some(password) = person.password {
        window.fill(&at("password"), password).await;
        window.fill(&at("password-again"), password).await;
    }
}

/// Whoever sits at the desk leaves, and this person sits down with their own password.
pub(crate) async fn sit_down(window: &Window, person: &Person) {
    window.see_either("shell", "unlock").await;
    if window.shows("shell").await {
        window.click("lock").await;
    }
    window.see("unlock").await;
    let line = format!("//*[@data-test='people-list']//*[@role='option'][contains(., '{}')]", person.name);
    window.click_at(Locator::XPath(&line), person.name).await;
    window.fill("unlock-password", password(person)).await;
    window.stroke(Key::Enter).await;
    window.read("who", person.name).await;
}

/// Signs what the sign window shows, after a look at it.
pub(crate) async fn sign(window: &mut Window, person: &Person, shot: Option<&str>) {
    window.turn_to_sign().await;
    window.see("sign-digest").await;
    if let Some(name) = shot {
        window.shot(name).await;
    }
    window.fill("sign-password", password(person)).await;
    window.click("sign-confirm").await;
    window.turn_to_main().await;
}

/// Signs what the sign window shows by keys alone: the cursor waits in the field of the password.
pub(crate) async fn sign_by_keys(window: &Window, person: &Person) {
    window.turn_to_sign().await;
    window.focused("sign-password").await;
    window.typed(password(person)).await;
    window.stroke(Key::Enter).await;
    window.turn_to_main().await;
    window.has_focus().await;
}

fn password(person: &Person) -> &'static str {
    person.password.expect("someone with a seat on this PC")
}
