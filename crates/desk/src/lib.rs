//! What a person does: use cases and the one table of commands.

pub mod api;
mod code;
mod command;
mod refused;
mod use_case;

pub struct Desk;

pub use code::Code;
pub use command::{COMMANDS, CommandInfo, Group, group_of, types, typescript, write_typescript};
pub use refused::Refused;
