//! What is due, from what is known: pure.

/// What is known when the next step is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Last registry entry here.
    pub registry_here: u32,
    /// Last registry entry that the endpoint confirmed.
    pub registry_there: u32,
    /// Whether there are events here that may leave and that the endpoint has not confirmed.
    pub unconfirmed: bool,
    /// Digests that are still to come.
    pub wanted: u64,
    /// Whether the endpoint's word on its log is due (Y7).
    pub witness: bool,
    /// Whether a whole comparison is due.
    pub compare: bool,
}

/// One step of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Take registry entries: events name them.
    PullRegistry,
    /// Give registry entries: the endpoint checks events against them.
    PushRegistry,
    /// Take events.
    PullEvents,
    /// Take what events name.
    PullFiles,
    /// Give events, what they name first: an event that is there has its content there.
    PushEvents,
    /// Compare everything (Y5).
    Compare,
    /// Take the endpoint's checkpoint (Y7).
    Witness,
}

/// The step after `done`, `None` at the end. Each is taken at most once, in the order of [`Step`].
#[must_use]
pub fn next(done: Option<Step>, facts: Facts) -> Option<Step> {
    use Step::{Compare, PullEvents, PullFiles, PullRegistry, PushEvents, PushRegistry, Witness};
    let due = |step: &Step| match step {
        PullRegistry | PullEvents => true,
        PushRegistry => facts.registry_here > facts.registry_there,
        PullFiles => facts.wanted > 0,
        PushEvents => facts.unconfirmed,
        Compare => facts.compare,
        Witness => facts.witness,
    };
    let all = [PullRegistry, PushRegistry, PullEvents, PullFiles, PushEvents, Compare, Witness];
    all.into_iter().find(|step| done.is_none_or(|done| *step > done) && due(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(facts: Facts) -> Vec<Step> {
        let mut done = None;
        std::iter::from_fn(|| {
            done = next(done, facts);
            done
        })
        .collect()
    }

    #[test]
    fn only_what_is_due_is_done_and_the_order_holds() {
        let nothing = Facts {
            registry_here: 7,
            registry_there: 7,
            unconfirmed: false,
            wanted: 0,
            witness: false,
            compare: false,
        };
        assert_eq!(walk(nothing), [Step::PullRegistry, Step::PullEvents]);
        let all = Facts {
            registry_there: 3,
            unconfirmed: true,
            wanted: 1,
            witness: true,
            compare: true,
            ..nothing
        };
        let steps = walk(all);
        assert_eq!(steps.len(), 7);
        assert!(steps.is_sorted());
    }
}
