//! Clocks, reports owed, values, warnings, duties and follow-ups as a person sees them, on a form of a bureau's own.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

mod form;
mod workbench;

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

/// A call and the visit that it calls for.
const CALL: &str = r#"
id = "sample-call"
title = "样例来电登记"
row = "D06"
version = 1
cites = []

[policy]
ledger = "call"
ledger_title = "来电台账"
series = "来电"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "channel"
label = "受理方式"
type = "choice"
default = '"phone"'
options = [{ value = "phone", label = "电话" }, { value = "network", label = "网络" }, { value = "site", label = "现场" }]

[[field]]
key = "called_at"
label = "来电时间"
type = "datetime"
key_field = true

[[field]]
key = "engineer"
label = "工程师"
type = "text"
max = 20
key_field = true

[[field]]
key = "confirmed"
label = "属实"
type = "flag"

[[field]]
key = "day"
label = "日期"
type = "date"

[[field]]
key = "archive_log"
label = "归档日志比例"
type = "percent"

[[field]]
key = "minutes"
label = "用时"
type = "integer"

[[table]]
name = "answer"
title = "答复"
roles = ["maintainer"]
phases = ["live", "sealed"]
[[table.field]]
key = "text"
label = "内容"
type = "text"
max = 50

[[table]]
name = "hold"
title = "暂停"
roles = ["maintainer"]
phases = ["live", "sealed"]
[[table.field]]
key = "since"
label = "起"
type = "datetime"
required = true
[[table.field]]
key = "until"
label = "止"
type = "datetime"

[[table]]
name = "report"
title = "进展"
roles = ["maintainer"]
phases = ["live", "sealed"]
[[table.field]]
key = "text"
label = "内容"
type = "text"
max = 50

[[gate]]
on = "submit"
require = 'form.minutes == null || form.minutes <= settings.answer_phone_minutes'
code = "GATE-MINUTES"
message = "用时超过时限"

[[clock]]
key = "answer"
title = "首次答复"
start = 'form.called_at'
stop = 'entries.answer[0].at'
minutes = 'form.channel == "network" ? settings.answer_network_minutes : (form.channel == "site" ? settings.answer_onsite_minutes : settings.answer_phone_minutes)'
count = 'form.channel == "network" ? settings.answer_network_count : settings.answer_phone_count'
pause = "hold"
cites = ["W164", "W209", "W210", "W211"]

[[clock]]
key = "arrival"
title = "到达现场"
start = 'entries.answer[0].at'
stop = '""'
minutes = 'facts.level == "county" ? settings.arrival_county_minutes : settings.arrival_province_minutes'
cites = ["W212", "W214"]

[[clock]]
key = "reply"
title = "正式答复"
start = 'form.called_at'
stop = '""'
days = 'settings.complaint_reply_days'
count = 'settings.complaint_count'
cites = ["W198"]

[[ticker]]
key = "recovery"
title = "进展报告"
start = 'form.channel == "site" ? form.called_at : ""'
stop = '""'
minutes = 'settings.recovery_report_minutes'
table = "report"
cites = ["W221"]

[[gauge]]
key = "level"
title = "当前级别"
value = 'seconds_between(form.called_at, facts.instant) > settings.level_p2_minutes * 60 ? "P1" : (seconds_between(form.called_at, facts.instant) > settings.level_p3_minutes * 60 ? "P2" : (seconds_between(form.called_at, facts.instant) > settings.level_p4_minutes * 60 ? "P3" : "P4"))'

[[gauge]]
key = "log"
title = "归档日志"
value = 'form.archive_log == null ? "" : (form.archive_log > settings.archive_log_percent ? "异常" : "正常")'

[[alert]]
when = 'form.confirmed && tally.confirmed >= settings.complaint_dismissal_count'
message = "被投诉属实达到次数：应予解聘"
cites = ["W201"]

[[tally]]
key = "confirmed"
by = "engineer"
where = 'form.confirmed'

