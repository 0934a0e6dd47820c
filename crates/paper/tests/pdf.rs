//! The files themselves, read by other programs: poppler, qpdf, and our own parser.
#![expect(clippy::expect_used, reason = "a test may stop")]

mod sample;

use std::path::Path;
use std::process::Command;

use qianban_paper::*;
use sample::*;

fn pdf(slip: &Slip) -> Vec<u8> {
    let fonts = fonts();
    write_pdf(&layout(slip, &fonts).expect("it lays out"), &fonts, &metadata()).expect("it writes")
}

/// What a program of the machine prints about a file. `cargo xtask test` installs poppler and qpdf.
fn told(program: &str, arguments: &[&str], file: &Path, after: &[&str]) -> String {
    let output = Command::new(program).args(arguments).arg(file).args(after).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The text of pages `first` to `last`, in the order of the file.
fn text(file: &Path, first: usize, last: usize) -> String {
    let (first, last) = (first.to_string(), last.to_string());
    told("pdftotext", &["-raw", "-f", &first, "-l", &last], file, &["-"])
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_field_comes_back_verbatim() {
    let file = made("request.pdf", &pdf(&permission_request()));
    let text = text(&file, 1, 1);
    let lines = [
        "样例县财政局",
        "应用系统使用申请表",
        "编号：权申〔2026〕0012号",
        "工作号：W-2026-0037",
        "姓名 张三𪻐 性别 ☐ 男 ☑ 女 职务 会计",
        "单位名称 样例县教育局（本级） 单位编码 205001",
        "联系电话 0000-8600 1234 银行账号 6222021001123456789",
        "申请事项 ☑ 新增用户 ☑ 变更权限 ☐ 停用 ☐ 重置密码",
        "2 国库集中支付 单位审核岗 80,111.10 本单位及所属二级单位",
        "情况属实，同意申请。\n李四 · 2026-02-14 09:12 · 电子签名 3f7a91c2",
        "赵六（钱七代） · 2026-02-14 10:30 · 电子签名 77b0c4de 已失效",
        "纸质签字：孙八 · 2026年2月15日 · 周九登记 c0ffee12",
        "验证结果：\n验证人：\n年 月 日",
        "第一联 信息中心留存",
        "第 1 页/共 1 页",
    ];
    for line in lines {
        assert!(text.contains(line), "{line:?} is not in:\n{text}");
    }
    assert!(without_space(&text).contains(REASON), "a text over several lines is all there:\n{text}");
}

#[test]
fn the_file_is_small_clean_and_has_only_subsets() {
    let mut slip = permission_request();
    let one_page = made("size.pdf", &pdf(&slip));
    let bytes = std::fs::metadata(&one_page).expect("it was written").len();
    assert!(bytes < 200_000, "a face is embedded whole: {bytes} bytes");
    slip.history = history(30);
    let file = made("clean.pdf", &pdf(&slip));
    let check = told("qpdf", &["--check"], &file, &[]);
    assert!(check.contains("No syntax or stream encoding errors found"), "{check}");
    let fonts = told("pdffonts", &[], &file, &[]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 3, "Song, Hei and the face of rare characters:\n{fonts}");
    for row in rows {
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(
            words[words.len() - 5..words.len() - 2],
            ["yes", "yes", "yes"],
            "embedded, subset, unicode: {row}"
        );
    }
}

#[test]
fn the_same_slip_gives_the_same_bytes_and_another_does_not() {
    let slip = permission_request();
    let first = pdf(&slip);
    assert!(first == pdf(&slip), "the same slip, the same bytes");
    let ids = |bytes: &[u8]| {
        let document = lopdf::Document::load_mem(bytes).expect("it parses");
        let id = document.trailer.get(b"ID").and_then(lopdf::Object::as_array).expect("two ids").clone();
        let fonts =
            document.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"BaseFont").ok());
        let mut names: Vec<_> = fonts.filter_map(|name| name.as_name().ok()).map(<[u8]>::to_vec).collect();
        names.sort();
        (id, names)
    };
    let copy = pdf(&Slip { copy: "第三联　回执".into(), ..slip.clone() });
    let (first, copy) = (ids(&first), ids(&copy));
    assert_eq!(first.0[0], copy.0[0], "copies of one content share the permanent id");
    assert_ne!(first.0[1], copy.0[1], "and are two files");
    assert_ne!(first.1, copy.1, "subsets of different glyphs have different names");
}

