//! Signing: what is to be signed is built from the file, shown, and built again from the file before the key is
//! taken (C4). The screen never builds signed bytes.

pub(crate) mod act;
pub(crate) mod approve;
pub(crate) mod bundle;
pub(crate) mod design;
pub(crate) mod entry;
pub(crate) mod execute;
pub(crate) mod hand;
pub(crate) mod ink;
pub(crate) mod intent;
pub(crate) mod leasing;
pub(crate) mod registry;
pub(crate) mod renew;
pub(crate) mod seal;
pub(crate) mod seat;
pub(crate) mod send_back;
pub(crate) mod setting;
pub(crate) mod settle;
pub(crate) mod submit;
pub(crate) mod year;
