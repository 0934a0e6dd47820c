//! qianbanctl: the commands without a window
