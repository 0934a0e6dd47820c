//! Deliberate breaks of single rules, for the tests that prove every rule is watched (`faults.md`, item 4).
//! Without the feature `mutation` the switch is a constant and costs nothing.

#[cfg(all(feature = "mutation", not(debug_assertions)))]
compile_error!("rule mutations must never be part of a release build");

/// One wrong variant of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "mutation"), allow(unreachable_pub, reason = "exported with the feature only"))]
pub enum Mutation {
    /// E4: heredity looks at direct cites only.
    HeredityDirectCites,
    /// E4: an illegal approve counts against heredity.
    HeredityCountsIllegal,
    /// E4: no heredity at all.
    NoHeredity,
    /// E2: a cut reaches events of any epoch.
    CutIgnoresEpochs,
    /// E2: nothing is ever cut.
    CutIgnored,
    /// E2: a Return can lose its effect.
    ReturnCanBeCut,
    /// E2: a cut Return keeps its target reject.
    CutReturnRejects,
    /// E3: a Seal protects nothing.
    SealDoesNotProtect,
    /// E4: a Submit may carry approves that have no effect.
    CarryWithoutEffect,
    /// L3: approves are carried under another plan.
    CarryWithoutPlan,
    /// L3: approves are carried across a Return that took them back.
    CarryAcrossReturn,
    /// L3, L7: a rejected form may be submitted or sealed.
    RejectedMayGoOn,
    /// L1: delegations are not looked at.
    DelegationUnchecked,
    /// V4: when crossing Resolves dismiss every leaf, none is left.
    CrossingResolves,
    /// L4: an Approve need not name the round's revision, content and definition.
    DigestBindingOff,
    /// S3: an effective Return outranks an effective Seal.
    ReturnBeatsSeal,
    /// L0: legality is judged by everything here, not by the event's own past.
    LegalityAtFold,
    /// A6: an event may have an older epoch than what it cites.
    EpochCheckOff,
    /// L4: `bar` and `differ` are not looked at.
    DutiesOff,
    /// L4: `bar` and `differ` look at the actor, not at the delegate.
    DelegateUnwatched,
    /// A8: an event is admitted although events it cites are missing.
    CitesOpen,
    /// L2: a revision under a live round may be saved over.
    FrozenOff,
    /// L7b: a receipt may speak of other events than the Seal cites.
    ReceiptHeadsUnchecked,
    /// L7b: anybody signs receipts.
    ReceiptKeyUnchecked,
    /// F1: a gap in a device log is not seen.
    LogGapUnseen,
    /// F5: two events at one place of a device log are not seen.
    LogForkUnseen,
    /// F10: a return that the sealer's own log shows as delivered is not seen.
    DeliveredReturnUnseen,
    /// F11: two logs of one length are not seen.
    CheckpointForkUnseen,
    /// G2: of two entries with one number the first is followed.
    RegistryForkFollowed,
}

#[cfg(feature = "mutation")]
impl Mutation {
    /// Every mutation.
    pub const ALL: [Self; 29] = [
        Self::HeredityDirectCites,
        Self::HeredityCountsIllegal,
        Self::NoHeredity,
        Self::CutIgnoresEpochs,
        Self::CutIgnored,
        Self::ReturnCanBeCut,
        Self::CutReturnRejects,
        Self::SealDoesNotProtect,
        Self::CarryWithoutEffect,
        Self::CarryWithoutPlan,
        Self::CarryAcrossReturn,
        Self::RejectedMayGoOn,
        Self::DelegationUnchecked,
        Self::CrossingResolves,
        Self::DigestBindingOff,
        Self::ReturnBeatsSeal,
        Self::LegalityAtFold,
        Self::EpochCheckOff,
        Self::DutiesOff,
        Self::DelegateUnwatched,
        Self::CitesOpen,
        Self::FrozenOff,
        Self::ReceiptHeadsUnchecked,
        Self::ReceiptKeyUnchecked,
        Self::LogGapUnseen,
        Self::LogForkUnseen,
        Self::DeliveredReturnUnseen,
        Self::CheckpointForkUnseen,
        Self::RegistryForkFollowed,
    ];
}

#[cfg(feature = "mutation")]
thread_local! {
    static ACTIVE: std::cell::Cell<Option<Mutation>> = const { std::cell::Cell::new(None) };
}

/// Runs `body` on this thread with one rule broken. Restores the rule even when `body` panics.
#[cfg(feature = "mutation")]
pub fn with_mutation<T>(mutation: Mutation, body: impl FnOnce() -> T) -> T {
    struct Restore(Option<Mutation>);
    impl Drop for Restore {
        fn drop(&mut self) {
            ACTIVE.set(self.0);
        }
    }
    let _restore = Restore(ACTIVE.replace(Some(mutation)));
    body()
}

/// Whether this rule is broken just now.
#[cfg(feature = "mutation")]
pub(crate) fn mutated(mutation: Mutation) -> bool {
    ACTIVE.get() == Some(mutation)
}

#[cfg(not(feature = "mutation"))]
pub(crate) const fn mutated(_: Mutation) -> bool {
    false
}
