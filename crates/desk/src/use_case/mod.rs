//! What a person does, one file per use case.

pub(crate) mod book;
pub(crate) mod catalogue;
pub(crate) mod day;
pub(crate) mod design;
pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod file;
pub(crate) mod findings;
pub(crate) mod form;
pub(crate) mod found;
pub(crate) mod host_status;
pub(crate) mod import;
pub(crate) mod join;
pub(crate) mod link;
pub(crate) mod list;
mod new_folder;
pub(crate) mod people;
pub(crate) mod relay;
pub(crate) mod sample;
pub(crate) mod setting;
pub(crate) mod sign;
pub(crate) mod slip;
pub(crate) mod unlock;
pub(crate) mod verify;
pub(crate) mod year;
