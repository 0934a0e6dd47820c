//! The line breaker under random text.

use std::path::Path;

use proptest::prelude::*;

use super::kinsoku::{never_ends, never_starts};
use super::text::{Across, Setting, lines, song};
use crate::font::Fonts;
use crate::page::{Item, Tone};

const SIZE_PT: f32 = 10.0;

/// Words with the marks around them that Chinese text has.
fn words() -> impl Strategy<Value = String> {
    let open = prop::sample::select(vec!["", "", "", "（", "《", "“", "“‘", "（《", "("]);
    let word = prop_oneof![
        "[一-龥]{1,12}",
        "[A-Za-z]{1,9}",
        "[0-9]{1,19}",
        "[a-z0-9_]{20,60}",
        Just("——".to_owned()),
        Just("等……".to_owned()),
        Just("¥80,111.10".to_owned()),
        Just("样例·张三".to_owned()),
    ];
    let close = prop::sample::select(vec![
        "", "", "，", "。", "、", "）", "》。", "”，", "’”", "！", "：", ")", " ", "\n",
    ]);
    prop::collection::vec((open, word, close), 0..40).prop_map(|parts| {
        parts.into_iter().map(|(open, word, close)| format!("{open}{word}{close}")).collect()
    })
}

fn set(text: &str, em: f32, across: Across) -> Vec<(String, f32, f32)> {
    let fonts =
        Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts")).expect("committed");
    let faces = fonts.parse().expect("fonts");
    let setting = Setting { size_pt: SIZE_PT, width_pt: em * SIZE_PT, across, tone: Tone::Black };
    let read = |item: &Item| match item {
        Item::Text(text) => text.glyphs.iter().map(|glyph| glyph.character).collect(),
        Item::Rule(_) | Item::Code(_) => String::new(),
    };
    let line =
        |line: &super::text::Line| (line.items.iter().map(read).collect(), line.left_pt, line.right_pt);
    lines(&faces, &[song(text)], setting).iter().map(line).collect()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_lost_and_no_mark_stands_wrong(
        text in words(),
        em in 8_u8..45,
        across in prop::sample::select(vec![Across::Start, Across::Indented, Across::Center, Across::End]),
    ) {
        let set = set(&text, f32::from(em), across);
        let joined: String = set.iter().map(|(line, _, _)| line.as_str()).collect();
        prop_assert_eq!(without_space(&joined), without_space(&text));
        // A paragraph begins as its author wrote it; every other line keeps the rules of marks.
        let begins: Vec<char> = text.split('\n').filter_map(|paragraph| paragraph.trim().chars().next()).collect();
        for (line, left, right) in &set {
            prop_assert!(*left >= -0.01 && *right <= f32::from(em) * SIZE_PT + 0.05, "{line} stands out: {left} to {right}");
            if let Some(first) = line.chars().next() {
                prop_assert!(!never_starts(first) || begins.contains(&first), "{line} begins wrong");
            }
            if let Some(last) = line.chars().last() {
                prop_assert!(!never_ends(last), "{line} ends wrong");
            }
        }
    }
}

#[test]
fn lines_are_full() {
    let text = "按照《财政业务网络安全管理办法》（财办〔2025〕18号）第十二条“专人专岗”的要求，申请开通两个岗位的权限。";
    let set = set(text, 16.0, Across::Start);
    let shown: Vec<String> = set.iter().map(|(line, _, right)| format!("{line} {right:.1}")).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    按照《财政业务网络安全管理办法》 160.0
    （财办〔2025〕18号）第十二条“专 160.0
    人专岗”的要求，申请开通两个岗位 160.0
    的权限。 40.0
    ");
}
