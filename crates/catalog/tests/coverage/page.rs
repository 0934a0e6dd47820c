//! `docs/coverage.md`.

use crate::shipped::{Document, Item, Place, Rule, Setting, Shipped};
use std::fmt::Write;

const HEAD: &str = "# 白皮书条目与实现

由 `crates/catalog/tests/coverage` 按定义、设置和测试生成，不要手工修改；重新生成：
`QIANBAN_COVERAGE=write cargo test -p qianban-catalog --test coverage`。

✓ 有定义、设置或关口承担；○ 不需要承担，写明理由。「数」表示条目中有必须遵守的数字，至少有一个测试。
";

/// Most forms, pieces of a form or tests that are named of one row.
const NAMED_MAX: usize = 6;

/// The whole page.
pub(crate) fn page(shipped: &Shipped) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## 单据和文档 (D)\n\n| 条目 | 标题 | 定义 | 测试 |\n|---|---|---|---|\n");
    for document in &shipped.documents {
        page.push_str(&document_line(shipped, document));
    }
    page.push_str(
        "\n## 流程、规则和数字 (W)\n\n| | 条目 | 名称 | 数 | 在哪里 | 测试 |\n|---|---|---|---|---|---|\n",
    );
    for rule in &shipped.rules {
        page.push_str(&rule_line(shipped, rule));
    }
    page.push_str("\n## 白皮书没有写明、由各单位设定的事项 (G)\n\n| 条目 | 在哪里 | 测试 |\n|---|---|---|\n");
    for gap in gaps() {
        page.push_str(&gap_line(shipped, &gap));
    }
    page.push_str("\n## 服务目录 (C)\n\n| 条目 | 服务项目 | 专门的定义 | 可选用的表 |\n|---|---|---|---|\n");
    for item in &shipped.items {
        page.push_str(&item_line(shipped, item));
    }
    page
}

fn document_line(shipped: &Shipped, document: &Document) -> String {
    let titles: Vec<String> = document.titles.iter().map(|title| format!("《{title}》")).collect();
    let (place, tests) = match (&document.form, &document.filed) {
        (Some(form), _) => (format!("✓ `assets/forms/{form}.toml`"), code(&shipped.tests_of_form(form))),
        (None, Some(reason)) => (format!("○ {reason}"), String::new()),
        (None, None) => (String::new(), String::new()),
    };
    line(&[&document.row, &titles.concat(), &place, &tests])
}

fn rule_line(shipped: &Shipped, rule: &Rule) -> String {
    let places = shipped.places_of(&rule.id);
    let tick = match (places.is_empty(), rule.explained.is_some()) {
        (false, _) => "✓",
        (true, true) => "○",
        (true, false) => "",
    };
    let place = match (&rule.explained, places.is_empty()) {
        (Some(reason), true) => reason.clone(),
        _ => kept(places),
    };
    let number = if rule.number { "数" } else { "" };
    line(&[tick, &rule.id, &rule.name, number, &place, &code(&shipped.tests_of(&rule.id))])
}

/// The gaps of the white paper.
pub(crate) fn gaps() -> impl Iterator<Item = String> {
    (1..=15).map(|number| format!("G{number}"))
}

fn gap_line(shipped: &Shipped, gap: &str) -> String {
    let place = |setting: &&Setting| match setting.kind.as_str() {
        "definition" => format!("单据设计：{}", setting.title),
        _ => format!("设置：{}", setting.title),
    };
    let places: Vec<String> = shipped.settings_of(gap).iter().map(place).collect();
    line(&[gap, &some(&places, "；"), &code(&shipped.tests_of_gap(gap))])
}

fn item_line(shipped: &Shipped, item: &Item) -> String {
    let forms = shipped.forms_taking(item);
    let own = kept(shipped.places_of(&item.code));
    line(&[&item.code, &item.text, &own, &format!("{} 种", forms.len())])
}

/// Form by form, with the pieces in it that keep the row.
fn kept(places: &[Place]) -> String {
    let by_file = places.chunk_by(|a, b| a.file == b.file).map(|of_file| {
        let file = of_file.first().map(|place| place.file.as_str()).unwrap_or_default();
        let pieces: Vec<&str> =
            of_file.iter().map(|place| place.piece.as_str()).filter(|piece| !piece.is_empty()).collect();
        if pieces.is_empty() { file.to_owned() } else { format!("{file}：{}", some(&pieces, "、")) }
    });
    some(&by_file.collect::<Vec<_>>(), "；")
}

/// The first of many, and how many there are.
fn some<T: AsRef<str>>(all: &[T], between: &str) -> String {
    let first: Vec<&str> = all.iter().take(NAMED_MAX).map(AsRef::as_ref).collect();
    match all.len() {
        many if many > NAMED_MAX => format!("{}等 {many} 处", first.join(between)),
        _ => first.join(between),
    }
}

fn code(paths: &[&str]) -> String {
    let coded: Vec<String> =
        paths.iter().map(|path| format!("`{}`", path.trim_start_matches("crates/"))).collect();
    some(&coded, " ")
}

fn line(cells: &[&str]) -> String {
    let mut line = String::from("|");
    for cell in cells {
        // Writing to a text cannot fail.
        let _ = write!(line, " {cell} |");
    }
    line.push('\n');
    line
}
