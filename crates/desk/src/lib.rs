//! What a person does: use cases and the one table of commands.

pub mod api;