#[test]
fn a_long_table_breaks_between_rows_under_a_repeated_head() {
    let mut slip = permission_request();
    slip.rows[4].cells[1] = permissions(40);
    let file = made("long.pdf", &pdf(&slip));
    let pages: Vec<String> = (1..=2).map(|page| text(&file, page, page)).collect();
    for page in &pages {
        assert!(
            page.contains("序号 系统名称 岗位 额度（元） 数据范围"),
            "the head is on every page:\n{page}"
        );
        assert!(page.contains("权限明细"), "and the label:\n{page}");
    }
    let row = |n: usize| match n % 2 {
        0 => format!("\n{n} 国库集中支付 单位审核岗 80,111.10 本单位及所属二级单位\n"),
        _ => format!("\n{n} 预算编制 单位经办岗 1,250,000.00 本单位\n"),
    };
    let on: Vec<usize> =
        (1..=40).map(|n| pages.iter().position(|page| page.contains(&row(n))).expect("whole")).collect();
    assert!(on.is_sorted() && on[0] == 0 && on[39] == 1, "rows in order, none cut: {on:?}");
    assert!(pages[1].contains("应用系统使用申请表（续）"));
}

#[test]
fn rare_characters_are_drawn_and_read_back() {
    let names = "㛃䶮𬭎𠮷𪻐𰻝";
    let slip = slip(vec![row(vec![label(3, "姓名"), value(21, names)])]);
    let file = made("rare.pdf", &pdf(&slip));
    assert!(text(&file, 1, 1).contains(names));
}

#[test]
fn an_option_is_not_parted_at_the_end_of_a_line() {
    let options = [("常驻现场", true), ("定期现场", false), ("临时现场", false), ("远程服务", false)];
    let slip = slip(vec![row(vec![label(3, "方式"), choice(9, &options), value(12, "")])]);
    let text = text(&made("options.pdf", &pdf(&slip)), 1, 1);
    for (option, _) in options {
        assert!(text.contains(option), "{option} is parted:\n{text}");
    }
}

#[test]
fn squeezed_marks_read_as_they_were_written() {
    let words = "停在“待审核”，提示“会话已过期”（代码未知）。《说明》、『甲』；完";
    let slip = slip(vec![row(vec![value(24, words)])]);
    let text = text(&made("marks.pdf", &pdf(&slip)), 1, 1);
    assert!(text.contains(words), "{text}");
}

#[test]
fn characters_drawn_alike_read_as_the_everyday_one() {
    let slip = slip(vec![row(vec![value(12, "⼈大"), value(12, "人大代表")])]);
    let text = text(&made("alike.pdf", &pdf(&slip)), 1, 1);
    assert!(text.contains("人大 人大代表"), "the radical U+2F08 is drawn as, and read as, U+4EBA:\n{text}");
}

#[test]
fn the_history_tells_every_event_on_pages_of_its_own() {
    let mut slip = permission_request();
    slip.history = history(30);
    slip.mark = Some("作废".into());
    slip.print_number = 3;
    let file = made("history.pdf", &pdf(&slip));
    let first = text(&file, 1, 1);
    assert!(
        first.contains("第 1 页/共 3 页") && first.contains("第 3 次打印") && first.contains("作废"),
        "{first}"
    );
    let pages = text(&file, 2, 3);
    assert!(pages.contains("签批历程"));
    assert_eq!(
        pages.matches("序号 时间 办理人 事项 意见 签名编号 效力").count(),
        2,
        "the head is repeated:\n{pages}"
    );
    for event in &slip.history {
        assert!(pages.contains(&event.short_id), "{} is missing:\n{pages}", event.short_id);
    }
    assert_eq!(pages.matches("已失效").count(), 6);
}

