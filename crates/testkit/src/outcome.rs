//! What a refusal says.

use qianban_desk::api::Refusal;

/// Codes of the gates that stayed shut, in order; empty where the action was carried out.
///
/// # Panics
/// The action was refused for another reason.
pub fn shut<T>(outcome: Result<T, Refusal>) -> Vec<String> {
    match outcome {
        Ok(_) => Vec::new(),
        Err(refusal) if refusal.code == "SIGN-GATE" => {
            refusal.problems.into_iter().map(|problem| problem.code).collect()
        }
        Err(refusal) => panic!("not refused by a gate: {refusal:?}"),
    }
}
