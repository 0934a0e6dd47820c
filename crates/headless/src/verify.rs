//! `verify`: checks every row and names the first bad one; of a whole file it says the audit's findings, which fail nothing.

use qianban_desk::Desk;

use crate::arguments::SignIn;
use crate::password::Passwords;
use crate::{Failure, call, print};

pub(crate) fn run(desk: &Desk, sign_in: Option<&SignIn>) -> Result<(), Failure> {
    let seated = seat(desk, sign_in);
    let faults = desk.verify().map_err(Failure::Refused);
    // A damaged registry may not know the person any more; what the password opened is checked all the same.
    let faults = match (seated, faults) {
        (Err(refused), Err(_)) => return Err(refused),
        (Err(refused), Ok(faults)) if faults.is_empty() => return Err(refused),
        (_, faults) => faults?,
    };
    for fault in &faults {
        print(&format!("{} {}: {}\n", fault.table, fault.row, fault.what))?;
    }
    match faults.into_iter().next() {
        None => {
            for finding in desk.findings().map_err(Failure::Refused)?.findings {
                print(&format!("{}: {}\n", finding.code, finding.message))?;
            }
            print("校验通过\n")
        }
        Some(first) => Err(Failure::Fault { table: first.table, row: first.row, what: first.what }),
    }
}

fn seat(desk: &Desk, sign_in: Option<&SignIn>) -> Result<(), Failure> {
    let Some(person) = sign_in.and_then(|who| who.person.as_deref()) else { return Ok(()) };
    let password = Passwords::new(sign_in.and_then(|who| who.password_fd), true)?.next()?;
    call::sit_down(desk, person, &password)
}