#[test]
fn the_file_is_made_to_pdf_a_2b() {
    let bytes = pdf(&permission_request());
    let document = lopdf::Document::load_mem(&bytes).expect("it parses");
    assert!(
        bytes.starts_with(b"%PDF-1.7\n%") && bytes[10..14].iter().all(|byte| *byte >= 128),
        "version and binary mark"
    );
    let catalog = document.catalog().expect("a catalog");
    let metadata = catalog.get(b"Metadata").and_then(lopdf::Object::as_reference).expect("XMP");
    let xmp = document.get_object(metadata).and_then(lopdf::Object::as_stream).expect("a stream");
    let words = String::from_utf8(xmp.content.clone()).expect("plain, not compressed");
    for part in [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>B<",
        "&lt;权申〔2026〕0012号&gt; &amp; 附件",
        "2026-02-14T09:05:00+08:00",
    ] {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    let intent =
        catalog.get(b"OutputIntents").and_then(lopdf::Object::as_array).expect("an intent")[0].as_dict();
    let profile =
        intent.and_then(|intent| intent.get(b"DestOutputProfile")).and_then(lopdf::Object::as_reference);
    let profile = document
        .get_object(profile.expect("a profile"))
        .and_then(lopdf::Object::as_stream)
        .expect("a stream");
    assert_eq!(&profile.content[36..40], b"acsp", "an ICC profile");
    let file = made("archive.pdf", &bytes);
    let info = told("pdfinfo", &["-isodates"], &file, &[]);
    assert!(info.contains("应用系统使用申请表 <权申〔2026〕0012号> & 附件"), "{info}");
    assert!(info.contains("CreationDate:    2026-02-14T09:05:00+08"), "{info}");
    for object in document.objects.values().filter_map(|object| object.as_dict().ok()) {
        let subtype = object.get(b"Subtype").and_then(lopdf::Object::as_name).unwrap_or_default();
        assert!(subtype != b"Type3" && !object.has(b"GTS_PDFXVersion"), "{object:?}");
    }
}

#[test]
fn two_corners_of_every_page_hold_the_code() {
    let mut slip = permission_request();
    slip.history = history(3);
    let file = made("codes.pdf", &pdf(&slip));
    let code = qrcodegen::QrCode::encode_text(&slip.code, qrcodegen::QrCodeEcc::Medium).expect("it fits");
    for page in ["1", "2"] {
        let picture =
            Command::new("pdftoppm").args(["-r", "254", "-gray", "-f", page, "-l", page]).arg(&file).output();
        let picture = picture.expect("poppler is needed for this test").stdout;
        // Ten pixels a millimetre.
        let (width, height) = (2101, 2971);
        let head = format!(
            "P5
{width} {height}
255
"
        );
        let grey = picture.strip_prefix(head.as_bytes()).expect("a grey picture");
        for (left, top) in [(210 - 20 - 20, 13), (20, 297 - 12 - 20)] {
            let module = 200.0 / f64::from(code.size());
            for (x, y) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))) {
                let at =
                    |edge: i32, n: i32| (f64::from(edge) * 10.0 + (f64::from(n) + 0.5) * module) as usize;
                let dark = grey[at(top, y) * width + at(left, x)] < 128;
                assert_eq!(dark, code.get_module(x, y), "module {x},{y} of page {page} at {left},{top}");
            }
        }
    }
}

#[test]
fn a_small_sheet_holds_a_visit() {
    let file = made("visit.pdf", &pdf(&visit()));
    let info = told("pdfinfo", &[], &file, &[]);
    assert!(info.contains("Pages:           1") && info.contains("419.528 x 595.276 pts"), "{info}");
    let text = text(&file, 1, 1);
    assert!(text.contains("联系人 样例·张三") && text.contains("签字： 年 月 日"), "{text}");
    assert!(text.contains("第二联 用户留存 第 2 次打印"), "{text}");
}

#[test]
fn copies_in_one_file_keep_their_own_page_numbers() {
    let fonts = fonts();
    let copies = ["第一联　存根", "第二联　回执"].map(|copy| {
        let slip = Slip { copy: copy.into(), history: history(2), ..permission_request() };
        layout(&slip, &fonts).expect("it lays out")
    });
    let joined = Pages::join(copies.to_vec()).expect("four pages");
    let file = made("copies.pdf", &write_pdf(&joined, &fonts, &metadata()).expect("it writes"));
    let text = text(&file, 3, 4);
    assert!(
        text.contains("第二联 回执") && text.contains("第 1 页/共 2 页") && text.contains("第 2 页/共 2 页"),
        "{text}"
    );
    let many = Pages::join(vec![joined; MAX_PAGES / 4 + 1]);
    assert_eq!(many.expect_err("too many").code(), "PAPER-TOO-LARGE");
}
