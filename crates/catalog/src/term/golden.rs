//! The clocks of the white paper at the times that everybody can check by hand. Office hours 08:30–12:00 and
//! 13:30–18:00; 2026-02-14 and 2026-10-10 are Saturdays that are worked.

use super::*;
use crate::calendar;

fn at(text: &str) -> NaiveDateTime {
    calendar::instant(text).expect("a time")
}

fn term(start: &str, length: Length) -> Term {
    Term { start: Some(at(start)), length: Some(length), ..Term::default() }
}

fn due(start: &str, length: Length) -> String {
    let reading = term(start, length).read(at(start), &WorkCalendar::shipped());
    reading.due.expect("a due time").format("%Y-%m-%d %H:%M:%S").to_string()
}

fn reading(start: &str, stop: &str, length: Length, now: &str) -> Reading {
    let stop = (!stop.is_empty()).then(|| at(stop));
    Term { stop, ..term(start, length) }.read(at(now), &WorkCalendar::shipped())
}

/// W164, W165, W166, W210: half an hour, day and night. W211: one hour of 5×8.
#[test]
fn first_answer_by_channel() {
    // W211
    assert_eq!(
        due("2026-02-13 17:20", Length::OfficeMinutes(60)),
        "2026-02-14 08:50:00",
        "a worked Saturday"
    );
    assert_eq!(
        due("2026-02-14 17:30", Length::OfficeMinutes(60)),
        "2026-02-24 09:00:00",
        "after the holidays"
    );
    // W164, W210
    assert_eq!(due("2026-02-14 23:50", Length::Minutes(30)), "2026-02-15 00:20:00");
}

#[test]
fn office_minutes_wait_for_the_office() {
    for (start, expected) in [
        ("2026-03-02 11:50", "2026-03-02 13:50:00"),
        ("2026-03-02 12:00", "2026-03-02 14:00:00"),
        ("2026-03-02 12:45", "2026-03-02 14:00:00"),
        ("2026-03-02 17:30", "2026-03-02 18:00:00"),
        ("2026-03-02 17:30:01", "2026-03-03 08:30:01"),
        ("2026-03-02 06:00", "2026-03-02 09:00:00"),
        ("2026-03-01 10:00", "2026-03-02 09:00:00"),
    ] {
        assert_eq!(due(start, Length::OfficeMinutes(30)), expected, "{start}");
    }
}

/// W208: from the call to the answer. W209: on site at once, which is shown as what it took.
#[test]
fn an_answer_is_in_time_up_to_the_last_second() {
    let half_hour = |stop: &str, now: &str| reading("2026-03-02 09:00", stop, Length::Minutes(30), now);
    let running = half_hour("", "2026-03-02 09:10");
    assert_eq!((running.standing, running.elapsed, running.left), (Standing::Running, 600, 1_200));
    assert_eq!(half_hour("", "2026-03-02 09:30").standing, Standing::Running, "the last second is in time");
    let overdue = half_hour("", "2026-03-02 09:30:01");
    assert_eq!((overdue.standing, overdue.left, overdue.late), (Standing::Overdue, 0, 1));
    // W208
    assert_eq!(half_hour("2026-03-02 09:30", "2026-03-05 09:00").standing, Standing::Met);
    let missed = half_hour("2026-03-02 09:31", "2026-03-05 09:00");
    assert_eq!((missed.standing, missed.elapsed, missed.late), (Standing::Missed, 1_860, 60));
    // W209
    let on_site = reading("2026-03-02 09:00", "2026-03-02 09:04", Length::Minutes(0), "2026-03-02 10:00");
    assert_eq!((on_site.standing, on_site.due, on_site.elapsed), (Standing::Met, None, 240), "G3");
    let on_the_way = reading("2026-03-02 09:00", "", Length::Minutes(0), "2026-03-02 10:00");
    assert_eq!((on_the_way.standing, on_the_way.elapsed), (Standing::Running, 3_600));
}

/// W212: counted from the response, so without one it does not start. W213: one hour. W214: four hours.
#[test]
fn arrival_is_counted_from_the_response() {
    // W212
    let waiting = Term { start: None, length: Some(Length::Minutes(240)), ..Term::default() };
    let waiting = waiting.read(at("2026-03-02 20:00"), &WorkCalendar::shipped());
    assert_eq!((waiting.standing, waiting.due, waiting.elapsed), (Standing::NotStarted, None, 0));
    // W213, W214
    assert_eq!(due("2026-03-02 09:20", Length::Minutes(60)), "2026-03-02 10:20:00");
    assert_eq!(due("2026-03-02 09:20", Length::Minutes(240)), "2026-03-02 13:20:00");
}

/// G4: a province sets its own time; until then nothing is promised and what it takes is still shown.
#[test]
fn a_length_that_nobody_set_is_not_made_up() {
    let unset = Term { length: None, ..term("2026-03-02 09:00", Length::Minutes(1)) };
    let unset = unset.read(at("2026-03-02 09:30"), &WorkCalendar::shipped());
    assert_eq!((unset.standing, unset.due, unset.elapsed), (Standing::Unset, None, 1_800));
    for length in [Length::Minutes(TERM_MINUTES_MAX + 1), Length::WorkingDays(TERM_DAYS_MAX + 1)] {
        let beyond = reading("2026-03-02 09:00", "", length, "2026-03-02 09:30");
        assert_eq!(beyond.standing, Standing::Unset, "{length:?}");
    }
}

