//! The page model, told as text, and what is refused.
#![expect(clippy::expect_used, reason = "a test may stop")]

mod sample;

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use qianban_paper::*;
use sample::*;

/// The pages of a slip, without what stands around the grid.
fn told(slip: &Slip) -> String {
    let pages = layout(slip, &fonts()).expect("it lays out").to_string();
    let around = ["code", "样例县财政局", "应用系统使用申请表", "工作号", " 页/共"];
    pages
        .lines()
        .filter(|line| !around.iter().any(|words| line.contains(words)))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn refused(slip: &Slip) -> PaperError {
    layout(slip, &fonts()).expect_err("it is refused")
}

#[test]
fn spans_share_their_rules() {
    let mut name = label(4, "人员");
    name.rows = 2;
    let slip = slip(vec![
        row(vec![name, label(4, "姓名"), value(16, "张三𪻐")]),
        row(vec![label(4, "合计金额"), aligned(16, "80,111.10", Align::End)]),
    ]);
    assert_snapshot!(told(&slip), @"
    page 1 595×842
      rule 0.5 137.0,114.1 to 137.0,137.2
      Song 10.5 at 156.2,129.7 姓名
      rule 0.5 217.3,114.1 to 217.3,137.2
      Song 10.5 at 223.0,129.7 张三𪻐
      Song 10.5 at 75.9,141.2 人员
      rule 0.5 137.0,137.2 to 137.0,160.4
      rule 0.5 137.0,137.2 to 217.3,137.2
      Song 10.5 at 156.2,152.8 合计金额
      rule 0.5 217.3,137.2 to 217.3,160.4
      rule 0.5 217.3,137.2 to 538.6,137.2
      Song 10.5 at 484.7,152.8 80,111.10
      rule 1.5 55.9,114.1 to 539.3,114.1
      rule 1.5 55.9,160.4 to 539.3,160.4
      rule 1.5 56.7,114.1 to 56.7,160.4
      rule 1.5 538.6,114.1 to 538.6,160.4
    ");
}

#[test]
fn a_record_that_no_longer_counts_is_struck_through() {
    let void = record(
        &[("意见", "同意。")],
        electronic("甲", Some("乙"), "2026-02-14 08:50", "8f3a91c2"),
        Standing::Void,
    );
    assert_snapshot!(told(&slip(vec![row(vec![label(4, "审核"), signed(20, vec![void])])])), @"
    page 1 595×842
      Song 10.5 at 75.9,136.4 审核
      rule 0.5 137.0,114.1 to 137.0,150.8
      Song 10.5 at 142.7,129.7 Grey 意见：同意。
      rule 0.4 142.7,125.4 to 205.7,125.4
      Hei 9.0 at 284.6,143.7 Grey 甲（乙代） · 2026-02-14 08:50 · 电子签名 8f3a91c2
      rule 0.4 284.6,140.0 to 496.9,140.0
      Hei 9.0 at 505.9,143.7 Red 已失效
      rule 1.5 55.9,114.1 to 539.3,114.1
      rule 1.5 55.9,150.8 to 539.3,150.8
      rule 1.5 56.7,114.1 to 56.7,150.8
      rule 1.5 538.6,114.1 to 538.6,150.8
    ");
}

#[test]
fn a_blank_box_has_a_line_to_sign_on() {
    assert_snapshot!(told(&slip(vec![tall(24, vec![label(4, "用户"), blank(20, &["意见"], "签字")])])), @"
    page 1 595×842
      Song 10.5 at 75.9,152.1 用户
      rule 0.5 137.0,114.1 to 137.0,182.2
      Song 10.5 at 142.7,129.7 意见：
      Song 10.5 at 300.9,174.6 签字：
      Song 10.5 at 459.4,174.6 年　　月　　日
      rule 0.4 332.4,176.7 to 417.4,176.7
      rule 1.5 55.9,114.1 to 539.3,114.1
      rule 1.5 55.9,182.2 to 539.3,182.2
      rule 1.5 56.7,114.1 to 56.7,182.2
      rule 1.5 538.6,114.1 to 538.6,182.2
    ");
}

#[test]
fn a_long_cell_goes_over_the_page_with_closed_borders() {
    let text = REASON.repeat(30);
    let slip = slip(vec![row(vec![label(3, "申请理由"), aligned(21, &text, Align::Paragraph)])]);
    let pages = told(&slip);
    let parts: Vec<&str> = pages.split("page ").skip(1).collect();
    assert_eq!(parts.len(), 3, "{pages}");
    for part in parts {
        assert!(part.contains("申请理由"), "the label is repeated:\n{part}");
        assert_eq!(part.matches("rule 1.5").count(), 4, "four sides on every page:\n{part}");
    }
    assert_eq!(set(&pages), length(&text) + 3 * 4, "no character is lost at a page break");
}

/// Characters set at the size of the body.
fn set(pages: &str) -> usize {
    let lines = pages.lines().filter(|line| line.contains("Song 10.5"));
    lines.map(|line| length(line.trim_start().splitn(5, ' ').nth(4).unwrap_or_default())).sum()
}

fn length(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[test]
fn cells_over_several_rows_go_over_pages_too() {
    let mut side = aligned(12, &REASON.repeat(12), Align::Paragraph);
    side.rows = 2;
    let agreed = || record(&[("", "同意")], electronic("甲", None, "9:00", "8f3a91c2"), Standing::Effective);
    let opinions = std::iter::repeat_with(agreed).take(40).collect();
    let rows = vec![
        row(vec![aligned(12, &REASON.repeat(9), Align::Paragraph), side]),
        row(vec![value(12, "丙")]),
        row(vec![signed(24, opinions)]),
    ];
    let pages = told(&slip(rows));
    assert_eq!(set(&pages), length(REASON) * (12 + 9) + 1 + 40 * 2, "no character is lost:\n{pages}");
    for page in pages.split("page ").skip(1) {
        assert_eq!(page.matches("rule 1.5").count(), 4, "four sides on every page:\n{page}");
        let first = page.lines().nth(1).unwrap_or_default();
        assert!(!first.contains("rule 0.4"), "no page begins with the line between two records:\n{page}");
    }
}

#[test]
fn an_opinion_and_its_stamp_are_on_one_page() {
    let agreed = || record(&[("", "同意")], electronic("甲", None, "9:00", "8f3a91c2"), Standing::Effective);
    for above_mm in 8..24 {
        let opinions = std::iter::repeat_with(agreed).take(40).collect();
        let pages = told(&slip(vec![tall(above_mm, vec![value(24, "")]), row(vec![signed(24, opinions)])]));
        for page in pages.split("page ").skip(1) {
            let (opinions, stamps) = (page.matches("同意").count(), page.matches("电子签名").count());
            assert_eq!(opinions, stamps, "{above_mm} mm above:\n{page}");
        }
    }
}

#[test]
fn a_title_that_does_not_fit_is_set_smaller_then_wrapped() {
    let title = |title: &str| {
        let pages = layout(&Slip { title: title.into(), ..slip(vec![row(vec![value(24, "")])]) }, &fonts());
        let pages = pages.expect("it lays out").to_string();
        let lines = pages.lines().filter(|line| line.contains("Hei"));
        lines.map(|line| line.split_whitespace().nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(title("信息项值集变更单"), ["20.0"]);
    assert_eq!(title("预算管理一体化系统信息项值集新增与变更申请单"), ["15.0"]);
    assert_eq!(title(&"信息项值集变更申请单".repeat(3)), ["20.0", "20.0"]);
}

#[test]
fn what_stands_around_the_grid_never_overlaps() {
    let mut slip = slip(vec![row(vec![value(24, "")])]);
    slip.title = "信息项值集新增与变更申请单".repeat(5).chars().take(60).collect();
    slip.working_number = "临-2026-000137-样例县财政局信息中心一号机".into();
    slip.copy = "第一联　样例县财政局信息中心国库支付中心与预算编审中心留存备查".into();
    (slip.print_number, slip.history) = (12, history(1));
    for (paper, landscape) in [(Paper::A4, false), (Paper::A5, false), (Paper::A5, true)] {
        slip.sheet = Sheet { paper, landscape };
        let pages = layout(&slip, &fonts()).expect("it lays out").to_string();
        for page in pages.split("page ").skip(1) {
            let height: f32 = page.split(['×', '\n']).nth(1).and_then(|h| h.parse().ok()).expect("a height");
            let codes: Vec<&str> = page.lines().filter(|line| line.contains("code")).collect();
            let number = |code: &str, n| code.split([' ', ',']).nth(n).and_then(|y| y.parse::<f32>().ok());
            let [upper, lower] =
                [codes[0], codes[1]].map(|code| number(code.trim_start(), 7).expect("a place"));
            let side = number(codes[0].trim_start(), 4).expect("a side");
            let base = |line: &str| number(line.trim_start(), 4);
            let text = page.lines().filter(|line| line.contains("Song 9.0") || line.contains("Song 7.5"));
            let (count, text): (Vec<&str>, Vec<&str>) = text.partition(|line| line.contains(" 页/共"));
            let [count_x, count_y] = [3, 4].map(|n| number(count[0].trim_start(), n).expect("a place"));
            for line in text.iter().filter(|line| base(line) == Some(count_y)) {
                let words = line.trim_start().splitn(5, ' ').nth(4).unwrap_or_default();
                let em: f32 = words.chars().map(|c| if c.is_ascii() { 0.45 } else { 1.0 }).sum();
                let (size, x) = (number(line.trim_start(), 1), number(line.trim_start(), 3));
                assert!(
                    x.zip(size).is_some_and(|(x, size)| x + em * size < count_x),
                    "{words} runs into the count"
                );
            }
            let mut around: Vec<f32> = text.iter().filter_map(|line| base(line)).collect();
            around.retain(|y| *y > lower || *y < upper + side);
            around.sort_by(f32::total_cmp);
            assert!(around.iter().all(|y| *y < height - 20.0), "inside the margin:\n{page}");
            let alone = around.windows(2).all(|two| two[1] - two[0] > 10.0);
            assert!(alone, "each on a line of its own: {around:?}\n{page}");
        }
    }
}

#[test]
fn a_box_of_many_labels_goes_over_the_page() {
    let labels = ["检查项目"; 60];
    let pages = told(&slip(vec![row(vec![label(3, "检查"), blank(21, &labels, "签字")])]));
    assert_eq!(pages.matches("检查项目").count(), 60);
    let last = pages.split("page ").last().unwrap_or_default();
    assert!(last.contains("检查项目") && last.contains("签字"), "nobody signs a page of nothing:\n{last}");
}

#[test]
fn spaces_of_any_width_are_spaces_and_as_many_as_anyone_likes() {
    // Read once each: read again for every place a line could end, these would take minutes.
    let text = format!("甲{}乙\u{2009}丙\u{202f}丁", " ".repeat(MAX_TEXT_CHARS - 20));
    let pages = told(&slip(vec![row(vec![value(24, &text)]); MAX_SLIP_CHARS / MAX_TEXT_CHARS]));
    assert_eq!(pages.matches("乙 丙 丁").count(), MAX_SLIP_CHARS / MAX_TEXT_CHARS);
}

#[test]
fn what_has_no_glyph_stands_as_its_code_point() {
    let text = "笑脸😀和\u{7}铃，q\u{301}和\u{202e}倒，另有\u{323af}。";
    let missing = fonts().unshowable([text, "☑\u{a0}是\n\u{2009}否"]).expect("the faces are whole");
    assert_eq!(missing, ['\u{7}', '\u{301}', '\u{202e}', '😀', '\u{323af}']);
    let pages = told(&slip(vec![row(vec![value(24, text)])]));
    assert!(
        pages.contains("笑脸〔U+1F600〕和〔U+0007〕铃，q〔U+0301〕和〔U+202E〕倒，另有〔U+323AF〕。"),
        "{pages}"
    );
}

#[test]
fn a_long_note_takes_the_lines_it_needs_and_goes_over_the_page() {
    let note = |number: usize| format!("第{number}条备注：{}完", "已电话告知申请单位补充材料。".repeat(34));
    let mut long = slip(vec![row(vec![value(24, "")])]);
    long.history = history(6);
    for (number, row) in long.history.iter_mut().enumerate() {
        row.opinion = note(number);
    }
    let pages = layout(&long, &fonts()).expect("it lays out");
    assert!(pages.count() <= 5, "six notes of 480 characters on {} pages", pages.count());
    let told = pages.to_string().replace('\n', "");
    for number in 0..6 {
        assert!(told.contains(&format!("第{number}条备注")), "note {number} is missing");
    }
    assert_eq!(told.matches('完').count(), 6, "every note is told to its end");
}

#[test]
fn a_grid_that_does_not_close_is_refused() {
    let mut deep = value(24, "甲");
    deep.rows = 2;
    let mut crossing = value(2, "乙");
    crossing.rows = 2;
    let bad = [
        vec![row(vec![value(23, "")])],
        vec![row(vec![value(20, ""), value(5, "")])],
        vec![row(vec![deep])],
        vec![row(vec![value(0, ""), value(24, "")])],
        vec![row(vec![value(11, ""), crossing, value(11, "")]), row(vec![value(22, "")])],
    ];
    for rows in bad {
        assert_eq!(refused(&slip(rows.clone())).code(), "PAPER-GRID", "{rows:?}");
    }
    let uneven = Table { columns: vec![column("甲", 1, Align::Start)], rows: vec![vec![]], min_rows: 0 };
    assert_eq!(refused(&slip(vec![row(vec![cell(24, Filling::Table(uneven))])])).code(), "PAPER-TABLE");
}

#[test]
fn bounds_are_kept() {
    let base = || slip(vec![row(vec![value(24, "")])]);
    let over = [
        Slip { title: "题".repeat(MAX_LINE_CHARS + 1), ..base() },
        Slip { code: "Q".repeat(MAX_CODE_BYTES + 1), ..base() },
        Slip { rows: vec![row(vec![value(24, "")]); MAX_ROWS + 1], ..base() },
        Slip { history: history(MAX_HISTORY_ROWS + 1), ..base() },
        slip(vec![row(vec![value(24, &"长".repeat(MAX_TEXT_CHARS + 1))])]),
        slip(vec![row(vec![value(24, &"长".repeat(MAX_TEXT_CHARS))]); MAX_SLIP_CHARS / MAX_TEXT_CHARS + 1]),
        slip(vec![row(vec![permissions(MAX_TABLE_ROWS + 1), value(3, "")])]),
        slip(vec![tall(400, vec![value(24, "一行高过一页")]); MAX_ROWS]),
    ];
    for slip in over {
        let error = refused(&slip);
        assert_eq!(error.code(), "PAPER-TOO-LARGE", "{error}");
    }
    let full = Slip { code: "q".repeat(MAX_CODE_BYTES), ..base() };
    assert!(layout(&full, &fonts()).expect("it fits").to_string().contains("code 45 modules"));
}

#[test]
fn what_may_not_be_cut_must_fit_a_page() {
    let tall = label(3, &"一段很长的说明。".repeat(300));
    assert_eq!(refused(&slip(vec![row(vec![tall, permissions(1)])])).code(), "PAPER-TOO-TALL");
}

#[test]
fn a_long_row_of_a_table_goes_over_the_page_under_its_head() {
    let mut table = permissions(1);
    let Filling::Table(inside) = &mut table.filling else { panic!("it is a table") };
    let head = inside.columns[4].title.clone();
    inside.rows[0][4] = "一段很长的说明。".repeat(300);
    let pages = told(&slip(vec![row(vec![label(3, "明细"), table])]));
    let of_pages: Vec<&str> = pages.split("page ").skip(1).collect();
    assert!(of_pages.len() > 1, "too long for one page");
    assert!(of_pages.iter().all(|page| page.contains(&head)), "{head} is set again:\n{pages}");
}

/// The shares of the accounts in a permission request: a number of 19 digits, the longest in use, is not broken.
#[test]
fn an_account_of_19_digits_stands_on_one_line() {
    let account = "6222 0210 0112 3456 789";
    let columns = [("账户名称", 5), ("开户银行", 5), ("银行账号", 9), ("操作", 3)];
    let columns = columns.map(|(title, share)| column(title, share, Align::Start)).to_vec();
    let texts = ["样例县教育局零余额账户", "样例银行样例县支行营业部", account, "新增"];
    let accounts = Table { columns, rows: vec![texts.map(String::from).to_vec()], min_rows: 1 };
    let page = told(&slip(vec![row(vec![label(3, "银行账户"), cell(21, Filling::Table(accounts))])]));
    assert!(page.lines().any(|line| line.ends_with(account)), "{page}");
}

#[test]
fn the_faces_are_the_ones_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts");
    let check =
        Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder).output();
    let check = check.expect("coreutils are needed for this test");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    assert_eq!(String::from_utf8_lossy(&check.stdout).lines().count(), 3);
}

#[test]
fn broken_and_missing_faces_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Fonts::open(folder.path()).expect_err("nothing there");
    assert_eq!(missing.code(), "PAPER-FONT-FILE");
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts");
    for name in ["NotoSerifSC-Regular.otf", "NotoSansSC-Bold.ttf", "HanaMinB.ttf"] {
        std::fs::write(folder.path().join(name), b"not a font").expect("the folder is ours");
    }
    let broken = Fonts::open(folder.path()).expect_err("no fonts");
    assert_eq!(broken.code(), "PAPER-FONT-REFUSED");
    assert!(broken.to_string().contains("NotoSerifSC-Regular.otf"), "{broken}");
    assert!(Fonts::open(&real).is_ok());
}

#[test]
fn a_time_that_is_none_is_refused() {
    let fonts = fonts();
    let pages = layout(&visit(), &fonts).expect("it lays out");
    let created = Moment { month: 13, ..metadata().created };
    let error = write_pdf(&pages, &fonts, &Metadata { created, ..metadata() }).expect_err("no such month");
    assert_eq!(error.code(), "PAPER-TIME");
}
