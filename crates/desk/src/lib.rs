#![doc = include_str!("../README.md")]

pub mod api;

mod ambient;
mod code;
mod command;
mod counted;
mod credential;
mod definitions;
mod design;
mod desk;
mod duty;
mod exchange_run;
#[cfg(test)]
mod forced;
mod forms;
mod glyph;
mod item_words;
mod linked;
mod listing;
mod machine;
mod marks;
mod names;
mod opened;
mod part;
mod plans;
mod printer;
mod record;
mod recovery_sheet;
mod refused;
mod registry_words;
mod request;
mod role;
mod roster;
mod setting;
mod shape;
mod show;
mod sign;
mod slip;
mod snapshot;
mod stated;
mod text;
mod upload;
mod use_case;
mod verify_run;
mod watch;
mod words;
mod xlsx;
mod year;

pub use ambient::{Ambient, SystemAmbient};
pub use code::Code;
pub use command::{COMMANDS, CommandInfo, Group, group_of, types, typescript, write_typescript};
pub use desk::{Desk, DeskSetup, NoSecretStore, default_folder};
pub use printer::{Printer, PrinterError, SystemPrinter};
pub use qianban_store::{Cost, SecretStore, SecretStoreError};
pub use refused::Refused;