/// W197: within 2 days. W198: within 5 days. G5: natural days, or working days.
#[test]
fn complaints_by_natural_and_by_working_days() {
    // W197, W198
    let asked = "2026-09-30 15:00";
    assert_eq!(due(asked, Length::Days(2)), "2026-10-02 23:59:59");
    assert_eq!(due(asked, Length::Days(5)), "2026-10-05 23:59:59");
    assert_eq!(due(asked, Length::WorkingDays(2)), "2026-10-09 23:59:59");
    assert_eq!(due(asked, Length::WorkingDays(5)), "2026-10-13 23:59:59", "Saturday 10-10 counts");
    let replied = reading(asked, "2026-10-13 17:00", Length::WorkingDays(5), "2026-10-14 09:00");
    assert_eq!((replied.standing, replied.elapsed), (Standing::Met, 5));
    let late = reading(asked, "", Length::WorkingDays(5), "2026-10-14 00:00");
    assert_eq!((late.standing, late.elapsed, late.late), (Standing::Overdue, 6, 1));
    let running = reading(asked, "", Length::WorkingDays(5), "2026-10-10 09:00");
    assert_eq!((running.standing, running.elapsed, running.left), (Standing::Running, 3, 2));
}

#[test]
fn a_pause_moves_the_due_time_by_what_it_held_up() {
    let pause =
        |since: &str, until: &str| Pause { since: at(since), until: (!until.is_empty()).then(|| at(until)) };
    let read = |length: Length, pauses: Vec<Pause>, now: &str| {
        Term { pauses, ..term("2026-09-30 15:00", length) }.read(at(now), &WorkCalendar::shipped())
    };
    let moved =
        read(Length::Minutes(60), vec![pause("2026-09-30 15:10", "2026-09-30 15:40")], "2026-09-30 15:30");
    assert_eq!((moved.standing, moved.elapsed, moved.left), (Standing::Paused, 600, 3_000));
    assert_eq!(moved.due, Some(at("2026-09-30 16:30")));
    let over_night = vec![pause("2026-09-30 17:30", "2026-10-08 09:00")];
    let office = read(Length::OfficeMinutes(240), over_night, "2026-10-08 09:00");
    assert_eq!(office.due, Some(at("2026-10-08 10:30")), "150 minutes before the pause, 90 after it");
    let days = vec![pause("2026-09-30 16:00", "2026-10-02 16:00")];
    assert_eq!(read(Length::Days(2), days, "2026-10-04 09:00").due, Some(at("2026-10-04 23:59:59")));
    let open = read(Length::Minutes(60), vec![pause("2026-09-30 15:10", "")], "2026-10-30 15:30");
    assert_eq!((open.standing, open.due, open.left), (Standing::Paused, None, 3_000), "held up without end");
    let too_late = read(Length::Minutes(60), vec![pause("2026-09-30 16:10", "")], "2026-10-30 15:30");
    assert_eq!(too_late.standing, Standing::Overdue, "it was due before the pause");
}

#[test]
fn years_without_a_calendar_are_named() {
    let over_new_year = |length| reading("2026-12-31 17:30", "", length, "2026-12-31 17:40");
    let office = over_new_year(Length::OfficeMinutes(60));
    assert_eq!(office.due, Some(at("2027-01-01 09:00")), "a Friday, as if it were no holiday");
    assert_eq!(office.unknown_years, [2027]);
    assert_eq!(over_new_year(Length::WorkingDays(1)).unknown_years, [2027]);
    assert_eq!(over_new_year(Length::OfficeMinutes(20)).unknown_years, Vec::<i32>::new(), "due in 2026");
    assert_eq!(over_new_year(Length::Minutes(720)).unknown_years, Vec::<i32>::new(), "reads no calendar");
}

/// W221: every half hour while it is being restored; what was slept through is listed, not made up.
#[test]
fn reports_every_half_hour() {
    let beat = |stop: &str, entries: &[&str], now: &str| {
        let entries: Vec<NaiveDateTime> = entries.iter().map(|text| at(text)).collect();
        let stop = (!stop.is_empty()).then(|| at(stop));
        let ticks = ticks(at("2026-03-02 09:30"), stop, 30, &entries, at(now)).ticks;
        let shown = |tick: &Tick| format!("{} {:?}", tick.due.format("%H:%M"), tick.standing);
        ticks.iter().map(shown).collect::<Vec<_>>().join(", ")
    };
    // W221
    assert_eq!(beat("", &[], "2026-03-02 09:59:59"), "10:00 Next");
    assert_eq!(beat("", &[], "2026-03-02 10:00"), "10:00 Next, 10:30 Next");
    assert_eq!(beat("", &[], "2026-03-02 10:00:01"), "10:00 Missed, 10:30 Next");
    let reports = ["2026-03-02 10:45", "2026-03-02 10:00", "2026-03-02 09:30"];
    assert_eq!(
        beat("", &reports, "2026-03-02 11:10"),
        "10:00 Met, 10:30 Missed, 11:00 Met, 11:30 Next",
        "a report at the start is none of the first half hour; one at 10:00 is"
    );
    assert_eq!(beat("2026-03-02 10:31", &[], "2026-03-05 08:00"), "10:00 Missed, 10:30 Missed");
    assert_eq!(beat("2026-03-02 10:30", &[], "2026-03-05 08:00"), "10:00 Missed", "over when it was owed");
    assert_eq!(beat("", &[], "2026-03-02 09:00"), "", "not yet begun");
}

#[test]
fn a_beat_without_end_keeps_to_its_bound() {
    let long = ticks(at("1990-01-01 00:00"), None, 1, &[], at("2026-03-02 09:30"));
    assert_eq!(i64::try_from(long.ticks.len()), Ok(TICKS_MAX + 1), "those passed and the next");
    assert!(long.left_out > 1_000_000, "{}", long.left_out);
    assert_eq!(ticks(at("2026-03-02 09:30"), None, 0, &[], at("2026-03-02 11:00")), Ticks::default());
}
