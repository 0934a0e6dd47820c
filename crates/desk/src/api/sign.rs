use super::{Attachment, Problem, Secret, ShownField};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is to be signed. Registry changes are signed the same way as forms.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignAction {
    /// 送签: saves the draft as a revision and submits it.
    Submit {
        /// The form or draft.
        form: String,
    },
    /// 同意: the person at the desk signs the current step with its box.
    Approve {
        /// The form.
        form: String,
        /// Step key.
        step: String,
        /// The person signed for, under a delegation.
        on_behalf: Option<String>,
    },
    /// 登记纸质签字: one sheet with one or several signatures, recorded by a registrar.
    ApproveInk {
        /// The form.
        form: String,
        /// The scanned sheet: an attachment in the form's scan slot.
        scan: String,
        /// The signatures on the sheet, in the order of the steps; at most 16.
        signatures: Vec<InkSignature>,
    },
    /// 退回
    Return {
        /// The form.
        form: String,
        /// To the drafter, or to a step.
        target: ReturnTarget,
        /// Why, 1–500 characters.
        reason: String,
    },
    /// 否决 or 作废: final.
    Reject {
        /// The form.
        form: String,
        /// Why.
        reason: String,
    },
    /// 撤回 by the submitter.
    Withdraw {
        /// The form.
        form: String,
        /// Why.
        reason: String,
    },
    /// 核准定稿
    Seal {
        /// The form.
        form: String,
    },
    /// 日清: register records that are sealed together, all or none.
    SealMany {
        /// The forms, 1–200.
        forms: Vec<String>,
    },
    /// A row of a do-table, from its draft.
    Entry {
        /// The form.
        form: String,
        /// The table.
        table: String,
        /// Stated time, `YYYY-MM-DD HH:MM` in the zone of the office or RFC 3339; now when absent.
        at: Option<String>,
        /// The row that this one corrects.
        corrects: Option<String>,
    },
    /// 办结
    Close {
        /// The form.
        form: String,
        /// Remark.
        remark: String,
    },
    /// 转交: another person may edit from now on.
    Handover {
        /// The form.
        form: String,
        /// Person id of the new editor.
        person: String,
    },
    /// 处理分叉: dismisses every leaf of a forked draft but the one to go on with.
    Resolve {
        /// The form.
        form: String,
        /// Event id of the revision to keep.
        keep: String,
    },
    /// 打印 and hand over to the printer: an Entry in the `print` table.
    Print {
        /// The form.
        form: String,
        /// Copy name as in the definition.
        copy: String,
    },
    /// 收回纸件: the signed sheet is back, scanned: an Entry in the `paper` table.
    PaperBack {
        /// The form.
        form: String,
        /// The scan.
        scan: String,
    },
    /// A new person, with roles, and a seat on this PC if a password is given.
    AddPerson {
        /// The person.
        person: super::NewPerson,
    },
    /// Roles of a person: what is new is assigned, what is gone is ended (role_end with its allow-list).
    SetRoles {
        /// The person.
        person: String,
        /// Role codes that shall hold.
        roles: Vec<String>,
    },
    /// A seat on this PC for a person who has none.
    AddSeat {
        /// The person.
        person: String,
        /// The person's own new password.
        password: Secret,
    },
    /// 登记席位 of another PC: certifies what somebody asked for there.
    CertifySeat {
        /// The request, and for whom.
        seat: NewSeat,
    },
    /// 换发席位: the only administrator certifies his own new seat after his data was restored or copied, with the key of
    /// the former one (K4, K6).
    RenewSeat,
    /// 写出摆渡包: signs the bundle that `bundle_stage` wrote.
    WriteBundle {
        /// Its name in the answer of `bundle_stage`.
        bundle: String,
    },
    /// 领用编号: a block of numbers for a seat (G7).
    LeaseNumbers {
        /// The seat.
        seat: String,
        /// Text code of the series.
        series: String,
        /// Calendar year.
        year: u16,
        /// How many numbers, 1–10,000.
        count: u32,
    },
    /// 退回编号: the unused tails of a seat's blocks.
    ReturnNumbers {
        /// The seat.
        seat: String,
        /// Text code of the series.
        series: String,
        /// Calendar year.
        year: u16,
    },
    /// 移交编号: another seat gives the numbers that nobody leases.
    MoveNumbers {
        /// The seat.
        seat: String,
    },
    /// 移交定稿机: the computer of a seat seals a ledger from now on (G6).
    MoveSeal {
        /// Code of the ledger.
        ledger: String,
        /// A seat on that computer.
        seat: String,
    },
    /// Revokes a seat with the list of accepted events (G4).
    RevokeSeat {
        /// The seat.
        seat: String,
        /// Why.
        reason: String,
    },
    /// 授权代签: one person may sign in the name of another.
    Delegate {
        /// The absent person.
        from: String,
        /// Who signs for them.
        to: String,
        /// First day, `YYYY-MM-DD`; advisory (F8).
        since: String,
        /// Last day, `YYYY-MM-DD`; advisory (F8).
        until: String,
    },
    /// 收回代签授权.
    DelegationEnd {
        /// The absent person.
        from: String,
        /// Who signed for them.
        to: String,
    },
    /// 修改设置: a setting, or a bureau's own item of the service catalogue.
    SetSetting {
        /// Its key; `catalogue.Z001` for an item.
        key: String,
        /// As typed; empty for the default again, or for no such item.
        value: String,
    },
    /// 导入工作日历: of one year, in place of the one that is known.
    ImportCalendar {
        /// Name of the file.
        name: String,
        /// Its text, at most 16 KiB.
        text: String,
    },
    /// 启用单据: an edited definition takes the place of the one it was made from.
    ActivateDesign {
        /// Digest of the definition that it changes.
        base: String,
        /// The edited tree, as `design_check` judged it.
        tree: String,
    },
    /// 启用单据: definitions that came with the program are taken into use.
    TakeUpDefinitions {
        /// Their digests.
        definitions: Vec<String>,
    },
    /// 年度结转: a year is closed, what is not finished goes on by name.
    CloseYear {
        /// The year, before the current one.
        year: u16,
    },
    /// 裁定分歧: two registry entries have one number, and who keeps the root keys says which goes on (G2).
    SettleFork {
        /// Hash of the entry, as `findings` names it.
        version: String,
    },
    /// A new unit.
    AddUnit {
        /// Its name.
        name: String,
    },
}

