//! What the forms of the bench say: as many Chinese characters, names, accounts and numbers as an office's forms do.

use std::collections::BTreeMap;

use qianban_journal::{Digest, FormLog, FormView, Item, Registry, Snapshot};
use qianban_store::{Index, Indexed, Sources};

/// Units that forms are about.
pub(crate) const UNITS: [&str; 16] = [
    "样例县教育局",
    "样例县卫生健康局",
    "样例县民政局",
    "样例县水利局",
    "样例县农业农村局",
    "样例县交通运输局",
    "样例县文化广电和旅游局",
    "样例县自然资源局",
    "样例县人力资源和社会保障局",
    "样例县住房和城乡建设局",
    "样例县第一人民医院",
    "样例县第一中学",
    "样例县公安局",
    "样例县审计局",
    "样例县统计局",
    "样例县林业局",
];
const SURNAMES: [&str; 20] = [
    "张", "李", "王", "赵", "钱", "孙", "周", "吴", "郑", "冯", "陈", "褚", "卫", "蒋", "沈", "韩", "杨",
    "朱", "秦", "尤",
];
const GIVEN: [&str; 50] = [
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千", "甲", "乙", "丙", "丁", "戊",
    "己", "庚", "辛", "壬", "癸", "子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥",
    "甲子", "乙丑", "丙寅", "丁卯", "戊辰", "己巳", "庚午", "辛未", "壬申", "癸酉", "甲戌", "乙亥", "丙子",
    "丁丑", "戊寅", "己卯",
];
const SYSTEMS: [&str; 8] = [
    "预算一体化系统",
    "国库集中支付系统",
    "政府采购管理系统",
    "非税收入管理系统",
    "资产管理信息系统",
    "债务监测平台",
    "工资统发系统",
    "财务核算云平台",
];
const REASONS: [&str; 6] = [
    "因原经办人员调离，按照“专人专岗”的要求，申请开通单位经办岗权限。",
    "新录用人员到岗，负责本单位部门预算编制与执行，申请新增用户。",
    "岗位调整，需增加单位审核岗权限，原经办岗权限同时停用。",
    "年度决算工作需要，申请临时开通数据查询与导出权限，期限三个月。",
    "会计人员产假期间由同事代为经办，申请变更授权范围。",
    "机构改革后单位编码变更，申请将原用户转入新单位。",
];

/// The words of one form, chosen by its number.
#[derive(Clone, Copy)]
pub(crate) struct Words(u32);

impl Words {
    pub(crate) fn of(number: u32) -> Self {
        Self(number)
    }

    /// A number below `below` that differs from form to form and from `salt` to `salt`.
    fn pick(self, salt: u32, below: usize) -> usize {
        let mixed = (u64::from(self.0) * 2_654_435_761 + u64::from(salt)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 33) as usize % below
    }

    fn person(self, salt: u32) -> String {
        format!("{}{}", SURNAMES[self.pick(salt, 20)], GIVEN[self.pick(salt + 1, 50)])
    }

    /// Nineteen digits.
    fn account(self) -> String {
        format!("6222021001{:09}", self.pick(9, 1_000_000_000))
    }
}

/// The canonical bytes of a form's content, about 1 KB.
pub(crate) fn snapshot(def: Digest, words: Words) -> Vec<u8> {
    let text = |text: &str| Item::Text(text.to_owned());
    let system = SYSTEMS[words.pick(3, 8)];
    let right =
        |n: u32| Item::List(vec![text(system), text("单位经办岗"), Item::Int(i64::from(n) * 125_000_000)]);
    let fields = [
        ("account", text(&words.account())),
        ("applicant", text(&words.person(1))),
        ("apply_date", text("2026-02-14")),
        ("category", text("新增用户")),
        ("contact", text(&words.person(5))),
        ("duty", text("会计")),
        ("phone", text(&format!("0000-86{:06}", words.pick(7, 1_000_000)))),
        ("reason", text(REASONS[words.pick(4, 6)])),
        ("rights", Item::List((1..=3).map(right).collect())),
        ("system", text(system)),
    ];
    let fields: BTreeMap<String, Item> =
        fields.into_iter().map(|(key, item)| (key.to_owned(), item)).collect();
    Snapshot { def, fields, attachments: vec![], links: vec![] }.encode()
}

/// The canonical bytes of a step's or table's box.
pub(crate) fn boxed(def: Digest, opinion: &str) -> Vec<u8> {
    let fields = BTreeMap::from([("opinion".to_owned(), Item::Text(opinion.to_owned()))]);
    Snapshot { def, fields, attachments: vec![], links: vec![] }.encode()
}

/// Lists a form by applicant, system and category, and finds it by every text of its content.
pub(crate) struct Listed;

impl Index for Listed {
    fn index(&self, _: &FormLog, view: &FormView, _: Registry<'_>, blobs: &dyn Sources) -> Indexed {
        let bytes = view.content.and_then(|digest| blobs.blob(digest));
        let Some(snapshot) = bytes.and_then(|bytes| Snapshot::decode(&bytes).ok()) else {
            return Indexed::default();
        };
        let texts = || {
            snapshot.fields.iter().filter_map(|(key, item)| match item {
                Item::Text(text) => Some((key.as_str(), text.as_str())),
                _ => None,
            })
        };
        let shown = texts().filter(|(key, _)| matches!(*key, "applicant" | "system" | "category"));
        Indexed {
            title: "应用系统使用申请表".into(),
            summary: shown.map(|(_, text)| text).collect::<Vec<_>>().join(" · "),
            text: texts().map(|(_, text)| text.to_owned()).collect(),
            ..Indexed::default()
        }
    }
}
