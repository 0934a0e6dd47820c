//! The logs of seats over all forms of a file.

use qianban_journal::*;

use crate::bureau::{Bureau, DRAFTER, UNIT, seat, store};

#[test]
fn what_is_missing_and_what_was_copied_is_found_over_all_forms() {
    let (_dir, _key, store) = store();
    let bureau = Bureau::found(&store);
    assert_eq!(store.read(|r| r.log_findings()).unwrap(), []);
    let create = |log: LogPlace| {
        let author = Author { log, ..bureau.author(DRAFTER) };
        bureau.legal(DRAFTER, &author.create(bureau.def, Ledger::from("permission"), UNIT))
    };
    let inc = bureau.author(DRAFTER).log.inc;
    let first = create(LogPlace { inc, n: 1, prev: None });
    let second = create(LogPlace { inc, n: 2, prev: Some(first) });
    assert_eq!(store.read(|r| r.log_findings()).unwrap(), [], "a whole log over two forms");
    let copied = create(LogPlace { inc, n: 2, prev: Some(first) });
    create(LogPlace { inc, n: 5, prev: Some(EventId([9; 32])) });
    let mut events = vec![second, copied];
    events.sort();
    let (seat, incarnation) = (seat(DRAFTER), inc);
    let expected = [
        Finding::LogGap { seat, incarnation, first: 3, last: 4 },
        Finding::LogFork { seat, incarnation, n: 2, events },
    ];
    assert_eq!(store.read(|r| r.log_findings()).unwrap(), expected);
}