[[duty]]
key = "daily"
title = "每个工作日登记"
every = "working_day"
covers = "day"
cites = ["W133"]

[[follow]]
key = "visit"
title = "转上门服务"
definition = "sample-visit"
slot = "call"
when = 'sealed'
owed = true

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "方式", w = 3 }, { field = "channel", w = 5 }, { label = "时间", w = 3 }, { field = "called_at", w = 5 }, { label = "工程师", w = 3 }, { field = "engineer", w = 5 }]
[[slip.row]]
cells = [{ label = "属实", w = 3 }, { field = "confirmed", w = 3 }, { label = "日期", w = 3 }, { field = "day", w = 5 }, { label = "比例", w = 3 }, { field = "archive_log", w = 2 }, { label = "用时", w = 3 }, { field = "minutes", w = 2 }]
[[slip.row]]
cells = [{ entry = "answer", w = 8 }, { entry = "hold", w = 8 }, { entry = "report", w = 8 }]
"#;

/// A visit that links the call.
const VISIT: &str = r#"
id = "sample-visit"
title = "样例上门服务"
row = "D02"
version = 1
cites = []

[policy]
ledger = "visit"
ledger_title = "上门台账"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "what"
label = "内容"
type = "text"
max = 50

[[link]]
slot = "call"
title = "来电"
definitions = ["sample-call"]
min = 0
max = 3

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "内容", w = 4 }, { field = "what", w = 20 }]
[[slip.row]]
cells = [{ label = "来电", w = 4 }, { links = "call", w = 20 }]
"#;

/// The bureau on Monday 2026-03-02 at 09:00; 钱七 takes calls, 张三 signs settings and seals.
pub(crate) fn bureau(seed: u64) -> Bureau {
    let texts = [("call.toml", CALL), ("visit.toml", VISIT)];
    let files = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    Bureau::founded_with(seed, |setup| setup.with_definitions(files.to_vec()))
}

/// Sets the clock to a time of the office, `2026-03-02 09:00:00`.
pub(crate) fn until(bureau: &Bureau, time: &str) {
    bureau.clock.set(&format!("{}+08:00", time.replace(' ', "T")));
}

/// 钱七 begins a call.
pub(crate) fn call<'a>(bureau: &'a Bureau, fields: &[(&str, &str)]) -> Script<'a> {
    bureau.sit("钱七");
    let page = bureau.call("form_new", json!({ "definition": bureau.definition("call") }));
    let script = Script { bureau, form: page["form"].as_str().expect("a key").to_owned() };
    for (field, text) in fields {
        script.set(field, text);
    }
    script
}

/// The same, sent.
pub(crate) fn sent<'a>(bureau: &'a Bureau, fields: &[(&str, &str)]) -> Script<'a> {
    let mut script = call(bureau, fields);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script
}

/// 钱七 writes a row of a do-table, stated at a time.
pub(crate) fn entry(script: &mut Script<'_>, table: &str, at: &str, fields: &[(&str, &str)]) {
    script.bureau.sit("钱七");
    for (field, text) in fields {
        script.set_entry(table, field, text).expect("typed");
    }
    let stated = json!({ "table": table, "at": at, "corrects": null });
    script.sign("钱七", "entry", stated).expect("written");
}

/// 张三 signs a setting.
pub(crate) fn set(bureau: &Bureau, key: &str, value: &str) {
    bureau.sign("张三", json!({ "kind": "set_setting", "key": key, "value": value })).expect("set");
}

/// The clock of a form that 钱七 looks at.
pub(crate) fn clock(script: &Script<'_>, key: &str) -> Value {
    of(script, "clocks", key)
}

/// A piece of the form page by its key.
pub(crate) fn of(script: &Script<'_>, list: &str, key: &str) -> Value {
    script.bureau.sit("钱七");
    let page = script.page();
    let listed = page[list].as_array().expect("a list").clone();
    listed
        .into_iter()
        .find(|one| one["key"] == key)
        .unwrap_or_else(|| panic!("no {key} among {}", page[list]))
}