/// A seat that was asked for on another PC.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NewSeat {
    /// The text of the request.
    pub request: String,
    /// A person of the registry; whoever asks becomes one when absent.
    pub person: Option<String>,
    /// Name of the new person's unit; empty for the bureau itself.
    pub unit: String,
    /// Role codes of the new person.
    pub roles: Vec<String>,
    /// Whether the new person is another system, an outside service desk, and nobody.
    pub system: bool,
}

/// One signature on a sheet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InkSignature {
    /// Step key.
    pub step: String,
    /// Person id of the signer, or
    pub signer: Option<String>,
    /// the written name of someone outside the registry.
    pub outsider: Option<String>,
}

/// Where a form goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ReturnTarget {
    /// 退回起草人
    Drafter,
    /// 退回某一步
    Step {
        /// Step key.
        step: String,
    },
}

/// `sign_prepare`: checks the action and says exactly what would be signed. Nothing is signed yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignPrepare {
    /// The action.
    pub action: SignAction,
}

/// The answer of `sign_prepare` and `sign_show`: what the sign dialog shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignSheet {
    /// Names the prepared request; valid for 10 minutes, for one signing, for the person at the desk.
    pub request: String,
    /// What is being done, for example 「同意 · 主管处室审核」.
    pub action: String,
    /// Title of the form, or of the registry change.
    pub title: String,
    /// Number or working number.
    pub number: String,
    /// Who signs.
    pub signer: String,
    /// The key fields and the fields of the box that is signed.
    pub fields: Vec<ShownField>,
    /// The attachments that are covered.
    pub attachments: Vec<Attachment>,
    /// 核对码: a digest of all that is signed, in groups of four; `sign_confirm` gives it back (C4).
    pub digest: String,
    /// Digest of the form's content, in groups of four; empty for changes of the registry.
    pub content: String,
    /// Definition title and version.
    pub definition: String,
    /// How many events the password will sign; each is listed in `events`.
    pub events: Vec<String>,
    /// Controls that fall, or may fall, with what is signed; in Chinese.
    pub weakened: Vec<String>,
    /// Things to know that do not forbid signing (late entry, note demanded later …).
    pub warnings: Vec<Problem>,
}

/// `sign_show` and `sign_cancel`: the sign dialog names its request.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignRef {
    /// The prepared request.
    pub request: String,
}

/// `sign_confirm`: the password that signs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignConfirm {
    /// The prepared request.
    pub request: String,
    /// The digest that the dialog showed; signing is refused when it is not that of the bytes (C4).
    pub digest: String,
    /// The signer's password.
    pub password: Secret,
}

/// What was signed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Signed {
    /// The form, with its final id; absent for registry changes.
    pub form: Option<String>,
    /// The number, where one was given.
    pub number: Option<String>,
    /// The ids of the signed events or registry entries.
    pub events: Vec<String>,
    /// What happened, in Chinese.
    pub message: String,
}

/// `sign_status`: how a prepared request ended, for the window that waits for the dialog.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignStatus {
    /// The dialog is open.
    Waiting,
    /// Signed.
    Done {
        /// The result.
        signed: Signed,
    },
    /// Cancelled or expired.
    Gone,
}
