//! Blocks of official numbers (G7): who may give which number, which comes next, which are missing.

use std::collections::BTreeSet;

use crate::ids::SeatId;
use crate::limit;
use crate::number::Number;
use crate::registry::facts::{Lease, Registry};

/// Numbers of a series and year that no form has, below the highest one used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberGap {
    /// The first of them.
    pub first: u32,
    /// The last of them.
    pub last: u32,
    /// The seat that may give them and has not come to them yet; none for a hole (F13).
    pub rest_of: Option<SeatId>,
}

impl Registry<'_> {
    /// The blocks leased of a series and year as they stand: ascending, and where two leases overlap the later one has
    /// the numbers. All other numbers belong to [`Registry::number_seat`]. The unused tail of a block goes back by a
    /// lease of just that tail to that seat, or to whoever needs it.
    pub fn blocks(&self, series: &str, year: u16) -> Vec<Lease> {
        let mut blocks: Vec<Lease> = Vec::new();
        for lease in self.leases().filter(|lease| lease.series == series && lease.year == year) {
            let cut = blocks.into_iter().flat_map(|block| {
                let before = (block.first, block.last.min(lease.first - 1));
                let after = (block.first.max(lease.last + 1), block.last);
                [before, after]
                    .into_iter()
                    .filter(|(first, last)| first <= last)
                    .map(move |(first, last)| Lease { first, last, ..block.clone() })
            });
            blocks = cut.collect();
            blocks.push(lease.clone());
        }
        blocks.sort_by_key(|block| block.first);
        blocks
    }

    /// Whether the number lies in a block that this seat holds (G7).
    pub fn may_number(&self, seat: SeatId, number: &Number) -> bool {
        let of_series = |lease: &&Lease| lease.series == number.series && lease.year == number.year;
        let holding = |lease: &Lease| (lease.first..=lease.last).contains(&number.n);
        let leased = self.leases().filter(of_series).rfind(|lease| holding(lease));
        leased.map(|lease| lease.seat).or(self.number_seat()) == Some(seat)
    }

    /// The number that a seat gives next: in the first of its blocks that has room, [`Registry::number_seat`] after that
    /// among all that nobody leases; none without room. `highest` answers the highest number used from one number to another,
    /// both included; a number once used is used for ever.
    ///
    /// # Errors
    /// What `highest` refuses.
    pub fn next_number<E>(
        &self,
        seat: SeatId,
        series: &str,
        year: u16,
        mut highest: impl FnMut(u32, u32) -> Result<Option<u32>, E>,
    ) -> Result<Option<u32>, E> {
        let blocks = self.blocks(series, year);
        for block in blocks.iter().filter(|block| block.seat == seat) {
            let next = highest(block.first, block.last)?.map_or(block.first, |used| used + 1);
            if next <= block.last {
                return Ok(Some(next));
            }
        }
        if self.number_seat() != Some(seat) {
            return Ok(None);
        }
        let unleased = unleased(&blocks);
        let mut used = 0;
        for (first, last) in &unleased {
            used = highest(*first, *last)?.map_or(used, |number| used.max(number));
        }
        let room = unleased.into_iter().find(|(_, last)| *last > used);
        Ok(room.map(|(first, _)| first.max(used + 1)))
    }

    /// The numbers of a series and year that are missing below the highest one used, ascending. What a seat has not come
    /// to yet is the rest of its block; below the highest number used in a block, or among all that nobody leases, a
    /// missing one is a hole.
    pub fn number_gaps(&self, series: &str, year: u16, used: &BTreeSet<u32>) -> Vec<NumberGap> {
        let Some(&top) = used.last() else { return Vec::new() };
        let blocks = self.blocks(series, year);
        let unleased = unleased(&blocks);
        let reached = |(first, last): (u32, u32)| used.range(first..=last).next_back().copied().unwrap_or(0);
        let free = unleased.iter().copied().map(reached).max().unwrap_or(0);
        let of_rest = unleased.iter().map(|range| (*range, free, self.number_seat()));
        let leased = blocks.iter().map(|block| {
            let range = (block.first, block.last);
            (range, reached(range), Some(block.seat))
        });
        let mut ranges: Vec<_> = leased.chain(of_rest).collect();
        ranges.sort();
        let mut gaps = Vec::new();
        for ((first, last), reached, seat) in ranges {
            let (mut expected, last) = (first, last.min(top));
            for number in used.range(first..=last.max(first)).copied().chain([last + 1]) {
                let hole_end = reached.min(number - 1);
                if expected <= hole_end {
                    gaps.push(NumberGap { first: expected, last: hole_end, rest_of: None });
                }
                let rest = expected.max(reached + 1);
                if rest < number {
                    gaps.push(NumberGap { first: rest, last: number - 1, rest_of: seat });
                }
                expected = number + 1;
            }
        }
        joined(gaps)
    }

    /// All leases in the order in which they were given; [`Registry::blocks`] says what is left of each.
    pub fn leases(&self) -> impl DoubleEndedIterator<Item = &Lease> {
        let number = self.number();
        self.facts.leases.iter().filter(move |dated| dated.holds(number)).map(|dated| &dated.value)
    }
}

/// What lies between the blocks, from 1 to the highest number there is.
fn unleased(blocks: &[Lease]) -> Vec<(u32, u32)> {
    let mut ranges = Vec::new();
    let mut next = 1;
    for block in blocks {
        if next < block.first {
            ranges.push((next, block.first - 1));
        }
        next = block.last + 1;
    }
    if next <= limit::NUMBER_MAX {
        ranges.push((next, limit::NUMBER_MAX));
    }
    ranges
}

/// Gaps that touch and are of one kind are one.
fn joined(gaps: Vec<NumberGap>) -> Vec<NumberGap> {
    let mut joined: Vec<NumberGap> = Vec::new();
    for gap in gaps {
        match joined.last_mut() {
            Some(before) if before.last + 1 == gap.first && before.rest_of == gap.rest_of => {
                before.last = gap.last
            }
            _ => joined.push(gap),
        }
    }
    joined
}
