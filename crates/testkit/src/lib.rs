//! For tests only: clock, bureau, people
