//! Slips as a bureau would print them.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::expect_used, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use qianban_paper::*;

pub(crate) fn fonts() -> Fonts {
    Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts"))
        .expect("the faces are committed")
}

pub(crate) fn metadata() -> Metadata {
    Metadata {
        title: "应用系统使用申请表 <权申〔2026〕0012号> & 附件".into(),
        author: "样例县财政局信息中心".into(),
        created: Moment { year: 2026, month: 2, day: 14, hour: 9, minute: 5, second: 0, offset_minutes: 480 },
        content_id: [0x5a; 32],
    }
}

/// Where tests leave what they made, to be looked at.
pub(crate) fn made(name: &str, pdf: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, pdf).expect("the target folder is ours");
    path
}

pub(crate) fn cell(columns: u8, filling: Filling) -> Cell {
    Cell { columns, rows: 1, filling }
}

pub(crate) fn label(columns: u8, text: &str) -> Cell {
    cell(columns, Filling::Label(text.into()))
}

pub(crate) fn value(columns: u8, text: &str) -> Cell {
    aligned(columns, text, Align::Start)
}

pub(crate) fn aligned(columns: u8, text: &str, align: Align) -> Cell {
    cell(columns, Filling::Value(Value { text: text.into(), min_lines: 1, align }))
}

pub(crate) fn choice(columns: u8, options: &[(&str, bool)]) -> Cell {
    let tick = |(label, ticked): &(&str, bool)| Tick { label: (*label).into(), ticked: *ticked };
    cell(columns, Filling::Choice(options.iter().map(tick).collect()))
}

pub(crate) fn row(cells: Vec<Cell>) -> Row {
    Row { cells, min_height_mm: 8 }
}

pub(crate) fn tall(min_height_mm: u16, cells: Vec<Cell>) -> Row {
    Row { cells, min_height_mm }
}

pub(crate) fn column(title: &str, share: u8, align: Align) -> Column {
    Column { title: title.into(), share, align }
}

pub(crate) fn electronic(person: &str, deputy: Option<&str>, at: &str, short_id: &str) -> SignOff {
    SignOff::Electronic {
        person: person.into(),
        deputy: deputy.map(Into::into),
        at: at.into(),
        short_id: short_id.into(),
    }
}

pub(crate) fn record(fields: &[(&str, &str)], sign_off: SignOff, standing: Standing) -> Record {
    let field = |(label, text): &(&str, &str)| Labelled { label: (*label).into(), text: (*text).into() };
    Record { fields: fields.iter().map(field).collect(), sign_off, standing }
}

pub(crate) fn signed(columns: u8, records: Vec<Record>) -> Cell {
    cell(columns, Filling::Records(Records { records, blanks: vec![] }))
}

pub(crate) fn blank(columns: u8, labels: &[&str], signature: &str) -> Cell {
    let blank = Blank { labels: labels.iter().map(|l| (*l).into()).collect(), signature: signature.into() };
    cell(columns, Filling::Records(Records { records: vec![], blanks: vec![blank] }))
}

/// An empty slip on A4.
pub(crate) fn slip(rows: Vec<Row>) -> Slip {
    Slip {
        sheet: Sheet { paper: Paper::A4, landscape: false },
        heading: "样例县财政局".into(),
        title: "应用系统使用申请表".into(),
        number: Some("权申〔2026〕0012号".into()),
        working_number: "W-2026-0037".into(),
        rows,
        notes: vec![],
        history: vec![],
        mark: None,
        code: "QB1:9f2c41d07be55a10c3d2e4f6a7b8c9d0:3:5e7a1b2c3d4f60718293a4b5c6d7e8f9".into(),
        copy: String::new(),
        print_number: 1,
    }
}

pub(crate) const ACCOUNT: &str = "6222021001123456789";

/// A permission request of one page, signed to the end.
pub(crate) fn permission_request() -> Slip {
    let mut slip = slip(permission_rows());
    slip.notes =
        vec!["注：本表由申请人填写，经主管处室审核后交信息中心；平台服务验证通过后权限设置方告完成。".into()];
    slip.copy = "第一联　信息中心留存".into();
    slip
}

pub(crate) const REASON: &str = "因原经办人员调离，按照《财政业务网络安全管理办法》（财办〔2025〕18号）第十二条“专人专岗”的要求，申请开通预算一体化系统“单位经办”与“单位审核”两个岗位的权限，有效期自2026年2月14日起至2026年12月31日止；离岗之日由本单位书面通知信息中心收回。";

fn permission_rows() -> Vec<Row> {
    let sex = choice(5, &[("男", false), ("女", true)]);
    let request = choice(21, &[("新增用户", true), ("变更权限", true), ("停用", false), ("重置密码", false)]);
    let mut rows = vec![
        row(vec![
            label(3, "姓名"),
            value(5, "张三𪻐"),
            label(3, "性别"),
            sex,
            label(3, "职务"),
            value(5, "会计"),
        ]),
        row(vec![
            label(3, "单位名称"),
            value(13, "样例县教育局（本级）"),
            label(3, "单位编码"),
            value(5, "205001"),
        ]),
        row(vec![label(3, "联系电话"), value(5, "0000-8600 1234"), label(3, "银行账号"), value(13, ACCOUNT)]),
        row(vec![label(3, "申请事项"), request]),
        row(vec![label(3, "权限明细"), permissions(2)]),
        tall(26, vec![label(3, "申请理由"), aligned(21, REASON, Align::Paragraph)]),
    ];
    rows.extend(permission_boxes());
    rows
}

