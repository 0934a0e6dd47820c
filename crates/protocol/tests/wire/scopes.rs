//! What a PC may read, and what may leave a bureau.

use qianban_journal::{Change, Ledger, PersonId, SeatId, UnitId};
use qianban_protocol::leave::{self, may_leave};
use qianban_protocol::{Reach, Scope};

use crate::bureau::{ADMIN, Bureau, CLERK, DESKMATE, OTHER_UNIT, REGISTRAR, UNIT, seat};

fn form(unit: UnitId, person: PersonId) -> Reach {
    Reach { units: [unit].into(), persons: [person].into() }
}

#[test]
fn a_role_for_all_units_opens_everything_and_so_does_the_quorum() {
    let bureau = Bureau::founded();
    let registry = bureau.chain.now().expect("founded");
    assert_eq!(Scope::of(registry, seat(REGISTRAR)), Scope::Every);
    assert_eq!(Scope::of(registry, seat(ADMIN)), Scope::Every);
}

#[test]
fn a_pc_reads_for_all_who_sit_at_it() {
    let bureau = Bureau::founded();
    let registry = bureau.chain.now().expect("founded");
    for seat in [seat(CLERK), seat(DESKMATE)] {
        let scope = Scope::of(registry, seat);
        assert!(scope.covers(&form(UNIT, REGISTRAR)), "the clerk's unit");
        assert!(!scope.covers(&form(OTHER_UNIT, REGISTRAR)), "another unit");
        assert!(scope.covers(&form(OTHER_UNIT, DESKMATE)), "a form the deskmate took part in");
    }
    let nobody = Scope::of(registry, SeatId([0; 32]));
    assert!(!nobody.covers(&form(UNIT, CLERK)), "a seat that is not certified");
}

#[test]
fn a_delegate_reads_for_the_absent() {
    let mut bureau = Bureau::founded();
    let (since, until) = ("2026-12-01".to_owned(), "2026-12-31".to_owned());
    bureau.change(Change::Delegate { from: REGISTRAR, to: CLERK, since, until });
    assert_eq!(Scope::of(bureau.chain.now().expect("founded"), seat(DESKMATE)), Scope::Every);
}

#[test]
fn nothing_leaves_until_an_administrator_says_so() {
    let mut bureau = Bureau::founded();
    let (permission, payment, unnamed) =
        (Ledger::from("permission"), Ledger::from("payment"), Ledger::from(""));
    let set = |value: &str| Change::Setting { key: leave::SETTING.into(), value: value.into() };
    let may = |bureau: &Bureau, ledger| may_leave(bureau.chain.now().expect("founded"), ledger);
    let leaves = |bureau: &Bureau, ledger| may(bureau, Some(ledger));
    assert!(!leaves(&bureau, &permission));
    bureau.change(set("incident, permission"));
    assert!(leaves(&bureau, &permission) && !leaves(&bureau, &payment));
    for empty in ["", ",", "permission, ,"] {
        bureau.change(set(empty));
        assert!(!leaves(&bureau, &unnamed), "an empty item names no ledger: {empty:?}");
        assert!(!may(&bureau, None), "nor one that cannot be told: {empty:?}");
    }
    bureau.change(set("*"));
    assert!(leaves(&bureau, &payment) && may(&bureau, None));
}
