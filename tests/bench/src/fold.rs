//! (d) Events verified (SM2) and folded on one core: what `verify` and an import spend their time on.

use qianban_journal::{Envelope, FormLog, Verified};

use crate::measure::{Failed, Times, per_second};
use crate::office::Office;

/// Forms of eight events each: created, saved, submitted, signed twice, sealed, done, closed.
const FORMS: u32 = 250;
const ROUNDS: usize = 7;

/// Lines of the report.
pub(crate) fn run(office: &mut Office) -> Result<Vec<String>, Failed> {
    let mut forms = Vec::new();
    for n in 1..=FORMS {
        let closed = office.closed(100_000 + n)?;
        forms.push((closed.log.form(), closed.envelopes));
    }
    let events: usize = forms.iter().map(|(_, envelopes)| envelopes.len()).sum();
    let (mut both, mut verified, mut folded) = (Times::default(), Times::default(), Times::default());
    for _ in 0..ROUNDS {
        both.take(|| {
            for (form, envelopes) in &forms {
                fold(office, FormLog::new(*form), envelopes, Verified::check)?;
            }
            Ok(())
        })?;
        verified.take(|| {
            for envelope in forms.iter().flat_map(|(_, envelopes)| envelopes) {
                Verified::check(envelope, &office.chain)?;
            }
            Ok(())
        })?;
        folded.take(|| {
            for (form, envelopes) in &forms {
                fold(office, FormLog::new(*form), envelopes, Verified::check_unsigned)?;
            }
            Ok(())
        })?;
    }
    let line = |name: &str, times: &Times| format!("| {name} | {:.0} |", per_second(times, events));
    Ok(vec![
        format!("| events in {FORMS} forms, median of {ROUNDS} rounds | per second |"),
        "|---|---|".to_owned(),
        line("verified (SM2) and folded, with the view of every form", &both),
        line("verified alone", &verified),
        line("folded alone", &folded),
    ])
}

type Check = fn(&Envelope, &qianban_journal::RegistryChain) -> Result<Verified, qianban_journal::Unverified>;

fn fold(office: &Office, mut log: FormLog, envelopes: &[Envelope], check: Check) -> Result<(), Failed> {
    for envelope in envelopes {
        log.admit(check(envelope, &office.chain)?, &office.chain);
    }
    let view = office.chain.now().and_then(|registry| log.view(registry)).ok_or("the form has a view")?;
    if view.events.iter().any(|event| !event.effective) {
        return Err("an event of the bench does not count".into());
    }
    Ok(())
}