/// The table of a permission request with `count` rows.
pub(crate) fn permissions(count: usize) -> Cell {
    let columns = vec![
        column("序号", 2, Align::Center),
        column("系统名称", 6, Align::Start),
        column("岗位", 5, Align::Start),
        column("额度（元）", 4, Align::End),
        column("数据范围", 7, Align::Start),
    ];
    let kinds = [
        ["预算编制", "单位经办岗", "1,250,000.00", "本单位"],
        ["国库集中支付", "单位审核岗", "80,111.10", "本单位及所属二级单位"],
    ];
    let row = |n: usize| {
        let texts = kinds[(n + 1) % 2].map(String::from);
        std::iter::once(n.to_string()).chain(texts).collect()
    };
    cell(21, Filling::Table(Table { columns, rows: (1..=count).map(row).collect(), min_rows: 3 }))
}

fn permission_boxes() -> [Row; 4] {
    use Standing::{Effective, Void};
    let head = electronic("李四", None, "2026-02-14 09:12", "3f7a91c2");
    let void = electronic("赵六", Some("钱七"), "2026-02-14 10:30", "77b0c4de");
    let division = electronic("赵六", Some("钱七"), "2026-02-14 15:46", "a18e5520");
    let center = SignOff::Ink {
        person: "孙八".into(),
        deputy: None,
        on: "2026年2月15日".into(),
        recorded_by: "周九".into(),
        short_id: "c0ffee12".into(),
    };
    let maintainer = electronic("吴十", None, "2026-02-15 11:02", "0b64d9f3");
    let reviews = vec![
        record(&[("审核意见", "权限范围过大，请核减。")], void, Void),
        record(&[("审核意见", "已核减，同意。")], division, Effective),
    ];
    [
        tall(
            20,
            vec![
                label(3, "申请单位意见"),
                signed(21, vec![record(&[("", "情况属实，同意申请。")], head, Effective)]),
            ],
        ),
        tall(24, vec![label(3, "主管处室审核"), signed(21, reviews)]),
        tall(
            20,
            vec![
                label(3, "信息中心"),
                signed(21, vec![record(&[("办理意见", "同意分配。")], center, Effective)]),
            ],
        ),
        tall(
            20,
            vec![
                label(3, "权限分配"),
                signed(9, vec![record(&[("登录名", "zhangsan_205001")], maintainer, Effective)]),
                label(3, "平台服务验证"),
                blank(9, &["验证结果"], "验证人"),
            ],
        ),
    ]
}

/// A history of `count` events.
pub(crate) fn history(count: usize) -> Vec<HistoryRow> {
    (0..count)
        .map(|n| HistoryRow {
            at: format!("2026-02-14 {:02}:{:02}", 8 + n / 60 % 12, n % 60),
            who: ["张三𪻐（申请人）", "赵六（钱七代）主管处室审核人", "孙八（信息中心）"][n % 3].into(),
            what: ["提交", "同意 · 主管处室审核", "退回 · 信息中心"][n % 3].into(),
            opinion: ["", "已核减，同意。", "附件不全：缺少“岗位责任书”，请补充后重新提交。"][n % 3].into(),
            short_id: format!("{:08x}", 0x9e37_79b9_u32.wrapping_mul(n as u32 + 1)),
            validity: if n % 5 == 1 { "已失效" } else { "有效" }.into(),
            struck: n % 5 == 1,
        })
        .collect()
}

/// A home visit on A5, to be signed with ink.
pub(crate) fn visit() -> Slip {
    let mut visit = slip(vec![
        row(vec![
            label(4, "服务单位"),
            value(12, "样例县第一人民医院"),
            label(3, "联系人"),
            value(5, "样例·张三"),
        ]),
        row(vec![
            label(4, "服务时间"),
            value(12, "2026年2月14日 14:00—15:20"),
            label(3, "电话"),
            value(5, "10000000000"),
        ]),
        tall(
            24,
            vec![
                label(4, "问题描述"),
                aligned(20, "支付申请提交后长时间停在“待审核”，刷新后提示“会话已过期”。", Align::Paragraph),
            ],
        ),
        tall(
            24,
            vec![
                label(4, "处理过程及结果"),
                aligned(
                    20,
                    "清理浏览器缓存，重装签名控件（版本4.2.1）并指导用户重新登录；复测3笔，均正常。",
                    Align::Paragraph,
                ),
            ],
        ),
        row(vec![
            label(4, "满意程度"),
            choice(20, &[("非常满意", false), ("满意", false), ("一般", false), ("不满意", false)]),
        ]),
        tall(18, vec![label(4, "用户签字"), blank(20, &["意见"], "签字")]),
        tall(
            16,
            vec![
                label(4, "服务人员"),
                signed(
                    20,
                    vec![record(
                        &[],
                        electronic("吴十", None, "2026-02-14 15:31", "0b64d9f3"),
                        Standing::Effective,
                    )],
                ),
            ],
        ),
    ]);
    visit.sheet.paper = Paper::A5;
    visit.title = "上门服务单".into();
    visit.number = None;
    visit.print_number = 2;
    visit.copy = "第二联　用户留存".into();
    visit
}
