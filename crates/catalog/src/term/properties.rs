//! What holds for every clock, checked against a clerk with a watch who writes a stroke for each minute that counts.

use super::*;
use crate::calendar::{CalendarYear, OfficeHours};
use proptest::prelude::*;

/// What happens to a form: the events of which its clocks are made.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Called(NaiveDateTime),
    Channel(NaiveDateTime, Length),
    Paused(Pause),
    Answered(NaiveDateTime),
    Imported(CalendarYear),
}

/// The clock as its events say, whatever their order in the list.
fn clock(events: &[Event], now: NaiveDateTime) -> Reading {
    let mut term = Term::default();
    let mut years = Vec::new();
    let mut channel = None;
    for event in events {
        match event {
            Event::Called(at) => term.start = Some(*at),
            Event::Channel(at, length) => channel = channel.max(Some((*at, *length))),
            Event::Paused(pause) => term.pauses.push(*pause),
            Event::Answered(at) => term.stop = Some(*at),
            Event::Imported(year) => years.push(year.clone()),
        }
    }
    term.length = channel.map(|(_, length)| length);
    term.read(now, &WorkCalendar::new(years, OfficeHours::default()))
}

fn day(number: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + TimeDelta::days(number)
}

prop_compose! {
    /// A minute of 2026 or 2027.
    fn minute()(number in 0i64..720 * 24 * 60) -> NaiveDateTime {
        day(0).and_time(NaiveTime::MIN) + TimeDelta::minutes(number)
    }
}

prop_compose! {
    /// A pause of up to three days somewhere in the ten days after a start, or one without end.
    fn pause(start: NaiveDateTime)(after in -60i64..14_400, lasts in proptest::option::weighted(0.9, 0i64..4_320)) -> Pause {
        let since = start + TimeDelta::minutes(after);
        Pause { since, until: lasts.map(|lasts| since + TimeDelta::minutes(lasts)) }
    }
}

fn length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (0i64..3_000).prop_map(Length::Minutes),
        (0i64..1_500).prop_map(Length::OfficeMinutes),
        (0i64..12).prop_map(Length::Days),
        (0i64..12).prop_map(Length::WorkingDays),
    ]
}

prop_compose! {
    /// Days off and make-up days of a year, drawn at random.
    fn year(of: i32)(off in proptest::collection::btree_set(0i64..360, 0..40), worked in proptest::collection::btree_set(0i64..360, 0..10)) -> CalendarYear {
        let first = NaiveDate::from_ymd_opt(of, 1, 1).expect("a day");
        let days = |numbers: &std::collections::BTreeSet<i64>| numbers.iter().map(|n| first + TimeDelta::days(*n)).collect();
        let holidays: std::collections::BTreeSet<NaiveDate> = days(&off);
        let mut workdays: std::collections::BTreeSet<NaiveDate> = days(&worked);
        workdays.retain(|day| !holidays.contains(day));
        CalendarYear { year: of, source: "样例".to_owned(), holidays, workdays }
    }
}

prop_compose! {
    fn term()(start in minute(), length in length())(
        start in Just(start),
        length in Just(length),
        pauses in proptest::collection::vec(pause(start), 0..4),
        stop in proptest::option::of(0i64..20_000),
    ) -> Term {
        let stop = stop.map(|after| start + TimeDelta::minutes(after));
        Term { start: Some(start), stop, length: Some(length), pauses }
    }
}

/// Whether the minute or day that begins here counts, by the book.
fn counts(term: &Term, calendar: &WorkCalendar, from: NaiveDateTime) -> bool {
    let paused = term.pauses.iter().any(|p| p.since <= from && p.until.is_none_or(|until| from < until));
    let worked = match term.length.expect("a length") {
        Length::OfficeMinutes(_) => {
            let clock = from.format("%H:%M").to_string();
            let open =
                ("08:30".."12:00").contains(&clock.as_str()) || ("13:30".."18:00").contains(&clock.as_str());
            open && calendar.is_working(from.date())
        }
        Length::WorkingDays(_) => calendar.is_working(from.date()),
        Length::Minutes(_) | Length::Days(_) => true,
    };
    !paused && worked
}

/// The last second in time, found by counting strokes for ninety days.
fn by_hand(term: &Term, calendar: &WorkCalendar) -> Option<NaiveDateTime> {
    let start = term.start.expect("a start");
    match term.length.expect("a length") {
        Length::Minutes(0) | Length::OfficeMinutes(0) => None,
        Length::Minutes(wanted) | Length::OfficeMinutes(wanted) => {
            let mut at = start;
            let mut strokes = 0;
            while strokes < wanted {
                strokes += i64::from(counts(term, calendar, at));
                at += TimeDelta::minutes(1);
                if (at - start).num_days() > 90 {
                    return None;
                }
            }
            Some(at)
        }
        Length::Days(wanted) | Length::WorkingDays(wanted) => {
            let mut at = start.date().and_time(NaiveTime::MIN);
            let mut strokes = 0;
            while strokes < wanted {
                at += TimeDelta::days(1);
                strokes += i64::from(counts(term, calendar, at));
                if (at - start).num_days() > 90 {
                    return None;
                }
            }
            Some(at + TimeDelta::days(1) - TimeDelta::seconds(1))
        }
    }
}

