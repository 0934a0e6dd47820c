//! A form in the words and shapes of the screen.

pub(crate) mod clocks;
pub(crate) mod findings;
pub(crate) mod follows;
pub(crate) mod grid;
pub(crate) mod history;
pub(crate) mod leaves;
pub(crate) mod links;
pub(crate) mod offers;
pub(crate) mod page;
pub(crate) mod section;
pub(crate) mod steps;
pub(crate) mod tables;
