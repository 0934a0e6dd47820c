//! Why an event is not admitted, or has no effect. One variant per clause of a rule.

use thiserror::Error;

/// Why an event can never be part of a form (A3, A4, A6, limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum Rejected {
    /// A3: `prev` is not among the cites.
    #[error("A3: prev is not cited")]
    PrevNotCited,
    /// A3: `round`, `rev` or a carried approve is not in the past.
    #[error("A3: it names an event that is not in its past")]
    NotInPast,
    /// A3: an Entry is cited by something that is not an Entry.
    #[error("A3: only entries cite entries")]
    EntryCited,
    /// A3: `basis` names something that is not an Entry.
    #[error("A3: the basis names no entry")]
    BasisNotEntry,
    /// A3: `supersedes` is not an Entry of the same table and row in the past.
    #[error("A3: it corrects no entry of the same table and row")]
    SupersedesOther,
    /// A4: it belongs to another form or workspace, or its Create is not in its past.
    #[error("A4: it belongs to another form")]
    OtherForm,
    /// A6: its epoch is older than that of an event it cites.
    #[error("A6: its epoch is older than what it cites")]
    EpochOlder,
    /// The form has 2,000 events.
    #[error("the form is full")]
    FormFull,
    /// A8: it cites events that are not here. Only a draft is told so; a received event is pending.
    #[error("A8: events that it cites are not here")]
    Missing,
    /// A5: its epoch is not on our chain. Only a draft is told so; a received event is pending.
    #[error("A5: its registry entry is not here")]
    UnknownEpoch,
}

impl Rejected {
    /// The stable code, such as `A6-EPOCH`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PrevNotCited => "A3-PREV",
            Self::NotInPast => "A3-PAST",
            Self::EntryCited => "A3-ENTRY-CITED",
            Self::BasisNotEntry => "A3-BASIS",
            Self::SupersedesOther => "A3-SUPERSEDES",
            Self::OtherForm => "A4-FORM",
            Self::EpochOlder => "A6-EPOCH",
            Self::FormFull => "A-FORM-FULL",
            Self::Missing => "A8-MISSING",
            Self::UnknownEpoch => "A5-EPOCH",
        }
    }
}

macro_rules! illegal {
    ($($variant:ident $code:literal $text:literal,)*) => {
        /// Why an event is illegal (L). An illegal event is kept and forwarded, and has no effect.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
        pub enum Illegal {
            $(
                #[doc = $text]
                #[error($text)]
                $variant,
            )*
            /// It would not even be admitted; only a draft is told so.
            #[error("{0}")]
            Inadmissible(Rejected),
        }

        impl Illegal {
            /// The stable code, such as `L4-BARRED`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Inadmissible(rejected) => rejected.code(),
                }
            }
        }
    };
}