fn calendar() -> impl Strategy<Value = WorkCalendar> {
    (year(2026), year(2027)).prop_map(|(a, b)| WorkCalendar::new([a, b], OfficeHours::default()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn due_is_what_counting_by_hand_gives(term in term(), calendar in calendar()) {
        let read = term.read(term.start.expect("a start"), &calendar);
        if let Some(due) = by_hand(&term, &calendar) {
            prop_assert_eq!(read.due, Some(due));
        } else {
            let start = term.start.expect("a start");
            prop_assert!(read.due.is_none_or(|due| (due - start).num_days() > 89), "{:?}", read);
        }
    }

    /// The minutes that the office works until the due time of n office minutes are n.
    #[test]
    fn due_in_office_minutes_is_the_inverse_of_office_minutes(start in minute(), minutes in 1i64..3_000, calendar in calendar()) {
        let term = Term { start: Some(start), length: Some(Length::OfficeMinutes(minutes)), ..Term::default() };
        let due = term.read(start, &calendar).due.expect("the office opens again");
        prop_assert_eq!(Term { stop: Some(due), ..term.clone() }.read(due, &calendar).elapsed, minutes * 60);
        let before = Term { stop: Some(due - TimeDelta::seconds(1)), ..term }.read(due, &calendar);
        prop_assert!(before.elapsed < minutes * 60, "{:?}", before);
    }

    /// What counted and what is left make up the whole, as long as it is in time.
    #[test]
    fn nothing_is_lost_between_elapsed_and_left(term in term(), calendar in calendar(), after in 0i64..20_000) {
        let now = term.start.expect("a start") + TimeDelta::minutes(after);
        let read = term.read(now, &calendar);
        match read.standing {
            Standing::Running | Standing::Paused => {
                let whole = term.length.and_then(Length::amount).expect("set");
                prop_assert!(whole == 0 || read.elapsed + read.left == whole, "{:?}", read);
                prop_assert!(read.due.is_none_or(|due| now <= due));
            }
            Standing::Overdue => prop_assert!(term.stop.is_none() && read.due.expect("due") < now && read.late > 0),
            Standing::Met => prop_assert!(read.due.is_none_or(|due| term.stop.expect("stopped") <= due)),
            Standing::Missed => prop_assert!(read.due.expect("due") < term.stop.expect("stopped") && read.late > 0),
            Standing::NotStarted | Standing::Unset => prop_assert!(false, "{:?}", read),
        }
    }

    /// Any order of the same events gives the same clock, whether the last of them came late or not.
    #[test]
    fn the_order_in_which_events_arrive_does_not_matter(
        (start, events, shuffled) in (minute(), year(2026), year(2027)).prop_flat_map(|(start, a, b)| {
            let channels = proptest::collection::vec((0i64..600, length()), 1..4);
            let pauses = proptest::collection::vec(pause(start), 0..4);
            (channels, pauses, proptest::option::of(0i64..9_000)).prop_flat_map(move |(channels, pauses, stop)| {
                let mut events = vec![Event::Called(start), Event::Imported(a.clone()), Event::Imported(b.clone())];
                events.extend(channels.iter().map(|(after, length)| Event::Channel(start + TimeDelta::minutes(*after), *length)));
                events.extend(pauses.iter().copied().map(Event::Paused));
                events.extend(stop.map(|after| Event::Answered(start + TimeDelta::minutes(after))));
                (Just(start), Just(events.clone()), Just(events).prop_shuffle())
            })
        }),
        after in 0i64..9_000,
    ) {
        let now = start + TimeDelta::minutes(after);
        prop_assert_eq!(clock(&events, now), clock(&shuffled, now));
    }

    /// A tick is met by the reports of its own half hour, whatever the order in which they were written down.
    #[test]
    fn ticks_are_what_counting_by_hand_gives(
        start in minute(),
        beat in 1i64..90,
        stop in proptest::option::of(0i64..2_000),
        entries in proptest::collection::vec(-60i64..2_000, 0..12),
        after in 0i64..2_000,
    ) {
        let at = |minutes: i64| start + TimeDelta::minutes(minutes);
        let written: Vec<NaiveDateTime> = entries.iter().map(|entry| at(*entry)).collect();
        let read = ticks(start, stop.map(at), beat, &written, at(after));
        prop_assert_eq!(read.left_out, (stop.unwrap_or(after).min(after) / beat - TICKS_MAX).max(0));
        for (number, tick) in (read.left_out + 1..).zip(&read.ticks) {
            let owed = number * beat;
            prop_assert_eq!(tick.due, at(owed));
            let met = entries.iter().any(|entry| owed - beat < *entry && *entry <= owed);
            let expected = if met { TickStanding::Met } else if owed < after { TickStanding::Missed } else { TickStanding::Next };
            prop_assert_eq!(tick.standing, expected);
        }
        let passed = (read.left_out + 1..).zip(&read.ticks).filter(|(number, _)| number * beat <= after).count();
        let owed = (1..=after / beat).filter(|number| stop.is_none_or(|stop| number * beat < stop)).count();
        prop_assert_eq!(i64::try_from(passed).unwrap() + read.left_out, i64::try_from(owed).unwrap());
    }
}
