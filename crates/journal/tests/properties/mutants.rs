//! Every wrong variant of a rule must turn a property red: in random worlds, or in a story of `stories`.

use crate::check::{self, Figures};
use crate::world::World;
use qianban_journal::{Mutation, with_mutation};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Worlds in which a mutant must be caught. The rarest of them needs 160.
const WORLDS: u64 = 400;

/// What chance meets too rarely, or what is no matter of one form: `stories`, `attested` and `forks` have a test for
/// each.
const TOLD: [Mutation; 7] = [
    Mutation::CutIgnoresEpochs,
    Mutation::CarryAcrossReturn,
    Mutation::CarryWithoutPlan,
    Mutation::CutReturnRejects,
    Mutation::DeliveredReturnUnseen,
    Mutation::CheckpointForkUnseen,
    Mutation::RegistryForkFollowed,
];

/// Whether a property is red in this world while the rule is broken.
fn caught(world: &World, mutation: Mutation) -> bool {
    let broken = || with_mutation(mutation, || check::world(world, &mut Figures::default()));
    !matches!(catch_unwind(AssertUnwindSafe(broken)), Ok(Ok(())))
}

#[test]
fn every_mutant_is_caught() {
    let mut alive: Vec<Mutation> = Mutation::ALL.into_iter().filter(|m| !TOLD.contains(m)).collect();
    for seed in 0..WORLDS {
        let world = World::run(seed);
        alive.retain(|mutation| {
            let red = caught(&world, *mutation);
            if red {
                println!("{mutation:?}: seed {seed}");
            }
            !red
        });
        if alive.is_empty() {
            return;
        }
    }
    panic!("these wrong rules went unnoticed in {WORLDS} worlds: {alive:?}");
}
