use crate::{Desk, Refused, Code};
pub(crate) fn pending<Q, A>(_: &Desk, _: Q) -> Result<A, Refused> { Err(Refused::about(Code::Internal, "pending")) }
