//! What a cheat does to an event before signing it: one thing or another is not as it should be.

use super::World;
use super::moves::Sight;
use super::office::{LEASED, definition, person};
use crate::naive::Ids;
use crate::naive::reading::Kind;
use qianban_journal::{Action, Digest, Event, EventId, Hand, Number, Role};

impl World {
    pub(super) fn spoil(&mut self, event: &mut Event, sight: &Sight) {
        let roll = self.chance.below(14);
        match event.kind() {
            Kind::Approve => self.spoil_approve(event, sight, roll),
            Kind::Return => self.spoil_hand(event, roll),
            Kind::Submit => self.spoil_submit(event, sight, roll),
            Kind::Save if roll < 3 => {
                event.def = Some([definition(1), definition(0), Digest([0x99; 32])][roll]);
                event.action = Action::Save { migrate: roll > 0 };
            }
            _ => {}
        }
        match self.chance.below(25) {
            0 => {
                let version = 1 + self.chance.below(sight.version as usize) as u32;
                event.epoch = self.epoch(version);
            }
            1 => event.cites = self.some_of(sight, Kind::Save, 50),
            2 => event.cites.extend(self.some_of(sight, Kind::Entry, 80)),
            3 => self.spoil_basis(event, sight),
            _ => {}
        }
        event.cites.sort();
        event.cites.dedup();
    }

    fn some_of(&mut self, sight: &Sight, kind: Kind, percent: usize) -> Vec<EventId> {
        let all: Vec<EventId> = sight.set.iter().copied().filter(|id| self.naive.kind(*id) == kind).collect();
        all.into_iter().filter(|_| self.chance.percent(percent)).collect()
    }

    fn spoil_approve(&mut self, event: &mut Event, sight: &Sight, roll: usize) {
        match roll {
            0 => event.content = Some(Digest([0x77; 32])),
            1 => event.step = Some(self.chance.below(4) as u8),
            2 => {
                let submits = self.some_of(sight, Kind::Submit, 100);
                event.round = self.chance.pick(&submits);
            }
            3 => event.def = Some(definition(1)),
            _ => self.spoil_hand(event, roll),
        }
    }

    fn spoil_hand(&mut self, event: &mut Event, roll: usize) {
        let (Action::Approve { hand, .. } | Action::Return { hand, .. }) = &mut event.action else { return };
        match roll {
            4 => *hand = Hand::on_behalf(person(self.chance.below(10) as u8)),
            5 => *hand = Hand::own(),
            6 => hand.scan = None,
            7 => hand.on_behalf = Some(person(4)),
            8 => hand.signer = Some(person(8)),
            9 => hand.outsider = Some("外人".to_owned()),
            10 => hand.signer = None,
            _ => {}
        }
    }

    fn spoil_submit(&mut self, event: &mut Event, sight: &Sight, roll: usize) {
        let any = self.some_of(sight, Kind::Approve, 40);
        let nobody = Role::from("info_center");
        let Action::Submit { number, carry } = &mut event.action else { return };
        match roll {
            0..=4 => *carry = any,
            5 => event.plan = Some(self.some_plan()),
            6 => event.content = Some(Digest([0x77; 32])),
            7 => *number = Some(Number { series: "权申".into(), year: 2026, n: LEASED + 2 }),
            8 => *number = Some(Number { series: "值变".into(), year: 2026, n: LEASED }),
            9 => {
                if let Some(step) = event.plan.as_mut().and_then(|plan| plan.0.first_mut()) {
                    (step.roles, step.need) = (vec![nobody], 0);
                }
            }
            _ => {}
        }
    }

    /// A basis that names what is no Entry.
    fn spoil_basis(&mut self, event: &mut Event, sight: &Sight) {
        let named: Ids = self.some_of(sight, Kind::Save, 50).into_iter().collect();
        if let Action::Approve { basis, .. } | Action::Seal { basis, .. } | Action::Entry { basis, .. } =
            &mut event.action
        {
            *basis = named.into_iter().collect();
        }
    }
}
