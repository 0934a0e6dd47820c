//! What a form is: definitions, fields, checks, step plans, gates.

mod definition;
mod expression;
mod value;

pub use definition::*;
pub use expression::Expression;
pub use value::*;
