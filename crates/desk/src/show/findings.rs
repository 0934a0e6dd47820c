//! Audit results in plain words.

use qianban_journal::{EventId, Finding, FormLog, FormView, Kind, Registry, Seat};

use crate::api::FindingView;
use crate::{Code, names};

/// A finding over many forms: whose seat it is about is said too.
pub(crate) fn of_registry(registry: Registry<'_>, finding: &Finding) -> FindingView {
    let view = of(finding);
    let (Finding::LogGap { seat, .. } | Finding::LogFork { seat, .. }) = finding else { return view };
    let Some(Seat { certificate, code }) = registry.seat(*seat) else { return view };
    let owner = format!("{} 的 {code} 号席位", names::person(registry, certificate.person));
    FindingView { message: view.message.replace("一个席位", &owner), ..view }
}

/// A finding that follows from the events.
pub(crate) fn of(finding: &Finding) -> FindingView {
    let message = match finding {
        Finding::LogGap { first, last, .. } if first == last => {
            format!("有一个席位的第 {first} 条操作没有收到，请与该电脑交换一次数据。")
        }
        Finding::LogGap { first, last, .. } => {
            format!("有一个席位的第 {first} 至 {last} 条操作没有收到，请与该电脑交换一次数据。")
        }
        Finding::LogFork { n, .. } => {
            format!("有一个席位的第 {n} 条操作出现了两份：该电脑可能被复制或恢复过，请吊销该席位，重新登记。")
        }
        Finding::ClockBefore { .. } => {
            "有一次操作的本机时间早于它所依据的操作，请核对该电脑的时钟。".to_owned()
        }
        Finding::ClockAhead { .. } => "有一次操作的本机时间超前一天以上，请核对该电脑的时钟。".to_owned(),
        Finding::OutsideDelegation { .. } => "有一次代签不在授权的日期内，请审计员核对。".to_owned(),
        Finding::SealDespiteReturn { .. } => {
            "定稿以前，退回意见已经送达定稿的电脑，仍然定了稿；请审计员核对。".to_owned()
        }
        Finding::EndpointForked { .. } => "交换端对同一进度给出了两种记录，请联系其管理员核对。".to_owned(),
        Finding::EndpointWentBack { from, to, .. } => {
            format!("交换端的记录由 {from} 条退为 {to} 条，请联系其管理员核对。")
        }
        Finding::RegistryFork { number, .. } => {
            format!("名册第 {number} 号出现两份，名册停在此前；须由保管的根密钥裁定。")
        }
        Finding::DoubleSeal { .. } => "这张单据被定稿两次，请审计员核对。".to_owned(),
        Finding::Objection { .. } => "定稿以后收到退回意见；如需更正，请另填更正单。".to_owned(),
        Finding::Tainted { entry, .. } => {
            format!("定稿所依据的一次签名，后来被名册第 {entry} 条记录终止；定稿仍然有效，请审计员核对。")
        }
        Finding::SeveralRounds { .. } => "同时有几轮送签未退回，请退回多余的。".to_owned(),
        Finding::PlanDiffers { .. } => "签批步骤与内容不符，请退回起草人重新送签。".to_owned(),
        Finding::StatusFell { .. } => "单据状态后退过，请已签的人留意。".to_owned(),
        Finding::TwoNumbers { numbers } => {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            format!("一张单据有几个编号：{}。", numbers.join("、"))
        }
        Finding::OutsideLease { .. } => "有一次编号不在领用的号段内，该操作无效。".to_owned(),
        Finding::SharedNumber { number, .. } => format!("编号 {number} 用在了几张单据上。"),
        Finding::NumberHole { first, last } => format!("编号有空缺：{first} 至 {last}。"),
        Finding::GateUnmet { code, .. } if *code == Code::EntryTime.as_str() => {
            "有一条登记所填的时间不可能：晚于记录、早于定稿或者过早，请审计员核对。".to_owned()
        }
        Finding::GateUnmet { code, .. } => format!("有一次签名时条件未满足({code})。"),
        Finding::SameActor { .. } => "同一个人签了须由不同的人签的两步。".to_owned(),
        Finding::RecordedBySealer { .. } => "全部签字都由定稿人登记，请审计员核对纸件。".to_owned(),
    };
    FindingView { code: finding.code().to_owned(), message }
}

/// Whether a fall of the status (F9) is more than an ordinary return: one whose author knew of every sign-off that it
/// took back is told by the history.
pub(crate) fn is_surprising(log: &FormLog, view: &FormView, finding: &Finding) -> bool {
    let Finding::StatusFell { causes, .. } = finding else { return true };
    let knew_all = |cause: EventId| {
        let returned = log.event(cause).filter(|event| event.kind() == Kind::Return);
        let round = returned.and_then(|event| view.round(event.round?));
        round.is_some_and(|round| {
            let mut counted = round.approves.iter().filter(|approve| approve.effective);
            counted.all(|approve| log.is_in_past(approve.id, cause))
        })
    };
    !causes.iter().any(|cause| knew_all(*cause))
}
