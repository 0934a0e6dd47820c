//! The line is cut at every byte, an answer is lost after its request was carried out, two exchanges run at once: nothing is
//! lost and nothing is there twice (faults 68).

use std::ops::ControlFlow;

use qianban_sync::http::{ExchangeError, Exchanged};

use crate::between::{Between, Cut};
use crate::bureau::Pc;
use crate::stories::two_pcs;
use crate::world::{World, exchange_at, exchange_of};

/// Bytes from one cut to the next; `QIANBAN_CUT_EVERY=1` cuts at each.
const CUT_EVERY: usize = 89;
/// How often one answer is lost.
const LOST: usize = 100;
/// Events of a draft.
const EVENTS: u64 = 2;

/// Two PCs that hold the same, and the line to their endpoint.
struct Case {
    first: Pc,
    second: Pc,
    world: World,
    between: Between,
    drafts: u64,
}

impl Case {
    fn new() -> Self {
        let (first, second) = two_pcs();
        let world = World::new();
        world.let_in(&first);
        let between = world.between();
        let mut case = Self { first, second, world, between, drafts: 0 };
        case.draft();
        case.whole();
        case
    }

    fn draft(&mut self) {
        self.drafts += 1;
        self.first.draft(&format!("第{}件", self.drafts), false);
    }

    fn exchange(&self, pc: &Pc, cut: Option<Cut>) -> Result<Exchanged, ExchangeError> {
        self.between.cut(cut);
        exchange_at(&self.between.url, pc, false, &mut |_| ControlFlow::Continue(()))
    }

    /// An exchange that may be cut short and must not fail otherwise.
    fn cut(&self, pc: &Pc, cut: Cut) -> bool {
        match self.exchange(pc, Some(cut)) {
            Ok(_) => false,
            Err(ExchangeError::Unreachable) => true,
            Err(other) => panic!("{cut:?}: {other:?}"),
        }
    }

    /// Uncut, both come to hold the same, and the endpoint has every event once.
    fn whole(&self) {
        for pc in [&self.first, &self.second] {
            self.exchange(pc, None).unwrap();
        }
        assert_eq!(self.second.state(), self.first.state());
        assert_eq!(self.world.arrivals(), EVENTS * self.drafts, "each once");
    }

    /// Bytes of requests, bytes of answers and answers of the exchange that brings up a draft.
    fn measured(&mut self) -> (usize, usize, usize) {
        self.draft();
        self.exchange(&self.first, None).unwrap();
        let carried = self.between.carried();
        self.whole();
        carried
    }
}

fn cut_every() -> usize {
    std::env::var("QIANBAN_CUT_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(CUT_EVERY)
}

#[test]
fn a_line_cut_at_any_byte_loses_nothing_and_doubles_nothing() {
    let mut case = Case::new();
    let (asked, answered, _) = case.measured();
    let asked = (0..asked).step_by(cut_every()).map(Cut::Asked);
    let (mut cuts, mut came_short) = (0, 0);
    for cut in asked.chain((0..answered).step_by(cut_every()).map(Cut::Answered)) {
        case.draft();
        for pc in [&case.first, &case.second] {
            cuts += 1;
            came_short += usize::from(case.cut(pc, cut));
            case.exchange(pc, None).unwrap();
        }
        case.whole();
    }
    case.first.well();
    case.second.well();
    println!("{cuts} cuts, {came_short} of them within an exchange");
    assert!(came_short * 2 > cuts, "the PC that brings the draft is always cut: {came_short} of {cuts}");
}

#[test]
fn a_lost_answer_is_asked_for_again_any_number_of_times() {
    let mut case = Case::new();
    let (_, _, answers) = case.measured();
    for n in 1..=answers {
        case.draft();
        let times = if n == answers { LOST } else { 3 };
        for _ in 0..times {
            case.cut(&case.first, Cut::Answer(n));
        }
        case.whole();
    }
    case.first.well();
}

#[test]
fn two_exchanges_at_once_bring_everything_once() {
    let mut case = Case::new();
    for _ in 0..5 {
        case.draft();
        let (store, url) = (&case.first.store, &case.world.url);
        std::thread::scope(|scope| {
            let both = [(); 2].map(|()| {
                scope.spawn(|| exchange_of(url, store, 1, false, &mut |_| ControlFlow::Continue(())))
            });
            both.into_iter().for_each(|one| drop(one.join().unwrap().unwrap()));
        });
        case.whole();
    }
    case.first.well();
}
