//! Blocks of numbers (G7, F13): leases that overlap at random, number by number.

use crate::naive::office::{Books, Office};
use crate::world::World;
use crate::world::chance::Chance;
use qianban_journal::{Change, Finding, FormId, Number, NumberGap, SeatId, number_findings};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

const SERIES: &str = "权申";
const YEAR: u16 = 2026;
/// Numbers above this one are not looked at.
const TOP: u32 = 60;

fn number(n: u32) -> Number {
    Number { series: SERIES.into(), year: YEAR, n }
}

/// A bureau in which blocks were leased, carved up and given back.
fn some_bureau(chance: &mut Chance) -> World {
    let mut world = World::new(1, false);
    for _ in 0..chance.below(7) {
        let first = 1 + chance.below(50) as u32;
        let last = first + chance.below(15) as u32;
        let seat = world.desks[chance.below(4)].seat;
        assert!(world.try_append(Change::Lease { series: SERIES.into(), year: YEAR, first, last, seat }));
    }
    if chance.percent(30) {
        let seat = world.desks[chance.below(4)].seat;
        assert!(world.try_append(Change::NumberSeat { seat }));
    }
    for (series, year) in [("值变", YEAR), (SERIES, 2025)] {
        let seat = world.desks[5].seat;
        assert!(world.try_append(Change::Lease { series: series.into(), year, first: 1, last: 60, seat }));
    }
    world
}

/// Which run of numbers each one belongs to, and who holds it. All that nobody leases is run 0.
fn runs(world: &World) -> BTreeMap<u32, (usize, SeatId)> {
    let leases: Vec<(u32, u32, SeatId)> = world
        .naive
        .office
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Lease { series, year, first, last, seat } if series == SERIES && *year == YEAR => {
                Some((*first, *last, *seat))
            }
            _ => None,
        })
        .collect();
    let named = |change: &Change| match change {
        Change::NumberSeat { seat } => Some(*seat),
        _ => None,
    };
    let rest = world.naive.office.changes.iter().rev().find_map(named).unwrap_or(world.desks[0].seat);
    let (mut runs, mut run, mut before) = (BTreeMap::new(), 0, None);
    for n in 1..=TOP {
        let lease = leases.iter().rposition(|(first, last, _)| (*first..=*last).contains(&n));
        if lease != before {
            run += 1;
            before = lease;
        }
        let seat = lease.map_or(rest, |lease| leases[lease].2);
        runs.insert(n, (if lease.is_some() { run } else { 0 }, seat));
    }
    runs
}

/// Missing numbers one by one, with the seat of a rest.
fn naive_gaps(runs: &BTreeMap<u32, (usize, SeatId)>, used: &BTreeSet<u32>) -> BTreeMap<u32, Option<SeatId>> {
    let top = used.last().copied().unwrap_or(0);
    let of_run = |run: usize| used.iter().filter(move |n| runs[*n].0 == run).max().copied().unwrap_or(0);
    (1..=top)
        .filter(|n| !used.contains(n))
        .map(|n| (n, (n > of_run(runs[&n].0)).then_some(runs[&n].1)))
        .collect()
}

fn one_by_one(gaps: &[NumberGap]) -> BTreeMap<u32, Option<SeatId>> {
    gaps.iter().flat_map(|gap| (gap.first..=gap.last).map(|n| (n, gap.rest_of))).collect()
}

#[test]
fn holes_and_the_rest_of_leases_are_told_apart() {
    let (mut holes, mut rests) = (0, 0);
    for seed in 0..400 {
        let mut chance = Chance::new(seed);
        let world = some_bureau(&mut chance);
        let registry = world.chain().now().expect("founded");
        let runs = runs(&world);
        let used: BTreeSet<u32> = (1..=TOP).filter(|_| chance.percent(35)).collect();
        let gaps = registry.number_gaps(SERIES, YEAR, &used);
        assert_eq!(one_by_one(&gaps), naive_gaps(&runs, &used), "seed {seed}");
        let touching =
            |pair: &[NumberGap]| pair[0].last + 1 == pair[1].first && pair[0].rest_of == pair[1].rest_of;
        assert!(!gaps.windows(2).any(touching), "seed {seed}: gaps are as long as they can be");
        let rows: Vec<(FormId, Number)> = used.iter().map(|n| (FormId([*n as u8; 32]), number(*n))).collect();
        let told = number_findings(registry, &rows);
        let hole = |gap: &&NumberGap| gap.rest_of.is_none();
        let expected = gaps
            .iter()
            .filter(hole)
            .map(|gap| Finding::NumberHole { first: number(gap.first), last: number(gap.last) });
        assert_eq!(told, expected.collect::<Vec<_>>(), "seed {seed}");
        holes += told.len();
        rests += gaps.len() - told.len();
    }
    assert!(holes > 500 && rests > 200, "{holes} {rests}");
}

/// Every seat numbers in turn until its blocks are full: every number is given once, inside its lease, and no hole is
/// left.
#[test]
fn seats_number_side_by_side_without_holes() {
    for seed in 0..200 {
        let mut chance = Chance::new(seed);
        let world = some_bureau(&mut chance);
        let registry = world.chain().now().expect("founded");
        let books: std::rc::Rc<Books> = Office::at(&world.naive.office, world.version());
        let mut used = BTreeSet::new();
        for _ in 0..120 {
            let seat = world.desks[chance.below(4)].seat;
            let highest = |first, last| Ok::<_, Infallible>(used.range(first..=last).next_back().copied());
            let Ok(next) = registry.next_number(seat, SERIES, YEAR, highest);
            let Some(next) = next else { continue };
            assert!(registry.may_number(seat, &number(next)) && books.leased(seat, SERIES, &number(next)));
            assert!(used.insert(next), "seed {seed}: {next} twice");
        }
        let gaps = registry.number_gaps(SERIES, YEAR, &used);
        assert!(gaps.iter().all(|gap| gap.rest_of.is_some()), "seed {seed}: {gaps:?}");
    }
}

/// The tail of a block goes back by another lease; its holder gives none of it any more.
#[test]
fn an_unused_tail_goes_back() {
    let mut world = World::new(1, false);
    let (founder, clerk) = (world.desks[0].seat, world.desks[6].seat);
    let lease = |first, last, seat| Change::Lease { series: SERIES.into(), year: YEAR, first, last, seat };
    assert!(world.try_append(lease(100, 199, clerk)));
    assert!(world.try_append(lease(130, 199, founder)));
    let registry = world.chain().now().expect("founded");
    let used: BTreeSet<u32> = (100..=129).collect();
    let highest = |first, last| Ok::<_, Infallible>(used.range(first..=last).next_back().copied());
    assert_eq!(registry.next_number(clerk, SERIES, YEAR, highest), Ok(None));
    assert_eq!(registry.next_number(founder, SERIES, YEAR, highest), Ok(Some(130)));
    let blocks: Vec<_> = registry.blocks(SERIES, YEAR).iter().map(|b| (b.first, b.last, b.seat)).collect();
    assert!(blocks.ends_with(&[(100, 129, clerk), (130, 199, founder)]), "{blocks:?}");
}

#[test]
fn one_number_on_two_forms_is_found() {
    let world = World::new(1, false);
    let registry = world.chain().now().expect("founded");
    let rows = [(FormId([3; 32]), number(1)), (FormId([1; 32]), number(1)), (FormId([1; 32]), number(1))];
    let told = number_findings(registry, &rows);
    let forms = vec![FormId([1; 32]), FormId([3; 32])];
    assert_eq!(told, [Finding::SharedNumber { number: number(1), forms }]);
    assert_eq!(told[0].code(), "F13");
}
