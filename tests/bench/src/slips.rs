//! (c) Slips a second: layout and PDF of a permission request with its sign-offs and its history.

use std::path::Path;

use qianban_paper::{
    Align, Cell, Column, Filling, Fonts, HistoryRow, Labelled, Metadata, Moment, Paper, Record, Records, Row,
    Sheet, SignOff, Slip, Standing, Table, Tick, Value, layout, write_pdf,
};

use crate::measure::{Failed, Times, per_second};

const ROUNDS: usize = 100;

/// Lines of the report.
pub(crate) fn run(root: &Path) -> Result<Vec<String>, Failed> {
    let fonts = Fonts::open(&root.join("assets/fonts"))?;
    let (slip, metadata) = (permission_request(), metadata());
    let (mut both, mut laid) = (Times::default(), Times::default());
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        bytes = both.take(|| Ok(write_pdf(&layout(&slip, &fonts)?, &fonts, &metadata)?.len()))?;
        laid.take(|| Ok(layout(&slip, &fonts)?))?;
    }
    let median = |times: &Times| times.within_ms(0.5);
    Ok(vec![
        format!("| one slip of {} KB, median of {ROUNDS} rounds | ms | per second |", bytes / 1024),
        "|---|---|---|".to_owned(),
        format!("| layout and PDF | {:.2} | **{:.1}** |", median(&both), per_second(&both, 1)),
        format!("| layout alone | {:.2} | {:.1} |", median(&laid), per_second(&laid, 1)),
    ])
}

fn metadata() -> Metadata {
    Metadata {
        title: "应用系统使用申请表 权申〔2026〕第0012号".into(),
        author: "样例县财政局信息中心".into(),
        created: Moment { year: 2026, month: 2, day: 14, hour: 9, minute: 5, second: 0, offset_minutes: 480 },
        content_id: [0x5a; 32],
    }
}

fn permission_request() -> Slip {
    let mut rows = vec![
        row(8, vec![label("姓名"), value(9, "李四"), label("职务"), value(9, "会计")]),
        row(
            8,
            vec![label("单位名称"), value(9, "样例县教育局（本级）"), label("单位编码"), value(9, "205001")],
        ),
        row(
            8,
            vec![
                label("联系电话"),
                value(9, "0571-8600 1234"),
                label("银行账号"),
                value(9, "6222021001123456789"),
            ],
        ),
        row(8, vec![label("申请事项"), choice()]),
        row(8, vec![label("权限明细"), permissions()]),
        row(26, vec![label("申请理由"), reason()]),
    ];
    let steps = [
        ("申请单位意见", "情况属实，同意申请。", "王五"),
        ("主管处室审核", "已核减，同意。", "赵六"),
        ("信息中心意见", "同意分配。", "孙八"),
        ("权限分配", "登录名 wangjun_205001，已分配单位经办岗、单位审核岗。", "钱七"),
        ("平台服务验证", "登录正常，权限与申请一致。", "李四"),
    ];
    rows.extend(steps.map(|(title, opinion, person)| row(20, vec![label(title), signed(opinion, person)])));
    Slip {
        sheet: Sheet { paper: Paper::A4, landscape: false },
        heading: "样例县财政局".into(),
        title: "应用系统使用申请表".into(),
        number: Some("权申〔2026〕第0012号".into()),
        working_number: "01-37".into(),
        rows,
        notes: vec![
            "注：本表由申请人填写，经主管处室审核后交信息中心；平台服务验证通过后权限设置方告完成。".into(),
        ],
        history: (0..9).map(event).collect(),
        mark: None,
        code: "QB1:9f2c41d07be55a10c3d2e4f6a7b8c9d0:3:5e7a1b2c3d4f60718293a4b5c6d7e8f9".into(),
        copy: "第一联　信息中心留存".into(),
        print_number: 1,
    }
}

fn row(min_height_mm: u16, cells: Vec<Cell>) -> Row {
    Row { cells, min_height_mm }
}

fn cell(columns: u8, filling: Filling) -> Cell {
    Cell { columns, rows: 1, filling }
}

fn label(text: &str) -> Cell {
    cell(3, Filling::Label(text.into()))
}

fn value(columns: u8, text: &str) -> Cell {
    cell(columns, Filling::Value(Value { text: text.into(), min_lines: 1, align: Align::Start }))
}

fn reason() -> Cell {
    let text = "因原经办人员调离，按照《财政业务网络安全管理办法》第十二条“专人专岗”的要求，申请开通预算一体化系统\
        “单位经办”与“单位审核”两个岗位的权限，有效期自2026年2月14日起至2026年12月31日止；离岗之日由本单位书面通知\
        信息中心收回。";
    cell(21, Filling::Value(Value { text: text.into(), min_lines: 3, align: Align::Paragraph }))
}

fn choice() -> Cell {
    let options = [("新增用户", true), ("变更权限", true), ("停用", false), ("重置密码", false)];
    cell(21, Filling::Choice(options.map(|(label, ticked)| Tick { label: label.into(), ticked }).into()))
}

fn permissions() -> Cell {
    let column = |title: &str, share, align| Column { title: title.into(), share, align };
    let columns = vec![
        column("系统名称", 6, Align::Start),
        column("岗位", 5, Align::Start),
        column("额度（元）", 4, Align::End),
        column("数据范围", 7, Align::Start),
    ];
    let rows = [
        ["预算编制", "单位经办岗", "1,250,000.00", "本单位"],
        ["国库集中支付", "单位审核岗", "80,111.10", "本单位及所属二级单位"],
    ];
    let rows = rows.map(|row| row.map(str::to_owned).to_vec()).into();
    cell(21, Filling::Table(Table { columns, rows, min_rows: 3 }))
}

fn signed(opinion: &str, person: &str) -> Cell {
    let sign_off = SignOff::Electronic {
        person: person.into(),
        deputy: None,
        at: "2026-02-14 15:46".into(),
        short_id: "a18e5520".into(),
    };
    let fields = vec![Labelled { label: "意见".into(), text: opinion.into() }];
    let records = vec![Record { fields, sign_off, standing: Standing::Effective }];
    cell(21, Filling::Records(Records { records, blanks: vec![] }))
}

fn event(n: u32) -> HistoryRow {
    HistoryRow {
        at: format!("2026-02-14 {:02}:15", 8 + n),
        who: ["李四（申请人）", "赵六（主管处室审核人）", "孙八（信息中心）"][n as usize % 3].into(),
        what: ["提交", "同意 · 主管处室审核", "退回 · 信息中心"][n as usize % 3].into(),
        opinion: ["", "已核减，同意。", "附件不全：缺少“岗位责任书”，请补充后重新提交。"][n as usize % 3]
            .into(),
        short_id: format!("{:08x}", 0x9e37_79b9_u32.wrapping_mul(n + 1)),
        validity: "有效".into(),
        struck: false,
    }
}
