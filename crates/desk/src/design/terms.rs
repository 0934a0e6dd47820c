//! What people call the pieces and settings of a definition.

use qianban_catalog::{Definition, role_name};
use toml::{Table, Value};

/// A sort of pieces that stand in a list of a definition.
pub(super) struct Sort {
    /// Key of the list.
    pub(super) list: &'static str,
    /// Key by which a piece is the same in two versions.
    pub(super) by: &'static str,
    /// Key of its Chinese name.
    pub(super) named: &'static str,
    /// What people call such a piece.
    pub(super) called: &'static str,
    /// Its order is seen: on the screen, on paper, in the signing.
    pub(super) ordered: bool,
}

const fn sort(
    list: &'static str,
    by: &'static str,
    named: &'static str,
    called: &'static str,
    ordered: bool,
) -> Sort {
    Sort { list, by, named, called, ordered }
}

/// Every sort, at the top of a definition or within a piece.
const SORTS: [Sort; 17] = [
    sort("field", "key", "label", "栏目", true),
    sort("columns", "key", "label", "列", true),
    sort("options", "value", "label", "选项", true),
    sort("check", "message", "message", "校验", false),
    sort("step", "key", "title", "签批步骤", true),
    sort("table", "name", "title", "办理表", true),
    sort("gate", "code", "code", "关口", false),
    sort("link", "slot", "title", "关联", true),
    sort("reads", "key", "key", "关联读数", true),
    sort("expose", "key", "title", "对外数据", false),
    sort("clock", "key", "title", "时限", true),
    sort("ticker", "key", "title", "定时报告", true),
    sort("gauge", "key", "title", "读数", true),
    sort("alert", "message", "message", "提醒", false),
    sort("tally", "key", "key", "计数", false),
    sort("duty", "key", "title", "应办", true),
    sort("follow", "key", "title", "后续", true),
];

/// The sort of a list; `None` for lists of plain values and for what is no list.
pub(super) fn sort_of(list: &str) -> Option<&'static Sort> {
    SORTS.iter().find(|sort| sort.list == list)
}

impl Sort {
    /// What tells a piece from the others.
    pub(super) fn identity<'t>(&self, piece: &'t Table) -> &'t str {
        piece.get(self.by).and_then(Value::as_str).unwrap_or_default()
    }

    /// The name of a piece; that of a built-in do-table stands in the definition alone.
    pub(super) fn name(&self, piece: &Table, of: &Definition) -> String {
        let written = piece.get(self.named).and_then(Value::as_str);
        let built_in = || of.table(self.identity(piece)).map(|table| table.title.as_str());
        written.or_else(built_in).unwrap_or_else(|| self.identity(piece)).to_owned()
    }
}

/// What people call a setting of a piece.
pub(super) fn setting(key: &str) -> &str {
    let known = SETTINGS.iter().find(|(known, _)| *known == key);
    known.map_or(key, |(_, called)| called)
}

const SETTINGS: [(&str, &str); 64] = [
    ("title", "名称"),
    ("also_titled", "其他表名"),
    ("label", "名称"),
    ("cites", "依据条款"),
    ("policy", "办理规则"),
    ("create", "可填写的角色"),
    ("edit", "可修改和送签的角色"),
    ("seal", "定稿方式"),
    ("type", "类型"),
    ("max", "上限"),
    ("min", "下限"),
    ("max_rows", "最多行数"),
    ("groups", "服务目录分组"),
    ("required", "必填"),
    ("visible", "显示"),
    ("default", "默认值"),
    ("compute", "自动计算"),
    ("help", "填写说明"),
    ("key_field", "要点（列入签字页和台账）"),
    ("share", "列宽"),
    ("rule", "规则"),
    ("message", "提示"),
    ("roles", "角色"),
    ("units", "签字单位"),
    ("need", "签字人数"),
    ("when", "出现的条件"),
    ("bar", "本人回避"),
    ("bar_fields", "须回避的人员栏"),
    ("differ", "须由不同的人签的步骤"),
    ("ink", "纸质签字"),
    ("outsider", "名册外人员签字"),
    ("phases", "可登记的阶段"),
    ("single", "只登记一次"),
    ("wanted", "办结前必须登记"),
    ("on", "关口位置"),
    ("require", "条件"),
    ("code", "代码"),
    ("definitions", "可关联的单据"),
    ("reads", "关联读数"),
    ("value", "取值"),
    ("start", "起算"),
    ("stop", "止算"),
    ("minutes", "分钟数"),
    ("days", "天数"),
    ("count", "计法"),
    ("pause", "暂停登记表"),
    ("table", "办理表"),
    ("by", "归并的栏目"),
    ("where", "计入的条件"),
    ("every", "周期"),
    ("covers", "对应日期的栏目"),
    ("months", "月份"),
    ("since", "起始日"),
    ("definition", "单据"),
    ("slot", "关联栏"),
    ("owed", "必须接着办"),
    ("paper", "纸张"),
    ("orientation", "纸张方向"),
    ("copies", "联次"),
    ("heading", "抬头"),
    ("slip", "打印版面"),
    ("options", "选项"),
    ("columns", "列"),
    ("check", "校验"),
];

