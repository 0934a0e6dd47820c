//! The fold: from a set of events to what a form is (A, L, E, S, V, F).

mod admit;
mod audit;
mod draft;
mod evaluate;
mod finding;
mod illegal;
mod legal;
mod legal_round;
mod log;
mod numbering;
mod set;
mod standing;
#[cfg(test)]
mod story;
#[cfg(test)]
mod story_cut;
#[cfg(test)]
mod story_late;
#[cfg(test)]
mod story_round;
#[cfg(test)]
mod story_size;
mod view;
mod viewer;

pub use admit::{Admission, Missing};
pub use draft::{ApproveDraft, Author, EntryDraft};
pub use finding::Finding;
pub use illegal::{Illegal, Rejected};
pub use log::FormLog;
pub use numbering::number_findings;
pub use view::{
    ApproveView, EntryView, EventView, FormStatus, FormView, Next, ReturnView, RoundStatus, RoundView,
    SealView,
};