illegal! {
    NoDelegation "L1-DELEGATION" "L1: there is no such delegation in force",
    OnBehalfInk "L1-ON-BEHALF-INK" "L1: nobody signs on paper on behalf of another",
    NoPolicy "L2-POLICY" "L2: the definition has never been activated",
    DefinitionRetired "L2-RETIRED" "L2: the definition is not active",
    OtherLedger "L2-LEDGER" "L2: the definition belongs to another ledger",
    CreateRole "L2-CREATE-ROLE" "L2: no role that may create this form",
    PrevNotRevision "L2-PREV" "L2: the parent is no legal revision",
    NotEditor "L2-EDITOR" "L2: not an editor of this form",
    EditRole "L2-EDIT-ROLE" "L2: no role that may edit this form",
    Frozen "L2-FROZEN" "L2: this revision is being signed",
    SaveSealed "L2-SEALED" "L2: the form is sealed",
    DefinitionChanged "L2-MIGRATE" "L2: the definition changes without migration",
    RevNotRevision "L3-REV" "L3: the revision is no legal save",
    SubmitContent "L3-CONTENT" "L3: content and definition are not those of the revision",
    RoundOpen "L3-OPEN" "L3: a round is not returned",
    SubmitRejected "L3-REJECTED" "L3: the form has been rejected",
    CarryNotAtStep "L3-CARRY-STEP" "L3: nothing is carried unless the round went back to a step with this revision",
    CarryPlan "L3-CARRY-PLAN" "L3: approves are carried under the same plan only",
    CarryNotCounted "L3-CARRY-COUNT" "L3: a carried approve does not count in the round or is not before the step",
    CarryReturned "L3-CARRY-RETURNED" "L3: a carried approve was taken back by a return",
    PlanEmpty "L3-PLAN-EMPTY" "L3: the plan is empty",
    StepWithoutHolder "L3-NOBODY" "L3: nobody could sign a step",
    NumberNotLeased "L3-NUMBER-LEASE" "L3: the number is in no block of this seat or of another series",
    NumberNotRepeated "L3-NUMBER-REPEAT" "L3: the form has another number",
    NoRound "L4-ROUND" "L4: the round is not in effect",
    NotPending "L4-PENDING" "L4: it is not this step's turn",
    OtherContent "L4-CONTENT" "L4: revision, content and definition are not those of the round",
    SignerRole "L4-ROLE" "L4: the signer has no role of this step",
    OutsiderNotAllowed "L4-OUTSIDER" "L4: this step takes no outside signer",
    Barred "L4-BARRED" "L4: the signer is the applicant, submitter or a writer of the content",
    SignedDiffering "L4-DIFFER" "L4: the signer has signed a step that must differ",
    SignedAlready "L4-TWICE" "L4: the signer has signed this step",
    InkNotAllowed "L4-INK-NO" "L4: this step takes no paper",
    InkRequired "L4-INK-REQUIRED" "L4: this step must be signed on paper",
    InkRecorder "L4-INK-RECORDER" "L4: only a registrar records paper",
    InkScan "L4-INK-SCAN" "L4: the scanned page is missing",
    InkSigner "L4-INK-SIGNER" "L4: paper has exactly one signer, a person or a written name",
    ElectronicSigner "L4-ELECTRONIC" "L4: an electronic sign-off names no paper signer",
    ReturnStatus "L5-STATUS" "L5: the round is neither pending nor approved",
    ReturnTarget "L5-TARGET" "L5: the target step has not been reached",
    ReturnRight "L5-RIGHT" "L5: neither signer, submitter nor registrar",
    HandoverRound "L6-HANDOVER" "L6: a round is not returned",
    ResolveRound "L6-RESOLVE" "L6: a round is live",
    EntryTable "L6-TABLE" "L6: the form has no such table",
    EntryRole "L6-ROLE" "L6: no role that may write this table",
    EntryPhase "L6-PHASE" "L6: this table is closed in this phase",
    EntrySingle "L6-SINGLE" "L6: this table has its one row already",
    EntryCorrection "L6-CORRECTION" "L6: only the author or a registrar corrects a row",
    CorrectsVoid "L6-VOID" "L6: the row to be corrected has no effect",
    SealStatus "L7-STATUS" "L7: the round is not approved",
    SealSealed "L7-SEALED" "L7: the form is sealed already",
    SealRejected "L7-REJECTED" "L7: the form has been rejected",
    SealRole "L7-REGISTRAR" "L7: only a registrar seals",
    SealPc "L7-PC" "L7: this is not the ledger's sealing PC",
    ReceiptMissing "L7B-MISSING" "L7b: the seal holds no endpoint receipt",
    ReceiptUnreadable "L7B-UNREADABLE" "L7b: what the seal holds is no receipt",
    ReceiptForm "L7B-FORM" "L7b: the receipt is for another form",
    ReceiptHeads "L7B-HEADS" "L7b: the endpoint had other events than the seal cites",
    ReceiptKey "L7B-KEY" "L7b: the registry has no such endpoint",
    ReceiptSignature "L7B-SIGNATURE" "L7b: the receipt's signature is not valid",
}