/// Words of codes, by the setting in which they stand.
const CODES: [(&str, &str, &str); 39] = [
    ("ink", "no", "不接受"),
    ("ink", "allowed", "可以"),
    ("ink", "required", "必须"),
    ("phases", "drafting", "起草中"),
    ("phases", "live", "签批中"),
    ("phases", "sealed", "已定稿"),
    ("phases", "closed", "已办结"),
    ("seal", "plain", "定稿机签名"),
    ("seal", "receipt", "定稿机签名并取回执"),
    ("type", "text", "单行文字"),
    ("type", "paragraph", "多行文字"),
    ("type", "integer", "整数"),
    ("type", "money", "金额"),
    ("type", "percent", "百分比"),
    ("type", "date", "日期"),
    ("type", "datetime", "日期和时间"),
    ("type", "choice", "选项"),
    ("type", "catalogue", "服务目录"),
    ("type", "flag", "是否"),
    ("type", "account", "银行账号"),
    ("type", "phone", "电话"),
    ("type", "id_number", "证件号或工号"),
    ("type", "unit", "单位"),
    ("type", "person", "人员"),
    ("type", "table", "明细表"),
    ("type", "attachment", "附件"),
    ("every", "day", "每日"),
    ("every", "working_day", "每个工作日"),
    ("every", "week", "每周"),
    ("every", "month", "每月"),
    ("every", "year", "每年"),
    ("on", "submit", "送签"),
    ("on", "seal", "定稿"),
    ("on", "close", "办结"),
    ("orientation", "portrait", "纵向"),
    ("orientation", "landscape", "横向"),
    ("paper", "A4", "A4"),
    ("paper", "A5", "A5"),
    ("need", "0", "全部"),
];

/// A value of a setting in words; `None`: as if it were not written.
pub(super) fn value(key: &str, value: Option<&Value>, of: &Definition) -> String {
    match value {
        None => usual(key).to_owned(),
        Some(Value::Boolean(true)) => "是".to_owned(),
        Some(Value::Boolean(false)) => "否".to_owned(),
        Some(Value::Array(list)) if list.is_empty() => NONE.to_owned(),
        Some(Value::Array(list)) => list.iter().map(|one| word(key, one, of)).collect::<Vec<_>>().join("、"),
        Some(one) => word(key, one, of),
    }
}

const NONE: &str = "无";

/// What holds where nothing is written.
fn usual(key: &str) -> &'static str {
    match key {
        "visible" => "是",
        "required" | "key_field" | "single" | "wanted" | "outsider" => "否",
        _ => NONE,
    }
}

/// Whether a setting says anything but what holds without it.
#[cfg(test)]
pub(super) fn is_said(key: &str, written: &Value) -> bool {
    match written {
        Value::Boolean(true) => usual(key) != "是",
        Value::Boolean(false) => usual(key) != "否",
        Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}

fn word(key: &str, value: &Value, of: &Definition) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some((.., words)) = CODES.iter().find(|(within, code, _)| *within == key && *code == text) {
        return (*words).to_owned();
    }
    let label = || of.field(&text).map(|field| field.label.clone());
    let step = |key: &str| of.step(key).map(|step| step.title.clone());
    let table = |name: &str| of.table(name).map(|table| table.title.clone());
    let named = match key {
        "roles" | "create" | "edit" => role_name(&text).map(str::to_owned),
        "units" | "bar_fields" | "by" | "covers" => label(),
        "differ" => step(&text),
        "pause" | "table" => table(&text),
        "on" => match text.split_once(':') {
            Some(("step", key)) => step(key).map(|title| format!("签批步骤「{title}」")),
            Some((_, name)) => table(name).map(|title| format!("办理表「{title}」")),
            None => None,
        },
        _ => None,
    };
    named.unwrap_or(text)
}
